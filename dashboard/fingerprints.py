"""Figures that left the program: what each showed, so that a short sign on it opens the view again.

What was shown is kept sealed: a copy of the file tells nobody's numbers.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from dashboard.records import Records, append_only, utc_now
from dashboard.tokens import Tokens

LENGTH = 8
"""Signs of a fingerprint."""
_KIND = "fingerprint"
_METADATA = sa.MetaData()
_KEPT = sa.Table(
    "fingerprints",
    _METADATA,
    sa.Column("fingerprint", sa.String(LENGTH), primary_key=True),
    sa.Column("sealed", sa.String(), nullable=False),
    sa.Column("at", sa.String(), nullable=False, comment="when it first left the program; UTC, ISO 8601"),
)


@dataclass(frozen=True)
class Kept:
    """A figure that left the program.

    Attributes:
        action: the name of what a viewer must be allowed to see it.
        title: what it said.
        csv: its table.
        build, as_of: the records it was made of.
        metric, options, where, since, until, hides_small: the asking of its table; ``metric`` is empty for a case.
        patient: the token of a case's patient; else empty.
        address: of the page that shows it; empty for a case, whose address changes with the meeting.
    """

    action: str
    title: str
    csv: str
    build: str
    as_of: str
    metric: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    where: Mapping[str, Any] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    hides_small: bool = False
    patient: str = ""
    address: str = ""


@dataclass(frozen=True)
class Fingerprints:
    """The figures of a home that left it."""

    engine: sa.Engine = field(repr=False)
    tokens: Tokens

    @classmethod
    def of(cls, records: Records, tokens: Tokens) -> "Fingerprints":
        """The figures beside these records; the table is made where it is missing."""
        append_only(records, _METADATA, "fingerprints", "What a figure showed stays as it was.")
        return cls(records.engine, tokens)

    def keep(self, kept: Kept) -> str:
        """Keep a figure; answers its fingerprint, the same for the same figure of the same records."""
        text = json.dumps(asdict(kept), sort_keys=True)
        fingerprint = self.tokens.code(_KIND, text, LENGTH)
        row = {"fingerprint": fingerprint, "sealed": self.tokens.seal(_KIND, text), "at": utc_now()}
        with self.engine.begin() as connection:
            known = sa.select(_KEPT.c.at).where(_KEPT.c.fingerprint == fingerprint)
            if connection.execute(known).first() is None:
                connection.execute(_KEPT.insert(), row)
        return fingerprint

    def find(self, fingerprint: str) -> Kept | None:
        """The figure of a fingerprint, however it is typed; None for one that this home never gave."""
        typed = "".join(each for each in fingerprint.upper() if each.isalnum())
        statement = sa.select(_KEPT.c.sealed).where(_KEPT.c.fingerprint == typed)
        with self.engine.execution_options(writes=False).connect() as connection:
            sealed = connection.execute(statement).scalar()
        text = self.tokens.open(_KIND, sealed) if sealed else None
        return Kept(**json.loads(text)) if text else None
