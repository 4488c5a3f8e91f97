"""Pressure, saturation, sedation, CADSS and the watch over esketamine: what was measured, and what counts as done."""

import pytest

from dashboard.clinical.cohort import OptionError
from dashboard.metrics.cadss import cadss
from dashboard.metrics.lowest_values import lowest_values
from dashboard.metrics.monitoring import monitoring
from dashboard.metrics.pressure_course import pressure_course
from dashboard.metrics.pressure_pairs import pressure_pairs
from tests.hand import Case, Hand

PAIRS = Case("vitals pairs")
ONE = PAIRS.patient().dose("2024-03-04", sbp_pre=120, sbp_peak=169, dbp_pre=80, dbp_peak=90)
ONE.dose("2024-03-06", sbp_pre=129, sbp_peak=160, dbp_pre=80, dbp_peak=110)
ONE.dose("2024-03-08", sbp_pre=119, sbp_peak=180).dose("2024-03-10", sbp_pre=119, sbp_peak=0)


def test_sessions_are_counted_by_steps_and_beyond_by_either_pressure(hand: Hand) -> None:
    # 49 up; 31 up with a diastolic of 110, 30 up; 61 up to 180. The last peak is 0, which means not measured.
    assert hand.rows(pressure_pairs, PAIRS, "sbp_pre", "sbp_peak", "n_sessions", "n_peak", "n_rise") == [
        (110, 180, 1, 1, 1),
        (120, 160, 2, 1, 2),
    ]


CURVE = Case("vitals curve")
TWO = CURVE.patient()
for place, (pre, values) in enumerate(
    [
        (120, {10: 125, 40: 150, 60: 150, 80: 131, 90: 130}),
        (120, {20: 140, 40: 150, 60: 145}),
        (120, {20: 140, 40: 150}),
    ]
):
    TWO.dose(f"2024-03-0{4 + place}", session_id=f"vc{place}", sbp_pre=pre)
    TWO.vitals(f"vc{place}", *({"minute": minute, "sbp": value} for minute, value in values.items()))
TWO.dose("2024-03-08", session_id="vc3").vitals("vc3", *({"minute": m, "sbp": 150} for m in (20, 40, 60)))


def test_the_peak_is_the_first_of_the_highest_and_the_return_what_was_seen(hand: Hand) -> None:
    # vc0: 150 at 40 and 60, back at 130, 90 minutes; vc1 peaks at 40 and is not seen to come back; vc2 has two values
    # only, vc3 none before the dose
    columns = ("n_sessions", "n_charted", "median_to_peak", "p90_to_peak", "n_returned", "median_to_return")
    assert hand.rows(pressure_course, CURVE, *columns) == [(4, 2, 40, 40, 1, 90)]


LOW = Case("vitals low")
THREE = LOW.patient().dose("2024-03-04", session_id="vl0", spo2_min=96, moaas_min=5).dose("2024-03-05", spo2_min=93)
THREE.dose("2024-03-06", spo2_min=92, moaas_min=0).dose("2024-03-07", spo2_min=0).dose("2024-03-08", session_id="vl4")
THREE.vitals("vl4", {"minute": 10, "spo2": 91, "moaas": 3}, {"minute": 20, "spo2": 97, "moaas": 4})


def test_the_lowest_of_each_session_has_its_step_and_0_is_a_finding_of_alertness_only(hand: Hand) -> None:
    columns = ("n_sessions", "n_with_spo2", "n_spo2_full", "n_spo2_less", "n_spo2_low")
    assert hand.rows(lowest_values, LOW, *columns) == [(5, 4, 1, 1, 2)]
    levels = [f"n_moaas_{level}" for level in range(6)]
    assert hand.rows(lowest_values, LOW, "n_with_moaas", *levels) == [(3, 1, 0, 0, 1, 0, 1)]


FORMS = Case("vitals cadss")
FOUR = FORMS.patient()
for place, score in enumerate((0, 4, 10, 30)):
    FOUR.dose(f"2024-03-0{4 + place}", cadss_max=score, cadss_form="cadss-23")
FOUR.dose("2024-03-08", cadss_max=6, cadss_form="cadss-6").dose("2024-03-09", cadss_max=7).dose("2024-03-10")


def test_forms_of_the_cadss_are_never_pooled(hand: Hand) -> None:
    # 0, 4, 10, 30: half-way 7; at nine tenths 10 + 0.7 x 20
    columns = ("form", "n_sessions", "median", "p90", "highest")
    assert hand.rows(cadss, FORMS, *columns, by="none") == [
        ("cadss-23", 4, 7, 24, 30),
        ("cadss-6", 1, 6, 6, 6),
        ("unknown", 1, 7, 7, 7),
    ]


WATCH = Case("vitals watch")
FIVE = WATCH.patient()
NASAL = {"route": "intranasal", "drug": "esketamine"}
PRESSURES = {"sbp_pre": 120, "sbp_peak": 140, "sbp_end": 125}


def watched(day: int, ready: str, **columns: object) -> None:
    date = f"2024-03-{day:02d}T"
    FIVE.dose(f"{date}09:30", started_at=f"{date}10:00", ready_at=f"{date}{ready}", **NASAL, **columns)


watched(4, "12:00", session_id="vw0", **PRESSURES, moaas_min=4, cadss_max=3, cadss_form="cadss-6")
watched(5, "11:59", session_id="vw1", **PRESSURES, effects_recorded="true")
watched(6, "12:30", session_id="vw2", sbp_pre=120, effects_recorded="true")
watched(7, "12:30", session_id="vw3", sbp_pre=120, sbp_peak=140, moaas_min=5)
FIVE.vitals("vw2", {"minute": 0, "sbp": 120}, {"minute": 40, "sbp": 140}, {"minute": 90, "sbp": 122})
FIVE.dose("2024-03-08", session_id="vw4", **PRESSURES, effects_recorded="true")  # no esketamine


def test_a_watch_is_whole_where_each_of_its_parts_is_written_down(hand: Hand) -> None:
    # vw0 has all; vw1 a minute too few; vw2 its pressures from the chart and a form for the rest; vw3 two pressures and
    # no word of dissociation
    columns = ("n_sessions", "n_pressures", "n_two_hours", "n_sedation", "n_dissociation", "n_complete")
    assert hand.rows(monitoring, WATCH, *columns) == [(4, 3, 3, 4, 3, 2)]
    # 2 of 4: Wilson's ends are 0.15 and 0.85 (R: prop.test(2, 4, correct = FALSE))
    assert hand.rows(monitoring, WATCH, "complete_low", "complete_high")[0] == pytest.approx((0.150, 0.850), abs=1e-3)


def test_it_handles_no_data_and_no_such_split(hand: Hand) -> None:
    for metric in (pressure_pairs, pressure_course, lowest_values, cadss, monitoring):
        assert hand.table(metric, WATCH, {"sex": ("male",)}, by="route").empty
        with pytest.raises(OptionError):
            hand.table(metric, WATCH, by="colour")
