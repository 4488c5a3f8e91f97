"""What happened at each booked slot: when and in which chair, what was given, what it cost."""

import numpy as np
import pandas as pd

from dashboard.demo.bookings import COMPLETED, SCHEDULED, STATUS
from dashboard.demo.calendar import Calendar
from dashboard.demo.options import NO_TIME, Flags, Floats, Ints, Options
from dashboard.demo.treatments import CODES, per, texts, words

DAY = 1440
_OPENS, _ROUND, _STAGGER, _ROUNDS = 8 * 60, 160, 15, 4
_USUAL = 3.5
"""Visits that a chair takes a day before a further one is set up."""
STAFFED = 600
"""Minutes that a chair is staffed on a working day."""


def make_visits(slots: pd.DataFrame, people: pd.DataFrame, chairs: Ints, options: Options) -> pd.DataFrame:
    """The sessions in the order of time: the columns of the contract, without pressures, and those of the generator.

    ``slots`` has ``person``, ``date`` (days since 1970-01-01), ``lead``, ``status``, ``course``, ``number``,
    ``treatment``; ``chairs`` is the number of chairs of each site and period. Times are minutes since 1970-01-01,
    clinic-local; NO_TIME is none.
    """
    random = options.random("visits")
    person = slots["person"].to_numpy()
    site = people["_site"].to_numpy()[person]
    scheduled, chair = _places(slots, site, chairs, options, random)
    visits = slots.assign(_site=site, scheduled_at=scheduled, _chair=chair)
    visits = visits.sort_values(["scheduled_at", "_site", "_chair"], kind="stable", ignore_index=True)
    visits["session_id"] = [f"S{number:06d}" for number in range(1, len(visits) + 1)]
    person, treatment = visits["person"].to_numpy(), visits["treatment"].to_numpy()
    came = visits["status"].to_numpy() == COMPLETED
    visits["patient_id"] = people["patient_id"].to_numpy()[person]
    visits["site"] = words("sites")[visits["_site"].to_numpy()]
    visits["clinician"] = _clinicians(visits, people, random)
    visits["status_text"] = STATUS[visits["status"]]
    known = came | (random.random(len(visits)) < 0.85)
    visits["route"] = np.where(known, texts("route")[treatment], "")
    visits["drug"] = np.where(known, texts("drug")[treatment], "")
    visits["booked_on"] = visits["date"] - visits["lead"]
    visits["planned_minutes"] = per("planned")[treatment].astype(np.int64)
    visits["chair"] = np.where(came | (visits["status"] == SCHEDULED), _letters(visits["_chair"].to_numpy()), "")
    visits = visits.assign(**_clock(visits, came, random))
    visits = visits.assign(**_dose(visits, people, came, random))
    return visits.assign(**_money(visits, people, came, random))


def chairs_of(slots_a_week: float, options: Options, shares: Floats) -> Ints:
    """Chairs of each site before the shift and from it on: room for all that is booked, and a little more."""
    before = np.ceil(slots_a_week * shares / 5 / 3)
    return np.stack([before, np.ceil(before * max(options.planted.shift, 1.0))]).astype(np.int64)


def _places(
    slots: pd.DataFrame, site: Ints, chairs: Ints, options: Options, random: np.random.Generator
) -> tuple[Ints, Ints]:
    """Start (minutes) and chair (number) of each slot: those of one site and day are spread over chairs and rounds.

    People come at the time of day that they like. On a day that is overfull further chairs are set up.
    """
    date = slots["date"].to_numpy()
    person = slots["person"].to_numpy()
    likes = options.random("time of day").random(int(person.max()) + 1)[person] + random.normal(0, 0.12, len(slots))
    order = np.lexsort((likes, date, site))
    new_day = np.diff(site[order], prepend=-1) + np.diff(date[order], prepend=-1) != 0
    first = np.maximum.accumulate(np.where(new_day, np.arange(len(order)), 0))
    rank, n_slots = np.empty(len(order), np.int64), np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - first
    which = np.cumsum(new_day) - 1
    n_slots[order] = np.bincount(which)[which]
    shifted = np.empty(len(order))
    shifted[order] = random.random(len(order))[which]
    n_chairs = chairs[(date >= Calendar.of(options).shift).astype(np.int64), site]
    n_chairs = np.maximum(n_chairs, np.ceil(n_slots / _USUAL).astype(np.int64))
    place = ((rank + shifted) * (_ROUNDS * n_chairs) / n_slots).astype(np.int64)
    chair, turn = place % n_chairs, place // n_chairs
    return date * DAY + _OPENS + _ROUND * turn + _STAGGER * (chair % 4), chair


