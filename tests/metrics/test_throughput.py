"""Sessions by period and what became of them: every sentence of ``definitions.md`` §8, counted by hand."""

import datetime

import pytest

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.metrics.options import notes_of
from dashboard.metrics.throughput import COLUMNS, throughput
from tests.hand import Case, Hand

FLOW = Case("flow")
ANN = FLOW.patient("ann")
ANN.dose("2024-10-07", arrived_at="2024-10-07T10:00", left_at="2024-10-07T11:30")  # Monday, 90 minutes
ANN.session("2024-10-08", "no-show").session("2024-10-09", "late-cancelled").session("2024-10-10", "cancelled")
ANN.session("2024-10-11", "rescheduled").session("2024-10-12", "scheduled")
ANN.dose("2024-10-21", route="im")
ANN.session("2024-12-31", "scheduled").session("2025-01-02", "scheduled")
BOB = FLOW.patient("bob").dose("2024-10-07", "2024-10-27T23:30")  # the second: late on Sunday
STATUSES = ("n_scheduled", "n_completed", "n_no_show", "n_late_cancelled", "n_cancelled", "n_unresolved")
RATES = ("no_show_rate", "late_cancel_rate")
REST = ("n_patients", "n_new_starts", "n_timed", "chair_minutes")


def test_a_week_in_every_number(hand: Hand) -> None:
    table = hand.table(throughput, FLOW)
    assert list(table) == [name for name in COLUMNS if name != "by"]
    first = table.iloc[0]
    assert first["period"] == "2024-10-07"
    # all but the moved one; the one still said to be scheduled is past
    assert first[list(STATUSES)].tolist() == [6, 2, 1, 1, 1, 1]
    assert first[list(RATES)].tolist() == [0.25, 0.25]  # of two completed, one no-show, one cancelled late
    assert first[list(REST)].tolist() == [2, 2, 1, 90.0]


def test_every_week_between_has_a_row(hand: Hand) -> None:
    rows = hand.rows(throughput, FLOW, "period", *STATUSES, *RATES, *REST, "partial")
    assert len(rows) == 13  # 7 October to 30 December
    assert rows[1] == ("2024-10-14", 0, 0, 0, 0, 0, 0, None, None, 0, 0, 0, 0.0, False)
    # completed sessions of which none is timed: their time is unknown, not 0; starts are the first in all the records
    assert rows[2] == ("2024-10-21", 2, 2, 0, 0, 0, 0, 0.0, 0.0, 2, 0, 0, None, False)


def test_the_week_of_the_records_is_partial_and_its_bookings_are_not_unresolved(hand: Hand) -> None:
    # 30 December to 5 January; the records are of 31 December, the session of that day may yet take place
    assert hand.rows(throughput, FLOW, "period", *STATUSES, *RATES, "partial")[-1] == (
        *("2024-12-30", 2, 0, 0, 0, 0, 0, None, None, True),
    )


def test_a_month_is_partial_on_the_day_of_the_records_and_whole_before(hand: Hand) -> None:
    rows = hand.rows(throughput, FLOW, "period", "n_scheduled", "partial", period="month")
    assert rows == [
        ("2024-10-01", 8, False),
        ("2024-11-01", 0, False),
        ("2024-12-01", 1, True),  # its last day is that of the records
        ("2025-01-01", 1, True),
    ]


def test_the_range_cuts_periods(hand: Hand) -> None:
    asked = {"since": datetime.date(2024, 10, 8), "until": datetime.date(2024, 10, 26)}
    rows = hand.rows(throughput, FLOW, "period", "n_scheduled", "n_new_starts", "partial", **asked)
    # Ann's and Bob's first sessions are outside the range; Sunday, 27 October, is as well
    assert rows == [("2024-10-07", 4, 0, True), ("2024-10-14", 0, 0, False), ("2024-10-21", 1, 0, True)]
    whole = {"since": datetime.date(2024, 10, 7), "until": datetime.date(2024, 10, 27)}
    assert [row[0] for row in hand.rows(throughput, FLOW, "partial", **whole)] == [False, False, False]


def test_a_session_that_did_not_take_place_has_the_route_of_the_last_one(hand: Hand) -> None:
    rows = hand.rows(throughput, FLOW, "period", "route", "n_scheduled", "n_no_show", "n_patients", by="route")
    assert rows[:4] == [
        ("2024-10-07", "iv", 6, 1, 2),
        ("2024-10-07", "im", 0, 0, 0),
        ("2024-10-14", "iv", 0, 0, 0),
        ("2024-10-14", "im", 0, 0, 0),
    ]
    assert rows[-2:] == [("2024-12-30", "iv", 0, 0, 0), ("2024-12-30", "im", 2, 0, 0)]


