"""Benefit, burden and capacity side by side: response, side effects, excursions, chair-hours for each responder."""

import math
from typing import Any

import pandas as pd
import sqlalchemy as sa
from scipy.stats import norm

from dashboard.clinical.cohort import SPLITS, Cohort, require
from dashboard.clinical.outcome import Window, outcomes
from dashboard.clinical.tables import VISITS
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.any_side_effect import any_side_effect
from dashboard.metrics.any_side_effect import members as any_members
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, notes_of, with_notes
from dashboard.metrics.response import members as response_members
from dashboard.metrics.response import response
from dashboard.metrics.tidy import long_total, named, ordered, total
from dashboard.metrics.vitals_excursions import members as vitals_members
from dashboard.metrics.vitals_excursions import vitals_excursions
from dashboard.model import Statement

_BENEFIT = ("n_started", "n_due", "n_scored", "n_responded", "response_rate", "response_low", "response_high")
_HOURS = ("n_timed", "n_timed_responded", "chair_hours", "hours_per_responder", "hours_low", "hours_high")
_BURDEN = ("n_completed", "n_sessions", "n_sessions_with", "session_rate", "session_low", "session_high")
_EXCURSIONS = ("n_with_peak", "n_peak", "n_with_rise", "n_rise")
COLUMNS = ("by", "instrument", *_BENEFIT, "response_nri", *_HOURS, *_BURDEN, *_EXCURSIONS)
RULE = (
    "Chair-hours for each responder: those from arrival to discharge in the induction sessions of the courses due and "
    "scored in which every one of these is timed (n_timed), over the responders among the same courses; the interval "
    "is that of a ratio, on the logarithm, between courses. Response is of first courses by their treatment, side "
    "effects and excursions of all completed sessions by their own: a mixed course has no sessions of its own."
)
_Z = float(norm.ppf(0.975))
_HOUR = 3600


def balance(cohort: Cohort, *, by: str = "treatment", instrument: str | None = None) -> pd.DataFrame:
    """What ``response``, ``any-side-effect`` and ``vitals-excursions`` say of each group, and what it takes of chairs.

    Args:
        cohort: the courses, and the sessions, looked at.
        by: a dimension of courses, ``year``, or ``none``.
        instrument: the scale; without it a block of rows for each primary scale.

    Returns:
        A row a scale and group that has a course; a session counts in the row of its group on every scale.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §4, §7, §8; Cochran 1977, Sampling Techniques, chapter 6, for the variance of a ratio.
    """
    require("by", by, SPLITS)
    if instrument is not None:
        require("instrument", instrument, INSTRUMENTS)
    split = [] if by == "none" else [by]
    benefit = response(cohort, by=by, instrument=instrument)
    hours = cohort.read(_hours(cohort, by, instrument))
    hours = hours.assign(**_per_responder(hours))[[*split, "instrument", *_HOURS]]
    table = benefit[[*split, "instrument", *_BENEFIT, "response_nri"]]
    table = table.merge(hours, on=[*split, "instrument"], how="left")
    burden, excursions = any_side_effect(cohort, by=by), vitals_excursions(cohort, by=by)
    for part, columns in ((burden, _BURDEN), (excursions, _EXCURSIONS)):
        part = part[[*split, *columns]]
        table = table.merge(part, on=split, how="left") if split else table.merge(part, how="cross")
    places = {code: place for place, code in enumerate(INSTRUMENTS)}
    table = ordered(table.assign(place=table["instrument"].map(places)), by, first=["place"])
    notes = [*notes_of(benefit), RULE, *notes_of(burden), *notes_of(excursions)]
    return with_notes(table[named(COLUMNS, by)], notes)


