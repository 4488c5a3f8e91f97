"""Whom a count counts: the courses, sessions, side effects or patients behind one number of a metric's table.

A metric that says so (``Metric.members``) names for each of its counts the rows that are counted, from the same
statements as the numbers; so a list is exactly as long as the count that opens it.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort, OptionError, require
from dashboard.clinical.tables import COURSES, VISITS, Condition, Value
from dashboard.metrics.period import number_of
from dashboard.model import SQL, Statement

UNITS = ("course", "session", "event", "patient")
"""What can be counted."""


@dataclass(frozen=True)
class Members:
    """What one column of a table counts.

    Attributes:
        unit: one of UNITS.
        rows: has ``patient_id``, and ``course`` or ``session_id`` of such a unit; and those of the table's keys that
            the count depends on, as the number of sessions with a form does not depend on the term. A session or a
            patient may be in several rows, and counts once.
        counted: which of the rows are counted.
        details: columns of ``rows``, for sessions of VISITS, worth reading beside who it is.
        since: the key of which a row of the table counts all from its value on, as those still at risk.
    """

    unit: str
    rows: sa.FromClause
    counted: Condition
    details: tuple[str, ...] = ()
    since: str = ""


@dataclass(frozen=True)
class Behind:
    """Whom the counts of a table count.

    Attributes:
        keys: the columns that say which row of the table it is.
        counts: a column of counts -> whom it counts.
    """

    keys: tuple[str, ...]
    counts: Mapping[str, Members]

    def only(self, columns: Iterable[str]) -> "Behind":
        """The same of these columns."""
        return Behind(self.keys, {name: each for name, each in self.counts.items() if name in columns})


def flagged(
    unit: str, rows: sa.FromClause, flags: Mapping[str, Condition], *details: str, where: Condition | None = None
) -> dict[str, Members]:
    """Columns that count the same rows, each where its condition holds (and ``where`` does)."""
    around = [] if where is None else [where]
    return {name: Members(unit, rows, sa.and_(sa.true(), *around, each), details) for name, each in flags.items()}


def split_keys(by: str, *keys: str) -> tuple[str, ...]:
    """The keys of a table with a split: the split's column, unless there is none, and the others."""
    return (*([] if by == "none" else [by]), *keys)


def listed(
    behind: Behind, cohort: Cohort, *, column: str, row: Mapping[str, Any], without: str = ""
) -> tuple[str, pd.DataFrame]:
    """The people behind a number.

    Args:
        behind: of the metric with its options.
        cohort: that of the number.
        column: the count.
        row: key -> its value in the number's row; None where the row is of every value.
        without: another count of the same rows; whoever is in it is left out.

    Returns:
        The unit, and a row a course, session, event or patient: ``patient_id``, ``name``, ``diagnosis`` and what is
        worth reading of the unit, in order of name and time.

    Raises:
        OptionError: for a count or a key that does not exist.
    """
    require("column", column, behind.counts)
    chosen = behind.counts[column]
    if set(row) != set(behind.keys):
        raise OptionError(f"A row of this table is named by {', '.join(behind.keys) or 'nothing'}.")
    own = [name for name, value in row.items() if name in chosen.rows.c and value is not None]
    conditions = [*_counted(behind, column, without), *(_is_row(chosen, name, row[name]) for name in own)]
    return chosen.unit, cohort.read(_STATEMENTS[chosen.unit](chosen, conditions))


def _counted(behind: Behind, column: str, without: str) -> list[Condition]:
    """Which rows a count counts; with ``without`` none of those that this one counts too."""
    chosen = behind.counts[column]
    if not without:
        return [chosen.counted]
    require("without", without, behind.counts)
    other = behind.counts[without]
    if other.rows is not chosen.rows:
        raise OptionError(f"{column} and {without} do not count the same.")
    return [chosen.counted, sa.case((other.counted, 1), else_=0) == 0]


def _as_key(column: Value, value: Any) -> Any:
    """A cell as the rows have it: a period is shown as the date of its first day."""
    if not isinstance(column.type, sa.Integer):
        return value
    is_date = isinstance(value, str) and "-" in value
    return number_of(datetime.date.fromisoformat(value)) if is_date else int(value)


def _is_row(chosen: Members, key: str, value: Any) -> Condition:
    column = chosen.rows.c[key]
    value = _as_key(column, value)
    same: Condition = column >= value if key == chosen.since else column == value
    return same


