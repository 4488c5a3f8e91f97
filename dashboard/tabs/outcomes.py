"""Outcomes: does it work here, and for whom? Response, the way from started to responded, and the curve of a scale."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.access import Viewer, cohort_for
from dashboard.auth.permissions import VIEW_OUTCOMES
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.figures.curve import curve_figure
from dashboard.figures.response import response_figure
from dashboard.figures.theme import Theme
from dashboard.figures.waterfall import waterfall_figure
from dashboard.instruments import INSTRUMENTS
from dashboard.tabs import figure, outcomes_words, parts
from dashboard.tabs.cohort_bar import Bar
from dashboard.tabs.outcomes_view import CONTROLS, SPLITS, View, readings, resolved, window_words
from dashboard.tabs.tab import Register

TITLE = "Outcomes"
PATH = "/outcomes"
ACTION = VIEW_OUTCOMES

BAR = Bar("outcomes")
FIGURES = ("response", "waterfall", "curve")
WINDOWS = ("post-induction", "day-28", "session-4", "session-6", "last")
_TITLES = {
    "by": "Split by",
    "window": "Score taken",
    "scale": "Scale",
    "x": "Curve by",
    "who": "Curve of",
    "lines": "Lines",
}
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "by": SPLITS,
    "window": {each: window_words(each) for each in WINDOWS},
    "scale": {},
    "x": {"session": "Session", "week": "Week"},
    "who": {"everyone": "Everyone eligible", "completers": "Complete inductions only"},
    "lines": {"one": "One line", "split": "Split as above"},
}


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    return html.Div(
        [
            dcc.Location(id="outcomes-address", refresh=False),
            _not_found_layout(),
            html.Div(
                [
                    html.P("Does it work here, and for whom?", className="question"),
                    html.H1("Loading …", id="outcomes-answer", className="answer"),
                    html.P(id="outcomes-data", className="data"),
                    BAR.layout(),
                    html.Div(_nobody_layout(), id="outcomes-nobody", hidden=True),
                    html.Div(_figures_layout(), id="outcomes-figures"),
                ],
                id="outcomes-body",
                className="skeleton",
            ),
        ]
    )


def _not_found_layout() -> html.Div:
    back = html.P(dcc.Link("Show outcomes of everyone", href=PATH, className="btn btn-primary"))
    sentence = html.P(id="outcomes-fault")
    return html.Div(
        [parts.state("Not found", "This view cannot be opened."), sentence, back], id="outcomes-not-found", hidden=True
    )


def _nobody_layout() -> list[Any]:
    clear = dcc.Link("Clear the cohort", id="outcomes-clear-all", href="", className="btn btn-primary")
    return [html.H2("Nobody matches"), html.P(id="outcomes-nobody-words"), html.P(clear)]


def _figures_layout() -> list[Any]:
    first, second, third = (figure.layout(f"outcomes-{name}") for name in FIGURES)
    return [_controls("by", "scale", "window"), first, second, _controls("x", "who", "lines"), third]


def _controls(*names: str) -> html.Div:
    return html.Div([_choice(name, _TITLES[name], _CHOICES[name]) for name in names], className="controls")


def _choice(name: str, title: str, options: Mapping[str, str]) -> html.Div:
    control = dcc.Dropdown(
        id=f"outcomes-{name}", options=_options(options), clearable=False, searchable=False, maxHeight=420
    )
    return html.Div([html.Label(title, htmlFor=f"outcomes-{name}"), control], className=f"choice-{name}")


def _options(words: Mapping[str, str]) -> list[Any]:
    return [{"value": value, "label": label} for value, label in words.items()]


def _outputs() -> dict[str, Any]:
    return {
        "search": Output("outcomes-address", "search"),
        "found": {
            "fault": Output("outcomes-fault", "children"),
            "is_found": Output("outcomes-not-found", "hidden"),
            "is_hidden": Output("outcomes-body", "hidden"),
            "look": Output("outcomes-body", "className"),
        },
        "nobody": {
            "words": Output("outcomes-nobody-words", "children"),
            "is_somebody": Output("outcomes-nobody", "hidden"),
            "is_nobody": Output("outcomes-figures", "hidden"),
            "clear": Output("outcomes-clear-all", "href"),
        },
        "answer": Output("outcomes-answer", "children"),
        "data": Output("outcomes-data", "children"),
        "bar": BAR.outputs(),
        "controls": [Output(f"outcomes-{name}", "value") for name in CONTROLS],
        "scales": Output("outcomes-scale", "options"),
        "windows": Output("outcomes-window", "options"),
        "figures": {name: figure.outputs(f"outcomes-{name}") for name in FIGURES},
    }


def register(callback: Register, clinic: Clinic) -> None:
    """The page's callback: the address and the controls say the same, whichever was changed; and the files."""

    @callback(
        output=_outputs(),
        inputs=[
            Input("outcomes-address", "search"),
            Input("shell-theme-shown", "data"),
            tuple(Input(f"outcomes-{name}", "value") for name in CONTROLS),
            *BAR.inputs(),
        ],
    )
    def show_outcomes(viewer: Viewer, search: str | None, theme: str | None, *said: Any) -> dict[str, Any]:
        if search is None or theme is None:
            raise PreventUpdate
        try:
            view, is_new = _asked(clinic, search, *said)
            shown = content(
                cohort_for(viewer, clinic, ACTION, **view.filters.keywords()), view, theme, _address(clinic)
            )
            return {**shown, "search": _address(clinic)(view) if is_new else no_update}
        except OptionError as error:
            return _not_found(str(error))

    def reading_of(name: str) -> Any:
        def read(viewer: Viewer, search: str) -> figure.Reading:
            view = View.of(search, clinic.tokens)
            cohort = cohort_for(viewer, clinic, ACTION, **view.filters.keywords())
            return readings(cohort, view, resolved(cohort, view)[0])[name]

        return read

    for name in FIGURES:
        figure.register(callback, f"outcomes-{name}", "outcomes-address", reading_of(name))


