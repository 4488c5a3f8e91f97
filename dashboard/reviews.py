"""Who looked a row of a worklist over, and at which values: entries are only added, and an undo is one of them.

A review holds for the values that were shown. Where they have changed since, its digest differs and the row asks to
be looked at again. What was reviewed is kept as its token: the table holds no name and no identifier.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from dashboard.records import Records, append_only, utc_now

_METADATA = sa.MetaData()
_REVIEWS = sa.Table(
    "reviews",
    _METADATA,
    sa.Column("number", sa.Integer(), primary_key=True),
    sa.Column("at", sa.String(), nullable=False, comment="UTC, ISO 8601"),
    sa.Column("user", sa.String(), nullable=False),
    sa.Column("patient", sa.String(), nullable=False, index=True, comment="the patient's token"),
    sa.Column("subject", sa.String(), nullable=False, index=True, comment="the token of the session, else the patient"),
    sa.Column("digest", sa.String(64), nullable=False, comment="of the values shown; empty: the review is undone"),
)


@dataclass(frozen=True)
class Review:
    """Somebody looked something over, at such values."""

    user: str
    at: str
    digest: str


@dataclass(frozen=True)
class Reviews:
    """The reviews of a home."""

    engine: sa.Engine = field(repr=False)

    @classmethod
    def of(cls, records: Records) -> "Reviews":
        """The reviews beside these records; the table is made where it is missing."""
        append_only(records, _METADATA, "reviews", "A review can be undone, not changed.")
        return cls(records.engine)

    def add(self, *, user: str, patient: str, subject: str, digest: str) -> str:
        """Write that somebody looked a subject over at the values of this digest; an empty one undoes it."""
        row = {"at": utc_now(), "user": user, "patient": patient, "subject": subject, "digest": digest}
        with self.engine.begin() as connection:
            connection.execute(_REVIEWS.insert(), row)
        return row["at"]

    def standing(self, subjects: Iterable[str]) -> dict[str, Review]:
        """Of each subject that has one its last review, unless that was undone."""
        r = _REVIEWS.c
        last = sa.select(sa.func.max(r.number)).where(r.subject.in_(list(subjects))).group_by(r.subject)
        statement = sa.select(r.subject, r.user, r.at, r.digest).where(r.number.in_(last), r.digest != "")
        with self.engine.execution_options(writes=False).connect() as connection:
            return {row.subject: Review(row.user, row.at, row.digest) for row in connection.execute(statement)}

    def last_of(self, user: str, patient: str) -> str | None:
        """When this person last looked the patient over, by any row; UTC, ISO 8601. An undone review is none."""
        r, later = _REVIEWS.c, _REVIEWS.alias("later").c
        undone = sa.exists().where(later.subject == r.subject, later.number > r.number, later.digest == "")
        statement = sa.select(sa.func.max(r.at)).where(r.user == user, r.patient == patient, r.digest != "", ~undone)
        with self.engine.execution_options(writes=False).connect() as connection:
            return connection.execute(statement).scalar()


def digest_of(shown: Mapping[str, Any]) -> str:
    """The digest of the values shown of a row."""
    return hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()
