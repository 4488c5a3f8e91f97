"""Blood pressure and saturation beyond the clinic's thresholds, each of the sessions in which it was measured."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import VISITS, Condition
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.response import ratio
from dashboard.metrics.tidy import named, ordered, total
from dashboard.model import Statement

COLUMNS = (
    "by",
    "n_sessions",
    "n_with_peak",
    "n_peak",
    "peak_rate",
    "n_with_rise",
    "n_rise",
    "rise_rate",
    "n_with_spo2",
    "n_low_spo2",
    "low_spo2_rate",
)
_FLAGS = {"peak": "is_peak", "rise": "is_rise", "low_spo2": "is_low_spo2"}
"""Name of an excursion -> its flag in VISITS."""
_MEASURED = {"peak": "n_with_peak", "rise": "n_with_rise", "low_spo2": "n_with_spo2"}
_NEEDS = {"sbp_pre": "dbp_pre", "sbp_peak": "dbp_peak", "spo2_min": "spo2_min"}
"""Columns of sessions, of which one of each pair is needed where there is no table vitals."""


def vitals_excursions(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """Of the completed sessions, in how many a pressure or saturation was measured, and in how many it was beyond.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none`` for one row.

    Returns:
        A row a group; ``n_sessions`` are all completed ones, each rate is of those in which it was measured. A peak or
        a rise is known where either pressure is.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §7.
    """
    require("by", by, SESSION_SPLITS)
    table = ordered(cohort.read(_counts(cohort, [] if by == "none" else [by])), by)
    for name, measured in _MEASURED.items():
        table[f"{name}_rate"] = ratio(table[f"n_{name}"], table[measured])
    return with_notes(table[named(COLUMNS, by)], [rule(cohort), *missing(cohort)])


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The sessions behind the counts of ``vitals-excursions``; takes the same."""
    rows = sa.select(VISITS).where(*_given(cohort)).subquery("given")
    v = rows.c
    flags: dict[str, Condition] = {"n_sessions": sa.true()}
    flags |= {_MEASURED[name]: v[flag].is_not(None) for name, flag in _FLAGS.items()}
    flags |= {f"n_{name}": v[flag] == 1 for name, flag in _FLAGS.items()}
    values = ("sbp_pre", "dbp_pre", "sbp_peak", "dbp_peak", "spo2_min")
    return Behind(split_keys(by), flagged("session", rows, flags, *values))


def _counts(cohort: Cohort, split: list[str]) -> Statement:
    v = VISITS.c
    groups = [v[name] for name in split]
    return (
        sa.select(
            *groups,
            sa.func.count().label("n_sessions"),
            *(sa.func.count(v[flag]).label(_MEASURED[name]) for name, flag in _FLAGS.items()),
            *(total(v[flag]).label(f"n_{name}") for name, flag in _FLAGS.items()),
        )
        .where(*_given(cohort))
        .group_by(*groups)
    )


def _given(cohort: Cohort) -> list[Condition]:
    return [VISITS.c.status == "completed", *cohort.sessions()]


def rule(cohort: Cohort) -> str:
    """By which thresholds of this build."""
    t = cohort.thresholds
    return (
        f"Peak = {t['peak_sbp']} mmHg systolic or {t['peak_dbp']} diastolic or more; "
        f"rise = {t['rise_sbp']} systolic or {t['rise_dbp']} diastolic or more from before the dose to the peak; "
        f"low saturation = below {t['low_spo2']} %. Each rate is of the sessions in which it was measured."
    )


def missing(cohort: Cohort) -> list[str]:
    """What the export lacks."""
    columns = cohort.store.facts["columns"]
    if "vitals" in columns:
        return []
    lacking = [one for one, other in _NEEDS.items() if not {one, other} & set(columns["sessions"])]
    if not lacking:
        return []
    return [
        f"The export has no table vitals, and sessions has no column {', '.join(lacking)}: so nothing is known of it."
    ]


METRIC = Metric(
    "vitals-excursions",
    "pressure and saturation beyond the clinic's thresholds, of the sessions in which they were measured",
    vitals_excursions,
    (Option("by", "what the rows are split by", "none", SESSION_SPLITS),),
    COLUMNS,
    members=members,
)
