"""Damage on the way: what was published stays, the next import works, and the failure is one sentence."""

import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
import sqlalchemy as sa

from dashboard.clinic_file import ClinicFile
from dashboard.importing.read import Reading
from dashboard.importing.room import room_in
from dashboard.importing.run import import_folder
from dashboard.importing.text import Refused
from dashboard.store import Builds, StoreError
from tests.hand import write_export
from tests.importing.twins import AS_OF, TABLES

ROOT = Path(__file__).parents[2]
ANY_LOSS = Reading(loss_percent=100)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write_export(tmp_path / "export", TABLES)


@pytest.fixture
def builds(tmp_path: Path, export: Path, clinic_file: ClinicFile) -> Builds:
    """A home with the small export published, as of the day before."""
    found = Builds(tmp_path / "home")
    import_folder(export, found, clinic_file, as_of=AS_OF.replace(day=29))
    found.close()
    return found


def home_of(builds: Builds) -> list[str]:
    return sorted(path.name for path in builds.home.iterdir())


def test_two_imports_at_once_are_one(builds: Builds, export: Path, clinic_file: ClinicFile) -> None:
    before = home_of(builds)
    other = Builds(builds.home)

    def say(sentence: str) -> None:
        if "checking" in sentence:
            with pytest.raises(StoreError, match=r"Another import into .* is running; wait until it has ended."):
                import_folder(export, other, clinic_file, as_of=AS_OF)

    report = import_folder(export, builds, clinic_file, as_of=AS_OF, say=say)
    assert builds.current().build == report.build
    assert home_of(builds) != before
    builds.close()


def test_the_next_import_removes_what_a_killed_one_left(builds: Builds, export: Path, clinic_file: ClinicFile) -> None:
    (builds.home / "draft-x.duckdb").write_bytes(b"x")
    (builds.home / "draft-x.tmp").mkdir()
    (builds.home / "raw-x").mkdir()
    (builds.home / "raw-x" / "patients.parquet").write_bytes(b"x")
    (builds.home / "current-x").write_text("x", encoding="utf-8")
    import_folder(export, builds, clinic_file, as_of=AS_OF)
    assert [name for name in home_of(builds) if not name.startswith("store-")] == ["current"]
    builds.close()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: (folder / "assessments.csv").unlink(), r"assessments.csv cannot be read"),
        (lambda folder: (folder / "assessments.csv").rename(folder / "gone.csv"), r"assessments.csv cannot be read"),
        (lambda folder: (folder / "assessments.csv").write_bytes(b""), r"assessments.csv changed while it was"),
    ],
)
def test_a_source_that_vanishes_is_refused(
    builds: Builds, export: Path, clinic_file: ClinicFile, damage: Callable[[Path], object], sentence: str
) -> None:
    before = home_of(builds)

    def say(told: str) -> None:
        if told.startswith("patients: checking"):
            damage(export)

    with pytest.raises(Refused, match=sentence):
        import_folder(export, builds, clinic_file, as_of=AS_OF, say=say)
    assert home_of(builds) == before


def test_a_cell_of_megabytes_and_a_header_of_thousands_are_no_trouble(
    builds: Builds, export: Path, clinic_file: ClinicFile
) -> None:
    events = export / "events.csv"
    row = f'12,2024-05-06,other,"{"x" * (1 << 20)}"\n'
    events.write_text("patient_id,happened_on,kind,text\n" + row, encoding="utf-8")
    assert import_folder(export, builds, clinic_file, reading=ANY_LOSS, as_of=AS_OF).tables["events"].accepted == 1
    names = [f"column {number}" for number in range(3000)]  # a header of 38 kB
    events.write_text(f"patient_id,happened_on,kind,{','.join(names)}\n12,2024-05-06,other{',' * 3000}\n")
    report = import_folder(export, builds, clinic_file, reading=ANY_LOSS, as_of=AS_OF)
    assert report.tables["events"].accepted == 1
    assert any(note.endswith("column 49 and 2,950 more.") for note in report.notes)
    events.write_text(f'patient_id,happened_on,kind,text\n12,2024-05-06,other,"{"x" * (3 << 20)}"\n')
    with pytest.raises(Refused, match=r"events.csv, line 2: the row is longer than 2 MB"):
        import_folder(export, builds, clinic_file, reading=ANY_LOSS, as_of=AS_OF)
    events.unlink()
    table = pa.table(
        {"patient_id": ["12", "12"], "happened_on": ["2024-05-06"] * 2, "kind": ["other", "x" * (3 << 20)]}
    )
    pyarrow.parquet.write_table(table, events.with_suffix(".parquet"))
    with pytest.raises(Refused, match=r"events.parquet, row 3: the row is longer than 2 MB"):
        import_folder(export, builds, clinic_file, reading=ANY_LOSS, as_of=AS_OF)
    builds.close()


@pytest.mark.parametrize("room", [4_000, 600_000])
def test_a_full_disk_is_one_sentence(builds: Builds, export: Path, tmp_path: Path, room: int) -> None:
    """No file may grow beyond the room that there is: the scratch, the draft, or its log fails."""
    before = home_of(builds)
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", "import", str(export), "--as-of", AS_OF.isoformat()],
        cwd=ROOT,
        env={"CLINIC_HOME": str(builds.home), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    last = done.stderr.splitlines()[-1]
    assert last == f"There is no room to write in {builds.home}; free some space there, then import again."
    assert "Traceback" not in done.stderr
    assert home_of(builds) == before


def test_an_import_killed_at_any_moment_leaves_a_whole_build(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    one = write_export(tmp_path / "one", TABLES)
    two = write_export(tmp_path / "two", {**TABLES, "patients": TABLES["patients"][:1]})
    # a hundred were killed by hand: python -m tests.importing.killed HOME ONE TWO 100
    call = [sys.executable, "-m", "tests.importing.killed", str(tmp_path / "home"), str(one), str(two), "4"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.fullmatch(r"(\d+) killed, (\d+) through, left: clinic.toml, current\n", done.stdout)
    assert found, done.stdout
    assert int(found[1]) == 4


def test_a_full_memory_is_no_full_disk(tmp_path: Path) -> None:
    little = {"config": {"memory_limit": "20MB", "temp_directory": ""}}
    engine = sa.create_engine("duckdb:///:memory:", connect_args=little)
    many = "CREATE TABLE t AS SELECT range AS a, hash(range) AS b, 'text ' || range AS c FROM range(5000000)"
    said = pytest.raises(Refused, match="more than the 500MB that an import may take; nothing was changed")
    with said, room_in(tmp_path), engine.begin() as connection:
        connection.exec_driver_sql(many)
    engine.dispose()
