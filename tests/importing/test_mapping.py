"""Mapping files: each worked example ends in the records of a plain twin; what cannot be used is refused."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
import xlsxwriter

from dashboard.cli import main
from dashboard.clinic_file import ClinicFile
from dashboard.importing.mapping import FOLDER, read_mapping
from dashboard.importing.quarantine import rows_set_aside
from dashboard.importing.query import fault_of
from dashboard.importing.read import Reading
from dashboard.importing.text import Refused
from dashboard.store import Builds
from tests.hand import Row
from tests.importing.twins import check_equal, plain, read

MAPPINGS = sorted(FOLDER.glob("*.toml"))


def example(name: str) -> Reading:
    return Reading(read_mapping(FOLDER / f"{name}.toml"))


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        lines = [",".join(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


CLIENTS = """
MRN | Client Name | DOB       | Gender | Dx     | Status     | Notes
007 | Ann Ash     | 12/31/1980| F      | F33.2  | Active     | likes tea
12  | Bo Birk     | 3/4/1975  | x      | F43.10 | DISCHARGED |
13  | Cy Cole     | 5/6/1990  | M      | Z00    | inquiry    |
"""
VISITS = """
Visit ID | Chart No | Start           | State   | Medication  | Dose | Weight
V1       | 007      | 3/31/2024 14:05 | Done    | Ketamine IV | 0.5  | 176
V2       | 12       | 4/2/2024 1:30 PM| Done    | Spravato    |      |
V3       | 12       | 4/9/2024 13:30  | No Show | Ketamine IM |      |
"""
FORMS = """
Chart No | Form | Filled     | Total | Tag
007      | PHQ9 | 31/03/2024 | 20    | a
007      | PHQ9 | 31/03/2024 | 20    | b
12       | WHO5 | 02/04/2024 | 7     | a
12       | WHO5 | 03/05/2024 09:00 | 12 | a
"""
# by hand: UTC is four hours ahead of New York's summer; 176 lb = 79.832257 kg, half a milligram for each = 39.916128
RENAMED: dict[str, list[Row]] = {
    "patients": [
        {
            "patient_id": "007",
            "name": "Ann Ash",
            "birth_date": "1980-12-31",
            "sex": "female",
            "diagnosis": "depression",
            "site": "Main Street",
        },
        {
            "patient_id": "12",
            "name": "Bo Birk",
            "birth_date": "1975-03-04",
            "sex": "other",
            "diagnosis": "ptsd",
            "site": "Main Street",
        },
    ],
    "sessions": [
        {
            "session_id": "V1",
            "patient_id": "007",
            "scheduled_at": "2024-03-31T10:05",
            "status": "completed",
            "route": "iv",
            "drug": "ketamine",
            "dose_mg": "39.916129",
            "weight_kg": "79.832257",
        },
        {
            "session_id": "V2",
            "patient_id": "12",
            "scheduled_at": "2024-04-02T09:30",
            "status": "completed",
            "route": "intranasal",
            "drug": "esketamine",
        },
        {
            "session_id": "V3",
            "patient_id": "12",
            "scheduled_at": "2024-04-09T09:30",
            "status": "no-show",
            "route": "im",
            "drug": "ketamine",
        },
    ],
    "assessments": [
        {"patient_id": "007", "instrument": "PHQ-9", "assessed_at": "2024-03-31", "score": 20},
        {"patient_id": "12", "instrument": "WHO-5", "assessed_at": "2024-04-02", "score": 28},
        {"patient_id": "12", "instrument": "WHO-5", "assessed_at": "2024-05-03T05:00", "score": 48},
    ],
}


def test_renamed_files(tmp_path: Path, clinic_file: ClinicFile) -> None:
    files = {"Clients.csv": CLIENTS.replace("MRN", "Chart No"), "Visits.csv": VISITS, "Forms.csv": FORMS, "x.csv": "a"}
    found, report = read(
        write_files(tmp_path / "export", files), tmp_path / "home", clinic_file, example("renamed-files")
    )
    check_equal(found, plain(tmp_path, clinic_file, RENAMED))
    # what is left out is said: a file, columns, rows
    assert "Left out, not one of the ten tables: x.csv." in report.notes
    assert "patients: columns left out, not among the table's columns: Notes (Clients.csv)." in report.notes
    assert "patients: 1 of 3 rows of Clients.csv are left out by the mapping (only, distinct)." in report.notes
    assert "assessments: 1 of 4 rows of Forms.csv are left out by the mapping (only, distinct)." in report.notes


def test_the_first_candidate_that_is_there_counts(tmp_path: Path, clinic_file: ClinicFile) -> None:
    files = {"Clients.csv": CLIENTS, "Visits.csv": VISITS, "Forms.csv": FORMS}
    export = write_files(tmp_path / "export", files)
    found, _ = read(export, tmp_path / "home", clinic_file, example("renamed-files"))
    assert list(found["patients"]["patient_id"]) == ["007", "12"]


PHQ = [f"phq9_{number}" for number in range(1, 10)]


def write_wide(path: Path, keys: list[list[object]]) -> Path:
    book = xlsxwriter.Workbook(path)
    sheets = {
        "Key": [["study_no", "mrn", "name"], *keys],
        "Visits": [
            ["study_no", "visit", "visit_date", *PHQ, "phq9_total", "madrs"],
            [1, "a", "2024-03-04", 3, 3, 2, 2, 2, 1, 1, 1, 1, 16, 30],
            [2, "b", "2024-03-05", *[""] * 9, "", 22],
            [1, "c", "2024-03-11", 1, 1, 1, 1, 0, 0, 0, 0, 0, "", ""],
        ],
    }
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    book.close()
    return path


def test_wide_scores_with_a_key(tmp_path: Path, clinic_file: ClinicFile) -> None:
    book = write_wide(tmp_path / "study.xlsx", [[1, "007", "Ann"], [2, "12", "Bo"]])
    found, report = read(book, tmp_path / "home", clinic_file, example("wide-scores"))
    session: Row = {"status": "completed", "route": "iv", "drug": "ketamine"}
    visits = {"a": ("007", "2024-03-04"), "b": ("12", "2024-03-05"), "c": ("007", "2024-03-11")}
    form: dict[str, Row] = {
        key: {"patient_id": patient, "assessed_at": day, "session_id": key} for key, (patient, day) in visits.items()
    }
    items = dict(zip([f"item_{n}" for n in range(1, 10)], (3, 3, 2, 2, 2, 1, 1, 1, 1), strict=True))
    later = dict(zip([f"item_{n}" for n in range(1, 10)], (1, 1, 1, 1, 0, 0, 0, 0, 0), strict=True))
    twin: dict[str, list[Row]] = {
        "patients": [{"patient_id": each, "diagnosis": "depression"} for each in ("007", "12")],
        "sessions": [
            {"session_id": key, "patient_id": patient, "scheduled_at": day, **session}
            for key, (patient, day) in visits.items()
        ],
        "assessments": [
            {**form["a"], "instrument": "PHQ-9", "score": 16, **items},
            {**form["c"], "instrument": "PHQ-9", **later},
            {**form["a"], "instrument": "MADRS", "score": 30, "respondent": "clinician"},
            {**form["b"], "instrument": "MADRS", "score": 22, "respondent": "clinician"},
        ],
    }
    check_equal(found, plain(tmp_path, clinic_file, twin))
    assert "assessments: 1 of 3 rows of study.xlsx [Visits] are no PHQ-9 form." in report.notes


def test_a_bad_row_of_a_scale_says_where_it_stands(tmp_path: Path, clinic_file: ClinicFile) -> None:
    book = write_wide(tmp_path / "study.xlsx", [[1, "007", ""]])
    _, report = read(book, tmp_path / "home", clinic_file, example("wide-scores"), whole=False)
    # the second visit's key is nobody's, so its session and its form have no patient
    assert report.tables["sessions"].rules == {("missing", "patient_id"): 1}
    assert report.tables["assessments"].rules == {("missing", "patient_id"): 1}
    assert (report.tables["assessments"].read, report.tables["assessments"].accepted) == (4, 3)
    builds = Builds(tmp_path / "home")
    aside = rows_set_aside(builds.current(), table="sessions")
    builds.close()
    assert [tuple(row) for row in aside[["file", "row", "message"]].to_numpy()] == [
        (
            "study.xlsx [Visits]",
            3,
            "patient_id is required and empty: study.xlsx [Key] has no mrn for this row's study_no; correct one of the "
            "two files.",
        )
    ]


def test_a_key_that_stands_twice_is_refused(tmp_path: Path, clinic_file: ClinicFile) -> None:
    book = write_wide(tmp_path / "study.xlsx", [[1, "007", ""], [2, "8", ""], [1, "9", ""]])
    with pytest.raises(Refused, match=r"study.xlsx \[Key\]: rows 2 and 4 have the same study_no"):
        read(book, tmp_path / "home", clinic_file, example("wide-scores"))


def test_tables_and_a_query_of_a_database(tmp_path: Path, clinic_file: ClinicFile, postgres_engine: sa.Engine) -> None:
    with postgres_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE DATABASE ehr")
    url = postgres_engine.url.set(database="ehr")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in (
            "CREATE TABLE client (client_no int, full_name text, born date, indication text)",
            "INSERT INTO client VALUES (7, 'Ann: 100%%', '1980-12-31', 'Depression')",
            "CREATE TABLE visit (visit_no int, client_no int, starts timestamptz, state smallint)",
            "INSERT INTO visit VALUES (1, 7, '2024-03-31 14:05:00+00', 1), (2, 7, '2024-04-02 14:00:00+00', 2)",
            "CREATE TABLE dose (visit_no int, route text, drug text, mg numeric(8, 2))",
            "INSERT INTO dose VALUES (1, 'iv', 'ketamine', 40.50)",
            "CREATE TABLE form (form_no uuid, client_no int, scale text, filled timestamp, total float8)",
            "INSERT INTO form VALUES ('6ecd8c99-4036-403d-bf84-cf8400f67836', 7, 'PHQ-9', '2024-03-31', 20)",
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    found, _ = read(address, tmp_path / "home", clinic_file, example("sql-tables"))
    visit: Row = {"session_id": "1", "patient_id": "7", "scheduled_at": "2024-03-31T10:05", "status": "completed"}
    missed: Row = {"session_id": "2", "patient_id": "7", "scheduled_at": "2024-04-02T10:00", "status": "no-show"}
    score: Row = {"assessment_id": "6ecd8c99-4036-403d-bf84-cf8400f67836", "patient_id": "7", "instrument": "PHQ-9"}
    twin: dict[str, list[Row]] = {
        "patients": [
            {"patient_id": "7", "name": "Ann: 100%", "birth_date": "1980-12-31", "diagnosis": "depression"},
        ],
        "sessions": [{**visit, "route": "iv", "drug": "ketamine", "dose_mg": 40.5}, missed],
        "assessments": [{**score, "assessed_at": "2024-03-31", "score": 20}],
    }
    check_equal(found, plain(tmp_path, clinic_file, twin))


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.stem)
def test_each_mapping_of_the_product_is_tried_here(path: Path) -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert f'example("{path.stem}")' in text
    assert set(read_mapping(path).entries) >= {"patients", "sessions", "assessments"}


KEY = '{ file = "Key.csv", here = "a", there = "a" }'
GOOD = (FOLDER / "renamed-files.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('dates = "month-first" ', 'dates = "american" ', "line 4: dates = 'american'; give one of day-first"),
        ('"UTC"', '"Utopia"', "line 5: Utopia is no time zone; give a name such as Europe/Berlin, or UTC."),
        ('who5 = "raw"', "who5 = 25", "line 6: who5 = 25; give one of raw, percent."),
        ("about =", "abuot =", "line 3: there is no abuot here, did you mean about."),
        ('file = "Clients.csv"', 'file = "../Clients.csv"', "line 9: file is the name of a file in the source"),
        ('file = "Clients.csv"', 'fille = "Clients.csv"', "line 9: there is no fille here, did you mean file."),
        ('name = "Client Name"', 'nmae = "Client Name"', "line 13: there is no nmae here, did you mean name."),
        ('patient_id = ["Chart No", "MRN"] ', "site2 = 1", "line 12: there is no site2 here, did you mean site."),
        ('{ constant = "Main Street" }', "{ }", "line 17: site needs one of from and constant."),
        (
            '{ constant = "Main Street" }',
            '{ constant = "Main Street", else = "North" }',
            "line 17: a constant is the same in every row; leave out else.",
        ),
        ('unit = "lb"', 'unit = "stone"', "line 29: unit = 'stone'; those of weight_kg are kg, lb."),
        ('weight_kg = { from = "Weight", unit = "lb" }', "", "line 28: a dose in mg/kg needs weight_kg in the same"),
        ('drug = { from', 'drug = { of = "Key", from', "line 27: Key is not joined; add it under join."),
        ('score = "Total"', "score = 3", "line 38: score is the name of a column, a list of names, or"),
        ("distinct = true ", 'distinct = "yes"', "line 33: distinct = 'yes'; give true or false."),
        ('assessed_at = { from', 'assessed_on = { from', "line 37: there is no assessed_on here, did you mean"),
        ("[[assessments]]", "[[assesments]]", "line 31: there is no assesments here, did you mean assessments."),
        ("[sessions.columns]", "[session.columns]", "line 21: there is no session here, did you mean sessions."),
        ('file = "Visits.csv"', 'query = """\n[x]\nsheet="1"\n"""\nsheet = 1', "line 24: sheet = 1; give a text."),
        ('file = "Visits.csv"', 'file = ""', "line 20: file is empty; say which it is."),
        ('file = "Visits.csv"', 'table = " "', "line 20: table is empty; say which it is."),
        ('"Visits.csv"', '"Visits.csv"\nsheet = "x"', "line 21: Visits.csv has no sheets, only an .xlsx has; leave"),
        ('file = "Visits.csv"', 'table = "v"\nsheet = "x"', "line 21: a database has no sheets; leave out sheet."),
        ("distinct = true ", f"join = [{KEY}, {KEY}]", "line 33: Key.csv is joined twice; of would not tell which"),
        ("[patients.columns]", "[patients.columns", "Expected ']'"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_used_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert old in GOOD
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refused) as error:
        read_mapping(path)
    assert sentence in str(error.value)
    assert str(error.value).startswith("mine.toml")


def test_an_optional_column_that_is_not_there_is_said(tmp_path: Path, clinic_file: ClinicFile) -> None:
    files = {"Clients.csv": CLIENTS.replace("DOB", "Born"), "Visits.csv": VISITS, "Forms.csv": FORMS}
    export = write_files(tmp_path / "export", files)
    found, report = read(export, tmp_path / "home", clinic_file, example("renamed-files"))
    assert found["patients"]["birth_date"].isna().all()
    assert "Clients.csv: no column DOB, so patients.birth_date is left out." in report.notes


@pytest.mark.parametrize(
    "query",
    [
        "SELECT a, count(*) AS n FROM t WHERE b IN ('x; y', 'it''s') AND (c = 1 OR d LIKE '%--%') GROUP BY a",
        'WITH latest AS (SELECT max(d) AS d FROM t) SELECT CAST("Odd (name)" AS varchar(9)) AS x FROM latest',
        "select coalesce(a, 'pg_read_file(') as a from (select 1 as a) as s union all (select 2)",
    ],
)
def test_queries_that_read_tables_may_be_written(query: str) -> None:
    assert fault_of(query) == ""


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("DELETE FROM t", "is no SELECT"),
        ("SELECT 1; DROP TABLE t", "has a semicolon"),
        ("SELECT 1;", "has a semicolon; give one statement, with none at its end"),
        ("SELECT pg_read_file('/etc/passwd')", "calls pg_read_file"),
        ("SELECT pg_catalog.pg_read_file('/etc/passwd')", "calls pg_catalog.pg_read_file"),
        ("SELECT \"pg_read_file\" ('/etc/passwd')", "calls"),
        ("SELECT a[pg_read_file('/etc/passwd')] FROM t", "calls pg_read_file"),
        ("WITH pg_read_file (a) AS (SELECT 1) SELECT pg_read_file('/etc/passwd')", "calls pg_read_file"),
        ("SELECT LOAD_FILE('/etc/passwd')", "calls load_file"),
        ("SELECT * FROM read_csv('/etc/passwd')", "calls read_csv"),
        ("SELECT * FROM dblink('host=evil', 'SELECT 1')", "calls dblink"),
        ("SELECT load_extension('x')", "calls load_extension"),
        ("SELECT a INTO OUTFILE '/tmp/x' FROM t", "does more than read"),
        ("SELECT a FROM t /* x */", "has a comment"),
        ("SELECT a FROM t -- x", "has a comment"),
        ("SELECT $$x$$ FROM t", "has a quotation mark that is not closed, a backslash or a dollar sign"),
        ("SELECT 'x\\' FROM t", ""),
        ("SELECT 'x FROM t", "has a quotation mark that is not closed"),
        ("WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone", "does more than read"),
    ],
)
def test_a_query_that_does_more_is_refused(query: str, fault: str) -> None:
    assert fault in fault_of(query)
    assert fault_of(query)


def test_a_query_reaches_no_file_of_the_machine(tmp_path: Path, clinic_file: ClinicFile) -> None:
    """DuckDB reads a file named like a table; the address is opened without access to any."""
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    engine = sa.create_engine(f"duckdb:///{tmp_path / 'clinic.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a TEXT)")
    engine.dispose()
    mapping = (FOLDER / "sql-tables.toml").read_text(encoding="utf-8")
    mapping = mapping.replace('table = "client" ', f"""query = "SELECT * FROM '{secret}'" """)
    (tmp_path / "mine.toml").write_text(mapping, encoding="utf-8")
    reading = Reading(read_mapping(tmp_path / "mine.toml"))
    with pytest.raises(Refused, match=r"duckdb database clinic.db, query cannot be read"):
        read(f"duckdb:///{tmp_path / 'clinic.db'}", tmp_path / "home", clinic_file, reading)


def test_the_command_finds_a_mapping_by_name_or_by_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    (home / "mappings").mkdir(parents=True)
    monkeypatch.setenv("CLINIC_HOME", str(home))
    export = write_files(tmp_path / "export", {"Clients.csv": CLIENTS, "Visits.csv": VISITS, "Forms.csv": FORMS})
    (home / "mappings" / "ours.toml").write_text(GOOD, encoding="utf-8")
    for name in ("renamed-files", "ours", str(home / "mappings" / "ours.toml")):
        assert main(["import", str(export), "--mapping", name, "--as-of", "2024-06-30", "--dry-run"]) == 0
    capsys.readouterr()
    assert main(["import", str(export), "--mapping", "theirs"]) == 1
    sentence = "There is no mapping theirs; give a file, or one of ours, renamed-files, sql-tables, wide-scores.\n"
    assert capsys.readouterr().err == sentence
