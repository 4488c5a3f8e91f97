"""A clinic without a server around it, and everyone in it as a director sees them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.access import Viewer, cohort_for
from dashboard.auth.permissions import VIEW_OUTCOMES
from dashboard.clinic import Clinic, open_clinic
from dashboard.clinical.cohort import Cohort
from dashboard.settings import Settings

DIRECTOR = Viewer("a-director", "director")


@pytest.fixture
def clinic(home: Path) -> Iterator[Clinic]:
    one = open_clinic(Settings(home=home))
    yield one
    one.close()


@pytest.fixture
def cohort(clinic: Clinic) -> Cohort:
    return cohort_for(DIRECTOR, clinic, VIEW_OUTCOMES)
