"""The rate of response over calendar quarters, open ones set apart, with who is behind each under its tick."""

import datetime
from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures import words
from dashboard.figures.marks import Mark, lettered, marked
from dashboard.figures.opening import opening
from dashboard.figures.theme import SMALL, TOKENS, Figure, Theme, base_layout, empty, faded, note, title

PANEL, TOP, BOTTOM, LEFT, RIGHT = 280, 26, 128, 62, 126
"""Pixels: of the panel, and around it."""
MOST = 12
"""Quarters that have room; of more the latest are drawn."""
_KEY = "Line: 95 % interval. Grey: under 20 scored; under 10 there is only the count. Hollow: its window is still open."

Row: TypeAlias = dict[Hashable, Any]


def quarters_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """A point a quarter with its interval, and the rate of all closed quarters drawn as a line.

    Args:
        table: rows of ``metrics.response_by_quarter`` for one scale, without a split.
        theme: light or dark.

    Returns:
        Data and layout. y is percent of the scored, always 0-100.
    """
    if table.empty or table["n_responded"].isna().all():
        return empty("Nobody has started, or the scale has no rule for response.", theme, height=120)
    rows = table.assign(place=range(len(table))).tail(MOST).to_dict("records")
    layout = base_layout(
        theme,
        height=TOP + PANEL + BOTTOM,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        xaxis={
            "title": title("quarter in which the course began", theme, standoff=12),
            "range": [-0.6, len(rows) - 0.4],
            "tickvals": list(range(len(rows))),
            "ticktext": [_under(row) for row in rows],
            "tickangle": 0,
            "showgrid": False,
        },
        yaxis={
            "title": title("responded, % of the scored", theme),
            "range": [0, 101],
            "tickvals": [0, 25, 50, 75, 100],
        },
        shapes=[*_open_area(rows, theme), *_overall(table, theme)],
        annotations=[*_names(rows, table, theme), _below(theme)],
    )
    return {"data": [*_intervals(rows, theme), _dots(rows, theme)], "layout": layout}


def with_marks(figure: Figure, table: pd.DataFrame, marks: Sequence[Mark], theme: Theme) -> list[tuple[str, Mark]]:
    """Draw what happened in the quarters shown into their figure; answers it with its letters."""
    if not figure["data"]:
        return []
    shown = [pd.Period(str(each).replace("-", ""), freq="Q") for each in table["quarter"].tail(MOST)]
    letters = lettered(marks, shown[0].start_time.date(), shown[-1].end_time.date())

    def place(day: datetime.date) -> float:
        """Each quarter is one wide, its middle at its place."""
        own = pd.Period(day, freq="Q")
        return shown.index(own) - 0.5 + (pd.Timestamp(day) - own.start_time) / (own.end_time - own.start_time)

    marked(figure, letters, place, theme)
    return letters


def _under(row: Row) -> str:
    """``Q3 / 2024 / 21 / of 40``."""
    year, quarter = str(row["quarter"]).split("-")
    return f"{quarter}<br>{year}<br>{int(row['n_responded'])}<br>of {int(row['n_scored'])}"


def _is_drawn(row: Row) -> bool:
    return bool(row["n_scored"] >= words.NO_PERCENT_UNDER)


def _ink(row: Row, theme: Theme) -> str:
    tokens = TOKENS[theme]
    return tokens.common if row["n_scored"] < words.FEW_UNDER or row["partial"] else tokens.ink


def _dots(rows: list[Row], theme: Theme) -> dict[str, Any]:
    own = [(x, row) for x, row in enumerate(rows) if _is_drawn(row)]
    inks = [_ink(row, theme) for _, row in own]
    return {
        "type": "scatter",
        "name": "rate",
        "mode": "markers",
        "x": [x for x, _ in own],
        "y": [100 * float(row["response_rate"]) for _, row in own],
        "marker": {
            "symbol": ["circle-open" if row["partial"] else "circle" for _, row in own],
            "size": 11,
            "opacity": 1,
            "color": inks,
            "line": {"width": 2, "color": inks},
        },
        "cliponaxis": False,
        "customdata": [opening(int(row["place"]), "n_responded") for _, row in own],
        "hovertext": [_said(row) for _, row in own],
        "hoverinfo": "text",
    }


def _said(row: Row) -> str:
    rate, low, high = (words.percent(float(row[f"response_{name}"])) for name in ("rate", "low", "high"))
    count, missing = words.part_of(row["n_responded"], row["n_scored"]), words.less(row, "n_due", "n_scored")
    return f"{row['quarter']}: {count}, {rate} % ({low}–{high})<br>{missing} due but not scored"


def _intervals(rows: list[Row], theme: Theme) -> list[dict[str, Any]]:
    return [
        {
            "type": "scatter",
            "name": "interval",
            "mode": "lines",
            "x": [x, x],
            "y": [100 * float(row["response_low"]), 100 * float(row["response_high"])],
            "line": {"color": faded(_ink(row, theme), 0.45), "width": 4},
            "hoverinfo": "skip",
        }
        for x, row in enumerate(rows)
        if _is_drawn(row)
    ]


def _open_area(rows: list[Row], theme: Theme) -> list[dict[str, Any]]:
    """A field behind the quarters that are still open."""
    return [
        {
            "type": "rect",
            "layer": "below",
            "x0": x - 0.5,
            "x1": x + 0.5,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"width": 0},
            "fillcolor": faded(TOKENS[theme].missing, 0.12),
        }
        for x, row in enumerate(rows)
        if row["partial"]
    ]


def _all_closed(table: pd.DataFrame) -> tuple[int, int]:
    closed = table[~table["partial"]]
    return int(closed["n_responded"].sum()), int(closed["n_scored"].sum())


def _overall(table: pd.DataFrame, theme: Theme) -> list[dict[str, Any]]:
    responded, scored = _all_closed(table)
    if scored < words.NO_PERCENT_UNDER:
        return []
    y, look = 100 * responded / scored, {"color": TOKENS[theme].muted, "width": 1.25, "dash": "dash"}
    return [{"type": "line", "layer": "below", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": look}]


def _names(rows: list[Row], table: pd.DataFrame, theme: Theme) -> list[dict[str, Any]]:
    """What the line is, and which quarters are open."""
    named = []
    responded, scored = _all_closed(table)
    if scored >= words.NO_PERCENT_UNDER:
        text = f"all closed: {words.percent(responded / scored)} %<br>{words.part_of(responded, scored)}"
        where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 10, "y": 100 * responded / scored}
        named.append(note(text, theme, yanchor="middle", **where))
    first = next((x for x, row in enumerate(rows) if row["partial"]), None)
    if first is not None:
        where = {"x": first + 0.5 if first < len(rows) - 1 else first, "yref": "paper", "y": 1, "yanchor": "bottom"}
        named.append(note("still open", theme, font={"color": TOKENS[theme].missing}, xanchor="center", **where))
    return named


def _below(theme: Theme) -> dict[str, Any]:
    where = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 8 - LEFT, "yref": "paper", "y": 0, "yanchor": "top"}
    return note(_KEY, theme, yshift=-104, font={"size": SMALL - 1}, **where)
