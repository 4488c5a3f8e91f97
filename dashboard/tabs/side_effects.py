"""Side effects: what does it cost people? How often, how bad, after which treatment, and do they fade."""

from typing import Any

import pandas as pd
from dash import Input, Output, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.access import Viewer, cohort_for, serious_for
from dashboard.auth.permissions import VIEW_SIDE_EFFECTS
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.figures.excursions import excursions_figure
from dashboard.figures.fading import fading_figure
from dashboard.figures.side_effects import any_figure, severity_figure, side_effects_figure
from dashboard.figures.theme import Theme
from dashboard.metrics.options import notes_of
from dashboard.metrics.side_effects import terms_of
from dashboard.tabs import figure, parts, side_effects_words
from dashboard.tabs.cohort_bar import Bar
from dashboard.tabs.page import FOUND, Page, data_words, options, unchanged
from dashboard.tabs.side_effects_view import ANY, BASES, CONTROLS, LEAST, SPLITS, View, readings
from dashboard.tabs.tab import Register

TITLE = "Side effects"
PATH = "/side-effects"
ACTION = VIEW_SIDE_EFFECTS

FIGURES = ("any", "terms", "severity", "fading", "excursions")
PAGE = Page(
    Bar("side-effects", of="sessions"),
    PATH,
    "What does it cost people?",
    "Show side effects of everyone",
    {"by": "Split by", "basis": "Rates of", "least": "Side effects had by", "term": "Fading of"},
    {"by": SPLITS, "basis": BASES, "least": LEAST, "term": {}},
)
_SERIOUS = {  # column -> its heading and width, px
    "happened": ("When", 104),
    "person": ("Who", 92),
    "term": ("What", 160),
    "severity": ("Severity", 90),
    "treatment": ("After", 165),
    "session_number": ("Session", 82),
    "days_since_session": ("Days after it", 104),
    "action": ("Action", 112),
    "minutes": ("Minutes", 82),
    "rate": ("In the rates", 104),
}


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    sections = {name: figure.layout(f"side-effects-{name}") for name in FIGURES}
    return PAGE.layout(
        [
            PAGE.chooser("by", "basis"),
            sections["any"],
            _serious_layout(),
            PAGE.chooser("least"),
            sections["terms"],
            sections["severity"],
            PAGE.chooser("term"),
            sections["fading"],
            sections["excursions"],
        ]
    )


def _serious_layout() -> html.Section:
    """The list of serious events, which no choice but the cohort hides."""
    columns = [
        {
            "field": name,
            "headerName": words,
            "width": width,
            **({"cellRenderer": "markdown"} if name == "person" else {}),
        }
        for name, (words, width) in _SERIOUS.items()
    ]
    return html.Section(
        [
            html.H2(id="side-effects-serious-title"),
            parts.grid("side-effects-serious", columns),
            html.P(id="side-effects-serious-note", className="rule"),
        ],
        className="evidence",
    )


def _outputs() -> dict[str, Any]:
    return {
        **PAGE.outputs(),
        "terms": Output("side-effects-term", "options"),
        "figures": {name: figure.outputs(f"side-effects-{name}") for name in FIGURES},
    }


