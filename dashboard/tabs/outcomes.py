"""Outcomes: does it work here, and for whom? Response and remission by route, with everyone who is not in them."""

from dataclasses import astuple, dataclass, fields
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pandas as pd
import sqlalchemy as sa
from dash import Input, Output, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.access import Viewer, cohort_for
from dashboard.auth.permissions import VIEW_OUTCOMES
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort, OptionError, require
from dashboard.clinical.outcome import DAY_28, POST_INDUCTION, Window
from dashboard.clinical.tables import PRIMARY
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.options import notes_of
from dashboard.metrics.response import response
from dashboard.tabs import parts
from dashboard.tabs.tab import Register

TITLE = "Outcomes"
PATH = "/outcomes"
ACTION = VIEW_OUTCOMES

EVERY_SCALE = "all"
CONTROLS = ("by", "scale", "window")
ROWS = 14
"""Rows of tables on one page; more components than these need make a page slow, so further scales are lines."""

SPLITS = {
    "route": "Route",
    "treatment": "Treatment",
    "diagnosis": "Diagnosis",
    "resistant": "Treatment resistance",
    "site": "Site",
    "payer": "Payer",
    "none": "Everyone together",
}
WINDOWS = ("post-induction", "day-28", "session-4", "session-6", "last")
_HEAD = (
    "Responded, of scored",
    "If those not scored failed – responded",
    "Remitted, of scored",
    "Started",
    "With baseline",
    "Eligible",
    "Not yet due",
    "Due",
    "Not scored",
    "Scored",
)
_HELP = (
    "Each count lies within the one before: started, with a baseline, eligible (baseline at or beyond the cut), due "
    "(the window has closed), scored in the window. Rates are of the scored, with 95 % intervals; the range beside "
    "them takes those due but not scored all as failures, and all as responders. Under 10 scored no percentage is "
    "given; rows under 20 are grey and say so."
)


@dataclass(frozen=True)
class View:
    """What the address asks for."""

    by: str = "route"
    scale: str = EVERY_SCALE
    window: str = "post-induction"

    def __post_init__(self) -> None:
        require("by", self.by, SPLITS)
        require("scale", self.scale, (EVERY_SCALE, *(each.code for each in INSTRUMENTS.values() if each.has_rate)))
        Window.parse(self.window)

    @classmethod
    def of(cls, address: str) -> "View":
        """Read ``?by=…&scale=…&window=…``; raises OptionError for what does not exist."""
        given = parse_qsl(address.lstrip("?"), keep_blank_values=True)
        for name, _ in given:
            require("The address", name, [each.name for each in fields(cls)])
        return cls(**dict(given))

    def address(self) -> str:
        """The shortest address of this view."""
        default = View()
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        query = urlencode({name: value for name, value in said.items() if value != getattr(default, name)})
        return f"?{query}" if query else ""


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    return html.Div(
        [
            dcc.Location(id="outcomes-address", refresh=False),
            html.Div(id="outcomes-fault"),
            html.Div(
                [
                    html.P("Does it work here, and for whom?", className="question"),
                    html.H1("Loading …", id="outcomes-answer"),
                    html.P(id="outcomes-data", className="data"),
                    html.Div(
                        [
                            _choice("by", "Split by", SPLITS),
                            _choice("scale", "Scale", {EVERY_SCALE: "Primary scales"}),
                            _choice("window", "Score taken", {each: window_words(each) for each in WINDOWS}),
                        ],
                        className="controls",
                    ),
                    html.Div(id="outcomes-blocks"),
                    html.Details([html.Summary("How this is counted"), html.P(_HELP)]),
                ],
                id="outcomes-body",
            ),
        ]
    )


def _choice(name: str, title: str, options: dict[str, str]) -> html.Div:
    control = dcc.Dropdown(
        id=f"outcomes-{name}", options=_options(options), clearable=False, searchable=False, maxHeight=420
    )
    return html.Div([html.Label(title, htmlFor=f"outcomes-{name}"), control])