def members(cohort: Cohort, *, by: str = "treatment", instrument: str | None = None) -> Behind:
    """The courses and sessions behind the counts of ``balance``; takes the same."""
    benefit = response_members(cohort, by=by, instrument=instrument).only(_BENEFIT)
    timed = _courses(cohort, instrument)
    is_in = timed.c.is_in == 1
    flags = {"n_timed": is_in, "n_timed_responded": sa.and_(is_in, timed.c.responded == 1)}
    sessions = [any_members(cohort, by=by).only(_BURDEN), vitals_members(cohort, by=by).only(_EXCURSIONS)]
    counts = {name: each for behind in (benefit, *sessions) for name, each in behind.counts.items()}
    return Behind(split_keys(by, "instrument"), {**counts, **flagged("course", timed, flags)})


def _hours(cohort: Cohort, by: str, instrument: str | None) -> Statement:
    """The sums over courses that are due, scored and wholly timed: of chair seconds and of responders."""
    c = _courses(cohort, instrument).c
    x, y = sa.case((c.is_in == 1, c.x), else_=0), sa.case((c.is_in == 1, c.responded), else_=0)
    split = [] if by == "none" else [c[by]]
    return sa.select(
        *split,
        c.instrument,
        total(c.is_in).label("n_timed"),
        total(y).label("n_timed_responded"),
        long_total(x).label("x"),
        long_total(x * x).label("xx"),
        long_total(x * y).label("xy"),
    ).group_by(*split, c.instrument)


def _courses(cohort: Cohort, instrument: str | None) -> sa.Subquery:
    """The outcome of each course with ``x``, its chair seconds, and ``is_in``, 1 where it counts."""
    course, v = outcomes(cohort, window=Window.parse("post-induction"), instrument=instrument), VISITS.c
    untimed = (sa.func.count() - sa.func.count(v.chair_seconds)).label("n_unknown")
    chairs = (
        sa.select(v.patient_id, v.course, untimed, long_total(v.chair_seconds).label("x"))
        .where(v.phase == "induction")
        .group_by(v.patient_id, v.course)
        .subquery()
    )
    o, c = course.c, chairs.c
    is_in = sa.and_(o.scored == 1, o.has_rule == 1, c.n_unknown == 0)
    return (
        sa.select(course, c.x, sa.case((is_in, 1), else_=0).label("is_in"))
        .join(chairs, sa.and_(c.patient_id == o.patient_id, c.course == o.course))
        .subquery()
    )


def _per_responder(sums: pd.DataFrame) -> dict[str, "pd.Series[Any]"]:
    """Hours, hours for each responder and its interval; empty without a responder."""
    rows = [
        _ratio(*(int(row[name]) for name in ("n_timed", "n_timed_responded", "x", "xx", "xy"))) for row in _rows(sums)
    ]
    return {
        name: pd.Series([row[place] for row in rows], sums.index, dtype="Float64")
        for place, name in enumerate(_HOURS[2:])
    }


def _rows(table: pd.DataFrame) -> list[Any]:
    return list(table.to_dict("records"))


def _ratio(n: int, responded: int, x: int, xx: int, xy: int) -> tuple[float | None, ...]:
    if not responded:
        return x / _HOUR, None, None, None
    ratio = x / responded
    if n < 2 or not x:
        return x / _HOUR, ratio / _HOUR, None, None
    # The sum over courses of (seconds - ratio x responded)², times responded²; responded is 0 or 1, its own square.
    apart = responded**2 * xx - 2 * responded * x * xy + x**2 * responded
    error = math.sqrt(n * apart / (n - 1)) / (responded * x)
    return x / _HOUR, ratio / _HOUR, ratio / _HOUR * math.exp(-_Z * error), ratio / _HOUR * math.exp(_Z * error)


METRIC = Metric(
    "balance",
    "response, side effects, excursions and chair-hours for each responder, side by side",
    balance,
    (
        Option("by", "what the rows are split by", "treatment", SPLITS),
        Option("instrument", "the scale; without it a block for each primary scale", "", tuple(INSTRUMENTS)),
    ),
    COLUMNS,
    members=members,
)
