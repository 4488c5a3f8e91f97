"""The cohort bar of the aggregate tabs: who is shown, of how many, and what was chosen, as one value."""

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dash import Input, Output, dcc, html

from dashboard.clinical.cohort import Cohort, OptionError, require
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
}
"""What a cohort is chosen by, in the bar's order."""
_DATES = {"from": "Started from", "to": "Started up to"}
MOST_CHIPS = 40
"""More chips than these say that there are more."""


@dataclass(frozen=True)
class Filters:
    """What was chosen in the bar.

    Attributes:
        where: column -> its values, none of them empty.
        since, until: the course's start lies between, both included.
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
        return cls(
            {name: values for name, values in where.items() if values}, *(_date(said.get(end)) for end in _DATES)
        )

    @classmethod
    def of_chips(cls, keys: Iterable[str]) -> "Filters":
        """From the chips that are left."""
        where: dict[str, list[str]] = {}
        dates: dict[str, str] = {}
        for key in keys:
            name, value = json.loads(key)
            if name in _DATES:
                dates[name] = value
            else:
                where.setdefault(name, []).append(value)
        return cls.of({"where": where, **dates})

    def said(self) -> dict[str, Any]:
        """The inverse of ``of``, without what was not chosen."""
        dates = zip(_DATES, (self.since, self.until), strict=True)
        where = {name: list(self.where[name]) for name in COLUMNS if name in self.where}
        return {**({"where": where} if where else {}), **{end: str(date) for end, date in dates if date}}

    def chips(self) -> dict[str, str]:
        """Key -> full words, one a chosen value."""
        words = {
            json.dumps([name, value]): f"{COLUMNS[name]}: {parts.value_words(name, value)}"
            for name in COLUMNS
            for value in self.where.get(name, ())
        }
        for (end, title), date in zip(_DATES.items(), (self.since, self.until), strict=True):
            if date:
                words[json.dumps([end, str(date)])] = f"{title} {parts.day(date)}"
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


def layout(tab: str) -> html.Div:
    """The bar, empty until its callback says who is shown."""
    chooser = html.Details(
        [
            html.Summary([html.Span("Cohort", className="word"), html.Span("…", id=f"{tab}-size", className="size")]),
            html.Div(
                [*(_choice(tab, name, title) for name, title in COLUMNS.items()), _dates(tab)], className="choices"
            ),
        ],
        className="chooser",
    )
    chips = dcc.Checklist(id=f"{tab}-chips", options=[], value=[], inline=True, className="chips")
    clear = dcc.Link("Clear", id=f"{tab}-clear", href="", className="clear", title="Show everyone")
    return html.Div(
        [chooser, html.Div([chips, clear], id=f"{tab}-chosen", hidden=True, className="chosen")], className="bar"
    )


def _choice(tab: str, name: str, title: str) -> html.Div:
    id_ = f"{tab}-where-{name}"
    control = dcc.Dropdown(
        id=id_, options=[], value=[], multi=True, placeholder="All", closeOnSelect=False, maxHeight=360
    )
    return html.Div([html.Label(title, htmlFor=id_), control])


def _dates(tab: str) -> html.Div:
    control = dcc.DatePickerRange(
        id=f"{tab}-dates",
        start_date_id=f"{tab}-from",
        end_date_id=f"{tab}-to",
        start_date_placeholder_text="from",
        end_date_placeholder_text="to",
        display_format="D MMM YYYY",
        first_day_of_week=1,
        clearable=True,
        minimum_nights=0,
        updatemode="singledate",
    )
    return html.Div([html.Label("Course started", htmlFor=f"{tab}-from"), control], className="dates")


def inputs(tab: str) -> tuple[Any, ...]:
    """The bar's inputs of a page's callback: the columns' values in order, the two dates; the chips."""
    columns = tuple(Input(f"{tab}-where-{name}", "value") for name in COLUMNS)
    return (*columns, Input(f"{tab}-dates", "start_date"), Input(f"{tab}-dates", "end_date")), Input(
        f"{tab}-chips", "value"
    )


def chosen(tab: str, triggered: Any, controls: tuple[Any, ...], chips: list[str] | None) -> Filters:
    """What the bar says: the chips where one of them was taken away, else the controls."""
    if triggered == f"{tab}-chips":
        return Filters.of_chips(chips or [])
    *values, since, until = controls
    where = {name: value or [] for name, value in zip(COLUMNS, values, strict=True)}
    return Filters.of({"where": where, "from": since, "to": until})


def outputs(tab: str) -> dict[str, Any]:
    """The bar's outputs of a page's callback, filled by ``content``."""
    return {
        "size": Output(f"{tab}-size", "children"),
        "options": [Output(f"{tab}-where-{name}", "options") for name in COLUMNS],
        "values": [Output(f"{tab}-where-{name}", "value") for name in COLUMNS],
        "since": Output(f"{tab}-dates", "start_date"),
        "until": Output(f"{tab}-dates", "end_date"),
        "month": Output(f"{tab}-dates", "initial_visible_month"),
        "latest": Output(f"{tab}-dates", "max_date_allowed"),
        "chips": Output(f"{tab}-chips", "options"),
        "kept": Output(f"{tab}-chips", "value"),
        "unfiltered": Output(f"{tab}-chosen", "hidden"),
        "clear": Output(f"{tab}-clear", "href"),
    }


def content(cohort: Cohort, filters: Filters, clear: str) -> dict[str, Any]:
    """What the bar shows of a cohort; ``clear`` is the address of the same view without filters."""
    counts = values_of(cohort)
    chips = filters.chips()
    shown = dict(list(chips.items())[:MOST_CHIPS])
    options = [
        [_option(name, value, n) for value, n in zip(rows["value"], rows["n_courses"], strict=True)]
        for name in COLUMNS
        for rows in [counts[counts["dimension"] == name]]
    ]
    more = len(chips) - len(shown)
    return {
        "size": size_words(cohort) + (f" · {more} more filters inside" if more else ""),
        "options": options,
        "values": [list(filters.where.get(name, ())) for name in COLUMNS],
        "since": str(filters.since) if filters.since else None,
        "until": str(filters.until) if filters.until else None,
        "month": str(cohort.store.as_of),
        "latest": str(cohort.store.as_of),
        "chips": [{"label": f"{words} ✕", "value": key} for key, words in shown.items()],
        "kept": list(shown),
        "unfiltered": not chips,
        "clear": clear,
    }


def _option(name: str, value: str, n_courses: int) -> dict[str, str]:
    return {"value": value, "label": f"{parts.value_words(name, value)} ({n_courses:,})"}


def size_words(cohort: Cohort) -> str:
    """``84 of 212 patients · 611 of 1,530 sessions``."""
    row = cohort_size(cohort).iloc[0]
    patients, sessions = (parts.of(row[f"n_{what}"], row[f"n_{what}_all"]) for what in ("patients", "sessions"))
    return f"{patients} patients · {sessions} sessions"
