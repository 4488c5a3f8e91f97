"""The look over a file before it is read: what is refused, with which line, and how rows are counted."""

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.importing import scan as scanning
from dashboard.importing.scan import scan
from dashboard.importing.text import Refused


def written(folder: Path, text: str | bytes, name: str = "patients.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "rows", "skipped", "ragged"),
    [
        ("a,b\n1,2\n3,4\n", 2, [], []),
        ("a,b\n1,2\n3,4", 2, [], []),
        ("a,b\r\n1,2\r\n3,4\r\n", 2, [], []),
        ("a,b\n", 0, [], []),
        ('a,b\n1,"two\nlines"\n3,4\n', 2, [], []),
        ('a,b\n1,"a ""quoted"" word"\n"3","4"\r\n', 2, [], []),
        ("a,b\n1,2\n\n\r\n3,4\n", 2, [1, 2], []),
        ("a,b\n1\n3,4\n5,6,7\n", 3, [0, 2], [(2, "1"), (4, "5,6,7")]),
        ('a,b\n"1,2"\n3,4\n', 2, [0], [(2, '"1,2"')]),
        ("\ufeffa,b\n1,2\n", 1, [], []),
    ],
)
def test_it_counts_rows(
    tmp_path: Path, text: str, rows: int, skipped: list[int], ragged: list[tuple[int, str]]
) -> None:
    found = scan(written(tmp_path, text))
    assert (found.header, found.rows, found.skipped, found.ragged) == (["a", "b"], rows, skipped, ragged)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "patients.csv is empty"),
        ("\na,b\n", "patients.csv, line 1: the header line is blank"),
        ('a,b\n1,5" tall\n3,"x"\n', "patients.csv, line 2: a stray quotation mark"),
        ('a,b\n1,"O"Brien"\n', "patients.csv, line 2: a quotation mark opened here is not closed by line 2"),
        ('a,b\n1,"x\n3,4\n5,"y"\n', "patients.csv, line 2: a quotation mark opened here is not closed by line 4"),
        ('a,b\n1,2\n3,"x\n5,6\n', "patients.csv, line 3: a quotation mark opened here is never closed"),
        ('a,b,c\n1,2,"x\n3,4,5\n6,7,8\n9,10,11",\n', "patients.csv, line 2: a quotation mark opened here takes in"),
        (b"a,b\n1,\xc3\xa9\n3,\xe9\n", "patients.csv, line 3: byte 0xE9 is not UTF-8, and other lines are"),
        (b"a,b\n1,2\n3,\x00\n", "patients.csv, line 3: a NUL byte"),
        ("a,b\r1,2\r", "patients.csv, line 1: a carriage return alone"),
    ],
)
def test_it_refuses_with_the_line(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    with pytest.raises(Refused) as error:
        scan(written(tmp_path, text))
    assert str(error.value).startswith(sentence)
    assert "Traceback" not in str(error.value)


def test_a_stray_mark_is_found_far_into_a_large_file(tmp_path: Path) -> None:
    lines = [f"P{number},a note,{number}" for number in range(600_000)]
    lines[400_000] = 'P400000,"a note,400000'
    path = written(tmp_path, "patient_id,note,n\n" + "\n".join(lines) + "\n")
    assert path.stat().st_size > 2 * scanning.BLOCK
    with pytest.raises(Refused, match=r"line 400002: a quotation mark opened here is never closed"):
        scan(path)


def test_a_packed_file_is_unpacked_and_a_damaged_one_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * 1000)
    assert scan(written(tmp_path, packed, "patients.csv.gz")).rows == 1000
    with pytest.raises(Refused, match=r"patients.csv.gz cannot be read"):
        scan(written(tmp_path, packed[:-20], "patients.csv.gz"))
    with pytest.raises(Refused, match=r"patients.csv.gz cannot be read"):
        scan(written(tmp_path, b"not packed at all", "patients.csv.gz"))


@given(
    rows=st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\0")), min_size=2, max_size=2)),
    block=st.integers(16, 200),
)
def test_whatever_a_csv_writer_writes_is_counted_whole_at_any_block_size(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], block: int
) -> None:

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b"])
    writer.writerows(rows)
    path = written(tmp_path_factory.mktemp("scan"), text.getvalue())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "BLOCK", block)
        found = scan(path)
    assert (found.rows, found.ragged) == (len(rows), [])
