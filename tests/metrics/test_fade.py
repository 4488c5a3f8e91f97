"""The fade that is planted in a demo clinic is found again, with its interval, and none where none is planted."""

import datetime
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dashboard.clinical.cohort import Cohort
from dashboard.demo.options import NOTHING_PLANTED, Options, Planted
from dashboard.metrics.side_effects_by_session import side_effects_by_session
from dashboard.store import Builds

DATE = datetime.date(2024, 6, 30)
SEEDS = range(1, 4)


def fade(demo_clinic: Callable[[Options], Path], seed: int, planted: Planted) -> tuple[float, float, float]:
    """The factor from one session of a course to the next, with its 95 % interval.

    Weighted least squares of log(rate) on the session number, up to where the planted fade ends; the weights are those
    of independent sessions, var(log p) = (1 - p) / (p n).
    """
    options = Options(DATE, patients=600, seed=seed, hard_cases=False, planted=planted)
    builds = Builds(demo_clinic(options) / "home")
    table = side_effects_by_session(Cohort(builds.current(), {"route": ("iv",)}), term="Dissociation")
    builds.close()
    table = table[(table["session_number"] <= planted.fade_until) & (table["n_sessions_with"] > 0)]
    number, rate = table["session_number"].to_numpy(float), table["session_rate"].to_numpy(float)
    weight = table["n_sessions"].to_numpy(float) * rate / (1 - rate)
    away = number - np.average(number, weights=weight)
    slope = float(np.sum(weight * away * np.log(rate)) / np.sum(weight * away**2))
    error = float(np.sum(weight * away**2)) ** -0.5
    return (float(np.exp(slope)), float(np.exp(slope - 1.96 * error)), float(np.exp(slope + 1.96 * error)))


@pytest.mark.parametrize(("planted", "is_planted"), [(Planted(), True), (NOTHING_PLANTED, False)], ids=["fade", "none"])
def test_the_planted_fade_is_found(demo_clinic: Callable[[Options], Path], planted: Planted, is_planted: bool) -> None:
    found = [fade(demo_clinic, seed, planted) for seed in SEEDS]
    assert all((high < 1) == is_planted for _, _, high in found), found
    # 95 % intervals: of three, two at least hold the truth, and so does the one of their mean
    assert sum(low <= planted.fade <= high for _, low, high in found) >= 2, found
    mean = float(np.mean([np.log(middle) for middle, _, _ in found]))
    error = float(np.mean([np.log(high / low) for _, low, high in found])) / (2 * len(found) ** 0.5)
    assert abs(mean - np.log(planted.fade)) <= error, found
