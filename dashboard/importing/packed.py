"""Zip archives, and the workbooks that are such: damage said in words, and no more unpacked than may be."""

import lzma
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from dashboard.importing.text import BLOCK, FREE_OF_RATIO, MAX_RATIO, UNREADABLE, Refused, refuse_unreadable

_DAMAGE = (
    *(zipfile.BadZipFile, lzma.LZMAError, struct.error, expat.ExpatError),
    *(RuntimeError, LookupError, ValueError, *UNREADABLE),
)
"""What the libraries raise on damaged bytes, on an unknown kind of packing and on a password."""


@contextmanager
def open_packed(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive; what the library raises, also in the block, becomes one sentence. Do nothing else in there."""
    try:
        with zipfile.ZipFile(path) as packed:
            yield packed
    except Refused:
        raise
    except _DAMAGE as error:
        refuse_unreadable(path.name, error)


def unpack(packed: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, name: str) -> None:
    """Unpack one file of an archive; refuses one that turns out far larger than any table does."""
    _check_open(member, name)
    most, size = max(FREE_OF_RATIO, MAX_RATIO * member.compress_size), 0
    with packed.open(member) as file, target.open("wb") as write:
        while block := file.read(BLOCK):
            size += len(block)
            if size > most:
                raise Refused(f"{name}: {target.name} unpacks to more than {MAX_RATIO} times its size; pack it again.")
            write.write(block)


def check_unpacked(packed: zipfile.ZipFile, name: str, most: int, advice: str) -> None:
    """Refuse what unpacks to more bytes than ``most``; a size that the archive only claims is counted out."""
    total = 0
    for member in packed.infolist():
        _check_open(member, name)
        with packed.open(member) as file:
            while block := file.read(BLOCK):
                total += len(block)
                if total > most:
                    raise Refused(f"{name} unpacks to more than {most >> 20} MB; {advice}.")


def _check_open(member: zipfile.ZipInfo, name: str) -> None:
    if member.flag_bits & 1:
        raise Refused(f"{name} has a password; save it without one.")
