"""Time: how soon does it work, how long does it last, and does the rate change over the quarters?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard.access import Viewer
from dashboard.auth.permissions import VIEW_OUTCOMES_DEPTH
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort
from dashboard.figures.lasting import Axes, Published, lasting_figure
from dashboard.figures.marks import Mark
from dashboard.figures.quarter import quarters_figure, with_marks
from dashboard.figures.theme import Figure, Theme
from dashboard.metrics import METRICS
from dashboard.metrics.reading import Reading
from dashboard.metrics.rule import of_scale
from dashboard.tabs import outcomes_time_words
from dashboard.tabs.annotations import named
from dashboard.tabs.cohort_bar import Bar
from dashboard.tabs.outcomes_depth import deeper
from dashboard.tabs.outcomes_view import SECTIONS, SPLITS, View
from dashboard.tabs.page import Page
from dashboard.tabs.section import Asked
from dashboard.tabs.shown import Shown
from dashboard.tabs.tab import Register

TITLE = "Outcomes: time"
PATH = "/outcomes/time"
ACTION = VIEW_OUTCOMES_DEPTH

FIGURES = ("soon", "lasting", "maintenance", "quarters")
MCINNES = (
    Published(28, 0.8, "McInnes 2022, IV, 178 practices: about 80 % at 4 weeks"),
    Published(56, 0.6, "about 60 % at 8 weeks, without maintenance"),
)
"""Of those who responded at the end of induction: J Affect Disord 301:486 (``clinical.md`` §2, §3)."""
_SINCE = {"day": "days since the first dose", "session": "completed sessions of the course"}
_FROM = {"response": "days since the first score that responds", "induction": "days since the last induction session"}
_STILL = {"loss": "still responding, %", "relapse": "not relapsed, %"}


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    page = SECTION.page
    soon, lasting, maintenance, quarters = (SECTION.part(name, is_long=name != "quarters") for name in FIGURES)
    above, between, below = (
        page.chooser(*names) for names in (("by", "scale", "time"), ("start", "event"), ("window",))
    )
    return page.layout([above, soon, between, lasting, maintenance, below, quarters])


def register(callback: Register, clinic: Clinic) -> None:
    """The page's callback and files."""
    SECTION.register(callback, clinic)


def _readings(cohort: Cohort, view: View) -> dict[str, Reading]:
    """What is asked of the metrics, by figure, and of everyone together what the sentences need."""
    whose, scale = of_scale(cohort, view.scale), {"instrument": view.scale, **view.eligible}
    scored = {"by": "none", "instrument": view.scale, **view.scored}
    lasting = {"start": view.start, "event": view.event}
    return {
        "soon": Reading(METRICS["time-to-response"], whose, {"by": view.by, **scale, "x": view.time}),
        "days": Reading(METRICS["time-to-response"], whose, scale),
        "sessions": Reading(METRICS["time-to-response"], whose, {**scale, "x": "session"}),
        "lasting": Reading(METRICS["durability"], whose, {"by": view.by, **scale, **lasting}),
        "everyone": Reading(METRICS["durability"], whose, {**scale, **lasting}),
        "maintenance": Reading(METRICS["maintenance"], whose, scale),
        "quarters": Reading(METRICS["response-by-quarter"], whose, scored),
    }


def _drawn(asked: Asked, view: View, theme: Theme) -> dict[str, Figure]:
    table = {name: asked[name].table for name in FIGURES}
    still = _STILL[view.event]
    is_comparable = view.start == "induction" and view.event == "loss"
    return {
        "soon": lasting_figure(
            table["soon"],
            by=view.by,
            axes=Axes(view.time, _SINCE[view.time], "have responded, %", rises=True),
            theme=theme,
        ),
        "lasting": lasting_figure(
            table["lasting"],
            by=view.by,
            axes=Axes("day", _FROM[view.start], still),
            theme=theme,
            published=MCINNES if is_comparable else (),
        ),
        "maintenance": lasting_figure(
            table["maintenance"],
            by="maintenance",
            axes=Axes("day", "days since the landmark", _STILL["loss"]),
            theme=theme,
        ),
        "quarters": quarters_figure(table["quarters"], theme=theme),
    }


def _dated(shown: Shown, marks: Sequence[Mark], theme: Theme) -> Shown:
    """The quarters with what happened in them."""
    happened = named(with_marks(shown.drawn, shown.reading.table, marks, theme))
    return replace(shown, count=f"{shown.count} Happened: {happened}.") if happened else shown


SECTION = deeper(
    Page(
        Bar("outcomes-time"),
        PATH,
        "How soon does it work, and how long does it last?",
        "Show the time of everyone",
        {
            "by": "Split by",
            "scale": "Scale",
            "time": "Until a response by",
            "start": "Lasting from",
            "event": "Until",
            "window": "Score taken",
        },
        {
            "by": SPLITS,
            "scale": {},
            "time": {"day": "Days", "session": "Sessions"},
            "start": {"response": "The first response", "induction": "The end of induction"},
            "event": {"loss": "The response is lost", "relapse": "Relapse, the clinic's definition"},
            "window": {},
        },
        SECTIONS,
    ),
    figures=FIGURES,
    readings=_readings,
    drawn=_drawn,
    words=outcomes_time_words.words,
    answer=outcomes_time_words.answer,
    dated={"quarters": _dated},
)
