"""How long after the dose people are ready to leave."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import VISITS
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.quantile import minutes
from dashboard.metrics.tidy import named, ordered
from dashboard.model import SQL

COLUMNS = (
    "by",
    "n_sessions",
    "n_timed",
    "median_minutes",
    "p90_minutes",
    "n_from_end",
    "median_from_end",
    "p90_from_end",
)
RULE = (
    "Minutes from the start of the dose, and from its end, until the person was ready to leave, of the completed "
    "sessions that have both times in that order; half are ready by the median, nine in ten by the p90."
)


def ready(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """Minutes from the start and from the end of the dose to being ready to leave.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none`` for one row.

    Returns:
        A row a group; ``n_sessions`` are all completed ones, ``n_timed`` and ``n_from_end`` those with both times.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``clinical.md`` §4c, §8; durations in UTC (``definitions.md`` §1).
    """
    require("by", by, SESSION_SPLITS)
    r = _timed(cohort).c
    split = [] if by == "none" else [r[by]]
    table = cohort.read(
        sa.select(
            *split,
            sa.func.count().label("n_sessions"),
            sa.func.count(r.from_start).label("n_timed"),
            *minutes(r.from_start),
            sa.func.count(r.from_end).label("n_from_end"),
            *minutes(r.from_end, "from_end"),
        ).group_by(*split)
    )
    columns = cohort.store.facts["columns"]["sessions"]
    lacking = [name for name in ("started_at", "ready_at") if name not in columns]
    unknown = f"The export has no column {', '.join(lacking)} in sessions: nothing is known of it."
    notes = [unknown if lacking else RULE]
    return with_notes(ordered(table, by)[named(COLUMNS, by)], notes)


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The sessions behind the counts of ``ready-to-leave``; takes the same."""
    rows = _timed(cohort)
    flags = {
        "n_sessions": sa.true(),
        "n_timed": rows.c.from_start.is_not(None),
        "n_from_end": rows.c.from_end.is_not(None),
    }
    return Behind(split_keys(by), flagged("session", rows, flags))


def _timed(cohort: Cohort) -> sa.Subquery:
    """The completed sessions, as VISITS with the seconds from the start and from the end of the dose."""
    v, s = VISITS.c, SQL["sessions"].c
    from_start = sa.case((s.ready_second > s.started_second, s.ready_second - s.started_second))
    from_end = sa.case((s.ready_second > s.dose_ended_second, s.ready_second - s.dose_ended_second))
    return (
        sa.select(VISITS, from_start.label("from_start"), from_end.label("from_end"))
        .join(SQL["sessions"], s.session_id == v.session_id)
        .where(v.status == "completed", *cohort.sessions())
        .subquery()
    )


METRIC = Metric(
    "ready-to-leave",
    "minutes from the dose until people are ready to leave",
    ready,
    (Option("by", "what the rows are split by", "none", SESSION_SPLITS),),
    COLUMNS,
    members=members,
)
