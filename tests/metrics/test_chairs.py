"""Chairs by weekday and hour, lengths beside their plan, and what is missed by how long before the slot was booked."""

import pytest

from dashboard.clinical.cohort import OptionError
from dashboard.metrics.chair_use import chair_use
from dashboard.metrics.lead_time import lead_time
from dashboard.metrics.planned_lengths import planned_lengths
from tests.hand import Case, Hand

CHAIRS = Case("chairs")
WHO = CHAIRS.patient()
MONDAY, NEXT = "2024-03-04", "2024-03-11"
WHO.dose(f"{MONDAY}T09:30", planned_minutes=90, arrived_at=f"{MONDAY}T09:45", left_at=f"{MONDAY}T11:15")
WHO.session(f"{NEXT}T10:00", "no-show", planned_minutes=60)
WHO.session(f"{NEXT}T10:00", "cancelled", planned_minutes=60)
WHO.dose("2024-03-10T23:30", planned_minutes=60, arrived_at="2024-03-10T23:30", left_at="2024-03-11T00:30")  # a Sunday


def test_minutes_go_into_the_hours_that_they_touch_over_midnight_too(hand: Hand) -> None:
    # Two Mondays held a slot, and one Sunday, whose session goes on into Monday. Planned on Mondays 9:30-11:00 and
    # 10:00-11:00: 30 and 60 + 60 minutes; used 9:45-11:15: 15, 60 and 15. The clock went on at 2:00 that Sunday.
    columns = ("weekday", "hour", "n_days", "scheduled_minutes", "actual_minutes", "scheduled_chairs")
    sessions = hand.rows(chair_use, CHAIRS, "n_scheduled", "n_actual")
    assert sessions == [(1, 1), (1, 1), (2, 1), (0, 1), (1, 1)], "each hour opens the sessions that touch it"
    assert hand.rows(chair_use, CHAIRS, *columns) == [
        (1, 0, 2, 30, 30, 0.25),
        (1, 9, 2, 30, 15, 0.25),
        (1, 10, 2, 120, 60, 1),
        (1, 11, 2, 0, 15, 0),
        (7, 23, 1, 30, 30, 0.5),
    ]
    assert hand.table(chair_use, CHAIRS, {"sex": ("male",)}).empty


PLANS = Case("chairs planned")
PLANNED = PLANS.patient()
for place, (left, plan) in enumerate((("11:15", 60), ("11:16", 60), ("10:45", 60), ("10:44", 60), ("11:00", None))):
    day = f"2024-03-0{4 + place}T"
    PLANNED.dose(f"{day}10:00", planned_minutes=plan, arrived_at=f"{day}10:00", left_at=f"{day}{left}")


def test_within_15_minutes_is_as_planned(hand: Hand) -> None:
    # 75, 76, 45 and 44 minutes of 60: the median of the four is 60
    columns = ("n_sessions", "n_both", "n_shorter", "n_in_range", "n_longer", "median_planned", "median_actual")
    assert hand.rows(planned_lengths, PLANS, *columns) == [(5, 4, 1, 2, 1, 60, 60)]


LEAD = Case("chairs lead")
BOOKED = LEAD.patient()
for status, booked in (("completed", "2024-03-02"), ("no-show", "2024-03-02"), ("no-show", "2024-03-01")):
    BOOKED.session("2024-03-04", status, booked_on=booked, route="iv", drug="ketamine")
BOOKED.session("2024-03-04", "late-cancelled", booked_on="2024-01-01").session("2024-03-04", "no-show")
BOOKED.session("2024-03-04", "cancelled", booked_on="2024-03-02")


def test_slots_held_are_banded_by_the_days_since_their_booking(hand: Hand) -> None:
    # 2, 2, 3 and 63 days; one without a day of booking, and one cancelled in time, count nowhere
    columns = ("lead_days", "n_held", "n_no_show", "no_show_rate", "n_patients")
    assert hand.rows(lead_time, LEAD, *columns) == [("0-2", 2, 1, 0.5, 1), ("3-7", 1, 1, 1, 1), ("29+", 1, 0, 0, 1)]
    late = ("n_late_cancelled", "late_cancel_rate")
    assert hand.rows(lead_time, LEAD, *late) == [(0, 0), (0, 0), (1, 1)]
    for metric in (lead_time, planned_lengths):
        assert hand.table(metric, LEAD, {"sex": ("male",)}).empty
        with pytest.raises(OptionError):
            hand.table(metric, LEAD, by="colour")


LATE = Case("chairs late")
for who, ended in enumerate(("late-cancelled", "completed", "completed", "no-show", "completed", "completed")):
    late = LATE.patient(str(who), payer="insurance" if who < 4 else "self-pay")
    late.session("2024-03-11", ended, booked_on="2024-03-01", route="iv", drug="ketamine")


def test_late_cancellations_have_their_own_rate_and_interval(hand: Hand) -> None:
    # six people, one slot each, 10 days before: 1 cancelled late, 1 missed. The variance between 6 people has 6 - 1
    # below it, so 6 slots weigh as 5. Wilson by hand for a rate of 1/6 of 5: centre (1/6 + z²/10)/(1 + z²/5),
    # half z/(1 + z²/5) × √(5/36/5 + z²/100)
    names = ("lead_days", "n_held", "n_no_show", "n_late_cancelled", "n_patients")
    assert hand.rows(lead_time, LATE, *names) == [("8-14", 6, 1, 1, 6)]
    (row,) = hand.rows(lead_time, LATE, "late_cancel_rate", "late_cancel_low", "late_cancel_high")
    assert row == pytest.approx((1 / 6, 0.02633, 0.59666), abs=1e-5)
    split = hand.rows(lead_time, LATE, "payer", "n_held", "n_no_show", "n_late_cancelled", by="payer")
    assert split == [("self-pay", 2, 0, 0), ("insurance", 4, 1, 1)]
