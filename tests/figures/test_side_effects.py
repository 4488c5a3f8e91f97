"""The figures of side effects, severity, fading and excursions show their tables' numbers and no others."""

from typing import Any

import pandas as pd
import pytest

from dashboard.figures.excursions import excursions_figure
from dashboard.figures.explorer import EVERY, SYSTEMS, differences_figure, explorer_figure
from dashboard.figures.fading import fading_figure
from dashboard.figures.side_effects import MOST_ROWS, any_figure, drawn_terms, severity_figure
from dashboard.figures.theme import ROUTE_STYLES
from tests.figures.check import checked, texts, traces

THRESHOLDS = {"peak_sbp": 180, "peak_dbp": 110, "rise_sbp": 40, "rise_dbp": 25, "low_spo2": 93}


def terms_table() -> pd.DataFrame:
    names = ("n_sessions", "n_sessions_with", "session_low", "session_high", "n_patients", "n_patients_with")
    names += ("patient_low", "patient_high", "n_mild", "n_moderate", "n_severe", "n_events")
    rows: list[Any] = [
        ("Nausea", "iv-ketamine", 150, 23, 0.1, 0.22, 30, 15, 0.33, 0.67, 20, 4, 1, 27),
        ("Nausea", "intranasal-esketamine", 40, 0, 0.0, 0.09, 8, 0, 0.0, 0.32, 0, 0, 0, 0),
        ("Odd", "iv-ketamine", 150, 1, 0.0, 0.04, 30, 1, 0.01, 0.17, 0, 0, 0, 1),
        ("Odd", "intranasal-esketamine", 40, 2, 0.01, 0.17, 8, 2, 0.07, 0.59, 1, 1, 0, 2),
    ]
    table = pd.DataFrame(rows, columns=["term", "treatment", *names])
    return table.astype({name: "Int64" if name.startswith("n_") else "Float64" for name in names})


def explorer_table() -> pd.DataFrame:
    terms = terms_table()
    names = ["difference", "difference_low", "difference_high"]
    terms[names] = pd.DataFrame([[None] * 3, [-0.15, None, None], [None] * 3, [0.043, -0.02, 0.11]], dtype="Float64")
    terms[["per_100_sessions", "per_100_low", "per_100_high"]] = pd.DataFrame(
        [[18, 11, 29.5], [0, 0, 9.2], [0.7, 0.1, 4.7], [5, 1.2, 20.4]], dtype="Float64"
    )
    gut, odd = terms.iloc[:2].assign(term=None), terms.iloc[2:].assign(term=None)
    parts = [gut, terms.iloc[:2], odd, terms.iloc[2:]]
    systems = ["Gastrointestinal"] * 4 + ["Not in the list"] * 4
    return pd.concat(parts, ignore_index=True).assign(system=systems)


def explored(**options: Any) -> Any:
    said = {"by": "treatment", "basis": "session", "opened": EVERY, "theme": "light", **options}
    return checked(explorer_figure(explorer_table(), **said))


def test_terms_are_dots_of_sessions_of_patients_or_of_events() -> None:
    sessions = explored()
    assert texts(sessions)[:6] == [
        "Nausea · Gastrointestinal",
        "Odd · Not in the list",
        "23 of 150 · 15 % (10–22)",
        "0 of 40 · up to 9 %",
        "1 of 150 · 1 % (0–4)",
        "2 of 40 · 5 % (1–17)",
    ]
    assert sessions["layout"]["xaxis"]["title"]["text"] == "% of the sessions with a filled form"
    patients = explored(basis="patient", theme="dark")
    assert texts(patients)[2:4] == ["15 of 30 · 50 % (33–67)", "0 of 8 · too few for a percentage"]
    assert patients["layout"]["xaxis"]["title"]["text"] == "% of the patients who have a filled form"
    events = explored(basis="event")
    assert texts(events)[2:4] == ["27 in 150 · 18.0 (11.0–29.5)", "0 in 40 · up to 9.2"]
    assert events["layout"]["xaxis"]["title"]["text"] == "events per 100 sessions with a filled form"
    (rate,) = traces(events, "rate")
    assert rate["x"] == pytest.approx([18, 0, 0.7, 5])


def test_systems_are_closed_until_one_is_opened() -> None:
    closed = texts(explored(opened=SYSTEMS))
    assert closed[:2] == ["Gastrointestinal · any of its terms", "Not in the list · any of its terms"]
    assert texts(explored(opened="Gastrointestinal"))[:2] == [
        "Gastrointestinal · any of its terms",
        "Nausea · Gastrointestinal",
    ]


def test_differences_stand_on_both_sides_of_0_and_are_said() -> None:
    said = {"by": "treatment", "than": "iv-ketamine", "opened": EVERY, "theme": "light"}
    figure = checked(differences_figure(explorer_table(), **said))
    assert texts(figure)[2:4] == ["−15 of 100 · no interval", "+4 of 100 (−2 to +11)"]
    (rate,) = traces(figure, "rate")
    assert rate["x"] == pytest.approx([-15, 4.3])
    assert figure["layout"]["xaxis"]["range"] == [-25, 25]
    alone = explorer_table()[lambda each: each["treatment"] == "iv-ketamine"]
    assert texts(differences_figure(alone, **said)) == ["There is one group only: nothing to compare it with."]


def test_treatments_look_as_everywhere() -> None:
    (rate,) = traces(explored(), "rate")
    assert rate["marker"]["symbol"][:2] == ["circle", "triangle-up-open"]
    assert rate["marker"]["color"][0] == ROUTE_STYLES["iv"][0]["light"]


