"""One session minute by minute, over the sessions before it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.figures.stack import Stack
from dashboard.figures.theme import SMALL, TOKENS, Figure, Theme, base_layout, empty, faded, note, title

TICKS = {0: "dose", 40: "40", 120: "120 min"}
"""Minutes that are looked at: the dose, the peak, the earliest leave."""
PANEL, LOW_PANEL, GAP, LEFT, RIGHT, TOP, FOOT = 170, 84, 34, 58, 150, 4, 40
MOST_EARLIER = 12
_PANELS: tuple[tuple[str, tuple[str, ...], tuple[float, float]], ...] = (
    ("Blood pressure, mmHg", ("sbp", "dbp"), (40, 200)),
    ("Pulse per minute", ("hr",), (40, 140)),
    ("SpO2, %", ("spo2",), (84, 101)),
    ("Sedation, MOAA/S: 5 awake, 0 unresponsive", ("moaas",), (-0.4, 5.4)),
    ("Dissociation, CADSS", ("cadss",), (-1, 25)),
)
_NAMES = {"sbp": "systolic", "dbp": "diastolic", "hr": "pulse", "spo2": "SpO2", "moaas": "MOAA/S", "cadss": "CADSS"}
_LIMITS = {"sbp": ("peak_sbp", 1), "dbp": ("peak_dbp", 1), "spo2": ("low_spo2", -1)}
"""Measure -> the clinic's threshold, and on which side of it lies an excursion."""


def session_day_figure(
    table: pd.DataFrame, *, course: int, session: int, thresholds: Mapping[str, int], theme: Theme
) -> Figure:
    """Pressure, pulse, saturation, sedation and dissociation of a session; what was never measured has no panel.

    Args:
        table: rows of ``metrics.vitals``, of all the person's sessions.
        course, session: the one to look at; earlier ones are grey.
        thresholds: of the build; beyond them a value is a square with its number.
        theme: light or dark.
    """
    key = list(zip(table["course"], table["session_number"], strict=True))
    own = table[[each == (course, session) for each in key]]
    if own.empty:
        return empty("This session has no measurements by the minute.", theme, height=90)
    earlier = [table[[each == one for each in key]] for one in dict.fromkeys(key) if one < (course, session)]
    stack, data, notes, shapes = Stack(), [], [], []
    for heading, measures, span in _PANELS:
        held = [name for name in measures if own[name].notna().any()]
        if not held:
            continue
        high = max([span[1], *(float(table[name].max()) for name in held)])
        low = min([span[0], *(float(table[name].min()) for name in held)])
        stack.heading(heading, theme, gap=GAP)
        y = stack.add(PANEL if len(measures) > 1 else LOW_PANEL, {"range": [low, high], "nticks": 5})
        for name in held:
            data += [_line(each, name, y, theme, is_now=False) for each in earlier[-MOST_EARLIER:]]
            data.append(_line(own, name, y, theme, is_now=True))
            data.append(_marks(own, name, y, thresholds, theme))
            notes.append(_name(own, name, y, theme))
            if name in _LIMITS:
                limit = thresholds[_LIMITS[name][0]]
                shapes.append(_limit(limit, y, theme))
                notes.append(_limit_words(name, limit, y, theme))
    return {"data": data, "layout": _layout(stack, table, notes, shapes, theme)}


def _layout(stack: Stack, table: pd.DataFrame, notes: list[Any], shapes: list[Any], theme: Theme) -> dict[str, Any]:
    ends = [min(-15.0, float(table["minute"].min())), max(125.0, float(table["minute"].max()))]
    line = {"color": TOKENS[theme].grid, "width": 1}
    upright = [
        {"type": "line", "layer": "below", "x0": each, "x1": each, "yref": "paper", "y0": 0, "y1": 1, "line": line}
        for each in TICKS
    ]
    return base_layout(
        theme,
        height=round(TOP + stack.height + FOOT),
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": FOOT},
        hovermode="x",
        hoversubplots="axis",
        xaxis={
            "type": "linear",
            "range": ends,
            "anchor": "free",
            "position": 0,
            "showgrid": False,
            "showspikes": True,
            "spikemode": "across",
            "spikesnap": "cursor",
            "spikethickness": 1,
            "spikedash": "dot",
            "spikecolor": TOKENS[theme].muted,
            "tickvals": list(TICKS),
            "ticktext": list(TICKS.values()),
            "title": title("minutes since the dose began", theme, standoff=4),
        },
        **stack.axes(),
        shapes=[*upright, *shapes],
        annotations=[*notes, *stack.notes()],
    )


