"""Every dot and interval is where its count says; small rows have words only."""

from typing import Any

import pytest

from dashboard.figures.dots import Block, Dot, dots_figure, said
from dashboard.figures.theme import TOKENS, Style
from tests.figures.check import checked, texts, traces

INK, OTHER = Style("#0c655e", "circle"), Style("#613a81", "square-open")
DOTS = [
    Dot("IV", INK, 23, 150, 0.1, 0.22),
    Dot("IM", OTHER, 3, 12, 0.09, 0.53),
    Dot("SC", INK, 2, 7, 0.08, 0.64),
    Dot("Oral", INK, 0, 40, 0.0, 0.087),
    Dot("Mixed", INK, 0, 0),
]


def drawn(*dots: Dot, name: str = "Nausea", theme: Any = "light") -> dict[str, Any]:
    block = Block(name, "Gastrointestinal", dots)
    return checked(dots_figure([block], axis="% of sessions", key="A key.", nobody="no form", theme=theme))


def test_dots_and_intervals_are_the_counts_from_10_on() -> None:
    figure = drawn(*DOTS)
    (rate,) = traces(figure, "rate")
    assert rate["x"] == pytest.approx([100 * 23 / 150, 25, 0])
    assert len(rate["y"]) == 3
    ends = [x for trace in traces(figure, "interval") for x in trace["x"] if x is not None]
    assert sorted(ends) == pytest.approx([0, 8.7, 9, 10, 22, 53])


def test_every_row_is_said_in_words() -> None:
    assert texts(drawn(*DOTS))[:6] == [
        "Nausea · Gastrointestinal",
        "23 of 150 · 15 % (10–22)",
        "3 of 12 · 25 % (9–53) · under 20",
        "2 of 7 · too few for a percentage",
        "0 of 40 · up to 9 %",
        "no form",
    ]
    assert said(Dot("IV", INK, 0, 2000, 0.0, 0.0019)) == "0 of 2,000 · under 1 %"
    assert said(Dot("IV", INK, 4, 200)) == "4 of 200 · 2 %"
    assert said(Dot("IV", INK, 0, 200)) == "0 of 200", "without an interval none is all that is known"


@pytest.mark.parametrize(("high", "end"), [(0.08, 10), (0.11, 25), (0.3, 50), (0.51, 100)])
def test_the_axis_begins_at_0_and_holds_every_interval(high: float, end: int) -> None:
    axis = drawn(Dot("IV", INK, 5, 100, 0.02, high))["layout"]["xaxis"]
    assert axis["range"] == [0, end]
    assert axis["title"]["text"] == "% of sessions"


def test_rows_stand_one_under_the_other_on_a_figure_as_high_as_they_are() -> None:
    few, many = drawn(*DOTS[:1]), drawn(*DOTS)
    assert many["layout"]["height"] - few["layout"]["height"] == 4 * 21
    ys = many["layout"]["yaxis"]["tickvals"]
    assert ys == sorted(ys)
    assert many["layout"]["yaxis"]["range"][0] > ys[-1]
    assert many["layout"]["yaxis"]["ticktext"] == ["IV", "IM", "SC", "Oral", "Mixed"]


def test_under_20_is_grey_and_an_open_marker_stays_open() -> None:
    (rate,) = traces(drawn(*DOTS), "rate")
    assert rate["marker"]["color"] == [INK.colour, TOKENS["light"].common, INK.colour]
    assert rate["marker"]["symbol"][1] == "square-open"


def test_blocks_without_a_name_have_no_heading() -> None:
    assert texts(drawn(DOTS[0], name=""))[0] == "23 of 150 · 15 % (10–22)"


def test_names_are_words_and_no_tags() -> None:
    assert "&lt;b&gt;" in drawn(Dot("<b>", INK, 5, 100), name="<i>")["layout"]["yaxis"]["ticktext"][0]
    assert "&lt;i&gt;" in drawn(DOTS[0], name="<i>")["layout"]["annotations"][0]["text"]


def test_it_handles_no_data() -> None:
    assert texts(drawn()) == ["Nothing to show."]
