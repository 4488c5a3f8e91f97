"""Today: its lines are the metric's, its tiles count them, a tick stands until the values change."""

import datetime
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.access import NotFound, Viewer, review
from dashboard.auth.permissions import Forbidden
from dashboard.cli import main
from dashboard.clinic import Clinic, open_clinic
from dashboard.clinical.cohort import OptionError
from dashboard.importing.read import Reading
from dashboard.importing.run import import_folder
from dashboard.metrics.worklist import REASONS
from dashboard.settings import Settings
from dashboard.store import Builds
from dashboard.tabs import today as tab
from dashboard.tabs.lines import SESSION
from dashboard.tabs.parts import components
from dashboard.tabs.reason_words import COURSE, DUE, SAFETY
from dashboard.tabs.today import content
from dashboard.tabs.today_view import Listed, View, listed
from tests.calls import call
from tests.conftest import Running
from tests.export import MARK
from tests.hand import AS_OF, CASES, Case, write_export
from tests.metrics.test_worklist import DAY, ago

ANN = Viewer("a-clinician", "clinician")
DATE = datetime.date.fromisoformat(DAY)

CLINIC = Case("today")
CASES.remove(CLINIC)  # a clinic of its own
RISEN = CLINIC.patient("risen", name="Rita Risen").items(ago(31), "PHQ-9", 2, 2, 2, 2, 2, 2, 2, 0, 0)
RISEN.dose(ago(30), ago(27), dose_mg=35, weight_kg=70, sbp_peak=150, dbp_peak=96, effects_recorded="true")
RISEN.items(ago(8), "PHQ-9", 2, 2, 2, 2, 2, 2, 2, 2, 0).items(ago(1), "PHQ-9", 3, 3, 3, 3, 2, 2, 2, 2, 1)
RISEN.session(f"{DAY}T09:30", "scheduled")
WELL = CLINIC.patient("well", name="Willa Well").items(ago(31), "PHQ-9", 2, 2, 2, 2, 2, 2, 2, 2, 0)
WELL.dose(ago(30), session_id="well-1", dose_mg=84, route="intranasal", drug="esketamine")
WELL.effect("Nausea", "well-1", severity="mild").effect("Headache", "well-1", severity="moderate")
WELL.items(ago(1), "PHQ-9", 1, 1, 1, 1, 0, 0, 0, 0, 0).session(f"{DAY}T09:00", "scheduled")
CLINIC.patient("new").session("2024-06-12T08:00", "scheduled", route="im", drug="ketamine")
STOPPED = CLINIC.patient("stopped").dose(ago(40), ago(37))
CLINIC.patient("ended", ended_on=ago(5)).dose(ago(40))


