"""Where records come from: a folder, a workbook, an archive or a database, each a set of named parts."""

import zipfile
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from dashboard.importing.database import open_database
from dashboard.importing.files import ENDINGS, part_of
from dashboard.importing.packed import open_packed, unpack
from dashboard.importing.raw import Choose, Extract, Part, Place, Say
from dashboard.importing.text import Refused, Stamp, meant, stamp_of, unchanged
from dashboard.importing.workbook import Sheet, open_workbook
from dashboard.model import TABLES

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
        yield Workbook(path, stamp_of(path))
    elif path.suffix.lower() == ".zip" and path.is_file():
        yield Archive.opened(path, scratch / "archive")
    elif path.is_dir():
        yield Folder.of(path)
    else:
        raise Refused(
            f"{path} is not a folder; name the folder that holds patients.csv, sessions.csv, assessments.csv, "
            "or a .zip, an .xlsx or a SQL address."
        )


@dataclass(frozen=True)
class Unchanged:
    """A part of a file that must stay as it was when the import began."""

    part: Part
    path: Path
    before: Stamp

    @property
    def name(self) -> str:
        return self.part.name

    def extract(self, choose: Choose, target: Path, say: Say) -> Extract:
        with unchanged(self.path, self.before):
            return self.part.extract(choose, target, say)


@dataclass(frozen=True)
class Folder:
    """A folder of files named after the tables.

    Attributes:
        stamps: what there was when the import began; None for what is no file.
    """

    path: Path
    name: str
    stamps: Mapping[str, Stamp | None]

    @classmethod
    def of(cls, path: Path) -> "Folder":
        try:
            stamps = {each.name: stamp_of(each) if each.is_file() else None for each in path.iterdir()}
        except OSError as error:
            raise Refused(f"{path} cannot be read ({error.strerror}); give the right to read it.") from error
        return cls(path, path.resolve().name, stamps)

    def names(self) -> list[str]:
        return sorted(name.strip() for name in self.stamps)

    def tables(self) -> tuple[dict[str, Part], list[str]]:
        found: dict[str, str] = {}
        left_out = []
        for name in sorted(self.stamps):
            table = _table_of(name)
            if table not in TABLES or not self.has(name):
                left_out.append(name)
            elif table in found:
                raise Refused(f"{found[table]} and {name} are both {table}; leave one of them in the folder.")
            else:
                found[table] = name
        _check_required(found, self.name, ".csv")
        return {table: self._part(name, Place()) for table, name in found.items()}, left_out

    def part(self, place: Place) -> Part:
        if not place.file:
            raise Refused(f"{self.name} is a folder and the mapping asks for a table of a database; give file = …")
        name = meant(place.file, list(self.stamps))
        if name is None or not self.has(name):
            raise Refused(f"{self.name} has no file {place.file}; it has {', '.join(self.names()) or 'none'}.")
        return self._part(name, place)

    def has(self, name: str) -> bool:
        """Whether it is a file."""
        return self.stamps[name] is not None

    def _part(self, name: str, place: Place) -> Part:
        path, stamp = self._file(name)
        return Unchanged(part_of(path, place.encoding, place.delimiter, place.sheet), path, stamp)

    def _file(self, name: str) -> tuple[Path, Stamp]:
        """Where a file lies; refuses a link to what nobody named."""
        path, stamp = self.path / name, self.stamps[name]
        assert stamp is not None
        if not path.resolve().is_relative_to(self.path.resolve()):
            raise Refused(f"{name} is a link that leads out of {self.name}; put the file itself there.")
        return path, stamp


@dataclass(frozen=True)
class Archive(Folder):
    """A packed folder; a file of it is unpacked, without its folders, once it is asked for.

    Attributes:
        archive, before: the archive, and how it was when the import began.
        members: its files by their names.
    """

    archive: Path
    before: Stamp
    members: Mapping[str, zipfile.ZipInfo]

    @classmethod
    def opened(cls, path: Path, scratch: Path) -> "Archive":
        """Look into an archive; refuses names that lead elsewhere, and doubles."""
        members: dict[str, zipfile.ZipInfo] = {}
        before = stamp_of(path)
        with open_packed(path) as packed:
            for member in packed.infolist():
                name = _name_in(member, path.name)
                if name in members:
                    raise Refused(f"{path.name} holds two files called {name}; leave one of them.")
                if name:
                    members[name] = member
        scratch.mkdir()
        return cls(scratch, path.name, dict.fromkeys(members), path, before, members)

    def has(self, name: str) -> bool:
        return name in self.members

    def _file(self, name: str) -> tuple[Path, Stamp]:
        target = self.path / name
        if not target.exists():
            with unchanged(self.archive, self.before), open_packed(self.archive) as packed:
                unpack(packed, self.members[name], target, self.name)
        return target, stamp_of(target)


@dataclass(frozen=True)
class Workbook:
    """A workbook with a sheet for each table, and how it was when the import began."""

    path: Path
    before: Stamp

    @property
    def name(self) -> str:
        return self.path.name

    def names(self) -> list[str]:
        with open_workbook(self.path) as book:
            return [name.strip() for name in book.sheet_names]

    def tables(self) -> tuple[dict[str, Part], list[str]]:
        found: dict[str, Part] = {}
        left_out = []
        for name in self.names():
            table = name.lower()
            if table not in TABLES:
                left_out.append(f"sheet {name}")
            elif table in found:
                raise Refused(f"{self.name} has two sheets called {name}; rename or delete one of them.")
            else:
                found[table] = self._part(name)
        _check_required(found, self.name, " sheet")
        return found, left_out

    def part(self, place: Place) -> Part:
        if place.file and meant(place.file, [self.name]) is None:
            raise Refused(f"the mapping asks for {place.file}, and the source is {self.name}; name one of the two.")
        if place.table or place.query:
            raise Refused(f"{self.name} is a workbook and the mapping asks for a table of a database; give sheet = …")
        return self._part(place.sheet)

    def _part(self, sheet: str) -> Part:
        return Unchanged(Sheet(self.path, sheet), self.path, self.before)


def _table_of(name: str) -> str:
    """The table that a file is named after, if it is one."""
    lower = name.strip().lower()
    ending = next((each for each in ENDINGS if lower.endswith(each)), None)
    return lower.removesuffix(ending).strip() if ending else ""


def _check_required(found: Container[str], name: str, what: str) -> None:
    missing = [table for table, model in TABLES.items() if model.required and table not in found]
    if missing:
        raise Refused(f"{name} has no {missing[0]}{what}; {_REQUIRED}.")


def _name_in(member: zipfile.ZipInfo, archive: str) -> str:
    """A packed file's name without its folders; empty for what is no file."""
    place = PurePosixPath(member.filename.replace("\\", "/"))
    is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
    if place.is_absolute() or ".." in place.parts or ":" in place.name or is_link:
        raise Refused(f"{archive} holds a path that leads out of it; pack it again.")
    if not place.parts or member.is_dir() or place.parts[0] == "__MACOSX":
        return ""
    return place.name
