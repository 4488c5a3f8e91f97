"""Every dot, interval and bracket is the table's; small groups have words only."""

from typing import Any

import pandas as pd
import pytest

from dashboard.figures.response import ROW, response_figure
from dashboard.figures.theme import ROUTE_STYLES, TOKENS
from tests.figures.check import checked, texts, traces

NAMES = ("n_eligible", "n_due", "n_scored", "n_responded", "response_rate", "response_low", "response_high")
COLUMNS = ("route", "instrument", *NAMES, "response_nri", "response_best")
ROWS = [
    ("sc", "PHQ-9", 40, 29, 23, 11, 0.478, 0.29, 0.67, 0.379, 0.586),
    ("iv", "PHQ-9", 13, 13, 11, 7, 0.636, 0.354, 0.848, 0.538, 0.692),
    ("im", "PHQ-9", 6, 5, 5, 2, 0.4, 0.118, 0.769, 0.4, 0.4),
    ("mixed", "PHQ-9", 50, 30, 30, 15, 0.5, 0.331, 0.669, 0.5, 0.5),
    ("oral", "PHQ-9", 1, 1, 0, 0, None, None, None, 0.0, 1.0),
]


def table(rows: list[Any] = ROWS, by: str = "route") -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=list(COLUMNS)).rename(columns={"route": by})
    return made.astype(dict.fromkeys(NAMES[:4], "Int64") | dict.fromkeys(COLUMNS[6:], "Float64"))


def test_every_number_drawn_is_the_tables() -> None:
    figure = checked(response_figure(table(), by="route", theme="light"))
    assert [(trace["x"], trace["y"]) for trace in traces(figure, ": rate")] == [
        ([pytest.approx(47.8)], [0]),
        ([pytest.approx(63.6)], [1]),
        ([pytest.approx(50)], [3]),
    ]
    intervals = [trace["x"] for trace in traces(figure, ": interval")]
    assert intervals == [pytest.approx([29, 67]), pytest.approx([35.4, 84.8]), pytest.approx([33.1, 66.9])]
    brackets = [trace["x"] for trace in traces(figure, ": bounds")]
    assert brackets == [pytest.approx([37.9, 58.6]), pytest.approx([53.8, 69.2])], "none where all due are scored"


def test_groups_under_10_have_words_and_no_point() -> None:
    figure = response_figure(table(), by="route", theme="light")
    drawn = {place for trace in figure["data"] for place in trace["y"]}
    assert drawn == {0, 1, 3}


def test_the_row_says_it_in_words() -> None:
    figure = response_figure(table(), by="route", theme="dark")
    assert texts(figure)[:10] == [
        *("11 of 23 · 48 % (29–67)", "6 not scored · 11 not yet due"),
        *("7 of 11 · 64 % (35–85) · under 20", "2 not scored · 0 not yet due"),
        *("2 of 5 · too few for a percentage", "0 not scored · 1 not yet due"),
        *("15 of 30 · 50 % (33–67)", "0 not scored · 20 not yet due"),
        *("none scored", "1 not scored · 0 not yet due"),
    ]


def test_rows_keep_the_tables_order_and_height() -> None:
    figures = [response_figure(table(rows), by="route", theme="light") for rows in (ROWS, ROWS[::-1], ROWS[:2])]
    names = [figure["layout"]["yaxis"]["ticktext"] for figure in figures]
    assert names[0] == ["SC", "IV", "IM", "Mixed routes", "Oral"] == names[1][::-1]
    heights = [figure["layout"]["height"] for figure in figures]
    assert heights[0] == heights[1]
    assert heights[0] - heights[2] == 3 * ROW
    assert figures[0]["layout"]["yaxis"]["range"] == [4.5, -0.5], "the first row is on top"


def test_the_axis_is_all_of_it_and_names_its_denominator() -> None:
    axis = response_figure(table(), by="route", theme="light")["layout"]["xaxis"]
    assert axis["range"] == [0, 100]
    assert axis["title"]["text"] == "responded, % of scored (PHQ-9)"


def test_routes_have_their_own_look_and_under_20_is_grey() -> None:
    large, few, mixed = traces(response_figure(table(), by="route", theme="light"), ": rate")
    assert (large["marker"]["color"], large["marker"]["symbol"]) == (ROUTE_STYLES["sc"][0]["light"], "diamond")
    assert (few["marker"]["color"], few["marker"]["symbol"]) == (TOKENS["light"].common, "circle")
    assert mixed["marker"]["color"] == TOKENS["light"].common
    (site, *_) = traces(response_figure(table(by="site"), by="site", theme="dark"), ": rate")
    assert site["marker"]["color"] == TOKENS["dark"].ink


def test_a_scale_without_a_rule_says_so() -> None:
    rows = [("iv", "WHO-5", 40, 29, 23, *[None] * 6)]
    figure = checked(response_figure(table(rows), by="route", theme="light"))
    assert figure["data"] == []
    assert texts(figure)[:2] == ["no rule for response", "6 not scored · 11 not yet due"]


def test_one_row_of_everyone() -> None:
    figure = checked(response_figure(table(ROWS[:1]).drop(columns="route"), by="none", theme="light"))
    assert figure["layout"]["yaxis"]["ticktext"] == ["Everyone"]
    assert len(traces(figure, ": rate")) == 1


def test_it_handles_no_data() -> None:
    figure = checked(response_figure(table().head(0), by="route", theme="light"))
    assert texts(figure) == ["No course has been started yet."]


def test_scales_are_never_pooled() -> None:
    with pytest.raises(ValueError, match="one scale"):
        response_figure(table([ROWS[0], ("iv", "GAD-7", *ROWS[1][2:])]), by="route", theme="light")
