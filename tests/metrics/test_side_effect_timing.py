"""When side effects come and how long they last, and when people are ready to leave."""

import pytest

from dashboard.clinical.cohort import OptionError
from dashboard.metrics.ready import ready
from dashboard.metrics.side_effect_length import side_effect_length
from dashboard.metrics.side_effect_timing import side_effect_timing
from tests.hand import Case, Hand

TIMING = Case("timing")
ANN = TIMING.patient("ann").dose("2024-03-04", session_id="tm1").dose("2024-03-11", session_id="tm2")
ANN.effect("Nausea", "tm1").effect("Nausea", onset="2024-03-05T09:00").effect("Nausea", onset="2024-03-12T09:00")
ANN.effect("Nausea", onset="2024-08-12T09:00").effect("Nausea", onset="2024-03-04T09:00")
ANN.effect("Nausea", onset="2024-03-01T09:00")
TIMING.patient("bob").effect("Nausea", onset="2024-03-05T09:00")


def test_an_event_is_in_a_session_between_two_of_a_course_after_its_last_or_before_any(hand: Hand) -> None:
    # 5 March lies between tm1 and tm2; 12 March and 12 August, beyond the gap, after the last; 4 March 9:00 is before
    # the dose of 10:00, 1 March before it too, and bob has had none.
    columns = ("n_events", "n_during", "n_between", "n_later", "n_before")
    assert hand.rows(side_effect_timing, TIMING, "term", *columns) == [("Nausea", 7, 1, 1, 2, 3)]


TIMED = Case("timing lengths")
DAY = "2024-03-04T"
CYD = TIMED.patient("cyd").dose(DAY + "10:00", session_id="tl1", started_at=DAY + "10:00", left_at=DAY + "11:00")
CYD.effect("Nausea", "tl1", resolved_at=DAY + "10:20").effect("Nausea", "tl1", DAY + "10:10", resolved_at=DAY + "10:20")
CYD.effect("Nausea", "tl1", DAY + "10:10", resolved_at=DAY + "12:00").effect("Nausea", "tl1")
CYD.dose("2024-03-06T10:00", session_id="tl2", started_at="2024-03-06T10:00")
CYD.effect("Nausea", "tl2", resolved_at="2024-03-06T11:00").effect("Nausea", onset="2024-03-07T10:00")


def test_lengths_are_of_the_events_in_sessions_and_leaving_of_those_with_both_times(hand: Hand) -> None:
    # 20, 10, 110 and 60 minutes: half-way 40; at nine tenths of the way from the first to the fourth, 60 + 0.7 x 50.
    # 10:20 twice is before 11:00, 12:00 is not; tl2 has no discharge. The last event is of no session.
    columns = ("n_events", "n_timed", "median_minutes", "p90_minutes", "n_with_leaving", "n_before_leaving")
    assert hand.rows(side_effect_length, TIMED, *columns) == [(5, 4, 40, 95, 3, 2)]
    assert hand.rows(side_effect_length, TIMED, "before_leaving_rate") == [(pytest.approx(2 / 3),)]


READY = Case("timing ready")
PERSON = READY.patient()
NIGHT = ("2024-03-10T01:30", "2024-03-10T03:30", None)  # the clock goes from 2:00 to 3:00: 60 minutes
MIDNIGHT = ("2024-03-12T23:30", "2024-03-13T00:45", "2024-03-13T00:15")  # 75, and 30 from the end
WRONG = ("2024-03-14T10:00", "2024-03-14T09:00", None)
for place, (started, done, ended) in enumerate((NIGHT, MIDNIGHT, WRONG)):
    PERSON.dose(started, session_id=f"tr{place}", started_at=started, ready_at=done, dose_ended_at=ended)


def test_minutes_go_over_midnight_and_over_a_change_of_the_clock(hand: Hand) -> None:
    # 60 and 75: half-way 67.5, at nine tenths 73.5
    columns = ("n_sessions", "n_timed", "median_minutes", "p90_minutes", "n_from_end", "median_from_end")
    assert hand.rows(ready, READY, *columns) == [(3, 2, 67.5, 73.5, 1, 30)]


def test_it_handles_no_data_and_no_such_split(hand: Hand) -> None:
    for metric in (side_effect_timing, side_effect_length, ready):
        assert hand.table(metric, READY, {"sex": ("male",)}, by="route").empty
        with pytest.raises(OptionError):
            hand.table(metric, READY, by="colour")
