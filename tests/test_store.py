"""The store: equal tables whatever the rows and the engine, and builds that are whole or not there."""

import datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.store import Builds, Store, StoreError, day_number, write_facts

KINDS = sa.Table(
    "kinds",
    sa.MetaData(),
    sa.Column("whole", sa.Integer()),
    sa.Column("real", sa.Float()),
    sa.Column("text", sa.String()),
    sa.Column("flag", sa.Boolean()),
    sa.Column("day", sa.Date()),
    sa.Column("moment", sa.DateTime()),
)
ROWS = [
    {
        "whole": 1,
        "real": 0.5,
        "text": "é",
        "flag": True,
        "day": datetime.date(2024, 1, 1),
        "moment": datetime.datetime(2024, 1, 1, 9, 30),
    },
    dict.fromkeys(("whole", "real", "text", "flag", "day", "moment")),
]
DTYPES = ["Int64", "Float64", "str", "boolean", "datetime64[us]", "datetime64[us]"]


@pytest.fixture
def duckdb_store(tmp_path: Path) -> Store:
    return Store(sa.create_engine(f"duckdb:///{tmp_path / 'kinds.duckdb'}"))


def test_dtypes_are_the_statements_with_rows_and_without(duckdb_store: Store, postgres_engine: sa.Engine) -> None:
    tables = []
    for store in (duckdb_store, Store(postgres_engine)):
        with store.engine.begin() as connection:
            KINDS.create(connection)
            connection.execute(KINDS.insert(), ROWS)
        full = store.read(sa.select(KINDS).order_by(KINDS.c.whole.nulls_last()))
        empty = store.read(sa.select(KINDS).where(KINDS.c.whole > 5))
        assert [str(kind) for kind in full.dtypes] == DTYPES
        assert [str(kind) for kind in empty.dtypes] == DTYPES
        tables.append(full)
        store.engine.dispose()
    pd.testing.assert_frame_equal(*tables)


def test_a_column_without_a_type_is_an_error_and_not_text(duckdb_store: Store) -> None:
    with pytest.raises(TypeError, match="has no type of its own"):
        duckdb_store.read(sa.select(sa.func.avg(sa.literal(1.0)).label("mean")))
    duckdb_store.engine.dispose()


def publish(builds: Builds, fact: str) -> str:
    with builds.new() as draft, draft.connect() as connection:
        write_facts(connection, {"build": draft.build, "as_of": "2024-01-02", "note": fact})
    return draft.build


def test_a_build_is_published_whole_or_not_at_all(tmp_path: Path) -> None:
    builds = Builds(tmp_path)
    with pytest.raises(StoreError, match="No records are published"):
        builds.current()
    first = publish(builds, "first")

    def fail() -> None:
        with builds.new() as draft, draft.connect() as connection:
            write_facts(connection, {"build": draft.build})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert builds.current().build == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", f"store-{first}.duckdb"]
    builds.close()


def test_what_was_opened_stays_what_it_was(tmp_path: Path) -> None:
    builds = Builds(tmp_path)
    publish(builds, "first")
    before = builds.current()
    publish(builds, "second")
    assert (before.facts["note"], builds.current().facts["note"]) == ("first", "second")
    assert before.as_of_day == day_number(datetime.date(2024, 1, 2)) == 19724
    builds.close()


def test_a_build_is_read_only_and_shut_in(tmp_path: Path) -> None:
    builds = Builds(tmp_path)
    publish(builds, "first")
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    for statement in (
        "CREATE TABLE x (a INTEGER)",
        f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')",
        "SET threads = 8",
    ):
        with builds.current().engine.connect() as connection, pytest.raises(sa.exc.DBAPIError):
            connection.exec_driver_sql(statement)
    builds.close()


def test_a_missing_build_says_what_to_do(tmp_path: Path) -> None:
    builds = Builds(tmp_path)
    name = publish(builds, "first")
    (tmp_path / f"store-{name}.duckdb").unlink()
    with pytest.raises(StoreError, match="import the export again"):
        builds.current()
