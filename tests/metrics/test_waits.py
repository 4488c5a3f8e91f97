"""Waits from referral to the first session, counted by hand."""

import datetime

import pytest

from dashboard.clinical.cohort import REFERRAL_SPLITS, Cohort, OptionError
from dashboard.metrics.options import notes_of
from dashboard.metrics.wait_curve import wait_curve
from dashboard.metrics.waits import COLUMNS, waits
from tests.hand import Case, Hand

WAITS = Case("waits")
WAITS.patient("same-day", referred_on="2024-11-01", sex="female").dose("2024-11-01")
WAITS.patient("ten", referred_on="2024-11-01", sex="female").session("2024-11-05", "no-show").dose("2024-11-11")
WAITS.patient("thirty", referred_on="2024-11-01", sex="female").dose("2024-12-01", "2024-12-05")
WAITS.patient("waiting", referred_on="2024-12-11", sex="male").session("2024-12-20", "cancelled")  # 20 days so far
WAITS.patient("odd", referred_on="2024-12-01", sex="male").dose("2024-11-30")  # seen before the referral
WAITS.patient("unknown").dose("2024-11-01")
WAITS.patient("later", referred_on="2025-02-01")  # after the day of the records: nobody yet
SIZES = ("n", "n_seen", "n_invalid", "median_days", "p90_days")


def test_waits_by_hand(hand: Hand) -> None:
    # 4 at risk: day 0 leaves 3/4, day 10 leaves 1/2, day 20 one is still waiting, day 30 leaves none
    assert list(hand.table(waits, WAITS)) == list(COLUMNS[1:])
    assert hand.rows(waits, WAITS, *SIZES) == [(5, 3, 1, 10, 30)]


def test_the_curve_behind_it(hand: Hand) -> None:
    rows = hand.rows(wait_curve, WAITS, "day", "n_at_risk", "n_events", "n_censored", "not_yet")
    assert rows == [(0, 4, 1, 0, 0.75), (10, 3, 1, 0, 0.5), (20, 2, 0, 1, 0.5), (30, 1, 1, 0, 0.0)]


def test_those_still_waiting_are_never_left_out(hand: Hand) -> None:
    rows = hand.rows(waits, WAITS, "sex", *SIZES, by="sex")
    assert rows == [("female", 3, 3, 0, 10, 30), ("male", 2, 0, 1, None, None)]
    (note,) = notes_of(hand.table(waits, WAITS))
    assert "1 not yet seen count as waiting" in note
    assert "1 with a first session before the referral are left out" in note


def test_the_range_is_of_the_referral(hand: Hand) -> None:
    late = hand.rows(waits, WAITS, *SIZES, since=datetime.date(2024, 12, 1))
    assert late == [(2, 0, 1, None, None)]
    early = hand.rows(waits, WAITS, *SIZES, until=datetime.date(2024, 11, 1))
    assert early == [(3, 3, 0, 10, 30)]  # who is seen later counts


def test_only_what_is_known_before_treatment(hand: Hand) -> None:
    for wrong in ("route", "drug", "treatment", "phase"):
        with pytest.raises(OptionError):
            hand.table(waits, WAITS, by=wrong)
    with pytest.raises(OptionError, match="a wait is before it; there are: diagnosis, site"):
        hand.table(waits, WAITS, {"route": ("iv",)})


def test_a_site_that_has_only_referrals_can_be_asked_for(hand: Hand) -> None:
    assert hand.rows(waits, NEW, *SIZES) == [(1, 0, 0, None, None)]


NEW = Case("waits-new")
NEW.patient(referred_on="2024-12-01")


def test_it_handles_no_data(hand: Hand) -> None:
    nobody = datetime.date(2030, 1, 1)
    assert hand.rows(waits, WAITS, *SIZES, since=nobody) == [(0, 0, 0, None, None)]
    for by in REFERRAL_SPLITS[:-1]:
        assert waits(Cohort(hand.store, since=nobody), by=by).empty
        assert wait_curve(Cohort(hand.store, since=nobody), by=by).empty
    (note,) = notes_of(hand.table(waits, WAITS, since=nobody))
    assert note.startswith("Nobody has a date of referral")
