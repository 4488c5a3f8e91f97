"""How low oxygen saturation and alertness went in sessions, each of those in which it was measured."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import VISITS, Condition
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.tidy import named, ordered, total

FULL = 96
"""% saturation from which on a lowest value is of no concern; our own choice."""
LEVELS = (5, 4, 3, 2, 1, 0)
"""MOAA/S, from alert to no response to pain."""
COLUMNS = (
    "by",
    "n_sessions",
    "n_with_spo2",
    "n_spo2_full",
    "n_spo2_less",
    "n_spo2_low",
    "n_with_moaas",
    *(f"n_moaas_{level}" for level in LEVELS),
)


def lowest_values(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """In how many completed sessions the lowest saturation, and the deepest sedation, was of each step.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none`` for one row.

    Returns:
        A row a group. ``n_spo2_full`` from FULL on, ``n_spo2_low`` below the clinic's threshold, ``n_spo2_less``
        between; they add up to ``n_with_spo2``, the levels of MOAA/S to ``n_with_moaas``; its 0 is a finding.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §7; Chernik 1990 for MOAA/S.
    """
    require("by", by, SESSION_SPLITS)
    v = VISITS.c
    split, kinds = [] if by == "none" else [v[by]], _kinds(v)
    table = cohort.read(
        sa.select(
            *split,
            sa.func.count().label("n_sessions"),
            *(total(sa.case((condition, 1), else_=0)).label(name) for name, condition in kinds.items()),
        )
        .where(v.status == "completed", *cohort.sessions())
        .group_by(*split)
    )
    low = cohort.thresholds["low_spo2"]
    rule = (
        f"The lowest of each session. Saturation: from {FULL} %, less, and below the clinic's {low} %. "
        "MOAA/S: 5 alert, 4 slow to answer, 3 answers when called loudly, 2 when prodded, 1 to pain, 0 not at all."
    )
    return with_notes(ordered(table, by)[named(COLUMNS, by)], [rule])


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The sessions behind the counts of ``lowest-values``; takes the same."""
    rows = sa.select(VISITS).where(VISITS.c.status == "completed", *cohort.sessions()).subquery("given")
    flags = {"n_sessions": sa.true(), **_kinds(rows.c)}
    return Behind(split_keys(by), flagged("session", rows, flags, "spo2_min", "moaas_min"))


def _kinds(v: Any) -> dict[str, Condition]:
    """Column -> which sessions, of columns like those of VISITS; a level holds what lies from it up to the next."""
    at = {level: sa.and_(v.moaas_min >= level, v.moaas_min < level + 1) for level in LEVELS[1:]}
    return {
        "n_with_spo2": v.spo2_min.is_not(None),
        "n_spo2_full": sa.and_(v.is_low_spo2 == 0, v.spo2_min >= FULL),
        "n_spo2_less": sa.and_(v.is_low_spo2 == 0, v.spo2_min < FULL),
        "n_spo2_low": v.is_low_spo2 == 1,
        "n_with_moaas": v.moaas_min.is_not(None),
        f"n_moaas_{LEVELS[0]}": v.moaas_min >= LEVELS[0],
        **{f"n_moaas_{level}": condition for level, condition in at.items()},
    }


METRIC = Metric(
    "lowest-values",
    "how low saturation and alertness (MOAA/S) went, of the sessions in which they were measured",
    lowest_values,
    (Option("by", "what the rows are split by", "none", SESSION_SPLITS),),
    COLUMNS,
    members=members,
)
