"""A look over a CSV file before it is read: is it sound, and how many rows should the reader find?

A reader that meets a stray quotation mark swallows rows without a word. So the lines are counted here by other means,
the quotation marks are checked one by one, and what cannot be read whole is refused with its line.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NoReturn, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dashboard.importing.text import (
    MAX_RECORD,
    UNREADABLE,
    Refused,
    delimiter_of,
    encoding_of,
    header_of,
    open_utf8,
    refuse_unreadable,
)

BLOCK = 4 << 20
MAX_SKIPPED, MAX_RAGGED = 1_000_000, 64 << 20
"""So many rows may be blank or of a wrong length, and so many characters may stand in the latter."""
_QUOTE, _LINE, _RETURN = b'"\n\r'

Positions: TypeAlias = NDArray[np.int64]


@dataclass
class Scan:
    """What stands in a file.

    Attributes:
        encoding, delimiter: how the file is written.
        header: the column names, as written.
        rows: data rows, those of a wrong length included; blank lines are none.
        skipped: positions (0 = the first line after the header) of what a reader leaves out: blank and ragged rows.
        ragged: spreadsheet row (the header is row 1) and text of each row with too many or too few fields.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    header: list[str] = field(default_factory=list)
    rows: int = 0
    skipped: list[int] = field(default_factory=list)
    ragged: list[tuple[int, str]] = field(default_factory=list)


def scan(path: Path, encoding: str = "", delimiter: str = "") -> Scan:
    """Look a CSV file over; raises Refused with the line of the first thing that cannot be read.

    Encoding and delimiter are found out where they are not given.
    """
    try:
        encoding = encoding or encoding_of(path)
        looked = _Scanner(path.name, Scan(encoding, delimiter or delimiter_of(path, encoding)))
        with open_utf8(path, encoding) as file:
            looked.read(file)
    except UNREADABLE as error:
        refuse_unreadable(path.name, error)
    if not looked.found.header:
        raise Refused(f"{path.name} is empty; a table without rows still needs its header line.")
    return looked.found


def _last_record_end(data: bytes) -> int:
    """Where the last whole record ends: after the last line break outside quotation marks."""
    if b'"' not in data:
        return data.rfind(b"\n") + 1
    codes = np.frombuffer(data, np.uint8)
    breaks = np.flatnonzero(codes == _LINE)
    outside = breaks[_inside(breaks, np.flatnonzero(codes == _QUOTE)) == 0]
    return int(outside[-1]) + 1 if outside.size else 0


def _inside(places: Positions, quotes: Positions) -> Positions:
    """1 where a place lies between an opening and a closing quotation mark."""
    return np.searchsorted(quotes, places) & 1


_FIX_QUOTE = 'write it twice ("") inside a quoted field, or remove it.'


