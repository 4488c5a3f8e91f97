"""A figure of a page as a slide: the same numbers and words, with whom they count in full and a fingerprint."""

from dashboard.access_cases import keep_figure
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort
from dashboard.figures.opening import without_ways
from dashboard.review.slide import Slide
from dashboard.tabs import parts
from dashboard.tabs.cohort_bar import cohort_words
from dashboard.tabs.native import chart_of
from dashboard.tabs.shown import Shown
from dashboard.version import versions


def slide_of(clinic: Clinic, name: str, shown: Shown, *, action: str, address: str) -> Slide:
    """The slide of a figure of a page; its fingerprint is kept.

    Args:
        name: of the figure on its page.
        shown: what the page shows.
        action: what a viewer must be allowed to see it.
        address: of the view.
    """
    reading = shown.reading
    cohort = reading.cohort
    return Slide(
        title=shown.title,
        lines=tuple(shown.count.split("\n")),
        figure=parts.without_styles(without_ways(shown.drawn)),
        table=reading.table,
        chart=chart_of(name, reading),
        rule=shown.rules,
        basis=f"{cohort_words(cohort.where, cohort.since, cohort.until)} {data_words(cohort)}",
        how=f"{reading.command()} ({versions()})",
        file_name=reading.stem(),
        fingerprint=keep_figure(clinic, reading, action=action, address=address, title=shown.title),
    )


def data_words(cohort: Cohort) -> str:
    """``Records as of 15 June 2026, build 20260615-…``."""
    return f"Records as of {parts.day(cohort.store.as_of)}, build {cohort.store.build}"
