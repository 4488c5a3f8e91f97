"""What a demo clinic is made of: how many people, from which seed, as of which day, and what is planted in it."""

import datetime
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dashboard.demo.treatments import TREATMENTS

PATIENTS = 400
SEED = 1
WEEKS = 130
"""Calendar weeks from the opening to the day of the export: two years and a half."""
BOOKED_AHEAD = 28
"""Days after the export's day for which there are bookings and staff."""

NO_TIME = -(10**9)
"""A date or a moment that is not known."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Answers = NDArray[np.int8]
Words = NDArray[np.str_]


@dataclass(frozen=True)
class Planted:
    """The truths of a demo clinic.

    Attributes:
        response: treatment -> chance that a person's first course is a response on the primary scale.
        scored_if_responded, scored_if_not: chance of any score of the primary scale 14 to 31 days after the last
            induction session, by that truth: who is no better answers less.
        scored_if_stopped: the factor on both for people who stop after one to three sessions.
        fade: factor on the chance of each fading side effect from one session of a course to the next.
        fade_until: from this session on it falls no further.
        shift: factor on the bookings a week from the day of the shift on.
        shift_weeks: how many weeks before the export the shift is.
        no_show: chance that a slot still held on its day is a no-show.
        no_show_monday, no_show_long_lead: factors on it on a Monday, and where it was booked long before.
        long_lead: a lead of more days than this is long.
    """

    response: Mapping[str, float] = field(
        default_factory=lambda: {code: treatment.response for code, treatment in TREATMENTS.items()}
    )
    scored_if_responded: float = 0.86
    scored_if_not: float = 0.58
    scored_if_stopped: float = 0.5
    fade: float = 0.92
    fade_until: int = 10
    shift: float = 1.3
    shift_weeks: int = 30
    no_show: float = 0.05
    no_show_monday: float = 2.0
    no_show_long_lead: float = 1.8
    long_lead: int = 21


NOTHING_PLANTED = Planted(
    response=dict.fromkeys(TREATMENTS, 0.48),
    scored_if_responded=0.72,
    scored_if_not=0.72,
    scored_if_stopped=1.0,
    fade=1.0,
    shift=1.0,
    no_show=0.07,
    no_show_monday=1.0,
    no_show_long_lead=1.0,
)
"""The same clinic without differences: no treatment, session number, week or weekday is unlike another."""


@dataclass(frozen=True)
class Options:
    """One demo clinic; the same options make the same bytes.

    Attributes:
        date: the day of the export; nothing but bookings, plans and staff lies after it.
        patients: how many people, those who wait included; the hard cases come on top.
        messy: add the bad rows of daily life.
        hard_cases: add the people whose numbers are known by hand.
    """

    date: datetime.date
    patients: int = PATIENTS
    seed: int = SEED
    messy: bool = False
    hard_cases: bool = True
    planted: Planted = field(default_factory=Planted)

    def random(self, concern: str) -> np.random.Generator:
        """A stream of its own for each concern, so that a change in one leaves the others as they were."""
        return np.random.default_rng([self.seed, zlib.crc32(concern.encode())])

    @property
    def today(self) -> int:
        """The day of the export, in days since 1970-01-01."""
        return day_number(self.date)

    @property
    def n_sites(self) -> int:
        """A practice of two or three sites; a group of many where there are thousands of people."""
        return 2 if self.patients <= 250 else int(np.clip(self.patients // 4000, 3, 24))


def day_number(date: datetime.date) -> int:
    """Days since 1970-01-01."""
    return (date - datetime.date(1970, 1, 1)).days
