"""People by name or identifier, and the courses of one of them."""

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.course import BEFORE_DOSE_SECONDS, resistant
from dashboard.clinical.tables import COURSES, DOSES, PRIMARY
from dashboard.model import SQL

MOST_FOUND = 20


def find_people(cohort: Cohort, text: str) -> pd.DataFrame:
    """Patients whose name has the text in it or whose identifier begins with it; MOST_FOUND at most.

    Columns ``patient_id``, ``name``, ``birth_date``, ``diagnosis``; those whose identifier or name begins with the
    text come first.
    """
    p = SQL["patients"].c
    name, identifier = sa.func.lower(sa.func.coalesce(p.name, "")), sa.func.lower(p.patient_id)
    text = text.strip().lower()
    begins = sa.or_(identifier.startswith(text, autoescape=True), name.startswith(text, autoescape=True))
    nearness = sa.case((identifier == text, 0), (begins, 1), else_=2)
    return cohort.read(
        sa.select(p.patient_id, p.name, p.birth_date, p.diagnosis)
        .where(sa.or_(begins, name.contains(text, autoescape=True)))
        .order_by(nearness, name.collate("C"), p.patient_id.collate("C"))
        .limit(MOST_FOUND)
    )


def person(cohort: Cohort, patient_id: str) -> pd.DataFrame:
    """One row of a patient and the primary scale of the diagnosis (empty where it has none); no row for nobody."""
    p = SQL["patients"].c
    return cohort.read(
        sa.select(
            *(p[name] for name in ("patient_id", "name", "birth_date", "sex", "diagnosis", "failed_trials")),
            resistant(p.diagnosis, p.failed_trials).label("resistant"),
            PRIMARY.c.instrument.label("primary"),
        )
        .outerjoin_from(SQL["patients"], PRIMARY, PRIMARY.c.diagnosis == p.diagnosis)
        .where(p.patient_id == patient_id)
    )


def doses_of(cohort: Cohort, patient_id: str) -> pd.DataFrame:
    """The completed sessions of a patient in order, with course, phase, dose (mg) and its moment."""
    d, s = DOSES.c, SQL["sessions"].c
    table = cohort.read(
        sa.select(
            sa.cast(d.dose_on, sa.DateTime).label("dose_on"),
            s.started_at.label("dose_at"),
            s.scheduled_at,
            *(d[name] for name in ("route", "drug", "course", "session_number", "phase")),
            s.dose_mg,
        )
        .join_from(DOSES, SQL["sessions"], s.session_id == d.session_id)
        .where(d.patient_id == patient_id)
        .order_by(d.dose_second, d.session_id.collate("C"))
    )
    table["dose_at"] = table["dose_at"].fillna(table.pop("scheduled_at") + pd.Timedelta(seconds=BEFORE_DOSE_SECONDS))
    return table


def courses_of(cohort: Cohort, patient_id: str) -> pd.DataFrame:
    """The courses of a patient in order."""
    return cohort.read(sa.select(COURSES).where(COURSES.c.patient_id == patient_id).order_by(COURSES.c.course))
