"""How many complete the induction, and how complete the records are, counted by hand."""

import pytest

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.metrics.completeness import completeness
from dashboard.metrics.induction import COLUMNS, induction
from dashboard.metrics.options import notes_of
from tests.hand import Case, Hand

START = Case("induction")
# day 0 = 1 July; four sessions up to day 28 (29 July), the fourth on that day
START.patient("four").dose("2024-07-01", "2024-07-08", "2024-07-15", "2024-07-29")
START.patient("late").dose("2024-07-01", "2024-07-08", "2024-07-15", "2024-07-30")  # the fourth on day 29
six = START.patient("six").dose("2024-07-01", "2024-07-03", "2024-07-05", "2024-07-08", "2024-07-10", "2024-07-22")
six.session("2024-07-12", "no-show", route="iv")  # does not count; the sixth is on day 21
START.patient("six-late").dose("2024-07-01", "2024-07-03", "2024-07-05", "2024-07-08", "2024-07-10", "2024-07-23")
eight = [f"2024-07-{day:02d}" for day in (1, 2, 3, 4, 5, 23, 24, 29)]
START.patient("eight").dose(*eight, route="im")  # five up to day 21, eight up to day 28
START.patient("again").dose("2024-07-01").dose("2024-11-01", "2024-11-04", "2024-11-08", "2024-11-11")
START.patient("new").dose("2024-12-03", "2024-12-05", "2024-12-06", "2024-12-09")  # day 28 is the day of the records
START.patient("just").dose("2024-12-02")  # its day 28 was yesterday
NUMBERS = ("n_started", "n_due", "n_completed", "n_six_in_21", "n_eight_in_28")


def test_induction_by_hand(hand: Hand) -> None:
    assert list(hand.table(induction, START)) == list(COLUMNS[1:])
    # due: all but "new"; complete: four, six, six-late, eight
    assert hand.rows(induction, START, *NUMBERS) == [(8, 7, 4, 1, 1)]
    assert hand.rows(induction, START, *NUMBERS, courses="all") == [(9, 8, 5, 1, 1)]


def test_the_rate_has_wilsons_interval(hand: Hand) -> None:
    # Wilson by hand for 4 of 7: centre (4/7 + z²/14)/(1 + z²/7), half z/(1 + z²/7) × √(12/49/7 + z²/196)
    (row,) = hand.rows(induction, START, "completion_rate", "completion_low", "completion_high")
    assert row == pytest.approx((4 / 7, 0.25046, 0.84178), abs=1e-5)


def test_a_course_counts_by_its_route(hand: Hand) -> None:
    rows = hand.rows(induction, START, "route", *NUMBERS, by="route")
    assert rows == [("iv", 7, 6, 3, 1, 0), ("im", 1, 1, 1, 0, 1)]


KEPT = Case("completeness")
DOSES = ("2024-07-01", "2024-07-04", "2024-07-08", "2024-07-11")  # the window: 25 July to 11 August
both = KEPT.patient("both").score("2024-06-30", 20).dose(*DOSES, effects_recorded="true").score("2024-07-25", 9)
KEPT.patient("before").score("2024-06-30", 20).dose(*DOSES).score("2024-07-24", 9)  # a day too early
KEPT.patient("after").dose(*DOSES, route="im", effects_recorded="false").score("2024-08-11", 9)
KEPT.patient("other-scale").score("2024-06-30", 60, "PCL-5").dose("2024-07-01").score("2024-07-25", 9, "GAD-7")
KEPT.patient("low").score("2024-06-30", 5).dose("2024-07-01").score("2024-07-22", 5)  # below the cut, still a score
KEPT.patient("none", diagnosis="other").dose("2024-07-01", effects_recorded="true")
KEPT.patient("undue").score("2024-12-01", 20).dose("2024-12-02").session("2024-12-09", "no-show")
PARTS = ("n_started", "n_due", "n_baseline", "n_follow_up", "n_both", "n_sessions", "n_with_form")


def test_completeness_by_hand(hand: Hand) -> None:
    # scores: six courses for depression, five due; forms: 4 + 4 + 4 + 1 + 1 + 1 + 1 completed, five with a form
    assert hand.rows(completeness, KEPT, *PARTS) == [(6, 5, 3, 3, 2, 16, 5)]
    rates = hand.rows(completeness, KEPT, "baseline_rate", "follow_up_rate", "both_rate", "form_rate")
    assert rates == [(3 / 5, 3 / 5, 2 / 5, 5 / 16)]
    assert "1 course has no primary scale" in " ".join(notes_of(hand.table(completeness, KEPT)))


def test_scores_split_by_the_course_and_forms_by_the_session(hand: Hand) -> None:
    rows = hand.rows(completeness, KEPT, "route", *PARTS, by="route")
    assert rows == [("iv", 5, 4, 3, 2, 2, 12, 5), ("im", 1, 1, 0, 1, 0, 4, 0)]


def test_a_group_without_sessions_of_its_own_has_no_rate_of_forms(hand: Hand) -> None:
    # a course of two routes is of the row "mixed", its sessions of theirs
    rows = hand.rows(completeness, MIXED, "route", "n_started", "n_sessions", "form_rate", by="route")
    assert rows == [("iv", 0, 1, 0.0), ("im", 0, 1, 0.0), ("mixed", 1, 0, None)]


MIXED = Case("completeness-mixed")
MIXED.patient().dose("2024-07-01").dose("2024-07-04", route="im")


@pytest.mark.parametrize("metric", [induction, completeness])
def test_what_does_not_exist_is_refused(hand: Hand, metric: object) -> None:
    for wrong in ({"by": "phase"}, {"courses": "some"}):
        with pytest.raises(OptionError):
            hand.table(metric, START, **wrong)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="phase belongs to a session"):
        metric(Cohort(hand.store, {"phase": ("induction",)}))  # type: ignore[operator]


def test_it_handles_no_data(hand: Hand) -> None:
    assert hand.rows(induction, START, *NUMBERS, where={"route": ("oral",)}) == [(0, 0, 0, 0, 0)]
    assert hand.rows(completeness, START, *PARTS, where={"route": ("oral",)}) == [(0,) * 7]
    assert hand.table(completeness, START, {"route": ("oral",)}, by="site").empty
