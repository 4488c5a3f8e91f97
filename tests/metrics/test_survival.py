"""Kaplan and Meier's curve, against printed tables and scipy."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import CensoredData, ecdf

from dashboard.metrics.survival import COLUMNS, first_day_at_most, survival

# Weeks of remission under 6-MP and under placebo: Freireich et al., Blood 1963; Cox, J R Stat Soc B 1972.
TREATED = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
TREATED_CENSORED = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}
PLACEBO = {1: 2, 2: 2, 3: 1, 4: 2, 5: 2, 8: 4, 11: 2, 12: 2, 15: 1, 17: 1, 22: 1, 23: 1}


def counts(events: dict[int, int], censored: dict[int, int]) -> pd.DataFrame:
    rows = [(day, 1, n) for day, n in events.items()] + [(day, 0, n) for day, n in censored.items()]
    return pd.DataFrame(rows, columns=["day", "is_event", "n"]).astype("Int64")


def test_the_printed_curve() -> None:
    """Cox & Oakes, Analysis of Survival Data, table of the 6-MP group."""
    table = survival(counts(TREATED, TREATED_CENSORED), "none")
    assert list(table) == list(COLUMNS[1:])
    at = table.set_index("day")
    printed = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {day: round(at.loc[day, "not_yet"], 3) for day in printed} == printed
    assert at.loc[[6, 7, 10, 23], "n_at_risk"].tolist() == [21, 17, 15, 6]
    assert at.loc[6, ["n_events", "n_censored"]].tolist() == [3, 1]  # of one week the events come first
    assert at.loc[0].tolist() == [21, 0, 0, 1.0, pd.NA, pd.NA]


def test_the_printed_interval() -> None:
    """Stata's ``sts list`` of the placebo group, log-log: data.princeton.edu/eco572/KaplanMeier.html."""
    at = survival(counts(PLACEBO, {}), "none").set_index("day")
    rows = at.loc[[1, 2], ["n_at_risk", "n_events", "not_yet", "not_yet_low", "not_yet_high"]].astype(float).round(4)
    assert rows.to_numpy().tolist() == [[21, 2, 0.9048, 0.67, 0.9753], [19, 2, 0.8095, 0.5689, 0.9239]]
    assert at.loc[23, ["not_yet", "not_yet_low", "not_yet_high"]].tolist() == [0.0, pd.NA, pd.NA]


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_scipy(seed: int) -> None:
    draw = np.random.default_rng(seed)
    days, is_event = draw.integers(1, 60, 150), draw.random(150) < 0.6
    sample = CensoredData(uncensored=days[is_event], right=days[~is_event])
    other = ecdf(sample).sf
    low, high = (side.probabilities for side in other.confidence_interval(method="log-log"))
    table = survival(pd.DataFrame({"day": days, "is_event": is_event.astype(int), "n": 1}), "none")
    own = table[table["day"] > 0].set_index("day").astype("float64").reindex(other.quantiles)
    assert own["not_yet"].to_numpy() == pytest.approx(other.probabilities)
    inside = (other.probabilities > 0) & (other.probabilities < 1)
    assert own["not_yet_low"].to_numpy()[inside] == pytest.approx(low[inside])
    assert own["not_yet_high"].to_numpy()[inside] == pytest.approx(high[inside])


def test_a_group_is_a_curve_of_its_own_in_the_splits_order() -> None:
    both = pd.concat([counts(PLACEBO, {}).assign(sex="unknown"), counts(TREATED, TREATED_CENSORED).assign(sex="male")])
    table = survival(both, "sex")
    assert table["sex"].drop_duplicates().tolist() == ["male", "unknown"]
    alone = survival(counts(PLACEBO, {}), "none")
    assert table[table["sex"] == "unknown"].drop(columns="sex").reset_index(drop=True).equals(alone)


def test_the_first_day_at_most_is_reached_not_crossed() -> None:
    assert first_day_at_most(survival(counts(TREATED, TREATED_CENSORED), "none"), 0.5) == 23
    assert first_day_at_most(survival(counts(TREATED, TREATED_CENSORED), "none"), 0.1) is None
    ten = survival(counts(dict.fromkeys(range(1, 11), 1), {}), "none")
    assert first_day_at_most(ten, 0.5) == 5  # exactly half are left
    assert first_day_at_most(ten, 0.1) == 9


def test_it_handles_no_data() -> None:
    assert survival(counts({}, {}), "none").empty
    assert survival(counts({}, {}).assign(sex=pd.Series(dtype="str")), "sex").empty
