"""How many sessions with a filled form had a side effect: rates whose intervals respect that patients return."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from pandas.api.types import is_integer_dtype
from scipy.stats import norm

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import EFFECTS, VISITS, Condition
from dashboard.metrics.interval import wilson, wilson_of
from dashboard.metrics.members import Behind, Members, flagged, split_keys
from dashboard.metrics.response import ratio
from dashboard.metrics.tidy import long_total, total

SEVERITIES = ("mild", "moderate", "severe")
INTERVALS = "Intervals of sessions allow for several sessions of one patient; they are empty where one patient has all."

_Z = float(norm.ppf(0.975))
_NONE_AT_MOST = -math.log(0.025)
"""Of none in n sessions at most so many events are to be expected in n, by a two-sided 95 % interval."""


def exposed(cohort: Cohort, split: Sequence[str]) -> pd.DataFrame:
    """Completed sessions and those of them with a filled form, a row a group that has a completed session.

    Returns:
        The split's columns; ``n_completed``; ``n_sessions`` with a form and ``n_patients`` who have one; ``squares``,
        the sum over patients of their squared numbers of sessions with a form.
    """
    v = VISITS.c
    groups = [v[name] for name in split]
    each = (
        sa.select(*groups, sa.func.count().label("n_completed"), total(v.has_form).label("n_sessions"))
        .where(v.status == "completed", *cohort.sessions())
        .group_by(v.patient_id, *groups)
        .subquery()
    )
    c = each.c
    return cohort.read(
        sa.select(
            *(c[name] for name in split),
            total(c.n_completed).label("n_completed"),
            total(c.n_sessions).label("n_sessions"),
            total(sa.case((c.n_sessions > 0, 1), else_=0)).label("n_patients"),
            long_total(c.n_sessions * c.n_sessions).label("squares"),
        ).group_by(*(c[name] for name in split))
    )


def affected(
    cohort: Cohort,
    split: Sequence[str],
    per: Sequence[str] = (),
    *conditions: Condition,
    counts_events: bool = False,
) -> pd.DataFrame:
    """Of the sessions with a filled form those that had an event, a row a group that has one.

    Args:
        cohort: the sessions looked at.
        split: what the sessions are split by, as in ``exposed``.
        per: columns of EFFECTS that only the events are split by.
        conditions: on EFFECTS.
        counts_events: count the events of these sessions too, which takes the engine a third longer.

    Returns:
        The columns of ``split`` and ``per``; ``n_sessions_with``, ``n_patients_with``; ``with_squares`` and
        ``products``, the sums over patients of (sessions with)² and of sessions with × sessions. With
        ``counts_events`` also ``n_counted``, ``event_squares`` and ``event_products``, the same of events.
    """
    f, hits = forms(cohort, split), events(cohort, split, per, *conditions)
    h = hits.c
    columns = [h[name] for name in (*split, *per)]
    of_events = [
        total(h.k).label("n_counted"),
        long_total(h.k * h.k).label("event_squares"),
        long_total(h.k * f.c.m).label("event_products"),
    ]
    return cohort.read(
        sa.select(
            *columns,
            total(h.y).label("n_sessions_with"),
            sa.func.count().label("n_patients_with"),
            long_total(h.y * h.y).label("with_squares"),
            long_total(h.y * f.c.m).label("products"),
            *(of_events if counts_events else []),
        )
        .select_from(hits)
        .join(f, same(h, f.c, split))
        .group_by(*columns)
    )


def forms(cohort: Cohort, split: Sequence[str]) -> sa.Subquery:
    """``m``, the sessions with a filled form of each patient in each group."""
    v = VISITS.c
    columns = [v.patient_id, *(v[name] for name in split)]
    return (
        sa.select(*columns, sa.func.count().label("m"))
        .where(v.has_form == 1, *cohort.sessions())
        .group_by(*columns)
        .subquery()
    )


def events(cohort: Cohort, split: Sequence[str], per: Sequence[str], *conditions: Condition) -> sa.Subquery:
    """``y``, those of them in which an event was recorded, and ``k`` events, for each value of ``per``."""
    e = EFFECTS.c
    columns = [e.patient_id, *(e[name] for name in (*split, *per))]
    return (
        sa.select(*columns, sa.func.count(e.session_id.distinct()).label("y"), sa.func.count().label("k"))
        .where(e.is_outside == 0, *cohort.sessions(EFFECTS), *conditions)
        .group_by(*columns)
        .subquery()
    )


def same(one: Any, other: Any, columns: Sequence[str]) -> Condition:
    """The same patient, and the same in some columns."""
    return sa.and_(one.patient_id == other.patient_id, *(one[name] == other[name] for name in columns))


def recorded(cohort: Cohort, split: Sequence[str], per: Sequence[str] = ()) -> pd.DataFrame:
    """Every event, whether its session counts or not, a row a group that has one.

    Returns:
        The columns of ``split`` and ``per``; ``n_events``; ``n_outside``, those in no rate; ``n_mild``,
        ``n_moderate``, ``n_severe``; ``n_serious``; ``n_timed`` and ``median_minutes`` of the timed.
    """
    e = EFFECTS.c
    groups = [e[name] for name in (*per, *split)]
    severities = {name: total(sa.case((e.severity == name, 1), else_=0)) for name in SEVERITIES}
    minutes = sa.func.percentile_cont(0.5).within_group(sa.cast(e.duration_seconds, sa.Float)) / 60.0
    return cohort.read(
        sa.select(
            *groups,
            sa.func.count().label("n_events"),
            total(e.is_outside).label("n_outside"),
            *(count.label(f"n_{name}") for name, count in severities.items()),
            total(e.is_serious).label("n_serious"),
            sa.func.count(e.duration_seconds).label("n_timed"),
            sa.type_coerce(minutes, sa.Float).label("median_minutes"),
        )
        .where(*cohort.sessions(EFFECTS))
        .group_by(*groups)
    )


def behind(
    cohort: Cohort, by: str, keys: Sequence[str] = (), *conditions: Condition, per: Sequence[str] = ()
) -> Behind:
    """The sessions, patients and events behind the columns of ``exposed``, ``affected`` and ``recorded``.

    Args:
        cohort: the sessions looked at.
        by: the split, or ``none``.
        keys: further keys of the table that sessions and events have, as the session number.
        conditions: on EFFECTS.
        per: keys that only events have, as the term.
    """
    v, e = VISITS.c, EFFECTS.c
    given = sa.select(VISITS).where(v.status == "completed", *cohort.sessions()).subquery("given")
    counted = sa.and_(e.is_outside == 0, *cohort.sessions(EFFECTS), *conditions)
    kinds: dict[str, Condition] = {
        "n_events": sa.true(),
        "n_outside": e.is_outside == 1,
        **{f"n_{name}": e.severity == name for name in SEVERITIES},
        "n_serious": e.is_serious == 1,
        "n_timed": e.duration_seconds.is_not(None),
    }
    every = sa.and_(sa.true(), *cohort.sessions(EFFECTS), *conditions)
    return Behind(
        split_keys(by, *keys, *per),
        {
            "n_completed": Members("session", given, sa.true()),
            "n_sessions": Members("session", given, given.c.has_form == 1),
            "n_sessions_with": Members("session", EFFECTS, counted),
            "n_patients": Members("patient", given, given.c.has_form == 1),
            "n_patients_with": Members("patient", EFFECTS, counted),
            **flagged("event", EFFECTS, kinds, where=every),
        },
    )


def beside(table: pd.DataFrame, part: pd.DataFrame, on: Sequence[str], *, how: Any = "left") -> pd.DataFrame:
    """Both tables' columns, counts 0 where a table has no such row; without a split both have one row."""
    joined = table.merge(part, on=list(on), how=how) if on else table.merge(part, how="cross")
    counts = {name: 0 for name, dtype in joined.dtypes.items() if is_integer_dtype(dtype) and name not in on}
    return joined.fillna(counts)


