"""Patients: find a person, and see whether this person is better, by which rule, and what was given."""

import datetime
from collections.abc import Mapping
from typing import Any

import dash_ag_grid as dag
import pandas as pd
from dash import Input, Output, State, dcc, html

from dashboard.access import Found, NotFound, Patient, Viewer, patient_for, patients_like
from dashboard.auth.permissions import VIEW_PATIENT
from dashboard.clinic import Clinic
from dashboard.clinical.people import MOST_FOUND, courses_of, doses_of
from dashboard.figures.theme import Theme
from dashboard.figures.trajectory import trajectory_figure
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.rule import scales_of
from dashboard.metrics.sessions import sessions
from dashboard.metrics.trajectory import trajectory
from dashboard.tabs import brief, parts, patient_tables, patient_tools
from dashboard.tabs.lines import Line, line_of
from dashboard.tabs.status import status_of
from dashboard.tabs.tab import Register
from dashboard.tabs.today_view import today

TITLE = "Patients"
PATH = "/patient"
ACTION = VIEW_PATIENT

MARGIN_DAYS = 14
MOST_SESSIONS = 12
"""A longer list scrolls within itself."""
_NUMBERS = {"course", "session_number", "dose_mg", "dose_mg_per_kg", "pressure_pre", "pressure_peak", "spo2_min"}
_HEADERS = {
    "scheduled_at": "Booked for",
    "status": "Status",
    "course": "Course",
    "session_number": "Session",
    "phase": "Phase",
    "treatment": "Treatment",
    "dose_mg": "Dose, mg",
    "dose_mg_per_kg": "mg/kg",
    "pressure_pre": "BP before, mmHg",
    "pressure_peak": "BP peak, mmHg",
    "spo2_min": "SpO2 min, %",
    "effects_recorded": "Effects form",
}


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
            patient_tables.layout(),
            patient_tools.notes_layout(),
        ]
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
        Input("shell-theme-shown", "data"),
        State("patient-address", "search"),
    )
    def show_patient(viewer: Viewer, path: str | None, theme: str | None, search: str | None) -> tuple[bool, Any]:
        token = patient_tools.token_of(path)
        if not token:
            return False, []
        try:
            person = patient_for(viewer, clinic, token)
        except NotFound:
            return True, _not_found()
        view = patient_tools.view_of(search)
        day = (view and view.date) or today(clinic)
        seen = clinic.reviews.last_of(viewer.name, token)
        return True, page(person, line_of(person, clinic, day), day, seen, "dark" if theme == "dark" else "light")

    patient_tables.register(callback, clinic)
    patient_tools.register(callback, clinic)


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


