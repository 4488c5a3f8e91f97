"""The people behind a number: fetched, and which number it is in words."""

import datetime
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.access import PATIENT, Viewer, people_behind
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort
from dashboard.figures.chairs import WEEKDAYS
from dashboard.metrics import METRICS
from dashboard.metrics.reading import Reading
from dashboard.tabs import parts
from dashboard.tabs.cohort_bar import cohort_words
from dashboard.tabs.number import Number


@dataclass(frozen=True)
class Opened:
    """The people behind a number.

    Attributes:
        number: which.
        cohort: read from.
        unit: what it counts.
        table: a row a unit, and ``token``, which opens the person's page.
    """

    number: Number
    cohort: Cohort
    unit: str
    table: pd.DataFrame

    @property
    def tokens(self) -> list[str]:
        """Of the people, each once, in the list's order."""
        return list(dict.fromkeys(self.table["token"]))

    @property
    def title(self) -> str:
        """What the metric is."""
        return f"Counted by {self.reading.metric.name}: {self.reading.metric.title}."

    @property
    def command(self) -> str:
        """The command line of the table that the number stands in."""
        return self.reading.command()

    @property
    def reading(self) -> Reading:
        """That table."""
        return Reading(METRICS[self.number.metric], self.cohort, self.number.options)

    def cohort_words(self) -> str:
        """The filters: ``Cohort: site North; from 1 January 2024.``"""
        return cohort_words(self.number.where, self.number.since, self.number.until)


def number_words(number: Number) -> str:
    """``IV ketamine, PHQ-9: due, not scored``."""
    row = ", ".join(_value(name, value) for name, value in number.row.items() if value is not None)
    without = f", not {_count(number.without)}" if number.without else ""
    column = str(number.options.get("metric", "")) if number.column == "value" else number.column
    said = f"{row}: {_count(column)}{without}" if row else f"{_count(column)}{without}"
    return f"{said[:1].upper()}{said[1:]}"


def opened(viewer: Viewer, clinic: Clinic, number: Number) -> Opened:
    """The people behind a number, for someone who may see people. Raises as ``access.people_behind``."""
    cohort, unit, table = people_behind(viewer, clinic, METRICS[number.metric], **number.asked)
    return Opened(
        number, cohort, unit, table.assign(token=[clinic.tokens.seal(PATIENT, i) for i in table["patient_id"]])
    )


_COUNTS = {
    "n": "counted",
    "n_at_risk": "still under way",
    "n_events": "events",
    "n_censored": "not seen any longer",
    "n_sessions_with": "sessions with it",
    "n_patients_with": "patients with it",
    "n_outside": "in no rate",
    "n_scheduled": "booked",
    "n_actual": "used",
    "days": "the serious side effect of that day",
    "n_six_in_21": "six sessions in 21 days",
    "n_eight_in_28": "eight sessions in 28 days",
    "n_peak": "peak beyond the threshold",
    "n_rise": "rise beyond the threshold",
    "no_show_rate": "no-shows",
    "late_cancel_rate": "late cancellations",
    "chair_minutes": "with times of arrival and leaving",
    "utilisation": "with times of arrival and leaving",
}
"""Counts whose names do not say it themselves."""


def _count(column: str) -> str:
    return _COUNTS.get(column, column.removeprefix("n_").replace("_", " "))


def _value(name: str, value: Any) -> str:
    if name == "period":
        return f"from {parts.day(datetime.date.fromisoformat(value))}"
    if name == "weekday":
        return WEEKDAYS[value - 1]
    if name == "hour":
        return f"{value}:00–{value + 1}:00"
    if name in ("band_before", "band_after"):
        return f"{parts.value_words(name, str(value))} {name.removeprefix('band_')}"
    if name in ("mg_before", "lead_days", "sessions"):
        return f"{name.replace('_', ' ')} {value}".replace("-", "–")
    if name in ("day", "x", "session", "session_number", "event"):
        return f"{name.replace('_', ' ')} {value}"
    return str(value) if name in ("instrument", "term") else parts.value_words(name, str(value))
