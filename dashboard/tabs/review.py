"""Case review: whom do we talk about, what did we decide, and the slides of it."""

from typing import Any

from dash import Input, Output, State, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.access import NotFound, Viewer
from dashboard.access_cases import Listed, agenda_for, begin_meeting, case_for, figure_of, on_wall
from dashboard.agenda import QUESTIONS
from dashboard.auth.permissions import DECIDE_CASE, VIEW_CASES, Forbidden, may
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import OptionError
from dashboard.review.chromium import NoBrowser
from dashboard.review.file import FORMS, made_of
from dashboard.review.slide import Deck
from dashboard.settings import PLOTLY
from dashboard.tabs import parts
from dashboard.tabs.case_slides import CODED
from dashboard.tabs.changed import change_words, changed
from dashboard.tabs.decks import case_deck, director_deck, months_of
from dashboard.tabs.page import data_words
from dashboard.tabs.patient_case import decision_words
from dashboard.tabs.tab import Register

TITLE = "Case review"
PATH = "/review"
ACTION = VIEW_CASES
_BUTTON = "btn btn-sm btn-outline-secondary"
_NAMED = "names are shown to you, on slides never"
_WORDS = {"pptx": "PowerPoint", "pdf": "PDF", "html": "HTML"}


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its cases."""
    parts_of_page = (_agenda_layout(may(viewer.own, DECIDE_CASE)), _month_layout(), _figure_layout())
    return html.Div(
        [
            html.P("Whom do we talk about, and what did we decide?", className="question"),
            html.H1("Loading …", id="review-answer", className="answer"),
            html.P(id="review-data", className="data"),
            *(html.Section(each, className="part") for each in parts_of_page),
            dcc.Download(id="review-file"),
            html.P(id="review-said", className="note", role="status"),
        ],
        id="review",
    )


def _agenda_layout(may_decide: bool) -> list[Any]:
    begin = html.Button(
        "Begin a new meeting", id="review-begin", type="button", className=_BUTTON, hidden=not may_decide
    )
    note = "A new meeting gives new codes; what was decided leaves the agenda, what is open stays."
    present = dcc.Link("Present the agenda", id="review-present", href="/present/cases", className="btn btn-primary")
    return [
        html.H2("Agenda"),
        html.Div(id="review-agenda"),
        html.Div([present, *_buttons("cases"), begin], className="tools-row"),
        html.P(note, className="note", hidden=not may_decide),
    ]


def _month_layout() -> list[Any]:
    months: Any = dcc.Dropdown(id="review-month", options=[], clearable=False, searchable=False)
    chooser = html.Div([html.Label("The year that ends with", htmlFor="review-month"), months], className="controls")
    present = dcc.Link("Present", id="review-present-month", href="", className="btn btn-primary")
    return [
        html.H2("The clinic, up to a month"),
        html.Div([chooser, present, *_buttons("month")], className="tools-row"),
    ]


def _figure_layout() -> list[Any]:
    sign = dcc.Input(id="review-fingerprint", type="text", maxLength=12, debounce=True, autoComplete="off")
    return [
        html.H2("A figure that you have seen"),
        html.P("Each picture and slide bears a fingerprint. It opens the view again and says what has changed since."),
        html.Div([html.Label("Fingerprint", htmlFor="review-fingerprint"), sign], className="tools-row"),
        html.Div(id="review-figure", role="status"),
    ]


def _buttons(kind: str) -> list[html.Button]:
    return [
        html.Button(words, id=f"review-{kind}-{form}", type="button", className=_BUTTON)
        for form, words in _WORDS.items()
    ]


def register(callback: Register, clinic: Clinic) -> None:
    """The agenda, the files, and the figure of a fingerprint."""

    @callback(
        {
            "answer": Output("review-answer", "children"),
            "data": Output("review-data", "children"),
            "agenda": Output("review-agenda", "children"),
            "months": Output("review-month", "options"),
            "month": Output("review-month", "value"),
        },
        Input("review-begin", "n_clicks"),
    )
    def show_review(viewer: Viewer, begins: int | None) -> dict[str, Any]:
        if ctx.triggered_id == "review-begin" and begins:
            begin_meeting(viewer, clinic)
        cohort, cases = agenda_for(viewer, clinic)
        months = months_of(cohort)
        options: list[Any] = [{"value": month, "label": words} for month, words in months.items()]
        return {
            "answer": answer(cases, may(viewer.own, DECIDE_CASE)),
            "data": data_words(cohort, CODED.rstrip(".") if viewer.hides_small else _NAMED),
            "agenda": agenda(cases),
            "months": options,
            "month": next(iter(months)),
        }

    @callback(Output("review-present-month", "href"), Input("review-month", "value"))
    def show_way(viewer: Viewer, month: str | None) -> str:
        return f"/present/{month}" if month else "/review"

    @callback(
        Output("review-file", "data"),
        Output("review-said", "children"),
        *(Input(f"review-{kind}-{form}", "n_clicks") for kind in ("cases", "month") for form in FORMS),
        State("review-month", "value"),
        prevent_initial_call=True,
    )
    def write_deck(viewer: Viewer, *said: Any) -> tuple[Any, str]:
        *clicks, month = said
        _, kind, form = str(ctx.triggered_id or "review--").split("-")
        if not any(clicks) or form not in FORMS:
            raise PreventUpdate
        try:
            cohort, cases = agenda_for(viewer, clinic)
            if kind == "cases" and not cases:
                return no_update, "Nobody is on the agenda."
            deck, name = _deck(viewer, clinic, kind, cases, month)
            made = made_of(deck, form, PLOTLY)
        except (NoBrowser, OptionError, Forbidden) as error:
            return no_update, str(error)
        file = parts.file(made, f"{name}-{cohort.store.as_of}.{form}", FORMS[form])
        return file, f"{len(deck.slides)} slides, made from the records as of {parts.day(cohort.store.as_of)}."

    @callback(Output("review-figure", "children"), Input("review-fingerprint", "value"), prevent_initial_call=True)
    def show_figure(viewer: Viewer, fingerprint: str | None) -> list[Any]:
        return figure(viewer, clinic, fingerprint or "")


def _deck(viewer: Viewer, clinic: Clinic, kind: str, cases: list[Listed], month: str) -> tuple[Deck, str]:
    if kind == "cases":
        return case_deck(clinic, [case_for(on_wall(viewer), clinic, each.token) for each in cases]), "case-review"
    return director_deck(viewer, clinic, month), f"clinic-{month}"


def answer(cases: list[Listed], may_send: bool) -> str:
    """``3 on the agenda: 1 decided, 2 open.``; of none how to send somebody, for those who may."""
    if not cases:
        how = ": send somebody from a patient's page" if may_send else " yet"
        return f"Nobody is on the agenda{how}."
    n = sum(each.case.decision is not None for each in cases)
    return f"{len(cases)} on the agenda: {n} decided, {len(cases) - n} open."


def agenda(cases: list[Listed]) -> list[Any]:
    """A line a case: the code that leads to it, the question, what was decided; names for those who may see them."""
    return [html.Ol([html.Li(_line(each)) for each in cases], className="agenda")] if cases else []


def _line(listed: Listed) -> list[Any]:
    case, decision = listed.case, listed.case.decision
    asked = " ".join(filter(None, [QUESTIONS[case.kind], case.text]))
    by = f"{case.author}, {case.at[:10]}" if case.author else ""
    said = [html.P([asked, html.Span(f" {by}", className="note")])]
    said += [html.P(dcc.Link(listed.name, href=f"/patient/{case.patient}"))] if listed.name else []
    if decision:
        said.append(html.P(decision_words(case), className="decided"))
    else:
        said.append(html.P("no decision yet", className="open"))
    return [dcc.Link(f"Patient {listed.code}", href=f"/case/{listed.token}"), html.Div(said)]


def figure(viewer: Viewer, clinic: Clinic, fingerprint: str) -> list[Any]:
    """What a figure said when it left, where it is now, and what has changed since."""
    if not fingerprint.strip():
        return []
    try:
        found = figure_of(viewer, clinic, fingerprint)
        differences = changed(found.kept.csv, found.csv, found.table)
    except (NotFound, OptionError):
        return [html.P("No figure of this clinic has this fingerprint, or it is not for you.")]
    except Forbidden as error:
        return [html.P(str(error))]
    kept = found.kept
    cells = () if viewer.hides_small else differences.shown  # two builds differ by few people: a cell would count them
    return [
        html.P([html.Strong(kept.title), f" · made of build {kept.build}, records as of {kept.as_of}."]),
        html.P(change_words(differences, kept.build, found.build)),
        html.Ul([html.Li(each) for each in cells], className="changes"),
        html.P(dcc.Link("Open the view", href=found.address)),
    ]
