"""The one figure component: heading, graph, n and missing, rule, table, file, and how to compute it again.

The graph, the table, the file and the command line under a figure all come from one ``Reading``.
"""

import io
import zipfile
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

import pandas as pd
from dash import Input, Output, State, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate
from pandas.api.types import is_numeric_dtype

from dashboard.access import Viewer
from dashboard.auth.permissions import Action
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import OptionError
from dashboard.figures.opening import opening_of, without_ways
from dashboard.metrics.dictionary import dictionary
from dashboard.metrics.reading import Reading, plain
from dashboard.model import HIDDEN
from dashboard.review.chromium import NoBrowser
from dashboard.review.picture import Form, picture
from dashboard.settings import PLOTLY
from dashboard.tabs import parts
from dashboard.tabs.number import PATH as PEOPLE
from dashboard.tabs.number import Number
from dashboard.tabs.shown import Shown
from dashboard.tabs.slides import slide_of
from dashboard.tabs.tab import Register
from dashboard.version import versions

OPENS = "A mark or count, or an underlined number of the table, opens the people whom it counts."
SKELETON = 330
"""Pixels of a figure that is not there yet."""
FORMS: list[Any] = [
    {"value": "zip", "label": "CSV with what its columns mean"},
    {"value": "png", "label": "PNG, twice the size"},
    {"value": "svg", "label": "SVG"},
    {"value": "pdf", "label": "PDF"},
]
"""The files of a figure beside its table: the same with what its columns mean, and the picture and all it says."""
SAVE, NO_PICTURE = "Save as …", "Pictures need Chromium on the server"
BUTTON = "btn btn-sm btn-outline-secondary"
_PICTURES: Mapping[str, tuple[Form, str]] = {
    "png": ("png", "image/png"),
    "svg": ("svg", "image/svg+xml"),
    "pdf": ("pdf", "application/pdf"),
}
"""What is chosen -> the picture's form and kind."""
LONG = 420
"""Pixels of a table with a row a course, or a day."""
_READABLE = f"params.value == null ? '' : params.value == '{HIDDEN}' ? '{HIDDEN}' : d3.format(',.4~f')(params.value)"


def layout(id: str, *, is_long: bool = False) -> html.Section:
    """The component, its place held until there is something to show; a long table scrolls within its own height."""
    how = [html.P(id=f"{id}-basis"), html.Pre(id=f"{id}-command", className="command", tabIndex=0)]
    return html.Section(
        [
            html.H2(id=f"{id}-title"),
            html.Div(parts.graph(f"{id}-graph", figure=parts.BLANK, style=_height(SKELETON)), className="graph"),
            html.P(id=f"{id}-count", className="count"),
            html.P(id=f"{id}-rule", className="rule"),
            html.P(OPENS, id=f"{id}-opens", className="note", hidden=True),
            dcc.Location(id=f"{id}-way", refresh="callback-nav"),
            html.Details(
                [html.Summary("Table"), parts.grid(f"{id}-table", height=LONG if is_long else None, opens=True)]
            ),
            html.Div(
                [
                    html.Button("CSV", id=f"{id}-csv", type="button", className=BUTTON),
                    dcc.Dropdown(id=f"{id}-save", options=FORMS, placeholder=SAVE, searchable=False),
                    dcc.Download(id=f"{id}-file"),
                ],
                className="file",
            ),
            html.Details([html.Summary("How this is computed"), *how]),
        ],
        id=id,
        className="evidence",
    )


def outputs(id: str) -> dict[str, Any]:
    """The component's outputs of a page's callback, filled by ``content``."""
    return {
        "title": Output(f"{id}-title", "children"),
        "figure": Output(f"{id}-graph", "figure"),
        "style": Output(f"{id}-graph", "style"),
        "count": Output(f"{id}-count", "children"),
        "opens": Output(f"{id}-opens", "hidden"),
        "rule": Output(f"{id}-rule", "children"),
        "columns": Output(f"{id}-table", "columnDefs"),
        "rows": Output(f"{id}-table", "rowData"),
        "basis": Output(f"{id}-basis", "children"),
        "command": Output(f"{id}-command", "children"),
    }


def content(shown: Shown) -> dict[str, Any]:
    """Everything of the component."""
    reading = shown.reading
    store = reading.cohort.store
    behind = reading.behind()
    return {
        "title": shown.title,
        "figure": parts.without_styles(shown.drawn if behind else without_ways(shown.drawn)),
        "style": _height(int(shown.drawn["layout"]["height"])),
        "count": shown.count,
        "rule": shown.rules,
        "opens": behind is None,
        "columns": columns(reading.table, behind.counts if behind else ()),
        "rows": rows(reading.table),
        "basis": f"{shown.every} Records as of {parts.day(store.as_of)}, build {store.build}. "
        f"{versions()}. The same table, by command:",
        "command": reading.command(),
    }


def _height(pixels: int) -> dict[str, str]:
    return {"height": f"{pixels}px"}


