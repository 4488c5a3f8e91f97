"""Means and deviations that come out alike to the last digit, however an engine adds up."""

import math
from typing import Any

import pandas as pd
import sqlalchemy as sa

GRAIN = 42_000
"""Scores are summed as whole numbers of this part of a point, so that no order of adding rounds differently.

It holds three decimals, and thirds to sevenths: the means of the shortest scales.
"""


def sums(value: sa.ColumnElement[Any], name: str) -> list[sa.ColumnElement[Any]]:
    """Columns ``<name>_sum`` and ``<name>_squares`` of a statement: whole grains, and their squares."""
    grains = sa.cast(sa.func.floor(sa.cast(value, sa.Float) * GRAIN + 0.5), sa.BigInteger)
    columns = {"sum": grains, "squares": grains * grains}
    return [
        sa.cast(sa.func.coalesce(sa.func.sum(each), 0), sa.BigInteger).label(f"{name}_{what}")
        for what, each in columns.items()
    ]


def means(table: pd.DataFrame, name: str, n: str) -> "pd.Series[Any]":
    """The means (points); empty where nobody is."""
    pairs = zip(table[f"{name}_sum"], table[n], strict=True)
    return pd.Series(
        [total / (GRAIN * count) if count else None for total, count in pairs], table.index, dtype="Float64"
    )


def deviations(table: pd.DataFrame, name: str, n: str) -> "pd.Series[Any]":
    """The sample standard deviations (points); empty below two."""
    rows = zip(table[f"{name}_sum"], table[f"{name}_squares"], table[n], strict=True)
    return pd.Series([_deviation(int(s), int(q), int(k)) for s, q, k in rows], table.index, dtype="Float64")


def _deviation(total: int, squares: int, count: int) -> float | None:
    if count < 2:
        return None
    return math.sqrt((count * squares - total**2) / (count * (count - 1))) / GRAIN
