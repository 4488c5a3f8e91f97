"""A case in code: the question, how it goes, what happened, and the decision."""

from typing import Any

from dash import Input, Output, State, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.access import NotFound, Viewer
from dashboard.access_cases import InCode, case_for, decide_case, withdraw_case
from dashboard.agenda import DECISIONS, LONGEST_OWNER, LONGEST_TEXT, QUESTIONS
from dashboard.auth.permissions import DECIDE_CASE, VIEW_CASES, may
from dashboard.clinic import Clinic
from dashboard.review.slide import Slide
from dashboard.tabs import parts
from dashboard.tabs.case_slides import slides_of
from dashboard.tabs.tab import Register

TITLE = "A case in code"
PATH = "/case"
ACTION = VIEW_CASES
FIGURES = ("course", "beside")
_BUTTON = "btn btn-sm btn-outline-secondary"


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its person."""
    figures = [
        html.Section(
            [
                html.H2(id=f"case-{name}-title"),
                parts.graph(f"case-{name}", figure=parts.BLANK, style={"height": "330px"}),
                html.P(id=f"case-{name}-words", className="note"),
            ],
            id=f"case-{name}-part",
            className="part",
        )
        for name in FIGURES
    ]
    return html.Div(
        [
            dcc.Location(id="case-address", refresh=False),
            html.P(dcc.Link("‹‹ Agenda", href="/review"), className="back"),
            html.P(id="case-question", className="question"),
            html.H1("Loading …", id="case-answer", className="answer"),
            html.Div(id="case-lines"),
            html.Div(figures, id="case-figures"),
            html.Section([html.H2(id="case-sessions-title"), html.Div(id="case-sessions")], className="part"),
            _decision(may(viewer.own, DECIDE_CASE)),
            html.P(id="case-data", className="data"),
        ],
        id="case",
        className="case",
    )


def _decision(is_open: bool) -> html.Section:
    """What was decided, and the form of it."""
    kinds: list[Any] = [{"value": kind, "label": words} for kind, words in DECISIONS.items()]
    form = [
        _field(
            "kind",
            "Decision",
            dcc.Dropdown(id="case-kind", options=kinds, clearable=False, searchable=False, maxHeight=420),
        ),
        _field("text", "In words", dcc.Input(id="case-text", type="text", maxLength=LONGEST_TEXT), look="long"),
        _field("owner", "Who does it", dcc.Input(id="case-owner", type="text", maxLength=LONGEST_OWNER)),
        _field("due", "Until (2026-12-31)", dcc.Input(id="case-due", type="text", maxLength=10)),
        html.Button("Record the decision", id="case-decide", type="button", className="btn btn-sm btn-primary"),
        html.Button("Take off the agenda", id="case-withdraw", type="button", className=_BUTTON),
    ]
    note = "Words and names are kept and shown to those who treat; a wall and a slide show the decision's kind only."
    return html.Section(
        [
            html.H2(id="case-decided"),
            html.P(id="case-decided-words"),
            html.Div([html.Div(form, className="form"), html.P(note, className="note")], hidden=not is_open),
            html.P(id="case-said", className="note", role="status"),
        ],
        className="part",
    )


def _field(name: str, words: str, control: Any, look: str = "short") -> html.Div:
    return html.Div([html.Label(words, htmlFor=f"case-{name}"), control], className=look)


def _outputs() -> dict[str, Any]:
    return {
        "question": Output("case-question", "children"),
        "answer": Output("case-answer", "children"),
        "lines": Output("case-lines", "children"),
        "is_nobody": Output("case-figures", "hidden"),
        "figures": {
            name: {
                "hidden": Output(f"case-{name}-part", "hidden"),
                "title": Output(f"case-{name}-title", "children"),
                "figure": Output(f"case-{name}", "figure"),
                "style": Output(f"case-{name}", "style"),
                "words": Output(f"case-{name}-words", "children"),
            }
            for name in FIGURES
        },
        "sessions_title": Output("case-sessions-title", "children"),
        "sessions": Output("case-sessions", "children"),
        "decided": Output("case-decided", "children"),
        "decided_words": Output("case-decided-words", "children"),
        "said": Output("case-said", "children"),
        "data": Output("case-data", "children"),
    }


def register(callback: Register, clinic: Clinic) -> None:
    """The case of an address, and what is recorded of it."""

    @callback(
        output=_outputs(),
        inputs=[
            Input("case-address", "pathname"),
            Input("shell-theme-shown", "data"),
            Input("case-decide", "n_clicks"),
            Input("case-withdraw", "n_clicks"),
            State("case-kind", "value"),
            State("case-text", "value"),
            State("case-owner", "value"),
            State("case-due", "value"),
        ],
    )
    def show_case(
        viewer: Viewer,
        path: str | None,
        theme: str | None,
        decides: int | None,
        withdraws: int | None,
        *form: str | None,
    ) -> dict[str, Any]:
        token, said = token_of(path), ""
        if not token:
            raise PreventUpdate
        try:
            if ctx.triggered_id == "case-decide" and decides:
                said = _record(viewer, clinic, token, *form)
            if ctx.triggered_id == "case-withdraw" and withdraws:
                withdraw_case(viewer, clinic, token)
            shown = case_for(viewer, clinic, token)
        except NotFound:
            return nobody()
        return {**content(shown, "dark" if theme == "dark" else "light"), "said": said}


def token_of(path: str | None) -> str:
    """The token of a case's address."""
    return (path or "").removeprefix(PATH).strip("/")


