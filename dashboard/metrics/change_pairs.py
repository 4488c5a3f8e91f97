"""Before and after: the baseline and the later score of every course scored, without anybody's name."""

from typing import Any, Unpack

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SPLITS, Cohort, in_order
from dashboard.clinical.score import reaches
from dashboard.clinical.scoring import SCALE
from dashboard.clinical.tables import Columns, Value
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.rule import cut_words, scales_of, threshold_words
from dashboard.metrics.scored import OPTIONS, Choice, chosen
from dashboard.metrics.tidy import named
from dashboard.model import Statement

COLUMNS = ("by", "instrument", "baseline", "score", "change", "pct_change", "region")
REGIONS = ("improved-past-cut", "improved", "no-change", "worse")
"""By the meaningful threshold; past the cut = from the ill side of the baseline cut to its well side."""


def change_pairs(cohort: Cohort, *, by: str = "none", **choice: Unpack[Choice]) -> pd.DataFrame:
    """A row a course scored: where it began, where it is now, and what that change is called.

    Args:
        cohort: the courses looked at.
        by: a dimension of courses, ``year``, or ``none``.
        choice: which scores of which courses, as in ``metrics.response``.

    Returns:
        The columns of COLUMNS, scores in points, ``pct_change`` in percent of the baseline. From the worst change of a
        scale to the best, in percent; equal ones by baseline, score and group. ``region`` is one of REGIONS, empty on a
        scale without a meaningful threshold.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §3, §4.
    """
    rows = cohort.read(_rows(chosen(cohort, by, **choice), by))
    split = [] if by == "none" else [by]
    rank = {value: place for place, value in enumerate(in_order(by, rows[by].unique()) if split else [])}
    rows["gain"] = rows["better"] * rows["pct_change"]
    rows["rank"] = rows[by].map(rank) if split else 0
    table = rows.sort_values(["place", "gain", "baseline", "score", "rank"], ignore_index=True)[named(COLUMNS, by)]
    scales = scales_of(cohort, rows["instrument"].unique())
    return with_notes(table, [_rule(scale) for scale in scales.to_dict("records")])


def members(cohort: Cohort, *, by: str = "none", **choice: Unpack[Choice]) -> Behind:
    """The courses with a row's baseline and score, and all of each region; takes what ``change-pairs`` does."""
    rows = chosen(cohort, by, **choice)
    found = flagged("course", rows, {"score": rows.c.scored == 1}, "baseline", "score", "change")
    r = rows.c
    split = [] if by == "none" else [r[by]]
    placed = (
        sa.select(r.patient_id, r.course, r.instrument, *split, r.change, r.pct_change, _region(r).label("region"))
        .join_from(rows, SCALE, SCALE.c.instrument == r.instrument)
        .where(r.scored == 1)
        .subquery("placed")
    )
    of_region = {region_count(each): placed.c.region == each for each in REGIONS}
    everywhere = flagged("course", placed, of_region, "change", "pct_change")
    return Behind(split_keys(by, "instrument", "baseline", "score"), {**found, **everywhere})


def region_count(region: str) -> str:
    """The name of the count of a region, which every row of a scale opens alike."""
    return f"n_{region.replace('-', '_')}"


def _rows(course: sa.Subquery, by: str) -> Statement:
    o, s = course.c, SCALE.c
    split = [] if by == "none" else [o[by]]
    return (
        sa.select(
            *split,
            o.place,
            o.instrument,
            s.better,
            *(o[name] for name in ("baseline", "score", "change", "pct_change")),
            _region(o).label("region"),
        )
        .join_from(course, SCALE, s.instrument == o.instrument)
        .where(o.scored == 1)
    )


def _region(o: Columns) -> Value:
    """Which of REGIONS a scored course is in, beside its SCALE; empty on a scale without a meaningful threshold."""
    s = SCALE.c
    gain = s.better * o.change
    past_cut = sa.and_(s.better * (o.baseline - s.baseline_cut) <= 0, s.better * (o.score - s.baseline_cut) > 0)

    def moved(amount: Any) -> Any:
        return reaches(s.meaningful_kind, s.meaningful_value, amount, o.baseline)

    region = sa.case(
        (s.meaningful_kind.is_(None), sa.null()),
        (sa.and_(moved(gain), sa.func.coalesce(past_cut, sa.false())), "improved-past-cut"),
        (moved(gain), "improved"),
        (moved(-gain), "worse"),
        else_="no-change",
    )
    return sa.cast(region, sa.String())


def _rule(scale: Any) -> str:
    cut = cut_words(scale)
    past = f"; past the cut = from {cut} to its well side" if cut else ""
    return f"{scale['instrument']}: improved or worse = {threshold_words(scale, meaningful=True)}{past}."


METRIC = Metric(
    "change-pairs",
    "baseline and later score of every course scored, with the region of its change; no names",
    change_pairs,
    (Option("by", "a column to know the rows by", "none", SPLITS), *OPTIONS),
    COLUMNS,
    members=members,
)
