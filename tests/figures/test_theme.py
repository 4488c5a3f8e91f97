"""Colours can be told apart, by everyone, on both pages; measured in CAM02-UCS (``colour.py``)."""

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from dashboard.figures.theme import (
    BAND_INK,
    ROUTE_STYLES,
    TOKENS,
    Theme,
    base_layout,
    dose_style,
    on_cell,
    severity,
    style_of,
)
from dashboard.instruments import INSTRUMENTS
from dashboard.model import ROUTES
from tests.figures.colour import SIGHT, contrast, distance

THEMES: tuple[Theme, ...] = ("light", "dark")
APART, CLEAR_OF_SIGNALS, CONTRAST = 16, 10, 3.2


def test_the_measure_knows_the_ends_of_its_scale() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert distance("#000000", "#ffffff", sight="normal") == pytest.approx(100, abs=2.5)
    assert distance("#ff0000", "#00aa00", sight="deutan") < distance("#ff0000", "#00aa00", sight="normal") / 1.5


def test_every_route_has_a_style_of_its_own() -> None:
    assert tuple(ROUTE_STYLES) == ROUTES
    assert len({symbol for _, symbol in ROUTE_STYLES.values()}) == len(ROUTES)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", list(SIGHT))
def test_routes_can_be_told_apart(theme: Theme, sight: str) -> None:
    for (one, (colours, _)), (other, (others, _)) in combinations(ROUTE_STYLES.items(), 2):
        assert distance(colours[theme], others[theme], sight=sight) >= APART, (one, other)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", list(SIGHT))
def test_no_route_looks_like_better_or_worse(theme: Theme, sight: str) -> None:
    for route, (colours, _) in ROUTE_STYLES.items():
        for signal in (TOKENS[theme].better, TOKENS[theme].worse):
            assert distance(colours[theme], signal, sight=sight) >= CLEAR_OF_SIGNALS, route
    assert distance(TOKENS[theme].better, TOKENS[theme].worse, sight=sight) >= APART


@pytest.mark.parametrize("theme", THEMES)
def test_everything_stands_out_from_the_page(theme: Theme) -> None:
    tokens = TOKENS[theme]
    assert all(contrast(colours[theme], tokens.page) >= CONTRAST for colours, _ in ROUTE_STYLES.values())
    assert all(contrast(each, tokens.page) >= 4.5 for each in (tokens.ink, tokens.muted))
    signals = (tokens.better, tokens.worse, tokens.common, tokens.missing)
    assert all(contrast(each, tokens.page) >= CONTRAST for each in signals)


def test_the_dark_page_is_that_of_the_stylesheet() -> None:
    css = (Path(__file__).parents[2] / "assets" / "app.css").read_text(encoding="utf-8")
    assert re.findall(r"--bs-body-bg: (#\w+)", css) == [TOKENS["dark"].page]


@pytest.mark.parametrize("theme", THEMES)
def test_esketamine_is_open_and_no_route_is_grey(theme: Theme) -> None:
    racemic, esketamine = (style_of("treatment", f"intranasal-{drug}", theme) for drug in ("ketamine", "esketamine"))
    assert racemic.colour == esketamine.colour == ROUTE_STYLES["intranasal"][0][theme]
    assert (racemic.symbol, esketamine.symbol) == ("triangle-up", "triangle-up-open")
    greys = [style_of("route", value, theme) for value in ("mixed", "unknown")]
    greys.append(dose_style(None, None, theme))
    assert {style.colour for style in greys} == {TOKENS[theme].common}
    assert not {style.symbol for style in greys} & {symbol for _, symbol in ROUTE_STYLES.values()}
    assert style_of("site", "iv", theme).colour == TOKENS[theme].ink


@pytest.mark.parametrize("code", [code for code, scale in INSTRUMENTS.items() if scale.bands])
def test_bands_cover_the_scale_and_are_named(code: str) -> None:
    scale = INSTRUMENTS[code]
    areas, names = severity(scale, "light")
    assert [name["text"] for name in names] == [band.name for band in scale.bands]
    assert (areas[0]["y0"], areas[-1]["y1"]) == (scale.bands[0].lower, scale.maximum)
    assert all(lower["y1"] == upper["y0"] for lower, upper in pairwise(areas))
    inks = [float(area["fillcolor"].rstrip(")").split(",")[-1]) for area in areas]
    assert inks == sorted(inks, reverse=scale.higher_is_better)
    assert max(inks) <= max(BAND_INK) <= 0.12


def test_the_page_shows_through_and_plotly_keeps_its_own_look() -> None:
    layout = base_layout("dark", height=100, margin={"l": 1, "r": 2, "t": 3, "b": 4})
    look = layout["template"]["layout"]
    assert look["paper_bgcolor"] == look["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert layout["height"] == 100
    assert 13 <= look["font"]["size"] <= 16


@pytest.mark.parametrize("theme", THEMES)
def test_words_on_a_cell_can_be_read_at_every_share(theme: Theme) -> None:
    tokens = TOKENS[theme]

    def mixed(share: float) -> str:
        pairs = [(int(tokens.page[i : i + 2], 16), int(tokens.common[i : i + 2], 16)) for i in (1, 3, 5)]
        return "#" + "".join(f"{round(page + (common - page) * share):02x}" for page, common in pairs)

    shares = [place / 100 for place in range(101)]
    assert min(contrast(on_cell(share, theme), mixed(share)) for share in shares) >= 3.6
