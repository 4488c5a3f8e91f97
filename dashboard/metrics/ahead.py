"""The book ahead: what is booked day by day, against the chair time that is staffed."""

import datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import VISITS
from dashboard.metrics.members import Behind, flagged
from dashboard.metrics.options import Metric, with_notes
from dashboard.metrics.tidy import long_total, total
from dashboard.metrics.utilisation import is_by_site
from dashboard.model import SQL

DAYS = 28
LOOKED_BACK = 90
"""Days over which the rate of no-shows is taken; our own choice."""
_HELD = ("completed", "no-show", "late-cancelled")
COLUMNS = (
    "date",
    "n_booked",
    "n_starts",
    "n_planned",
    "booked_minutes",
    "staffed_minutes",
    "open_minutes",
    "expected_no_shows",
)


def ahead(cohort: Cohort) -> pd.DataFrame:
    """The bookings of the next four weeks by day, and the staffed chair time that they leave open.

    Args:
        cohort: the sessions looked at; its own dates do not apply, the days are those after the day of the records.

    Returns:
        A row a day, from the day of the records on, of DAYS days, with a booking or staffed time. ``n_starts`` are of
        people without a completed session; ``booked_minutes`` of the ``n_planned`` bookings with a planned length.
        ``staffed_minutes`` and ``open_minutes`` are empty without capacity, and where the filters are of anything but
        sites; ``expected_no_shows`` by the rate of the LOOKED_BACK days before, empty where no slot was held.

    Source: ``definitions.md`` §8.
    """
    b = _booked(cohort)
    counts = cohort.read(
        sa.select(
            b.c.scheduled_day.label("day"),
            sa.func.count().label("n_booked"),
            total(b.c.is_start).label("n_starts"),
            sa.func.count(b.c.planned_minutes).label("n_planned"),
            long_total(sa.cast(sa.func.floor(sa.func.coalesce(b.c.planned_minutes, 0) + 0.5), sa.Integer)).label(
                "booked_minutes"
            ),
        ).group_by(b.c.scheduled_day)
    )
    table = counts.merge(_staffed(cohort), on="day", how="outer").sort_values("day", ignore_index=True)
    names = ["n_booked", "n_starts", "n_planned", "booked_minutes"]
    table[names] = table[names].astype("Int64").fillna(0)
    held, missed = _missed(cohort)
    rate = missed / held if held else None
    table["open_minutes"] = table["staffed_minutes"] - table["booked_minutes"]
    expected = [None if rate is None else int(n) * rate for n in table["n_booked"]]
    table["expected_no_shows"] = pd.Series(expected, table.index, dtype="Float64")
    first = datetime.date(1970, 1, 1)
    table["date"] = pd.Series([str(first + datetime.timedelta(int(day))) for day in table["day"]], dtype="str")
    return with_notes(table[list(COLUMNS)], _notes(cohort, held, missed))


def members(cohort: Cohort) -> Behind:
    """The bookings behind the counts of ``ahead``; takes the same."""
    b = _booked(cohort)
    rows = sa.select(b, b.c.scheduled_day.label("date")).subquery()
    r = rows.c
    flags = {"n_booked": sa.true(), "n_starts": r.is_start == 1, "n_planned": r.planned_minutes.is_not(None)}
    return Behind(("date",), flagged("session", rows, flags))


def _booked(cohort: Cohort) -> sa.Subquery:
    """The open bookings of the days ahead, with ``planned_minutes`` and ``is_start``."""
    v, s = VISITS.c, SQL["sessions"].c
    done = sa.select(v.patient_id).where(v.status == "completed").distinct().subquery()
    conditions = _without_dates(cohort).sessions()
    start = sa.case((done.c.patient_id.is_(None), 1), else_=0).label("is_start")
    return (
        sa.select(v.patient_id, v.session_id, v.scheduled_day, s.planned_minutes, start)
        .join(SQL["sessions"], s.session_id == v.session_id)
        .outerjoin(done, done.c.patient_id == v.patient_id)
        .where(v.status == "scheduled", *_within(cohort, v.scheduled_day), *conditions)
        .subquery()
    )


def _without_dates(cohort: Cohort) -> Cohort:
    return Cohort(cohort.store, cohort.where, hides_small=cohort.hides_small)


def _within(cohort: Cohort, day: Any) -> list[Any]:
    return [day >= cohort.as_of_day, day < cohort.as_of_day + DAYS]


def _staffed(cohort: Cohort) -> pd.DataFrame:
    """``day`` and its staffed minutes; nothing where they are not of the same people as the bookings."""
    if not is_by_site(cohort, "none"):
        return pd.DataFrame({"day": pd.Series(dtype="Int64"), "staffed_minutes": pd.Series(dtype="Float64")})
    k = SQL["capacity"].c
    sites = [k.site.in_(cohort.where["site"])] if "site" in cohort.where else []
    minutes = sa.cast(sa.func.floor(sa.cast(k.chair_minutes, sa.Float) + 0.5), sa.Integer)
    return cohort.read(
        sa.select(k.date_day.label("day"), long_total(minutes).label("staffed_minutes"))
        .where(k.chair_minutes > 0, *_within(cohort, k.date_day), *sites)
        .group_by(k.date_day)
    )


def _missed(cohort: Cohort) -> tuple[int, int]:
    """Slots held in the days before, and the no-shows among them."""
    v = VISITS.c
    before = [v.scheduled_day < cohort.as_of_day, v.scheduled_day >= cohort.as_of_day - LOOKED_BACK]
    row = cohort.read(
        sa.select(
            sa.func.count().label("held"), total(sa.case((v.status == "no-show", 1), else_=0)).label("missed")
        ).where(v.status.in_(_HELD), *before, *_without_dates(cohort).sessions())
    ).iloc[0]
    return int(row["held"]), int(row["missed"])


def _notes(cohort: Cohort, held: int, missed: int) -> list[str]:
    notes = [
        f"Open bookings of the {DAYS} days from the day of the records on; it has no dates of its own.",
        f"Expected no-shows: {missed:,} of {held:,} slots held in the {LOOKED_BACK} days before were missed, as if the "
        "days ahead were like these."
        if held
        else f"No slot was held in the {LOOKED_BACK} days before, so no no-shows are expected of them.",
    ]
    if "capacity" not in cohort.store.facts["columns"]:
        notes.append("The export has no table capacity, so staffed and open minutes are empty.")
    elif not is_by_site(cohort, "none"):
        notes.append("A chair is staffed for everybody: filtered by anything but sites, staffed minutes are empty.")
    return notes


METRIC = Metric(
    "ahead", "the next four weeks' bookings by day, against staffed chair time", ahead, (), COLUMNS, members=members
)