def _of_courses(chosen: Members, conditions: list[Condition]) -> Statement:
    r, c = chosen.rows.c, COURSES.c
    values = [c.course, sa.cast(c.first_on, sa.DateTime).label("first_on"), c.treatment, c.n_sessions]
    same = sa.and_(c.patient_id == r.patient_id, c.course == r.course)
    statement = _people(*values, *_details(chosen)).join_from(COURSES, chosen.rows, same)
    return _in_order(statement.join(_PATIENTS, _P.patient_id == r.patient_id).where(*conditions), c.course)


def _of_sessions(chosen: Members, conditions: list[Condition]) -> Statement:
    """Each session once: of one session a system may have several events."""
    v = VISITS.c
    values = [v.scheduled_at, v.status, v.treatment, v.session_number, v.dose_mg, *(v[each] for each in chosen.details)]
    counted = sa.select(chosen.rows.c.session_id).where(*conditions)
    statement = _people(*values).join_from(VISITS, _PATIENTS, _P.patient_id == v.patient_id)
    statement = statement.where(v.session_id.in_(counted))
    return _in_order(statement, v.scheduled_second, v.session_id.collate("C"))


def _of_events(chosen: Members, conditions: list[Condition]) -> Statement:
    r, v = chosen.rows.c, VISITS.c
    happened = sa.func.coalesce(r.onset_at, v.scheduled_at)
    names = ("term", "severity", "is_serious", "treatment", "session_number", "action")
    same = sa.and_(v.patient_id == r.patient_id, v.session_id == r.session_id)
    statement = _people(happened.label("happened_at"), *(r[name] for name in names), *_details(chosen))
    statement = statement.join_from(chosen.rows, VISITS, same, isouter=True)
    statement = statement.join(_PATIENTS, _P.patient_id == r.patient_id).where(*conditions)
    return _in_order(statement, happened.nulls_last(), r.term.collate("C"), r.written.collate("C"))


def _of_patients(chosen: Members, conditions: list[Condition]) -> Statement:
    """Each patient once, without details: they would be of one of several rows."""
    counted = sa.select(chosen.rows.c.patient_id).where(*conditions)
    return _in_order(_people().where(_P.patient_id.in_(counted)))


_STATEMENTS = {"course": _of_courses, "session": _of_sessions, "event": _of_events, "patient": _of_patients}
_PATIENTS = SQL["patients"]
_P = _PATIENTS.c
_NAME = sa.func.coalesce(_P.name, "")


def _people(*values: Value) -> sa.Select[Any]:
    return sa.select(_P.patient_id, _NAME.label("name"), _P.diagnosis, *values)


def _details(chosen: Members) -> list[Value]:
    return [chosen.rows.c[each] for each in chosen.details]


def _in_order(statement: sa.Select[Any], *then: Any) -> Statement:
    return statement.order_by(_NAME.collate("C"), _P.patient_id.collate("C"), *then)


def among(
    behind: Behind, cohort: Cohort, table: pd.DataFrame, cells: Iterable[tuple[int, str, str]], people: Sequence[str]
) -> dict[tuple[int, str, str], frozenset[str]]:
    """Which of some people each of some numbers counts.

    Args:
        behind: of the metric with its options.
        cohort: that of the table.
        table: the metric's.
        cells: row (from 0), count, and the count left out or nothing; as of a figure's marks.
        people: their identifiers.

    Returns:
        Cell -> the identifiers of those counted there, left out where there is nobody.
    """
    found: dict[tuple[int, str, str], frozenset[str]] = {}
    by_count: dict[tuple[str, str], list[int]] = {}
    for place, column, without in cells:
        by_count.setdefault((column, without), []).append(place)
    for (column, without), places in by_count.items():
        chosen = behind.counts[column]
        keys = [key for key in behind.keys if key in chosen.rows.c]
        r = chosen.rows.c
        counted = [*_counted(behind, column, without), r.patient_id.in_(people)]
        rows = cohort.read(sa.select(*(r[key] for key in keys), r.patient_id).where(*counted).distinct())
        for place in places:
            own = rows
            for key in keys:
                value = table[key].iloc[[place]].tolist()[0]
                if not pd.isna(value):
                    value = _as_key(r[key], value)
                    own = own[own[key] >= value] if key == chosen.since else own[own[key] == value]
            if len(own):
                found[place, column, without] = frozenset(own["patient_id"])
    return found
