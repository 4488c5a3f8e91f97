"""In how many sessions and patients any side effect was recorded, and how many forms were filled to know it."""

import pandas as pd

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.metrics.incidence import (
    INTERVALS,
    affected,
    behind,
    beside,
    exposed,
    form_notes,
    recorded,
    with_patient_rate,
    with_session_rate,
)
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.response import ratio
from dashboard.metrics.tidy import named, ordered

COLUMNS = (
    "by",
    "n_completed",
    "n_sessions",
    "form_rate",
    "n_sessions_with",
    "session_rate",
    "session_low",
    "session_high",
    "n_patients",
    "n_patients_with",
    "patient_rate",
    "patient_low",
    "patient_high",
    "n_events",
    "n_outside",
    "n_severe",
    "n_serious",
)


def any_side_effect(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """Of the completed sessions how many have a filled form, and in how many of those anything was recorded.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none`` for one row.

    Returns:
        A row a group that has a completed session or an event. The rates are of ``n_sessions`` (with a form) and of
        ``n_patients`` (with such a session); ``n_events`` and what follows count every event.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §7; Wilson 1927; Rao and Scott 1992.
    """
    require("by", by, SESSION_SPLITS)
    split = [] if by == "none" else [by]
    groups = exposed(cohort, split)
    table = beside(groups, recorded(cohort, split), split, how="outer")
    table = with_patient_rate(with_session_rate(beside(table, affected(cohort, split), split)))
    table["form_rate"] = ratio(table["n_sessions"], table["n_completed"])
    return with_notes(ordered(table, by)[named(COLUMNS, by)], [*form_notes(cohort, groups), INTERVALS])


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The sessions, patients and events behind the counts of ``any-side-effect``; takes the same."""
    return behind(cohort, by).only(COLUMNS)


METRIC = Metric(
    "any-side-effect",
    "sessions and patients with any side effect, and how many forms were filled",
    any_side_effect,
    (Option("by", "what the rows are split by", "none", SESSION_SPLITS),),
    COLUMNS,
    members=members,
)
