"""The access log: it grows and nothing else, it proves that it is whole, and it holds no name."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.audit import Audit
from dashboard.cli import main
from dashboard.records import Records


@pytest.fixture
def audit(tmp_path: Path) -> Iterator[Audit]:
    log = Audit.of(Records.open(tmp_path))
    for name in ("ann", "bob", "cy"):
        log.add(user=name, role="clinician", action="view-patient", subject="token")
    yield log
    log.engine.dispose()


def tamper(audit: Audit, statement: str) -> None:
    """As somebody with the file and an editor would."""
    with audit.engine.begin() as connection:
        for verb in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER audit_no_{verb}")
        connection.exec_driver_sql(statement)


def test_it_keeps_who_did_what_in_order(audit: Audit) -> None:
    assert [(entry.number, entry.user) for entry in audit.entries()] == [(1, "ann"), (2, "bob"), (3, "cy")]
    assert audit.fault() == ""


def test_the_same_look_within_a_minute_is_one_entry(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    audit.add(user="ann", role="clinician", action="view-patient", subject="token")
    assert len(audit.entries()) == 3
    audit.add(user="ann", role="clinician", action="view-patient", subject="another")
    monkeypatch.setattr("dashboard.audit.ONE_LOOK", datetime.timedelta(0))
    audit.add(user="ann", role="clinician", action="view-patient", subject="token")
    assert [entry.subject for entry in audit.entries()][3:] == ["another", "token"]
    assert audit.fault() == ""


@pytest.mark.parametrize("statement", ["UPDATE audit SET user = 'dan'", "DELETE FROM audit WHERE number = 2"])
def test_the_database_refuses_to_change_it(audit: Audit, statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="can only be added to"), audit.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert len(audit.entries()) == 3


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit SET user = 'dan' WHERE number = 2", "Entry 2 is not as it was written."),
        ("UPDATE audit SET at = '2020-01-01' WHERE number = 3", "Entry 3 is not as it was written."),
        ("DELETE FROM audit WHERE number = 2", "Entry 2 is missing."),
        ("DELETE FROM audit WHERE number = 1", "Entry 1 is missing."),
        ("UPDATE audit SET number = number + 10", "Entry 1 is missing."),
    ],
)
def test_what_was_changed_past_the_database_is_found(audit: Audit, statement: str, fault: str) -> None:
    tamper(audit, statement)
    assert audit.fault() == fault


def test_the_command_line_shows_and_verifies_it(
    tmp_path: Path, audit: Audit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLINIC_HOME", str(tmp_path))
    assert main(["audit", "--format", "csv"]) == 0
    assert [line.split(",")[2] for line in capsys.readouterr().out.splitlines()] == ["user", "ann", "bob", "cy"]
    assert main(["audit", "verify"]) == 0
    assert capsys.readouterr().out.startswith("The access log is whole: 3 entries; the last has the digest ")
    tamper(audit, "DELETE FROM audit WHERE number = 1")
    assert main(["audit", "verify"]) == 1
    assert capsys.readouterr().err.startswith("The access log is not whole: Entry 1 is missing.")
