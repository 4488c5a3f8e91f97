"""Every serious side effect: who, when, what, and after which treatment. None is hidden by a missing form."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import EFFECTS, VISITS
from dashboard.metrics.options import Metric, with_notes

COLUMNS = (
    "patient_id",
    "happened_at",
    "term",
    "severity",
    "treatment",
    "session_number",
    "phase",
    "days_since_session",
    "action",
    "minutes",
    "is_outside",
)
RULE = "Every event that was marked as serious, whether its session has a filled form or not."
"""Stands beside the list where it is known which were serious."""


def serious_events(cohort: Cohort) -> pd.DataFrame:
    """The serious side effects of the cohort, the newest first.

    Args:
        cohort: the sessions looked at.

    Returns:
        ``happened_at`` is the onset, else the start of the dose, else the booked time. Treatment, session number and
        phase are those of the session that the event counts to, ``unknown`` or empty where there is none;
        ``days_since_session`` from its dose to the onset; ``minutes`` until it was over, empty where unknown;
        ``is_outside`` marks what no rate holds.

    Source: ``definitions.md`` §7.
    """
    e, v = EFFECTS.c, VISITS.c
    happened = sa.func.coalesce(e.onset_at, v.scheduled_at)
    values = {
        "happened_at": happened,
        "days_since_session": sa.case((e.onset_at.is_not(None), e.onset_day - v.dose_day)),
        "minutes": sa.cast(e.duration_seconds, sa.Float) / 60.0,
    }
    table = cohort.read(
        sa.select(*(values[name].label(name) if name in values else e[name] for name in COLUMNS))
        .select_from(EFFECTS)
        .outerjoin(VISITS, sa.and_(v.patient_id == e.patient_id, v.session_id == e.session_id))
        .where(e.is_serious == 1, *cohort.sessions(EFFECTS))
        .order_by(happened.desc().nulls_last(), *(e[name].collate("C") for name in ("patient_id", "term", "written")))
    )
    return with_notes(table, [unknown_serious(cohort) or RULE])


def unknown_serious(cohort: Cohort) -> str:
    """Why nothing is known of serious events; empty where it is."""
    if "side_effects" not in cohort.store.facts["columns"]:
        return "The export has no table side_effects: nothing is known of serious ones, which does not mean none."
    if "serious" not in cohort.store.facts["columns"]["side_effects"]:
        return "The export's side_effects have no column serious: which were serious is not known."
    return ""


METRIC = Metric("serious-events", "every serious side effect, the newest first", serious_events, (), COLUMNS)
