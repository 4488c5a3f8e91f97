"""Kaplan and Meier's curve of whatever takes time: who has not yet got there, with those still on the way censored."""

import math
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.metrics.members import Behind, Members, flagged, split_keys
from dashboard.metrics.tidy import groups, named, ordered
from dashboard.model import Statement

COLUMNS = ("by", "day", "n_at_risk", "n_events", "n_censored", "not_yet", "not_yet_low", "not_yet_high")
_Z = 1.959963984540054
_KINDS: dict[str, Any] = dict.fromkeys(("not_yet", "not_yet_low", "not_yet_high"), "Float64")


def survival(counts: pd.DataFrame, by: str, *, x: str = "day") -> pd.DataFrame:
    """The curve of each group.

    Args:
        counts: the split's column, ``day``, ``is_event`` (1, or 0 for censored) and ``n``, how many; of one day the
            events come before the censorings.
        by: the split, or ``none``.
        x: what is counted in place of days, and the name of its column.

    Returns:
        The columns of COLUMNS, ``day`` bearing that name; a row for 0 and for each day with either, and none of
        nobody. ``not_yet`` is the curve after that day, ``n_at_risk`` those who were still on the way before it; the
        95 % interval (Greenwood's variance, log-log) is empty where the curve is 1 or 0.

    Source: Kaplan & Meier 1958; Kalbfleisch & Prentice 1980 for the interval.
    """
    rows = [(*key, *row) for key, part in groups(counts, by) if len(part) for row in _curve(part, x)]
    names = [x if name == "day" else name for name in named(COLUMNS, by)]
    table = pd.DataFrame(rows, columns=names).astype({name: _KINDS.get(name, "Int64") for name in names if name != by})
    if by != "none":
        table[by] = table[by].astype(counts[by].dtype)
    return ordered(table, by, then=[x])


def counted(rows: sa.FromClause, by: str, *, x: str = "day") -> Statement:
    """What ``survival`` takes, of one row a unit: the split, ``day`` and ``is_event``."""
    c = rows.c
    keys = [*([] if by == "none" else [c[by]]), c[x], c.is_event]
    return sa.select(*keys, sa.cast(sa.func.count(), sa.Integer).label("n")).group_by(*keys)


def _curve(counts: pd.DataFrame, x: str) -> list[tuple[Any, ...]]:
    events: dict[int, int] = {0: 0}
    censored: dict[int, int] = {0: 0}
    for day, is_event, n in zip(counts[x], counts["is_event"], counts["n"], strict=True):
        side = events if is_event else censored
        side[int(day)] = side.get(int(day), 0) + int(n)
    at_risk = sum(events.values()) + sum(censored.values())
    curve, variance, rows = 1.0, 0.0, []
    for day in sorted({*events, *censored}):
        happened, left = events.get(day, 0), censored.get(day, 0)
        if happened:
            curve *= (at_risk - happened) / at_risk
            variance += happened / (at_risk * (at_risk - happened)) if happened < at_risk else 0.0
        rows.append((day, at_risk, happened, left, curve, *_interval(curve, variance)))
        at_risk -= happened + left
    return rows


def _interval(curve: float, variance: float) -> tuple[float | None, float | None]:
    if not 0 < curve < 1:
        return None, None
    reach = math.exp(_Z * math.sqrt(variance) / -math.log(curve))
    return curve**reach, curve ** (1 / reach)


def behind(unit: str, rows: sa.FromClause, by: str, *details: str, x: str = "day") -> Behind:
    """Whom the counts of a curve count: ``rows`` hold the split, ``day`` and ``is_event`` of each."""
    is_event = rows.c.is_event == 1
    counts = flagged(unit, rows, {"n_events": is_event, "n_censored": sa.not_(is_event)}, *details)
    at_risk = Members(unit, rows, sa.true(), details, since=x)
    return Behind(split_keys(by, x), {"n_at_risk": at_risk, **counts})


def first_day_at_most(curve: pd.DataFrame, level: float) -> int | None:
    """The first day on which a curve of one group is at or below a level; None where it never is."""
    below = curve.loc[curve["not_yet"] <= level + 1e-9, "day"]
    return int(below.iloc[0]) if len(below) else None
