"""SQL databases end in the same records as the plain files; they are only read, and no password is said."""

import datetime
import os
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.cli import main
from dashboard.clinic_file import ClinicFile
from dashboard.importing import database
from dashboard.importing.raw import Place
from dashboard.importing.read import Reading
from dashboard.importing.text import Refused
from dashboard.model import TABLES as MODELS
from tests.importing.twins import TABLES, Records, check_equal, plain, read

MARIADB = os.environ.get("TEST_MARIADB", "")
"""The address of a MariaDB that may be written to; ``make test-mariadb`` starts one."""
KINDS: dict[str, tuple[sa.types.TypeEngine[Any], Callable[[str], object]]] = {
    "text": (sa.Text(), str),
    "code": (sa.String(40), str),
    "integer": (sa.Integer(), int),
    "number": (sa.Numeric(12, 3), Decimal),
    "boolean": (sa.Boolean(), lambda text: text == "true"),
    "date": (sa.Date(), datetime.date.fromisoformat),
    "datetime": (sa.DateTime(), datetime.datetime.fromisoformat),
}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, clinic_file: ClinicFile) -> Records:
    return plain(tmp_path_factory.mktemp("expected"), clinic_file)


def fill(engine: sa.Engine) -> None:
    """The export's tables with columns of their own types, and a table that is nobody's."""
    metadata = sa.MetaData()
    for name, rows in TABLES.items():
        kinds = {column.name: KINDS[column.kind] for column in MODELS[name].columns if column.name in rows[0]}
        sa.Table(name, metadata, *(sa.Column(column, kind) for column, (kind, _) in kinds.items()))
        values = [{c: kinds[c][1](str(v)) if v else None for c, v in row.items()} for row in rows]
        with engine.begin() as connection:
            metadata.tables[name].create(connection)
            connection.execute(metadata.tables[name].insert(), values)
    with engine.begin() as connection:
        sa.Table("billing", metadata, sa.Column("secret", sa.Text())).create(connection)
    engine.dispose()


@pytest.fixture(scope="module")
def postgres_address(postgres_engine: sa.Engine) -> str:
    with postgres_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE DATABASE clinic")
    url = postgres_engine.url.set(database="clinic")
    fill(sa.create_engine(url))
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def mariadb_address() -> str:
    fill(sa.create_engine(MARIADB.replace("mariadb://", "mariadb+pymysql://")))
    return MARIADB


