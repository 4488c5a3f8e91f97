"""A person's courses over each other, day 0 at the first session of each."""

import pandas as pd

from dashboard.figures.courses import courses_figure
from tests.figures.check import checked, texts

ROWS = [
    ("PHQ-9", "2024-01-01", None, None, 21.0),
    ("PHQ-9", "2024-01-10", 1, -1, 20.0),
    ("PHQ-9", "2024-01-20", 1, 9, 9.0),
    ("PHQ-9", "2024-06-01", 2, -2, 18.0),
    ("PHQ-9", "2024-06-10", 2, 7, 12.0),
    ("GAD-7", "2024-06-10", 2, 7, 5.0),
]


def table() -> pd.DataFrame:
    made = pd.DataFrame(ROWS, columns=["instrument", "assessed_at", "course", "day", "score"])
    made["assessed_at"] = pd.to_datetime(made["assessed_at"])
    return made.astype({"course": "Int64", "day": "Int64", "score": "Float64"})


def test_each_course_is_a_line_by_its_own_days_and_the_latest_is_solid() -> None:
    figure = checked(courses_figure(table(), instrument="PHQ-9", theme="light"))
    first, second = figure["data"]
    assert (first["x"], first["y"]) == ([-1, 9], [20, 9])
    assert (second["x"], second["y"]) == ([-2, 7], [18, 12])
    assert (first["line"]["dash"] != "solid", second["line"]["dash"]) == (True, "solid")
    assert {"course 1", "course 2"} <= set(texts(figure))
    assert figure["layout"]["yaxis"]["range"] == [0, 27]


def test_one_course_is_not_compared() -> None:
    figure = checked(courses_figure(table(), instrument="GAD-7", theme="light"))
    assert texts(figure) == ["Fewer than two courses have a score."]
