"""Whom a worklist shows, and what came before the moment each is seen from (``definitions.md`` §6)."""

import datetime
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dashboard.clinic_file import Thresholds, zone
from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import DOSES, MEASURED, PRIMARY, VISITS, Condition, by_bytes
from dashboard.model import SQL
from dashboard.store import day_number

WHO = ("booked", "caseload")
BOOKED = ("scheduled", "completed")
"""The sessions of a day that are to be prepared, or were."""


@dataclass(frozen=True)
class Seen:
    """The rows of a worklist, and what is known of each; parts of one statement, each scanned once.

    Attributes:
        rows: ``key``, ``patient_id``, ``session_id``, ``scheduled_at``, ``day`` and ``second`` of the moment,
            ``route``, ``drug``, ``instrument`` (the primary scale; null where there is none), and ``n_open``: the
            patient's earlier bookings that can still take place.
        visits: ``key``, and the completed sessions before the moment, as in VISITS.
        scores: ``key``, and the valid scores up to the moment, as in MEASURED.
        thresholds: of the build.
    """

    rows: sa.CTE
    visits: sa.CTE
    scores: sa.CTE
    thresholds: Thresholds


def seen_on(cohort: Cohort, date: datetime.date, days: int, who: str) -> Seen:
    """The rows of the days from a date on: of those booked, or of the rest of the caseload."""
    s, day = SQL["sessions"].c, day_number(date)
    in_days = sa.and_(s.scheduled_day.between(day, day + days - 1), s.status.in_(BOOKED))
    if who == "booked":
        return _seen(cohort, _booked(in_days, cohort.as_of_day))
    return _seen(cohort, _unbooked(_caseload(cohort, day, in_days), date, cohort.store.facts["timezone"]))


def seen_one(cohort: Cohort, patient_id: str, date: datetime.date) -> Seen:
    """The row of one patient: of the first booking from a date on, else as of the end of that day."""
    s = SQL["sessions"].c
    of_patient = sa.and_(s.patient_id == patient_id, s.scheduled_day >= day_number(date), s.status.in_(BOOKED))
    order = (s.scheduled_second, by_bytes(s.session_id))
    coming = cohort.read(sa.select(s.session_id).where(of_patient).order_by(*order).limit(1))
    if len(coming):
        is_first = sa.and_(of_patient, s.session_id == str(coming["session_id"].iloc[0]))
        return _seen(cohort, _booked(is_first, cohort.as_of_day))
    is_patient = SQL["patients"].c.patient_id == patient_id
    return _seen(cohort, _unbooked(is_patient, date, cohort.store.facts["timezone"]))


def _seen(cohort: Cohort, chosen: sa.CTE) -> Seen:
    c, p, x = chosen.c, SQL["patients"].c, PRIMARY.c
    rows = (
        sa.select(*c, x.instrument)
        .join_from(chosen, SQL["patients"], p.patient_id == c.patient_id)
        .outerjoin(PRIMARY, x.diagnosis == p.diagnosis)
        .cte("seen")
    )
    r, v, m = rows.c, VISITS.c, MEASURED.c
    is_another = sa.or_(r.session_id.is_(None), v.session_id != r.session_id)
    visits = sa.select(r.key, *v).join(VISITS, v.patient_id == r.patient_id).where(v.dose_second < r.second, is_another)
    scores = sa.select(r.key, *m).join(MEASURED, m.patient_id == r.patient_id).where(m.assessed_second <= r.second)
    thresholds = Thresholds(**cohort.thresholds)
    return Seen(rows, visits.cte("visits_before"), scores.cte("scores_before"), thresholds)


def _booked(condition: Condition, as_of_day: int) -> sa.CTE:
    """A row for each session of a condition, seen from the time it is booked for."""
    s, o = SQL["sessions"].c, SQL["sessions"].alias("other").c
    chosen = (
        sa.select(*(s[name] for name in ("session_id", "patient_id", "scheduled_at", "route", "drug")))
        .add_columns(s.session_id.label("key"), s.scheduled_day.label("day"), s.scheduled_second.label("second"))
        .where(condition)
        .cte("chosen")
    )
    c = chosen.c
    is_earlier = sa.or_(
        o.scheduled_second < c.second,
        sa.and_(o.scheduled_second == c.second, by_bytes(o.session_id) < by_bytes(c.session_id)),
    )
    earlier = (
        sa.select(c.key, sa.func.count().label("n_open"))
        .join(o.session_id.table, o.patient_id == c.patient_id)
        .where(o.status == "scheduled", o.scheduled_day >= as_of_day, is_earlier)
        .group_by(c.key)
        .subquery()
    )
    return (
        sa.select(*c, sa.func.coalesce(earlier.c.n_open, 0).label("n_open"))
        .outerjoin(earlier, earlier.c.key == c.key)
        .cte("booked")
    )


def _caseload(cohort: Cohort, day: int, in_days: Condition) -> Condition:
    """Of a patient: an open course or a recent score, and no session in the days."""
    p, d, m, s, t = SQL["patients"].c, DOSES.c, MEASURED.c, SQL["sessions"].c, cohort.thresholds
    in_course = sa.select(d.patient_id).where(d.dose_day.between(day - t["course_gap_days"], day))
    scored = sa.select(m.patient_id).where(m.assessed_day.between(day - t["recent_days"], day))
    coming = sa.select(s.patient_id).where(in_days)
    return sa.and_(p.patient_id.in_(in_course.union(scored)), p.patient_id.not_in(coming))


def _unbooked(condition: Condition, date: datetime.date, timezone: str) -> sa.CTE:
    """A row for each patient of a condition, seen from the end of a day; the columns of a booking are empty."""
    p = SQL["patients"].c
    midnight = datetime.datetime.combine(date + datetime.timedelta(1), datetime.time(), zone(timezone))
    empty: dict[str, sa.types.TypeEngine[Any]] = {
        "session_id": sa.String(),
        "scheduled_at": sa.DateTime(),
        "route": sa.String(),
        "drug": sa.String(),
    }
    return (
        sa.select(
            p.patient_id,
            *(sa.cast(sa.null(), kind).label(name) for name, kind in empty.items()),
            p.patient_id.label("key"),
            sa.cast(sa.literal(day_number(date)), sa.Integer).label("day"),
            sa.cast(sa.literal(int(midnight.timestamp()) - 1), sa.BigInteger).label("second"),
            sa.cast(sa.literal(0), sa.Integer).label("n_open"),
        )
        .where(condition)
        .cte("unbooked")
    )
