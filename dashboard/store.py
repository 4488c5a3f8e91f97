"""The published builds: the only module that knows the engine.

A build is one immutable DuckDB file, ``store-<build>.duckdb`` in the home folder, and the file ``current`` names the
one that is shown. A path is never used twice, so what a reader opened stays what it opened. The same statements run
on any engine that SQLAlchemy speaks to; a ``Store`` over Postgres answers with equal tables.
"""

import datetime
import fcntl
import json
import os
import secrets
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.model import Statement

FACTS = sa.Table("facts", sa.MetaData(), sa.Column("key", sa.String()), sa.Column("value", sa.String()))
"""What a build says of itself: one JSON value a key."""

MEMORY = "500MB"
"""What the engine may take for an import; the process, its libraries and what the engine does not count come to it."""
_READ_ONLY = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "threads": 2,
    "memory_limit": "900MB",
    "lock_configuration": "true",
}
# As it is by default, each IN of a list becomes a join of its own; the checks of a table have a hundred of them.
# FSST would make the file a third smaller, and take a quarter longer to write the scores.
_WRITING = {
    "threads": 2,
    "memory_limit": MEMORY,
    "disabled_optimizers": "in_clause",
    "disabled_compression_methods": "fsst",
}
_EPOCH = datetime.date(1970, 1, 1)


class StoreError(RuntimeError):
    """Nothing can be read; its text is one sentence that says what to do."""


@dataclass(frozen=True)
class Store:
    """One build, open for reading."""

    engine: sa.Engine = field(repr=False)

    def read(self, statement: Statement) -> pd.DataFrame:
        """Run the statement; columns have the dtypes of its types on every engine, with rows and without."""
        with self.engine.connect() as connection:
            rows = connection.execute(statement).all()
        columns = list(statement.selected_columns)
        # a frame of arrays of its own: of series it would align and copy each, which takes as long as the statement
        arrays = {c.name: pd.array([row[i] for row in rows], dtype=_dtype(c.type)) for i, c in enumerate(columns)}
        return pd.DataFrame(arrays, copy=False)

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """What the build says of itself: ``build``, ``as_of``, ``timezone``, ``report``, …"""
        table = self.read(sa.select(FACTS))
        return {key: json.loads(value) for key, value in zip(table["key"], table["value"], strict=True)}

    @property
    def build(self) -> str:
        """The build's name."""
        return str(self.facts["build"])

    @property
    def as_of(self) -> datetime.date:
        """The clinic-local day that the records stand for."""
        return datetime.date.fromisoformat(self.facts["as_of"])

    @property
    def as_of_day(self) -> int:
        """The same, in days since 1970-01-01."""
        return (self.as_of - _EPOCH).days


def write_facts(connection: sa.Connection, facts: Mapping[str, Any]) -> None:
    """Write what a build says of itself."""
    FACTS.create(connection)
    connection.execute(FACTS.insert(), [{"key": k, "value": json.dumps(v)} for k, v in facts.items()])


def day_number(date: datetime.date) -> int:
    """Days since 1970-01-01, as stored beside every date."""
    return (date - _EPOCH).days


def _dtype(kind: sa.types.TypeEngine[Any]) -> Any:
    """The pandas dtype of a SQL type, so that both engines and an empty answer give equal tables."""
    if isinstance(kind, sa.Boolean):
        return "boolean"
    if isinstance(kind, sa.Integer):
        return "Int64"
    if isinstance(kind, sa.Numeric | sa.Float):
        return "Float64"
    if isinstance(kind, sa.Date | sa.DateTime):
        return "datetime64[us]"
    if isinstance(kind, sa.String):
        return "str"
    raise TypeError(f"a column of the statement has no type of its own ({kind!r}); give it one")


