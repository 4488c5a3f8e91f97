"""How an import reads its source: by the tables' own names, or as a mapping says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeAlias

import sqlalchemy as sa

from dashboard.importing.entries import MappingFile
from dashboard.importing.files import read
from dashboard.importing.mapped import read_mapped
from dashboard.importing.mapping import find_mapping
from dashboard.importing.raw import Part, RawPart, RawTable, Say, canonical
from dashboard.importing.source import Source
from dashboard.importing.uses import Uses
from dashboard.model import TABLES, TableModel
from dashboard.settings import Settings

Reader: TypeAlias = Callable[[sa.Connection, Path, Say], RawTable]


@dataclass(frozen=True)
class Reading:
    """What the operator says of a source.

    Attributes:
        mapping: how its parts become the ten tables; None = they have the tables' names.
        password: of a database whose address has none.
        timeout: seconds that a table of a database may take.
        loss_percent: an import that drops more of a table's rows is not published; 100 = whatever it drops.
    """

    mapping: MappingFile | None = None
    password: str = field(default="", repr=False)
    timeout: int = 600
    loss_percent: int = 10

    @classmethod
    def of(cls, settings: Settings, mapping: str = "", *, accept_loss: bool = False) -> "Reading":
        """What the settings say, with a mapping of that name; raises Refused for one that cannot be used."""
        return cls(
            find_mapping(mapping, settings.home) if mapping else None,
            settings.source_password,
            settings.source_timeout,
            100 if accept_loss else settings.loss_percent,
        )


def plan(source: Source, mapping: MappingFile | None) -> tuple[dict[str, Reader], list[str]]:
    """The reader of each table that there will be, in the tables' order; and what of the source is left out."""
    if mapping is None:
        found, left_out = source.tables()
        return {
            name: partial(_read_named, model, found[name]) for name, model in TABLES.items() if name in found
        }, left_out
    uses = Uses(entry for entries in mapping.entries.values() for entry in entries)
    readers: dict[str, Reader] = {}
    for name, entries in mapping.entries.items():
        readers[name] = partial(read_mapped, source, TABLES[name], entries, uses)
    return readers, uses.unread(source.names())


def _read_named(model: TableModel, part: Part, connection: sa.Connection, folder: Path, say: Say) -> RawTable:
    extract = read(part, canonical(model), folder / f"{model.name}.parquet", say)
    return RawTable(model, (RawPart(extract),), extract.left_out)


AS_NAMED = Reading()
"""No mapping, no password, the default time-out."""
