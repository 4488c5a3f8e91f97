"""One patient's scores over time, with what each says of the course it belongs to."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.clinical.reasons import LADDER, behaviour_of
from dashboard.clinical.scoring import SCALE
from dashboard.clinical.tables import BASELINES, FOLLOWUPS, MEASURED
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.options import PATIENT, Metric
from dashboard.model import SQL, Statement

BEHAVIOUR = ("behaviour_ever", "behaviour_lately")
"""What C-SSRS says beside its score."""
COLUMNS = (
    "instrument",
    "assessed_at",
    "course",
    "day",
    "session_number",
    "score",
    "change",
    "pct_change",
    "band",
    "status",
    "is_baseline",
)


def trajectory(cohort: Cohort, *, patient: str) -> pd.DataFrame:
    """A patient's valid scores, by scale (the registry's order) and time; one row a score.

    Args:
        cohort: names the build; its filters do not apply to one patient.
        patient: the patient_id.

    Returns:
        ``day`` counts from the course's first dose; ``change`` (points) and ``pct_change`` (percent) are from the
        course's baseline; ``status`` is as if the score were the latest of its scale. A score that is a baseline
        shows as that, with change 0; one before a baseline, or of no course, has neither course nor status.

    Raises:
        OptionError: where the build has no such patient.

    Source: ``definitions.md`` §2, §3, §5.
    """
    return _told(cohort, patient)[list(COLUMNS)]


def scores_of(cohort: Cohort, patient: str) -> pd.DataFrame:
    """The same, and ``behaviour_ever`` and ``behaviour_lately`` (within three months) of C-SSRS.

    Its score and band are of thoughts alone: 1 yes, 0 no, empty = not answered.
    """
    table = _told(cohort, patient)
    if LADDER in set(table["instrument"]):  # the forms are looked through for those alone who have one
        table = table.merge(cohort.read(_behaviour(patient)), how="left", on="assessment_id")
    table = table.reindex(columns=[*COLUMNS, *BEHAVIOUR])
    return table.astype(dict.fromkeys(BEHAVIOUR, "Int64"))


def _told(cohort: Cohort, patient: str) -> pd.DataFrame:
    table = read_of(cohort, patient, _statement(patient))
    table["band"] = pd.Series(
        [INSTRUMENTS[code].band(score) for code, score in zip(table["instrument"], table["score"], strict=True)],
        dtype="str",
    )
    return table


def read_of(cohort: Cohort, patient: str, statement: Statement) -> pd.DataFrame:
    """The rows of one patient; raises OptionError where there are none because there is nobody with that patient_id."""
    table = cohort.read(statement)
    if table.empty:
        require_patient(cohort, patient)
    return table


def require_patient(cohort: Cohort, patient: str) -> None:
    """Raise OptionError where the build has nobody with that patient_id."""
    identifier = SQL["patients"].c.patient_id
    if cohort.read(sa.select(identifier).where(identifier == patient)).empty:
        raise OptionError(f"patient has no {patient!r}: these records hold nobody with that patient_id.")


def _statement(patient: str) -> Statement:
    m, b, f, s = MEASURED.c, BASELINES.c, FOLLOWUPS.c, SCALE.c
    is_baseline = b.assessment_id.is_not(None)

    def shown(at_baseline: Any, later: Any) -> sa.ColumnElement[Any]:
        return sa.case((is_baseline, at_baseline), else_=later)

    return (
        sa.select(
            m.assessment_id,
            m.instrument,
            m.assessed_at,
            shown(b.course, f.course).label("course"),
            shown(-b.days_before, f.day).label("day"),
            shown(0, f.session_number).label("session_number"),
            m.score,
            shown(sa.literal(0.0), f.change).label("change"),
            shown(sa.case((b.baseline != 0, 0.0)), f.pct_change).label("pct_change"),
            shown(sa.case((s.has_rate, "not-enough-data")), f.status).label("status"),
            is_baseline.label("is_baseline"),
        )
        .select_from(MEASURED)
        .join(SCALE, s.instrument == m.instrument)
        .outerjoin(BASELINES, sa.and_(b.patient_id == m.patient_id, b.assessment_id == m.assessment_id))
        .outerjoin(FOLLOWUPS, sa.and_(f.patient_id == m.patient_id, f.assessment_id == m.assessment_id))
        .where(m.patient_id == patient)
        .order_by(s.place, m.assessed_second)
    )


def _behaviour(patient: str) -> Statement:
    a = SQL["assessments"].c
    return sa.select(a.assessment_id, *behaviour_of(a)).where(a.patient_id == patient, a.instrument == LADDER)


METRIC = Metric(
    "trajectory",
    "one patient's scores over time: change from baseline, band, status",
    trajectory,
    (PATIENT,),
    COLUMNS,
    filtered=False,
)
