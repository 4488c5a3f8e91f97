"""Data: can these records be believed? What came in, what was set aside and why, and what nobody could have known."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import Input, Output, dcc, html
from dash.exceptions import PreventUpdate

from dashboard.access import Viewer, quarantine_for, records_for
from dashboard.auth.permissions import VIEW_DATA
from dashboard.clinic import Clinic
from dashboard.clinical.effect import terms_not_listed
from dashboard.importing.quarantine import rules_broken
from dashboard.metrics.completeness import completeness
from dashboard.metrics.options import csv_text
from dashboard.metrics.reading import harmless
from dashboard.model import TABLES
from dashboard.tabs import parts
from dashboard.tabs.figure import rows
from dashboard.tabs.tab import Register

TITLE = "Data"
PATH = "/data"
ACTION = VIEW_DATA

MOST_ROWS = 200
"""More rows set aside than these are in the file only."""
LISTS: Mapping[str, Mapping[str, str]] = {
    "tables": {
        "table": "Table",
        "state": "In the export",
        "read": "Rows read",
        "accepted": "Accepted",
        "quarantined": "Set aside",
        "meaning": "A row is",
    },
    "complete": {
        "site": "Site",
        "n_due": "Courses due",
        "n_baseline": "With a baseline",
        "n_follow_up": "With a follow-up",
        "n_both": "With both",
        "n_sessions": "Sessions",
        "n_with_form": "With a form",
    },
    "rules": {
        "table": "Table",
        "column": "Column",
        "rule": "Rule",
        "n_rows": "Rows",
        "message": "What to do (the first such row)",
    },
    "rows": {
        "file": "File",
        "row": "Row",
        "column": "Column",
        "value": "Value",
        "message": "What to do",
        "patient_id": "Patient",
    },
    "terms": {"written": "Term as written", "n_events": "Events"},
}
"""List -> its columns, in words."""
_WHOLE = "params.value == null ? '' : d3.format(',')(params.value)"
_TEXTS = {"table", "state", "meaning", "column", "rule", "message", "file", "value", "patient_id", "written", "site"}
_SENTENCES = ("answer", "basis", "complete-count", "notes", "rows-count")
_UNLISTED = "Counted as they were written; add them to data/effects.toml to count them under a term."
_LEAST_WIDTHS = {"message": 260, "meaning": 200, "written": 260}
"""Pixels of the columns that take the room that is left."""
_WIDTHS = {
    "table": 120,
    "column": 130,
    "rule": 200,
    "file": 155,
    "value": 130,
    "row": 80,
    "n_rows": 80,
    "n_baseline": 140,
    "n_follow_up": 150,
}


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    button = html.Button("CSV", id="data-csv", type="button", className="btn btn-sm btn-outline-secondary")
    return html.Div(
        [
            html.P("Can these records be believed?", className="question"),
            html.H1("Loading …", id="data-answer", className="answer"),
            html.P(id="data-basis", className="data"),
            _section("What came in", _list("tables")),
            _section(
                "How much of what the rates need is there",
                html.P(id="data-complete-count", className="count"),
                _list("complete"),
                html.P("The same: python -m dashboard metrics completeness --by site", className="rule"),
            ),
            _section("What the import noticed", html.P(id="data-notes", className="notes")),
            html.Div(
                [
                    _section("Why rows were set aside", _list("rules")),
                    _section(
                        "Rows set aside",
                        html.P(id="data-rows-count", className="count"),
                        _list("rows", height=420),
                        html.Div([button, dcc.Download(id="data-file")], className="file"),
                    ),
                ],
                id="data-aside",
            ),
            html.Div(
                _section("Side-effect terms that are not in the list", html.P(_UNLISTED), _list("terms")),
                id="data-unlisted",
            ),
        ]
    )


def _section(title: str, *parts_of_it: Any) -> html.Section:
    return html.Section([html.H2(title), *parts_of_it], className="evidence")


def _list(name: str, height: int | None = None) -> Any:
    columns = [{"field": field, "headerName": words, **_column(field)} for field, words in LISTS[name].items()]
    return parts.grid(f"data-{name}", columns, height=height)


def _column(field: str) -> dict[str, Any]:
    if field in _LEAST_WIDTHS:
        return {"flex": 1, "minWidth": _LEAST_WIDTHS[field], "wrapText": True, "autoHeight": True}
    number = {"type": "rightAligned", "valueFormatter": {"function": _WHOLE}} if field not in _TEXTS else {}
    return {"width": _WIDTHS.get(field, 115), **number}


def register(callback: Register, clinic: Clinic) -> None:
    """The page, and the file of every row set aside."""

    @callback(
        output={
            **{name: Output(f"data-{name}", "rowData") for name in LISTS},
            **{
                name: Output(f"data-{name}", "children")
                for name in ("answer", "basis", "complete-count", "notes", "rows-count")
            },
            **{name: Output(f"data-{name}", "hidden") for name in ("aside", "unlisted")},
        },
        inputs=[Input("shell-address", "pathname")],
    )
    def show_data(viewer: Viewer, path: str | None) -> dict[str, Any]:
        return content(viewer, clinic)

    @callback(Output("data-file", "data"), Input("data-csv", "n_clicks"), prevent_initial_call=True)
    def download(viewer: Viewer, clicks: int | None) -> dict[str, Any]:
        if not clicks:
            raise PreventUpdate
        table = quarantine_for(viewer, clinic)
        day = records_for(viewer, clinic).store.as_of
        return {
            "content": csv_text(harmless(table)),
            "filename": f"rows-set-aside-{day}.csv",
            "type": "text/csv",
            "base64": False,
        }


def content(viewer: Viewer, clinic: Clinic) -> dict[str, Any]:
    """Everything on the page; the counts are the import report's own."""
    cohort = records_for(viewer, clinic)
    store = cohort.store
    facts = store.facts
    report = facts["report"]
    shown, terms = quarantine_for(viewer, clinic, most=MOST_ROWS), terms_not_listed(store)
    n_aside = sum(table["quarantined"] for table in report["tables"].values())
    return {
        "tables": _tables(report["tables"]),
        "complete": rows(completeness(cohort, by="site")[list(LISTS["complete"])]),
        "complete-count": _complete(completeness(cohort)),
        "rules": rows(rules_broken(store)),
        "rows": rows(shown[list(LISTS["rows"])]),
        "terms": rows(terms),
        "answer": _answer(report["tables"], parts.day(store.as_of)),
        "basis": f"Build {store.build} · times in {report['timezone']} · from {facts['source']}",
        "notes": "\n".join(report["notes"]) or "Nothing beside the counts above.",
        "rows-count": _count(n_aside, len(shown)),
        "aside": n_aside == 0,
        "unlisted": terms.empty,
    }


