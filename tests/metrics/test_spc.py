"""One number of throughput as an XmR chart: what the limits are of, which way is better, and what a change does."""

import datetime

import pytest

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.metrics.options import notes_of
from dashboard.metrics.spc import COLUMNS, IMPROVEMENTS, spc
from dashboard.metrics.throughput import COLUMNS as THROUGHPUT
from tests.hand import Case, Hand

MONDAY = datetime.date(2024, 1, 1)
WEEK = datetime.timedelta(7)
VECTOR = (1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1)
"""Of NHSRplotthedots' vignette; its limits stand in ``clinical.md`` §5."""


def weekly(site: str, counts: tuple[int, ...], start: datetime.date = MONDAY) -> Case:
    """So many completed sessions a week, each of a person of their own."""
    case = Case(site)
    for place, count in enumerate(counts):
        for number in range(count):
            case.patient(f"{place}-{number}").dose(str(start + place * WEEK))
    return case


PUBLISHED = weekly("spc-published", VECTOR)
CHANGED = weekly("spc-changed", (4, 6, 4, 6, 4, 6, 9, 11, 9, 11, 9, 11))
RISING = weekly("spc-rising", (5, 6, 5, 1, 2, 3, 4, 5, 6, 7))
RATES = weekly("spc-rates", (3, 0, 3, 3))
for place in (0, 2, 3):
    RATES.patient(f"no-show-{place}").session(str(MONDAY + place * WEEK), "no-show")
LATE = weekly("spc-late", (2, 3, 2, 1), datetime.date(2024, 12, 9))


def test_the_published_vector(hand: Hand) -> None:
    table = hand.table(spc, PUBLISHED)
    assert list(table) == list(COLUMNS)
    assert tuple(table["value"]) == VECTOR
    assert table[["mean", "low", "high"]].round(2).drop_duplicates().to_numpy().tolist() == [[1.94, -0.72, 4.6]]
    plain = hand.table(spc, PUBLISHED, screen="no")
    assert plain[["mean", "low", "high"]].round(2).drop_duplicates().to_numpy().tolist() == [[1.94, -3.06, 6.95]]
    assert "are left out, once" in notes_of(table)[0]
    assert "no moving range is left out" in notes_of(plain)[0]


@pytest.mark.parametrize(
    ("improvement", "meaning"),
    [(None, "improvement"), ("up", "improvement"), ("down", "concern"), ("neutral", "neutral")],
)
def test_a_point_means_what_the_direction_says(hand: Hand, improvement: str | None, meaning: str) -> None:
    said = hand.rows(spc, PUBLISHED, "period", "point", "meaning", improvement=improvement)
    assert [row for row in said if row[1] != "common"] == [("2024-01-29", "outside", meaning)]
    assert {row[2] for row in said if row[1] == "common"} == {"common"}


def test_a_rising_trend_below_the_mean_is_a_rise(hand: Hand) -> None:
    # 1 to 7 in order, most of them below the mean of 4.4: the direction counts, not the side
    said = hand.rows(spc, RISING, "value", "point", "meaning")
    assert [row for row in said if row[1] != "common"] == [(float(v), "trend", "improvement") for v in range(1, 8)]


def test_a_change_begins_new_limits(hand: Hand) -> None:
    # ranges of 2 before and after: limits of ± 5.32 around 5 and around 10
    change = datetime.date(2024, 2, 14)  # the Wednesday of the seventh week
    said = hand.rows(spc, CHANGED, "period", "mean", "low", "point", rebase=[change])
    assert [row[1] for row in said] == [5.0] * 6 + [10.0] * 6
    assert [round(row[2], 2) for row in said] == [-0.32] * 6 + [4.68] * 6
    assert {row[3] for row in said} == {"common"}
    assert said[6][0] == "2024-02-12"
    without = hand.rows(spc, CHANGED, "mean")
    assert {row[0] for row in without} == {7.5}