def test_a_year_is_the_sessions(hand: Hand) -> None:
    rows = hand.rows(throughput, FLOW, "period", "year", "n_scheduled", by="year")
    assert rows[-2:] == [("2024-12-30", 2024, 1), ("2024-12-30", 2025, 1)]
    assert len(rows) == 14  # only the last week lies in both years


DAYS = Case("flow-days").capacity("2024-10-09", 480).capacity("2024-10-10", 0).capacity("2024-11-01", 480)
DAYS.patient().dose("2024-10-07").session("2024-10-08", "rescheduled").dose("2024-10-11")


def test_days_have_a_row_where_something_was_booked_or_staffed(hand: Hand) -> None:
    # nothing but a moved session on the 8th, no staff on the 10th, and 1 November is after the last session
    rows = hand.rows(throughput, DAYS, "period", "n_completed", period="day")
    assert rows == [("2024-10-07", 1), ("2024-10-09", 0), ("2024-10-11", 1)]


CHAIRS = Case("flow-chairs")
PEOPLE = [CHAIRS.patient(f"p{place}") for place in range(10)]


def seen(person: int, date: str, minutes: int | None) -> None:
    left = f"{date}T{10 + (minutes or 0) // 60}:{(minutes or 0) % 60:02d}"
    times = {"arrived_at": f"{date}T10:00", "left_at": left} if minutes else {}
    PEOPLE[person].dose(date, **times)


for date in ("2024-10-07", "2024-10-08", "2024-10-14", "2024-10-21", "2024-10-28", "2024-12-31"):
    CHAIRS.capacity(date, 480)
seen(0, "2024-10-07", 120)
seen(1, "2024-10-08", 240)
seen(2, "2024-10-09", 300)  # a day without staff
for person in range(10):
    seen(person, "2024-10-14", 60 if person < 9 else None)
    seen(person, "2024-10-21", 60 if person < 8 else None)
seen(0, "2024-11-04", 60)
seen(0, "2024-12-31", 60)
PEOPLE[1].session("2024-10-28", "no-show")


def test_utilisation_is_over_staffed_site_days_whose_sessions_are_timed(hand: Hand) -> None:
    rows = hand.rows(throughput, CHAIRS, "period", "n_timed", "chair_minutes", "utilisation")
    assert rows[:5] == [
        ("2024-10-07", 3, 660.0, 360 / 960),  # the 300 minutes of Wednesday are on no staffed day
        ("2024-10-14", 9, 540.0, 540 / 480),  # 9 in 10 are timed: a fault in the data, and shown
        ("2024-10-21", 8, 480.0, None),  # 8 in 10
        ("2024-10-28", 0, 0.0, 0.0),  # staffed, and nobody came
        ("2024-11-04", 1, 60.0, None),  # nobody staffed it
    ]
    assert rows[-1] == ("2024-12-30", 1, 60.0, None)  # the day of the records is not over


def test_utilisation_is_of_sites_only(hand: Hand) -> None:
    own = hand.rows(throughput, CHAIRS, "utilisation", by="site")
    assert own == hand.rows(throughput, CHAIRS, "utilisation")
    assert {row[0] for row in hand.rows(throughput, CHAIRS, "utilisation", by="route")} == {None}
    table = hand.table(throughput, CHAIRS, {"route": ("iv",)})
    assert table["utilisation"].isna().all()
    assert any("Utilisation is of sites and dates only" in each for each in notes_of(table))


def test_utilisation_above_one_is_said(hand: Hand) -> None:
    assert "1 period is above 1: more chair time than was staffed, a fault in the data." in notes_of(
        hand.table(throughput, CHAIRS)
    )


def test_it_handles_no_data(hand: Hand) -> None:
    for by in ("none", "site", "year"):
        for period in ("day", "week", "month"):
            table = hand.table(throughput, FLOW, {"route": ("oral",)}, by=by, period=period)
            assert table.empty
            assert table["partial"].dtype == "boolean"
            assert table["utilisation"].dtype == "Float64"


def test_what_does_not_exist_is_refused(hand: Hand) -> None:
    for wrong in ({"by": "colour"}, {"period": "year"}):
        with pytest.raises(OptionError):
            throughput(Cohort(hand.store), **wrong)