def _record(viewer: Viewer, clinic: Clinic, token: str, *form: str | None) -> str:
    kind, text, owner, due = (each or "" for each in form)
    try:
        due_on = parts.date_of(due) if due.strip() else None
        decide_case(viewer, clinic, token, kind=kind, text=text, owner=owner, due_on=due_on)
    except ValueError as error:
        return str(error) if kind else "Choose a decision first."
    return "The decision is kept, and stands on the person's time axis."


def nobody() -> dict[str, Any]:
    """The page of an address that opens no case of this meeting."""
    blank = dict.fromkeys(("question", "sessions_title", "sessions", "decided", "decided_words", "said", "data"), "")
    sentence = "This address opens no case of this meeting: it was withdrawn, or a new meeting gave new codes."
    figures = dict.fromkeys(FIGURES, _NOTHING)
    return {**blank, "answer": "Not found", "lines": html.P(sentence), "is_nobody": True, "figures": figures}


def content(shown: InCode, theme: Any) -> dict[str, Any]:
    """Everything that the page shows of a case; its slides, one under the other."""
    listed = shown[0]
    opening, course, *between, sessions, decision = slides_of(*shown, theme)
    return {
        "question": QUESTIONS.get(listed.case.kind, ""),
        "answer": course.title,
        "lines": [html.P(each) for each in [*opening.lines[:-1], course.rule]],
        "is_nobody": False,
        "figures": {"course": _drawn(course), "beside": _drawn(between[0] if between else None)},
        "sessions_title": _after_code(sessions),
        "sessions": small_table(sessions, "Newest first"),
        "decided": _after_code(decision),
        "decided_words": " ".join(decision.lines[1:]) if listed.case.decision else "Nothing is decided yet.",
        "data": opening.basis,
    }


_NOTHING: dict[str, Any] = {"hidden": True, **dict.fromkeys(("title", "figure", "style", "words"), no_update)}


def _drawn(slide: Slide | None) -> dict[str, Any]:
    if slide is None or slide.figure is None:
        return _NOTHING
    height = {"height": f"{slide.figure['layout']['height']}px"}
    return {
        "hidden": False,
        "title": _after_code(slide),
        "figure": slide.figure,
        "style": height,
        "words": slide.lines[0],
    }


def _after_code(slide: Slide) -> str:
    """A slide's title without the code, which stands above all."""
    words = slide.title.partition(": ")[2]
    return f"{words[:1].upper()}{words[1:]}"


def small_table(slide: Slide, caption: str) -> html.Div:
    """A slide's table of texts."""
    table = slide.table
    if table is None:
        return html.Div()
    rows = [([str(cell) for cell in row], False) for row in table.itertuples(index=False)]
    return parts.table(caption, [str(name) for name in table.columns], rows)
