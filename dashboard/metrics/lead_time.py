"""Whether slots booked long before are missed, or cancelled late, more often."""

from collections.abc import Sequence

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import VISITS
from dashboard.metrics.chair_use import HELD
from dashboard.metrics.incidence import session_interval
from dashboard.metrics.members import Behind, Members, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.paired import counts_by_band
from dashboard.metrics.response import ratio
from dashboard.metrics.tidy import named, ordered
from dashboard.model import SQL

BANDS = {0: "0-2", 1: "3-7", 2: "8-14", 3: "15-28", 4: "29+"}
"""Days; our own choice."""
COLUMNS = (
    "by",
    "lead_days",
    "n_held",
    "n_no_show",
    "no_show_rate",
    "no_show_low",
    "no_show_high",
    "n_late_cancelled",
    "late_cancel_rate",
    "late_cancel_low",
    "late_cancel_high",
    "n_patients",
)
_NAMES = {"no-show": ("n_no_show", "no_show"), "late-cancelled": ("n_late_cancelled", "late_cancel")}
"""Status -> its count, and how its rate and interval begin."""
RULE = (
    "Days from the booking to the booked day, of the slots still held on the day (completed, no-show, late cancelled) "
    "whose day of booking is known and not after it. Intervals allow for several slots of one patient."
)


def lead_time(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """No-shows and late cancellations of the slots held, by how many days before they had been booked.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none``.

    Returns:
        A row a group and band of days that has a slot held.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §8; Rao and Scott 1992 for the interval.
    """
    require("by", by, SESSION_SPLITS)
    slots, split = _slots(cohort, by), [] if by == "none" else [by]
    missed, late = (_with_rate(cohort, slots, split, status) for status in _NAMES)
    added = [name for name in late if name not in missed]
    keys = [*split, "band"]
    table = ordered(missed.merge(late[[*keys, *added]], on=keys), by, then=["band"])
    table["lead_days"] = table["band"].map(BANDS).astype("str")
    is_known = "booked_on" in cohort.store.facts["columns"]["sessions"]
    unknown = "The export has no column booked_on in sessions: how long before slots were booked is not known."
    return with_notes(table[named(COLUMNS, by)], [RULE if is_known else unknown])


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The slots behind the counts of ``lead-time``; takes the same."""
    rows = _slots(cohort, by)
    people = {"n_patients": Members("patient", rows, sa.true())}
    flags = {count: rows.c.status == status for status, (count, _) in _NAMES.items()}
    return Behind(split_keys(by, "lead_days"), {**flagged("session", rows, {"n_held": sa.true(), **flags}), **people})


def _with_rate(cohort: Cohort, slots: sa.Subquery, split: Sequence[str], status: str) -> pd.DataFrame:
    """A row a group and band: the slots held, how many of them ended so, the rate and its interval."""
    hit = sa.case((slots.c.status == status, 1), else_=0).label("hit")
    table = cohort.read(counts_by_band(sa.select(slots, hit).subquery(), split))
    count, name = _NAMES[status]
    low, high = session_interval(table)
    rate = ratio(table["n_sessions_with"], table["n_sessions"])
    table = table.assign(**{f"{name}_rate": rate, f"{name}_low": low, f"{name}_high": high})
    return table.rename(columns={"n_sessions": "n_held", "n_sessions_with": count})


def _slots(cohort: Cohort, by: str) -> sa.Subquery:
    """The slots held whose booking is known, with their band and what became of them."""
    v, s = VISITS.c, SQL["sessions"].c
    days = v.scheduled_day - s.booked_day
    edges = zip((2, 7, 14, 28), BANDS, strict=False)
    band = sa.case(*((days <= most, place) for most, place in edges), else_=len(BANDS) - 1)
    named = sa.case(*((band == place, name) for place, name in BANDS.items()), else_="")
    split = [] if by == "none" else [v[by]]
    return (
        sa.select(v.patient_id, v.session_id, v.status, *split, band.label("band"), named.label("lead_days"))
        .join(SQL["sessions"], s.session_id == v.session_id)
        .where(v.status.in_(HELD), days >= 0, *cohort.sessions())
        .subquery()
    )


METRIC = Metric(
    "lead-time",
    "no-shows and late cancellations by how many days before the slot had been booked",
    lead_time,
    (Option("by", "what the rows are split by", "none", SESSION_SPLITS),),
    COLUMNS,
    members=members,
)
