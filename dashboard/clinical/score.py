"""Scores, baselines, and what each later score says of its course (``definitions.md`` §2, §3, §5)."""

from typing import Any

import sqlalchemy as sa

from dashboard.clinic_file import Thresholds
from dashboard.clinical.scoring import SCALE, score
from dashboard.clinical.tables import (
    BASELINES,
    COURSES,
    DOSES,
    FOLLOWUPS,
    MEASURED,
    Condition,
    Value,
    by_bytes,
    flag,
    over,
)
from dashboard.model import SQL, Statement


def measured() -> Statement:
    """Every valid score; of two of one patient and scale at one moment the larger assessment_id counts.

    Such moments are few. They are looked for on their own, in numbers that the engine can put on the disk: to give
    every row its place among its like takes memory by the row.
    """
    valid, counted, among = (_valid().subquery() for _ in range(3))
    moments = _moment(counted)
    shared = sa.select(*moments).group_by(*moments).having(sa.func.count() > 1).subquery()
    largest = (
        sa.select(*_moment(among), sa.func.max(by_bytes(among.c.assessment_id)).label("assessment_id"))
        .join_from(among, shared, _same_moment(among, shared))
        .group_by(*_moment(among))
        .subquery()
    )
    is_alone, is_largest = largest.c.assessment_id.is_(None), largest.c.assessment_id == valid.c.assessment_id
    return (
        sa.select(*(valid.c[name] for name in MEASURED.c.keys()))
        .join_from(valid, largest, _same_moment(valid, largest), isouter=True)
        .where(sa.or_(is_alone, is_largest))
    )


def _moment(rows: sa.Subquery) -> list[Value]:
    return [rows.c[name] for name in ("patient_id", "instrument", "assessed_second")]


def _same_moment(one: sa.Subquery, other: sa.Subquery) -> Condition:
    return sa.and_(*(a == b for a, b in zip(_moment(one), _moment(other), strict=True)))


def _valid() -> Statement:
    a = SQL["assessments"].c
    value = score(a.score, a, SCALE.c)
    return (
        sa.select(*(a[name] for name in MEASURED.c.keys() if name != "score"), value.label("score"))
        .join(SCALE, SCALE.c.instrument == a.instrument)
        .where(value.is_not(None))
    )


def baselines(thresholds: Thresholds) -> Statement:
    """Of each course and scale the last valid score at or before the first dose, not too long before it."""
    m, c = MEASURED.c, COURSES.c
    age = c.first_day - m.assessed_day
    latest = over(sa.func.row_number(), by=[c.patient_id, c.course, m.instrument], order=[m.assessed_second.desc()])
    ranked = (
        sa.select(
            c.patient_id,
            c.course,
            m.instrument,
            m.assessment_id,
            m.score.label("baseline"),
            age.label("days_before"),
            latest.label("place"),
        )
        .join_from(COURSES, MEASURED, m.patient_id == c.patient_id)
        .where(m.assessed_second <= c.first_second, age <= thresholds.baseline_days)
        .subquery()
    )
    return sa.select(*(ranked.c[name] for name in BASELINES.c.keys())).where(ranked.c.place == 1)


def followups() -> Statement:
    """Every score after a first dose, in its course, with its change, its flags and its status.

    The scale's rules are looked up twice, before and after the windows: carried through, they made half of each row.
    """
    placed = _placed()
    j = _judged(placed).c
    course: list[Value] = [j.patient_id, j.course, j.instrument]
    responses = sa.func.max(sa.case((j.is_ill, j.responded), else_=0))
    history = sa.select(
        *(j[name] for name in placed.c.keys()),
        over(responses, by=course, order=[j.assessed_second], rows=(None, -1)).label("has_responded"),
        over(sa.func.max(j.gain), by=course, order=[j.assessed_second], rows=(None, -1)).label("best_gain"),
    ).subquery()
    h = _judged(history).c
    return sa.select(*(h[name] for name in FOLLOWUPS.c.keys() if name != "status"), _status(h).label("status"))


