"""A person's medicines over time: a bar each, from its start to its end, beneath the scores."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard.figures.axis import Axis, Row
from dashboard.figures.theme import TOKENS, Theme, note
from dashboard.figures.words import plain

LANE, MOST_LANES = 21, 10
"""Pixels of a lane, and how many there are at most: the classes that bear on ketamine first."""
WATCHED = ("benzodiazepine", "opioid", "stimulant", "maoi", "lamotrigine", "antidepressant", "antipsychotic")
"""The classes that matter, in the order of the page."""
KEY = "▸ goes on; ◂ begun before"
_LONGEST = 20


def lanes_of(medicines: Sequence[Row], axis: Axis) -> list[Row]:
    """Those taken at any time shown, the classes that matter first, then as begun; a lane each."""

    def place(row: Row) -> tuple[int, str, str]:
        kind = WATCHED.index(row["class"]) if row["class"] in WATCHED else len(WATCHED)
        return (kind, str(row["started_on"]), str(row["name"]))

    shown = [row for row in medicines if _is_shown(row, axis)]
    return sorted(shown, key=place)[:MOST_LANES]


def _is_shown(row: Row, axis: Axis) -> bool:
    begun, ended = row["started_on"], row["stopped_on"]
    return (_is_empty(begun) or begun <= axis.until) and (_is_empty(ended) or ended >= axis.since)


def axis_of(lanes: Sequence[Row]) -> dict[str, Any]:
    """The y axis: the first on top."""
    places = list(range(len(lanes)))
    return {"range": [len(lanes) - 0.5, -0.5], "tickvals": places, "ticktext": [""] * len(lanes), "showgrid": False}


def names(lanes: Sequence[Row], y: str, theme: Theme) -> list[dict[str, Any]]:
    """Each medicine at the right edge, where the bands have their names."""
    place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "yanchor": "middle"}
    return [note(plain(_short(str(row["name"]))), theme, **place, yref=y, y=lane) for lane, row in enumerate(lanes)]


def _is_empty(value: Any) -> bool:
    return bool(pd.isna(value))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def bars(lanes: Sequence[Row], axis: Axis, y: str, theme: Theme) -> list[dict[str, Any]]:
    """A bar a medicine within what is shown; an open end is an arrow."""
    ink = TOKENS[theme].common
    drawn = []
    for lane, row in enumerate(lanes):
        begun, ended = row["started_on"], row["stopped_on"]
        is_before, is_on = _is_empty(begun) or begun < axis.since, _is_empty(ended) or ended > axis.until
        ends = [axis.since if is_before else begun, axis.until if is_on else ended]
        symbols = ["triangle-left" if is_before else "line-ns", "triangle-right" if is_on else "line-ns"]
        line = {"color": ink, "width": 2}
        drawn.append(
            {
                "type": "scatter",
                "name": plain(str(row["name"])),
                "yaxis": y,
                "mode": "lines+markers",
                "x": [axis.place(each) for each in ends],
                "y": [lane, lane],
                "line": {"color": ink, "width": 6},
                "marker": {"symbol": symbols, "size": 9, "color": ink, "line": line},
                "cliponaxis": False,
                "hoverinfo": "text",
                "hovertext": [_told(row, axis)] * 2,
            }
        )
    return drawn


def _told(row: Row, axis: Axis) -> str:
    begun = "begin unknown" if _is_empty(row["started_on"]) else f"from {axis.words(row['started_on'])}"
    ended = "goes on" if _is_empty(row["stopped_on"]) else f"until {axis.words(row['stopped_on'])}"
    kind = str(row["class"]).replace("-", " ")
    return f"{plain(str(row['name']))}, {kind}<br>{begun}, {ended}"