def with_session_rate(table: pd.DataFrame) -> pd.DataFrame:
    """The rate of ``n_sessions_with`` of ``n_sessions``, and its interval."""
    low, high = session_interval(table)
    rate = ratio(table["n_sessions_with"], table["n_sessions"])
    return table.assign(session_rate=rate, session_low=low, session_high=high)


def with_patient_rate(table: pd.DataFrame) -> pd.DataFrame:
    """The rate of ``n_patients_with`` of ``n_patients``, and its interval."""
    low, high = wilson(table["n_patients_with"], table["n_patients"])
    rate = ratio(table["n_patients_with"], table["n_patients"])
    return table.assign(patient_rate=rate, patient_low=low, patient_high=high)


def with_event_rate(table: pd.DataFrame) -> pd.DataFrame:
    """``per_100_sessions``, the ``n_counted`` events per 100 of ``n_sessions``, and its interval."""
    bounds = [_event_bounds(row) for row in table.to_dict("records")]
    low, high = (pd.Series([pair[side] for pair in bounds], table.index, dtype="Float64") for side in (0, 1))
    rate = 100 * ratio(table["n_counted"], table["n_sessions"])
    return table.assign(per_100_sessions=rate, per_100_low=low, per_100_high=high)


def _event_bounds(row: Any) -> tuple[float | None, float | None]:
    """On the logarithm, with the ratio variance between patients; none of n by the Poisson law."""
    count, whole, patients = int(row["n_counted"]), int(row["n_sessions"]), int(row["n_patients"])
    if whole == 0:
        return None, None
    if count == 0:
        return 0.0, 100 * _NONE_AT_MOST / whole
    if patients < 2:
        return None, None
    # The sum over patients of (events - rate x sessions)², times whole².
    apart = (
        whole**2 * int(row["event_squares"])
        - 2 * whole * count * int(row["event_products"])
        + count**2 * int(row["squares"])
    )
    error = max(math.sqrt(patients * apart / (patients - 1)) / (whole * count), 1 / math.sqrt(count))
    return 100 * count / whole * math.exp(-_Z * error), 100 * count / whole * math.exp(_Z * error)


