"""One patient's sessions minute by minute: pressure, pulse, saturation, sedation, dissociation."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import DOSES, by_bytes
from dashboard.metrics.options import PATIENT, Metric
from dashboard.metrics.trajectory import read_of
from dashboard.model import SQL

MEASURED = ("sbp", "dbp", "hr", "spo2", "moaas", "cadss")
COLUMNS = ("dose_on", "course", "session_number", "minute", *MEASURED)


def vitals(cohort: Cohort, *, patient: str) -> pd.DataFrame:
    """Every measurement within a patient's completed sessions, by session and minute.

    Args:
        cohort: names the build; its filters do not apply to one patient.
        patient: the patient_id.

    Returns:
        ``minute`` counts from the start of the dose, before it below 0; pressures in mmHg, ``hr`` per minute,
        ``spo2`` in percent, ``moaas`` 5 (awake) to 0 (unresponsive), ``cadss`` by the session's form; empty = not
        measured then.

    Raises:
        OptionError: where the build has no such patient.

    Source: ``definitions.md`` §7.
    """
    v, d = SQL["vitals"].c, DOSES.c
    return read_of(
        cohort,
        patient,
        sa.select(
            sa.cast(d.dose_on, sa.DateTime).label("dose_on"),
            *(d[name] for name in ("course", "session_number")),
            *(v[name] for name in ("minute", *MEASURED)),
        )
        .join_from(SQL["vitals"], DOSES, d.session_id == v.session_id)
        .where(d.patient_id == patient)
        .order_by(d.dose_second, by_bytes(d.session_id), v.minute, *(v[name].nulls_last() for name in MEASURED)),
    )


METRIC = Metric(
    "vitals",
    "one patient's sessions minute by minute: pressure, pulse, saturation, sedation, dissociation",
    vitals,
    (PATIENT,),
    COLUMNS,
    filtered=False,
)
