"""One patient's medicines and their periods."""

import pandas as pd

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.dossier import medicines_of
from dashboard.metrics.options import PATIENT, Metric
from dashboard.metrics.trajectory import require_patient

COLUMNS = ("name", "class", "started_on", "stopped_on")


def medications(cohort: Cohort, *, patient: str) -> pd.DataFrame:
    """Every medicine of a patient, in the order begun; one that never stopped, or of which nobody wrote it, is open.

    Args:
        cohort: names the build; its filters do not apply to one patient.
        patient: the patient_id.

    Raises:
        OptionError: where the build has no such patient.
    """
    require_patient(cohort, patient)
    return medicines_of(cohort, patient)


METRIC = Metric(
    "medications",
    "one patient's medicines: class, begun and stopped",
    medications,
    (PATIENT,),
    COLUMNS,
    filtered=False,
)
