"""Who comes, and who needs thought first: one row a session of some days, or a patient without one."""

import datetime

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.clinical.known import known
from dashboard.clinical.reasons import reasons
from dashboard.clinical.seen import WHO, Seen, seen_on
from dashboard.clinical.tables import by_bytes
from dashboard.metrics.options import Metric, Option
from dashboard.model import Statement

COLUMNS = (
    *("scheduled_at", "session_id", "patient_id", "session_number", "phase", "route", "drug"),
    *("last_dose_mg", "last_dose_mg_per_kg", "days_since_last", "instrument", "first_baseline", "baseline"),
    *("latest", "latest_on", "change", "pct_change", "status", "reasons"),
)
REASONS = (
    *("suicidality-high", "suicidality", "suicidality-unknown", "mania", "worse", "response-lost", "rising"),
    *("no-early-change", "grave-event", "severe-effect", "pressure-excursion", "low-saturation"),
    *("measure-overdue", "records-set-aside"),
)
"""Every reason, the gravest first."""


def worklist(cohort: Cohort, *, date: datetime.date, days: int = 1, who: str = "booked") -> pd.DataFrame:
    """The sessions of some days, each as known before it; or those of the caseload who are not booked then.

    Args:
        cohort: names the build; its filters do not apply.
        date: the first day, clinic-local.
        days: how many days from it on.
        who: ``booked``: a row for each session that is scheduled or completed, in order of time; ``caseload``: a row
            for each patient with an open course or a recent score and no such session, the gravest reason first, as
            known at the end of the first day.

    Returns:
        ``last_dose_mg`` and ``last_dose_mg_per_kg`` of the last completed session; ``days_since_last`` since it;
        ``baseline`` of the session's course and ``first_baseline`` of the patient's first, ``latest`` (points) of the
        primary scale ``instrument``; ``change`` and ``pct_change`` (percent) from baseline; ``status``; ``reasons``
        in their order, joined by semicolons. What is not known is empty.

    Raises:
        OptionError: for a ``who`` that does not exist or a number of days below 1.

    Source: ``definitions.md`` §5, §6.
    """
    if who not in WHO:
        raise OptionError(f"who has no {who!r}; there are: {', '.join(WHO)}.")
    if days < 1:
        raise OptionError(f"days is {days}; give 1 or more.")
    table = rows_of(cohort, seen_on(cohort, date, days, who))
    if who == "caseload":
        first = table["reasons"].map(lambda text: REASONS.index(text.partition(";")[0]) if text else len(REASONS))
        table = table.iloc[first.argsort(kind="stable")].reset_index(drop=True)
    return table


def rows_of(cohort: Cohort, seen: Seen) -> pd.DataFrame:
    """The same of any rows: of one patient, for that person's page."""
    table = cohort.read(_statement(seen))
    given = [name for name in REASONS if name in table]
    table["reasons"] = pd.Series(
        [";".join(name for name, holds in zip(given, row, strict=True) if holds) for row in table[given].to_numpy()],
        dtype="str",
    )
    return table[list(COLUMNS)]


def _statement(seen: Seen) -> Statement:
    row = known(seen)
    k = row.c
    flags = reasons(seen, row)
    return sa.select(
        *(sa.cast(k.latest_at, sa.Date).label(name) if name == "latest_on" else k[name] for name in COLUMNS[:-1]),
        *(sa.case((holds, 1), else_=0).label(name) for name, holds in flags.items()),
    ).order_by(k.second, by_bytes(k.key))


METRIC = Metric(
    "worklist",
    "who comes and who needs thought first: last dose, latest score, status, reasons",
    worklist,
    (
        Option("date", "the first day", "today", kind=datetime.date.fromisoformat),
        Option("days", "how many days", "1", kind=int),
        Option("who", "those booked, or the rest of the caseload", "booked", WHO),
    ),
    COLUMNS,
    filtered=False,
)
