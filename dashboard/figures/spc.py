"""The XmR chart: a number over time, the limits of chance, and in words what chance does not explain."""

import datetime
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures.marks import Mark, lettered, marked
from dashboard.figures.measure import MEASURES, Measure, date_of, tick
from dashboard.figures.opening import OF_MANY, opening
from dashboard.figures.theme import SMALL, TOKENS, Figure, Theme, Tokens, base_layout, empty, note, title

PANEL, TOP, BOTTOM, LEFT, RIGHT = 300, 34, 78, 62, 152
"""Pixels: of the panel and around it; the right margin holds the limits' values."""
FIRM = 12
"""Fewer points than these have trial limits only."""
_RUN = 7
_FEW = 6
"""So few points have each its day under it."""

MARKS = {
    "improvement": ("diamond", "better", "◆ improvement"),
    "concern": ("square", "worse", "■ concern"),
    "neutral": ("triangle-up", "ink", "▲ not chance, neither better nor worse"),
    "common": ("circle", "common", "● chance"),
}
"""Meaning -> marker, the token of its colour, and the words of the key."""

Row: TypeAlias = dict[Hashable, Any]


@dataclass(frozen=True)
class Signal:
    """Points in a row that chance does not explain, all on one side of the mean or all of one trend."""

    rows: list[Row]
    words: str


def spc_figure(
    table: pd.DataFrame,
    *,
    metric: str,
    period: str,
    theme: Theme,
    target: float | None = None,
    marks: Sequence[Mark] = (),
) -> Figure:
    """Points over time with mean and limits, their values written at the right.

    Args:
        table: rows of ``metrics.spc``.
        metric: the column of throughput.
        period: ``day``, ``week`` or ``month``.
        theme: light or dark.
        target: a value of the metric.
        marks: what happened at the clinic; those in the time drawn have a line and a letter.

    Returns:
        Data and layout. y begins at 0, so a lower limit below it is not drawn; a new segment begins with a dotted line.
    """
    if table.empty:
        return empty(f"No whole {period} with a value yet.", theme, height=120)
    measure, rows = MEASURES[metric], table.to_dict("records")
    segments = _segments(rows)
    scale = 100 if measure.is_rate else 1
    tops = [row[name] for row in rows for name in ("value", "high") if not pd.isna(row[name])]
    top = 1.12 * scale * max([*tops, target or 0]) or 1
    named, over = _latest(signals(table, period), rows, theme)
    layout = base_layout(
        theme,
        height=TOP + PANEL + BOTTOM,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        xaxis={
            "type": "date",
            "range": _span(rows),
            "showgrid": False,
            **_ticks(rows),
            "tickangle": 0,
        },
        yaxis={
            "range": [0, top],
            "title": title(f"{measure.name}{', %' if measure.is_rate else ''} a {period}", theme),
            "nticks": 6,
            "tickformat": ",",
        },
        shapes=[*_changes(segments, theme), *over],
        annotations=[
            *named,
            *_values(segments[-1], measure, scale, top, target, theme),
            *_changed(segments, theme),
            _key(rows, theme),
        ],
    )
    data = [line for segment in segments for line in _lines(segment, scale, theme)]
    if target is not None:
        data.append(
            _level("target", segments[-1], [scale * target] * len(segments[-1]), TOKENS[theme].ink, "longdashdot")
        )
    figure: Figure = {"data": [*data, _points(rows, measure, period, scale, theme)], "layout": layout}
    marked(figure, spc_marks(table, marks), str, theme)
    return figure


def spc_marks(table: pd.DataFrame, marks: Sequence[Mark]) -> list[tuple[str, Mark]]:
    """What happened in the time that is drawn, each with its letter."""
    if table.empty:
        return []
    return lettered(marks, *(datetime.date.fromisoformat(each) for each in _span(table.to_dict("records"))))


def _segments(rows: list[Row]) -> list[list[Row]]:
    """The rows between changes: each has limits of its own."""
    parts: list[list[Row]] = []
    for row in rows:
        if parts and _same(parts[-1][-1], row):
            parts[-1].append(row)
        else:
            parts.append([row])
    return parts


