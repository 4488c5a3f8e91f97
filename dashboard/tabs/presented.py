"""A page of figures for those to whom small cells are hidden: everyone of the records, and nothing to choose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dash import Input, Output, dcc, html
from dash.exceptions import PreventUpdate

from dashboard.access import Viewer, cohort_for
from dashboard.auth.permissions import Action
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort
from dashboard.figures.theme import Theme
from dashboard.metrics import small
from dashboard.metrics.reading import Reading
from dashboard.tabs import figure
from dashboard.tabs.figure import Place
from dashboard.tabs.page import data_words
from dashboard.tabs.shown import Shown
from dashboard.tabs.tab import Register

NOTE = f"Everyone of the records. There are no filters here: whom a filter leaves out could be counted. {small.NOTE}"


@dataclass(frozen=True)
class Presented:
    """One page.

    Attributes:
        tab: what its ids begin with.
        path: its address.
        question: what it answers.
        action: what a viewer must be allowed.
        readings: what is asked of the metrics, by figure.
        shown: the figures, in order.
        answer: the page's sentence.
        left_out: what those who treat see, and why it is not here.
        counted: what the numbers are of.
        figures: their names.
    """

    tab: str
    path: str
    question: str
    action: Action
    readings: Callable[[Cohort], dict[str, Reading]]
    shown: Callable[[Mapping[str, Reading], Theme], dict[str, Shown]]
    answer: Callable[[Mapping[str, Reading]], str]
    left_out: str
    counted: str
    figures: tuple[str, ...]

    def layout(self, clinic: Clinic, viewer: Viewer) -> html.Div:
        """The page without its numbers."""
        return html.Div(
            [
                dcc.Location(id=f"{self.tab}-address", refresh=False),
                html.P(self.question, className="question"),
                html.H1("Loading …", id=f"{self.tab}-answer", className="answer"),
                html.P(id=f"{self.tab}-data", className="data"),
                html.P(NOTE, className="note"),
                *(figure.layout(self._id(name)) for name in self.figures),
                html.P(self.left_out, className="note"),
            ]
        )

    def of(self, cohort: Cohort, theme: Theme = "light") -> dict[str, Shown]:
        """The figures of a cohort."""
        return self.shown(self.readings(cohort), theme)

    def register(self, callback: Register, clinic: Clinic) -> None:
        """The page's callback, and the files of its figures."""

        def cohort(viewer: Viewer) -> Cohort:
            return cohort_for(viewer, clinic, self.action)

        @callback(
            output={
                "answer": Output(f"{self.tab}-answer", "children"),
                "data": Output(f"{self.tab}-data", "children"),
                "figures": {name: figure.outputs(self._id(name)) for name in self.figures},
            },
            inputs=[Input("shell-theme-shown", "data")],
        )
        def show_presented(viewer: Viewer, theme: str | None) -> dict[str, Any]:
            if theme is None:
                raise PreventUpdate
            asked = self.readings(cohort(viewer))
            shown = self.shown(asked, "dark" if theme == "dark" else "light")
            return {
                "answer": self.answer(asked),
                "data": data_words(cohort(viewer), self.counted),
                "figures": {name: figure.content(shown[name]) for name in self.figures},
            }

        ids = {name: self._id(name) for name in self.figures}
        place = Place(self.tab, self.path, self.action)
        figure.register(
            callback, clinic, ids, place, lambda who, _: self.readings(cohort(who)), lambda who, _: self.of(cohort(who))
        )

    def _id(self, name: str) -> str:
        return f"{self.tab}-{name}"


def numbers(reading: Reading) -> Any:
    """The table to be drawn: numbers, empty where a cell is hidden."""
    return small.known(reading.table)
