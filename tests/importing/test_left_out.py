"""What of a source a mapping leaves out is listed once, and nothing that any part of it reads."""

from pathlib import Path

import pytest
import sqlalchemy as sa
import xlsxwriter

from dashboard.clinic_file import ClinicFile
from dashboard.importing.mapping import FOLDER, read_mapping
from dashboard.importing.query import tables_read
from dashboard.importing.read import Reading
from dashboard.importing.run import Report
from tests.importing.twins import read

TABLES = (
    "CREATE TABLE client (client_no int, full_name text, born date, indication text, fax text)",
    "INSERT INTO client VALUES (7, 'Ann', '1980-12-31', 'depression', '')",
    "CREATE TABLE visit (visit_no int, client_no int, starts timestamp, state int)",
    "CREATE TABLE dose (visit_no int, route text, drug text, mg real)",
    "CREATE TABLE form (form_no int, client_no int, scale text, filled timestamp, total int)",
    "CREATE TABLE billing (fee int)",
)


def database(folder: Path, kind: str) -> str:
    address = f"{kind}:///{folder / 'clinic.db'}"
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        for statement in TABLES:
            connection.exec_driver_sql(statement)
    engine.dispose()
    return address


def mapping(folder: Path, name: str, old: str = "", new: str = "") -> Reading:
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "mine.toml").write_text(text.replace(old, new), encoding="utf-8")
    return Reading(read_mapping(folder / "mine.toml"))


def columns_left_out(report: Report) -> dict[str, str]:
    """Table -> the columns that are said of it."""
    said = [note for note in report.notes if "columns left out" in note]
    return {note.partition(":")[0]: note.rpartition(": ")[2] for note in said}


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_table_that_a_query_reads_is_not_left_out(tmp_path: Path, clinic_file: ClinicFile, kind: str) -> None:
    address = database(tmp_path, kind)
    schema = mapping(tmp_path, "sql-tables", '"client"', '"main.client"')
    _, report = read(address, tmp_path / "home", clinic_file, schema)
    assert "Left out, not one of the ten tables: billing." in report.notes
    assert columns_left_out(report) == {"patients": "fax (table main.client)."}


@pytest.mark.parametrize(
    ("query", "tables"),
    [
        ("SELECT v.a FROM Visit AS v LEFT JOIN main.dose AS d ON d.a = v.a", {"visit", "dose"}),
        (
            "WITH newest AS (SELECT max(d) AS d FROM t) SELECT * FROM newest, `Odd name` WHERE x = '`'",
            {"t", "odd name"},
        ),
        ("SELECT a FROM (SELECT a FROM b WHERE EXISTS (SELECT 1 FROM c)) AS s UNION SELECT a FROM d", {"b", "c", "d"}),
        ("SELECT TOP 5 a FROM [visit]", None),
        ("SELECT char_length(convert(a, char)) FROM visit", None),
    ],
)
def test_the_tables_of_a_query_are_known_or_not(query: str, tables: set[str] | None) -> None:
    assert tables_read(query) == tables


def test_where_a_query_cannot_be_told_that_is_said(tmp_path: Path, clinic_file: ClinicFile) -> None:
    address = database(tmp_path, "sqlite")
    reading = mapping(tmp_path, "sql-tables", "FROM visit AS v", "FROM [visit] AS v")
    _, report = read(address, tmp_path / "home", clinic_file, reading)
    names = ", ".join(f"{name} (unless a query reads it)" for name in ("billing", "dose", "visit"))
    assert f"Left out, not one of the ten tables: {names}." in report.notes


def test_a_column_that_any_part_uses_is_not_left_out(tmp_path: Path, clinic_file: ClinicFile) -> None:
    items = [f"phq9_{number}" for number in range(1, 10)]
    book = xlsxwriter.Workbook(tmp_path / "study.xlsx")
    key, visits = book.add_worksheet("Key"), book.add_worksheet("Visits")
    key.write_row(0, 0, ["study_no", "mrn", "fax"])
    key.write_row(1, 0, [1, "007", ""])
    visits.write_row(0, 0, ["study_no", "visit", "visit_date", *items, "phq9_total", "madrs", "weather"])
    visits.write_row(1, 0, [1, "a", "2024-03-04", *[1] * 9, 9, 30, "fair"])
    book.close()
    _, report = read(tmp_path / "study.xlsx", tmp_path / "home", clinic_file, mapping(tmp_path, "wide-scores"))
    said = {"patients": "fax (study.xlsx [Key]).", "sessions": "weather (study.xlsx [Visits])."}
    assert columns_left_out(report) == said


def test_what_is_beside_the_columns_of_a_joined_file_is_said(tmp_path: Path, clinic_file: ClinicFile) -> None:
    export = tmp_path / "export"
    export.mkdir()
    for name, text in {
        "Clients.csv": "no,mrn,dx\n1,007,depression\n",
        "Visits.csv": "no,visit,day\n1,a,2024-03-04\n",
        "Forms.csv": "mrn,form,day,total\n007,PHQ-9,2024-03-04,9\n",
        "Doses.csv": "visit,mg,lot\na,40,x\n",
    }.items():
        (export / name).write_text(text, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(
        """
        patients = { file = "Clients.csv", columns = { patient_id = "mrn", diagnosis = "dx" } }
        [sessions]
        file = "Visits.csv"
        [[sessions.join]]
        file = "Doses.csv"
        here = "visit"
        there = "visit"
        [[sessions.join]]
        file = "Clients.csv"
        here = "no"
        there = "no"
        [sessions.columns]
        session_id = "visit"
        patient_id = { from = "mrn", of = "Clients.csv" }
        scheduled_at = "day"
        status = { constant = "scheduled" }
        dose_mg = { from = "mg", of = "Doses.csv" }
        [assessments]
        file = "Forms.csv"
        columns = { patient_id = "mrn", instrument = "form", assessed_at = "day", score = "total" }
        """,
        encoding="utf-8",
    )
    reading = Reading(read_mapping(tmp_path / "mine.toml"))
    _, report = read(export, tmp_path / "home", clinic_file, reading)
    assert columns_left_out(report) == {"sessions": "lot (Doses.csv)."}
