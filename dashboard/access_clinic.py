"""What those who treat write about the clinic, not about a person: named cohorts, and what happened when."""

import datetime
from collections.abc import Mapping
from typing import Any

from dashboard.access import Viewer
from dashboard.annotations import Annotation
from dashboard.auth.permissions import VIEW_PEOPLE, VIEW_THROUGHPUT, require
from dashboard.clinic import Clinic
from dashboard.cohorts import Saved


def saved_cohorts(viewer: Viewer, clinic: Clinic) -> list[Saved]:
    """The cohorts that have a name, for someone who may look behind numbers. Raises Forbidden."""
    require(viewer.role, VIEW_PEOPLE)
    return clinic.cohorts.standing()


def save_cohort(viewer: Viewer, clinic: Clinic, name: str, filters: Mapping[str, Any]) -> None:
    """Give a cohort a name. Raises Forbidden, and RecordsError for what is none."""
    require(viewer.role, VIEW_PEOPLE)
    clinic.cohorts.save(name, filters, author=viewer.name)


def forget_cohort(viewer: Viewer, clinic: Clinic, name: str) -> None:
    """Take a cohort's name away. Raises as save_cohort."""
    require(viewer.role, VIEW_PEOPLE)
    clinic.cohorts.forget(name, author=viewer.name)


def annotations_of(viewer: Viewer, clinic: Clinic, *, every_entry: bool = False) -> list[Annotation]:
    """What happened at the clinic, for someone who may see its throughput; or every entry. Raises Forbidden.

    Somebody wrote it, so that presenters, and those who show people in code, may not read it.
    """
    require(viewer.role, VIEW_THROUGHPUT)
    return clinic.annotations.history() if every_entry else clinic.annotations.standing()


def annotate(viewer: Viewer, clinic: Clinic, on_date: datetime.date, text: str, *, is_change: bool) -> None:
    """Write what happened. Raises Forbidden, and RecordsError for what is no annotation."""
    require(viewer.role, VIEW_THROUGHPUT)
    clinic.annotations.add(on_date, text, is_change=is_change, author=viewer.name)


def withdraw_annotation(viewer: Viewer, clinic: Clinic, annotation: str) -> None:
    """Take one out of the figures. Raises as annotate."""
    require(viewer.role, VIEW_THROUGHPUT)
    clinic.annotations.withdraw(annotation, author=viewer.name)
