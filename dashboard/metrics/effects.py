"""One patient's side effects: what, how severe, when, and after which session."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import EFFECTS, VISITS, by_bytes
from dashboard.metrics.options import PATIENT, Metric
from dashboard.metrics.trajectory import read_of

COLUMNS = (
    *("happened_at", "term", "severity", "is_serious", "course", "session_number", "is_between", "is_outside"),
    *("minutes", "action"),
)


def effects(cohort: Cohort, *, patient: str) -> pd.DataFrame:
    """Every side effect of a patient in order of time.

    Args:
        cohort: names the build; its filters do not apply to one patient.
        patient: the patient_id.

    Returns:
        ``happened_at`` is the onset, else the booked time of its session. Course and session number are those of the
        session that it counts to, empty where there is none; ``is_between`` marks one recorded between sessions,
        ``is_outside`` one that no rate holds; ``minutes`` until it was over, empty where unknown.

    Raises:
        OptionError: where the build has no such patient.

    Source: ``definitions.md`` §7.
    """
    e, v = EFFECTS.c, VISITS.c
    happened = sa.func.coalesce(e.onset_at, v.scheduled_at)
    values = {
        "happened_at": happened,
        "course": v.course,
        "minutes": sa.cast(e.duration_seconds, sa.Float) / 60.0,
    }
    order = [by_bytes(sa.func.coalesce(e[name], "")) for name in ("term", "written", "severity", "action")]
    return read_of(
        cohort,
        patient,
        sa.select(*(values[name].label(name) if name in values else e[name] for name in COLUMNS))
        .outerjoin_from(EFFECTS, VISITS, sa.and_(v.patient_id == e.patient_id, v.session_id == e.session_id))
        .where(e.patient_id == patient)
        .order_by(happened.nulls_first(), *order, e.is_serious, e.duration_seconds.nulls_first()),
    )


METRIC = Metric(
    "effects",
    "one patient's side effects: severity, seriousness, session, length",
    effects,
    (PATIENT,),
    COLUMNS,
    filtered=False,
)
