"""Patients: found as one types, opened by token, and shown with the numbers of the metrics."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.access import Viewer, patient_for, patients_like
from dashboard.cli import main
from dashboard.figures.theme import TOKENS
from dashboard.importing.run import import_folder
from dashboard.settings import Settings
from dashboard.store import Builds
from dashboard.tabs import patient as tab
from dashboard.tabs.lines import line_of
from dashboard.tabs.parts import components
from dashboard.tabs.patient_view import Look, without_look
from tests.calls import call
from tests.conftest import Running
from tests.export import AS_OF, MARK, write_export
from tests.figures.check import texts

ANN = Viewer("a-clinician", "clinician")


def token_of(running: Running, patient: str) -> str:
    return patients_like(ANN, running.clinic, patient)[0].token


def shown(running: Running, path: str, role: str = "clinician") -> Any:
    return call(running, running.signed_in(role), "patient-finder.hidden", {"patient-address": path})


def depth_of(running: Running, patient: str, **controls: Any) -> Any:
    """What the callback of everything below the first screen answers, by id."""
    changed = {name: controls.pop(name) for name in ("changedPropIds",) if name in controls}
    values = {"patient-address.pathname": f"/patient/{token_of(running, patient)}", **controls}
    return call(running, running.signed_in("clinician"), "patient-address.search", values, **changed)


def page_of(running: Running, patient: str) -> list[Any]:
    person = patient_for(ANN, running.clinic, token_of(running, patient))
    return tab.page(person, line_of(person, running.clinic, AS_OF), AS_OF, None)


def words(tree: Any) -> str:
    """Every text of a page as the browser gets it."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, list):
        return " ".join(filter(None, map(words, tree)))
    if isinstance(tree, dict):
        return words(tree.get("props", {}).get("children"))
    return ""


def test_it_finds_people_as_one_types(running: Running) -> None:
    answer = call(running, running.signed_in("clinician"), "patient-found.children", {"patient-search": "0007"})
    found = answer.json["response"]["patient-found"]["children"]
    assert words(found) == f"{MARK} 0007  · 0007 · depression"
    links = [each["props"]["children"]["props"]["href"] for each in found[0]["props"]["children"]]
    assert links == [f"/patient/{token_of(running, '0007')}"]
    nobody = call(running, running.signed_in("clinician"), "patient-found.children", {"patient-search": "nobody"})
    assert "Nobody in these records has such a name" in nobody.text


def test_it_works(running: Running) -> None:
    answer = shown(running, f"/patient/{token_of(running, '0007')}")
    assert answer.status_code == 200
    page = words(answer.json["response"]["patient-page"]["children"])
    # from tests/export.py: the seventh person of the IV group, baseline 20, score 4 on day 38
    assert f"{MARK} 0007" in page
    assert "0007 · age unknown · depression" in page
    assert "course 1, session 6, induction · last IV ketamine on" in page
    assert "Remission" in page
    assert "PHQ-9 4 on " in page
    assert "from 20 on " in page
    assert "−16 points (−80\u00a0%)" in page
    assert "Rule: a score of 4 or less." in page