class _Scanner:
    """Adds up what the blocks of one file hold."""

    def __init__(self, name: str, found: Scan) -> None:
        self.name = name
        self.found = found
        self.parting = found.delimiter.encode()
        self.ragged_size = 0
        self.position = 0  # of the next record after the header

    def read(self, file: BinaryIO) -> None:
        """Take the file block by block, each cut where a record ends."""
        rest, line = b"", 1
        block = file.read(BLOCK)
        while block:
            data = rest + block
            end = _last_record_end(data)
            if end:
                self.take(data[:end], line)
                line += data.count(b"\n", 0, end)
            rest = data[end:]
            if len(rest) > MAX_RECORD:
                self._check_quotes(rest, line)
                self._refuse_long(line)
            block = file.read(BLOCK)
        if rest:
            self.take(rest if rest.endswith(b"\n") else rest + b"\n", line)

    def take(self, data: bytes, line: int) -> None:
        """Check and count one block of whole records that begins on the given line."""
        self._check_text(data, line)
        codes = np.frombuffer(data, np.uint8)
        quotes = np.flatnonzero(codes == _QUOTE)
        breaks, parting = np.flatnonzero(codes == _LINE), np.flatnonzero(codes == self.parting[0])
        if quotes.size:
            self._check_quotes(data, line)
            breaks = breaks[_inside(breaks, quotes) == 0]
            parting = parting[_inside(parting, quotes) == 0]
        starts = np.concatenate(([0], breaks[:-1] + 1))
        fields = np.diff(np.searchsorted(parting, breaks), prepend=0) + 1
        if not self.found.header:
            self._take_header(data[: breaks[0] + 1])
            starts, breaks, fields = starts[1:], breaks[1:], fields[1:]
        if quotes.size:
            self._check_swallowed(data, starts, breaks, line)
        for index in np.flatnonzero(breaks - starts > MAX_RECORD)[:1]:
            self._refuse_long(line + data.count(b"\n", 0, int(starts[index])))
        self._count(data, codes, starts, breaks, fields)

    def _refuse_long(self, line: int) -> NoReturn:
        raise Refused(f"{self.name}, line {line}: the row is longer than 2 MB; export the file again.")

    def _take_header(self, text: bytes) -> None:
        self.found.header = header_of(text, self.found.delimiter)
        if not self.found.header:
            raise Refused(f"{self.name}, line 1: the header line is blank; it must name the columns.")

    def _count(
        self, data: bytes, codes: NDArray[np.uint8], starts: Positions, breaks: Positions, fields: Positions
    ) -> None:
        last = codes[np.maximum(breaks - 1, 0)]
        blank = (breaks == starts) | ((breaks == starts + 1) & (last == _RETURN))
        ragged = ~blank & (fields != len(self.found.header))
        for index in np.flatnonzero(blank | ragged):
            place = self.position + int(index)
            self.found.skipped.append(place)
            if ragged[index]:
                text = data[starts[index] : breaks[index]].decode("utf-8").rstrip("\r")
                self.found.ragged.append((place + 2, text))
                self.ragged_size += len(text)
        if len(self.found.skipped) > MAX_SKIPPED or self.ragged_size > MAX_RAGGED:
            first = f" (the first is row {self.found.ragged[0][0]})" if self.found.ragged else ""
            raise Refused(f"{self.name}: too many rows have not the fields of the header{first}; export it again.")
        self.found.rows += int((~blank).sum())
        self.position += len(breaks)

    def _check_text(self, data: bytes, line: int) -> None:
        if b"\0" in data:
            at = line + data.count(b"\n", 0, data.index(b"\0"))
            raise Refused(
                f"{self.name}, line {at}: a NUL byte; the file is damaged, or UTF-16 without its mark; save it as "
                '“CSV UTF-8”, or give encoding = "utf-16" in a mapping file.'
            )
        if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
            at = line + next(i for i, part in enumerate(data.split(b"\n")) if b"\r" in part.removesuffix(b"\r"))
            raise Refused(
                f"{self.name}, line {at}: a carriage return alone; save the file with line breaks LF or CRLF."
            )

    def _check_quotes(self, data: bytes, line: int) -> None:
        """An opening mark begins a field, a closing one ends it; a pair inside stands for one mark."""
        codes = np.frombuffer(data, np.uint8)
        quotes = np.flatnonzero(codes == _QUOTE)
        opening, closing = quotes[0::2], quotes[1::2]
        before = codes[np.maximum(opening - 1, 0)]
        after = codes[np.minimum(closing + 1, len(codes) - 1)]
        ok_open = (opening == 0) | np.isin(before, (self.parting[0], _LINE, _QUOTE))
        ok_close = np.isin(after, (self.parting[0], _LINE, _RETURN, _QUOTE))
        faults = [(int(place), int(place), "a stray quotation mark") for place in opening[~ok_open][:1]]
        for i in np.flatnonzero(~ok_close)[:1]:
            end = line + data.count(b"\n", 0, int(closing[i]))
            faults.append(
                (int(closing[i]), int(opening[i]), f"a quotation mark opened here is not closed by line {end}")
            )
        if quotes.size % 2:
            faults.append((len(data), int(opening[-1]), "a quotation mark opened here is never closed"))
        if faults:
            _, place, what = min(faults)
            opened = line + data.count(b"\n", 0, place)
            raise Refused(f"{self.name}, line {opened}: {what}; {_FIX_QUOTE}")

    def _check_swallowed(self, data: bytes, starts: Positions, breaks: Positions, line: int) -> None:
        """Two stray marks can make one field of many rows; inside it, whole rows are then still to be seen."""
        columns = len(self.found.header)
        if columns < 3:
            return
        every = np.flatnonzero(np.frombuffer(data, np.uint8) == _LINE)
        spans = np.searchsorted(every, breaks) - np.searchsorted(every, starts)
        for index in np.flatnonzero(spans > 1):
            lines = data[starts[index] : breaks[index]].split(b"\n")
            if any(part.count(self.parting) == columns - 1 for part in lines[1:-1]):
                at = line + data.count(b"\n", 0, int(starts[index]))
                what = f"a quotation mark opened here takes in the {len(lines) - 1} lines that follow"
                raise Refused(f"{self.name}, line {at}: {what}; {_FIX_QUOTE}")
