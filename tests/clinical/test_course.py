"""``definitions.md`` §1 and §2, case by case: what belongs together, and which score belongs to what."""

import datetime

import pytest

from dashboard.clinical.tables import COURSES, DOSES
from tests.hand import Case, Hand

GAPS = Case("gaps of 90 and 91 days")
NINETY = GAPS.patient("90").dose("2024-01-01", "2024-03-31")
NINETY_ONE = GAPS.patient("91").dose("2024-01-01", "2024-04-01")
CANCELLED = GAPS.patient("cancelled").dose("2024-01-01")
CANCELLED.session("2024-03-01", "no-show").session("2024-03-05", "late-cancelled").dose("2024-04-30")
CALENDAR = GAPS.patient("calendar").dose("2024-01-01T08:00", "2024-03-31T20:00")


def test_a_gap_of_more_than_90_days_starts_a_course(hand: Hand) -> None:
    assert [row[0] for row in hand.mart(DOSES, NINETY, "course")] == [1, 1]
    assert [row[0] for row in hand.mart(DOSES, NINETY_ONE, "course")] == [1, 2]


def test_gaps_are_of_calendar_days_not_of_hours(hand: Hand) -> None:
    # 90 days and 12 hours
    assert hand.mart(COURSES, CALENDAR, "course", "n_sessions") == [(1, 2)]


def test_sessions_that_did_not_take_place_neither_make_nor_extend_a_course(hand: Hand) -> None:
    # 2024-01-01 to 2024-04-30 is 120 days; counted from the no-show it would be 60
    assert hand.mart(COURSES, CANCELLED, "course", "n_sessions") == [(1, 1), (2, 1)]


PHASES = Case("phases")
EDGE = PHASES.patient("edge").dose("2024-01-01", "2024-01-29", "2024-01-30")
PACE = PHASES.patient("pace").dose("2024-01-01", "2024-01-22", "2024-01-23", "2024-01-29", "2024-01-30", "2024-07-01")
LATE_SWITCH = PHASES.patient("late switch").dose("2024-01-01").dose("2024-01-30", route="im")
EARLY_SWITCH = PHASES.patient("early switch").dose("2024-01-01").dose("2024-01-29", route="im")
DRUG_SWITCH = PHASES.patient("drug switch").dose("2024-01-01", route="intranasal", drug="esketamine")
DRUG_SWITCH.dose("2024-01-08", route="intranasal")


def test_induction_is_day_0_to_28(hand: Hand) -> None:
    assert hand.mart(DOSES, EDGE, "session_number", "phase") == [
        (1, "induction"),
        (2, "induction"),
        (3, "maintenance"),
    ]
    assert hand.mart(COURSES, EDGE, "n_induction", "n_sessions") == [(2, 3)]


def test_sessions_up_to_day_21_and_28_count_by_day_of_the_course(hand: Hand) -> None:
    assert hand.mart(DOSES, PACE, "day") == [(0,), (0,), (21,), (22,), (28,), (29,)]
    assert hand.mart(COURSES, PACE, "n_to_day_21", "n_to_day_28", "n_sessions") == [(1, 1, 1), (2, 4, 5)]


def test_route_and_drug_are_those_of_the_induction(hand: Hand) -> None:
    columns = ("route", "drug", "treatment")
    assert hand.mart(COURSES, LATE_SWITCH, *columns) == [("iv", "ketamine", "iv-ketamine")]
    assert hand.mart(COURSES, EARLY_SWITCH, *columns) == [("mixed", "ketamine", "mixed")]
    assert hand.mart(COURSES, DRUG_SWITCH, *columns) == [("intranasal", "mixed", "mixed")]


PLACES = Case("places")
OWN_SITE = PLACES.patient("own").dose("2024-01-01", site="North", clinician="Ash")
OWN_SITE.dose("2024-01-02", site="South", clinician="Elm")
HOME_SITE = PLACES.patient("home", clinician="Oak").dose("2024-01-01").dose("2024-01-02", site="South", clinician="Elm")
NO_SITE = PLACES.patient("none").dose("2024-01-01")


