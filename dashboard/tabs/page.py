"""What the pages with a cohort share: the frame around their figures, its states, and how a view is asked for."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from dash import Input, Output, ctx, dcc, html, no_update

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.tabs import parts, saved
from dashboard.tabs.cohort_bar import COLUMNS, Bar, Filters, within
from dashboard.tokens import Tokens


@dataclass(frozen=True)
class Page:
    """The frame of one tab.

    Attributes:
        bar: its cohort bar; the ids of the page begin as the bar's.
        path: its address.
        question: what it answers.
        everyone: the words of the way back from an address that opens nothing.
        controls: control -> its title, in the order of the callback.
        choices: control -> value -> words; empty where the callback fills them; None where anything may be written.
        sections: the tab's pages, address -> title; empty where there is but one.
    """

    bar: Bar
    path: str
    question: str
    everyone: str
    controls: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str] | None]
    sections: Mapping[str, str] = field(default_factory=dict)

    @property
    def tab(self) -> str:
        """What the page's ids begin with."""
        return self.bar.tab

    def layout(self, figures: list[Any], *, in_place_of_bar: str = "") -> html.Div:
        """The page without its numbers; who may not filter reads a sentence in place of the cohort bar."""
        tab = self.tab
        clear = dcc.Link("Clear the cohort", id=f"{tab}-clear-all", href="", className="btn btn-primary")
        nobody = [html.H2("Nobody matches"), html.P(id=f"{tab}-nobody-words"), html.P(clear)]
        body = [
            self._sections_layout(is_hidden=bool(in_place_of_bar)),
            html.P(self.question, className="question"),
            html.H1("Loading …", id=f"{tab}-answer", className="answer"),
            html.P(id=f"{tab}-data", className="data"),
            html.Div([self.bar.layout(), saved.layout(tab)], hidden=bool(in_place_of_bar)),
            html.P(in_place_of_bar, className="note", hidden=not in_place_of_bar),
            html.Div(nobody, id=f"{tab}-nobody", hidden=True),
            html.P(id=f"{tab}-picked", className="picked"),
            html.Div(figures, id=f"{tab}-figures"),
        ]
        return html.Div(
            [
                dcc.Location(id=f"{tab}-address", refresh=False),
                self._not_found_layout(),
                html.Div(body, id=f"{tab}-body", className="skeleton"),
            ]
        )

    def _sections_layout(self, *, is_hidden: bool) -> html.Nav:
        """The links to the tab's pages, which the callback lets keep the view; not for who may open this one only."""
        links = [
            dcc.Link(title, href=path, id=f"{self.tab}-to-{place}", className="here" if path == self.path else "")
            for place, (path, title) in enumerate(self.sections.items())
        ]
        return html.Nav(links, className="sections", hidden=is_hidden or not links, **parts.label("Sections"))

    def _not_found_layout(self) -> html.Div:
        back = html.P(dcc.Link(self.everyone, href=self.path, className="btn btn-primary"))
        state = parts.state("Not found", "This view cannot be opened.")
        return html.Div([state, html.P(id=f"{self.tab}-fault"), back], id=f"{self.tab}-not-found", hidden=True)

    def chooser(
        self, *names: str, closed: Collection[str] = (), only: Mapping[str, Collection[str]] | None = None
    ) -> html.Div:
        """Some of the controls, side by side; those closed are there and hidden, of others ``only`` some values."""
        controls = [self._control(name, name in closed, (only or {}).get(name)) for name in names]
        return html.Div(controls, className="controls", hidden=set(names) <= set(closed))

    def _control(self, name: str, is_closed: bool, only: Collection[str] | None) -> html.Div:
        id_ = f"{self.tab}-{name}"
        label = html.Label(self.controls[name], htmlFor=id_)
        choices = self.choices[name]
        if choices is None:
            text = dcc.Input(id=id_, type="search", debounce=0.5, maxLength=60, autoComplete="off")
            return html.Div([label, text], className=f"choice-{name} written")
        words = {value: each for value, each in choices.items() if only is None or value in only}
        control = dcc.Dropdown(id=id_, options=options(words), clearable=False, searchable=False, maxHeight=420)
        return html.Div([label, control], className=f"choice-{name}", hidden=is_closed)

    def inputs(self) -> list[Any]:
        """Of the page's callback: address, theme, the controls, the bar's columns and dates, its chips."""
        controls = tuple(Input(f"{self.tab}-{name}", "value") for name in self.controls)
        return [
            Input(f"{self.tab}-address", "search"),
            Input("shell-theme-shown", "data"),
            controls,
            *self.bar.inputs(),
        ]

    def outputs(self) -> dict[str, Any]:
        """Of the page's callback, to which it adds its own."""
        tab = self.tab
        return {
            "search": Output(f"{tab}-address", "search"),
            "found": {
                "fault": Output(f"{tab}-fault", "children"),
                "is_found": Output(f"{tab}-not-found", "hidden"),
                "is_hidden": Output(f"{tab}-body", "hidden"),
                "look": Output(f"{tab}-body", "className"),
            },
            "nobody": {
                "words": Output(f"{tab}-nobody-words", "children"),
                "is_somebody": Output(f"{tab}-nobody", "hidden"),
                "is_nobody": Output(f"{tab}-figures", "hidden"),
                "clear": Output(f"{tab}-clear-all", "href"),
            },
            "answer": Output(f"{tab}-answer", "children"),
            "data": Output(f"{tab}-data", "children"),
            "picked": Output(f"{tab}-picked", "children"),
            "bar": self.bar.outputs(),
            "controls": [Output(f"{tab}-{name}", "value") for name in self.controls],
            **({"sections": self._section_outputs()} if self.sections else {}),
        }

    def _section_outputs(self) -> list[Output]:
        return [Output(f"{self.tab}-to-{place}", "href") for place in range(len(self.sections))]

    def asked(self, there: Any, controls: Any, bar: Any, chips: Any) -> tuple[dict[str, Any], bool]:
        """What a view is to be made of, and whether it was asked for by hand; ``there`` is the address' view."""
        if ctx.triggered_id in (None, f"{self.tab}-address", "shell-theme-shown"):
            return {**{name: getattr(there, name) for name in self.controls}, "filters": there.filters}, False
        said = dict(zip(self.controls, controls, strict=True))
        choices = {name: getattr(there, name) if value is None else value for name, value in said.items()}
        is_filled = None not in controls  # somebody may be faster than the page's first answer
        filters = self.bar.chosen(ctx.triggered_id, bar, chips) if is_filled else there.filters
        return {**choices, "filters": filters}, True

    def nobody(self, words: str, clear: str, *, is_nobody: bool) -> dict[str, Any]:
        """Whom nobody matches, or that somebody does."""
        return {"words": words, "is_somebody": not is_nobody, "is_nobody": is_nobody, "clear": clear}

    def not_found(self, sentence: str) -> dict[str, Any]:
        """What does not exist is named, what does exist is not listed; all else stays."""
        fault = sentence.partition(";")[0].rstrip(".") + "."
        return {
            **unchanged(self.outputs()),
            "found": {"fault": fault[:1].upper() + fault[1:], "is_found": False, "is_hidden": True, "look": ""},
        }


