"""What is different between two loads: counted by table, asked about where much would vanish, nothing where nothing."""

import datetime
import shutil
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.clinic_file import ClinicFile
from dashboard.importing.changes import Change
from dashboard.importing.read import AS_NAMED, Reading
from dashboard.importing.run import Report, import_folder
from dashboard.importing.text import Refused
from dashboard.store import Builds
from tests.hand import Row, write_export
from tests.importing.twins import AS_OF

TABLES: dict[str, list[Row]] = {
    "patients": [{"patient_id": f"{n}", "diagnosis": "ocd", "name": f"N{n}"} for n in range(10)],
    "sessions": [
        {"session_id": f"{n}", "patient_id": f"{n}", "scheduled_at": "2024-03-04", "status": "cancelled"}
        for n in range(10)
    ],
    "events": [{"patient_id": f"{n}", "happened_on": "2024-03-04", "kind": "other"} for n in range(10)],
}


@pytest.fixture
def builds(tmp_path: Path, clinic_file: ClinicFile) -> Builds:
    """A home where the ten people are published."""
    found = Builds(tmp_path / "home")
    import_folder(write_export(tmp_path / "export", TABLES), found, clinic_file, as_of=AS_OF)
    return found


def load(builds: Builds, clinic: ClinicFile, reading: Reading = AS_NAMED, **tables: list[Row]) -> Report:
    folder = builds.home.parent / "export"
    shutil.rmtree(folder)
    write_export(folder, {**TABLES, **tables})
    return import_folder(folder, builds, clinic, reading=reading, as_of=AS_OF)


def test_new_changed_and_vanished_rows_are_counted(builds: Builds, clinic_file: ClinicFile) -> None:
    # person 0 goes, 1 is renamed, 10 and 11 come; of the events one is another, which without a key is gone and new
    patients = [{**row, "name": "X"} if row["patient_id"] == "1" else row for row in TABLES["patients"][1:]]
    patients += [{"patient_id": "10", "diagnosis": "ocd"}, {"patient_id": "11", "diagnosis": "ocd"}]
    events = [*TABLES["events"][1:], {**TABLES["events"][1], "kind": "death"}]
    report = load(builds, clinic_file, patients=patients, sessions=TABLES["sessions"][1:], events=events)
    assert report.changes["patients"] == Change(before=10, new=2, changed=1, vanished=1)
    assert report.changes["sessions"] == Change(before=10, new=0, changed=0, vanished=1)
    assert report.changes["events"] == Change(before=10, new=1, changed=0, vanished=1)
    assert report.changes["vitals"] == Change(0, 0, 0, 0)
    assert report.build == builds.current().build
    builds.close()


def test_the_same_source_changes_nothing(builds: Builds, clinic_file: ClinicFile) -> None:
    before = sorted((path.name, path.stat().st_mtime_ns) for path in builds.home.iterdir())
    report = load(builds, clinic_file, patients=TABLES["patients"][::-1])  # in another order, too
    assert report.unchanged
    assert report.build == builds.current().build
    assert sorted((path.name, path.stat().st_mtime_ns) for path in builds.home.iterdir()) == before
    builds.close()


def test_another_day_or_a_row_set_aside_is_a_change(builds: Builds, clinic_file: ClinicFile, tmp_path: Path) -> None:
    tomorrow = AS_OF + datetime.timedelta(1)
    first = builds.current().build
    second = import_folder(tmp_path / "export", builds, clinic_file, as_of=tomorrow)
    assert not second.unchanged
    assert second.build != first
    events = [*TABLES["events"], {"patient_id": "1", "happened_on": "2024-03-04", "kind": "party"}]
    third = load(builds, clinic_file, events=events)
    assert not third.unchanged
    builds.close()


@pytest.mark.parametrize("lost", [1, 2])
def test_more_than_the_set_share_asks_for_a_yes(builds: Builds, clinic_file: ClinicFile, lost: int) -> None:
    first = builds.current().build
    kept = TABLES["events"][lost:]
    if lost == 1:  # 10 % is not more than 10 %
        assert load(builds, clinic_file, events=kept).build != first
    else:
        with pytest.raises(
            Refused, match=r"events: 2 of the 10 rows that are published .* more than 10 %;.*--accept-loss"
        ):
            load(builds, clinic_file, events=kept)
        assert builds.current().build == first
        load(builds, clinic_file, Reading(loss_percent=20), events=kept)
        assert builds.current().build != first
    builds.close()


def test_a_table_that_is_gone_has_lost_all_its_rows(builds: Builds, clinic_file: ClinicFile) -> None:
    with pytest.raises(Refused, match="events: 10 of the 10 rows"):
        load(builds, clinic_file, events=[])
    assert load(builds, clinic_file, Reading(loss_percent=100), events=[]).changes["events"].vanished == 10
    builds.close()


def test_the_command_says_it(
    builds: Builds,
    clinic_file: ClinicFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    builds.close()
    monkeypatch.setenv("CLINIC_HOME", str(builds.home))
    (builds.home / "clinic.toml").write_text('timezone = "America/New_York"\n', encoding="utf-8")
    call = ["import", str(tmp_path / "export"), "--as-of", AS_OF.isoformat()]
    assert main(call) == 0
    assert "The records are those of build 2" in capsys.readouterr().out
    (tmp_path / "export" / "events.csv").unlink()
    assert main([*call, "--dry-run"]) == 0
    assert "more than 10 %; publishing will ask for --accept-loss." in capsys.readouterr().out
    assert main(call) == 1
    assert capsys.readouterr().err.splitlines()[-1].endswith("import again with --accept-loss if that is meant.")
    assert main([*call, "--accept-loss"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["patients", "10", "10", "0", "0", "0", "0"] in lines
    assert ["events", "0", "0", "0", "0", "0", "10"] in lines