def _options(words: dict[str, str]) -> list[Any]:
    return [{"value": value, "label": label} for value, label in words.items()]


def register(callback: Register, clinic: Clinic) -> None:
    """The page's one callback: the address and the controls say the same, whichever was changed."""

    @callback(
        output={
            "search": Output("outcomes-address", "search"),
            "fault": Output("outcomes-fault", "children"),
            "is_hidden": Output("outcomes-body", "hidden"),
            "answer": Output("outcomes-answer", "children"),
            "data": Output("outcomes-data", "children"),
            "blocks": Output("outcomes-blocks", "children"),
            "choices": [Output(f"outcomes-{name}", "value") for name in CONTROLS],
            "scales": Output("outcomes-scale", "options"),
            "windows": Output("outcomes-window", "options"),
        },
        inputs=[Input("outcomes-address", "search"), *(Input(f"outcomes-{name}", "value") for name in CONTROLS)],
    )
    def show_outcomes(viewer: Viewer, search: str | None, *choices: str) -> dict[str, Any]:
        if search is None:
            raise PreventUpdate
        by_hand = ctx.triggered_id not in (None, "outcomes-address")
        try:
            view = View(*choices) if by_hand else View.of(search)
            return content(cohort_for(viewer, clinic, ACTION), view) | ({} if by_hand else {"search": no_update})
        except OptionError as error:
            return _not_found(str(error))


def content(cohort: Cohort, view: View) -> dict[str, Any]:
    """Everything on the page that depends on the records or the address."""
    primary = response(cohort, by=view.by, window=view.window)
    alone = view.scale != EVERY_SCALE
    shown = response(cohort, by=view.by, window=view.window, instrument=view.scale) if alone else primary
    scales = {code: INSTRUMENTS[code].name for code in dict.fromkeys([*primary["instrument"], *shown["instrument"]])}
    as_of, build = parts.day(cohort.store.as_of), cohort.store.build
    return {
        "search": view.address(),
        "fault": [],
        "is_hidden": False,
        "answer": answer(shown, view.by),
        "data": f"Records as of {as_of} · build {build} · first course of each person",
        "blocks": _blocks(cohort, shown, view),
        "choices": list(astuple(view)),
        "scales": _options({EVERY_SCALE: "Primary scales", **scales}),
        "windows": _options({each: window_words(each) for each in dict.fromkeys([*WINDOWS, view.window])}),
    }


def _not_found(sentence: str) -> dict[str, Any]:
    fault = parts.state(
        "Not found", "This address asks for something that does not exist.", sentence[:1].upper() + sentence[1:]
    )
    back = html.P(dcc.Link("Show outcomes by route", href=PATH, className="btn btn-primary"))
    unchanged = dict.fromkeys(("search", "answer", "data", "blocks", "scales", "windows"), no_update)
    return {**unchanged, "fault": [fault, back], "is_hidden": True, "choices": [no_update] * 3}


def answer(table: pd.DataFrame, by: str) -> str:
    """The page's answer in a sentence: of the first scale with scores, the row with most of them."""
    scored = table[table["n_scored"] > 0]
    if scored.empty:
        return "No course has been scored in this window yet." if len(table) else "No course has been started yet."
    first = scored[scored["instrument"] == scored["instrument"].iloc[0]]
    row = first.loc[first["n_scored"].astype("int64").idxmax()]
    who = "" if by == "none" else f"{parts.value_words(by, row[by])}: "
    if pd.isna(row["n_responded"]):
        return f"{row['instrument']} has no rule for response; means are in the table of the command line."
    rate = parts.rate(*(row[name] for name in _RESPONSE)).replace(f"{parts.NBSP}· ", " responded, ")
    rate = rate if "responded" in rate else f"{rate} responded, too few for a percentage"
    missing = row["n_due"] - row["n_scored"]
    return f"{who}{rate}, on the {row['instrument']}; {parts.whole(missing)} could not be scored."


