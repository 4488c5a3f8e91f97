"""The kinds of files that are read: CSV in its many spellings, packed or not, Parquet, and sheets of a workbook."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from dashboard.importing.raw import FETCH, Choose, Extract, Part, Say, numbered, short, unchosen, write
from dashboard.importing.scan import Scan, scan
from dashboard.importing.text import DELIMITERS, UNREADABLE, Refused, open_utf8, refuse_unreadable
from dashboard.importing.workbook import Sheet

ENDINGS = (".csv", ".csv.gz", ".tsv", ".txt", ".parquet", ".xlsx")


@dataclass(frozen=True)
class CsvFile:
    """A text file of fields; encoding and delimiter are found out where they are not given."""

    path: Path
    encoding: str = ""
    delimiter: str = ""

    @property
    def name(self) -> str:
        return self.path.name

    def extract(self, choose: Choose, target: Path, say: Say) -> Extract:
        look = scan(self.path, self.encoding, self.delimiter)
        chosen = choose(self.name, look.header)
        count = self._read(look, chosen, target, say)
        expected = look.rows - len(look.ragged)
        if count != expected:
            raise Refused(f"{self.name}: {expected} rows were counted but {count} read; export it again.")
        left_out = unchosen(look.header, chosen)
        return Extract(
            self.name,
            target,
            tuple(chosen),
            look.rows,
            look.ragged,
            len(look.header),
            left_out,
            commas=look.delimiter == ",",
            notes=self._notes(look),
        )

    def _read(self, look: Scan, chosen: dict[str, int], target: Path, say: Say) -> int:
        if not look.rows:  # the engine refuses a header that no line break follows
            return write((), chosen, target, self.name, say)
        names = [f"c{place}" for place in range(len(look.header))]
        used = [f"c{place}" for place in chosen.values()]
        with (
            open_utf8(self.path, look.encoding) as file,
            pyarrow.csv.open_csv(
                file,
                pyarrow.csv.ReadOptions(column_names=names, skip_rows=1, block_size=4 << 20),
                pyarrow.csv.ParseOptions(
                    delimiter=look.delimiter, newlines_in_values=True, invalid_row_handler=lambda _: "skip"
                ),
                pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(used, pa.string()), include_columns=used),
            ) as batches,
        ):
            return write(numbered(batches, _shift(look)), chosen, target, self.name, say)

    def _notes(self, look: Scan) -> tuple[str, ...]:
        how = [look.encoding.upper()] if look.encoding != "utf-8" else []
        how += [f"fields parted by {DELIMITERS.get(look.delimiter, look.delimiter)}"] if look.delimiter != "," else []
        return (f"{self.name}: read as {', '.join(how)}.",) if how else ()


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def extract(self, choose: Choose, target: Path, say: Say) -> Extract:
        with pyarrow.parquet.ParquetFile(self.path) as file:
            header = file.schema_arrow.names
            chosen = choose(self.name, header)
            batches = (
                batch.rename_columns([f"c{header.index(name)}" for name in batch.schema.names])
                for batch in file.iter_batches(FETCH, columns=[header[place] for place in chosen.values()])
            )
            rows = short(numbered(batches, lambda index: index + 2), self.name)
            count = write(rows, chosen, target, self.name, say)
        left_out = unchosen(header, chosen)
        return Extract(self.name, target, tuple(chosen), count, [], len(header), left_out)


def part_of(path: Path, encoding: str = "", delimiter: str = "", sheet: str = "") -> Part:
    """The reader of a file, by its ending."""
    ending = path.suffix.strip().lower()
    if ending == ".parquet":
        return ParquetFile(path)
    return Sheet(path, sheet) if ending == ".xlsx" else CsvFile(path, encoding, delimiter)


def read(part: Part, choose: Choose, target: Path, say: Say) -> Extract:
    """Read a part; what a damaged file raises becomes one sentence."""
    try:
        return part.extract(choose, target, say)
    except (pa.ArrowException, UnicodeDecodeError, *UNREADABLE) as error:
        refuse_unreadable(part.name, error)


def _shift(look: Scan) -> Callable[[NDArray[np.int64]], NDArray[np.int64]]:
    """Index among the rows read -> row of the file: blank and ragged rows in between are counted in."""
    skipped = np.array(look.skipped, np.int64)
    thresholds = skipped - np.arange(len(skipped))

    def row(index: NDArray[np.int64]) -> NDArray[np.int64]:
        return index + 2 + np.searchsorted(thresholds, index, side="right")

    return row
