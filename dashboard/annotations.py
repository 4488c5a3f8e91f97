"""What happened at the clinic, dated: a second room, a new scale, a strike. Only added; a withdrawn one stays below."""

import datetime
import secrets
from dataclasses import dataclass, field

import sqlalchemy as sa

from dashboard.records import Records, RecordsError, append_only, utc_now

LONGEST_TEXT = 120

_METADATA = sa.MetaData()
_ANNOTATIONS = sa.Table(
    "annotations",
    _METADATA,
    sa.Column("number", sa.Integer(), primary_key=True),
    sa.Column("annotation", sa.String(16), nullable=False, index=True),
    sa.Column("on_date", sa.Date(), nullable=False, comment="when it happened"),
    sa.Column("text", sa.String(LONGEST_TEXT), nullable=False, comment="empty: it is withdrawn"),
    sa.Column("is_change", sa.Boolean(), nullable=False, comment="limits of chance begin anew from its period on"),
    sa.Column("author", sa.String(), nullable=False),
    sa.Column("at", sa.String(), nullable=False, comment="UTC, ISO 8601"),
)


@dataclass(frozen=True)
class Annotation:
    """One entry: an annotation as written, or, with an empty text, that it was withdrawn."""

    annotation: str
    on_date: datetime.date
    text: str
    is_change: bool
    author: str
    at: str


@dataclass(frozen=True)
class Annotations:
    """The annotations of a home."""

    engine: sa.Engine = field(repr=False)

    @classmethod
    def of(cls, records: Records) -> "Annotations":
        """The annotations beside these records; the table is made where it is missing."""
        append_only(records, _METADATA, "annotations", "An annotation can be withdrawn, not changed.")
        return cls(records.engine)

    def add(self, on_date: datetime.date, text: str, *, is_change: bool, author: str) -> str:
        """Write what happened; answers its name. Raises RecordsError for no text, or one too long."""
        text = " ".join(text.split())
        if not 0 < len(text) <= LONGEST_TEXT:
            raise RecordsError(f"Say what happened in 1 to {LONGEST_TEXT} characters; this has {len(text)}.")
        return self._write(Annotation(secrets.token_hex(8), on_date, text, is_change, author, utc_now()))

    def withdraw(self, annotation: str, *, author: str) -> None:
        """Take one out of the figures; what was written stays. Raises RecordsError where there is none."""
        last = next((each for each in self.standing() if each.annotation == annotation), None)
        if last is None:
            raise RecordsError("This annotation is no longer there; reload the page.")
        self._write(Annotation(annotation, last.on_date, "", last.is_change, author, utc_now()))

    def history(self) -> list[Annotation]:
        """Every entry, in the order written."""
        a = _ANNOTATIONS.c
        columns = [a[name] for name in Annotation.__dataclass_fields__]
        with self.engine.execution_options(writes=False).connect() as connection:
            return [Annotation(*row) for row in connection.execute(sa.select(*columns).order_by(a.number))]

    def standing(self) -> list[Annotation]:
        """Those that were not withdrawn, by date and then as written."""
        last = {each.annotation: each for each in self.history()}
        return sorted((each for each in last.values() if each.text), key=lambda each: each.on_date)

    def _write(self, entry: Annotation) -> str:
        with self.engine.begin() as connection:
            connection.execute(_ANNOTATIONS.insert(), vars(entry))
        return entry.annotation
