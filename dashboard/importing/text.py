"""A text file as UTF-8 bytes, whatever it was saved as, and the sign that parts its fields."""

import codecs
import csv
import difflib
import errno
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn, TypeAlias, cast

BLOCK = 4 << 20
MAX_RECORD = 2 << 20
"""Bytes of a row."""
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}
ENCODINGS = ("utf-8", "utf-16", "windows-1252")
MAX_RATIO, FREE_OF_RATIO = 200, 64 << 20
"""A packed file may unpack to so many times its size, once it is larger than this many bytes."""
UNREADABLE = (OSError, EOFError, zlib.error)
"""What a damaged file raises on the way."""
NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
"""An error of these is about the disk that is written to, not about the file that is read."""
_KINDS = {
    ".zip": ("zip file", "pack it again"),
    ".gz": (".gz file", "pack it again"),
    ".xlsx": (".xlsx workbook", "save it again"),
    ".parquet": ("Parquet file", "export it again"),
    "": ("text file", "export it again"),
}
"""What a file of that ending should be, and what to do where it is not."""
Stamp: TypeAlias = tuple[int, int, int]
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class Refused(ValueError):
    """An export that cannot be imported; its text is one sentence: what, where, what to do."""


def refuse_unreadable(name: str, error: Exception) -> NoReturn:
    """Says in words that a file is damaged; raises the error itself where it is about the disk written to."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        raise error
    kind, advice = next(words for ending, words in _KINDS.items() if name.strip().lower().endswith(ending))
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):  # damage can point before the first byte
        raise Refused(f"{name} cannot be read ({error.strerror}); {advice}.") from error
    raise Refused(f"{name} cannot be read: it is no {kind}, or is damaged; {advice}.") from error


def stamp_of(path: Path) -> Stamp:
    """What tells whether a file is still the same: its size, time of change, and place on the disk."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


@contextmanager
def unchanged(path: Path, before: Stamp) -> Iterator[None]:
    """Refuses a file that is not what it was, when the block begins or when it ends."""
    _check_same(path, before)
    try:
        yield
    finally:
        _check_same(path, before)


def _check_same(path: Path, before: Stamp) -> None:
    try:
        same = stamp_of(path) == before
    except OSError as error:
        refuse_unreadable(path.name, error)
    if not same:
        raise Refused(f"{path.name} changed while it was read; import it again when its export is done.")


def meant(wanted: str, names: Sequence[str]) -> str | None:
    """The name that is meant, whatever its case and the blanks around it; None where there is none, or are several."""
    same = [name for name in names if name.strip().lower() == wanted.strip().lower()]
    return wanted if wanted in names else same[0] if len(same) == 1 else None


def open_utf8(path: Path, encoding: str) -> BinaryIO:
    """Open a file, unpacked where it ends in ``.gz``, as UTF-8 without a byte order mark."""
    file = _open(path)
    if encoding == "utf-8":
        if file.read(3) != codecs.BOM_UTF8:
            file.seek(0)
        return file
    if encoding == "utf-16":
        encoding = encoding if file.read(2) in _MARKS else "utf-16-le"
        file.seek(0)
    return cast(BinaryIO, io.BufferedReader(_Recoded(file, encoding, path.name), BLOCK))


def encoding_of(path: Path) -> str:
    """One of ENCODINGS: by its byte order mark, else UTF-8 where all of it is, else Windows-1252.

    Raises Refused, with the line, for a file that is UTF-8 in some places and not in others.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, wrong, multibyte = 1, "", False
    with _open(path) as file:
        block = file.read(BLOCK)
        if block.startswith(_MARKS):
            return "utf-16"
        while block:
            if not block.isascii():
                multibyte = multibyte or bool(_MULTIBYTE.search(block))
                wrong = wrong or _wrong_byte(decoder, block, line)
            line += block.count(b"\n")
            block = file.read(BLOCK)
        wrong = wrong or _wrong_byte(decoder, b"", line, final=True)
    if wrong and multibyte:
        raise Refused(f"{path.name}, {wrong} is not UTF-8, and other lines are; save the file as “CSV UTF-8”.")
    return "windows-1252" if wrong else "utf-8"


def delimiter_of(path: Path, encoding: str) -> str:
    """The sign that parts the fields of the header line: the one that stands there most often."""
    with open_utf8(path, encoding) as file:
        head = file.readline(BLOCK).decode("utf-8", "replace")
    bare = re.sub(r'"[^"]*"', "", head)
    return max(DELIMITERS, key=bare.count)


def header_of(text: bytes, delimiter: str) -> list[str]:
    """The column names of a header line."""
    return next(csv.reader(io.StringIO(text.decode("utf-8")), delimiter=delimiter), [])


def alike(wanted: str, header: list[str]) -> str:
    """The columns of a header that are named like the wanted one, in words.

    Others are not shown: where the header line was forgotten, its names are somebody's record.
    """
    names = {re.sub(r"[\W_]+", "", name).lower(): " ".join(name.split()) for name in header}
    near = difflib.get_close_matches(re.sub(r"[\W_]+", "", wanted).lower(), list(names), n=3)
    if near:
        return f"like it: {', '.join(names[each] for each in near)}"
    return f"of its {len(header)} columns none is named like it"


def _wrong_byte(decoder: codecs.IncrementalDecoder, block: bytes, line: int, *, final: bool = False) -> str:
    """Where the first byte stands that is not UTF-8, in words; empty where all are."""
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError as error:
        at = line + error.object.count(b"\n", 0, error.start)
        return f"line {at}: byte 0x{error.object[error.start]:02X}"
    return ""


def _open(path: Path) -> BinaryIO:
    return cast(BinaryIO, _Unpacked(path)) if path.suffix.strip().lower() == ".gz" else path.open("rb")


class _Unpacked(gzip.GzipFile):
    """A packed file that is refused once it unpacks to more than any table does."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "rb")
        self._most = max(FREE_OF_RATIO, MAX_RATIO * path.stat().st_size)
        self._file_name = path.name

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if self.tell() > self._most:
            raise Refused(f"{self._file_name} unpacks to more than {MAX_RATIO} times its size; export it again.")
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Recoded(io.RawIOBase):
    """The bytes of a file in another encoding, as UTF-8."""

    def __init__(self, file: BinaryIO, encoding: str, name: str) -> None:
        self._file, self._encoding, self._name = file, encoding, name
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = b""
        self._line = 1

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            block = self._file.read(BLOCK)
            self._ready = self._decode(block)
            if not block:
                break
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def _decode(self, block: bytes) -> bytes:
        try:
            data = self._decoder.decode(block, final=not block).encode("utf-8")
        except UnicodeError as error:
            start = error.start if isinstance(error, UnicodeDecodeError) else 0
            line = self._line + block.count(b"\n", 0, start)
            raise Refused(
                f"{self._name}, line {line}: a byte that is not {self._encoding.upper()}; save the file as “CSV UTF-8”."
            ) from error
        self._line += data.count(b"\n")
        return data

    def close(self) -> None:
        self._file.close()
        super().close()
