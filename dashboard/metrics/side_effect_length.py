"""How long side effects last, and whether they are over before the person leaves."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import EFFECTS, Condition
from dashboard.metrics.incidence import beside
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.quantile import minutes
from dashboard.metrics.response import ratio
from dashboard.metrics.side_effects import terms_of
from dashboard.metrics.tidy import named, ordered, total
from dashboard.model import SQL, Statement

COLUMNS = (
    "term",
    "by",
    "n_events",
    "n_timed",
    "median_minutes",
    "p90_minutes",
    "n_with_leaving",
    "n_before_leaving",
    "before_leaving_rate",
)
RULE = (
    "Of the events written down for a session. Minutes are from onset, else from the start of the dose, to the end; "
    "half are over by the median, nine in ten by the p90. Before leaving: over by the time of discharge, of the events "
    "of which both times are known."
)


def side_effect_length(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """How many minutes the events in sessions lasted, and how many were over before the person left.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none``.

    Returns:
        A row a term and group that has an event in a session; minutes are empty where none of them has an end.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §7, ``clinical.md`` §8.
    """
    require("by", by, SESSION_SPLITS)
    split = [] if by == "none" else [by]
    table = beside(cohort.read(_lengths(cohort, split)), terms_of(cohort)[["term", "place"]], ["term"])
    table["before_leaving_rate"] = ratio(table["n_before_leaving"], table["n_with_leaving"])
    table = ordered(table, by, first=["place"])[named(COLUMNS, by)]
    notes = [RULE]
    if "side_effects" not in cohort.store.facts["columns"]:
        notes = ["The export has no table side_effects: nothing is known of side effects, which does not mean none."]
    return with_notes(table, notes)


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The side effects behind the counts of ``side-effect-length``; takes the same."""
    rows = _in_sessions(cohort)
    return Behind(split_keys(by, "term"), flagged("event", rows, _kinds(rows.c)))


def _lengths(cohort: Cohort, split: list[str]) -> Statement:
    r = _in_sessions(cohort).c
    columns = [r[name] for name in ("term", *split)]
    counts = [total(sa.case((condition, 1), else_=0)).label(name) for name, condition in _kinds(r).items()]
    return sa.select(*columns, *counts, *minutes(r.duration_seconds)).group_by(*columns)


def _in_sessions(cohort: Cohort) -> sa.Subquery:
    """The side effects written down for a session, with ``left_second``."""
    e, s = EFFECTS.c, SQL["sessions"].c
    return (
        sa.select(EFFECTS, s.left_second)
        .join(SQL["sessions"], s.session_id == e.session_id)
        .where(e.is_between == 0, *cohort.sessions(EFFECTS))
        .subquery()
    )


def _kinds(r: Any) -> dict[str, Condition]:
    is_known = sa.and_(r.end_second.is_not(None), r.left_second.is_not(None))
    return {
        "n_events": sa.true(),
        "n_timed": r.duration_seconds.is_not(None),
        "n_with_leaving": is_known,
        "n_before_leaving": sa.and_(is_known, r.end_second <= r.left_second),
    }


METRIC = Metric(
    "side-effect-length",
    "how long side effects in sessions last, and whether they are over before the person leaves",
    side_effect_length,
    (Option("by", "what the rows are split by", "none", SESSION_SPLITS),),
    COLUMNS,
    members=members,
)
