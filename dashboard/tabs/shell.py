"""The frame around every tab: navigation by role, who is signed in, and the router from address to page."""

import datetime
from collections.abc import Sequence
from typing import Any

from dash import ALL, Input, Output, dcc, html
from dash.exceptions import PreventUpdate

from dashboard.access import Viewer
from dashboard.access_cases import switch_coded
from dashboard.auth.permissions import OPEN_APP, SWITCH_CODED, may, refusal
from dashboard.clinic import Clinic
from dashboard.clinic_file import zone
from dashboard.tabs.parts import label, state
from dashboard.tabs.tab import Register, Tab

ACTION = OPEN_APP
STALE_DAYS = 7
"""Records older than this are marked."""
LANDING = {"director": "/outcomes", "presenter": "/outcomes"}
"""Where a role begins that does not begin with its first page."""
FAILED = "This could not be shown. Reload the page; if it happens again, tell whoever runs this program."


def layout(clinic: Clinic, viewer: Viewer | None, tabs: Sequence[Tab], now: float) -> Any:
    """The frame; empty for a stranger, who never gets here. ``now`` is in seconds since 1970."""
    if viewer is None:
        return html.Div()
    return html.Div(
        [
            dcc.Location(id="shell-address", refresh=False),
            dcc.Store(id="shell-theme-shown", storage_type="local"),  # written by theme.js, for figures
            html.A("Skip to the page", href="#shell-page", className="visually-hidden-focusable"),
            html.Header(
                [_brand(clinic), _navigation(viewer, tabs), _as_of(clinic, now), _person(viewer)], className="frame"
            ),
            _banner(viewer),
            html.Div(failure(FAILED), id="shell-failure", hidden=True, role="alert"),
            html.Main(html.P("Loading …", className="loading"), id="shell-page", tabIndex=-1),
        ]
    )


def _brand(clinic: Clinic) -> html.Div:
    name = [html.Img(src="/static/logo.svg", alt="", width=28, height=28), html.Span("Clinic")]
    demo = [html.Span("Demo: invented people", className="badge demo")] if clinic.settings.demo else []
    return html.Div([dcc.Link(name, href="/", className="brand"), *demo])


def _as_of(clinic: Clinic, now: float) -> html.Span:
    """The day that all numbers stand for; amber and in words once it is old."""
    if not clinic.builds.published():
        return html.Span()
    store = clinic.builds.current()
    age = (datetime.datetime.fromtimestamp(now, zone(store.facts["timezone"])).date() - store.as_of).days
    is_old = age > STALE_DAYS
    words = f"Records as of {store.as_of:%-d %b %Y}" + (f", {age} days ago" if is_old else "")
    return html.Span(words, className="as-of old" if is_old else "as-of")


def _navigation(viewer: Viewer, tabs: Sequence[Tab]) -> html.Nav:
    links = [
        dcc.Link(tab.TITLE, href=tab.PATH, id={"type": "shell-tab", "index": tab.PATH})
        for tab in _open_to(viewer, tabs)
        if not _is_section(tab)
    ]
    return html.Nav(links, **label("Pages"))


def _person(viewer: Viewer) -> html.Div:
    way_out = html.Form(
        html.Button("Sign out", type="submit", className="btn btn-sm btn-outline-secondary"),
        action="/logout",
        method="post",
        id="shell-sign-out",
    )
    code = [_switch("In code")] if may(viewer.own, SWITCH_CODED) and not viewer.is_switched else []
    theme = html.Button("Light or dark", type="button", id="shell-theme", className="btn btn-sm btn-outline-secondary")
    return html.Div([html.Span(f"{viewer.name}, {viewer.own}"), *code, theme, way_out], className="who")


def _switch(words: str) -> html.Span:
    """The way to code and back; its answer reloads the page."""
    button = html.Button(words, id="shell-coded", type="button", className="btn btn-sm btn-outline-secondary")
    return html.Span([button, html.Span(id="shell-switched")], id="shell-switch")


