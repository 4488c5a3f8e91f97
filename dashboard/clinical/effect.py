"""Side effects: what is counted as what, and to which session (``definitions.md`` §7)."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinic_file import Thresholds
from dashboard.clinical.course import resistant
from dashboard.clinical.tables import DOSES, EFFECTS, VISITS, Condition, Value, by_bytes, else_unknown
from dashboard.effects import UNLISTED, Spelling
from dashboard.model import SQL, Statement
from dashboard.store import Store

TERM = sa.Table(
    "term",
    sa.MetaData(),
    sa.Column("spelling", sa.String()),
    sa.Column("term", sa.String(), comment="null: there was nothing"),
    sa.Column("system", sa.String()),
)
"""The list of terms that this build was made with."""


def write_terms(connection: sa.Connection, spellings: Iterable[Spelling]) -> None:
    """Create and fill TERM."""
    TERM.create(connection)
    rows = [{"spelling": each.spelling, "term": each.term, "system": each.system} for each in spellings]
    connection.execute(TERM.insert(), rows)


def nothing_happened() -> sa.Select[tuple[Any]]:
    """The sessions of which a term says that there was no side effect."""
    e = SQL["side_effects"].c
    return sa.select(e.session_id).join(TERM, _same(e.term)).where(TERM.c.term.is_(None), e.session_id.is_not(None))


def effects(thresholds: Thresholds) -> Statement:
    """One row an event; to be derived after VISITS."""
    placed = _placed(thresholds)
    e, v, p = placed.c, VISITS.c, SQL["patients"].c
    began = sa.func.coalesce(e.onset_second, v.dose_second)
    values: dict[str, Value] = {
        **{name: else_unknown(v[name]) for name in ("route", "drug", "treatment", "phase")},
        **{name: else_unknown(v[name], p[name]) for name in ("site", "clinician")},
        **{name: else_unknown(p[name]) for name in ("payer", "sex")},
        "diagnosis": p.diagnosis,
        "resistant": resistant(p.diagnosis, p.failed_trials),
        "session_number": v.session_number,
        "scheduled_day": sa.func.coalesce(v.scheduled_day, e.onset_day),
        "year": sa.func.coalesce(v.year, sa.cast(sa.extract("year", e.onset_at), sa.Integer)),
        "is_outside": sa.case((v.has_form == 1, 0), else_=1),
        "end_second": sa.case((e.resolved_second >= began, e.resolved_second)),
        "duration_seconds": sa.case((e.resolved_second >= began, e.resolved_second - began)),
    }
    return (
        sa.select(*((values[name] if name in values else e[name]).label(name) for name in EFFECTS.c.keys()))
        .select_from(placed)
        .join(SQL["patients"], p.patient_id == e.patient_id)
        .outerjoin(VISITS, sa.and_(v.patient_id == e.patient_id, v.session_id == e.session_id))
    )


def _placed(thresholds: Thresholds) -> sa.Subquery:
    """Every event under its preferred term, with its session: its own, else the last completed one before it."""
    before = _last_before(thresholds)
    e, t, b = SQL["side_effects"].c, TERM.c, before.c
    own = ("patient_id", "severity", "onset_at", "onset_day", "onset_second", "resolved_second", "action")
    return (
        sa.select(
            *(e[name] for name in own),
            sa.func.coalesce(e.session_id, b.session_id).label("session_id"),
            sa.func.coalesce(t.term, e.term).label("term"),
            sa.func.coalesce(t.system, UNLISTED).label("system"),
            e.term.label("written"),
            sa.case((e.serious, 1), else_=0).label("is_serious"),
            sa.case((e.session_id.is_(None), 1), else_=0).label("is_between"),
        )
        .select_from(SQL["side_effects"])
        .outerjoin(TERM, _same(e.term))
        .outerjoin(before, sa.and_(b.patient_id == e.patient_id, b.onset_second == e.onset_second))
        .where(sa.or_(t.spelling.is_(None), t.term.is_not(None)))
        .subquery("placed")
    )


def _last_before(thresholds: Thresholds) -> sa.Subquery:
    """A row a moment at which something began without a session of its own: the last completed session before it.

    Looked up by itself, for an outer join by anything but equality goes through every pair of an event and a dose.
    """
    e, d = SQL["side_effects"].c, DOSES.c
    last = sa.and_(
        d.patient_id == e.patient_id,
        d.dose_second <= e.onset_second,
        sa.or_(d.next_dose_second.is_(None), e.onset_second < d.next_dose_second),
        e.onset_day - d.dose_day <= thresholds.course_gap_days,
    )
    return (
        sa.select(e.patient_id, e.onset_second, d.session_id)
        .join_from(SQL["side_effects"], DOSES, last)
        .where(e.session_id.is_(None))
        .distinct()
        .subquery("last_before")
    )


def _same(written: Value) -> Condition:
    """A spelling of the list, whatever its case."""
    return TERM.c.spelling == sa.func.lower(written)


def terms_not_listed(store: Store) -> pd.DataFrame:
    """The terms that the list does not have, as written, with their events; most first."""
    e = EFFECTS.c
    n_events = sa.cast(sa.func.count(), sa.Integer)
    return store.read(
        sa.select(e.written, n_events.label("n_events"))
        .where(e.system == UNLISTED)
        .group_by(e.written)
        .order_by(n_events.desc(), by_bytes(e.written))
    )
