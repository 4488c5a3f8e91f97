"""Cohorts that somebody gave a name, for everyone who treats: entries are only added, the last of a name counts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from dashboard.records import Records, RecordsError, append_only, utc_now

LONGEST_NAME = 60

_METADATA = sa.MetaData()
_COHORTS = sa.Table(
    "cohorts",
    _METADATA,
    sa.Column("number", sa.Integer(), primary_key=True),
    sa.Column("name", sa.String(LONGEST_NAME), nullable=False, index=True),
    sa.Column("filters", sa.String(), nullable=False, comment="JSON; empty: the name is forgotten"),
    sa.Column("author", sa.String(), nullable=False),
    sa.Column("at", sa.String(), nullable=False, comment="UTC, ISO 8601"),
)


@dataclass(frozen=True)
class Saved:
    """A cohort with a name, and who gave it."""

    name: str
    filters: Mapping[str, Any]
    author: str
    at: str


@dataclass(frozen=True)
class Cohorts:
    """The named cohorts of a home."""

    engine: sa.Engine = field(repr=False)

    @classmethod
    def of(cls, records: Records) -> "Cohorts":
        """The cohorts beside these records; the table is made where it is missing."""
        append_only(records, _METADATA, "cohorts", "A name can be given anew or forgotten, not changed.")
        return cls(records.engine)

    def save(self, name: str, filters: Mapping[str, Any], *, author: str) -> None:
        """Give a cohort a name; raises RecordsError for no name, or for a cohort of everyone."""
        if not filters:
            raise RecordsError("This is everyone; choose a cohort first, then give it a name.")
        self._write(_checked(name), json.dumps(filters, sort_keys=True), author)

    def forget(self, name: str, *, author: str) -> None:
        """Take a name away; raises RecordsError where nothing has it."""
        if _checked(name) not in {each.name for each in self.standing()}:
            raise RecordsError(f"No cohort is called {_checked(name)!r}.")
        self._write(_checked(name), "", author)

    def standing(self) -> list[Saved]:
        """The last of each name, unless it was forgotten, in order of name."""
        c = _COHORTS.c
        last = sa.select(sa.func.max(c.number)).group_by(c.name)
        statement = sa.select(c.name, c.filters, c.author, c.at).where(c.number.in_(last), c.filters != "")
        with self.engine.execution_options(writes=False).connect() as connection:
            rows = connection.execute(statement.order_by(c.name)).all()
        return [Saved(row.name, json.loads(row.filters), row.author, row.at) for row in rows]

    def _write(self, name: str, filters: str, author: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(_COHORTS.insert(), {"name": name, "filters": filters, "author": author, "at": utc_now()})


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise RecordsError(f"A cohort's name has 1 to {LONGEST_NAME} characters.")
    return name
