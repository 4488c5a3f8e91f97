"""Case review: who was sent with which question, what was decided, and the meetings; entries are only added.

The agenda is every case that was sent and has no decision yet, and those decided since the current meeting began.
Whom a case is about is kept as the patient's token. The question and the decision are each a word of a closed list,
which may stand on a wall, and words of one's own, which may not.
"""

import datetime
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from dashboard.records import Records, RecordsError, append_only, utc_now

QUESTIONS = {
    "continue": "Continue, or stop?",
    "dose": "Change the dose?",
    "interval": "Change the interval?",
    "route": "Change the route or drug?",
    "not-better": "Not better: what next?",
    "safety": "Is it safe to go on?",
    "after-course": "What follows this course?",
    "other": "Another question",
}
DECISIONS = {
    "continue": "Continue as before",
    "dose": "Change the dose",
    "interval": "Change the interval",
    "route": "Change the route or drug",
    "pause": "Pause",
    "stop": "Stop",
    "refer": "Refer",
    "review-again": "Review again",
    "other": "Another decision",
}
LONGEST_TEXT, LONGEST_OWNER = 1000, 64
_ASKED, _DECIDED, _WITHDRAWN = "asked", "decided", "withdrawn"

_METADATA = sa.MetaData()
_CASES = sa.Table(
    "case_entries",
    _METADATA,
    sa.Column("number", sa.Integer(), primary_key=True),
    sa.Column("case", sa.String(16), nullable=False, index=True),
    sa.Column("patient", sa.String(), nullable=False, index=True, comment="the patient's token"),
    sa.Column("what", sa.String(), nullable=False, comment="asked, decided or withdrawn"),
    sa.Column("kind", sa.String(), nullable=False, comment="of QUESTIONS or DECISIONS; empty: withdrawn"),
    sa.Column("text", sa.String(), nullable=False),
    sa.Column("owner", sa.String(), nullable=False, comment="who does what was decided"),
    sa.Column("due_on", sa.Date(), comment="until when"),
    sa.Column("author", sa.String(), nullable=False),
    sa.Column("at", sa.String(), nullable=False, comment="UTC, ISO 8601"),
    sa.Column("meeting", sa.Integer(), nullable=False, comment="how many meetings had begun"),
)
_MEETINGS = sa.Table(
    "meetings",
    _METADATA,
    sa.Column("number", sa.Integer(), primary_key=True),
    sa.Column("author", sa.String(), nullable=False),
    sa.Column("at", sa.String(), nullable=False, comment="UTC, ISO 8601"),
)


@dataclass(frozen=True)
class Decision:
    """What was decided of a case.

    Attributes:
        kind: of DECISIONS.
        text: words of one's own; may be empty.
        owner: who does it; may be empty.
        due_on: until when; None where nobody said.
        author, at: who wrote it, and when (UTC, ISO 8601).
    """

    kind: str
    text: str
    owner: str
    due_on: datetime.date | None
    author: str
    at: str


@dataclass(frozen=True)
class Case:
    """Somebody sent to case review.

    Attributes:
        case: its name.
        patient: the patient's token.
        kind, text: the question, of QUESTIONS, and in words of one's own.
        author, at: who sent it, and when (UTC, ISO 8601).
        decision: None as long as there is none.
    """

    case: str
    patient: str
    kind: str
    text: str
    author: str
    at: str
    decision: Decision | None = None