def test_rules_do_not_reach_over_a_change(hand: Hand) -> None:
    # six values below the whole mean and six above: no run of seven either way
    assert {row[0] for row in hand.rows(spc, CHANGED, "point", rebase=[datetime.date(2024, 2, 14)])} == {"common"}
    again = [datetime.date(2024, 2, 14), datetime.date(2024, 2, 12)]
    assert hand.rows(spc, CHANGED, *COLUMNS, rebase=again) == hand.rows(spc, CHANGED, *COLUMNS, rebase=again[:1])


def test_a_change_outside_the_weeks_is_said(hand: Hand) -> None:
    table = hand.table(spc, CHANGED, rebase=[datetime.date(2023, 12, 31), datetime.date(2024, 3, 25)])
    assert set(table["mean"]) == {7.5}
    assert list(notes_of(table))[-2:] == [
        "The change of 2023-12-31 lies outside these weeks and moves no limits.",
        "The change of 2024-03-25 lies outside these weeks and moves no limits.",
    ]


@pytest.mark.parametrize(
    ("target", "improvement", "assurance"),
    [
        (4.5, "up", "meets"),  # below 4.68; of the limits before the change it would be hit-and-miss
        (15.5, "up", "fails"),  # above 15.32
        (10.0, "up", "hit-and-miss"),
        (4.5, "down", "fails"),
        (15.5, "down", "meets"),
        (10.0, "neutral", None),
    ],
)
def test_assurance_is_of_the_latest_limits(hand: Hand, target: float, improvement: str, assurance: str | None) -> None:
    asked = {"target": target, "improvement": improvement, "rebase": [datetime.date(2024, 2, 12)]}
    said = [row[0] for row in hand.rows(spc, CHANGED, "assurance", **asked)]
    assert said == [None] * 6 + [assurance] * 6


def test_weeks_without_a_value_are_left_out_and_said(hand: Hand) -> None:
    # 1 no-show of 4 held; nothing at all in the second week
    table = hand.table(spc, RATES, metric="no_show_rate")
    assert table[["period", "value"]].to_numpy().tolist() == [
        ["2024-01-01", 0.25],
        ["2024-01-15", 0.25],
        ["2024-01-22", 0.25],
    ]
    assert "Left out: 1 week without a value." in notes_of(table)
    assert "lower is better" in notes_of(table)[0]
    assert hand.rows(spc, RATES, "value") == [(3.0,), (0.0,), (3.0,), (3.0,)]  # a count of nothing is 0


def test_weeks_that_are_not_over_are_left_out(hand: Hand) -> None:
    # the fourth, of 30 December, holds the day of the records; three weeks have trial limits
    table = hand.table(spc, LATE)
    assert table["value"].tolist() == [2.0, 3.0, 2.0]
    assert {"Trial limits: of 3 weeks, fewer than 12.", "Left out: 1 week not whole."} <= set(notes_of(table))
    assert not any(each.startswith("Trial") for each in notes_of(hand.table(spc, CHANGED)))  # twelve


def test_every_number_of_throughput_has_a_direction() -> None:
    assert set(IMPROVEMENTS) == set(THROUGHPUT) - {"period", "by", "partial"}


def test_it_handles_no_data(hand: Hand) -> None:
    table = hand.table(spc, LATE, {"route": ("oral",)})
    assert table.empty
    assert list(table) == list(COLUMNS)
    one = hand.table(spc, LATE, until=datetime.date(2024, 12, 15))
    assert one[["value", "mean"]].to_numpy().tolist() == [[2.0, 2.0]]
    assert one[["low", "high", "assurance"]].isna().all(axis=None)


@pytest.mark.parametrize("wrong", [{"metric": "response"}, {"improvement": "left"}, {"screen": "maybe"}])
def test_what_does_not_exist_is_refused(hand: Hand, wrong: dict[str, str]) -> None:
    with pytest.raises(OptionError):
        spc(Cohort(hand.store), **wrong)  # type: ignore[arg-type]
