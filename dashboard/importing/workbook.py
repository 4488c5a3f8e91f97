"""Sheets of an Excel workbook as text; dates come by the cells' formats, so no order of day and month is guessed."""

import datetime
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from dashboard.importing.packed import check_unpacked, open_packed
from dashboard.importing.raw import Choose, Extract, Rows, Say, write
from dashboard.importing.text import BLOCK, Refused, meant, refuse_unreadable

MAX_UNPACKED = 400 << 20
"""A workbook is held in memory whole; a larger one is refused."""
MAX_CELLS = 12_000_000
"""The reader makes room for every cell from A1 to the last: 32 bytes, and 66 more for one that is filled, so that this
many take 400 MB."""
MAX_TEXTS = 200 << 20
"""Letters; the reader makes a text that cells share anew for each."""
_BATCH = 20_000
_EXACT = 10**15  # Excel keeps 15 digits of a number
_CELL = re.compile(rb"""\br=["']([A-Za-z]+)(\d+)["'][^<>]*(?<!/)>\s*<[^/]""")
"""A cell's place in a sheet's XML; one that only has a format is not filled, and the reader passes it over."""
_SHARED = re.compile(rb"""\bt=["']s["'][^<>]*>\s*<(?:\w+:)?v[^<>]*>\s*(\d+)\s*<""")
"""The place, among the texts that cells share, of a cell's own."""
_LONGEST_CELL = 4096


@dataclass(frozen=True)
class Sheet:
    """One sheet; without a name the first, and the workbook is then a file of one table."""

    path: Path
    sheet: str = ""

    @property
    def name(self) -> str:
        return f"{self.path.name} [{self.sheet}]" if self.sheet else self.path.name

    def extract(self, choose: Choose, target: Path, say: Say) -> Extract:
        with open_workbook(self.path) as book:
            names = book.sheet_names
            sheet = meant(self.sheet, names) if self.sheet else next(iter(names), None)
            if sheet is None:
                raise Refused(f"{self.path.name} has no sheet {self.sheet}; there are: {', '.join(names) or 'none'}.")
            check_reach(self.path, sheet)
            lines = enumerate(book.get_sheet_by_name(sheet).iter_rows(), start=1)
            filled = ((row, line) for row, line in lines if any(value != "" for value in line))
            first = next(filled, None)
            if first is None:
                raise Refused(f"{self.name} is empty; a table without rows still needs its header line.")
            header = [str(value) for value in first[1]]
            chosen = choose(self.name, header)
            count = write(_batches(filled, len(header)), chosen, target, self.name, say)
        others = tuple(f"sheet {name}" for name in names[1:] if not self.sheet)
        named = {place: name for place, name in enumerate(header) if name.strip()}  # beside a table are empty columns
        left_out = (*(name for place, name in named.items() if place not in chosen.values()), *others)
        return Extract(self.name, target, tuple(chosen), count, [], len(header), left_out)


@contextmanager
def open_workbook(path: Path) -> Iterator[CalamineWorkbook]:
    """Open a workbook after a look at what it unpacks to, which the reader takes on trust."""
    with open_packed(path) as packed:
        check_unpacked(packed, path.name, MAX_UNPACKED, "save the sheet as “CSV UTF-8”")
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            yield book
    except (CalamineError, OSError) as error:
        refuse_unreadable(path.name, error)


def check_reach(path: Path, sheet: str) -> None:
    """Refuse a sheet whose last row and column lie so far out, or whose texts are so long, that memory would not do."""
    rows, column, filled = 0, "", 0
    with open_packed(path) as packed:
        place, texts = _places(packed, sheet)
        for found in _found(packed, place, _CELL):
            filled += len(found)
            rows = max((rows, *(int(row) for _, row in found)))
            letters = {cell.decode().upper() for cell, _ in found}
            column = max((column, *letters), key=lambda name: (len(name), name))
        longest = max(texts, default=0)
        written = 0
        if longest * filled > MAX_TEXTS:
            written = sum(
                texts[int(n)] for found in _found(packed, place, _SHARED) for n in found if int(n) < len(texts)
            )
    columns = 0
    for letter in column:
        columns = columns * 26 + ord(letter) - ord("A") + 1
    if rows * columns + 2 * filled > MAX_CELLS:
        raise Refused(
            f"{path.name}: sheet {sheet} reaches to {column}{rows}, further than is read; delete the cells outside the "
            "table, or save the sheet as “CSV UTF-8”."
        )
    if written > MAX_TEXTS:
        raise Refused(
            f"{path.name}: the texts of sheet {sheet} are longer than {MAX_TEXTS >> 20} MB together; save the sheet as "
            "“CSV UTF-8”."
        )


