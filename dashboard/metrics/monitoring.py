"""Whether esketamine sessions were watched as the label asks: pressures, two hours, sedation and dissociation."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import VISITS, Condition
from dashboard.metrics.interval import wilson
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.response import ratio
from dashboard.metrics.tidy import named, ordered, total
from dashboard.model import SQL

SECONDS = 120 * 60
COLUMNS = (
    "by",
    "n_sessions",
    "n_pressures",
    "n_two_hours",
    "n_sedation",
    "n_dissociation",
    "n_complete",
    "complete_rate",
    "complete_low",
    "complete_high",
)
RULE = (
    "Completed esketamine sessions. Three pressures: one before the dose, and its peak and end, or two measured after "
    "it. Two hours: from the start of the dose to ready to leave, else to discharge. Sedation: a MOAA/S or a filled "
    "side-effect form. Dissociation: a CADSS or such a form. What is not written down counts as not done."
)


def monitoring(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """Of the completed esketamine sessions how many have each part of the watch written down, and how many all.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none`` for one row.

    Returns:
        A row a group; ``n_complete`` have all four; Wilson's interval.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``clinical.md`` §4c: the label of Spravato, and the monitoring form of its REMS; Wilson 1927.
    """
    require("by", by, SESSION_SPLITS)
    v, s, after = VISITS.c, SQL["sessions"].c, _pressures_after()
    split = [] if by == "none" else [v[by]]
    held = _held(after)
    parts = {**held, "n_complete": sa.and_(*held.values())}
    table = cohort.read(
        sa.select(
            *split,
            sa.func.count().label("n_sessions"),
            *(total(sa.case((condition, 1), else_=0)).label(name) for name, condition in parts.items()),
        )
        .select_from(VISITS)
        .join(SQL["sessions"], s.session_id == v.session_id)
        .outerjoin(after, after.c.session_id == v.session_id)
        .where(v.status == "completed", v.drug == "esketamine", *cohort.sessions())
        .group_by(*split)
    )
    low, high = wilson(table["n_complete"], table["n_sessions"])
    rate = ratio(table["n_complete"], table["n_sessions"])
    table = table.assign(complete_rate=rate, complete_low=low, complete_high=high)
    return with_notes(ordered(table, by)[named(COLUMNS, by)], [RULE])


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The sessions behind the counts of ``esketamine-monitoring``; takes the same."""
    v, s, after = VISITS.c, SQL["sessions"].c, _pressures_after()
    held = _held(after)
    parts = {**held, "n_complete": sa.and_(*held.values())}
    rows = (
        sa.select(VISITS, *(sa.case((condition, 1), else_=0).label(name) for name, condition in parts.items()))
        .join(SQL["sessions"], s.session_id == v.session_id)
        .outerjoin(after, after.c.session_id == v.session_id)
        .where(v.status == "completed", v.drug == "esketamine", *cohort.sessions())
        .subquery("watched")
    )
    flags = {"n_sessions": sa.true(), **{name: rows.c[name] == 1 for name in parts}}
    return Behind(split_keys(by), flagged("session", rows, flags, "sbp_pre", "sbp_peak", "moaas_min"))


def _pressures_after() -> sa.Subquery:
    """How many systolic pressures each session has after minute 0."""
    m = SQL["vitals"].c
    measured = sa.and_(m.minute > 0, m.sbp.is_not(None))
    return sa.select(m.session_id, sa.func.count().label("n")).where(measured).group_by(m.session_id).subquery()


def _held(after: sa.Subquery) -> dict[str, Condition]:
    """What is written down, by column."""
    v, s = VISITS.c, SQL["sessions"].c
    own = sa.and_(s.sbp_peak.is_not(None), s.sbp_end.is_not(None))
    until = sa.func.coalesce(s.ready_second, s.left_second)
    return {
        "n_pressures": sa.and_(v.sbp_pre.is_not(None), sa.or_(own, sa.func.coalesce(after.c.n, 0) >= 2)),
        "n_two_hours": sa.func.coalesce(until - s.started_second, 0) >= SECONDS,
        "n_sedation": sa.or_(v.moaas_min.is_not(None), v.has_form == 1),
        "n_dissociation": sa.or_(s.cadss_max.is_not(None), v.has_form == 1),
    }


METRIC = Metric(
    "esketamine-monitoring",
    "esketamine sessions with three pressures, two hours, sedation and dissociation written down",
    monitoring,
    (Option("by", "what the rows are split by", "none", SESSION_SPLITS),),
    COLUMNS,
    members=members,
)
