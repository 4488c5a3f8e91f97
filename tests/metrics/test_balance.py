"""Benefit, burden and capacity: the numbers of the three tabs side by side, and chair-hours for each responder."""

import pandas as pd
import pytest

from dashboard.clinical.cohort import OptionError
from dashboard.metrics.any_side_effect import any_side_effect
from dashboard.metrics.balance import COLUMNS, balance
from dashboard.metrics.response import response
from dashboard.metrics.vitals_excursions import vitals_excursions
from tests.hand import Case, Hand

CHAIRS = Case("balance")
DAY = "2024-03-04T"
# one dose each: hours in the chair, and the score 21 days after it, of 20 before
for key, hours, score in (("a", 2, 5), ("b", 2, 5), ("c", 3, 15), ("d", 3, 15), ("e", 9, None), ("f", None, 5)):
    left = {"left_at": f"{DAY}{10 + hours}:00"} if hours else {}
    person = CHAIRS.patient(key).score("2024-03-01", 20)
    person.dose(f"{DAY}10:00", session_id=f"bl{key}", arrived_at=f"{DAY}10:00", effects_recorded="true", **left)
    if key == "a":
        person.effect("Nausea", "bla")
    if score is not None:
        person.score("2024-03-25", score)


def test_chair_hours_of_all_are_over_the_responders_among_them(hand: Hand) -> None:
    # due and scored a, b, c, d, f; timed the first four: 2 + 2 + 3 + 3 = 10 hours, of whom 2 responded: 5 hours each.
    # hours - 5 x responded: -3, -3, 3, 3; their squares 36, times 4 / 3 = 48; its root over 10 hours is 0.69282, the
    # error of the logarithm: 5 x exp(-1.35790) and 5 x exp(1.35790)
    columns = ("n_due", "n_scored", "n_responded", "n_timed", "n_timed_responded", "chair_hours", "hours_per_responder")
    assert hand.rows(balance, CHAIRS, *columns) == [(6, 5, 3, 4, 2, 10, 5)]
    ends = hand.rows(balance, CHAIRS, "hours_low", "hours_high")[0]
    assert ends == pytest.approx((1.2860, 19.440), rel=1e-3)


def test_its_numbers_are_those_of_the_three_tabs(hand: Hand) -> None:
    table = hand.table(balance, CHAIRS)
    for other, columns in (
        (response, ["n_started", "n_due", "n_scored", "n_responded", "response_rate", "response_high", "response_nri"]),
        (any_side_effect, ["n_completed", "n_sessions", "n_sessions_with", "session_rate", "session_low"]),
        (vitals_excursions, ["n_with_peak", "n_peak", "n_with_rise", "n_rise"]),
    ):
        same = hand.table(other, CHAIRS, by="treatment")
        pd.testing.assert_frame_equal(table[["treatment", *columns]], same[["treatment", *columns]])


def test_columns_and_no_data(hand: Hand) -> None:
    assert list(hand.table(balance, CHAIRS, by="none")) == [name for name in COLUMNS if name != "by"]
    assert hand.table(balance, CHAIRS, {"sex": ("male",)}, by="site").empty
    for options in ({"by": "phase"}, {"instrument": "PHQ"}):
        with pytest.raises(OptionError):
            hand.table(balance, CHAIRS, **options)
