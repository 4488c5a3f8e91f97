"""The slots of everyone with their dates, as they went or as they are booked; and the referrals before them."""

import numpy as np
import pandas as pd

from dashboard.demo.bookings import CANCELLED, COMPLETED, SCHEDULED
from dashboard.demo.calendar import Calendar
from dashboard.demo.options import BOOKED_AHEAD, NO_TIME, Ints, Options

NEVER = np.iinfo(np.int64).max
_UNRESOLVED_DAYS, _UNRESOLVED = 90, 0.4
"""Of the slots cancelled in the last days, so many are still said to be scheduled."""


def make_slots(
    bookings: pd.DataFrame, week: Ints, people: pd.DataFrame, calendar: Calendar, options: Options
) -> pd.DataFrame:
    """The slots with their dates: past ones as they went, later ones as booked by now, none beyond four weeks."""
    person = bookings["person"].to_numpy()
    week = week[person]
    begun = week >= 0
    slots = bookings[begun].reset_index(drop=True)
    dates = calendar.dates(slots["day"].to_numpy() + 7 * week[begun])
    slots = slots.assign(date=dates, treatment=people["_treatment"].to_numpy()[slots["person"].to_numpy()])
    ahead = dates >= options.today
    came = (slots["status"] == COMPLETED).to_numpy()
    random = options.random("unresolved")
    recent = ~ahead & (dates > options.today - _UNRESOLVED_DAYS)
    forgotten = recent & (slots["status"] == CANCELLED) & (random.random(len(slots)) < _UNRESOLVED)
    slots.loc[(ahead & came) | forgotten, "status"] = SCHEDULED
    booked = dates - slots["lead"].to_numpy() <= options.today
    kept = ~ahead | (came & booked & (dates <= options.today + BOOKED_AHEAD))
    slots = slots[kept].reset_index(drop=True)
    return _something_today(slots, options)


def _something_today(slots: pd.DataFrame, options: Options) -> pd.DataFrame:
    """On a day without work, half of the next day's bookings are moved to it: a demo shows its page of today."""
    date = slots["date"].to_numpy()
    later = date[date >= options.today]
    if len(later) and later.min() > options.today:
        moved = np.flatnonzero(date == later.min())[::2]
        slots.loc[moved, "date"] = options.today
    return slots


def referred(people: pd.DataFrame, slots: pd.DataFrame, calendar: Calendar, options: Options) -> pd.DataFrame:
    """The referral before the first session; the wait is long while the clinic is full, shorter after the shift."""
    random, n = options.random("referrals"), len(people)
    first = np.full(n, NEVER)
    booked = np.full(n, NEVER)
    firsts = slots.sort_values(["person", "date"], kind="stable").drop_duplicates("person")
    first[firsts["person"]] = firsts["date"]
    booked[firsts["person"]] = firsts["date"] - firsts["lead"]
    mean = np.where(first >= calendar.shift, 9, 19)
    wait = 1 + random.gamma(1.6, mean / 1.6).astype(np.int64)
    waiting = options.today - random.integers(1, 40, n)
    referred = np.where(first < NEVER, booked - wait, waiting)
    unknown = random.random(n) < 0.02
    return people.assign(
        referred_on=np.where(unknown, NO_TIME, referred), _first=np.where(first < NEVER, first, options.today)
    )