def _letters(chair: Ints) -> np.ndarray:
    """A, B, … Z, then 27, 28 …"""
    names = np.array([chr(65 + number) if number < 26 else str(number + 1) for number in range(int(chair.max()) + 1)])
    return names[chair]


def _clinicians(visits: pd.DataFrame, people: pd.DataFrame, random: np.random.Generator) -> np.ndarray:
    """Mostly the person's own, sometimes the site's other."""
    own = people["_clinician"].to_numpy()[visits["person"].to_numpy()]
    return clinician_names(np.where(random.random(len(own)) < 0.13, own ^ 1, own))


def clinician_names(numbers: Ints) -> np.ndarray:
    """The name of each number; two clinicians a site, and further Dr Achterbergs where the list ends."""
    names = words("clinicians")
    every = [name if turn == 0 else f"{name} {turn + 1}" for turn in range(10) for name in names]
    return np.array(every)[numbers]


def _clock(visits: pd.DataFrame, came: Flags, random: np.random.Generator) -> dict[str, Ints]:
    """Arrival, start and end of dosing, ready and left, in minutes; a few are not written down."""
    n, treatment = len(visits), visits["treatment"].to_numpy()
    scheduled = visits["scheduled_at"].to_numpy()
    arrived = scheduled + np.clip(random.normal(-7, 7, n), -25, 20).astype(np.int64)
    started = np.maximum(arrived + 14, scheduled + np.clip(random.normal(12, 7, n), 2, 35).astype(np.int64))
    length = per("dosing")[treatment]
    spread = np.where(length > 20, 3.0, 0.8)
    ended = started + np.maximum(np.rint(random.normal(length, spread)), 1).astype(np.int64)
    wait = per("ready")[treatment] + random.normal(0, 9, n) + random.exponential(4, n)
    least = np.where(per("ready")[treatment] > 120, 120, per("ready")[treatment] - 15)
    ready = np.maximum(started + np.maximum(wait, least).astype(np.int64), ended + 10)
    left = ready + random.integers(2, 16, n)
    times = {"arrived_at": arrived, "started_at": started, "dose_ended_at": ended, "ready_at": ready, "left_at": left}
    missing = {"arrived_at": 0.01, "started_at": 0.0, "dose_ended_at": 0.03, "ready_at": 0.04, "left_at": 0.02}
    return {
        name: np.where(came & (random.random(n) >= missing[name]), minutes, NO_TIME) for name, minutes in times.items()
    } | {"_start": started, "_left": left}


def _dose(visits: pd.DataFrame, people: pd.DataFrame, came: Flags, random: np.random.Generator) -> dict[str, Floats]:
    """Titrated by session up to what suits the person; by weight where the treatment is."""
    person, treatment = visits["person"].to_numpy(), visits["treatment"].to_numpy()
    suits = np.random.Generator(random.bit_generator).random(len(people))[person]
    start, step, least, most = (per(name)[treatment] for name in ("start", "step", "least", "most"))
    highest = least + np.rint((most - least) * np.clip(1.25 * suits, 0, 1) / step) * step
    level = np.minimum(start + step * np.maximum(visits["number"].to_numpy() - 1, 0), highest)
    drift = random.normal(0, 1.2, len(people))[person] * visits["course"].to_numpy()
    weight = (people["_weight"].to_numpy()[person] + drift + random.normal(0, 0.4, len(person))).round(1)
    by_weight = per("by_weight")[treatment] == 1
    dose = np.where(by_weight, np.rint(level * weight), level)
    weighed = came & (by_weight | (random.random(len(person)) < 0.35))
    return {"dose_mg": np.where(came, dose, np.nan), "weight_kg": np.where(weighed, weight, np.nan)}


def _money(visits: pd.DataFrame, people: pd.DataFrame, came: Flags, random: np.random.Generator) -> dict[str, Floats]:
    """Charged by route, five percent more each year; paid by who pays. Bills not yet written are empty."""
    payer = people["payer"].to_numpy()[visits["person"].to_numpy()]
    years = (visits["date"].to_numpy() - visits["date"].min()) // 365
    charge = np.rint(per("charge")[visits["treatment"].to_numpy()] * 1.05**years / 5) * 5
    copay = np.where(charge > 600, random.choice([20, 40, 60], len(charge)), np.rint(charge * 0.3))
    helped = random.choice([0, 25, 50], len(charge))
    pays = np.select(
        [payer == "self-pay", payer == "insurance", payer == "assistance"], [charge, copay, helped], np.nan
    )
    billed = came & (random.random(len(charge)) >= 0.03)
    return {"charge": np.where(billed, charge, np.nan), "paid_by_patient": np.where(billed, pays, np.nan)}


def codes(route: str, drug: str) -> int:
    """The number of a treatment."""
    return CODES.index(f"{route}-{drug}")
