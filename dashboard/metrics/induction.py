"""How many of those who start come to the end of their induction."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SPLITS, Cohort, require
from dashboard.clinical.tables import COURSES, Columns, Condition
from dashboard.metrics.interval import wilson
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.response import ratio
from dashboard.metrics.tidy import named, ordered
from dashboard.model import Statement

COLUMNS = (
    "by",
    "n_started",
    "n_due",
    "n_completed",
    "completion_rate",
    "completion_low",
    "completion_high",
    "n_six_in_21",
    "n_eight_in_28",
)


def induction(cohort: Cohort, *, by: str = "none", courses: str = "first") -> pd.DataFrame:
    """Of the courses whose induction is over, how many had the sessions that make it complete.

    Args:
        cohort: the courses looked at.
        by: a dimension of courses, ``year``, or ``none`` for one row.
        courses: ``first`` course of each patient, or ``all``.

    Returns:
        A row a value of the split. ``n_due`` of the ``n_started`` began so long ago that day 28 has passed;
        ``n_completed`` of the due have 4 or more completed sessions up to it (both numbers are settings), with the
        Wilson interval of the rate; ``n_six_in_21`` and ``n_eight_in_28`` of the due have that many sessions up to
        day 21 and day 28.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §8; Wilson 1927.
    """
    require("by", by, SPLITS)
    require("courses", courses, ("first", "all"))
    table = ordered(cohort.read(_counts(cohort, by, courses)), by)
    low, high = wilson(table["n_completed"], table["n_due"])
    rate = ratio(table["n_completed"], table["n_due"])
    table = table.assign(completion_rate=rate, completion_low=low, completion_high=high)
    days, least = (cohort.thresholds[name] for name in ("induction_days", "induction_sessions"))
    rule = (
        f"Complete: {least} or more completed sessions up to day {days} of the course, of the courses for which that "
        f"day has passed. Beside it: 6 or more up to day 21, 8 or more up to day 28."
    )
    return with_notes(table[named(COLUMNS, by)], [rule])


def members(cohort: Cohort, *, by: str = "none", courses: str = "first") -> Behind:
    """The courses behind the counts of ``induction``; takes the same."""
    rows = sa.select(COURSES).where(*_begun(cohort, courses)).subquery("begun")
    return Behind(split_keys(by), flagged("course", rows, {"n_started": sa.true(), **_flags(cohort, rows.c)}))


def _counts(cohort: Cohort, by: str, courses: str) -> Statement:
    c = COURSES.c
    split = [] if by == "none" else [c[by]]
    n = sa.func.count()
    return (
        sa.select(
            *split,
            n.label("n_started"),
            *(n.filter(holds).label(name) for name, holds in _flags(cohort, c).items()),
        )
        .where(*_begun(cohort, courses))
        .group_by(*split)
    )


def _flags(cohort: Cohort, c: Columns) -> dict[str, Condition]:
    """Column -> which of the courses it counts."""
    is_due = c.first_day + cohort.thresholds["induction_days"] < cohort.as_of_day
    counted = {
        "n_due": sa.true(),
        "n_completed": c.n_induction >= cohort.thresholds["induction_sessions"],
        "n_six_in_21": c.n_to_day_21 >= 6,
        "n_eight_in_28": c.n_to_day_28 >= 8,
    }
    return {name: sa.and_(is_due, condition) for name, condition in counted.items()}


def _begun(cohort: Cohort, courses: str) -> list[Condition]:
    """Which courses are counted at all."""
    return [*cohort.courses(), *([COURSES.c.course == 1] if courses == "first" else [])]


METRIC = Metric(
    "induction",
    "of the courses begun, how many complete the induction",
    induction,
    (
        Option("by", "what the rows are split by", "none", SPLITS),
        Option("courses", "the first course of each patient, or all", "first", ("first", "all")),
    ),
    COLUMNS,
    members=members,
)
