"""What was charged and what the patients paid, where the export says it: empty is unknown, never 0."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import VISITS, Value
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.period import date_of
from dashboard.metrics.tidy import long_total, named, ordered
from dashboard.model import SQL

COLUMNS = ("month", "by", "n_sessions", "n_charged", "charge", "n_paid", "paid_by_patient")
RULE = (
    "Completed sessions by the month they were booked for, in the clinic's currency. An empty charge or payment is "
    "unknown: the sums are of the n_charged and n_paid sessions that have one."
)


def money(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """Sums of charges and of what patients paid, by month.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none``.

    Returns:
        A row a month (its first day) and group that has a completed session; a sum of no known amount is empty.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §8.
    """
    require("by", by, SESSION_SPLITS)
    g = _given(cohort).c
    keys = [g.month, *([] if by == "none" else [g[by]])]
    amounts = {"charge": ("n_charged", g.charge), "paid_by_patient": ("n_paid", g.paid_by_patient)}
    table = cohort.read(
        sa.select(
            *keys,
            sa.func.count().label("n_sessions"),
            *(sa.func.count(value).label(count) for count, value in amounts.values()),
            *(long_total(hundredths(value)).label(f"{name}_sum") for name, (_, value) in amounts.items()),
        ).group_by(*keys)
    )
    for name, (count, _) in amounts.items():
        table[name] = (table[f"{name}_sum"].astype("Float64") / 100).where(table[count] > 0)
    table = ordered(table, by, first=["month"])
    table["month"] = pd.Series([str(date_of(day)) for day in table["month"]], dtype="str")
    columns = cohort.store.facts["columns"]["sessions"]
    lacking = [name for name in ("charge", "paid_by_patient") if name not in columns]
    unknown = f"The export has no column {', '.join(lacking)} in sessions: nothing is known of it."
    return with_notes(table[named(COLUMNS, by)], [RULE, *([unknown] if lacking else [])])


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The sessions behind the counts of ``money``; takes the same."""
    rows = _given(cohort)
    flags = {
        "n_sessions": sa.true(),
        "n_charged": rows.c.charge.is_not(None),
        "n_paid": rows.c.paid_by_patient.is_not(None),
    }
    return Behind(split_keys(by, "month"), flagged("session", rows, flags))


def months(cohort: Cohort) -> list[str]:
    """The first days of the months in which the cohort has a completed session, the earliest first."""
    month = _given(cohort).c.month
    return [str(date_of(day)) for day in cohort.read(sa.select(month).distinct().order_by(month))["month"]]


def _given(cohort: Cohort) -> sa.Subquery:
    """The completed sessions, as VISITS with their month and amounts."""
    v, s = VISITS.c, SQL["sessions"].c
    return (
        sa.select(VISITS, v.month_day.label("month"), s.charge, s.paid_by_patient)
        .join(SQL["sessions"], s.session_id == v.session_id)
        .where(v.status == "completed", *cohort.sessions())
        .subquery()
    )


def hundredths(value: Value) -> Value:
    """Whole hundredths, so that no order of adding shows in the digits."""
    return sa.cast(sa.func.floor(sa.func.coalesce(value, 0.0) * 100 + 0.5), sa.BigInteger)


METRIC = Metric(
    "money",
    "what was charged and paid by month, of the sessions where it is known",
    money,
    (Option("by", "what the rows are split by", "none", SESSION_SPLITS),),
    COLUMNS,
    members=members,
)
