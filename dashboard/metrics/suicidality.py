"""Suicidality before and after: lower, same and higher of those who had it, newly there of those who had not."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SPLITS, Cohort, require
from dashboard.clinical.outcome import Window
from dashboard.clinical.reasons import ASKING
from dashboard.clinical.suicidality import wishes
from dashboard.clinical.tables import Columns, Condition
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.change import with_rates
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.rule import scales_of
from dashboard.metrics.tidy import named, ordered, total
from dashboard.model import Statement

_RATES = {
    "lower": ("n_lower", "n_with"),
    "gone": ("n_gone", "n_with"),
    "same": ("n_same", "n_with"),
    "higher": ("n_higher", "n_with"),
    "newly": ("n_newly", "n_without"),
}
COLUMNS = (
    "by",
    "instrument",
    "n_started",
    "n_before",
    "n_due",
    "n_missing",
    "n_with",
    "n_lower",
    "lower_rate",
    "lower_low",
    "lower_high",
    "n_gone",
    "gone_rate",
    "gone_low",
    "gone_high",
    "n_same",
    "same_rate",
    "same_low",
    "same_high",
    "n_higher",
    "higher_rate",
    "higher_low",
    "higher_high",
    "n_without",
    "n_newly",
    "newly_rate",
    "newly_low",
    "newly_high",
)


def suicidality(
    cohort: Cohort,
    *,
    by: str = "none",
    instrument: str | None = None,
    window: str = "post-induction",
    courses: str = "first",
) -> pd.DataFrame:
    """Of the courses that answered on suicidality before and after: who has less of it, who more, who newly has it.

    Args:
        cohort: the courses looked at.
        by: a dimension of courses, ``year``, or ``none`` for one row a scale.
        instrument: a scale that asks; without it a block for each that somebody answered before treatment.
        window: when the later answer is taken, as in ``metrics.response``.
        courses: ``first`` course of each patient, or ``all``.

    Returns:
        The columns of COLUMNS. ``n_before`` have an answer at most 28 days before the first dose, ``n_due`` of them are
        due, ``n_missing`` of those have no answer in the window. Of the others ``n_with`` had it before: ``n_lower``,
        ``n_same`` and ``n_higher`` by the answer, ``n_gone`` (of the lower) below the answer that is a reason; of
        ``n_without`` it is newly there in ``n_newly``. Rates 0-1 with Wilson's 95 % interval.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §5, §4; Wilson 1927.
    """
    require("by", by, SPLITS)
    require("courses", courses, ("first", "all"))
    if instrument is not None:
        require("instrument", instrument, ASKING)
    wish = wishes(cohort, window=Window.parse(window), courses=courses)
    counts = cohort.read(_counts(wish, by))
    own = [instrument] if instrument else _answered(counts)
    table = ordered(counts[counts["instrument"].isin(own)], by, first=["place"])
    scales = scales_of(cohort, own).to_dict("records")
    return with_notes(with_rates(table, _RATES)[named(COLUMNS, by)], rules=[_rule(scale) for scale in scales])


def _answered(counts: pd.DataFrame) -> list[str]:
    return list(counts.loc[counts["n_before"] > 0, "instrument"].unique())


def members(
    cohort: Cohort,
    *,
    by: str = "none",
    instrument: str | None = None,
    window: str = "post-induction",
    courses: str = "first",
) -> Behind:
    """The courses behind the counts of ``suicidality``; takes the same."""
    rows = wishes(cohort, window=Window.parse(window), courses=courses)
    return Behind(split_keys(by, "instrument"), flagged("course", rows, _counted(rows.c), "before", "after"))


def _counts(wish: sa.Subquery, by: str) -> Statement:
    w = wish.c
    split = [] if by == "none" else [w[by]]
    return sa.select(
        *split,
        w.place,
        w.instrument,
        *(total(sa.case((holds, 1), else_=0)).label(name) for name, holds in _counted(w).items()),
    ).group_by(*split, w.place, w.instrument)


def _counted(w: Columns) -> dict[str, Condition]:
    """Column -> which of the courses it counts."""
    both = w.after.is_not(None)
    had, has = w.before >= w.flag, w.after >= w.flag
    return {
        "n_started": sa.true(),
        "n_before": w.before.is_not(None),
        "n_due": w.due == 1,
        "n_missing": sa.and_(w.due == 1, w.after.is_(None)),
        "n_with": sa.and_(both, had),
        "n_lower": sa.and_(both, had, w.after < w.before),
        "n_gone": sa.and_(both, had, sa.not_(has)),
        "n_same": sa.and_(both, had, w.after == w.before),
        "n_higher": sa.and_(both, had, w.after > w.before),
        "n_without": sa.and_(both, sa.not_(had)),
        "n_newly": sa.and_(both, sa.not_(had), has),
    }


def _rule(scale: Any) -> str:
    """Which item, and from which answer on it is there."""
    return f"{scale['instrument']}: there = {item_words(scale['instrument'], scale['suicidality_from'])}."


def item_words(code: str, least: Any) -> str:
    """``item 9 answered 1 or more``; of a ladder ``question 3 or higher answered yes``."""
    scale = INSTRUMENTS[code]
    if scale.scoring == "highest-yes" or scale.suicidality is None:
        return f"question {int(least)} or a higher one answered yes"
    return f"item {scale.suicidality.item} answered {int(least)} or more"


METRIC = Metric(
    "suicidality",
    "suicidality after treatment: lower, gone, same, higher of those who had it; newly there of the others",
    suicidality,
    (
        Option("by", "what the rows are split by", "none", SPLITS),
        Option("instrument", "a scale that asks; without it a block for each", "", tuple(ASKING)),
        Option("window", "A-B (days), day-28, post-induction, session-K or last", "post-induction"),
        Option("courses", "the first course of each patient, or all", "first", ("first", "all")),
    ),
    COLUMNS,
    members=members,
)
