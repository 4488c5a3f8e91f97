"""What the scores of a person are held against: response, remission, and what is too near the baseline to matter."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures.panel import Panel, Row, beside, runs_of
from dashboard.figures.theme import SMALL, TOKENS, faded, note

_LETTER, _HIGH, _NARROW = 6.6, 17.0, 545.0
"""Pixels of a character, of a line of words, and of the axis on a small screen: the room that words are given."""

Moment: TypeAlias = datetime.date | pd.Timestamp
ResponseLine: TypeAlias = tuple[int, Moment, Moment, float]
"""Course, from, to, and the score at which it has responded."""
Ribbon: TypeAlias = tuple[int, Moment, Moment, float, float]
"""Course, from, to, and the two scores at which a change from its baseline begins to matter."""


@dataclass(frozen=True)
class Lines:
    """What the scores of one scale are held against.

    Attributes:
        rule: the scale's rule of response in words.
        response: for each course where it counts and the score of its response.
        remission: the score of remission.
        meaningful: for each course what lies too near its baseline to matter.
        is_own: no source gives that change; the clinic's own.
    """

    rule: str = ""
    response: Sequence[ResponseLine] = ()
    remission: float | None = None
    meaningful: Sequence[Ribbon] = ()
    is_own: bool = False


def areas(panel: Panel, lines: Lines) -> list[dict[str, Any]]:
    """What is too near a baseline to matter, within the scale."""
    muted, scale = TOKENS[panel.theme].muted, panel.scale
    return [
        {
            "type": "rect",
            "layer": "below",
            "name": f"{scale.code}, no meaningful change, course {course}",
            "x0": panel.axis.place(start),
            "x1": panel.axis.place(end),
            "yref": panel.y,
            "y0": max(low, scale.minimum),
            "y1": min(high, scale.maximum),
            "line": {"color": faded(muted, 0.7), "width": 1, "dash": "dot"},
            "fillcolor": faded(muted, 0.14),
        }
        for course, since, until, low, high in lines.meaningful
        for start, end in [_within(panel, since, until)]
    ]


def traces(panel: Panel, lines: Lines) -> list[dict[str, Any]]:
    """Dashed where a course has responded, dotted where it is in remission; ends marked, so that a day is seen."""
    ends = [(f"response, course {course}", since, until, y, "5px,4px") for course, since, until, y in lines.response]
    if lines.remission is not None:
        ends.append(("remission", panel.axis.since, panel.axis.until, lines.remission, "1px,3px"))
    better = TOKENS[panel.theme].better
    return [
        {
            "type": "scatter",
            "name": f"{panel.scale.code}, {name}",
            "yaxis": panel.y,
            "mode": "lines" if name == "remission" else "lines+markers",
            "x": [panel.axis.place(each) for each in _within(panel, since, until)],
            "y": [float(y), float(y)],
            "line": {"color": better, "width": 1.5, "dash": dash},
            "marker": {"symbol": "line-ew", "size": 10, "line": {"color": better, "width": 1.5}},
            "hoverinfo": "skip",
        }
        for name, since, until, y, dash in ends
    ]


def _within(panel: Panel, since: Moment, until: Moment) -> tuple[pd.Timestamp, pd.Timestamp]:
    return max(pd.Timestamp(since), panel.axis.since), min(pd.Timestamp(until), panel.axis.until)


def names(panel: Panel, lines: Lines, rows: list[Row]) -> list[dict[str, Any]]:
    """What each line is, where the scores leave most room; of several courses the latest, for the others look the same.

    Above or below the line, at its start or end: plotly does not move words that meet, so it is reckoned here.
    """
    wanted, taken, said = _wanted(panel, lines), _taken(panel, runs_of(rows)), []
    for text, since, until, score, colour in wanted:
        others = [panel.pixels(since, each)[1] for *_, each, _ in wanted if each != score]
        boxes = []
        for is_start, is_above in ((True, True), (False, True), (True, False), (False, False)):
            x, y = panel.pixels(since if is_start else until, score)
            width = _LETTER * len(text)
            left, bottom = (x + 4 if is_start else x - width - 4), (y + 2 if is_above else y - _HIGH - 2)
            met = sum(left - 6 < px < left + width + 6 and bottom - 4 < py < bottom + _HIGH + 4 for px, py in taken)
            met += sum(4 for line in others if bottom - 2 < line < bottom + _HIGH)
            out = (left < 0 or left + width > _NARROW or bottom < 0 or bottom + _HIGH > panel.height) * 1000
            boxes.append((met + out, is_start, is_above, left, bottom, width))
        _, is_start, is_above, left, bottom, width = min(boxes, key=lambda box: box[0])
        taken += [(left + width * share / 10, bottom + _HIGH / 2) for share in range(11)] * 3  # words never on words
        place = {"x": panel.axis.place(since if is_start else until), "y": float(score), "yref": panel.y}
        look = {
            "xanchor": "left" if is_start else "right",
            "yanchor": "bottom" if is_above else "top",
            "xshift": 4 if is_start else -4,
        }
        said.append(note(text, panel.theme, **place, **look, font={"color": colour, "size": SMALL - 1}))
    return said


def _wanted(panel: Panel, lines: Lines) -> list[tuple[str, pd.Timestamp, pd.Timestamp, float, str]]:
    """Words, from when to when, at which score, in which colour."""
    scale, tokens = panel.scale, TOKENS[panel.theme]
    wanted = []
    if lines.remission is not None:
        words = f"remission: {lines.remission:g} or {'more' if scale.higher_is_better else 'less'}"
        wanted.append((words, panel.axis.since, panel.axis.until, lines.remission, tokens.better))
    for _, since, until, score in lines.response[-1:]:
        wanted.append((lines.rule, *_within(panel, since, until), score, tokens.better))
    for _, since, until, low, high in lines.meaningful[-1:]:
        words = "no meaningful change" + (", clinic’s own" if lines.is_own else "")
        edge = high if high < scale.maximum else low
        wanted.append((words, *_within(panel, since, until), edge, tokens.muted))
    return wanted


def _taken(panel: Panel, runs: list[list[Row]]) -> list[tuple[float, float]]:
    """Places that the scores, their numbers and the lines between them take."""
    taken = []
    for run in runs:
        points = [panel.pixels(row["assessed_at"], float(row["score"])) for row in run]
        for place, (x, y) in enumerate(points):
            side = -1 if beside(place, run, panel.scale).startswith("bottom") else 1
            taken += [(x, y)] * 3 + [(x, y + side * 14)] * 3
        for (x0, y0), (x1, y1) in pairwise(points):
            taken += [(x0 + (x1 - x0) * step / 20, y0 + (y1 - y0) * step / 20) for step in range(21)]
    return taken
