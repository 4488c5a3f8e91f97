"""Rows as text: one Parquet file for each file, sheet, table or query that was read, every row numbered."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from numpy.typing import NDArray

from dashboard.importing.text import MAX_RECORD, Refused, alike
from dashboard.model import TableModel

ROW = "_row"
FETCH = 500
"""Rows taken at a time where each may be of any length: what is read before a long one is refused stays small."""
_BATCH = 20_000
BLANKS = " \t\n\r\u00a0"
"""Stand around a value without being part of it."""

Say: TypeAlias = Callable[[str], None]
Choose: TypeAlias = Callable[[str, list[str]], dict[str, int]]
"""The file's name and header -> name in the Parquet file -> place in the header; what is not named is left out."""
Rows: TypeAlias = Iterable[tuple[pa.RecordBatch, NDArray[np.int64]]]
"""Columns named ``c0``, ``c1``, … by their place in the header, and the row number of each row."""


@dataclass(frozen=True)
class Extract:
    """What was read of one part of a source.

    Attributes:
        file: as a person knows it: ``patients.csv``, ``table patients``.
        parquet: its rows as text; ``_row`` is the row as a spreadsheet shows it (the header is row 1).
        columns: the names in the Parquet file.
        read: how many rows it has, those of ``ragged`` included.
        ragged: rows with too many or too few fields, as text.
        fields: how many columns the header has.
        left_out: names of the columns not chosen.
        commas: commas part its fields, so that none stands for a decimal point.
        database: from a database, where 1 and 0 may stand for true and false.
        notes: sentences on how it was read.
    """

    file: str
    parquet: Path
    columns: tuple[str, ...]
    read: int
    ragged: list[tuple[int, str]] = field(default_factory=list)
    fields: int = 0
    left_out: tuple[str, ...] = ()
    commas: bool = False
    database: bool = False
    notes: tuple[str, ...] = ()


class Part(Protocol):
    """One file, sheet, table or query of a source."""

    @property
    def name(self) -> str:
        """As a person knows it."""

    def extract(self, choose: Choose, target: Path, say: Say) -> Extract:
        """Read it into a Parquet file; raises Refused where it cannot be read whole."""


@dataclass(frozen=True)
class Place:
    """Where a mapping finds rows: a file (a sheet of it), or a table or query of a database."""

    file: str = ""
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    table: str = ""
    query: str = ""


@dataclass(frozen=True)
class Habits:
    """How values are written where they are not as the contract has them; a mapping says so.

    Attributes:
        dates: column -> ``day-first`` or ``month-first``; "" stands for every column.
        decimal: ``,`` or ``.``; empty = found out.
        timezone: of times without an offset; empty = the clinic's.
        who5: ``raw`` or ``percent`` for WHO-5 totals; empty = unknown.
        factors: column -> what its number is multiplied by.
        per_kg: ``dose_mg`` is in mg/kg and is multiplied by the row's weight.
    """

    dates: Mapping[str, str] = field(default_factory=dict)
    decimal: str = ""
    timezone: str = ""
    who5: str = ""
    factors: Mapping[str, float] = field(default_factory=dict)
    per_kg: bool = False


@dataclass(frozen=True)
class RawPart:
    """Rows of one table from one place, under the table's own column names.

    Attributes:
        where_missing: column -> what is said of it where it is required and empty, if that is no cell of the row's own.
    """

    extract: Extract
    habits: Habits = Habits()
    where_missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RawTable:
    """One table of the export, read but not believed.

    Attributes:
        model: what it ought to be.
        parts: where its rows come from.
        left_out: names of the columns that are not the table's.
    """

    model: TableModel
    parts: tuple[RawPart, ...]
    left_out: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The canonical columns that any part has."""
        present = {name for part in self.parts for name in part.extract.columns}
        return tuple(column.name for column in self.model.columns if column.name in present)

    @property
    def read(self) -> int:
        """How many rows there are, those of a wrong length included."""
        return sum(part.extract.read for part in self.parts)


def canonical(model: TableModel) -> Choose:
    """Chooses the table's own columns, by their names."""

    def choose(file: str, header: list[str]) -> dict[str, int]:
        names = [name.strip().lower() for name in header]
        known = {column.name for column in model.columns}
        twice = next((name for name in names if name in known and names.count(name) > 1), None)
        if twice:
            raise Refused(f"{file}, line 1: the column {twice} stands twice; remove or rename one of them.")
        missing = [column.name for column in model.columns if column.required and column.name not in names]
        if missing:
            raise Refused(
                f"{file}, line 1: the required column {missing[0]} is missing ({alike(missing[0], header)}); "
                "add it, or say in a mapping file which column it is."
            )
        return {column.name: names.index(column.name) for column in model.columns if column.name in names}

    return choose


def unchosen(header: list[str], chosen: Mapping[str, int]) -> tuple[str, ...]:
    """The names that a choice leaves out; a column without one is said as such."""
    return tuple(
        name if name.strip() else f"column {place} has no name"
        for place, name in enumerate(header, start=1)
        if place - 1 not in chosen.values()
    )


def write(rows: Rows, chosen: Mapping[str, int], target: Path, file: str, say: Say) -> int:
    """Write the chosen columns as text with their row number; answers how many rows.

    Texts lose their blanks here, and an empty one becomes unknown: the engine takes three times as long for it.
    """
    schema = pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in chosen)])
    count, said = 0, 0
    held: list[pa.RecordBatch] = []  # small ones are written together
    with pyarrow.parquet.ParquetWriter(target, schema, compression="snappy") as writer:
        for batch, numbers in rows:
            texts = [_as_text(batch.column(f"c{place}")) for place in chosen.values()]
            held.append(pa.RecordBatch.from_arrays([pa.array(numbers), *texts], schema=schema))
            if sum(each.num_rows for each in held) >= _BATCH or sum(each.nbytes for each in held) > 8 * MAX_RECORD:
                writer.write_table(pa.Table.from_batches(held))
                held = []
            count += batch.num_rows
            if count - said >= 1_000_000:
                said = count
                say(f"{file}: {count:,} rows read")
        writer.write_table(pa.Table.from_batches(held, schema=schema))
    pa.default_memory_pool().release_unused()  # the engine's turn: what the reader keeps for later is of no use to it
    return count


def short(rows: Rows, part: str) -> Rows:
    """The same rows; raises Refused at one that is longer than a row may be. Lines of a CSV file are so already."""
    for batch, numbers in rows:
        if batch.nbytes > MAX_RECORD:
            lengths = [pc.fill_null(pc.binary_length(column.cast(pa.string())), 0) for column in batch.columns]
            long = np.flatnonzero(np.sum([each.to_numpy() for each in lengths], axis=0, dtype=np.int64) > MAX_RECORD)
            if long.size:
                raise too_long(f"{part}, row {numbers[long[0]]}")
        yield batch, numbers


def too_long(where: str) -> Refused:
    return Refused(f"{where}: the row is longer than 2 MB; shorten it or leave it out.")


def numbered(
    batches: Iterable[pa.RecordBatch], row: Callable[[NDArray[np.int64]], NDArray[np.int64]]
) -> Iterator[tuple[pa.RecordBatch, NDArray[np.int64]]]:
    """Batches with the number of each row, made of its index among the rows read."""
    start = 0
    for batch in batches:
        yield batch, row(np.arange(start, start + batch.num_rows, dtype=np.int64))
        start += batch.num_rows


def _as_text(values: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    trimmed = pc.utf8_trim(values.cast(pa.string()), characters=BLANKS)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
