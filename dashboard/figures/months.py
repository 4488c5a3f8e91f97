"""Sessions of the latest months where small cells are hidden: completed, of those booked."""

from typing import Any

import pandas as pd

from dashboard.figures.measure import tick
from dashboard.figures.sessions import LEFT, MOST, ROW
from dashboard.figures.theme import TOKENS, Figure, Theme, base_layout, empty, faded, note, title
from dashboard.model import HIDDEN

_TOP, _BOTTOM, _RIGHT = 30, 56, 250
"""Pixels; the right margin holds the words."""
_GONE = f"{HIDDEN}: a count under 11 could be worked out"


def months_figure(table: pd.DataFrame, *, as_of: str, theme: Theme) -> Figure:
    """A bar a month, the newest on top: filled what took place, in outline what was booked.

    Args:
        table: rows of ``metrics.throughput`` by month as numbers; a month that is not there, or has no number, is
            hidden.
        as_of: the day of the records; later months are not drawn.
        theme: light or dark.

    Returns:
        Data and layout; x runs from 0.
    """
    rows = {row["period"]: row for row in table.to_dict("records") if row["period"] <= as_of}
    if not rows:
        return empty("Too few sessions to be shown.", theme, height=120)
    months = [f"{each:%Y-%m-%d}" for each in pd.date_range(min(rows), max(rows), freq="MS")][-MOST:][::-1]
    shown = [rows.get(month, {}) for month in months]
    names = [
        f"{tick(month, 'month')}{' – not over' if row.get('partial') else ''}"
        for month, row in zip(months, shown, strict=True)
    ]
    is_open = any(row.get("partial") for row in shown)
    layout = base_layout(
        theme,
        height=_TOP + ROW * len(months) + _BOTTOM,
        margin={"l": LEFT + (66 if is_open else 0), "r": _RIGHT, "t": _TOP, "b": _BOTTOM},
        barmode="overlay",
        bargap=0.3,
        xaxis={"title": title("sessions", theme), "rangemode": "tozero"},
        yaxis={
            "range": [len(months) - 0.5, -0.5],
            "tickvals": list(range(len(months))),
            "ticktext": names,
            "tickfont": {"color": TOKENS[theme].ink},
            "ticklabelstandoff": 10,
            "showgrid": False,
        },
        annotations=[_words(row, place, theme) for place, row in enumerate(shown)],
    )
    tokens = TOKENS[theme]
    outline = {"color": "rgba(0,0,0,0)", "line": {"color": tokens.common, "width": 1}}
    filled = {"color": faded(tokens.common, 0.75), "opacity": [0.45 if row.get("partial") else 1 for row in shown]}
    booked, done = ([_count(row, name) for row in shown] for name in ("n_scheduled", "n_completed"))
    return {"data": [_bars("booked", booked, outline), _bars("completed", done, filled)], "layout": layout}


def _count(row: Any, name: str) -> int | None:
    value = row.get(name)
    return None if value is None or pd.isna(value) else int(value)


def _bars(name: str, counts: list[int | None], marker: dict[str, Any]) -> dict[str, Any]:
    where = {"orientation": "h", "x": counts, "y": list(range(len(counts)))}
    return {"type": "bar", "name": name, **where, "marker": marker, "hoverinfo": "x+name"}


def _words(row: Any, place: int, theme: Theme) -> dict[str, Any]:
    """The counts beside a bar."""
    booked, done = _count(row, "n_scheduled"), _count(row, "n_completed")
    if done is None:
        said = _GONE if booked is None else f"{booked:,} booked, completed {HIDDEN}"
    else:
        said = f"{done:,} completed" + (f", of {booked:,} booked" if booked is not None else f"; booked {HIDDEN}")
    ink = TOKENS[theme].muted if row.get("partial") or done is None else TOKENS[theme].ink
    where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 14, "y": place, "yanchor": "middle"}
    return note(said, theme, font={"color": ink}, **where)
