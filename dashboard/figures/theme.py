"""The one look of every figure: ink, routes, severity bands, axes; in light and in dark."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from dashboard.instruments import Instrument
from dashboard.model import DRUGS

Theme: TypeAlias = Literal["light", "dark"]
Figure: TypeAlias = dict[str, Any]

TRACE_TYPES = frozenset({"scatter", "bar", "box", "heatmap", "histogram", "violin", "contour"})
"""What the cartesian bundle draws and we use; any other type stays blank or turns into a line, without an error."""

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif'
SIZE, SMALL = 14, 13
LINE = 1.3 * SMALL
"""Pixels of one line of small text, as plotly breaks them."""

BAND_INK = (0.02, 0.11)
"""Opacity of the mildest and the gravest severity band."""


@dataclass(frozen=True)
class Tokens:
    """The colours of a theme by what they mean; ``page`` is the background they were tested on."""

    page: str
    ink: str
    muted: str
    grid: str
    better: str
    worse: str
    common: str
    missing: str
    band: str


TOKENS: Mapping[Theme, Tokens] = {
    "light": Tokens(
        page="#ffffff",
        ink="#111827",
        muted="#5c6670",
        grid="#dfe3e8",
        better="#1565c0",
        worse="#c2570c",
        common="#6b7280",
        missing="#946800",
        band="71,85,105",
    ),
    "dark": Tokens(
        page="#14181c",
        ink="#e3e7ea",
        muted="#a3adb5",
        grid="#343c44",
        better="#6cb2f7",
        worse="#f28c3a",
        common="#98a1aa",
        missing="#e0b93f",
        band="176,196,216",
    ),
}


@dataclass(frozen=True)
class Style:
    """How a group is drawn: its colour, its marker, its line."""

    colour: str
    symbol: str
    dash: str = "solid"


ROUTE_STYLES: Mapping[str, tuple[Mapping[Theme, str], str]] = {
    "iv": ({"light": "#0c655e", "dark": "#34a488"}, "circle"),
    "im": ({"light": "#613a81", "dark": "#957ba8"}, "square"),
    "sc": ({"light": "#6e3810", "dark": "#af7440"}, "diamond"),
    "intranasal": ({"light": "#b36b9a", "dark": "#e6a4cb"}, "triangle-up"),
    "sublingual": ({"light": "#529c58", "dark": "#9adb9c"}, "triangle-down"),
    "oral": ({"light": "#9c6fee", "dark": "#9079ff"}, "cross"),
}
"""Route -> its colour in each theme, its marker; esketamine is the same with an open marker (``style_of``)."""

_NO_ROUTE = {"mixed": "hexagon", "unknown": "x"}


def style_of(by: str, value: object, theme: Theme) -> Style:
    """The route's colour and marker for a route or a treatment; grey for mixed and unknown, neutral ink otherwise."""
    text = str(value)
    if by not in ("route", "treatment"):
        return Style(TOKENS[theme].ink, "circle")
    if text in _NO_ROUTE:
        return Style(TOKENS[theme].common, _NO_ROUTE[text])
    route, _, drug = text.partition("-")
    return dose_style(route, drug, theme)


def dose_style(route: object, drug: object, theme: Theme) -> Style:
    """How a route with a drug is drawn; esketamine is open."""
    colours, symbol = ROUTE_STYLES.get(str(route), ({}, _NO_ROUTE["unknown"]))
    is_open = drug == DRUGS[1] and bool(colours)
    return Style(colours.get(theme, TOKENS[theme].common), f"{symbol}-open" if is_open else symbol)


def faded(colour: str, opacity: float) -> str:
    """A ``#rrggbb`` colour let through."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


_DARKER_FROM = {"light": 0.93, "dark": 0.64}
"""From this much of ``common`` on, the page's colour is easier to read on it than ink."""


def on_cell(share: float, theme: Theme) -> str:
    """The colour of words on a cell of a map that has so much of ``common``, 0-1: whichever stands out more."""
    return TOKENS[theme].page if share > _DARKER_FROM[theme] else TOKENS[theme].ink


def base_layout(theme: Theme, *, height: int, margin: Mapping[str, int], **more: Any) -> dict[str, Any]:
    """The layout that every figure starts from: fixed height and margins, so that nothing jumps.

    Args:
        theme: light or dark.
        height: of the whole figure, in pixels.
        margin: l, r, t and b, in pixels.
        more: further keys of plotly's layout, laid over these.
    """
    return {
        "template": _template(theme),
        "height": height,
        "autosize": True,
        "margin": {"pad": 0, **margin},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        **more,
    }


