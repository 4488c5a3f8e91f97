"""SQL databases as sources: read-only, streamed, with a time-out, and the password in no sentence."""

import decimal
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from dashboard.importing.raw import FETCH, Choose, Extract, Part, Place, Rows, Say, too_long, unchosen, write
from dashboard.importing.text import MAX_RECORD, Refused
from dashboard.importing.workbook import text_of
from dashboard.model import TABLES

_CONNECT_SECONDS = 10
_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "mssql": "mssql+pymssql",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
}
_OF_FILES = ("sqlite:", "duckdb:")


@dataclass(frozen=True)
class Database:
    """One database, open for reading.

    Attributes:
        name: its kind and name, without host or people.
        timeout: seconds that one table or query may take.
    """

    name: str
    engine: sa.Engine = field(repr=False)
    timeout: int

    def names(self) -> list[str]:
        with _said(self.engine, self.name):
            inspector = sa.inspect(self.engine)
            return sorted([*inspector.get_table_names(), *inspector.get_view_names()])

    def tables(self) -> tuple[dict[str, Part], list[str]]:
        """Tables or views of the canonical names, in any case; and the names of the others."""
        names = self.names()
        found: dict[str, Part] = {n.lower(): SqlRows(self, Place(table=n)) for n in names if n.lower() in TABLES}
        missing = [table for table, model in TABLES.items() if model.required and table not in found]
        if missing:
            raise Refused(
                f"{self.name} has no table or view {missing[0]}; patients, sessions and assessments are required, "
                "or a mapping file that says where they are."
            )
        return found, [f"table {name}" for name in names if name.lower() not in TABLES]

    def part(self, place: Place) -> Part:
        if place.file:
            raise Refused(f"{self.name} is a database and the mapping asks for the file {place.file}; give table = …")
        return SqlRows(self, place)


@dataclass(frozen=True)
class SqlRows:
    """The rows of a table, a view or a query; they are numbered in the order in which they come, from 1."""

    database: Database
    place: Place

    @property
    def name(self) -> str:
        return f"table {self.place.table}" if self.place.table else "query"

    def extract(self, choose: Choose, target: Path, say: Say) -> Extract:
        engine = self.database.engine
        with _said(engine, f"{self.database.name}, {self.name}"), engine.connect() as connection:
            header = self._columns() if self.place.table else []
            chosen = choose(self.name, header) if header else {}
            read = [header[place] for place in chosen.values()]
            with _limited(connection, self.database.timeout):
                streaming = connection.execution_options(stream_results=True, max_row_buffer=FETCH)
                with streaming.execute(self._statement(read)) as result:
                    if not header:
                        header = list(result.keys())
                        chosen = choose(self.name, header)
                        read = header
                    places = [read.index(header[place]) for place in chosen.values()]
                    numbers = {name: number for number, name in enumerate(chosen)}
                    count = write(_batches(result, places, self.name), numbers, target, self.name, say)
        left_out = unchosen(header, chosen)
        return Extract(self.name, target, tuple(chosen), count, [], len(header), left_out, database=True)

    def _table(self) -> tuple[str, str | None]:
        schema, _, table = self.place.table.rpartition(".")
        return table, schema or None

    def _columns(self) -> list[str]:
        table, schema = self._table()
        try:
            return [str(column["name"]) for column in sa.inspect(self.database.engine).get_columns(table, schema)]
        except sa.exc.NoSuchTableError:
            names = ", ".join(self.database.names()) or "none"
            raise Refused(f"{self.database.name} has no table {self.place.table}; it has {names}.") from None

    def _statement(self, columns: list[str]) -> sa.Executable:
        if self.place.query:
            return sa.text(self.place.query.replace(":", "\\:"))
        table, schema = self._table()
        names: list[sa.ColumnClause[Any]] = [sa.column(sa.quoted_name(name, quote=True)) for name in columns]
        return sa.select(*names).select_from(sa.table(table, schema=schema))


@contextmanager
def open_database(address: str, password: str, timeout: int) -> Iterator[Database]:
    """Open a SQL address; raises Refused, without the password, where that cannot be done."""
    url, name = _url(address, password)
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=_arguments(url, timeout))
    if url.get_backend_name() in ("mysql", "mariadb"):
        sa.event.listen(engine, "connect", lambda driver, _: _read_only_mysql(driver))
    try:
        with _said(engine, name), engine.connect():
            pass
        yield Database(name, engine, timeout)
    finally:
        engine.dispose()