def _tables(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a table of the contract, also of those that the export did not have."""
    lines = []
    for name, model in TABLES.items():
        counts = report.get(name)
        state = "yes" if counts else "no"
        numbers = {key: counts[key] if counts else None for key in ("read", "accepted", "quarantined")}
        lines.append({"table": name, "state": state, **numbers, "meaning": model.meaning.removeprefix("one row ")})
    return lines


def _answer(report: Mapping[str, Any], day: str) -> str:
    read, accepted = (sum(table[name] for table in report.values()) for name in ("read", "accepted"))
    if not read:
        return f"Records as of {day}: the export has no rows."
    aside = read - accepted
    share = parts.of(accepted, read) + (f" ({parts.percent(accepted / read)}{parts.NBSP}%)" if read >= 20 else "")
    rest = "none was set aside" if not aside else f"{parts.whole(aside)} set aside, which no number counts"
    return f"Records as of {day}: {share} rows accepted; {rest}."


def _complete(table: pd.DataFrame) -> str:
    """``218 of 337 courses due have a score before and after (65 %); …``; no percentage under 10."""
    row = table.iloc[0]
    courses, forms = (
        f"{parts.of(row[part], row[whole])} {words}"
        + (f" ({parts.percent(row[part] / row[whole])}{parts.NBSP}%)" if row[whole] >= parts.NO_PERCENT_UNDER else "")
        for part, whole, words in (
            ("n_both", "n_due", "courses due"),
            ("n_with_form", "n_sessions", "completed sessions"),
        )
    )
    return (
        f"A score before and after, on the primary scale of the diagnosis: {courses}. "
        f"A filled side-effect form: {forms}."
    )


def _count(n_aside: int, n_shown: int) -> str:
    what = "Row as a spreadsheet shows it, the header is row 1. The file has every row, whole; each look is logged."
    return what + (f" The first {parts.of(n_shown, n_aside)}." if n_shown < n_aside else "")
