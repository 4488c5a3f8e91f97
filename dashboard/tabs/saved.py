"""Named cohorts beside the cohort bar: a link each, and the form that names or forgets the one shown."""

from dataclasses import replace
from typing import Any

from dash import Input, Output, State, ctx, dcc, html
from dash.exceptions import PreventUpdate

from dashboard.access import Viewer
from dashboard.access_clinic import forget_cohort, save_cohort, saved_cohorts
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import OptionError
from dashboard.cohorts import LONGEST_NAME, Saved
from dashboard.tabs import parts
from dashboard.tabs.cohort_bar import Bar, Filters
from dashboard.tabs.tab import Register

_BUTTON = "btn btn-sm btn-outline-secondary"


def layout(tab: str) -> html.Details:
    """The links and the form, empty until the callback fills them."""
    name = dcc.Input(id=f"{tab}-saved-name", type="text", maxLength=LONGEST_NAME, debounce=False)
    form = [
        html.Div([html.Label("Name", htmlFor=f"{tab}-saved-name"), name]),
        html.Button("Keep the cohort shown", id=f"{tab}-save", type="button", className=_BUTTON),
        html.Button("Forget the name", id=f"{tab}-forget", type="button", className=_BUTTON),
    ]
    return html.Details(
        [
            html.Summary("Named cohorts"),
            html.Nav(id=f"{tab}-saved", className="switch", **parts.label("Named cohorts")),
            html.Div(form, className="form"),
            html.P(id=f"{tab}-saved-said", className="note", role="status"),
        ],
        className="saved",
    )


def register(callback: Register, clinic: Clinic, bar: Bar, path: str, view: type[Any]) -> None:
    """The links of a page: the same view of each named cohort; and the form.

    ``view`` reads and writes the page's address, as ``outcomes_view.View``.
    """
    tab = bar.tab

    @callback(
        Output(f"{tab}-saved", "children"),
        Output(f"{tab}-saved-said", "children"),
        Input(f"{tab}-address", "search"),
        Input(f"{tab}-save", "n_clicks"),
        Input(f"{tab}-forget", "n_clicks"),
        State(f"{tab}-saved-name", "value"),
    )
    def show_saved(viewer: Viewer, search: str | None, saves: int | None, forgets: int | None, name: str | None) -> Any:
        if viewer.hides_small:
            raise PreventUpdate
        try:
            there = view.of(search or "", clinic.tokens)
        except OptionError:
            raise PreventUpdate from None
        said = ""
        try:
            if ctx.triggered_id == f"{tab}-save" and saves:
                save_cohort(viewer, clinic, name or "", there.filters.said())
                said = "Kept for everyone who treats."
            if ctx.triggered_id == f"{tab}-forget" and forgets:
                forget_cohort(viewer, clinic, name or "")
                said = "The name is forgotten; what it named stays."
        except ValueError as error:
            said = str(error)

        def link(each: Saved) -> dcc.Link | None:
            filters = Filters.of(each.filters)
            if not set(filters.where) <= set(bar.columns):
                return None  # a phase, which a course has not
            is_here = "here" if filters.said() == there.filters.said() else ""
            href = path + replace(there, filters=filters).address(clinic.tokens)
            return dcc.Link(each.name, href=href, title=f"Named by {each.author}", className=is_here)

        links: list[Any] = [each for each in map(link, saved_cohorts(viewer, clinic)) if each]
        return links or [html.Span("None yet.", className="note")], said