def _banner(viewer: Viewer) -> html.Div:
    """What is not shown, for whoever sees people in code only."""
    said = "names, dates and free text are not shown; counts from 1 to 10 are hidden."
    back = [_switch("Show names again")] if viewer.is_switched else []
    return html.Div(["De-identified", html.Span(said), *back], className="banner", hidden=not viewer.hides_small)


def failure(sentence: str) -> html.Div:
    """What stands in place of a page that cannot be shown."""
    return state("Not shown", sentence, way=("Reload", ""))


def _open_to(viewer: Viewer, tabs: Sequence[Tab]) -> list[Tab]:
    """What a viewer may see: of every address the first tab."""
    mine: dict[str, Tab] = {}
    for tab in tabs:
        if may(viewer.role, tab.ACTION):
            mine.setdefault(tab.PATH, tab)
    return list(mine.values())


def page(clinic: Clinic, viewer: Viewer, tabs: Sequence[Tab], path: str) -> Any:
    """The page of an address: a tab, a refusal that says why, or "not found" with a way back."""
    mine = _open_to(viewer, tabs)
    home = ("Back to the start", "/")
    if path in ("/", ""):
        tab: Tab | None = _landing(viewer, mine or tabs)
    else:
        tab = _tab_of(path, tabs)
        tab = next((each for each in mine if tab and each.PATH == tab.PATH), tab)
    if tab is None:
        return state("Not found", "There is no page at this address.", way=home)
    if tab not in mine:
        title = f"{tab.TITLE} is not open to you"
        return state(title, refusal(viewer.role, tab.ACTION), way=home if mine else None)
    if not clinic.builds.published():
        return state(
            "No records yet", "Nothing has been imported.", "To import an export: python -m dashboard import FOLDER"
        )
    return tab.layout(clinic, viewer)


def _landing(viewer: Viewer, tabs: Sequence[Tab]) -> Tab:
    """Where a person begins."""
    return next((tab for tab in tabs if LANDING.get(viewer.role) == tab.PATH), tabs[0])


def _tab_of(path: str, tabs: Sequence[Tab]) -> Tab | None:
    """The tab or section whose address this is; what follows its own path is its to understand."""
    way = f"/{path.strip('/')}/"
    return max(
        (each for each in tabs if way.startswith(f"{each.PATH}/")), key=lambda each: len(each.PATH), default=None
    )


def _is_section(tab: Tab) -> bool:
    """Whether it is a further page of a tab, which the navigation leaves to that tab."""
    return tab.PATH.count("/") > 1


def register(callback: Register, clinic: Clinic, tabs: Sequence[Tab], pages: Sequence[Tab]) -> None:
    """The router; ``pages`` are the navigation's tabs and those that only another page leads to."""

    @callback(
        Output("shell-switched", "children"),
        Input("shell-coded", "n_clicks"),
        prevent_initial_call=True,
    )
    def switch_code(viewer: Viewer, clicks: int | None) -> str:
        if not clicks:
            raise PreventUpdate
        switch_coded(viewer, clinic, is_coded=not viewer.is_switched)
        return str(clicks)

    @callback(
        Output("shell-page", "children"),
        Output({"type": "shell-tab", "index": ALL}, "className"),
        Input("shell-address", "pathname"),
    )
    def show_page(viewer: Viewer, path: str | None) -> tuple[Any, list[str]]:
        mine = _open_to(viewer, tabs)
        here = _landing(viewer, mine) if mine and path in ("/", "", None) else _tab_of(path or "", tabs)
        links = [tab for tab in mine if not _is_section(tab)]
        way = f"{here.PATH}/" if here else ""
        shown = ["here" if way.startswith(f"{tab.PATH}/") else "" for tab in links]
        return page(clinic, viewer, pages, path or "/"), shown
