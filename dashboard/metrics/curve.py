"""The mean score over sessions or weeks, with how many stand behind every point."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from scipy.stats import t

from dashboard.clinical.cohort import SPLITS, Cohort, require
from dashboard.clinical.outcome import eligibility, same_course_and_scale
from dashboard.clinical.tables import FOLLOWUPS
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.moments import deviations, means, sums
from dashboard.metrics.options import Cells, Metric, Option, points, with_notes
from dashboard.metrics.response import METRIC as RESPONSE
from dashboard.metrics.rule import only_scale
from dashboard.metrics.tidy import named, ordered
from dashboard.model import Statement

COLUMNS = ("by", "x", "n", "mean", "low", "high", "median", "q1", "q3")
WEEK_REACH = 3
"""A score belongs to week W where it is at most so many days from day 7 W."""


def curve(
    cohort: Cohort,
    *,
    by: str = "none",
    instrument: str | None = None,
    x: str = "session",
    who: str = "everyone",
    courses: str = "first",
    baseline_at_least: float | None = None,
) -> pd.DataFrame:
    """Of the eligible courses, the scores at baseline (``x`` 0) and after each session or week.

    Args:
        cohort: the courses looked at.
        by: a dimension of courses, ``year``, or ``none`` for one curve.
        instrument: the scale's code; may be left out where the cohort's diagnoses share one primary scale.
        x: ``session`` K: the last score after session K and before the next; ``week`` W: the score nearest day 7 W
            within 3 days, of two equally near the later. Both end with the course gap.
        who: ``everyone``, or ``completers``: courses with a complete induction.
        courses: ``first`` course of each patient, or ``all``.
        baseline_at_least: points; without it the scale's own cut, 0 = any above 0.

    Returns:
        A row a group and x: ``n`` courses with a score there, mean with its 95 % t interval (empty for n = 1),
        median and quartiles (linear between order statistics), in points.

    Raises:
        OptionError: for a value that does not exist, or where several scales would have to be pooled.

    Source: ``definitions.md`` §4; Student's t.
    """
    require("by", by, SPLITS)
    require("x", x, ("session", "week"))
    require("who", who, ("everyone", "completers"))
    require("courses", courses, ("first", "all"))
    if instrument is not None:
        require("instrument", instrument, INSTRUMENTS)
    at_risk = eligibility(cohort, instrument=instrument, baseline_at_least=baseline_at_least, courses=courses)
    if instrument is None:
        instrument = only_scale(cohort, at_risk)
    points = _points(at_risk, x, cohort.thresholds["course_gap_days"], instrument, who)
    table = _with_interval(cohort.read(_summary(points, by)))
    table = ordered(table, by, then=["x"])[named(COLUMNS, by)]
    note = f"{instrument}: eligible courses only; n changes from point to point, so a curve is not the same people."
    return with_notes(table, rules=[note] if instrument else [])


def members(
    cohort: Cohort,
    *,
    by: str = "none",
    instrument: str | None = None,
    x: str = "session",
    who: str = "everyone",
    courses: str = "first",
    baseline_at_least: float | None = None,
) -> Behind:
    """The courses behind every ``n`` of ``curve``; takes the same."""
    at_risk = eligibility(cohort, instrument=instrument, baseline_at_least=baseline_at_least, courses=courses)
    if instrument is None:
        instrument = only_scale(cohort, at_risk)
    points = _points(at_risk, x, cohort.thresholds["course_gap_days"], instrument, who)
    return Behind(split_keys(by, "x"), flagged("course", points, {"n": sa.true()}, "baseline", "score"))


def _points(at_risk: sa.Subquery, x: str, gap: int, instrument: str | None, who: str) -> sa.Subquery:
    """Every eligible course with its score at each x; x 0 is the baseline. Without a scale there is none to look at."""
    e, f = at_risk.c, FOLLOWUPS.c
    complete = [e.is_complete == 1] if who == "completers" else []
    eligible = sa.select(at_risk).where(e.eligible == 1, *complete).cte("eligible")
    week = sa.cast(sa.func.floor(sa.cast(f.day + WEEK_REACH, sa.Float) / 7), sa.Integer)
    place = f.session_number if x == "session" else week
    nearness = [] if x == "session" else [sa.func.abs(f.day - 7 * week)]
    chosen = sa.func.row_number().over(
        partition_by=(f.patient_id, f.course, f.instrument, place), order_by=[*nearness, f.assessed_second.desc()]
    )
    in_reach = sa.true() if x == "session" else f.day - 7 * week <= WEEK_REACH
    ranked = (
        sa.select(f.patient_id, f.course, f.instrument, place.label("x"), f.score, chosen.label("chosen"))
        .where(f.instrument == instrument, f.days_since_last <= gap, place > 0, in_reach)
        .subquery()
    )
    r = ranked.c
    first = sa.select(eligible, sa.literal(0).label("x"), eligible.c.baseline.label("score"))
    later = (
        sa.select(eligible, r.x, r.score)
        .join_from(ranked, eligible, same_course_and_scale(r, eligible.c))
        .where(r.chosen == 1)
    )
    return sa.union_all(first, later).subquery("point")


def _summary(points: sa.Subquery, by: str) -> Statement:
    p = points.c
    split: list[sa.ColumnElement[Any]] = [] if by == "none" else [p[by]]
    score = sa.cast(p.score, sa.Float)

    def quantile(share: float, name: str) -> sa.ColumnElement[Any]:
        return sa.type_coerce(sa.func.percentile_cont(share).within_group(score), sa.Float).label(name)

    return (
        sa.select(
            *split,
            p.x,
            sa.func.count().label("n"),
            *sums(p.score, "score"),
            quantile(0.5, "median"),
            quantile(0.25, "q1"),
            quantile(0.75, "q3"),
        )
        .group_by(*split, p.x)
        .order_by(p.x)
    )


def _with_interval(table: pd.DataFrame) -> pd.DataFrame:
    """Mean ± t × s / √n; empty for n = 1."""
    n = table["n"].astype("Float64")
    mean, deviation = means(table, "score", "n"), deviations(table, "score", "n")
    half = (deviation / n**0.5) * pd.Series(t.ppf(0.975, n - 1), table.index, dtype="Float64")
    return table.assign(mean=mean, low=mean - half, high=mean + half)


METRIC = Metric(
    "curve",
    "mean, median and quartiles of the score by session or week, with n at every point",
    curve,
    (
        Option("by", "what the curves are split by", "none", SPLITS),
        Option(
            "instrument", "the scale; may be left out where the cohort has one primary scale", "", tuple(INSTRUMENTS)
        ),
        Option("x", "session or week", "session", ("session", "week")),
        Option("who", "everyone, or completers of the induction", "everyone", ("everyone", "completers")),
        Option("courses", "the first course of each patient, or all", "first", ("first", "all")),
        Option("baseline-at-least", "points; 0 = any above 0", "the scale's", kind=points),
    ),
    COLUMNS,
    members=members,
    cells=Cells(
        part_of={"n": None},
        core=("n",),
        needs=dict.fromkeys(("mean", "low", "high", "median", "q1", "q3"), ("n",)),
        keys=("x",),
        is_series=True,
        of_scale=True,
        within=(RESPONSE, "n_eligible"),
    ),
)
