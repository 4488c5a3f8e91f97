"""The demo clinic: the same bytes for the same options, its truths found again, its bad rows set aside as counted."""

import csv
import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.cli import main
from dashboard.clinic_file import ClinicFile
from dashboard.clinical.cohort import Cohort
from dashboard.clinical.outcome import Window, outcomes
from dashboard.clinical.tables import COURSES
from dashboard.demo.clinic import make_demo
from dashboard.demo.options import NOTHING_PLANTED, Options, Planted
from dashboard.importing.run import Report, import_folder
from dashboard.metrics.response import response
from dashboard.metrics.trajectory import trajectory
from dashboard.metrics.worklist import worklist
from dashboard.store import Builds, Store
from tests.demo.bounds import bounds, lines

DATE = datetime.date(2024, 12, 31)
PLANTED_ON = datetime.date(2024, 6, 30)  # that of tests/metrics/test_fade.py, which asks the same clinics
COPY = Path(__file__).parent.parent.parent / "data" / "demo"
SEEDS = range(1, 5)
AHEAD = {"sessions": "scheduled_at", "capacity": "date", "plans": "authorised_until"}
"""What may lie after the day of the export, and where it says so."""


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory, clinic_file: ClinicFile) -> Iterator[tuple[Path, Report, Store]]:
    """A messy clinic with the hard cases, its report, and its build."""
    folder = tmp_path_factory.mktemp("messy")
    make_demo(Options(DATE, patients=100, messy=True)).write(folder / "export")
    builds = Builds(folder / "home")
    report = import_folder(folder / "export", builds, clinic_file, as_of=DATE)
    yield folder / "export", report, builds.current()
    builds.close()


def truths(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "truths.json").read_text(encoding="utf-8"))
    return found


