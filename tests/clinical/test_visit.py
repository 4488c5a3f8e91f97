"""Sessions of any status: whose treatment they count as, their week, their form, their chair time, their pressure."""

import datetime

from dashboard.clinical.tables import VISITS
from tests.hand import Case, Hand

booked = Case("visit-booked")
late = booked.patient("late", clinician="Dr Home").session("2024-03-04T09:00", "no-show", session_id="b1")
late.session("2024-03-05T09:00", "cancelled", route="sc", session_id="b2")
late.dose("2024-03-10T23:30", route="im", session_id="b3", clinician="Dr Other")  # a Sunday
late.session("2024-03-11T09:00", "late-cancelled", session_id="b4")
late.dose("2024-03-12", route="intranasal", drug="esketamine", session_id="b5")
late.session("2024-04-01T09:00", "scheduled", session_id="b6")
never = booked.patient("never").session("2024-03-04T09:00", "cancelled", session_id="b7")


def test_who_did_not_come_counts_as_the_last_treatment_else_the_next_else_unknown(hand: Hand) -> None:
    rows = hand.mart(VISITS, late, "session_id", "route", "drug", "treatment")
    assert rows == [
        ("b1", "im", "ketamine", "im-ketamine"),  # the next
        ("b2", "sc", "ketamine", "sc-ketamine"),  # its own route, the next one's drug
        ("b3", "im", "ketamine", "im-ketamine"),
        ("b4", "im", "ketamine", "im-ketamine"),  # the last
        ("b5", "intranasal", "esketamine", "intranasal-esketamine"),
        ("b6", "intranasal", "esketamine", "intranasal-esketamine"),
    ]
    assert hand.mart(VISITS, never, "route", "drug", "treatment") == [("unknown", "unknown", "unknown")]


def test_course_number_and_phase_are_of_completed_sessions(hand: Hand) -> None:
    rows = hand.mart(VISITS, late, "session_id", "course", "session_number", "phase", "is_first")
    assert rows == [
        ("b1", None, None, "unknown", 0),
        ("b2", None, None, "unknown", 0),
        ("b3", 1, 1, "induction", 1),
        ("b4", None, None, "unknown", 0),
        ("b5", 1, 2, "induction", 0),
        ("b6", None, None, "unknown", 0),
    ]


def test_a_week_begins_on_monday_and_a_month_on_its_first(hand: Hand) -> None:
    def date(day: int) -> str:
        return str(datetime.date(1970, 1, 1) + datetime.timedelta(day))

    rows = hand.mart(VISITS, late, "session_id", "week_day", "month_day")
    assert [(key, date(week), date(month)) for key, week, month in rows] == [
        ("b1", "2024-03-04", "2024-03-01"),
        ("b2", "2024-03-04", "2024-03-01"),
        ("b3", "2024-03-04", "2024-03-01"),  # Sunday
        ("b4", "2024-03-11", "2024-03-01"),  # Monday
        ("b5", "2024-03-11", "2024-03-01"),
        ("b6", "2024-04-01", "2024-04-01"),
    ]


def test_site_and_clinician_are_the_sessions_else_the_patients(hand: Hand) -> None:
    rows = hand.mart(VISITS, late, "session_id", "site", "clinician")
    assert rows[2:4] == [("b3", "visit-booked", "Dr Other"), ("b4", "visit-booked", "Dr Home")]
    assert hand.mart(VISITS, never, "clinician", "payer", "sex") == [("unknown", "unknown", "unknown")]


forms = Case("visit-forms")
form = forms.patient("form").dose("2024-03-04", session_id="f1", effects_recorded="true")
form.dose("2024-03-06", session_id="f2", effects_recorded="false").dose("2024-03-08", session_id="f3")
form.dose("2024-03-10", session_id="f4", effects_recorded="false").effect("No side effects", "f4")
form.dose("2024-03-12", session_id="f5", effects_recorded="false").effect("Nausea", "f5")
form.session("2024-03-14", "no-show", session_id="f6", effects_recorded="true")


