"""One patient's sessions: what was booked, what was given, and how the body took it."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import DOSES
from dashboard.metrics.options import PATIENT, Metric
from dashboard.metrics.trajectory import read_of
from dashboard.model import SQL

COLUMNS = (
    *("scheduled_at", "status", "course", "session_number", "phase", "route", "drug", "dose_mg", "dose_mg_per_kg"),
    *("sbp_pre", "dbp_pre", "sbp_peak", "dbp_peak", "spo2_min", "effects_recorded"),
)


def sessions(cohort: Cohort, *, patient: str) -> pd.DataFrame:
    """Every session of a patient in order of time, whatever became of it.

    Args:
        cohort: names the build; its filters do not apply to one patient.
        patient: the patient_id.

    Returns:
        ``course``, ``session_number`` and ``phase`` of completed sessions only; ``dose_mg_per_kg`` by the weight of
        that session, empty where it has none; pressures in mmHg, saturation in percent, empty = not measured.

    Raises:
        OptionError: where the build has no such patient.

    Source: ``definitions.md`` §2.
    """
    s, d = SQL["sessions"].c, DOSES.c
    derived = {"dose_mg_per_kg": (s.dose_mg / s.weight_kg).label("dose_mg_per_kg")}
    own = {name: d[name] for name in ("course", "session_number", "phase")}
    columns = [derived.get(name, own.get(name, s.get(name))) for name in COLUMNS]
    return read_of(
        cohort,
        patient,
        sa.select(*(column for column in columns if column is not None))
        .outerjoin_from(SQL["sessions"], DOSES, sa.and_(d.patient_id == s.patient_id, d.session_id == s.session_id))
        .where(s.patient_id == patient)
        .order_by(s.scheduled_second, s.session_id.collate("C")),
    )


METRIC = Metric(
    "sessions",
    "one patient's sessions: booked, given, measured",
    sessions,
    (PATIENT,),
    COLUMNS,
    filtered=False,
)