def test_site_and_clinician_are_the_first_sessions_else_the_patients(hand: Hand) -> None:
    assert hand.mart(COURSES, OWN_SITE, "site", "clinician") == [("North", "Ash")]
    assert hand.mart(COURSES, HOME_SITE, "site", "clinician") == [("places", "Oak")]
    assert hand.mart(COURSES, NO_SITE, "clinician") == [("unknown",)]


DOSE_MOMENT = Case("moment of a dose")
BOOKED = DOSE_MOMENT.patient("booked").dose("2024-01-01T10:00")
BOOKED.score("2024-01-01T10:30", 20).score("2024-01-01T11:00", 18).score("2024-01-01T11:01", 9)
STARTED = DOSE_MOMENT.patient("started").dose("2024-01-01T10:00", started_at="2024-01-01T10:10")
STARTED.score("2024-01-01T10:09", 20).score("2024-01-01T10:30", 9)
SAME_DAY = DOSE_MOMENT.patient("same day").dose("2024-01-01T08:00").score("2024-01-01", 20)
SECONDS = DOSE_MOMENT.patient("seconds").dose("2024-01-01T10:00", started_at="2024-01-01T10:00:30")
SECONDS.score("2024-01-01T10:00:20", 20).score("2024-01-01T10:00:45", 9)


def test_forms_up_to_an_hour_after_the_booked_time_are_before_the_dose(hand: Hand) -> None:
    # the last at or before 11:00 is the baseline, the first one has no course
    assert hand.column(BOOKED, "course") == [None, 1, 1]
    assert hand.column(BOOKED, "is_baseline") == [False, True, False]
    assert hand.column(BOOKED, "session_number") == [None, 0, 1]


def test_a_dosing_start_is_the_moment_of_the_dose(hand: Hand) -> None:
    assert hand.column(STARTED, "is_baseline") == [True, False]
    assert hand.column(SECONDS, "is_baseline") == [True, False]


def test_a_date_without_a_time_is_before_that_days_dose(hand: Hand) -> None:
    assert hand.column(SAME_DAY, "is_baseline") == [True]


DAYS = Case("days are clinic-local")
MIDNIGHT = DAYS.patient("midnight").dose("2024-01-01T22:00").score("2024-01-01T09:00", 20)
MIDNIGHT.score("2024-01-02T00:30", 10)
OFFSET = DAYS.patient("offset").dose("2024-01-01T08:00").score("2024-01-01T07:00", 20)
OFFSET.score("2024-01-02T03:00Z", 10).score("2024-01-02T06:00+01:00", 9)
CLOCK = DAYS.patient("clock change").dose("2024-03-01").score("2024-03-01T09:00", 20)
CLOCK.score("2024-03-10T23:30", 10)


def test_days_are_differences_of_calendar_dates(hand: Hand) -> None:
    # two and a half hours after the dose, but on the next date
    assert hand.column(MIDNIGHT, "day") == [0, 1]
    # the clocks go forward on 2024-03-10 in New York
    assert hand.column(CLOCK, "day") == [0, 9]


def test_a_time_with_an_offset_is_moved_to_the_clinics_zone(hand: Hand) -> None:
    # 03:00 UTC is 22:00 the day before in New York; 06:00+01:00 is 00:00 of the second
    assert hand.column(OFFSET, "day") == [0, 0, 1]
    assert hand.column(OFFSET, "assessed_at")[1:] == [
        datetime.datetime(2024, 1, 1, 22, 0),
        datetime.datetime(2024, 1, 2, 0, 0),
    ]


TIES = Case("ties")
DIGITS = TIES.patient("digits").dose("2024-01-08")
DIGITS.score("2024-01-01", 11, assessment_id="t10").score("2024-01-01", 22, assessment_id="t9")
LETTERS = TIES.patient("letters").dose("2024-01-08")
LETTERS.score("2024-01-01", 11, assessment_id="Zz").score("2024-01-01", 22, assessment_id="aa")
DOSE_TIE = TIES.patient("doses").dose("2024-01-08T10:00", "2024-01-08T10:00")


