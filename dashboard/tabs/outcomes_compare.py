"""Comparison: does one treatment do better than another, and is a clinician's or a site's rate more than chance?"""

from dataclasses import replace
from typing import Any

import pandas as pd
from dash import Output

from dashboard.access import Viewer
from dashboard.auth.permissions import VIEW_OUTCOMES_DEPTH
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort
from dashboard.figures.difference import difference_figure
from dashboard.figures.funnel import funnel_figure
from dashboard.figures.theme import Figure, Theme
from dashboard.metrics import METRICS
from dashboard.metrics.interval import chance_limits
from dashboard.metrics.reading import Reading
from dashboard.metrics.rule import of_scale
from dashboard.tabs import outcomes_compare_words, parts
from dashboard.tabs.cohort_bar import Bar
from dashboard.tabs.outcomes_depth import deeper
from dashboard.tabs.outcomes_view import SECTIONS, SPLITS, View, settled
from dashboard.tabs.page import Page, options
from dashboard.tabs.section import Asked
from dashboard.tabs.tab import Register

TITLE = "Outcomes: comparison"
PATH = "/outcomes/compare"
ACTION = VIEW_OUTCOMES_DEPTH

FIGURES = ("difference", "funnel")
_LIMITS = ("low_95", "high_95", "low_998", "high_998")


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    page = SECTION.page
    difference, funnel = (SECTION.part(name) for name in FIGURES)
    return page.layout([page.chooser("by", "reference", "scale", "window"), difference, page.chooser("unit"), funnel])


def register(callback: Register, clinic: Clinic) -> None:
    """The page's callback and files."""
    SECTION.register(callback, clinic)


def _settled(cohort: Cohort, view: View) -> View:
    """The view with its scale, a split by something, and the reference's group, where they were left to the cohort."""
    view = settled(cohort, view if view.by != "none" else replace(view, by="treatment"))
    if view.reference.startswith(f"{view.by}="):
        return view
    table = _groups(cohort, view)
    most = table[view.by].iloc[int(table["n_scored"].argmax())] if len(table) else ""
    return replace(view, reference=f"{view.by}={most}")


def _groups(cohort: Cohort, view: View) -> pd.DataFrame:
    """The rows of response that can be compared."""
    options_ = {"by": view.by, "instrument": view.scale, **view.scored}
    table = Reading(METRICS["response"], of_scale(cohort, view.scale), options_).table
    return table[(table["n_scored"] > 0) & ~table[view.by].isin(["mixed", "unknown"])].reset_index(drop=True)


def _readings(cohort: Cohort, view: View) -> dict[str, Reading]:
    whose = of_scale(cohort, view.scale)
    chosen = {"instrument": view.scale, **view.scored}
    value = view.reference.partition("=")[2]
    reference = {"reference": value} if value else {}
    return {
        "difference": Reading(METRICS["response-difference"], whose, {"by": view.by, **reference, **chosen}),
        "funnel": Reading(METRICS["funnel"], whose, {"by": view.unit, **chosen}),
        "everyone": Reading(METRICS["response"], whose, {"by": "none", **chosen}),
    }


def _drawn(asked: Asked, view: View, theme: Theme) -> dict[str, Figure]:
    return {
        "difference": difference_figure(asked["difference"].table, by=view.by, theme=theme),
        "funnel": funnel_figure(asked["funnel"].table, _limits(asked["funnel"].table), by=view.unit, theme=theme),
    }


def _limits(table: pd.DataFrame) -> pd.DataFrame:
    """The limits of chance for every number up to the largest, by the rule of the metric."""
    if table.empty:
        return pd.DataFrame(columns=["n", *_LIMITS])
    rate, most = float(table["overall_rate"].iloc[0]), int(table["n_scored"].max())
    step = max(1, most // 200)
    rows = [
        (n, *chance_limits(rate, n, 0.95), *chance_limits(rate, n, 0.998))
        for n in range(1, round(most * 1.06) + 1, step)
    ]
    return pd.DataFrame(rows, columns=["n", *_LIMITS])


def _references(cohort: Cohort, asked: Asked, view: View) -> list[Any]:
    values = list(_groups(cohort, view)[view.by])
    return options({f"{view.by}={value}": parts.value_words(view.by, value) for value in values})


_PAGE = Page(
    Bar("outcomes-compare"),
    PATH,
    "Does one do better than another, by more than chance?",
    "Show the comparison of everyone",
    {
        "by": "Compare",
        "reference": "With",
        "scale": "Scale",
        "window": "Score taken",
        "unit": "Rates of each",
    },
    {
        "by": {name: words for name, words in SPLITS.items() if name != "none"},
        "reference": {},
        "scale": {},
        "window": {},
        "unit": {"clinician": "Clinician", "site": "Site"},
    },
    SECTIONS,
)
SECTION = replace(
    deeper(
        _PAGE,
        figures=FIGURES,
        readings=_readings,
        drawn=_drawn,
        words=outcomes_compare_words.words,
        answer=outcomes_compare_words.answer,
    ),
    left=("scale", "reference"),
    settled=_settled,
)
SECTION = replace(
    SECTION, more={**SECTION.more, "references": (Output("outcomes-compare-reference", "options"), _references)}
)
