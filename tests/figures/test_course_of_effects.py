"""The figures of when and how long show their tables' numbers; few people have words only."""

import pandas as pd
import pytest

from dashboard.figures.course_of_effects import (
    bands_figure,
    changes_figure,
    leaving_figure,
    lengths_figure,
    timing_figure,
)
from tests.figures.check import checked, texts, traces

BANDS = pd.DataFrame(
    {
        "sessions": ["1", "2-4", "9+"],
        "n_sessions": [40, 90, 30],
        "n_sessions_with": [20, 30, 3],
        "session_low": [0.35, 0.24, 0.03],
        "session_high": [0.65, 0.43, 0.26],
        "n_paired": [0, 38, 4],
        "paired_change": [None, -0.17, -0.4],
        "paired_low": [None, -0.3, -0.9],
        "paired_high": [None, -0.04, 0.1],
    }
)


def test_bands_are_rows_and_their_changes_stand_beside_0() -> None:
    figure = checked(bands_figure(BANDS, by="none", band="sessions", theme="light"))
    assert figure["layout"]["yaxis"]["ticktext"] == ["Session 1", "Sessions 2–4", "Sessions 9+"]
    assert texts(figure)[0] == "20 of 40 · 50 % (35–65)"
    changed = checked(changes_figure(BANDS, by="none", band="sessions", theme="dark"))
    assert texts(changed)[:2] == ["38 people · −17 (−30 to −4)", "4 people · too few for a change"]
    assert traces(changed, "rate")[0]["x"] == pytest.approx([-17])
    doses = BANDS.rename(columns={"sessions": "mg_before"}).assign(drug="ketamine")
    figure = checked(bands_figure(doses, by="drug", band="mg_before", theme="light"))
    assert (texts(figure)[0], figure["layout"]["yaxis"]["ticktext"][1]) == ("Ketamine", "mg before 2–4")


def test_lengths_are_a_dot_at_the_half_and_a_line_to_nine_in_ten() -> None:
    lengths = pd.DataFrame(
        {
            "term": ["Nausea", "Headache", "Tremor"],
            "n_events": [50, 9, 3],
            "n_timed": [40, 5, 0],
            "median_minutes": [40.0, 90.0, None],
            "p90_minutes": [95.0, 200.0, None],
            "n_with_leaving": [30, 4, 0],
            "n_before_leaving": [24, 4, 0],
        }
    )
    figure = checked(lengths_figure(lengths, by="term", theme="light"))
    assert texts(figure)[:3] == ["40 (95) · 40 of 50 timed", "5 of 9 timed · too few for a median", "no time is known"]
    assert traces(figure, "rate")[0]["x"] == pytest.approx([40])
    assert [x for x in traces(figure, "interval")[0]["x"] if x is not None] == pytest.approx([40, 95])
    left = checked(leaving_figure(lengths, theme="light"))
    assert texts(left)[:3] == ["24 of 30 · 80 %", "4 of 4 · too few for a percentage", "not known"]


def test_what_came_when_is_stacked_and_counted() -> None:
    row = {"term": "Nausea", "n_events": 7, "n_during": 4, "n_between": 2, "n_later": 1, "n_before": 0}
    figure = checked(timing_figure(pd.DataFrame([row]), theme="light"))
    assert texts(figure) == ["in · session", "between", "later", "before", "4", "2", "1", "0"]
    assert [trace["x"] for trace in figure["data"]] == [[4], [2], [1], [0]]


def test_it_handles_no_data() -> None:
    nothing = BANDS.head(0)
    assert texts(bands_figure(nothing, by="none", band="sessions", theme="light")) == [
        "No session with a filled form to show."
    ]
    assert "Nobody has" in texts(changes_figure(BANDS.head(1), by="none", band="sessions", theme="light"))[0]
    unknown = pd.DataFrame({"n_sessions": [4], "n_timed": [0], "n_with_leaving": [0]})
    assert texts(lengths_figure(unknown, by="none", theme="light")) == ["Of none of these both times are known."]
    assert texts(leaving_figure(unknown, theme="light"))[0].startswith("Of none of these the end")
    assert texts(timing_figure(nothing, theme="light")) == ["No side effect to show."]
