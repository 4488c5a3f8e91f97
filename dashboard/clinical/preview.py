"""What a row of a worklist shows beside the metric: the name, the scores as a line, how the last session went."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.known import last_visits
from dashboard.clinical.reasons import BEHAVIOUR_TOLD, answers, attempts, manic, tells
from dashboard.clinical.seen import Seen
from dashboard.clinical.tables import EFFECTS, by_bytes, over
from dashboard.model import SQL

SEVERITIES = ("mild", "moderate", "severe")


def people(cohort: Cohort, seen: Seen) -> pd.DataFrame:
    """Of each row who it is, the end of treatment, the next booking after the row, an attempt that is a reason."""
    r, p, s = seen.rows.c, SQL["patients"].c, SQL["sessions"].c
    coming = (
        sa.select(r.key, sa.func.min(s.scheduled_at).label("next_at"))
        .join_from(seen.rows, SQL["sessions"], s.patient_id == r.patient_id)
        .where(s.status == "scheduled", s.scheduled_second > r.second)
        .group_by(r.key)
        .subquery()
    )
    tried = attempts(seen)
    return cohort.read(
        sa.select(r.key, p.name, p.ended_on, coming.c.next_at, tried.c.attempt_on)
        .join_from(seen.rows, SQL["patients"], p.patient_id == r.patient_id)
        .outerjoin(coming, coming.c.key == r.key)
        .outerjoin(tried, tried.c.key == r.key)
        .order_by(by_bytes(r.key))
    )


def scores(cohort: Cohort, seen: Seen) -> pd.DataFrame:
    """Of each row the scores of the primary scale up to its moment, in order of time."""
    r, m = seen.rows.c, seen.scores.c
    return cohort.read(
        sa.select(r.key, m.score, m.assessed_at)
        .join_from(seen.rows, seen.scores, sa.and_(m.key == r.key, m.instrument == r.instrument))
        .order_by(by_bytes(r.key), m.assessed_second)
    )


def last_sessions(cohort: Cohort, seen: Seen) -> pd.DataFrame:
    """Of each row with a session before it that session: pressures (mmHg), saturation (%), and its worst side effect.

    ``n_effects`` counts them; ``has_form`` says whether the form was filled, so that none is told from not asked. Worst
    is the worst known: ``n_unstated`` have no severity, of which ``unstated`` is the first by name.
    """
    last = last_visits(seen)
    k, e = last.c, EFFECTS.c
    gravity = sa.case({name: place for place, name in enumerate(SEVERITIES, start=1)}, value=e.severity, else_=0)
    place = over(
        sa.func.row_number(),
        by=[k.key],
        order=[e.is_serious.desc(), gravity.desc(), by_bytes(e.term), by_bytes(e.written)],
    )
    unstated = sa.case((e.severity.is_(None), by_bytes(e.term)))
    ranked = (
        sa.select(
            k.key,
            *(e[name] for name in ("term", "severity", "is_serious")),
            place.label("place"),
            over(sa.func.count(), by=[k.key], order=[]).label("n_effects"),
            over(sa.func.count(unstated), by=[k.key], order=[]).label("n_unstated"),
            over(sa.func.min(unstated), by=[k.key], order=[]).label("unstated"),
        )
        .join_from(last, EFFECTS, sa.and_(e.patient_id == k.patient_id, e.session_id == k.session_id))
        .subquery()
    )
    w = ranked.c
    measured = ("sbp_pre", "dbp_pre", "sbp_peak", "dbp_peak", "spo2_min")
    return cohort.read(
        sa.select(
            k.key,
            k.scheduled_at.label("visit_at"),
            *(k[name] for name in measured),
            k.has_form,
            *(w[name] for name in ("term", "severity", "is_serious", "unstated")),
            sa.func.coalesce(w.n_effects, 0).label("n_effects"),
            sa.func.coalesce(w.n_unstated, 0).label("n_unstated"),
        )
        .select_from(last)
        .outerjoin(ranked, sa.and_(w.key == k.key, w.place == 1))
        .order_by(by_bytes(k.key))
    )


def mania(cohort: Cohort, seen: Seen) -> pd.DataFrame:
    """Of each row the latest scores of mania that are a reason."""
    m = manic(seen).c
    return cohort.read(sa.select(*m).order_by(by_bytes(m.key), by_bytes(m.instrument)))


def suicidality(cohort: Cohort, seen: Seen) -> pd.DataFrame:
    """Of each row the latest answer on suicidality by each scale that asks, and the one before it.

    Where the latest form of the ladder answers on behaviour alone, it stands before that answer.
    """
    a = answers(seen).c
    names = ("key", "instrument", "answered_at", "answer", "before", "suicidality_from", *BEHAVIOUR_TOLD)
    return cohort.read(
        sa.select(*(a[name] for name in names))
        .where(tells(a), sa.or_(a.place == 1, a.form == 1))
        .order_by(by_bytes(a.key), by_bytes(a.instrument), a.form)
    )
