"""Doses and courses: which completed sessions belong together (``definitions.md`` §2)."""

import sqlalchemy as sa

from dashboard.clinic_file import Thresholds
from dashboard.clinical.tables import DOSES, Value, by_bytes, else_unknown, over
from dashboard.model import SQL, Statement

BEFORE_DOSE_SECONDS = 3600
"""Forms are filled at check-in: without a dosing start the dose is taken to follow the booked time by an hour."""
RESISTANT_TRIALS = 2
_RESISTANT_DIAGNOSES = ("depression", "bipolar-depression")


def doses(thresholds: Thresholds) -> Statement:
    """Completed sessions in their courses: a gap of more days than the course gap starts a new one."""
    dose = _completed()
    d = dose.c
    order = [d.dose_second, by_bytes(d.session_id)]
    gaps = sa.select(
        *d,
        (d.dose_day - over(sa.func.lag(d.dose_day), by=[d.patient_id], order=order)).label("gap"),
        over(sa.func.lead(d.dose_second), by=[d.patient_id], order=order).label("next_dose_second"),
    ).subquery()
    g = gaps.c
    opens = sa.func.sum(sa.case((g.gap > thresholds.course_gap_days, 1), else_=0))
    order = [g.dose_second, by_bytes(g.session_id)]
    course = 1 + over(opens, by=[g.patient_id], order=order, rows=(None, 0))
    return _numbered(sa.select(*g, sa.cast(course, sa.Integer).label("course")).subquery(), thresholds)


def _completed() -> sa.Subquery:
    s = SQL["sessions"].c
    return (
        sa.select(
            *(s[name] for name in ("patient_id", "session_id", "route", "drug", "site", "clinician")),
            sa.cast(sa.func.coalesce(s.started_at, s.scheduled_at), sa.Date).label("dose_on"),
            sa.func.coalesce(s.started_day, s.scheduled_day).label("dose_day"),
            sa.func.coalesce(s.started_second, s.scheduled_second + BEFORE_DOSE_SECONDS).label("dose_second"),
        )
        .where(s.status == "completed")
        .subquery()
    )


def _numbered(placed: sa.Subquery, thresholds: Thresholds) -> Statement:
    """Number the sessions of each course and tell induction from maintenance."""
    p = placed.c
    course: list[Value] = [p.patient_id, p.course]
    day = p.dose_day - over(sa.func.min(p.dose_day), by=course, order=[])
    derived = {
        "session_number": over(sa.func.row_number(), by=course, order=[p.dose_second, by_bytes(p.session_id)]),
        "day": day,
        "phase": sa.case((day <= thresholds.induction_days, "induction"), else_="maintenance"),
    }
    return sa.select(*((derived[name] if name in derived else p[name]).label(name) for name in DOSES.c.keys()))


def courses() -> Statement:
    """One row a course with what it is filtered and split by; ``unknown`` stands for an empty value."""
    grouped = _grouped()
    g, p = grouped.c, SQL["patients"].c
    return sa.select(
        *(g[name] for name in ("patient_id", "course", "first_on", "first_day", "first_second", "last_day")),
        over(sa.func.lead(g.first_day), by=[g.patient_id], order=[g.course]).label("next_first_day"),
        *(g[name] for name in ("n_sessions", "n_induction", "n_to_day_21", "n_to_day_28", "last_induction_day")),
        *(g[name] for name in ("route", "drug", "treatment")),
        p.diagnosis,
        *(else_unknown(g[name], p[name]).label(name) for name in ("site", "clinician")),
        *(else_unknown(p[name]).label(name) for name in ("payer", "sex")),
        resistant(p.diagnosis, p.failed_trials).label("resistant"),
        sa.cast(sa.extract("year", g.first_on), sa.Integer).label("year"),
    ).join_from(grouped, SQL["patients"], p.patient_id == g.patient_id)


def _grouped() -> sa.Subquery:
    d = DOSES.c
    return (
        sa.select(
            d.patient_id,
            d.course,
            sa.func.min(d.dose_on).label("first_on"),
            sa.func.min(d.dose_day).label("first_day"),
            sa.func.min(d.dose_second).label("first_second"),
            sa.func.max(d.dose_day).label("last_day"),
            sa.func.count().label("n_sessions"),
            sa.func.count(_in_induction(d.dose_day)).label("n_induction"),
            *(sa.func.count(sa.case((d.day <= last, 1))).label(f"n_to_day_{last}") for last in (21, 28)),
            sa.func.max(_in_induction(d.dose_day)).label("last_induction_day"),
            _only_value(d.route).label("route"),
            _only_value(d.drug).label("drug"),
            _only_value(d.route + "-" + d.drug).label("treatment"),
            *(sa.func.max(sa.case((d.session_number == 1, d[name]))).label(name) for name in ("site", "clinician")),
        )
        .group_by(d.patient_id, d.course)
        .subquery()
    )


def _in_induction(value: Value) -> Value:
    return sa.case((DOSES.c.phase == "induction", value))


def _only_value(value: Value) -> Value:
    """The one value of the induction sessions, or ``mixed``."""
    value = _in_induction(value)
    return sa.case((sa.func.min(value) == sa.func.max(value), sa.func.min(value)), else_="mixed")


def resistant(diagnosis: Value, failed_trials: Value) -> Value:
    """Treatment resistance in words: yes, no, unknown; not-applicable outside depression."""
    return sa.case(
        (diagnosis.not_in(_RESISTANT_DIAGNOSES), "not-applicable"),
        (failed_trials >= RESISTANT_TRIALS, "yes"),
        (failed_trials < RESISTANT_TRIALS, "no"),
        else_="unknown",
    )
