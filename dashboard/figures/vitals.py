"""Pressure, saturation, sedation and dissociation in sessions, and whether esketamine was watched as it should be."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.figures import words
from dashboard.figures.dots import Block, Dot, dots_figure
from dashboard.figures.opening import opens
from dashboard.figures.stacks import Part, stacks_figure
from dashboard.figures.theme import (
    TOKENS,
    Figure,
    Style,
    Theme,
    base_layout,
    empty,
    faded,
    note,
    on_cell,
    style_of,
    title,
)

_CELL, _TOP, _BOTTOM, _LEFT = 30, 14, 62, 84
_TIMES = {"peak": ("to_peak", "n_charted", "To the peak"), "return": ("to_return", "n_returned", "Until it is back")}
_WATCH = {
    "n_pressures": "Three pressures",
    "n_two_hours": "Two hours or more",
    "n_sedation": "Sedation answered",
    "n_dissociation": "Dissociation answered",
}
_FORMS = {"cadss-23": "CADSS, 0–92", "cadss-6": "CADSS-6, 0–24", "unknown": "Form not named"}
_SPREAD_KEY = "Dot and first number: half up to there. End of the line and number in brackets: nine in ten."
_DISSOCIATION = {
    "recorded": "Dissociation recorded",
    "not-recorded": "Form filled, none recorded",
    "no-form": "No form filled",
}


def pressure_figure(table: pd.DataFrame, *, thresholds: Mapping[str, int], step: int, theme: Theme) -> Figure:
    """How many sessions began and peaked in each step of systolic pressure, with the clinic's lines.

    Args:
        table: rows of ``metrics.pressure_pairs`` without a split.
        thresholds: of the build.
        step: mmHg of a step.
        theme: light or dark.

    Returns:
        Data and layout: a cell a pair of steps, its count written in it, the darker the more.
    """
    if table.empty:
        return empty("No session has a systolic pressure before the dose and at its peak.", theme, height=120)
    counts = {(int(r["sbp_pre"]), int(r["sbp_peak"])): int(r["n_sessions"]) for r in table.to_dict("records")}
    across, up = (_steps([pair[side] for pair in counts], step) for side in (0, 1))
    most = max(counts.values())
    limit, rise = thresholds["peak_sbp"], thresholds["rise_sbp"]
    ends = [across[0], across[-1] + step]
    lines = [_line(ends, [limit, limit], theme), _line(ends, [each + rise for each in ends], theme)]
    cells = [
        note(
            f"{n:,}",
            theme,
            x=x + step / 2,
            y=y + step / 2,
            font={"color": on_cell(n / most, theme), "size": 12},
            **opens(place, "n_sessions"),
        )
        for place, ((x, y), n) in enumerate(counts.items())
    ]
    layout = base_layout(
        theme,
        height=_TOP + _CELL * len(up) + _BOTTOM,
        margin={"l": _LEFT, "r": 236, "t": _TOP, "b": _BOTTOM},
        xaxis={
            "title": title("systolic before the dose, mmHg", theme),
            "range": ends,
            "dtick": step,
            "showgrid": False,
        },
        yaxis={
            "title": title("highest after it, mmHg", theme),
            "range": [up[0], up[-1] + step],
            "dtick": 2 * step,
            "showgrid": False,
        },
        annotations=[*cells, *_named(ends[1], up, step, limit, rise, theme)],
    )
    return {"data": [_heat(counts, across, up, step, theme), *lines], "layout": layout}


def _heat(
    counts: Mapping[tuple[int, int], int], across: list[int], up: list[int], step: int, theme: Theme
) -> dict[str, Any]:
    ink = TOKENS[theme].common
    return {
        "type": "heatmap",
        "name": "sessions",
        "x": [each + step / 2 for each in across],
        "y": [each + step / 2 for each in up],
        "z": [[counts.get((x, y)) for x in across] for y in up],
        "colorscale": [[0, faded(ink, 0.12)], [1, faded(ink, 1)]],
        "zmin": 0,
        "zmax": max(counts.values()),
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hoverinfo": "skip",
    }


def _steps(values: list[int], step: int) -> list[int]:
    return list(range(min(values), max(values) + step, step))


def _line(x: list[int], y: list[int], theme: Theme) -> dict[str, Any]:
    line = {"color": TOKENS[theme].worse, "width": 1.5, "dash": "dash"}
    return {"type": "scatter", "name": "threshold", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _named(right: int, up: list[int], step: int, limit: int, rise: int, theme: Theme) -> list[dict[str, Any]]:
    """The lines' names at the right edge, where they are in sight."""
    named = []
    for y, text in ((limit, f"peak of {limit}"), (right + rise, f"rise of {rise}")):
        if up[0] <= y <= up[-1] + step:
            where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 8, "y": y, "yanchor": "middle"}
            named.append(note(text, theme, font={"color": TOKENS[theme].worse}, **where))
    return named


def pressure_course_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """Minutes from the dose to the peak of pressure and to its return, a block each.

    Args:
        table: rows of ``metrics.pressure_course``.
        by: what the rows are split by, or ``none``.
        theme: light or dark.
    """
    rows = [row for row in table.assign(place=range(len(table))).to_dict("records") if row["n_charted"]]
    if not rows:
        return empty("In no session was the pressure measured often enough.", theme, height=120)
    blocks = [
        Block(name, "minutes after the dose began", [_minutes(row, by, column, count, theme) for row in rows])
        for column, count, name in _TIMES.values()
    ]
    return dots_figure(blocks, axis="minutes", key=_SPREAD_KEY, nobody="not seen to come back", theme=theme)


