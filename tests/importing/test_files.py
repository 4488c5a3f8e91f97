"""Files as they are: each spelling of one export ends in the same records as the plain one, or is refused in words."""

import csv
import datetime
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from dashboard.clinic_file import ClinicFile
from dashboard.importing import text, workbook
from dashboard.importing.files import CsvFile
from dashboard.importing.files import read as read_part
from dashboard.importing.raw import canonical
from dashboard.importing.text import Refused
from dashboard.model import TABLES as MODELS
from tests.hand import Row, write_export
from tests.importing.twins import TABLES, Records, Tables, check_equal, plain, read

WORDS = {"birth_date", "scheduled_at", "assessed_at", "happened_on"}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, clinic_file: ClinicFile) -> Records:
    return plain(tmp_path_factory.mktemp("expected"), clinic_file)


def write_text(folder: Path, tables: Tables, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    folder.mkdir()
    for name, rows in tables.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        (folder / f"{name}.csv").write_bytes(text.getvalue().encode(encoding))
    return folder


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        *(("utf-8", delimiter) for delimiter in (",", ";", "\t", "|")),
        ("utf-8-sig", ","),
        ("utf-8-sig", "|"),
        ("utf-16", ","),
        ("utf-16", "\t"),
        ("utf-16-be+bom", ";"),
        ("windows-1252", ","),
        ("windows-1252", ";"),
    ],
)
def test_encodings_and_delimiters(
    tmp_path: Path, clinic_file: ClinicFile, expected: Records, encoding: str, delimiter: str
) -> None:
    folder = write_text(tmp_path / "export", TABLES, encoding.removesuffix("-be+bom"), delimiter)
    if encoding.endswith("+bom"):
        for path in folder.iterdir():
            path.write_bytes(b"\xfe\xff" + path.read_bytes().decode("utf-16").encode("utf-16-be"))
    found, report = read(folder, tmp_path / "home", clinic_file)
    check_equal(found, expected)
    said = " ".join(report.notes)
    assert ("read as UTF-16" in said) == encoding.startswith("utf-16")
    assert ("WINDOWS-1252" in said) == (encoding == "windows-1252")
    assert ("parted by" in said) == (delimiter != ",")


def german(column: str, value: str) -> str:
    if column in WORDS and value:
        date, _, clock = value.partition("T")
        return f"{datetime.date.fromisoformat(date):%d.%m.%Y}" + (f" {clock}" if clock else "")
    return value.replace(".", ",") if column in ("dose_mg", "weight_kg") else value


def american(column: str, value: str) -> str:
    if column in WORDS and value:
        moment = datetime.datetime.fromisoformat(value)
        date = f"{moment.month}/{moment.day}/{moment.year}"
        return f"{date} {moment:%I:%M %p}".replace(" 0", " ") if "T" in value else date
    return value


def serial(column: str, value: str) -> str:
    """Days since 1899-12-30, as Excel stores a date."""
    if column not in WORDS or not value:
        return value
    days = (datetime.datetime.fromisoformat(value) - datetime.datetime(1899, 12, 30)).total_seconds() / 86400
    return repr(days).removesuffix(".0")


def slashed_year(column: str, value: str) -> str:
    return value.replace("-", "/").replace("T", " ") if column in WORDS else value


# each date column has one value at least that tells day from month, else the next test's refusal would come
MORE: dict[str, Row] = {
    "assessments": {
        "patient_id": "12",
        "instrument": "PCL-5",
        "assessed_at": "2024-04-25T00:30",
        "score": "40",
        "session_id": "",
    },
    "events": {"patient_id": "12", "happened_on": "2024-05-30", "kind": "other", "text": ""},
}
SETTLED: Tables = {name: [*rows, MORE[name]] if name in MORE else rows for name, rows in TABLES.items()}


