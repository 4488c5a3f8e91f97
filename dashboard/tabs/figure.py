"""The one figure component: heading, graph, n and missing, rule, table, file, and how to compute it again.

A ``Reading`` is one asking of a metric. The graph, the table, the file and the command line under a figure all come
from the same one, so that they cannot differ.
"""

import datetime
import re
import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd
from dash import Input, Output, State, ctx, dcc, html
from dash.exceptions import PreventUpdate
from pandas.api.types import is_numeric_dtype

from dashboard.access import Viewer
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.figures.opening import opening_of, without_ways
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, csv_text, notes_of
from dashboard.metrics.small import ask
from dashboard.model import HIDDEN
from dashboard.tabs import parts
from dashboard.tabs.number import PATH as PEOPLE
from dashboard.tabs.number import Number
from dashboard.tabs.tab import Register

OPENS = "A mark or count, or an underlined number of the table, opens the people whom it counts."
SKELETON = 330
"""Pixels of a figure that is not there yet."""
LONG = 420
"""Pixels of a table with a row a course, or a day."""
_UNSAFE = ("=", "+", "-", "@", "\t", "\r")
_READABLE = f"params.value == null ? '' : params.value == '{HIDDEN}' ? '{HIDDEN}' : d3.format(',.4~f')(params.value)"


@dataclass(frozen=True)
class Reading:
    """One asking of a metric.

    Attributes:
        metric: which.
        cohort: of whom.
        options: option -> value as on the command line, or its values where it is repeatable.
    """

    metric: Metric
    cohort: Cohort
    options: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The metric's table, its small cells hidden where the cohort hides them."""
        return ask(self.metric, self.cohort, **self.metric.said(self.options))

    @property
    def notes(self) -> Sequence[str]:
        """The metric's sentences."""
        return notes_of(self.table)

    def behind(self) -> Behind | None:
        """Whom its counts count; None where no number opens a list."""
        if self.metric.members is None or self.cohort.hides_small:
            return None
        return self.metric.members(self.cohort, **self.metric.said(self.options))

    def number(self, place: int, column: str, without: str = "") -> Number:
        """The number in a row and column of the table; raises OptionError where it is none that opens."""
        behind = self.behind()
        if behind is None or column not in behind.counts or not 0 <= place < len(self.table):
            raise OptionError("There are no people behind this.")
        cells = self.table.iloc[place].astype(object)
        row = {key: _plain(cells[key]) for key in behind.keys}
        cohort = self.cohort
        return Number(self.metric.name, row, column, without, self.options, cohort.where, cohort.since, cohort.until)

    def command(self) -> str:
        """The command line that prints the same table, quoted for a shell."""
        words = ["python", "-m", "dashboard", "metrics", self.metric.name]
        for name, said in self.options.items():
            for value in [said] if isinstance(said, str) else said:
                words += [f"--{name}", value]
        for column, values in self.cohort.where.items():
            for value in values:
                words += ["--where", f"{column}={value}"]
        for name, date in (("from", self.cohort.since), ("to", self.cohort.until)):
            words += [f"--{name}", str(date)] if date else []
        words += ["--hide-small"] if self.cohort.hides_small else []
        return shlex.join([*words, "--format", "csv"])

    def csv(self) -> str:
        """What the command line prints; a text that a spreadsheet would run as a formula gets an apostrophe."""
        return csv_text(harmless(self.table))

    def file_name(self) -> str:
        """Metric, basis and date: ``response-by-route-PHQ-9-2024-12-31.csv``; no name of a site or a person."""
        defaults = {option.name: option.default for option in self.metric.options}
        said = {name: each if isinstance(each, str) else "-".join(each) for name, each in self.options.items()}
        by = [said[name] for name in ("by", "x") if said.get(name, "none") != "none"]
        rest = [v for name, v in said.items() if name not in ("by", "x") and v != defaults.get(name)]
        words = [self.metric.name, *(["by", "-and-".join(by)] if by else []), *rest, str(self.cohort.store.as_of)]
        return re.sub(r"[^\w.-]+", "-", "-".join(words)) + ".csv"


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before every text that a spreadsheet would run as a formula."""
    safe = table.copy()
    for name in safe.columns:
        if not is_numeric_dtype(safe[name].dtype) and safe[name].dtype.kind != "M":
            safe[name] = safe[name].map(_harmless, na_action="ignore")
    return safe


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_UNSAFE) else value


def layout(id: str, *, is_long: bool = False) -> html.Section:
    """The component, its place held until there is something to show; a long table scrolls within its own height."""
    how = [html.P(id=f"{id}-basis"), html.Pre(html.Code(id=f"{id}-command"), className="command", tabIndex=0)]
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
                    html.Button("CSV", id=f"{id}-csv", type="button", className="btn btn-sm btn-outline-secondary"),
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


def content(
    reading: Reading, drawn: dict[str, Any], *, title: str, count: str, whose: str = "", rule: str | None = None
) -> dict[str, Any]:
    """Everything of the component.

    Args:
        reading: what was asked.
        drawn: its figure.
        title: the finding or the question.
        count: n and missing, in words.
        whose: whom the numbers count, where the cohort does not say it.
        rule: those of the metric's sentences that this figure needs; without it all of them.
    """
    every = " ".join(reading.notes)
    store = reading.cohort.store
    behind = reading.behind()
    return {
        "title": title,
        "figure": parts.without_styles(drawn if behind else without_ways(drawn)),
        "style": _height(int(drawn["layout"]["height"])),
        "count": count,
        "rule": f"{whose} {every if rule is None else rule}".strip(),
        "opens": behind is None,
        "columns": columns(reading.table, behind.counts if behind else ()),
        "rows": rows(reading.table),
        "basis": f"{every} Records as of {parts.day(store.as_of)}, build {store.build}. The same table, by command:",
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
    return [{str(name): _plain(value) for name, value in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.isoformat() if isinstance(value, datetime.datetime) else value


def register(
    callback: Register, clinic: Clinic, id: str, address: str, reading_of: Callable[[Viewer, str], Reading]
) -> None:
    """The file, and the way from a number to its people: both read anew for this viewer from the page's address."""

    @callback(
        Output(f"{id}-file", "data"),
        Input(f"{id}-csv", "n_clicks"),
        State(address, "search"),
        prevent_initial_call=True,
    )
    def download(viewer: Viewer, clicks: int | None, search: str | None) -> dict[str, Any]:
        if not clicks:
            raise PreventUpdate
        reading = reading_of(viewer, search or "")
        return {"content": reading.csv(), "filename": reading.file_name(), "type": "text/csv", "base64": False}

    @callback(
        Output(f"{id}-way", "href"),
        Input(f"{id}-graph", "clickData"),
        Input(f"{id}-graph", "clickAnnotationData"),
        Input(f"{id}-table", "cellClicked"),
        State(address, "search"),
        prevent_initial_call=True,
    )
    def open_people(viewer: Viewer, mark: Any, words: Any, cell: Any, search: str | None) -> str:
        asked = _asked({"clickData": mark, "clickAnnotationData": words, "cellClicked": cell})
        try:
            number = reading_of(viewer, search or "").number(*asked) if asked else None
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
