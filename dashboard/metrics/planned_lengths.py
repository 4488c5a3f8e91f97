"""Whether sessions take as long as was planned."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import VISITS, Condition
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.quantile import minutes
from dashboard.metrics.tidy import named, ordered, total
from dashboard.model import SQL

WITHIN = 15
"""Minutes from the plan that count as in time; our own choice."""
COLUMNS = (
    "by",
    "n_sessions",
    "n_both",
    "n_shorter",
    "n_in_range",
    "n_longer",
    "median_planned",
    "median_actual",
    "p90_actual",
)
RULE = (
    f"Actual: from arrival to discharge. In range: within {WITHIN} minutes of the plan, of the completed sessions of "
    "which both are known."
)


def planned_lengths(cohort: Cohort, *, by: str = "treatment") -> pd.DataFrame:
    """How many completed sessions were shorter, as long, or longer than planned, and the medians of both.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none`` for one row.

    Returns:
        A row a group; ``n_shorter``, ``n_in_range`` and ``n_longer`` add up to ``n_both``; minutes are of these.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §8.
    """
    require("by", by, SESSION_SPLITS)
    r = _planned(cohort).c
    split, kinds = [] if by == "none" else [r[by]], _kinds(r)
    counts = [total(sa.case((condition, 1), else_=0)).label(name) for name, condition in kinds.items()]
    both = kinds["n_both"]
    lengths = [
        *minutes(sa.case((both, r.planned)), "planned"),
        *minutes(sa.case((both, r.chair_seconds)), "actual"),
    ]
    table = cohort.read(sa.select(*split, *counts, *lengths).group_by(*split))
    columns = cohort.store.facts["columns"]["sessions"]
    lacking = [name for name in ("planned_minutes", "arrived_at", "left_at") if name not in columns]
    unknown = f"The export has no column {', '.join(lacking)} in sessions: nothing is known of it."
    return with_notes(ordered(table, by)[named(COLUMNS, by)], [unknown if lacking else RULE])


def members(cohort: Cohort, *, by: str = "treatment") -> Behind:
    """The sessions behind the counts of ``planned-lengths``; takes the same."""
    rows = _planned(cohort)
    return Behind(split_keys(by), flagged("session", rows, _kinds(rows.c)))


def _planned(cohort: Cohort) -> sa.Subquery:
    """The completed sessions, as VISITS with ``planned`` seconds."""
    v, s = VISITS.c, SQL["sessions"].c
    planned = sa.cast(sa.func.floor(sa.cast(s.planned_minutes, sa.Float) * 60 + 0.5), sa.BigInteger)
    return (
        sa.select(VISITS, planned.label("planned"))
        .join(SQL["sessions"], s.session_id == v.session_id)
        .where(v.status == "completed", *cohort.sessions())
        .subquery()
    )


def _kinds(r: Any) -> dict[str, Condition]:
    both, over = sa.and_(r.chair_seconds.is_not(None), r.planned.is_not(None)), r.chair_seconds - r.planned
    return {
        "n_sessions": sa.true(),
        "n_both": both,
        "n_shorter": sa.and_(both, over < -60 * WITHIN),
        "n_in_range": sa.and_(both, over >= -60 * WITHIN, over <= 60 * WITHIN),
        "n_longer": sa.and_(both, over > 60 * WITHIN),
    }


METRIC = Metric(
    "planned-lengths",
    "sessions shorter, as long, or longer than planned",
    planned_lengths,
    (Option("by", "what the rows are split by", "treatment", SESSION_SPLITS),),
    COLUMNS,
    members=members,
)
