"""Fetch and authorise in one call: who may find and open a person, and that opening is written down."""

import datetime

import pytest

from dashboard.access import NotFound, Viewer, patient_for, patients_like
from dashboard.auth.permissions import Forbidden
from dashboard.clinical.people import MOST_FOUND
from tests.conftest import Running
from tests.export import MARK

ANN = Viewer("ann", "clinician")


def test_people_are_found_by_name_in_any_part_and_by_the_beginning_of_the_identifier(running: Running) -> None:
    def found(text: str) -> list[str]:
        return [each.patient_id for each in patients_like(ANN, running.clinic, text)]

    assert found("0007") == ["0007"]
    assert found(f" {MARK.upper()} 0012 ") == ["0012"]
    assert found("12")[:1] == ["0012"]  # in the name "… 0012", as no identifier begins with it
    assert found("000") == [f"000{digit}" for digit in range(1, 10)]
    assert len(found(MARK)) == MOST_FOUND
    assert found("%") == found("_") == found("nobody") == found("  ") == []


def test_a_token_opens_the_person_and_the_opening_is_logged(running: Running) -> None:
    clinic = running.clinic
    token = patients_like(ANN, clinic, "0007")[0].token
    assert clinic.audit.entries() == []  # finding is not opening
    person = patient_for(ANN, clinic, token)
    assert (person.patient_id, person.diagnosis, person.primary) == ("0007", "depression", "PHQ-9")
    entry = clinic.audit.entries()[0]
    assert (entry.user, entry.role, entry.action, entry.subject) == ("ann", "clinician", "view-patient", token)
    assert "0007" not in entry.subject
    assert MARK not in str(entry)


@pytest.mark.parametrize("token", ["", "0007", "x" * 40])
def test_a_token_that_was_never_given_opens_nobody_and_logs_nothing(running: Running, token: str) -> None:
    with pytest.raises(NotFound):
        patient_for(ANN, running.clinic, token)
    assert running.clinic.audit.entries() == []


def test_a_sealed_identifier_that_is_no_longer_in_the_records_is_nobody(running: Running) -> None:
    with pytest.raises(NotFound):
        patient_for(ANN, running.clinic, running.clinic.tokens.seal("patient", "gone"))


@pytest.mark.parametrize("role", ["presenter", "admin", "", "nurse"])
def test_others_may_neither_find_nor_open(running: Running, role: str) -> None:
    viewer = Viewer("bob", role)
    token = running.clinic.tokens.seal("patient", "0007")
    with pytest.raises(Forbidden):
        patients_like(viewer, running.clinic, "0007")
    with pytest.raises(Forbidden):
        patient_for(viewer, running.clinic, token)
    assert running.clinic.audit.entries() == []


@pytest.mark.parametrize(
    ("born", "age"), [("1980-06-30", 44), ("1980-07-01", 43), ("1980-01-01", 44), ("2024-06-30", 0)]
)
def test_age_is_completed_years_on_the_day_of_the_records(running: Running, born: str, age: int) -> None:
    # the records stand for 2024-06-30
    person = patient_for(ANN, running.clinic, running.clinic.tokens.seal("patient", "0007"))
    assert person.age is None
    object.__setattr__(person, "birth_date", datetime.date.fromisoformat(born))
    assert person.age == age
