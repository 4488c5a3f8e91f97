"""The sessions beneath a patient's scores: every dose by its route's marker, its phase shaded, the courses in words."""

from itertools import groupby
from typing import Any

import pandas as pd

from dashboard.figures import words
from dashboard.figures.axis import Axis, Row
from dashboard.figures.theme import BAND_INK, SMALL, TOKENS, Theme, dose_style, note

_NARROW = 560
"""Pixels of the time axis on a small screen: what words beside each other must fit into."""
_LETTER = 7.0
"""Pixels of a usual character of the small words."""
_DOSE = (7.0, 15.0)
"""Pixels of the smallest and the largest dose of a drug by a route."""

HEIGHT = 92
"""Pixels of the track."""
_HELD, _BAR, _WORDS = 0.76, 0.52, 0.46
AXIS = {"range": [0, 1], "showgrid": False, "tickvals": [_HELD], "ticktext": ["sessions"]}
"""Its y axis."""


def doses(sessions: list[Row], axis: Axis, y: str, theme: Theme) -> list[dict[str, Any]]:
    """Every dose as its route's marker, larger for more of the same drug; a line under each course."""
    drawn: list[dict[str, Any]] = []
    for course in dict.fromkeys(int(row["course"]) for row in sessions):
        own = [row for row in sessions if row["course"] == course]
        styles = [dose_style(row["route"], row["drug"], theme) for row in own]
        x = [axis.place(row["dose_at"]) for row in own]
        bar = {"color": TOKENS[theme].muted, "width": 1}
        base = {"type": "scatter", "yaxis": y, "hoverinfo": "skip"}
        drawn.append(
            {**base, "name": f"course {course}", "mode": "lines+markers", "x": [x[0], x[-1]], "y": [_BAR, _BAR]}
            | {"line": bar, "marker": {"symbol": "line-ns", "size": 7, "line": bar}}
        )
        marker = {
            "symbol": [style.symbol for style in styles],
            "color": [style.colour for style in styles],
            "size": [_size(row, sessions) for row in own],
            "opacity": 1,
            "line": {
                "width": [2 if "-open" in style.symbol else 1 for style in styles],
                "color": [style.colour if "-open" in style.symbol else TOKENS[theme].page for style in styles],
            },
        }
        drawn.append(
            {**base, "name": f"sessions, course {course}", "mode": "markers", "x": x, "y": [_HELD] * len(own)}
            | {
                "marker": marker,
                "cliponaxis": False,
                "hoverinfo": "text",
                "hovertext": [_dose(row, axis) for row in own],
            }
        )
    return drawn


def not_held(others: list[Row], axis: Axis, y: str, theme: Theme) -> dict[str, Any]:
    """No-shows and cancellations as crosses among the doses."""
    muted = TOKENS[theme].muted
    return {
        "type": "scatter",
        "name": "not held",
        "yaxis": y,
        "mode": "markers",
        "x": [axis.place(row["scheduled_at"]) for row in others],
        "y": [_HELD] * len(others),
        "marker": {"symbol": "x-thin", "size": 9, "color": muted, "line": {"color": muted, "width": 2}},
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [f"{row['status'].replace('-', ' ')}, {axis.words(row['scheduled_at'])}" for row in others],
    }


def phases(sessions: list[Row], axis: Axis, y: str, theme: Theme) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Induction and maintenance of each course as shaded areas, the denser the darker; named where there is room."""
    areas, names = [], []
    for (_, phase), rows in groupby(sessions, key=lambda row: (row["course"], row["phase"])):
        own = list(rows)
        ends = [axis.place(own[place]["dose_at"]) for place in (0, -1)]
        ink = BAND_INK[1] if phase == "induction" else BAND_INK[1] / 2
        areas.append(
            {
                "type": "rect",
                "layer": "below",
                "name": phase,
                "x0": ends[0],
                "x1": ends[1],
                "yref": y,
                "y0": 0.6,
                "y1": 1,
            }
            | {"line": {"width": 0}, "fillcolor": f"rgba({TOKENS[theme].band},{ink:g})"}
        )
        room = _NARROW * (axis.share(own[-1]["dose_at"]) - axis.share(own[0]["dose_at"]))
        if room > _LETTER * len(phase):
            place = {"x": ends[0], "xanchor": "left", "yref": y, "y": 1, "yanchor": "bottom", "yshift": -3}
            names.append(note(phase, theme, **place, font={"size": SMALL - 2}))
    return areas, names


def _size(row: Row, sessions: list[Row]) -> float:
    """By area of the dose, within what the patient had of this drug by this route; the smallest where it is unknown."""
    small, large = _DOSE
    kind = ("route", "drug")
    doses = [
        float(each["dose_mg"])
        for each in sessions
        if all(each[name] == row[name] for name in kind) and not pd.isna(each["dose_mg"])
    ]
    if pd.isna(row["dose_mg"]):
        return small
    return round(max(small, large * (float(row["dose_mg"]) / max(doses)) ** 0.5), 1)


def _dose(row: Row, axis: Axis) -> str:
    mg: str = "dose unknown" if pd.isna(row["dose_mg"]) else f"{float(row['dose_mg']):g} mg"
    given = f"session {int(row['session_number'])}, {row['phase']}: {words.plain(_treatment([row]))}, {mg}"
    return f"{given}<br>{axis.words(row['dose_at'])}"


def _treatment(own: list[Row]) -> str:
    kinds = dict.fromkeys(words.group("treatment", f"{row['route']}-{row['drug']}") for row in own)
    return " and ".join(kinds)


def courses(sessions: list[Row], axis: Axis, y: str, right: int, theme: Theme) -> list[dict[str, Any]]:
    """Under each course what was given; less of it where the words would run into the next course."""
    numbers = dict.fromkeys(int(row["course"]) for row in sessions)
    owns = [[row for row in sessions if row["course"] == course] for course in numbers]
    starts = [axis.share(own[0]["dose_at"]) * _NARROW for own in owns]
    for brevity in range(3):
        texts = [_course_words(course, own)[brevity] for course, own in zip(numbers, owns, strict=True)]
        ends = [start + _LETTER * max(map(len, text.split("<br>"))) for start, text in zip(starts, texts, strict=True)]
        if all(end < following for end, following in zip(ends, starts[1:], strict=False)):
            break
    names = []
    for own, text, end in zip(owns, texts, ends, strict=True):
        is_late = len(owns) == 1 and end > _NARROW + right
        place = {"x": axis.place(own[-1 if is_late else 0]["dose_at"]), "xanchor": "right" if is_late else "left"}
        where = {"yref": y, "y": _WORDS, "yanchor": "top", "xshift": 4 if is_late else -4}
        names.append(note(text, theme, **place, **where, font={"size": SMALL - 1}))
    return names


def _course_words(course: int, own: list[Row]) -> tuple[str, str, str]:
    """A course in full, in brief, and by its number."""
    mg = sorted(float(row["dose_mg"]) for row in own if not pd.isna(row["dose_mg"]))
    is_one_kind = len({(row["route"], row["drug"]) for row in own}) == 1
    amount = "–".join(f"{each:g}" for each in dict.fromkeys([mg[0], mg[-1]])) + " mg" if mg and is_one_kind else ""
    count = f"{len(own)} session" + ("s" if len(own) > 1 else "")
    given = ", ".join(filter(None, [words.plain(_treatment(own)), amount]))
    return f"course {course}: {count}<br>{given}", f"course {course}<br>{count}", str(course)
