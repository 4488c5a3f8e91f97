"""A person's scores and sessions as tables, files and commands: the numbers behind the panels, every digit."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, dcc, html
from dash.exceptions import PreventUpdate

from dashboard.access import Patient, Viewer, patient_for
from dashboard.clinic import Clinic
from dashboard.metrics import METRICS
from dashboard.metrics.reading import Reading
from dashboard.tabs import parts
from dashboard.tabs.figure import columns, rows
from dashboard.tabs.patient_tools import token_of
from dashboard.tabs.tab import Register

TABLES = {
    "trajectory": "Scores",
    "missing-scores": "Missing scores",
    "sessions": "Sessions",
    "effects": "Side effects",
    "events": "Events",
    "medications": "Medicines",
    "measures": "All measures",
    "items": "Answers",
    "vitals": "Measurements by the minute",
}
"""Metric of one person -> what it lists."""


def layout(parts_of_page: list[Any]) -> html.Div:
    """The parts of the page that have tables; hidden until there is a person."""
    return html.Div(parts_of_page, id="patient-tables", hidden=True)


def twin(name: str) -> html.Details:
    """The table of a figure, its file and its command, closed until somebody asks."""
    button = html.Button("CSV", id=f"patient-{name}-csv", type="button", className="btn btn-sm btn-outline-secondary")
    return html.Details(
        [
            html.Summary(f"{TABLES[name]} as a table"),
            parts.grid(f"patient-{name}-table", height=360),
            html.Div([button, dcc.Download(id=f"patient-{name}-file")], className="file"),
            html.Pre(html.Code(id=f"patient-{name}-command"), className="command", tabIndex=0),
        ]
    )


def outputs() -> dict[str, Any]:
    """The tables' outputs of the page's callback, filled by ``content``."""
    return {
        name: {
            "columns": Output(f"patient-{name}-table", "columnDefs"),
            "rows": Output(f"patient-{name}-table", "rowData"),
            "command": Output(f"patient-{name}-command", "children"),
        }
        for name in TABLES
    }


def content(asked: Mapping[str, Reading]) -> dict[str, Any]:
    """The tables of one person and the commands that print them."""
    return {
        name: {"columns": columns(each.table), "rows": rows(each.table), "command": each.command()}
        for name, each in asked.items()
    }


def register(callback: Register, clinic: Clinic) -> None:
    """The files of an address' person."""
    for name in TABLES:
        _register_file(callback, clinic, name)


def _register_file(callback: Register, clinic: Clinic, name: str) -> None:
    @callback(
        Output(f"patient-{name}-file", "data"),
        Input(f"patient-{name}-csv", "n_clicks"),
        State("patient-address", "pathname"),
        prevent_initial_call=True,
    )
    def download(viewer: Viewer, clicks: int | None, path: str | None) -> dict[str, Any]:
        if not clicks:
            raise PreventUpdate
        reading = readings(patient_for(viewer, clinic, token_of(path)))[name]
        # the file's name tells neither the person nor the identifier
        return {
            "content": reading.csv(),
            "filename": f"{name}-{reading.cohort.store.as_of}.csv",
            "type": "text/csv",
            "base64": False,
        }


def readings(patient: Patient) -> dict[str, Reading]:
    """What is asked of the metrics of one person, whom somebody was let see."""
    return {name: Reading(METRICS[name], patient.cohort, {"patient": patient.patient_id}) for name in TABLES}
