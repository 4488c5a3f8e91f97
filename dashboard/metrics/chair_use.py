"""When chairs are booked and when they are used: weekday by hour, as the number of chairs at once."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import VISITS, Value
from dashboard.metrics.options import Metric, with_notes
from dashboard.metrics.tidy import long_total
from dashboard.model import SQL

HELD = ("completed", "no-show", "late-cancelled")
COLUMNS = (
    "weekday",
    "hour",
    "n_days",
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
_DAY = 24 * 60


def chair_use(cohort: Cohort) -> pd.DataFrame:
    """Minutes that chairs were booked for and used in each hour of each weekday, and how many chairs that is.

    Args:
        cohort: the sessions looked at.

    Returns:
        A row a weekday and hour in which a chair was booked or used, in order. Hours are clinic-local.

    Source: ``definitions.md`` §8, ``clinical.md`` §5.
    """
    v, s = VISITS.c, SQL["sessions"].c
    held = [v.status.in_(HELD), *cohort.sessions()]
    planned = _spread(
        cohort, s.scheduled_at, v.scheduled_day, s.planned_minutes, [*held, s.planned_minutes.is_not(None)]
    )
    used = _spread(cohort, s.arrived_at, s.arrived_day, v.chair_seconds / 60.0, [*held, v.chair_seconds.is_not(None)])
    days = cohort.read(sa.select(v.scheduled_day.label("day")).where(*held).distinct())
    n_days = ((days["day"] + 3) % 7 + 1).value_counts()
    keys = ["weekday", "hour"]
    table = planned.rename(columns={"minutes": "scheduled_minutes"}).merge(
        used.rename(columns={"minutes": "actual_minutes"}), on=keys, how="outer"
    )
    table = table.fillna({"scheduled_minutes": 0, "actual_minutes": 0}).sort_values(keys, ignore_index=True)
    table["n_days"] = table["weekday"].map(n_days).astype("Int64")
    for name in ("scheduled", "actual"):
        table[f"{name}_chairs"] = table[f"{name}_minutes"].astype("Float64") / (60 * table["n_days"].astype("Float64"))
    return with_notes(table[list(COLUMNS)], [RULE, *_unknown(cohort, held)])


def _spread(cohort: Cohort, at: Value, day: Value, minutes: Value, conditions: list[Any]) -> pd.DataFrame:
    """The minutes of each weekday and hour, each session's put into the hours that it touches."""
    start = sa.cast(60 * sa.extract("hour", at) + sa.extract("minute", at), sa.Integer)
    length = sa.cast(sa.func.floor(sa.cast(minutes, sa.Float) + 0.5), sa.Integer)
    each = (
        sa.select(((day + 3) % 7).label("weekday"), start.label("start"), (start + length).label("end"))
        .select_from(VISITS)
        .join(SQL["sessions"], SQL["sessions"].c.session_id == VISITS.c.session_id)
        .where(*conditions)
        .subquery()
    )
    hours = sa.union_all(*(sa.select(sa.literal(hour).label("hour")) for hour in range(48))).subquery()
    e, begins = each.c, 60 * hours.c.hour
    ends = begins + 60
    last, first = sa.case((e.end < ends, e.end), else_=ends), sa.case((e.start > begins, e.start), else_=begins)
    found = cohort.read(
        sa.select(e.weekday, hours.c.hour, long_total(last - first).label("minutes"))
        .join(hours, sa.and_(e.start < ends, e.end > begins))
        .group_by(e.weekday, hours.c.hour)
    )
    late = found["hour"] >= 24
    found["weekday"] = (found["weekday"] + late.astype("Int64")) % 7 + 1
    found["hour"] = found["hour"] % 24
    return found.groupby(["weekday", "hour"])["minutes"].sum().reset_index()


def _unknown(cohort: Cohort, held: list[Any]) -> list[str]:
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


METRIC = Metric("chair-use", "chairs booked and used, weekday by hour", chair_use, (), COLUMNS)