def test_the_copy_is_what_its_command_writes(tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert main(["demo", "--patients", "90", "--date", str(DATE), "--out", str(again)]) == 0
    assert {path.name for path in again.iterdir()} == {path.name for path in COPY.iterdir()}
    for path in COPY.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_another_seed_makes_other_people(tmp_path: Path) -> None:
    make_demo(Options(DATE, patients=90, seed=2)).write(tmp_path)
    assert (tmp_path / "patients.csv").read_bytes() != (COPY / "patients.csv").read_bytes()


def test_a_folder_with_files_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kept").write_text("kept")
    assert main(["demo", "--patients", "20", "--out", str(tmp_path)]) == 1
    assert "exists already and is not empty; name another folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_nothing_lies_after_its_day_but_bookings_staff_and_authorisations() -> None:
    seen = 0
    for path in COPY.glob("*.csv"):
        if path.stem == "truths":
            continue
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                for name, value in row.items():
                    if name.endswith(("_on", "_at", "_until", "date")) and value and AHEAD.get(path.stem) != name:
                        assert value[:10] <= str(DATE), (path.stem, name, value)
                        seen += 1
                if path.stem == "sessions" and row["scheduled_at"][:10] > str(DATE):
                    assert row["status"] == "scheduled"
    assert seen > 5000


def test_it_has_every_route_and_somebody_comes_today() -> None:
    with (COPY / "sessions.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["route"] for row in rows} >= {"iv", "im", "sc", "intranasal", "sublingual", "oral"}
    assert {row["drug"] for row in rows} >= {"ketamine", "esketamine"}
    assert sum(row["scheduled_at"].startswith(str(DATE)) and row["status"] == "scheduled" for row in rows) >= 3
    last = max(row["scheduled_at"][:10] for row in rows)
    assert 21 <= (datetime.date.fromisoformat(last) - DATE).days <= 28


def test_every_bad_row_is_set_aside_for_the_reason_it_was_made_for(messy: tuple[Path, Report, Store]) -> None:
    folder, report, _ = messy
    told = report.as_dict()["tables"]
    for name, planned in truths(folder)["messy"].items():
        table = told[name]
        assert table["read"] == table["accepted"] + table["quarantined"]
        assert table["quarantined"] == planned["added"] - planned["accepted"], name
        found, expected = (
            {(rule["rule"], rule["column"]): rule["count"] for rule in rules}
            for rules in (table["rules"], planned["rules"])
        )
        assert found == expected, name


def test_the_hard_cases_are_what_was_counted_by_hand(messy: tuple[Path, Report, Store]) -> None:
    folder, _, store = messy
    cases = truths(folder)["hard_cases"]
    assert len(cases) >= 12
    cohort = Cohort(store)
    seen = pd.concat([worklist(cohort, date=DATE, days=28), worklist(cohort, date=DATE, days=28, who="caseload")])
    for case in cases:
        expected, who = case["expected"], case["patient_id"]
        courses = store.read(sa.select(COURSES).where(COURSES.c.patient_id == who).order_by(COURSES.c.course))
        scores = trajectory(cohort, patient=who)
        scores = scores[scores["instrument"] == expected.get("instrument", "PHQ-9")]
        last = scores.iloc[-1] if len(scores) else None
        baselines = scores[scores["is_baseline"] & (scores["course"] == courses["course"].max())]["score"]
        found = {
            "courses": len(courses),
            "sessions": int(courses["n_sessions"].sum()),
            "route": courses["route"].iloc[-1],
            "instrument": expected.get("instrument", "PHQ-9"),
            "baseline": baselines.iloc[-1] if len(baselines) else None,
            "latest": None if last is None else last["score"],
            "pct_change": None if last is None or pd.isna(last["pct_change"]) else last["pct_change"],
            "status": None if last is None else _status(last),
        }
        assert {name: found[name] for name in expected if name != "reason"} == {
            name: value for name, value in expected.items() if name != "reason"
        }, case
        if "reason" in expected:
            reasons = ";".join(seen[seen["patient_id"] == who]["reasons"])
            assert expected["reason"] in reasons.split(";"), case


def _status(score: Any) -> str:
    """The status of the latest score; a score of no course has none, which is not enough data."""
    return "not-enough-data" if pd.isna(score["status"]) else str(score["status"])


def clinics(demo_clinic: Callable[[Options], Path], planted: Planted) -> Iterator[tuple[Cohort, pd.DataFrame]]:
    """A clinic a seed, with the truth of each person who has started."""
    for seed in SEEDS:
        made = demo_clinic(Options(PLANTED_ON, patients=600, seed=seed, hard_cases=False, planted=planted))
        builds = Builds(made / "home")
        yield Cohort(builds.current()), pd.read_csv(made / "export" / "truths.csv", dtype={"patient_id": str})
        builds.close()


def test_response_by_treatment_is_found_and_the_bounds_hold_the_truth(demo_clinic: Callable[[Options], Path]) -> None:
    flattered = []
    pooled: dict[str, list[int]] = {}
    for cohort, people in clinics(demo_clinic, Planted()):
        split = bounds(cohort, people)
        assert split["is_held"].all(), "".join(lines(0, split))
        everyone = bounds(cohort, people, by="none").set_index("instrument").loc["PHQ-9"]
        flattered.append(float(everyone["response_rate"] - everyone["truth"]))
        for treatment, part in people.groupby("treatment"):
            pooled.setdefault(str(treatment), []).extend(part["responds"].astype(int))
    # who is no better answers less, so the rate of the scored is too high: on every seed
    assert min(flattered) > 0, flattered
    for treatment, answers in pooled.items():
        rate = Planted().response[treatment]
        assert abs(np.mean(answers) - rate) <= 3 * (rate * (1 - rate) / len(answers)) ** 0.5, treatment
    assert len(pooled["iv-ketamine"]) > 500


def test_without_it_no_treatment_is_unlike_another_and_nobody_is_flattered(
    demo_clinic: Callable[[Options], Path],
) -> None:
    counts: dict[str, list[int]] = {}
    flattered = []
    for cohort, people in clinics(demo_clinic, NOTHING_PLANTED):
        for row in response(cohort, by="treatment", instrument="PHQ-9").to_dict("records"):
            responded, scored = counts.setdefault(row["treatment"], [0, 0])
            counts[row["treatment"]] = [responded + row["n_responded"], scored + row["n_scored"]]
        course = outcomes(cohort, window=Window(), instrument="PHQ-9").c
        read = cohort.read(sa.select(course.patient_id, course.due, course.scored, course.responded))
        due = read[read["due"] == 1].merge(people[["patient_id", "responds"]], on="patient_id")
        flattered.append(float(due["responded"].mean() - due["responds"].mean()))
    overall = NOTHING_PLANTED.response["iv-ketamine"]
    for treatment, (responded, scored) in counts.items():
        assert abs(responded / scored - overall) <= 3 * (overall * (1 - overall) / scored) ** 0.5, treatment
    assert abs(np.mean(flattered)) < 0.05, flattered
