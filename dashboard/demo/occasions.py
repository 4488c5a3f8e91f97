"""Every moment at which a form might be filled: before treatment, on arrival, after induction, from home."""

import numpy as np
import pandas as pd

from dashboard.demo.illness import improvement
from dashboard.demo.options import Ints, Options
from dashboard.demo.scales import CHECK_IN, FOLLOW_UP, INTAKE, REMOTE
from dashboard.demo.visits import DAY

_DATE_ONLY = 0.3
"""Share of the forms filled at home that bear a date without a time."""


def make_occasions(visits: pd.DataFrame, courses: pd.DataFrame, options: Options) -> pd.DataFrame:
    """One row an occasion: ``person``, ``minute``, ``kind``, its course's columns, and the share ``gone`` by then."""
    random = options.random("occasions")
    n = len(courses)
    every = np.arange(n, dtype=np.int64)
    at_sessions = _at_sessions(visits, courses, random)
    before = np.where(courses["course"] == 1, random.integers(1, 17, n), random.integers(1, 9, n))
    intake = _at_home(every, courses["start"].to_numpy() - before, INTAKE, random)
    follow_up = _at_home(every, courses["last_induction"].to_numpy() + random.integers(16, 28, n), FOLLOW_UP, random)
    parts = [at_sessions, intake, follow_up]
    for month in range(2, 14):
        date = courses["last_induction"].to_numpy() + 30 * month + random.integers(-6, 7, n)
        some = (random.random(n) < 0.6 * 0.95**month) & (date <= courses["last"].to_numpy() + 75)
        parts.append(_at_home(every[some], date[some], REMOTE, random))
    table = pd.concat(parts, ignore_index=True)
    row = table["row"].to_numpy()
    table["minute"] = _off_session_days(table, courses["person"].to_numpy()[row])
    table["date"] = table["minute"] // DAY
    table = pd.concat([table, courses.drop(columns="last").iloc[row].reset_index(drop=True)], axis=1)
    table["dated"] = (table["kind"] != CHECK_IN) & (random.random(len(table)) < _DATE_ONLY)
    following = courses.groupby("person")["start"].shift(-1).fillna(np.inf).to_numpy()[row]
    known = (table["date"] <= options.today) & ((table["kind"] == CHECK_IN) | (table["date"] < following - 10))
    table = pd.DataFrame(table[known]).sort_values(["person", "minute"], kind="stable", ignore_index=True)
    table["before"] = table["minute"] < table["first_dose"]
    untreated = table["before"] & (table["course"] == 1)
    table["gone"] = np.where(untreated, 0.0, improvement(table, table["date"].to_numpy()))
    return table


def _at_sessions(visits: pd.DataFrame, courses: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """On arrival at each completed session, before its dose."""
    keys = courses[["person", "course"]].assign(row=np.arange(len(courses)))
    came = pd.DataFrame(visits[visits["status_text"] == "completed"]).merge(keys, on=["person", "course"])
    minute = came["_start"].to_numpy() - random.integers(4, 12, len(came))
    columns = {name: came[name].to_numpy() for name in ("row", "number", "session_id")}
    return pd.DataFrame(columns | {"minute": minute, "kind": CHECK_IN})


def _off_session_days(table: pd.DataFrame, person: Ints) -> Ints:
    """The minutes; a form filled at home on the day of a session moves to the evening before."""
    key = person * 10**6 + table["minute"].to_numpy() // DAY
    at_session = (table["kind"] == CHECK_IN).to_numpy()
    clashes = ~at_session & np.isin(key, key[at_session])
    return np.asarray(table["minute"].to_numpy() - DAY * clashes, np.int64)


def _at_home(row: Ints, date: Ints, kind: int, random: np.random.Generator) -> pd.DataFrame:
    minute = date * DAY + random.integers(7 * 60, 22 * 60, len(row))
    return pd.DataFrame({"row": row, "minute": minute, "kind": kind, "number": 0, "session_id": ""})
