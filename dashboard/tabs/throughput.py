"""Throughput: is the clinic keeping up? Sessions against chance, what became of them, inductions, and waits."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import Input, Output, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.access import Viewer, cohort_for
from dashboard.access_clinic import annotations_of
from dashboard.auth.permissions import VIEW_THROUGHPUT
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.figures.induction import completeness_figure, induction_figure
from dashboard.figures.lasting import Axes, Published, lasting_figure
from dashboard.figures.marks import Mark
from dashboard.figures.measure import MEASURES
from dashboard.figures.sessions import sessions_figure
from dashboard.figures.spc import spc_figure
from dashboard.figures.stopping import stopping_figure
from dashboard.figures.theme import Theme
from dashboard.figures.wait import wait_figure
from dashboard.metrics.reading import Reading
from dashboard.tabs import annotations, figure, parts, picked, saved, throughput_words
from dashboard.tabs.cohort_bar import Bar
from dashboard.tabs.page import FOUND, Page, data_words, unchanged
from dashboard.tabs.picked import Picked
from dashboard.tabs.shown import Shown
from dashboard.tabs.tab import Register
from dashboard.tabs.throughput_view import ALONG, LIMITS, PERIODS, SECTIONS, SPLITS, View, readings

TITLE = "Throughput"
PATH = "/throughput"
ACTION = VIEW_THROUGHPUT

FIGURES = ("spc", "sessions", "induction", "completeness", "waits", "stopping", "retention")
REMS = (
    Published(9, 0.751, "REMS, esketamine: 75.1 %"),
    Published(13, 0.603, "60.3 %"),
)
"""The registry of everybody treated with esketamine in the United States (``clinical.md`` §5)."""
_ALONG = {
    x: Axes(x, since, y, left="known so far", nobody="No course began long enough ago to tell.")
    for x, since, y in (
        ("session", "session of the course", "came to this session, %"),
        ("day", "days since the first session", "still came after this day, %"),
    )
}
PAGE = Page(
    Bar("throughput", "bookings"),
    PATH,
    "Is the clinic keeping up?",
    "Show throughput of everyone",
    {
        "metric": "Number",
        "period": "By",
        "target": "Target",
        "limits": "Limits of chance",
        "by": "Courses split by",
        "along": "Retention by",
    },
    {
        "metric": {name: measure.name for name, measure in MEASURES.items()},
        "period": PERIODS,
        "target": None,
        "limits": LIMITS,
        "by": SPLITS,
        "along": ALONG,
    },
    SECTIONS,
)
_COLUMNS = {  # title, and pixels; 0 takes the room that is left
    "measure": ("Number", 170),
    "latest": ("Latest", 145),
    "usual": ("Mean", 75),
    "limits": ("Limits of chance", 145),
    "means": ("Which means", 0),
}


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    spc, sessions, induction, completeness, waits, stopping, retention = (
        figure.layout(f"throughput-{name}") for name in FIGURES
    )
    columns = [
        {"field": name, "headerName": title, "wrapText": True, "autoHeight": True}
        | ({"width": width} if width else {"flex": 1, "minWidth": 230})
        for name, (title, width) in _COLUMNS.items()
    ]
    matrix = html.Section(
        [html.H2(id="throughput-matrix-title"), parts.grid("throughput-matrix", columns)], className="evidence"
    )
    first, second = PAGE.chooser("metric", "period", "target", "limits"), PAGE.chooser("by", "along")
    return PAGE.layout(
        [
            first,
            spc,
            annotations.layout(),
            matrix,
            sessions,
            waits,
            second,
            induction,
            retention,
            stopping,
            completeness,
        ]
    )


def _outputs() -> dict[str, Any]:
    return {
        **PAGE.outputs(),
        "matrix": Output("throughput-matrix", "rowData"),
        "matrix_title": Output("throughput-matrix-title", "children"),
        "figures": {name: figure.outputs(f"throughput-{name}") for name in FIGURES},
    }


def register(callback: Register, clinic: Clinic) -> None:
    """The page's callback: the address and the controls say the same, whichever was changed; and the files."""

    @callback(
        output=_outputs(),
        inputs=[*PAGE.inputs(), Input(annotations.CHANGED, "data")],
    )
    def show_throughput(
        viewer: Viewer, search: str | None, theme: str | None, controls: Any, bar: Any, chips: Any, _: Any
    ) -> dict[str, Any]:
        if search is None or theme is None:
            raise PreventUpdate
        try:
            there = View.of(search, clinic.tokens)
            choices, is_new = PAGE.asked(there, controls, bar, chips)
            view = replace(there, **choices)
            cohort = cohort_for(viewer, clinic, ACTION, **view.filters.keywords())
            clear = PATH + view.without_filters().address(clinic.tokens)
            people = picked.picked_by(viewer, clinic, view.picked)
            shown = content(cohort, view, theme, clear, marks_at(viewer), people)
            address = view.address(clinic.tokens)
            sections = [path + address for path in PAGE.sections]
            said = picked.words(people, PATH + replace(view, picked="").address(clinic.tokens))
            return {**shown, "picked": said, "sections": sections, "search": address if is_new else no_update}
        except OptionError as error:
            return {**unchanged(_outputs()), **PAGE.not_found(str(error))}

    def marks_at(viewer: Viewer) -> tuple[Mark, ...]:
        return annotations.marks_of(annotations_of(viewer, clinic))

    def asked_at(viewer: Viewer, search: str) -> tuple[Cohort, View]:
        view = View.of(search, clinic.tokens)
        return cohort_for(viewer, clinic, ACTION, **view.filters.keywords()), view

    def readings_at(viewer: Viewer, search: str) -> dict[str, Reading]:
        return readings(*asked_at(viewer, search), marks_at(viewer))

    def shown_at(viewer: Viewer, search: str) -> dict[str, Shown]:
        return of(*asked_at(viewer, search), marks_at(viewer))

    annotations.register(callback, clinic)
    saved.register(callback, clinic, PAGE.bar, PATH, View)
    names = {name: f"throughput-{name}" for name in FIGURES}
    figure.register(callback, clinic, names, figure.Place("throughput", PATH, ACTION), readings_at, shown_at)


