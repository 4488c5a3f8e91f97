"""How far each group's rate is from the reference's: a point with its interval beside the line of no difference."""

from collections.abc import Hashable
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures import words
from dashboard.figures.opening import opening, opens
from dashboard.figures.theme import SMALL, TOKENS, Figure, Theme, base_layout, empty, faded, note, style_of, title

ROW, TOP, BOTTOM, RIGHT = 46, 34, 84, 300
"""Pixels: of a row, and around the rows; the right margin holds the words."""
_NAME = 22
_ENDS = (25, 50, 75, 100)
_KEY = "Point and line: difference with its 95 % interval. An interval that holds 0 does not tell the two apart."
RANKED_FROM = 30
"""Of fewer in either group no word of more or less is said."""

Row: TypeAlias = dict[Hashable, Any]


def difference_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """The difference in percentage points, a row a group in the table's order.

    Args:
        table: rows of ``metrics.response_difference`` for one scale.
        by: what is compared.
        theme: light or dark.

    Returns:
        Data and layout. The axis is even round 0. Under 10 scored in either group there is no point and no difference.
    """
    if table.empty:
        return empty("There are no two groups with somebody scored to compare.", theme, height=120)
    rows = table.to_dict("records")
    names = [words.wrapped(words.group(by, row[by]), _NAME) for row in rows]
    left = 28 + 8 * max(len(line) for name in names for line in name.split("<br>"))
    drawn = [(place, row) for place, row in enumerate(rows) if is_drawn(row)]
    most = max((abs(100 * float(row[f"difference_{end}"])) for _, row in drawn for end in ("low", "high")), default=0.0)
    end = next(each for each in _ENDS if most <= each)
    reference = words.plain(words.group(by, rows[0]["reference"]))
    tokens = TOKENS[theme]
    zero = {"type": "line", "layer": "below", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1}
    layout = base_layout(
        theme,
        height=TOP + ROW * len(rows) + BOTTOM,
        margin={"l": left, "r": RIGHT, "t": TOP, "b": BOTTOM},
        xaxis={
            "title": title("percentage points less or more than the reference", theme),
            "range": [-end, end],
            "tickvals": [-end, -end / 2, 0, end / 2, end],
            "ticktext": [_points(each) for each in (-end, -end / 2, 0, end / 2, end)],
        },
        yaxis={
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": list(range(len(rows))),
            "ticktext": names,
            "tickfont": {"color": tokens.ink},
            "ticklabelstandoff": 12,
            "showgrid": False,
        },
        shapes=[{**zero, "line": {"color": tokens.ink, "width": 1}}],
        annotations=[
            *(_label(row, place, theme) for place, row in enumerate(rows)),
            _above(reference, rows[0], theme),
            _key(left, theme),
        ],
    )
    return {"data": [each for place, row in drawn for each in _marks(row, place, by, theme)], "layout": layout}


def is_drawn(row: Row) -> bool:
    """Whether both groups have enough for a percentage."""
    return bool(min(row["n_scored"], row["n_scored_reference"]) >= words.NO_PERCENT_UNDER)


def _is_few(row: Row) -> bool:
    return bool(min(row["n_scored"], row["n_scored_reference"]) < words.FEW_UNDER)


def _points(value: float) -> str:
    """``+17``, ``−8``, ``0``."""
    number = f"{abs(value):.0f}" if value == round(value) else f"{abs(value):.1f}"
    return "0" if float(number) == 0 else f"{'+' if value > 0 else '−'}{number}"


def difference_words(row: Row) -> str:
    """``−17 points (−39 to +7)``."""
    difference, low, high = (
        round(100 * float(row[name])) for name in ("difference", "difference_low", "difference_high")
    )
    return f"{_points(difference)} points ({_points(low)} to {_points(high)})"


def _marks(row: Row, place: int, by: str, theme: Theme) -> list[dict[str, Any]]:
    style = style_of(by, row[by], theme)
    ink = TOKENS[theme].common if _is_few(row) else style.colour
    ends = [100 * float(row[f"difference_{end}"]) for end in ("low", "high")]
    line = {"color": faded(ink, 0.5), "width": 5}
    is_open = "-open" in style.symbol
    marker = {
        "symbol": style.symbol,
        "size": 13,
        "color": ink,
        "opacity": 1,
        "line": {"width": 2 if is_open else 1.5, "color": ink if is_open else TOKENS[theme].page},
    }
    base = {"type": "scatter", "y": [place, place], "cliponaxis": False}
    return [
        {**base, "name": "interval", "mode": "lines", "x": ends, "line": line, "hoverinfo": "skip"},
        {
            **base,
            "name": "difference",
            "mode": "markers",
            "x": [100 * float(row["difference"])],
            "y": [place],
            "marker": marker,
            "customdata": [opening(place, "n_responded")],
            "hovertext": [difference_words(row)],
            "hoverinfo": "text",
        },
    ]


def _label(row: Row, place: int, theme: Theme) -> dict[str, Any]:
    """The group's own count, and the difference in words."""
    count = words.part_of(row["n_responded"], row["n_scored"])
    tokens = TOKENS[theme]
    second = difference_words(row) if is_drawn(row) else "too few to compare"
    share = f", {words.percent(float(row['response_rate']))} %" if row["n_scored"] >= words.NO_PERCENT_UNDER else ""
    few = " · under 20" if is_drawn(row) and _is_few(row) else ""
    where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 20, "y": place, "yanchor": "middle"}
    font = {"color": tokens.muted if _is_few(row) else tokens.ink}
    return note(f"{count} responded{share}<br>{second}{few}", theme, font=font, **opens(place, "n_responded"), **where)


def _above(reference: str, row: Row, theme: Theme) -> dict[str, Any]:
    """Whose rate the line is."""
    count = words.part_of(row["n_responded_reference"], row["n_scored_reference"])
    rate = row["n_responded_reference"] / row["n_scored_reference"]
    share = f", {words.percent(rate)} %" if row["n_scored_reference"] >= words.NO_PERCENT_UNDER else ""
    where = {"x": 0, "yref": "paper", "y": 1, "xanchor": "center", "yanchor": "bottom", "yshift": 6}
    return note(f"{reference}: {count}{share}", theme, font={"color": TOKENS[theme].ink}, **where)


def _key(left: int, theme: Theme) -> dict[str, Any]:
    where = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 8 - left, "yref": "paper", "y": 0, "yanchor": "top"}
    return note(_KEY, theme, yshift=-58, font={"size": SMALL - 1}, **where)
