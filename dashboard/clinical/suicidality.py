"""Answers on suicidality before and after treatment, one row a course and scale that asks (``definitions.md`` §5)."""

from typing import Any

import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.outcome import Window
from dashboard.clinical.reasons import answer_of
from dashboard.clinical.score import last_dose_before
from dashboard.clinical.scoring import SCALE
from dashboard.clinical.tables import COURSES, DOSES, MEASURED, by_bytes, over
from dashboard.model import SQL


def wishes(cohort: Cohort, *, window: Window, courses: str) -> sa.Subquery:
    """One row a course of the cohort and scale that asks: its dimensions, ``place`` and ``instrument`` of the scale.

    ``before`` is the last answer at or before the first dose, as old as a baseline may be; ``after`` that of the window
    once it is due; null where there is none. ``flag`` is the answer from which suicidality is there, ``due`` 1 where
    there is an answer before and the window has closed.
    """
    gap = cohort.thresholds["course_gap_days"]
    given = _answers()
    before, after = _before(given, cohort.thresholds["baseline_days"]), _after(given, window, gap)
    c, s, b, a = COURSES.c, SCALE.c, before.c, after.c
    due = sa.and_(b.answer.is_not(None), window.is_due(c, cohort.as_of_day, gap))
    return (
        sa.select(
            *(c[name] for name in COURSES.c.keys()),
            s.instrument,
            s.place,
            s.suicidality_from.label("flag"),
            b.answer.label("before"),
            sa.case((due, a.answer)).label("after"),
            sa.case((due, 1), else_=0).label("due"),
        )
        .select_from(COURSES)
        .join(SCALE, s.suicidality_from.is_not(None))
        .outerjoin(before, _same(b, c, s))
        .outerjoin(after, _same(a, c, s))
        .where(*cohort.courses(), *([c.course == 1] if courses == "first" else []))
        .subquery("wish")
    )


def _same(one: Any, c: Any, s: Any) -> sa.ColumnElement[bool]:
    is_course = sa.and_(one.patient_id == c.patient_id, one.course == c.course)
    return sa.and_(is_course, one.instrument == s.instrument, one.nth == 1)


def _answers() -> sa.CTE:
    """Every form that answers its scale's item on suicidality, whatever else it leaves out."""
    a, m, s = SQL["assessments"].c, MEASURED.c, SCALE.c
    forms = (
        sa.select(
            *(a[name] for name in ("patient_id", "instrument", "assessment_id", "assessed_day", "assessed_second")),
            answer_of(a, m).label("answer"),
        )
        .join_from(SQL["assessments"], SCALE, s.instrument == a.instrument)
        .outerjoin(MEASURED, m.assessment_id == a.assessment_id)
        .where(s.suicidality_from.is_not(None))
        .subquery()
    )
    return sa.select(forms).where(forms.c.answer.is_not(None)).cte("answer")


def _before(given: sa.CTE, most_days: int) -> sa.Subquery:
    g, c = given.c, COURSES.c
    order = [g.assessed_second.desc(), by_bytes(g.assessment_id).desc()]
    nth = over(sa.func.row_number(), by=[c.patient_id, c.course, g.instrument], order=order)
    return (
        sa.select(c.patient_id, c.course, g.instrument, g.answer, nth.label("nth"))
        .join_from(COURSES, given, g.patient_id == c.patient_id)
        .where(g.assessed_second <= c.first_second, c.first_day - g.assessed_day <= most_days)
        .subquery("before")
    )


def _after(given: sa.CTE, window: Window, gap: int) -> sa.Subquery:
    """The answers after a dose, placed in its course as scores are; the first is the one that the window prefers."""
    g, d, c = given.c, DOSES.c, COURSES.c
    placed = (
        sa.select(
            *(g[name] for name in ("patient_id", "instrument", "assessment_id", "assessed_second", "answer")),
            d.course,
            d.session_number,
            (g.assessed_day - c.first_day).label("day"),
            (g.assessed_day - c.last_induction_day).label("days_since_induction"),
            (g.assessed_day - c.last_day).label("days_since_last"),
        )
        .join_from(given, DOSES, last_dose_before(g, d))
        .join(COURSES, sa.and_(c.patient_id == d.patient_id, c.course == d.course))
        .subquery()
    )
    p = placed.c
    order = [*window.order(p), by_bytes(p.assessment_id).desc()]
    nth = over(sa.func.row_number(), by=[p.patient_id, p.course, p.instrument], order=order)
    return (
        sa.select(p.patient_id, p.course, p.instrument, p.answer, nth.label("nth"))
        .where(window.holds(gap, p))
        .subquery("after")
    )
