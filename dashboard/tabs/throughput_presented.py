"""Throughput as presenters see it: how many sessions take place, month by month?"""

from collections.abc import Mapping
from typing import Any

from dashboard.auth.permissions import PRESENT_THROUGHPUT
from dashboard.figures.measure import in_period
from dashboard.figures.months import months_figure
from dashboard.figures.theme import Theme
from dashboard.metrics import METRICS, small
from dashboard.metrics.reading import Reading
from dashboard.model import HIDDEN
from dashboard.tabs import parts, throughput
from dashboard.tabs.presented import Presented, numbers
from dashboard.tabs.shown import Shown

TITLE = throughput.TITLE
PATH = throughput.PATH
ACTION = PRESENT_THROUGHPUT

_LEFT_OUT = (
    "Those who treat also see weeks and days, no-shows and cancellations where they are few, new starts, waits, "
    "inductions, chairs and the book ahead. A week beside a month would cut out single days, and who is new tells who "
    "is not yet due in the outcomes."
)


def _readings(cohort: Any) -> dict[str, Reading]:
    return {"months": Reading(METRICS["throughput"], cohort, {"period": "month"})}


def _whole(asked: Mapping[str, Reading]) -> list[Any]:
    """The months that are over and whose completed sessions are shown."""
    rows = asked["months"].table.to_dict("records")
    return [row for row in rows if not row["partial"] and row["n_completed"] != HIDDEN]


def _shown(asked: Mapping[str, Reading], theme: Theme) -> dict[str, Shown]:
    reading = asked["months"]
    as_of = str(reading.cohort.store.as_of)
    whole = _whole(asked)
    completed = parts.whole(sum(row["n_completed"] for row in whole))
    n = (
        f"n = {completed} completed sessions in the {len(whole):,} whole months of the table"
        if whole
        else "n is hidden"
    )
    count = f"{n}. A month without a number has one that is hidden."
    drawn = months_figure(numbers(reading), as_of=as_of, theme=theme)
    return {"months": Shown(reading, drawn, "Sessions completed, of those booked, by month", count, rule=small.NOTE)}


def _answer(asked: Mapping[str, Reading]) -> str:
    whole = _whole(asked)
    if not whole:
        return "Too few sessions to say how many take place: counts under 11 are hidden."
    last = whole[-1]
    booked = "" if last["n_scheduled"] == HIDDEN else f", of {parts.whole(last['n_scheduled'])} booked"
    said = f"{parts.whole(last['n_completed'])} sessions completed {in_period(last['period'], 'month')}{booked}"
    year, month = last["period"][:4], last["period"][4:]
    before = [row["n_completed"] for row in whole[:-1] if row["period"] >= f"{int(year) - 1}{month}"]
    if len(before) < 12:
        return f"{said}."
    return f"{said}; {sum(before) / 12:.0f} a month in the twelve months before."


PRESENTED = Presented(
    "throughput-presented",
    PATH,
    "How many sessions take place?",
    ACTION,
    _readings,
    _shown,
    _answer,
    _LEFT_OUT,
    "sessions by the month they were booked for",
    ("months",),
)
layout, register = PRESENTED.layout, PRESENTED.register
