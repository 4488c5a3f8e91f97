"""A clinic without a server around it, and everyone in it as a director sees them."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard.access import Viewer, cohort_for
from dashboard.auth.permissions import VIEW_OUTCOMES
from dashboard.clinic import Clinic, open_clinic
from dashboard.clinical.cohort import Cohort
from dashboard.importing.run import import_folder
from dashboard.settings import Settings
from dashboard.store import Builds
from tests.hand import write_export

DIRECTOR = Viewer("a-director", "director")


@pytest.fixture
def clinic(home: Path) -> Iterator[Clinic]:
    one = open_clinic(Settings(home=home))
    yield one
    one.close()


@pytest.fixture
def cohort(clinic: Clinic) -> Cohort:
    return cohort_for(DIRECTOR, clinic, VIEW_OUTCOMES)


@pytest.fixture
def almost_empty(tmp_path: Path) -> Callable[..., Clinic]:
    """A clinic of the required tables with some sessions of one person, as of 31 January 2024."""

    def make(*sessions: dict[str, object]) -> Clinic:
        who = {"patient_id": "1"}
        rows = [{**who, "session_id": place, **each} for place, each in enumerate(sessions)]
        export = write_export(tmp_path / "one", {"patients": [{**who, "diagnosis": "other"}], "sessions": rows})
        builds = Builds(tmp_path / "home")
        import_folder(export, builds, Settings(home=tmp_path / "home").clinic(), as_of=datetime.date(2024, 1, 31))
        builds.close()
        return open_clinic(Settings(home=tmp_path / "home"))

    return make
