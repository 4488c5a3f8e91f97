"""Side effects, vitals: how far do pressure and oxygen go, and is everyone watched as the label asks?"""

from typing import Any

from dashboard.access import Viewer
from dashboard.auth.permissions import VIEW_SIDE_EFFECTS
from dashboard.clinic import Clinic
from dashboard.figures.excursions import excursions_figure
from dashboard.figures.rare import rare_figure
from dashboard.figures.theme import Figure, Theme
from dashboard.figures.vitals import (
    cadss_figure,
    dissociation_figure,
    monitoring_figure,
    pressure_course_figure,
    pressure_figure,
    saturation_figure,
    sedation_figure,
)
from dashboard.metrics.lowest_values import FULL
from dashboard.metrics.pressure_pairs import STEP
from dashboard.tabs import side_effects_vitals_words, side_effects_words
from dashboard.tabs.cohort_bar import Bar
from dashboard.tabs.page import Page
from dashboard.tabs.section import Asked, Section
from dashboard.tabs.side_effects_view import SECTIONS, SPLITS, View, readings
from dashboard.tabs.tab import Register

TITLE = "Side effects: vitals"
PATH = "/side-effects/vitals"
ACTION = VIEW_SIDE_EFFECTS


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    return SECTION.page.layout([SECTION.page.chooser("by"), *(SECTION.part(name) for name in SECTION.figures)])


def register(callback: Register, clinic: Clinic) -> None:
    """The page's callback and files."""
    SECTION.register(callback, clinic)


def _drawn(asked: Asked, view: View, theme: Theme) -> dict[str, Figure]:
    thresholds = asked["whole"].cohort.thresholds
    table = {name: asked[name].table for name in SECTION.figures}
    low = thresholds["low_spo2"]
    return {
        "excursions": excursions_figure(table["excursions"], by=view.by, thresholds=thresholds, theme=theme),
        "pressures": pressure_figure(table["pressures"], thresholds=thresholds, step=STEP, theme=theme),
        "course": pressure_course_figure(table["course"], by=view.by, theme=theme),
        "saturation": saturation_figure(table["saturation"], by=view.by, full=FULL, low=low, theme=theme),
        "sedation": sedation_figure(table["sedation"], by=view.by, theme=theme),
        "cadss": cadss_figure(table["cadss"], by=view.by, theme=theme),
        "benefit": dissociation_figure(table["benefit"], theme=theme),
        "monitoring": monitoring_figure(table["monitoring"], theme=theme),
        "intervals": rare_figure(table["intervals"], theme=theme),
    }


SECTION = Section(
    page=Page(
        Bar("side-effects-vitals", of="sessions"),
        PATH,
        "What do pressure, oxygen and consciousness do?",
        "Show vitals of everyone",
        {"by": "Split by"},
        {"by": SPLITS},
        SECTIONS,
    ),
    action=ACTION,
    view=View,
    figures=side_effects_vitals_words.FIGURES,
    readings=readings,
    drawn=_drawn,
    words=side_effects_vitals_words.words,
    answer=side_effects_vitals_words.answer,
    nobody=side_effects_words.nobody,
    counted="completed sessions",
    is_nobody=side_effects_words.is_nobody,
)
