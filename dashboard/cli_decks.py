"""The command that writes decks: the cases of a meeting, or the clinic's year up to a month."""

import argparse
from pathlib import Path
from typing import Any

from dashboard.access import Viewer
from dashboard.access_cases import InCode, agenda_for, case_for, case_of
from dashboard.auth.permissions import CODED
from dashboard.clinic import Clinic, open_clinic
from dashboard.command import DONE, Parser
from dashboard.importing.text import Refused
from dashboard.review.chromium import NoBrowser
from dashboard.review.file import FORMS, made_of
from dashboard.review.slide import Deck
from dashboard.settings import PLOTLY, Settings
from dashboard.tabs.decks import case_deck, director_deck

_OPERATOR = "command line"


def add_deck(commands: Any) -> None:
    command = commands.add_parser("deck", help="write the deck of case review, or the director's")
    kinds = command.add_subparsers(metavar="KIND", required=True, parser_class=Parser)
    case = kinds.add_parser("case", help="people in code, with question, course, sessions and decision")
    case.add_argument("--patients", metavar="ID,ID", help="whom, by patient_id; default the agenda of the meeting")
    case.set_defaults(run=_case)
    director = kinds.add_parser("director", help="the clinic in the year up to a month")
    director.add_argument("--month", required=True, metavar="YYYY-MM")
    director.add_argument("--hide-small", action="store_true", help="as presenters see it: counts under 11 hidden")
    director.set_defaults(run=_director)
    for each in (case, director):
        each.add_argument("--format", choices=list(FORMS), default="pptx")
        each.add_argument("--out", type=Path, metavar="FILE", help="default a name that says what and of when")


def _case(parsed: argparse.Namespace, settings: Settings) -> int:
    clinic = _opened(settings)
    viewer = Viewer(_OPERATOR, CODED)
    return _write(case_deck(clinic, _cases(clinic, viewer, parsed.patients)), "case-review", clinic, parsed)


def _cases(clinic: Clinic, viewer: Viewer, patients: str | None) -> list[InCode]:
    if patients is None:
        found = [case_for(viewer, clinic, each.token) for each in agenda_for(viewer, clinic)[1]]
        if not found:
            raise Refused("Nobody is on the agenda; send somebody from a patient's page, or name them with --patients.")
        return found
    wanted = list(dict.fromkeys(each.strip() for each in patients.split(",") if each.strip()))
    if not wanted:
        raise Refused("--patients names nobody; give one patient_id or several with commas between.")
    return [case_of(viewer, clinic, each) for each in wanted]


def _director(parsed: argparse.Namespace, settings: Settings) -> int:
    clinic = _opened(settings)
    viewer = Viewer(_OPERATOR, CODED if parsed.hide_small else "director")
    return _write(director_deck(viewer, clinic, parsed.month), f"clinic-{parsed.month}", clinic, parsed)


def _opened(settings: Settings) -> Clinic:
    clinic = open_clinic(settings)
    clinic.builds.current()  # a sentence where nothing is published
    return clinic


def _write(deck: Deck, name: str, clinic: Clinic, parsed: argparse.Namespace) -> int:
    """Write the file whole or not at all; one of its name is replaced."""
    path: Path = parsed.out or Path(f"{name}-{clinic.builds.current().as_of}.{parsed.format}")
    try:
        made = made_of(deck, parsed.format, PLOTLY)
    except NoBrowser as error:
        raise Refused(str(error)) from None
    draft = path.with_name(f"{path.name}.draft")
    draft.write_bytes(made)
    draft.replace(path)
    print(f"{len(deck.slides)} slides are in {path}")
    clinic.close()
    return DONE
