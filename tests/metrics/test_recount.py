"""The demo clinic counted a second time, in plain Python from its CSV files, by the words of ``definitions.md``."""

import csv
import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.clinic_file import ClinicFile
from dashboard.clinical.cohort import Cohort
from dashboard.importing.run import import_folder
from dashboard.metrics.response import response
from dashboard.store import Builds, Store

DEMO = Path(__file__).parent.parent.parent / "data" / "demo"
DEMO_AS_OF = datetime.date(2024, 12, 31)
DAY = datetime.timedelta(1)


def rows(table: str) -> list[dict[str, str]]:
    with (DEMO / f"{table}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def first_courses() -> dict[str, list[tuple[datetime.datetime, str]]]:
    """Each patient's first course: moment and route of its completed sessions."""
    doses = defaultdict(list)
    for row in rows("sessions"):
        if row["status"] == "completed":
            given = moment(row["started_at"]) if row["started_at"] else moment(row["scheduled_at"]) + DAY / 24
            doses[row["patient_id"]].append((given, row["route"]))
    courses = {}
    for patient, given in doses.items():
        given.sort()
        course = given[:1]
        for dose in given[1:]:
            if (dose[0].date() - course[-1][0].date()).days > 90:
                break
            course.append(dose)
        courses[patient] = course
    return courses


def phq9() -> dict[str, dict[datetime.datetime, float]]:
    """Each patient's totals: of the nine answers, prorated where one or two are missing, none where more are."""
    scores: dict[str, dict[datetime.datetime, float]] = defaultdict(dict)
    for row in rows("assessments"):
        if row["instrument"] == "PHQ-9":
            when = moment(row["assessed_at"])
            answers = [int(row[f"item_{number}"]) for number in range(1, 10) if row[f"item_{number}"]]
            if 0 < len(answers) < 7:
                continue
            total = int(sum(answers) * 9 / len(answers) + 0.5) if answers else float(row["score"])
            assert when not in scores[row["patient_id"]], "this count does not know which of two tied scores counts"
            scores[row["patient_id"]][when] = total
    return scores


def count() -> dict[str, Counter[str]]:
    diagnoses = {row["patient_id"]: row["diagnosis"] for row in rows("patients")}
    scores, counts = phq9(), defaultdict[str, Counter[str]](Counter)
    for patient, course in first_courses().items():
        if diagnoses[patient] not in ("depression", "bipolar-depression"):
            continue
        start = course[0][0]
        induction = [dose for dose in course if (dose[0].date() - start.date()).days <= 28]
        last = induction[-1][0].date()
        routes = {route for _, route in induction}
        counts[routes.pop() if len(routes) == 1 else "mixed"].update(steps(scores[patient], start, last))
    return counts


def steps(scores: dict[datetime.datetime, float], start: datetime.datetime, last: datetime.date) -> Iterator[str]:
    yield "n_started"
    before = [when for when in scores if when <= start and (start.date() - when.date()).days <= 28]
    if not before:
        return
    yield "n_baseline"
    baseline = scores[max(before)]
    if baseline < 10:
        return
    yield "n_eligible"
    if last + 31 * DAY >= DEMO_AS_OF:
        return
    yield "n_due"
    after = {when: (when.date() - last).days for when in scores if when > start}
    near = [(abs(days - 21), -days, when) for when, days in after.items() if 14 <= days <= 31]
    if not near:
        return
    yield "n_scored"
    score = scores[min(near)[2]]
    if 2 * (baseline - score) >= baseline:
        yield "n_responded"
    if score < 5:
        yield "n_remitted"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, clinic_file: ClinicFile) -> Iterator[Store]:
    builds = Builds(tmp_path_factory.mktemp("demo"))
    report = import_folder(DEMO, builds, clinic_file, as_of=DEMO_AS_OF)
    assert all(table.quarantined == 0 for table in report.tables.values())
    yield builds.current()
    builds.close()


def test_response_by_route_is_what_a_second_count_finds(demo: Store) -> None:
    where = {"diagnosis": ("depression", "bipolar-depression")}
    table = response(Cohort(demo, where), instrument="PHQ-9").set_index("route")
    expected = count()
    names = ("n_started", "n_baseline", "n_eligible", "n_due", "n_scored", "n_responded", "n_remitted")
    assert {route: [int(table.loc[route, name]) for name in names] for route in table.index} == {
        route: [expected[route][name] for name in names] for route in expected
    }
    assert table["n_scored"].max() >= 15
