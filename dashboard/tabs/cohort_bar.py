"""The cohort bar of the aggregate tabs: who is shown, of how many, and what was chosen, as one value."""

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dash import Input, Output, dcc, html

from dashboard.clinical.cohort import DIMENSIONS, FREE, Cohort, OptionError, require
from dashboard.metrics.cohort_size import cohort_size, values_of
from dashboard.tabs import parts

COLUMNS = {
    "route": "Route",
    "treatment": "Treatment",
    "drug": "Drug",
    "diagnosis": "Diagnosis",
    "site": "Site",
    "clinician": "Clinician",
    "payer": "Payer",
    "sex": "Sex",
    "resistant": "Resistance",
    "phase": "Phase",
}
"""What a cohort is chosen by, in the bar's order; a course has no phase."""
_ENDS = ("from", "to")
MOST_CHIPS = 40
"""More chips than these say that there are more."""


@dataclass(frozen=True)
class Filters:
    """What was chosen in the bar.

    Attributes:
        where: column -> its values, none of them empty.
        since, until: the course's start, or the session's booked day, lies between, both included.
    """

    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: datetime.date | None = None
    until: datetime.date | None = None

    def __post_init__(self) -> None:
        for name in self.where:
            require("The cohort", name, COLUMNS)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Filters":
        """From ``{"where": {column: [values]}, "from": date, "to": date}``; raises OptionError for no date."""
        where = {str(name): tuple(str(each) for each in values) for name, values in said.get("where", {}).items()}
        return cls({name: values for name, values in where.items() if values}, *(_date(said.get(end)) for end in _ENDS))

    @classmethod
    def of_chips(cls, keys: Iterable[str]) -> "Filters":
        """From the chips that are left."""
        where: dict[str, list[str]] = {}
        dates: dict[str, str] = {}
        for key in keys:
            name, value = json.loads(key)
            if name in _ENDS:
                dates[name] = value
            else:
                where.setdefault(name, []).append(value)
        return cls.of({"where": where, **dates})

    def said(self) -> dict[str, Any]:
        """The inverse of ``of``, without what was not chosen."""
        dates = zip(_ENDS, (self.since, self.until), strict=True)
        where = {name: list(self.where[name]) for name in COLUMNS if name in self.where}
        return {**({"where": where} if where else {}), **{end: str(date) for end, date in dates if date}}

    def chips(self, dated: str) -> dict[str, str]:
        """Key -> full words, one a chosen value; ``dated`` is what the dates are of."""
        words = {
            json.dumps([name, value]): f"{COLUMNS[name]}: {parts.value_words(name, value)}"
            for name in COLUMNS
            for value in self.where.get(name, ())
        }
        for end, joint, date in zip(_ENDS, ("from", "up to"), (self.since, self.until), strict=True):
            if date:
                words[json.dumps([end, str(date)])] = f"{dated} {joint} {parts.day(date)}"
        return words

    def keywords(self) -> dict[str, Any]:
        """As ``access.cohort_for`` takes them."""
        return {"where": self.where, "since": self.since, "until": self.until}


def _date(text: Any) -> datetime.date | None:
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(str(text)[:10])
    except ValueError:
        raise OptionError("A date of the cohort is none.") from None


def cohort_words(where: Mapping[str, tuple[str, ...]], since: datetime.date | None, until: datetime.date | None) -> str:
    """The filters in full: ``Cohort: site North; from 1 January 2024.``"""
    said = [
        f"{COLUMNS.get(name, name).lower()} {' or '.join(within(name, each) for each in values)}"
        for name, values in where.items()
    ]
    said += [f"{joint} {parts.day(date)}" for joint, date in (("from", since), ("up to", until)) if date]
    return f"Cohort: {'; '.join(said)}." if said else "Cohort: everyone."


def within(name: str, value: str) -> str:
    """A value within a sentence; a clinic's own names stay as they are."""
    words = parts.value_words(name, value)
    return words if name in FREE else parts.within(words)


