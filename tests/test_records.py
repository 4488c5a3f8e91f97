"""Users and their rules, in the file alone."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard import records as module
from dashboard.records import Records, RecordsError, User

PASSWORD = "twelve letters"
STRONG = module._HASHER
"""As it is before the fixtures put an easy one in its place."""


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = Records.open(tmp_path / "home")
    yield opened
    opened.close()


def test_a_user_is_added_listed_disabled_and_reset(records: Records) -> None:
    records.add_user("Ärztin Ö.", "clinician", PASSWORD)
    assert records.users() == [User("Ärztin Ö.", "clinician", False)]
    assert records.verify("Ärztin Ö.", PASSWORD)
    assert not records.verify("Ärztin Ö.", PASSWORD + "x")
    records.disable("Ärztin Ö.")
    assert records.users() == [User("Ärztin Ö.", "clinician", True)]
    assert not records.verify("Ärztin Ö.", PASSWORD)
    records.reset("Ärztin Ö.", PASSWORD + "x")
    assert records.verify("Ärztin Ö.", PASSWORD + "x")


@pytest.mark.parametrize(
    ("name", "role", "password", "words"),
    [
        ("", "admin", PASSWORD, "1 to 64 printable"),
        ("a" * 65, "admin", PASSWORD, "1 to 64 printable"),
        ("a\nb", "admin", PASSWORD, "1 to 64 printable"),
        (" a", "admin", PASSWORD, "1 to 64 printable"),
        ("a", "owner", PASSWORD, "clinician, director, presenter, admin"),
        ("a", "admin", "eleven char", "at least 12"),
        ("known", "admin", PASSWORD, "already"),
    ],
)
def test_what_will_not_do_is_said(records: Records, name: str, role: str, password: str, words: str) -> None:
    records.add_user("known", "director", PASSWORD)
    with pytest.raises(RecordsError, match=words):
        records.add_user(name, role, password)
    assert [user.name for user in records.users()] == ["known"]


def test_a_hash_asks_for_as_much_work_as_is_recommended() -> None:
    # RFC 9106, section 4, the second of the two: 64 MiB, three passes, four lanes
    assert STRONG.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_an_unknown_user_is_said(records: Records) -> None:
    for change in (records.disable, lambda name: records.reset(name, PASSWORD)):
        with pytest.raises(RecordsError, match="user list"):
            change("nobody")


def test_the_file_is_private_and_holds_no_secret(records: Records) -> None:
    records.add_user("a", "admin", PASSWORD)
    token = records.open_session("a", 1.0)
    path = Path(str(records.engine.url.database))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    records.close()
    content = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert PASSWORD.encode() not in content
    assert token.encode() not in content
    assert b"$argon2id$" in content