FOUND: Mapping[str, Any] = {"fault": "", "is_found": True, "is_hidden": False, "look": ""}
"""The view of an address that opens one."""


def options(words: Mapping[str, str]) -> list[Any]:
    """The options of a control."""
    return [{"value": value, "label": label} for value, label in words.items()]


def unchanged(outputs: Any) -> Any:
    """The same outputs, none of them to be changed."""
    if isinstance(outputs, dict):
        return {name: unchanged(each) for name, each in outputs.items()}
    if isinstance(outputs, list):
        return [unchanged(each) for each in outputs]
    return no_update


def data_words(cohort: Cohort, *more: str) -> str:
    """As of when the records are, and what this clinic set itself."""
    store = cohort.store
    changed = [f"Set by this clinic: {each}." for each in store.facts.get("changed_thresholds", [])]
    basis = " · ".join([f"Records as of {parts.day(store.as_of)}", f"build {store.build}", *more])
    return " ".join([f"{basis}.", *changed])


def only(cohort: Cohort, columns: tuple[str, ...]) -> Cohort:
    """The cohort by those of its filters that such people or courses have."""
    return replace(cohort, where={name: values for name, values in cohort.where.items() if name in columns})


def nobody_words(filters: Filters, who: str, dated: str) -> str:
    """Whom nobody matches: ``No first course has route IV, and sex other together.``; nothing for no filter."""
    chosen = [
        f"{COLUMNS[name].lower()} {' or '.join(within(name, value) for value in filters.where[name])}"
        for name in COLUMNS
        if name in filters.where
    ]
    ends = (("from", filters.since), ("up to", filters.until))
    chosen += [f"{dated} {joint} {parts.day(date)}" for joint, date in ends if date]
    if not chosen:
        return ""
    return f"No {who} has {', and '.join(chosen)}{' together' if len(chosen) > 1 else ''}."


_VIEW = "view"


def opened(address: str, kind: str, tokens: Tokens, names: Iterable[str]) -> dict[str, Any]:
    """What ``?view=token`` says of a view of this kind; nothing where there is no token.

    Raises OptionError for what opens no view, or names something else than ``names`` and its filters.
    """
    given = parse_qsl(address.lstrip("?"), keep_blank_values=True)
    if not given:
        return {}
    text = tokens.open(kind, given[0][1]) if len(given) == 1 and given[0][0] == _VIEW else None
    if text is None:
        raise OptionError("Its address is incomplete, or it comes from another clinic.")
    said = json.loads(text)
    if not isinstance(said, dict) or not {"filters", *names}.issuperset(said):
        raise OptionError("It was made by another version of this program.")
    return {**said, "filters": Filters.of(said.get("filters", {}))}


def sealed(view: Any, default: Any, kind: str, tokens: Tokens, names: Iterable[str]) -> str:
    """``?view=token``, the same for the same view; nothing for the default."""
    said = {name: getattr(view, name) for name in names if getattr(view, name) != getattr(default, name)}
    filters = view.filters.said()
    said |= {"filters": filters} if filters else {}
    return f"?{_VIEW}=" + tokens.seal(kind, json.dumps(said, sort_keys=True)) if said else ""
