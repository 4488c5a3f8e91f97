"""The wait from referral to the first session: who is not yet seen, day by day, those still waiting marked."""

from typing import Any

import pandas as pd

from dashboard.figures.opening import opening
from dashboard.figures.theme import TOKENS, Figure, Theme, base_layout, empty, faded, note, title

PANEL, TOP, BOTTOM, LEFT, RIGHT = 280, 12, 84, 62, 60
_LEVELS = {0.5: "half are seen", 0.1: "nine in ten are seen"}
_KEY = "Ribbon: 95 % interval.   │ somebody still waiting after so many days, or several."


def wait_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """The share not yet seen as a falling step, with its interval, and the days by which half and nine in ten are.

    Args:
        table: rows of ``metrics.wait_curve`` without a split.
        theme: light or dark.

    Returns:
        Data and layout. y is percent of the referred, always 0-100.
    """
    if table.empty or not int(table["n_at_risk"].iloc[0]):
        return empty("Nobody has a date of referral.", theme, height=120)
    last = max(7, int(table["day"].max()))
    layout = base_layout(
        theme,
        height=TOP + PANEL + BOTTOM,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        xaxis={"title": title("days since referral", theme), "range": [0, last], "showgrid": False, "nticks": 12},
        yaxis={
            "title": title("not yet seen, %", theme),
            "range": [0, 101],
            "tickvals": [0, 25, 50, 75, 100],
        },
        annotations=[*_levels(table, last, theme), _key(theme)],
    )
    return {"data": [*_ribbon(table, theme), _step(table, theme), _waiting(table, theme)], "layout": layout}


def _step(table: pd.DataFrame, theme: Theme) -> dict[str, Any]:
    rows = table.to_dict("records")
    said = [
        f"day {row['day']}: {100 * row['not_yet']:.0f} % not yet seen<br>"
        f"{row['n_at_risk']} waiting before it, {row['n_events']} seen, {row['n_censored']} still waiting"
        for row in rows
    ]
    return {
        "type": "scatter",
        "name": "not yet seen",
        "mode": "lines",
        "x": [int(row["day"]) for row in rows],
        "y": [100 * float(row["not_yet"]) for row in rows],
        "line": {"color": TOKENS[theme].ink, "width": 2, "shape": "hv"},
        "customdata": [opening(place, "n_events") for place in range(len(rows))],
        "hovertext": said,
        "hoverinfo": "text",
    }


def _ribbon(table: pd.DataFrame, theme: Theme) -> list[dict[str, Any]]:
    """Between the two ends of the interval, where there is one."""
    known = table[table["not_yet_low"].notna()]
    if known.empty:
        return []
    days = [int(day) for day in known["day"]]
    line = {"type": "scatter", "mode": "lines", "x": days, "hoverinfo": "skip"}
    thin = {"width": 0, "shape": "hv"}
    low, high = ([100 * float(value) for value in known[f"not_yet_{side}"]] for side in ("low", "high"))
    area = {"fill": "tonexty", "fillcolor": faded(TOKENS[theme].common, 0.22)}
    return [
        {**line, "name": "interval: low", "y": low, "line": thin},
        {**line, "name": "interval: high", "y": high, "line": thin, **area},
    ]


def _waiting(table: pd.DataFrame, theme: Theme) -> dict[str, Any]:
    placed = table.assign(place=range(len(table)))
    open_ = placed[placed["n_censored"] > 0]
    return {
        "type": "scatter",
        "name": "still waiting",
        "mode": "markers",
        "x": [int(day) for day in open_["day"]],
        "y": [100 * float(value) for value in open_["not_yet"]],
        "marker": {"symbol": "line-ns", "size": 11, "line": {"width": 1.5, "color": TOKENS[theme].ink}},
        "customdata": [opening(int(place), "n_censored") for place in open_["place"]],
        "hoverinfo": "none",
        "cliponaxis": False,
    }


def _levels(table: pd.DataFrame, last: int, theme: Theme) -> list[dict[str, Any]]:
    """The days by which half and nine in ten are seen, beside the curve."""
    named = []
    for level, words in _LEVELS.items():
        reached = table.loc[table["not_yet"] <= level + 1e-9, "day"]
        if len(reached):
            day = int(reached.iloc[0])
            side = {"xanchor": "left", "xshift": 8} if day < 0.7 * last else {"xanchor": "right", "xshift": -8}
            ink = {"color": TOKENS[theme].ink}
            place = {"x": day, "y": 100 * level, "yanchor": "bottom", "yshift": 4}
            named.append(note(f"{words} by day {day}", theme, font=ink, **place, **side))
    return named


def _key(theme: Theme) -> dict[str, Any]:
    where = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 0, "yanchor": "top", "yshift": -56}
    return note(_KEY, theme, **where)
