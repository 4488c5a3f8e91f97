"""Before against after: every course scored as a point, equal ones as one larger point, with the lines of change."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures import words
from dashboard.figures.opening import opening, opens
from dashboard.figures.theme import TOKENS, Figure, Theme, base_layout, empty, note, score_axis, score_ticks, title
from dashboard.instruments import INSTRUMENTS, Instrument

PANEL, TOP, BOTTOM, LEFT, RIGHT = 400, 14, 92, 62, 316
"""Pixels: of the panel, and around it; the right margin holds the regions' counts."""
_LEAST, _MOST = 8.0, 26.0
"""Pixels across a point of one course, and of the largest."""
_LINE = 24
_REGIONS = {
    "improved-past-cut": ("●", "circle", "improved, and past the cut"),
    "improved": ("○", "circle-open", "improved, not past the cut"),
    "no-change": ("■", "square", "no change that matters"),
    "worse": ("▼", "triangle-down", "worse"),
}
"""Region -> its glyph, its marker, its words."""
_KEY = "Larger points are several courses. Dashed: the change that matters, either way. Dotted: the baseline cut."

Row: TypeAlias = dict[Hashable, Any]


@dataclass(frozen=True)
class Lines:
    """The thresholds of a build for one scale; None where it has none.

    Attributes:
        kind: ``points`` or ``percent`` of the baseline.
        meaningful: so much.
        cut: the baseline cut.
    """

    kind: str | None
    meaningful: float | None
    cut: float | None


def pairs_figure(table: pd.DataFrame, *, instrument: str, lines: Lines, theme: Theme) -> Figure:
    """The later score against the baseline; on the line between nothing changed.

    Args:
        table: rows of ``metrics.change_pairs`` for one scale.
        instrument: the scale's code.
        lines: its thresholds.
        theme: light or dark.

    Returns:
        Data and layout. Both axes are the whole scale. The regions are counted at the right; under 10 without percent.
    """
    if table.empty:
        return empty("No course is scored in this window.", theme, height=120)
    scale = INSTRUMENTS[instrument]
    ends = [float(scale.minimum), float(scale.maximum)]
    ticks = score_ticks(*ends)
    room = 0.03 * (ends[1] - ends[0])
    layout = base_layout(
        theme,
        height=TOP + PANEL + BOTTOM,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        xaxis={
            "title": title("baseline", theme),
            "range": [ends[0] - room, ends[1] + room],
            "tickvals": ticks,
            "ticktext": [f"{each:g}" for each in ticks],
        },
        yaxis=score_axis(scale, theme, range=[ends[0] - room, ends[1] + room], showgrid=True),
        shapes=_shapes(scale, lines, theme),
        annotations=[*_sides(scale, theme), *_counted(table, theme), _key(theme)],
    )
    return {"data": [_points(table, region, theme) for region in _present(table)], "layout": layout}


def _present(table: pd.DataFrame) -> list[str]:
    found = set(table["region"].dropna())
    return [region for region in _REGIONS if region in found] or [""]


def _points(table: pd.DataFrame, region: str, theme: Theme) -> dict[str, Any]:
    """One trace a region: a point for each pair of scores, its area the number of courses."""
    own = table[table["region"] == region] if region else table
    pairs = own.assign(at=own.index).groupby(["baseline", "score"], sort=True)
    counts = pairs.agg(n=("at", "size"), at=("at", "min")).reset_index()
    most = int(table.groupby(["baseline", "score"]).size().max())
    rows = counts.to_dict("records")
    name = _REGIONS[region][2] if region else "scored"
    ink = _ink(region, theme)
    return {
        "type": "scatter",
        "name": region or "scored",
        "mode": "markers",
        "x": [float(row["baseline"]) for row in rows],
        "y": [float(row["score"]) for row in rows],
        "marker": {
            "symbol": _REGIONS[region][1] if region else "circle",
            "size": [_size(int(row["n"]), most) for row in rows],
            "color": ink,
            "opacity": 0.85,
            "line": {
                "width": 1.6 if region == "improved" else 0.8,
                "color": ink if region == "improved" else TOKENS[theme].page,
            },
        },
        "cliponaxis": False,
        "customdata": [opening(int(row["at"]), "score") for row in rows],
        "hovertext": [_hover(row, name) for row in rows],
        "hoverinfo": "text",
    }