def test_a_form_is_filled_where_it_says_so_or_says_that_there_was_nothing(hand: Hand) -> None:
    rows = hand.mart(VISITS, form, "session_id", "has_form")
    assert rows == [("f1", 1), ("f2", 0), ("f3", 0), ("f4", 1), ("f5", 0), ("f6", 0)]


chairs = Case("visit-chairs")
chair = chairs.patient("chair")
chair.dose("2024-03-09T23:00", session_id="c1", arrived_at="2024-03-09T23:30", left_at="2024-03-10T03:30")
chair.dose("2024-11-02T23:00", session_id="c2", arrived_at="2024-11-02T23:30", left_at="2024-11-03T03:30")
chair.dose("2024-11-05T10:00", session_id="c3", arrived_at="2024-11-05T10:00")
chair.dose("2024-11-06T10:00", session_id="c4", arrived_at="2024-11-06T10:00", left_at="2024-11-06T09:00")


def test_chair_time_is_counted_over_midnight_and_over_a_change_of_the_clock(hand: Hand) -> None:
    # In New York 2024-03-10 has no hour from 2 to 3, and 2024-11-03 has the hour from 1 to 2 twice.
    rows = hand.mart(VISITS, chair, "session_id", "chair_seconds")
    assert rows == [("c1", 3 * 3600), ("c2", 5 * 3600), ("c3", None), ("c4", None)]


pressures = Case("visit-pressures")
body = pressures.patient("body")
body.dose("2024-03-04", session_id="p1", sbp_pre=120, dbp_pre=80, sbp_peak=179, dbp_peak=109, spo2_min=93)
body.dose("2024-03-06", session_id="p2", sbp_pre=140, dbp_pre=80, sbp_peak=180, dbp_peak=104)
body.dose("2024-03-08", session_id="p3", sbp_pre=150, dbp_pre=85, sbp_peak=160, dbp_peak=110, spo2_min=92)
body.dose("2024-03-10", session_id="p4", sbp_peak=150)
body.dose("2024-03-12", session_id="p5", sbp_pre=0, spo2_min=0, moaas_min=0)
body.dose("2024-03-14", session_id="p6", sbp_peak=150)
body.vitals(
    "p6",
    {"minute": -20, "sbp": 110, "dbp": 70, "spo2": 80},
    {"minute": 0, "sbp": 120, "spo2": 96, "moaas": 5},
    {"minute": 40, "sbp": 185, "dbp": 95, "spo2": 91, "moaas": 3},
    {"minute": 90, "sbp": 130, "dbp": 80},
)


def test_a_pressure_is_the_sessions_own_else_from_its_vitals(hand: Hand) -> None:
    rows = hand.mart(VISITS, body, "session_id", "sbp_pre", "dbp_pre", "sbp_peak", "dbp_peak", "spo2_min", "moaas_min")
    # before: 120 at minute 0, 70 at minute -20; the peak of 150 is the session's own; 80 % was before the dose
    assert rows[5] == ("p6", 120, 70, 150, 95, 91, 3)
    assert rows[4] == ("p5", None, None, None, None, None, 0)  # 0 is not measured for pressure and saturation only


def test_excursions_on_both_sides_of_their_edges(hand: Hand) -> None:
    rows = hand.mart(VISITS, body, "session_id", "is_peak", "is_rise", "is_low_spo2")
    assert rows == [
        ("p1", 0, 1, 0),  # 179/109; +59/+29; 93 %
        ("p2", 1, 1, None),  # 180; +40/+24
        ("p3", 1, 1, 1),  # 110 diastolic; +10/+25; 92 %
        ("p4", 0, None, None),  # no pressure before
        ("p5", None, None, None),
        ("p6", 0, 1, 1),  # +30/+25
    ]


edges = Case("visit-edges")
edge = edges.patient("edge").dose("2024-03-04", session_id="e1", sbp_pre=120, dbp_pre=80, sbp_peak=159, dbp_peak=104)


def test_a_rise_of_39_and_24_is_none(hand: Hand) -> None:
    assert hand.mart(VISITS, edge, "is_rise") == [(0,)]