@dataclass(frozen=True)
class Agenda:
    """The case review of a home."""

    engine: sa.Engine = field(repr=False)

    @classmethod
    def of(cls, records: Records) -> "Agenda":
        """The cases beside these records; the tables are made where they are missing."""
        for table in ("case_entries", "meetings"):
            append_only(records, _METADATA, table, "What a case review recorded stays; add to it.")
        return cls(records.engine)

    def meeting(self) -> int:
        """How many meetings have begun: codes are those of the current one."""
        with self._reading() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(_MEETINGS)).scalar() or 0)

    def begin(self, *, author: str) -> None:
        """Begin a new meeting: codes are new, decided cases leave the agenda, open ones stay."""
        with self.engine.begin() as connection:
            connection.execute(_MEETINGS.insert(), {"author": author, "at": utc_now()})

    def ask(self, patient: str, *, kind: str, text: str, author: str) -> str:
        """Send a patient with a question; answers the case. Raises RecordsError for no question, or one still open."""
        if kind not in QUESTIONS:
            raise RecordsError(f"There is no question {kind!r}; give one of {', '.join(QUESTIONS)}.")
        if any(each.patient == patient and each.decision is None for each in self.cases()):
            raise RecordsError("This patient is on the agenda already; it can be withdrawn there.")
        case = secrets.token_hex(8)
        self._write(case, patient, _ASKED, author, kind=kind, text=_checked(text))
        return case

    def decide(self, case: str, *, kind: str, text: str, owner: str, due_on: datetime.date | None, author: str) -> None:
        """Record what was decided; a later decision of the same case stands in its place.

        Raises RecordsError for no such decision or case.
        """
        if kind not in DECISIONS:
            raise RecordsError(f"There is no decision {kind!r}; give one of {', '.join(DECISIONS)}.")
        owner = owner.strip()
        if len(owner) > LONGEST_OWNER:
            raise RecordsError(f"Who does it has at most {LONGEST_OWNER} characters.")
        said = {"kind": kind, "text": _checked(text), "owner": owner, "due_on": due_on}
        self._write(case, self._require(case).patient, _DECIDED, author, **said)

    def withdraw(self, case: str, *, author: str) -> None:
        """Take a case off the agenda; its entries stay. Raises RecordsError for no such case."""
        self._write(case, self._require(case).patient, _WITHDRAWN, author)

    def agenda(self) -> list[Case]:
        """The cases of the current meeting, in the order sent."""
        c, now = _CASES.c, self.meeting()
        with self._reading() as connection:
            decided = sa.select(c.case).where(c.what == _DECIDED, c.meeting == now)
            here = set(connection.execute(decided).scalars())
        return [each for each in self.cases() if each.decision is None or each.case in here]

    def cases(self, patient: str | None = None) -> list[Case]:
        """Every case that was not withdrawn, or one patient's, in the order sent."""
        statement = sa.select(_CASES).order_by(_CASES.c.number)
        if patient is not None:
            statement = statement.where(_CASES.c.patient == patient)
        found: dict[str, Case] = {}
        with self._reading() as connection:
            for row in connection.execute(statement).mappings():
                _add(found, row)
        return list(found.values())

    def case(self, name: str) -> Case | None:
        """A case by its name."""
        return next((each for each in self.cases() if each.case == name), None)

    def _require(self, name: str) -> Case:
        found = self.case(name)
        if found is None:
            raise RecordsError("This case is no longer there; reload the page.")
        return found

    def _write(self, case: str, patient: str, what: str, author: str, **more: Any) -> None:
        row = {"kind": "", "text": "", "owner": "", "due_on": None, **more, "case": case, "patient": patient}
        row |= {"what": what, "author": author, "at": utc_now(), "meeting": self.meeting()}
        with self.engine.begin() as connection:
            connection.execute(_CASES.insert(), row)

    def _reading(self) -> sa.Connection:
        return self.engine.execution_options(writes=False).connect()


def _add(found: dict[str, Case], row: Mapping[Any, Any]) -> None:
    """Lay one entry over what is known of its case."""
    name = row["case"]
    if row["what"] == _ASKED:
        found[name] = Case(name, row["patient"], row["kind"], row["text"], row["author"], row["at"])
    elif row["what"] == _WITHDRAWN:
        found.pop(name, None)
    elif name in found:
        asked = found[name]
        decision = Decision(row["kind"], row["text"], row["owner"], row["due_on"], row["author"], row["at"])
        found[name] = Case(name, asked.patient, asked.kind, asked.text, asked.author, asked.at, decision)


def _checked(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise RecordsError(f"The words have at most {LONGEST_TEXT} characters; these have {len(text)}.")
    return text