def _found(packed: zipfile.ZipFile, place: str, pattern: re.Pattern[bytes]) -> Iterator[list[Any]]:
    """What a pattern finds in a packed file, block by block."""
    rest = b""
    with packed.open(place) as file:
        while block := file.read(BLOCK):
            rest += block
            last = 0
            found = []
            for match in pattern.finditer(rest):
                found.append(match.groups() if pattern.groups > 1 else match[1])
                last = match.end()
            yield found
            rest = rest[max(last, len(rest) - _LONGEST_CELL) :]


def _places(packed: zipfile.ZipFile, sheet: str) -> tuple[str, list[int]]:
    """Where a workbook keeps a sheet, and how long each of its shared texts is.

    The package names the book, the book its sheets, by a number for each.
    """
    names = {name.replace("\\", "/").lower(): name for name in packed.namelist()}

    def related(part: str) -> Iterator[tuple[str, str, str]]:
        folder, name = posixpath.split(part)
        for _, found in _elements(packed.read(names[f"{folder}/_rels/{name}.rels".lstrip("/")])):
            place = posixpath.normpath(posixpath.join("/", folder, found.get("Target", "")))
            yield found.get("Id", ""), found.get("Type", ""), place.lstrip("/").lower()

    book = next((place for _, kind, place in related("") if kind.endswith("/officeDocument")), "")
    parts = list(related(book))
    places = {number: place for number, _, place in parts}
    shared = next((place for _, kind, place in parts if kind.endswith("/sharedStrings")), "")
    for tag, found in _elements(packed.read(names[book])):
        if tag == "sheet" and found.get("name") == sheet:
            place = next((places[value] for key, value in found.items() if key.endswith(":id")), "")
            return names[place], _lengths(packed, names[shared]) if shared in names else []
    raise LookupError(sheet)


def _lengths(packed: zipfile.ZipFile, place: str) -> list[int]:
    """The letters of each shared text; a cell names one by its place among them."""
    lengths: list[int] = []

    def begin(tag: str, _: object) -> None:
        if tag.rpartition(":")[2] == "si":
            lengths.append(0)

    def text(data: str) -> None:
        if lengths:
            lengths[-1] += len(data)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.CharacterDataHandler = begin, text
    with packed.open(place) as file:
        parser.ParseFile(file)
    return lengths


def _elements(text: bytes) -> list[tuple[str, dict[str, str]]]:
    """Every element's name, without its prefix, and attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
    parser.Parse(text, True)
    return found


def text_of(value: Any) -> str | None:
    """A cell or a database's value as the text that a CSV export would hold; None for an empty one."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime.datetime):
        is_day = value.tzinfo is None and value.time() == datetime.time()
        return value.date().isoformat() if is_day else value.isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    """Without an exponent, so that 7.0 is 7; what Excel has cut at 15 digits keeps the exponent that shows it."""
    if value != value or abs(value) >= _EXACT:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else np.format_float_positional(value, trim="-")


def _batches(lines: Iterator[tuple[int, list[Any]]], width: int) -> Rows:
    while taken := list(islice(lines, _BATCH)):
        columns: Iterable[list[Any]] = zip(*(line for _, line in taken), strict=True)  # type: ignore[assignment]
        texts = [pa.array([text_of(value) for value in column], pa.string()) for column in columns]
        batch = pa.RecordBatch.from_arrays(texts, names=[f"c{place}" for place in range(width)])
        yield batch, np.array([row for row, _ in taken], np.int64)
