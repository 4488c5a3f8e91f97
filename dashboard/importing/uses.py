"""What of a source a mapping uses; the rest is said to be left out, each thing once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from dashboard.importing.entries import Entry
from dashboard.importing.query import tables_read
from dashboard.importing.raw import Extract, Place


class Uses:
    """The parts of a source that entries read, and the columns of each that any of them names."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._named: dict[Place, set[str]] = defaultdict(set)
        self._told: set[Place] = set()
        for entry in entries:
            for joined, place in entry.places():
                self._named[_part(place)].update(entry.names(joined))

    def unread(self, names: list[str]) -> list[str]:
        """Of a source's files, sheets or tables those that nothing reads."""
        used = {name for part in self._named for name in (part.file, part.sheet, part.table.rpartition(".")[2])}
        by_query = [tables_read(part.query) for part in self._named if part.query]
        for tables in by_query:
            used |= tables or set()
        rest = [name for name in names if name.strip().lower() not in used]
        return [f"{name} (unless a query reads it)" for name in rest] if None in by_query else rest

    def unnamed(self, place: Place, extract: Extract) -> list[str]:
        """What of a part that was read nothing names, with the file's name; asked a second time, none."""
        part = _part(place)
        if part in self._told:
            return []
        self._told.add(part)
        sheets = {f"sheet {each.sheet}" for each in self._named if each.sheet and each.file == part.file}
        used = self._named[part] | sheets
        return [f"{name} ({extract.file})" for name in extract.left_out if name.strip().lower() not in used]


def _part(place: Place) -> Place:
    """A place, however it is written and whatever else is said of it."""
    file, sheet, table = (text.strip().lower() for text in (place.file, place.sheet, place.table))
    return replace(place, file=file, sheet=sheet, table=table, encoding="", delimiter="")