def columns(table: pd.DataFrame, opens: Collection[str] = ()) -> list[dict[str, Any]]:
    """The grid's columns: the table's, by their own names; the first stays in sight; some ``opens`` their people."""
    defined: list[dict[str, Any]] = []
    for place, name in enumerate(table.columns):
        numeric = (is_numeric_dtype(table[name].dtype) or (table[name] == HIDDEN).any()) and name not in ("year", "x")
        number = {"type": "rightAligned", "valueFormatter": {"function": _READABLE}} if numeric else {}
        longest = max([len(name) + 3, *(len(str(each)) for each in table[name])]) if not numeric else len(name) + 3
        where = {"width": 30 + 8 * longest, **({"pinned": "left"} if place == 0 else {})}
        link = {"cellClass": "opens"} if name in opens else {}
        defined.append({"field": name, "headerName": name, **number, **where, **link})
    return defined


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The grid's rows, every digit; empty where the table is."""
    return [{str(name): plain(value) for name, value in row.items()} for row in table.to_dict("records")]


class Place(NamedTuple):
    """The page that figures are on: what its ids begin with, its address, and what a viewer must be allowed."""

    page: str
    path: str
    action: Action


def register(
    callback: Register,
    clinic: Clinic,
    ids: Mapping[str, str],
    place: Place,
    readings: Callable[[Viewer, str], Mapping[str, Reading]],
    shown: Callable[[Viewer, str], Mapping[str, Shown]],
) -> None:
    """The files of a page's figures, and the way from a number to its people; read anew for this viewer each time.

    Args:
        ids: name -> component.
        place: the page that they are on.
        readings, shown: what the page's view says, by name.
    """
    for name, id in ids.items():
        _register_files(callback, clinic, name, id, place, shown)
        _register_people(callback, clinic, name, id, place, readings)


def _register_files(
    callback: Register,
    clinic: Clinic,
    name: str,
    id: str,
    place: Place,
    shown: Callable[[Viewer, str], Mapping[str, Shown]],
) -> None:
    @callback(
        Output(f"{id}-file", "data"),
        Output(f"{id}-save", "placeholder"),
        Output(f"{id}-save", "value"),
        Input(f"{id}-csv", "n_clicks"),
        Input(f"{id}-save", "value"),
        State(f"{place.page}-address", "search"),
        prevent_initial_call=True,
    )
    def download(
        viewer: Viewer, clicks: int | None, form: str | None, search: str | None
    ) -> tuple[Any, str, str | None]:
        form = form if ctx.triggered_id == f"{id}-save" else "csv" if clicks else None
        if form is None or form not in ("csv", *(each["value"] for each in FORMS)):
            raise PreventUpdate
        found = shown(viewer, search or "")[name]
        try:
            return *_file(clinic, name, found, form, place, search or ""), None
        except NoBrowser:
            return no_update, NO_PICTURE, None


def _file(clinic: Clinic, name: str, found: Shown, form: str, place: Place, search: str) -> tuple[dict[str, Any], str]:
    """The file in a form, and what is said of it; raises NoBrowser for a picture without one."""
    reading = found.reading
    if form == "csv":
        return parts.file(reading.csv(), reading.file_name(), "text/csv"), SAVE
    if form == "zip":
        return parts.file(_with_columns(reading), f"{reading.stem()}.zip", "application/zip"), SAVE
    slide = slide_of(clinic, name, found, action=place.action.name, address=place.path + search)
    drawn, kind = _PICTURES[form]
    return parts.file(
        picture(slide, drawn, PLOTLY), f"{slide.file_name}.{drawn}", kind
    ), f"Saved as figure {slide.fingerprint}"


def _with_columns(reading: Reading) -> bytes:
    """The table and its data dictionary, packed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo(reading.file_name()), reading.csv())
        package.writestr(zipfile.ZipInfo(f"{reading.stem()}-columns.txt"), dictionary(reading))
    return file.getvalue()


def _register_people(
    callback: Register,
    clinic: Clinic,
    name: str,
    id: str,
    place: Place,
    readings: Callable[[Viewer, str], Mapping[str, Reading]],
) -> None:
    @callback(
        Output(f"{id}-way", "href"),
        Input(f"{id}-graph", "clickData"),
        Input(f"{id}-graph", "clickAnnotationData"),
        Input(f"{id}-table", "cellClicked"),
        State(f"{place.page}-address", "search"),
        prevent_initial_call=True,
    )
    def open_people(viewer: Viewer, mark: Any, words: Any, cell: Any, search: str | None) -> str:
        asked = _asked({"clickData": mark, "clickAnnotationData": words, "cellClicked": cell})
        try:
            number = Number.at(readings(viewer, search or "")[name], *asked) if asked else None
        except OptionError:
            number = None
        if number is None:
            raise PreventUpdate
        return PEOPLE + number.search(clinic.tokens)


def _asked(said: Mapping[str, Any]) -> tuple[int, str, str] | None:
    """Row, count and the count left out, of the mark, words or cell that were clicked; None for what opens nothing."""
    prop = ctx.triggered[0]["prop_id"].rpartition(".")[2] if ctx.triggered else ""
    given = said.get(prop) or {}
    if prop == "cellClicked" and given:
        return int(given["rowId"]), str(given["colId"]), ""
    if prop == "clickAnnotationData" and given:
        return opening_of(given["annotation"].get("name", ""))
    points = given.get("points") or [{}]
    return opening_of(points[0].get("customdata"))
