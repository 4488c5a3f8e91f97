"""Balance: what does each treatment give, what does it cost people, and what does it take of the clinic?"""

from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from dashboard.access import Viewer
from dashboard.auth.permissions import VIEW_BALANCE
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort, require
from dashboard.figures.balance import benefit_figure, burden_figure, hours_figure
from dashboard.figures.theme import Figure, Theme
from dashboard.metrics import METRICS
from dashboard.metrics.balance import RULE
from dashboard.metrics.reading import Reading
from dashboard.tabs import parts
from dashboard.tabs.cohort_bar import Bar, Filters
from dashboard.tabs.page import Page, nobody_words, opened, sealed
from dashboard.tabs.section import Asked, Section
from dashboard.tabs.tab import Register
from dashboard.tokens import Tokens

TITLE = "Balance"
PATH = "/balance"
ACTION = VIEW_BALANCE

SPLITS = {
    "treatment": "Treatment",
    "route": "Route",
    "diagnosis": "Diagnosis",
    "resistant": "Treatment resistance",
    "site": "Site",
    "payer": "Payer",
    "year": "Year",
    "none": "Everyone together",
}
_CONTROLS = ("by", "picked")
_KIND = "balance"


@dataclass(frozen=True)
class View:
    """What the page shows.

    Attributes:
        by: what everything is split by.
        picked: the token of the number whose people are found again in every figure; empty for nobody.
        filters: of the courses and sessions.
    """

    by: str = "treatment"
    picked: str = ""
    filters: Filters = field(default_factory=Filters)

    def __post_init__(self) -> None:
        require("by", self.by, SPLITS)

    @classmethod
    def of(cls, address: str, tokens: Tokens) -> "View":
        """Read ``?view=token``, or nothing; raises OptionError for what opens no view."""
        return cls(**opened(address, _KIND, tokens, _CONTROLS))

    def address(self, tokens: Tokens) -> str:
        """``?view=token``, the same for the same view; nothing for the view that is shown unasked."""
        return sealed(self, View(), _KIND, tokens, _CONTROLS)

    def without_filters(self) -> "View":
        """The same of everyone."""
        return replace(self, filters=Filters())


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    return SECTION.page.layout([SECTION.page.chooser("by"), *(SECTION.part(name) for name in SECTION.figures)])


def register(callback: Register, clinic: Clinic) -> None:
    """The page's callback and files."""
    SECTION.register(callback, clinic)


def readings(cohort: Cohort, view: View) -> dict[str, Reading]:
    """One asking for all three figures."""
    reading = Reading(METRICS["balance"], cohort, {"by": view.by})
    return dict.fromkeys(("benefit", "burden", "hours"), reading)


def _drawn(asked: Asked, view: View, theme: Theme) -> dict[str, Figure]:
    table = asked["benefit"].table
    return {
        "benefit": benefit_figure(table, by=view.by, theme=theme),
        "burden": burden_figure(table, by=view.by, theme=theme),
        "hours": hours_figure(table, by=view.by, theme=theme),
    }


def _answer(asked: Asked, view: View) -> str:
    """The largest group on its scale: what it gives, costs and takes."""
    rows = [row for row in asked["benefit"].table.to_dict("records") if row["n_scored"]]
    if not rows:
        return "No course has a score after induction yet."
    row = max(rows, key=lambda each: int(each["n_scored"]))
    who = "Everyone" if view.by == "none" else parts.value_words(view.by, row[view.by])
    said = [f"{who}, {row['instrument']}: {parts.of(row['n_responded'], row['n_scored'])} scored responded"]
    if row["n_scored"] < parts.FEW_UNDER:
        said[0] += ", too few to build on"
    elif not pd.isna(row["hours_per_responder"]):
        said.append(f"{row['hours_per_responder']:.1f} chair-hours of induction for each responder")
    if not pd.isna(row["n_sessions"]) and row["n_sessions"]:
        said.append(f"a side effect in {parts.of(row['n_sessions_with'], row['n_sessions'])} sessions")
    return f"{'; '.join(said)}."


def _words(asked: Asked, view: View) -> dict[str, dict[str, str]]:
    table = asked["benefit"].table
    split = "" if view.by == "none" else f", by {parts.within(SPLITS[view.by])}"
    scored, due, timed = (parts.whole(table[name].sum()) for name in ("n_scored", "n_due", "n_timed"))
    groups = table.drop_duplicates(view.by) if view.by != "none" else table.head(1)
    notes = list(asked["benefit"].notes)
    place = notes.index(RULE)
    forms, completed = (parts.whole(groups[name].sum()) for name in ("n_sessions", "n_completed"))
    return {
        "benefit": {
            "title": f"What does it give? Response{split}",
            "count": f"n = {scored} courses scored, of {due} due. Scales are never pooled.",
            "rule": " ".join(notes[:place]),
        },
        "burden": {
            "title": f"What does it cost people?{' ' + split[2:].capitalize() if split else ''}",
            "count": f"n = {forms} sessions with a filled form, of {completed} completed.",
            "rule": " ".join(notes[place + 1 :]),
        },
        "hours": {
            "title": f"What does it take? Chair-hours for each responder{split}",
            "count": f"n = {timed} courses scored in which every induction session is timed, of {scored} scored.",
            "rule": RULE,
        },
    }


SECTION = Section(
    page=Page(
        Bar("balance"),
        PATH,
        "What does each treatment give, cost people, and take of the clinic?",
        "Show the balance of everyone",
        {"by": "Split by"},
        {"by": SPLITS},
    ),
    action=ACTION,
    view=View,
    figures=("benefit", "burden", "hours"),
    readings=readings,
    drawn=_drawn,
    words=_words,
    answer=_answer,
    nobody=lambda filters: nobody_words(filters, "first course", "a start") or "These records have no course.",
    counted="first course of each person, and all completed sessions",
    is_nobody=lambda asked: asked["benefit"].table.empty,
)
