"""What the outcomes page is asked: a view, its address, and the readings of the metrics that answer it."""

from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort, require
from dashboard.clinical.outcome import DAY_28, POST_INDUCTION, Window
from dashboard.clinical.tables import BASELINES
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics import METRICS, small
from dashboard.metrics.durability import EVENTS, STARTS
from dashboard.metrics.funnel import SPLITS as UNITS
from dashboard.metrics.reading import Reading
from dashboard.metrics.response import response
from dashboard.metrics.rule import of_scale
from dashboard.metrics.scored import n_scored
from dashboard.metrics.time_to_response import XS
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.page import opened, sealed
from dashboard.tokens import Tokens

SECTIONS = {
    "/outcomes": "Response",
    "/outcomes/change": "Change",
    "/outcomes/time": "Time",
    "/outcomes/compare": "Comparison",
}
WINDOWS = ("post-induction", "day-28", "session-4", "session-6", "last")
CONTROLS = ("by", "scale", "window", "cut", "induction", "courses", "x", "who", "lines")
"""Of the first page; the others of the tab have their own."""
_CHOICES = (*CONTROLS, "time", "start", "event", "unit", "reference", "picked")
INCLUSION = {
    "cut": {"scale": "At the scale's cut", "any": "Any above 0"},
    "induction": {"any": "Any", "complete": "Complete only"},
    "courses": {"first": "First of each person", "all": "All"},
}
"""Which courses count, beside the filters of the cohort; all pages of the tab keep to it."""
SPLITS = {
    "treatment": "Treatment",
    "route": "Route",
    "diagnosis": "Diagnosis",
    "resistant": "Treatment resistance",
    "site": "Site",
    "clinician": "Clinician",
    "payer": "Payer",
    "sex": "Sex",
    "year": "Year of start",
    "none": "Everyone together",
}
_KIND = "view"
RATED = [each.code for each in INSTRUMENTS.values() if each.has_rate]
"""The scales that can be chosen."""


@dataclass(frozen=True)
class View:
    """What the pages of the tab show, so that each keeps what was chosen on another.

    Attributes:
        by: what the response is split by.
        scale: the scale's code; empty = the primary scale with most courses of the cohort.
        window: when the score of the response is taken.
        cut, induction, courses: which courses count, of INCLUSION.
        x, who: the curve by session or week, of everyone or completers.
        lines: ``one`` curve, or ``split`` as the response is.
        time: until a response, by ``day`` or ``session``.
        start, event: from where a response lasts, and what ends it.
        unit: whose rates stand round the clinic's, ``clinician`` or ``site``.
        reference: the group that others are compared with, as ``treatment=iv-ketamine``; empty, or of another split =
            the one with most scored.
        picked: the token of the number whose people are found again in every figure; empty for nobody.
        filters: of the cohort.
    """

    by: str = "treatment"
    scale: str = ""
    window: str = "post-induction"
    cut: str = "scale"
    induction: str = "any"
    courses: str = "first"
    x: str = "session"
    who: str = "everyone"
    lines: str = "one"
    time: str = "day"
    start: str = "response"
    event: str = "loss"
    unit: str = "clinician"
    reference: str = ""
    picked: str = ""
    filters: Filters = field(default_factory=Filters)

    def __post_init__(self) -> None:
        require("by", self.by, SPLITS)
        require("scale", self.scale, ("", *RATED))
        for name, choices in INCLUSION.items():
            require(name, getattr(self, name), choices)
        require("x", self.x, ("session", "week"))
        require("who", self.who, ("everyone", "completers"))
        require("lines", self.lines, ("one", "split"))
        require("time", self.time, XS)
        require("start", self.start, STARTS)
        require("event", self.event, EVENTS)
        require("unit", self.unit, UNITS)
        Window.parse(self.window)

    @property
    def eligible(self) -> dict[str, str]:
        """The options of a metric of eligible courses that are not its defaults."""
        return {**({"baseline-at-least": "0"} if self.cut == "any" else {}), **self.of_courses}

    @property
    def scored(self) -> dict[str, str]:
        """The same of a metric of scored courses, and the window."""
        complete = {"induction": "complete"} if self.induction == "complete" else {}
        return {"window": self.window, **self.eligible, **complete}

    @property
    def of_courses(self) -> dict[str, str]:
        """The same of a metric of any courses."""
        return {"courses": "all"} if self.courses == "all" else {}

    @property
    def curve_by(self) -> str:
        """What the curve is split by."""
        return self.by if self.lines == "split" else "none"

    @classmethod
    def of(cls, address: str, tokens: Tokens) -> "View":
        """Read ``?view=token``, or nothing; raises OptionError for what opens no view."""
        return cls(**opened(address, _KIND, tokens, _CHOICES))

    def address(self, tokens: Tokens) -> str:
        """``?view=token``, the same for the same view; nothing for the view that is shown unasked."""
        return sealed(self, View(), _KIND, tokens, _CHOICES)

    def without_filters(self) -> "View":
        """The same of everyone."""
        return replace(self, filters=Filters())