def page(patient: Patient, line: Line, day: datetime.date, review: str | None, theme: Theme) -> list[Any]:
    """Everything of one person; the numbers are the metrics' own.

    ``line`` is the person's line of Today on that day, ``review`` when this viewer last looked the person over.
    """
    cohort, identifier = patient.cohort, patient.patient_id
    scores = trajectory(cohort, patient=identifier)
    doses = doses_of(cohort, identifier)
    codes = sorted(
        scores["instrument"].unique(), key=lambda code: (code != patient.primary, list(INSTRUMENTS).index(code))
    )
    scales = {row["instrument"]: row for row in scales_of(cohort, [*codes, patient.primary or ""]).to_dict("records")}
    course = int(doses["course"].max()) if len(doses) else None
    panels = [_panel(cohort, identifier, code, scores, doses, scales[code], theme) for code in codes]
    nothing = [html.P("No score of this person is in the records.", className="note")]
    return [
        html.P(dcc.Link("Find another patient", href=PATH), className="back"),
        html.H1(patient.name or f"Patient {identifier}"),
        html.P(_who(patient, doses), className="data"),
        html.P(brief.sentence(line), className="brief"),
        brief.cards(patient, line, status_of(scores, scales.get(patient.primary), course), day, review),
        brief.details(patient, line, day),
        *(panels or nothing),
        html.Section([html.H2("Sessions, newest first"), _sessions(sessions(cohort, patient=identifier))]),
        html.P(f"Records as of {parts.day(cohort.store.as_of)} · build {cohort.store.build}", className="data"),
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


def _panel(
    cohort: Any,
    identifier: str,
    code: str,
    scores: pd.DataFrame,
    doses: pd.DataFrame,
    scale: Mapping[Any, Any],
    theme: Theme,
) -> html.Section:
    """One scale over time, on the axis that all panels share."""
    rows = scores[scores["instrument"] == code]
    drawn = trajectory_figure(
        rows,
        doses,
        instrument=code,
        theme=theme,
        response_line=_response_lines(rows, courses_of(cohort, identifier), scale, cohort.store.as_of),
        remission_line=None if pd.isna(scale["remission"]) else float(scale["remission"]),
        x_range=_range(scores, doses),
    )
    figure = parts.without_styles(drawn)
    count = f"{len(rows)} {'score' if len(rows) == 1 else 'scores'}"
    heading = f"{code} · {INSTRUMENTS[code].name}"
    return html.Section(
        [
            html.H2(heading),
            parts.graph(f"patient-{code}", figure=figure, style={"height": f"{figure['layout']['height']}px"}),
            html.P(f"{count}.", className="note"),
        ]
    )


def _response_lines(
    rows: pd.DataFrame, courses: pd.DataFrame, scale: Mapping[Any, Any], as_of: datetime.date
) -> list[tuple[int, pd.Timestamp, pd.Timestamp, float]]:
    """Of each course with a baseline, from when to when and at what score response begins."""
    lines = []
    starts = [*courses["first_on"], pd.Timestamp(as_of)]
    for place, course in enumerate(courses["course"]):
        baseline = rows[rows["is_baseline"] & (rows["course"] == course)]["score"]
        if baseline.empty or pd.isna(scale["response_kind"]):
            continue
        value, fall = float(scale["response_value"]), float(baseline.iloc[-1])
        level = {"percent": fall * (1 - value / 100), "points": fall - value, "score": value}[scale["response_kind"]]
        lines.append((int(course), starts[place], starts[place + 1], level))
    return lines


def _range(scores: pd.DataFrame, doses: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The time that all panels of a person share, with a margin."""
    moments = pd.concat([scores["assessed_at"], doses["dose_on"]])
    margin = pd.Timedelta(days=MARGIN_DAYS)
    return moments.min() - margin, moments.max() + margin


def _sessions(table: pd.DataFrame) -> dag.AgGrid:
    """Every session, newest first."""
    rows = [_session_row(row) for row in table.astype(object).where(table.notna(), None)[::-1].to_dict("records")]
    columns = [
        {"field": field, "headerName": words, "type": "rightAligned" if field in _NUMBERS else None}
        for field, words in _HEADERS.items()
    ]
    is_long = len(rows) > MOST_SESSIONS
    return dag.AgGrid(
        id="patient-sessions",
        rowData=rows,
        columnDefs=columns,
        defaultColDef={"sortable": True, "wrapHeaderText": True, "autoHeaderHeight": True},
        columnSize="autoSize",
        dashGridOptions={"domLayout": "normal" if is_long else "autoHeight", "ensureDomOrder": True},
        style={"height": "420px"} if is_long else {"height": None},
    )


def _session_row(row: dict[Any, Any]) -> dict[str, Any]:
    """A session as it is read; an empty value stays empty."""
    form = "filled" if row["effects_recorded"] else "unknown"
    shown = {
        "scheduled_at": f"{row['scheduled_at']:%Y-%m-%d %H:%M}",
        "pressure_pre": _pressure(row, "pre"),
        "pressure_peak": _pressure(row, "peak"),
        "dose_mg_per_kg": None if row["dose_mg_per_kg"] is None else f"{row['dose_mg_per_kg']:.2f}",
        "effects_recorded": form if row["status"] == "completed" else None,
    }
    given = "-".join(filter(None, [row["route"], row["drug"]]))
    row = {**row, "treatment": given or None}
    words = {name: row[name] and parts.value_words(name, row[name]) for name in ("status", "phase", "treatment")}
    return {name: (shown | words).get(name, row.get(name)) for name in _HEADERS}


def _pressure(row: dict[Any, Any], moment: str) -> str | None:
    upper, lower = row[f"sbp_{moment}"], row[f"dbp_{moment}"]
    return None if upper is None or lower is None else f"{upper}/{lower}"


def _words(by: str, value: str) -> str:
    words = parts.value_words(by, value)
    return words if words.isupper() else words.lower()