@dataclass(frozen=True)
class Bar:
    """The bar of one tab.

    Attributes:
        tab: what its ids begin with.
        of: what is counted, as in ``metrics.cohort_size``: courses, sessions or bookings.
    """

    tab: str
    of: str = "courses"

    @property
    def columns(self) -> dict[str, str]:
        """Column -> title of what can be chosen here."""
        return {name: title for name, title in COLUMNS.items() if self.of != "courses" or name in DIMENSIONS}

    @property
    def dated(self) -> str:
        """What the dates are of."""
        return "Started" if self.of == "courses" else "Sessions"

    def layout(self) -> html.Div:
        """The bar, empty until its callback says who is shown."""
        size = html.Span("…", id=f"{self.tab}-size", className="size")
        choices = [*(self._choice(name, title) for name, title in self.columns.items()), self._dates()]
        chooser = html.Details(
            [html.Summary([html.Span("Cohort", className="word"), size]), html.Div(choices, className="choices")],
            className="chooser",
        )
        chips = dcc.Checklist(id=f"{self.tab}-chips", options=[], value=[], inline=True, className="chips")
        clear = dcc.Link("Clear", id=f"{self.tab}-clear", href="", className="clear", title="Show everyone")
        chosen = html.Div([chips, clear], id=f"{self.tab}-chosen", hidden=True, className="chosen")
        return html.Div([chooser, chosen], className="bar")

    def _choice(self, name: str, title: str) -> html.Div:
        id_ = f"{self.tab}-where-{name}"
        control = dcc.Dropdown(
            id=id_, options=[], value=[], multi=True, placeholder="All", closeOnSelect=False, maxHeight=360
        )
        return html.Div([html.Label(title, htmlFor=id_), control])

    def _dates(self) -> html.Div:
        control = dcc.DatePickerRange(
            id=f"{self.tab}-dates",
            start_date_id=f"{self.tab}-from",
            end_date_id=f"{self.tab}-to",
            start_date_placeholder_text="from",
            end_date_placeholder_text="to",
            display_format="D MMM YYYY",
            first_day_of_week=1,
            clearable=True,
            minimum_nights=0,
            updatemode="singledate",
        )
        title = "Course started" if self.of == "courses" else "Day of the session"
        return html.Div([html.Label(title, htmlFor=f"{self.tab}-from"), control], className="dates")

    def inputs(self) -> tuple[Any, ...]:
        """The bar's inputs of a page's callback: the columns' values in order, the two dates; the chips."""
        columns = tuple(Input(f"{self.tab}-where-{name}", "value") for name in self.columns)
        dates = (Input(f"{self.tab}-dates", end) for end in ("start_date", "end_date"))
        return (*columns, *dates), Input(f"{self.tab}-chips", "value")

    def chosen(self, triggered: Any, controls: tuple[Any, ...], chips: list[str] | None) -> Filters:
        """What the bar says: the chips where one of them was taken away, else the controls."""
        if triggered == f"{self.tab}-chips":
            return Filters.of_chips(chips or [])
        *values, since, until = controls
        where = {name: value or [] for name, value in zip(self.columns, values, strict=True)}
        return Filters.of({"where": where, "from": since, "to": until})

    def outputs(self) -> dict[str, Any]:
        """The bar's outputs of a page's callback, filled by ``content``."""
        return {
            "size": Output(f"{self.tab}-size", "children"),
            "options": [Output(f"{self.tab}-where-{name}", "options") for name in self.columns],
            "values": [Output(f"{self.tab}-where-{name}", "value") for name in self.columns],
            "since": Output(f"{self.tab}-dates", "start_date"),
            "until": Output(f"{self.tab}-dates", "end_date"),
            "month": Output(f"{self.tab}-dates", "initial_visible_month"),
            "latest": Output(f"{self.tab}-dates", "max_date_allowed"),
            "chips": Output(f"{self.tab}-chips", "options"),
            "kept": Output(f"{self.tab}-chips", "value"),
            "unfiltered": Output(f"{self.tab}-chosen", "hidden"),
            "clear": Output(f"{self.tab}-clear", "href"),
        }

    def content(self, cohort: Cohort, filters: Filters, clear: str) -> dict[str, Any]:
        """What the bar shows of a cohort; ``clear`` is the address of the same view without filters."""
        counts = values_of(cohort, of=self.of)
        chips = filters.chips(self.dated)
        shown = dict(list(chips.items())[:MOST_CHIPS])
        options = [
            [_option(name, value, n) for value, n in zip(rows["value"], rows["n"], strict=True)]
            for name in self.columns
            for rows in [counts[counts["dimension"] == name]]
        ]
        more = len(chips) - len(shown)
        return {
            "size": self.size_words(cohort) + (f" · {more} more filters inside" if more else ""),
            "options": options,
            "values": [list(filters.where.get(name, ())) for name in self.columns],
            "since": str(filters.since) if filters.since else None,
            "until": str(filters.until) if filters.until else None,
            "month": str(cohort.store.as_of),
            "latest": None if self.of == "bookings" else str(cohort.store.as_of),
            "chips": [{"label": f"{words} ✕", "value": key} for key, words in shown.items()],
            "kept": list(shown),
            "unfiltered": not chips,
            "clear": clear,
        }

    def size_words(self, cohort: Cohort) -> str:
        """``84 of 212 patients · 611 of 1,530 sessions``; of bookings it says so."""
        row = cohort_size(cohort, of=self.of).iloc[0]
        patients, sessions = (parts.of(row[f"n_{what}"], row[f"n_{what}_all"]) for what in ("patients", "sessions"))
        return f"{patients} patients · {sessions} {'bookings' if self.of == 'bookings' else 'sessions'}"


def _option(name: str, value: str, n: int) -> dict[str, str]:
    return {"value": value, "label": f"{parts.value_words(name, value)} ({n:,})"}