def _line(rows: pd.DataFrame, name: str, y: str, theme: Theme, *, is_now: bool) -> dict[str, Any]:
    held = rows[rows[name].notna()]
    ink = TOKENS[theme].ink if is_now else faded(TOKENS[theme].common, 0.4)
    return {
        "type": "scatter",
        "name": f"{_NAMES[name]}, this session" if is_now else f"{_NAMES[name]}, earlier",
        "yaxis": y,
        "mode": "lines",
        "x": [float(each) for each in held["minute"]],
        "y": [float(each) for each in held[name]],
        "line": {"color": ink, "width": 2 if is_now else 1, "dash": "dash" if name == "dbp" else "solid"},
        "hoverinfo": "skip",
    }


def _marks(rows: pd.DataFrame, name: str, y: str, thresholds: Mapping[str, int], theme: Theme) -> dict[str, Any]:
    """The measurements; beyond the clinic's threshold a square, and its number."""
    held = rows[rows[name].notna()]
    values = [float(each) for each in held[name]]
    beyond = [_is_beyond(name, value, thresholds) for value in values]
    inks = [TOKENS[theme].worse if each else TOKENS[theme].ink for each in beyond]
    of_note = {values.index(min(values)) if name in ("spo2", "moaas") else values.index(max(values))}
    return {
        "type": "scatter",
        "name": f"{_NAMES[name]}, measured",
        "yaxis": y,
        "mode": "markers+text",
        "x": [float(each) for each in held["minute"]],
        "y": values,
        "marker": {"symbol": ["square" if each else "circle" for each in beyond], "size": 8, "color": inks},
        "text": [f"{v:g}" if b or k in of_note else "" for k, (v, b) in enumerate(zip(values, beyond, strict=True))],
        "textposition": "bottom center" if name in ("dbp", "moaas") else "top center",
        "textfont": {"size": SMALL - 1, "color": inks},
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [f"{_NAMES[name]} {v:g} at {m:g} min" for v, m in zip(values, held["minute"], strict=True)],
    }


def _is_beyond(name: str, value: float, thresholds: Mapping[str, int]) -> bool:
    if name not in _LIMITS:
        return False
    threshold, side = _LIMITS[name]
    return value >= thresholds[threshold] if side > 0 else value < thresholds[threshold]


def _name(rows: pd.DataFrame, name: str, y: str, theme: Theme) -> dict[str, Any]:
    """What the line is, at its end."""
    last = rows[rows[name].notna()].iloc[-1]
    place = {"x": float(last["minute"]), "y": float(last[name]), "yref": y, "xanchor": "left", "xshift": 10}
    return note(_NAMES[name], theme, **place, yanchor="middle", font={"size": SMALL - 1})


def _limit(limit: float, y: str, theme: Theme) -> dict[str, Any]:
    line = {"color": TOKENS[theme].worse, "width": 1, "dash": "dash"}
    return {"type": "line", "name": "threshold", "xref": "paper", "x0": 0, "x1": 1, "yref": y} | {
        "y0": limit,
        "y1": limit,
        "layer": "below",
        "line": line,
    }


def _limit_words(name: str, limit: float, y: str, theme: Theme) -> dict[str, Any]:
    words = f"{_NAMES[name]} below {limit:g}" if _LIMITS[name][1] < 0 else f"{_NAMES[name]} {limit:g} or more"
    place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "yref": y, "y": limit, "yanchor": "middle"}
    return note(words, theme, **place, font={"size": SMALL - 1, "color": TOKENS[theme].worse})