def _address(clinic: Clinic) -> Any:
    return lambda view: view.address(clinic.tokens)


def _asked(clinic: Clinic, search: str, controls: Any, bar: Any, chips: Any) -> tuple[View, bool]:
    """The view that is asked for, by the address or by hand; and whether by hand."""
    there = View.of(search, clinic.tokens)
    if ctx.triggered_id in (None, "outcomes-address", "shell-theme-shown"):
        return there, False
    said = dict(zip(CONTROLS, controls, strict=True))
    choices = {name: getattr(there, name) if value is None else value for name, value in said.items()}
    if ctx.triggered_id != "outcomes-scale":
        choices["scale"] = there.scale  # which may be left to the cohort, and then is not the one that is shown
    is_filled = None not in controls  # somebody may be faster than the page's first answer
    filters = BAR.chosen(ctx.triggered_id, bar, chips) if is_filled else there.filters
    return View(**choices, filters=filters), True


def content(cohort: Cohort, view: View, theme: str, address: Any) -> dict[str, Any]:
    """Everything on the page that depends on the records or the address."""
    scale, scales = resolved(cohort, view)
    asked = readings(cohort, view, scale)
    clear = PATH + address(view.without_filters())
    is_nobody = int(asked["waterfall"].table["n_started"].sum()) == 0
    as_of, store = parts.day(cohort.store.as_of), cohort.store
    changed = [f"Set by this clinic: {each}." for each in store.facts.get("changed_thresholds", [])]
    return {
        "found": {"fault": "", "is_found": True, "is_hidden": False, "look": ""},
        "nobody": {
            "words": outcomes_words.nobody(view.filters, cohort),
            "is_somebody": not is_nobody,
            "is_nobody": is_nobody,
            "clear": clear,
        },
        "answer": outcomes_words.answer(asked, view.by),
        "data": " ".join([f"Records as of {as_of} · build {store.build} · first course of each person.", *changed]),
        "bar": BAR.content(cohort, view.filters, clear),
        "controls": [scale if name == "scale" else getattr(view, name) for name in CONTROLS],
        "scales": _options({code: f"{code} · {INSTRUMENTS[code].name}" for code in scales}),
        "windows": _options({each: window_words(each) for each in dict.fromkeys([*WINDOWS, view.window])}),
        "figures": _nothing() if is_nobody else _figures(asked, view, scale, "dark" if theme == "dark" else "light"),
    }


def _nothing() -> dict[str, Any]:
    return {name: dict.fromkeys(figure.outputs(""), no_update) for name in FIGURES}


def _figures(asked: dict[str, figure.Reading], view: View, scale: str, theme: Theme) -> dict[str, Any]:
    drawn = {
        "response": response_figure(asked["response"].table, by=view.by, theme=theme),
        "waterfall": waterfall_figure(asked["waterfall"].table, theme=theme),
        "curve": curve_figure(asked["curve"].table, instrument=scale, by=view.curve_by, x=view.x, theme=theme),
    }
    words = outcomes_words.words(asked, view, scale)
    return {name: figure.content(asked[name], drawn[name], **words[name]) for name in FIGURES}


def _not_found(sentence: str) -> dict[str, Any]:
    """What does not exist is named, what does exist is not listed."""
    nothing: dict[str, Any] = {
        "bar": BAR.nothing(),
        "nobody": dict.fromkeys(("words", "is_somebody", "is_nobody", "clear"), no_update),
        "controls": [no_update] * len(CONTROLS),
        "figures": _nothing(),
    }
    unchanged = dict.fromkeys(("search", "answer", "data", "scales", "windows"), no_update)
    fault = sentence.partition(";")[0].rstrip(".") + "."
    found = {"fault": fault[:1].upper() + fault[1:], "is_found": False, "is_hidden": True, "look": ""}
    return {**unchanged, **nothing, "found": found}
