"""Today: who comes, who needs thought before the session, and who has been looked over."""

import datetime
from typing import Any

import dash_ag_grid as dag
from dash import Input, Output, dcc, html
from dash.exceptions import PreventUpdate

from dashboard.access import PATIENT, Viewer, review
from dashboard.auth.permissions import VIEW_TODAY
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import OptionError
from dashboard.tabs import parts
from dashboard.tabs.lines import SESSION
from dashboard.tabs.page import data_words
from dashboard.tabs.tab import Register
from dashboard.tabs.today_view import LISTS, ORDERS, TILES, Listed, View, holds, listed
from dashboard.tabs.today_words import answer, row, sheet

TITLE = "Today"
PATH = "/today"
ACTION = VIEW_TODAY

_COLUMNS: dict[str, tuple[str, int]] = {
    "when": ("Time", 86),
    "person": ("Patient", 130),
    "reasons": ("Think of", 205),
    "score": ("Latest score", 150),
    "change": ("From baseline", 100),
    "status": ("Status", 104),
    "session": ("Session", 112),
    "dose": ("Last dose", 120),
    "effect": ("Last side effect", 112),
    "peak": ("BP peak", 88),
    "days": ("Days since last dose", 76),
    "reviewed": ("Reviewed", 112),
}
_PINNED = {"when": "left", "person": "left", "reviewed": "right"}
_SHORT = ("days",)


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The frame of the list; the callback fills it."""
    return html.Div(
        [
            dcc.Location(id="today-address", refresh=False),
            dcc.Store(id="today-ticked"),  # written by today.js
            dcc.Store(id="today-touched"),
            html.P("Who comes, and who needs thought first?", className="question"),
            html.H1("Loading …", id="today-answer", className="answer"),
            html.P(id="today-data", className="data"),
            html.Nav([_link("list", name) for name in LISTS], className="switch", **parts.label("Lists")),
            html.Nav([_link("tile", name) for name in TILES], className="tiles", **parts.label("Only these")),
            html.Div(
                [
                    html.Nav([_link("order", name) for name in ORDERS], className="switch", **parts.label("Order")),
                    dcc.Link("‹ day before", id="today-before", href=PATH),
                    dcc.Link("day after ›", id="today-after", href=PATH),
                    dcc.Link("", id="today-records", href=PATH),
                    html.Button("Print", id="today-print", type="button", className="btn btn-sm btn-outline-secondary"),
                    html.Span("Arrows move, Enter opens, Space marks as reviewed, Esc comes back.", className="note"),
                ],
                className="tools",
            ),
            _grid(),
            html.Pre(id="today-sheet", className="sheet"),
        ],
        id="today",
    )


def _grid() -> dag.AgGrid:
    return dag.AgGrid(
        id="today-grid",
        columnDefs=_columns(),
        rowData=[],
        getRowId="params.data.subject",
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "suppressHeaderMenuButton": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
        },
        dashGridOptions={
            "ensureDomOrder": True,
            "enableCellTextSelection": True,
            "suppressColumnVirtualisation": True,
        },
        eventListeners={"cellKeyDown": ["todayKey(params)"], "firstDataRendered": ["todayBack(params)"]},
        className="twin today",
        style={"height": "60vh"},
    )


def _link(kind: str, name: str) -> dcc.Link:
    return dcc.Link("", id=f"today-{kind}-{name}", href=PATH)


def _columns() -> list[dict[str, Any]]:
    defined: list[dict[str, Any]] = []
    for field, (words, width) in _COLUMNS.items():
        column: dict[str, Any] = {"field": field, "headerName": words, "width": width}
        column |= {"pinned": _PINNED[field]} if field in _PINNED else {}
        column |= {} if field in _SHORT else {"wrapText": True, "autoHeight": True}
        renderers = {"person": "TodayPerson", "reviewed": "TodayTick"}
        column |= {"cellRenderer": renderers[field]} if field in renderers else {}
        column |= {"type": "rightAligned"} if field in ("peak", "days") else {}
        defined.append(column)
    return defined


def register(callback: Register, clinic: Clinic) -> None:
    """The list of an address, and the tick."""

    @callback(
        {
            "answer": Output("today-answer", "children"),
            "data": Output("today-data", "children"),
            "rows": Output("today-grid", "rowData"),
            "sheet": Output("today-sheet", "children"),
            "links": {
                f"{kind}-{name}": {
                    "children": Output(f"today-{kind}-{name}", "children"),
                    "href": Output(f"today-{kind}-{name}", "href"),
                    "className": Output(f"today-{kind}-{name}", "className"),
                }
                for kind, names in (("list", LISTS), ("tile", TILES), ("order", ORDERS))
                for name in names
            },
            "before": Output("today-before", "href"),
            "after": Output("today-after", "href"),
            "records": {"children": Output("today-records", "children"), "href": Output("today-records", "href")},
        },
        Input("today-address", "search"),
        Input("today-touched", "data"),
    )
    def show_today(viewer: Viewer, search: str | None, touched: str | None) -> dict[str, Any]:
        try:
            view, fault = View.of(search or ""), ""
        except OptionError as error:
            view, fault = View(), f"{error} This is today's list instead. "
        return content(listed(viewer, clinic, view), fault)

    @callback(
        Output("today-touched", "data"),
        Input("today-ticked", "data"),
        prevent_initial_call=True,
    )
    def tick(viewer: Viewer, ticked: dict[str, Any] | None) -> str:
        if not isinstance(ticked, dict):
            raise PreventUpdate
        given = {name: str(ticked.get(name) or "") for name in ("patient", "subject", "digest")}
        return review(viewer, clinic, kinds=(SESSION, PATIENT), **given)


def content(found: Listed, fault: str = "") -> dict[str, Any]:
    """Everything that the page shows of a list."""
    view, date, lines = found.view, found.date, found.lines
    as_of = found.cohort.store.as_of
    links = {}
    for name, words in LISTS.items():
        links[f"list-{name}"] = _shown(words, view.but(list=name, only="all"), name == view.list)
    for name, words in TILES.items():
        count = sum(holds(name, line) for line in found.everyone)
        is_of_list = {"new": view.who == "booked", "stopped": view.list == "recall"}.get(name, True)
        links[f"tile-{name}"] = _shown(f"{count} {words}", view.but(only=name), name == view.only, is_of_list)
    for name, words in ORDERS.items():
        links[f"order-{name}"] = _shown(words, view.but(order=name), name == view.order)
    day = datetime.timedelta(1)
    is_elsewhere = not found.everyone and as_of != date
    return {
        "answer": fault + answer(found),
        "data": data_words(found.cohort),
        "rows": [row(line, view) for line in lines],
        "sheet": sheet(found),
        "links": links,
        "before": view.but(date=date - day),
        "after": view.but(date=date + day),
        "records": {
            "children": f"Show the day of the records, {parts.day(as_of)}" if is_elsewhere else "",
            "href": view.but(date=as_of),
        },
    }


def _shown(words: str, href: str, is_here: bool, is_there: bool = True) -> dict[str, str]:
    return {"children": words, "href": href, "className": ("here" if is_here else "") if is_there else "absent"}
