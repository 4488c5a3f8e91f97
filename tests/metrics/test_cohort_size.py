"""How much a cohort holds: the same clinic counted by courses, by completed sessions, and by bookings."""

import pytest

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.metrics.cohort_size import COLUMNS, cohort_size
from tests.hand import Case, Hand

SIZES = Case("sizes")
# Ann: two courses (a gap of 91 days and more), a no-show in between; her second course begins with an IM session.
ANN = SIZES.patient("ann").dose("2024-01-01", "2024-01-05").session("2024-02-01", "no-show")
ANN.dose("2024-06-03", route="im").dose("2024-06-05")
# Bob was booked and never came; Cid was moved, and is due after the day of the records.
SIZES.patient("bob").session("2024-03-01", "cancelled", route="iv")
SIZES.patient("cid").session("2024-03-01", "rescheduled").session("2025-01-10", "scheduled")


def sizes(hand: Hand, **said: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    """Patients, courses and sessions of the site, by what is counted."""
    cohort = Cohort(hand.store, {"site": (SIZES.site,), **said})
    names = ("n_patients", "n_courses", "n_sessions")
    return {
        of: tuple(int(cohort_size(cohort, of=of)[name].iloc[0]) for name in names) for of in ("sessions", "bookings")
    }


def test_sessions_are_completed_and_bookings_are_of_any_status(hand: Hand) -> None:
    assert sizes(hand) == {"sessions": (1, 2, 4), "bookings": (3, 2, 8)}


def test_a_session_counts_by_its_own_route(hand: Hand) -> None:
    # Ann's no-show and Bob's cancelled booking are IV: hers by her last completed session, his by itself
    assert sizes(hand, route=("iv",)) == {"sessions": (1, 2, 3), "bookings": (2, 2, 5)}
    assert sizes(hand, route=("im",)) == {"sessions": (1, 1, 1), "bookings": (1, 1, 1)}
    assert sizes(hand, route=("unknown",)) == {"sessions": (0, 0, 0), "bookings": (1, 0, 2)}


def test_phase_is_of_completed_sessions(hand: Hand) -> None:
    by_phase = cohort_size(Cohort(hand.store, {"site": (SIZES.site,)}), by="phase", of="bookings")
    assert list(by_phase) == ["phase", *COLUMNS[1:]]
    inside = by_phase[by_phase["n_sessions"] > 0]  # the other cases may have maintenance
    assert inside[["phase", "n_sessions"]].to_numpy().tolist() == [["induction", 4], ["unknown", 4]]


def test_a_course_has_no_phase(hand: Hand) -> None:
    with pytest.raises(OptionError, match="by has no 'phase'"):
        cohort_size(Cohort(hand.store), by="phase")
    with pytest.raises(OptionError, match="of has no 'people'"):
        cohort_size(Cohort(hand.store), of="people")
