"""How everyone's illness goes: the share of the baseline that is gone on each day of each course."""

import numpy as np
import pandas as pd

from dashboard.demo.options import Floats, Ints, Options
from dashboard.demo.people import NO_BETTER, PARTIAL, RESPONDED

INDUCTION_DAYS = 28
WINDOW = (14, 31)
"""Days after the last induction session between which the response is measured."""
_HELD_FROM = 10
"""Days after the last induction session from which scores of the primary scale keep to the truth."""
_FALL = 28
"""Days that a relapse takes."""


def make_courses(visits: pd.DataFrame, people: pd.DataFrame, options: Options) -> pd.DataFrame:
    """One row a course that has begun or is booked: its dates, and how far and how fast the illness recedes.

    ``begun`` is false where the first session is still to come; ``amount`` is the share of the baseline that goes,
    ``speed`` in days, ``relapse`` the date from which it comes back, ``held_from`` the date from which the primary
    scale keeps to ``responds``.
    """
    random = options.random("illness")
    done = _first_sessions_ahead(visits, options)
    grouped = done.groupby(["person", "course"], sort=True)
    courses = grouped.agg(
        start=("date", "min"), first_dose=("_start", "min"), last=("date", "max"), begun=("begun", "max")
    ).reset_index()
    start = done.merge(courses[["person", "course", "start"]], on=["person", "course"])
    induction = start[start["date"] - start["start"] <= INDUCTION_DAYS]
    courses["last_induction"] = induction.groupby(["person", "course"])["date"].max().to_numpy()
    n, person = len(courses), courses["person"].to_numpy()
    again = courses["course"].to_numpy() > 1
    state = people["_state"].to_numpy()[person]
    state = np.where(again, np.where(random.random(n) < 0.6, RESPONDED, NO_BETTER), state)
    courses["responds"] = state == RESPONDED
    courses["amount"] = _amount(state, random)
    courses["speed"] = random.uniform(3, 10, n)
    late = courses["last_induction"].to_numpy() + WINDOW[1] + 3 + random.exponential(50, n).astype(np.int64)
    relapses = people["_relapses"].to_numpy()[person] & ~again
    courses["relapse"] = np.where(relapses, late, np.iinfo(np.int64).max)
    courses["held_from"] = courses["last_induction"] + _HELD_FROM
    return courses


def _first_sessions_ahead(visits: pd.DataFrame, options: Options) -> pd.DataFrame:
    """The completed sessions, and the first booking of everyone who has none."""
    begun = (visits["status_text"] == "completed").to_numpy()
    seen = np.unique(visits["person"].to_numpy()[begun])
    ahead = (visits["status_text"] == "scheduled").to_numpy() & (visits["date"] >= options.today).to_numpy()
    ahead &= ~np.isin(visits["person"].to_numpy(), seen)
    columns = ["person", "course", "date", "_start"]
    first = visits.loc[ahead, columns].drop_duplicates("person").assign(begun=False)
    return pd.concat([visits.loc[begun, columns].assign(begun=True), first], ignore_index=True)


def _amount(state: Ints, random: np.random.Generator) -> Floats:
    """Responders lose most of their symptoms, others some or none; a few get worse."""
    n = len(state)
    little = np.clip(random.normal(0.09, 0.1, n), -0.15, 0.24)
    little = np.where(random.random(n) < 0.2, random.uniform(-0.5, -0.15, n), little)
    much = 0.56 + 0.42 * random.beta(1.7, 1.5, n)
    return np.select([state == RESPONDED, state == PARTIAL], [much, random.uniform(0.26, 0.43, n)], little)


def improvement(courses: pd.DataFrame, date: Ints) -> Floats:
    """The share of the baseline that is gone on a date; one row of ``courses`` for each date, none before its start."""
    days = date - courses["start"].to_numpy()
    gone = courses["amount"].to_numpy() * -np.expm1(-np.maximum(days, 0) / courses["speed"].to_numpy())
    since = np.minimum(np.maximum(date - courses["relapse"].to_numpy().astype(float), 0), _FALL)
    return np.asarray(gone * (1 - 0.9 * since / _FALL), np.float64)
