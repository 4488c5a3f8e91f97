"""Days between serious side effects: is the next one sooner than chance would have it?"""

from itertools import pairwise

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import EFFECTS
from dashboard.metrics import xmr
from dashboard.metrics.options import Metric, with_notes
from dashboard.metrics.period import date_of
from dashboard.metrics.serious_events import unknown_serious

POWER = 3.6
"""Days between rare events, to the power of 1 / 3.6, are near enough to the normal curve for limits (Nelson 1994)."""
COLUMNS = ("happened_on", "days", "mean", "low", "high", "point")
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
        A row an event from the second on, in order of time; ``mean`` and limits in days, empty below two intervals;
        ``point`` as in ``spc``. The last row is OPEN: the days from the last event to the day of the records, judged by
        nothing.

    Source: ``clinical.md`` §5; Nelson 1994, Journal of Quality Technology 26:247-250.
    """
    e = EFFECTS.c
    day = sa.func.coalesce(e.onset_day, e.scheduled_day)
    statement = sa.select(day.label("day"), sa.func.count().label("n")).where(
        e.is_serious == 1, *cohort.sessions(EFFECTS)
    )
    found = cohort.read(statement.group_by(day).order_by(day)).dropna()
    days = [int(row["day"]) for row in found.to_dict("records") for _ in range(int(row["n"]))]
    between = [float(later - earlier) for earlier, later in pairwise(days)]
    values = [each ** (1 / POWER) for each in between]
    lines = xmr.limits(values, screen=False) if values else xmr.Limits(0.0, None, None)
    known = {"mean": lines.mean, "low": lines.low, "high": lines.high} if values else {}
    limits = {name: None if value is None else max(0.0, value) ** POWER for name, value in known.items()}
    kinds = [point.kind for point in xmr.judge(values, lines)] if values else []
    rows = [
        {"happened_on": str(date_of(last)), "days": int(gap), **limits, "point": kind}
        for last, gap, kind in zip(days[1:], between, kinds, strict=True)
    ]
    if days:
        rows.append({"happened_on": None, "days": cohort.as_of_day - days[-1], "point": OPEN})
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        {"happened_on": "str", "days": "Int64", **dict.fromkeys(("mean", "low", "high"), "Float64"), "point": "str"}
    )
    return with_notes(table, [unknown_serious(cohort) or RULE])


METRIC = Metric(
    "serious-intervals",
    "days between serious side effects, with the limits of chance for rare events",
    serious_intervals,
    (),
    COLUMNS,
)
