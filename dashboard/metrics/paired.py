"""Rates of side effects along a way, as from session to session, with the same people at its beginning and later.

Who stays longer is somebody else: a rate that falls from band to band may only say that those who bore it badly left.
So beside each band's rate stands what the people of that band had at the beginning.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from scipy.stats import t

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import EFFECTS
from dashboard.metrics.incidence import with_session_rate
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.tidy import long_total, named, ordered, total

COLUMNS = (
    "by",
    "n_sessions",
    "n_sessions_with",
    "session_rate",
    "session_low",
    "session_high",
    "n_patients",
    "n_paired",
    "first_rate",
    "paired_rate",
    "paired_change",
    "paired_low",
    "paired_high",
)
"""Of a table with a column of bands; ``by`` and the band's column are put before."""
RULE = (
    "Paired are the people of a band who have a filled form in the first band too, each with the share of the sessions "
    "that had one; the change is theirs, with a t interval, and their number says how many stayed so long."
)
_CHANGES = COLUMNS[8:]


def by_band(cohort: Cohort, sessions: sa.Subquery, bands: Mapping[int, str], name: str, by: str) -> pd.DataFrame:
    """A row a group and band that has a session with a filled form.

    Args:
        cohort: the build.
        sessions: ``patient_id``, ``session_id``, ``band``, ``is_paired`` (1 where it counts for pairs) and the split's
            column, a row a session with a filled form.
        bands: number -> name, in order; the first is the beginning.
        name: the band's column.
        by: the split, or ``none``.
    """
    split = [] if by == "none" else [by]
    table = with_session_rate(cohort.read(counts_by_band(sessions, split)))
    changes = pd.DataFrame(_changes(cohort.read(_pairs(sessions, split, min(bands))), split))
    keys = [*split, "band"]
    if len(changes):
        table = table.merge(changes, on=keys, how="left")
    else:
        table = table.assign(n_paired=0, **dict.fromkeys(_CHANGES))
    table = table.assign(n_paired=table["n_paired"].astype("Int64").fillna(0))
    table = table.astype(dict.fromkeys(_CHANGES, "Float64"))
    table = ordered(table, by, then=["band"])
    table.insert(0, name, table["band"].map(dict(bands)).astype("str"))
    return table[[*split, name, *named(COLUMNS, by)[len(split) :]]]


def behind(sessions: sa.Subquery, bands: Mapping[int, str], name: str, by: str) -> Behind:
    """The sessions and patients behind the counts of ``by_band``; takes the same."""
    s = sessions.c
    named_band = sa.case(*((s.band == place, words) for place, words in bands.items()), else_="").label(name)
    rows = sa.select(sessions, named_band).subquery()
    split = [] if by == "none" else [by]
    begun = sa.select(sessions).where(s.band == min(bands), s.is_paired == 1).subquery()
    first = sa.exists().where(
        begun.c.patient_id == rows.c.patient_id, *(begun.c[column] == rows.c[column] for column in split)
    )
    is_paired = sa.and_(rows.c.is_paired == 1, rows.c.band != min(bands), first)
    return Behind(
        split_keys(by, name),
        {
            **flagged("session", rows, {"n_sessions": sa.true(), "n_sessions_with": rows.c.hit == 1}),
            **flagged("patient", rows, {"n_patients": sa.true(), "n_paired": is_paired}),
        },
    )


def with_hits(sessions: sa.Select[Any], *conditions: sa.ColumnElement[bool]) -> sa.Subquery:
    """The sessions with ``hit``, 1 where one of the events that meet the conditions on EFFECTS was recorded."""
    e, s = EFFECTS.c, sessions.subquery()
    events = sa.select(e.patient_id, e.session_id).where(e.is_outside == 0, *conditions).distinct().subquery()
    same = sa.and_(events.c.patient_id == s.c.patient_id, events.c.session_id == s.c.session_id)
    hit = sa.case((events.c.session_id.is_not(None), 1), else_=0).label("hit")
    return sa.select(*s.c, hit).select_from(s).outerjoin(events, same).subquery()


def counts_by_band(sessions: sa.Subquery, split: Sequence[str]) -> sa.Select[Any]:
    """As ``incidence`` counts: sessions and patients, and the sums over patients that the interval needs."""
    s = sessions.c
    keys = [s[name] for name in (*split, "band")]
    each = (
        sa.select(s.patient_id, *keys, sa.func.count().label("m"), total(s.hit).label("y"))
        .group_by(s.patient_id, *keys)
        .subquery()
    )
    c = each.c
    groups = [c[name] for name in (*split, "band")]
    return sa.select(
        *groups,
        total(c.m).label("n_sessions"),
        total(c.y).label("n_sessions_with"),
        sa.func.count().label("n_patients"),
        long_total(c.m * c.m).label("squares"),
        long_total(c.y * c.y).label("with_squares"),
        long_total(c.y * c.m).label("products"),
    ).group_by(*groups)


def _pairs(sessions: sa.Subquery, split: Sequence[str], first: int) -> sa.Select[Any]:
    """How many people had one in so many of so many sessions at the beginning, and of so many in a later band."""
    s = sessions.c
    keys = [s.patient_id, *(s[name] for name in split), s.band]
    each = sa.select(*keys, sa.func.count().label("m"), total(s.hit).label("y")).where(s.is_paired == 1).group_by(*keys)
    begun, later = each.subquery(), each.subquery()
    b, c = begun.c, later.c
    same = sa.and_(b.patient_id == c.patient_id, *(b[name] == c[name] for name in split), b.band == first)
    columns = [*(c[name] for name in split), c.band, b.y.label("y_first"), b.m.label("m_first"), c.y, c.m]
    groups = [*(c[name] for name in split), c.band, b.y, b.m, c.y, c.m]
    return (
        sa.select(*columns, sa.func.count().label("n"))
        .select_from(later)
        .join(begun, same)
        .where(c.band != first)
        .group_by(*groups)
    )


def _changes(pairs: pd.DataFrame, split: Sequence[str]) -> list[dict[str, Any]]:
    """The mean shares at the beginning and later, and their mean difference, of each group and band."""
    found = []
    for key, rows in pairs.groupby([*split, "band"], sort=True):
        values = [
            (row["y_first"] / row["m_first"], row["y"] / row["m"], int(row["n"])) for row in rows.to_dict("records")
        ]
        n = sum(count for *_, count in values)
        before, after = (math.fsum(pair[side] * pair[2] for pair in values) / n for side in (0, 1))
        apart = math.fsum(count * (one - other - after + before) ** 2 for other, one, count in values)
        half = float(t.ppf(0.975, n - 1)) * math.sqrt(apart / (n - 1) / n) if n > 1 else None
        change = after - before
        ends = (None, None) if half is None else (change - half, change + half)
        keys = key if isinstance(key, tuple) else (key,)
        found.append(
            {
                **dict(zip([*split, "band"], keys, strict=True)),
                "n_paired": n,
                **dict(zip(_CHANGES, (before, after, change, *ends), strict=True)),
            }
        )
    return found
