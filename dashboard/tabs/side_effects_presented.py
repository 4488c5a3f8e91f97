"""Side effects as presenters see them: which ones do people here have, and how many of them?"""

from collections.abc import Mapping
from typing import Any

from dashboard.auth.permissions import PRESENT_SIDE_EFFECTS
from dashboard.figures.dots import Block, dots_figure
from dashboard.figures.side_effects import AXES, NO_FORM, rate_dot
from dashboard.figures.theme import Theme
from dashboard.metrics import METRICS, small
from dashboard.metrics.reading import Reading
from dashboard.tabs import parts, side_effects
from dashboard.tabs.presented import Presented, numbers
from dashboard.tabs.shown import Shown

TITLE = side_effects.TITLE
PATH = side_effects.PATH
ACTION = PRESENT_SIDE_EFFECTS

_NAMED = 3
"""So many side effects are named in the answer."""
_KEY = "Dot and line: the share of people who had it, with its 95 % interval."
_TOO_FEW = "Too few people to be shown."
_LEFT_OUT = (
    "Those who treat also see sessions, severity, serious events, length, the difference between treatments and vital "
    "signs. Each of these, put beside the people above, would let few people be counted; so would any side effect, "
    "which is the sum of what may overlap."
)


def _readings(cohort: Any) -> dict[str, Reading]:
    return {"terms": Reading(METRICS["side-effects"], cohort)}


def _rows(asked: Mapping[str, Reading]) -> list[Any]:
    """The side effects whose share is shown, the one of most people first."""
    table = numbers(asked["terms"])
    if not {"n_patients", "n_patients_with"} <= set(table):
        return []
    rows = table.dropna(subset=["n_patients", "n_patients_with"]).to_dict("records")
    return sorted(rows, key=lambda row: -int(row["n_patients_with"]))


def _shown(asked: Mapping[str, Reading], theme: Theme) -> dict[str, Shown]:
    rows = _rows(asked)
    dots = [rate_dot(row, row["term"], "none", "patient", theme) for row in rows]
    drawn = dots_figure(
        [Block("", "", dots)], axis=AXES["patient"], key=_KEY, nobody=NO_FORM, theme=theme, nothing=_TOO_FEW
    )
    n = (
        f"n = {parts.whole(rows[0]['n_patients'])} people with a completed session and a filled form."
        if rows
        else "n is hidden."
    )
    count = f"{n} A person counts once, however often it came back. Side effects that are not here may have occurred."
    title = f"{len(rows)} side effects, each of more than {small.FEW} people" if rows else "Side effects"
    return {"terms": Shown(asked["terms"], drawn, title, count, rule=small.NOTE)}


def _answer(asked: Mapping[str, Reading]) -> str:
    rows = _rows(asked)
    if not rows:
        return "Too few people to say which side effects they have: counts under 11 are hidden."
    first, *others = [f"{parts.within(row['term'])} {_rate(row)}" for row in rows[:_NAMED]]
    return f"Most often {'; then '.join([first, ', '.join(others)] if others else [first])}."


def _rate(row: Any) -> str:
    names = ("n_patients_with", "n_patients", "patient_rate", "patient_low", "patient_high")
    return parts.rate(*(row[name] for name in names)).replace(f"{parts.NBSP}· ", ", ")


PRESENTED = Presented(
    "side-effects-presented",
    PATH,
    "Which side effects do people here have?",
    ACTION,
    _readings,
    _shown,
    _answer,
    _LEFT_OUT,
    "people, by side effect",
    ("terms",),
)
layout, register = PRESENTED.layout, PRESENTED.register
