"""Response by group: a dot with its interval, how far the missing could move it, and all of it in words."""

from collections.abc import Hashable
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures import words
from dashboard.figures.opening import opening, opens
from dashboard.figures.theme import (
    SMALL,
    TOKENS,
    Figure,
    Style,
    Theme,
    base_layout,
    edge,
    empty,
    faded,
    note,
    style_of,
    title,
)
from dashboard.model import HIDDEN

ROW, TOP, BOTTOM, RIGHT = 54, 10, 104, 268
"""Pixels: of a row, and around the rows; the right margin holds the words."""
_NAME = 20
"""Characters of a group's name in one line."""
_PIXELS = 8
"""Of the widest usual character of a name."""
_HALF = 9
"""Pixels from the middle of a row to the middle of each line of its words."""
_KEY = (
    "Dot and thick line: responded of the scored, 95 % interval.",
    "Thin bracket: if all the due but not scored had failed, or had responded.",
)

Row: TypeAlias = dict[Hashable, Any]


def response_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """How many of the scored responded, a row a group in the table's order; remission stays in the table beside it.

    Args:
        table: rows of ``metrics.response`` for one scale (scales are never pooled).
        by: what the rows are split by, ``none`` for one row.
        theme: light or dark.

    Returns:
        Data and layout. x is percent of the scored, always 0-100. Under 10 scored there is no point, no interval and
        no bracket, only the count; under 20 the row is grey and says so. A column that is hidden is not in the table:
        then there is no bracket and nothing of the missing, or without the counts themselves only a sentence.

    Raises:
        ValueError: for a table of several scales.
    """
    if not {"n_scored", "n_responded"}.issubset(table.columns):
        return empty(words.TOO_FEW, theme, height=120)
    if table.empty:
        return empty("No course has been started yet.", theme, height=120)
    scales = list(table["instrument"].unique())
    if len(scales) > 1:
        raise ValueError(f"response_figure takes one scale, this table has {', '.join(scales)}.")
    rows = table.to_dict("records")
    data = [trace for place, row in enumerate(rows) for trace in _marks(row, place, by, theme)]
    names = [words.wrapped(_name(row, by), _NAME) for row in rows]
    left = 28 + _PIXELS * max(len(line) for name in names for line in name.split("<br>"))
    layout = base_layout(
        theme,
        height=TOP + ROW * len(rows) + BOTTOM,
        margin={"l": left, "r": RIGHT, "t": TOP, "b": BOTTOM},
        xaxis={
            "title": title(f"responded, % of scored ({scales[0]})", theme),
            "range": [0, 100],
            "tickvals": [0, 25, 50, 75, 100],
        },
        yaxis={
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": list(range(len(rows))),
            "ticktext": names,
            "tickfont": {"color": TOKENS[theme].ink},
            "ticklabelstandoff": 12,
            "showgrid": False,
        },
        shapes=[edge(0, theme), edge(100, theme)],
        annotations=[
            *(each for place, row in enumerate(rows) for each in _labels(row, place, theme)),
            _key(left, theme, has_bracket="n_due" in table.columns),
        ],
    )
    return {"data": data, "layout": layout}


def _name(row: Row, by: str) -> str:
    return "Everyone" if by == "none" else words.group(by, row[by])


def _is_drawn(row: Row) -> bool:
    return bool(row["n_scored"] >= words.NO_PERCENT_UNDER and not pd.isna(row["response_rate"]))


def _style(row: Row, by: str, theme: Theme) -> Style:
    """The group's own; a small group keeps its marker and is grey. (Hollow would say esketamine.)"""
    style = style_of(by, row.get(by), theme)
    return Style(TOKENS[theme].common, style.symbol) if row["n_scored"] < words.FEW_UNDER else style


