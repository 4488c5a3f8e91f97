"""Do the curves of several groups differ by more than chance? The log-rank test, in numbers and in a sentence."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import chi2

from dashboard.clinical.cohort import MIXED, UNKNOWN

LEAST = 10
"""Groups of fewer are not compared."""
_NO_GROUP = (MIXED, UNKNOWN)
WARNING = "Groups were not assigned at random and are seen at different times, so a small p is no proof of a cause."


def log_rank(curves: Sequence[pd.DataFrame], *, x: str = "day") -> tuple[float, int, float]:
    """Chi-squared, degrees of freedom and p of two or more groups, each with its rows of ``metrics.survival``.

    Source: Mantel 1966; Peto & Peto 1972; the same as R's ``survdiff(…, rho = 0)``.
    """
    times = sorted({int(t) for curve in curves for t in curve.loc[curve["n_events"] > 0, x]})
    events = np.array([[_at(curve, x, time)[1] for curve in curves] for time in times], dtype=float)
    at_risk = np.array([[_at(curve, x, time)[0] for curve in curves] for time in times], dtype=float)
    excess, variance = np.zeros(len(curves)), np.zeros((len(curves), len(curves)))
    for happened, left in zip(events, at_risk, strict=True):
        n, d = left.sum(), happened.sum()
        share = left / n
        excess += happened - d * share
        if n > 1:
            variance += d * (n - d) / (n - 1) * (np.diag(share) - np.outer(share, share))
    freedom = len(curves) - 1
    statistic = float(excess[:-1] @ np.linalg.pinv(variance[:-1, :-1]) @ excess[:-1])
    return statistic, freedom, float(chi2.sf(statistic, freedom))


def _at(curve: pd.DataFrame, x: str, time: int) -> tuple[int, int]:
    """How many of a group were at risk before a time, and to how many it happened then."""
    row = curve[curve[x] >= time].head(1)
    if row.empty:
        return 0, 0
    return int(row["n_at_risk"].iloc[0]), int(row["n_events"].iloc[0]) if int(row[x].iloc[0]) == time else 0


def log_rank_words(table: pd.DataFrame, by: str, *, x: str = "day") -> list[str]:
    """The test of a table's groups as sentences for its notes; none without a split, or with too few in them.

    Mixed and unknown are no group of their own, and groups of under LEAST are left out; the sentence says so.
    """
    if by == "none":
        return []
    groups = {value: rows for value, rows in table.groupby(by, sort=False) if str(value) not in _NO_GROUP}
    compared = {value: rows for value, rows in groups.items() if int(rows["n_at_risk"].iloc[0]) >= LEAST}
    if len(compared) < 2 or not sum(int(rows["n_events"].sum()) for rows in compared.values()):
        return []
    statistic, freedom, p = log_rank(list(compared.values()), x=x)
    sizes = ", ".join(f"{value!s} {int(rows['n_at_risk'].iloc[0])}" for value, rows in compared.items())
    left = len(set(table[by])) - len(compared)
    without = f"; {left} left out: under {LEAST}, mixed or unknown" if left else ""
    said = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
    plural = "degree" if freedom == 1 else "degrees"
    return [
        f"Log-rank test of {len(compared)} groups (n: {sizes}{without}): chi-squared {statistic:.2f} on {freedom} "
        f"{plural} of freedom, {said}. {WARNING}"
    ]
