"""Every mean and interval is the table's, n stands under every tick, the scale keeps its range."""

from typing import Any

import pandas as pd
import pytest

from dashboard.figures.curve import curve_figure
from dashboard.figures.theme import ROUTE_STYLES, TOKENS, Figure
from tests.figures.check import checked, texts, traces

ROWS = [
    ("iv", 0, 30, 17.0, 15.0, 19.0),
    ("iv", 1, 20, 14.0, 12.0, 16.0),
    ("iv", 2, 9, 12.0, -3.0, 29.0),
    ("iv", 4, 1, 3.0, None, None),
    ("intranasal", 0, 12, 18.0, 16.0, 30.0),
    ("intranasal", 2, 4, 10.0, 6.0, 14.0),
]


def table(by: str = "route", rows: list[Any] | None = None) -> pd.DataFrame:
    made = pd.DataFrame(ROWS if rows is None else rows, columns=["route", "x", "n", "mean", "low", "high"])
    return made.astype({"x": "Int64", "n": "Int64", "mean": "Float64", "low": "Float64", "high": "Float64"}).rename(
        columns={"route": by}
    )


def alone() -> Figure:
    one = table(rows=list(ROWS[:4])).drop(columns="route")
    return checked(curve_figure(one, instrument="PHQ-9", by="none", x="session", theme="light"))


def split(by: str = "route") -> Figure:
    return checked(curve_figure(table(by), instrument="PHQ-9", by=by, x="session", theme="light"))


def test_every_mean_drawn_is_the_tables() -> None:
    first, second = (trace for trace in split()["data"] if "markers" in trace["mode"])
    assert (first["name"], first["x"], first["y"]) == ("iv", [0, 1, 2, None, 4], [17.0, 14.0, 12.0, None, 3.0])
    assert (second["name"], second["x"], second["y"]) == ("intranasal", [0, None, 2], [18.0, None, 10.0])


def test_a_line_joins_neighbours_only() -> None:
    (line, *_) = (trace for trace in split()["data"] if "markers" in trace["mode"])
    assert line["x"].index(None) == 3, "nobody was scored after session 3"
    assert not line.get("connectgaps")
    assert [bool(each) for each in line["customdata"]] == [True, True, True, False, True]
    assert len(line["text"]) == len(line["marker"]["color"]) == 5


def test_the_ribbon_is_the_tables_and_cut_at_the_scales_ends_in_the_drawing_only() -> None:
    (faint,), (strong,) = traces(alone(), "interval under 10"), traces(alone(), "mean: interval")
    assert (faint["x"], faint["y"]) == ([0, 1, 2, 2, 1, 0], [15.0, 12.0, 0.0, 27.0, 16.0, 19.0])
    assert (strong["x"], strong["y"]) == ([0, 1, 1, 0], [15.0, 12.0, 16.0, 19.0])
    assert strong["fill"] == faint["fill"] == "toself"


def test_of_several_groups_ribbons_are_drawn_from_10_on() -> None:
    (iv,), (intranasal,) = traces(split(), "iv: interval"), traces(split(), "intranasal: interval")
    assert (iv["x"], iv["y"]) == ([0, 1, 1, 0], [15.0, 12.0, 16.0, 19.0])
    assert (intranasal["x"], intranasal["y"]) == ([0, 0], [16.0, 27.0]), "a lone point has a whisker"


def test_points_under_10_are_hollow() -> None:
    (line, *_) = (trace for trace in split()["data"] if "markers" in trace["mode"])
    own, page = ROUTE_STYLES["iv"][0]["light"], TOKENS["light"].page
    assert [line["marker"]["color"][place] for place in (0, 1, 2, 4)] == [own, own, page, page]


def test_n_is_under_every_tick() -> None:
    axis = alone()["layout"]["xaxis"]
    assert axis["tickvals"] == [0, 1, 2, 3, 4]
    assert axis["ticktext"] == ["0<br>n 30", "1<br>n 20", "2<br>n 9", "3<br>n 0", "4<br>n 1"]


def test_with_groups_each_has_a_named_line_of_n() -> None:
    figure = split()
    texts_under = figure["layout"]["xaxis"]["ticktext"]
    assert texts_under == ["0<br>30<br>12", "1<br>20<br>0", "2<br>9<br>4", "3<br>0<br>0", "4<br>1<br>0"]
    assert "session · ● IV, n · ▲ Intranasal, n" in texts(figure)
    assert {"IV", "Intranasal"} <= set(texts(figure)), "short names stand at the ends of the lines too"


def test_many_points_have_fewer_ticks_each_with_n() -> None:
    rows = [("iv", x, 100, 10.0, 9.0, 11.0) for x in range(53)]
    figure = curve_figure(table(rows=list(rows)), instrument="PHQ-9", by="none", x="week", theme="light")
    axis = figure["layout"]["xaxis"]
    assert axis["tickvals"] == list(range(0, 53, 5))
    assert all(text.endswith("<br>n 100") for text in axis["ticktext"])


@pytest.mark.parametrize(
    ("code", "range_", "title"),
    [
        ("PHQ-9", [0, 27], "PHQ-9, lower is better"),
        ("WHO-5", [0, 100], "WHO-5, higher is better"),
    ],
)
def test_the_whole_range_is_shown_with_its_direction(code: str, range_: list[float], title: str) -> None:
    axis = curve_figure(table(), instrument=code, by="route", x="week", theme="dark")["layout"]["yaxis"]
    assert (axis["range"], axis["title"]["text"]) == (range_, title)
    assert (axis["tickvals"][0], axis["tickvals"][-1]) == tuple(range_)


def test_bands_are_named() -> None:
    assert {"minimal", "mild", "moderate", "moderately severe", "severe"} <= set(texts(alone()))


def test_esketamine_is_dashed_and_groups_without_a_colour_differ_in_marker() -> None:
    rows = [("intranasal-ketamine", *ROWS[0][1:]), ("intranasal-esketamine", *ROWS[0][1:])]
    figure = curve_figure(table("treatment", rows), instrument="PHQ-9", by="treatment", x="session", theme="light")
    lines = [trace for trace in figure["data"] if "markers" in trace["mode"]]
    assert [line["line"]["dash"] for line in lines] == ["solid", "dash"]
    assert len({line["line"]["color"] for line in lines}) == 1
    assert any("Dashed: esketamine." in text for text in texts(figure))
    sites = [trace for trace in split("site")["data"] if "markers" in trace["mode"]]
    assert len({line["marker"]["symbol"] for line in sites}) == 2
    routes = {colours["light"] for colours, _ in ROUTE_STYLES.values()}
    assert not routes & {line["line"]["color"] for line in sites}


def test_it_handles_no_data() -> None:
    figure = checked(curve_figure(table(rows=[]), instrument="PHQ-9", by="route", x="session", theme="light"))
    assert texts(figure) == ["No eligible course has a PHQ-9 score yet."]
