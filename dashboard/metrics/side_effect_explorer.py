"""Side effects by body system and term: how often in each group, and how much more often than in one of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import EFFECTS, Condition
from dashboard.metrics.contrast import FEWEST, with_difference
from dashboard.metrics.incidence import (
    INTERVALS,
    affected,
    behind,
    beside,
    exposed,
    form_notes,
    with_event_rate,
    with_patient_rate,
    with_session_rate,
)
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, Option, share, with_notes
from dashboard.metrics.side_effects import least_note, terms_of
from dashboard.metrics.tidy import named, ordered
from dashboard.model import SIDE_EFFECTS

COLUMNS = (
    "system",
    "term",
    "by",
    "n_sessions",
    "n_sessions_with",
    "session_rate",
    "session_low",
    "session_high",
    "n_patients",
    "n_patients_with",
    "patient_rate",
    "patient_low",
    "patient_high",
    "n_events",
    "per_100_sessions",
    "per_100_low",
    "per_100_high",
    "difference",
    "difference_low",
    "difference_high",
)
SEVERITIES = SIDE_EFFECTS["severity"].values
SERIOUS = ("any", "yes")
_DIFFERENCE = ("difference", "difference_low", "difference_high")


def side_effect_explorer(
    cohort: Cohort,
    *,
    by: str = "treatment",
    than: str = "",
    min_rate: float = 0.0,
    severity: Sequence[str] = (),
    serious: str = "any",
    search: str = "",
) -> pd.DataFrame:
    """How often each body system and each of its terms was recorded, by group, and compared with one group.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none``.
        than: the group to compare with; without it the one with most sessions.
        min_rate: keep the terms whose ``patient_rate`` reaches this in any group, and their systems.
        severity: count the events of these severities only.
        serious: ``yes``: count the serious events only.
        search: keep the terms that hold this text, and their systems.

    Returns:
        A row a group for every system (``term`` empty), followed by its terms. A session or patient counts once in a
        system, however many of its terms were recorded. What is counted narrows; the sessions and patients it is of
        stay the same. ``n_events`` are those of the sessions counted, ``per_100_sessions`` of these; differences are
        of ``session_rate``, empty in the group compared with.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §7; Rao and Scott 1992; Liang and Zeger 1986.
    """
    require("by", by, SESSION_SPLITS)
    require("serious", serious, SERIOUS)
    for each in severity:
        require("severity", each, SEVERITIES)
    split = [] if by == "none" else [by]
    groups, terms = exposed(cohort, split), terms_of(cohort)
    compared = _compared(groups, by, than)
    counted = _counted(severity, serious)
    levels = [_level(cohort, groups, terms, by, compared, per, counted) for per in ("system", "term")]
    table = pd.concat(levels, ignore_index=True)
    is_found = table["term"].str.contains(search, case=False, regex=False).fillna(False).astype(bool)
    kept = set(table.loc[is_found & (table["patient_rate"].fillna(0) >= min_rate), "term"])
    systems = set(terms.loc[terms["term"].isin(kept), "system"])
    table = table[table["term"].isin(kept) | (table["term"].isna() & table["system"].isin(systems))]
    table = ordered(table, by, first=["place", "level"])[named(COLUMNS, by)]
    return with_notes(table, [*form_notes(cohort, groups), *_notes(compared, min_rate, severity, serious)])


def members(
    cohort: Cohort, *, by: str = "treatment", severity: Sequence[str] = (), serious: str = "any", **_: object
) -> Behind:
    """The sessions, patients and events behind the counts of ``side-effect-explorer``; takes the same."""
    found = behind(cohort, by, (), *_counted(severity, serious), per=["system", "term"]).only(COLUMNS)
    every = found.counts["n_events"]
    inside = replace(every, counted=sa.and_(every.counted, EFFECTS.c.is_outside == 0))
    return Behind(found.keys, {**found.counts, "n_events": inside})


def _counted(severity: Sequence[str], serious: str) -> list[Condition]:
    """Which events are counted."""
    only = [EFFECTS.c.severity.in_(list(severity))] if severity else []
    return [*only, *([EFFECTS.c.is_serious == 1] if serious == "yes" else [])]


def _compared(groups: pd.DataFrame, by: str, than: str) -> Any:
    """The group to compare with: the one named, else the first of those with most sessions; None without a split."""
    if by == "none" or groups.empty:
        require("than", than, [""])
        return None
    values = {str(value): int(value) if by == "year" else value for value in ordered(groups, by)[by]}
    if than:
        require("than", than, values)
        return values[than]
    return max(values.values(), key=lambda value: int(groups.loc[groups[by] == value, "n_sessions"].iloc[0]))


def _level(
    cohort: Cohort,
    groups: pd.DataFrame,
    terms: pd.DataFrame,
    by: str,
    compared: Any,
    per: str,
    counted: Sequence[Condition],
) -> pd.DataFrame:
    """A row for every system, or every term, and every group."""
    units = terms.assign(level=1)
    if per == "system":
        units = units.groupby("system", sort=False, as_index=False)["place"].min().assign(level=0)
        units["term"] = pd.Series([None] * len(units), dtype=terms["term"].dtype)
    split = [] if by == "none" else [by]
    found = affected(cohort, split, [per], *counted, counts_events=True)
    table = beside(units.merge(groups, how="cross"), found, [per, *split])
    table = with_event_rate(with_patient_rate(with_session_rate(table))).rename(columns={"n_counted": "n_events"})
    if compared is None:
        return table.assign(**dict.fromkeys(_DIFFERENCE, pd.Series([None] * len(table), dtype="Float64")))
    return with_difference(table, cohort, by, compared, [per], *counted)


def _notes(compared: Any, min_rate: float, severity: Sequence[str], serious: str) -> list[str]:
    kinds = [*([" or ".join(severity)] if severity else []), *(["serious"] if serious == "yes" else [])]
    notes = [f"Only {' and '.join(kinds)} events are counted; the sessions are all of them."] if kinds else []
    notes.append(INTERVALS)
    if compared is not None:
        notes.append(
            f"Differences are of the rates of sessions from {compared}; their interval allows for patients who "
            f"return or are in both, and is empty where a rate is 0 or 1 or a group has under {FEWEST} patients. About "
            "1 in 20 leaves out 0 by chance alone, and nobody was assigned to a group at random."
        )
    return [*notes, *([least_note(min_rate)] if min_rate else [])]


METRIC = Metric(
    "side-effect-explorer",
    "side effects by body system and term, by group, and compared with one group",
    side_effect_explorer,
    (
        Option("by", "what the rows are split by", "treatment", SESSION_SPLITS),
        Option("than", "the group to compare with", "the one with most sessions"),
        Option("min-rate", "0-1: only terms that reach this patient_rate in any group", "0", kind=share),
        Option("severity", "count the events of this severity only", "any", SEVERITIES, repeatable=True),
        Option("serious", "count the serious events only: yes", "any", SERIOUS),
        Option("search", "only terms that hold this text"),
    ),
    COLUMNS,
    members=members,
)
