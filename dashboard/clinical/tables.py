"""The marts' tables: one row a dose, course, baseline and score; and the few words that all their statements share."""

from typing import Any, TypeAlias

import sqlalchemy as sa

Value: TypeAlias = sa.ColumnElement[Any]
Condition: TypeAlias = sa.ColumnElement[bool]

_METADATA = sa.MetaData()


def _table(name: str, **columns: sa.types.TypeEngine[Any]) -> sa.Table:
    return sa.Table(name, _METADATA, *(sa.Column(column, kind) for column, kind in columns.items()))


_TEXT, _WHOLE, _LONG, _REAL = sa.String(), sa.Integer(), sa.BigInteger(), sa.Float()

DOSES = _table(
    "doses",
    patient_id=_TEXT,
    session_id=_TEXT,
    course=_WHOLE,
    session_number=_WHOLE,
    dose_on=sa.Date(),
    dose_day=_WHOLE,
    dose_second=_LONG,
    next_dose_second=_LONG,
    phase=_TEXT,
    route=_TEXT,
    drug=_TEXT,
    site=_TEXT,
    clinician=_TEXT,
)
"""One row a completed session, in its course; ``next_dose_second`` is the patient's next dose, of any course."""

COURSES = _table(
    "courses",
    patient_id=_TEXT,
    course=_WHOLE,
    first_on=sa.Date(),
    first_day=_WHOLE,
    first_second=_LONG,
    last_day=_WHOLE,
    next_first_day=_WHOLE,
    n_sessions=_WHOLE,
    n_induction=_WHOLE,
    last_induction_day=_WHOLE,
    route=_TEXT,
    drug=_TEXT,
    treatment=_TEXT,
    diagnosis=_TEXT,
    site=_TEXT,
    clinician=_TEXT,
    payer=_TEXT,
    sex=_TEXT,
    resistant=_TEXT,
    year=_WHOLE,
)
"""One row a course, with what it is filtered and split by; ``unknown`` stands for an empty value."""

MEASURED = _table(
    "measured",
    patient_id=_TEXT,
    instrument=_TEXT,
    assessment_id=_TEXT,
    assessed_at=sa.DateTime(),
    assessed_day=_WHOLE,
    assessed_second=_LONG,
    score=_REAL,
)
"""One row a valid score; of two of one patient and scale at one moment only the larger assessment_id."""

BASELINES = _table(
    "baselines",
    patient_id=_TEXT,
    course=_WHOLE,
    instrument=_TEXT,
    assessment_id=_TEXT,
    baseline=_REAL,
    days_before=_WHOLE,
)
"""One row a course and scale: the last valid score at or before the first dose."""

FOLLOWUPS = _table(
    "followups",
    patient_id=_TEXT,
    course=_WHOLE,
    instrument=_TEXT,
    assessment_id=_TEXT,
    assessed_second=_LONG,
    day=_WHOLE,
    days_since_induction=_WHOLE,
    days_since_last=_WHOLE,
    session_number=_WHOLE,
    score=_REAL,
    baseline=_REAL,
    change=_REAL,
    pct_change=_REAL,
    responded=_WHOLE,
    remitted=_WHOLE,
    improved=_WHOLE,
    worsened=_WHOLE,
    status=_TEXT,
)
"""One row a score after a first dose, in the course it belongs to; flags are 0, 1, or null where there is no rule.

``improved`` and ``worsened`` are by the reliable threshold.
"""

PRIMARY = _table("primary_scale", diagnosis=_TEXT, instrument=_TEXT)
"""The primary scale of each diagnosis that has one."""


def over(function: sa.FunctionElement[Any], *, by: list[Value], order: list[Value], rows: Any = None) -> Value:
    """A window function; ``order`` must be complete, so that every engine gives the same row."""
    return function.over(partition_by=by, order_by=order or None, rows=rows)


def by_bytes(text: Value) -> Value:
    """Text ordered byte by byte, whatever the engine's language."""
    return text.collate("C")
