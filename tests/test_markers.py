"""The marker test: a clinic whose names, dates, texts and identifiers are unique strings, and where they turn up.

Everything that the app serves is walked through as a stranger and as every role. A marker may reach those who treat,
in the answers of the pages that are for it; nowhere else, and never a log, an address, a title or an error.
"""

import datetime
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.access import Viewer, patients_like
from dashboard.importing.run import import_folder
from dashboard.records import ROLES
from dashboard.settings import Settings
from dashboard.store import Builds
from dashboard.tabs import patient_tables
from dashboard.tabs.number import Number
from tests.calls import call, callbacks
from tests.conftest import PAGE, Clock, Running, add_people
from tests.hand import write_export

NAME, IDENTIFIER, SITE, DOCTOR, TEXT = "QZNAME", "QZIDENT", "QZSITE", "QZDOCTOR", "QZTEXT"
BORN, BOOKED = "1951-07-19", "2023-11-07"
PERSONAL = (NAME, IDENTIFIER, TEXT, BORN, BOOKED)
MARKERS = (*PERSONAL, SITE, DOCTOR)
TREATING = {"clinician", "director"}
MAY_NAME = {
    "patient-found.children": TREATING,
    "patient-finder.hidden": TREATING,
    "patient-address.search": TREATING,
    **{f"patient-{name}-file.data": TREATING for name in patient_tables.TABLES},
    "people-answer.children": TREATING,
    "side-effects-serious.rowData": TREATING,
    "today-answer.children": TREATING,
    "data-tables.rowData": {"director", "admin"},
    "data-file.data": {"director", "admin"},
}
"""The callbacks that answer with people or with rows set aside, and to whom."""


class Kept(logging.Handler):
    """All that is logged, with what was to be filled in."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += f"{self.format(record)} {record.args}\n"


@pytest.fixture(scope="module")
def log() -> Iterator[Kept]:
    """The log of the whole module."""
    root, kept = logging.getLogger(), Kept()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    yield kept
    root.setLevel(level)
    root.removeHandler(kept)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records of the marked clinic."""
    who = {"patient_id": f"{IDENTIFIER}1"}
    tables: dict[str, list[dict[str, object]]] = {
        "patients": [
            {**who, "name": f"{NAME} Ann", "birth_date": BORN, "diagnosis": "depression", "site": SITE},
            {"patient_id": f"{IDENTIFIER}2", "name": f"{NAME} Bo", "diagnosis": TEXT},
        ],
        "sessions": [
            {
                **who,
                "session_id": f"{IDENTIFIER}-S",
                "scheduled_at": f"{BOOKED}T10:00",
                "status": "completed",
                "route": "iv",
                "drug": "ketamine",
                "clinician": DOCTOR,
            }
        ],
        "assessments": [{**who, "instrument": "PHQ-9", "assessed_at": BOOKED, "score": 20}],
        "side_effects": [{**who, "session_id": f"{IDENTIFIER}-S", "term": "Syncope", "serious": "true"}],
        "events": [{**who, "happened_on": BOOKED, "kind": "other", "text": TEXT}],
    }
    return write_export(tmp_path_factory.mktemp("marked") / "export", tables)


@pytest.fixture(scope="module")
def marked(export: Path, log: Kept) -> Iterator[Running]:
    """An app over the marked clinic."""
    home, clock = export.with_name("home"), Clock()
    builds = Builds(home)
    import_folder(export, builds, Settings(home=home).clinic(), as_of=datetime.date(2024, 1, 31))
    builds.close()
    add_people(home)
    running = Running(*create_app(Settings(home=home), clock=clock), clock)
    yield running
    running.clinic.close()


def token(running: Running) -> str:
    return patients_like(Viewer("a-clinician", "clinician"), running.clinic, f"{IDENTIFIER}1")[0].token


def asked(running: Running) -> dict[str, dict[str, Any]]:
    """Callback -> what it is asked, so that it has something to say."""
    number = Number("response", {"site": SITE, "instrument": "PHQ-9"}, "n_started", options={"by": "site"})
    return {
        "patient-found.children": {"patient-search": NAME},
        "patient-finder.hidden": {"patient-address.pathname": f"/patient/{token(running)}"},
        "patient-address.search": {"patient-address.pathname": f"/patient/{token(running)}"},
        **{
            f"patient-{name}-file.data": {f"patient-{name}-csv": 1, "patient-address": f"/patient/{token(running)}"}
            for name in patient_tables.TABLES
        },
        "people-answer.children": {"people-address": number.search(running.clinic.tokens)},
        "today-answer.children": {"today-address": "?list=caseload&date=2023-11-08"},
        "outcomes-address.search": {"outcomes-address": "", "shell-theme-shown": "light"},
        "outcomes-change-address.search": {"outcomes-change-address": "", "shell-theme-shown": "light"},
        **{
            f"outcomes-{name}-address.search": {f"outcomes-{name}-address": "", "shell-theme-shown": "light"}
            for name in ("time", "compare")
        },
        "outcomes-change-pairs-file.data": {"outcomes-change-pairs-csv": 1, "outcomes-change-address": ""},
        "side-effects-address.search": {"side-effects-address": "", "shell-theme-shown": "light"},
        **{
            f"side-effects-{name}-address.search": {f"side-effects-{name}-address": "", "shell-theme-shown": "light"}
            for name in ("when", "vitals")
        },
        "side-effects-any-file.data": {"side-effects-any-csv": 1, "side-effects-address": ""},
        "throughput-address.search": {"throughput-address": "", "shell-theme-shown": "light"},
        "throughput-ahead-address.search": {"throughput-ahead-address": "", "shell-theme-shown": "light"},
        "throughput-chairs-address.search": {"throughput-chairs-address": "", "shell-theme-shown": "light"},
        "balance-address.search": {"balance-address": "", "shell-theme-shown": "light"},
        "data-file.data": {"data-csv": 1},
    }


