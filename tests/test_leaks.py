"""Nobody's name on it: a marked clinic on every page, in every file and deck, as a presenter and in the mode of code.

The clinic is large enough that something is shown, and its people's names, identifiers, dates, places and every word
of one's own are strings that stand nowhere else. Files are taken apart to their last byte.
"""

import base64
import datetime
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.access import PATIENT, Viewer
from dashboard.access_cases import agenda_for, code_of, decide_case, send_case
from dashboard.access_clinic import annotate
from dashboard.auth.permissions import CODED
from dashboard.importing.run import import_folder
from dashboard.settings import Settings
from dashboard.store import Builds
from tests.calls import call, callbacks
from tests.conftest import PAGE, Running, add_people
from tests.hand import write_export

NAME, IDENTIFIER, DOCTOR, TEXT, ASKED, DECIDED, OWNER, HAPPENED = (
    *("QZNAME", "QZIDENT", "QZDOCTOR", "QZTEXT", "QZASKED", "QZDECIDED", "QZOWNER", "QZHAPPENED"),
)
AS_OF = datetime.date(2024, 6, 30)
DAYS = [datetime.date(2023, 11, 7) + datetime.timedelta(days) for days in (0, 4, 8, 12, 33, 61)]
BORN = [datetime.date(1951, 7, 19) + datetime.timedelta(400 * n) for n in range(24)]
N = 24


def written(day: datetime.date) -> list[str]:
    """A date in the ways that it might be written."""
    month = f"{day:%B}"
    return [
        *(day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}", f"{day.day} {month} {day.year}", f"{day.day} {month}"),
        *(f"{day.day} {month[:3]} {day.year}", f"{day:%Y%m%d}", f"{month[:3]} {day.day}"),
    ]


MARKERS = [
    *(NAME, IDENTIFIER, DOCTOR, TEXT, ASKED, DECIDED, OWNER, HAPPENED, "10:07", "09:07"),
    *(words for day in [*DAYS, *BORN] for words in written(day)),
]


def tables() -> dict[str, list[dict[str, object]]]:
    people, sessions, scores, effects, events = [], [], [], [], []
    for n in range(N):
        who = {"patient_id": f"{IDENTIFIER}{n}"}
        about = {"diagnosis": "depression", "sex": "female", "site": "North", "payer": "self-pay"}
        people.append({**who, "name": f"{NAME} {n}", "birth_date": str(BORN[n]), **about})
        for place, day in enumerate(DAYS):
            key = {**who, "session_id": f"{IDENTIFIER}-{n}-{place}"}
            given = {"status": "completed", "route": "iv", "drug": "ketamine", "dose_mg": 40, "clinician": DOCTOR}
            sessions.append({**key, "scheduled_at": f"{day}T10:07", **given, "effects_recorded": "true"})
            effects.append({**key, "term": "Nausea" if place else f"{TEXT} feeling", "severity": "mild"})
        for place, day in enumerate([DAYS[0], *DAYS[3:]]):
            scores.append(
                {**who, "instrument": "PHQ-9", "assessed_at": f"{day}T09:07", "score": 20 - 3 * place - n % 4}
            )
        events.append({**who, "happened_on": str(DAYS[2]), "kind": "other", "text": TEXT})
    return {"patients": people, "sessions": sessions, "assessments": scores, "side_effects": effects, "events": events}


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory, easy_passwords: None) -> Path:
    folder = tmp_path_factory.mktemp("leaks")
    home = folder / "home"
    builds = Builds(home)
    import_folder(write_export(folder / "export", tables()), builds, Settings(home=home).clinic(), as_of=AS_OF)
    builds.close()
    add_people(home)
    return home


@pytest.fixture
def running(marked: Path, start: Callable[..., Running]) -> Running:
    """An app with two people on the agenda, one of them decided; and notes about both."""
    one = start(marked)
    clinic, clinician = one.clinic, Viewer("a-clinician", "clinician")
    if not clinic.agenda.agenda():
        for n in (0, 1):
            patient = clinic.tokens.seal(PATIENT, f"{IDENTIFIER}{n}")
            send_case(clinician, clinic, patient, kind="dose", text=ASKED)
            clinic.notes.add(patient=patient, on_date=DAYS[1], kind="other", text=TEXT, author="a-clinician")
        annotate(clinician, clinic, datetime.date(2023, 12, 18), HAPPENED, is_change=True)
        first = agenda_for(clinician, clinic)[1][0].token
        due = AS_OF + datetime.timedelta(3)
        decide_case(clinician, clinic, first, kind="stop", text=DECIDED, owner=OWNER, due_on=due)
    return one


