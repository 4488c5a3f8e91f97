"""The XmR chart: every point, line and value is the table's, and what is not chance has words."""

import itertools
from typing import Any

import pandas as pd
import pytest

from dashboard.figures.spc import signals, spc_figure
from dashboard.figures.theme import TOKENS, Theme
from tests.figures.check import checked, texts

COLUMNS = ("period", "value", "mean", "low", "high", "point", "meaning", "assurance")


def table(*rows: tuple[Any, ...], mean: float = 10.0, low: float = 4.0, high: float = 16.0) -> pd.DataFrame:
    """Weeks from 1 January 2024 of value, point and meaning."""
    days = pd.date_range("2024-01-01", periods=len(rows), freq="7D").strftime("%Y-%m-%d")
    made = [(day, value, mean, low, high, *rest, None) for day, (value, *rest) in zip(days, rows, strict=True)]
    kinds = dict.fromkeys(COLUMNS[1:5], "Float64") | dict.fromkeys(COLUMNS[5:], "str")
    return pd.DataFrame(made, columns=list(COLUMNS)).astype(kinds)


CHANCE = (10.0, "common", "common")
UP, NEAR, OUT = (12.0, "shift", "improvement"), (15.0, "two-of-three", "improvement"), (17.0, "outside", "improvement")


def drawn(data: pd.DataFrame, theme: Theme = "light", metric: str = "n_completed", **more: Any) -> dict[str, Any]:
    return checked(spc_figure(data, metric=metric, period="week", theme=theme, **more))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_number_drawn_is_the_tables(theme: Theme) -> None:
    figure = drawn(table(CHANCE, OUT, (3.0, "outside", "concern"), (17.0, "outside", "neutral")), theme)
    points = next(each for each in figure["data"] if each["mode"] == "lines+markers")
    assert points["x"] == ["2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22"]
    assert points["y"] == [10, 17, 3, 17]
    tokens = TOKENS[theme]
    assert points["marker"]["color"] == [tokens.common, tokens.better, tokens.worse, tokens.ink]
    assert points["marker"]["symbol"] == ["circle", "diamond", "square", "triangle-up"]  # not by colour alone
    assert {each["name"]: set(each["y"]) for each in figure["data"][:3]} == {"mean": {10}, "low": {4}, "high": {16}}
    assert {"mean 10.0", "lower trial limit 4.0", "upper trial limit 16.0"} <= set(texts(figure))


def test_twelve_points_have_firm_limits() -> None:
    assert "upper limit 16.0" in texts(drawn(table(*[CHANCE] * 12)))
    assert "upper trial limit 16.0" in texts(drawn(table(*[CHANCE] * 11)))


def test_a_limit_below_zero_is_words_only() -> None:
    figure = drawn(table(CHANCE, CHANCE, low=-1.0))
    assert "lower trial limit below 0" in texts(figure)
    assert "low" not in {each["name"] for each in figure["data"]}
    assert figure["layout"]["yaxis"]["range"][0] == 0


def test_a_rate_is_in_percent() -> None:
    figure = drawn(table((0.07, "common", "common"), mean=0.1, low=-0.1, high=0.3), metric="no_show_rate", target=0.05)
    assert figure["data"][-1]["y"] == [pytest.approx(7)]
    assert {"mean 10.0\u00a0%", "target 5.0\u00a0%"} <= set(texts(figure))


def test_new_limits_begin_at_a_line() -> None:
    both = pd.concat([table(CHANCE, CHANCE), table(CHANCE, mean=20.0, low=14.0, high=26.0)], ignore_index=True)
    both["period"] = ["2024-01-01", "2024-01-08", "2024-01-15"]
    figure = drawn(both)
    assert [each["x0"] for each in figure["layout"]["shapes"]] == ["2024-01-15"]
    assert {"new limits", "mean 20.0"} <= set(texts(figure))
    assert "mean 10.0" not in texts(figure)  # the values are of the latest


def test_values_at_the_margin_stay_apart() -> None:
    figure = drawn(table(CHANCE, CHANCE, low=9.9, high=10.1), target=10.0)
    places = sorted(each["y"] for each in figure["layout"]["annotations"] if each.get("xshift") == 12)
    assert len(places) == 4
    assert min(later - one for one, later in itertools.pairwise(places)) > 0.05


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([CHANCE, *[UP] * 7], ["7 weeks above the mean, since 8 Jan 2024"]),
        (
            [*[UP] * 6, OUT, CHANCE],
            ["7 weeks above the mean, 1 Jan 2024 to 12 Feb 2024, 1 of them beyond the upper limit"],
        ),
        ([CHANCE, OUT, CHANCE], ["1 week above the upper limit, 8 Jan 2024"]),
        ([OUT, OUT], ["2 weeks above the upper limit, since 1 Jan 2024"]),
        (
            [OUT, (3.0, "outside", "concern")],
            ["1 week above the upper limit, 1 Jan 2024", "1 week below the lower limit, 8 Jan 2024"],
        ),
        ([NEAR, NEAR, CHANCE], ["2 weeks near the upper limit, 1 Jan 2024 to 8 Jan 2024"]),
        (
            [(16.0 - place, "trend", "concern") for place in range(7)],
            ["7 weeks falling, since 1 Jan 2024"],
        ),
        ([NEAR, OUT, NEAR], ["3 weeks near or beyond the upper limit, since 1 Jan 2024"]),
        ([CHANCE], []),
    ],
)
def test_what_is_not_chance_is_said(rows: list[Any], words: list[str]) -> None:
    assert [each.words for each in signals(table(*rows), "week")] == words
    assert all(each not in texts(drawn(table(*rows))) for each in words[:-1])
    assert all(each in texts(drawn(table(*rows))) for each in words[-1:])  # the latest, in the chart too


def test_it_handles_no_data() -> None:
    assert spc_figure(table(), metric="utilisation", period="month", theme="dark")["data"] == []
    one = table((5.0, "common", "common"))
    one[["low", "high"]] = pd.NA
    assert [each["name"] for each in drawn(one)["data"]] == ["mean", "Sessions completed"]
    assert drawn(table((0.0, "common", "common"), mean=0, low=0, high=0))["layout"]["yaxis"]["range"] == [0, 1]
