"""Whom a worklist shows, and what came before the moment each is seen from (``definitions.md`` §6)."""

import datetime
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dashboard.clinic_file import Thresholds, zone
from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import DOSES, MEASURED, PRIMARY, VISITS, by_bytes
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
    until = date + datetime.timedelta(days - 1)
    thresholds = Thresholds(**cohort.thresholds)
    if who == "booked":
        chosen = _booked(date, until, cohort.as_of_day)
    else:
        chosen = _caseload(date, until, thresholds, cohort.store.facts["timezone"])
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
    return Seen(rows, visits.cte("visits_before"), scores.cte("scores_before"), thresholds)


def _booked(since: datetime.date, until: datetime.date, as_of_day: int) -> sa.CTE:
    """A row for each session of those days, seen from the time it is booked for."""
    s, o = SQL["sessions"].c, SQL["sessions"].alias("other").c
    chosen = (
        sa.select(*(s[name] for name in ("session_id", "patient_id", "scheduled_at", "route", "drug")))
        .add_columns(s.session_id.label("key"), s.scheduled_day.label("day"), s.scheduled_second.label("second"))
        .where(s.scheduled_day.between(day_number(since), day_number(until)), s.status.in_(BOOKED))
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
        .where(o.status == "scheduled", o.scheduled_day.between(as_of_day, day_number(until)), is_earlier)
        .group_by(c.key)
        .subquery()
    )
    return (
        sa.select(*c, sa.func.coalesce(earlier.c.n_open, 0).label("n_open"))
        .outerjoin(earlier, earlier.c.key == c.key)
        .cte("booked")
    )


def _caseload(since: datetime.date, until: datetime.date, thresholds: Thresholds, timezone: str) -> sa.CTE:
    """A row for each patient with an open course or a recent score and no session in those days.

    Seen from the end of the first day; the columns of a booking are empty.
    """
    day = day_number(since)
    midnight = datetime.datetime.combine(since + datetime.timedelta(1), datetime.time(), zone(timezone))
    p, d, m, s = SQL["patients"].c, DOSES.c, MEASURED.c, SQL["sessions"].c
    in_course = sa.select(d.patient_id).where(d.dose_day.between(day - thresholds.course_gap_days, day))
    scored = sa.select(m.patient_id).where(m.assessed_day.between(day - thresholds.recent_days, day))
    coming = sa.select(s.patient_id).where(s.scheduled_day.between(day, day_number(until)), s.status.in_(BOOKED))
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
            sa.cast(sa.literal(day), sa.Integer).label("day"),
            sa.cast(sa.literal(int(midnight.timestamp()) - 1), sa.BigInteger).label("second"),
            sa.cast(sa.literal(0), sa.Integer).label("n_open"),
        )
        .where(p.patient_id.in_(in_course.union(scored)), p.patient_id.not_in(coming))
        .cte("caseload")
    )
