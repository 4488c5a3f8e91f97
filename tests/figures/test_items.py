"""A person's answers: each in its cell, flagged by a sign, and a dash where none was given."""

from typing import Any

import pandas as pd

from dashboard.figures.items import MOST_FORMS, items_figure
from dashboard.figures.theme import Figure
from tests.figures.check import checked, texts

COLUMNS = ["instrument", "assessed_at", "item", "topic", "answer", "highest", "change", "is_flagged"]
ANSWERS = [
    ("PHQ-9", "2024-01-01", "1", "interest", 3, 3, 0, 0),
    ("PHQ-9", "2024-01-01", "9", "thoughts of death or self-harm", 0, 3, 0, 0),
    ("PHQ-9", "2024-02-01", "1", "interest", 1, 3, -2, 0),
    ("PHQ-9", "2024-02-01", "9", "thoughts of death or self-harm", 1, 3, 1, 1),
    ("PHQ-9", "2025-02-01", "1", "interest", 0, 3, -3, 0),
    ("PHQ-9", "2025-02-01", "9", "thoughts of death or self-harm", None, 3, None, 0),
    ("C-SSRS", "2024-01-01", "3", "thoughts with a method", 1, 1, None, 1),
    ("MADRS", "2024-01-01", "4", None, 5, 6, None, 0),
]


def table(rows: list[Any]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=COLUMNS)
    made["assessed_at"] = pd.to_datetime(made["assessed_at"])
    return made.astype({"answer": "Int64", "highest": "Int64", "change": "Int64"})


def drawn(instrument: str = "PHQ-9", rows: list[Any] = ANSWERS) -> Figure:
    return checked(items_figure(table(rows), instrument=instrument, theme="light"))


def test_every_answer_is_written_flagged_by_a_sign_and_a_dash_where_none_was_given() -> None:
    (heat,) = drawn()["data"]
    assert heat["text"] == [["3", "1", "0"], ["0", "⚑ 1", "–"]]
    # a third of the highest answer is a third as dark; nothing is drawn where nothing was answered
    assert heat["z"] == [[1.0, 1 / 3, 0.0], [0.0, 1 / 3, None]]
    assert "not answered" in heat["hovertext"][1][2]
    assert heat["hovertext"][1][1] == "thoughts of death or self-harm 9: ⚑ 1 of 3, flagged<br>1 February 2024"


def test_the_dates_stand_beneath_and_the_change_since_the_baseline_beside() -> None:
    layout = drawn()["layout"]
    assert layout["xaxis"]["ticktext"] == ["1 Jan<br>2024", "1 Feb", "1 Feb<br>2025"]
    assert layout["yaxis"]["ticktext"] == ["interest 1", "thoughts of death or self-harm 9"]
    assert texts(drawn()) == ["−3", "not answered", "since · baseline"]


def test_the_ladder_says_yes_and_no_and_an_item_without_a_topic_has_its_number() -> None:
    assert drawn("C-SSRS")["data"][0]["text"] == [["⚑ yes"]]
    assert drawn("MADRS")["layout"]["yaxis"]["ticktext"] == ["item 4"]


def test_of_many_forms_the_first_and_the_last_are_drawn() -> None:
    rows = [("PHQ-9", f"2024-{1 + n // 28:02}-{1 + n % 28:02}", "1", "interest", n % 4, 3, 0, 0) for n in range(40)]
    (heat,) = drawn(rows=rows)["data"]
    assert len(heat["x"]) == MOST_FORMS
    assert heat["hovertext"][0][0].endswith("1 January 2024")
    assert heat["hovertext"][0][-1].endswith("12 February 2024")


def test_it_handles_no_data() -> None:
    assert texts(drawn("WHO-5")) == ["No form with its items, only totals."]
