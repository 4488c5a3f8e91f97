"""How long after the dose the pressure peaks, and how long until it is back, where it was measured again and again."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import VISITS, over
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.quantile import minutes
from dashboard.metrics.tidy import named, ordered
from dashboard.model import SQL

BACK_WITHIN = 10
"""mmHg systolic above the pressure before the dose; our own choice."""
LEAST = 3
"""Measurements after the dose, with which a peak can be placed."""
COLUMNS = (
    "by",
    "n_sessions",
    "n_charted",
    "median_to_peak",
    "p90_to_peak",
    "n_returned",
    "median_to_return",
    "p90_to_return",
)
RULE = (
    f"Of the completed sessions with a systolic pressure before the dose and {LEAST} or more after it: the peak is the "
    f"highest after it, the earliest of several; it is back with the first from the peak on that is no more than "
    f"{BACK_WITHIN} mmHg above the one before the dose. Who was not seen to come back is not counted as back."
)


def pressure_course(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """Minutes from the start of the dose to the peak of systolic pressure, and to its return.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none`` for one row.

    Returns:
        A row a group; ``n_sessions`` are all completed ones, ``n_charted`` those with measurements enough,
        ``n_returned`` of these were seen to come back.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``clinical.md`` §4c; the rule of the return is our own.
    """
    require("by", by, SESSION_SPLITS)
    r = _measured(cohort).c
    split = [] if by == "none" else [r[by]]
    table = cohort.read(
        sa.select(
            *split,
            sa.func.count().label("n_sessions"),
            sa.func.count(r.to_peak).label("n_charted"),
            *minutes(r.to_peak, "to_peak"),
            sa.func.count(r.to_return).label("n_returned"),
            *minutes(r.to_return, "to_return"),
        ).group_by(*split)
    )
    is_there = "vitals" in cohort.store.facts["columns"]
    notes = [RULE if is_there else "The export has no table vitals: when the pressure peaked is not known."]
    return with_notes(ordered(table, by)[named(COLUMNS, by)], notes)


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The sessions behind the counts of ``pressure-course``; takes the same."""
    rows = _measured(cohort)
    flags = {
        "n_sessions": sa.true(),
        "n_charted": rows.c.to_peak.is_not(None),
        "n_returned": rows.c.to_return.is_not(None),
    }
    return Behind(split_keys(by), flagged("session", rows, flags, "sbp_pre", "sbp_peak"))


def _measured(cohort: Cohort) -> sa.Subquery:
    """The completed sessions, as VISITS with ``to_peak`` and ``to_return``."""
    v, course = VISITS.c, _courses()
    return (
        sa.select(VISITS, course.c.to_peak, course.c.to_return)
        .outerjoin(course, course.c.session_id == v.session_id)
        .where(v.status == "completed", *cohort.sessions())
        .subquery()
    )


def _courses() -> sa.Subquery:
    """``to_peak`` and ``to_return`` of each session that was measured often enough, in seconds."""
    m, v = SQL["vitals"].c, VISITS.c
    after = sa.and_(m.minute > 0, m.sbp.is_not(None))
    highest = over(sa.func.row_number(), by=[m.session_id], order=[m.sbp.desc(), m.minute])
    ranked = sa.select(m.session_id, m.minute, m.sbp, highest.label("place")).where(after).subquery()
    r = ranked.c
    peak = sa.select(r.session_id, r.minute).where(r.place == 1).subquery()
    enough = sa.select(r.session_id).group_by(r.session_id).having(sa.func.count() >= LEAST).subquery()
    back = (
        sa.select(m.session_id, sa.func.min(m.minute).label("minute"))
        .join(peak, peak.c.session_id == m.session_id)
        .join(VISITS, v.session_id == m.session_id)
        .where(after, m.minute >= peak.c.minute, m.sbp <= v.sbp_pre + BACK_WITHIN)
        .group_by(m.session_id)
        .subquery()
    )
    return (
        sa.select(peak.c.session_id, (60 * peak.c.minute).label("to_peak"), (60 * back.c.minute).label("to_return"))
        .select_from(peak)
        .join(enough, enough.c.session_id == peak.c.session_id)
        .join(VISITS, v.session_id == peak.c.session_id)
        .outerjoin(back, back.c.session_id == peak.c.session_id)
        .where(v.sbp_pre.is_not(None))
        .subquery()
    )


METRIC = Metric(
    "pressure-course",
    "minutes from the dose to the peak of systolic pressure and to its return",
    pressure_course,
    (Option("by", "what the rows are split by", "none", SESSION_SPLITS),),
    COLUMNS,
    members=members,
)