def resolved(cohort: Cohort, view: View) -> tuple[str, list[str]]:
    """The scale that is shown, and those that can be: the primary ones first, then whatever has a baseline.

    Where small cells are hidden they are the primary scales, the registry's first unless asked. Raises OptionError for
    a scale that nobody of the build has a baseline on.
    """
    if cohort.hides_small:
        scales = small.scales(cohort)
        require("scale", view.scale, ("", *scales))
        return view.scale or (scales or RATED)[0], scales
    counts = response(cohort, by="none", window=view.window, courses=view.courses)
    everyone = response(Cohort(cohort.store), by="none")
    primary = list(everyone["instrument"])
    measured = _measured(cohort)
    scales = list(dict.fromkeys([*primary, *(each for each in RATED if each in measured)]))
    if view.scale:
        require("scale", view.scale, scales)
        return view.scale, scales
    table = counts if len(counts) else everyone
    if table.empty:
        return (scales or RATED)[0], scales
    most = max(table.to_dict("records"), key=lambda each: int(each["n_started"]))
    return str(most["instrument"]), scales


def settled(cohort: Cohort, view: View) -> View:
    """The view with its scale, where that was left to the cohort."""
    return replace(view, scale=resolved(cohort, view)[0])


def _measured(cohort: Cohort) -> set[str]:
    return set(cohort.read(sa.select(BASELINES.c.instrument).distinct())["instrument"])


def readings(cohort: Cohort, view: View, scale: str) -> dict[str, Reading]:
    """What is asked of the metrics, by figure."""
    whose = cohort if cohort.hides_small else of_scale(cohort, scale)
    response_, curve_ = METRICS["response"], METRICS["curve"]
    window = {"instrument": scale, **view.scored}
    curve_options = {"by": view.curve_by, "instrument": scale, "x": view.x, "who": view.who, **view.eligible}
    return {
        "response": Reading(response_, whose, {"by": view.by, **window}),
        "waterfall": Reading(response_, whose, {"by": "none", **window}),
        "curve": Reading(curve_, whose, curve_options),
    }


def counted_options(cohort: Cohort, view: View, scale: str) -> dict[str, dict[str, str]]:
    """The choices of window and inclusion in words, each with how many would be scored."""
    words: dict[str, dict[str, str]] = {
        "window": {each: window_words(each) for each in dict.fromkeys([*WINDOWS, view.window])},
        **INCLUSION,
    }
    if cohort.hides_small:
        return words

    whose, said = of_scale(cohort, scale), {name: getattr(view, name) for name in words}
    counts: dict[tuple[tuple[str, str], ...], int] = {}

    def scored(name: str, value: str) -> int:
        other = View(**{**said, name: value}).scored
        key = tuple(other.items())
        if key not in counts:
            counts[key] = n_scored(whose, instrument=scale, **METRICS["response"].said(other))
        return counts[key]

    return {
        name: {value: f"{words_} (n {scored(name, value):,})" for value, words_ in choices.items()}
        for name, choices in words.items()
    }


def inclusion_words(view: View) -> str:
    """Which courses count, where that is not the default."""
    said = {
        "Any baseline above 0 counts.": view.cut == "any",
        "Complete inductions only.": view.induction == "complete",
        "Every course of a person counts.": view.courses == "all",
    }
    return " ".join(words for words, is_so in said.items() if is_so)


def counted_words(window: str) -> str:
    """A window, and where it does not say so which of several scores in it counts."""
    nearest = f" (nearest day {POST_INDUCTION[0]})" if Window.parse(window).kind == "post-induction" else ""
    return window_words(window) + nearest


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
