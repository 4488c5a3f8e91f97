"""What became of a course: eligible, due, scored, responded (``definitions.md`` §4), one row a course."""

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.clinical.scoring import SCALE
from dashboard.clinical.tables import BASELINES, COURSES, FOLLOWUPS, PRIMARY, Columns, is_over

DAY_28 = (28, 21, 35)
POST_INDUCTION = (21, 14, 31)
"""Nearest to the first day, from the second to the third, both included."""
LAST_DUE_AFTER = 28

_FORMS = "A-B (days, as 1-3), day-28, post-induction, session-K (as session-4), last"


@dataclass(frozen=True)
class Window:
    """When the score of an outcome is taken, counted from day 0 of the course.

    Attributes:
        text: as written on the command line.
        kind: ``days``, ``day-28``, ``post-induction``, ``session`` or ``last``.
        low, high: the days of ``days``; the session of ``session`` is ``low``.
    """

    text: str = "post-induction"
    kind: str = "post-induction"
    low: int = 0
    high: int = 0

    @classmethod
    def parse(cls, text: str) -> "Window":
        """Read a window; raises OptionError with the forms that exist."""
        if text in ("day-28", "post-induction", "last"):
            return cls(text, text)
        days = re.fullmatch(r"(\d{1,5})-(\d{1,5})", text)
        if days and int(days[1]) <= int(days[2]):
            return cls(text, "days", int(days[1]), int(days[2]))
        session = re.fullmatch(r"session-([1-9]\d{0,3})", text)
        if session:
            return cls(text, "session", int(session[1]), int(session[1]))
        raise OptionError(f"window has no {text!r}; there are: {_FORMS}.")

    def holds(self, course_gap_days: int, f: Columns = FOLLOWUPS.c) -> sa.ColumnElement[bool]:
        """Which of a course's follow-up scores, or of other rows placed as they are, lie in the window."""
        match self.kind:
            case "days":
                return f.day.between(self.low, self.high)
            case "day-28":
                return f.day.between(*DAY_28[1:])
            case "post-induction":
                return f.days_since_induction.between(*POST_INDUCTION[1:])
            case "session":
                return sa.and_(f.session_number == self.low, f.days_since_last <= course_gap_days)
        return sa.true()

    def order(self, f: Columns = FOLLOWUPS.c) -> list[sa.ColumnElement[Any]]:
        """The order in which scores of the window are preferred: the nearest, of two equally near the later."""
        later = f.assessed_second.desc()
        if self.kind == "day-28":
            return [sa.func.abs(f.day - DAY_28[0]), later]
        if self.kind == "post-induction":
            return [sa.func.abs(f.days_since_induction - POST_INDUCTION[0]), later]
        return [later]

    def is_due(self, c: Columns, as_of_day: int, course_gap_days: int) -> sa.ColumnElement[bool]:
        """True where the window of a course has closed: its last day is before the day of the records."""
        match self.kind:
            case "days":
                return c.first_day + self.high < as_of_day
            case "day-28":
                return c.first_day + DAY_28[2] < as_of_day
            case "post-induction":
                return c.last_induction_day + POST_INDUCTION[2] < as_of_day
            case "session":
                over = is_over(c, as_of_day, course_gap_days)
                return sa.or_(c.n_sessions > self.low, over)
        return c.first_day + LAST_DUE_AFTER < as_of_day


