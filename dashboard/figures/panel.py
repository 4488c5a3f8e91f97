"""One scale of one person: the scores as they are, the lines they are held against, and where one is missing."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures.axis import Axis
from dashboard.figures.ladder import band_words, ladder_words
from dashboard.figures.theme import SMALL, TOKENS, Theme
from dashboard.instruments import Instrument

_MANY = 14
"""From so many scores on only those of note carry their number."""
_NARROW = 545.0
"""Pixels of the axis on a small screen."""

Row: TypeAlias = dict[Hashable, Any]


@dataclass(frozen=True)
class Panel:
    """Where a scale is drawn: its axis in time, the name of its y axis, its height in pixels."""

    scale: Instrument
    axis: Axis
    y: str
    height: float
    theme: Theme

    def pixels(self, moment: Any, score: float) -> tuple[float, float]:
        """Where a score is drawn on a small screen, from the lower left corner."""
        share = (score - self.scale.minimum) / (self.scale.maximum - self.scale.minimum)
        return _NARROW * self.axis.share(moment), self.height * share


def scores(panel: Panel, rows: list[Row], breaks: Sequence[Any]) -> list[dict[str, Any]]:
    """The scores, joined within a course.

    Args:
        panel: where.
        rows: of ``metrics.trajectory``, of this scale, in order of time, with ``is_close``.
        breaks: moments of forms without a score: the line does not run over them.
    """
    return [trace for run in runs_of(rows) for trace in (_line(panel, run, breaks), _scores(panel, run, len(rows)))]


def missing(panel: Panel, y: str, gaps: list[Row]) -> dict[str, Any]:
    """Where a score is missing: a cross in a row of its own, never on the scale."""
    amber = TOKENS[panel.theme].missing
    return {
        "type": "scatter",
        "name": f"{panel.scale.code} missing",
        "yaxis": y,
        "mode": "markers",
        "x": [panel.axis.place(row["missing_at"]) for row in gaps],
        "y": [0] * len(gaps),
        "marker": {"symbol": "x-thin", "size": 8, "color": amber, "line": {"color": amber, "width": 2}},
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [f"{panel.scale.code} {_why(row)}, {panel.axis.words(row['missing_at'])}" for row in gaps],
    }


def _why(row: Row) -> str:
    if row["why"] == "not-scored":
        return f"not scored: {int(row['n_answered'])} of {int(row['n_items'])} answered"
    return f"not taken before session {int(row['session_number'])}"


def runs_of(rows: list[Row]) -> list[list[Row]]:
    """The scores of each course; a score of no course stands alone."""
    runs: dict[Any, list[Row]] = {}
    for place, row in enumerate(rows):
        runs.setdefault(("none", place) if pd.isna(row["course"]) else int(row["course"]), []).append(row)
    return list(runs.values())


def _line(panel: Panel, run: list[Row], breaks: Sequence[Any]) -> dict[str, Any]:
    """The line of one course, broken where a form gave no score."""
    points: list[tuple[Any, float | None]] = []
    for place, row in enumerate(run):
        since = run[place - 1]["assessed_at"] if place else row["assessed_at"]
        if any(since < each < row["assessed_at"] for each in breaks):
            points.append((panel.axis.place(row["assessed_at"]), None))
        points.append((panel.axis.place(row["assessed_at"]), float(row["score"])))
    return {
        "type": "scatter",
        "name": f"{panel.scale.code}, line",
        "yaxis": panel.y,
        "mode": "lines",
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        "line": {"color": TOKENS[panel.theme].ink, "width": 2},
        "hoverinfo": "skip",
    }


def _scores(panel: Panel, run: list[Row], total: int) -> dict[str, Any]:
    """The scores of one course; its baseline in a ring and named, numbers written where there is room."""
    tokens = TOKENS[panel.theme]
    in_course = not pd.isna(run[0]["course"])
    first = [bool(row["is_baseline"]) for row in run]
    ink = tokens.ink if in_course else tokens.muted
    return {
        "type": "scatter",
        "name": f"{panel.scale.code}, course {int(run[0]['course'])}"
        if in_course
        else f"{panel.scale.code}, no course",
        "yaxis": panel.y,
        "mode": "markers+text",
        "x": [panel.axis.place(row["assessed_at"]) for row in run],
        "y": [float(row["score"]) for row in run],
        "marker": {
            "symbol": "circle",
            "size": [12 if each else 8 for each in first],
            "opacity": 1,
            "color": [tokens.page if each or not in_course else ink for each in first],
            "line": {"color": ink, "width": [2.5 if each else 1.5 for each in first]},
        },
        "text": _numbers(run, total),
        "textposition": [beside(place, run, panel.scale) for place in range(len(run))],
        "textfont": {"size": SMALL, "color": ink},
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [_told(row, panel) for row in run],
    }


def _told(row: Row, panel: Panel) -> str:
    """A score with all that is known of it, over a few lines."""
    scale, score = panel.scale, float(row["score"])
    said = [f"{scale.code} {score:g} of {scale.maximum:g}", ladder_words(scale, score, row)]
    said.append(band_words(scale, scale.band(score), row))
    when = [panel.axis.words(row["assessed_at"])]
    if not pd.isna(row["course"]):
        when = [] if when == [f"day {int(row['day'])}"] else when
        when += [
            f"course {int(row['course'])}",
            f"day {int(row['day'])}",
            f"after session {int(row['session_number'])}",
        ]
    since = ""
    if row["is_baseline"]:
        since = "baseline"
    elif not pd.isna(row["change"]):
        percent = "" if pd.isna(row["pct_change"]) or not scale.has_rate else f" ({signed(row['pct_change'])} %)"
        since = f"{signed(row['change'])}{percent} since baseline"
    close = f"sooner after the one before than the {scale.recall_days} days it looks back" if row["is_close"] else ""
    return "<br>".join(filter(None, [", ".join(filter(None, said)), ", ".join(when), since, close]))


def signed(value: float) -> str:
    """``+6``, ``−11``, one decimal at most."""
    return f"{round(float(value), 1):+g}".replace("-", "−").replace("+0", "0")


def _numbers(run: list[Row], total: int) -> list[str]:
    """Every score, or with many the baseline, the lowest, the highest and the last; † marks one taken too soon."""
    scores = [float(row["score"]) for row in run]
    of_note = {scores.index(min(scores)), scores.index(max(scores)), len(run) - 1}
    texts = []
    for place, row in enumerate(run):
        is_shown = total < _MANY or row["is_baseline"] or place in of_note
        mark = "†" if row["is_close"] else ""
        texts.append(("baseline " if row["is_baseline"] else "") + f"{scores[place]:g}{mark}" if is_shown else "")
    return texts


def beside(place: int, run: list[Row], scale: Instrument) -> str:
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