def test_the_numbers_drawn_are_those_of_the_command_line(
    running: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLINIC_HOME", str(running.clinic.settings.home))
    assert main(["metrics", "trajectory", "--patient", "0007", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    told = depth_of(running, "0007").get_json()["response"]
    figure = told["patient-course"]["figure"]
    drawn = {value for trace in figure["data"] for value in trace.get("y", []) if value is not None}
    assert {row["score"] for row in rows} <= drawn
    assert main(["metrics", "sessions", "--patient", "0007", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    grid = told["patient-sessions"]["rowData"]
    assert [row["session_number"] for row in grid] == [row["session_number"] for row in rows][::-1]
    assert [row["scheduled_at"] for row in grid][-1] == rows[0]["scheduled_at"][:16].replace("T", " ")


def test_the_axis_is_in_the_address_and_the_list_one_came_from_stays(running: Running) -> None:
    tokens = running.clinic.tokens
    assert Look.of("?list=today", tokens) == Look()
    address = Look("session").search("?list=week&date=2024-06-27", tokens)
    assert address.startswith("?list=week&date=2024-06-27&view=")
    assert "session" not in address
    assert Look.of(address, tokens) == Look("session")
    assert without_look(address) == "?list=week&date=2024-06-27"
    assert Look().search(address, tokens) == "?list=week&date=2024-06-27"
    asked = {"patient-address.search": address}
    told = depth_of(running, "0007", **asked).get_json()["response"]
    assert told["patient-axis"]["value"] == "session"
    assert told["patient-course"]["figure"]["layout"]["xaxis"]["ticktext"] == ["before", *"123456", "after"]
    chosen = {"patient-axis": "days", "changedPropIds": ["patient-axis.value"]}
    told = depth_of(running, "0007", **asked, **chosen).get_json()["response"]
    assert Look.of(told["patient-address"]["search"], tokens) == Look("days")
    assert told["patient-course"]["figure"]["layout"]["xaxis"]["title"]["text"] == "days since the first session"


def test_an_address_of_no_look_opens_nothing(running: Running) -> None:
    path = f"/patient/{token_of(running, '0007')}"
    values = {"patient-address.pathname": path, "patient-address.search": "?view=nothing"}
    answer = call(running, running.signed_in("clinician"), "patient-finder.hidden", values)
    assert "Not found" in words(answer.get_json()["response"]["patient-page"]["children"])
    assert MARK not in answer.text


def test_the_printed_page_has_the_primary_scale_all_measures_and_the_last_sessions(running: Running) -> None:
    told = depth_of(running, "0007", **{"shell-theme-shown": "dark"}).get_json()["response"]
    figure = told["patient-print-course"]["figure"]
    assert figure["layout"]["template"]["layout"]["font"]["color"] == TOKENS["light"].ink, (
        "on white, whatever the screen"
    )
    lines = told["patient-sheet"]["children"].splitlines()
    assert lines[0] == "ALL MEASURES"
    # the baseline is 20, the last score 4; six sessions, of which the newest comes first
    (row,) = (line for line in lines if line.startswith("PHQ-9"))
    assert row.split()[1] == "20"
    assert "Remission" in row
    assert "LAST SESSIONS (5 of 6)" in lines
    assert lines[-5].split()[4] == "6"


def test_it_checks_role(running: Running) -> None:
    path = f"/patient/{token_of(running, '0007')}"
    for role in ("presenter", "admin"):
        answer = shown(running, path, role)
        assert answer.status_code == 403
        assert MARK not in answer.text
    assert running.clinic.audit.entries() == []
    shown(running, path, "director")
    assert [(entry.user, entry.role) for entry in running.clinic.audit.entries()] == [("a-director", "director")]


@pytest.mark.parametrize("path", ["/patient/0007", "/patient/x/y", "/patient/" + "A" * 64])
def test_an_address_of_nobody_says_so(running: Running, path: str) -> None:
    page = words(shown(running, path).json["response"]["patient-page"]["children"])
    assert "Not found" in page
    assert "Find a patient" in page
    assert running.clinic.audit.entries() == []


def test_a_person_seen_once_or_never_is_shown_as_that(running: Running) -> None:
    # 0028 of the export began on 2024-06-10, its records end on the 30th: no score after the first session
    page = words(shown(running, f"/patient/{token_of(running, '0028')}").json["response"]["patient-page"]["children"])
    assert "Not enough data" in page
    assert "Rule: no score after the first session." in page


def test_it_says_where_the_clinic_set_its_own_thresholds(
    start: Callable[..., Running], tmp_path: Path, home: Path
) -> None:
    assert "Set by this clinic" not in page_text(start())
    (home / "clinic.toml").write_text(
        'timezone = "Europe/Berlin"\npeak_sbp = 170\n[scales.PHQ-9]\nmeaningful_points = 4\n', encoding="utf-8"
    )
    builds = Builds(home)
    import_folder(write_export(tmp_path / "again"), builds, Settings(home=home).clinic(), as_of=AS_OF)
    builds.close()
    own = start()
    said = page_text(own)
    assert "Set by this clinic: peak_sbp: 170 instead of 180." in said
    assert "Set by this clinic: PHQ-9 meaningful_points: 4." in said
    figure = depth_of(own, "0007").get_json()["response"]["patient-course"]["figure"]
    assert "no meaningful change, clinic’s own" in texts(figure)


def page_text(running: Running) -> str:
    answer = shown(running, f"/patient/{token_of(running, '0007')}")
    return words(answer.get_json()["response"]["patient-page"]["children"])


def test_a_page_stays_small(running: Running) -> None:
    page = page_of(running, "0007")
    assert len(components([*tab.layout(running.clinic, ANN).children, *page])) <= 300
