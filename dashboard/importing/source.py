"""A folder of files as raw text: one Parquet file a table, the canonical columns only, every row numbered."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from dashboard.importing.scan import Refused, Scan, open_bytes, scan
from dashboard.model import TABLES, TableModel

ENDINGS = (".csv", ".csv.gz", ".parquet")
ROW = "_row"

Say: TypeAlias = Callable[[str], None]


@dataclass(frozen=True)
class RawTable:
    """One table of the export, read but not believed.

    Attributes:
        model: what it ought to be.
        file: the name of the file it came from.
        parquet: its rows as text; ``_row`` is the row as a spreadsheet shows it (the header is row 1).
        columns: the canonical columns that it has.
        read: how many rows it has, those of ``ragged`` included.
        ragged: rows with too many or too few fields, as text.
        left_out: names of the further columns.
    """

    model: TableModel
    file: str
    parquet: Path
    columns: tuple[str, ...]
    read: int
    ragged: list[tuple[int, str]] = field(default_factory=list)
    left_out: tuple[str, ...] = ()


def find_files(folder: Path) -> tuple[dict[str, Path], list[str]]:
    """The file of each table, and the names of the files that are left out.

    Raises Refused where the folder, a required table, or the choice between two files for one table is missing.
    """
    if not folder.is_dir():
        raise Refused(
            f"{folder} is not a folder; name the folder that holds patients.csv, sessions.csv, assessments.csv."
        )
    found: dict[str, Path] = {}
    left_out = []
    for path in sorted(folder.iterdir()):
        lower = path.name.lower()
        ending = next((each for each in ENDINGS if lower.endswith(each)), None)
        table = lower.removesuffix(ending) if ending else ""
        if table not in TABLES or not path.is_file():
            left_out.append(path.name)
        elif table in found:
            raise Refused(f"{found[table].name} and {path.name} are both {table}; leave one of them in the folder.")
        else:
            found[table] = path
    missing = [name for name, model in TABLES.items() if model.required and name not in found]
    if missing:
        raise Refused(f"{folder} has no {missing[0]}.csv; patients, sessions and assessments are required.")
    return found, left_out


def read_raw(model: TableModel, path: Path, folder: Path, say: Say) -> RawTable:
    """Read one file into Parquet; raises Refused where it cannot be read whole."""
    target = folder / f"{model.name}.parquet"
    reader = _read_parquet if path.suffix.lower() == ".parquet" else _read_csv
    try:
        return reader(model, path, target, say)
    except (pa.ArrowException, OSError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        detail = str(error).splitlines()[0][:200]
        raise Refused(f"{path.name} cannot be read ({detail}); export it again.") from error


def _read_csv(model: TableModel, path: Path, target: Path, say: Say) -> RawTable:
    look = scan(path)
    chosen, left_out = _choose(model, path.name, look.header)
    names = [f"c{index}" for index in range(len(look.header))]
    with (
        open_bytes(path) as file,
        pyarrow.csv.open_csv(
            file,
            pyarrow.csv.ReadOptions(column_names=names, skip_rows=1, block_size=4 << 20),
            pyarrow.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=lambda _: "skip"),
            pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        ) as batches,
    ):
        numbered = _number(batches, _shift(look))
        count = _write(numbered, {names[i]: name for name, i in chosen.items()}, target, model, say)
    expected = look.rows - len(look.ragged)
    if count != expected:
        raise Refused(
            f"{path.name}: {expected} rows were counted but {count} read; export it again, unchanged while read."
        )
    return RawTable(model, path.name, target, tuple(chosen), look.rows, look.ragged, left_out)


def _read_parquet(model: TableModel, path: Path, target: Path, say: Say) -> RawTable:
    with pyarrow.parquet.ParquetFile(path) as file:
        header = file.schema_arrow.names
        chosen, left_out = _choose(model, path.name, header)
        batches = file.iter_batches(columns=[header[i] for i in chosen.values()])
        numbered = _number(batches, lambda index: index + 2)
        count = _write(numbered, {header[i]: name for name, i in chosen.items()}, target, model, say)
    return RawTable(model, path.name, target, tuple(chosen), count, [], left_out)


def _choose(model: TableModel, file: str, header: list[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Canonical column -> its place in the header, and the names left out."""
    names = [name.strip().lower() for name in header]
    known = {column.name for column in model.columns}
    twice = next((name for name in names if name in known and names.count(name) > 1), None)
    if twice:
        raise Refused(f"{file}, line 1: the column {twice} stands twice; remove or rename one of them.")
    missing = [column.name for column in model.columns if column.required and column.name not in names]
    if missing:
        semicolons = " (the fields seem to be parted by semicolons: save it with commas)" if ";" in header[0] else ""
        raise Refused(f"{file}, line 1: the required column {missing[0]} is missing{semicolons}; add it to the export.")
    left_out = tuple(header[i] for i, name in enumerate(names) if name not in known)
    return {column.name: names.index(column.name) for column in model.columns if column.name in names}, left_out


def _shift(look: Scan) -> Callable[[NDArray[np.int64]], NDArray[np.int64]]:
    """Index among the rows read -> row of the file: blank and ragged rows in between are counted in."""
    skipped = np.array(look.skipped, np.int64)
    thresholds = skipped - np.arange(len(skipped))

    def row(index: NDArray[np.int64]) -> NDArray[np.int64]:
        return index + 2 + np.searchsorted(thresholds, index, side="right")

    return row


def _number(
    batches: Iterator[pa.RecordBatch], row: Callable[[NDArray[np.int64]], NDArray[np.int64]]
) -> Iterator[tuple[pa.RecordBatch, NDArray[np.int64]]]:
    start = 0
    for batch in batches:
        yield batch, row(np.arange(start, start + batch.num_rows, dtype=np.int64))
        start += batch.num_rows


def _write(
    numbered: Iterator[tuple[pa.RecordBatch, NDArray[np.int64]]],
    names: dict[str, str],
    target: Path,
    model: TableModel,
    say: Say,
) -> int:
    """Write the chosen columns as text with their row number; answers how many rows."""
    schema = pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in names.values())])
    count, said = 0, 0
    with pyarrow.parquet.ParquetWriter(target, schema, compression="snappy") as writer:
        for batch, rows in numbered:
            texts = [_as_text(batch.column(name)) for name in names]
            writer.write_batch(pa.RecordBatch.from_arrays([pa.array(rows), *texts], schema=schema))
            count += batch.num_rows
            if count - said >= 1_000_000:
                said = count
                say(f"{model.name}: {count:,} rows read")
    return count


def _as_text(values: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return values.cast(pa.string())