@pytest.fixture(scope="module")
def cases(pattern: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where everyone may sign in, with the records of these cases."""
    folder = tmp_path_factory.mktemp("today")
    home = Path(shutil.copytree(pattern, folder / "home"))
    import_cases(home, folder / "export")
    return home


@pytest.fixture
def clinic(cases: Path, tmp_path: Path) -> Iterator[Clinic]:
    one = open_clinic(Settings(home=Path(shutil.copytree(cases, tmp_path / "cases"))))
    yield one
    one.close()


def import_cases(home: Path, folder: Path) -> None:
    export, builds = write_export(folder, CLINIC.rows), Builds(home)
    import_folder(export, builds, Settings(home=home).clinic(), reading=Reading(loss_percent=100), as_of=AS_OF)


def of(clinic: Clinic, **asked: Any) -> Listed:
    return listed(ANN, clinic, View(date=DATE, **asked))


def names(found: Listed) -> list[str]:
    return [line.facts["patient_id"].removeprefix("today/") for line in found.lines]


def test_every_reason_is_in_one_tile() -> None:
    assert sorted((*SAFETY, *COURSE, *DUE)) == sorted(REASONS)


def test_reasons_come_first_and_a_switch_gives_the_time(clinic: Clinic) -> None:
    assert names(of(clinic)) == ["risen", "well"]
    assert names(of(clinic, order="time")) == ["well", "risen"]
    assert names(of(clinic, list="week")) == ["risen", "new", "well"]


def test_the_tiles_count_the_lines_that_they_show(clinic: Clinic) -> None:
    links = content(of(clinic, list="week"))["links"]
    words = {name: link["children"] for name, link in links.items() if name.startswith("tile")}
    assert words == {
        "tile-all": "3 all",
        "tile-safety": "1 safety",
        "tile-course": "1 worse or no change",
        "tile-due": "1 measure or record due",
        "tile-new": "1 new start",
        "tile-stopped": "0 stopped after session 1–3",
        "tile-open": "3 not reviewed",
    }
    for name, link in links.items():
        view = View.of(link["href"].partition("?")[2])
        if name.startswith("tile"):
            assert link["children"].startswith(f"{len(listed(ANN, clinic, view).lines)} "), name


def test_a_line_says_what_a_clinician_reads_in_the_corridor(clinic: Clinic) -> None:
    risen, well = content(of(clinic))["rows"]
    shown = ("when", "person", "reasons", "score", "change", "status", "session", "dose", "effect", "peak", "days")
    # 14 at baseline, 16, 21: worse by more than the reliable 6; item 9 from 0 to 1; an eighth of 27 a block
    assert [risen[name] for name in shown] == [
        *("09:30", "Rita Risen", "PHQ-9 item 9: 0 → 1 · worse: +7 since baseline", "PHQ-9 ▅▅▇ 21, 9 Jun"),
        *("+7 (+50\u00a0%) from 14", "▲ Worse", "3, maintenance", "IV ketamine 35\u00a0mg, 0.50\u00a0mg/kg"),
        *("none", "150/96", 27),
    ]
    assert [well[name] for name in shown] == [
        *("09:00", "Willa Well", "", "PHQ-9 ▅▂ 4, 9 Jun", "−12 (−75\u00a0%) from 16", "● Remission", "2, maintenance"),
        *("Intranasal esketamine 84\u00a0mg", "Headache, moderate, 1 more", "not measured", 30),
    ]


def test_what_is_said_is_said_whole(clinic: Clinic) -> None:
    heads = {column["field"]: column for column in tab._columns()}
    assert heads["days"]["headerName"] == "Days since last dose"
    assert all(heads[name]["wrapText"] for name in ("peak", "reviewed")), "or what is said is cut"
    assert content(of(clinic))["links"]["list-caseload"]["children"] == "Not booked in the next 7 days, with a reason"
    assert content(of(clinic))["rows"][0]["reviewed"] == "○ mark as reviewed"


def test_the_answer_counts(clinic: Clinic) -> None:
    said = content(of(clinic))["answer"]
    assert said == (
        "2 come on Monday 10 June 2024: 1 with a safety reason, 1 worse or without change. 0 of 2 reviewed."
    )
    assert content(listed(ANN, clinic, View(date=DATE - datetime.timedelta(200))))["answer"].startswith("Nobody comes")


def test_the_recall_list_has_open_courses_without_a_booking(clinic: Clinic) -> None:
    found = of(clinic, list="recall")
    assert content(found)["answer"].startswith("1 with an open course has no booking from Monday 10 June 2024 on")
    assert names(found) == ["stopped"]  # treatment of the other was ended
    assert names(of(clinic, list="recall", only="stopped")) == ["stopped"]
    assert names(of(clinic, list="caseload")) == ["ended", "stopped"]


def test_the_sheet_has_every_line_and_its_reasons(clinic: Clinic) -> None:
    text = content(of(clinic))["sheet"]
    for words in ("Rita Risen", "Willa Well", "⚑ PHQ-9 item 9: 0 → 1", "BP 150/96, none"):
        assert words in text


def test_the_numbers_are_those_of_the_command_line(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLINIC_HOME", str(clinic.settings.home))
    assert main(["metrics", "worklist", "--date", DAY, "--days", "8", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    lines = of(clinic, list="week", order="time").lines
    for name in ("patient_id", "session_number", "latest", "change", "status", "last_dose_mg"):
        assert [line.facts[name] for line in lines] == [row[name] for row in rows]
    assert [";".join(line.reasons) for line in lines] == [row["reasons"] for row in rows]


def tick(clinic: Clinic, line: Any, viewer: Viewer = ANN) -> None:
    digest = "" if line.is_reviewed else line.digest
    review(viewer, clinic, kinds=(SESSION,), patient=line.token, subject=line.subject, digest=digest)


def test_a_tick_stands_can_be_undone_and_is_for_the_whole_team(clinic: Clinic) -> None:
    tick(clinic, of(clinic).lines[0])
    seen = listed(Viewer("a-director", "director"), clinic, View(date=DATE))
    assert [line.is_reviewed for line in seen.lines] == [True, False]
    assert content(seen)["rows"][0]["reviewed"] == "✓ a-clinician"
    assert "1 of 2 reviewed" in content(seen)["answer"]
    tick(clinic, of(clinic).lines[0])
    assert "0 of 2 reviewed" in content(of(clinic))["answer"]


def test_a_review_asks_for_another_look_when_the_values_change(clinic: Clinic, tmp_path: Path) -> None:
    for line in of(clinic).lines:
        tick(clinic, line)
    import_cases(clinic.settings.home, tmp_path / "same")
    assert "2 of 2 reviewed" in content(of(clinic))["answer"]
    rows = CLINIC.rows["assessments"]
    rows.append({**rows[0], "patient_id": WELL.identifier, "assessed_at": f"{DAY}T08:00", "item_9": 1})
    try:
        import_cases(clinic.settings.home, tmp_path / "changed")
    finally:
        rows.pop()
    found = of(clinic)
    assert {row["person"]: row["reviewed"] for row in content(found)["rows"]} == {
        "Rita Risen": "✓ a-clinician",
        "Willa Well": "↻ changed, mark again",
    }
    assert "1 of 2 reviewed" in content(found)["answer"]


def test_what_is_no_token_is_not_ticked(clinic: Clinic) -> None:
    line = of(clinic).lines[0]
    for wrong in ({"patient": "x"}, {"subject": "x"}, {"digest": "x"}):
        given = {"patient": line.token, "subject": line.subject, "digest": line.digest, **wrong}
        with pytest.raises(NotFound):
            review(ANN, clinic, kinds=(SESSION,), **given)
    with pytest.raises(Forbidden):
        tick(clinic, line, Viewer("a-presenter", "presenter"))
    assert not of(clinic).lines[0].is_reviewed


def test_an_address_is_a_view_and_nothing_else() -> None:
    view = View(date=DATE, list="week", only="safety", order="time")
    assert View.of(view.search()) == view
    assert View().search() == ""
    for wrong in ("?list=all", "?only=x", "?order=x", "?date=tomorrow", "?patient=x"):
        with pytest.raises(OptionError):
            View.of(wrong)


def test_it_works_and_each_list_is_logged(running: Running) -> None:
    # tests/export.py: four people began on 10 June 2024 and had their sixth session on the 27th
    answer = call(
        running, running.signed_in("clinician"), "today-answer.children", {"today-address": "?date=2024-06-27"}
    )
    shown = answer.json["response"]
    assert shown["today-answer"]["children"].startswith("4 come on Thursday 27 June 2024")
    assert [row["session"] for row in shown["today-grid"]["rowData"]] == ["6, induction"] * 4
    assert [(entry.action, entry.subject) for entry in running.clinic.audit.entries()] == [
        ("view-today", "booked 2024-06-27 1")
    ]


def test_it_checks_role(running: Running) -> None:
    for role in ("presenter", "admin"):
        answer = call(running, running.signed_in(role), "today-answer.children", {"today-address": "?date=2024-06-27"})
        assert answer.status_code == 403
        assert MARK not in answer.text
    assert running.clinic.audit.entries() == []


def test_a_wrong_address_says_so_and_shows_today(running: Running) -> None:
    answer = call(running, running.signed_in("clinician"), "today-answer.children", {"today-address": "?list=all"})
    assert answer.json["response"]["today-answer"]["children"].startswith("There is no list 'all' on this page.")


def test_a_page_stays_small(running: Running) -> None:
    assert len(components(tab.layout(running.clinic, ANN))) < 60
