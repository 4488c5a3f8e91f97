"""One patient beside the scores: the last session whole, plan, medicines, checks, and what happened when."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.reasons import BEHAVIOUR_TOLD, answers, tells
from dashboard.clinical.seen import Seen
from dashboard.clinical.tables import DOSES, EFFECTS, MEASURED, VISITS, by_bytes, over
from dashboard.model import SQL, Statement

NOT_HELD = ("no-show", "late-cancelled", "cancelled")
"""What became of a booking that did not take place; one that was moved has another row."""


def answers_of(cohort: Cohort, seen: Seen) -> pd.DataFrame:
    """Every form that asks about suicidality up to the moment, the latest first; ``is_told`` 1 where it answers."""
    a = answers(seen).c
    names = ("instrument", "answered_at", "answer", "before", "suicidality_from", *BEHAVIOUR_TOLD)
    is_told = sa.case((tells(a), 1), else_=0).label("is_told")
    order = (a.assessed_second.desc(), by_bytes(a.instrument), by_bytes(a.assessment_id).desc())
    return cohort.read(sa.select(*(a[name] for name in names), a.n_items, is_told).order_by(*order))


def last_session(cohort: Cohort, patient_id: str) -> pd.DataFrame:
    """The last completed session: dose, weight, pressures (mmHg), saturation (%), sedation, minutes to ready.

    ``has_moaas_min`` and ``has_cadss_max`` say whether any session of the records has them.
    """
    v, s, d = VISITS.c, SQL["sessions"].c, DOSES.c
    ready = sa.case((s.ready_second >= s.started_second, s.ready_second - s.started_second))
    return cohort.read(
        sa.select(
            sa.cast(d.dose_on, sa.DateTime).label("dose_on"),
            *(d[name] for name in ("course", "session_number", "phase", "route", "drug")),
            s.dose_mg,
            s.weight_kg,
            *(v[name] for name in ("sbp_pre", "dbp_pre", "sbp_peak", "dbp_peak", "spo2_min", "moaas_min", "has_form")),
            s.sbp_end,
            s.dbp_end,
            s.cadss_max,
            *(_is_held(each).label(f"has_{each.name}") for each in (v.moaas_min, s.cadss_max)),
            ready.label("ready_seconds"),
        )
        .join_from(DOSES, VISITS, sa.and_(v.patient_id == d.patient_id, v.session_id == d.session_id))
        .join(SQL["sessions"], s.session_id == d.session_id)
        .where(d.patient_id == patient_id)
        .order_by(d.dose_second.desc(), by_bytes(d.session_id).desc())
        .limit(1)
    )


def _is_held(column: sa.ColumnElement[float]) -> sa.ColumnElement[bool]:
    """Whether any row of its table has a value."""
    return sa.exists().where(column.is_not(None)).correlate(None)


def plan_of(cohort: Cohort, patient_id: str) -> pd.DataFrame:
    """The latest plan; ``n_done`` sessions of the last course since the day it was set. No row where there is none."""
    p, d = SQL["plans"].c, DOSES.c
    columns = [c for c in p if not c.name.endswith("_day") and c.name != "patient_id"]
    last = sa.select(sa.func.max(d.course)).where(d.patient_id == patient_id).scalar_subquery()
    done = (
        sa.select(sa.func.count())
        .select_from(DOSES)
        .where(d.patient_id == patient_id, d.course == last, d.dose_day >= p.set_day)
        .correlate(SQL["plans"])
        .scalar_subquery()
    )
    own = sa.select(*columns, done.label("n_done")).where(p.patient_id == patient_id)
    return cohort.read(own.order_by(p.set_day.desc()).limit(1))


def medicines_of(cohort: Cohort, patient_id: str) -> pd.DataFrame:
    """Every medicine and its period."""
    m = SQL["medications"].c
    names = ("name", "class", "started_on", "stopped_on")
    order = (m.started_day.nulls_first(), by_bytes(m.name))
    return cohort.read(sa.select(*(m[name] for name in names)).where(m.patient_id == patient_id).order_by(*order))


def checks_of(cohort: Cohort, patient_id: str) -> pd.DataFrame:
    """The latest check of each kind; of two on one day the worse."""
    c = SQL["checks"].c
    worse = sa.case({"not-ok": 0, "pending": 1}, value=c.result, else_=2)
    place = over(sa.func.row_number(), by=[c.kind], order=[c.checked_day.desc(), worse])
    ranked = (
        sa.select(c.kind, c.result, c.checked_on, place.label("place")).where(c.patient_id == patient_id).subquery()
    )
    r = ranked.c
    return cohort.read(sa.select(r.kind, r.result, r.checked_on).where(r.place == 1).order_by(by_bytes(r.kind)))


def happenings(cohort: Cohort, patient_id: str) -> pd.DataFrame:
    """What the records hold of a person, by date: ``on`` (a day), ``what``, ``words``, ``value``."""
    e, m, f, x, v = SQL["events"].c, SQL["medications"].c, EFFECTS.c, MEASURED.c, VISITS.c
    none = sa.cast(sa.null(), sa.Float).label("value")

    def part(
        what: str, on: sa.ColumnElement[object], words: sa.ColumnElement[object], of: sa.ColumnElement[str]
    ) -> Statement:
        kinds = (sa.cast(on, sa.DateTime).label("at"), sa.literal(what, sa.String).label("what"))
        return sa.select(*kinds, words.label("words"), none).where(of == patient_id, on.is_not(None))

    severity = sa.func.coalesce(f.severity, "severity unknown")
    parts = [
        part("event", e.happened_on, e.kind, e.patient_id),
        part("started", m.started_on, m.name, m.patient_id),
        part("stopped", m.stopped_on, m.name, m.patient_id),
        part("visit", v.scheduled_at, v.status, v.patient_id).where(v.status.in_(NOT_HELD)),
        part("side effect", f.onset_at, f.term + ", " + severity, f.patient_id).where(f.is_between == 1),
        sa.select(
            x.assessed_at.label("at"),
            sa.literal("score", sa.String).label("what"),
            x.instrument.label("words"),
            x.score,
        ).where(x.patient_id == patient_id),
    ]
    every = sa.union_all(*parts).subquery()
    return cohort.read(sa.select(every).order_by(every.c.at, by_bytes(every.c.what), by_bytes(every.c.words)))
