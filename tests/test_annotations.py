"""What happened at the clinic: kept, withdrawn, never changed; and only for those who treat."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.access import Viewer
from dashboard.access_clinic import annotate, annotations_of, withdraw_annotation
from dashboard.annotations import Annotations
from dashboard.auth.permissions import Forbidden
from dashboard.records import Records, RecordsError
from tests.conftest import Running

MAY, JUNE = datetime.date(2024, 5, 3), datetime.date(2024, 6, 1)


@pytest.fixture
def annotations(tmp_path: Path) -> Iterator[Annotations]:
    kept = Annotations.of(Records.open(tmp_path))
    kept.add(JUNE, "  Second   room ", is_change=True, author="ann")
    yield kept
    kept.engine.dispose()


def test_they_stand_by_date_and_a_withdrawn_one_stays_in_the_history(annotations: Annotations) -> None:
    name = annotations.add(MAY, "Strike", is_change=False, author="bob")
    assert [(each.on_date, each.text, each.is_change) for each in annotations.standing()] == [
        (MAY, "Strike", False),
        (JUNE, "Second room", True),
    ]
    annotations.withdraw(name, author="ann")
    assert [each.text for each in annotations.standing()] == ["Second room"]
    assert [(each.text, each.author) for each in annotations.history()] == [
        ("Second room", "ann"),
        ("Strike", "bob"),
        ("", "ann"),
    ]
    with pytest.raises(RecordsError, match="no longer there"):
        annotations.withdraw(name, author="ann")


@pytest.mark.parametrize("text", ["", "  ", "x" * 121])
def test_what_says_nothing_or_too_much_is_refused(annotations: Annotations, text: str) -> None:
    with pytest.raises(RecordsError, match="1 to 120 characters"):
        annotations.add(MAY, text, is_change=False, author="ann")
    assert len(annotations.history()) == 1


@pytest.mark.parametrize("change", ["DELETE FROM annotations", "UPDATE annotations SET text = 'x'"])
def test_the_database_refuses_to_change_it(annotations: Annotations, change: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="withdrawn, not changed"), annotations.engine.begin() as connection:
        connection.exec_driver_sql(change)


@pytest.mark.parametrize("role", ["presenter", "admin", ""])
def test_others_neither_read_nor_write(running: Running, role: str) -> None:
    viewer = Viewer("x", role)
    with pytest.raises(Forbidden):
        annotations_of(viewer, running.clinic)
    with pytest.raises(Forbidden):
        annotate(viewer, running.clinic, MAY, "Strike", is_change=False)
    with pytest.raises(Forbidden):
        withdraw_annotation(viewer, running.clinic, "any")
    assert running.clinic.annotations.history() == []
