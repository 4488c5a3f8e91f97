"""What happened, as lettered lines where its day stands."""

import datetime

import pandas as pd

from dashboard.figures.marks import Mark, lettered
from dashboard.figures.quarter import quarters_figure, with_marks
from dashboard.figures.spc import spc_figure, spc_marks
from dashboard.metrics.spc import charted


def mark(day: str, text: str = "x", *, is_change: bool = False) -> Mark:
    return Mark(datetime.date.fromisoformat(day), text, is_change)


def test_letters_follow_the_dates_within_the_time_drawn() -> None:
    marks = [mark("2024-06-02", "b"), mark("2023-01-01"), mark("2024-06-01", "a"), mark("2025-01-01")]
    first, last = datetime.date(2024, 6, 1), datetime.date(2024, 12, 31)
    assert [(letter, each.text) for letter, each in lettered(marks, first, last)] == [("A", "a"), ("B", "b")]
    many = [mark(f"2024-06-{day:02}", str(day)) for day in range(1, 31)]
    assert [each.text for _, each in lettered(many, first, last)] == [str(day) for day in range(5, 31)]


def quarters() -> pd.DataFrame:
    names = ["2024-Q1", "2024-Q2", "2024-Q3"]
    rate = {"response_rate": 0.5, "response_low": 0.4, "response_high": 0.6}
    counts = {"n_responded": 20, "n_scored": 40, "n_due": 44, "partial": False}
    return pd.DataFrame([{"quarter": name, **counts, **rate} for name in names])


def test_a_quarter_is_one_wide_and_a_day_stands_within_it() -> None:
    table = quarters()
    figure = quarters_figure(table, theme="light")
    before = len(figure["layout"]["shapes"])
    marks = [mark("2024-04-01"), mark("2024-08-16"), mark("2023-12-31"), mark("2024-10-01")]
    assert [letter for letter, _ in with_marks(figure, table, marks, "light")] == ["A", "B"]
    places = [shape["x0"] for shape in figure["layout"]["shapes"][before:]]
    # the second quarter is from 0.5 to 1.5; 16 August is the 47th of the 92 days of the third: 1.5 + 46 / 92
    assert [round(each, 3) for each in places] == [0.5, 2.0]
    assert [each["text"] for each in figure["layout"]["annotations"][-2:]] == ["A", "B"]


def test_an_empty_figure_has_no_marks() -> None:
    table = quarters().assign(n_responded=None)
    figure = quarters_figure(table, theme="light")
    assert with_marks(figure, table, [mark("2024-04-01")], "light") == []
    assert spc_marks(pd.DataFrame({"period": []}), [mark("2024-04-01")]) == []


def test_a_chart_of_chance_has_the_line_at_its_day() -> None:
    weeks = [f"{day:%Y-%m-%d}" for day in pd.date_range("2024-01-01", periods=20, freq="7D")]
    table = charted(
        pd.DataFrame({"period": weeks, "n_completed": [10, 12] * 10, "partial": False}), "n_completed", "week"
    )
    figure = spc_figure(
        table, metric="n_completed", period="week", theme="dark", marks=[mark("2024-02-14"), mark("2020-01-01")]
    )
    assert figure["layout"]["shapes"][-1]["x0"] == "2024-02-14"
    assert figure["layout"]["annotations"][-1]["text"] == "A"
