"""Days between serious side effects: is the next one sooner than chance would have it?"""

from itertools import pairwise

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import EFFECTS, by_bytes, over
from dashboard.metrics import xmr
from dashboard.metrics.members import Behind, Members
from dashboard.metrics.options import Metric, with_notes
from dashboard.metrics.period import date_of
from dashboard.metrics.serious_events import unknown_serious

POWER = 3.6
"""Days between rare events, to the power of 1 / 3.6, are near enough to the normal curve for limits (Nelson 1994)."""
COLUMNS = ("event", "happened_on", "days", "mean", "low", "high", "point")
OPEN = "open"
"""Of the days since the last one, which are not over yet."""
RULE = (
    "Days from one serious side effect to the next, by the day of its onset, else of its session. Limits: the days to "
    f"the power of 1/{POWER}, their mean ± {xmr.LIMIT:g} × the mean moving range, no range left out, and back to days. "
    "Few days are no proof: below the lower limit they are fewer than chance explains."
)


def serious_intervals(cohort: Cohort) -> pd.DataFrame:
    """The days before each serious side effect since the one before it, with the limits of chance.

    Args:
        cohort: the sessions looked at.

    Returns:
        A row an event from the second on, in order of time, ``event`` being its place; ``mean`` and limits in days,
        empty below two intervals; ``point`` as in ``spc``. The last row is OPEN: the days from the last event to the
        day of the records, judged by nothing.

    Source: ``clinical.md`` §5; Nelson 1994, Journal of Quality Technology 26:247-250.
    """
    events = _events(cohort).c
    days = [int(day) for day in cohort.read(sa.select(events.day).order_by(events.event))["day"]]
    between = [float(later - earlier) for earlier, later in pairwise(days)]
    values = [each ** (1 / POWER) for each in between]
    lines = xmr.limits(values, screen=False) if values else xmr.Limits(0.0, None, None)
    known = {"mean": lines.mean, "low": lines.low, "high": lines.high} if values else {}
    limits = {name: None if value is None else max(0.0, value) ** POWER for name, value in known.items()}
    kinds = [point.kind for point in xmr.judge(values, lines)] if values else []
    rows = [
        {"event": place, "happened_on": str(date_of(last)), "days": int(gap), **limits, "point": kind}
        for place, (last, gap, kind) in enumerate(zip(days[1:], between, kinds, strict=True), 2)
    ]
    if days:
        rows.append({"event": len(days) + 1, "happened_on": None, "days": cohort.as_of_day - days[-1], "point": OPEN})
    kinds_of = {"event": "Int64", "happened_on": "str", "days": "Int64", "point": "str"}
    lines_of = dict.fromkeys(("mean", "low", "high"), "Float64")
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype({**kinds_of, **lines_of})
    return with_notes(table, [unknown_serious(cohort) or RULE])


def members(cohort: Cohort) -> Behind:
    """The event at the end of each interval of ``serious-intervals``."""
    return Behind(("event",), {"days": Members("event", _events(cohort), sa.true())})


def _events(cohort: Cohort) -> sa.Subquery:
    """The serious events of a known day, with ``day`` and their place in time, ``event``."""
    e = EFFECTS.c
    day = sa.func.coalesce(e.onset_day, e.scheduled_day)
    names = ("patient_id", "session_id", "term", "written")
    order = [day, *(by_bytes(sa.func.coalesce(e[name], "")) for name in names)]
    place = sa.cast(over(sa.func.row_number(), by=[], order=order), sa.Integer)
    known = [e.is_serious == 1, day.is_not(None), *cohort.sessions(EFFECTS)]
    return sa.select(EFFECTS, day.label("day"), place.label("event")).where(*known).subquery("serious")


METRIC = Metric(
    "serious-intervals",
    "days between serious side effects, with the limits of chance for rare events",
    serious_intervals,
    (),
    COLUMNS,
    members=members,
)
