"""When chairs are booked and when they are used: weekday by hour, as the number of chairs at once."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import VISITS, Condition, Value
from dashboard.metrics.members import Behind, Members
from dashboard.metrics.options import Metric, with_notes
from dashboard.metrics.tidy import long_total
from dashboard.model import SQL

HELD = ("completed", "no-show", "late-cancelled")
COLUMNS = (
    "weekday",
    "hour",
    "n_days",
    "n_scheduled",
    "n_actual",
    "scheduled_minutes",
    "actual_minutes",
    "scheduled_chairs",
    "actual_chairs",
)
RULE = (
    "Scheduled: from the booked time for the planned minutes, of the slots held on the day (completed, no-show, late "
    "cancelled). Used: from arrival to discharge of completed sessions. Chairs: the minutes over those of that hour on "
    "all days of that weekday on which a slot was held. Weekdays from 1 (Monday); what lasts over midnight counts on."
)
_KEYS = ("weekday", "hour")
_NAMES = ("scheduled", "actual")
_HOURS = 24


def chair_use(cohort: Cohort) -> pd.DataFrame:
    """Minutes that chairs were booked for and used in each hour of each weekday, and how many chairs that is.

    Args:
        cohort: the sessions looked at.

    Returns:
        A row a weekday and hour in which a chair was booked or used, in order, with the sessions that had it booked
        and those that used it. Hours are clinic-local.

    Source: ``definitions.md`` §8, ``clinical.md`` §5.
    """
    held = _held(cohort)
    days = cohort.read(sa.select(VISITS.c.scheduled_day.label("day")).where(*held).distinct())
    n_days = ((days["day"] + 3) % 7 + 1).value_counts()
    planned, used = (_summed(cohort, rows, name) for name, rows in _spreads(held).items())
    table = planned.merge(used, on=list(_KEYS), how="outer").sort_values(list(_KEYS), ignore_index=True)
    table = table.fillna(dict.fromkeys((name for name in table if name not in _KEYS), 0))
    table["n_days"] = table["weekday"].map(n_days).astype("Int64")
    for name in _NAMES:
        table[f"{name}_chairs"] = table[f"{name}_minutes"].astype("Float64") / (60 * table["n_days"].astype("Float64"))
    return with_notes(table[list(COLUMNS)], [RULE, *_unknown(cohort, held)])


def members(cohort: Cohort) -> Behind:
    """The sessions behind the counts of ``chair-use``."""
    rows = _spreads(_held(cohort))
    return Behind(_KEYS, {f"n_{name}": Members("session", own, sa.true()) for name, own in rows.items()})


def _held(cohort: Cohort) -> list[Condition]:
    return [VISITS.c.status.in_(HELD), *cohort.sessions()]


def _spreads(held: list[Condition]) -> dict[str, sa.Subquery]:
    """What chairs were booked for, and what they were used for, as of ``_spread``."""
    v, s = VISITS.c, SQL["sessions"].c
    times = (
        (s.scheduled_at, v.scheduled_day, s.planned_minutes),
        (s.arrived_at, s.arrived_day, v.chair_seconds / 60.0),
    )
    return {name: _spread(*time, [*held, time[2].is_not(None)]) for name, time in zip(_NAMES, times, strict=True)}


def _spread(at: Value, day: Value, minutes: Value, conditions: list[Condition]) -> sa.Subquery:
    """A row a session and hour that it touches, with the minutes of it that lie there."""
    v = VISITS.c
    start = sa.cast(60 * sa.extract("hour", at) + sa.extract("minute", at), sa.Integer)
    length = sa.cast(sa.func.floor(sa.cast(minutes, sa.Float) + 0.5), sa.Integer)
    each = (
        sa.select(v.patient_id, v.session_id, day.label("day"), start.label("start"), (start + length).label("end"))
        .select_from(VISITS)
        .join(SQL["sessions"], SQL["sessions"].c.session_id == v.session_id)
        .where(*conditions)
        .subquery()
    )
    hours = sa.union_all(*(sa.select(sa.literal(hour).label("hour")) for hour in range(2 * _HOURS))).subquery()
    e, hour = each.c, hours.c.hour
    begins, ends = 60 * hour, 60 * hour + 60
    last, first = sa.case((e.end < ends, e.end), else_=ends), sa.case((e.start > begins, e.start), else_=begins)
    next_day = sa.case((hour >= _HOURS, 1), else_=0)
    return (
        sa.select(
            e.patient_id,
            e.session_id,
            sa.cast((e.day + next_day + 3) % 7 + 1, sa.Integer).label("weekday"),
            sa.cast(hour - _HOURS * next_day, sa.Integer).label("hour"),
            (last - first).label("minutes"),
        )
        .join(hours, sa.and_(e.start < ends, e.end > begins))
        .subquery("touched")
    )


def _summed(cohort: Cohort, rows: sa.Subquery, name: str) -> pd.DataFrame:
    keys = [rows.c[key] for key in _KEYS]
    n, minutes = sa.func.count(rows.c.session_id.distinct()), long_total(rows.c.minutes)
    return cohort.read(sa.select(*keys, n.label(f"n_{name}"), minutes.label(f"{name}_minutes")).group_by(*keys))


def _unknown(cohort: Cohort, held: list[Condition]) -> list[str]:
    """How many slots have no planned length, and how many completed sessions no times."""
    v, s = VISITS.c, SQL["sessions"].c
    row = cohort.read(
        sa.select(
            sa.func.count().label("n"),
            sa.func.count(s.planned_minutes).label("planned"),
            sa.func.count(sa.case((v.status == "completed", 1))).label("completed"),
            sa.func.count(v.chair_seconds).label("timed"),
        )
        .select_from(VISITS)
        .join(SQL["sessions"], s.session_id == v.session_id)
        .where(*held)
    ).iloc[0]
    return [
        f"{int(row['planned']):,} of {int(row['n']):,} slots have a planned length, "
        f"{int(row['timed']):,} of {int(row['completed']):,} completed sessions arrival and discharge."
    ]


METRIC = Metric("chair-use", "chairs booked and used, weekday by hour", chair_use, (), COLUMNS, members=members)
