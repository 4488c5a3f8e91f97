"""The first screen of a person: what is new, how far the plan is, and which checks are missing."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dash import html

from dashboard.access import Viewer, patient_for, patients_like
from dashboard.clinic import open_clinic
from dashboard.importing.run import import_folder
from dashboard.settings import Settings
from dashboard.store import Builds
from dashboard.tabs import patient as tab
from dashboard.tabs.lines import line_of
from dashboard.tabs.parts import components
from tests.hand import CASES, Case, write_export

ANN = Viewer("a-clinician", "clinician")
AS_OF = datetime.date(2024, 6, 30)
Cards = dict[str, list[str]]


@pytest.fixture
def cards(tmp_path: Path) -> Iterator[Callable[[Case], Cards]]:
    """The lines of every card of a case's only person, by the card's heading."""
    opened = []

    def shown(case: Case) -> Cards:
        builds = Builds(tmp_path / "home")
        export = write_export(tmp_path / "export", case.rows)
        import_folder(export, builds, Settings(home=tmp_path / "home").clinic(), as_of=AS_OF)
        builds.close()
        clinic = open_clinic(Settings(home=tmp_path / "home"))
        opened.append(clinic)
        person = patient_for(ANN, clinic, patients_like(ANN, clinic, case.site)[0].token)
        page = tab.page(person, line_of(person, clinic, AS_OF), AS_OF, None)
        made = [each for each in components(page) if isinstance(each, html.Section)]
        return {str(card.children[0].children): [str(li.children) for li in card.children[1].children] for card in made}

    yield shown
    for clinic in opened:
        clinic.close()


def alone(site: str) -> Case:
    """A clinic of its own."""
    case = Case(site)
    CASES.remove(case)
    return case


def test_a_booking_that_nobody_came_to_is_new(cards: Callable[[Case], Cards]) -> None:
    case = alone("brief missed")
    who = case.patient().dose("2024-06-03T14:00").session("2024-06-03T09:00", "no-show")
    who.session("2024-06-10", "late-cancelled").session("2024-06-17", "no-show").session("2024-06-18", "rescheduled")
    who.session("2024-06-24", "cancelled").session("2024-07-01", "scheduled")
    # the one of the session's own morning is made good, the one that was moved is another booking
    assert cards(case)["New since"] == [
        *("Cancelled, 24 June 2024", "No-show, 17 June 2024", "Cancelled late, 10 June 2024"),
        "You have not reviewed this person.",
    ]


@pytest.mark.parametrize(
    ("set_on", "planned", "said"),
    [
        ("2024-05-20", 6, "5 of the 6 planned sessions are done"),  # the course from 1 May on, less one on 1 May
        ("2024-05-21", 4, "4 of the 4 planned sessions are done"),
        ("2024-05-21", 3, "4 sessions are done since, 1 over the 3 planned"),
        ("2024-06-18", 4, "0 of the 4 planned sessions are done"),
        ("2024-01-01", 8, "6 of the 8 planned sessions are done"),  # not those of the course before
    ],
)
def test_sessions_count_from_the_plan_on(cards: Callable[[Case], Cards], set_on: str, planned: int, said: str) -> None:
    case = alone("brief plan")
    who = case.patient().dose("2024-01-01", "2024-01-08")
    who.dose("2024-05-01", "2024-05-20", "2024-05-27", "2024-06-03", "2024-06-10", "2024-06-17")
    for day, number in (("2023-12-01", 12), (set_on, planned)):
        case.rows["plans"].append({"patient_id": who.identifier, "set_on": day, "planned_sessions": number})
    assert cards(case)["Plan"][1] == said


@pytest.mark.parametrize("sex", ["male", "female", "other", "unknown", ""])
def test_no_pregnancy_test_is_missing_of_a_man(cards: Callable[[Case], Cards], sex: str) -> None:
    case = alone("brief checks")
    who = case.patient(sex=sex, birth_date="1950-01-01").dose("2024-06-03")
    case.rows["checks"].append(
        {"patient_id": who.identifier, "checked_on": "2024-06-03", "kind": "consent", "result": "ok"}
    )
    shown = cards(case)["Checks"]
    assert ("pregnancy test: none recorded" in shown) is (sex != "male")
    assert "escort: none recorded" in shown