def _size(n: int, most: int) -> float:
    """Area by number; what only one course has stays visible."""
    return (
        _LEAST if most < 2 else _LEAST + (_MOST - _LEAST) * (math.sqrt(n) - 1) / max(1.0, math.sqrt(max(most, 16)) - 1)
    )


def _hover(row: Row, name: str) -> str:
    courses = "course" if row["n"] == 1 else "courses"
    return f"{row['baseline']:g} to {row['score']:g}: {row['n']} {courses}, {name}"


def _ink(region: str, theme: Theme) -> str:
    tokens = TOKENS[theme]
    inks = {"improved-past-cut": tokens.better, "improved": tokens.better, "worse": tokens.worse}
    return inks.get(region, tokens.common)


def _shapes(scale: Instrument, lines: Lines, theme: Theme) -> list[dict[str, Any]]:
    """No change; the change that matters, either way; the cut, on both axes."""
    low, high, muted = float(scale.minimum), float(scale.maximum), TOKENS[theme].muted

    def line(x: tuple[float, float], y: tuple[float, float], dash: str) -> dict[str, Any]:
        look = {"color": muted, "width": 1.25, "dash": dash}
        return {"type": "line", "layer": "below", "x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1], "line": look}

    drawn = [line((low, high), (low, high), "solid")]
    if lines.meaningful is not None and lines.kind == "points":
        step = lines.meaningful
        drawn += [
            line((low + step, high), (low, high - step), "dash"),
            line((low, high - step), (low + step, high), "dash"),
        ]
    elif lines.meaningful is not None:
        share = lines.meaningful / 100
        drawn.append(line((low, high), (low, high * (1 - share)), "dash"))
        drawn.append(line((low, high / (1 + share)), (low, high), "dash"))
    if lines.cut is not None:
        drawn += [line((lines.cut, lines.cut), (low, high), "dot"), line((low, high), (lines.cut, lines.cut), "dot")]
    return drawn


def _sides(scale: Instrument, theme: Theme) -> list[dict[str, Any]]:
    """Which side of the line is better, in its two corners."""
    words_ = ("worse than before", "better than before")
    upper, lower = words_[::-1] if scale.higher_is_better else words_
    corner = {"xref": "paper", "yref": "paper"}
    return [
        note(upper, theme, x=0.01, y=0.99, xanchor="left", yanchor="top", **corner),
        note(lower, theme, x=0.99, y=0.01, xanchor="right", yanchor="bottom", **corner),
    ]


def _counted(table: pd.DataFrame, theme: Theme) -> list[dict[str, Any]]:
    """The regions with their counts, at the right; without a threshold only how many are scored."""
    n = len(table)
    if table["region"].isna().all():
        lines = [("", f"n = {n:,}; the scale has no meaningful change")]
        ways: Mapping[str, Any] = {}
    else:
        counts = table["region"].value_counts()
        lines = [(region, _said(int(counts.get(region, 0)), n, region)) for region in _REGIONS]
        ways = {region: opens(0, f"n_{region.replace('-', '_')}") for region in _REGIONS if counts.get(region)}
    place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 24, "yref": "paper", "y": 1, "yanchor": "top"}
    return [
        note(
            text,
            theme,
            font={"color": _ink(region, theme) if region else TOKENS[theme].ink},
            yshift=-2 - 2 * _LINE * at,
            **place,
            **ways.get(region, {}),
        )
        for at, (region, text) in enumerate(lines)
    ]


def _said(count: int, n: int, region: str) -> str:
    share = f" · {words.percent(count / n)} %" if n >= words.NO_PERCENT_UNDER else ""
    glyph, _, name = _REGIONS[region]
    return f"{glyph} {name}<br>    {words.part_of(count, n)}{share}"


def _key(theme: Theme) -> dict[str, Any]:
    where = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 0, "yanchor": "top"}
    return note(_KEY, theme, yshift=-58, xshift=8 - LEFT, **where)