def case_tokens(running: Running, user: str = "a-presenter") -> list[str]:
    return [each.token for each in agenda_for(Viewer(user, CODED), running.clinic)[1]]


def files(answer: Any) -> Iterator[bytes]:
    """The answer's bytes, and whatever is packed in them, to the last layer."""
    with answer:
        yield answer.data
        if answer.mimetype == "application/json":
            for each in _contents(json.loads(answer.data)):
                yield from unpacked(each)


def _contents(value: Any) -> Iterator[bytes]:
    if isinstance(value, dict):
        if {"content", "filename"} <= set(value):
            yield str(value["filename"]).encode()
            yield base64.b64decode(value["content"]) if value.get("base64") else str(value["content"]).encode()
        for each in value.values():
            yield from _contents(each)
    elif isinstance(value, list):
        for each in value:
            yield from _contents(each)


def unpacked(data: bytes) -> Iterator[bytes]:
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for info in package.infolist():
                yield info.filename.encode()
                yield from unpacked(package.read(info))


def ask(running: Running, client: FlaskClient, name: str, values: dict[str, Any], changed: str = "") -> list[bytes]:
    extra = {"changedPropIds": [changed]} if changed else {}
    return list(files(call(running, client, name, values, **extra)))


def everything(running: Running, client: FlaskClient) -> dict[str, list[bytes]]:
    """Every route, every callback as it stands, each page of a presenter and its files."""
    said = of_cases(running, client)
    for rule in running.server.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/_dash-component-suites", "/assets")):
            path = rule.rule.replace("<path:path>", "review").replace("<filename>", "logo.svg")
            answer = client.get(path, headers=PAGE)
            said[rule.rule] = [str(answer.headers).encode(), *files(answer)]
    for name in callbacks(running):
        said[name] = ask(running, client, name, {})
    for path in ("/review", "/outcomes", "/side-effects", "/throughput"):
        said[f"page {path}"] = ask(running, client, "shell-page.children", {"shell-address": path})
    for tab in ("outcomes", "side-effects", "throughput"):
        seen = {f"{tab}-address": "", "shell-theme-shown": "light"}
        said[tab] = ask(running, client, f"{tab}-address.search", seen)
    for tab in ("side-effects", "throughput"):
        seen = {"shell-theme-shown": "light"}
        said[f"{tab} presented"] = ask(running, client, f"{tab}-presented-answer.children", seen)
    for id_ in ("side-effects-presented-terms", "throughput-presented-months"):
        for form in ("csv", "zip"):
            values = {f"{id_}-csv": 1, f"{id_}-save": form}
            changed = f"{id_}-csv.n_clicks" if form == "csv" else f"{id_}-save.value"
            said[f"{id_} {form}"] = ask(running, client, f"{id_}-file.data", values, changed)
    for name in ("response", "waterfall", "curve"):
        id_ = f"outcomes-{name}"
        for form in ("csv", "svg")[: 2 if name == "response" else 1]:
            values = {f"{id_}-csv": 1, f"{id_}-save": form, "outcomes-address": ""}
            changed = f"{id_}-csv.n_clicks" if form == "csv" else f"{id_}-save.value"
            said[f"{id_} {form}"] = ask(running, client, f"{id_}-file.data", values, changed)
    said["present month"] = ask(running, client, "present-title.children", {"present-address": "/present/2024-05/2"})
    for form in ("pptx", "html"):
        values = {f"review-month-{form}": 1, "review-month": "2024-05"}
        said[f"month {form}"] = ask(running, client, "review-file.data", values, f"review-month-{form}.n_clicks")
    return said


