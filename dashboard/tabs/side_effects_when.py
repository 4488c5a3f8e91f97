"""Side effects, when and how long: do they fade from session to session?"""

from typing import Any

from dash import Output

from dashboard.access import Viewer
from dashboard.auth.permissions import VIEW_SIDE_EFFECTS
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort
from dashboard.effects import GROUPS
from dashboard.figures.course_of_effects import (
    bands_figure,
    changes_figure,
    leaving_figure,
    lengths_figure,
    timing_figure,
)
from dashboard.figures.fading import fading_figure
from dashboard.figures.theme import Figure, Theme
from dashboard.metrics.side_effects import terms_of
from dashboard.tabs import side_effects_when_words, side_effects_words
from dashboard.tabs.cohort_bar import Bar
from dashboard.tabs.page import Page, options
from dashboard.tabs.section import Asked, Section
from dashboard.tabs.side_effects_view import ANY, SECTIONS, SPLITS, View, readings
from dashboard.tabs.tab import Register

TITLE = "Side effects: when and how long"
PATH = "/side-effects/when"
ACTION = VIEW_SIDE_EFFECTS


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    change = [SECTION.part(name) for name in ("bands", "changes", "fading", "doses", "dose-changes")]
    when = [SECTION.part(name) for name in ("timing", "lengths", "leaving")]
    return SECTION.page.layout(
        [SECTION.page.chooser("term"), *change, *when, SECTION.page.chooser("by"), SECTION.part("ready")]
    )


def register(callback: Register, clinic: Clinic) -> None:
    """The page's callback and files."""
    SECTION.register(callback, clinic)


def _drawn(asked: Asked, view: View, theme: Theme) -> dict[str, Figure]:
    bands, doses, lengths = (asked[name].table for name in ("bands", "doses", "lengths"))
    return {
        "bands": bands_figure(bands, by="none", band="sessions", theme=theme),
        "changes": changes_figure(bands, by="none", band="sessions", theme=theme),
        "fading": fading_figure(asked["fading"].table, theme=theme),
        "doses": bands_figure(doses, by="treatment", band="mg_before", theme=theme),
        "dose-changes": changes_figure(doses, by="treatment", band="mg_before", theme=theme),
        "timing": timing_figure(asked["timing"].table, theme=theme),
        "lengths": lengths_figure(lengths, by="term", theme=theme),
        "leaving": leaving_figure(lengths, theme=theme),
        "ready": lengths_figure(asked["ready"].table, by=view.by, theme=theme),
    }


def _terms(cohort: Cohort, asked: Asked, view: View) -> list[Any]:
    """What may be followed: groups, the terms of the build, and the view's, which may be one without an event here."""
    own = [] if view.term == ANY else [view.term]
    groups = {name: f"{name}: {len(terms)} terms together" for name, terms in GROUPS.items()}
    terms = {term: term for term in [*terms_of(cohort)["term"], *own] if term not in groups}
    return options({ANY: "Any side effect", **groups, **terms})


SECTION = Section(
    page=Page(
        Bar("side-effects-when", of="sessions"),
        PATH,
        "When do side effects come, how long do they last, do they fade?",
        "Show side effects of everyone",
        {"term": "Side effect", "by": "Ready to leave, split by"},
        {"term": {}, "by": SPLITS},
        SECTIONS,
    ),
    action=ACTION,
    view=View,
    figures=("bands", "changes", "fading", "doses", "dose-changes", "timing", "lengths", "leaving", "ready"),
    readings=readings,
    drawn=_drawn,
    words=side_effects_when_words.words,
    answer=side_effects_when_words.answer,
    nobody=side_effects_words.nobody,
    counted="completed sessions",
    is_nobody=side_effects_words.is_nobody,
    more={"terms": (Output("side-effects-when-term", "options"), _terms)},
)
