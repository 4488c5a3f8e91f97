"""What the pages of Outcomes after the first share: the view, its scale and window, and whom they count."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import Output

from dashboard.auth.permissions import VIEW_OUTCOMES_DEPTH
from dashboard.clinical.cohort import Cohort
from dashboard.figures.marks import Mark
from dashboard.figures.theme import Figure, Theme
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics import METRICS
from dashboard.metrics.reading import Reading
from dashboard.tabs import outcomes_words
from dashboard.tabs.outcomes_view import WINDOWS, View, resolved, settled, window_words
from dashboard.tabs.page import Page, options
from dashboard.tabs.section import Asked, Section
from dashboard.tabs.shown import Shown

_COURSES = "courses"


def deeper(
    page: Page,
    *,
    figures: tuple[str, ...],
    readings: Callable[[Cohort, View], dict[str, Reading]],
    drawn: Callable[[Asked, View, Theme], Mapping[str, Figure]],
    words: Callable[[Asked, View], Mapping[str, dict[str, str]]],
    answer: Callable[[Asked, View], str],
    dated: Mapping[str, Callable[[Shown, Sequence[Mark], Theme], Shown]] | None = None,
) -> Section:
    """A page of Outcomes, with what is its own given; its controls may include the scale and the window."""
    filled: dict[str, Callable[[Cohort, Asked, View], Any]] = {"scale": _scales, "window": _windows}
    return Section(
        page=page,
        action=VIEW_OUTCOMES_DEPTH,
        view=View,
        figures=figures,
        readings=lambda cohort, view: {_COURSES: Reading(METRICS["cohort-size"], cohort), **readings(cohort, view)},
        drawn=drawn,
        words=words,
        answer=lambda asked, view: _NOBODY if _is_nobody(asked) else answer(asked, view),
        nobody=outcomes_words.nobody,
        counted="first course of each person, unless the figures say otherwise",
        is_nobody=_is_nobody,
        more={
            f"{name}s": (Output(f"{page.tab}-{name}", "options"), fill)
            for name, fill in filled.items()
            if name in page.controls
        },
        left=("scale",),
        dated=dated or {},
        settled=settled,
    )


_NOBODY = "Nobody has started a first course in this cohort."


def _is_nobody(asked: Asked) -> bool:
    return int(asked[_COURSES].table["n_courses"].iloc[0]) == 0


def _scales(cohort: Cohort, asked: Asked, view: View) -> list[Any]:
    return options({code: f"{code} · {INSTRUMENTS[code].name}" for code in resolved(cohort, view)[1]})


def _windows(cohort: Cohort, asked: Asked, view: View) -> list[Any]:
    return options({each: window_words(each) for each in dict.fromkeys([*WINDOWS, view.window])})