def of_cases(running: Running, client: FlaskClient) -> dict[str, list[bytes]]:
    """The agenda, its cases, their presentation and decks."""
    said = {"review-answer.children": ask(running, client, "review-answer.children", {})}
    for token in case_tokens(running):
        said[f"case {token}"] = ask(running, client, "case-question.children", {"case-address": f"/case/{token}"})
    for place in (1, 2):
        for part in range(1, 6):
            values = {"present-address": f"/present/cases/{place}/{part}"}
            said[f"present {place} {part}"] = ask(running, client, "present-title.children", values)
    for form in ("pptx", "html"):
        button = f"review-cases-{form}"
        said[button] = ask(running, client, "review-file.data", {button: 1}, f"{button}.n_clicks")
    return said


def leaks(said: dict[str, list[bytes]]) -> list[tuple[str, str]]:
    return [
        (name, marker)
        for name, parts in said.items()
        for marker in MARKERS
        if any(marker.encode() in each for each in parts)
    ]


def test_the_markers_reach_those_who_treat(running: Running) -> None:
    """The net holds: without the mode the same walk finds them."""
    said = of_cases(running, running.signed_in("clinician"))
    found = leaks(said)
    assert {NAME, ASKED, DECIDED, OWNER} <= {marker for name, marker in found if name == "review-answer.children"}
    assert {name.split()[0] for name, _ in found} <= {"review-answer.children", "case"}, (
        "slides are in code for everyone"
    )


@pytest.mark.parametrize(("role", "walk"), [("presenter", everything), ("clinician", of_cases)])
def test_no_marker_is_in_any_byte(running: Running, role: str, walk: Any) -> None:
    client = running.signed_in(role)
    if role != "presenter":
        answer = call(running, client, "shell-switched.children", {"shell-coded": 1})
        assert answer.status_code == 200
    try:
        said = walk(running, client)
        refused = call(running, client, "patient-found.children", {"patient-search": NAME}).status_code
    finally:
        running.clinic.modes.switch(f"a-{role}", is_coded=False)
    assert not leaks(said)
    assert refused == 403, "nobody is found by name"
    code = code_of(running.clinic, f"{IDENTIFIER}0")
    shown = {name for name, parts in said.items() if any(code.encode() in each for each in parts)}
    assert {"review-answer.children", "review-cases-pptx", "review-cases-html", "present 1 1"} <= shown, (
        "and the code is"
    )
    assert any(b"stop" in each.lower() for each in said["review-answer.children"]), "the kind of the decision is"
    assert any(b"ppt/charts" in each for each in said["review-cases-pptx"]), "taken apart to its charts"


def test_what_happened_at_the_clinic_is_on_the_page_and_by_its_date_only_in_a_deck(running: Running) -> None:
    client = running.signed_in("director")
    seen = {"throughput-address": "", "shell-theme-shown": "light"}
    assert any(HAPPENED.encode() in each for each in ask(running, client, "throughput-address.search", seen))
    for form in ("pptx", "html"):
        values = {f"review-month-{form}": 1, "review-month": "2024-05"}
        deck = ask(running, client, "review-file.data", values, f"review-month-{form}.n_clicks")
        assert any(b"Happened: A 18 December 2023." in each for each in deck), form
        assert not any(HAPPENED.encode() in each for each in deck), form


def test_codes_and_addresses_are_those_of_one_meeting(running: Running) -> None:
    clinic, presenter = running.clinic, Viewer("a-presenter", CODED)
    before = {each.code: each.token for each in agenda_for(presenter, clinic)[1]}
    client = running.signed_in("presenter")
    token = next(iter(before.values()))
    assert b"Not found" not in ask(running, client, "case-question.children", {"case-address": f"/case/{token}"})[0]
    clinic.agenda.begin(author="a-clinician")
    after = {each.code: each.token for each in agenda_for(presenter, clinic)[1]}
    assert not set(before) & set(after)
    assert not set(before.values()) & set(after.values())
    assert b"Not found" in ask(running, client, "case-question.children", {"case-address": f"/case/{token}"})[0]
    stranger = clinic.tokens.seal(PATIENT, f"{IDENTIFIER}3")
    assert b"Not found" in ask(running, client, "case-question.children", {"case-address": f"/case/{stranger}"})[0]