_RESPONSE = ("n_responded", "n_scored", "response_rate", "response_low", "response_high")
_REMISSION = ("n_remitted", "n_scored", "remission_rate", "remission_low", "remission_high")


def _blocks(cohort: Cohort, table: pd.DataFrame, view: View) -> list[Any]:
    """A table for each scale while there is room, then a line that leads to it; each with the metric's sentences."""
    blocks: list[Any] = []
    room = ROWS
    notes = list(notes_of(table))
    for code, rows in table.groupby("instrument", sort=False):
        own = [each for each in notes if each.startswith(f"{code}: ")]
        notes = [each for each in notes if each not in own]
        if blocks and len(rows) > room:
            blocks.append(_line(str(code), rows, view))
            continue
        whose = _diagnoses(cohort, str(code)) if view.scale == EVERY_SCALE else ""
        blocks.append(_block(str(code), rows, view, whose + " ".join(own)))
        room -= len(rows)
    changed = [f"Set by this clinic: {each}." for each in cohort.store.facts.get("changed_thresholds", [])]
    return [*blocks, *(html.P(each, className="note") for each in (*notes, *changed))]


def _block(code: str, rows: pd.DataFrame, view: View, rule: str) -> html.Section:
    split = "" if view.by == "none" else f" by {SPLITS[view.by].lower()}"
    title = f"{INSTRUMENTS[code].name}: response and remission{split}"
    cells = [
        (_cells(row, view.by), bool(parts.size_word(row["n_scored"]))) for row in rows.head(ROWS).to_dict("records")
    ]
    table = parts.table(title, ("Courses" if view.by == "none" else SPLITS[view.by], *_HEAD), cells)
    more = len(rows) - ROWS
    rest = [html.P(f"{more} more rows: python -m dashboard metrics response --by {view.by}")] if more > 0 else []
    return html.Section([html.H2(code), table, *rest, html.P(rule, className="rule")])


def _cells(row: dict[Any, Any], by: str) -> list[str]:
    scored, due = row["n_scored"], row["n_due"]
    word = parts.size_word(scored)
    name = "All" if by == "none" else parts.value_words(by, row[by])
    return [
        f"{name} ({word})" if word else name,
        parts.rate(*(row[name] for name in _RESPONSE)),
        parts.bounds(row["n_responded"], due - scored, due, row["response_nri"], row["response_best"], n_scored=scored),
        parts.rate(*(row[name] for name in _REMISSION)),
        *(parts.whole(row[name]) for name in ("n_started", "n_baseline", "n_eligible")),
        parts.whole(row["n_eligible"] - due),
        parts.whole(due),
        parts.whole(due - scored),
        parts.whole(scored),
    ]


def _line(code: str, rows: pd.DataFrame, view: View) -> html.P:
    counts = f" {parts.whole(rows['n_started'].sum())} started, {parts.whole(rows['n_scored'].sum())} scored. "
    href = PATH + View(view.by, code, view.window).address()
    return html.P([html.Strong(f"{INSTRUMENTS[code].name}:"), counts, dcc.Link("Show the table", href=href)])


def _diagnoses(cohort: Cohort, code: str) -> str:
    """Whose primary scale it is."""
    of_scale = sa.select(PRIMARY.c.diagnosis).where(PRIMARY.c.instrument == code).order_by(PRIMARY.c.diagnosis)
    diagnoses = [parts.value_words("diagnosis", each) for each in cohort.read(of_scale)["diagnosis"]]
    return f"Courses for {', '.join(diagnoses)}. "


def window_words(window: str) -> str:
    """A window as a person would say it."""
    parsed = Window.parse(window)
    return {
        "post-induction": f"{POST_INDUCTION[1]} to {POST_INDUCTION[2]} days after induction",
        "day-28": f"Nearest to day {DAY_28[0]} ({DAY_28[1]} to {DAY_28[2]})",
        "last": "The latest",
        "session": f"After session {parsed.low}",
        "days": f"Last from day {parsed.low} to {parsed.high}",
    }[parsed.kind]
