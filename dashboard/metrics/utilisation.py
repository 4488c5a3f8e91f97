"""Chair use: the time that chairs were occupied, of the time that they were staffed."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import VISITS
from dashboard.metrics.period import start_of
from dashboard.metrics.tidy import long_total
from dashboard.model import SQL

TIMED = (9, 10)
"""So many of so many completed sessions must be timed, or there is no utilisation."""
_SUMS = ["staffed_seconds", "n_completed", "n_timed", "chair_seconds"]


def staffed_days(cohort: Cohort) -> pd.DataFrame:
    """The site-days with staffed chairs in the cohort's sites and range, and their completed sessions.

    Returns:
        ``site``, ``day``, ``staffed_seconds``, ``n_completed``, ``n_timed``, ``chair_seconds``; sessions of every
        route and person, since a chair is staffed for all of them.
    """
    k, v = SQL["capacity"].c, VISITS.c
    used = (
        sa.select(
            v.site,
            v.scheduled_day,
            sa.func.count().label("n_completed"),
            sa.func.count(v.chair_seconds).label("n_timed"),
            long_total(v.chair_seconds).label("chair_seconds"),
        )
        .where(v.status == "completed", v.scheduled_day.in_(sa.select(k.date_day)))
        .group_by(v.site, v.scheduled_day)
        .subquery()
    )
    sites = [k.site.in_(cohort.where["site"])] if "site" in cohort.where else []
    names = ("n_completed", "n_timed", "chair_seconds")
    return cohort.read(
        sa.select(
            k.site,
            k.date_day.label("day"),
            sa.cast(sa.func.floor(sa.cast(k.chair_minutes, sa.Float) * 60 + 0.5), sa.BigInteger).label(
                "staffed_seconds"
            ),
            *(sa.func.coalesce(used.c[name], 0).label(name) for name in names),
        )
        .outerjoin_from(SQL["capacity"], used, sa.and_(used.c.site == k.site, used.c.scheduled_day == k.date_day))
        .where(k.chair_minutes > 0, *cohort.within(k.date_day), *sites)
        .order_by(k.date_day, k.site.collate("C"))
    )


def is_by_site(cohort: Cohort, by: str) -> bool:
    """True where chairs and sessions are of the same people: nothing but sites and dates was chosen."""
    return by in ("site", "none") and not set(cohort.where) - {"site"}


def utilisation(
    cohort: Cohort, table: pd.DataFrame, staffed: pd.DataFrame, *, by: str, period: str
) -> "pd.Series[Any]":
    """Occupied of staffed chair time for each row of a table of periods, 0-1; above 1 the data are at fault.

    Over the past site-days with capacity. Empty without one, where fewer than 9 in 10 of their completed sessions are
    timed, and where the rows or the filters are of anything but sites.

    Source: ``definitions.md`` §8.
    """
    empty = pd.Series([None] * len(table), table.index, dtype="Float64")
    past = staffed[staffed["day"] < cohort.as_of_day]
    if past.empty or table.empty or not is_by_site(cohort, by):
        return empty
    starts = [start_of(int(day), period) for day in past["day"]]
    names = ["start"] if by == "none" else ["start", "site"]
    sums = past.assign(start=starts).groupby(names)[_SUMS].sum()
    keys = table["day"] if by == "none" else pd.MultiIndex.from_frame(table[["day", "site"]])
    found = sums.reindex([int(key) for key in keys] if by == "none" else keys)
    share = found["chair_seconds"].astype("Float64") / found["staffed_seconds"].astype("Float64")
    is_known = found["n_timed"] * TIMED[1] >= found["n_completed"] * TIMED[0]
    return pd.Series(share.where(is_known).array, table.index, dtype="Float64")


def utilisation_notes(cohort: Cohort, table: pd.DataFrame, by: str) -> list[str]:
    """Why there is no utilisation, or what is odd about it."""
    if "capacity" not in cohort.store.facts["columns"]:
        return ["The export has no table capacity, so there is no utilisation."]
    if not is_by_site(cohort, by):
        return ["Utilisation is of sites and dates only: a chair is staffed for everybody, so here it is empty."]
    n_over = int((table["utilisation"] > 1).sum())
    over = "1 period is" if n_over == 1 else f"{n_over:,} periods are"
    return [
        "Utilisation is over site-days with capacity, where at least 9 in 10 of their completed sessions are timed.",
        *([f"{over} above 1: more chair time than was staffed, a fault in the data."] if n_over else []),
    ]