def _url(address: str, password: str) -> tuple[sa.URL, str]:
    if address.count("@") > 1 and not address.startswith(_OF_FILES):  # what follows the first would be read as a host
        raise Refused(
            "The SQL address has more than one @; where the password holds one, leave it out and give it as "
            "CLINIC_SOURCE_PASSWORD."
        )
    try:
        given = sa.make_url(address)
        driver = _DRIVERS[given.drivername]
    except (sa.exc.ArgumentError, ValueError):
        raise Refused("The SQL address cannot be read; write it as postgresql://user@host/database.") from None
    except KeyError:
        known = ", ".join(f"{each}://" for each in _DRIVERS)
        raise Refused(f"{given.drivername}:// is no kind of database that is read; those are {known}.") from None
    name = f"{given.drivername} database {Path(given.database or '').name}"
    if driver in ("sqlite", "duckdb"):
        path = Path(given.database or "")
        if not path.is_file():
            raise Refused(f"{name} does not exist; give its path, as in {driver}:////srv/export/clinic.{driver}.")
        if driver == "sqlite":
            query = {"mode": "ro", "uri": "true"}
            return sa.URL.create(driver, database=f"file:{quote(str(path.absolute()))}", query=query), name
        return sa.URL.create(driver, database=str(path)), name
    return given.set(drivername=driver, password=given.password or password or None), name


def _arguments(url: sa.URL, timeout: int) -> dict[str, Any]:
    backend = url.get_backend_name()
    if backend == "postgresql":
        options = f"-c default_transaction_read_only=on -c statement_timeout={timeout * 1000}"
        return {"connect_timeout": _CONNECT_SECONDS, "options": options}
    if backend in ("mysql", "mariadb"):
        return {"connect_timeout": _CONNECT_SECONDS, "read_timeout": timeout, "charset": "utf8mb4"}
    if backend == "mssql":
        return {"login_timeout": _CONNECT_SECONDS, "timeout": timeout}
    if backend == "duckdb":
        config = {"enable_external_access": "false", "autoinstall_known_extensions": "false"}
        return {"read_only": True, "config": {**config, "lock_configuration": "true"}}
    return {}


def _read_only_mysql(driver: Any) -> None:
    with driver.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")


@contextmanager
def _limited(connection: sa.Connection, seconds: int) -> Iterator[None]:
    """Stops what the connection is doing when the time is over, where the driver can; others have their own limit."""
    driver = connection.connection.driver_connection
    stop: Callable[[], Any] | None = getattr(driver, "interrupt", None) or getattr(driver, "cancel", None)
    over = threading.Event()

    def end() -> None:
        over.set()
        if stop is not None:
            stop()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        yield
    except Exception as error:
        if over.is_set():
            raise Refused(
                f"The database took longer than {seconds} seconds; raise CLINIC_SOURCE_TIMEOUT or ask it for less."
            ) from error
        raise
    finally:
        timer.cancel()


@contextmanager
def _said(engine: sa.Engine, name: str) -> Iterator[None]:
    """Turns what a driver raises into one sentence without password and without values."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        detail = type(error.orig).__name__
        if isinstance(error, sa.exc.OperationalError | sa.exc.ProgrammingError):
            detail = _words(error.orig).strip().partition("\n")[0].partition(" with text ")[0][:300]
            if engine.url.password:
                detail = detail.replace(str(engine.url.password), "…")
        raise Refused(f"{name} cannot be read ({detail}); mend that, then import again.") from None


def _words(said: Any) -> str:
    """What a driver says; pymssql hides it in bytes within a pair."""
    if isinstance(said, BaseException) and said.args and isinstance(said.args[-1], tuple):
        said = said.args[-1][-1]
    return (
        re.sub(r"DB-Lib error message \d+, severity \d+:\s*", "", said.decode())
        if isinstance(said, bytes)
        else str(said)
    )


def _batches(result: sa.Result[Any], places: list[int], part: str) -> Rows:
    start = 1
    for rows in _few(result, places, part):
        texts = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        batch = pa.RecordBatch.from_arrays(texts, names=[f"c{place}" for place in range(len(places))])
        yield batch, np.arange(start, start + len(rows), dtype=np.int64)
        start += len(rows)


def _few(result: sa.Result[Any], places: list[int], part: str) -> Iterator[list[list[str | None]]]:
    """Some rows at a time, as text; each is looked at before the next is fetched."""
    rows: list[list[str | None]] = []
    size = 0
    for read, row in enumerate(result, start=1):
        texts = [_text(row[place]) for place in places]
        length = sum(len(text) for text in texts if text)
        if length > MAX_RECORD:
            raise too_long(f"{part}, row {read}")
        rows.append(texts)
        size += length
        if len(rows) == FETCH or size > MAX_RECORD:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _text(value: Any) -> str | None:
    if isinstance(value, decimal.Decimal):
        return f"{value:f}"
    if isinstance(value, bytes | memoryview):
        data = bytes(value)
        return str(data[0]) if data in (b"\0", b"\1") else data.decode("utf-8", "replace")
    return text_of(value)
