"""From one severity band to another: where courses began, and where they are."""

from typing import Any, Unpack

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.instruments import INSTRUMENTS
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


METRIC = Metric(
    "bands",
    "severity band at baseline by band at the later score: how many courses of each",
    bands,
    OPTIONS,
    COLUMNS,
)
