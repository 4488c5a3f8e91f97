"""Zip archives, and the workbooks that are such: damage said in words, and no more unpacked than may be."""

import lzma
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from dashboard.importing.text import BLOCK, UNREADABLE, Refused, refuse_unreadable

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
