"""One small export and its twins: however it is written, the canonical rows must be the same."""

import datetime
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from dashboard.clinic_file import ClinicFile
from dashboard.importing.read import AS_NAMED, Reading
from dashboard.importing.run import Report, import_folder
from dashboard.model import SQL
from dashboard.store import Builds
from tests.hand import Row, write_export

AS_OF = datetime.date(2024, 6, 30)

TABLES: dict[str, list[Row]] = {
    "patients": [
        {"patient_id": "007", "name": "Zoë Müller", "birth_date": "1980-12-31", "diagnosis": "depression"},
        {"patient_id": "12", "name": "O’Neil, Bo", "birth_date": "1975-03-04", "diagnosis": "ptsd"},
    ],
    "sessions": [
        {
            "session_id": "S1",
            "patient_id": "007",
            "scheduled_at": "2024-03-31T14:05",
            "status": "completed",
            "route": "iv",
            "drug": "ketamine",
            "dose_mg": "40.5",
            "weight_kg": "80",
            "sbp_pre": "0",
            "moaas_min": "0",
            "effects_recorded": "true",
        },
        {
            "session_id": "S2",
            "patient_id": "12",
            "scheduled_at": "2024-04-02T09:30",
            "status": "completed",
            "route": "im",
            "drug": "ketamine",
            "dose_mg": "55",
            "weight_kg": "71.25",
            "sbp_pre": "128",
            "moaas_min": "4",
            "effects_recorded": "false",
        },
    ],
    "assessments": [
        {"patient_id": "007", "instrument": "PHQ-9", "assessed_at": "2024-03-31", "score": "20", "session_id": "S1"},
        {"patient_id": "12", "instrument": "PCL-5", "assessed_at": "2024-04-01T08:15", "score": "51", "session_id": ""},
    ],
    "events": [
        {
            "patient_id": "12",
            "happened_on": "2024-05-06",
            "kind": "life-event",
            "text": 'moved, “far”; said: "at last"\nand a second line | with a bar',
        },
    ],
}

Tables = Mapping[str, list[Row]]
Records = Mapping[str, pd.DataFrame]


def read(
    address: Path | str, home: Path, clinic: ClinicFile, reading: Reading = AS_NAMED, *, whole: bool = True
) -> tuple[Records, Report]:
    """The canonical rows that an import makes of a source, in order of content, and its report."""
    builds = Builds(home)
    report = import_folder(address, builds, clinic, reading=reading, as_of=AS_OF)
    if whole:
        assert all(table.quarantined == 0 for table in report.tables.values()), report.as_dict()
    store = builds.current()
    found = {}
    for name, table in SQL.items():
        rows = store.read(sa.select(table))
        found[name] = rows.sort_values(list(rows.columns), ignore_index=True)
    builds.close()
    return found, report


def check_equal(found: Records, expected: Records) -> None:
    """Every table the same, cell by cell."""
    assert found.keys() == expected.keys()
    for name in expected:
        pd.testing.assert_frame_equal(found[name], expected[name])


def plain(folder: Path, clinic: ClinicFile, tables: Tables = TABLES) -> Records:
    """The canonical rows of the export as the contract writes it."""
    return read(write_export(folder / "plain", tables), folder / "plain-home", clinic)[0]
