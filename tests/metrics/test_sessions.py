"""One patient's sessions: every booking, and of the completed ones course, number, phase and dose by weight."""

import pytest

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.metrics.sessions import COLUMNS, sessions
from tests.hand import Case, Hand

SESSIONS = Case("sessions of one")
ANN = SESSIONS.patient("ann").dose("2024-03-04", dose_mg=35, weight_kg=70, sbp_peak=150, dbp_peak=90)
ANN.session("2024-03-05", "no-show").dose("2024-03-07", dose_mg=40).dose("2024-07-01", "2024-08-01", weight_kg=70)
ANN.session("2025-01-05", "scheduled")
SESSIONS.patient("bob").dose("2024-03-04")


def test_every_session_is_listed_and_only_completed_ones_are_numbered(hand: Hand) -> None:
    table = sessions(Cohort(hand.store), patient=ANN.identifier)
    assert list(table) == list(COLUMNS)
    assert table["status"].tolist() == ["completed", "no-show", "completed", "completed", "completed", "scheduled"]
    numbered = table[["course", "session_number", "phase"]].astype(object).where(table["course"].notna(), None)
    # 2024-07-01 is 116 days after 2024-03-07; 2024-08-01 is day 31 of the second course
    assert numbered.to_numpy().tolist() == [
        [1, 1, "induction"],
        [None, None, None],
        [1, 2, "induction"],
        [2, 1, "induction"],
        [2, 2, "maintenance"],
        [None, None, None],
    ]


def test_dose_by_weight_needs_both_of_that_session(hand: Hand) -> None:
    table = sessions(Cohort(hand.store), patient=ANN.identifier)
    assert table["dose_mg_per_kg"].fillna(-1).tolist() == [0.5, -1, -1, -1, -1, -1]


def test_nobody_is_not_an_empty_list(hand: Hand) -> None:
    with pytest.raises(OptionError, match="patient has no 'nobody'"):
        sessions(Cohort(hand.store), patient="nobody")
