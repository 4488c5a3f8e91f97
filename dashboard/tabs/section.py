"""A page of figures under an address of its own: what the pages of one tab share, but for what they say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import methodcaller
from typing import Any

from dash import Output, ctx, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.access import Viewer, cohort_for
from dashboard.access_clinic import annotations_of
from dashboard.auth.permissions import Action
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.figures.marks import Mark
from dashboard.figures.theme import Figure, Theme
from dashboard.metrics.reading import Reading
from dashboard.tabs import figure, picked, saved
from dashboard.tabs.annotations import marks_of
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.figure import Place
from dashboard.tabs.page import FOUND, Page, data_words, unchanged
from dashboard.tabs.picked import Picked
from dashboard.tabs.shown import Shown
from dashboard.tabs.tab import Register

Asked = Mapping[str, Reading]


@dataclass(frozen=True)
class Section:
    """One page.

    Attributes:
        page: its frame.
        action: what a viewer must be allowed.
        view: the tab's view, frozen, with the value of every control; one address opens the same view on each page.
        figures: their names, in order.
        readings: what is asked of the metrics, by figure, and beside them what the sentences need.
        drawn: the figures.
        words: heading, count and whose, by figure.
        answer: the page's sentence.
        nobody: whom nobody matches.
        counted: what the numbers are of.
        is_nobody: whether nobody is there.
        more: further outputs, and what goes there.
        left: controls that may be left to the cohort, which then is not what they show.
        dated: figures over calendar time -> how what happened at the clinic is drawn into them.
        settled: the view with what was left to the cohort chosen, of which all but the address is made.
    """

    page: Page
    action: Action
    view: type[Any]
    figures: tuple[str, ...]
    readings: Callable[[Cohort, Any], dict[str, Reading]]
    drawn: Callable[[Asked, Any, Theme], Mapping[str, Figure]]
    words: Callable[[Asked, Any], Mapping[str, dict[str, str]]]
    answer: Callable[[Asked, Any], str]
    nobody: Callable[[Filters], str]
    counted: str
    is_nobody: Callable[[Asked], bool]
    more: Mapping[str, tuple[Output, Callable[[Cohort, Asked, Any], Any]]] = field(default_factory=dict)
    left: tuple[str, ...] = ()
    dated: Mapping[str, Callable[[Shown, Sequence[Mark], Theme], Shown]] = field(default_factory=dict)
    settled: Callable[[Cohort, Any], Any] = lambda _, view: view

    def part(self, name: str, *, is_long: bool = False) -> html.Section:
        """A figure's component; a long table scrolls within its own height."""
        return figure.layout(self.id(name), is_long=is_long)

    def id(self, name: str) -> str:
        """What a figure's ids begin with."""
        return f"{self.page.tab}-{name}"

    def outputs(self) -> dict[str, Any]:
        """Of the page's callback."""
        return {
            **self.page.outputs(),
            **{name: output for name, (output, _) in self.more.items()},
            "figures": {name: figure.outputs(self.id(name)) for name in self.figures},
        }

    def content(
        self,
        cohort: Cohort,
        view: Any,
        theme: str,
        address: Callable[[Any], str],
        marks: Sequence[Mark] = (),
        people: Picked | None = None,
    ) -> dict[str, Any]:
        """Everything on the page that depends on the records, the address, or what happened at the clinic."""
        clear = self.page.path + address(view.without_filters())
        sections = [path + address(view) for path in self.page.sections]
        view = self.settled(cohort, view)
        asked = self.readings(cohort, view)
        is_nobody = self.is_nobody(asked)
        look: Theme = "dark" if theme == "dark" else "light"
        return {
            "found": FOUND,
            "nobody": self.page.nobody(self.nobody(view.filters), clear, is_nobody=is_nobody),
            "answer": self.answer(asked, view),
            "data": data_words(cohort, self.counted),
            "picked": picked.words(people, self.page.path + address(replace(view, picked=""))),
            "bar": self.page.bar.content(cohort, view.filters, clear),
            "controls": [getattr(view, name) for name in self.page.controls],
            **({"sections": sections} if sections else {}),
            **{name: fill(cohort, asked, view) for name, (_, fill) in self.more.items()},
            "figures": unchanged(self.outputs()["figures"])
            if is_nobody
            else {
                name: figure.content(picked.found(each, people))
                for name, each in self.shown(asked, view, look, marks).items()
            },
        }

    def shown(self, asked: Asked, view: Any, theme: Theme, marks: Sequence[Mark] = ()) -> dict[str, Shown]:
        """The figures of a view, by name."""
        drawn, words = self.drawn(asked, view, theme), self.words(asked, view)
        figures = {name: Shown(asked[name], drawn[name], **words[name]) for name in self.figures}
        return figures | {name: mark(figures[name], marks, theme) for name, mark in self.dated.items()}

    def of(self, cohort: Cohort, view: Any, theme: Theme = "light", marks: Sequence[Mark] = ()) -> dict[str, Shown]:
        """The same of a cohort."""
        view = self.settled(cohort, view)
        return self.shown(self.readings(cohort, view), view, theme, marks)

    def register(self, callback: Register, clinic: Clinic) -> None:
        """The page's callback: the address and the controls say the same, whichever was changed; and the files."""

        @callback(output=self.outputs(), inputs=self.page.inputs())
        def show_section(viewer: Viewer, search: str | None, theme: str | None, *said: Any) -> dict[str, Any]:
            if search is None or theme is None:
                raise PreventUpdate
            try:
                there = self.view.of(search, clinic.tokens)
                choices, is_new = self.page.asked(there, *said)
                choices |= {name: getattr(there, name) for name in self.left if ctx.triggered_id != self.id(name)}
                view = replace(there, **choices)
                cohort = cohort_for(viewer, clinic, self.action, **view.filters.keywords())
                people = picked.picked_by(viewer, clinic, view.picked)
                address = methodcaller("address", clinic.tokens)
                shown = self.content(cohort, view, theme, address, happened(viewer), people)
                return {**shown, "search": view.address(clinic.tokens) if is_new else no_update}
            except OptionError as error:
                return {**unchanged(self.outputs()), **self.page.not_found(str(error))}

        def happened(viewer: Viewer) -> Sequence[Mark]:
            return marks_of(annotations_of(viewer, clinic)) if self.dated else ()

        def asked_at(viewer: Viewer, search: str) -> tuple[Cohort, Any]:
            view = self.view.of(search, clinic.tokens)
            return cohort_for(viewer, clinic, self.action, **view.filters.keywords()), view

        def readings(viewer: Viewer, search: str) -> dict[str, Reading]:
            cohort, view = asked_at(viewer, search)
            return self.readings(cohort, self.settled(cohort, view))

        def shown(viewer: Viewer, search: str) -> dict[str, Shown]:
            return self.of(*asked_at(viewer, search), marks=happened(viewer))

        saved.register(callback, clinic, self.page.bar, self.page.path, self.view)
        names = {name: self.id(name) for name in self.figures}
        figure.register(callback, clinic, names, Place(self.page.tab, self.page.path, self.action), readings, shown)
