"""Curves with numbers at risk, quarters, differences and funnels: what is drawn is the table's, small numbers said."""

import pandas as pd
import pytest

from dashboard.figures.difference import difference_figure
from dashboard.figures.funnel import funnel_figure
from dashboard.figures.lasting import Axes, Published, lasting_figure
from dashboard.figures.quarter import MOST, quarters_figure
from dashboard.figures.theme import Theme
from dashboard.metrics.survival import survival
from tests.figures.check import checked, texts, traces

THEMES: list[Theme] = ["light", "dark"]
AXES = Axes("day", "days since the first dose", "have responded, %", rises=True)
STILL = Axes("day", "days", "still responding, %")


def counts(events: dict[int, int], censored: dict[int, int]) -> pd.DataFrame:
    rows = [(day, 1, n) for day, n in events.items()] + [(day, 0, n) for day, n in censored.items()]
    return pd.DataFrame(rows, columns=["day", "is_event", "n"]).astype("Int64")


TWENTY = counts({7: 5, 14: 6}, {14: 4, 21: 5})


@pytest.mark.parametrize("theme", THEMES)
def test_a_curve_ends_where_fewer_than_ten_are_at_risk(theme: Theme) -> None:
    figure = checked(lasting_figure(survival(TWENTY, "none"), by="none", axes=AXES, theme=theme))
    (step,) = traces(figure, "everyone")
    assert (step["x"], step["y"]) == ([0, 7, 14], [0, pytest.approx(25), pytest.approx(55)])
    assert step["customdata"] == ["0 n_events", "1 n_events", "2 n_events"]
    assert figure["layout"]["xaxis"]["ticktext"][:3] == ["0<br>20", "7<br>20", "14<br>15"]
    assert len(traces(figure, "high")) == 1
    falling = lasting_figure(survival(TWENTY, "none"), by="none", axes=STILL, theme=theme)
    assert traces(falling, "everyone")[0]["y"] == [100, pytest.approx(75), pytest.approx(45)]


@pytest.mark.parametrize("theme", THEMES)
def test_a_small_group_has_its_numbers_and_no_curve(theme: Theme) -> None:
    small = counts({7: 3}, {14: 6})
    both = pd.concat([TWENTY.assign(route="iv"), small.assign(route="im")])
    figure = checked(lasting_figure(survival(both, "route"), by="route", axes=AXES, theme=theme))
    assert traces(figure, "iv")
    assert not traces(figure, "im")
    assert figure["layout"]["xaxis"]["ticktext"][0] == "0<br>20<br>9"
    assert "● IV" in texts(figure)
    assert any("■ IM" in each for each in texts(figure))


def test_a_curve_of_one_dot_says_why_it_ends() -> None:
    short = counts({7: 3}, {0: 2, 14: 6})  # eleven on day 0, nine from day 7 on
    both = pd.concat([TWENTY.assign(route="iv"), short.assign(route="im")])
    figure = checked(lasting_figure(survival(both, "route"), by="route", axes=STILL, theme="light"))
    assert traces(figure, "im")[0]["x"] == [0]
    assert [each for each in texts(figure) if "under" in each] == ["■ IM: under 10 · at risk by day 7"]
    assert "● IV" in texts(figure)


def test_published_points_stand_apart() -> None:
    points = (Published(28, 0.8, "theirs"),)
    figure = lasting_figure(survival(TWENTY, "none"), by="none", axes=STILL, theme="light", published=points)
    (published,) = traces(figure, "published")
    assert (published["x"], published["y"]) == ([28], [80])
    assert "theirs" in texts(figure)
    assert lasting_figure(survival(counts({7: 9}, {}), "none"), by="none", axes=STILL, theme="light")["data"] == []
    assert lasting_figure(survival(counts({}, {}), "none"), by="none", axes=STILL, theme="light")["data"] == []


def quarters(*rows: tuple[object, ...]) -> pd.DataFrame:
    names = ["quarter", "n_due", "n_scored", "n_responded", "partial"]
    table = pd.DataFrame(rows, columns=names).astype({"partial": "boolean", **dict.fromkeys(names[1:4], "Int64")})
    rate = table["n_responded"] / table["n_scored"]
    return table.assign(response_rate=rate, response_low=rate - 0.1, response_high=rate + 0.1)