def _marks(row: Row, place: int, by: str, theme: Theme) -> list[dict[str, Any]]:
    """Bracket, interval and dot of one row, from the back to the front."""
    if not _is_drawn(row):
        return []
    name, style = _name(row, by), _style(row, by, theme)
    rate, low, high = (100 * float(row[f"response_{column}"]) for column in ("rate", "low", "high"))
    dot: dict[str, Any] = {
        "type": "scatter",
        "name": f"{name}: rate",
        "mode": "markers",
        "x": [rate],
        "y": [place],
        "marker": {
            "symbol": style.symbol,
            "size": 15 if "triangle" in style.symbol else 13,
            "color": style.colour,
            "opacity": 1,
            "line": {"width": 2},
        },
        "cliponaxis": False,
        "customdata": [opening(place, "n_responded")],
        "hovertemplate": "<br>".join(_lines(row)) + f"<extra>{words.plain(name)}</extra>",
    }
    if "-open" not in style.symbol:
        dot["marker"]["line"] = {"width": 1.5, "color": TOKENS[theme].page}
    interval = _line(f"{name}: interval", [low, high], place, faded(style.colour, 0.55), 5)
    return [*_bracket(row, name, place, theme), interval, dot]


def _bracket(row: Row, name: str, place: int, theme: Theme) -> list[dict[str, Any]]:
    """How far those due but not scored could move the rate; nothing where there are none, or their number is hidden."""
    if "n_due" not in row or row["n_due"] == row["n_scored"]:
        return []
    ends = [100 * float(row[f"response_{column}"]) for column in ("nri", "best")]
    mark = {"symbol": "line-ns", "size": 16, "line": {"width": 1.5, "color": TOKENS[theme].muted}}
    line = _line(f"{name}: bounds", ends, place, TOKENS[theme].muted, 1)
    missing = [opening(place, "n_due", "n_scored")] * 2
    return [{**line, "mode": "lines+markers", "marker": mark, "customdata": missing, "hoverinfo": "none"}]


def _line(name: str, ends: list[float], place: int, colour: str, width: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines",
        "x": ends,
        "y": [place, place],
        "line": {"color": colour, "width": width},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _lines(row: Row) -> tuple[str, str]:
    """The row in words: how many responded, and who is not in it."""
    scored = row["n_scored"]
    unscored, undue = words.less(row, "n_due", "n_scored"), words.less(row, "n_eligible", "n_due")
    missing = f"not scored, not yet due: {HIDDEN}"
    if HIDDEN not in (unscored, undue):
        missing = f"{unscored} not scored · {undue} not yet due"
    if pd.isna(row["n_responded"]):
        return "no rule for response", missing
    if scored == 0:
        return "none scored", missing
    count = words.part_of(row["n_responded"], scored)
    if not _is_drawn(row):
        return f"{count} · too few for a percentage", missing
    rate, low, high = (words.percent(float(row[f"response_{column}"])) for column in ("rate", "low", "high"))
    few = " · under 20" if scored < words.FEW_UNDER else ""
    return f"{count} · {rate} % ({low}–{high}){few}", missing


def _labels(row: Row, place: int, theme: Theme) -> list[dict[str, Any]]:
    """Both lines at the right of the row, each a way to its people; the interval and the missing in a lighter ink."""
    tokens = TOKENS[theme]
    first, missing = _lines(row)
    is_full = _is_drawn(row) and row["n_scored"] >= words.FEW_UNDER
    head, bracket, rest = first.partition(" (")
    lighter = f'<span style="color:{tokens.muted}">{bracket}{rest}</span>' if bracket else ""
    where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 20, "y": place, "yanchor": "middle"}
    ink = {"color": tokens.ink if is_full else tokens.muted}
    return [
        note(f"{head}{lighter}", theme, font=ink, yshift=_HALF, **opens(place, "n_responded"), **where),
        note(missing, theme, yshift=-_HALF, **opens(place, "n_due", "n_scored"), **where),
    ]


def _key(left: int, theme: Theme, *, has_bracket: bool) -> dict[str, Any]:
    """What the marks are, at the figure's left foot."""
    where = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 8 - left, "yref": "paper", "y": 0, "yanchor": "top"}
    text = "<br>".join(_KEY if has_bracket else _KEY[:1])
    return note(text, theme, yshift=-60, font={"size": SMALL - 1}, **where)
