"""Every booking of every person, in clinic days since the Monday of the person's first week, and what became of it.

One loop serves all people at once: each turn takes the next slot of everyone who is still in treatment, decides
whether it takes place, and books the one after. So a slot's weekday and lead are known when it is decided.
"""

import numpy as np
import pandas as pd

from dashboard.demo.calendar import MONDAY, SATURDAY
from dashboard.demo.options import WEEKS, Ints, Options, Planted
from dashboard.demo.treatments import BOOSTER_WEEKS, per

COMPLETED, NO_SHOW, LATE, CANCELLED, RESCHEDULED, SCHEDULED = range(6)
STATUS = np.array(["completed", "no-show", "late-cancelled", "cancelled", "rescheduled", "scheduled"])
_PAIRS = np.array([(0, 2), (0, 3), (1, 3), (1, 4), (2, 4)])
_LAST_DAY = 7 * (WEEKS + 6)


def make_bookings(people: pd.DataFrame, options: Options) -> pd.DataFrame:
    """One row a slot: ``person``, ``day``, ``lead``, ``status``, ``course``, ``number`` (completed so far in it).

    Ordered by person, then day.
    """
    diary = _Diary(people, options.planted, options.random("bookings"))
    slots = []
    while diary.active.any():
        slots.append(diary.turn())
    table = pd.concat(slots, ignore_index=True)
    return table.sort_values(["person", "day"], kind="stable", ignore_index=True)


class _Diary:
    """Where everyone stands: the next slot's day and lead, sessions done in this course, and how many there will be."""

    def __init__(self, people: pd.DataFrame, planted: Planted, random: np.random.Generator) -> None:
        n = len(people)
        treatment = people["_treatment"].to_numpy()
        self.random = random
        self.planted = planted
        self.returns = people["_returns"].to_numpy()
        self.weekly = per("weekly")[treatment] == 1
        self.induction = per("induction")[treatment].astype(np.int64)
        self.booster_weeks = BOOSTER_WEEKS[treatment]
        self.pair = _PAIRS[random.integers(len(_PAIRS), size=n)]
        self.first_day = np.where(random.random(n) < 0.5, self.pair[:, 0], self.pair[:, 1])
        self.first_lead = random.integers(2, 16, n)
        self.series = random.random(n) < 0.55  # the whole induction is booked with its first session
        self.day, self.lead = self.first_day.copy(), self.first_lead.copy()
        self.course, self.done = np.ones(n, np.int64), np.zeros(n, np.int64)
        self.sessions = self._sessions(people)
        self.active = np.ones(n, np.bool_)

    def _sessions(self, people: pd.DataFrame) -> Ints:
        """How long the first course will be: who is better goes on, who is not stops after induction or before."""
        n, state = len(people), people["_state"].to_numpy()
        mean = per("boosters")[people["_treatment"].to_numpy()] * np.array([0.4, 0.7, 1.0])[state]
        goes_on = self.random.random(n) < np.array([0.1, 0.45, 0.82])[state]
        boosters = np.where(goes_on, 1 + self.random.negative_binomial(2, 2 / (2 + mean)), 0)
        leaves = ~goes_on & (self.random.random(n) < 0.1)
        cut = np.maximum(self.induction - self.random.integers(1, 3, n), 4)
        whole = np.where(leaves, np.minimum(cut, self.induction), self.induction) + boosters
        return np.where(people["_stops"].to_numpy(), self.random.integers(1, 4, n), whole)

    def turn(self) -> pd.DataFrame:
        """Take the next slot of everyone in treatment and book the one after."""
        who = np.flatnonzero(self.active)
        status = self._outcomes(who)
        self.done[who] += status == COMPLETED
        slots = {"person": who, "day": self.day[who], "lead": self.lead[who], "status": status}
        table = pd.DataFrame(slots | {"course": self.course[who], "number": self.done[who]})
        came = who[status == COMPLETED]
        over = self.done[came] >= self.sessions[came]
        self._retry(who[status != COMPLETED], status[status != COMPLETED])
        self._go_on(came[~over])
        self._next_course(came[over])
        self.active &= self.day <= _LAST_DAY
        return table

    def _outcomes(self, who: Ints) -> Ints:
        """A slot is cancelled or moved in time; else it is held, and then the planted chance of a no-show applies."""
        planted = self.planted
        chance = planted.no_show * np.where(self.day[who] % 7 == MONDAY, planted.no_show_monday, 1.0)
        chance = chance * np.where(self.lead[who] > planted.long_lead, planted.no_show_long_lead, 1.0)
        early, held = self.random.random(len(who)), self.random.random(len(who))
        status = np.where(held < chance, NO_SHOW, np.where(held < chance + 0.03, LATE, COMPLETED))
        return np.where(early < 0.035, CANCELLED, np.where(early < 0.075, RESCHEDULED, status))

    def _advance(self, who: Ints, gap: Ints) -> None:
        """Move on by so many days, off the weekend; booked when the last slot was."""
        day = self.day[who] + gap
        day += np.where(day % 7 >= SATURDAY, 7 - day % 7, 0)
        self.lead[who] = day - self.day[who]
        self.day[who] = day

    def _retry(self, who: Ints, status: Ints) -> None:
        """Who missed a slot gets another within days; a few never come again after a no-show."""
        lost = (status == NO_SHOW) & (self.random.random(len(who)) < 0.12) & (self.done[who] > 0)
        self.active[who[lost]] = False
        self._advance(who, self.random.integers(1, 8, len(who)))

    def _go_on(self, who: Ints) -> None:
        """Book the next session: of the induction by its weekdays, of the boosters by their growing interval."""
        booster = self.done[who] >= self.induction[who]
        gap = np.where(self.weekly[who], 7, _to_weekday(self.day[who], self.pair[who]))
        self._advance(who, np.where(booster, self._booster_gap(who), gap))
        planned = who[~booster & self.series[who] & (self.course[who] == 1)]
        self.lead[planned] = (self.day - self.first_day + self.first_lead)[planned]
        soon = who[booster & (self.random.random(len(who)) < 0.3)]
        self.lead[soon] = np.minimum(self.lead[soon], self.random.integers(2, 12, len(soon)))

    def _booster_gap(self, who: Ints) -> Ints:
        """Days: from the shortest interval of the treatment towards the longest; a weekly one stays for four weeks."""
        shortest, longest = self.booster_weeks[who].T
        after = np.maximum(self.done[who] - self.induction[who] - np.where(shortest == 1, 3, 0), 0)
        weeks = np.rint(shortest + 0.8 * after + self.random.normal(0, 0.5, len(who)))
        return np.asarray(7 * np.clip(weeks, shortest, longest), np.int64)

    def _next_course(self, who: Ints) -> None:
        """The course is over; some come back months later for another."""
        back = who[self.returns[who] & (self.course[who] == 1)]
        self.active[who] = False
        self.active[back] = True
        self.course[back], self.done[back] = 2, 0
        self.sessions[back] = np.maximum(self.induction[back] - self.random.integers(0, 3, len(back)), 3)
        self._advance(back, self.random.integers(100, 260, len(back)))
        self.lead[back] = self.random.integers(4, 16, len(back))


def _to_weekday(day: Ints, pair: Ints) -> Ints:
    """Days until the next of a person's two weekdays, never the day after."""
    until = (pair - (day % 7)[:, None]) % 7
    return np.asarray(np.where(until <= 1, until + 7, until).min(axis=1), np.int64)
