"""From started to responded: how many are left at each step, and why the others are not."""

from collections.abc import Hashable, Mapping
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures.opening import opening, opens
from dashboard.figures.theme import SIZE, TOKENS, Figure, Theme, base_layout, empty, note
from dashboard.figures.words import TOO_FEW, wrapped

ROW, TOP, BOTTOM, LEFT, RIGHT = 46, 6, 6, 128, 286
"""Pixels: of a row, and around the rows; the right margin holds the words."""
_NUMBER = 52
"""Pixels from the bars to the right end of a step's number."""
_LINE = 34
"""Characters of a line beside a step."""

STEPS = (
    ("n_started", "Started", "with a completed session"),
    ("n_baseline", "With a baseline", "no baseline score"),
    ("n_eligible", "Eligible", "baseline short of the cut"),
    ("n_due", "Due", "window still open"),
    ("n_scored", "Scored", "due, but not scored"),
    ("n_responded", "Responded", "scored, no response"),
)
"""Column, the step's name, and why somebody of the step before is not in it."""

Row: TypeAlias = Mapping[Hashable, Any]
Step: TypeAlias = tuple[str, str, str]


def waterfall_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """A bar a step from started to responded, each part of the one before; the numbers are written beside it.

    Args:
        table: the one row of ``metrics.response`` without a split, on one scale.
        theme: light or dark.

    Returns:
        Data and layout. x runs from 0 to all of the first step; a step without a rule has words and no bar. A step that
        is hidden is not in the table, and then not drawn: the next says why fewer are left than in the last one drawn.

    Raises:
        ValueError: for a table of several rows.
    """
    if table.empty:
        return empty("No course has been started yet.", theme, height=120)
    if len(table) > 1:
        raise ValueError(f"waterfall_figure takes one row, this table has {len(table)}.")
    row: Row = table.to_dict("records")[0]
    steps = _steps(row)
    if not steps:
        return empty(TOO_FEW, theme, height=120)
    first = max(1, int(row[steps[0][0]]))
    layout = base_layout(
        theme,
        height=TOP + ROW * len(steps) + BOTTOM,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        bargap=0.35,
        xaxis={"range": [0, first], "visible": False},
        yaxis={
            "range": [len(steps) - 0.5, -0.5],
            "tickvals": list(range(len(steps))),
            "ticktext": [name for _, name, _ in steps],
            "tickfont": {"color": TOKENS[theme].ink},
            "ticklabelstandoff": 10,
            "showgrid": False,
        },
        annotations=[each for place in range(len(steps)) for each in _labels(row, steps, place, theme)],
    )
    return {"data": [_bars(row, steps, theme)], "layout": layout}


def _steps(row: Row) -> list[Step]:
    """The steps that are shown; why fewer are left than in the one before is the reason of every step between."""
    steps: list[Step] = []
    reasons: list[str] = []
    for column, name, why in STEPS:
        reasons.append(why)
        if column in row:
            is_later = not steps and len(reasons) > 1
            steps.append((column, name, "the steps before are hidden" if is_later else ", or ".join(reasons)))
            reasons = []
    return steps


def _bars(row: Row, steps: list[Step], theme: Theme) -> dict[str, Any]:
    tokens = TOKENS[theme]
    counts = [None if pd.isna(row[column]) else int(row[column]) for column, _, _ in steps]
    colours = [tokens.better if column == "n_responded" else tokens.common for column, _, _ in steps]
    return {
        "type": "bar",
        "name": "courses",
        "orientation": "h",
        "x": counts,
        "y": list(range(len(steps))),
        "marker": {"color": colours, "opacity": 0.8},
        "customdata": [opening(0, column) for column, _, _ in steps],
        "hoverinfo": "none",
    }


def _labels(row: Row, steps: list[Step], place: int, theme: Theme) -> list[dict[str, Any]]:
    """The step's count; and how many fewer than in the step before, and why."""
    column, _, why = steps[place]
    where = {"xref": "paper", "x": 1, "y": place, "yanchor": "middle"}
    if pd.isna(row[column]):
        return [note("no rule for response", theme, xanchor="left", xshift=14, **where)]
    count = int(row[column])
    ink = {"color": TOKENS[theme].ink, "size": SIZE, "weight": 600}
    number = note(f"{count:,}", theme, xanchor="right", xshift=_NUMBER, font=ink, **opens(0, column), **where)
    if place == 0:
        return [number, note(why, theme, xanchor="left", xshift=_NUMBER + 12, **where)]
    before = steps[place - 1][0]
    fewer = int(row[before]) - count
    text = f"−{fewer:,}: {why}" if fewer else "all of these" if count else "nobody is left"
    way = opens(0, before, column) if fewer else {}
    return [number, note(wrapped(text, _LINE), theme, xanchor="left", xshift=_NUMBER + 12, **way, **where)]
