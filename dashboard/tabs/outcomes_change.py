"""Change: who got better, who got worse, and by how much? In every direction, and suicidality by itself."""

from typing import Any

from dashboard.access import Viewer
from dashboard.auth.permissions import VIEW_OUTCOMES_DEPTH
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort
from dashboard.figures.bands import bands_figure
from dashboard.figures.change import change_figure, suicidality_figure
from dashboard.figures.pairs import Lines, pairs_figure
from dashboard.figures.percent_change import percent_change_figure
from dashboard.figures.theme import Figure, Theme
from dashboard.figures.words import value
from dashboard.metrics import METRICS
from dashboard.metrics.reading import Reading
from dashboard.metrics.rule import of_scale, scales_of
from dashboard.tabs import outcomes_change_words
from dashboard.tabs.cohort_bar import Bar
from dashboard.tabs.outcomes_depth import deeper
from dashboard.tabs.outcomes_view import SECTIONS, SPLITS, View
from dashboard.tabs.page import Page
from dashboard.tabs.section import Asked
from dashboard.tabs.tab import Register

TITLE = "Outcomes: change"
PATH = "/outcomes/change"
ACTION = VIEW_OUTCOMES_DEPTH

FIGURES = ("change", "suicidality", "pairs", "percent", "bands")
LONG = ("pairs", "percent")


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    page = SECTION.page
    return page.layout([page.chooser(*page.controls), *(SECTION.part(name, is_long=name in LONG) for name in FIGURES)])


def register(callback: Register, clinic: Clinic) -> None:
    """The page's callback and files."""
    SECTION.register(callback, clinic)


def _readings(cohort: Cohort, view: View) -> dict[str, Reading]:
    """What is asked of the metrics, by figure; suicidality is asked of everybody, each scale that asks alone."""
    whose = of_scale(cohort, view.scale)
    chosen = {"instrument": view.scale, **view.scored}
    return {
        "change": Reading(METRICS["change"], whose, {"by": view.by, **chosen}),
        "everyone": Reading(METRICS["change"], whose, {"by": "none", **chosen}),
        "suicidality": Reading(
            METRICS["suicidality"], cohort, {"by": "none", "window": view.window, **view.of_courses}
        ),
        "pairs": Reading(METRICS["change-pairs"], whose, {"by": "none", **chosen}),
        "percent": Reading(METRICS["change-pairs"], whose, {"by": view.by, **chosen}),
        "bands": Reading(METRICS["bands"], whose, chosen),
    }


def _drawn(asked: Asked, view: View, theme: Theme) -> dict[str, Figure]:
    table = {name: reading.table for name, reading in asked.items()}
    scale = {"instrument": view.scale}
    rule = scales_of(asked["pairs"].cohort, [view.scale]).iloc[0]
    lines = Lines(rule["meaningful_kind"], value(rule["meaningful_value"]), value(rule["baseline_cut"]))
    response = value(rule["response_value"]) if rule["response_kind"] == "percent" else None
    return {
        "change": change_figure(table["change"], by=view.by, theme=theme),
        "suicidality": suicidality_figure(table["suicidality"], theme=theme),
        "pairs": pairs_figure(table["pairs"], lines=lines, theme=theme, **scale),
        "percent": percent_change_figure(table["percent"], by=view.by, response=response, theme=theme, **scale),
        "bands": bands_figure(table["bands"], theme=theme, **scale),
    }


SECTION = deeper(
    Page(
        Bar("outcomes-change"),
        PATH,
        "Who got better, who got worse, and by how much?",
        "Show the change of everyone",
        {"by": "Split by", "scale": "Scale", "window": "Score taken"},
        {"by": SPLITS, "scale": {}, "window": {}},
        SECTIONS,
    ),
    figures=FIGURES,
    readings=_readings,
    drawn=_drawn,
    words=outcomes_change_words.words,
    answer=outcomes_change_words.answer,
)
