"""Whether side effects fade: the share of sessions with one, by the session's number in its course."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import EFFECTS, Condition
from dashboard.effects import GROUPS, TERMS
from dashboard.metrics.incidence import INTERVALS, affected, behind, beside, exposed, form_notes, with_session_rate
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.tidy import named, ordered

COLUMNS = ("by", "session_number", "n_sessions", "n_sessions_with", "session_rate", "session_low", "session_high")
ANY = ""
SILENCE = "What nobody asked for is not recorded: none is not absence."


def side_effects_by_session(cohort: Cohort, *, by: str = "none", term: str = ANY) -> pd.DataFrame:
    """Of the first, second, … sessions with a filled form, in how many a side effect was recorded.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none``.
        term: the preferred term, or a group of them; without it any side effect.

    Returns:
        A row a group and session number that has a session with a form. The number is that of the course, so that a
        later course begins again at 1. Later numbers are fewer, and other, people.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §2, §7.
    """
    require("by", by, SESSION_SPLITS)
    require_term(cohort, term)
    split = ["session_number", *([] if by == "none" else [by])]
    groups = exposed(cohort, split)
    filled = groups[groups["n_sessions"] > 0]
    table = with_session_rate(beside(filled, affected(cohort, split, (), *is_it(term)), split))
    table = ordered(table, by, then=["session_number"])[named(COLUMNS, by)]
    who = "Sessions are numbered within their course; later numbers are fewer, and other, people."
    return with_notes(table, [*counted_words(term), *form_notes(cohort, groups), INTERVALS, who])


def members(cohort: Cohort, *, by: str = "none", term: str = ANY) -> Behind:
    """The sessions behind the counts of ``side-effects-by-session``; takes the same."""
    return behind(cohort, by, ["session_number"], *is_it(term)).only(COLUMNS)


def is_it(term: str) -> list[Condition]:
    """Which events count: those of a term, of a group of terms, or for ANY all."""
    return [] if term == ANY else [EFFECTS.c.term.in_(GROUPS.get(term, (term,)))]


def counted_words(term: str) -> list[str]:
    """The same in sentences."""
    if term not in GROUPS:
        return [f"Counted: {term or 'any side effect'}."]
    own = ", ".join(GROUPS[term])
    return [f"Counted: {term}, that is any of: {own}.", SILENCE]


def require_term(cohort: Cohort, term: str) -> None:
    """Raise OptionError for a term that neither the list nor the build has, nor is a group; ANY is none."""
    if term != ANY:
        require("term", term, [*TERMS, *GROUPS, *cohort.read(sa.select(EFFECTS.c.term).distinct())["term"]])


METRIC = Metric(
    "side-effects-by-session",
    "side effects by session number: do they fade?",
    side_effects_by_session,
    (
        Option("by", "what the rows are split by", "none", SESSION_SPLITS),
        Option("term", "the preferred term or a group of data/effects.toml; without it any side effect"),
    ),
    COLUMNS,
    members=members,
)
