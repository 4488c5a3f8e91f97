"""Of those who began, who has ended treatment, and why."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SPLITS, Cohort, require
from dashboard.clinical.tables import COURSES, Condition
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.tidy import named, ordered, total
from dashboard.model import PATIENTS, SQL

REASONS = PATIENTS["end_reason"].values
COLUMNS = (
    "by",
    "n_started",
    "n_going_on",
    "n_ended",
    *(f"n_{reason.replace('-', '_')}" for reason in REASONS),
    "n_unknown",
)
RULE = (
    "People with a completed session, by their first course. Ended: an end of treatment or a reason for it is written "
    "down, up to the day of the records; an end without a reason is unknown. Who has neither is taken to go on, "
    "also where nobody has come for long."
)


def stopping(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """How many of those who began have ended treatment, by the reason that the records give.

    Args:
        cohort: the first courses looked at.
        by: a dimension of courses, ``year``, or ``none`` for one row.

    Returns:
        A row a group; ``n_started`` is ``n_going_on`` and ``n_ended``, and this the sum of the reasons and the unknown.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``contract.md`` §1, patients.
    """
    require("by", by, SPLITS)
    r = _begun(cohort).c
    split = [] if by == "none" else [r[by]]
    counts = [total(sa.case((condition, 1), else_=0)).label(name) for name, condition in _kinds(r).items()]
    table = ordered(cohort.read(sa.select(*split, *counts).group_by(*split)), by)
    columns = cohort.store.facts["columns"]["patients"]
    lacking = [name for name in ("ended_on", "end_reason") if name not in columns]
    unknown = f"The export has no column {' and no '.join(lacking)} in patients."
    return with_notes(table[named(COLUMNS, by)], [RULE, *([unknown] if lacking else [])])


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The first courses behind the counts of ``stopping``; takes the same."""
    rows = _begun(cohort)
    return Behind(split_keys(by), flagged("course", rows, _kinds(rows.c)))


def _begun(cohort: Cohort) -> sa.Subquery:
    """The first courses with ``is_ended`` and ``end_reason``; an end after the day of the records is none yet."""
    c, p = COURSES.c, SQL["patients"].c
    is_late = sa.func.coalesce(p.ended_day, cohort.as_of_day) > cohort.as_of_day
    is_ended = sa.case((is_late, 0), (sa.or_(p.ended_day.is_not(None), p.end_reason.is_not(None)), 1), else_=0)
    return (
        sa.select(COURSES, is_ended.label("is_ended"), p.end_reason)
        .join(SQL["patients"], p.patient_id == c.patient_id)
        .where(c.course == 1, *cohort.courses())
        .subquery()
    )


def _kinds(r: Any) -> dict[str, Condition]:
    is_ended = r.is_ended == 1
    reasons = {f"n_{each.replace('-', '_')}": sa.and_(is_ended, r.end_reason == each) for each in REASONS}
    return {
        "n_started": sa.true(),
        "n_going_on": r.is_ended == 0,
        "n_ended": is_ended,
        **reasons,
        "n_unknown": sa.and_(is_ended, r.end_reason.is_(None)),
    }


METRIC = Metric(
    "stopping",
    "of those who began, who has ended treatment, and why",
    stopping,
    (Option("by", "what the rows are split by", "none", SPLITS),),
    COLUMNS,
    members=members,
)
