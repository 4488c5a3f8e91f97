"""What a mapping asks for and its source has not: each refusal begins with the mapping's file and line."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import xlsxwriter

from dashboard.clinic_file import ClinicFile
from dashboard.importing.mapping import FOLDER, read_mapping
from dashboard.importing.read import Reading
from dashboard.importing.text import Refused
from tests.importing.test_left_out import database
from tests.importing.twins import read

ITEMS = [f"PHQ9_{number}" for number in range(1, 9)]
FILES = {
    "Key.csv": "study_no,mrn,dx\n1,007,depression\n",
    "Visits.csv": f"study_no,visit,day,state,{','.join(ITEMS)},total\n1,a,2024-03-04,done,3,2,1,0,0,0,0,1,\n",
}
MAPPING = """
[[patients]]
file = "Key.csv"
[patients.columns]
patient_id = "mrn"
diagnosis = "dx"
[[sessions]]
file = "Visits.csv"
only = { state = "done" }
[[sessions.join]]
file = "Key.csv"
here = "study_no"
there = "study_no"
[sessions.columns]
session_id = "visit"
patient_id = { from = "mrn", of = "Key.csv" }
scheduled_at = "day"
status = { constant = "completed" }
route = { constant = "iv" }
drug = { constant = "ketamine" }
[[assessments]]
file = "Visits.csv"
join = { file = "Key.csv", here = "study_no", there = "study_no" }
[assessments.columns]
patient_id = { from = "mrn", of = "Key.csv" }
assessed_at = "day"
[[assessments.scales]]
instrument = "PHQ-9"
items = "PHQ9_"
score = "total"
"""


def write(folder: Path, files: Mapping[str, str]) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def reading(folder: Path, text: str) -> Reading:
    (folder / "clinic.toml").write_text(text, encoding="utf-8")
    return Reading(read_mapping(folder / "clinic.toml"))


def test_a_form_whose_items_are_not_all_there_is_read_and_said(tmp_path: Path, clinic_file: ClinicFile) -> None:
    export = write(tmp_path / "export", FILES)
    found, report = read(export, tmp_path / "home", clinic_file, reading(tmp_path, MAPPING), whole=False)
    assert report.tables["assessments"].accepted == 1
    assert list(found["assessments"][["item_1", "item_2", "item_3", "item_8"]].iloc[0]) == [3, 2, 1, 1]
    assert "Visits.csv: no column PHQ9_9, so item_9 of PHQ-9 is left out." in report.notes


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'items = "PHQ9_"',
            'items = "PHQ_"',
            "line 29: Visits.csv has no column PHQ_1, …, PHQ_9, the items of PHQ-9 (like it: PHQ9_1, PHQ9_8",
        ),
        (
            'score = "total"',
            'score = "sum"',
            "line 30: Visits.csv has no column sum, score of PHQ-9 (of its 13 columns none is",
        ),
        (
            'score = "total"',
            'score = "total"\nassessed_at = "filled"',
            "line 31: Visits.csv has no column filled, assessed_at of PHQ-9 (of its 13 columns none is",
        ),
        (
            '"visit"',
            '"Visit No"',
            "line 15: Visits.csv has no column Visit No, from which the mapping takes sess",
        ),
        ("only = { state", "only = { State2", "line 9: Visits.csv has no column State2, which the mapping names under"),
        ('here = "study_no"\n', 'here = "study"\n', "line 12: Visits.csv has no column study, the key of a join (li"),
        (
            'there = "study_no"\n',
            'there = "study"\n',
            "line 13: Key.csv has no column study, the key of a join (like it: study_no); correct one of them.",
        ),
        (
            'patient_id = { from = "mrn"',
            'patient_id = { from = ["mnr", "no"]',
            "line 16: Key.csv has no column mnr or no, from which the mapping takes patient_id (like it: mrn)",
        ),
        ('file = "Visits.csv"', 'file = "Visit.csv"', "line 8: export has no file Visit.csv; it has Key.csv, Visits"),
        ('file = "Visits.csv"', 'table = "visits"', "line 8: export is a folder and the mapping asks for a table of a"),
    ],
)
def test_what_the_files_have_not_is_refused_with_the_line(
    tmp_path: Path, clinic_file: ClinicFile, old: str, new: str, sentence: str
) -> None:
    assert old in MAPPING
    export = write(tmp_path / "export", FILES)
    with pytest.raises(Refused) as error:
        read(export, tmp_path / "home", clinic_file, reading(tmp_path, MAPPING.replace(old, new, 1)))
    assert str(error.value).startswith(f"clinic.toml, {sentence}")


def test_a_record_where_the_header_was_forgotten_is_not_shown(tmp_path: Path, clinic_file: ClinicFile) -> None:
    export = write(tmp_path / "export", {**FILES, "Key.csv": "1,Wilhelmina Zweig,1969-01-23\n2,Ada Amsel,1971-02-03\n"})
    with pytest.raises(Refused, match=r"no column mrn, .* \(of its 3 columns none is named like it\)") as error:
        read(export, tmp_path / "home", clinic_file, reading(tmp_path, MAPPING))
    assert not re.search("Wilhelmina|Zweig|1969", str(error.value))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('table = "client"', 'table = "clients"', "line 7: sqlite database clinic.db has no table clients; it has"),
        ("v.starts, ", "v.begins, ", "line 15: sqlite database clinic.db, query cannot be read (no such column: v.beg"),
        ('session_id = "visit_no"', 'session_id = "no"', "line 20: query has no column no, from which the mapping"),
        (
            'table = "form"',
            'file = "form.csv"',
            "line 29: sqlite database clinic.db is a database and the mapping",
        ),
    ],
)
def test_what_the_database_has_not_is_refused_with_the_line(
    tmp_path: Path, clinic_file: ClinicFile, old: str, new: str, sentence: str
) -> None:
    address = database(tmp_path, "sqlite")
    text = (FOLDER / "sql-tables.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(Refused) as error:
        read(address, tmp_path / "home", clinic_file, reading(tmp_path, text.replace(old, new, 1)))
    assert str(error.value).startswith(f"clinic.toml, {sentence}")


def test_how_files_are_written_holds_for_joined_ones_too(tmp_path: Path, clinic_file: ClinicFile) -> None:
    export = write(tmp_path / "export", {name: text.replace(",", "|") for name, text in FILES.items()})
    (export / "Key.csv").write_bytes("study_no|mrn|dx|caf\xe9\n1|007|depression|\xe9\n".encode("windows-1252"))
    found, report = read(export, tmp_path / "home", clinic_file, reading(tmp_path, f'delimiter = "|"\n{MAPPING}'))
    assert list(found["sessions"]["patient_id"]) == ["007"]
    assert report.notes.count("Key.csv: read as WINDOWS-1252, fields parted by pipes.") == 1


def test_a_missing_sheet_is_refused_with_the_line(tmp_path: Path, clinic_file: ClinicFile) -> None:
    book = xlsxwriter.Workbook(tmp_path / "study.xlsx")
    book.add_worksheet("Key").write_row(0, 0, ["study_no", "mrn"])
    book.close()
    wide = Reading(read_mapping(FOLDER / "wide-scores.toml"))
    with pytest.raises(Refused, match=r"wide-scores.toml, line 12: study.xlsx has no sheet Visits; there are: Key"):
        read(tmp_path / "study.xlsx", tmp_path / "home", clinic_file, wide)
    asked = (FOLDER / "wide-scores.toml").read_text(encoding="utf-8").replace('sheet = "Visits"', 'table = "Visits"')
    with pytest.raises(Refused, match=r"line \d+: study.xlsx is a workbook and the mapping asks for a table of a data"):
        read(tmp_path / "study.xlsx", tmp_path / "home", clinic_file, reading(tmp_path, asked))