def register(callback: Register, clinic: Clinic) -> None:
    """The page's callback, the list of serious events, and the files."""

    @callback(output=_outputs(), inputs=PAGE.inputs())
    def show_side_effects(viewer: Viewer, search: str | None, theme: str | None, *said: Any) -> dict[str, Any]:
        if search is None or theme is None:
            raise PreventUpdate
        try:
            choices, is_new = PAGE.asked(View.of(search, clinic.tokens), *said)
            view = View(**choices)
            cohort = cohort_for(viewer, clinic, ACTION, **view.filters.keywords())
            shown = content(cohort, view, theme, lambda each: each.address(clinic.tokens))
            return {**shown, "search": view.address(clinic.tokens) if is_new else no_update}
        except OptionError as error:
            return {**unchanged(_outputs()), **PAGE.not_found(str(error))}

    @callback(
        Output("side-effects-serious", "rowData"),
        Output("side-effects-serious-title", "children"),
        Output("side-effects-serious-note", "children"),
        Input("side-effects-address", "search"),
    )
    def show_serious(viewer: Viewer, search: str | None) -> tuple[Any, ...]:
        try:
            filters = View.of(search or "", clinic.tokens).filters
            return serious(serious_for(viewer, clinic, **filters.keywords()))
        except OptionError:
            return [], "", ""  # the page itself says what was not found

    def reading_of(name: str) -> Any:
        def read(viewer: Viewer, search: str) -> figure.Reading:
            view = View.of(search, clinic.tokens)
            return readings(cohort_for(viewer, clinic, ACTION, **view.filters.keywords()), view)[name]

        return read

    for name in FIGURES:
        figure.register(callback, clinic, f"side-effects-{name}", "side-effects-address", reading_of(name))


def content(cohort: Cohort, view: View, theme: str, address: Any) -> dict[str, Any]:
    """Everything on the page that depends on the records or the address, but the list of serious events."""
    asked = readings(cohort, view)
    clear = PATH + address(view.without_filters())
    is_nobody = int(asked["whole"].table["n_completed"].iloc[0]) == 0
    terms = list(terms_of(cohort)["term"])
    drawn = unchanged(_outputs()["figures"]) if is_nobody else _figures(asked, view, len(terms), theme)
    return {
        "found": FOUND,
        "nobody": PAGE.nobody(side_effects_words.nobody(view.filters), clear, is_nobody=is_nobody),
        "answer": side_effects_words.answer(asked, view),
        "data": data_words(cohort, "completed sessions"),
        "bar": PAGE.bar.content(cohort, view.filters, clear),
        "controls": [getattr(view, name) for name in CONTROLS],
        "terms": options({ANY: "Any side effect", **{term: term for term in dict.fromkeys([*terms, *_own(view)])}}),
        "figures": drawn,
    }


def _own(view: View) -> list[str]:
    """The view's term, which may be one of the list that has no event here."""
    return [] if view.term == ANY else [view.term]


def _figures(asked: dict[str, figure.Reading], view: View, n_terms: int, theme: str) -> dict[str, Any]:
    look: Theme = "dark" if theme == "dark" else "light"
    tables = {name: reading.table for name, reading in asked.items()}
    thresholds = asked["whole"].cohort.thresholds
    drawn = {
        "any": any_figure(tables["any"], by=view.by, basis=view.basis, theme=look),
        "terms": side_effects_figure(tables["terms"], by=view.by, basis=view.basis, theme=look),
        "severity": severity_figure(tables["terms"], theme=look),
        "fading": fading_figure(tables["fading"], theme=look),
        "excursions": excursions_figure(tables["excursions"], by=view.by, thresholds=thresholds, theme=look),
    }
    words = side_effects_words.words(asked, view, n_terms)
    return {name: figure.content(asked[name], drawn[name], **words[name]) for name in FIGURES}


def serious(table: pd.DataFrame) -> tuple[list[dict[str, Any]], str, str]:
    """Rows, heading and note of the list."""
    notes = notes_of(table)
    return [_serious_row(row) for row in table.to_dict("records")], side_effects_words.serious(table), " ".join(notes)


def _serious_row(row: Any) -> dict[str, Any]:
    """An event as it is read; an empty value stays empty. Who is a link for those who may open it."""
    given = {name: None if pd.isna(value) else value for name, value in row.items()}
    who = f"Person {given['person']}"
    moment = given["happened_at"]
    return {
        "happened": f"{moment:%Y-%m-%d}" if moment else None,
        "person": f"[{who}](/patient/{given['token']})" if given["token"] else who,
        "rate": "no" if given["is_outside"] else "yes",
        "minutes": None if given["minutes"] is None else round(given["minutes"]),
        "treatment": parts.value_words("treatment", given["treatment"]),
        **{name: given[name] for name in ("term", "severity", "session_number", "days_since_session", "action")},
    }
