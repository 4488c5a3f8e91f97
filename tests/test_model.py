"""The ten tables: their names and columns are those of the contract, and the store's tables follow from them."""

import csv
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.instruments import INSTRUMENTS
from dashboard.model import INSTRUMENT_CODES, SQL, TABLES, template

DEMO = Path(__file__).parent.parent / "data" / "demo"


def test_the_tables_are_the_ten_of_the_contract() -> None:
    assert list(TABLES) == [
        *("patients", "sessions", "assessments", "side_effects", "vitals"),
        *("events", "medications", "checks", "plans", "capacity"),
    ]
    assert [name for name, table in TABLES.items() if table.required] == ["patients", "sessions", "assessments"]


def test_required_columns_are_those_marked_in_the_contract() -> None:
    required = {name: [c.name for c in table.columns if c.required] for name, table in TABLES.items()}
    assert required == {
        "patients": ["patient_id", "diagnosis"],
        "sessions": ["session_id", "patient_id", "scheduled_at", "status"],
        "assessments": ["patient_id", "instrument", "assessed_at"],
        "side_effects": ["patient_id", "term"],
        "vitals": ["session_id", "minute"],
        "events": ["patient_id", "happened_on", "kind"],
        "medications": ["patient_id", "name"],
        "checks": ["patient_id", "checked_on", "kind", "result"],
        "plans": ["patient_id", "set_on"],
        "capacity": ["site", "date", "chair_minutes"],
    }


def test_zero_is_not_measured_for_pressure_pulse_and_saturation_only() -> None:
    zero = {f"{name}.{c.name}" for name, table in TABLES.items() for c in table.columns if c.zero_is_missing}
    assert zero == {
        *(f"sessions.{vessel}_{moment}" for vessel in ("sbp", "dbp") for moment in ("pre", "peak", "end")),
        "sessions.spo2_min",
        *(f"vitals.{name}" for name in ("sbp", "dbp", "hr", "spo2")),
    }


def test_beside_every_time_stand_its_day_and_second() -> None:
    columns = SQL["sessions"].c
    for name in ("started_day", "started_second", "scheduled_day", "scheduled_second", "booked_day"):
        assert isinstance(columns[name].type, sa.Integer)
    assert "booked_second" not in columns
    assert isinstance(columns["dose_mg"].type, sa.Float)


def test_the_codes_are_the_registrys() -> None:
    assert tuple(INSTRUMENTS) == INSTRUMENT_CODES


@pytest.mark.parametrize("name", list(TABLES))
def test_the_demo_has_every_table_in_the_contracts_columns(name: str) -> None:
    with (DEMO / f"{name}.csv").open(encoding="utf-8") as file:
        header = next(csv.reader(file))
    assert set(header) <= {column.name for column in TABLES[name].columns}
    assert {column.name for column in TABLES[name].columns if column.required} <= set(header)


def test_a_template_is_the_header_line() -> None:
    assert template(TABLES["capacity"]) == "site,date,chair_minutes\n"
