"""How many sessions were booked, and what became of them, period by period."""

import datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import VISITS, Columns, Condition, Value
from dashboard.metrics.members import Behind, Members, flagged, split_keys
from dashboard.metrics.options import Cells, Metric, Option, with_notes
from dashboard.metrics.period import PERIODS, after, date_of, periods_between
from dashboard.metrics.response import ratio
from dashboard.metrics.tidy import long_total, named, ordered
from dashboard.metrics.utilisation import staffed_days, utilisation, utilisation_notes
from dashboard.model import Statement

COLUMNS = (
    "period",
    "by",
    "n_scheduled",
    "n_completed",
    "n_no_show",
    "n_late_cancelled",
    "n_cancelled",
    "n_unresolved",
    "no_show_rate",
    "late_cancel_rate",
    "n_patients",
    "n_new_starts",
    "n_timed",
    "chair_minutes",
    "utilisation",
    "partial",
)
_DAYS = {"day": VISITS.c.scheduled_day, "week": VISITS.c.week_day, "month": VISITS.c.month_day}
_HELD = ("n_completed", "n_no_show", "n_late_cancelled")
_STATUSES = {
    "n_completed": "completed",
    "n_no_show": "no-show",
    "n_late_cancelled": "late-cancelled",
    "n_cancelled": "cancelled",
}


def throughput(cohort: Cohort, *, by: str = "none", period: str = "week") -> pd.DataFrame:
    """The sessions of every period by what became of them; rescheduled ones are in none.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none`` for one row a period.
        period: ``day``, ``week`` (from Monday) or ``month``.

    Returns:
        A row a period and value of the split, 0 where nothing was; days only where something was booked or staffed.
        ``period`` is its first day. Rates are of completed + no-show + late-cancelled; ``n_unresolved`` are booked
        before the day of the records and still said to be scheduled; ``n_patients`` have a completed session;
        ``chair_minutes`` are of the ``n_timed`` completed ones, empty where none of some is timed; ``utilisation`` as
        in ``metrics.utilisation``. ``partial`` marks a period that is not over, or that the range cuts.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §8.
    """
    require("by", by, SESSION_SPLITS)
    require("period", period, PERIODS)
    counts = cohort.read(_counts(cohort, by, period))
    staffed = staffed_days(cohort)
    table = _with_rates(_every_period(counts, by, period, staffed), has_times=not _missing_times(cohort))
    table["utilisation"] = utilisation(cohort, table, staffed, by=by, period=period)
    table["partial"] = pd.Series([_is_partial(cohort, each, period) for each in table["day"]], dtype="boolean")
    table["period"] = pd.Series([str(date_of(each)) for each in table["day"]], dtype="str")
    table = ordered(table, by, first=["day"])[named(COLUMNS, by)]
    return with_notes(table, [*_notes(cohort, table), *utilisation_notes(cohort, table, by)], rules=[_RULE])


def members(cohort: Cohort, *, by: str = "none", period: str = "week") -> Behind:
    """The sessions, and the patients, behind the counts of ``throughput``; takes the same."""
    rows = sa.select(VISITS, _DAYS[period].label("period")).where(*_booked(cohort)).subquery("booked")
    counts = flagged("session", rows, {"n_scheduled": sa.true(), **_flags(cohort, rows.c)})
    treated = Members("patient", rows, rows.c.status == "completed")
    return Behind(split_keys(by, "period"), {**counts, "n_patients": treated})


def _flags(cohort: Cohort, c: Columns) -> dict[str, Condition]:
    """Column -> which of the sessions it counts."""
    return {
        **{name: c.status == status for name, status in _STATUSES.items()},
        "n_unresolved": sa.and_(c.status == "scheduled", c.scheduled_day < cohort.as_of_day),
        "n_new_starts": c.is_first == 1,
        "n_timed": sa.and_(c.status == "completed", c.chair_seconds.is_not(None)),
    }


def _booked(cohort: Cohort) -> list[Condition]:
    return [*cohort.sessions(), VISITS.c.status != "rescheduled"]


def _counts(cohort: Cohort, by: str, period: str) -> Statement:
    v = VISITS.c
    split = [] if by == "none" else [v[by]]
    flags = _flags(cohort, v)
    values: dict[str, Value] = {
        "n_scheduled": sa.func.count(),
        **{name: sa.func.count().filter(holds) for name, holds in flags.items()},
        "n_patients": sa.func.count(v.patient_id.distinct()).filter(flags["n_completed"]),
        "chair_seconds": long_total(sa.case((flags["n_timed"], v.chair_seconds), else_=0)),
    }
    return (
        sa.select(_DAYS[period].label("day"), *split, *(value.label(name) for name, value in values.items()))
        .where(*_booked(cohort))
        .group_by(_DAYS[period], *split)
    )