def test_of_two_scores_at_one_moment_the_larger_id_counts_byte_by_byte(hand: Hand) -> None:
    # by number t10 would be larger; by a dictionary's order Zz would
    assert hand.column(DIGITS, "score") == [22]
    assert hand.column(LETTERS, "score") == [22]


def test_two_sessions_on_one_date_count_as_two(hand: Hand) -> None:
    assert hand.mart(COURSES, DOSE_TIE, "n_sessions") == [(2,)]
    assert [row[0] for row in hand.mart(DOSES, DOSE_TIE, "session_number")] == [1, 2]


BELONGS = Case("a score belongs")
TWO = BELONGS.patient("two courses").dose("2024-01-01", "2024-06-03")
TWO.score("2024-01-01", 20).score("2024-02-01", 12).score("2024-06-01", 16).score("2024-07-01", 8)
AT_NEXT = BELONGS.patient("at the next").dose("2024-01-01", "2024-06-03T10:00")
AT_NEXT.score("2024-01-01", 20).score("2024-06-03T11:00", 14).score("2024-06-03T11:01", 13)
BEFORE = BELONGS.patient("before the baseline").dose("2024-02-01").score("2024-01-10", 25).score("2024-01-31", 20)
UNTREATED = BELONGS.patient("never treated").score("2024-01-10", 25)


def test_one_score_may_end_one_course_and_begin_the_next(hand: Hand) -> None:
    assert hand.column(TWO, "course") == [1, 1, 2, 2]
    assert hand.column(TWO, "change") == [0, -8, 0, -8]
    assert hand.column(TWO, "is_baseline") == [True, False, True, False]
    # days from each course's own first dose; the second began on 2024-06-03
    assert hand.column(TWO, "day") == [0, 31, -2, 28]
    # and as follow-up of the first course it is its last score: 16 of 20
    assert hand.one(BELONGS, window="100-200", courses="first")["mean_change"] == pytest.approx((16 - 20 + 14 - 20) / 2)


def test_a_score_at_the_next_courses_first_dose_is_still_of_the_course_before(hand: Hand) -> None:
    assert hand.column(AT_NEXT, "course") == [1, 2, 2]
    assert hand.column(AT_NEXT, "is_baseline") == [True, True, False]


def test_a_score_before_the_baseline_has_no_course_change_or_status(hand: Hand) -> None:
    first = hand.trajectory(BEFORE)[0]
    assert [first[name] for name in ("course", "day", "session_number", "change", "status")] == [None] * 5
    assert hand.column(UNTREATED, "course") == [None]


NUMBERS = Case("session numbers")
COUNTED = NUMBERS.patient("counted").dose("2024-01-01", "2024-01-04", "2024-01-08")
COUNTED.session("2024-01-06", "no-show").score("2024-01-01", 20).score("2024-01-03", 18)
COUNTED.score("2024-01-04T10:30", 17).score("2024-01-07", 15).score("2024-01-09", 12)


def test_session_number_counts_the_completed_sessions_up_to_the_score(hand: Hand) -> None:
    # the form of 10:30 was filled before the dose of the second session; the no-show counts for nothing
    assert hand.column(COUNTED, "session_number") == [0, 1, 1, 2, 3]


FIRST = Case("first course")
SECOND_IM = FIRST.patient("p").dose("2024-01-01").dose("2024-06-03", route="im")
SECOND_IM.score("2024-01-01", 20).score("2024-06-01", 20)


def test_the_first_course_is_chosen_before_any_filter(hand: Hand) -> None:
    assert hand.one(FIRST, where={"route": ("im",)})["n_started"] == 0
    assert hand.one(FIRST, where={"route": ("im",)}, courses="all")["n_started"] == 1
    assert hand.one(FIRST, since=datetime.date(2024, 2, 1))["n_started"] == 0
    assert hand.one(FIRST, courses="all")["n_started"] == 2
