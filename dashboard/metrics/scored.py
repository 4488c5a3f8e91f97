"""The courses behind every table of scores: the options that they share, checked once."""

from typing import TypedDict, Unpack

import sqlalchemy as sa

from dashboard.clinical.cohort import SPLITS, Cohort, require
from dashboard.clinical.outcome import Window, outcomes
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.options import Option, points
from dashboard.metrics.tidy import total

OPTIONS = (
    Option("instrument", "the scale; without it a block for each primary scale", "", tuple(INSTRUMENTS)),
    Option("window", "A-B (days), day-28, post-induction, session-K or last", "post-induction"),
    Option("baseline-at-least", "points; 0 = any above 0", "the scale's", kind=points),
    Option("courses", "the first course of each patient, or all", "first", ("first", "all")),
    Option("induction", "any, or complete inductions only", "any", ("any", "complete")),
)


class Choice(TypedDict, total=False):
    """Which scores of which courses.

    Attributes:
        instrument: the scale's code; without it a block of rows for each primary scale, in the registry's order.
        window: when the score is taken: ``A-B`` (days), ``day-28``, ``post-induction``, ``session-K``, ``last``.
        baseline_at_least: points; without it the scale's own cut, 0 = any above 0.
        courses: ``first`` course of each patient, or ``all``.
        induction: ``any``, or ``complete`` inductions only.
    """

    instrument: str | None
    window: str
    baseline_at_least: float | None
    courses: str
    induction: str


def chosen(cohort: Cohort, by: str, **choice: Unpack[Choice]) -> sa.Subquery:
    """The rows of ``clinical.outcome.outcomes``; raises OptionError for a value that does not exist."""
    require("by", by, SPLITS)
    require("courses", choice.get("courses", "first"), ("first", "all"))
    require("induction", choice.get("induction", "any"), ("any", "complete"))
    instrument = choice.get("instrument")
    if instrument is not None:
        require("instrument", instrument, INSTRUMENTS)
    return outcomes(
        cohort,
        window=Window.parse(choice.get("window", "post-induction")),
        instrument=instrument,
        baseline_at_least=choice.get("baseline_at_least"),
        courses=choice.get("courses", "first"),
        induction=choice.get("induction", "any"),
    )


def n_scored(cohort: Cohort, **choice: Unpack[Choice]) -> int:
    """How many of those courses are scored, as ``metrics.response`` counts them."""
    rows = chosen(cohort, "none", **choice)
    return int(cohort.read(sa.select(total(rows.c.scored).label("n")))["n"].iloc[0])
