"""Notes: dated, typed and authored; an edit and a withdrawal leave what was written before."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.notes import Notes
from dashboard.records import Records, RecordsError

DAY = datetime.date(2024, 6, 10)


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Notes]:
    kept = Notes.of(Records.open(tmp_path))
    yield kept
    kept.engine.dispose()


def write(notes: Notes, text: str = "moved house", on_date: datetime.date = DAY, patient: str = "P") -> str:
    return notes.add(patient=patient, on_date=on_date, kind="life-event", text=text, author="ann")


def test_notes_stand_by_their_date_each_with_its_author(notes: Notes) -> None:
    write(notes, " later ", DAY + datetime.timedelta(1))
    write(notes)
    write(notes, patient="Q")
    found = [(each.on_date, each.kind, each.text, each.author) for each in notes.standing("P")]
    assert found == [
        (DAY, "life-event", "moved house", "ann"),
        (datetime.date(2024, 6, 11), "life-event", "later", "ann"),
    ]


def test_an_edit_counts_and_the_version_before_stays(notes: Notes) -> None:
    note = write(notes)
    notes.edit(note, patient="P", on_date=DAY, kind="other", text="moved to Kiel", author="bob")
    assert [(each.text, each.author) for each in notes.standing("P")] == [("moved to Kiel", "bob")]
    assert [(each.text, each.kind, each.author) for each in notes.history("P")] == [
        ("moved house", "life-event", "ann"),
        ("moved to Kiel", "other", "bob"),
    ]


def test_a_withdrawn_note_is_out_of_sight_and_not_gone(notes: Notes) -> None:
    note = write(notes)
    notes.withdraw(note, patient="P", author="bob")
    assert notes.standing("P") == []
    assert [each.text for each in notes.history("P")] == ["moved house", ""]
    with pytest.raises(RecordsError, match="no longer there"):
        notes.edit(note, patient="P", on_date=DAY, kind="other", text="x", author="ann")


def test_a_note_of_one_patient_is_not_edited_from_anothers_page(notes: Notes) -> None:
    note = write(notes)
    with pytest.raises(RecordsError, match="no longer there"):
        notes.edit(note, patient="Q", on_date=DAY, kind="other", text="x", author="ann")


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_what_is_no_note_is_refused(notes: Notes, text: str) -> None:
    with pytest.raises(RecordsError, match="A note has 1 to 2000 characters"):
        write(notes, text)
    with pytest.raises(RecordsError, match="There is no kind of note 'gossip'"):
        notes.add(patient="P", on_date=DAY, kind="gossip", text="x", author="ann")
    assert notes.history("P") == []


@pytest.mark.parametrize("statement", ["UPDATE notes SET text = 'x'", "DELETE FROM notes"])
def test_the_database_refuses_to_change_it(notes: Notes, statement: str) -> None:
    write(notes)
    with pytest.raises(sa.exc.DBAPIError, match="the old one stays"), notes.engine.begin() as connection:
        connection.exec_driver_sql(statement)
