"""The curve: who stands behind every point, on sessions and on weeks (``definitions.md`` §4)."""

import pytest

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.metrics.curve import COLUMNS, curve
from tests.hand import Case, Hand

CURVE = Case("curve")
# day 0 is 2024-03-04, day 7 the 11th, day 14 the 18th
A = CURVE.patient("a").score("2024-03-04", 20).dose("2024-03-04", "2024-03-07", "2024-03-11", "2024-03-14")
A.score("2024-03-05", 19).score("2024-03-06", 18).score("2024-03-08", 16).score("2024-03-14", 12).score("2024-06-12", 9)
A.score("2024-06-13", 8)
B = CURVE.patient("b").score("2024-03-01", 10).dose("2024-03-04", route="im").score("2024-03-10", 10)
C = CURVE.patient("c").score("2024-03-04", 12).dose("2024-03-04").score("2024-03-11", 12)
CURVE.patient("below the cut").score("2024-03-04", 9).dose("2024-03-04").score("2024-03-11", 1)
ANXIOUS = Case("curve of another scale")
ANXIOUS.patient("d", diagnosis="anxiety").score("2024-03-04", 12, "GAD-7").dose("2024-03-04")
CURVE.patient("no baseline").dose("2024-03-04").score("2024-03-11", 1)


def points(hand: Hand, **options: object) -> dict[int, tuple[int, float]]:
    table = curve(Cohort(hand.store, {"site": (CURVE.site,)}), instrument="PHQ-9", **options)  # type: ignore[arg-type]
    return {int(row.x): (int(row.n), float(row.mean)) for row in table.itertuples()}


def test_a_session_takes_the_last_score_before_the_next_and_ends_with_the_course_gap(hand: Hand) -> None:
    # a after session 1: 18; after 2: 16; after 3: the form of 2024-03-14 was filled before the fourth dose;
    # after 4: 9 is 90 days after the last session, 8 is 91
    assert points(hand) == {0: (3, 14), 1: (3, 40 / 3), 2: (1, 16), 3: (1, 12), 4: (1, 9)}


def test_a_week_takes_the_score_nearest_to_its_day_within_three(hand: Hand) -> None:
    # day 4 (2024-03-08) and day 10 (2024-03-14) are both 3 days from day 7: the later counts, 12
    # b's day 6, c's day 7; day 100 (2024-06-12) is 2 days from week 14
    assert points(hand, x="week") == {0: (3, 14), 1: (3, 34 / 3), 14: (1, 9)}


def test_completers_finished_the_induction(hand: Hand) -> None:
    assert points(hand, who="completers") == {0: (1, 20), 1: (1, 18), 2: (1, 16), 3: (1, 12), 4: (1, 9)}


def test_interval_and_quartiles(hand: Hand) -> None:
    first = curve(Cohort(hand.store, {"site": (CURVE.site,)}), instrument="PHQ-9").iloc[0]
    # 20, 10, 12: variance (36 + 16 + 4) / 2 = 28; the printed t of 2 degrees of freedom is 4.303
    half = 4.303 * (28 / 3) ** 0.5
    assert (first["low"], first["high"]) == (pytest.approx(14 - half, abs=2e-3), pytest.approx(14 + half, abs=2e-3))
    assert (first["q1"], first["median"], first["q3"]) == (11, 12, 16)


def test_it_splits_in_the_models_order(hand: Hand) -> None:
    table = curve(Cohort(hand.store, {"site": (CURVE.site,)}), instrument="PHQ-9", by="route")
    assert list(table) == ["route", *COLUMNS[1:]]
    assert table["route"].tolist() == ["iv"] * 5 + ["im"] * 2


def test_scales_are_never_pooled(hand: Hand) -> None:
    with pytest.raises(OptionError, match=r"instrument is needed, scales are never pooled; this cohort has: "):
        curve(Cohort(hand.store))
    assert curve(Cohort(hand.store, {"site": (CURVE.site,)}))["n"].tolist() == [3, 3, 1, 1, 1]


def test_it_handles_no_data(hand: Hand) -> None:
    nobody = Cohort(hand.store, {"site": (CURVE.site,), "route": ("oral",)})
    assert curve(nobody, instrument="PHQ-9").empty
    assert curve(nobody).empty
