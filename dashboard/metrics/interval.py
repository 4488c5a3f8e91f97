"""Intervals of proportions."""

import math
from typing import Any

import pandas as pd
from scipy.stats import binom, binomtest, norm

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
    rate = int(count) / int(total)  # only the interval is asked for: against its own rate no p-value is searched
    interval = binomtest(int(count), int(total), rate).proportion_ci(method="wilson")
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


def newcombe(count: Any, total: Any, other_count: Any, other_total: Any) -> tuple[float, float]:
    """The 95 % interval of one proportion less another, both totals above 0.

    Source: Newcombe 1998, Stat Med 17:873, method 10: the square-and-add of two Wilson intervals.
    """
    one, two = int(count) / int(total), int(other_count) / int(other_total)
    (low, high), (other_low, other_high) = wilson_of(one, int(total)), wilson_of(two, int(other_total))
    below = math.hypot(one - low, other_high - two)
    above = math.hypot(high - one, two - other_low)
    return one - two - below, one - two + above


def chance_limits(rate: float, total: int, share: float) -> tuple[float, float]:
    """Between which proportions of so many that share of groups lies, were the true rate of all this one; 0-1.

    Source: Spiegelhalter 2005, Stat Med 24:1185, appendix A.1.1: exact binomial, interpolated between whole counts.
    """
    low, high = (_binomial_limit(rate, total, tail) for tail in ((1 - share) / 2, (1 + share) / 2))
    return low, high


def _binomial_limit(rate: float, total: int, tail: float) -> float:
    count = int(binom.ppf(tail, total, rate))
    if count in (0, total):  # none, or all, is within the limits where whole counts say so
        return count / total
    reached, before = float(binom.cdf(count, total, rate)), float(binom.cdf(count - 1, total, rate))
    return (count - (reached - tail) / (reached - before)) / total