def _placed() -> sa.Subquery:
    """Scores after a dose, with the course of that dose and its baseline."""
    m, d, c, b = MEASURED.c, DOSES.c, COURSES.c, BASELINES.c
    return (
        sa.select(
            *(m[name] for name in ("patient_id", "instrument", "assessment_id", "assessed_second", "score")),
            d.course,
            d.session_number,
            (m.assessed_day - c.first_day).label("day"),
            (m.assessed_day - c.last_induction_day).label("days_since_induction"),
            (m.assessed_day - c.last_day).label("days_since_last"),
            b.baseline,
        )
        .join_from(MEASURED, DOSES, last_dose_before(m, d))
        .join(COURSES, sa.and_(c.patient_id == d.patient_id, c.course == d.course))
        .outerjoin(BASELINES, sa.and_(b.patient_id == d.patient_id, b.course == d.course, b.instrument == m.instrument))
        .subquery()
    )


def _judged(rows: sa.Subquery) -> sa.Subquery:
    """Placed scores with their change, their flags, and the scale's rules.

    ``gain`` is the change in points, better being positive on every scale.
    """
    r, s = rows.c, SCALE.c
    rules = ("better", "remission", "reliable", "has_rate", "response_kind", "response_value")
    changed = (
        sa.select(
            *r,
            (r.score - r.baseline).label("change"),
            (s.better * (r.score - r.baseline)).label("gain"),
            *(s[name] for name in (*rules, "meaningful_kind", "meaningful_value")),
        )
        .join_from(rows, SCALE, s.instrument == r.instrument)
        .subquery()
    )
    p = changed.c
    return sa.select(
        *p,
        sa.case((p.baseline > 0, 100 * p.change / sa.func.nullif(p.baseline, 0))).label("pct_change"),
        _responded(p).label("responded"),
        flag(p.remission.is_not(None), p.better * (p.score - p.remission) >= 0).label("remitted"),
        flag(p.reliable.is_not(None), p.gain >= p.reliable).label("improved"),
        flag(p.reliable.is_not(None), -p.gain >= p.reliable).label("worsened"),
        sa.func.coalesce(p.better * (p.baseline - p.remission) < 0, sa.true()).label("is_ill"),
    ).subquery()


def last_dose_before(m: Any, d: Any) -> Condition:
    """The dose that a score follows, no other in between; a form at a dose's own moment is before it."""
    until = sa.or_(d.next_dose_second.is_(None), m.assessed_second <= d.next_dose_second)
    return sa.and_(m.patient_id == d.patient_id, d.dose_second < m.assessed_second, until)


def reaches(kind: Value, value: Value, gain: Value, baseline: Value) -> Condition:
    """True where a gain is at least so many points, or percent of the baseline (never rounded; undefined at 0)."""
    return sa.case(
        (kind == "percent", sa.and_(baseline > 0, 100 * gain >= value * baseline)),
        (kind == "points", gain >= value),
        else_=sa.false(),
    )


def worsened(scale: Any, loss: Value, baseline: Value) -> Condition:
    """True where a score is so many points worse: by the scale's reliable, else its meaningful threshold."""
    return sa.case(
        (scale.reliable.is_not(None), loss >= scale.reliable),
        else_=reaches(scale.meaningful_kind, scale.meaningful_value, loss, baseline),
    )


def _responded(p: Any) -> Value:
    by_score = sa.and_(p.response_kind == "score", p.better * (p.score - p.response_value) >= 0)
    holds = sa.or_(by_score, reaches(p.response_kind, p.response_value, p.gain, p.baseline))
    return flag(sa.and_(p.response_kind.is_not(None), p.baseline.is_not(None)), holds)


def _status(h: Any) -> Value:
    """The status as if this score were the latest (``definitions.md`` §5); null for scales without one."""
    no_rule = sa.and_(h.response_kind.is_(None), h.meaningful_kind.is_(None), h.reliable.is_(None))
    below_best = reaches(h.meaningful_kind, h.meaningful_value, h.best_gain - h.gain, h.baseline)
    well_now = sa.or_(sa.func.coalesce(h.responded, 0) == 1, sa.func.coalesce(h.remitted, 0) == 1)
    lost = sa.and_(h.has_responded == 1, sa.not_(well_now), below_best)
    return sa.case(
        (sa.not_(h.has_rate), sa.null()),
        (sa.or_(h.baseline.is_(None), no_rule), "not-enough-data"),
        (worsened(h, -h.gain, h.baseline), "worse"),
        (lost, "response-lost"),
        (sa.and_(h.is_ill, h.remitted == 1), "remission"),
        (sa.and_(h.is_ill, h.responded == 1), "response"),
        (reaches(h.meaningful_kind, h.meaningful_value, h.gain, h.baseline), "partial"),
        else_="no-change",
    )