@pytest.mark.parametrize("theme", THEMES)
def test_open_quarters_are_set_apart(theme: Theme) -> None:
    table = quarters(
        ("2024-Q1", 30, 20, 10, False),
        ("2024-Q2", 12, 10, 2, False),
        ("2024-Q3", 9, 9, 9, False),
        ("2024-Q4", 15, 12, 6, True),
    )
    figure = checked(quarters_figure(table, theme=theme))
    (dots,) = traces(figure, "rate")
    assert (dots["x"], dots["y"]) == ([0, 1, 3], [50, pytest.approx(20), 50])  # under 10 there is only the count
    assert dots["marker"]["symbol"] == ["circle", "circle", "circle-open"]
    assert figure["layout"]["xaxis"]["ticktext"][2] == "Q3<br>2024<br>9<br>of 9"
    assert texts(figure)[:2] == ["all closed: 54 % · 21 of 39", "still open"]
    many = quarters(*((f"20{year}-Q1", 20, 20, 10, False) for year in range(10, 30)))
    assert len(quarters_figure(many, theme=theme)["layout"]["xaxis"]["ticktext"]) == MOST
    assert quarters_figure(quarters(), theme=theme)["data"] == []


DIFFERENCES = pd.DataFrame(
    [
        ("im", 12, 40, 0.3, "iv", 60, 36, -0.3, -0.46, -0.09),
        ("sc", 6, 9, 0.67, "iv", 60, 36, 0.07, -0.25, 0.33),
    ],
    columns=[
        *("route", "n_responded", "n_scored", "response_rate", "reference", "n_scored_reference"),
        *("n_responded_reference", "difference", "difference_low", "difference_high"),
    ],
)


@pytest.mark.parametrize("theme", THEMES)
def test_a_difference_is_drawn_from_ten_on(theme: Theme) -> None:
    figure = checked(difference_figure(DIFFERENCES, by="route", theme=theme))
    (point,) = traces(figure, "difference")
    assert (point["x"], point["hovertext"]) == ([-30], ["−30 points (−46 to −9)"])
    assert texts(figure)[:3] == [
        "12 of 40 responded, 30 % · −30 points (−46 to −9)",
        "6 of 9 responded · too few to compare",
        "IV: 36 of 60, 60 %",
    ]
    assert figure["layout"]["xaxis"]["range"] == [-50, 50]
    assert difference_figure(DIFFERENCES.head(0), by="route", theme=theme)["data"] == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_funnel_names_by_number_and_draws_no_small_group(theme: Theme) -> None:
    rows = [("Dr A", 40, 30, 0.75, "outside-95"), ("Dr <B>", 12, 6, 0.5, "inside"), ("Dr C", 4, 0, 0.0, "outside-95")]
    table = pd.DataFrame(rows, columns=["clinician", "n_scored", "n_responded", "response_rate", "place"])
    limits = pd.DataFrame(
        {"n": [1, 40], "low_95": [0, 0.3], "high_95": [1, 0.7], "low_998": [0, 0.2], "high_998": [1, 0.8]}
    )
    figure = checked(funnel_figure(table.assign(overall_rate=0.5), limits, by="clinician", theme=theme))
    (marks,) = traces(figure, "groups")
    assert (marks["x"], marks["y"], marks["text"]) == ([40, 12], [75, 50], ["A", "B"])
    assert marks["marker"]["symbol"] == ["diamond", "circle"]
    assert texts(figure)[:3] == [
        "A  Dr A ·      30 of 40 · 75 % · outside 95 %",
        "B  Dr &lt;B&gt; ·      6 of 12 · 50 % · under 20",
        "–  Dr C ·      0 of 4 · too few for a percentage",
    ]
    assert [trace["y"] for trace in traces(figure, "95 % limit")] == [[0, 30], [100, 70]]
    assert funnel_figure(table.tail(1).assign(overall_rate=0.5), limits, by="clinician", theme=theme)["data"] == []
    assert funnel_figure(table.head(0), limits, by="clinician", theme=theme)["data"] == []


def test_marks_of_one_place_have_the_letters_of_all_there() -> None:
    names = ["clinician", "n_scored", "n_responded", "place"]
    rows = [("Dr A", 30, 12, "inside"), ("Dr B", 15, 11, "inside"), ("Dr C", 15, 11, "inside")]
    table = pd.DataFrame(rows, columns=names).assign(overall_rate=0.5)
    table["response_rate"] = table["n_responded"] / table["n_scored"]
    limits = pd.DataFrame({"n": [1, 30], **dict.fromkeys(("low_95", "high_95", "low_998", "high_998"), 0.5)})
    (marks,) = traces(funnel_figure(table, limits, by="clinician", theme="light"), "groups")
    assert marks["text"] == ["A", "B C", "B C"]
