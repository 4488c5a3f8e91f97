"""Rare events: the days before each since the one before it, with the limits of chance."""

from typing import Any

import pandas as pd

from dashboard.figures.opening import opening
from dashboard.figures.theme import TOKENS, Figure, Theme, base_layout, empty, note, title

_PANEL, _TOP, _BOTTOM, _LEFT, _RIGHT = 260, 14, 96, 66, 160
LEAST = 3
"""Of fewer intervals no chart is drawn."""
_KEY = "● chance   ■ not chance   ○ since the last one, not over yet"


def rare_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """A point an event at the days before it, the mean and the limits, and the days since the last one.

    Args:
        table: rows of ``metrics.serious_intervals``.
        theme: light or dark.

    Returns:
        Data and layout. y begins at 0; an open marker stands for the days that are not over.
    """
    rows = table.to_dict("records")
    done = [row for row in rows if row["point"] != "open"]
    if len(done) < LEAST:
        return empty(f"Fewer than {LEAST} intervals between events: too few to say what is usual.", theme, height=120)
    most = max(float(each) for row in done for each in (row["days"], row["high"]) if not pd.isna(each))
    top = 1.1 * max(most, *(float(row["days"]) for row in rows))
    layout = base_layout(
        theme,
        height=_TOP + _PANEL + _BOTTOM,
        margin={"l": _LEFT, "r": _RIGHT, "t": _TOP, "b": _BOTTOM},
        xaxis={
            "title": title("event, by its day", theme),
            "range": [0.4, len(rows) + 0.6],
            "tickvals": list(range(1, len(rows) + 1))[:: max(1, len(rows) // 8)],
            "ticktext": [_day(row) for row in rows][:: max(1, len(rows) // 8)],
            "showgrid": False,
        },
        yaxis={"title": title("days since the one before", theme), "range": [0, top]},
        annotations=[*_limits(done[-1], theme), _key(theme)],
        shapes=[_level(done[-1][name], name == "mean", theme) for name in ("mean", "low", "high")],
    )
    return {"data": [_points(rows, theme)], "layout": layout}


def _day(row: Any) -> str:
    return "since" if row["point"] == "open" else str(row["happened_on"])


def _points(rows: list[Any], theme: Theme) -> dict[str, Any]:
    tokens = TOKENS[theme]
    looks = {"common": ("circle", tokens.common), "open": ("circle-open", tokens.muted)}
    pairs = [looks.get(row["point"], ("square", tokens.worse)) for row in rows]
    return {
        "type": "scatter",
        "name": "days",
        "mode": "lines+markers",
        "x": list(range(1, len(rows) + 1)),
        "y": [int(row["days"]) for row in rows],
        "line": {"color": tokens.grid, "width": 1.5},
        "marker": {
            "symbol": [symbol for symbol, _ in pairs],
            "color": [colour for _, colour in pairs],
            "size": 10,
            "opacity": 1,
            "line": {"width": 1.5, "color": [colour for _, colour in pairs]},
        },
        "customdata": [opening(place, "days") if row["point"] != "open" else "" for place, row in enumerate(rows)],
        "hoverinfo": "y",
        "cliponaxis": False,
    }


def _level(value: Any, is_mean: bool, theme: Theme) -> dict[str, Any]:
    line = {"color": TOKENS[theme].muted, "width": 1.25, "dash": "solid" if is_mean else "dash"}
    return {"type": "line", "layer": "below", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value, "line": line}


def _limits(row: Any, theme: Theme) -> list[dict[str, Any]]:
    where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 8, "yanchor": "middle"}
    names = {"mean": "usual", "low": "lower limit", "high": "upper limit"}
    return [note(f"{names[name]} {row[name]:.0f} days", theme, y=row[name], **where) for name in names]


def _key(theme: Theme) -> dict[str, Any]:
    where = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 0, "yanchor": "top", "yshift": -66}
    return note(_KEY, theme, **where)