def outcomes(
    cohort: Cohort,
    *,
    window: Window,
    instrument: str | None = None,
    baseline_at_least: float | None = None,
    courses: str = "first",
    induction: str = "any",
) -> sa.Subquery:
    """One row a course of the cohort, with its dimensions and the steps of the waterfall as 0 or 1.

    Each step lies within the one before: ``started``, ``has_baseline``, ``eligible``, ``due``, ``scored``,
    ``responded`` (null without a rule); ``remitted``, ``improved``, ``worsened`` are of the scored, as are ``score``,
    ``change`` and ``pct_change``. Without an instrument a course counts on its diagnosis' primary scale; courses
    without one have no row.
    """
    gap = cohort.thresholds["course_gap_days"]
    at_risk = eligibility(cohort, instrument=instrument, baseline_at_least=baseline_at_least, courses=courses)
    e, score = at_risk.c, _score_in_window(window, gap)
    due = sa.and_(e.eligible == 1, window.is_due(e, cohort.as_of_day, gap))
    finished = e.is_complete == 1 if induction == "complete" else sa.true()
    scored = sa.and_(due, finished, score.c.score.is_not(None))
    flags = ("responded", "remitted", "improved", "worsened", "score", "change", "pct_change")
    return (
        sa.select(
            *(e[name] for name in e.keys() if name != "baseline"),
            sa.literal(1).label("started"),
            _bit(due).label("due"),
            _bit(scored).label("scored"),
            sa.case((scored, e.baseline)).label("baseline"),
            *(sa.case((scored, score.c[name])).label(name) for name in flags),
        )
        .select_from(at_risk)
        .outerjoin(score, sa.and_(same_course_and_scale(score.c, e), score.c.place == 1))
        .subquery("outcome")
    )


def eligibility(
    cohort: Cohort, *, instrument: str | None, baseline_at_least: float | None, courses: str
) -> sa.Subquery:
    """One row a course of the cohort on its scale: dimensions, ``baseline``, ``has_baseline``, ``eligible``.

    ``is_complete`` is 1 where its induction is, ``has_rule`` where the scale has a rule for response. Without an
    instrument a course counts on its diagnosis' primary scale; courses without one have no row.
    """
    c, b, s = COURSES.c, BASELINES.c, SCALE.c
    complete = c.n_induction >= cohort.thresholds["induction_sessions"]
    return (
        sa.select(
            *(c[name] for name in COURSES.c.keys()),
            s.instrument,
            s.place,
            b.baseline,
            _bit(b.baseline.is_not(None)).label("has_baseline"),
            _bit(_is_eligible(baseline_at_least)).label("eligible"),
            _bit(complete).label("is_complete"),
            _bit(s.response_kind.is_not(None)).label("has_rule"),
        )
        .select_from(COURSES)
        .join(SCALE, _scale_of_course(instrument))
        .outerjoin(BASELINES, sa.and_(b.patient_id == c.patient_id, b.course == c.course, b.instrument == s.instrument))
        .where(*cohort.courses(), *([c.course == 1] if courses == "first" else []))
        .subquery("eligibility")
    )


def same_course_and_scale(one: Columns, other: Columns) -> sa.ColumnElement[bool]:
    """Joins two tables of courses and scales."""
    columns = ("patient_id", "course", "instrument")
    return sa.and_(*(one[name] == other[name] for name in columns))


def _score_in_window(window: Window, gap: int) -> sa.Subquery:
    f = FOLLOWUPS.c
    place = sa.func.row_number().over(partition_by=(f.patient_id, f.course, f.instrument), order_by=window.order())
    return sa.select(FOLLOWUPS, place.label("place")).where(window.holds(gap)).subquery("in_window")


def _scale_of_course(instrument: str | None) -> sa.ColumnElement[bool]:
    if instrument is not None:
        return SCALE.c.instrument == instrument
    of_diagnosis = sa.select(PRIMARY.c.instrument).where(PRIMARY.c.diagnosis == COURSES.c.diagnosis).scalar_subquery()
    return SCALE.c.instrument == of_diagnosis


def _is_eligible(baseline_at_least: float | None) -> sa.ColumnElement[bool]:
    """A baseline above 0 and at or beyond the cut, on the scale's ill side; a cut of 0 means any above 0."""
    b, s = BASELINES.c, SCALE.c
    if baseline_at_least == 0:
        return b.baseline > 0
    cut = s.baseline_cut if baseline_at_least is None else sa.literal(baseline_at_least, sa.Float())
    beyond = sa.or_(cut.is_(None), -s.better * (b.baseline - cut) >= 0)
    return sa.and_(b.baseline > 0, beyond)


def _bit(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)
