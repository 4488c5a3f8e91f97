"""What people write: users, their sign-ins, and failed tries. Small, transactional, right with several processes.

A SQLite file in the home folder, ``records.db``, readable by the owner only. Passwords are kept as argon2 hashes,
tokens and the names typed at failed sign-ins as SHA-256: a copy of the file opens no session.
"""

import datetime
import hashlib
import os
import secrets
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

ROLES = ("clinician", "director", "presenter", "admin")
LEAST_PASSWORD, LONGEST_PASSWORD, LONGEST_NAME = 12, 1024, 64

_METADATA = sa.MetaData()
_USERS = sa.Table(
    "users",
    _METADATA,
    sa.Column("name", sa.String(LONGEST_NAME), primary_key=True),
    sa.Column("role", sa.String(), nullable=False),
    sa.Column("password", sa.String(), nullable=False),
    sa.Column("disabled", sa.Boolean(), nullable=False, default=False),
)
_SIGN_INS = sa.Table(
    "sign_ins",
    _METADATA,
    sa.Column("token", sa.String(64), primary_key=True),
    sa.Column("user", sa.String(LONGEST_NAME), nullable=False, index=True),
    sa.Column("created", sa.Float(), nullable=False),
    sa.Column("seen", sa.Float(), nullable=False),
    sa.Column("revoked", sa.Boolean(), nullable=False, default=False),
)
_FAILURES = sa.Table(
    "failures",
    _METADATA,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False, index=True),
    sa.Column("address", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.Float(), nullable=False, index=True),
)
_BUSY_SECONDS = 15
_HASHER = PasswordHasher()
_HASHING = threading.BoundedSemaphore(2)
"""A hash takes 64 MB by design: strangers may keep two at work, not a hundred."""


class RecordsError(ValueError):
    """What was asked cannot be written; its text is one sentence that says what to do."""


@dataclass(frozen=True)
class User:
    """A person who may sign in."""

    name: str
    role: str
    disabled: bool


@dataclass(frozen=True)
class SignIn:
    """A session of a person who is not disabled: who, and when it was opened and last used (seconds since 1970)."""

    user: str
    role: str
    created: float
    seen: float


@dataclass(frozen=True)
class Limit:
    """So many failures within so many seconds shut the door for so many seconds."""

    failures: int
    within: float
    shut: float


