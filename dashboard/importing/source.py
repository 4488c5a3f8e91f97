"""Where records come from: a folder, a workbook, an archive or a database, each a set of named parts."""

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from dashboard.importing.database import open_database
from dashboard.importing.files import ENDINGS, part_of
from dashboard.importing.packed import check_unpacked, open_packed
from dashboard.importing.raw import Part, Place
from dashboard.importing.text import Refused
from dashboard.importing.workbook import Sheet, open_workbook
from dashboard.model import TABLES

MAX_ARCHIVE = 20 << 30
_REQUIRED = "patients, sessions and assessments are required"


class Source(Protocol):
    """A set of named parts."""

    @property
    def name(self) -> str:
        """As it is kept with the build: without folders, without a password."""

    def tables(self) -> tuple[dict[str, Part], list[str]]:
        """The part of each canonical table by its name, and the names of what is left out."""

    def part(self, place: Place) -> Part:
        """The part that a mapping names; raises Refused where there is none."""

    def names(self) -> list[str]:
        """All that there is."""


@contextmanager
def open_source(address: str | Path, scratch: Path, password: str, timeout: int) -> Iterator[Source]:
    """Open what an address names: a SQL address, a folder, a ``.zip`` or a ``.xlsx``."""
    if "://" in str(address):
        with open_database(str(address), password, timeout) as database:
            yield database
        return
    path = Path(address)
    if path.suffix.lower() == ".xlsx" and path.is_file():
        yield Workbook(path)
    elif path.suffix.lower() == ".zip" and path.is_file():
        yield Folder(_unpacked(path, scratch / "archive"), path.name)
    elif path.is_dir():
        yield Folder(path, path.resolve().name)
    else:
        raise Refused(
            f"{path} is not a folder; name the folder that holds patients.csv, sessions.csv, assessments.csv, "
            "or a .zip, an .xlsx or a SQL address."
        )


@dataclass(frozen=True)
class Folder:
    """A folder of files named after the tables."""

    path: Path
    name: str

    def names(self) -> list[str]:
        return sorted(each.name for each in self.path.iterdir())

    def tables(self) -> tuple[dict[str, Part], list[str]]:
        found: dict[str, Part] = {}
        left_out = []
        for name in self.names():
            ending = next((each for each in ENDINGS if name.lower().endswith(each)), None)
            table = name.lower().removesuffix(ending) if ending else ""
            if table not in TABLES or not (self.path / name).is_file():
                left_out.append(name)
            elif table in found:
                raise Refused(f"{found[table].name} and {name} are both {table}; leave one of them in the folder.")
            else:
                found[table] = part_of(self.path / name)
        _check_required(found, self.name, ".csv")
        return found, left_out

    def part(self, place: Place) -> Part:
        if not place.file:
            raise Refused(f"{self.name} is a folder and the mapping asks for a table of a database; give file = …")
        if place.file not in self.names():
            raise Refused(f"{self.name} has no file {place.file}; it has {', '.join(self.names()) or 'none'}.")
        return part_of(self.path / place.file, place.encoding, place.delimiter, place.sheet)


@dataclass(frozen=True)
class Workbook:
    """A workbook with a sheet for each table."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def names(self) -> list[str]:
        with open_workbook(self.path) as book:
            return list(book.sheet_names)

    def tables(self) -> tuple[dict[str, Part], list[str]]:
        names = self.names()
        found: dict[str, Part] = {}
        for name in names:
            if name.lower() in TABLES:
                found[name.lower()] = Sheet(self.path, name)
        _check_required(found, self.name, " sheet")
        return found, [f"sheet {name}" for name in names if name.lower() not in TABLES]

    def part(self, place: Place) -> Part:
        if place.file and place.file != self.name:
            raise Refused(f"the mapping asks for {place.file}, and the source is {self.name}; name one of the two.")
        return Sheet(self.path, place.sheet)


def _check_required(found: dict[str, Part], name: str, what: str) -> None:
    missing = [table for table, model in TABLES.items() if model.required and table not in found]
    if missing:
        raise Refused(f"{name} has no {missing[0]}{what}; {_REQUIRED}.")


def _unpacked(path: Path, folder: Path) -> Path:
    """The files of an archive, without its folders; refuses names that lead elsewhere, doubles, and bombs."""
    folder.mkdir()
    with open_packed(path) as packed:
        check_unpacked(packed, path.name, MAX_ARCHIVE, "unpack it into a folder and import that")
        for member in packed.infolist():
            _unpack(packed, member, folder, path.name)
    return folder


def _unpack(packed: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, name: str) -> None:
    place = PurePosixPath(member.filename.replace("\\", "/"))
    is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
    if place.is_absolute() or ".." in place.parts or ":" in place.name or is_link:
        raise Refused(f"{name} holds a path that leads out of it; pack it again.")
    if not place.parts or member.is_dir() or place.parts[0] == "__MACOSX":
        return
    target = folder / place.name
    if target.exists():
        raise Refused(f"{name} holds two files called {place.name}; leave one of them.")
    with packed.open(member) as read, target.open("wb") as write:
        shutil.copyfileobj(read, write, 1 << 20)
