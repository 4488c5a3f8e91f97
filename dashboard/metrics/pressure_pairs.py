"""Systolic pressure before the dose against its peak, in steps of 10 mmHg, and how many of each went beyond."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import VISITS, Value
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.tidy import named, ordered, total
from dashboard.metrics.vitals_excursions import missing, rule

STEP = 10
"""mmHg."""
COLUMNS = ("by", "sbp_pre", "sbp_peak", "n_sessions", "n_peak", "n_rise")


def pressure_pairs(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """How many sessions began and peaked in each step of systolic pressure.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none``.

    Returns:
        A row a group and pair of steps that has a completed session with both; the columns hold a step's lower edge.
        ``n_peak`` and ``n_rise`` went beyond the clinic's thresholds, by either pressure.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §7.
    """
    require("by", by, SESSION_SPLITS)
    c = _stepped(cohort, by).c
    groups = [*([] if by == "none" else [c[by]]), c.sbp_pre, c.sbp_peak]
    table = cohort.read(
        sa.select(
            *groups,
            sa.func.count().label("n_sessions"),
            total(c.is_peak).label("n_peak"),
            total(c.is_rise).label("n_rise"),
        ).group_by(*groups)
    )
    table = ordered(table, by, then=["sbp_pre", "sbp_peak"])[named(COLUMNS, by)]
    return with_notes(table, [f"Steps of {STEP} mmHg, named by their lower edge. {rule(cohort)}", *missing(cohort)])


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The sessions behind the counts of ``pressure-pairs``; takes the same."""
    rows = _stepped(cohort, by)
    flags = {"n_sessions": sa.true(), "n_peak": rows.c.is_peak == 1, "n_rise": rows.c.is_rise == 1}
    return Behind(split_keys(by, "sbp_pre", "sbp_peak"), flagged("session", rows, flags))


def _stepped(cohort: Cohort, by: str) -> sa.Subquery:
    """The completed sessions with both pressures, in steps."""
    v = VISITS.c
    steps = [_step(v[name]).label(name) for name in ("sbp_pre", "sbp_peak")]
    own = [v.patient_id, v.session_id, v.is_peak, v.is_rise, *([] if by == "none" else [v[by]])]
    measured = [v.sbp_pre.is_not(None), v.sbp_peak.is_not(None)]
    return sa.select(*own, *steps).where(v.status == "completed", *measured, *cohort.sessions()).subquery()


def _step(value: Value) -> Value:
    return sa.cast(sa.func.floor(value / STEP) * STEP, sa.Integer)


METRIC = Metric(
    "pressure-pairs",
    "systolic pressure before the dose against its peak, in steps of 10 mmHg",
    pressure_pairs,
    (Option("by", "what the rows are split by", "none", SESSION_SPLITS),),
    COLUMNS,
    members=members,
)