@dataclass(frozen=True)
class Records:
    """The file, open for reading and writing."""

    engine: sa.Engine = field(repr=False)

    @classmethod
    def open(cls, home: Path) -> "Records":
        """Open ``home/records.db``; makes it where it is missing, safely when several processes start at once."""
        home.mkdir(parents=True, exist_ok=True)
        path = home / "records.db"
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": _BUSY_SECONDS})
        sa.event.listen(engine, "connect", _on_connect)
        sa.event.listen(engine, "begin", _on_begin)
        with engine.begin() as connection:
            _METADATA.create_all(connection)
        engine.dispose()  # a process forked after this shares no connection
        return cls(engine)

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    # --- users

    def add_user(self, name: str, role: str, password: str) -> None:
        """Add a person; raises RecordsError where the name, the role or the password will not do."""
        if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip():
            raise RecordsError(
                f"A user's name has 1 to {LONGEST_NAME} printable characters and no blanks around it; give another."
            )
        if role not in ROLES:
            raise RecordsError(f"There is no role {role!r}; give one of {', '.join(ROLES)}.")
        row = {"name": name, "role": role, "password": _hash(password)}
        try:
            with self.engine.begin() as connection:
                connection.execute(_USERS.insert(), [row])
        except sa.exc.IntegrityError:
            raise RecordsError(f"There is a user {name!r} already; give another name, or use: user reset.") from None

    def users(self) -> list[User]:
        """Everyone, by name."""
        u = _USERS.c
        with self._reading() as connection:
            return [User(*row) for row in connection.execute(sa.select(u.name, u.role, u.disabled).order_by(u.name))]

    def disable(self, name: str) -> None:
        """Shut a person out, at once and for good; raises RecordsError where there is no such user."""
        self._change(name, {"disabled": True})

    def reset(self, name: str, password: str) -> None:
        """Give a new password and let the person in again; ends the sessions open under the old one."""
        self._change(name, {"password": _hash(password), "disabled": False})

    def _change(self, name: str, values: dict[str, Any]) -> None:
        with self.engine.begin() as connection:
            found = connection.execute(sa.select(_USERS.c.name).where(_USERS.c.name == name)).first()
            if found is None:
                raise RecordsError(f"There is no user {name!r}; see: python -m dashboard user list.")
            connection.execute(_USERS.update().where(_USERS.c.name == name).values(**values))
            connection.execute(_SIGN_INS.update().where(_SIGN_INS.c.user == name).values(revoked=True))
            connection.execute(_FAILURES.delete().where(_FAILURES.c.name == _digest(name)))

    def verify(self, name: str, password: str) -> bool:
        """True for the password of a person who is not disabled; as much work for anyone else."""
        u = _USERS.c
        with self._reading() as connection:
            known = connection.execute(sa.select(u.password).where(u.name == name, ~u.disabled)).scalar()
        matches = _matches(known or _nobodys_hash(), password)
        return matches and known is not None

    # --- sign-ins

    def open_session(self, user: str, now: float) -> str:
        """A new session; answers its token, which is nowhere kept."""
        token = secrets.token_urlsafe(32)
        row = {"token": _digest(token), "user": user, "created": now, "seen": now}
        with self.engine.begin() as connection:
            connection.execute(_SIGN_INS.insert(), [row])
        return token

    def session(self, token: str) -> SignIn | None:
        """The session of a token, unless it was revoked or its person disabled."""
        s, u = _SIGN_INS.c, _USERS.c
        statement = (
            sa.select(u.name, u.role, s.created, s.seen)
            .join(_USERS, u.name == s.user)
            .where(s.token == _digest(token), ~s.revoked, ~u.disabled)
        )
        with self._reading() as connection:
            row = connection.execute(statement).first()
        return SignIn(*row) if row else None

    def touch(self, token: str, now: float) -> None:
        """The session was used."""
        self._write(_SIGN_INS.update().where(_SIGN_INS.c.token == _digest(token)).values(seen=now))

    def revoke(self, token: str) -> None:
        """End a session: its token opens nothing any more."""
        self._write(_SIGN_INS.update().where(_SIGN_INS.c.token == _digest(token)).values(revoked=True))

    def forget_sessions(self, before: float) -> None:
        """Remove the rows of sessions opened before a moment."""
        self._write(_SIGN_INS.delete().where(_SIGN_INS.c.created < before))

    # --- failed tries

    def count_try(self, name: str, address: str, now: float, *, of_name: Limit, of_address: Limit) -> bool:
        """Count a try before its password is looked at; False where the door is shut.

        Counting first, in one transaction, keeps the limit when many tries come at once to several workers. A try
        at a shut door is not counted, so that the time shut does not grow.
        """
        f = _FAILURES.c
        keys = ((f.name == _digest(name), of_name), (f.address == address[:64], of_address))
        with self.engine.begin() as connection:
            if any(_is_shut(connection, key, limit, now) for key, limit in keys):
                return False
            kept = max(limit.within + limit.shut for limit in (of_name, of_address))
            connection.execute(_FAILURES.delete().where(f.at < now - kept))
            row = {"name": _digest(name), "address": address[:64], "at": now}
            connection.execute(_FAILURES.insert(), [row])
            return True

    def clear_tries(self, name: str) -> None:
        """Forget the tries under a name, after one that was right."""
        self._write(_FAILURES.delete().where(_FAILURES.c.name == _digest(name)))

    def _reading(self) -> sa.Connection:
        return self.engine.execution_options(writes=False).connect()

    def _write(self, statement: sa.Update | sa.Delete) -> None:
        with self.engine.begin() as connection:
            connection.execute(statement)


def append_only(records: Records, metadata: sa.MetaData, table: str, sentence: str) -> None:
    """Make the tables beside these records, and let the database refuse to change or remove a row of one."""
    with records.engine.begin() as connection:
        metadata.create_all(connection)
        for verb in ("update", "delete"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )
    records.engine.dispose()  # a process forked after this shares no connection


def utc_now() -> str:
    """This moment, as it is written: UTC, ISO 8601, milliseconds."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def _is_shut(connection: sa.Connection, key: sa.ColumnElement[bool], limit: Limit, now: float) -> bool:
    """True while the newest failure is recent and completed a row of failures that is too long."""
    f = _FAILURES.c
    times = connection.execute(sa.select(f.at).where(key).order_by(f.at.desc()).limit(limit.failures)).scalars().all()
    if len(times) < limit.failures:
        return False
    return bool(now < times[0] + limit.shut and times[0] - times[-1] < limit.within)


def _on_connect(connection: Any, _record: Any) -> None:
    """Write-ahead log, and transactions that we begin ourselves (the driver would begin them too late)."""
    connection.isolation_level = None
    for attempt in range(50):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except Exception:  # another process is making the same file; its lock ignores the busy time
            if attempt == 49:
                raise
            time.sleep(0.1)
    connection.execute("PRAGMA synchronous=FULL")


def _on_begin(connection: sa.Connection) -> None:
    """Reads share, writes queue: a transaction that reads and then writes takes the lock before it reads."""
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _hash(password: str) -> str:
    if not LEAST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise RecordsError(f"A password has at least {LEAST_PASSWORD} characters; give a longer one.")
    with _HASHING:
        return _HASHER.hash(password)


def _matches(known: str, password: str) -> bool:
    with _HASHING:
        try:
            return bool(_HASHER.verify(known, password))
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys_hash() -> str:
    """A hash that no password meets, to work on where there is no user."""
    return _HASHER.hash(secrets.token_urlsafe(32))
