"""Do side effects fade? The share of sessions with one by session number, with how many stand behind it."""

from typing import Any

import pandas as pd

from dashboard.figures import words
from dashboard.figures.opening import opening
from dashboard.figures.theme import SMALL, TOKENS, Figure, Theme, base_layout, empty, faded, note, title

PANEL, TOP, LEFT, RIGHT, FOOT = 270, 14, 66, 40, 128
_NARROW = 620
"""Pixels of the axis on the narrowest page: so wide n must have room under each tick."""
_AXES = (0.25, 0.5, 1.0)
KEY = "Dot and line: sessions with one, with its 95 % interval. Hollow and grey: under 20 sessions. Under 10: no dot."


def fading_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """The share of the first, second, … sessions with a side effect; x of n under every tick.

    Args:
        table: rows of ``metrics.side_effects_by_session`` without a split.
        theme: light or dark.

    Returns:
        Data and layout. x ends with the last session number that has 10 sessions; y begins at 0 and ends at 25, 50 or
        100 %, whichever holds every interval.

    Raises:
        ValueError: for a table of several groups.
    """
    if table["session_number"].duplicated().any():
        raise ValueError("fading_figure takes one group, this table has several.")
    large = table[table["n_sessions"] >= words.NO_PERCENT_UNDER]
    if large.empty:
        return empty(
            "No session number has 10 sessions with a filled form: too few for a percentage.", theme, height=120
        )
    last = int(large["session_number"].max())
    rows = table.assign(place=range(len(table))).to_dict("records")
    shown = {int(row["session_number"]): row for row in rows if row["session_number"] <= last}
    drawn = {place: row for place, row in shown.items() if row["n_sessions"] >= words.NO_PERCENT_UNDER}
    end = _end(list(drawn.values()))
    layout = base_layout(
        theme,
        height=TOP + PANEL + FOOT,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": FOOT},
        xaxis={
            "title": title("session of the course; sessions with one of all with a filled form", theme, standoff=12),
            "range": [0.4, last + 0.6],
            **_ticks(shown, last),
            "showgrid": False,
        },
        yaxis={
            "title": title("% of sessions", theme),
            "range": [0, 100 * end],
            "tickvals": [100 * end * place / 5 for place in range(6)],
        },
        annotations=[_key(theme)],
    )
    return {"data": [*_intervals(drawn, theme), _rates(drawn, theme)], "layout": layout}


def _end(rows: list[Any]) -> float:
    most = max(max(float(row["session_rate"]), words.value(row["session_high"]) or 0) for row in rows)
    return next(end for end in _AXES if most <= end)


def _ticks(shown: dict[int, Any], last: int) -> dict[str, Any]:
    """Every session number, or every so many that the widest count has room; who has no form is 0 of 0."""
    counts = dict.fromkeys(range(1, last + 1), (0, 0))
    counts |= {place: (int(row["n_sessions_with"]), int(row["n_sessions"])) for place, row in shown.items()}
    widest = max(len(f"of {whole:,}") for _, whole in counts.values())
    need = (7 * widest + 8) * last / _NARROW
    step = next((size for size in (1, 2, 4, 5, 10, 20) if size >= need), 50)
    ticks = list(counts)[::step]
    return {
        "tickangle": 0,
        "tickvals": ticks,
        "ticktext": ["{}<br>{:,}<br>of {:,}".format(place, *counts[place]) for place in ticks],
    }


def _is_few(row: Any) -> bool:
    return bool(row["n_sessions"] < words.FEW_UNDER)


def _intervals(drawn: dict[int, Any], theme: Theme) -> list[dict[str, Any]]:
    known = {place: row for place, row in drawn.items() if not pd.isna(row["session_low"])}
    ends = [(100 * float(row["session_low"]), 100 * float(row["session_high"])) for row in known.values()]
    trace = {
        "type": "scatter",
        "name": "interval",
        "mode": "lines",
        "x": [x for place in known for x in (place, place, None)],
        "y": [y for low, high in ends for y in (low, high, None)],
        "line": {"color": faded(TOKENS[theme].ink, 0.35), "width": 3},
        "hoverinfo": "skip",
    }
    return [trace] if known else []


def _rates(drawn: dict[int, Any], theme: Theme) -> dict[str, Any]:
    tokens = TOKENS[theme]
    inks = [tokens.common if _is_few(row) else tokens.ink for row in drawn.values()]
    return {
        "type": "scatter",
        "name": "rate",
        "mode": "lines+markers",
        "x": list(drawn),
        "y": [100 * float(row["session_rate"]) for row in drawn.values()],
        "line": {"color": faded(tokens.ink, 0.5), "width": 1.5},
        "marker": {
            "symbol": "circle",
            "size": 9,
            "opacity": 1,
            "color": [tokens.page if _is_few(row) else tokens.ink for row in drawn.values()],
            "line": {"width": 1.75, "color": inks},
        },
        "cliponaxis": False,
        "customdata": [opening(row["place"], "n_sessions_with") for row in drawn.values()],
        "hovertext": [f"session {place}: {_said(row)}" for place, row in drawn.items()],
        "hoverinfo": "text",
    }


def _said(row: Any) -> str:
    count = words.part_of(row["n_sessions_with"], row["n_sessions"])
    rate = f"{count}, {words.percent(float(row['session_rate']))} %"
    if pd.isna(row["session_low"]):
        return rate
    return f"{rate} ({words.percent(float(row['session_low']))}–{words.percent(float(row['session_high']))})"


def _key(theme: Theme) -> dict[str, Any]:
    where = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 8 - LEFT, "yref": "paper", "y": 0, "yanchor": "top"}
    return note(KEY, theme, yshift=24 - FOOT, font={"size": SMALL - 1}, **where)
