"""Whatever is done to a file, its rows are accepted or set aside and add up, or the file is refused in one sentence."""

import csv
import io
from pathlib import Path

import pyarrow.parquet
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.clinic_file import ClinicFile
from dashboard.importing.files import CsvFile, read
from dashboard.importing.raw import Choose, canonical
from dashboard.importing.run import import_folder
from dashboard.importing.text import Refused
from dashboard.model import TABLES as MODELS
from dashboard.store import Builds
from tests.hand import write_export
from tests.importing.twins import AS_OF, TABLES

ODD = [
    "",
    " ",
    '"',
    "'",
    "=1+1",
    "@SUM(A1)",
    "-",
    "+49",
    "\ufeff",
    "é",
    "日本",
    "a\nb",
    "a\r\nb",
    "1e9",
    "NULL",
    "31/12/2024",
]
ODD += [
    "2024-13-01",
    "2024-02-30T25:00",
    "1,5",
    "1.234,5",
    "nan",
    "\t",
    ";",
    "|",
    "x" * 300,
    "%s",
    "{0}",
    "\\",
    "\u2028",
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "windows-1252", "latin-1"]


@st.composite
def spelled(draw: st.DrawFn, name: str) -> bytes:
    """A table with odd values, columns shuffled and renamed, in some encoding and delimiter, and bytes damaged."""
    rows = [dict(row) for row in TABLES[name]] * draw(st.integers(1, 3))
    for row in rows:
        for column in row:
            if draw(st.integers(0, 5)) == 0:
                row[column] = draw(st.sampled_from(ODD))
    header = draw(st.permutations(list(rows[0])))
    shown = [draw(st.sampled_from([column, column.upper(), f" {column} ", f"{column}_2"])) for column in header]
    text = io.StringIO()
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    delimiter, ending = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(["\n", "\r\n"]))
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerow(shown)
    writer.writerows([row[column] for column in header] for row in rows)
    data = text.getvalue().encode(draw(st.sampled_from(ENCODINGS)), "replace")
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(data)))
        data = data[:place] + draw(st.binary(max_size=3)) + data[place + draw(st.integers(0, 3)) :]
    return data


def everything(file: str, header: list[str]) -> dict[str, int]:
    """Chooses all columns, so that no damage to a header ends the trial."""
    return {f"c{place}": place for place in range(len(header))}


def expect_sentence(refused: Refused) -> None:
    assert "\n" not in str(refused)


@pytest.mark.parametrize("name", list(TABLES))
def test_what_is_read_is_counted_or_refused(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("spelled")

    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=spelled(name), own=st.booleans())
    def trial(data: bytes, own: bool) -> None:
        path, target = folder / f"{name}.csv", folder / "target.parquet"
        path.write_bytes(data)
        choose: Choose = canonical(MODELS[name]) if own else everything
        try:
            extract = read(CsvFile(path), choose, target, lambda sentence: None)
        except Refused as refused:
            expect_sentence(refused)
            return
        table = pyarrow.parquet.read_table(target)
        assert table.num_rows + len(extract.ragged) == extract.read
        numbers = table.column("_row").to_pylist()
        assert numbers == sorted(set(numbers))
        assert not set(numbers) & {row for row, _ in extract.ragged}

    trial()


def test_an_import_publishes_whole_or_leaves_what_was(
    tmp_path_factory: pytest.TempPathFactory, clinic_file: ClinicFile
) -> None:
    folder = tmp_path_factory.mktemp("whole")
    builds = Builds(folder / "home")
    import_folder(write_export(folder / "export", TABLES), builds, clinic_file, as_of=AS_OF)
    good = {path.name: path.read_bytes() for path in (folder / "export").iterdir()}

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(name=st.sampled_from(list(TABLES)), data=st.data())
    def trial(name: str, data: st.DataObject) -> None:
        for file, content in good.items():
            (folder / "export" / file).write_bytes(content)
        (folder / "export" / f"{name}.csv").write_bytes(data.draw(spelled(name)))
        before = builds.current().build
        try:
            report = import_folder(folder / "export", builds, clinic_file, as_of=AS_OF)
        except Refused as refused:
            expect_sentence(refused)
            assert builds.current().build == before
            return
        assert builds.current().build == report.build
        for table, became in report.tables.items():
            assert became.read == became.accepted + became.quarantined
            count = sa.select(sa.func.count()).select_from(sa.table(table))
            with builds.current().engine.connect() as connection:
                assert connection.execute(count).scalar_one() == became.accepted
        builds.close()

    trial()
    builds.close()


MILLION = 1_000_000


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bytes]]:
    """The smallest table there is, with a million rows, and an export around it."""
    folder = write_export(tmp_path_factory.mktemp("million") / "export", TABLES)
    rows = [b"site,date,chair_minutes", *(b"S%d,2024-03-04,480" % number for number in range(MILLION))]
    return folder, rows


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (b'S"700000,2024-03-04,480', "capacity.csv, line 700002: a stray quotation mark;"),
        (b'"S700000,2024-03-04,480', "capacity.csv, line 700002: a quotation mark opened here is never closed;"),
        (b"S700\x00000,2024-03-04,480", "capacity.csv, line 700002: a NUL byte;"),
    ],
)
def test_one_wrong_byte_in_a_million_rows_refuses_them_with_its_line(
    lines: tuple[Path, list[bytes]], tmp_path: Path, clinic_file: ClinicFile, damage: bytes, sentence: str
) -> None:
    folder, rows = lines
    (folder / "capacity.csv").write_bytes(b"\n".join([*rows[:700_001], damage, *rows[700_002:]]) + b"\n")
    with pytest.raises(Refused) as error:
        import_folder(folder, Builds(tmp_path / "home"), clinic_file, as_of=AS_OF)
    assert str(error.value).startswith(sentence)


def test_one_cut_line_of_a_million_is_one_row_set_aside(
    lines: tuple[Path, list[bytes]], tmp_path: Path, clinic_file: ClinicFile
) -> None:
    folder, rows = lines
    (folder / "capacity.csv").write_bytes(b"\n".join([*rows[:700_001], b"S700000,2024-0", *rows[700_002:]]) + b"\n")
    table = import_folder(folder, Builds(tmp_path / "home"), clinic_file, as_of=AS_OF).tables["capacity"]
    assert (table.read, table.accepted, table.quarantined) == (MILLION, MILLION - 1, 1)
    assert table.rules == {("wrong-length", ""): 1}
