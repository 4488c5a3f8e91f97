"""Who may see which people: fetch and authorise in one call, so that neither is done without the other."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.auth.permissions import Action, require
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort


@dataclass(frozen=True)
class Viewer:
    """Who is looking."""

    name: str
    role: str


class NothingPublished(LookupError):
    """There are no records to look at yet."""


def cohort_for(
    viewer: Viewer,
    clinic: Clinic,
    action: Action,
    *,
    where: Mapping[str, tuple[str, ...]] | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Cohort:
    """The courses that the filters let through, for someone who may look at them.

    Raises Forbidden for a role that may not, NothingPublished without records, OptionError for a filter that does not
    exist.
    """
    require(viewer.role, action)
    if not clinic.builds.published():
        raise NothingPublished
    return Cohort(clinic.builds.current(), where or {}, since, until)