def session_interval(table: pd.DataFrame) -> "tuple[pd.Series[Any], pd.Series[Any]]":
    """The 95 % interval of ``n_sessions_with`` of ``n_sessions``: Wilson's on the effective number of sessions.

    At none and at all of them it is plain; where they are all one patient's it is empty, because nothing is known of
    how patients differ.

    Source: ``definitions.md`` §7; Rao and Scott 1992, Biometrics 48:577-585.
    """
    bounds = [_bounds(row) for row in table.to_dict("records")]
    low, high = (pd.Series([pair[side] for pair in bounds], table.index, dtype="Float64") for side in (0, 1))
    return low, high


def _bounds(row: Any) -> tuple[float | None, float | None]:
    part, whole = int(row["n_sessions_with"]), int(row["n_sessions"])
    if whole == 0:
        return None, None
    if part in (0, whole):
        return wilson_of(part / whole, whole)
    effect = _design_effect(row)
    return (None, None) if effect is None else wilson_of(part / whole, whole / max(1.0, effect))


def _design_effect(row: Any) -> float | None:
    """The variance of the ratio between patients over that of as many independent sessions; None for one patient.

    All sums are whole numbers, so that no order of adding shows in the digits.
    """
    part, whole, patients = int(row["n_sessions_with"]), int(row["n_sessions"]), int(row["n_patients"])
    if patients < 2:
        return None
    # The sum over patients of (sessions with - rate x sessions)², times whole².
    apart = (
        whole**2 * int(row["with_squares"]) - 2 * whole * part * int(row["products"]) + part**2 * int(row["squares"])
    )
    return patients * apart / ((patients - 1) * whole * part * (whole - part))


def form_notes(cohort: Cohort, table: pd.DataFrame) -> list[str]:
    """What the export lacks for side effects, and how many forms were filled; ``table`` is ``exposed``."""
    columns = cohort.store.facts["columns"]
    if "side_effects" not in columns:
        return ["The export has no table side_effects: nothing is known of side effects, which does not mean none."]
    completed, filled = int(table["n_completed"].sum()), int(table["n_sessions"].sum())
    if "effects_recorded" not in columns["sessions"]:
        return [
            "The export has no column effects_recorded in sessions: all completed sessions count as if their "
            f"side-effect form had been filled ({completed:,})."
        ]
    left = completed - filled
    unknown = f"; the other {left:,} {'is' if left == 1 else 'are'} unknown and in no rate" if left else ""
    return [f"Sessions are the completed ones whose side-effect form was filled: {filled:,} of {completed:,}{unknown}."]
