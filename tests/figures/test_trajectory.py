"""A patient's scores as they are, joined within a course only, thresholds and doses beside them."""

import datetime
from typing import Any

import pandas as pd
import pytest

from dashboard.figures.theme import ROUTE_STYLES, Figure
from dashboard.figures.trajectory import trajectory_figure
from tests.figures.check import checked, texts, traces

SCORES = [
    ("PHQ-9", "2024-01-01", None, 21.0, False),
    ("PHQ-9", "2024-01-10", 1, 20.0, True),
    ("PHQ-9", "2024-01-20", 1, 9.0, False),
    ("GAD-7", "2024-01-20", 1, 15.0, False),
    ("PHQ-9", "2024-06-01", 2, 18.0, True),
]
DOSES = [
    ("2024-01-11", "iv", "ketamine", 40.0, 1, 1, "induction"),
    ("2024-01-14", "iv", "ketamine", 60.0, 2, 1, "induction"),
    ("2024-06-02", "intranasal", "esketamine", None, 1, 2, "induction"),
]
LINES = [
    (1, datetime.date(2024, 1, 10), datetime.date(2024, 1, 20), 10.0),
    (2, datetime.date(2024, 6, 1), datetime.date(2024, 6, 1), 9.0),
]


def scores(rows: list[Any] = SCORES) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["instrument", "assessed_at", "course", "score", "is_baseline"])
    table["assessed_at"] = pd.to_datetime(table["assessed_at"])
    return table.astype({"course": "Int64", "score": "Float64", "is_baseline": "boolean"})


def doses(rows: list[Any] = DOSES) -> pd.DataFrame:
    columns = ["dose_on", "route", "drug", "dose_mg", "session_number", "course", "phase"]
    table = pd.DataFrame(rows, columns=columns)
    table["dose_on"] = pd.to_datetime(table["dose_on"])
    return table.astype({"course": "Int64", "session_number": "Int64", "dose_mg": "Float64"})


def drawn(**options: Any) -> Figure:
    given: dict[str, Any] = {"instrument": "PHQ-9", "theme": "light", "response_line": LINES, "remission_line": 4.0}
    return checked(trajectory_figure(options.pop("table", scores()), options.pop("doses", doses()), **given | options))


def of_scores(figure: Figure) -> dict[str, tuple[list[str], list[float]]]:
    lines = [trace for trace in figure["data"] if "text" in trace["mode"]]
    return {line["name"]: ([each[:10] for each in line["x"]], line["y"]) for line in lines}


def test_every_score_is_the_tables_and_joined_within_its_course() -> None:
    assert of_scores(drawn()) == {
        "no course": (["2024-01-01"], [21.0]),
        "course 1": (["2024-01-10", "2024-01-20"], [20.0, 9.0]),
        "course 2": (["2024-06-01"], [18.0]),
    }


def test_only_the_asked_scale_is_drawn() -> None:
    assert of_scores(drawn(instrument="GAD-7")) == {"course 1": (["2024-01-20"], [15.0])}


def test_the_baseline_is_named_and_scores_are_written() -> None:
    lines = [trace for trace in drawn()["data"] if "text" in trace["mode"]]
    assert [line["text"] for line in lines] == [["21"], ["baseline 20", "9"], ["baseline 18"]]


@pytest.mark.parametrize(("code", "range_", "better"), [("PHQ-9", [0, 27], "lower"), ("WHO-5", [0, 100], "higher")])
def test_the_whole_range_is_shown_and_never_flipped(code: str, range_: list[float], better: str) -> None:
    axis = drawn(instrument=code, remission_line=None, response_line=())["layout"]["yaxis"]
    assert (axis["range"], axis["title"]["text"]) == (range_, f"{code}, {better} is better")


def test_bands_and_thresholds_are_named() -> None:
    figure = drawn()
    assert {"minimal", "mild", "moderate", "moderately severe", "severe"} <= set(texts(figure))
    assert {"response: 50 % below baseline", "remission: 4 or less"} <= set(texts(figure))
    assert "reliable: 15 points below baseline" in texts(drawn(instrument="PCL-5"))


def test_thresholds_are_where_they_were_passed() -> None:
    figure = drawn()
    first, second, remission = (
        traces(figure, "response, course 1") + traces(figure, "response, course 2") + traces(figure, "remission")
    )
    assert (first["y"], second["y"], remission["y"]) == ([10.0, 10.0], [9.0, 9.0], [4.0, 4.0])
    assert [each[:10] for each in first["x"]] == ["2024-01-10", "2024-01-20"]
    assert "markers" in second["mode"], "a course of one day is seen too"


def test_the_track_has_every_dose_in_its_routes_look() -> None:
    first, second = (traces(drawn(), f"sessions, course {course}")[0] for course in (1, 2))
    assert [each[:10] for each in first["x"]] == ["2024-01-11", "2024-01-14"]
    assert first["marker"]["symbol"] == ["circle", "circle"]
    assert first["marker"]["color"] == [ROUTE_STYLES["iv"][0]["light"]] * 2
    assert first["marker"]["size"][0] < first["marker"]["size"][1]
    assert second["marker"]["symbol"] == ["triangle-up-open"]
    assert second["hovertext"] == ["session 1, induction: Intranasal esketamine, dose unknown"]


def test_the_track_says_in_words_what_was_given() -> None:
    assert "course 1: 2 sessions · IV ketamine, 40–60 mg" in texts(drawn())
    assert "course 2: 1 session · Intranasal esketamine" in texts(drawn())


def test_words_of_courses_shrink_before_they_meet() -> None:
    rows = [(f"2024-{month:02}-01", "iv", "ketamine", 40.0, 1, month, "induction") for month in range(1, 13)]
    assert {str(month) for month in range(1, 13)} <= set(texts(drawn(doses=doses(rows))))


def test_panels_share_an_axis_and_one_without_doses_has_no_track() -> None:
    span = (datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))
    upper, lower = drawn(x_range=span, doses=doses([])), drawn(x_range=span, instrument="GAD-7")
    assert upper["layout"]["xaxis"]["range"] == lower["layout"]["xaxis"]["range"]
    assert "yaxis2" not in upper["layout"]
    assert "yaxis2" in lower["layout"]
    sides = [(each["layout"]["margin"]["l"], each["layout"]["margin"]["r"]) for each in (upper, lower)]
    assert sides[0] == sides[1]


def test_many_scores_carry_only_the_numbers_of_note() -> None:
    rows = [("PHQ-9", f"2024-01-{day:02}", 1, float(27 - day), day == 1) for day in range(1, 25)]
    (line,) = (trace for trace in drawn(table=scores(rows))["data"] if "text" in trace["mode"])
    assert [text for text in line["text"] if text] == ["baseline 26", "3"]


def test_it_handles_no_data() -> None:
    assert texts(checked(drawn(table=scores([]), doses=doses([])))) == ["No PHQ-9 score yet."]
    with_doses = drawn(table=scores([]))
    assert "No PHQ-9 score yet." in texts(with_doses)
    assert traces(with_doses, "sessions, course 1")