def test_without_a_split_a_term_is_a_row() -> None:
    table = explorer_table()[lambda each: each["treatment"] == "iv-ketamine"].drop(columns="treatment")
    figure = checked(explorer_figure(table, by="none", basis="session", opened=EVERY, theme="light"))
    assert figure["layout"]["yaxis"]["ticktext"] == ["Nausea", "Odd"]


def test_of_many_terms_those_recorded_most_often_are_drawn_in_the_tables_order() -> None:
    table = pd.concat([terms_table().iloc[[0]].assign(term=f"T{place}", n_sessions_with=place) for place in range(200)])
    assert drawn_terms(table) == [f"T{place}" for place in range(200 - MOST_ROWS, 200)]


def test_severities_are_stacked_and_counted_and_what_is_not_stated_is_said() -> None:
    figure = checked(severity_figure(terms_table(), theme="light"))
    assert {trace["name"]: trace["x"] for trace in figure["data"]} == {
        "mild": [20, 1],
        "moderate": [4, 1],
        "severe": [1, 0],
        "not stated": [2, 1],
    }
    assert texts(figure) == ["mild", "moderate", "severe", "not · stated", "20", "4", "1", "2", "1", "1", "0", "1"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["Nausea", "Odd"]


def test_any_side_effect_stands_over_the_forms_behind_it() -> None:
    table = pd.DataFrame(
        {
            "route": ["iv", "unknown"],
            "n_completed": [180, 0],
            "n_sessions": [150, 0],
            "n_sessions_with": [50, 0],
            "session_low": [0.26, None],
            "session_high": [0.41, None],
        }
    )
    figure = checked(any_figure(table, by="route", basis="session", theme="light"))
    assert texts(figure)[:4] == [
        "Any side effect · % of the sessions with a filled form",
        "Form filled · % of the completed sessions",
        "50 of 150 · 33 % (26–41)",
        "150 of 180 · 83 %",
    ]


def fading_table() -> pd.DataFrame:
    counts = {1: (12, 24), 2: (6, 16), 4: (2, 11), 5: (1, 4)}
    rows = [(x, n, y, y / n, y / n / 2, min(1, y / n + 0.1)) for x, (y, n) in counts.items()]
    names = ["session_number", "n_sessions", "n_sessions_with", "session_rate", "session_low", "session_high"]
    return pd.DataFrame(rows, columns=names)


def test_fading_has_a_dot_from_10_sessions_on_and_the_count_under_every_tick() -> None:
    figure = checked(fading_figure(fading_table(), theme="light"))
    (rate,) = traces(figure, "rate")
    assert rate["x"] == [1, 2, 4]
    assert rate["y"] == pytest.approx([50, 37.5, 100 * 2 / 11])
    axis = figure["layout"]["xaxis"]
    assert axis["ticktext"] == ["1<br>12<br>of 24", "2<br>6<br>of 16", "3<br>0<br>of 0", "4<br>2<br>of 11"]
    assert figure["layout"]["yaxis"]["range"] == [0, 100]
    fills = rate["marker"]["color"]
    assert fills[0] != fills[1] == fills[2], "under 20 is hollow"


def test_many_session_numbers_leave_room_for_their_counts() -> None:
    table = pd.concat([fading_table().iloc[[0]].assign(session_number=place) for place in range(1, 41)])
    ticks = fading_figure(table, theme="light")["layout"]["xaxis"]["tickvals"]
    assert ticks[:3] == [1, 5, 9]


def test_fading_takes_one_group_and_says_when_there_is_too_little() -> None:
    with pytest.raises(ValueError, match="one group"):
        fading_figure(pd.concat([fading_table(), fading_table()]), theme="light")
    few = checked(fading_figure(fading_table().iloc[3:], theme="light"))
    assert texts(few) == ["No session number has 10 sessions with a filled form: too few for a percentage."]
    assert texts(fading_figure(fading_table().head(0), theme="dark")) == texts(few)


def test_excursions_are_of_the_sessions_in_which_they_were_measured() -> None:
    row = {"route": "iv", "n_sessions": 90, "n_with_peak": 80, "n_peak": 4, "n_with_rise": 12, "n_rise": 0}
    table = pd.DataFrame([{**row, "n_with_spo2": 0, "n_low_spo2": 0}])
    figure = checked(excursions_figure(table, by="route", thresholds=THRESHOLDS, theme="light"))
    assert texts(figure)[:6] == [
        "Blood pressure peak, mmHg · 180 systolic or 110 diastolic, or more",
        "Rise from before the dose, mmHg · 40 systolic or 25 diastolic, or more",
        "Lowest oxygen saturation · below 93 %",
        "4 of 80 · 5 %",
        "0 of 12 · under 20",
        "not measured",
    ]
    alone = excursions_figure(table.drop(columns="route"), by="none", thresholds=THRESHOLDS, theme="light")
    assert alone["layout"]["yaxis"]["ticktext"][0] == "Blood pressure peak, mmHg"


def test_it_handles_no_data() -> None:
    nothing = terms_table().head(0)
    assert texts(
        explorer_figure(nothing.assign(system=None), by="treatment", basis="session", opened=EVERY, theme="light")
    ) == ["No side effect to show."]
    assert texts(severity_figure(nothing, theme="light")) == ["No side effect to show."]
    assert texts(severity_figure(terms_table().iloc[[1]], theme="light")) == ["No side effect to show."]
    unmeasured = pd.DataFrame(columns=["route", "n_with_peak", "n_with_rise", "n_with_spo2"])
    assert texts(excursions_figure(unmeasured, by="route", thresholds=THRESHOLDS, theme="light")) == [
        "No pressure and no saturation was measured in these sessions."
    ]
