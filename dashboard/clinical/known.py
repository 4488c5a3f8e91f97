"""What was known of a patient before a moment: the last dose, the course, the latest scores (``definitions.md`` §6)."""

from typing import Any

import sqlalchemy as sa

from dashboard.clinical.scoring import SCALE
from dashboard.clinical.seen import Seen
from dashboard.clinical.tables import BASELINES, COURSES, FOLLOWUPS, by_bytes, over
from dashboard.model import Statement

NOT_ENOUGH = "not-enough-data"


def known(seen: Seen) -> sa.CTE:
    """Everything of a row that the worklist's columns and most of its reasons are made of.

    Beside the columns of the worklist: ``course`` (null where the booking opens one) and ``n_done``, its completed
    sessions; of the last session ``dose_day``, ``last_session_id`` and its excursions; of the latest primary score its
    second, day, session number and gain (better is positive), ``responded_before``, and the score before it; and the
    scale's thresholds.
    """
    placed = _placed(seen)
    latest, baselines, followed = _latest_scores(seen), _baselines(placed), _followed(placed)
    p, x, b, f, s = placed.c, latest.c, baselines.c, followed.c, SCALE.c
    return (
        sa.select(
            *p,
            b.first_baseline,
            b.baseline,
            *(x[name] for name in ("latest", "latest_at", "latest_day", "latest_second", "score_before")),
            f.change,
            f.pct_change,
            (s.better * f.change).label("gain"),
            f.session_number.label("latest_session"),
            f.responded_before,
            sa.func.coalesce(f.status, NOT_ENOUGH).label("status"),
            *(s[name] for name in ("better", "reliable", "meaningful_kind", "meaningful_value")),
        )
        .select_from(placed)
        .outerjoin(SCALE, s.instrument == p.instrument)
        .outerjoin(latest, x.key == p.key)
        .outerjoin(baselines, b.key == p.key)
        .outerjoin(followed, sa.and_(f.key == p.key, f.assessment_id == x.assessment_id))
        .cte("known")
    )


def _placed(seen: Seen) -> sa.CTE:
    """The rows with their last dose and, where they belong to its course, number and phase in it."""
    last, weights = last_visits(seen), _weights(seen)
    r, d, w, t = seen.rows.c, last.c, weights.c, seen.thresholds
    is_booking = r.session_id.is_not(None)
    belongs = sa.or_(sa.not_(is_booking), r.day - d.dose_day <= t.course_gap_days)
    number = sa.case(
        (sa.not_(is_booking), sa.func.coalesce(d.session_number, 0)),
        (belongs, d.session_number + r.n_open + 1),
        else_=1,
    )
    phase = sa.case(
        (sa.not_(is_booking), d.phase),
        (sa.and_(belongs, r.day - COURSES.c.first_day > t.induction_days), "maintenance"),
        else_="induction",
    )
    weight = sa.case((d.dose_day - w.dose_day <= t.weight_days, w.weight_kg))
    return (
        sa.select(
            *(r[name] for name in ("key", "scheduled_at", "session_id", "patient_id", "day", "second", "instrument")),
            sa.cast(number, sa.Integer).label("session_number"),
            phase.label("phase"),
            sa.func.coalesce(r.route, d.route).label("route"),
            sa.func.coalesce(r.drug, d.drug).label("drug"),
            d.dose_mg.label("last_dose_mg"),
            (d.dose_mg / weight).label("last_dose_mg_per_kg"),
            (r.day - d.dose_day).label("days_since_last"),
            sa.case((belongs, d.course)).label("course"),
            sa.case((belongs, d.session_number), else_=0).label("n_done"),
            *(d[name] for name in ("dose_day", "is_peak", "is_rise", "is_low_spo2")),
            d.session_id.label("last_session_id"),
        )
        .select_from(seen.rows)
        .outerjoin(last, d.key == r.key)
        .outerjoin(COURSES, sa.and_(COURSES.c.patient_id == d.patient_id, COURSES.c.course == d.course))
        .outerjoin(weights, w.key == r.key)
        .cte("placed")
    )


def last_visits(seen: Seen) -> sa.CTE:
    """The last completed session before the moment."""
    v = seen.visits.c
    return _first_of(seen.visits, [v.dose_second.desc(), by_bytes(v.session_id).desc()]).cte("last_visits")


def _weights(seen: Seen) -> sa.Subquery:
    """The last of those sessions in which the weight was taken."""
    v = seen.visits.c
    weighed = sa.select(v.key, v.dose_day, v.weight_kg, v.dose_second, v.session_id).where(v.weight_kg.is_not(None))
    rows = weighed.subquery()
    return _first_of(rows, [rows.c.dose_second.desc(), by_bytes(rows.c.session_id).desc()]).subquery()


def _first_of(rows: Any, order: Any) -> Statement:
    """Of each key the first row in that order."""
    place = over(sa.func.row_number(), by=[rows.c.key], order=order)
    ranked = sa.select(*rows.c, place.label("place")).subquery()
    return sa.select(*(each for each in ranked.c if each.name != "place")).where(ranked.c.place == 1)


def _latest_scores(seen: Seen) -> sa.Subquery:
    """The latest score of the primary scale and the one before."""
    r, m = seen.rows.c, seen.scores.c
    order = [m.assessed_second.desc()]
    scores = (
        sa.select(
            m.key,
            m.assessment_id,
            m.score.label("latest"),
            m.assessed_at.label("latest_at"),
            m.assessed_day.label("latest_day"),
            m.assessed_second.label("latest_second"),
            over(sa.func.row_number(), by=[m.key], order=order).label("place"),
            over(sa.func.lead(m.score), by=[m.key], order=order).label("score_before"),
        )
        .join_from(seen.rows, seen.scores, sa.and_(m.key == r.key, m.instrument == r.instrument))
        .subquery()
    )
    return sa.select(scores).where(scores.c.place == 1).subquery()


def _baselines(placed: sa.CTE) -> sa.Subquery:
    """The baseline of the row's course and, once there was a session, of the patient's first."""
    p, b = placed.c, BASELINES.c
    return (
        sa.select(
            p.key,
            sa.func.max(sa.case((b.course == p.course, b.baseline))).label("baseline"),
            sa.func.max(sa.case((b.course == 1, b.baseline))).label("first_baseline"),
        )
        .join(BASELINES, sa.and_(b.patient_id == p.patient_id, b.instrument == p.instrument))
        .where(p.dose_day.is_not(None))
        .group_by(p.key)
        .subquery()
    )


def _followed(placed: sa.CTE) -> sa.Subquery:
    """The primary scores of the row's course after its first dose, each with whether one before it responded."""
    p, f = placed.c, FOLLOWUPS.c
    before = over(sa.func.max(f.responded), by=[p.key], order=[f.assessed_second], rows=(None, -1))
    return (
        sa.select(
            p.key,
            *(f[name] for name in ("assessment_id", "session_number", "change", "pct_change", "status")),
            sa.func.coalesce(before, 0).label("responded_before"),
        )
        .join(
            FOLLOWUPS,
            sa.and_(f.patient_id == p.patient_id, f.course == p.course, f.instrument == p.instrument),
        )
        .subquery()
    )
