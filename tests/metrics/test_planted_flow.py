"""The shift and the no-shows that are planted in a demo clinic are found again, and none where none is planted."""

import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.clinical.cohort import Cohort
from dashboard.demo.calendar import Calendar
from dashboard.demo.options import NOTHING_PLANTED, Options, Planted
from dashboard.metrics.period import date_of
from dashboard.metrics.spc import spc
from dashboard.metrics.throughput import throughput
from dashboard.store import Builds

DATE = datetime.date(2024, 6, 30)
SEEDS = range(1, 4)
OPENING_WEEKS = 12
"""A clinic that opens fills up first."""


@dataclass(frozen=True)
class Factor:
    """A ratio with the standard error of its logarithm."""

    ratio: float
    error: float

    def holds(self, truth: float) -> bool:
        """Whether the 95 % interval does."""
        return abs(math.log(self.ratio / truth)) <= 1.96 * self.error


@dataclass(frozen=True)
class Found:
    """Of one clinic: bookings after the shift to before; no-shows on Mondays to other days; weeks called better."""

    shift: Factor
    monday: Factor
    share_better: float


def found(demo_clinic: Callable[[Options], Path], seed: int, planted: Planted) -> Found:
    options = Options(DATE, patients=600, seed=seed, hard_cases=False, planted=planted)
    builds = Builds(demo_clinic(options) / "home")
    cohort, calendar = Cohort(builds.current()), Calendar.of(options)
    shift, closed = str(date_of(calendar.shift)), [str(date_of(week)) for week in calendar.closed]
    weeks = throughput(cohort)
    weeks = weeks[~weeks["partial"] & ~weeks["period"].isin(closed)].iloc[OPENING_WEEKS:]
    since = datetime.date.fromisoformat(weeks["period"].iloc[0])
    points = spc(Cohort(cohort.store, since=since))
    after = points[(points["period"] >= shift) & ~points["period"].isin(closed)]
    days = throughput(cohort, period="day")
    builds.close()
    return Found(_means(weeks, shift), _rates(days), float((after["meaning"] == "improvement").mean()))


def _means(weeks: pd.DataFrame, shift: str) -> Factor:
    """By the delta method, var(log mean) = var / (n mean²)."""
    late = weeks["period"] >= shift
    before, after = (weeks.loc[each, "n_scheduled"].to_numpy(float) for each in (~late, late))
    variance = sum(float(each.var(ddof=1)) / len(each) / float(each.mean()) ** 2 for each in (before, after))
    return Factor(float(after.mean() / before.mean()), math.sqrt(variance))


def _rates(days: pd.DataFrame) -> Factor:
    """Of two independent proportions, var(log p) = 1 / k - 1 / n."""
    is_monday = np.array([datetime.date.fromisoformat(day).weekday() == 0 for day in days["period"]])
    sizes = []
    for rows in (days[is_monday], days[~is_monday]):
        missed = int(rows["n_no_show"].sum())
        sizes.append((missed, missed + int(rows["n_completed"].sum() + rows["n_late_cancelled"].sum())))
    (k, n), (k_other, n_other) = sizes
    return Factor(k / n * n_other / k_other, math.sqrt(1 / k - 1 / n + 1 / k_other - 1 / n_other))


def agree(factors: list[Factor], truth: float) -> bool:
    """Of three 95 % intervals two at least hold the truth, and so does that of their mean."""
    mean = float(np.mean([math.log(each.ratio) for each in factors]))
    error = math.sqrt(sum(each.error**2 for each in factors)) / len(factors)
    together = Factor(math.exp(mean), error)
    return sum(each.holds(truth) for each in factors) >= len(factors) - 1 and together.holds(truth)


@pytest.mark.parametrize("planted", [Planted(), NOTHING_PLANTED], ids=["planted", "none"])
def test_what_is_planted_is_found(demo_clinic: Callable[[Options], Path], planted: Planted) -> None:
    clinics = [found(demo_clinic, seed, planted) for seed in SEEDS]
    assert agree([each.shift for each in clinics], planted.shift), clinics
    assert agree([each.monday for each in clinics], planted.no_show_monday), clinics
    is_planted = planted.shift > 1
    assert all(each.shift.holds(1) is False for each in clinics) or not is_planted, clinics
    assert all(each.monday.holds(1) is False for each in clinics) or not is_planted, clinics
    # the XmR chart calls the weeks after the shift better, and without one next to none of them
    better = [each.share_better for each in clinics]
    assert min(better) > 0.6 if is_planted else max(better) < 0.1, clinics
