"""Workbooks as people leave them: cells far outside the table, and sheets called nearly as the tables are."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from dashboard.importing import workbook
from dashboard.importing.raw import Place
from dashboard.importing.source import open_source
from dashboard.importing.text import Refused
from dashboard.importing.workbook import check_reach
from tests.importing.test_files import write_workbook
from tests.importing.test_packed import inside, read_all
from tests.importing.test_properties import everything
from tests.importing.twins import TABLES

ROOT = Path(__file__).parents[2]


def with_rows(path: Path, rows: str) -> Path:
    """A good workbook; the rows stand at the end of its first sheet, whose ``dimension`` knows nothing of them."""
    write_workbook(path, TABLES)
    inside(
        path,
        "xl/worksheets/sheet1.xml",
        lambda content: content.replace(b"</sheetData>", f"{rows}</sheetData>".encode()),
    )
    return path


def cell(place: str, inner: str = "<v>1</v>") -> str:
    return f'<row r="{place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{place}">{inner}</c></row>'


@pytest.mark.parametrize(
    ("places", "corner"),
    [
        (["XFD1048576"], "XFD1048576"),
        (["CV200000"], "CV200000"),
        (["A9000000"], "D9000000"),  # the table itself reaches to D
        (["ZZZ4", "A1000"], "ZZZ1000"),
    ],
)
def test_a_cell_far_outside_the_table_is_named(tmp_path: Path, places: list[str], corner: str) -> None:
    path = with_rows(tmp_path / "clinic.xlsx", "".join(cell(place) for place in places))
    with pytest.raises(Refused) as error:
        read_all(path, tmp_path / "scratch")
    assert str(error.value) == (
        f"clinic.xlsx: sheet patients reaches to {corner}, further than is read; delete the cells outside the table, "
        "or save the sheet as “CSV UTF-8”."
    )


def test_a_cell_some_way_beside_or_below_is_passed_over(tmp_path: Path) -> None:
    """Formats alone reach nowhere; what is below the table is a row that breaks the rules."""
    formats = '<row r="1048576" s="1"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"></c></row>'
    path = with_rows(tmp_path / "clinic.xlsx", cell("ZZ40") + cell("E3000") + formats)
    read_all(path, tmp_path / "scratch")
    found = pd.read_parquet(tmp_path / "scratch" / "patients.parquet")
    assert found["_row"].tolist() == [2, 3, 40, 3000]
    assert found["c0"].fillna("").tolist() == ["007", "12", "", ""]


def test_the_last_row_and_column_are_found_however_the_sheet_is_cut_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = with_rows(tmp_path / "clinic.xlsx", "<row r='70'><x:c s='1' r='AB70'\n t='n'>\n<x:v>1</x:v></x:c></row>")
    for block in (1 << 20, 50, 7):
        monkeypatch.setattr(workbook, "BLOCK", block)
        monkeypatch.setattr(workbook, "MAX_CELLS", 70 * 28)
        with pytest.raises(Refused, match=r"sheet patients reaches to AB70,"):
            check_reach(path, "patients")
        monkeypatch.setattr(workbook, "MAX_CELLS", 1 << 20)
        check_reach(path, "patients")


def test_filled_cells_count_more_than_empty_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = with_rows(tmp_path / "clinic.xlsx", "".join(cell(f"A{row}") for row in range(4, 104)))
    monkeypatch.setattr(workbook, "MAX_CELLS", 103 * 4 + 2 * 112)  # rows, columns, filled cells
    check_reach(path, "patients")
    monkeypatch.setattr(workbook, "MAX_CELLS", 103 * 4 + 2 * 111)
    with pytest.raises(Refused, match=r"sheet patients reaches to D103,"):
        check_reach(path, "patients")


def test_the_largest_sheet_takes_less_than_900_megabytes(tmp_path: Path) -> None:
    """As far as a sheet may reach, in a process of its own: nothing is allocated but what the import allocates."""
    path = with_rows(tmp_path / "clinic.xlsx", cell("K1048576"))
    program = (
        "import resource, sys; from pathlib import Path; from dashboard.importing import run\n"
        "from dashboard.importing.workbook import Sheet\n"
        "choose = lambda file, header: {f'c{place}': place for place in range(len(header))}\n"
        "found = Sheet(Path(sys.argv[1]), 'patients').extract(choose, Path(sys.argv[2]), print)\n"
        "print(found.read, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    call = [sys.executable, "-c", program, str(path), str(tmp_path / "rows.parquet")]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    rows, kilobytes = done.stdout.split()
    assert (int(rows), int(kilobytes) < 900 << 10) == (3, True), done.stdout


def test_names_of_sheets_match_in_any_case_and_with_blanks_around(tmp_path: Path) -> None:
    spelled = {f" {name.capitalize()} " if name != "sessions" else "SESSIONS": rows for name, rows in TABLES.items()}
    book = write_workbook(tmp_path / "clinic.xlsx", spelled)
    assert read_all(book, tmp_path / "scratch") == []
    assert pd.read_parquet(tmp_path / "scratch" / "patients.parquet")["c0"].tolist() == ["007", "12"]
    with open_source(book, tmp_path, "", 1) as source:
        part = source.part(Place(sheet="patients"))
        extract = part.extract(everything, tmp_path / "target.parquet", lambda sentence: None)
    assert (extract.read, extract.file) == (2, "clinic.xlsx [patients]")
    twice = write_workbook(tmp_path / "twice.xlsx", {**TABLES, "Patients ": TABLES["patients"]})
    with pytest.raises(Refused, match=r"twice.xlsx has two sheets called Patients; rename or delete one of them."):
        read_all(twice, tmp_path / "scratch-2")


def test_a_long_text_that_many_cells_share_counts_for_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = xlsxwriter.Workbook(tmp_path / "clinic.xlsx")
    sheet = book.add_worksheet("patients")
    for row in range(8_000):
        sheet.write_row(row, 0, ["x" * 30_000, row])
    book.close()
    assert (tmp_path / "clinic.xlsx").stat().st_size < 200_000
    with pytest.raises(Refused) as error:
        check_reach(tmp_path / "clinic.xlsx", "patients")
    assert str(error.value) == (
        "clinic.xlsx: the texts of sheet patients are longer than 200 MB together; save the sheet as “CSV UTF-8”."
    )
    for block in (1 << 20, 500):
        monkeypatch.setattr(workbook, "BLOCK", block)
        monkeypatch.setattr(workbook, "MAX_TEXTS", 8_000 * 30_000)
        check_reach(tmp_path / "clinic.xlsx", "patients")
        monkeypatch.setattr(workbook, "MAX_TEXTS", 8_000 * 30_000 - 1)
        with pytest.raises(Refused, match="texts of sheet patients"):
            check_reach(tmp_path / "clinic.xlsx", "patients")


def test_each_shared_text_counts_by_its_own_length_wherever_the_sheet_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = xlsxwriter.Workbook(tmp_path / "clinic.xlsx")
    book.add_worksheet("patients").write_column(0, 0, ["x" * length for length in range(1, 121)])
    book.close()
    for block in (1 << 20, 50, 7):
        monkeypatch.setattr(workbook, "BLOCK", block)
        monkeypatch.setattr(workbook, "MAX_TEXTS", 120 * 121 // 2)
        check_reach(tmp_path / "clinic.xlsx", "patients")
        monkeypatch.setattr(workbook, "MAX_TEXTS", 120 * 121 // 2 - 1)
        with pytest.raises(Refused, match="texts of sheet patients"):
            check_reach(tmp_path / "clinic.xlsx", "patients")