def _same(one: Row, other: Row) -> bool:
    return all(
        one[name] == other[name] or (pd.isna(one[name]) and pd.isna(other[name])) for name in ("mean", "low", "high")
    )


def _span(rows: list[Row]) -> list[str]:
    """From the first to the last point, with room for a marker at both ends."""
    first, last = date_of(rows[0]["period"]), date_of(rows[-1]["period"])
    room = max((last - first) / 60, datetime.timedelta(3))
    return [str(first - room), str(last + room)]


def _ticks(rows: list[Row]) -> dict[str, Any]:
    """Months; of a few points their days, for a month would stand there several times."""
    if len(rows) <= _FEW:
        return {"tickvals": [row["period"] for row in rows], "tickformat": "%-d %b %Y"}
    return {"tickformat": "%b %Y", "nticks": 7}


def _level(name: str, segment: list[Row], values: list[float], colour: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines",
        "x": [row["period"] for row in segment],
        "y": values,
        "line": {"color": colour, "width": 1.5, "dash": dash},
        "hoverinfo": "skip",
    }


def _lines(segment: list[Row], scale: int, theme: Theme) -> list[dict[str, Any]]:
    tokens = TOKENS[theme]
    lines = [_level("mean", segment, [scale * float(row["mean"]) for row in segment], tokens.ink, "solid")]
    for name in ("low", "high"):
        if not pd.isna(segment[0][name]) and segment[0][name] >= 0:
            lines.append(_level(name, segment, [scale * float(row[name]) for row in segment], tokens.muted, "dash"))
    return lines


def _points(rows: list[Row], measure: Measure, period: str, scale: int, theme: Theme) -> dict[str, Any]:
    tokens = TOKENS[theme]
    return {
        "type": "scatter",
        "name": measure.name,
        "mode": "lines+markers",
        "x": [row["period"] for row in rows],
        "y": [scale * float(row["value"]) for row in rows],
        "line": {"color": tokens.common, "width": 1},
        "marker": {
            "symbol": [MARKS[row["meaning"]][0] for row in rows],
            "color": [_colour(tokens, row["meaning"]) for row in rows],
            "size": [7 if row["meaning"] == "common" else 10 for row in rows],
            "opacity": 1,
            "line": {"width": 1, "color": tokens.page},
        },
        "customdata": [opening(place, "value") for place in range(len(rows))],
        "meta": OF_MANY,
        "hovertext": [_said(row, measure, period) for row in rows],
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _colour(tokens: Tokens, meaning: str) -> str:
    return str(getattr(tokens, MARKS[meaning][1]))


def _said(row: Row, measure: Measure, period: str) -> str:
    value = measure.text(row["value"], digits=1 if measure.is_rate else 0)
    point = "" if row["point"] == "common" else f"<br>{row['point']}: {row['meaning']}"
    return f"{'week of ' if period == 'week' else ''}{tick(row['period'], period)}: {value}{point}"


def _values(
    segment: list[Row], measure: Measure, scale: int, top: float, target: float | None, theme: Theme
) -> list[dict[str, Any]]:
    """Mean, limits and target of the latest segment, at the end of their lines, moved apart where too near."""
    row = segment[-1]
    trial = "trial limit" if len(segment) < FIRM else "limit"
    said = [("mean", row["mean"]), (f"upper {trial}", row["high"]), (f"lower {trial}", row["low"]), ("target", target)]
    known = sorted((scale * float(value), name) for name, value in said if value is not None and not pd.isna(value))
    placed: list[dict[str, Any]] = []
    least = 0.0
    for value, name in known:
        text = f"{name} {measure.text(value / scale, digits=1)}" if value >= 0 else f"{name} below 0"
        least = max(least, max(value, 0) / top)
        where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 12, "yref": "paper", "y": least}
        placed.append(note(text, theme, yanchor="middle", font={"color": TOKENS[theme].ink}, **where))
        least += 18 / PANEL
    return placed


