"""What the throughput page is asked: a view, its address, and the readings of the metrics that answer it."""

import datetime
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dashboard.clinical.cohort import BEFORE_TREATMENT, DIMENSIONS, Cohort, OptionError, require
from dashboard.figures.marks import Mark
from dashboard.figures.measure import MEASURES
from dashboard.metrics import METRICS
from dashboard.metrics.money import months
from dashboard.metrics.period import after, date_of, number_of
from dashboard.metrics.reading import Reading
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.page import only, opened, sealed
from dashboard.tokens import Tokens

SECTIONS = {
    "/throughput": "Sessions, waits, inductions",
    "/throughput/chairs": "Chairs and slots",
    "/throughput/ahead": "The book ahead",
}
CONTROLS = ("metric", "period", "target", "limits", "by", "along", "amount", "month", "picked")
LIMITS = {"changes": "From each change", "one": "One for all time"}
ALONG = {"session": "Sessions", "day": "Days"}
MONEY = {"charge": "Charged", "paid_by_patient": "Paid by patients"}
PERIODS = {"week": "Week", "month": "Month", "day": "Day"}
SPLITS = {
    "treatment": "Treatment",
    "route": "Route",
    "diagnosis": "Diagnosis",
    "site": "Site",
    "clinician": "Clinician",
    "payer": "Payer",
    "year": "Year of start",
    "none": "Everyone together",
}
_KIND = "throughput"
_THOUSANDS = r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?"


@dataclass(frozen=True)
class View:
    """What the page shows.

    Attributes:
        metric: the column of throughput that is charted.
        period: by day, week or month.
        target: of the metric charted, as written; of a rate in percent.
        limits: whether limits of chance begin anew after each change that somebody dated.
        by: what the inductions, or the lengths, are split by.
        along: what it is counted in how long people keep coming.
        amount: which money is shown.
        month: whose money is shown by payer, its first day; empty = the latest that is over.
        picked: the token of the number whose people are found again in every figure; empty for nobody.
        filters: of the sessions.
    """

    metric: str = "n_completed"
    period: str = "week"
    target: str = ""
    limits: str = "changes"
    by: str = "treatment"
    along: str = "session"
    amount: str = "charge"
    month: str = ""
    picked: str = ""
    filters: Filters = field(default_factory=Filters)

    def __post_init__(self) -> None:
        require("metric", self.metric, MEASURES)
        require("period", self.period, PERIODS)
        require("by", self.by, SPLITS)
        require("along", self.along, ALONG)
        require("amount", self.amount, MONEY)
        require("limits", self.limits, LIMITS)
        if self.month and not _is_month(self.month):
            raise OptionError(f"month has no {self.month!r}; write its first day, as 2026-10-01.")

    @property
    def goal(self) -> float | None:
        """The target as a value of the metric, 0 or more; None without one, and for what is no number.

        A comma is read as the page writes it where thousands stand behind it, else as a decimal comma.
        """
        text = self.target.replace("%", "").strip()
        text = text.replace(",", "") if re.fullmatch(_THOUSANDS, text) else text.replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            return None
        if not 0 <= value < math.inf:
            return None
        return value / 100 if MEASURES[self.metric].is_rate else value

    def changes(self, marks: Sequence[Mark]) -> tuple[datetime.date, ...]:
        """The days from whose periods on limits begin anew."""
        return tuple(dict.fromkeys(each.on for each in marks if each.is_change and self.limits == "changes"))

    @classmethod
    def of(cls, address: str, tokens: Tokens) -> "View":
        """Read ``?view=token``, or nothing; raises OptionError for what opens no view."""
        return cls(**opened(address, _KIND, tokens, CONTROLS))

    def address(self, tokens: Tokens) -> str:
        """``?view=token``, the same for the same view; nothing for the view that is shown unasked."""
        return sealed(self, View(), _KIND, tokens, CONTROLS)

    def without_filters(self) -> "View":
        """The same of everyone."""
        return replace(self, filters=Filters())


def _is_month(text: object) -> bool:
    """Whether it is the first day of one, as a table has it."""
    try:
        date = datetime.date.fromisoformat(str(text))
    except ValueError:
        return False
    return date.day == 1 and str(date) == text


def settled(cohort: Cohort, view: View) -> View:
    """The view with the month chosen: the latest that is over and in which somebody came, else the latest at all."""
    if view.month:
        return view
    there = months(cohort)
    over = [month for month in there if is_whole(cohort, month)]
    return replace(view, month=[*there[-1:], *over][-1] if there else "")


def is_whole(cohort: Cohort, month: str) -> bool:
    """Whether all of a month lies before the day of the records and within the cohort's dates."""
    first = number_of(datetime.date.fromisoformat(month))
    end = after(first, "month")
    is_inside = (cohort.since is None or cohort.since <= date_of(first)) and (
        cohort.until is None or cohort.until >= date_of(end - 1)
    )
    return end <= cohort.as_of_day and is_inside


def readings(cohort: Cohort, view: View, marks: Sequence[Mark] = ()) -> dict[str, Reading]:
    """What is asked of the metrics, by figure; a course has no phase, and a wait is before any treatment."""
    charted: dict[str, str | tuple[str, ...]] = {"metric": view.metric, "period": view.period}
    if view.goal is not None:
        charted["target"] = repr(view.goal)
    if changes := view.changes(marks):
        charted["rebase"] = tuple(str(each) for each in changes)
    courses, referrals = only(cohort, DIMENSIONS), only(cohort, BEFORE_TREATMENT)
    chairs = Reading(METRICS["chair-use"], cohort)
    return {
        "spc": Reading(METRICS["spc"], cohort, charted),
        "sessions": Reading(METRICS["throughput"], cohort, {"period": view.period}),
        "induction": Reading(METRICS["induction"], courses, {"by": view.by}),
        "retention": Reading(METRICS["retention"], courses, {"by": view.by, "x": view.along}),
        "stayed": Reading(METRICS["retention"], courses, {}),
        "stopping": Reading(METRICS["stopping"], courses, {"by": view.by}),
        "completeness": Reading(METRICS["completeness"], courses, {}),
        "used": chairs,
        "scheduled": chairs,
        "planned": Reading(METRICS["planned-lengths"], cohort, {"by": view.by}),
        "lead": Reading(METRICS["lead-time"], cohort, {"by": "none"}),
        "days": Reading(METRICS["ahead"], cohort),
        "money": Reading(METRICS["money"], cohort, {"by": "none"}),
        "payers": Reading(METRICS["money"], cohort, {"by": "payer"}),
        "courses": Reading(METRICS["paid-per-course"], courses, {"by": view.by}),
        "waiting": Reading(METRICS["waits"], referrals, {"by": "none"}),
        "waits": Reading(METRICS["wait-curve"], referrals, {}),
    }
