"""How long it takes until somebody responds, with those who have not yet responded counted as such."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SPLITS, Cohort, require
from dashboard.clinical.outcome import eligibility, same_course_and_scale
from dashboard.clinical.tables import FOLLOWUPS
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.log_rank import log_rank_words
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, Option, points, with_notes
from dashboard.metrics.rule import only_scale, rule_sentence, scales_of
from dashboard.metrics.survival import COLUMNS, behind, counted, survival

XS = ("day", "session")
NOTE = (
    "A response is dated at the first score that shows it; whoever has not responded is censored at the last score, on "
    "day 0 where there is none."
)


def time_to_response(
    cohort: Cohort,
    *,
    by: str = "none",
    instrument: str | None = None,
    courses: str = "first",
    baseline_at_least: float | None = None,
    x: str = "day",
) -> pd.DataFrame:
    """The share of the eligible courses that has not yet responded, by days since the first dose, or by sessions.

    Args:
        cohort: the courses looked at; eligible ones count, due or not.
        by: a dimension of courses, ``year``, or ``none`` for one curve.
        instrument: the scale's code; may be left out where the cohort's diagnoses share one primary scale.
        courses: ``first`` course of each patient, or ``all``.
        baseline_at_least: points; without it the scale's own cut, 0 = any above 0.
        x: ``day`` since the first dose, or ``session``: completed sessions of the course up to the score.

    Returns:
        The columns of ``metrics.survival``, ``day`` bearing the name of ``x``: an event is the first score that
        responds, a censoring the last score before the next course. A sentence tests whether groups differ. No row on
        a scale without a rule for response.

    Raises:
        OptionError: for a value that does not exist, or where several scales would have to be pooled.

    Source: ``definitions.md`` §9; Kaplan & Meier 1958.
    """
    require("by", by, SPLITS)
    require("courses", courses, ("first", "all"))
    require("x", x, XS)
    if instrument is not None:
        require("instrument", instrument, INSTRUMENTS)
    at_risk = eligibility(cohort, instrument=instrument, baseline_at_least=baseline_at_least, courses=courses)
    instrument = instrument or only_scale(cohort, at_risk)
    table = survival(cohort.read(counted(_ended(at_risk, x), by, x=x)), by, x=x)
    rules = [rule_sentence(scale) for scale in scales_of(cohort, [instrument or ""]).to_dict("records")]
    return with_notes(table, [*rules, NOTE, *log_rank_words(table, by, x=x)])


def members(
    cohort: Cohort,
    *,
    by: str = "none",
    instrument: str | None = None,
    courses: str = "first",
    baseline_at_least: float | None = None,
    x: str = "day",
) -> Behind:
    """The courses behind the counts of ``time-to-response``; takes the same."""
    at_risk = eligibility(cohort, instrument=instrument, baseline_at_least=baseline_at_least, courses=courses)
    if instrument is None:
        only_scale(cohort, at_risk)
    return behind("course", _ended(at_risk, x), by, "baseline", x, x=x)


def _ended(at_risk: sa.Subquery, x: str) -> sa.Subquery:
    """One row an eligible course: day or session of its first response, else of its last score, and ``is_event``."""
    e, f = at_risk.c, FOLLOWUPS.c
    place = f.day if x == "day" else f.session_number
    ends = (
        sa.select(
            f.patient_id,
            f.course,
            f.instrument,
            sa.func.min(sa.case((f.responded == 1, place))).label("responded_on"),
            sa.func.max(place).label("last"),
        )
        .group_by(f.patient_id, f.course, f.instrument)
        .subquery()
    )
    n = ends.c
    return (
        sa.select(
            at_risk,
            sa.case((n.responded_on.is_not(None), 1), else_=0).label("is_event"),
            sa.func.coalesce(n.responded_on, n.last, 0).label(x),
        )
        .select_from(at_risk)
        .outerjoin(ends, same_course_and_scale(n, e))
        .where(e.eligible == 1, e.has_rule == 1)
        .subquery("ended")
    )


METRIC = Metric(
    "time-to-response",
    "the share that has not yet responded, by days or sessions since the first dose, with those censored",
    time_to_response,
    (
        Option("by", "what the curves are split by", "none", SPLITS),
        Option(
            "instrument", "the scale; may be left out where the cohort has one primary scale", "", tuple(INSTRUMENTS)
        ),
        Option("courses", "the first course of each patient, or all", "first", ("first", "all")),
        Option("baseline-at-least", "points; 0 = any above 0", "the scale's", kind=points),
        Option("x", "by days since the first dose, or by sessions", "day", XS),
    ),
    COLUMNS,
    members=members,
)
