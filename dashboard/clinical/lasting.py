"""How long a response lasts: where it begins, and what ends it (``definitions.md`` §9)."""

from typing import Any

import sqlalchemy as sa

from dashboard.clinical.outcome import POST_INDUCTION, same_course_and_scale
from dashboard.clinical.scoring import SCALE
from dashboard.clinical.tables import DOSES, FOLLOWUPS, Condition, Value, over
from dashboard.model import SQL

RELAPSE_DAYS = 7
"""Scores of a relapse lie at least this many days apart."""
GRAVE = ("hospitalisation", "suicide-attempt")


def responses(at_risk: sa.Subquery, *, start: str) -> sa.CTE:
    """One row a course that responds: the columns of ``at_risk``, the score that shows it, and where counting starts.

    ``response``: its first score that responds, counted from that score on. ``induction``: the first score from the
    last induction session to 31 days after it, where that responds, counted from that session on. ``start_day`` and
    ``score_day`` are days of the course.
    """
    e, f = at_risk.c, FOLLOWUPS.c
    chosen: Condition = f.responded == 1
    start_day: Value = f.day
    if start == "induction":
        chosen = sa.and_(f.session_number >= e.n_induction, f.days_since_induction <= POST_INDUCTION[2])
        start_day = e.last_induction_day - e.first_day
    place = over(sa.func.row_number(), by=[e.patient_id, e.course, e.instrument], order=[f.assessed_second])
    ranked = (
        sa.select(
            *e,
            f.responded,
            f.assessed_second.label("score_second"),
            f.day.label("score_day"),
            start_day.label("start_day"),
            place.label("nth"),
        )
        .join_from(at_risk, FOLLOWUPS, same_course_and_scale(f, e))
        .where(e.eligible == 1, e.has_rule == 1, chosen)
        .subquery()
    )
    return sa.select(ranked).where(ranked.c.nth == 1, ranked.c.responded == 1).cte("begun")


def responders_at(at_risk: sa.Subquery, *, landmark: int, as_of_day: int) -> sa.CTE:
    """One row a course that responds at a landmark, so many days after its last induction session, once that is past.

    The columns of ``at_risk``, those of ``responses`` counted from the landmark, and ``maintenance``: yes where a
    maintenance session was given up to it, else no. What counts is the last score from the last induction session to
    the landmark, so that nothing which comes later decides who is in which group.
    """
    e, f, d = at_risk.c, FOLLOWUPS.c, DOSES.c
    day = e.last_induction_day - e.first_day + landmark
    place = over(sa.func.row_number(), by=[e.patient_id, e.course, e.instrument], order=[f.assessed_second.desc()])
    of_course = sa.and_(d.patient_id == e.patient_id, d.course == e.course)
    maintained = sa.exists().where(of_course, d.phase == "maintenance", d.dose_day <= e.first_day + day)
    ranked = (
        sa.select(
            *e,
            f.responded,
            f.assessed_second.label("score_second"),
            day.label("score_day"),
            day.label("start_day"),
            sa.case((maintained, "yes"), else_="no").label("maintenance"),
            place.label("nth"),
        )
        .join_from(at_risk, FOLLOWUPS, same_course_and_scale(f, e))
        .where(e.eligible == 1, e.has_rule == 1, f.session_number >= e.n_induction, f.day <= day)
        .where(e.last_induction_day + landmark < as_of_day)
        .subquery()
    )
    return sa.select(ranked).where(ranked.c.nth == 1, ranked.c.responded == 1).cte("begun")


def endings(begun: sa.CTE, *, event: str) -> sa.Subquery:
    """Of each row of ``responses`` how it ended: its columns, ``day`` since its start, and ``is_event``.

    The event is the first later score that no longer responds (``loss``), or a relapse; without one it ends at its
    last score before the next course.
    """
    b = begun.c
    lost = (_losses(begun) if event == "loss" else _relapses(begun)).subquery()
    last = _by_course(_later(begun), sa.func.max).subquery()
    day = sa.func.coalesce(lost.c.day, last.c.day, b.score_day) - b.start_day
    return (
        sa.select(*b, day.label("day"), sa.case((lost.c.day.is_not(None), 1), else_=0).label("is_event"))
        .select_from(begun)
        .outerjoin(lost, same_course_and_scale(lost.c, b))
        .outerjoin(last, same_course_and_scale(last.c, b))
        .subquery("ending")
    )


def _losses(begun: sa.CTE) -> sa.Select[Any]:
    return _by_course(_later(begun).where(FOLLOWUPS.c.responded == 0), sa.func.min)


def _relapses(begun: sa.CTE) -> sa.Select[Any]:
    """The first score of the first relapse by score, or the day of a grave event, whichever is earlier."""
    return _by_course(sa.union_all(_relapses_by_score(begun), _grave_events(begun)), sa.func.min)


def _later(begun: sa.CTE) -> sa.Select[Any]:
    """The scores after the one that responded, in days of the course."""
    b, f = begun.c, FOLLOWUPS.c
    return (
        sa.select(b.patient_id, b.course, b.instrument, f.day)
        .join_from(begun, FOLLOWUPS, same_course_and_scale(f, b))
        .where(f.assessed_second > b.score_second)
    )


def _relapses_by_score(begun: sa.CTE) -> sa.Select[Any]:
    """Where scores in a row neither respond nor lie beyond the baseline cut, for seven days or more: the first day."""
    f, s = FOLLOWUPS.c, SCALE.c
    ill = sa.or_(s.baseline_cut.is_(None), -s.better * (f.score - s.baseline_cut) >= 0)
    relapsed = sa.case((sa.and_(f.responded == 0, ill), 1), else_=0)
    scores = (
        _later(begun)
        .add_columns(f.assessed_second, relapsed.label("relapsed"))
        .join(SCALE, s.instrument == f.instrument)
        .subquery()
    )
    x = scores.c
    course: list[Value] = [x.patient_id, x.course, x.instrument]
    well_before = over(sa.func.sum(1 - x.relapsed), by=course, order=[x.assessed_second], rows=(None, 0))
    numbered = sa.select(*course, x.day, x.relapsed, well_before.label("run")).subquery()
    r = numbered.c
    keys = (r.patient_id, r.course, r.instrument)
    return (
        sa.select(*keys, sa.func.min(r.day).label("day"))
        .where(r.relapsed == 1)
        .group_by(*keys, r.run)
        .having(sa.func.max(r.day) - sa.func.min(r.day) >= RELAPSE_DAYS)
    )


def _grave_events(begun: sa.CTE) -> sa.Select[Any]:
    """The days of the course on which a person came to hospital or made an attempt, after the start."""
    b, e = begun.c, SQL["events"].c
    day = e.happened_day - b.first_day
    before_next = sa.or_(b.next_first_day.is_(None), e.happened_day < b.next_first_day)
    return (
        sa.select(b.patient_id, b.course, b.instrument, day.label("day"))
        .join_from(begun, SQL["events"], e.patient_id == b.patient_id)
        .where(e.kind.in_(GRAVE), day > b.start_day, before_next)
    )


def _by_course(days: "sa.Select[Any] | sa.CompoundSelect[Any]", which: Any) -> sa.Select[Any]:
    d = days.subquery().c
    return sa.select(d.patient_id, d.course, d.instrument, which(d.day).label("day")).group_by(
        d.patient_id, d.course, d.instrument
    )
