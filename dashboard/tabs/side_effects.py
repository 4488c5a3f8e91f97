"""Side effects: what does it cost people? How often, how bad, after which treatment, and every serious one."""

from typing import Any

import pandas as pd
from dash import Input, Output, html

from dashboard.access import Viewer, serious_for
from dashboard.auth.permissions import VIEW_SIDE_EFFECTS
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.figures.course_of_effects import watch_figure
from dashboard.figures.explorer import PER_100, differences_figure, explorer_figure
from dashboard.figures.side_effects import any_figure, severity_figure
from dashboard.figures.theme import Figure, Theme
from dashboard.metrics.options import notes_of
from dashboard.tabs import parts, side_effects_words
from dashboard.tabs.cohort_bar import Bar
from dashboard.tabs.page import Page, options
from dashboard.tabs.section import Asked, Section
from dashboard.tabs.side_effects_view import BASES, COUNTED, LEAST, OPENED, SECTIONS, SPLITS, View, readings
from dashboard.tabs.tab import Register

TITLE = "Side effects"
PATH = "/side-effects"
ACTION = VIEW_SIDE_EFFECTS

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
    return SECTION.page.layout(
        [
            SECTION.page.chooser("by", "basis"),
            SECTION.part("any"),
            _serious_layout(),
            SECTION.page.chooser("opened", "least", "counted", "search"),
            SECTION.part("terms"),
            SECTION.page.chooser("than"),
            SECTION.part("differences"),
            SECTION.part("severity"),
            SECTION.part("watch"),
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


def _drawn(asked: Asked, view: View, theme: Theme) -> dict[str, Figure]:
    terms, than = asked["terms"].table, side_effects_words.compared(asked, view)
    basis = "session" if view.basis == PER_100 else view.basis
    return {
        "any": any_figure(asked["any"].table, by=view.by, basis=basis, theme=theme),
        "terms": explorer_figure(terms, by=view.by, basis=view.basis, opened=view.opened, theme=theme),
        "differences": differences_figure(terms, by=view.by, than=than, opened=view.opened, theme=theme),
        "severity": severity_figure(asked["severity"].table, theme=theme),
        "watch": watch_figure(asked["watch"].table, theme=theme),
    }


def _others(cohort: Cohort, asked: Asked, view: View) -> list[Any]:
    """The groups that may be compared with."""
    groups = [] if view.by == "none" else [row[view.by] for row in asked["any"].table.to_dict("records")]
    words = {f"{view.by}:{each}": parts.value_words(view.by, each) for each in groups}
    own = {view.than: parts.value_words(view.by, view.compared)} if view.compared else {}
    return options({"": "The group with most sessions", **own, **words})


SECTION = Section(
    page=Page(
        Bar("side-effects", of="sessions"),
        PATH,
        "What does it cost people?",
        "Show side effects of everyone",
        {
            "by": "Split by",
            "basis": "Rates of",
            "opened": "Show",
            "least": "Side effects had by",
            "counted": "Count",
            "search": "Find a side effect",
            "than": "Compare with",
        },
        {
            "by": SPLITS,
            "basis": BASES,
            "opened": OPENED,
            "least": LEAST,
            "counted": COUNTED,
            "search": None,
            "than": {},
        },
        SECTIONS,
    ),
    action=ACTION,
    view=View,
    figures=("any", "terms", "differences", "severity", "watch"),
    readings=readings,
    drawn=_drawn,
    words=side_effects_words.words,
    answer=side_effects_words.answer,
    nobody=side_effects_words.nobody,
    counted="completed sessions",
    is_nobody=side_effects_words.is_nobody,
    more={"others": (Output("side-effects-than", "options"), _others)},
)


def register(callback: Register, clinic: Clinic) -> None:
    """The page's callback and files, and the list of serious events."""
    SECTION.register(callback, clinic)

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