def _template(theme: Theme) -> dict[str, Any]:
    """Ours in place of plotly's: no background, faint gridlines, no box, no zero line, no buttons that move axes."""
    tokens = TOKENS[theme]
    axis = {
        "gridcolor": tokens.grid,
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "fixedrange": True,
        "automargin": False,
        "ticks": "",
        "tickfont": {"size": SMALL, "color": tokens.muted},
    }
    small = {"family": FONT, "size": SMALL, "color": tokens.ink}
    look = {
        "font": {"family": FONT, "size": SIZE, "color": tokens.ink},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hoverlabel": {"bgcolor": tokens.page, "bordercolor": tokens.muted, "font": small, "align": "left"},
        "modebar": {"remove": ["zoom", "pan", "select", "lasso", "zoomIn", "zoomOut", "autoScale", "resetScale"]},
        "xaxis": axis,
        "yaxis": axis,
    }
    return {"layout": look}


def title(text: str, theme: Theme, standoff: int = 10) -> dict[str, Any]:
    """An axis title."""
    return {"text": text, "standoff": standoff, "font": {"size": SMALL, "color": TOKENS[theme].ink}}


def note(text: str, theme: Theme, **place: Any) -> dict[str, Any]:
    """Words in the figure, without an arrow; ``place`` is plotly's annotation."""
    font = {"size": SMALL, "color": TOKENS[theme].muted, **place.pop("font", {})}
    return {"text": text, "showarrow": False, "align": "left", **place, "font": font}


def edge(x: float, theme: Theme) -> dict[str, Any]:
    """An end of the x axis, where plotly draws no gridline."""
    line = {"color": TOKENS[theme].grid, "width": 1}
    return {"type": "line", "layer": "below", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def empty(sentence: str, theme: Theme, *, height: int) -> Figure:
    """A figure that says why there is none."""
    hidden = {"visible": False, "range": [0, 1]}
    words = note(sentence, theme, x=0, y=0.5, xref="paper", yref="paper", xanchor="left", font={"size": SIZE})
    margin = {"l": 8, "r": 8, "t": 8, "b": 8}
    layout = base_layout(theme, height=height, margin=margin, xaxis=hidden, yaxis=hidden, annotations=[words])
    return {"data": [], "layout": layout}


def score_axis(scale: Instrument, theme: Theme, **more: Any) -> dict[str, Any]:
    """The y axis of a scale: its whole range, never flipped, the direction in its title."""
    better = "higher" if scale.higher_is_better else "lower"
    ticks = score_ticks(scale.minimum, scale.maximum)
    return {
        "title": title(f"{scale.code}, {better} is better", theme),
        "range": [float(scale.minimum), float(scale.maximum)],
        "tickvals": ticks,
        "ticktext": [f"{each:g}" for each in ticks],
        "showgrid": not scale.bands,
        **more,
    }


def score_ticks(low: float, high: float) -> list[float]:
    """Round scores some five to a range, its two ends always among them."""
    step = min((1, 2, 5, 10, 20, 25), key=lambda size: abs((high - low) / size - 5))
    inner = [low + step * place for place in range(int((high - low) / step) + 1)]
    return [*(float(each) for each in inner if high - each >= step / 2), float(high)]


def severity(scale: Instrument, theme: Theme, *, yref: str = "y") -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The scale's bands as faint areas, the graver the darker, and their names at the right edge."""
    edges = [band.lower for band in scale.bands] + [scale.maximum]
    least, most = BAND_INK
    areas, names = [], []
    for place, band in enumerate(scale.bands):
        grave = (len(scale.bands) - 1 - place) if scale.higher_is_better else place
        ink = least + (most - least) * grave / max(1, len(scale.bands) - 1)
        low, high = float(edges[place]), float(edges[place + 1])
        areas.append(
            {
                "type": "rect",
                "layer": "below",
                "name": band.name,
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "yref": yref,
                "y0": low,
                "y1": high,
                "line": {"width": 0},
                "fillcolor": f"rgba({TOKENS[theme].band},{ink:.3f})",
            }
        )
        where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "yref": yref, "y": (low + high) / 2}
        names.append(note(band.name, theme, yanchor="middle", **where))
    return areas, names