def content(
    cohort: Cohort, view: View, theme: str, clear: str, marks: Sequence[Mark] = (), people: Picked | None = None
) -> dict[str, Any]:
    """Everything on the page that depends on the records, the address, or what happened at the clinic."""
    asked = readings(cohort, view, marks)
    sessions = asked["sessions"].table
    nobody = throughput_words.nobody(view.filters)
    return {
        "found": FOUND,
        "nobody": PAGE.nobody(nobody, clear, is_nobody=sessions.empty),
        "answer": throughput_words.answer(sessions, view.period, view.changes(marks)),
        "data": data_words(cohort, "sessions by the day they were booked for"),
        "bar": PAGE.bar.content(cohort, view.filters, clear),
        "controls": [getattr(view, name) for name in PAGE.controls],
        "matrix": throughput_words.indicators(sessions, view.period, view.changes(marks)),
        "matrix_title": f"Each number in its latest whole {view.period}",
        "figures": unchanged(_outputs()["figures"])
        if sessions.empty
        else {
            name: figure.content(picked.found(each, people))
            for name, each in _shown(asked, view, "dark" if theme == "dark" else "light", marks).items()
        },
    }


def of(cohort: Cohort, view: View, marks: Sequence[Mark] = ()) -> dict[str, Shown]:
    """The figures of a view, by name."""
    return _shown(readings(cohort, view, marks), view, "light", marks)


def _shown(asked: dict[str, Reading], view: View, theme: Theme, marks: Sequence[Mark]) -> dict[str, Shown]:
    as_of = str(asked["spc"].cohort.store.as_of)
    drawn = {
        "spc": spc_figure(
            asked["spc"].table, metric=view.metric, period=view.period, theme=theme, target=view.goal, marks=marks
        ),
        "sessions": sessions_figure(asked["sessions"].table, period=view.period, as_of=as_of, theme=theme),
        "induction": induction_figure(asked["induction"].table, by=view.by, theme=theme),
        "completeness": completeness_figure(asked["completeness"].table, theme=theme),
        "stopping": stopping_figure(asked["stopping"].table, by=view.by, theme=theme),
        "retention": lasting_figure(
            asked["retention"].table,
            by=view.by,
            axes=_ALONG[view.along],
            theme=theme,
            published=REMS if view.along == "session" else (),
        ),
        "waits": wait_figure(asked["waits"].table, theme=theme),
    }
    words = throughput_words.words(asked, view, as_of, marks)
    return {name: Shown(asked[name], drawn[name], **words[name]) for name in FIGURES}
