"""How long people wait from referral to the first session, those still waiting counted as such."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import REFERRAL_SPLITS, Cohort, require
from dashboard.clinical.course import resistant
from dashboard.clinical.tables import COURSES, else_unknown
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.survival import counted, first_day_at_most, survival
from dashboard.metrics.tidy import groups, named, ordered
from dashboard.model import SQL

COLUMNS = ("by", "n", "n_seen", "n_invalid", "median_days", "p90_days")
HALF, TENTH = 0.5, 0.1


def waits(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """Days from referral to the first completed session: half are seen by the median, nine in ten by the p90.

    Args:
        cohort: the referrals looked at; its range is of ``referred_on``, its columns those known before treatment.
        by: ``diagnosis``, ``site``, ``clinician`` (the patient's), ``payer``, ``sex``, ``resistant``, ``year`` of the
            referral, or ``none`` for one row.

    Returns:
        A row a value of the split: ``n`` patients with a referral up to the day of the records, ``n_seen`` of them
        with a first session on or after it, ``n_invalid`` with one before it (in ``n``, not in the days). Whoever was
        not seen waits until the day of the records. Days are empty where the curve does not come down so far.

    Raises:
        OptionError: for a value that does not exist, or a column that treatment decides.

    Source: ``definitions.md`` §8; Kaplan & Meier 1958.
    """
    require("by", by, REFERRAL_SPLITS)
    counts = cohort.read(counted(ended_waits(cohort), by))
    rows: list[tuple[Any, ...]] = []
    for key, own in groups(counts, by):
        is_valid = own["day"] >= 0
        curve = survival(own[is_valid], "none")
        seen, invalid = own[is_valid & (own["is_event"] == 1)], own[~is_valid]
        sizes = (int(part["n"].sum()) for part in (own, seen, invalid))
        rows.append((*key, *sizes, first_day_at_most(curve, HALF), first_day_at_most(curve, TENTH)))
    names = named(COLUMNS, by)
    table = pd.DataFrame(rows, columns=names).astype(dict.fromkeys(COLUMNS[1:], "Int64"))
    if by != "none":
        table[by] = table[by].astype(counts[by].dtype)
    return with_notes(ordered(table, by), _notes(table))


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The patients behind the counts of ``waits``; takes the same."""
    rows = ended_waits(cohort)
    r = rows.c
    flags = {"n": sa.true(), "n_seen": sa.and_(r.is_event == 1, r.day >= 0), "n_invalid": r.day < 0}
    return Behind(split_keys(by), flagged("patient", rows, flags))


def ended_waits(cohort: Cohort) -> sa.Subquery:
    """One row a referral: its split columns, ``day`` on which it ended, and ``is_event`` where by a first session.

    Who was not seen waits until the day of the records.
    """
    p, c = SQL["patients"].c, COURSES.c
    referred = (
        sa.select(
            p.patient_id,
            p.referred_day,
            p.diagnosis,
            *(else_unknown(p[name]).label(name) for name in ("site", "clinician", "payer", "sex")),
            resistant(p.diagnosis, p.failed_trials).label("resistant"),
            sa.cast(sa.extract("year", p.referred_on), sa.Integer).label("year"),
            sa.case((c.first_day.is_not(None), 1), else_=0).label("is_event"),
            (sa.func.coalesce(c.first_day, cohort.as_of_day) - p.referred_day).label("day"),
        )
        .outerjoin_from(SQL["patients"], COURSES, sa.and_(c.patient_id == p.patient_id, c.course == 1))
        .where(p.referred_day <= cohort.as_of_day)
        .subquery()
    )
    return sa.select(referred).where(*cohort.referrals(referred.c)).subquery("wait")


def _notes(table: pd.DataFrame) -> list[str]:
    n, seen, invalid = (int(table[name].sum()) for name in ("n", "n_seen", "n_invalid"))
    if not n:
        return ["Nobody has a date of referral (column referred_on of patients), so there are no waits."]
    waiting = f"{n - seen - invalid:,} not yet seen count as waiting until the day of the records."
    odd = f" {invalid:,} with a first session before the referral are left out." if invalid else ""
    return [f"Days from referral to the first completed session; {waiting}{odd}"]


METRIC = Metric(
    "waits",
    "days from referral to the first session: median and 90th percentile",
    waits,
    (Option("by", "what the rows are split by: what is known before treatment", "none", REFERRAL_SPLITS),),
    COLUMNS,
    members=members,
)
