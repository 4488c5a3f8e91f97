"""Response and remission: how many of how many, their intervals, and who is missing."""

from typing import Any, Unpack

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SPLITS, Cohort
from dashboard.clinical.tables import COURSES, PRIMARY
from dashboard.metrics.interval import wilson
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.moments import deviations, means, sums
from dashboard.metrics.options import Cells, Metric, Option, with_notes
from dashboard.metrics.rule import rule_sentence, scales_of
from dashboard.metrics.scored import OPTIONS, Choice, chosen
from dashboard.metrics.tidy import named, ordered, total
from dashboard.model import Statement

COLUMNS = (
    "by",
    "instrument",
    "n_started",
    "n_baseline",
    "n_eligible",
    "n_due",
    "n_scored",
    "n_responded",
    "response_rate",
    "response_low",
    "response_high",
    "response_nri",
    "response_best",
    "n_remitted",
    "remission_rate",
    "remission_low",
    "remission_high",
    "remission_nri",
    "n_reliably_improved",
    "n_reliably_worse",
    "mean_baseline",
    "mean_change",
    "sd_change",
)
_STEPS = {"started": "started", "has_baseline": "baseline", "eligible": "eligible", "due": "due", "scored": "scored"}
_FLAGS = {
    "responded": ("n_responded", "response_kind"),
    "remitted": ("n_remitted", "remission"),
    "improved": ("n_reliably_improved", "reliable"),
    "worsened": ("n_reliably_worse", "reliable"),
}
"""Flag of a course -> column, and the scale's rule behind it."""


def response(
    cohort: Cohort,
    *,
    by: str = "route",
    instrument: str | None = None,
    window: str = "post-induction",
    baseline_at_least: float | None = None,
    courses: str = "first",
    induction: str = "any",
) -> pd.DataFrame:
    """Of the courses started, how many were eligible, due, scored, and responded, on one scale a row.

    Args:
        cohort: the courses looked at.
        by: a dimension of courses, ``year``, or ``none`` for one row.
        instrument: the scale's code; without it a block of rows for each primary scale, in the registry's order.
        window: when the score is taken: ``A-B`` (days), ``day-28``, ``post-induction``, ``session-K``, ``last``.
        baseline_at_least: points; without it the scale's own cut, 0 = any above 0.
        courses: ``first`` course of each patient, or ``all``.
        induction: ``any``, or ``complete`` inductions only.

    Returns:
        The columns of COLUMNS, ``by`` bearing the dimension's name; counts are of courses, rates 0-1, means in
        points. What has no rule is empty, and a sentence in ``attrs["notes"]`` says so.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §4; Wilson 1927.
    """
    course = chosen(
        cohort,
        by,
        instrument=instrument,
        window=window,
        baseline_at_least=baseline_at_least,
        courses=courses,
        induction=induction,
    )
    counts = cohort.read(_counts(course, by))
    if by == "none" and counts.empty and instrument is not None:
        counts = _nobody(counts, instrument)
    scales = scales_of(cohort, counts["instrument"])
    table = _with_rates(_without_rule_empty(ordered(counts, by, first=["place"]), scales))
    rules = [rule_sentence(scale) for scale in scales.to_dict("records")]
    notes = note_on_courses_without_scale(cohort, courses) if instrument is None else []
    return with_notes(table[named(COLUMNS, by)], notes, rules=rules)


def members(cohort: Cohort, *, by: str = "route", **choice: Unpack[Choice]) -> Behind:
    """The courses behind the counts of ``response``; takes the same."""
    rows = chosen(cohort, by, **choice)
    steps = {f"n_{short}": rows.c[name] == 1 for name, short in _STEPS.items()}
    flags = {column: rows.c[flag] == 1 for flag, (column, _) in _FLAGS.items()}
    counts = flagged("course", rows, {**steps, **flags}, "baseline", "change")
    return Behind(split_keys(by, "instrument"), counts)


def _nobody(counts: pd.DataFrame, instrument: str) -> pd.DataFrame:
    """The one row of an empty cohort: nobody of nobody."""
    zeros = {name: [0] for name in counts.columns if name != "instrument"}
    return pd.DataFrame({"instrument": [instrument], **zeros}).reindex(columns=counts.columns).astype(counts.dtypes)


