"""What became of the sessions of the latest periods: a bar each, with its counts beside it."""

from collections.abc import Hashable
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures.measure import tick
from dashboard.figures.opening import opening, opens
from dashboard.figures.theme import TOKENS, Figure, Theme, Tokens, base_layout, empty, faded, note

ROW, TOP, BOTTOM, LEFT = 30, 62, 12, 112
"""Pixels: of a row, and around the rows; the right margin holds the counts."""
_COUNT = 72
"""Pixels of a column of counts."""
_NOT_OVER = 66
"""Pixels of the words that a period is not over."""
MOST = 13
"""Periods drawn, the latest; the table has all."""

STATUSES = {
    "n_completed": "completed",
    "n_no_show": "no-show",
    "n_late_cancelled": "cancelled<br>late",
    "n_cancelled": "cancelled<br>in time",
    "n_unresolved": "without<br>a result",
    "n_booked": "still<br>to come",
}
"""Column -> its words, from the left; ``n_booked`` is what no other holds."""

_GLYPHS = {
    "n_completed": ("■", "common"),
    "n_no_show": ("■", "worse"),
    "n_late_cancelled": ("▨", "worse"),
    "n_cancelled": ("▨", "common"),
    "n_unresolved": ("▩", "missing"),
    "n_booked": ("□", "common"),
}
"""Column -> how its part of a bar looks, as a sign, and the token of its colour."""

Row: TypeAlias = dict[Hashable, Any]


def latest_periods(table: pd.DataFrame, as_of: str) -> list[Row]:
    """The rows that are drawn: the latest that have begun by the day of the records, the newest first."""
    placed = table.assign(place=range(len(table)))
    rows = placed[placed["period"] <= as_of].tail(MOST).to_dict("records")[::-1]
    known = [name for name in STATUSES if name != "n_booked"]
    return [{**row, "n_booked": int(row["n_scheduled"]) - sum(int(row[name]) for name in known)} for row in rows]


def sessions_figure(table: pd.DataFrame, *, period: str, as_of: str, theme: Theme) -> Figure:
    """A stacked bar a period, the newest on top; the current one is pale and says that it is not over.

    Args:
        table: rows of ``metrics.throughput`` without a split.
        period: ``day``, ``week`` or ``month``.
        as_of: the day of the records.
        theme: light or dark.

    Returns:
        Data and layout. x runs from 0 to the largest bar.
    """
    rows = latest_periods(table, as_of)
    if not rows:
        return empty(f"No session has been booked for a {period} that has begun.", theme, height=120)
    names = [f"{tick(row['period'], period)}{' – not over' if row['partial'] else ''}" for row in rows]
    present = [name for name in STATUSES if name == "n_completed" or any(row[name] for row in rows)]
    layout = base_layout(
        theme,
        height=TOP + ROW * len(rows) + BOTTOM,
        margin={
            "l": LEFT + (_NOT_OVER if any(row["partial"] for row in rows) else 0),
            "r": 12 + _COUNT * len(present),
            "t": TOP,
            "b": BOTTOM,
        },
        barmode="stack",
        bargap=0.3,
        xaxis={"range": [0, max(1, *(int(row["n_scheduled"]) for row in rows))], "visible": False},
        yaxis={
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": list(range(len(rows))),
            "ticktext": names,
            "tickfont": {"color": TOKENS[theme].ink},
            "ticklabelstandoff": 10,
            "showgrid": False,
        },
        annotations=[each for place, name in enumerate(present) for each in _counts(rows, name, place, theme)],
    )
    return {"data": [_bars(rows, name, theme) for name in present], "layout": layout}


def _bars(rows: list[Row], name: str, theme: Theme) -> dict[str, Any]:
    tokens = TOKENS[theme]
    return {
        "type": "bar",
        "name": STATUSES[name].replace("<br>", " "),
        "orientation": "h",
        "x": [int(row[name]) for row in rows],
        "y": list(range(len(rows))),
        "marker": {**_look(name, tokens), "opacity": [0.45 if row["partial"] else 1 for row in rows]},
        "customdata": [opening(row["place"], name) for row in rows],
        "hoverinfo": "none",
    }


def _look(name: str, tokens: Tokens) -> dict[str, Any]:
    """Ink for what took place; what did not is told apart by its pattern as well as by its colour."""
    edge = {"color": tokens.page, "width": 1}
    return {
        "n_completed": {"color": faded(tokens.common, 0.75), "line": edge},
        "n_no_show": {"color": tokens.worse, "line": edge},
        "n_late_cancelled": _hatched(tokens.worse, "/", tokens),
        "n_cancelled": _hatched(tokens.common, "/", tokens),
        "n_unresolved": _hatched(tokens.missing, "x", tokens),
        "n_booked": {"color": "rgba(0,0,0,0)", "line": {"color": tokens.common, "width": 1}},
    }[name]


def _hatched(colour: str, shape: str, tokens: Tokens) -> dict[str, Any]:
    pattern = {"shape": shape, "fgcolor": colour, "bgcolor": tokens.page, "size": 6, "solidity": 0.4}
    return {"color": colour, "pattern": pattern, "line": {"color": colour, "width": 1}}


def _counts(rows: list[Row], name: str, place: int, theme: Theme) -> list[dict[str, Any]]:
    """A column of counts under its words, aligned to the right."""
    right = {"xref": "paper", "x": 1, "xanchor": "right", "xshift": _COUNT * (place + 1), "align": "right"}
    glyph, colour = _GLYPHS[name]
    font = {"color": getattr(TOKENS[theme], colour)}
    head = note(
        f"{glyph}<br>{STATUSES[name]}", theme, yref="paper", y=1, yanchor="bottom", yshift=4, font=font, **right
    )
    cells = [
        note(
            f"{int(row[name]):,}",
            theme,
            y=line,
            yanchor="middle",
            font={"color": TOKENS[theme].muted if row["partial"] or not row[name] else TOKENS[theme].ink},
            **(opens(row["place"], name) if row[name] else {}),
            **right,
        )
        for line, row in enumerate(rows)
    ]
    return [head, *cells]
