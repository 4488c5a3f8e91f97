"""What a whole course cost the patient: of the courses of which every session's payment is known."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SPLITS, Cohort, require
from dashboard.clinical.tables import COURSES, DOSES, Condition, is_over
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.money import hundredths
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.quantile import HALF, MOST, quantile
from dashboard.metrics.tidy import long_total, named, ordered, total
from dashboard.model import SQL

COLUMNS = ("by", "n_courses", "n_going_on", "n_known", "n_partly", "n_unknown", "median", "q1", "q3", "p90")
RULE = (
    "Courses that are over, with all their completed sessions, in the clinic's currency; those that go on have not "
    "cost what they will. An empty payment is unknown, never 0: amounts are of the n_known courses of which every "
    "session has one; n_partly have one in some sessions, n_unknown in none, and neither is guessed."
)
UNKNOWN = "The export has no column paid_by_patient in sessions: nothing is known of what patients paid."
_SHARES = {"median": HALF, "q1": 0.25, "q3": 0.75, "p90": MOST}


def paid_per_course(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """Median, quartiles and 90th percentile of what patients paid for a course.

    Args:
        cohort: the courses looked at.
        by: a dimension of courses, ``year``, or ``none`` for one row.

    Returns:
        A row a group that has a course; ``n_going_on``, whose course gap is not over, and of the others ``n_known``,
        ``n_partly`` and ``n_unknown`` add up to ``n_courses``. Amounts
        lie in proportion between two courses', to the hundredth, and are empty where no course is known.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §8.
    """
    require("by", by, SPLITS)
    rows = _courses(cohort)
    kinds, split = _kinds(cohort, rows), [] if by == "none" else [rows.c[by]]
    paid = sa.case((kinds["n_known"], rows.c.paid))
    table = cohort.read(
        sa.select(
            *split,
            *(total(sa.case((holds, 1), else_=0)).label(name) for name, holds in kinds.items()),
            *(
                sa.type_coerce(sa.func.floor(quantile(paid, share) + 0.5) / 100.0, sa.Float).label(name)
                for name, share in _SHARES.items()
            ),
        ).group_by(*split)
    )
    is_known = "paid_by_patient" in cohort.store.facts["columns"]["sessions"]
    table = ordered(table[table["n_courses"] > 0], by)
    return with_notes(table[named(COLUMNS, by)], [RULE if is_known else UNKNOWN])


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The courses behind the counts of ``paid-per-course``; takes the same."""
    rows = _courses(cohort)
    return Behind(split_keys(by), flagged("course", rows, _kinds(cohort, rows)))


def _kinds(cohort: Cohort, rows: sa.Subquery) -> dict[str, Condition]:
    r = rows.c
    ended = is_over(r, cohort.as_of_day, cohort.thresholds["course_gap_days"])
    return {
        "n_courses": sa.true(),
        "n_going_on": sa.not_(ended),
        "n_known": sa.and_(ended, r.n_paid == r.n_doses),
        "n_partly": sa.and_(ended, r.n_paid > 0, r.n_paid < r.n_doses),
        "n_unknown": sa.and_(ended, r.n_paid == 0),
    }


def _courses(cohort: Cohort) -> sa.Subquery:
    """The courses, with how many sessions they had, in how many a payment is known, and the hundredths of these."""
    c, d, s = COURSES.c, DOSES.c, SQL["sessions"].c
    sessions = (
        sa.select(
            d.patient_id,
            d.course,
            sa.func.count().label("n_doses"),
            sa.func.count(s.paid_by_patient).label("n_paid"),
            long_total(hundredths(s.paid_by_patient)).label("paid"),
        )
        .join_from(DOSES, SQL["sessions"], s.session_id == d.session_id)
        .group_by(d.patient_id, d.course)
        .subquery()
    )
    n = sessions.c
    return (
        sa.select(COURSES, n.n_doses, n.n_paid, n.paid)
        .join_from(COURSES, sessions, sa.and_(n.patient_id == c.patient_id, n.course == c.course))
        .where(*cohort.courses())
        .subquery("begun")
    )


METRIC = Metric(
    "paid-per-course",
    "what patients paid for a course, of those of which every session's payment is known",
    paid_per_course,
    (Option("by", "what the rows are split by", "none", SPLITS),),
    COLUMNS,
    members=members,
)
