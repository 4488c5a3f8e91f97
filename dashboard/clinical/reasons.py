"""Why somebody needs thought before a session: the reasons of ``definitions.md`` §5, each a condition on a row."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dashboard.clinic_file import Thresholds
from dashboard.clinical.known import NOT_ENOUGH
from dashboard.clinical.score import worsened
from dashboard.clinical.scoring import SCALE, answered
from dashboard.clinical.seen import Seen
from dashboard.clinical.tables import Condition, Value, by_bytes, over
from dashboard.instruments import INSTRUMENTS
from dashboard.model import QUARANTINE, SQL

LADDER = "C-SSRS"
GRAVE_QUESTION, BEHAVIOUR, RECENT_BEHAVIOUR = 4, "item_6", "item_7"
"""From this question of the ladder on, and for its recent behaviour, the reason is the graver one."""
BEHAVIOUR_TOLD = ("behaviour_ever", "behaviour_lately", "is_grave")
"""What ``answers`` tells beside an answer."""


def reasons(seen: Seen, known: sa.CTE) -> Mapping[str, Condition]:
    """Every reason in its order; where a value is missing a condition is null, and the reason is not given."""
    k, r, t = known.c, seen.rows.c, seen.thresholds
    asked = answers(seen)
    a = asked.c
    grave = sa.select(a.key).where(a.is_grave == 1)
    high = sa.or_(k.key.in_(grave), k.key.in_(sa.select(attempts(seen).c.key)))
    flagged = sa.select(a.key).where(a.place == 1, a.answer >= a.suicidality_from)
    lately = sa.select(a.key).join(seen.rows, r.key == a.key)
    lately = lately.where(a.answer.is_not(None), r.day - a.answered_day <= t.suicidality_days)
    settled = k.status.in_(("worse", "response-lost"))
    loss = k.better * (k.score_before - k.latest)
    return {
        "suicidality-high": high,
        "suicidality": sa.and_(sa.not_(high), k.key.in_(flagged)),
        "suicidality-unknown": k.key.not_in(lately),
        "mania": k.key.in_(sa.select(manic(seen).c.key)),
        "worse": k.status == "worse",
        "response-lost": k.status == "response-lost",
        "rising": sa.and_(sa.not_(settled), worsened(k, loss, sa.func.coalesce(k.baseline, k.score_before))),
        "no-early-change": _no_early_change(k, t),
        "grave-event": k.key.in_(_grave_events(known)),
        "severe-effect": k.key.in_(_severe_effects(known)),
        "pressure-excursion": sa.or_(k.is_peak == 1, k.is_rise == 1),
        "low-saturation": k.is_low_spo2 == 1,
        "measure-overdue": sa.and_(
            k.instrument.is_not(None), sa.func.coalesce(k.day - k.latest_day > t.overdue_days, sa.true())
        ),
        "records-set-aside": k.key.in_(_set_aside(seen)),
    }


def answers(seen: Seen) -> sa.CTE:
    """The answers on suicidality up to the moment, by each scale that asks; ``place`` 1 is a scale's latest answer.

    Columns ``key``, ``instrument``, ``answered_at``, ``answered_day``, ``answer``, the answer ``before`` it and the one
    that is a reason, ``suicidality_from``; ``form``, 1 for a scale's latest form even where it does not answer. Of a
    ladder the answer is the highest question answered yes, ``behaviour_ever`` and ``behaviour_lately`` stand beside it,
    and ``is_grave`` is 1 for what raises the graver reason. ``n_items`` of the form are answered at all.
    """
    r, m, s, a = seen.rows.c, seen.scores.c, SCALE.c, SQL["assessments"].c
    forms = (
        sa.select(
            r.key,
            a.instrument,
            a.assessed_at.label("answered_at"),
            a.assessed_day.label("answered_day"),
            a.assessed_second,
            a.assessment_id,
            answer_of(a, m).label("answer"),
            *behaviour_of(a),
            answered(a).label("n_items"),
            s.suicidality_from,
        )
        .join_from(seen.rows, SQL["assessments"], a.patient_id == r.patient_id)
        .join(SCALE, s.instrument == a.instrument)
        .outerjoin(seen.scores, sa.and_(m.key == r.key, m.assessment_id == a.assessment_id))
        .where(a.instrument.in_(ASKING), s.suicidality_from.is_not(None), a.assessed_second <= r.second)
        .subquery()
    )
    f = forms.c
    order = [f.assessed_second.desc(), by_bytes(f.assessment_id).desc()]
    by_answer = [sa.case((f.answer.is_not(None), 0), else_=1), *order]
    by = [f.key, f.instrument]
    form = over(sa.func.row_number(), by=by, order=order)
    is_grave = sa.or_(sa.and_(f.instrument == LADDER, f.answer >= GRAVE_QUESTION), f.behaviour_lately == 1)
    return sa.select(
        *f,
        form.label("form"),
        sa.case((sa.and_(form == 1, is_grave), 1), else_=0).label("is_grave"),
        over(sa.func.row_number(), by=by, order=by_answer).label("place"),
        sa.cast(over(sa.func.lead(f.answer), by=by, order=by_answer), sa.Integer).label("before"),
    ).cte("answers")


ASKING = [code for code, scale in INSTRUMENTS.items() if scale.suicidality]
"""The scales that ask about suicidality."""


def answer_of(a: Any, m: Any) -> Value:
    """The answer of a form to its scale's item on suicidality; ``m`` is the form's valid score, for the ladder."""
    items = {
        code: m.score if scale.scoring == "highest-yes" else a[f"item_{scale.suicidality.item}"]
        for code, scale in INSTRUMENTS.items()
        if scale.suicidality
    }
    return sa.case(*((a.instrument == code, sa.cast(item, sa.Integer)) for code, item in items.items()))


def behaviour_of(a: Any) -> list[Value]:
    """Of the ladder behaviour ever and within three months: 1 yes, 0 no; null where not answered, and of other scales.

    They stand beside the score, which is of thoughts alone.
    """
    items = {"behaviour_ever": BEHAVIOUR, "behaviour_lately": RECENT_BEHAVIOUR}
    return [sa.case((a.instrument == LADDER, a[item])).label(name) for name, item in items.items()]


def tells(a: Any) -> Condition:
    """Of ``answers`` the forms that say anything on suicidality."""
    return sa.or_(*(each.is_not(None) for each in (a.answer, a.behaviour_ever, a.behaviour_lately)))


def attempts(seen: Seen) -> sa.Subquery:
    """Of each row with an attempt that is still a reason its ``key``, and ``attempt_on``, the day of the last."""
    r, e = seen.rows.c, SQL["events"].c
    return (
        sa.select(r.key, sa.func.max(e.happened_on).label("attempt_on"))
        .join(SQL["events"], e.patient_id == r.patient_id)
        .where(e.kind == "suicide-attempt", (r.day - e.happened_day).between(0, seen.thresholds.attempt_days))
        .group_by(r.key)
        .subquery()
    )


def manic(seen: Seen) -> sa.Subquery:
    """The latest score of each scale of mania, where it is a reason."""
    r, m, t = seen.rows.c, seen.scores.c, seen.thresholds
    place = over(sa.func.row_number(), by=[r.key, m.instrument], order=[m.assessed_second.desc()])
    ranked = (
        sa.select(
            r.key, m.instrument, m.score, m.assessed_at, (r.day - m.assessed_day).label("age"), place.label("place")
        )
        .join_from(seen.rows, seen.scores, m.key == r.key)
        .where(m.instrument.in_(("ASRM", "YMRS")))
        .subquery()
    )
    x = ranked.c
    asrm = sa.and_(x.instrument == "ASRM", x.score >= t.asrm_at_least)
    ymrs = sa.and_(x.instrument == "YMRS", x.score > t.ymrs_above)
    names = ("key", "instrument", "score", "assessed_at")
    return (
        sa.select(*(x[name] for name in names))
        .where(x.place == 1, x.age <= t.mania_days, sa.or_(asrm, ymrs))
        .subquery("manic")
    )


def _no_early_change(k: Any, t: Thresholds) -> Condition:
    return sa.and_(
        k.status != NOT_ENOUGH,
        k.n_done.between(t.early_sessions, t.early_sessions_most),
        k.latest_session >= t.early_after,
        k.responded_before == 0,
        k.baseline > 0,
        100 * k.gain < t.early_percent * k.baseline,
    )


def _grave_events(known: sa.CTE) -> Any:
    k, e = known.c, SQL["events"].c
    return (
        sa.select(k.key)
        .join(SQL["events"], e.patient_id == k.patient_id)
        .where(e.kind.in_(("hospitalisation", "suicide-attempt")), e.happened_day.between(k.dose_day, k.day))
    )


def _severe_effects(known: sa.CTE) -> Any:
    k, e = known.c, SQL["side_effects"].c
    between = sa.and_(e.session_id.is_(None), e.onset_day >= k.dose_day, e.onset_second <= k.second)
    return (
        sa.select(k.key)
        .join(SQL["side_effects"], e.patient_id == k.patient_id)
        .where(sa.or_(e.severity == "severe", e.serious), sa.or_(e.session_id == k.last_session_id, between))
    )


def _set_aside(seen: Seen) -> Any:
    r, q = seen.rows.c, QUARANTINE.c
    return (
        sa.select(r.key).join(QUARANTINE, q.patient_id == r.patient_id).where(q.table.in_(("sessions", "assessments")))
    )
