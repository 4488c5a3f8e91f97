"""Days, weeks and months, as numbers of days since 1970-01-01."""

import datetime
from typing import Any

PERIODS = ("day", "week", "month")
_EPOCH = datetime.date(1970, 1, 1)


def date_of(day: Any) -> datetime.date:
    """The date of a day's number."""
    return _EPOCH + datetime.timedelta(int(day))


def number_of(date: datetime.date) -> int:
    """The number of a date's day."""
    return (date - _EPOCH).days


def start_of(day: int, period: str) -> int:
    """The first day of the period that holds a day; weeks begin on Monday, and day 0 was a Thursday."""
    if period == "week":
        return day - (day + 3) % 7
    return day - date_of(day).day + 1 if period == "month" else day


def after(start: int, period: str) -> int:
    """The first day of the next period."""
    return start_of(start + {"day": 1, "week": 7, "month": 31}[period], period)


def periods_between(first: int, last: int, period: str) -> list[int]:
    """The first days of every period from one to another, both included."""
    starts = [first]
    while starts[-1] < last:
        starts.append(after(starts[-1], period))
    return starts
