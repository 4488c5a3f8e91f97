"""Case review as it is kept: the agenda, decisions, meetings, the switch to code, and figures that left."""

import datetime
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.agenda import Agenda
from dashboard.fingerprints import Fingerprints, Kept
from dashboard.modes import Modes
from dashboard.records import Records, RecordsError
from dashboard.tokens import Tokens


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records.open(tmp_path)


def sent(agenda: Agenda, patient: str = "token-1") -> str:
    return agenda.ask(patient, kind="dose", text=" go up? ", author="a")


def test_the_agenda_is_what_was_sent_and_is_open(records: Records) -> None:
    agenda = Agenda.of(records)
    first, second = sent(agenda), sent(agenda, "token-2")
    assert [(each.case, each.kind, each.text) for each in agenda.agenda()] == [
        (first, "dose", "go up?"),
        (second, "dose", "go up?"),
    ]
    agenda.withdraw(first, author="b")
    assert [each.case for each in agenda.agenda()] == [second]
    assert Agenda.of(records).agenda() == agenda.agenda(), "kept over a restart"


def test_a_decided_case_stays_for_its_meeting_and_an_open_one_longer(records: Records) -> None:
    agenda = Agenda.of(records)
    first, second = sent(agenda), sent(agenda, "token-2")
    due = datetime.date(2026, 12, 31)
    agenda.decide(first, kind="stop", text="", owner=" b ", due_on=due, author="a")
    made = agenda.agenda()[0].decision
    assert made is not None
    assert (made.kind, made.owner, made.due_on, made.author) == ("stop", "b", due, "a")
    agenda.decide(first, kind="pause", text="", owner="", due_on=None, author="a")
    assert [each.decision and each.decision.kind for each in agenda.agenda()] == ["pause", None]
    before = agenda.meeting()
    agenda.begin(author="a")
    assert agenda.meeting() == before + 1
    assert [each.case for each in agenda.agenda()] == [second]
    assert [each.case for each in agenda.cases("token-1")] == [first], "still of the person"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda agenda, case: agenda.ask("t", kind="why", text="", author="a"), "no question 'why'"),
        (lambda agenda, case: agenda.ask("token-1", kind="dose", text="", author="a"), "on the agenda already"),
        (lambda agenda, case: agenda.ask("t", kind="dose", text="x" * 1001, author="a"), "at most 1000"),
        (
            lambda agenda, case: agenda.decide(case, kind="x", text="", owner="", due_on=None, author="a"),
            "no decision 'x'",
        ),
        (
            lambda agenda, case: agenda.decide("none", kind="stop", text="", owner="", due_on=None, author="a"),
            "no longer there",
        ),
        (
            lambda agenda, case: agenda.decide(case, kind="stop", text="", owner="x" * 65, due_on=None, author="a"),
            "at most 64",
        ),
    ],
)
def test_what_is_none_is_refused_and_changes_nothing(
    records: Records, change: Callable[[Agenda, str], object], sentence: str
) -> None:
    agenda = Agenda.of(records)
    case = sent(agenda)
    before = agenda.cases()
    with pytest.raises(RecordsError, match=sentence):
        change(agenda, case)
    assert agenda.cases() == before


def test_no_entry_can_be_changed_or_taken_away(records: Records, tmp_path: Path) -> None:
    agenda = Agenda.of(records)
    sent(agenda)
    agenda.begin(author="a")
    Fingerprints.of(records, Tokens.of(tmp_path)).keep(KEPT)
    raw = sqlite3.connect(tmp_path / "records.db")
    for table in ("case_entries", "meetings", "fingerprints"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET at = ''"):
            with pytest.raises(sqlite3.IntegrityError):
                raw.execute(statement)
    raw.close()


def test_the_switch_is_each_persons_own_and_stays(records: Records) -> None:
    modes = Modes.of(records)
    modes.switch("a", is_coded=True)
    modes.switch("a", is_coded=True)
    assert (modes.is_coded("a"), modes.is_coded("b")) == (True, False)
    assert Modes.of(records).is_coded("a")
    modes.switch("a", is_coded=False)
    assert not modes.is_coded("a")


KEPT = Kept(
    "view-outcomes", "Who responded?", "site,n\n", "build", "2026-11-27", metric="response", where={"site": ["Secret"]}
)


def test_a_figure_is_found_by_its_fingerprint_however_it_is_typed(records: Records, tmp_path: Path) -> None:
    kept = Fingerprints.of(records, Tokens.of(tmp_path))
    sign = kept.keep(KEPT)
    assert kept.keep(KEPT) == sign, "the same figure has one fingerprint"
    assert len(sign) == 8
    for typed in (sign, sign.lower(), f" {sign[:4]}-{sign[4:]} "):
        assert kept.find(typed) == KEPT
    assert kept.find("NOTHING1") is None
    assert b"Secret" not in (tmp_path / "records.db").read_bytes(), "what was shown is kept sealed"


def test_a_code_tells_nothing_and_is_the_same_for_the_same_text(tmp_path: Path) -> None:
    tokens = Tokens.of(tmp_path)
    codes = {tokens.code("meeting 1", str(each), 6) for each in range(2000)}
    assert len(codes) == 2000
    assert set("".join(codes)) == set("23456789ABCDEFGHJKMNPQRSTUVWXYZ")
    assert tokens.code("meeting 1", "7", 6) == tokens.code("meeting 1", "7", 6)
    assert tokens.code("meeting 1", "7", 6) != tokens.code("meeting 2", "7", 6)
    assert tokens.code("meeting 1", "7", 6) != Tokens(b"x" * 64).code("meeting 1", "7", 6)
