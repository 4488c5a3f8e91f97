"""Intervals of proportions."""

from typing import Any

import pandas as pd
from scipy.stats import binomtest


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
