"""The command line: what it prints, its exit codes, and that a failure is one sentence."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.metrics import METRICS
from dashboard.model import TABLES
from tests.hand import write_export

ROOT = Path(__file__).parent.parent
NIMH = ROOT / "tests" / "data" / "nimh-ketamine"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home with a time zone."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "clinic.toml").write_text('timezone = "America/New_York"\n', encoding="utf-8")
    monkeypatch.setenv("CLINIC_HOME", str(folder))
    return folder


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the fifty people of NIMH."""
    folder = tmp_path_factory.mktemp("nimh")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLINIC_HOME", str(folder))
        assert main(["import", str(NIMH), "--as-of", "2024-06-01"]) == 0
    return folder


@pytest.fixture
def nimh(imported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_HOME", str(imported))


def test_the_help_says_what_a_source_may_be(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["import", "--help"])
    words = " ".join(capsys.readouterr().out.split())
    assert "a folder, .zip or .xlsx of files named after the tables, or a SQL address" in words


def test_import_reports_per_table_and_rule(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / "patients.csv").write_text("patient_id,diagnosis\n1,depression\n2,grief\n", encoding="utf-8")
    (export / "sessions.csv").write_text("session_id,patient_id,scheduled_at,status\n", encoding="utf-8")
    (export / "assessments.csv").write_text("patient_id,instrument,assessed_at\n", encoding="utf-8")
    assert main(["import", str(export), "--as-of", "2024-06-01"]) == 0
    printed = capsys.readouterr()
    lines = [line.split() for line in printed.out.splitlines()]
    assert ["patients", "2", "1", "1"] in lines
    assert ["1", "×", "not-valid", "(diagnosis)"] in lines
    assert "patients: checking 2 rows" in printed.err
    assert main(["quarantine", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["table"], row["row"], row["column"], row["value"]) for row in rows] == [
        ("patients", "3", "diagnosis", "grief")
    ]
    assert rows[0]["message"].startswith("diagnosis must be one of depression, ")


def test_a_row_set_aside_for_several_reasons_is_one_line(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / "patients.csv").write_text("patient_id,diagnosis,sex\n1,grief,x\n", encoding="utf-8")
    (export / "sessions.csv").write_text("session_id,patient_id,scheduled_at,status\n", encoding="utf-8")
    (export / "assessments.csv").write_text("patient_id,instrument,assessed_at\n", encoding="utf-8")
    main(["import", str(export)])
    capsys.readouterr()
    main(["quarantine", "--table", "patients", "--format", "json"])
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [(row["column"], row["value"], row["rule"]) for row in rows] == [
        ("diagnosis; sex", "grief; x", "not-valid; not-valid")
    ]


def test_the_json_report_has_the_same_facts(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(NIMH), "--as-of", "2024-06-01", "--dry-run", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["build"], report["as_of"], report["timezone"]) == ("", "2024-06-01", "America/New_York")
    assert report["tables"]["patients"] == {"read": 50, "accepted": 50, "quarantined": 0, "rules": []}
    assert not (home / "current").exists()


@pytest.mark.usefixtures("nimh")
def test_a_metric_prints_all_digits(capsys: pytest.CaptureFixture[str]) -> None:
    call = ["metrics", "response", "--where", "diagnosis=depression", "--baseline-at-least", "0"]
    call += ["--instrument", "MADRS", "--window", "1-3", "--by", "none"]
    assert main([*call, "--format", "csv"]) == 0
    printed = capsys.readouterr()
    row = next(csv.DictReader(io.StringIO(printed.out)))
    assert (row["n_scored"], row["n_responded"], row["response_rate"]) == ("27", "6", repr(6 / 27))
    assert row["n_reliably_improved"] == ""
    assert printed.err.startswith("MADRS: response = 50 % or more below the baseline; remission = 10 or less;")
    assert main([*call, "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"][0]["response_rate"] == pytest.approx(6 / 27, abs=1e-15)
    assert answer["rows"][0]["n_reliably_improved"] is None
    assert answer["notes"][0].startswith("MADRS: ")
    assert main(call) == 0
    assert "0.222222" in capsys.readouterr().out


def test_an_option_may_be_given_several_times(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = {"patient_id": "1", "status": "completed", "route": "iv", "drug": "ketamine"}
    days = [f"2024-03-{day:02d}" for day in (4, 5, 5, 6, 7, 7, 8)]  # 1, 2, 1, 2, 1 sessions
    sessions = [{**given, "session_id": place, "scheduled_at": day} for place, day in enumerate(days)]
    export = write_export(
        tmp_path / "export", {"patients": [{"patient_id": "1", "diagnosis": "depression"}], "sessions": sessions}
    )
    assert main(["import", str(export), "--as-of", "2024-06-01"]) == 0
    capsys.readouterr()
    words = ["metrics", "spc", "--metric", "n_completed", "--period", "day", "--target", "1.5", "--format", "json"]
    assert main([*words, "--rebase", "2024-03-05", "--rebase", "2024-03-06"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["mean"] for row in rows] == [1, 2, *[pytest.approx(4 / 3)] * 3]
    assert [row["assurance"] for row in rows] == [None, None, *["hit-and-miss"] * 3]
    with pytest.raises(SystemExit) as stopped:
        main([*words, "--rebase", "soon"])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith("Argument --rebase: invalid date value: 'soon'")


@pytest.mark.usefixtures("nimh")
def test_a_trajectory_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", "trajectory", "--patient", "sub-MOA101", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    # from the files: 35 on 2023-12-30, dose on 2024-01-01, 24 two days later
    assert list(rows[1].values()) == [
        *("MADRS", "2024-01-03T16:00:00", "1", "2", "1", "24.0", "-11.0"),
        *(repr(-1100 / 35), "moderate", "partial", "False"),
    ]


@pytest.mark.usefixtures("nimh")
def test_a_build_of_an_earlier_program_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as other:
        other.setattr("dashboard.clinical.cohort.LAYOUT", {"courses": ["patient_id"]})
        assert main(["metrics", "induction"]) == 1
        assert "Import the export again" in capsys.readouterr().err
    assert main(["metrics", "induction"]) == 0


def test_metrics_lists_every_metric(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(METRICS)


@pytest.mark.usefixtures("nimh")
@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (["metrics", "response", "--by", "phase"], "by has no 'phase'; there are: clinician, diagnosis"),
        (["metrics", "response", "--where", "phase=induction"], "phase belongs to a session"),
        (["metrics", "response", "--where", "site=Nowhere"], "site has no 'Nowhere'; there are: NIMH, unknown."),
        (["metrics", "response", "--where", "site"], "Argument --where: 'site' is not COLUMN=VALUE"),
        (["metrics", "response", "--from", "1.1.2024"], "Argument --from: '1.1.2024' is not a date like 2024-03-31."),
        (["metrics", "response", "--baseline-at-least", "ten"], "Argument --baseline-at-least: invalid points value"),
        (["metrics", "response", "--baseline-at-least", "nan"], "Argument --baseline-at-least: invalid points value"),
        (["metrics", "trajectory", "--patient", "nobody"], "patient has no 'nobody'"),
        (["metrics", "trajectory"], "The following arguments are required: --patient."),
        (["metrics", "responses"], "Argument NAME: invalid choice: 'responses' (choose from 'response'"),
        (["export"], "Argument COMMAND: invalid choice: 'export' (choose from 'import'"),
        (["user", "add", "x", "--role", "boss"], "Argument --role: invalid choice: 'boss'"),
        (["serve", "--port", "0"], "Argument --port: '0' is not a port"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_2(
    call: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(call)
    except SystemExit as stop:
        code = stop.code  # type: ignore[assignment]
    printed = capsys.readouterr()
    assert code == 2
    assert printed.err.startswith(sentence)
    assert len(printed.err.splitlines()) == 1
    assert printed.out == ""


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (["import", "/nowhere/at/all"], "/nowhere/at/all is not a folder"),
        (["metrics", "response"], "No records are published in "),
        (["quarantine"], "No records are published in "),
        (["user", "disable", "nobody"], ""),
    ],
)
def test_refused_input_is_one_sentence_and_exit_1(
    home: Path, call: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(call) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith(sentence)
    assert len(printed.err.splitlines()) == 1


def test_a_wrong_setting_is_one_sentence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "clinic.toml").write_text("course_gap = 60\n", encoding="utf-8")
    assert main(["import", str(NIMH)]) == 1
    assert capsys.readouterr().err.startswith("clinic.toml, line 1: course_gap = 60;")


def test_what_nobody_foresaw_is_one_sentence_without_its_values(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Ann Ash, born 1980-01-01")

    monkeypatch.setattr("dashboard.cli.import_folder", fail)
    assert main(["import", str(NIMH)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("The program itself failed (RuntimeError at test_cli.py:")
    assert "Ann" not in said


def test_templates_are_importable(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "empty"
    assert main(["template", str(folder)]) == 0
    assert {path.stem for path in folder.iterdir()} == set(TABLES)
    assert main(["import", str(folder)]) == 0
    assert main(["template", str(folder)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["metrics", "response"]) == 0
    assert capsys.readouterr().out == "no rows\n"


def test_people_are_added_listed_disabled_and_reset(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long password\n"))
    assert main(["user", "add", "ann", "--role", "director"]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("another password\n"))
    assert main(["user", "reset", "ann"]) == 0
    assert main(["user", "disable", "ann"]) == 0
    capsys.readouterr()
    assert main(["user", "list"]) == 0
    assert capsys.readouterr().out.split() == ["ann", "director", "disabled"]
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert main(["user", "add", "bob", "--role", "director"]) == 1


def test_the_program_runs_as_a_module(imported: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", "metrics", "response", "--by", "none", "--instrument", "HAM-D17"],
        cwd=ROOT,
        env={"CLINIC_HOME": str(imported), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "HAM-D17" in done.stdout


@pytest.mark.usefixtures("nimh")
def test_small_cells_are_hidden_of_everyone_and_of_nobody_less(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["metrics", "response", "--by", "none", "--instrument", "MADRS", "--hide-small", "--format", "csv"]
    assert main(asked) == 0
    printed = capsys.readouterr()
    row = next(csv.DictReader(io.StringIO(printed.out)))
    # 31 of the fifty have a depression; the last scores are of day 10, the window opens on day 14
    assert [row[name] for name in ("n_started", "n_due", "n_scored", "n_responded")] == ["31", "31", "0", "0"]
    assert row["n_reliably_improved"] == "hidden"
    assert "Counts from 1 to 10 are hidden" in printed.err
    for more in (["--where", "sex=female"], ["--from", "2020-01-01"], ["--window", "last"], ["--by", "clinician"]):
        assert main([*asked, *more]) == 2
        printed = capsys.readouterr()
        assert "mall cells are hidden" in printed.err
        assert printed.err.count("\n") == 1
        assert not printed.out