@pytest.mark.parametrize(
    ("spell", "delimiter", "says"),
    [
        (german, ";", "dates are read day first"),
        (american, ",", "dates are read month first"),
        (serial, ",", "2 Excel serial numbers are read as dates"),
        (slashed_year, "\t", "parted by tabs"),
    ],
)
def test_dates_and_numbers_as_a_country_or_a_spreadsheet_writes_them(
    tmp_path: Path,
    clinic_file: ClinicFile,
    spell: Callable[[str, str], str],
    delimiter: str,
    says: str,
) -> None:
    tables = {
        name: [{column: spell(column, str(value)) for column, value in row.items()} for row in rows]
        for name, rows in SETTLED.items()
    }
    found, report = read(write_text(tmp_path / "export", tables, delimiter=delimiter), tmp_path / "home", clinic_file)
    check_equal(found, plain(tmp_path, clinic_file, SETTLED))
    assert says in " ".join(report.notes)


def patients(*dates: str) -> Tables:
    rows = [
        {"patient_id": f"{place}", "diagnosis": "depression", "birth_date": date} for place, date in enumerate(dates)
    ]
    return {"patients": rows}


@pytest.mark.parametrize(
    ("dates", "sentence"),
    [
        (
            ["05/05/1980", "03/04/1980"],
            "patients.csv, column birth_date: 03/04/1980 (row 3) may be 3 April 1980 or 4 March 1980, and no value",
        ),
        (
            ["31/12/1980", "03/04/1980", "12/31/1980"],
            "patients.csv, column birth_date: 31/12/1980 (row 2) has the day first and 12/31/1980 (row 4) the month;",
        ),
    ],
)
def test_dates_that_can_be_read_in_two_ways_are_refused(
    tmp_path: Path, clinic_file: ClinicFile, dates: list[str], sentence: str
) -> None:
    with pytest.raises(Refused) as error:
        read(write_export(tmp_path / "export", patients(*dates)), tmp_path / "home", clinic_file)
    assert str(error.value).startswith(sentence)


def test_a_day_equal_to_its_month_is_read_once_another_value_settles_the_order(
    tmp_path: Path, clinic_file: ClinicFile
) -> None:
    export = write_export(tmp_path / "export", patients("05/05/1980", "13/04/1980", "04/03/1980", "31/02/1980"))
    found, report = read(export, tmp_path / "home", clinic_file, whole=False)
    days = [f"{day:%Y-%m-%d}" for day in found["patients"]["birth_date"]]
    assert days == ["1980-05-05", "1980-04-13", "1980-03-04"]
    assert report.tables["patients"].rules == {("not-valid", "birth_date"): 1}


DOSES = {
    # doses of a column -> how they are read (None: set aside) where commas do not part the fields
    ("40,5", "1,250", "7"): (40.5, 1.25, 7.0),
    ("1,250", "2,000"): (None, None),  # thousands or decimals: nobody can know
    ("40,5", "1.250,5", "1.250"): (40.5, None, None),
    ("40.5", "0,5"): (None, 0.5),
    ("40.5", "7"): (40.5, 7.0),
}


@pytest.mark.parametrize("doses", list(DOSES))
def test_a_comma_is_a_decimal_point_only_where_it_can_be_nothing_else(
    tmp_path: Path, clinic_file: ClinicFile, doses: tuple[str, ...]
) -> None:
    first = TABLES["sessions"][0]
    sessions = [{**first, "session_id": f"S{place}", "dose_mg": dose} for place, dose in enumerate(doses)]
    for delimiter in (";", ","):
        export = write_text(tmp_path / f"of{ord(delimiter)}", {**TABLES, "sessions": sessions}, delimiter=delimiter)
        found, _ = read(export, tmp_path / f"home{ord(delimiter)}", clinic_file, whole=False)
        table = found["sessions"].set_index("session_id")["dose_mg"]
        read_as = tuple(table.get(f"S{place}") for place in range(len(doses)))
        if delimiter == ";":
            assert read_as == DOSES[doses]
        else:
            assert read_as == tuple(None if "," in dose else float(dose) for dose in doses)


