"""Dissociation in induction against response, because people ask: it did not predict benefit in published data."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SPLITS, Cohort, require
from dashboard.clinical.outcome import Window, outcomes
from dashboard.clinical.tables import EFFECTS, VISITS
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.interval import wilson
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.response import ratio
from dashboard.metrics.tidy import named, ordered, total

TERM = "Dissociation"
COLUMNS = (
    "instrument",
    "dissociation",
    "by",
    "n_due",
    "n_scored",
    "n_responded",
    "response_rate",
    "response_low",
    "response_high",
)
_STEPS = {"due": "n_due", "scored": "n_scored", "responded": "n_responded"}
GROUPS = ("recorded", "not-recorded", "no-form")
PUBLISHED = (
    "In published data dissociation did not predict benefit (CADSS by time: p = 0.7, 576 people): it is no mark of the "
    "drug working, and a higher dose for its sake is not supported."
)


def dissociation_benefit(cohort: Cohort, *, by: str = "none", instrument: str | None = None) -> pd.DataFrame:
    """Response after induction of those in whom dissociation was recorded in an induction session, and of the others.

    Args:
        cohort: the first courses looked at.
        by: a dimension of courses, ``year``, or ``none``.
        instrument: the scale; without it a block of rows for each primary scale.

    Returns:
        A row a scale, group and split: ``recorded`` in a session with a filled form, ``not-recorded`` in any such, or
        ``no-form`` at all. Rates are of the scored, as in ``response``.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §4; ``clinical.md`` §4b.
    """
    require("by", by, SPLITS)
    if instrument is not None:
        require("instrument", instrument, INSTRUMENTS)
    c = _courses(cohort, instrument).c
    split = [] if by == "none" else [c[by]]
    counts = [total(c[name]).label(column) for name, column in _STEPS.items()]
    keys = [*split, c.place, c.instrument, c.dissociation]
    table = cohort.read(sa.select(*keys, *counts).group_by(*keys))
    low, high = wilson(table["n_responded"], table["n_scored"])
    rate = ratio(table["n_responded"], table["n_scored"])
    group = table["dissociation"].map(GROUPS.index)
    table = table.assign(response_rate=rate, response_low=low, response_high=high, group=group)
    table = ordered(table, by, first=["place"], then=["group"])
    return with_notes(table[named(COLUMNS, by)], [PUBLISHED])


def members(cohort: Cohort, *, by: str = "none", instrument: str | None = None) -> Behind:
    """The courses behind the counts of ``dissociation-benefit``; takes the same."""
    rows = _courses(cohort, instrument)
    flags = {column: rows.c[name] == 1 for name, column in _STEPS.items()}
    return Behind(split_keys(by, "instrument", "dissociation"), flagged("course", rows, flags))


def _courses(cohort: Cohort, instrument: str | None) -> sa.Subquery:
    """The outcome of each course whose scale has a rule, with ``dissociation``, one of GROUPS."""
    course, told = outcomes(cohort, window=Window.parse("post-induction"), instrument=instrument), _told()
    o, recorded, not_recorded, no_form = course.c, *GROUPS
    group = sa.case((told.c.recorded == 1, recorded), (told.c.has_form == 1, not_recorded), else_=no_form)
    return (
        sa.select(course, group.label("dissociation"))
        .outerjoin(told, sa.and_(told.c.patient_id == o.patient_id, told.c.course == o.course))
        .where(o.has_rule == 1)
        .subquery()
    )


def _told() -> sa.Subquery:
    """Of each course whether a form of an induction session was filled, and dissociation recorded in one."""
    v, e = VISITS.c, EFFECTS.c
    hits = sa.select(e.patient_id, e.session_id).where(e.term == TERM, e.is_outside == 0).distinct().subquery()
    hit = sa.case((hits.c.session_id.is_not(None), 1), else_=0)
    same = sa.and_(hits.c.patient_id == v.patient_id, hits.c.session_id == v.session_id)
    return (
        sa.select(v.patient_id, v.course, sa.func.max(v.has_form).label("has_form"), sa.func.max(hit).label("recorded"))
        .select_from(VISITS)
        .outerjoin(hits, same)
        .where(v.phase == "induction")
        .group_by(v.patient_id, v.course)
        .subquery()
    )


METRIC = Metric(
    "dissociation-benefit",
    "response of those in whom dissociation was recorded during induction, and of the others",
    dissociation_benefit,
    (
        Option("by", "what the rows are split by", "none", SPLITS),
        Option("instrument", "the scale; without it a block for each primary scale", "", tuple(INSTRUMENTS)),
    ),
    COLUMNS,
    members=members,
)
