"""What happened at the clinic: the form that keeps it, the list, and the lettered lines in the figures over time."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd
from dash import Input, Output, State, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.access import Viewer
from dashboard.access_clinic import annotate, annotations_of, withdraw_annotation
from dashboard.annotations import LONGEST_TEXT, Annotation
from dashboard.clinic import Clinic
from dashboard.figures.marks import Mark
from dashboard.metrics.options import csv_text
from dashboard.metrics.reading import harmless
from dashboard.tabs import parts
from dashboard.tabs.page import options
from dashboard.tabs.tab import Register
from dashboard.tabs.today_view import today

CHANGED = "annotations-changed"
"""The store whose data change whenever an annotation is written or withdrawn."""
_BUTTON = "btn btn-sm btn-outline-secondary"
_HINT = (
    "Stands on every chart of the clinic over time, for those who treat, and on a saved picture. No person's name. "
    "A change begins the limits of chance anew: mark one only where the way of working changed, on that day."
)


def layout() -> html.Details:
    """The form and the list, filled by the callback."""
    form = [
        _field("On which day", "annotations-day", type="text", placeholder="2024-03-31"),
        _field("What happened", "annotations-text", type="text", maxLength=LONGEST_TEXT, className="long"),
        dcc.Checklist(options({"change": "A change: limits begin anew"}), [], id="annotations-is-change"),
        html.Button("Keep", id="annotations-add", type="button", className=_BUTTON),
    ]
    withdrawal = [
        dcc.Dropdown(id="annotations-which", placeholder="Withdraw …", searchable=False),
        html.Button("Withdraw", id="annotations-withdraw", type="button", className=_BUTTON),
        html.Button("All entries as CSV", id="annotations-csv", type="button", className=_BUTTON),
        dcc.Download(id="annotations-file"),
    ]
    return html.Details(
        [
            html.Summary("What happened here", id="annotations-title"),
            html.Ul(id="annotations-list"),
            html.P(_HINT, className="note"),
            html.Div(form, className="form"),
            html.Div(withdrawal, className="form"),
            html.P(id="annotations-said", className="note", role="status"),
            dcc.Store(id=CHANGED),
        ],
        className="saved",
    )


def _field(label: str, id_: str, **kind: Any) -> html.Div:
    className = kind.pop("className", "")
    return html.Div([html.Label(label, htmlFor=id_), dcc.Input(id=id_, debounce=False, **kind)], className=className)


def marks_of(annotations: Sequence[Annotation]) -> tuple[Mark, ...]:
    """As the figures draw them."""
    return tuple(Mark(each.on_date, each.text, each.is_change) for each in annotations)


def named(letters: Sequence[tuple[str, Mark]]) -> str:
    """What the letters of a figure are; nothing without one."""
    said = [(f"{letter} {parts.day(mark.on)}", mark.text.rstrip(".")) for letter, mark in letters]
    return "; ".join(": ".join(filter(None, each)) for each in said)


def register(callback: Register, clinic: Clinic) -> None:
    """The form, the list and the file."""

    @callback(
        {
            "list": Output("annotations-list", "children"),
            "title": Output("annotations-title", "children"),
            "which": Output("annotations-which", "options"),
            "said": Output("annotations-said", "children"),
            "text": Output("annotations-text", "value"),
            "changed": Output(CHANGED, "data"),
        },
        Input("annotations-add", "n_clicks"),
        Input("annotations-withdraw", "n_clicks"),
        State("annotations-day", "value"),
        State("annotations-text", "value"),
        State("annotations-is-change", "value"),
        State("annotations-which", "value"),
    )
    def show_annotations(
        viewer: Viewer,
        adds: int | None,
        withdrawals: int | None,
        day: str | None,
        text: str | None,
        is_change: list[str] | None,
        which: str | None,
    ) -> dict[str, Any]:
        said, left, is_new = "", text, False
        try:
            if ctx.triggered_id == "annotations-add" and adds:
                annotate(viewer, clinic, parts.date_of(day), text or "", is_change=bool(is_change))
                said, left, is_new = "Kept.", "", True
            if ctx.triggered_id == "annotations-withdraw" and withdrawals:
                if not which:
                    raise ValueError("Choose which one to withdraw first.")
                withdraw_annotation(viewer, clinic, which)
                said, is_new = "Withdrawn; the file keeps it.", True
        except ValueError as error:
            said = str(error)
        standing = annotations_of(viewer, clinic)
        return {
            "list": [html.Li(_line(each)) for each in standing[::-1]],
            "title": f"What happened here ({len(standing)})",
            "which": options({each.annotation: _line(each) for each in standing[::-1]}),
            "said": said,
            "text": left,
            "changed": [each.annotation for each in standing] if is_new else no_update,
        }

    @callback(
        Output("annotations-file", "data"),
        Input("annotations-csv", "n_clicks"),
        prevent_initial_call=True,
    )
    def download_annotations(viewer: Viewer, clicks: int | None) -> dict[str, Any]:
        if not clicks:
            raise PreventUpdate
        entries = annotations_of(viewer, clinic, every_entry=True)
        table = pd.DataFrame([asdict(each) for each in entries], columns=list(Annotation.__dataclass_fields__))
        return parts.file(csv_text(harmless(table.astype("str"))), f"annotations-{today(clinic)}.csv", "text/csv")


def _line(each: Annotation) -> str:
    change = " (limits begin anew)" if each.is_change else ""
    return f"{parts.day(each.on_date)}: {each.text}{change} · {each.author}"
