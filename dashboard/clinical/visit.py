"""Sessions of any status, with what they are filtered, split and judged by (``definitions.md`` §7, §8)."""

from typing import Any

import sqlalchemy as sa

from dashboard.clinic_file import Thresholds
from dashboard.clinical.course import BEFORE_DOSE_SECONDS, resistant
from dashboard.clinical.effect import nothing_happened
from dashboard.clinical.tables import DOSES, VISITS, Value, by_bytes, else_unknown, flag, over
from dashboard.model import SQL, Statement

_MEASURED = ("sbp_pre", "dbp_pre", "sbp_peak", "dbp_peak", "spo2_min", "moaas_min")


def visits(thresholds: Thresholds, *, has_form_column: bool) -> Statement:
    """One row a session.

    Without a column that says whether the side-effect form was filled, every completed session's counts as filled.
    """
    given, measured = _given(), _measured()
    s, p, d, g, m = SQL["sessions"].c, SQL["patients"].c, DOSES.c, given.c, measured.c
    values: dict[str, Value] = {
        **_periods(s),
        **_dimensions(s, p, d, g),
        "is_first": sa.case((sa.and_(d.course == 1, d.session_number == 1), 1), else_=0),
        "has_form": _has_form(s, has_form_column),
        "chair_seconds": sa.case((s.left_second > s.arrived_second, s.left_second - s.arrived_second)),
        **{name: m[name] for name in _MEASURED},
        **_excursions(m, thresholds),
        **{name: d[name] for name in ("course", "session_number", "dose_day", "dose_second")},
    }
    return (
        sa.select(*((values[name] if name in values else s[name]).label(name) for name in VISITS.c.keys()))
        .select_from(SQL["sessions"])
        .join(SQL["patients"], p.patient_id == s.patient_id)
        .join(given, g.session_id == s.session_id)
        .join(measured, m.session_id == s.session_id)
        .outerjoin(DOSES, sa.and_(d.patient_id == s.patient_id, d.session_id == s.session_id))
    )


def _periods(s: Any) -> dict[str, Value]:
    """The first days of the week (Monday) and of the month; day 0, 1970-01-01, was a Thursday."""
    week = sa.cast(sa.func.floor(sa.cast(s.scheduled_day + 3, sa.Float) / 7), sa.Integer)
    of_month = sa.cast(sa.extract("day", s.scheduled_at), sa.Integer)
    return {
        "week_day": 7 * week - 3,
        "month_day": s.scheduled_day - of_month + 1,
        "year": sa.cast(sa.extract("year", s.scheduled_at), sa.Integer),
    }


def _dimensions(s: Any, p: Any, d: Any, g: Any) -> dict[str, Value]:
    route, drug = else_unknown(g.route), else_unknown(g.drug)
    return {
        "route": route,
        "drug": drug,
        "treatment": else_unknown(g.route + "-" + g.drug),
        "phase": else_unknown(d.phase),
        "site": else_unknown(s.site, p.site),
        "clinician": else_unknown(s.clinician, p.clinician),
        "diagnosis": p.diagnosis,
        "payer": else_unknown(p.payer),
        "sex": else_unknown(p.sex),
        "resistant": resistant(p.diagnosis, p.failed_trials),
    }


