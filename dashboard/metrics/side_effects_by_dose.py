"""Whether side effects change with the milligrams that somebody has had before, of that drug at this clinic."""

from itertools import pairwise
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort, require
from dashboard.clinical.tables import VISITS, Value, by_bytes, over
from dashboard.metrics import paired
from dashboard.metrics.incidence import INTERVALS, exposed, form_notes
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.side_effects_by_session import ANY, counted_words, is_it, require_term
from dashboard.metrics.tidy import named, total

EDGES = (250, 500, 1000, 2000)
"""Milligrams; our own choice, no cut is published."""
BANDS = {
    0: "0",
    1: f"up to {EDGES[0] - 1}",
    **{place + 2: f"{low}-{high - 1}" for place, (low, high) in enumerate(pairwise(EDGES))},
    len(EDGES) + 1: f"{EDGES[-1]}+",
}
SPLITS = ("treatment", "drug")
"""The two drugs are never compared by mg, so that there is always a split by one of these."""
COLUMNS = ("by", "mg_before", *paired.COLUMNS[1:])


def side_effects_by_dose(cohort: Cohort, *, by: str = "treatment", term: str = ANY) -> pd.DataFrame:
    """In how many sessions a side effect was recorded, by the milligrams of the drug that the person had had before.

    Args:
        cohort: the sessions looked at; the milligrams before are of all the records.
        by: ``treatment`` or ``drug``.
        term: the preferred term, or a group of them; without it any side effect.

    Returns:
        A row a group and band of milligrams. A session after one without a dose is left out, and counted in a sentence.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §7.
    """
    require("by", by, SPLITS)
    require_term(cohort, term)
    table = paired.by_band(cohort, _sessions(cohort, by, term), BANDS, "mg_before", by)
    notes = [*counted_words(term), *form_notes(cohort, exposed(cohort, [])), INTERVALS, paired.RULE]
    return with_notes(table[named(COLUMNS, by)], [*notes, *left_out(cohort)])


def members(cohort: Cohort, *, by: str = "treatment", term: str = ANY) -> Behind:
    """The sessions and patients behind the counts of ``side-effects-by-dose``; takes the same."""
    return paired.behind(_sessions(cohort, by, term), BANDS, "mg_before", by)


def _sessions(cohort: Cohort, by: str, term: str) -> sa.Subquery:
    """Those of ``sessions_in_bands``, and whether one was recorded."""
    return paired.with_hits(sessions_in_bands(cohort, by), *is_it(term))


def sessions_in_bands(cohort: Cohort, by: str) -> sa.Select[Any]:
    """The sessions with a filled form whose milligrams before are known, each in its band of BANDS."""
    v, before = VISITS.c, _before()
    b = before.c
    return (
        sa.select(v.patient_id, v.session_id, v[by], _band(b.mg).label("band"), sa.literal(1).label("is_paired"))
        .join(before, sa.and_(b.patient_id == v.patient_id, b.session_id == v.session_id))
        .where(v.has_form == 1, b.n_unknown == 0, *cohort.sessions())
    )


def _before() -> sa.Subquery:
    """Of each completed session the milligrams of its drug given to the person before, and the doses not known."""
    v = VISITS.c
    order = [v.dose_second, by_bytes(v.session_id)]

    def summed(value: Value) -> Value:
        earlier = over(sa.func.sum(value), by=[v.patient_id, v.drug], order=order, rows=(None, -1))
        return sa.func.coalesce(earlier, 0)

    unknown = sa.case((v.dose_mg.is_(None), 1), else_=0)
    # in whole thousandths, so that no order of adding moves a session over an edge
    grains = sa.cast(sa.func.floor(sa.func.coalesce(v.dose_mg, 0.0) * 1000 + 0.5), sa.BigInteger)
    return (
        sa.select(v.patient_id, v.session_id, summed(grains).label("mg"), summed(unknown).label("n_unknown"))
        .where(v.status == "completed")
        .subquery()
    )


def _band(mg: Value) -> Value:
    edges = [(mg < edge * 1000, place + 1) for place, edge in enumerate(EDGES)]
    return sa.case((mg == 0, 0), *edges, else_=len(EDGES) + 1)


def left_out(cohort: Cohort) -> list[str]:
    """What milligrams before are, and how many sessions are in no band, in sentences."""
    v, before = VISITS.c, _before()
    b = before.c
    unknown = sa.case((b.n_unknown > 0, 1), else_=0)
    row = cohort.read(
        sa.select(total(unknown).label("n"))
        .select_from(VISITS)
        .join(before, sa.and_(b.patient_id == v.patient_id, b.session_id == v.session_id))
        .where(v.has_form == 1, *cohort.sessions())
    )
    n = int(row["n"].iloc[0])
    said = "Milligrams are of the same drug, at this clinic, before the session; what is taken up differs by route."
    return [said, *([f"Left out: {n:,} sessions after one whose dose is not known."] if n else [])]


METRIC = Metric(
    "side-effects-by-dose",
    "side effects by the milligrams that the person had had before, and how they changed in the same people",
    side_effects_by_dose,
    (
        Option("by", "what the rows are split by", "treatment", SPLITS),
        Option("term", "the preferred term or a group of data/effects.toml; without it any side effect"),
    ),
    COLUMNS,
    members=members,
)
