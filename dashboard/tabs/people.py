"""The people behind a number: exactly those whom a mark or a cell counts, each a way to the person."""

from typing import Any

import dash_ag_grid as dag
import pandas as pd
from dash import Input, Output, dcc, html, no_update

from dashboard.access import Viewer
from dashboard.auth.permissions import VIEW_PEOPLE
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import OptionError
from dashboard.figures.picked import SIGN
from dashboard.tabs import balance, outcomes_view, parts, side_effects_view, throughput_view
from dashboard.tabs.number import PATH as PEOPLE
from dashboard.tabs.number import Number
from dashboard.tabs.page import data_words
from dashboard.tabs.people_view import Opened, number_words, opened
from dashboard.tabs.picked import MOST
from dashboard.tabs.tab import Register
from dashboard.tokens import Tokens

TITLE = "People behind a number"
PATH = PEOPLE
ACTION = VIEW_PEOPLE

_HEADERS = {
    "patient_id": "Identifier",
    "diagnosis": "Diagnosis",
    "course": "Course",
    "first_on": "Begun",
    "treatment": "Treatment",
    "n_sessions": "Sessions",
    "baseline": "Baseline",
    "change": "Change",
    "score": "Score",
    "day": "Day",
    "instrument": "Scale",
    "scheduled_at": "Booked for",
    "status": "Status",
    "session_number": "Session",
    "dose_mg": "Dose, mg",
    "sbp_pre": "Systolic before",
    "dbp_pre": "Diastolic before",
    "sbp_peak": "Systolic peak",
    "dbp_peak": "Diastolic peak",
    "spo2_min": "Lowest SpO2, %",
    "happened_at": "When",
    "term": "Side effect",
    "severity": "Severity",
    "is_serious": "Serious",
    "action": "Action",
}
_WORDS = ("diagnosis", "treatment", "status", "severity", "action")
_UNITS = {"course": "courses", "session": "sessions", "event": "side effects", "patient": "people"}


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The frame of the list; the callback fills it."""
    return html.Div(
        [
            dcc.Location(id="people-address", refresh=False),
            html.P("Who is behind this number?", className="question"),
            html.H1("Loading …", id="people-answer", className="answer"),
            html.P(id="people-data", className="data"),
            html.P(id="people-rule", className="rule"),
            html.Pre(html.Code(id="people-how"), className="command", tabIndex=0),
            html.P(id="people-ways", className="picked"),
            _grid(),
            html.P("Arrows move, Enter opens the person, the browser's Back returns to the figure.", className="note"),
        ],
        id="people",
    )


def _grid() -> dag.AgGrid:
    return dag.AgGrid(
        id="people-grid",
        columnDefs=[],
        rowData=[],
        getRowId="params.data.subject",
        defaultColDef={"sortable": True, "resizable": True, "suppressHeaderMenuButton": True},
        dashGridOptions={"ensureDomOrder": True, "enableCellTextSelection": True, "suppressColumnVirtualisation": True},
        eventListeners={"cellKeyDown": ["todayKey(params)"], "firstDataRendered": ["todayBack(params)"]},
        className="twin today",
        style={"height": "60vh"},
    )


def register(callback: Register, clinic: Clinic) -> None:
    """The list of an address."""

    @callback(
        Output("people-answer", "children"),
        Output("people-data", "children"),
        Output("people-rule", "children"),
        Output("people-how", "children"),
        Output("people-ways", "children"),
        Output("people-grid", "columnDefs"),
        Output("people-grid", "rowData"),
        Input("people-address", "search"),
    )
    def show_people(viewer: Viewer, search: str | None) -> tuple[Any, ...]:
        try:
            found = opened(viewer, clinic, Number.of(search or "", clinic.tokens))
        except OptionError as error:
            return f"Not found. {error}", "", "", "", [], no_update, []
        return content(found, search or "", clinic.tokens)


def content(found: Opened, search: str, tokens: Tokens) -> tuple[Any, ...]:
    """Everything that the page shows of a list."""
    n, people = len(found.table), len(found.tokens)
    of_people = f" of {people:,} {'person' if people == 1 else 'people'}" if found.unit != "patient" else ""
    unit = _UNITS[found.unit] if n != 1 else {"patient": "person", "event": "side effect"}.get(found.unit, found.unit)
    answer = f"{number_words(found.number)} · {n:,} {unit}{of_people}"
    rule = f"{found.cohort_words()} {found.title}"
    data = data_words(found.cohort)
    return answer, data, rule, found.command, _ways(found, tokens), columns(found.table), rows(found.table, search)


def _ways(found: Opened, tokens: Tokens) -> list[Any]:
    """To the tabs, with these people picked in every figure; one way each, and the scale of the number kept."""
    n, number = len(found.tokens), found.number
    if not 0 < n <= MOST:
        return [f"Up to {MOST} people can be found again in the figures."] if n else []
    token = number.search(tokens).partition("=")[2]
    scale = str(number.row.get("instrument") or number.options.get("instrument", ""))
    scale = scale if scale in outcomes_view.RATED else ""
    views = {
        "Outcomes": "/outcomes" + outcomes_view.View(scale=scale, picked=token).address(tokens),
        "Side effects": "/side-effects" + side_effects_view.View(picked=token).address(tokens),
        "Throughput": "/throughput" + throughput_view.View(picked=token).address(tokens),
        "Balance": "/balance" + balance.View(picked=token).address(tokens),
    }
    links = [each for name, href in views.items() for each in (" · ", dcc.Link(name, href=href))][1:]
    return [f"{SIGN} Find {'this person' if n == 1 else f'these {n:,} people'} again in every figure of ", *links]


def columns(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Who it is first, then what is known of the unit."""
    shown = [name for name in table if name in _HEADERS and table[name].notna().any()]
    person = {"field": "name", "headerName": "Patient", "width": 170, "pinned": "left", "cellRenderer": "TodayPerson"}
    return [person, *({"field": name, "headerName": _HEADERS[name], "width": _width(table, name)} for name in shown)]


def _width(table: pd.DataFrame, name: str) -> int:
    longest = max([len(_HEADERS[name]) + 3, *(len(_text(name, each)) for each in table[name].head(200))])
    return 30 + 8 * longest


def rows(table: pd.DataFrame, search: str) -> list[dict[str, Any]]:
    """The grid's rows: texts as a person would say them, and the way to each person."""
    return [
        {
            **{name: _text(str(name), value) for name, value in row.items() if name in _HEADERS},
            "name": row["name"] or "No name",
            "href": f"/patient/{row['token']}{search}",
            "subject": f"{row['token']}-{place}",
        }
        for place, row in enumerate(table.to_dict("records"))
    ]


def _text(name: str, value: Any) -> str:
    if pd.isna(value):
        return ""
    if name in _WORDS:
        return parts.value_words(name, str(value))
    if name == "is_serious":
        return "serious" if value else ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d" if value.time() == value.normalize().time() else "%Y-%m-%d %H:%M")
    if isinstance(value, (int, float)):
        return (f"{value:g}" if isinstance(value, float) else str(value)).replace("-", "−")
    return str(value)
