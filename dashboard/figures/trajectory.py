"""One patient's scores on one scale over time, and the sessions beneath."""

import datetime
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures import track
from dashboard.figures.theme import (
    SMALL,
    TOKENS,
    Figure,
    Theme,
    base_layout,
    empty,
    note,
    score_axis,
    severity,
)
from dashboard.instruments import INSTRUMENTS, Instrument

PANEL, TRACK, GAP, TOP, LEFT, RIGHT, FOOT = 270, 84, 10, 14, 66, 148, 36
"""Pixels: of the panel, of the sessions beneath, between them, and around."""
_MANY = 14
"""From so many scores on only those of note carry their number."""

_DATES = [
    {"dtickrange": [None, "M1"], "value": "%-d %b\n%Y"},
    {"dtickrange": ["M1", "M12"], "value": "%b\n%Y"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]
_NARROW, _LETTER, _HIGH = 545.0, 6.6, 17.0
"""Pixels of the axis on a small screen, of a character and of a line: the room that words are given."""

Row: TypeAlias = dict[Hashable, Any]
ResponseLine: TypeAlias = tuple[int, datetime.date, datetime.date, float]
"""Course, from, to, and the score at which it has responded."""


def trajectory_figure(
    table: pd.DataFrame,
    doses: pd.DataFrame,
    *,
    instrument: str,
    theme: Theme,
    response_line: Sequence[ResponseLine] = (),
    remission_line: float | None = None,
    x_range: tuple[datetime.date, datetime.date] | None = None,
) -> Figure:
    """A patient's scores on one scale, the course's baseline and thresholds, and the doses on the same dates.

    Args:
        table: rows of ``metrics.trajectory``; those of other scales are left out.
        doses: completed sessions: dose_on, route, drug, dose_mg, session_number, course, phase. Where there are none
            the figure is the panel alone, to be stacked on one that has the track.
        instrument: the scale's code.
        theme: light or dark.
        response_line: for each course where it counts and the score of its response.
        remission_line: the score of remission.
        x_range: first and last date; without it those of the scores and doses, with a little room.

    Returns:
        Data and layout; y is the scale's whole range, never flipped.
    """
    scale = INSTRUMENTS[instrument]
    rows = list(table[table["instrument"] == instrument].sort_values("assessed_at", kind="stable").to_dict("records"))
    sessions = list(doses.sort_values("dose_on", kind="stable").to_dict("records"))
    sentence = f"No {instrument} score yet."
    span = _span(rows, sessions, x_range)
    if span is None:
        return empty(sentence, theme, height=TOP + PANEL + FOOT)
    areas, notes = severity(scale, theme)
    data = _thresholds(response_line, remission_line, span, theme)
    runs = _runs(rows)
    data += [_scores(run, len(rows), scale, theme) for run in runs]
    notes += _threshold_names(response_line, remission_line, span, scale, runs, theme)
    if not rows:
        middle = {"xref": "paper", "yref": "y", "x": 0.5, "y": (scale.minimum + scale.maximum) / 2}
        notes.append(note(sentence, theme, **middle))
    if sessions:
        data += track.doses(sessions, theme)
        notes += track.courses(sessions, span, RIGHT, theme)
    return {"data": data, "layout": _layout(scale, span, bool(sessions), theme, shapes=areas, annotations=notes)}


def _layout(
    scale: Instrument, span: tuple[pd.Timestamp, pd.Timestamp], has_track: bool, theme: Theme, **more: Any
) -> dict[str, Any]:
    """Panel above, track beneath, one date axis under both."""
    inner = PANEL + (GAP + TRACK if has_track else 0)
    bottom = (GAP + TRACK) / inner if has_track else 0.0
    dates = {
        "type": "date",
        "range": [_day(each) for each in span],
        "anchor": "y2" if has_track else "y",
        "showgrid": False,
        "showspikes": True,
        "spikemode": "across",
        "spikethickness": 1,
        "spikedash": "dot",
        "spikecolor": TOKENS[theme].muted,
        "nticks": 9,
        "tickformatstops": _DATES,
        "hoverformat": "%-d %B %Y",
        "title": {"text": ""},
    }
    beneath = {"domain": [0, TRACK / inner], "range": [0, 1], "showgrid": False, "tickvals": [0.78]}
    return base_layout(
        theme,
        height=TOP + inner + FOOT,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": FOOT},
        hovermode="x",
        xaxis=dates,
        yaxis=score_axis(scale, theme, domain=[bottom, 1]),
        **({"yaxis2": {**beneath, "ticktext": ["sessions"]}} if has_track else {}),
        **more,
    )


def _day(moment: Any) -> str:
    return pd.Timestamp(moment).isoformat()


def _span(
    rows: list[Row], sessions: list[Row], given: tuple[datetime.date, datetime.date] | None
) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """First and last moment of the axis; a lone day gets a fortnight on each side."""
    if given is not None:
        return pd.Timestamp(given[0]), pd.Timestamp(given[1])
    moments = [pd.Timestamp(each) for row in rows for each in [row["assessed_at"]]]
    moments += [pd.Timestamp(row["dose_on"]) for row in sessions]
    if not moments:
        return None
    room = max(pd.Timedelta(days=14 if min(moments) == max(moments) else 4), 0.04 * (max(moments) - min(moments)))
    return min(moments) - room, max(moments) + room


def _runs(rows: list[Row]) -> list[list[Row]]:
    """The scores of each course; a score of no course stands alone."""
    runs: dict[Any, list[Row]] = {}
    for place, row in enumerate(rows):
        runs.setdefault(("none", place) if pd.isna(row["course"]) else int(row["course"]), []).append(row)
    return list(runs.values())


def _scores(run: list[Row], total: int, scale: Instrument, theme: Theme) -> dict[str, Any]:
    """The line of one course; its baseline in a ring and named, its numbers written where there is room."""
    tokens = TOKENS[theme]
    in_course = not pd.isna(run[0]["course"])
    first = [bool(row["is_baseline"]) for row in run]
    ink = tokens.ink if in_course else tokens.muted
    return {
        "type": "scatter",
        "name": f"course {int(run[0]['course'])}" if in_course else "no course",
        "mode": "lines+markers+text",
        "x": [_day(row["assessed_at"]) for row in run],
        "y": [float(row["score"]) for row in run],
        "line": {"color": ink, "width": 2},
        "marker": {
            "symbol": "circle",
            "size": [12 if each else 8 for each in first],
            "opacity": 1,
            "color": [tokens.page if each or not in_course else ink for each in first],
            "line": {"color": ink, "width": [2.5 if each else 1.5 for each in first]},
        },
        "text": _numbers(run, total),
        "textposition": [_beside(place, run, scale) for place in range(len(run))],
        "textfont": {"size": SMALL, "color": ink},
        "cliponaxis": False,
        "hovertemplate": f"{scale.code} %{{y:g}}<extra></extra>",
    }


def _numbers(run: list[Row], total: int) -> list[str]:
    """Every score, or with many the baseline, the lowest, the highest and the last."""
    scores = [float(row["score"]) for row in run]
    of_note = {scores.index(min(scores)), scores.index(max(scores)), len(run) - 1}
    texts = []
    for place, row in enumerate(run):
        is_shown = total < _MANY or row["is_baseline"] or place in of_note
        texts.append(("baseline " if row["is_baseline"] else "") + f"{scores[place]:g}" if is_shown else "")
    return texts


def _beside(place: int, run: list[Row], scale: Instrument) -> str:
    """Above a point, unless the line rises from it, or the scale ends there."""
    score = float(run[place]["score"])
    if run[place]["is_baseline"]:
        rises = len(run) > place + 1 and float(run[place + 1]["score"]) > score
        return "bottom right" if rises and score > scale.minimum else "top right"
    is_valley = place + 1 < len(run) and float(run[place + 1]["score"]) > score
    near_end = (scale.maximum - score) < 0.06 * (scale.maximum - scale.minimum)
    near_start = (score - scale.minimum) < 0.06 * (scale.maximum - scale.minimum)
    falls = place > 0 and float(run[place - 1]["score"]) > score
    if falls and not is_valley:
        return "top right"
    return "bottom center" if (is_valley or near_end) and not near_start else "top center"


def _thresholds(
    response: Sequence[ResponseLine],
    remission: float | None,
    span: tuple[pd.Timestamp, pd.Timestamp],
    theme: Theme,
) -> list[dict[str, Any]]:
    """Dashed where a course has responded, dotted where it is in remission; ends marked, so that a day is seen."""
    ends: list[tuple[str, Any, Any, float, str]] = [
        (f"response, course {course}", since, until, y, "5px,4px") for course, since, until, y in response
    ]
    ends += [("remission", *span, remission, "1px,3px")] if remission is not None else []
    return [
        {
            "type": "scatter",
            "name": name,
            "mode": "lines" if name == "remission" else "lines+markers",
            "x": [_day(since), _day(until)],
            "y": [float(y), float(y)],
            "line": {"color": TOKENS[theme].better, "width": 1.5, "dash": dash},
            "marker": {"symbol": "line-ew", "size": 10, "line": {"color": TOKENS[theme].better, "width": 1.5}},
            "hoverinfo": "skip",
        }
        for name, since, until, y, dash in ends
    ]


def _threshold_names(
    response: Sequence[ResponseLine],
    remission: float | None,
    span: tuple[pd.Timestamp, pd.Timestamp],
    scale: Instrument,
    runs: list[list[Row]],
    theme: Theme,
) -> list[dict[str, Any]]:
    """What each line is, where the scores leave most room; of several courses the latest, for the others look the same.

    Above or below the line, at its start or end: plotly does not move words that meet, so it is reckoned here.
    """
    side = "more" if scale.higher_is_better else "less"
    lines: list[tuple[str, Any, Any, float]] = []
    if remission is not None:
        lines.append((f"remission: {remission:g} or {side}", *span, remission))
    lines += [
        (_rule_words(scale), max(pd.Timestamp(since), span[0]), min(pd.Timestamp(until), span[1]), score)
        for _, since, until, score in response[-1:]
    ]
    taken = _drawn(runs, span, scale)
    names = []
    for text, since, until, score in lines:
        others = [_pixels(span[0], each, span, scale)[1] for *_, each in lines if each != score]
        boxes = []
        for is_start, is_above in ((True, True), (False, True), (True, False), (False, False)):
            x, y = _pixels(since if is_start else until, score, span, scale)
            width = _LETTER * len(text)
            left, bottom = (x + 4 if is_start else x - width - 4), (y + 2 if is_above else y - _HIGH - 2)
            met = sum(left - 6 < px < left + width + 6 and bottom - 4 < py < bottom + _HIGH + 4 for px, py in taken)
            met += sum(4 for line in others if bottom - 2 < line < bottom + _HIGH)
            out = (left < 0 or left + width > _NARROW or bottom < 0) * 1000
            boxes.append((met + out, is_start, is_above, left, bottom, width))
        _, is_start, is_above, left, bottom, width = min(boxes, key=lambda box: box[0])
        taken += [(left + width * share / 10, bottom + _HIGH / 2) for share in range(11)]
        place = {"x": _day(since if is_start else until), "y": float(score), "xanchor": "left" if is_start else "right"}
        look = {"yanchor": "bottom" if is_above else "top", "xshift": 4 if is_start else -4}
        names.append(note(text, theme, **place, **look, font={"color": TOKENS[theme].better, "size": SMALL - 1}))
    return names


def _pixels(
    moment: Any, score: float, span: tuple[pd.Timestamp, pd.Timestamp], scale: Instrument
) -> tuple[float, float]:
    """Where a score is drawn on a small screen, from the lower left corner."""
    along = (pd.Timestamp(moment) - span[0]) / (span[1] - span[0])
    return _NARROW * along, PANEL * (score - scale.minimum) / (scale.maximum - scale.minimum)


def _drawn(
    runs: list[list[Row]], span: tuple[pd.Timestamp, pd.Timestamp], scale: Instrument
) -> list[tuple[float, float]]:
    """Places that the scores, their numbers and the lines between them take."""
    taken = []
    for run in runs:
        points = [_pixels(row["assessed_at"], float(row["score"]), span, scale) for row in run]
        for place, (x, y) in enumerate(points):
            side = -1 if _beside(place, run, scale).startswith("bottom") else 1
            taken += [(x, y)] * 3 + [(x, y + side * 14)] * 3
        for (x0, y0), (x1, y1) in pairwise(points):
            taken += [(x0 + (x1 - x0) * step / 20, y0 + (y1 - y0) * step / 20) for step in range(21)]
    return taken


def _rule_words(scale: Instrument) -> str:
    """The scale's rule of response."""
    if scale.response is None:
        return "response"
    side = "above" if scale.higher_is_better else "below"
    kinds = {
        "percent": f"response: {{:g}} % {side} baseline",
        "points": f"reliable: {{:g}} points {side} baseline",
        "score": f"response: {{:g}} or {'more' if scale.higher_is_better else 'less'}",
    }
    return kinds[scale.response.kind].format(scale.response.value)