def test_identifiers_that_a_spreadsheet_has_ruined_are_set_aside_as_such(
    tmp_path: Path, clinic_file: ClinicFile
) -> None:
    tables = {"patients": [{"patient_id": each, "diagnosis": "ocd"} for each in ("2.98E+13", "3E+15", "2E5", "E+12")]}
    found, report = read(write_export(tmp_path / "export", tables), tmp_path / "home", clinic_file, whole=False)
    assert list(found["patients"]["patient_id"]) == ["2E5", "E+12"]
    assert report.tables["patients"].rules == {("ruined-identifier", "patient_id"): 2}


def write_workbook(path: Path, tables: Tables) -> Path:
    """As a person keeps it: dates and numbers are cells of their kind, identifiers with a zero in front are text."""
    book = xlsxwriter.Workbook(path)
    day, moment = (book.add_format({"num_format": form}) for form in ("dd/mm/yyyy", "dd/mm/yyyy hh:mm"))
    for name, rows in tables.items():
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, list(rows[0]))
        for row, values in enumerate(rows, start=1):
            for place, (column, value) in enumerate(values.items()):
                text = str(value)
                if column in WORDS and text:
                    at = datetime.datetime.fromisoformat(text)
                    sheet.write_datetime(row, place, at, moment if "T" in text else day)
                elif text in ("true", "false"):
                    sheet.write_boolean(row, place, text == "true")
                elif text and not text.startswith("00") and text.replace(".", "").isdigit():
                    sheet.write_number(row, place, float(text))
                else:
                    sheet.write_string(row, place, text)
    book.close()
    return path


def test_a_workbook_is_read_whole_or_sheet_by_sheet(tmp_path: Path, clinic_file: ClinicFile, expected: Records) -> None:
    book = write_workbook(tmp_path / "clinic.xlsx", {**TABLES, "Notes": [{"a": "b"}]})
    found, report = read(book, tmp_path / "home", clinic_file)
    check_equal(found, expected)
    assert "Left out, not one of the ten tables: sheet Notes." in report.notes
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, rows in TABLES.items():
        write_workbook(folder / f"{name}.xlsx", {"Sheet1": rows})
    check_equal(read(folder, tmp_path / "home2", clinic_file)[0], expected)


def test_rows_of_a_sheet_keep_their_numbers_and_long_numbers_are_ruined_identifiers(
    tmp_path: Path, clinic_file: ClinicFile
) -> None:
    book = xlsxwriter.Workbook(tmp_path / "clinic.xlsx")
    sheet = book.add_worksheet("patients")
    sheet.write_row(2, 1, ["patient_id", "diagnosis"])  # the header is on row 3, a blank row 5 follows
    sheet.write_row(3, 1, [1234567890123456789, "ocd"])
    sheet.write_row(5, 1, [17, "grief"])
    for name in ("sessions", "assessments"):
        book.add_worksheet(name).write_row(0, 0, list(TABLES[name][0]))
    book.close()
    _, report = read(tmp_path / "clinic.xlsx", tmp_path / "home", clinic_file, whole=False)
    assert report.tables["patients"].rules == {
        ("ruined-identifier", "patient_id"): 1,
        ("not-valid", "diagnosis"): 1,
    }


def test_an_archive_is_a_folder(tmp_path: Path, clinic_file: ClinicFile, expected: Records) -> None:
    folder = write_text(tmp_path / "export", TABLES)
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for path in folder.iterdir():
            packed.write(path, f"export 2024/{path.name}")
        packed.writestr("__MACOSX/._patients.csv", "x")
    check_equal(read(tmp_path / "export.zip", tmp_path / "home", clinic_file)[0], expected)


