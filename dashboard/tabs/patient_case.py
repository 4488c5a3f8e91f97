"""Sending a person to case review, and what was decided there."""

from typing import Any

from dash import Input, Output, State, ctx, dcc, html

from dashboard.access import NotFound, Viewer
from dashboard.access_cases import cases_of, send_case
from dashboard.agenda import DECISIONS, LONGEST_TEXT, QUESTIONS, Case
from dashboard.clinic import Clinic
from dashboard.tabs import parts
from dashboard.tabs.patient_tools import token_of
from dashboard.tabs.tab import Register


def layout() -> html.Section:
    """The cases of the person, and the form of a new one."""
    kinds: list[Any] = [{"value": kind, "label": words} for kind, words in QUESTIONS.items()]
    kind = dcc.Dropdown(id="patient-case-kind", options=kinds, clearable=False, searchable=False, maxHeight=420)
    form = [
        html.Div([html.Label("Question", htmlFor="patient-case-kind"), kind]),
        html.Div(
            [
                html.Label("In words", htmlFor="patient-case-text"),
                dcc.Input(id="patient-case-text", type="text", maxLength=LONGEST_TEXT),
            ],
            className="long",
        ),
        html.Button(
            "Send to case review", id="patient-case-send", type="button", className="btn btn-sm btn-outline-secondary"
        ),
    ]
    return html.Section(
        [
            html.H2("Case review"),
            html.Ul(id="patient-cases"),
            html.P(id="patient-case-said", className="note", role="status"),
            html.Div(form, className="form"),
        ],
        id="patient-case-part",
        hidden=True,
    )


def register(callback: Register, clinic: Clinic) -> None:
    """The cases of an address' person."""

    @callback(
        Output("patient-case-part", "hidden"),
        Output("patient-cases", "children"),
        Output("patient-case-said", "children"),
        Output("patient-case-text", "value"),
        Input("patient-address", "pathname"),
        Input("patient-case-send", "n_clicks"),
        State("patient-case-kind", "value"),
        State("patient-case-text", "value"),
    )
    def show_cases(
        viewer: Viewer, path: str | None, sends: int | None, kind: str | None, text: str | None
    ) -> tuple[bool, list[Any], str, str]:
        token, said, left = token_of(path), "", text or ""
        if not token:
            return True, [], "", ""
        try:
            if ctx.triggered_id == "patient-case-send" and sends:
                send_case(viewer, clinic, token, kind=kind or "", text=left)
                said, left = "On the agenda of the next case review.", ""
            cases = cases_of(viewer, clinic, token)
        except NotFound:
            return True, [], "", ""
        except ValueError as error:
            said = str(error) if kind else "Choose a question first."
            cases = cases_of(viewer, clinic, token)
        return False, [html.Li(words_of(each)) for each in cases], said, left


def words_of(case: Case) -> str:
    """The question, who sent it, and what was decided."""
    asked = " ".join(filter(None, [QUESTIONS[case.kind], case.text]))
    said = f"{asked} ({case.author}, {case.at[:10]})"
    return f"{said}: {decision_words(case)}" if case.decision else f"{said}: on the agenda, no decision yet"


def decision_words(case: Case) -> str:
    """``Change the dose, to 0.75 mg/kg, a-clinician, until 15 June 2026``; nothing without one."""
    made = case.decision
    if made is None:
        return ""
    until = f"until {parts.day(made.due_on)}" if made.due_on else ""
    return ", ".join(filter(None, [DECISIONS[made.kind], made.text, made.owner, until]))
