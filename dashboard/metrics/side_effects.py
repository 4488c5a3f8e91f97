"""Side effects: in how many sessions, in how many patients, how bad, how long, by term and group."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import EFFECTS
from dashboard.effects import SYSTEMS, TERMS, UNLISTED
from dashboard.metrics.incidence import (
    INTERVALS,
    affected,
    behind,
    beside,
    exposed,
    form_notes,
    recorded,
    with_patient_rate,
    with_session_rate,
)
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Cells, Metric, Option, share, with_notes
from dashboard.metrics.response import response
from dashboard.metrics.tidy import named, ordered

COLUMNS = (
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
    "n_outside",
    "n_mild",
    "n_moderate",
    "n_severe",
    "n_serious",
    "n_timed",
    "median_minutes",
)
_EXAMPLES = 5


def side_effects(cohort: Cohort, *, by: str = "none", min_rate: float = 0.0) -> pd.DataFrame:
    """How often each side effect was recorded, among sessions with a filled form and the patients who have one.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none``.
        min_rate: keep the terms whose ``patient_rate`` reaches this in any group.

    Returns:
        The columns of COLUMNS, ``by`` bearing the dimension's name: a row for every term of the build and every group
        of the cohort, zeros too. Terms stand in the order of ``data/effects.toml``, unlisted ones last by their
        letters. ``n_events`` and what follows count every event of the row; ``n_outside`` of them are in no rate.
        ``median_minutes`` is from onset, else dose start, to resolution, of the ``n_timed`` events that have both.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §7; Wilson 1927; Rao and Scott 1992.
    """
    require("by", by, SESSION_SPLITS)
    split = [] if by == "none" else [by]
    groups, events, terms = exposed(cohort, split), recorded(cohort, split, ["term"]), terms_of(cohort)
    everyone = beside(groups, events[split].drop_duplicates(), split, how="outer") if split else groups
    table = terms.merge(everyone, how="cross")
    for part in (affected(cohort, split, ["term"]), events):
        table = beside(table, part, ["term", *split])
    table = with_patient_rate(with_session_rate(table))
    reached = table.groupby("term")["patient_rate"].transform("max").fillna(0) >= min_rate
    table = ordered(table[reached], by, first=["place"])[named(COLUMNS, by)]
    return with_notes(table, [*form_notes(cohort, groups), *_notes(terms, min_rate)])


def members(cohort: Cohort, *, by: str = "none", min_rate: float = 0.0) -> Behind:
    """The sessions, patients and events behind the counts of ``side-effects``; takes the same."""
    return behind(cohort, by, per=["term"]).only(COLUMNS)


def terms_of(cohort: Cohort) -> pd.DataFrame:
    """``term``, ``system`` and ``place`` of every term that has an event anywhere in the build."""
    found = cohort.read(sa.select(EFFECTS.c.term, EFFECTS.c.system).distinct())
    listed = list(TERMS)
    order = [
        (SYSTEMS.index(system), listed.index(term) if term in TERMS else len(listed), term)
        for term, system in zip(found["term"], found["system"], strict=True)
    ]
    table = found.iloc[sorted(range(len(found)), key=order.__getitem__)].reset_index(drop=True)
    return table.assign(place=range(len(table)))


def _notes(terms: pd.DataFrame, min_rate: float) -> list[str]:
    notes = [INTERVALS]
    unlisted: list[Any] = list(terms.loc[terms["system"] == UNLISTED, "term"])
    if unlisted:
        more = f" and {len(unlisted) - _EXAMPLES:,} more" if len(unlisted) > _EXAMPLES else ""
        notes.append(f"Not in the list of terms, counted as written: {', '.join(unlisted[:_EXAMPLES])}{more}.")
    if min_rate:
        notes.append(least_note(min_rate))
    return notes


def least_note(min_rate: float) -> str:
    """What the smallest rate left out."""
    return f"Only terms that {100 * min_rate:g} % or more of the patients of any group had."


def _started(cohort: Cohort) -> int:
    """The people whose start is counted under a scale, as ``response`` shows."""
    return int(response(cohort, by="none")["n_started"].sum())


METRIC = Metric(
    "side-effects",
    "side effects by term: of sessions and of patients with a filled form, severity, length",
    side_effects,
    (
        Option("by", "what the rows are split by", "none", SESSION_SPLITS),
        Option("min-rate", "0-1: only terms that reach this patient_rate in any group", "0", kind=share),
    ),
    COLUMNS,
    cells=Cells(
        part_of={"n_patients": None, "n_patients_with": "n_patients"},
        core=("n_patients_with",),
        needs=dict.fromkeys(("patient_rate", "patient_low", "patient_high"), ("n_patients", "n_patients_with")),
        keys=("term",),
        is_series=True,
        near=_started,
        listed={"term": TERMS},
    ),
    members=members,
)