def zipped(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def test_path_tricks_of_an_archive_are_refused(tmp_path: Path, clinic_file: ClinicFile) -> None:
    for name in ("../patients.csv", "/etc/patients.csv", "a/../../patients.csv", "..\\patients.csv", "C:patients.csv"):
        archive = zipped(tmp_path / "trick.zip", **{name: "patient_id,diagnosis\n"})
        with pytest.raises(Refused, match="holds a path that leads out of it"):
            read(archive, tmp_path / "home", clinic_file)
    twice = zipped(tmp_path / "twice.zip", **{"a/patients.csv": "x", "b/patients.csv": "x"})
    with pytest.raises(Refused, match=r"holds two files called patients.csv"):
        read(twice, tmp_path / "home", clinic_file)
    link = zipfile.ZipInfo("patients.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as packed:
        packed.writestr(link, "/etc/passwd")
    with pytest.raises(Refused, match="holds a path that leads out of it"):
        read(tmp_path / "link.zip", tmp_path / "home", clinic_file)
    assert not (tmp_path / "patients.csv").exists()


def test_bombs_are_refused_before_they_fill_anything(
    tmp_path: Path, clinic_file: ClinicFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = b"1,depression\n"
    folder = write_text(tmp_path / "export", TABLES)
    (folder / "patients.csv").unlink()
    (folder / "patients.csv.gz").write_bytes(gzip.compress(b"patient_id,diagnosis\n" + row * 6_000_000))
    with pytest.raises(Refused, match=r"patients.csv.gz unpacks to more than 200 times its size"):
        read(folder, tmp_path / "home", clinic_file)
    (folder / "patients.csv.gz").write_bytes(gzip.compress(b"patient_id,diagnosis\n" + b"\n" * 1_500_000))
    with pytest.raises(Refused, match=r"patients.csv.gz: too many rows have not the fields of the header"):
        read(folder, tmp_path / "home", clinic_file)
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1 << 20)
    zipped(tmp_path / "bomb.xlsx", **{"xl/worksheets/sheet1.xml": " " * (2 << 20)})
    with pytest.raises(Refused, match=r"bomb.xlsx unpacks to more than 1 MB"):
        read(tmp_path / "bomb.xlsx", tmp_path / "home", clinic_file)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfep\0a\0\xd8", "patients.csv, line 1: a byte that is not UTF-16; save the file"),
        (b"patient_id,diagnosis\n\x81,ocd\n", "patients.csv, line 2: a byte that is not WINDOWS-1252; save the file"),
        (b"patient_id,diagnosis\n\xc3\xbc,ocd\n\xfc,ocd\n", "patients.csv, line 3: byte 0xFC is not UTF-8, and other"),
        (b"patient_id,diagnosis\n1,\xc3", "patients.csv, line 2: a byte"),
        (b"patient_id,diagnosis\n" + b"x" * (3 << 20), "patients.csv, line 2: the row is longer than 2 MB"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(
    tmp_path: Path, clinic_file: ClinicFile, content: bytes, sentence: str
) -> None:
    folder = write_text(tmp_path / "export", TABLES)
    (folder / "patients.csv").write_bytes(content)
    if sentence.endswith("a byte"):  # a lone first byte of two is no UTF-8; as Windows-1252 it is Ã, and no diagnosis
        _, report = read(folder, tmp_path / "home", clinic_file, whole=False)
        assert report.tables["patients"].rules == {("not-valid", "diagnosis"): 1}
        return
    with pytest.raises(Refused) as error:
        read(folder, tmp_path / "home", clinic_file)
    assert str(error.value).startswith(sentence)


def test_a_multibyte_letter_may_lie_across_two_blocks(
    tmp_path: Path, clinic_file: ClinicFile, expected: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "BLOCK", 7)
    for encoding in ("utf-8", "utf-16"):
        folder = write_text(tmp_path / encoding, TABLES, encoding)
        check_equal(read(folder, tmp_path / f"home-{encoding}", clinic_file)[0], expected)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not a workbook"])
def test_a_damaged_workbook_is_refused(tmp_path: Path, clinic_file: ClinicFile, content: bytes) -> None:
    (tmp_path / "clinic.xlsx").write_bytes(content)
    with pytest.raises(Refused, match=r"clinic.xlsx (cannot be read|is empty)"):
        read(tmp_path / "clinic.xlsx", tmp_path / "home", clinic_file)


def test_content_alone_makes_an_identifier(tmp_path: Path, clinic_file: ClinicFile) -> None:
    """Two spellings of one form are one form: the second is a duplicate of the first."""
    score = {"patient_id": "007", "instrument": "PHQ-9", "assessed_at": "2024-03-31", "score": "20"}
    again = {**score, "instrument": "phq-9", "assessed_at": "2024-03-31T00:00:00", "score": "20.0"}
    export = write_export(tmp_path / "export", {**TABLES, "assessments": [score, again]})
    found, report = read(export, tmp_path / "home", clinic_file, whole=False)
    assert len(found["assessments"]) == 1
    assert report.tables["assessments"].rules == {("duplicate", "assessment_id"): 1}
    assert pd.notna(found["assessments"]["assessment_id"]).all()


def silent(sentence: str) -> None:
    pass


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    for ending in ("", "\n", "\r\n", "\n\n"):
        path = tmp_path / "vitals.csv"
        path.write_bytes(f"session_id,minute,sbp{ending}".encode())
        extract = read_part(CsvFile(path), canonical(MODELS["vitals"]), tmp_path / "target.parquet", silent)
        assert extract.read == 0
        assert list(pd.read_parquet(extract.parquet)) == ["_row", "session_id", "minute", "sbp"]


def test_utf_16_without_its_mark_is_read_where_a_mapping_says_so(tmp_path: Path) -> None:
    path, target = tmp_path / "patients.csv", tmp_path / "target.parquet"
    for encoding in ("utf-16-le", "utf-16"):
        path.write_bytes("patient_id,diagnosis,name\n007,ocd,Zoë\n".encode(encoding))
        extract = read_part(CsvFile(path, "utf-16"), canonical(MODELS["patients"]), target, silent)
        assert pd.read_parquet(extract.parquet)["name"].tolist() == ["Zoë"]
    path.write_bytes("patient_id,diagnosis\n007,ocd\n".encode("utf-16-le"))
    with pytest.raises(Refused) as error:
        read_part(CsvFile(path), canonical(MODELS["patients"]), target, silent)
    assert str(error.value) == (
        "patients.csv, line 1: a NUL byte; the file is damaged, or UTF-16 without its mark; save it as “CSV UTF-8”, or "
        'give encoding = "utf-16" in a mapping file.'
    )


def test_columns_left_out_are_named_or_said_to_have_no_name(tmp_path: Path, clinic_file: ClinicFile) -> None:
    export = write_export(tmp_path / "export", TABLES)
    (export / "patients.csv").write_text("patient_id,diagnosis,colour, ,\n007,ocd,red,,\n12,ocd,,,\n", encoding="utf-8")
    _, report = read(export, tmp_path / "home", clinic_file, whole=False)
    sentence = "columns left out, not among the table's columns: colour, column 4 has no name, column 5 has no name."
    assert f"patients: {sentence}" in report.notes


def test_a_missing_column_shows_those_named_like_it_and_no_record(tmp_path: Path) -> None:
    for header, shown in (
        (["Patient ID", "name", "", "diagnosis"], "like it: Patient ID"),
        (['"patient\nno"', "client_id"], "like it: patient no, client_id"),
        (["7", "Wilhelmina Zweig", "1969-01-23"], "of its 3 columns none is named like it"),  # no header line at all
    ):
        text = f"{','.join(header)}\n{','.join(['secret'] * len(header))}\n"
        (tmp_path / "patients.csv").write_text(text, encoding="utf-8")
        with pytest.raises(Refused) as error:
            read_part(CsvFile(tmp_path / "patients.csv"), canonical(MODELS["patients"]), tmp_path / "target", silent)
        assert str(error.value) == (
            f"patients.csv, line 1: the required column patient_id is missing ({shown}); add it, or say in a "
            "mapping file which column it is."
        )
