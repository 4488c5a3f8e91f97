"""Who starts in which week: a queue let in as far as there is room, so that the clinic is as full as it means to be."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.demo.calendar import Calendar
from dashboard.demo.options import Floats, Ints, Options

_OPENING = 8
"""Weeks until the clinic is full."""
_WAITING = 0.03
"""Share of the people who are still in the queue when the last week is over."""
_LEAST, _MOST, _REMEMBERED = 0.5, 1.6, 8
"""A week's starts stay within these factors of the mean of so many weeks before it."""


@dataclass(frozen=True)
class Starts:
    """The week in which each person starts (clinic weeks since the opening; -1: not yet), and slots a week in mind."""

    week: Ints
    slots: Floats


def let_in(bookings: pd.DataFrame, options: Options, calendar: Calendar) -> Starts:
    """Find the fullness at which all but a few have started by the last week; the shift is a factor on it."""
    random = options.random("starts")
    shape = np.minimum(np.arange(1, calendar.n_weeks + 1) / _OPENING, 1.0)
    shape[calendar.shift_week :] *= options.planted.shift
    noise = random.normal(0, 0.5, calendar.n_weeks)
    queue = _Queue(bookings, options.patients, calendar)
    wanted = max(1, round(options.patients * (1 - _WAITING)))
    low, high = 0.0, 8.0 * options.patients / calendar.n_weeks * 10
    for _ in range(30):
        middle = (low + high) / 2
        started = int((queue.weeks(_target(middle * shape, noise)) >= 0).sum())
        low, high = (middle, high) if started < wanted else (low, middle)
    return Starts(queue.weeks(_target(high * shape, noise)), high * shape)


def _target(mean: Floats, noise: Floats) -> Floats:
    return mean + np.sqrt(mean) * noise


class _Queue:
    """People in order, each with the weeks of their slots counted from their own first week."""

    def __init__(self, bookings: pd.DataFrame, n: int, calendar: Calendar) -> None:
        self.n, self.calendar = n, calendar
        self.slot_week = bookings["day"].to_numpy() // 7
        person = bookings["person"].to_numpy()
        self.bounds = np.searchsorted(person, np.arange(n + 1))
        in_first = np.bincount(person[self.slot_week == 0], minlength=n)
        self.first_week = np.concatenate(([0], np.cumsum(in_first)))

    def weeks(self, target: Floats) -> Ints:
        """Let in, week by week, as many as fill the week up to its target, without great swings.

        In the week of the shift the queue is let in as far as the new room goes.
        """
        n_weeks = self.calendar.n_weeks
        load, starts, counts = np.zeros(n_weeks), np.full(self.n, -1, np.int64), [0] * n_weeks
        next_one = 0
        for week in range(n_weeks):
            room = max(target[week] - load[week], 0.0)
            fitting = int(np.searchsorted(self.first_week, self.first_week[next_one] + room, side="right")) - 1
            count = fitting - next_one
            if week >= _REMEMBERED and week != self.calendar.shift_week:
                usual = sum(counts[week - _REMEMBERED : week]) / _REMEMBERED
                count = int(np.clip(count, np.floor(_LEAST * usual), np.ceil(_MOST * usual)))
            last = min(next_one + count, self.n)
            starts[next_one:last] = week
            slots = self.slot_week[self.bounds[next_one] : self.bounds[last]] + week
            load += np.bincount(slots[slots < n_weeks], minlength=n_weeks)
            next_one, counts[week] = last, last - next_one
        return starts
