"""Outcomes: does it work here, and for whom? Response, the way from started to responded, and the curve of a scale."""

from dataclasses import replace
from typing import Any

from dash import Output, ctx, no_update
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
from dashboard.metrics import small
from dashboard.metrics.reading import Reading
from dashboard.tabs import figure, outcomes_words, picked, saved
from dashboard.tabs.cohort_bar import Bar
from dashboard.tabs.outcomes_view import (
    CONTROLS,
    INCLUSION,
    SECTIONS,
    SPLITS,
    WINDOWS,
    View,
    counted_options,
    readings,
    resolved,
    window_words,
)
from dashboard.tabs.page import FOUND, Page, data_words, options, unchanged
from dashboard.tabs.picked import Picked
from dashboard.tabs.shown import Shown
from dashboard.tabs.tab import Register

TITLE = "Outcomes"
PATH = "/outcomes"
ACTION = VIEW_OUTCOMES

FIGURES = ("response", "waterfall", "curve")
PAGE = Page(
    Bar("outcomes"),
    PATH,
    "Does it work here, and for whom?",
    "Show outcomes of everyone",
    {
        "by": "Split by",
        "scale": "Scale",
        "window": "Score taken",
        "cut": "Baseline",
        "induction": "Induction",
        "courses": "Courses",
        "x": "Curve by",
        "who": "Curve of",
        "lines": "Lines",
    },
    {
        "by": SPLITS,
        "window": {each: window_words(each) for each in WINDOWS},
        **INCLUSION,
        "scale": {},
        "x": {"session": "Session", "week": "Week"},
        "who": {"everyone": "Everyone eligible", "completers": "Complete inductions only"},
        "lines": {"one": "One line", "split": "Split as above"},
    },
    SECTIONS,
)


_CLOSED = frozenset({"window", *INCLUSION, "x", "who", "lines"})
"""What cannot be chosen where small cells are hidden: ``metrics.small`` knows no more than split and scale."""
_OF_EVERYONE = (
    "Everyone whose primary scale this is. There are no filters here: whom a filter leaves out could be counted. "
    f"{small.NOTE}"
)


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    first, second, third = (figure.layout(f"outcomes-{name}") for name in FIGURES)
    closed = _CLOSED if viewer.hides_small else frozenset()
    splits = {"by": small.SPLITS} if viewer.hides_small else {}
    above, below = (
        PAGE.chooser(*names, closed=closed, only=splits)
        for names in (("by", "scale", "window", *INCLUSION), ("x", "who", "lines"))
    )
    return PAGE.layout(
        [above, first, second, below, third],
        in_place_of_bar=_OF_EVERYONE if viewer.hides_small else "",
    )


def _outputs() -> dict[str, Any]:
    return {
        **PAGE.outputs(),
        "scales": Output("outcomes-scale", "options"),
        "counted": {name: Output(f"outcomes-{name}", "options") for name in ("window", *INCLUSION)},
        "figures": {name: figure.outputs(f"outcomes-{name}") for name in FIGURES},
    }


def register(callback: Register, clinic: Clinic) -> None:
    """The page's callback: the address and the controls say the same, whichever was changed; and the files."""

    @callback(
        output=_outputs(),
        inputs=PAGE.inputs(),
    )
    def show_outcomes(viewer: Viewer, search: str | None, theme: str | None, *said: Any) -> dict[str, Any]:
        if search is None or theme is None:
            raise PreventUpdate
        try:
            view, is_new = _asked(clinic, search, *said)
            cohort = cohort_for(viewer, clinic, ACTION, **view.filters.keywords())
            people = picked.picked_by(viewer, clinic, view.picked)
            shown = content(cohort, view, theme, _address(clinic), people)
            return {**shown, "search": _address(clinic)(view) if is_new else no_update}
        except OptionError as error:
            return _not_found(str(error))

    def asked_at(viewer: Viewer, search: str) -> tuple[Cohort, View]:
        view = View.of(search, clinic.tokens)
        return cohort_for(viewer, clinic, ACTION, **view.filters.keywords()), view

    def readings_at(viewer: Viewer, search: str) -> dict[str, Reading]:
        cohort, view = asked_at(viewer, search)
        return readings(cohort, view, resolved(cohort, view)[0])

    def shown_at(viewer: Viewer, search: str) -> dict[str, Shown]:
        return of(*asked_at(viewer, search))

    saved.register(callback, clinic, PAGE.bar, PATH, View)
    names = {name: f"outcomes-{name}" for name in FIGURES}
    figure.register(callback, clinic, names, figure.Place("outcomes", PATH, ACTION), readings_at, shown_at)


def _address(clinic: Clinic) -> Any:
    return lambda view: view.address(clinic.tokens)


def _asked(clinic: Clinic, search: str, controls: Any, bar: Any, chips: Any) -> tuple[View, bool]:
    """The view that is asked for, by the address or by hand; and whether by hand."""
    there = View.of(search, clinic.tokens)
    choices, is_new = PAGE.asked(there, controls, bar, chips)
    if ctx.triggered_id != "outcomes-scale":
        choices["scale"] = there.scale  # which may be left to the cohort, and then is not the one that is shown
    return replace(there, **choices), is_new


def content(cohort: Cohort, view: View, theme: str, address: Any, people: Picked | None = None) -> dict[str, Any]:
    """Everything on the page that depends on the records or the address."""
    scale, scales = resolved(cohort, view)
    asked = readings(cohort, view, scale)
    clear = PATH + address(view.without_filters())
    is_nobody = bool((asked["waterfall"].table["n_started"] == 0).all())
    return {
        "found": FOUND,
        "nobody": PAGE.nobody(outcomes_words.nobody(view.filters), clear, is_nobody=is_nobody),
        "answer": outcomes_words.answer(asked, view.by),
        "data": data_words(cohort, "first course of each person" if view.courses == "first" else "all courses"),
        "picked": picked.words(people, PATH + address(replace(view, picked=""))),
        "sections": [path + address(view) for path in SECTIONS],
        "bar": unchanged(PAGE.bar.outputs()) if cohort.hides_small else PAGE.bar.content(cohort, view.filters, clear),
        "controls": [scale if name == "scale" else getattr(view, name) for name in CONTROLS],
        "scales": options({code: f"{code} · {INSTRUMENTS[code].name}" for code in scales}),
        "counted": {name: options(words) for name, words in counted_options(cohort, view, scale).items()},
        "figures": unchanged(_outputs()["figures"])
        if is_nobody
        else {
            name: figure.content(picked.found(each, people))
            for name, each in _shown(asked, view, scale, "dark" if theme == "dark" else "light").items()
        },
    }


def of(cohort: Cohort, view: View) -> dict[str, Shown]:
    """The figures of a view, by name."""
    scale, _ = resolved(cohort, view)
    return _shown(readings(cohort, view, scale), view, scale, "light")


def _shown(asked: dict[str, Reading], view: View, scale: str, theme: Theme) -> dict[str, Shown]:
    table = {
        name: small.known(reading.table) if reading.cohort.hides_small else reading.table
        for name, reading in asked.items()
    }
    drawn = {
        "response": response_figure(table["response"], by=view.by, theme=theme),
        "waterfall": waterfall_figure(table["waterfall"], theme=theme),
        "curve": curve_figure(table["curve"], instrument=scale, by=view.curve_by, x=view.x, theme=theme),
    }
    words = outcomes_words.words(asked, view, scale)
    return {name: Shown(asked[name], drawn[name], **words[name]) for name in FIGURES}


def _not_found(sentence: str) -> dict[str, Any]:
    return {**unchanged(_outputs()), **PAGE.not_found(sentence)}
