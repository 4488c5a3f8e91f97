"""Fixtures of the whole suite (loaded by ``-p`` in pyproject.toml): the hand-counted clinic on each engine."""

import fcntl
import gc
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from hypothesis import settings

from dashboard import store
from dashboard.clinic_file import ClinicFile, read_clinic_file
from dashboard.demo.clinic import make_demo
from dashboard.demo.options import Options
from dashboard.importing.run import import_folder
from dashboard.store import Builds, Store
from tests import hand as hands
from tests.engines import copy_build, postgres

# How long a case takes is the machine's affair: a busy one must not fail a test.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: left alone by the collector, which else walks over it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first who asks for it makes, for all processes of the run."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with folder.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.fstat(lock.fileno()).st_size:
            folder.mkdir()
            make(folder)
            lock.write("made")
    return folder


@pytest.fixture(scope="session", autouse=True)
def easy_passwords() -> Iterator[None]:
    """A hash tells what work it asks; a quarter of a second for each of some hundred sign-ins is a minute or two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dashboard.records._HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def one_thread_a_reader() -> Iterator[None]:
    """No table read here has rows for a second thread of the engine, and the cores have their processes already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(store._READ_ONLY, "threads", 1)
        yield


@pytest.fixture(scope="session")
def clinic_file(tmp_path_factory: pytest.TempPathFactory) -> ClinicFile:
    """The defaults, in the time zone of the hand cases."""
    path = tmp_path_factory.mktemp("clinic") / "clinic.toml"
    path.write_text(f'timezone = "{hands.ZONE}"\n', encoding="utf-8")
    return read_clinic_file(path)


@pytest.fixture(scope="session")
def hand_build(tmp_path_factory: pytest.TempPathFactory, clinic_file: ClinicFile) -> Iterator[Store]:
    """The build of every hand case, made by the importer."""

    def make(folder: Path) -> None:
        builds = Builds(folder / "home")
        report = import_folder(hands.write_cases(folder / "export"), builds, clinic_file, as_of=hands.AS_OF)
        assert all(table.quarantined == 0 for table in report.tables.values()), report.as_dict()
        builds.close()

    builds = Builds(once(tmp_path_factory, "hand", make) / "home")
    yield builds.current()
    builds.close()


@pytest.fixture(scope="session")
def demo_clinic(tmp_path_factory: pytest.TempPathFactory, clinic_file: ClinicFile) -> Callable[[Options], Path]:
    """Makes a demo clinic, once for all who ask for it: its files in ``export``, its build in ``home``."""

    def made(options: Options) -> Path:
        def make(folder: Path) -> None:
            make_demo(options).write(folder / "export")
            builds = Builds(folder / "home")
            import_folder(folder / "export", builds, clinic_file, as_of=options.date)
            builds.close()

        return once(tmp_path_factory, f"demo-{hashlib.sha256(repr(options).encode()).hexdigest()[:16]}", make)

    return made


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