@dataclass(frozen=True)
class Answer:
    """What came back, read to its end."""

    status: int
    kind: str
    headers: str
    text: str

    @classmethod
    def of(cls, response: Any) -> "Answer":
        with response:
            text = response.data.decode("utf-8", "replace")
        return cls(response.status_code, response.mimetype, str(response.headers), text)


def walk(running: Running, client: FlaskClient) -> dict[str, Answer]:
    """Every answer: GET of every route, and every callback."""
    answers: dict[str, Answer] = {}
    for rule in running.server.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/_dash-component-suites", "/assets")):
            path = rule.rule.replace("<path:path>", f"patients/{token(running)}").replace("<filename>", "logo.svg")
            answers[rule.rule] = Answer.of(client.get(path, headers=PAGE))
    questions = asked(running)
    for name in callbacks(running):
        answers[name] = Answer.of(call(running, client, name, questions.get(name)))
    return answers


STRANGER = "stranger"
Walks = dict[str, dict[str, Answer]]


@pytest.fixture(scope="module")
def walks(marked: Running) -> Walks:
    """Role, or STRANGER -> all that the app answers to them."""
    clients = {STRANGER: marked.stranger(), **{role: marked.signed_in(role) for role in ROLES}}
    return {who: walk(marked, client) for who, client in clients.items()}


def test_a_stranger_gets_no_marker(walks: Walks) -> None:
    for name, answer in walks[STRANGER].items():
        said = answer.text + answer.headers
        assert not [marker for marker in MARKERS if marker in said], name


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_markers_where_they_are_for_it_and_nowhere_else(walks: Walks, role: str) -> None:
    answers = dict(walks[role])
    named = {name: answers.pop(name) for name, roles in MAY_NAME.items() if role in roles}
    for name, answer in answers.items():
        said = answer.text + answer.headers
        kept_out = PERSONAL if role in TREATING else MARKERS
        assert not [marker for marker in kept_out if marker in said], name
    if role in TREATING:
        assert NAME in named["people-answer.children"].text
        asked_of = ("patient-found.children", "patient-finder.hidden", "patient-address.search")
        page = "".join(named[name].text for name in asked_of)
        assert all(marker in page for marker in (NAME, IDENTIFIER, BOOKED))
        listed = named["side-effects-serious.rowData"].text
        assert BOOKED in listed  # a serious event has its day, and nobody's name
        assert not [marker for marker in (NAME, IDENTIFIER, TEXT, BORN) if marker in listed]
        assert TEXT not in page  # of the quarantined row and the event nothing is shown here
    if role in MAY_NAME["data-file.data"]:
        assert TEXT in named["data-tables.rowData"].text
        assert f"{NAME} Bo" in named["data-file.data"].text


def test_no_log_address_title_or_error_holds_a_marker(marked: Running, walks: Walks, log: Kept) -> None:
    headers = ""
    for answers in walks.values():
        for answer in answers.values():
            headers += answer.headers
            if answer.status >= 400 or answer.kind == "text/html":
                headers += answer.text
    # and a failure in the middle of a patient's page
    broken = call(marked, marked.signed_in("clinician"), "patient-found.children", {"patient-search": {"x": NAME}})
    headers += broken.text
    assert log.text.count("POST /_dash-update-component") > len(walks) * len(callbacks(marked))
    for marker in MARKERS:
        assert marker not in log.text
        assert marker not in headers
    assert not any(marker in str(entry) for entry in marked.clinic.audit.entries() for marker in MARKERS)
    assert not any(marker in token(marked) for marker in MARKERS)


def test_an_import_and_the_command_line_name_nobody_in_what_they_say(
    tmp_path: Path, export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    report = import_folder(
        export,
        Builds(tmp_path / "again"),
        Settings(home=tmp_path / "again").clinic(),
        as_of=datetime.date(2024, 1, 31),
        say=said.append,
    )
    text = " ".join([*said, *report.notes, str(report.as_dict())])
    assert not [marker for marker in MARKERS if marker in text]
