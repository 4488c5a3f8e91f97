"""Intervals of proportions."""

import math
from typing import Any

import pandas as pd
from scipy.stats import binomtest, norm

_Z = float(norm.ppf(0.975))


def wilson(counts: "pd.Series[Any]", totals: "pd.Series[Any]") -> "tuple[pd.Series[Any], pd.Series[Any]]":
    """Wilson's 95 % interval of each count out of its total; empty where the total is 0 or the count is.

    Witness: R ``prop.test(6, 12, correct = FALSE)`` and ``clinical.md`` §6: 6/12 gives 25-75 %, 0/10 gives 0-28 %.
    """
    bounds = [_wilson(k, n) for k, n in zip(counts, totals, strict=True)]
    low, high = (pd.Series([pair[side] for pair in bounds], counts.index, dtype="Float64") for side in (0, 1))
    return low, high


def _wilson(count: Any, total: Any) -> tuple[float | None, float | None]:
    if pd.isna(count) or pd.isna(total) or total == 0:
        return None, None
    interval = binomtest(int(count), int(total)).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def wilson_of(rate: float, number: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a rate among so many, which need not be whole.

    Source: Wilson 1927; the same as ``wilson`` where the number is whole.
    """
    weight = _Z**2 / number
    centre = (rate + weight / 2) / (1 + weight)
    half = math.sqrt(rate * (1 - rate) * weight + weight**2 / 4) / (1 + weight)
    low = 0.0 if rate == 0 else centre - half
    high = 1.0 if rate == 1 else centre + half
    return low, high
