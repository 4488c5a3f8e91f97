"""How much a cohort holds of all that there is: patients, courses, completed sessions."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import DIMENSIONS, SPLITS, Cohort, in_order, require
from dashboard.clinical.tables import COURSES
from dashboard.metrics.options import Metric, Option
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


def cohort_size(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """How many patients, courses and completed sessions are in the cohort, of all of the build.

    Args:
        cohort: the courses looked at.
        by: a dimension of courses, ``year``, or ``none`` for one row.

    Returns:
        A row a value of the split, also of those outside the cohort: ``n_`` is inside it, ``n_…_all`` of the build.
        Patients are those with a course; sessions are the completed ones, all of which belong to a course.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §2, §10.
    """
    require("by", by, SPLITS)
    table = cohort.read(_sizes(cohort, by))
    if by != "none":
        rank = {value: place for place, value in enumerate(in_order(by, table[by].unique()))}
        table = table.sort_values(by, key=lambda column: column.map(rank), ignore_index=True)
    return table[[by if name == "by" else name for name in COLUMNS if name != "by" or by != "none"]]


def _sizes(cohort: Cohort, by: str) -> Statement:
    c = COURSES.c
    split = [] if by == "none" else [c[by]]
    inside = sa.and_(sa.true(), *cohort.courses())
    return sa.select(
        *split,
        sa.func.count(sa.case((inside, c.patient_id)).distinct()).label("n_patients"),
        sa.func.count(c.patient_id.distinct()).label("n_patients_all"),
        _total(sa.case((inside, 1), else_=0)).label("n_courses"),
        sa.func.count().label("n_courses_all"),
        _total(sa.case((inside, c.n_sessions), else_=0)).label("n_sessions"),
        _total(c.n_sessions).label("n_sessions_all"),
    ).group_by(*split)


def _total(value: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.coalesce(sa.func.sum(value), 0), sa.Integer)


def values_of(cohort: Cohort) -> pd.DataFrame:
    """Every value that exists in the build, with its courses under the other columns' filters: one statement.

    Returns:
        ``dimension``, ``value``, ``n_courses``: that of ``cohort_size`` by the dimension, its own filter left out.
    """
    parts = [_values(cohort, name) for name in DIMENSIONS]
    table = cohort.read(sa.select(sa.union_all(*parts).subquery()))
    rank = {
        (name, value): place
        for name in DIMENSIONS
        for place, value in enumerate(in_order(name, table.loc[table["dimension"] == name, "value"]))
    }
    order = [(DIMENSIONS.index(key[0]), rank[key]) for key in zip(table["dimension"], table["value"], strict=True)]
    return table.iloc[sorted(range(len(table)), key=order.__getitem__)].reset_index(drop=True)


def _values(cohort: Cohort, dimension: str) -> sa.Select[Any]:
    value = COURSES.c[dimension]
    inside = sa.and_(sa.true(), *cohort.courses(without=dimension))
    return sa.select(
        sa.literal(dimension, sa.String()).label("dimension"),
        value.label("value"),
        _total(sa.case((inside, 1), else_=0)).label("n_courses"),
    ).group_by(value)


METRIC = Metric(
    "cohort-size",
    "patients, courses and completed sessions of the cohort, of all",
    cohort_size,
    (Option("by", "what the rows are split by", "none", SPLITS),),
    COLUMNS,
)
