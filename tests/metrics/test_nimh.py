"""Fifty real people (public domain, tests/data/nimh-ketamine/README.md) against counts found independently."""

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.clinic_file import ClinicFile
from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import PRIMARY
from dashboard.importing.run import Report, import_folder
from dashboard.metrics.response import response
from dashboard.store import Builds, Store

FOLDER = Path(__file__).parent.parent / "data" / "nimh-ketamine"
with (FOLDER / "expected.csv").open(encoding="utf-8") as file:
    EXPECTED = list(csv.DictReader(file))


@pytest.fixture(scope="module")
def nimh(tmp_path_factory: pytest.TempPathFactory, clinic_file: ClinicFile) -> Iterator[tuple[Report, Store]]:
    builds = Builds(tmp_path_factory.mktemp("nimh"))
    report = import_folder(FOLDER, builds, clinic_file, as_of=datetime.date(2024, 6, 1))
    yield report, builds.current()
    builds.close()


def test_nothing_is_quarantined(nimh: tuple[Report, Store]) -> None:
    tables = {name: (table.read, table.accepted, table.quarantined) for name, table in nimh[0].tables.items()}
    assert tables == {"patients": (50, 50, 0), "sessions": (50, 50, 0), "assessments": (258, 258, 0)}


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: f"{row['instrument']} {row['window']}")
def test_counts_are_those_found_independently(nimh: tuple[Report, Store], row: dict[str, str]) -> None:
    table = response(
        Cohort(nimh[1], {"diagnosis": (row["diagnosis"],)}),
        by="none",
        instrument=row["instrument"],
        window=row["window"],
        baseline_at_least=float(row["baseline_at_least"]),
    )
    counts = ("n_started", "n_eligible", "n_scored", "n_responded", "n_remitted")
    assert {name: int(table[name].iloc[0]) for name in counts} == {name: int(row[name]) for name in counts}


def test_healthy_volunteers_with_a_baseline_of_0_are_not_eligible(nimh: tuple[Report, Store]) -> None:
    # counted in assessments.csv: 302, 307, 313, 314, 315 and 325 have a MADRS of 0 (its README says seven)
    table = response(Cohort(nimh[1], {"diagnosis": ("other",)}), by="none", instrument="MADRS", baseline_at_least=0)
    assert int(table["n_baseline"].iloc[0]) - int(table["n_eligible"].iloc[0]) == 6


def test_of_two_scales_with_equally_many_baselines_the_first_is_primary(nimh: tuple[Report, Store]) -> None:
    # all fifty have a baseline on MADRS and on HAM-D17
    primary = nimh[1].read(sa.select(PRIMARY)).set_index("diagnosis")["instrument"]
    assert primary["depression"] == "MADRS"