def _counts(course: sa.Subquery, by: str) -> Statement:
    o = course.c
    split = [] if by == "none" else [o[by]]
    return (
        sa.select(
            *split,
            o.place,
            o.instrument,
            *(total(o[name]).label(f"n_{short}") for name, short in _STEPS.items()),
            *(total(o[flag]).label(column) for flag, (column, _) in _FLAGS.items()),
            *sums(o.baseline, "baseline"),
            *sums(o.change, "change"),
        )
        .group_by(*split, o.place, o.instrument)
        .order_by(o.place)
    )


def _without_rule_empty(counts: pd.DataFrame, scales: pd.DataFrame) -> pd.DataFrame:
    """Where a scale has no rule its column is empty, not 0."""
    table = counts.copy()
    for column, rule in _FLAGS.values():
        ruled = scales.loc[scales[rule].notna(), "instrument"]
        table[column] = table[column].where(table["instrument"].isin(ruled))
    return table


def _with_rates(counts: pd.DataFrame) -> pd.DataFrame:
    table = counts.copy()
    for noun, column in (("response", "n_responded"), ("remission", "n_remitted")):
        low, high = wilson(table[column], table["n_scored"])
        table[f"{noun}_rate"], table[f"{noun}_low"], table[f"{noun}_high"] = (
            ratio(table[column], table["n_scored"]),
            low,
            high,
        )
        table[f"{noun}_nri"] = ratio(table[column], table["n_due"])
    for noun in ("baseline", "change"):
        table[f"mean_{noun}"] = means(table, noun, "n_scored")
    table["sd_change"] = deviations(table, "change", "n_scored")
    missing = table["n_due"] - table["n_scored"]
    table["response_best"] = ratio(table["n_responded"] + missing, table["n_due"])
    return table


def ratio(part: "pd.Series[Any]", whole: "pd.Series[Any]") -> "pd.Series[Any]":
    """part / whole; empty where the whole is 0 or the part has no rule."""
    return part.astype("Float64") / whole.where(whole > 0).astype("Float64")


def note_on_courses_without_scale(cohort: Cohort, courses: str) -> list[str]:
    """How many of the cohort's courses stand in no row, in a sentence; nothing where there are none."""
    has_scale = sa.select(PRIMARY.c.diagnosis)
    first = [COURSES.c.course == 1] if courses == "first" else []
    without = COURSES.c.diagnosis.not_in(has_scale)
    statement = sa.select(sa.func.count().label("n")).where(*cohort.courses(), without, *first)
    count = int(cohort.read(statement)["n"].iloc[0])
    has, stand = ("course has", "stands") if count == 1 else ("courses have", "stand")
    return [f"{count:,} {has} no primary scale for the diagnosis and {stand} in no row."] if count else []


CELLS = Cells(
    part_of={
        "n_scored": "n_due",
        "n_responded": "n_scored",
        "n_eligible": "n_baseline",
        "n_due": "n_eligible",
        "n_started": None,
        "n_remitted": "n_responded",
        "n_reliably_worse": "n_scored",
        "n_baseline": "n_started",
    },
    core=("n_scored", "n_responded"),
    needs={
        **dict.fromkeys(("response_rate", "response_low", "response_high"), ("n_responded", "n_scored")),
        "response_nri": ("n_responded", "n_due"),
        "response_best": ("n_responded", "n_scored", "n_due"),
        **dict.fromkeys(("remission_rate", "remission_low", "remission_high"), ("n_remitted", "n_scored")),
        "remission_nri": ("n_remitted", "n_due"),
        **dict.fromkeys(("mean_baseline", "mean_change", "sd_change"), ("n_scored",)),
    },
    keys=("instrument",),
    of_scale=True,
    is_split=True,
)
"""``n_reliably_improved`` is always hidden: it is no part of those who responded, and hardly differs from them."""

METRIC = Metric(
    "response",
    "response and remission: started, eligible, due, scored, responded, with intervals and bounds",
    response,
    (
        Option("by", "what the rows are split by", "route", SPLITS),
        *OPTIONS,
    ),
    COLUMNS,
    cells=CELLS,
    members=members,
)
