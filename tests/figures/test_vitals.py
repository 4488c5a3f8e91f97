"""The figures of vitals and of rare events show their tables' numbers."""

import pandas as pd
import pytest

from dashboard.figures import vitals
from dashboard.figures.rare import rare_figure
from tests.figures.check import checked, texts, traces

THRESHOLDS = {"peak_sbp": 180, "rise_sbp": 40}


def test_pressures_are_cells_with_their_counts_and_the_clinics_lines() -> None:
    table = pd.DataFrame({"sbp_pre": [110, 120], "sbp_peak": [150, 180], "n_sessions": [9, 2]})
    figure = checked(vitals.pressure_figure(table, thresholds=THRESHOLDS, step=10, theme="light"))
    assert texts(figure) == ["9", "2", "peak of 180", "rise of 40"]
    (heat,) = traces(figure, "sessions")
    assert heat["z"] == [[9, None], [None, None], [None, None], [None, 2]]
    assert [trace["y"] for trace in traces(figure, "threshold")] == [[180, 180], [150, 170]]


def test_times_scores_and_levels_are_said_with_their_n() -> None:
    course = pd.DataFrame(
        {
            "route": ["iv", "im"],
            "n_charted": [40, 12],
            "n_returned": [30, 0],
            "median_to_peak": [40.0, 35.0],
            "p90_to_peak": [60.0, 40.0],
            "median_to_return": [90.0, None],
            "p90_to_return": [118.0, None],
        }
    )
    assert texts(checked(vitals.pressure_course_figure(course, by="route", theme="dark")))[2:6] == [
        "40 (60) · 40 of 40 charted",
        "35 (40) · 12 of 12 charted · under 20",
        "90 (118) · 30 of 40 charted",
        "not seen to come back",
    ]
    scores = pd.DataFrame({"form": ["cadss-6"], "n_sessions": [9], "median": [1.0], "p90": [4.0], "highest": [9.0]})
    assert texts(checked(vitals.cadss_figure(scores, by="none", theme="light")))[:2] == [
        "CADSS-6, 0–24 · points",
        "n = 9, highest 9 · too few for a median",
    ]
    low = {"n_with_spo2": [9], "n_spo2_full": [4], "n_spo2_less": [3], "n_spo2_low": [2], "n_with_moaas": [6]}
    table = pd.DataFrame({**low, **{f"n_moaas_{level}": [int(level > 2) * 2] for level in range(6)}})
    shown = checked(vitals.saturation_figure(table, by="none", full=96, low=93, theme="light"))
    assert texts(shown) == ["96–100", "93–95", "under 93", "4", "3", "2"]
    shown = checked(vitals.sedation_figure(table, by="none", theme="light"))
    assert texts(shown)[6:] == ["2", "2", "2", "0", "0", "0"]


def test_the_watch_and_dissociation_are_counts_of_counts() -> None:
    watch = {"n_sessions": [50], "n_pressures": [48], "n_two_hours": [50], "n_sedation": [40], "n_dissociation": [39]}
    table = pd.DataFrame({**watch, "n_complete": [30], "complete_low": [0.46], "complete_high": [0.72]})
    figure = checked(vitals.monitoring_figure(table, theme="light"))
    assert texts(figure)[0] == "48 of 50 · 96 %"
    assert texts(figure)[4] == "30 of 50 · 60 % (46–72)"
    row = {"instrument": "PHQ-9", "dissociation": "recorded", "n_scored": 30, "n_responded": 15}
    table = pd.DataFrame([{**row, "response_low": 0.33, "response_high": 0.67}])
    assert texts(checked(vitals.dissociation_figure(table, theme="light")))[1] == "15 of 30 · 50 % (33–67)"


def test_rare_events_have_their_limits_and_the_open_days() -> None:
    limits = {"mean": 20.9, "low": 1.6, "high": 91.9}
    rows = [
        {"happened_on": f"2024-0{m}-01", "days": d, **limits, "point": "common"} for m, d in ((3, 10), (4, 20), (5, 40))
    ]
    table = pd.DataFrame([*rows, {"happened_on": None, "days": 100, "point": "open"}])
    figure = checked(rare_figure(table, theme="light"))
    assert traces(figure, "days")[0]["y"] == [10, 20, 40, 100]
    assert texts(figure)[:3] == ["usual 21 days", "lower limit 2 days", "upper limit 92 days"]
    assert "too few" in texts(rare_figure(table.iloc[1:], theme="light"))[0]


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (
            lambda t: vitals.pressure_figure(t, thresholds=THRESHOLDS, step=10, theme="light"),
            "No session has",
        ),
        (lambda t: vitals.pressure_course_figure(t, by="none", theme="light"), "In no session was the pressure"),
        (lambda t: vitals.saturation_figure(t, by="none", full=96, low=93, theme="light"), "No saturation was"),
        (lambda t: vitals.sedation_figure(t, by="none", theme="light"), "No MOAA/S was"),
        (lambda t: vitals.cadss_figure(t, by="none", theme="light"), "No CADSS was"),
        (lambda t: vitals.dissociation_figure(t, theme="light"), "Nobody has a score"),
        (lambda t: vitals.monitoring_figure(t, theme="light"), "No esketamine session"),
    ],
)
def test_it_handles_no_data(draw: object, sentence: str) -> None:
    assert callable(draw)
    assert texts(draw(pd.DataFrame()))[0].startswith(sentence)
