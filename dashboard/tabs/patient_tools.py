"""What one does on a person's page: step through the list one came from, tick the person as reviewed, write notes."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import dash_ag_grid as dag
import pandas as pd
from dash import Input, Output, State, ctx, dcc, html
from dash.exceptions import PreventUpdate

from dashboard.access import PATIENT, NotFound, Viewer, edit_note, notes_of, patient_for, review, write_note
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import OptionError
from dashboard.metrics.options import csv_text
from dashboard.metrics.reading import harmless
from dashboard.notes import KINDS, Note
from dashboard.tabs import parts
from dashboard.tabs.lines import SESSION, line_of
from dashboard.tabs.number import PATH as PEOPLE
from dashboard.tabs.number import Number
from dashboard.tabs.patient_view import Look, without_look
from dashboard.tabs.people_view import opened
from dashboard.tabs.tab import Register
from dashboard.tabs.today_view import LISTS, View, listed, today
from dashboard.tabs.today_words import review_words

_IN_FILE = ("note", "on_date", "kind", "text", "author", "at")
_BUTTON = "btn btn-sm btn-outline-secondary"


def steps_layout() -> html.Div:
    """The way back to the list, its place in it, and the tick."""
    return html.Div(
        [
            dcc.Link("", id="patient-list", href="/today"),
            dcc.Link("‹ previous", id="patient-previous", href="/today"),
            html.Span(id="patient-place"),
            dcc.Link("next ›", id="patient-next", href="/today"),
            html.Button("○ mark as reviewed", id="patient-tick", type="button", className=_BUTTON),
            html.Button("Print", id="patient-print", type="button", className=_BUTTON),
        ],
        id="patient-steps",
        className="tools",
        hidden=True,
    )


def notes_layout() -> html.Section:
    """The notes of the person, and the form of a new one."""
    kinds: list[Any] = [{"value": kind, "label": parts.value_words("kind", kind)} for kind in KINDS]
    columns = [
        {"field": "on_date", "headerName": "About", "width": 110},
        {"field": "kind", "headerName": "Kind", "width": 150},
        {"field": "text", "headerName": "Note", "flex": 1, "editable": True, "wrapText": True, "autoHeight": True},
        {"field": "author", "headerName": "By", "width": 140},
        {"field": "at", "headerName": "Written, UTC", "width": 150},
    ]
    form = [
        html.Div(
            [html.Label("About which day", htmlFor="patient-note-day"), dcc.Input(id="patient-note-day", type="text")]
        ),
        html.Div([html.Label("Kind", htmlFor="patient-note-kind"), _kind(kinds)]),
        html.Div(
            [
                html.Label("Note", htmlFor="patient-note-text"),
                dcc.Textarea(id="patient-note-text", rows=2, maxLength=2000),
            ],
            className="long",
        ),
        html.Button("Add the note", id="patient-note-add", type="button", className=_BUTTON),
        html.Button("Notes as CSV", id="patient-note-csv", type="button", className=_BUTTON),
        dcc.Download(id="patient-note-file"),
    ]
    grid = dag.AgGrid(
        id="patient-notes",
        columnDefs=columns,
        rowData=[],
        getRowId="params.data.note",
        dashGridOptions={"domLayout": "autoHeight", "ensureDomOrder": True, "suppressNoRowsOverlay": True},
        className="twin",
        style={"height": None},
    )
    return html.Section(
        [
            html.H2("Notes"),
            grid,
            html.P(id="patient-note-said", className="note", role="status"),
            html.Div(form, className="form"),
        ],
        id="patient-notes-part",
        hidden=True,
    )


def _kind(kinds: list[Any]) -> dcc.Dropdown:
    return dcc.Dropdown(id="patient-note-kind", options=kinds, value=KINDS[-1], clearable=False, searchable=False)


def view_of(search: str | None) -> View | None:
    """The list that an address was opened from; None where it was not."""
    try:
        return View.of(listed_by) if (listed_by := without_look(search)) else None
    except OptionError:
        return None


def register(callback: Register, clinic: Clinic) -> None:
    """The steps, the tick and the notes."""
    _register_steps(callback, clinic)
    _register_notes(callback, clinic)


def _register_steps(callback: Register, clinic: Clinic) -> None:
    address = (Input("patient-address", "pathname"), Input("patient-address", "search"))

    @callback(
        {
            "hidden": Output("patient-steps", "hidden"),
            "list": Output("patient-list", "children"),
            "list_href": Output("patient-list", "href"),
            "place": Output("patient-place", "children"),
            "previous": Output("patient-previous", "href"),
            "next": Output("patient-next", "href"),
            "tick": Output("patient-tick", "children"),
        },
        *address,
        Input("patient-tick", "n_clicks"),
    )
    def show_steps(viewer: Viewer, path: str | None, search: str | None, clicks: int | None) -> dict[str, Any]:
        token = token_of(path)
        try:
            person = patient_for(viewer, clinic, token)
        except NotFound:
            return {**dict.fromkeys(("list", "place", "tick"), ""), **_NOWHERE}
        view = view_of(search)
        way = _way_of(viewer, clinic, view, without_look(search))
        line = line_of(person, clinic, (view and view.date) or today(clinic))
        if ctx.triggered_id == "patient-tick" and clicks:
            digest = "" if line.is_reviewed else line.digest
            review(viewer, clinic, kinds=(SESSION, PATIENT), patient=token, subject=line.subject, digest=digest)
            line = line_of(person, clinic, (view and view.date) or today(clinic))
        axis = _axis_of(search, clinic)
        return {**_steps(way, token, axis), "hidden": False, "tick": review_words(line)}


def token_of(path: str | None) -> str:
    """The token of a person's address."""
    return (path or "").removeprefix("/patient").strip("/")


