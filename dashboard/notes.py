"""Notes about a patient: dated, typed, authored; every edit is kept, and none is taken away.

A note is its versions, the last of which counts. Whom it is about is kept as a token.
"""

import datetime
import secrets
from dataclasses import dataclass, field

import sqlalchemy as sa

from dashboard.records import Records, RecordsError, append_only, utc_now

KINDS = ("medication-change", "life-event", "protocol", "session", "other")
LONGEST_TEXT = 2000

_METADATA = sa.MetaData()
_NOTES = sa.Table(
    "notes",
    _METADATA,
    sa.Column("number", sa.Integer(), primary_key=True),
    sa.Column("note", sa.String(16), nullable=False, index=True),
    sa.Column("patient", sa.String(), nullable=False, index=True, comment="the patient's token"),
    sa.Column("on_date", sa.Date(), nullable=False, comment="what the note is about"),
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("text", sa.String(), nullable=False, comment="empty: the note is withdrawn"),
    sa.Column("author", sa.String(), nullable=False),
    sa.Column("at", sa.String(), nullable=False, comment="when this version was written; UTC, ISO 8601"),
)


@dataclass(frozen=True)
class Note:
    """One version of a note."""

    note: str
    patient: str
    on_date: datetime.date
    kind: str
    text: str
    author: str
    at: str


@dataclass(frozen=True)
class Notes:
    """The notes of a home."""

    engine: sa.Engine = field(repr=False)

    @classmethod
    def of(cls, records: Records) -> "Notes":
        """The notes beside these records; the table is made where it is missing."""
        append_only(records, _METADATA, "notes", "A note is edited by a new version; the old one stays.")
        return cls(records.engine)

    def add(self, *, patient: str, on_date: datetime.date, kind: str, text: str, author: str) -> str:
        """A new note; answers its name. Raises RecordsError for what is no note."""
        return self._write(secrets.token_hex(8), patient, on_date, kind, _checked(text), author)

    def edit(self, note: str, *, patient: str, on_date: datetime.date, kind: str, text: str, author: str) -> None:
        """A new version of a patient's note. Raises RecordsError where there is no such note of the patient."""
        self._require(note, patient)
        self._write(note, patient, on_date, kind, _checked(text), author)

    def withdraw(self, note: str, *, patient: str, author: str) -> None:
        """Take a note out of sight; its versions stay. Raises RecordsError where there is no such note."""
        last = self._require(note, patient)
        self._write(note, patient, last.on_date, last.kind, "", author)

    def history(self, patient: str) -> list[Note]:
        """Every version of a patient's notes, in the order written."""
        n = _NOTES.c
        columns = [n[name] for name in Note.__dataclass_fields__]
        with self.engine.execution_options(writes=False).connect() as connection:
            rows = connection.execute(sa.select(*columns).where(n.patient == patient).order_by(n.number))
            return [Note(*row) for row in rows]

    def standing(self, patient: str) -> list[Note]:
        """The notes that count, by their date and then as first written."""
        last = {version.note: version for version in self.history(patient)}
        return sorted((each for each in last.values() if each.text), key=lambda each: each.on_date)

    def _require(self, note: str, patient: str) -> Note:
        last = {each.note: each for each in self.standing(patient)}
        if note not in last:
            raise RecordsError("This note is no longer there; reload the page.")
        return last[note]

    def _write(self, note: str, patient: str, on_date: datetime.date, kind: str, text: str, author: str) -> str:
        if kind not in KINDS:
            raise RecordsError(f"There is no kind of note {kind!r}; give one of {', '.join(KINDS)}.")
        row = {
            "note": note,
            "patient": patient,
            "on_date": on_date,
            "kind": kind,
            "text": text,
            "author": author,
            "at": utc_now(),
        }
        with self.engine.begin() as connection:
            connection.execute(_NOTES.insert(), row)
        return note


def _checked(text: str) -> str:
    text = text.strip()
    if not 1 <= len(text) <= LONGEST_TEXT:
        raise RecordsError(f"A note has 1 to {LONGEST_TEXT} characters; this one has {len(text)}.")
    return text
