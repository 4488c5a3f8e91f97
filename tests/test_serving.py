"""From settings to something served: the demo clinic, an export at start, a refusal that changes nothing."""

import datetime
import importlib
from pathlib import Path

import pytest

from dashboard import serving
from dashboard.clinic_file import zone
from dashboard.records import ROLES, Records
from dashboard.settings import Settings
from dashboard.store import Builds
from tests.export import write_export


@pytest.fixture
def demo(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "local", demo=True)


def printed_passwords(text: str) -> dict[str, str]:
    return {line.split()[0]: line.split()[1] for line in text.splitlines() if line.startswith("  ")}


def test_with_nothing_set_the_demo_is_made_with_new_passwords(
    demo: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    found, made = [], set[str]()
    for _ in range(2):
        ready = serving.prepare(demo)
        found.append(printed_passwords(capsys.readouterr().out))
        assert ready.home == demo.home / "demo"
        records = Records.open(ready.home)
        assert {user.name: user.role for user in records.users()} == {role: role for role in ROLES}
        assert all(records.verify(name, password) for name, password in found[-1].items())
        records.close()
        builds = Builds(ready.home)
        current = builds.current()
        assert current.as_of == datetime.datetime.now(zone(current.facts["timezone"])).date()
        made.add(current.build)
        builds.close()
    assert set(found[0]) == set(ROLES)
    assert len(made) == 1  # made once a day
    assert not set(found[0].values()) & set(found[1].values())


def test_a_demo_that_an_earlier_program_derived_is_made_anew(
    demo: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    serving.prepare(demo)
    monkeypatch.setattr("dashboard.clinical.cohort.LAYOUT", {"courses": ["patient_id"]})
    capsys.readouterr()
    serving.prepare(demo)
    assert "making the demo clinic" in capsys.readouterr().err


def test_published_records_are_served_instead_of_the_demo(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serving.prepare(Settings(home=home, demo=True)).home == home
    assert "Sign in" not in capsys.readouterr().out


def test_a_source_is_imported_at_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "export").mkdir()
    ready = serving.prepare(Settings(home=tmp_path / "home", source=write_export(tmp_path / "export")))
    assert Builds(ready.home).published()
    assert "user add NAME --role ROLE" in capsys.readouterr().out


def test_a_refused_source_leaves_what_was_published(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = Builds(home).pointer.read_text()
    serving.prepare(Settings(home=home, source=home / "nowhere"))
    assert "is not a folder" in capsys.readouterr().err
    assert Builds(home).pointer.read_text() == before


def test_a_refused_source_with_nothing_published_ends(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        serving.prepare(Settings(home=tmp_path, source=tmp_path / "nowhere"))
    assert ended.value.code == 1


def test_the_server_is_made_when_asked_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_HOME", str(home))
    module = importlib.import_module("app")
    assert "server" not in vars(module)
    assert module.server.test_client().get("/healthz").status_code == 200
    vars(module).pop("server").extensions["clinic"].close()
    with pytest.raises(AttributeError):
        _ = module.nothing
