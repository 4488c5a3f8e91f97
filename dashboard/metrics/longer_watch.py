"""What shows only over months: urinary and cognitive symptoms and signs of misuse, by the milligrams had before."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.effects import GROUPS
from dashboard.metrics import side_effects_by_dose as by_dose
from dashboard.metrics.members import Behind, Members
from dashboard.metrics.options import Metric, notes_of, with_notes
from dashboard.metrics.side_effects_by_session import SILENCE

COLUMNS = (
    "group",
    "drug",
    "mg_before",
    "n_sessions",
    "n_sessions_with",
    "session_rate",
    "session_low",
    "session_high",
    "n_patients",
)
_COUNTS = ("n_sessions", "n_sessions_with", "n_patients")
_KEYS = ("group", "drug", "mg_before")


def longer_watch(cohort: Cohort) -> pd.DataFrame:
    """In how many sessions any term of each group of ``data/effects.toml`` was recorded, by drug and milligrams before.

    Args:
        cohort: the sessions looked at; the milligrams before are of all the records.

    Returns:
        A row a group, drug and band of milligrams that has a session with a filled form, with the people in it. The two
        drugs are never added up.

    Source: ``definitions.md`` §7; the groups are our own.
    """
    tables = {name: by_dose.side_effects_by_dose(cohort, by="drug", term=name) for name in GROUPS}
    table = pd.concat([each.assign(group=name) for name, each in tables.items()], ignore_index=True)
    terms = [f"{name}: any of {', '.join(own)}." for name, own in GROUPS.items()]
    rest = [note for note in notes_of(next(iter(tables.values()))) if not note.startswith(("Counted", "Paired"))]
    rest = [note for note in rest if note != SILENCE]
    return with_notes(table[list(COLUMNS)], [*terms, SILENCE, *rest])


def members(cohort: Cohort) -> Behind:
    """The sessions and people behind the counts of ``longer-watch``."""
    each = {name: by_dose.members(cohort, by="drug", term=name).counts for name in GROUPS}
    counts = {}
    for column in _COUNTS:
        parts = [
            sa.select(
                *(own[column].rows.c[key] for key in ("patient_id", "session_id", "drug", "mg_before")),
                sa.literal(name).label("group"),
            ).where(own[column].counted)
            for name, own in each.items()
        ]
        unit = next(iter(each.values()))[column].unit
        counts[column] = Members(unit, sa.union_all(*parts).subquery(f"watched_{column}"), sa.true())
    return Behind(_KEYS, counts)


METRIC = Metric(
    "longer-watch",
    "urinary and cognitive symptoms and signs of misuse by the milligrams that the person had had before",
    longer_watch,
    (),
    COLUMNS,
    members=members,
)
