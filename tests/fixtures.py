"""Fixtures of the whole suite (loaded by ``-p`` in pyproject.toml): the hand-counted clinic on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings

from dashboard.clinic_file import ClinicFile, read_clinic_file
from dashboard.importing.run import import_folder
from dashboard.store import Builds, Store
from tests import hand as hands
from tests.engines import copy_build, postgres

# How long a case takes is the machine's affair: a busy one must not fail a test.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def clinic_file(tmp_path_factory: pytest.TempPathFactory) -> ClinicFile:
    """The defaults, in the time zone of the hand cases."""
    path = tmp_path_factory.mktemp("clinic") / "clinic.toml"
    path.write_text(f'timezone = "{hands.ZONE}"\n', encoding="utf-8")
    return read_clinic_file(path)


@pytest.fixture(scope="session")
def hand_build(tmp_path_factory: pytest.TempPathFactory, clinic_file: ClinicFile) -> Iterator[Store]:
    """The build of every hand case, made by the importer."""
    folder = tmp_path_factory.mktemp("hand")
    builds = Builds(folder / "home")
    report = import_folder(hands.write_cases(folder / "export"), builds, clinic_file, as_of=hands.AS_OF)
    assert all(table.quarantined == 0 for table in report.tables.values()), report.as_dict()
    yield builds.current()
    builds.close()


@pytest.fixture(scope="session")
def postgres_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """A real Postgres."""
    with postgres(Path(tmp_path_factory.mktemp("postgres"))) as engine:
        yield engine


@pytest.fixture(scope="session")
def postgres_build(hand_build: Store, postgres_engine: sa.Engine, clinic_file: ClinicFile) -> Store:
    """The same build on Postgres; copied once, in whatever order the tests come."""
    return copy_build(hand_build, postgres_engine, clinic_file)


@pytest.fixture(scope="session", params=["hand_build", "postgres_build"], ids=["duckdb", "postgres"])
def hand(request: pytest.FixtureRequest) -> hands.Hand:
    """Asks for the numbers of one hand case; the same on both engines."""
    return hands.Hand(request.getfixturevalue(request.param))