@pytest.fixture(params=["postgres", "sqlite", "duckdb", *(["mariadb"] if MARIADB else [])])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind that holds the export."""
    if request.param in ("postgres", "mariadb"):
        return str(request.getfixturevalue(f"{request.param}_address"))
    given = f"{request.param}:///{tmp_path / 'clinic.db'}"
    fill(sa.create_engine(given))
    return given


def test_a_database_ends_in_the_records_of_its_plain_twin(
    address: str, tmp_path: Path, clinic_file: ClinicFile, expected: Records
) -> None:
    found, report = read(address, tmp_path / "home", clinic_file)
    check_equal(found, expected)
    assert "Left out, not one of the ten tables: table billing." in report.notes


def test_a_database_is_only_read(address: str) -> None:
    """Even a statement that got past every check before it would write nothing."""
    for statement in ("INSERT INTO billing VALUES ('x')", "DROP TABLE billing", "CREATE TABLE more (a INTEGER)"):
        with (
            database.open_database(address, "", 10) as opened,
            opened.engine.connect() as connection,
            pytest.raises(sa.exc.DBAPIError),
        ):
            connection.exec_driver_sql(statement)
    with database.open_database(address, "", 10) as opened:
        assert "billing" in opened.names()


def test_a_query_takes_no_longer_than_it_may(address: str, tmp_path: Path) -> None:
    # a thousand million rows counted one by one
    numbers = "SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000"
    slow = (
        f"WITH RECURSIVE numbers AS ({numbers}) SELECT sum(a.n * b.n * c.n) AS n FROM numbers a, numbers b, numbers c"
    )
    begun = time.monotonic()
    with database.open_database(address, "", 1) as opened, pytest.raises(Refused):
        opened.part(Place(query=slow)).extract(lambda file, header: {"n": 0}, tmp_path / "n.parquet", print)
    assert time.monotonic() - begun < 60


def test_many_rows_are_streamed_in_batches(
    tmp_path: Path, clinic_file: ClinicFile, monkeypatch: pytest.MonkeyPatch, expected: Records
) -> None:
    monkeypatch.setattr(database, "FETCH", 1)
    address = f"sqlite:///{tmp_path / 'clinic.db'}"
    fill(sa.create_engine(address))
    check_equal(read(address, tmp_path / "home", clinic_file)[0], expected)


def test_a_row_may_be_no_longer_than_that_of_a_file(address: str, tmp_path: Path) -> None:
    long = f"SELECT '{'x' * 1024}' AS n"
    joined = "concat(n, n, n, n, n, n, n, n)" if "mariadb" in address else "n||n||n||n||n||n||n||n"
    for _ in range(4):  # 4 MB
        long = f"SELECT {joined} AS n FROM ({long}) AS shorter"
    rows = f"SELECT 'short' AS n UNION ALL {long}"
    with (
        database.open_database(address, "", 60) as opened,
        pytest.raises(Refused, match=r"^query, row 2: the row is lo"),
    ):
        opened.part(Place(query=rows)).extract(lambda file, header: {"n": 0}, tmp_path / "n.parquet", print)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("oracle://u@h/db", "oracle:// is no kind of database that is read; those are postgresql://, mysql://"),
        ("postgresql://u:secret@h:port/db", "The SQL address cannot be read; write it as postgresql://"),
        ("postgresql://u:a@secret@127.0.0.1:1/db", "The SQL address has more than one @; where the password holds one"),
        ("mysql://u:a@secret/2@127.0.0.1:1/db", "The SQL address has more than one @; where the password holds one"),
        ("sqlite:////nowhere/clinic.db", "sqlite database clinic.db does not exist; give its path"),
        ("duckdb:////nowhere/clinic.db", "duckdb database clinic.db does not exist; give its path"),
        ("postgresql://u:secret@127.0.0.1:1/db", "postgresql database db cannot be read ("),
        ("mysql://u:secret@127.0.0.1:1/db", "mysql database db cannot be read ("),
        ("mssql://u:secret@127.0.0.1:1/db", "mssql database db cannot be read (Unable to connect: "),
    ],
)
def test_what_cannot_be_opened_is_one_sentence_without_the_password(
    address: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLINIC_HOME", str(tmp_path))
    assert main(["import", address]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith(sentence), printed.err
    assert len(printed.err.splitlines()) == 1
    assert "secret" not in printed.out + printed.err


def test_a_wrong_password_from_the_environment_is_not_said(
    postgres_address: str, tmp_path: Path, clinic_file: ClinicFile, expected: Records
) -> None:
    """Postgres on its own socket asks for none, so a given one is no hindrance; it is nowhere in what is kept."""
    found, report = read(postgres_address, tmp_path / "home", clinic_file, Reading(password="hunter2"))
    check_equal(found, expected)
    assert "hunter2" not in str(report.as_dict())
    assert all(b"hunter2" not in path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert "hunter2" not in repr(Reading(password="hunter2"))


def test_values_of_a_database_are_in_no_sentence(tmp_path: Path, clinic_file: ClinicFile) -> None:
    address = f"sqlite:///{tmp_path / 'clinic.db'}"
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        for name in ("patients", "sessions", "assessments"):
            columns = ", ".join(f"{c.name} TEXT" for c in MODELS[name].columns)
            connection.exec_driver_sql(f"CREATE TABLE {name} ({columns})")
        connection.exec_driver_sql(
            "INSERT INTO patients (patient_id, diagnosis) VALUES (CAST(X'5A65FF' AS TEXT), 'ocd')"
        )
    engine.dispose()
    with pytest.raises(Refused) as error:
        read(address, tmp_path / "home", clinic_file)
    assert str(error.value).startswith("sqlite database clinic.db, table patients cannot be read (Could not decode")
    assert "Ze" not in str(error.value)


def test_a_database_without_the_tables_says_what_to_do(tmp_path: Path, clinic_file: ClinicFile) -> None:
    address = f"duckdb:///{tmp_path / 'clinic.db'}"
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE clients (id TEXT)")
    engine.dispose()
    with pytest.raises(Refused, match=r"has no table or view patients; .* or a mapping file that says where they are"):
        read(address, tmp_path / "home", clinic_file)
