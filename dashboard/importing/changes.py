"""What an import changes: rows new, changed and vanished by table, and whether anything is different at all."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from dashboard.model import SQL, TABLES
from dashboard.store import FACTS

_OF_THE_BUILD = ("build", "report")
"""Facts that differ between two builds of the same records."""


@dataclass(frozen=True)
class Change:
    """How a table's accepted rows differ from those of the build that is published.

    Attributes:
        before: how many rows the published build has.
        new, changed, vanished: by key; a table without a key has rows that are new or vanished only.
    """

    before: int
    new: int
    changed: int
    vanished: int


@dataclass(frozen=True)
class Previous:
    """The published build, attached to a draft's connection."""

    connection: sa.Connection
    path: Path

    @classmethod
    def attached(cls, connection: sa.Connection, path: Path) -> "Previous":
        """Attach it read-only; it is let go of with the connection."""
        quoted = str(path).replace("'", "''")
        connection.exec_driver_sql(f"ATTACH '{quoted}' AS previous (READ_ONLY)")
        return cls(connection, path)

    def changes(self) -> dict[str, Change]:
        """Table by table."""
        columns = self._columns("previous")
        return {name: self._change(name, columns.get(name, {})) for name in TABLES}

    def _change(self, name: str, known: Mapping[str, str]) -> Change:
        shared = [column for column in SQL[name].c.keys() if column in known]
        key = ", ".join(f'"{column}"' for column in TABLES[name].key or shared)
        row = ", ".join(f'"{column}"' for column in shared)
        rows = 'SELECT hash({key}) AS k, hash({row}) AS h FROM "{of}".main.{name}'
        old, new = (rows.format(key=key, row=row, of=of, name=name) for of in ("previous", self._own()))
        found = self.connection.exec_driver_sql(
            f"""
            SELECT count(old.k), count(*) FILTER (WHERE old.k IS NULL), count(*) FILTER (WHERE old.h <> new.h),
                   count(*) FILTER (WHERE new.k IS NULL)
            FROM ({old}) AS old FULL JOIN ({new}) AS new ON old.k = new.k
            """
        ).one()
        return Change(*(int(number) for number in found))

    def is_the_same(self, facts: Mapping[str, object]) -> bool:
        """Whether the draft has the tables of the published build, row by row, and its facts."""
        rows = self.connection.exec_driver_sql("SELECT key, value FROM previous.main.facts")
        old = {key: json.loads(value) for key, value in rows}
        if {k: v for k, v in old.items() if k not in _OF_THE_BUILD} != json.loads(
            json.dumps({k: v for k, v in facts.items() if k not in _OF_THE_BUILD})
        ):
            return False
        tables, others = self._columns(self._own()), self._columns("previous")
        names = {*tables, *others} - {FACTS.name}
        return all(tables.get(name) == others.get(name) for name in names) and all(
            self._digest("previous", name, columns) == self._digest(self._own(), name, columns)
            for name, columns in sorted(tables.items())
            if name != FACTS.name
        )

    def _own(self) -> str:
        return str(self.connection.exec_driver_sql("SELECT current_database()").scalar_one())

    def _columns(self, database: str) -> dict[str, dict[str, str]]:
        """Table -> column -> type."""
        rows = self.connection.exec_driver_sql(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() "
            f"WHERE database_name = '{database}' AND schema_name = 'main' AND NOT internal ORDER BY ALL"
        )
        found: dict[str, dict[str, str]] = {}
        for table, column, kind in rows:
            found.setdefault(table, {})[column] = kind
        return found

    def _digest(self, database: str, name: str, columns: Iterable[str]) -> tuple[object, ...]:
        """The same for the same rows in any order."""
        listed = ", ".join(f'"{column}"' for column in columns)
        select = f'SELECT count(*), sum(CAST(hash({listed}) AS HUGEINT)) FROM "{database}".main.{name}'
        return tuple(self.connection.exec_driver_sql(select).one())


def loss_in(changes: Mapping[str, Change], percent: int) -> str:
    """A sentence on the first table that would lose more than that share of its rows; empty where none would."""
    for name, change in changes.items():
        if 100 * change.vanished > percent * change.before:
            return (
                f"{name}: {change.vanished:,} of the {change.before:,} rows that are published are not among the rows "
                f"accepted now, more than {percent} %"
            )
    return ""
