"""How long people keep coming: who is still in the course after so many sessions, or days."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SPLITS, Cohort, require
from dashboard.clinical.tables import COURSES, DOSES, is_over
from dashboard.metrics.log_rank import log_rank_words
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.survival import COLUMNS, behind, counted, survival

XS = ("session", "day")


def retention(cohort: Cohort, *, by: str = "none", courses: str = "first", x: str = "session") -> pd.DataFrame:
    """The share of the courses that came to a session, or that still came after a day.

    Args:
        cohort: the courses looked at; those begun within the course gap before the day of the records tell nothing
            yet and are left out.
        by: a dimension of courses, ``year``, or ``none`` for one curve.
        courses: ``first`` course of each patient, or ``all``.
        x: ``session``, or ``day`` since the first.

    Returns:
        The columns of ``metrics.survival``, ``day`` bearing the name of ``x``. An event is the first session that did
        not take place, or the day of the last: nobody came again within the course gap, planned or not. Of a session
        or a day so late that the gap is not over, nothing is known for anybody, whether they came again or not: there a
        course is censored. A sentence tests whether groups differ.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §2 for the gap; ``clinical.md`` §5; Kaplan & Meier 1958.
    """
    require("by", by, SPLITS)
    require("courses", courses, ("first", "all"))
    require("x", x, XS)
    table = survival(cohort.read(counted(_ended(cohort, courses, x), by, x=x)), by, x=x)
    gap = cohort.thresholds["course_gap_days"]
    rule = (
        f"Ended: nobody came again within {gap} days of the last session, for whatever reason, a planned end too. "
        f"Courses begun less than {gap + 1} days before the day of the records tell nothing yet and are left out."
    )
    return with_notes(table, [rule, *log_rank_words(table, by, x=x)])


def members(cohort: Cohort, *, by: str = "none", courses: str = "first", x: str = "session") -> Behind:
    """The courses behind the counts of ``retention``; takes the same."""
    return behind("course", _ended(cohort, courses, x), by, x, x=x)


def _ended(cohort: Cohort, courses: str, x: str) -> sa.Subquery:
    """One row a course whose first gap is over: the end of what is known of it, and ``is_event`` if it ended there."""
    c, d = COURSES.c, DOSES.c
    gap = cohort.thresholds["course_gap_days"]
    known, ended = cohort.as_of_day - gap - 1, is_over(c, cohort.as_of_day, gap)
    seen = (
        sa.select(d.patient_id, d.course, sa.func.count().label("n"))
        .where(d.dose_day <= known)
        .group_by(d.patient_id, d.course)
        .subquery()
    )
    end = seen.c.n + 1 if x == "session" else sa.case((ended, c.last_day), else_=known) - c.first_day
    return (
        sa.select(COURSES, sa.case((ended, 1), else_=0).label("is_event"), sa.cast(end, sa.Integer).label(x))
        .join_from(COURSES, seen, sa.and_(seen.c.patient_id == c.patient_id, seen.c.course == c.course))
        .where(*cohort.courses(), *([c.course == 1] if courses == "first" else []))
        .subquery("stayed")
    )


METRIC = Metric(
    "retention",
    "the share of the courses that came to each session, or still came after each day",
    retention,
    (
        Option("by", "what the curves are split by", "none", SPLITS),
        Option("courses", "the first course of each patient, or all", "first", ("first", "all")),
        Option("x", "by sessions, or by days since the first", "session", XS),
    ),
    COLUMNS,
    members=members,
)
