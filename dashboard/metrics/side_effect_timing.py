"""When side effects come: in a session, between two sessions of a course, or after its last."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import COURSES, DOSES, EFFECTS
from dashboard.metrics.incidence import beside
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.side_effects import terms_of
from dashboard.metrics.tidy import named, ordered, total
from dashboard.model import Statement

KINDS = ("during", "between", "later", "before")
COLUMNS = ("term", "by", "n_events", *(f"n_{kind}" for kind in KINDS))
RULE = (
    "In a session: written down for one. Between: of a day after a session that another of the same course followed. "
    "Later: after the last session of a course so far. Before: before any completed session. Every event counts, "
    "whether a form was filled or not."
)


def side_effect_timing(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """How many events of each side effect came in a session, between sessions, and later.

    Args:
        cohort: the sessions looked at; an event goes with the session that it counts to.
        by: a dimension of sessions, ``year``, or ``none``.

    Returns:
        A row a term and group that has an event; ``n_events`` is the sum of the other four.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §7; the frame is that of KSET-R (``clinical.md`` §4c).
    """
    require("by", by, SESSION_SPLITS)
    split = [] if by == "none" else [by]
    counts = cohort.read(_counts(cohort, split))
    table = beside(counts, terms_of(cohort)[["term", "place"]], ["term"])
    table = ordered(table, by, first=["place"])[named(COLUMNS, by)]
    notes = [RULE]
    if "side_effects" not in cohort.store.facts["columns"]:
        notes = ["The export has no table side_effects: nothing is known of side effects, which does not mean none."]
    return with_notes(table, notes)


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The side effects behind the counts of ``side-effect-timing``; takes the same."""
    rows = _placed(cohort)
    flags = {"n_events": sa.true(), **{f"n_{kind}": rows.c.kind == kind for kind in KINDS}}
    return Behind(split_keys(by, "term"), flagged("event", rows, flags))


def _counts(cohort: Cohort, split: list[str]) -> Statement:
    p = _placed(cohort).c
    columns = [p[name] for name in ("term", *split)]
    counts = {f"n_{kind}": total(sa.case((p.kind == kind, 1), else_=0)) for kind in KINDS}
    return sa.select(
        *columns, sa.func.count().label("n_events"), *(value.label(name) for name, value in counts.items())
    ).group_by(*columns)


def _placed(cohort: Cohort) -> sa.Subquery:
    """The cohort's side effects with ``kind``, when each came."""
    e, d, c = EFFECTS.c, DOSES.c, COURSES.c
    first = sa.select(c.patient_id, sa.func.min(c.first_day).label("day")).group_by(c.patient_id).subquery()
    when = sa.case(
        (e.is_between == 0, "during"),
        (e.session_number < c.n_sessions, "between"),
        (sa.or_(e.session_id.is_not(None), e.onset_day > first.c.day), "later"),
        else_="before",
    )
    return (
        sa.select(EFFECTS, when.label("kind"))
        .outerjoin(DOSES, sa.and_(d.patient_id == e.patient_id, d.session_id == e.session_id))
        .outerjoin(COURSES, sa.and_(c.patient_id == d.patient_id, c.course == d.course))
        .outerjoin(first, first.c.patient_id == e.patient_id)
        .where(*cohort.sessions(EFFECTS))
        .subquery()
    )


METRIC = Metric(
    "side-effect-timing",
    "how many events of each side effect came in a session, between sessions, and later",
    side_effect_timing,
    (Option("by", "what the rows are split by", "none", SESSION_SPLITS),),
    COLUMNS,
    members=members,
)
