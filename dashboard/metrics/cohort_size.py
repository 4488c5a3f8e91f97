"""How much a cohort holds of all that there is: patients, courses, sessions."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import (
    DIMENSIONS,
    SESSION_DIMENSIONS,
    SESSION_SPLITS,
    SPLITS,
    Cohort,
    in_order,
    require,
)
from dashboard.clinical.tables import COURSES, VISITS, Condition
from dashboard.metrics.options import Metric, Option
from dashboard.metrics.tidy import named, ordered, total
from dashboard.model import Statement

COLUMNS = (
    "by",
    "n_patients",
    "n_patients_all",
    "n_courses",
    "n_courses_all",
    "n_sessions",
    "n_sessions_all",
)
OF = ("courses", "sessions", "bookings")
"""What a cohort is made of: courses, completed sessions, or sessions of any status."""


def cohort_size(cohort: Cohort, *, by: str = "none", of: str = "courses") -> pd.DataFrame:
    """How many patients, courses and sessions are in the cohort, of all of the build.

    Args:
        cohort: the courses, or the sessions, looked at.
        by: a dimension of what is counted, ``year``, or ``none`` for one row.
        of: ``courses``: patients with a course, and its completed sessions; ``sessions``: completed sessions by their
            own route, drug and phase, with their patients and courses; ``bookings``: sessions of any status likewise.

    Returns:
        A row a value of the split, also of those outside the cohort: ``n_`` is inside it, ``n_…_all`` of the build.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §2, §10.
    """
    require("of", of, OF)
    require("by", by, SPLITS if of == "courses" else SESSION_SPLITS)
    return ordered(cohort.read(_sizes(cohort, by, of)), by)[named(COLUMNS, by)]


def _sizes(cohort: Cohort, by: str, of: str) -> Statement:
    c, everything, inside = _counted(cohort, of)
    split = [] if by == "none" else [c[by]]
    n_patients = sa.func.count(c.patient_id.distinct())
    course = c.patient_id + "/" + sa.cast(c.course, sa.String())
    n_courses = sa.func.count() if of == "courses" else sa.func.count(course.distinct())
    n_sessions = c.n_sessions if of == "courses" else sa.literal(1)
    return (
        sa.select(
            *split,
            n_patients.filter(*inside).label("n_patients"),
            n_patients.label("n_patients_all"),
            n_courses.filter(*inside).label("n_courses"),
            n_courses.label("n_courses_all"),
            total(n_sessions, *inside).label("n_sessions"),
            total(n_sessions).label("n_sessions_all"),
        )
        .where(everything)
        .group_by(*split)
    )


def _counted(cohort: Cohort, of: str, *, without: str = "") -> tuple[Any, Condition, list[Condition]]:
    """The columns of what is counted, what is all of it, and the conditions on what is inside the cohort."""
    if of == "courses":
        return COURSES.c, sa.true(), cohort.courses(without=without)
    everything = VISITS.c.status == "completed" if of == "sessions" else sa.true()
    return VISITS.c, everything, cohort.sessions(without=without)


def values_of(cohort: Cohort, *, of: str = "courses") -> pd.DataFrame:
    """Every value that exists in the build, with its count under the other columns' filters: one statement.

    Returns:
        ``dimension``, ``value``, ``n``: the courses or sessions of ``cohort_size`` by the dimension, its own filter
        left out.
    """
    names = DIMENSIONS if of == "courses" else SESSION_DIMENSIONS
    table = cohort.read(sa.select(sa.union_all(*(_values(cohort, name, of) for name in names)).subquery()))
    rank = {
        (name, value): place
        for name in names
        for place, value in enumerate(in_order(name, table.loc[table["dimension"] == name, "value"]))
    }
    order = [(names.index(key[0]), rank[key]) for key in zip(table["dimension"], table["value"], strict=True)]
    return table.iloc[sorted(range(len(table)), key=order.__getitem__)].reset_index(drop=True)


def _values(cohort: Cohort, dimension: str, of: str) -> sa.Select[Any]:
    c, everything, inside = _counted(cohort, of, without=dimension)
    return (
        sa.select(
            sa.literal(dimension, sa.String()).label("dimension"),
            c[dimension].label("value"),
            sa.func.count().filter(*inside).label("n"),
        )
        .where(everything)
        .group_by(c[dimension])
    )


METRIC = Metric(
    "cohort-size",
    "patients, courses and sessions of the cohort, of all",
    cohort_size,
    (
        Option("by", "what the rows are split by", "none", SESSION_SPLITS),
        Option("of", "courses, completed sessions, or bookings: sessions of any status", "courses", OF),
    ),
    COLUMNS,
)
