"""Where a score of one patient is missing: a form without a total, a session without its measure."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.scoring import SCALE, answered, score
from dashboard.clinical.tables import DOSES, MEASURED, PRIMARY
from dashboard.metrics.options import PATIENT, Metric, with_notes
from dashboard.metrics.trajectory import read_of
from dashboard.model import SQL, Statement

COLUMNS = ("instrument", "missing_at", "why", "n_answered", "n_items", "session_number")
NOT_SCORED, NOT_TAKEN = "not-scored", "not-taken"


def missing_scores(cohort: Cohort, *, patient: str) -> pd.DataFrame:
    """The forms of a patient that give no score, and the sessions that had no recent score of the primary scale.

    Args:
        cohort: names the build; its filters do not apply to one patient.
        patient: the patient_id.

    Returns:
        ``why`` is ``not-scored`` for a form with ``n_answered`` of ``n_items`` answered, ``not-taken`` for a completed
        session with no score of the primary scale in the days of ``overdue_days`` up to its dose; ``session_number``
        of the latter. In order of scale and time.

    Raises:
        OptionError: where the build has no such patient.

    Source: ``definitions.md`` §3, §5 (``measure-overdue``, as of each session).
    """
    days = cohort.thresholds["overdue_days"]
    both = sa.union_all(_not_scored(patient), _not_taken(patient, days)).subquery()
    b = both.c
    table = read_of(
        cohort,
        patient,
        sa.select(*(b[name] for name in COLUMNS))
        .join(SCALE, SCALE.c.instrument == b.instrument)
        .order_by(SCALE.c.place, b.missing_at, b.why.collate("C"), b.key.collate("C")),
    )
    return with_notes(table, rules=[f"Not taken: no score of the primary scale in the {days} days up to a session."])


def _not_scored(patient: str) -> Statement:
    a, s = SQL["assessments"].c, SCALE.c
    return (
        sa.select(
            a.instrument,
            a.assessed_at.label("missing_at"),
            sa.literal(NOT_SCORED, sa.String).label("why"),
            sa.cast(answered(a), sa.Integer).label("n_answered"),
            s.n_items,
            sa.cast(sa.null(), sa.Integer).label("session_number"),
            a.assessment_id.label("key"),
        )
        .join_from(SQL["assessments"], SCALE, s.instrument == a.instrument)
        .where(a.patient_id == patient, score(a.score, a, s).is_(None))
    )


def _not_taken(patient: str, days: int) -> Statement:
    d, m, p, s = DOSES.c, MEASURED.c, SQL["patients"].c, SQL["sessions"].c
    recent = sa.exists().where(
        m.patient_id == d.patient_id,
        m.instrument == PRIMARY.c.instrument,
        m.assessed_second <= d.dose_second,
        d.dose_day - m.assessed_day <= days,
    )
    return (
        sa.select(
            PRIMARY.c.instrument,
            s.scheduled_at,
            sa.literal(NOT_TAKEN, sa.String),
            sa.cast(sa.null(), sa.Integer),
            sa.cast(sa.null(), sa.Integer),
            d.session_number,
            d.session_id,
        )
        .join_from(DOSES, SQL["sessions"], s.session_id == d.session_id)
        .join(SQL["patients"], p.patient_id == d.patient_id)
        .join(PRIMARY, PRIMARY.c.diagnosis == p.diagnosis)
        .where(d.patient_id == patient, sa.not_(recent))
    )


METRIC = Metric(
    "missing-scores",
    "one patient's missing scores: forms without a total, sessions without their measure",
    missing_scores,
    (PATIENT,),
    COLUMNS,
    filtered=False,
)