_NOWHERE: dict[str, Any] = {"hidden": True, "list_href": "/today", "previous": "/today", "next": "/today"}


@dataclass(frozen=True)
class _Way:
    """The list that somebody was opened from.

    Attributes:
        words: of the way back.
        href: its address.
        tokens: its people, each once.
        search: what leads on from person to person.
    """

    words: str
    href: str
    tokens: list[str]
    search: str


def _way_of(viewer: Viewer, clinic: Clinic, view: View | None, search: str) -> _Way | None:
    """A list of Today, or the people behind a number; None where the address names neither."""
    if view is not None:
        tokens = list(dict.fromkeys(line.token for line in listed(viewer, clinic, view).lines))
        return _Way(LISTS[view.list], "/today" + view.search(), tokens, view.said())
    try:
        number = Number.of(search, clinic.tokens)
    except OptionError:
        return None
    return _Way("People behind the number", PEOPLE + search, opened(viewer, clinic, number).tokens, search)


def _axis_of(search: str | None, clinic: Clinic) -> Callable[[str], str]:
    """What adds the axis that is chosen here to the address of another person."""
    try:
        look = Look(axis=Look.of(search, clinic.tokens).axis)
    except OptionError:
        look = Look()
    return lambda address: look.search(address, clinic.tokens)


def _steps(way: _Way | None, token: str, axis: Callable[[str], str]) -> dict[str, str]:
    """The list one came from, and who is before and after in it, seen by the same axis."""
    if way is None:
        return {"list": "Today", "list_href": "/today", "place": "", "previous": "", "next": ""}
    tokens, back = way.tokens, {"list": f"‹‹ {way.words}", "list_href": way.href}
    if token not in tokens:
        return {**back, "place": f"not among the {len(tokens)}", "previous": "", "next": ""}
    place = tokens.index(token)
    before, after = tokens[place - 1] if place else "", tokens[place + 1] if place + 1 < len(tokens) else ""
    return {
        **back,
        "place": f"{place + 1} of {len(tokens)}",
        "previous": before and f"/patient/{before}{axis(way.search)}",
        "next": after and f"/patient/{after}{axis(way.search)}",
    }


def _register_notes(callback: Register, clinic: Clinic) -> None:
    @callback(
        {
            "hidden": Output("patient-notes-part", "hidden"),
            "rows": Output("patient-notes", "rowData"),
            "said": Output("patient-note-said", "children"),
            "text": Output("patient-note-text", "value"),
            "day": Output("patient-note-day", "value"),
        },
        Input("patient-address", "pathname"),
        Input("patient-note-add", "n_clicks"),
        Input("patient-notes", "cellValueChanged"),
        State("patient-note-day", "value"),
        State("patient-note-kind", "value"),
        State("patient-note-text", "value"),
    )
    def show_notes(
        viewer: Viewer, path: str | None, clicks: int | None, changed: Any, day: str | None, kind: str, text: str | None
    ) -> dict[str, Any]:
        token, said, left = token_of(path), "", ""
        if not token:
            return {"hidden": True, "rows": [], "said": "", "text": "", "day": ""}
        try:
            if ctx.triggered_id == "patient-note-add" and clicks:
                write_note(viewer, clinic, token, on_date=parts.date_of(day), kind=kind, text=text or "")
                said = "The note is kept."
            if ctx.triggered_id == "patient-notes" and changed:
                row = changed[0]["data"]
                edit_note(viewer, clinic, token, note=str(row["note"]), text=str(row["text"] or ""))
                said = "The edit is kept; the version before stays in the file."
        except ValueError as error:
            said, left = str(error), text or ""
        try:
            rows = [_note_row(note) for note in notes_of(viewer, clinic, token)[::-1]]
        except NotFound:
            return {"hidden": True, "rows": [], "said": "", "text": "", "day": ""}
        said = said or ("" if rows else "No note yet.")
        return {"hidden": False, "rows": rows, "said": said, "text": left, "day": day or str(today(clinic))}

    @callback(
        Output("patient-note-file", "data"),
        Input("patient-note-csv", "n_clicks"),
        State("patient-address", "pathname"),
        prevent_initial_call=True,
    )
    def download_notes(viewer: Viewer, clicks: int | None, path: str | None) -> dict[str, Any]:
        if not clicks:
            raise PreventUpdate
        history = notes_of(viewer, clinic, token_of(path), every_version=True)
        table = pd.DataFrame([asdict(note) for note in history], columns=list(_IN_FILE), dtype="str")
        return {
            "content": csv_text(harmless(table)),
            "filename": f"notes-{today(clinic)}.csv",
            "type": "text/csv",
            "base64": False,
        }


def _note_row(note: Note) -> dict[str, str]:
    return {
        "note": note.note,
        "on_date": str(note.on_date),
        "kind": parts.value_words("kind", note.kind),
        "text": note.text,
        "author": note.author,
        "at": note.at[:16].replace("T", " "),
    }
