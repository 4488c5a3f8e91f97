"""Patients: find a person, and see whether this person is better, by which rule, and what was given."""

import datetime
from typing import Any

import pandas as pd
from dash import Input, Output, State, dcc, html

from dashboard.access import Found, NotFound, Patient, Viewer, patient_for, patients_like
from dashboard.auth.permissions import VIEW_PATIENT
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import OptionError
from dashboard.clinical.people import MOST_FOUND, doses_of
from dashboard.metrics.rule import scales_of
from dashboard.metrics.trajectory import trajectory
from dashboard.tabs import brief, parts, patient_case, patient_depth, patient_tables, patient_tools
from dashboard.tabs.lines import Line, line_of
from dashboard.tabs.page import data_words
from dashboard.tabs.patient_view import Look
from dashboard.tabs.status import status_of
from dashboard.tabs.tab import Register
from dashboard.tabs.today_view import today

TITLE = "Patients"
PATH = "/patient"
ACTION = VIEW_PATIENT


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The finder, and the place of the person's page."""
    search = dcc.Input(
        id="patient-search",
        type="text",
        debounce=0.15,
        autoComplete="off",
        placeholder="Name or identifier",
    )
    finder = [
        html.P("Who is it?", className="question"),
        html.H1("Find a patient"),
        html.Label("Name, or the beginning of the identifier", htmlFor="patient-search"),
        search,
        html.Div(id="patient-found", role="status"),
    ]
    return html.Div(
        [
            dcc.Location(id="patient-address", refresh=False),
            html.Div(finder, id="patient-finder", className="finder"),
            patient_tools.steps_layout(),
            html.Div(html.P("Loading …", className="loading"), id="patient-page"),
            patient_tables.layout(patient_depth.layout()),
            patient_tools.notes_layout(),
            patient_case.layout(),
        ],
        className="person",
    )


def register(callback: Register, clinic: Clinic) -> None:
    """Finding as one types, and the page of an address."""

    @callback(Output("patient-found", "children"), Input("patient-search", "value"))
    def show_found(viewer: Viewer, text: str | None) -> list[Any]:
        return found(patients_like(viewer, clinic, text or ""), text or "")

    @callback(
        Output("patient-finder", "hidden"),
        Output("patient-page", "children"),
        Input("patient-address", "pathname"),
        State("patient-address", "search"),
    )
    def show_patient(viewer: Viewer, path: str | None, search: str | None) -> tuple[bool, Any]:
        token = patient_tools.token_of(path)
        if not token:
            return False, []
        try:
            Look.of(search, clinic.tokens)
            person = patient_for(viewer, clinic, token)
        except (NotFound, OptionError):
            return True, _not_found()
        view = patient_tools.view_of(search)
        day = (view and view.date) or today(clinic)
        seen = clinic.reviews.last_of(viewer.name, token)
        return True, page(person, line_of(person, clinic, day), day, seen)

    patient_tables.register(callback, clinic)
    patient_depth.register(callback, clinic)
    patient_tools.register(callback, clinic)
    patient_case.register(callback, clinic)


def found(people: list[Found], text: str) -> list[Any]:
    """The people found, as links; or why there are none."""
    if not text.strip():
        return [html.P("Type to search.", className="note")]
    if not people:
        return [html.P("Nobody in these records has such a name or identifier.", className="note")]
    links = [
        html.Li(
            dcc.Link(
                [html.Strong(each.name or "No name"), f" · {each.patient_id} · {_words('diagnosis', each.diagnosis)}"],
                href=f"{PATH}/{each.token}",
            )
        )
        for each in people
    ]
    more = [html.P(f"The first {MOST_FOUND}; type more to narrow it down.", className="note")]
    return [html.Ul(links, className="found"), *(more if len(people) == MOST_FOUND else [])]


def _not_found() -> html.Div:
    sentence = "This address names nobody in these records. The link may be from another clinic or an older key."
    return parts.state("Not found", sentence, way=("Find a patient", PATH))


def page(patient: Patient, line: Line, day: datetime.date, review: str | None) -> list[Any]:
    """The first screen of one person; the numbers are the metrics' own.

    ``line`` is the person's line of Today on that day, ``review`` when this viewer last looked the person over.
    """
    cohort, identifier = patient.cohort, patient.patient_id
    scores = trajectory(cohort, patient=identifier)
    doses = doses_of(cohort, identifier)
    scales = {row["instrument"]: row for row in scales_of(cohort, [patient.primary or ""]).to_dict("records")}
    course = int(doses["course"].max()) if len(doses) else None
    return [
        html.P(dcc.Link("Find another patient", href=PATH), className="back"),
        html.H1(patient.name or f"Patient {identifier}"),
        html.P(_who(patient, doses), className="data"),
        html.P(brief.sentence(line), className="brief"),
        html.Ul([html.Li(f"⚑ {words}") for words in line.reasons.values()], className="reasons"),
        brief.cards(patient, line, status_of(scores, scales.get(patient.primary), course), day, review),
        brief.details(patient, line, day),
        html.P(data_words(cohort), className="data"),
    ]


def _who(patient: Patient, doses: pd.DataFrame) -> str:
    """``0412 · 43 years · female · depression, treatment-resistant · course 2, session 12, maintenance``."""
    resistance = {"yes": ", treatment-resistant", "unknown": ", failed trials unknown"}.get(patient.resistant, "")
    said = [patient.patient_id]
    said += [f"{patient.age} years"] if patient.age is not None else ["age unknown"]
    said += [patient.sex] if patient.sex else []
    said.append(_words("diagnosis", patient.diagnosis) + resistance)
    if doses.empty:
        return " · ".join([*said, "no session yet"])
    last = doses.iloc[-1]
    said.append(f"course {last['course']}, session {last['session_number']}, {last['phase']}")
    dose = "" if pd.isna(last["dose_mg"]) else f" {last['dose_mg']:g} mg"
    route = parts.value_words("treatment", f"{last['route']}-{last['drug']}")
    route = route if route[:2].isupper() else route.lower()
    return " · ".join([*said, f"last {route}{dose} on {parts.day(last['dose_on'].date())}"])


def _words(by: str, value: str) -> str:
    words = parts.value_words(by, value)
    return words if words.isupper() else words.lower()
