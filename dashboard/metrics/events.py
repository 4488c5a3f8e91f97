"""What else happened to one patient, by date."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import by_bytes
from dashboard.metrics.options import PATIENT, Metric
from dashboard.metrics.trajectory import read_of
from dashboard.model import SQL

COLUMNS = ("happened_on", "kind")


def events(cohort: Cohort, *, patient: str) -> pd.DataFrame:
    """The dated events of a patient by their kind; their free text is left out.

    Args:
        cohort: names the build; its filters do not apply to one patient.
        patient: the patient_id.

    Raises:
        OptionError: where the build has no such patient.
    """
    e = SQL["events"].c
    return read_of(
        cohort,
        patient,
        sa.select(sa.cast(e.happened_on, sa.DateTime).label("happened_on"), e.kind)
        .where(e.patient_id == patient)
        .order_by(e.happened_day, by_bytes(e.kind)),
    )


METRIC = Metric(
    "events",
    "one patient's dated events: changes of medication, hospitalisations, life events",
    events,
    (PATIENT,),
    COLUMNS,
    filtered=False,
)
