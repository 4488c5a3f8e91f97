"""The numbers of throughput as a person would say them: their names, their units, the names of periods."""

import datetime
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.figures import words

NBSP = "\u00a0"
_LARGE = 100
"""From here on a mean needs no decimals."""


@dataclass(frozen=True)
class Measure:
    """A number of throughput.

    Attributes:
        name: as a heading.
        is_rate: 0-1, shown in percent.
        unit: what it counts, in the plural; empty for a rate.
        part, whole: of a rate: the columns counted, and those that it is of.
    """

    name: str
    unit: str = ""
    part: str = ""
    whole: tuple[str, ...] = ()

    @property
    def is_rate(self) -> bool:
        return not self.unit

    def text(self, value: Any, *, digits: int = 0) -> str:
        """The value with its unit's sign; a dash where there is none."""
        if pd.isna(value):
            return "–"
        if self.is_rate:
            return f"{100 * value:.{digits}f}{NBSP}%"
        digits = digits if abs(value) < _LARGE else 0
        return f"{value:,.{digits}f}"


_HELD = ("n_completed", "n_no_show", "n_late_cancelled")
MEASURES: dict[str, Measure] = {
    "n_completed": Measure("Sessions completed", "sessions"),
    "n_patients": Measure("Patients seen", "patients"),
    "n_new_starts": Measure("New starts", "new starts"),
    "no_show_rate": Measure("No-show rate", part="n_no_show", whole=_HELD),
    "late_cancel_rate": Measure("Late-cancellation rate", part="n_late_cancelled", whole=_HELD),
    "chair_minutes": Measure("Chair minutes", "minutes"),
    "utilisation": Measure("Chair use"),
}
"""Column -> what it is called, in the order of the choosers."""


def date_of(period: str) -> datetime.date:
    """The first day of a period."""
    return datetime.date.fromisoformat(period)


def day(date: datetime.date, *, year: bool = True) -> str:
    """``3 June 2026``."""
    return f"{date.day} {date:%B %Y}" if year else f"{date.day} {date:%b}"


def period_name(first: str, period: str) -> str:
    """``the week of 3 June 2026``, ``June 2026``, ``3 June 2026``."""
    date = date_of(first)
    if period == "month":
        return f"{date:%B %Y}"
    return f"the week of {day(date)}" if period == "week" else day(date)


def in_period(first: str, period: str) -> str:
    """``in the week of 3 June 2026``, ``in June 2026``, ``on 3 June 2026``."""
    return f"{'on' if period == 'day' else 'in'} {period_name(first, period)}"


def tick(first: str, period: str) -> str:
    """The same where there is little room."""
    date = date_of(first)
    return f"{date:%b %Y}" if period == "month" else f"{date.day} {date:%b %Y}"


def percent_or_count(part: Any, whole: Any) -> str:
    """``3 of 44, 7 %``; the count alone under 10."""
    count = words.part_of(part, whole)
    return count if whole < words.NO_PERCENT_UNDER else f"{count}, {words.percent(part / whole)}{NBSP}%"
