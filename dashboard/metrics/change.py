"""Change, all of it: reliably improved, recovered, unchanged and reliably worse, reported together."""

from typing import Any, Unpack

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SPLITS, Cohort
from dashboard.clinical.score import worsened
from dashboard.clinical.scoring import SCALE
from dashboard.clinical.tables import Condition
from dashboard.metrics.interval import wilson
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.response import ratio
from dashboard.metrics.rule import cut_words, scales_of, threshold_words
from dashboard.metrics.scored import OPTIONS, Choice, chosen
from dashboard.metrics.tidy import named, ordered, total
from dashboard.model import Statement

RATES = {
    "n_reliably_improved": ("improved", "n_scored"),
    "n_recovered": ("recovered", "n_cases"),
    "n_reliably_recovered": ("reliably_recovered", "n_cases"),
    "n_unchanged": ("unchanged", "n_scored"),
    "n_reliably_worse": ("worse", "n_scored"),
    "n_any_worse": ("any_worse", "n_scored"),
}
"""Count -> what its rate is called, and what it is of."""
_PARTS = {
    column: (column, *(f"{noun}_{part}" for part in ("rate", "low", "high"))) for column, (noun, _) in RATES.items()
}
COLUMNS = (
    "by",
    "instrument",
    "n_due",
    "n_scored",
    *_PARTS["n_reliably_improved"],
    "n_cases",
    *(name for column in list(RATES)[1:] for name in _PARTS[column]),
)
_COUNTED = (
    "n_scored",
    "n_reliably_improved",
    "n_cases",
    "n_recovered",
    "n_reliably_recovered",
    "n_reliably_worse",
    "n_any_worse",
)
_BY_THRESHOLD = ("n_reliably_improved", "n_reliably_worse", "n_unchanged", "n_reliably_recovered")
_BY_CUT = ("n_cases", "n_recovered", "n_reliably_recovered")


def change(cohort: Cohort, *, by: str = "none", **choice: Unpack[Choice]) -> pd.DataFrame:
    """Of the courses scored, how many changed by how much, in both directions.

    Args:
        cohort: the courses looked at.
        by: a dimension of courses, ``year``, or ``none`` for one row a scale.
        choice: which scores of which courses, as in ``metrics.response``.

    Returns:
        The columns of COLUMNS, counts of courses and rates 0-1 with Wilson's 95 % interval. Improved and worse are by
        the reliable threshold, on a scale without one by the meaningful one, and a sentence says which; unchanged is
        neither. ``n_cases`` are those whose baseline is at or beyond the baseline cut; recovered are those of them
        whose score is on its well side, reliably recovered those who also improved reliably. ``n_any_worse`` counts
        any step to the worse. What has no rule is empty.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``clinical.md`` §1 (NHS Talking Therapies: reliable improvement, recovery, deterioration); Wilson 1927.
    """
    counts = cohort.read(_counts(chosen(cohort, by, **choice), by))
    scales = scales_of(cohort, counts["instrument"])
    table = _with_rates(_without_rule_empty(ordered(counts, by, first=["place"]), scales))
    return with_notes(table[named(COLUMNS, by)], rules=[_rule(scale) for scale in scales.to_dict("records")])


def members(cohort: Cohort, *, by: str = "none", **choice: Unpack[Choice]) -> Behind:
    """The courses behind the counts of ``change``; takes the same."""
    rows = _courses(chosen(cohort, by, **choice))
    flags = {name: rows.c[name] == 1 for name in ("n_due", *_COUNTED, "n_unchanged")}
    return Behind(split_keys(by, "instrument"), flagged("course", rows, flags, "baseline", "score", "change"))


def _counts(course: sa.Subquery, by: str) -> Statement:
    r = _courses(course).c
    split = [] if by == "none" else [r[by]]
    return sa.select(
        *split, r.place, r.instrument, *(total(r[name]).label(name) for name in ("n_due", *_COUNTED))
    ).group_by(*split, r.place, r.instrument)


def _courses(course: sa.Subquery) -> sa.Subquery:
    """The courses with every count as 0 or 1."""
    o, s = course.c, SCALE.c
    gain = s.better * o.change
    improved = worsened(s, gain, o.baseline)  # the same threshold, in the other direction
    worse = worsened(s, -gain, o.baseline)
    is_case = s.better * (o.baseline - s.baseline_cut) <= 0
    is_well = s.better * (o.score - s.baseline_cut) > 0
    counted: dict[str, Condition] = {
        "n_scored": sa.true(),
        "n_reliably_improved": improved,
        "n_cases": is_case,
        "n_recovered": sa.and_(is_case, is_well),
        "n_reliably_recovered": sa.and_(is_case, is_well, improved),
        "n_reliably_worse": worse,
        "n_any_worse": gain < 0,
        "n_unchanged": sa.not_(sa.or_(improved, worse)),
    }
    flags = (sa.case((sa.and_(o.scored == 1, holds), 1), else_=0).label(name) for name, holds in counted.items())
    return (
        sa.select(course, o.due.label("n_due"), *flags)
        .join_from(course, SCALE, s.instrument == o.instrument)
        .subquery("changed")
    )


def _without_rule_empty(counts: pd.DataFrame, scales: pd.DataFrame) -> pd.DataFrame:
    """Where a scale has no threshold, or no cut, what rests on it is empty, not 0."""
    unchanged = counts["n_scored"] - counts["n_reliably_improved"] - counts["n_reliably_worse"]
    table = counts.assign(n_unchanged=unchanged)
    has_threshold = scales["reliable"].notna() | scales["meaningful_kind"].notna()
    for columns, ruled in ((_BY_THRESHOLD, has_threshold), (_BY_CUT, scales["baseline_cut"].notna())):
        codes = scales.loc[ruled, "instrument"]
        for column in columns:
            table[column] = table[column].where(table["instrument"].isin(codes))
    return table


def _with_rates(counts: pd.DataFrame) -> pd.DataFrame:
    return with_rates(counts, {noun: (column, whole) for column, (noun, whole) in RATES.items()})


def with_rates(counts: pd.DataFrame, rates: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """The table with ``<noun>_rate``, ``_low`` and ``_high`` (Wilson) of each noun's count and what it is of."""
    table = counts.copy()
    for noun, (column, whole) in rates.items():
        table[f"{noun}_rate"] = ratio(table[column], table[whole])
        table[f"{noun}_low"], table[f"{noun}_high"] = wilson(table[column], table[whole])
    return table


def _rule(scale: Any) -> str:
    cut = cut_words(scale)
    recovered = f"recovered = baseline {cut}, score on the well side of it" if cut else "no cut, so nobody is a case"
    return f"{scale['instrument']}: improved or worse = {threshold_words(scale)}; {recovered}; any worse = any step."


METRIC = Metric(
    "change",
    "reliably improved, recovered, unchanged, reliably worse and worse at all, together",
    change,
    (Option("by", "what the rows are split by", "none", SPLITS), *OPTIONS),
    COLUMNS,
    members=members,
)
