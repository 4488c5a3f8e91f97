"""The clinic's calendar: opening, the closed week of Christmas, and the days on which it works.

The generator counts clinic days: a Monday is day 0, 7, 14 …, and a closed week is none of them. Dates are days since
1970-01-01, which was a Thursday.
"""

import datetime
from dataclasses import dataclass

import numpy as np

from dashboard.demo.options import BOOKED_AHEAD, WEEKS, Flags, Ints, Options, day_number

MONDAY, SATURDAY = 0, 5


def weekday(day: Ints) -> Ints:
    """0 for a Monday."""
    return (day + 3) % 7


def monday(day: int) -> int:
    """The Monday of a day's week."""
    return day - (day + 3) % 7


@dataclass(frozen=True)
class Calendar:
    """Clinic days and dates of one demo clinic.

    Attributes:
        opened: the Monday of the first week.
        shift: the Monday from which more is booked.
        closed: the Mondays of the closed weeks.
        n_weeks: clinic weeks from the opening until the last booking.
        shift_week: the clinic week of the shift.
    """

    opened: int
    shift: int
    closed: Ints
    n_weeks: int
    shift_week: int

    @classmethod
    def of(cls, options: Options) -> "Calendar":
        this_week = monday(options.today)
        opened = this_week - 7 * WEEKS
        shift = this_week - 7 * options.planted.shift_weeks
        years = range(options.date.year - WEEKS // 52 - 1, options.date.year + 2)
        closed = np.array([monday(day_number(datetime.date(year, 12, 25))) for year in years])
        closed = closed[closed >= opened]
        weeks = (options.today + BOOKED_AHEAD - opened) // 7 + 1
        before = (shift - opened) // 7 - int((closed < shift).sum())
        return cls(opened, shift, closed, weeks, before)

    def dates(self, days: Ints) -> Ints:
        """Clinic days since the opening, as dates."""
        dates = self.opened + days
        for week in self.closed:
            dates = dates + 7 * (dates >= week)
        return dates

    def is_open(self, dates: Ints) -> Flags:
        """True on working days."""
        at_work = weekday(dates) < SATURDAY
        for week in self.closed:
            at_work &= (dates < week) | (dates >= week + 7)
        return at_work
