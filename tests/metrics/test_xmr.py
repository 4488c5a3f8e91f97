"""The XmR rules, each on a series of its own, on both sides of its edge."""

import math
import sys

import numpy as np
import pytest

from dashboard.metrics.xmr import POINTS, Limits, Point, judge, limits

VECTOR = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
LINES = Limits(10, 4, 16)  # two thirds of the way: 14 and 6


def kinds(values: list[float], lines: Limits = LINES) -> list[str]:
    return [each.kind for each in judge(values, lines)]


def test_the_published_vector() -> None:
    """NHSRplotthedots v0.2.2, its vignette's series; also ``clinical.md`` §5."""
    screened, plain = limits(VECTOR), limits(VECTOR, screen=False)
    assert [round(each or 0, 2) for each in (screened.mean, screened.low, screened.high)] == [1.94, -0.72, 4.60]
    assert [round(each or 0, 2) for each in (plain.mean, plain.low, plain.high)] == [1.94, -3.06, 6.95]
    assert [place for place, each in enumerate(judge(VECTOR, screened)) if each == Point("outside", 1)] == [4]
    assert set(kinds(list(map(float, VECTOR)), screened)) == {"common", "outside"}


def test_limits_by_hand() -> None:
    # ranges 2, 1, 3; their mean 2; mean of the values 4.25
    assert limits([4, 6, 5, 2], screen=False) == Limits(4.25, 4.25 - 5.32, 4.25 + 5.32)
    assert limits([5]) == Limits(5, None, None)
    assert limits([5, 5, 5]) == Limits(5, 5, 5)


def test_a_range_of_exactly_the_limit_is_screened() -> None:
    # ranges 0 … 0 (twice), and r: mean r/3, 3.267 × r/3 > r, so it stays; with three zeros r/4 × 3.267 < r: it goes
    assert limits([0, 0, 0, 3]).high == pytest.approx(0.75 + 2.66)
    assert limits([0, 0, 0, 0, 3]) == Limits(0.6, 0.6, 0.6)


def test_outside_is_strictly_beyond_a_limit() -> None:
    assert kinds([16, 10, 4, 10]) == ["common"] * 4
    assert judge([16.01, 10, 3.99, 10], LINES) == [Point("outside", 1), Point(), Point("outside", -1), Point()]
    assert kinds([10, 16 + 1e-12]) == ["common", "common"]  # the last digits of an addition are no signal


@pytest.mark.parametrize("way", [1, -1])
def test_a_trend_is_seven_points_one_way(way: int) -> None:
    six = [10 + way * each for each in (-2, -1, 0, 1, 2, 3)]
    assert kinds([*six, six[-1]]) == ["common"] * 7  # six points, five steps, then a tie
    seven = [10 + way * each for each in (-3, -2, -1, 0, 1, 2, 3)]
    assert judge([10, *seven, 10], LINES) == [Point(), *[Point("trend", way)] * 7, Point()]


def test_a_tie_breaks_a_trend() -> None:
    assert kinds([7, 8, 9, 9, 10, 11, 12, 13]) == ["common"] * 8
    assert kinds([7, 7.5, 8, 9, 10, 11, 12]) == ["trend"] * 7


def test_a_trend_of_eight_is_flagged_whole() -> None:
    assert kinds([7, 7.5, 8, 9, 10, 11, 12, 13]) == ["trend"] * 8


@pytest.mark.parametrize("way", [1, -1])
def test_a_shift_is_seven_points_on_one_side(way: int) -> None:
    near = [10 + way * each for each in (1, 2, 1, 2, 1, 2)]
    assert kinds([*near, 10, *near]) == ["common"] * 13  # six, a point on the mean, six
    assert judge([*near, 10 + way], LINES) == [Point("shift", way)] * 7
    assert kinds([10 - way, *near, 10 + way, 10 - way]) == ["common", *["shift"] * 7, "common"]


def test_two_of_three_near_a_limit_on_one_side() -> None:
    assert judge([15, 11, 15], LINES) == [Point("two-of-three", 1), Point(), Point("two-of-three", 1)]
    assert kinds([5, 5, 9]) == ["two-of-three", "two-of-three", "common"]
    assert kinds([15, 9, 15]) == ["common"] * 3  # the one between is on the other side
    assert kinds([15, 10, 15]) == ["common"] * 3  # or on the mean
    assert kinds([14, 11, 15]) == ["common"] * 3  # 14 is on the inner line, not beyond it
    assert kinds([15, 11, 11, 15]) == ["common"] * 4  # two of four
    assert kinds([15, 15]) == ["common"] * 2  # there is no third
    assert kinds([15, 17, 11]) == ["common", "outside", "common"]  # outside is not near
    assert kinds([15, 15, 17]) == ["two-of-three", "two-of-three", "outside"]  # but stands on the same side


def test_the_graver_rule_names_the_point() -> None:
    rising = [10.5, 11, 12, 13, 14.5, 15, 17]  # a shift, a trend, 2 of 3 near, and a point outside
    assert kinds(rising) == [*["trend"] * 6, "outside"]
    above = [11, 12, 11, 15, 12, 15, 11]
    assert kinds(above) == ["shift", "shift", "shift", "two-of-three", "shift", "two-of-three", "shift"]


def test_without_limits_nothing_is_judged() -> None:
    assert judge([5], limits([5])) == [Point()]
    assert judge([], LINES) == []
    assert kinds([5, 5, 5, 5, 5, 5, 5], limits([5] * 7)) == ["common"] * 7
    tenths = [0.1] * 3 + [0.3 - 0.2] * 4  # equal but for the last digit
    assert kinds(tenths, limits(tenths)) == ["common"] * 7


def test_false_alarms_of_a_stable_series() -> None:
    """200 clinics of 20 sessions a week for two years, nothing ever changed: what the rules say nevertheless.

    Of a normal series with known limits 0.27 % of the points are outside; estimated limits are somewhat off. Of fair
    coins a throw lies in a run of seven or more with a chance of 8/128, the sum of L/2^(L+1) from L = 7 on. Seven in
    order have a chance of 2/7! at any place, and seven points each.
    """
    found = dict.fromkeys(POINTS, 0)
    n, with_any = 0, 0
    for seed in range(200):
        values = [float(each) for each in np.random.default_rng(seed).poisson(20, 104)]
        points = kinds(values, limits(values))
        for kind in points:
            found[kind] += 1
        n += len(points)
        with_any += any(kind != "common" for kind in points)
    rates = {kind: count / n for kind, count in found.items()}
    said = ", ".join(f"{kind} {100 * rate:.2f} %" for kind, rate in rates.items())
    sys.stdout.write(f"of the points {said}; some alarm in {with_any} of 200 series\n")
    assert 0.001 < rates["outside"] < 0.01
    assert rates["trend"] < 7 * 2 / math.factorial(7)
    assert rates["two-of-three"] < 0.01
    assert rates["shift"] == pytest.approx(8 / 128, abs=0.01)
    assert sum(rates.values()) == pytest.approx(1)
