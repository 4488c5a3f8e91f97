"""The log-rank test, against a printed result, scipy, and a sum by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import CensoredData, logrank

from dashboard.metrics.log_rank import WARNING, log_rank, log_rank_words
from dashboard.metrics.survival import survival
from tests.metrics.test_survival import PLACEBO, TREATED, TREATED_CENSORED, counts


def test_the_printed_statistic() -> None:
    """R's ``survdiff`` of the 6-MP trial: chisq = 16.8 on 1 degree of freedom, p = 4e-05; Cox & Oakes give 16.79."""
    curves = [survival(counts(TREATED, TREATED_CENSORED), "none"), survival(counts(PLACEBO, {}), "none")]
    statistic, freedom, p = log_rank(curves)
    assert (round(statistic, 2), freedom, float(f"{p:.0e}")) == (16.79, 1, 4e-05)


@pytest.mark.parametrize("seed", range(4))
def test_of_two_groups_it_agrees_with_scipy(seed: int) -> None:
    draw = np.random.default_rng(seed)
    samples, curves = [], []
    for longest in (40, 60):
        days, is_event = draw.integers(1, longest, 80), draw.random(80) < 0.7
        samples.append(CensoredData(uncensored=days[is_event], right=days[~is_event]))
        curves.append(survival(pd.DataFrame({"day": days, "is_event": is_event.astype(int), "n": 1}), "none"))
    other = logrank(*samples)
    statistic, _, p = log_rank(curves)
    assert statistic == pytest.approx(other.statistic**2)
    assert p == pytest.approx(other.pvalue)


def test_three_groups_by_hand() -> None:
    # an event each, on days 1, 2 and 3: observed less expected 2/3, 1/6, -5/6; of the first two the variances are 2/9
    # and 17/36, the covariance -1/9; so the statistic is 54/5 x (68 + 8 + 2) / 324 = 2.6
    curves = [survival(counts({day: 1}, {}), "none") for day in (1, 2, 3)]
    for order in (curves, curves[::-1]):
        assert log_rank(order)[:2] == (pytest.approx(2.6), 2)


def test_the_sentence_says_who_is_compared() -> None:
    named = {"iv": counts(PLACEBO, {}), "im": counts(TREATED, TREATED_CENSORED), "mixed": counts(PLACEBO, {})}
    named["sc"] = counts({3: 9}, {})
    table = survival(pd.concat([each.assign(route=value) for value, each in named.items()]), "route")
    (sentence,) = log_rank_words(table, "route")
    assert sentence == (
        "Log-rank test of 2 groups (n: iv 21, im 21; 2 left out: under 10, mixed or unknown): chi-squared 16.79 on 1 "
        f"degree of freedom, p < 0.001. {WARNING}"
    )
    assert log_rank_words(table[table["route"] != "im"], "route") == []
    assert log_rank_words(survival(counts(PLACEBO, {}), "none"), "none") == []