def _given() -> sa.Subquery:
    """Route and drug of every session: its own, else those of the last completed one before it, else of the next."""
    s, d = SQL["sessions"].c, DOSES.c
    moment = sa.func.coalesce(s.started_second, s.scheduled_second + BEFORE_DOSE_SECONDS)
    order = [moment, by_bytes(s.session_id)]
    is_done = sa.case((s.status == "completed", 1), else_=0)
    done = over(sa.func.sum(is_done), by=[s.patient_id], order=order, rows=(None, 0))
    booked = sa.select(
        s.patient_id,
        s.session_id,
        s.route,
        s.drug,
        sa.case((done > 0, done), else_=1).label("nearest"),
    ).subquery()
    b = booked.c
    place = over(sa.func.row_number(), by=[d.patient_id], order=[d.dose_second, by_bytes(d.session_id)])
    doses = sa.select(d.patient_id, d.route, d.drug, place.label("place")).subquery()
    other = doses.c
    return (
        sa.select(
            b.session_id,
            sa.func.coalesce(b.route, other.route).label("route"),
            sa.func.coalesce(b.drug, other.drug).label("drug"),
        )
        .select_from(booked)
        .outerjoin(doses, sa.and_(other.patient_id == b.patient_id, other.place == b.nearest))
        .subquery("given")
    )


def _has_form(s: Any, has_form_column: bool) -> Value:
    """1 where the form was filled: it says so, or a term says that there was nothing."""
    filled = sa.or_(s.effects_recorded, s.session_id.in_(nothing_happened())) if has_form_column else sa.true()
    return sa.case((sa.and_(s.status == "completed", filled), 1), else_=0)


def _measured() -> sa.Subquery:
    """Pressure, saturation and sedation of every session: its own column, else from its vitals.

    There, before is the last value up to minute 0, the peak the highest after it, the lowest counts from minute 0.
    """
    s, v = SQL["sessions"].c, SQL["vitals"].c
    later = {
        "sbp_peak": sa.func.max(sa.case((v.minute > 0, v.sbp))),
        "dbp_peak": sa.func.max(sa.case((v.minute > 0, v.dbp))),
        "spo2_min": sa.func.min(sa.case((v.minute >= 0, v.spo2))),
        "moaas_min": sa.func.min(sa.case((v.minute >= 0, v.moaas))),
    }
    during = sa.select(v.session_id, *(value.label(name) for name, value in later.items())).group_by(v.session_id)
    after, systolic, diastolic = during.subquery(), _last_before(v.sbp), _last_before(v.dbp)
    charted = {
        "sbp_pre": systolic.c.value,
        "dbp_pre": diastolic.c.value,
        **{name: after.c[name] for name in later},
    }
    columns = [sa.cast(sa.func.coalesce(s[name], charted[name]), sa.Float).label(name) for name in _MEASURED]
    statement = sa.select(s.session_id, *columns).select_from(SQL["sessions"])
    for part in (after, systolic, diastolic):
        statement = statement.outerjoin(part, part.c.session_id == s.session_id)
    return statement.subquery("measured_in_session")


def _last_before(value: Value) -> sa.Subquery:
    """Of each session's vitals the last value up to minute 0; of two at one minute the higher."""
    v = SQL["vitals"].c
    latest = over(sa.func.row_number(), by=[v.session_id], order=[v.minute.desc(), value.desc()])
    ranked = (
        sa.select(v.session_id, value.label("value"), latest.label("place"))
        .where(v.minute <= 0, value.is_not(None))
        .subquery()
    )
    return sa.select(ranked.c.session_id, ranked.c.value).where(ranked.c.place == 1).subquery()


def _excursions(m: Any, thresholds: Thresholds) -> dict[str, Value]:
    """0 or 1 where either pressure, or the saturation, was measured."""
    rises = (m.sbp_peak - m.sbp_pre, thresholds.rise_sbp), (m.dbp_peak - m.dbp_pre, thresholds.rise_dbp)
    return {
        "is_peak": _any_reaches((m.sbp_peak, thresholds.peak_sbp), (m.dbp_peak, thresholds.peak_dbp)),
        "is_rise": _any_reaches(*rises),
        "is_low_spo2": flag(m.spo2_min.is_not(None), m.spo2_min < thresholds.low_spo2),
    }


def _any_reaches(*pairs: tuple[Value, int]) -> Value:
    known = sa.or_(*(value.is_not(None) for value, _ in pairs))
    return sa.case((sa.or_(*(value >= least for value, least in pairs)), 1), (known, 0))
