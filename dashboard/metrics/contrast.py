"""How much more often in one group than in another, where patients return and may be in both."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from scipy.stats import norm

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import Condition
from dashboard.metrics.incidence import beside, events, forms, same
from dashboard.metrics.tidy import long_total

_Z = float(norm.ppf(0.975))
_SHARED = ("yy", "ym", "my", "mm")
FEWEST = 10
"""Of fewer patients in a group the variance between patients is not to be trusted, and no interval is given."""


def with_difference(
    table: pd.DataFrame, cohort: Cohort, by: str, than: Any, per: Sequence[str], *conditions: Condition
) -> pd.DataFrame:
    """The rate of sessions in each group minus that in the group ``than``, with its 95 % interval.

    A linear model of the sessions by group, estimated by generalised estimating equations with independent working
    correlation: then the estimate is the difference of the two rates that are shown, and its variance the sum over
    patients of the squared differences of their residuals. Empty in the group ``than`` itself and where a group has no
    session; without an interval where a rate is 0 or 1, of whose variance the model knows nothing, and where a group
    has under FEWEST patients.

    Args:
        table: the columns of ``incidence.exposed`` and ``incidence.affected``, ``by`` and ``per``.
        cohort: of whom.
        by: what the groups are.
        than: the group to compare with.
        per: what the events are split by.
        conditions: on EFFECTS, as in ``affected``.

    Source: Liang and Zeger 1986, Biometrika 73:13-22.
    """
    table = beside(table, _shared(cohort, by, than, per, *conditions), [by, *per])
    table = beside(table, _shared_sessions(cohort, by, than), [by])
    reference = {tuple(row[name] for name in per): row for row in table[table[by] == than].to_dict("records")}
    found = [_difference(row, reference.get(tuple(row[name] for name in per)), row[by] == than) for row in _rows(table)]
    names = ("difference", "difference_low", "difference_high")
    columns = {name: pd.Series([each[place] for each in found], dtype="Float64") for place, name in enumerate(names)}
    return table.drop(columns=list(_SHARED)).reset_index(drop=True).assign(**columns)


def _rows(table: pd.DataFrame) -> list[Any]:
    return list(table.to_dict("records"))


def _shared(cohort: Cohort, by: str, than: Any, per: Sequence[str], *conditions: Condition) -> pd.DataFrame:
    """Of patients of both groups, summed: with here x with there, with here x sessions there, and the reverse."""
    here, there = events(cohort, [by], per, *conditions), events(cohort, [by], per, *conditions).alias("there")
    m_here, m_there = forms(cohort, [by]), forms(cohort, [by]).alias("m_there")
    h, t, mh, mt = here.c, there.c, m_here.c, m_there.c
    columns = [h[name] for name in (by, *per)]
    nothing = sa.literal(0)
    one = (
        sa.select(*columns, (h.y * sa.func.coalesce(t.y, 0)).label("yy"), (h.y * mt.m).label("ym"), nothing.label("my"))
        .select_from(here)
        .join(m_there, sa.and_(same(h, mt, ()), mt[by] == than))
        .outerjoin(there, sa.and_(same(h, t, per), t[by] == than))
    )
    other = (
        sa.select(mh[by], *(t[name] for name in per), nothing, nothing, (mh.m * t.y).label("my"))
        .select_from(there)
        .join(m_here, same(t, mh, ()))
        .where(t[by] == than)
    )
    both = sa.union_all(one, other).subquery()
    groups = [both.c[name] for name in (by, *per)]
    sums = [long_total(both.c[name]).label(name) for name in ("yy", "ym", "my")]
    return cohort.read(sa.select(*groups, *sums).group_by(*groups))


def _shared_sessions(cohort: Cohort, by: str, than: Any) -> pd.DataFrame:
    """Of patients of both groups, summed: sessions here x sessions there."""
    here, there = forms(cohort, [by]), forms(cohort, [by]).alias("there")
    h, t = here.c, there.c
    return cohort.read(
        sa.select(h[by], long_total(h.m * t.m).label("mm"))
        .select_from(here)
        .join(there, sa.and_(same(h, t, ()), t[by] == than))
        .group_by(h[by])
    )


def _difference(row: Any, other: Any, is_reference: bool) -> tuple[float | None, float | None, float | None]:
    if is_reference or other is None or not row["n_sessions"] or not other["n_sessions"]:
        return None, None, None
    rates = [each["n_sessions_with"] / each["n_sessions"] for each in (row, other)]
    difference = float(rates[0] - rates[1])
    if not all(0 < rate < 1 for rate in rates) or min(row["n_patients"], other["n_patients"]) < FEWEST:
        return difference, None, None
    own, others = (_variance(each, rate) for each, rate in zip((row, other), rates, strict=True))
    crossed = row["yy"] - rates[1] * row["ym"] - rates[0] * row["my"] + rates[0] * rates[1] * row["mm"]
    shared = float(crossed) / (int(row["n_sessions"]) * int(other["n_sessions"]))
    error = math.sqrt(max(0.0, own + others - 2 * shared))
    return difference, difference - _Z * error, difference + _Z * error


def _variance(row: Any, rate: float) -> float:
    """The sum over patients of (sessions with - rate x sessions)², over sessions²."""
    apart = row["with_squares"] - 2 * rate * row["products"] + rate**2 * row["squares"]
    return float(apart) / int(row["n_sessions"]) ** 2
