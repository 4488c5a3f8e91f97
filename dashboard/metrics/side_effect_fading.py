"""Whether side effects fade: session 1, 2-4, 5-8 and later, with the same people in the first and later."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import VISITS
from dashboard.metrics import paired
from dashboard.metrics.incidence import INTERVALS, exposed, form_notes
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.side_effects_by_session import ANY, counted_words, is_it, require_term
from dashboard.metrics.tidy import named

BANDS = {1: "1", 2: "2-4", 3: "5-8", 4: "9+"}
"""Session numbers of a course (``clinical.md`` §4d)."""
COLUMNS = ("by", "sessions", *paired.COLUMNS[1:])


def side_effect_fading(cohort: Cohort, *, by: str = "none", term: str = ANY) -> pd.DataFrame:
    """In how many of the first, second to fourth, … sessions a side effect was recorded, and in whom it changed.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none``.
        term: the preferred term, or a group of them; without it any side effect.

    Returns:
        A row a group and band. Pairs are within the first course of each person.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §2, §7; ``clinical.md`` §4d.
    """
    require("by", by, SESSION_SPLITS)
    require_term(cohort, term)
    table = paired.by_band(cohort, _sessions(cohort, by, term), BANDS, "sessions", by)
    notes = [*counted_words(term), *form_notes(cohort, exposed(cohort, [])), INTERVALS, paired.RULE]
    return with_notes(table[named(COLUMNS, by)], [*notes, "Pairs are within each person's first course."])


def members(cohort: Cohort, *, by: str = "none", term: str = ANY) -> Behind:
    """The sessions and patients behind the counts of ``side-effect-fading``; takes the same."""
    return paired.behind(_sessions(cohort, by, term), BANDS, "sessions", by)


def _sessions(cohort: Cohort, by: str, term: str) -> sa.Subquery:
    """The sessions with a filled form, each in its band, and whether one was recorded."""
    v = VISITS.c
    band = sa.case((v.session_number == 1, 1), (v.session_number <= 4, 2), (v.session_number <= 8, 3), else_=4)
    columns = [v.patient_id, v.session_id, *([] if by == "none" else [v[by]]), band.label("band")]
    first = sa.case((v.course == 1, 1), else_=0).label("is_paired")
    sessions = sa.select(*columns, first).where(v.has_form == 1, *cohort.sessions())
    return paired.with_hits(sessions, *is_it(term))


METRIC = Metric(
    "side-effect-fading",
    "side effects in sessions 1, 2-4, 5-8 and later, and how they changed in the same people",
    side_effect_fading,
    (
        Option("by", "what the rows are split by", "none", SESSION_SPLITS),
        Option("term", "the preferred term or a group of data/effects.toml; without it any side effect"),
    ),
    COLUMNS,
    members=members,
)
