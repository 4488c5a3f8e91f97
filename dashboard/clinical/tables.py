"""The marts' tables: one row a dose, course, baseline and score; and the few words that all their statements share."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.elements import KeyedColumnElement

Value: TypeAlias = sa.ColumnElement[Any]
Condition: TypeAlias = sa.ColumnElement[bool]
Columns: TypeAlias = ReadOnlyColumnCollection[str, KeyedColumnElement[Any]]

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
    day=_WHOLE,
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
"""One row a completed session, in its course; ``day`` counts from the course's first, ``next_dose_second`` is the
patient's next dose, of any course.
"""

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
    n_to_day_21=_WHOLE,
    n_to_day_28=_WHOLE,
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
"""One row a course, with what it is filtered and split by; ``unknown`` stands for an empty value.

``n_to_day_21`` and ``n_to_day_28`` count its completed sessions up to that day.
"""

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

_DIMENSIONS = dict.fromkeys(
    ("route", "drug", "treatment", "phase", "diagnosis", "site", "clinician", "payer", "sex", "resistant"), _TEXT
)

VISITS = _table(
    "visits",
    patient_id=_TEXT,
    session_id=_TEXT,
    scheduled_at=sa.DateTime(),
    scheduled_day=_WHOLE,
    scheduled_second=_LONG,
    week_day=_WHOLE,
    month_day=_WHOLE,
    status=_TEXT,
    course=_WHOLE,
    session_number=_WHOLE,
    dose_day=_WHOLE,
    dose_second=_LONG,
    is_first=_WHOLE,
    has_form=_WHOLE,
    chair_seconds=_LONG,
    dose_mg=_REAL,
    weight_kg=_REAL,
    sbp_pre=_REAL,
    dbp_pre=_REAL,
    sbp_peak=_REAL,
    dbp_peak=_REAL,
    spo2_min=_REAL,
    moaas_min=_REAL,
    is_peak=_WHOLE,
    is_rise=_WHOLE,
    is_low_spo2=_WHOLE,
    year=_WHOLE,
    **_DIMENSIONS,
)
"""One row a session of any status; ``unknown`` stands for an empty value of what it is filtered and split by.

``week_day`` and ``month_day`` are the first days of its week (Monday) and month. Course, number, dose and phase are of
completed sessions only (phase: ``unknown`` for the others). ``is_first`` marks a patient's first completed session in
all the records, ``has_form`` a completed one whose side-effect form was filled. ``chair_seconds`` is arrival to
discharge, empty unless both are known in that order. A pressure, saturation or sedation is the session's own column,
else from its ``vitals``; ``is_peak``, ``is_rise`` and ``is_low_spo2`` are 0, 1, or null where it was not measured.
"""

EFFECTS = _table(
    "effects",
    patient_id=_TEXT,
    session_id=_TEXT,
    term=_TEXT,
    system=_TEXT,
    written=_TEXT,
    severity=_TEXT,
    is_serious=_WHOLE,
    is_between=_WHOLE,
    is_outside=_WHOLE,
    onset_at=sa.DateTime(),
    onset_day=_WHOLE,
    scheduled_day=_WHOLE,
    session_number=_WHOLE,
    end_second=_LONG,
    duration_seconds=_LONG,
    action=_TEXT,
    year=_WHOLE,
    **_DIMENSIONS,
)
"""One row a side effect, with the session that it counts to and that session's dimensions.

``is_between`` marks an event recorded between sessions: it counts to the last completed session within the course gap,
and where there is none ``session_id`` is null. ``is_outside`` marks what no rate holds: its session was not completed,
had no form, or there is none. ``scheduled_day`` is the session's, else the onset's.
"""

PRIMARY = _table("primary_scale", diagnosis=_TEXT, instrument=_TEXT)
"""The primary scale of each diagnosis that has one."""


LAYOUT = {
    table.name: list(table.c.keys())
    for table in (DOSES, COURSES, MEASURED, BASELINES, FOLLOWUPS, PRIMARY, VISITS, EFFECTS)
}
"""Table -> its columns, as this program derives them; kept in the facts of a build, so that an older one is known."""


def over(function: sa.FunctionElement[Any], *, by: Sequence[Value], order: Sequence[Value], rows: Any = None) -> Value:
    """A window function; ``order`` must be complete, so that every engine gives the same row."""
    return function.over(partition_by=by, order_by=order or None, rows=rows)


def is_over(c: Columns, as_of_day: int, course_gap_days: int) -> Condition:
    """Whether a course has ended: another has begun, or nobody came for longer than the course gap."""
    return sa.or_(c.next_first_day.is_not(None), as_of_day - c.last_day > course_gap_days)


def else_unknown(*values: Value) -> Value:
    """The first that is not empty, else the word for it."""
    return sa.func.coalesce(*values, "unknown")


def flag(defined: Condition, holds: Condition) -> Value:
    """1 or 0; null where the rule or a value is missing."""
    return sa.case((sa.not_(defined), sa.null()), (holds, 1), (sa.not_(holds), 0))


def by_bytes(text: Value) -> Value:
    """Text ordered byte by byte, whatever the engine's language."""
    return text.collate("C")