def _changes(segments: list[list[Row]], theme: Theme) -> list[dict[str, Any]]:
    line = {"color": TOKENS[theme].muted, "width": 1, "dash": "dot"}
    return [
        {
            "type": "line",
            "x0": part[0]["period"],
            "x1": part[0]["period"],
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": line,
        }
        for part in segments[1:]
    ]


def _changed(segments: list[list[Row]], theme: Theme) -> list[dict[str, Any]]:
    where = {"yref": "paper", "y": 1, "yanchor": "top", "xanchor": "left", "xshift": 3}
    return [note("new limits", theme, x=part[0]["period"], **where) for part in segments[1:]]


def _latest(found: list[Signal], rows: list[Row], theme: Theme) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The latest signal in words over its points, and a line over their span; the others are named under the chart."""
    if not found:
        return [], []
    first, last = (found[-1].rows[place]["period"] for place in (0, -1))
    line = {"color": TOKENS[theme].ink, "width": 2}
    over = {"type": "line", "x0": first, "x1": last, "yref": "paper", "y0": 1.03, "y1": 1.03, "line": line}
    is_late = found[-1].rows[-1]["period"] > rows[len(rows) // 2]["period"]
    side = {"x": last, "xanchor": "right"} if is_late else {"x": first, "xanchor": "left"}
    where = {**side, "yref": "paper", "y": 1.03, "yanchor": "bottom", "yshift": 3}
    return [note(found[-1].words, theme, font={"color": TOKENS[theme].ink}, **where)], [over]


def _key(rows: list[Row], theme: Theme) -> dict[str, Any]:
    """What the marks are; only those that are there."""
    present = [mark for meaning, (_, _, mark) in MARKS.items() if meaning in {row["meaning"] for row in rows}]
    where = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 0, "yanchor": "top", "yshift": -40}
    return note("   ".join(present), theme, font={"size": SMALL}, **where)


def signals(table: pd.DataFrame, period: str) -> list[Signal]:
    """Everything that chance does not explain, in order of time and in words.

    Of points in a row on one side of the mean one signal is made, whichever rules they broke; of a trend one.
    """
    rows = table.to_dict("records")
    found: list[list[Row]] = []
    for place, row in enumerate(rows):
        if row["point"] == "common":
            continue
        before = rows[place - 1] if place else None
        if found and before is found[-1][-1] and _belong(before, row):
            found[-1].append(row)
        else:
            found.append([row])
    return [Signal(part, _words(part, is_last=part[-1] is rows[-1], period=period)) for part in found]


def _belong(before: Row, row: Row) -> bool:
    if (before["point"] == "trend") != (row["point"] == "trend") or not _same(before, row):
        return False
    sides = [each["value"] > each["mean"] for each in (before, row)]
    is_one = row["point"] == "trend" or sides[0] == sides[1]  # a trend goes through the mean
    return bool(before["meaning"] == row["meaning"] and is_one)


def _words(part: list[Row], *, is_last: bool, period: str) -> str:
    n, first, last = len(part), tick(part[0]["period"], period), tick(part[-1]["period"], period)
    when = first if n == 1 else f"since {first}" if is_last else f"{first} to {last}"
    several = f"{n} {period}{'' if n == 1 else 's'}"
    side, limit = ("above", "upper") if part[-1]["value"] > part[-1]["mean"] else ("below", "lower")
    outside = sum(row["point"] == "outside" for row in part)
    if part[0]["point"] == "trend":
        ways = {"rising" if one["value"] < two["value"] else "falling" for one, two in pairwise(part)}
        return f"{several} {', then '.join(sorted(ways, reverse=part[1]['value'] > part[0]['value']))}, {when}"
    if outside == n:
        return f"{several} {side} the {limit} limit, {when}"
    if n >= _RUN:
        beyond = f", {outside} of them beyond the {limit} limit" if outside else ""
        return f"{several} {side} the mean, {when}{beyond}"
    return f"{several} near{' or beyond' if outside else ''} the {limit} limit, {when}"
