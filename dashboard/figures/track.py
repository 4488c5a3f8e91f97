"""The sessions beneath a patient's scores: every dose by its route's marker, the courses apart and in words."""

from collections.abc import Hashable
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures import words
from dashboard.figures.theme import SMALL, TOKENS, Theme, dose_style, note

_NARROW = 560
"""Pixels of the time axis on a small screen: what words beside each other must fit into."""
_LETTER = 7.0
"""Pixels of a usual character of the small words."""
_DOSE = (7.0, 15.0)
"""Pixels of the smallest and the largest dose of a drug by a route."""

Row: TypeAlias = dict[Hashable, Any]


def _day(moment: Any) -> str:
    return pd.Timestamp(moment).isoformat()


def doses(sessions: list[Row], theme: Theme) -> list[dict[str, Any]]:
    """Every dose as its route's marker, larger for more of the same drug; a line under each course."""
    drawn: list[dict[str, Any]] = []
    for course in dict.fromkeys(int(row["course"]) for row in sessions):
        own = [row for row in sessions if row["course"] == course]
        styles = [dose_style(row["route"], row["drug"], theme) for row in own]
        x = [_day(row["dose_on"]) for row in own]
        bar = {"color": TOKENS[theme].muted, "width": 1}
        base = {"type": "scatter", "yaxis": "y2", "hoverinfo": "skip"}
        drawn.append(
            {**base, "name": f"course {course}", "mode": "lines+markers", "x": [x[0], x[-1]], "y": [0.54, 0.54]}
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
            {**base, "name": f"sessions, course {course}", "mode": "markers", "x": x, "y": [0.78] * len(own)}
            | {"marker": marker, "cliponaxis": False, "hoverinfo": "text", "hovertext": [_dose(row) for row in own]}
        )
    return drawn


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


def _dose(row: Row) -> str:
    mg: str = "dose unknown" if pd.isna(row["dose_mg"]) else f"{float(row['dose_mg']):g} mg"
    return f"session {int(row['session_number'])}, {row['phase']}: {words.plain(_treatment([row]))}, {mg}"


def _treatment(own: list[Row]) -> str:
    kinds = dict.fromkeys(words.group("treatment", f"{row['route']}-{row['drug']}") for row in own)
    return " and ".join(kinds)


def courses(
    sessions: list[Row], span: tuple[pd.Timestamp, pd.Timestamp], right: int, theme: Theme
) -> list[dict[str, Any]]:
    """Under each course what was given; less of it where the words would run into the next course."""
    numbers = dict.fromkeys(int(row["course"]) for row in sessions)
    owns = [[row for row in sessions if row["course"] == course] for course in numbers]
    starts = [(pd.Timestamp(own[0]["dose_on"]) - span[0]) / (span[1] - span[0]) * _NARROW for own in owns]
    for brevity in range(3):
        texts = [_course_words(course, own)[brevity] for course, own in zip(numbers, owns, strict=True)]
        ends = [start + _LETTER * max(map(len, text.split("<br>"))) for start, text in zip(starts, texts, strict=True)]
        if all(end < following for end, following in zip(ends, starts[1:], strict=False)):
            break
    names = []
    for own, text, end in zip(owns, texts, ends, strict=True):
        is_late = len(owns) == 1 and end > _NARROW + right
        place = {"x": _day(own[-1 if is_late else 0]["dose_on"]), "xanchor": "right" if is_late else "left"}
        where = {"yref": "y2", "y": 0.46, "yanchor": "top", "xshift": 4 if is_late else -4}
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
