"""Who of the referred is not yet seen, by days: the curve behind ``waits``."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import REFERRAL_SPLITS, Cohort, require
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, Option, notes_of, with_notes
from dashboard.metrics.survival import COLUMNS, behind, counted, survival
from dashboard.metrics.waits import ended_waits, waits


def wait_curve(cohort: Cohort, *, by: str = "none") -> pd.DataFrame:
    """The share of the referred who are not yet seen, by days since the referral.

    Args, the people and errors as in ``metrics.waits``; the columns are those of ``metrics.survival``.

    Source: ``definitions.md`` §8; Kaplan & Meier 1958.
    """
    require("by", by, REFERRAL_SPLITS)
    counts = cohort.read(counted(ended_waits(cohort), by))
    return with_notes(survival(counts[counts["day"] >= 0], by), notes_of(waits(cohort, by=by)))


def members(cohort: Cohort, *, by: str = "none") -> Behind:
    """The patients behind the counts of ``wait-curve``; takes the same."""
    rows = ended_waits(cohort)
    return behind("patient", sa.select(rows).where(rows.c.day >= 0).subquery("valid"), by)


METRIC = Metric(
    "wait-curve",
    "the share of the referred not yet seen, by days",
    wait_curve,
    (Option("by", "what the curves are split by: what is known before treatment", "none", REFERRAL_SPLITS),),
    COLUMNS,
    members=members,
)
