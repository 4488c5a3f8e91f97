"""How long people keep coming: by hand, against the textbook's estimate, and where all are followed a plain count."""

import pytest
from scipy.stats import CensoredData, ecdf

from dashboard.clinical.cohort import OptionError
from dashboard.metrics.options import notes_of
from dashboard.metrics.retention import retention
from tests.hand import Case, Hand

# The day of the records is 2024-12-31 and the gap 90 days: what came after 2024-10-01 is too young to tell.
STAYED = Case("retention")
STAYED.patient("once").dose("2024-03-04")
STAYED.patient("four").dose("2024-03-04", "2024-03-07", "2024-03-11", "2024-03-14")
STAYED.patient("again").dose("2024-03-04", "2024-03-07", "2024-08-01")  # the third is a course of its own
STAYED.patient("last-day").dose("2024-03-04", "2024-06-01", "2024-08-30", "2024-10-01")  # over since yesterday
STAYED.patient("on").dose("2024-08-05", "2024-10-01", "2024-10-02")  # two whose gap is over, and came again
STAYED.patient("other", sex="female").dose("2024-09-30", "2024-10-20")
STAYED.patient("young").dose("2024-10-02", "2024-10-05", "2024-10-08")  # begun within the gap: nothing known
STAYED.patient("never").session("2024-03-04", "no-show")
CURVE = ("n_at_risk", "n_events", "n_censored", "not_yet")


def test_by_sessions(hand: Hand) -> None:
    # once: no 2nd; again: no 3rd; four and last-day: no 5th; on: known up to the 3rd; other: up to the 2nd
    rows = hand.rows(retention, STAYED, "session", *CURVE)
    third = pytest.approx(5 / 6 * 3 / 4)
    assert rows == [
        (0, 6, 0, 0, 1),
        (2, 6, 1, 1, pytest.approx(5 / 6)),
        (3, 4, 1, 1, third),
        (5, 2, 2, 0, 0),
    ]
    stayed = ecdf(CensoredData(uncensored=[2, 3, 5, 5], right=[2, 3])).sf
    assert [row[4] for row in rows[1:]] == pytest.approx(list(stayed.probabilities))


def test_by_days(hand: Hand) -> None:
    # once: day 0; again: day 3; four: day 10; last-day: day 211; on and other are known up to 2024-10-01
    rows = hand.rows(retention, STAYED, "day", *CURVE, x="day")
    assert [row[:4] for row in rows] == [
        (0, 6, 1, 0),
        (1, 5, 0, 1),
        (3, 4, 1, 0),
        (10, 3, 1, 0),
        (57, 2, 0, 1),
        (211, 1, 1, 0),
    ]
    assert rows[3][4] == pytest.approx(5 / 6 * 3 / 4 * 2 / 3)


def test_all_courses_and_groups(hand: Hand) -> None:
    assert hand.rows(retention, STAYED, *CURVE[:3], courses="all")[0] == (7, 0, 0)
    assert hand.rows(retention, STAYED, "sex", "session", *CURVE[:3], by="sex")[:2] == [
        ("female", 0, 1, 0, 0),
        ("female", 2, 1, 0, 1),
    ]
    (note,) = notes_of(hand.table(retention, STAYED))
    assert "within 90 days" in note
    assert "less than 91 days" in note
    for wrong in ({"by": "phase"}, {"x": "week"}, {"courses": "second"}):
        with pytest.raises(OptionError):
            hand.table(retention, STAYED, **wrong)


def test_nobody(hand: Hand) -> None:
    assert hand.rows(retention, STAYED, *CURVE[:3], where={"sex": ("male",)}) == []
