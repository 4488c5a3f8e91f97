"""The Data page: what it says is what the import reported, and only those who may see it do."""

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.access import NothingPublished, Viewer, quarantine_for, records_for
from dashboard.auth.permissions import Forbidden
from dashboard.clinic import Clinic, open_clinic
from dashboard.importing.read import Reading
from dashboard.importing.run import import_folder
from dashboard.settings import Settings
from dashboard.store import Builds
from dashboard.tabs import data, parts
from tests.calls import call
from tests.conftest import Running
from tests.export import AS_OF
from tests.hand import write_export

ADMIN = Viewer("an-admin", "admin")


@pytest.fixture(scope="module")
def mended_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three good rows, and five of which none is: two reasons in one row, a twin, a formula, a future score."""
    who = {"patient_id": "p1"}
    seen = {"session_id": "s1", "scheduled_at": "2024-03-04T10:00", "status": "completed", "drug": "ketamine"}
    folder = tmp_path_factory.mktemp("mended")
    export = write_export(
        folder / "export",
        {
            "patients": [
                {**who, "diagnosis": "depression"},
                {**who, "diagnosis": "depression"},
                {"patient_id": "=1+1", "diagnosis": "sadness", "sex": "x"},
            ],
            "sessions": [{**who, **seen, "route": "iv"}, {**who, **seen, "session_id": "s2", "route": "ear"}],
            "assessments": [{**who, "instrument": "PHQ-9", "assessed_at": "2034-03-04", "score": 20}],
            "side_effects": [
                {**who, "session_id": "s1", "term": "Weird dreams"},
                {**who, "session_id": "s2", "term": "nausea"},
            ],
        },
    )
    home = folder / "home"
    builds = Builds(home)
    import_folder(export, builds, Settings(home=home).clinic(), as_of=AS_OF)
    builds.close()
    return home


@pytest.fixture
def mended(mended_home: Path, tmp_path: Path) -> Iterator[Clinic]:
    clinic = open_clinic(Settings(home=Path(shutil.copytree(mended_home, tmp_path / "home"))))
    yield clinic
    clinic.close()


def test_the_page_says_what_was_counted_by_hand(mended: Clinic) -> None:
    shown = data.content(ADMIN, mended)
    assert shown["answer"].replace(parts.NBSP, " ") == (
        "Records as of 30 June 2024: 3 of 8 rows accepted; 5 set aside, which no number counts."
    )
    counts = {row["table"]: (row["state"], row["read"], row["accepted"], row["quarantined"]) for row in shown["tables"]}
    assert counts["patients"] == ("yes", 3, 1, 2)
    assert counts["sessions"] == ("yes", 2, 1, 1)
    assert counts["assessments"] == ("yes", 1, 0, 1)
    assert counts["side_effects"] == ("yes", 2, 1, 1)
    assert counts["vitals"] == ("no", None, None, None)
    assert len(counts) == 10
    assert "Not in the export, so what needs them is left out: vitals" in shown["notes"]
    assert (
        "primary scale of the diagnosis: 0 of 1 courses due. A filled side-effect form: 1 of 1 completed"
        in shown["complete-count"]
    )
    assert [(row["site"], row["n_due"], row["n_both"], row["n_with_form"]) for row in shown["complete"]] == [
        ("unknown", 1, 0, 1)
    ]
    assert [(row["table"], row["column"], row["rule"], row["n_rows"]) for row in shown["rules"]] == [
        ("assessments", "assessed_at", "in-the-future", 1),
        ("patients", "diagnosis", "not-valid", 1),
        ("patients", "patient_id", "duplicate", 1),
        ("patients", "sex", "not-valid", 1),
        ("sessions", "route", "not-valid", 1),
        ("side_effects", "session_id", "session-quarantined", 1),
    ]
    assert [(row["file"], row["row"]) for row in shown["rows"]] == [
        ("assessments.csv", 2),
        ("patients.csv", 3),
        ("patients.csv", 4),
        ("sessions.csv", 3),
        ("side_effects.csv", 3),
    ]
    assert shown["terms"] == [{"written": "Weird dreams", "n_events": 1}]
    assert not shown["aside"]
    assert not shown["unlisted"]


def test_what_there_is_nothing_to_say_of_is_left_out(clinic: Clinic) -> None:
    shown = data.content(ADMIN, clinic)
    assert "none was set aside" in shown["answer"]
    assert shown["aside"]
    assert shown["unlisted"]


def test_a_row_with_two_reasons_is_one_line(mended: Clinic) -> None:
    lines = quarantine_for(ADMIN, mended)
    both = lines[lines["patient_id"] == "=1+1"].iloc[0]
    assert both["rule"] == "not-valid; not-valid"
    assert both["column"] == "diagnosis; sex"
    assert quarantine_for(ADMIN, mended, most=2).equals(lines.head(2))


def test_every_look_at_the_rows_is_in_the_access_log(mended: Clinic) -> None:
    records_for(ADMIN, mended)
    assert not mended.audit.entries()
    quarantine_for(ADMIN, mended)
    (entry,) = mended.audit.entries()
    assert (entry.user, entry.action) == ("an-admin", "view-data")
    assert entry.subject.startswith("quarantine of 2")


def test_the_file_has_every_row_and_no_formula(running: Running) -> None:
    export = running.clinic.settings.home.parent / "again"
    write_export(export, {"patients": [{"patient_id": "=1+1", "diagnosis": "sadness"}]})
    settings = running.clinic.settings
    import_folder(export, running.clinic.builds, settings.clinic(), reading=Reading(loss_percent=100), as_of=AS_OF)
    answer = call(running, running.signed_in("admin"), "data-file.data", {"data-csv": 1})
    file = answer.get_json()["response"]["data-file"]["data"]
    assert file["filename"] == "rows-set-aside-2024-06-30.csv"
    (row,) = csv.DictReader(io.StringIO(file["content"]))
    assert (row["patient_id"], row["value"], row["row"]) == ("'=1+1", "sadness", "2")
    assert '"patient_id":"=1+1"' in row["raw"]


@pytest.mark.parametrize("role", ["clinician", "presenter", "owner", ""])
def test_it_checks_role(mended: Clinic, role: str) -> None:
    viewer = Viewer("x", role)
    for ask in (records_for, quarantine_for, lambda one, clinic: data.content(one, clinic)):
        with pytest.raises(Forbidden):
            ask(viewer, mended)
    assert not mended.audit.entries()


def test_nothing_published_is_its_own_error(tmp_path: Path) -> None:
    empty = open_clinic(Settings(home=tmp_path))
    with pytest.raises(NothingPublished):
        data.content(ADMIN, empty)
    empty.close()
