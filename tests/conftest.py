"""Fixtures of the app: a clinic with records and people, two hands on the clock, and a browser's view of it."""

import datetime
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from dashboard import create_app
from dashboard.clinic import Clinic
from dashboard.importing.run import import_folder
from dashboard.records import ROLES, Records
from dashboard.settings import Settings
from dashboard.store import Builds
from tests.export import AS_OF, write_export
from tests.fixtures import once

PASSWORD = "correct horse battery"
PAGE = {"Accept": "text/html"}


@dataclass
class Clock:
    """A clock that tests move."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Running:
    """An app over a home folder.

    Attributes:
        clock: its clock.
        people: role -> name of who has it; everyone has PASSWORD.
    """

    server: Flask
    app: Dash
    clock: Clock
    people: dict[str, str] = field(default_factory=lambda: {role: f"a-{role}" for role in ROLES})

    @property
    def clinic(self) -> Clinic:
        return self.server.extensions["clinic"]

    @cached_property
    def told(self) -> list[dict[str, Any]]:
        """What the renderer is told of the callbacks."""
        return list(self.signed_in("director").get("/_dash-dependencies").get_json())

    def stranger(self) -> FlaskClient:
        return self.server.test_client()

    def signed_in(self, role: str) -> FlaskClient:
        client = self.stranger()
        answer = sign_in(client, self.people[role])
        assert answer.status_code == 303, answer.text
        client.get("/", headers=PAGE)
        return client


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return found[1]


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, **fields: str) -> Any:
    """Fill the form as a person would."""
    page = client.get("/login").text
    return client.post("/login", data={"csrf_token": token_of(page), "name": name, "password": password, **fields})


def csrf(client: FlaskClient) -> dict[str, str]:
    """The header that Dash's renderer sends."""
    cookie = client.get_cookie("_csrf_token")
    return {"X-CSRFToken": cookie.value if cookie else ""}


def add_people(home: Path) -> None:
    """One person of each role, called after it, with PASSWORD."""
    records = Records.open(home)
    for role in ROLES:
        records.add_user(f"a-{role}", role, PASSWORD)
    records.close()


def _make_pattern(home: Path) -> None:
    builds = Builds(home)
    export = write_export(home.with_name("pattern-export"))
    (home / "clinic.toml").write_text('timezone = "Europe/Berlin"\n', encoding="utf-8")
    import_folder(export, builds, Settings(home=home).clinic(), as_of=AS_OF)
    builds.close()
    add_people(home)


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory, easy_passwords: None) -> Path:
    """A home with records and people, made once and copied."""
    return once(tmp_path_factory, "pattern", _make_pattern)


DEMO, DEMO_AS_OF = Path(__file__).parent.parent / "data" / "demo", datetime.date(2024, 12, 31)


def _make_demo(home: Path) -> None:
    builds = Builds(home)
    (home / "clinic.toml").write_text('timezone = "Europe/Berlin"\n', encoding="utf-8")
    import_folder(DEMO, builds, Settings(home=home).clinic(), as_of=DEMO_AS_OF)
    builds.close()
    add_people(home)


@pytest.fixture(scope="session")
def demo_pattern(tmp_path_factory: pytest.TempPathFactory, easy_passwords: None) -> Path:
    """A home with the demo clinic of ``data/demo``, which has every table; made once and copied."""
    return once(tmp_path_factory, "demo-pattern", _make_demo)


@pytest.fixture
def demo_home(demo_pattern: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_pattern, tmp_path / "demo-home"))


@pytest.fixture(scope="module")
def demo_made(demo_pattern: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy for a whole module."""
    return Path(shutil.copytree(demo_pattern, tmp_path_factory.mktemp("demo") / "home"))


@pytest.fixture
def home(pattern: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pattern, tmp_path / "home"))


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., Running]]:
    """Starts an app over the home, or over another; each ends with the test."""
    started: list[Running] = []

    def run(where: Path = home, clock: Clock | None = None, **settings: Any) -> Running:
        clock = clock or Clock()
        running = Running(*create_app(Settings(home=where, **settings), clock=clock), clock)
        started.append(running)
        return running

    yield run
    for running in started:
        running.clinic.close()


@pytest.fixture
def running(start: Callable[..., Running]) -> Running:
    return start()


@pytest.fixture
def address(running: Running) -> Iterator[str]:
    """The app on a free port of this machine, for a real browser."""
    server = make_server("127.0.0.1", 0, running.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