class Builds:
    """The builds in a home folder, and which of them is shown."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._open: dict[str, Store] = {}
        self._opening = threading.Lock()

    @property
    def pointer(self) -> Path:
        """The file that names the build shown."""
        return self.home / "current"

    def published(self) -> bool:
        """True once an import has been published here."""
        return self.pointer.exists()

    def current(self) -> Store:
        """The build that is shown now; follows the pointer when a new one is published."""
        if not self.published():
            raise StoreError(f"No records are published in {self.home}; run: python -m dashboard import FOLDER")
        build = self.pointer.read_text(encoding="utf-8").strip()
        with self._opening:
            if build not in self._open:
                path = self._file(build)
                if not path.exists():
                    raise StoreError(f"{path.name} is missing from {self.home}; import the export again.")
                self._open[build] = Store(_engine(path, read_only=True))
            return self._open[build]

    def current_file(self) -> Path | None:
        """The file of the build that is shown; None where there is none."""
        if not self.published():
            return None
        path = self._file(self.pointer.read_text(encoding="utf-8").strip())
        return path if path.exists() else None

    @contextmanager
    def new(self) -> Iterator["Draft"]:
        """A draft that is published whole when the block ends, or not at all when it fails or is dropped.

        One at a time: raises StoreError while another is being written. What a killed one left behind is removed.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        with self._alone():
            self._sweep()
            yield from self._draft()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the home's lock, which the system lets go of however the process ends."""
        folder = os.open(self.home, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise StoreError(f"Another import into {self.home} is running; wait until it has ended.") from None
        finally:
            os.close(folder)

    def _sweep(self) -> None:
        """Remove the drafts and scratch of imports that were killed."""
        for pattern in ("draft-*", "raw-*", "current-*"):
            for path in self.home.glob(pattern):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)

    def _draft(self) -> Iterator["Draft"]:
        build = f"{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        path = self.home / f"draft-{build}.duckdb"
        engine = _engine(path, read_only=False, scratch=self.home / f"draft-{build}.tmp")
        draft = Draft(build, engine)
        try:
            yield draft
            if not draft.dropped:
                _close_whole(engine)
                self._publish(build, path)
        finally:
            engine.dispose()
            for left in self.home.glob(f"draft-{build}.duckdb*"):
                left.unlink(missing_ok=True)

    def _publish(self, build: str, path: Path) -> None:
        """Give the file its final name, then move the pointer: each step is one atomic rename."""
        pointer = self.home / f"current-{build}"
        pointer.write_text(build + "\n", encoding="utf-8")
        _sync(path)
        _sync(pointer)
        previous = self.pointer.read_text(encoding="utf-8").strip() if self.published() else None
        path.rename(self._file(build))
        _sync(self.home)
        os.replace(pointer, self.pointer)
        _sync(self.home)
        self._forget(keep={build, previous})

    def _file(self, build: str) -> Path:
        return self.home / f"store-{build}.duckdb"

    def _forget(self, keep: set[str | None]) -> None:
        """Remove older builds; the one before stays for those who still read it."""
        for path in self.home.glob("store-*.duckdb"):
            if path.stem.removeprefix("store-") not in keep:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of every file."""
        for store in self._open.values():
            store.engine.dispose()
        self._open.clear()


@dataclass
class Draft:
    """A build being written; ``dropped``: it is not to be published."""

    build: str
    engine: sa.Engine = field(repr=False)
    dropped: bool = False

    def connect(self) -> sa.Connection:
        """Each statement for itself: nobody sees the file before it is whole, and what a transaction has written
        takes the engine more time and memory to read until it ends.
        """
        return self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _close_whole(engine: sa.Engine) -> None:
    """Bring everything into the file itself: done on closing, the engine would not say that it could not."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            connection.exec_driver_sql("CHECKPOINT")
        except sa.exc.DBAPIError:
            connection.invalidate()  # the engine cannot even roll back after this, and the pool would tell the log
            raise
    engine.dispose()


def _sync(path: Path) -> None:
    """See a file or folder safely on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _engine(path: Path, *, read_only: bool, scratch: Path | None = None) -> sa.Engine:
    config: dict[str, Any] = dict(_READ_ONLY if read_only else _WRITING)
    if scratch is not None:
        config["temp_directory"] = str(scratch)
    return sa.create_engine(f"duckdb:///{path}", connect_args={"read_only": read_only, "config": config})
