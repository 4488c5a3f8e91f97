"""What shows only over months: urinary and cognitive symptoms and signs of misuse, by the milligrams had before."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import EFFECTS
from dashboard.effects import GROUPS
from dashboard.metrics import paired
from dashboard.metrics.incidence import INTERVALS, exposed, form_notes, with_session_rate
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, with_notes
from dashboard.metrics.side_effects_by_dose import BANDS, left_out, sessions_in_bands
from dashboard.metrics.side_effects_by_session import SILENCE, is_it
from dashboard.metrics.tidy import ordered

_KEYS = ("group", "drug", "mg_before")
COLUMNS = (*_KEYS, *paired.COLUMNS[1:7])


def longer_watch(cohort: Cohort) -> pd.DataFrame:
    """In how many sessions any term of each group of ``data/effects.toml`` was recorded, by drug and milligrams before.

    Args:
        cohort: the sessions looked at; the milligrams before are of all the records.

    Returns:
        A row a group, drug and band of milligrams that has a session with a filled form, with the people in it. The two
        drugs are never added up.

    Source: ``definitions.md`` §7; the groups are our own.
    """
    table = with_session_rate(cohort.read(paired.counts_by_band(_sessions(cohort), ("group", "drug"))))
    table = ordered(table, "drug", then=["band"])
    table = table.sort_values("group", key=lambda names: names.map(list(GROUPS).index), kind="stable")
    table["mg_before"] = table["band"].map(BANDS).astype("str")
    terms = [f"{name}: any of {', '.join(own)}." for name, own in GROUPS.items()]
    notes = [*terms, SILENCE, *form_notes(cohort, exposed(cohort, [])), INTERVALS, *left_out(cohort)]
    return with_notes(table[list(COLUMNS)].reset_index(drop=True), notes)


def members(cohort: Cohort) -> Behind:
    """The sessions and people behind the counts of ``longer-watch``."""
    return Behind(_KEYS, paired.behind(_sessions(cohort), BANDS, "mg_before", "drug").only(COLUMNS).counts)


def _sessions(cohort: Cohort) -> sa.Subquery:
    """Each session with a filled form once for each group, in its band, and whether a term of it was recorded."""
    sessions, e = sessions_in_bands(cohort, "drug").subquery(), EFFECTS.c
    names = {name: sa.literal(name).label("group") for name in GROUPS}
    groups = sa.union_all(*(sa.select(name) for name in names.values())).subquery()
    events = sa.select(e.patient_id, e.session_id).where(e.is_outside == 0)
    recorded = sa.union(*(events.add_columns(name).where(*is_it(of)) for of, name in names.items())).subquery()
    s, g, r = sessions.c, groups.c, recorded.c
    same = sa.and_(r.patient_id == s.patient_id, r.session_id == s.session_id, r.group == g.group)
    hit = sa.case((r.session_id.is_not(None), 1), else_=0).label("hit")
    everyone = sa.join(sessions, groups, sa.true())
    return sa.select(*s, g.group, hit).select_from(everyone.outerjoin(recorded, same)).subquery("watched")


METRIC = Metric(
    "longer-watch",
    "urinary and cognitive symptoms and signs of misuse by the milligrams that the person had had before",
    longer_watch,
    (),
    COLUMNS,
    members=members,
)