def _every_period(counts: pd.DataFrame, by: str, period: str, staffed: pd.DataFrame) -> pd.DataFrame:
    """A row for each period from the first to the last, and each value of the split, 0 where nothing was."""
    if counts.empty:
        return counts
    days = sorted(int(day) for day in counts["day"].unique())
    if period == "day":
        inside = staffed.loc[staffed["day"].between(days[0], days[-1]), "day"]
        days = sorted({*days, *(int(day) for day in inside)})
    else:
        days = periods_between(days[0], days[-1], period)
    names = ["day"] if by == "none" else ["day", by]
    grid = pd.DataFrame({"day": pd.Series(days, dtype=counts["day"].dtype)})
    if by != "none":
        grid = grid.merge(counts[[by]].drop_duplicates(), how="cross")
    if by == "year":  # a week may lie in two years, but no week has a row in every year
        first = [date_of(day).year for day in grid["day"]]
        last = [date_of(after(int(day), period) - 1).year for day in grid["day"]]
        grid = grid[(grid["year"] >= first) & (grid["year"] <= last)]
    table = grid.merge(counts, on=names, how="left")
    numbers = [name for name in counts.columns if name not in names]
    table[numbers] = table[numbers].fillna(0)
    return table


def _missing_times(cohort: Cohort) -> list[str]:
    """The columns that chair time needs and the export has not."""
    return [name for name in ("arrived_at", "left_at") if name not in cohort.store.facts["columns"]["sessions"]]


def _with_rates(counts: pd.DataFrame, *, has_times: bool) -> pd.DataFrame:
    held = counts["n_completed"] + counts["n_no_show"] + counts["n_late_cancelled"]
    is_known = has_times & ((counts["n_timed"] > 0) | (counts["n_completed"] == 0))
    return counts.assign(
        no_show_rate=ratio(counts["n_no_show"], held),
        late_cancel_rate=ratio(counts["n_late_cancelled"], held),
        chair_minutes=(counts["chair_seconds"].astype("Float64") / 60).where(is_known),
    )


def _is_partial(cohort: Cohort, day: Any, period: str) -> bool:
    """Not over before the day of the records, or cut by the range."""
    first, last = date_of(day), date_of(after(int(day), period) - 1)
    is_cut = (cohort.since or datetime.date.min) > first or (cohort.until or datetime.date.max) < last
    return is_cut or last >= cohort.store.as_of


_RULE = (
    "Rates are of the slots still held on the day: completed, no-show and late-cancelled sessions. "
    "Rescheduled sessions are in no number."
)


def _notes(cohort: Cohort, table: pd.DataFrame) -> list[str]:
    notes = []
    n_unresolved = int(table["n_unresolved"].sum())
    if n_unresolved:
        verb = "session is" if n_unresolved == 1 else "sessions are"
        notes.append(f"{n_unresolved:,} past {verb} still said to be scheduled and in no rate.")
    if missing := _missing_times(cohort):
        notes.append(f"The export's sessions have no column {' and '.join(missing)}, so chair time is not known.")
    if "phase" in cohort.where:
        notes.append("Phase is known of completed sessions only: with that filter nothing else is counted.")
    return notes


METRIC = Metric(
    "throughput",
    "sessions by day, week or month and what became of them, new starts, chair time",
    throughput,
    (
        Option("by", "what the rows of a period are split by", "none", SESSION_SPLITS),
        Option("period", "day, week or month", "week", PERIODS),
    ),
    COLUMNS,
    cells=Cells(
        part_of={
            "n_completed": "n_scheduled",
            "n_scheduled": None,
            **dict.fromkeys(("n_no_show", "n_late_cancelled", "n_cancelled", "n_unresolved"), "n_scheduled"),
            "n_timed": "n_completed",
        },
        core=("n_completed", "n_scheduled"),
        needs={
            "no_show_rate": _HELD,
            "late_cancel_rate": _HELD,
            "chair_minutes": ("n_completed", "n_timed"),
            "utilisation": ("n_completed", "n_timed"),
        },
        keys=("period", "partial"),
        is_series=True,
        fixed={"period": "month"},
        people={"n_completed": "n_patients", "n_timed": "n_patients"},
    ),
    members=members,
)
