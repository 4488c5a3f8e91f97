"""Chairs booked and used by weekday and hour, sessions beside their plan, and what is missed by how long before."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from dashboard.figures import words
from dashboard.figures.dots import Block, Dot, dots_figure
from dashboard.figures.opening import opens
from dashboard.figures.stacks import Part, stacks_figure
from dashboard.figures.theme import TOKENS, Figure, Theme, base_layout, empty, faded, note, on_cell, style_of, title

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ROW, _TOP, _BOTTOM, _LEFT, _RIGHT = 34, 14, 62, 104, 24
_KEY = "Dot and line: so many of the slots held, with the 95 % interval."
_MISSED = {"No-show": ("n_no_show", "no_show"), "Cancelled late": ("n_late_cancelled", "late_cancel")}
"""Name -> its count, and how its interval begins."""


def chairs_figure(table: pd.DataFrame, *, of: str, theme: Theme) -> Figure:
    """Chairs at once in each hour of each weekday, its number in every cell; both figures have the same ink.

    Args:
        table: rows of ``metrics.chair_use``.
        of: ``scheduled`` or ``actual``.
        theme: light or dark.
    """
    if table.empty or not table[f"{of}_minutes"].sum():
        what = "a planned length" if of == "scheduled" else "arrival and discharge"
        return empty(f"No session has {what}.", theme, height=120)
    rows = table.to_dict("records")
    cells = {(int(row["hour"]), int(row["weekday"])): float(row[f"{of}_chairs"]) for row in rows}
    ways = {(int(row["hour"]), int(row["weekday"])): opens(place, f"n_{of}") for place, row in enumerate(rows)}
    hours = list(range(min(hour for hour, _ in cells), max(hour for hour, _ in cells) + 1))
    days = sorted({day for _, day in cells})
    most = float(table[["scheduled_chairs", "actual_chairs"]].max().max())
    layout = base_layout(
        theme,
        height=_TOP + _ROW * len(days) + _BOTTOM,
        margin={"l": _LEFT, "r": _RIGHT, "t": _TOP, "b": _BOTTOM},
        xaxis={
            "title": title("hour of the day, clinic-local", theme),
            "tickvals": hours,
            "ticktext": [f"{hour}–{hour + 1}" for hour in hours],
            "range": [hours[0] - 0.5, hours[-1] + 0.5],
            "showgrid": False,
        },
        yaxis={
            "tickvals": list(range(len(days))),
            "ticktext": [WEEKDAYS[day - 1] for day in days],
            "tickfont": {"color": TOKENS[theme].ink},
            "range": [len(days) - 0.5, -0.5],
            "showgrid": False,
        },
        annotations=[
            _cell(value, most, theme, x=hour, y=days.index(day), **(ways[hour, day] if value else {}))
            for (hour, day), value in cells.items()
        ],
    )
    return {"data": [_heat(cells, hours, days, most, theme)], "layout": layout}


def _heat(
    cells: dict[tuple[int, int], float], hours: list[int], days: list[int], most: float, theme: Theme
) -> dict[str, Any]:
    ink = TOKENS[theme].common
    return {
        "type": "heatmap",
        "name": "chairs",
        "x": hours,
        "y": list(range(len(days))),
        "z": [[cells.get((hour, day)) for hour in hours] for day in days],
        "colorscale": [[0, faded(ink, 0.08)], [1, faded(ink, 1)]],
        "zmin": 0,
        "zmax": most,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hoverinfo": "skip",
    }


def _cell(value: float, most: float, theme: Theme, **place: Any) -> dict[str, Any]:
    font = {"color": on_cell(value / most, theme), "size": 12}
    return note(f"{value:.1f}", theme, font=font, **place)


def planned_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """How many sessions were shorter, as long, or longer than planned, a bar a group.

    Args:
        table: rows of ``metrics.planned_lengths``.
        by: what the rows are split by, or ``none``.
        theme: light or dark.
    """
    rows = [row for row in table.to_dict("records") if row["n_both"]]
    if not rows:
        return empty("Of no session are the plan and the length both known.", theme, height=120)
    named = {"n_shorter": ("shorter", 0.2), "n_in_range": ("as planned", 0.5), "n_longer": ("longer", 0.9)}
    parts = [Part(name, [int(row[column]) for row in rows], ink) for column, (name, ink) in named.items()]
    names = ["Everyone" if by == "none" else words.group(by, row[by]) for row in rows]
    return stacks_figure(names, parts, axis="sessions", theme=theme)


def lead_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """No-shows, and under them late cancellations, by how many days before the slot had been booked.

    Args:
        table: rows of ``metrics.lead_time`` without a split.
        theme: light or dark.
    """
    if table.empty:
        return empty("Of no slot held is the day of its booking known.", theme, height=120)
    rows = table.to_dict("records")
    blocks = [
        Block(
            name, "of the slots held", [_lead_dot(row, (place, count), start, theme) for place, row in enumerate(rows)]
        )
        for name, (count, start) in _MISSED.items()
    ]
    return dots_figure(blocks, axis="% of the slots held", key=_KEY, nobody="none held", theme=theme)


def _lead_dot(row: dict[Hashable, Any], opens: tuple[int, str], start: str, theme: Theme) -> Dot:
    return Dot(
        f"{str(row['lead_days']).replace('-', '–')} days before",
        style_of("none", None, theme),
        int(row[opens[1]]),
        int(row["n_held"]),
        words.value(row[f"{start}_low"]),
        words.value(row[f"{start}_high"]),
        opens,
    )
