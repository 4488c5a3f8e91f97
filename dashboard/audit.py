"""Who saw what, when: a log that can be added to and nothing else, and that proves that it is whole.

It lies beside the records in ``records.db``. Each entry carries a digest of itself and of the entry before it, so that
none can be changed, removed or put between unseen; the database refuses updates and deletions as well. What was looked
at is kept as its token: the log holds no name and no identifier.
"""

import datetime
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from dashboard.records import Records, append_only

_METADATA = sa.MetaData()
_AUDIT = sa.Table(
    "audit",
    _METADATA,
    sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(), nullable=False, comment="UTC, ISO 8601"),
    sa.Column("user", sa.String(), nullable=False),
    sa.Column("role", sa.String(), nullable=False),
    sa.Column("action", sa.String(), nullable=False),
    sa.Column("subject", sa.String(), nullable=False, comment="the token of what was looked at"),
    sa.Column("digest", sa.String(64), nullable=False),
)
_START = "0" * 64
ONE_LOOK = datetime.timedelta(minutes=1)
"""A page asks several times while it is drawn: the same person looking at the same thing again so soon is one entry."""


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    number: int
    at: str
    user: str
    role: str
    action: str
    subject: str
    digest: str


@dataclass(frozen=True)
class Audit:
    """The log of a home."""

    engine: sa.Engine = field(repr=False)

    @classmethod
    def of(cls, records: Records) -> "Audit":
        """The log beside these records; made where it is missing."""
        append_only(records, _METADATA, "audit", "The access log can only be added to.")
        return cls(records.engine)

    def add(self, *, user: str, role: str, action: str, subject: str) -> None:
        """Write that somebody did something, now; in one transaction with the look at the entry before."""
        now = datetime.datetime.now(datetime.UTC)
        at, since = (moment.isoformat(timespec="milliseconds") for moment in (now, now - ONE_LOOK))
        a = _AUDIT.c
        same = sa.and_(a.user == user, a.role == role, a.action == action, a.subject == subject, a.at >= since)
        with self.engine.begin() as connection:
            if connection.execute(sa.select(a.number).where(same).limit(1)).first():
                return
            last = connection.execute(sa.select(_AUDIT).order_by(_AUDIT.c.number.desc()).limit(1)).mappings().first()
            row = {
                "number": last["number"] + 1 if last else 1,
                "at": at,
                "user": user,
                "role": role,
                "action": action,
                "subject": subject,
            }
            digest = _digest(last["digest"] if last else _START, row)
            connection.execute(_AUDIT.insert(), {**row, "digest": digest})

    def entries(self) -> list[Entry]:
        """Every entry, oldest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(_AUDIT).order_by(_AUDIT.c.number)).mappings().all()
        return [Entry(**dict(row)) for row in rows]

    def fault(self) -> str:
        """Empty where the log is whole; else one sentence that says where it is not."""
        before = _START
        for place, entry in enumerate(self.entries(), start=1):
            row: dict[str, Any] = {name: getattr(entry, name) for name in _AUDIT.c.keys() if name != "digest"}
            if entry.number != place:
                return f"Entry {place} is missing."
            if entry.digest != _digest(before, row):
                return f"Entry {place} is not as it was written."
            before = entry.digest
        return ""


def _digest(before: str, row: dict[str, Any]) -> str:
    return hashlib.sha256(f"{before}{json.dumps(row, sort_keys=True)}".encode()).hexdigest()
