"""How much of what the rates need is there: scores before and after, and side-effect forms."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SPLITS, Cohort, require
from dashboard.clinical.outcome import POST_INDUCTION, Window, eligibility, same_course_and_scale
from dashboard.clinical.tables import FOLLOWUPS, VISITS, Condition
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.response import note_on_courses_without_scale, ratio
from dashboard.metrics.tidy import named, ordered
from dashboard.model import Statement

COLUMNS = (
    "by",
    "n_started",
    "n_due",
    "n_baseline",
    "baseline_rate",
    "n_follow_up",
    "follow_up_rate",
    "n_both",
    "both_rate",
    "n_sessions",
    "n_with_form",
    "form_rate",
)
_WINDOW = Window()
_COUNTS = ("n_started", "n_due", "n_baseline", "n_follow_up", "n_both", "n_sessions", "n_with_form")


def completeness(cohort: Cohort, *, by: str = "none", courses: str = "first") -> pd.DataFrame:
    """Of the courses due, how many have a score before, after, and both; of the sessions, how many have a form.

    Args:
        cohort: the courses, and the completed sessions, looked at.
        by: a dimension of courses, ``year``, or ``none`` for one row; sessions by their own route and drug.
        courses: ``first`` course of each patient, or ``all``; sessions are all.

    Returns:
        A row a value of the split. Scores are of the primary scale of the course's diagnosis: ``n_due`` of the
        ``n_started`` have their post-induction window closed; ``n_baseline``, ``n_follow_up`` (a score in the window)
        and ``n_both`` are of the due, and so are their rates. ``n_with_form`` of the ``n_sessions`` completed have a
        filled side-effect form.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §4, §7.
    """
    require("by", by, SPLITS)
    require("courses", courses, ("first", "all"))
    scores, forms = cohort.read(_scores(cohort, by, courses)), cohort.read(_forms(cohort, by))
    table = scores.join(forms) if by == "none" else scores.merge(forms, on=by, how="outer")
    counts = table[list(_COUNTS)].fillna(0)
    table = ordered(table.assign(**{name: counts[name] for name in _COUNTS}), by)
    for part in ("baseline", "follow_up", "both"):
        table[f"{part}_rate"] = ratio(table[f"n_{part}"], table["n_due"])
    table["form_rate"] = ratio(table["n_with_form"], table["n_sessions"])
    return with_notes(table[named(COLUMNS, by)], _notes(cohort, courses))


def members(cohort: Cohort, *, by: str = "none", courses: str = "first") -> Behind:
    """The courses and the sessions behind the counts of ``completeness``; takes the same."""
    rows, visits = _courses(cohort, courses), _sessions(cohort)
    scores = flagged("course", rows, {"n_started": sa.true(), **_scored(cohort, rows)}, "instrument")
    forms = flagged("session", visits, {"n_sessions": sa.true(), "n_with_form": visits.c.has_form == 1})
    return Behind(split_keys(by), {**scores, **forms})


def _scores(cohort: Cohort, by: str, courses: str) -> Statement:
    rows = _courses(cohort, courses)
    split = [] if by == "none" else [rows.c[by]]
    return sa.select(
        *split,
        sa.func.count().label("n_started"),
        *(sa.func.count(sa.case((holds, 1))).label(name) for name, holds in _scored(cohort, rows).items()),
    ).group_by(*split)


def _scored(cohort: Cohort, rows: sa.Subquery) -> dict[str, Condition]:
    """Column -> which of the courses it counts."""
    r = rows.c
    is_due = _WINDOW.is_due(r, cohort.as_of_day, cohort.thresholds["course_gap_days"])
    has_baseline, has_follow_up = r.has_baseline == 1, r.has_follow_up == 1
    counted = {
        "n_due": sa.true(),
        "n_baseline": has_baseline,
        "n_follow_up": has_follow_up,
        "n_both": sa.and_(has_baseline, has_follow_up),
    }
    return {name: sa.and_(is_due, condition) for name, condition in counted.items()}


def _courses(cohort: Cohort, courses: str) -> sa.Subquery:
    """One row a course of the cohort on its primary scale: ``has_baseline``, ``has_follow_up``."""
    course = eligibility(cohort, instrument=None, baseline_at_least=None, courses=courses)
    f, gap = FOLLOWUPS.c, cohort.thresholds["course_gap_days"]
    scored = sa.select(f.patient_id, f.course, f.instrument).where(_WINDOW.holds(gap)).distinct().subquery()
    has_follow_up = sa.case((scored.c.patient_id.is_not(None), 1), else_=0)
    return (
        sa.select(course, has_follow_up.label("has_follow_up"))
        .select_from(course)
        .outerjoin(scored, same_course_and_scale(scored.c, course.c))
        .subquery("measured_courses")
    )


def _forms(cohort: Cohort, by: str) -> Statement:
    rows = _sessions(cohort)
    split = [] if by == "none" else [rows.c[by]]
    return sa.select(
        *split,
        sa.func.count().label("n_sessions"),
        sa.func.count(sa.case((rows.c.has_form == 1, 1))).label("n_with_form"),
    ).group_by(*split)


def _sessions(cohort: Cohort) -> sa.Subquery:
    """The completed sessions of the cohort."""
    return sa.select(VISITS).where(VISITS.c.status == "completed", *cohort.sessions()).subquery("given")


def _notes(cohort: Cohort, courses: str) -> list[str]:
    notes = [
        f"Scores of the primary scale, of the courses whose window of {POST_INDUCTION[1]} to {POST_INDUCTION[2]} days "
        "after induction has closed."
    ]
    notes += note_on_courses_without_scale(cohort, courses)
    columns = cohort.store.facts["columns"]
    if "effects_recorded" in columns["sessions"]:
        return notes
    if "side_effects" not in columns:
        notes.append("The export has neither the column effects_recorded nor a table side_effects: no form is known.")
    else:
        notes.append("The export has no column effects_recorded, so every completed session counts as one with a form.")
    return notes


METRIC = Metric(
    "completeness",
    "courses with a baseline, a follow-up and both; sessions with a side-effect form",
    completeness,
    (
        Option("by", "what the rows are split by", "none", SPLITS),
        Option("courses", "the first course of each patient, or all", "first", ("first", "all")),
    ),
    COLUMNS,
    members=members,
)
