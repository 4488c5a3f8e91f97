"""From one severity band to another: where courses began, and where they are."""

from typing import Any, Unpack

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import Value
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.members import Behind, flagged
from dashboard.metrics.options import Metric, with_notes
from dashboard.metrics.rule import scales_of
from dashboard.metrics.scored import OPTIONS, Choice, chosen

COLUMNS = ("instrument", "band_before", "band_after", "n")


def bands(cohort: Cohort, **choice: Unpack[Choice]) -> pd.DataFrame:
    """Of the courses scored, how many were in which band at baseline and are in which now.

    Args:
        cohort: the courses looked at.
        choice: which scores of which courses, as in ``metrics.response``.

    Returns:
        The columns of COLUMNS: a row for every pair of a scale's bands, from the mildest lower edge on, 0 where nobody
        is. No row of a scale without bands.

    Raises:
        OptionError: for a value that does not exist.

    Source: the bands of ``data/instruments.toml``.
    """
    o = chosen(cohort, "none", **choice).c
    pairs = cohort.read(sa.select(o.instrument, o.baseline, o.score).where(o.scored == 1))
    rows: list[tuple[Any, ...]] = []
    for code in scales_of(cohort, pairs["instrument"].unique())["instrument"]:
        scale, own = INSTRUMENTS[code], pairs[pairs["instrument"] == code]
        moves = [(scale.band(one), scale.band(two)) for one, two in zip(own["baseline"], own["score"], strict=True)]
        names = [band.name for band in scale.bands]
        rows += [(code, one, two, moves.count((one, two))) for one in names for two in names]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(COLUMNS[:3], "str") | {"n": "Int64"})
    bare = [code for code in pairs["instrument"].unique() if not INSTRUMENTS[code].bands]
    return with_notes(table, rules=[f"{code} has no severity bands, so it has no rows." for code in sorted(bare)])


def members(cohort: Cohort, **choice: Unpack[Choice]) -> Behind:
    """The courses behind every ``n`` of ``bands``; takes the same."""
    course = chosen(cohort, "none", **choice)
    o = course.c
    named = {"band_before": _band(o.instrument, o.baseline), "band_after": _band(o.instrument, o.score)}
    rows = sa.select(course, *(band.label(name) for name, band in named.items())).where(o.scored == 1).subquery("moved")
    return Behind(("instrument", *named), flagged("course", rows, {"n": sa.true()}, "baseline", "score"))


def _band(instrument: Value, score: Value) -> Value:
    """The last band whose lower edge is at most the score."""
    edges = [
        (sa.and_(instrument == scale.code, score >= band.lower), band.name)
        for scale in INSTRUMENTS.values()
        for band in scale.bands[::-1]
    ]
    return sa.case(*edges)


METRIC = Metric(
    "bands",
    "severity band at baseline by band at the later score: how many courses of each",
    bands,
    OPTIONS,
    COLUMNS,
    members=members,
)