def _minutes(row: Any, by: str, column: str, count: str, theme: Theme) -> Dot:
    known = f"{words.part_of(row[count], row['n_charted'])} charted"
    way = (row["place"], count)
    return _spread(_group(row, by), style_of(by, row.get(by), theme), int(row[count]), known, _pair(row, column), way)


def _pair(row: Any, column: str) -> tuple[Any, Any]:
    return row[f"median_{column}"], row[f"p90_{column}"]


def _group(row: Any, by: str) -> str:
    return "Everyone" if by == "none" else words.group(by, row[by])


def _spread(name: str, style: Style, n: int, known: str, ends: tuple[Any, Any], way: tuple[int, str]) -> Dot:
    """A row of a median and a 90th percentile."""
    if not n:
        return Dot(name, style, 0, 0)
    if n < words.NO_PERCENT_UNDER:
        return Dot(name, style, 0, n, opens=way, words=f"{known} · too few for a median")
    half, most = (float(each) for each in ends)
    few = " · under 20" if n < words.FEW_UNDER else ""
    said = f"{half:g} ({most:g}) · {known}{few}"
    return Dot(name, style, 0, n, half / 100, most / 100, way, at=half / 100, words=said)


def saturation_figure(table: pd.DataFrame, *, by: str, full: int, low: int, theme: Theme) -> Figure:
    """The lowest saturation of the sessions in steps, a bar a group.

    Args:
        table: rows of ``metrics.lowest_values``.
        by: what the rows are split by, or ``none``.
        full, low: the steps' edges, %.
        theme: light or dark.
    """
    rows = [row for row in table.to_dict("records") if row["n_with_spo2"]]
    if not rows:
        return empty("No saturation was measured in these sessions.", theme, height=120)
    named = {"full": (f"{full}–100", 0.18), "less": (f"{low}–{full - 1}", 0.5), "low": (f"under {low}", 1.0)}
    parts = [Part(name, [int(row[f"n_spo2_{key}"]) for row in rows], ink) for key, (name, ink) in named.items()]
    axis = "sessions by their lowest saturation, %"
    return stacks_figure([_group(row, by) for row in rows], parts, axis=axis, theme=theme)


def sedation_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """The deepest sedation of the sessions, a bar a group; as ``saturation_figure``."""
    rows = [row for row in table.to_dict("records") if row["n_with_moaas"]]
    if not rows:
        return empty("No MOAA/S was written down in these sessions.", theme, height=120)
    levels = {5: 0.15, 4: 0.3, 3: 0.5, 2: 0.7, 1: 0.85, 0: 1.0}
    names = {5: "5 alert", 0: "0 none"}
    parts = [
        Part(names.get(level, str(level)), [int(row[f"n_moaas_{level}"]) for row in rows], ink)
        for level, ink in levels.items()
    ]
    axis = "sessions by their lowest MOAA/S"
    return stacks_figure([_group(row, by) for row in rows], parts, axis=axis, theme=theme)


def cadss_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """The highest CADSS of the sessions, a block a form.

    Args:
        table: rows of ``metrics.cadss``.
        by: what the rows are split by, or ``none``.
        theme: light or dark.
    """
    if table.empty:
        return empty("No CADSS was filled in these sessions.", theme, height=120)
    blocks = []
    for form, rows in table.assign(place=range(len(table))).groupby("form", sort=False):
        dots = [
            _spread(
                _group(row, by),
                style_of(by, row.get(by), theme),
                int(row["n_sessions"]),
                f"n = {int(row['n_sessions']):,}, highest {row['highest']:g}",
                (row["median"], row["p90"]),
                (row["place"], "n_sessions"),
            )
            for row in rows.to_dict("records")
        ]
        blocks.append(Block(_FORMS[str(form)], "points", dots))
    return dots_figure(blocks, axis="points of the form above", key=_SPREAD_KEY, nobody="none", theme=theme)


def dissociation_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """Response of those in whom dissociation was recorded and of the others, a block a scale.

    Args:
        table: rows of ``metrics.dissociation_benefit`` without a split.
        theme: light or dark.
    """
    rows = [row for row in table.assign(place=range(len(table))).to_dict("records") if row["n_scored"]]
    if not rows:
        return empty("Nobody has a score after induction yet.", theme, height=120)
    blocks: dict[str, list[Dot]] = {}
    for row in rows:
        low, high = words.value(row["response_low"]), words.value(row["response_high"])
        name, counts = _DISSOCIATION[row["dissociation"]], (int(row["n_responded"]), int(row["n_scored"]))
        dot = Dot(name, style_of("none", None, theme), *counts, low, high, (row["place"], "n_responded"))
        blocks.setdefault(row["instrument"], []).append(dot)
    shown = [Block(scale, "responded, of those scored", dots) for scale, dots in blocks.items()]
    key = "Dot and line: responded, with the 95 % interval."
    return dots_figure(shown, axis="% of those scored after induction", key=key, nobody="nobody scored", theme=theme)


def monitoring_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """How many esketamine sessions have each part of the watch, and how many all.

    Args:
        table: rows of ``metrics.monitoring`` without a split.
        theme: light or dark.
    """
    if table.empty or not int(table["n_sessions"].iloc[0]):
        return empty("No esketamine session has been completed.", theme, height=120)
    row = table.to_dict("records")[0]
    style, whole = style_of("none", None, theme), int(row["n_sessions"])
    low, high = words.value(row["complete_low"]), words.value(row["complete_high"])
    dots = [Dot(name, style, int(row[column]), whole, opens=(0, column)) for column, name in _WATCH.items()]
    dots.append(Dot("All four", style, int(row["n_complete"]), whole, low, high, (0, "n_complete")))
    key = "Dot: written down. Line: 95 % interval of all four."
    axis = "% of completed esketamine sessions"
    return dots_figure([Block("", "", dots)], axis=axis, key=key, nobody="none", theme=theme)
