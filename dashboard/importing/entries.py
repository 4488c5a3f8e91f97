"""What a mapping file says, once it is checked: entries that make rows of the ten tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dashboard.importing.raw import Habits, Place
from dashboard.importing.where import Where
from dashboard.model import TableModel


@dataclass(frozen=True)
class Value:
    """Where the text of one column comes from.

    Attributes:
        candidates: names of source columns; the first that the source has counts.
        of: the joined file or table that has them; empty = the entry's own.
        constant: the text of every row, where there are no candidates.
        values: a value as the source writes it, in lower case -> ours.
        otherwise: ours for every value not listed; None = as it is.
    """

    candidates: tuple[str, ...] = ()
    of: str = ""
    constant: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None


@dataclass(frozen=True)
class Join:
    """Another file or table that gives columns: its rows with ``there`` equal to the entry's ``here``."""

    name: str
    place: Place
    here: str
    there: str
    at: Where


@dataclass(frozen=True)
class Scale:
    """A column (or columns) of one scale in a wide file: each row that has a value makes one assessment."""

    instrument: str
    columns: Mapping[str, Value]
    at: Where


@dataclass(frozen=True)
class Entry:
    """What makes rows of one table."""

    table: TableModel
    place: Place
    columns: Mapping[str, Value]
    habits: Habits
    at: Where
    joins: tuple[Join, ...] = ()
    only: Mapping[str, frozenset[str]] = field(default_factory=dict)
    scales: tuple[Scale, ...] = ()
    distinct: bool = False

    def places(self) -> Iterator[tuple[str, Place]]:
        """Each part that is read and what it is called here: the entry's own "", a joined one by its name."""
        yield "", self.place
        yield from ((join.name, join.place) for join in self.joins)

    def names(self, joined: str) -> Iterator[str]:
        """The columns, in lower case, that the entry asks for of its own part ("") or of a joined one."""
        values = [*self.columns.values(), *(value for scale in self.scales for value in scale.columns.values())]
        yield from (name.strip().lower() for value in values if value.of == joined for name in value.candidates)
        if not joined:
            yield from (name.strip().lower() for name in self.only)
        for join in self.joins:
            if not joined:
                yield join.here.strip().lower()
            elif join.name == joined:
                yield join.there.strip().lower()


@dataclass(frozen=True)
class MappingFile:
    """A checked mapping: its name and its entries by table."""

    name: str
    entries: Mapping[str, tuple[Entry, ...]]
