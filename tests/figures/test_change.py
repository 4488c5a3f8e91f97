"""Change and suicidality as dots, pairs as points, bars in order, bands as a matrix: what is drawn is the table's."""

import pandas as pd
import pytest

from dashboard.figures.bands import bands_figure
from dashboard.figures.change import change_figure, suicidality_figure
from dashboard.figures.pairs import Lines, pairs_figure
from dashboard.figures.percent_change import MOST, percent_change_figure
from dashboard.figures.theme import Theme
from tests.figures.check import checked, texts, traces

THEMES: list[Theme] = ["light", "dark"]
CHANGE = {
    "n_scored": 20,
    "n_reliably_improved": 12,
    "improved_low": 0.39,
    "improved_high": 0.78,
    "n_cases": 9,
    "n_recovered": 4,
    "n_reliably_recovered": 3,
    "n_unchanged": 6,
    "n_reliably_worse": 2,
    "n_any_worse": 3,
}
LINES = Lines("points", 5, 10)


@pytest.mark.parametrize("theme", THEMES)
def test_each_outcome_is_of_what_it_can_be_of(theme: Theme) -> None:
    figure = checked(change_figure(pd.DataFrame([CHANGE]), by="none", theme=theme))
    assert figure["layout"]["yaxis"]["ticktext"][:3] == [
        "Improved",
        "Recovered: past the cut",
        "Recovered and improved",
    ]
    said = texts(figure)
    assert said[0] == "12 of 20 · 60 % (39–78)"
    assert said[1] == "4 of 9 · too few for a percentage"
    split = change_figure(pd.DataFrame([CHANGE | {"route": "iv"}]), by="route", theme=theme)
    assert split["layout"]["yaxis"]["ticktext"] == ["IV"] * 3
    assert {"Improved", "Recovered: past the cut", "Worse"} <= set(texts(split))
    without = pd.DataFrame([dict.fromkeys(CHANGE, None)])
    assert change_figure(without, by="none", theme=theme)["data"] == []


@pytest.mark.parametrize("theme", THEMES)
def test_suicidality_is_a_block_a_scale(theme: Theme) -> None:
    counts = {"n_due": 40, "n_missing": 10, "n_with": 12, "n_lower": 8, "n_gone": 5, "n_same": 3, "n_higher": 1}
    row = {"instrument": "PHQ-9", **counts, "n_without": 18, "n_newly": 2, "newly_low": 0.03, "newly_high": 0.33}
    said = texts(checked(suicidality_figure(pd.DataFrame([row]), theme=theme)))
    assert "PHQ-9 · 30 of 40 due answered again" in said
    assert "8 of 12 · 67 % · under 20" in said
    assert "2 of 18 · 11 % (3–33) · under 20" in said
    assert suicidality_figure(pd.DataFrame(), theme=theme)["data"] == []


def pairs(*rows: tuple[object, ...]) -> pd.DataFrame:
    names = ["route", "baseline", "score", "pct_change", "region"]
    return pd.DataFrame(rows, columns=names)


PAIRS = pairs(
    ("im", 20.0, 26.0, 30.0, "worse"),
    ("iv", 12.0, 9.0, -25.0, "no-change"),
    ("iv", 20.0, 14.0, -30.0, "improved"),
    *[("iv", 20.0, 9.0, -55.0, "improved-past-cut")] * 9,
)


@pytest.mark.parametrize("theme", THEMES)
def test_equal_pairs_are_one_larger_point(theme: Theme) -> None:
    figure = checked(pairs_figure(PAIRS, instrument="PHQ-9", lines=LINES, theme=theme))
    past, better, same, worse = figure["data"]
    assert (past["x"], past["y"], worse["x"], worse["y"]) == ([20], [9], [20], [26])
    assert (past["customdata"], worse["customdata"]) == (["3 score"], ["0 score"])  # any of the equal ones
    assert past["hovertext"] == ["20 to 9: 9 courses, improved, and past the cut"]
    assert past["marker"]["size"][0] > better["marker"]["size"][0] == same["marker"]["size"][0]
    assert "● improved, and past the cut ·     9 of 12 · 75 %" in texts(figure)
    ends = {(line["x0"], line["y0"], line["x1"], line["y1"]) for line in figure["layout"]["shapes"]}
    # no change, five points either way, the cut of both axes
    assert ends == {(0, 0, 27, 27), (5, 0, 27, 22), (0, 5, 22, 27), (10, 0, 10, 27), (0, 10, 27, 10)}
    few = texts(pairs_figure(PAIRS.head(3), instrument="PHQ-9", lines=LINES, theme=theme))
    assert "▼ worse ·     1 of 3" in few


def test_a_threshold_in_percent_is_a_line_from_the_corner() -> None:
    figure = pairs_figure(PAIRS, instrument="BDI-II", lines=Lines("percent", 20, None), theme="light")
    ends = [(line["x1"], line["y1"]) for line in figure["layout"]["shapes"]]
    assert ends == [(63, 63), (63, pytest.approx(50.4)), (pytest.approx(52.5), 63)]
    bare = pairs_figure(PAIRS.assign(region=None), instrument="AUDIT", lines=Lines(None, None, 8), theme="light")
    assert "n = 12; the scale has no meaningful change" in texts(bare)
    assert pairs_figure(pairs(), instrument="PHQ-9", lines=LINES, theme="light")["data"] == []


@pytest.mark.parametrize("theme", THEMES)
def test_bars_stand_at_their_place_among_all(theme: Theme) -> None:
    figure = checked(percent_change_figure(PAIRS, instrument="PHQ-9", by="route", response=50, theme=theme))
    im, iv = figure["data"]
    assert (im["x"], im["y"]) == ([0], [30])
    assert iv["x"] == list(range(1, 12))
    assert texts(figure) == ["■ IV, n 11", "■ IM, n 1", "response"]
    assert [line["y0"] for line in figure["layout"]["shapes"]] == [0, -50]
    many = pd.concat([PAIRS] * 60, ignore_index=True)
    drawn = percent_change_figure(many, instrument="PHQ-9", by="none", response=None, theme=theme)
    assert len(drawn["data"][0]["x"]) <= MOST
    assert "720 scored, the worst first, one in 3 drawn" in str(drawn["layout"]["xaxis"]["title"])
    esketamine = pairs(("intranasal-esketamine", 20.0, 9.0, -55.0, "improved")).rename(columns={"route": "treatment"})
    hatched = percent_change_figure(esketamine, instrument="PHQ-9", by="treatment", response=None, theme=theme)
    assert hatched["data"][0]["marker"]["pattern"]["shape"] == "/"
    assert percent_change_figure(pairs(), instrument="PHQ-9", by="none", response=50, theme=theme)["data"] == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_cell_is_better_on_one_side_of_the_diagonal(theme: Theme) -> None:
    names = ("poor", "fair")
    rows = [("poor", "poor", 3), ("poor", "fair", 9), ("fair", "poor", 0), ("fair", "fair", 2)]
    table = pd.DataFrame(rows, columns=["band_before", "band_after", "n"])
    figure = checked(bands_figure(table, instrument="WHO-5", theme=theme))
    # where higher is better the milder band stands last in the table and first in the figure
    assert figure["layout"]["xaxis"]["ticktext"] == list(names[::-1])
    assert traces(figure, "courses")[0]["hovertext"] == [
        "2 from fair to fair",
        "9 from poor to fair",
        "3 from poor to poor",
    ]
    assert texts(figure)[:5] == ["2", "9", "3", "2 began here", "12 began here"]
    assert bands_figure(table.assign(n=0), instrument="WHO-5", theme=theme)["data"] == []
