"""Which slides make a deck: the cases of a meeting, or the clinic's year up to a month."""

import calendar
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

from dashboard.access import Viewer, cohort_for
from dashboard.access_cases import InCode, keep_case
from dashboard.auth.permissions import (
    VIEW_BALANCE,
    VIEW_OUTCOMES,
    VIEW_SIDE_EFFECTS,
    VIEW_THROUGHPUT,
    Action,
    may,
    require,
)
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.review.slide import Deck, Slide
from dashboard.tabs import (
    balance,
    outcomes,
    parts,
    side_effects,
    side_effects_presented,
    throughput,
    throughput_presented,
)
from dashboard.tabs.annotations import marks_of
from dashboard.tabs.case_slides import CODED, slides_of
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.outcomes_view import View as Outcomes
from dashboard.tabs.shown import Shown
from dashboard.tabs.side_effects_view import View as SideEffects
from dashboard.tabs.slides import data_words, slide_of
from dashboard.tabs.throughput_view import View as Throughput

_MONTHS = 24
_Page: TypeAlias = tuple[Action, str, Callable[[Cohort], Mapping[str, Shown]], tuple[str, ...]]
"""What a viewer must be allowed, the address, the figures of a cohort, and the names of those wanted."""
CASES, DIRECTOR = "Case review", "The clinic"


def case_slides(clinic: Clinic, shown: InCode) -> list[Slide]:
    """The slides of a case; what they show of it is kept under its fingerprint."""
    listed, case, cohort = shown
    sign = keep_case(clinic, listed, case, cohort)
    return slides_of(listed, case, cohort, fingerprint=sign)


def case_deck(clinic: Clinic, cases: Sequence[InCode]) -> Deck:
    """The slides of some cases, as ``access_cases`` gave them."""
    codes = [listed.code for listed, *_ in cases]
    basis = f"{CODED} {data_words(cases[0][2])}" if cases else ""
    head = Slide(CASES, (f"{len(cases)} {'case' if len(cases) == 1 else 'cases'}", *codes), basis=basis)
    return Deck(CASES, (head, *(slide for each in cases for slide in case_slides(clinic, each))))


def month_of(text: str, as_of: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The year that ends with a month like ``2026-10``: its first and last day; raises OptionError for what is none."""
    try:
        first = datetime.date.fromisoformat(f"{text}-01")
        since = (first.replace(year=first.year - 1) + datetime.timedelta(days=31)).replace(day=1)
    except ValueError:
        raise OptionError(f"month has no {text!r}; write it as {as_of:%Y-%m}.") from None
    if first > as_of:
        raise OptionError(f"month cannot be {text}: the records end on {as_of}.")
    return since, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def months_of(cohort: Cohort) -> dict[str, str]:
    """The months that a deck may end with, the last whole one first: ``2026-10`` -> ``October 2026``."""
    first = cohort.store.as_of.replace(day=1)
    months = [first] if (cohort.store.as_of + datetime.timedelta(days=1)).day == 1 else []
    while len(months) < _MONTHS:
        first = (first - datetime.timedelta(days=1)).replace(day=1)
        months.append(first)
    return {f"{each:%Y-%m}": f"{each:%B %Y}" for each in months}


def director_deck(viewer: Viewer, clinic: Clinic, month: str) -> Deck:
    """The clinic in the year up to a month, on the pages that a viewer may see.

    Where small cells are hidden it is everyone of the records, for dates would let them be counted. Raises Forbidden,
    NothingPublished, OptionError for no month.
    """
    require(viewer.role, VIEW_OUTCOMES)
    as_of = cohort_for(viewer, clinic, VIEW_OUTCOMES).store.as_of
    since, until = month_of(month, as_of)
    filters = Filters() if viewer.hides_small else Filters(since=since, until=until)
    slides: list[Slide] = []
    for action, address, of, names in _pages(clinic, filters, hides_small=viewer.hides_small):
        if may(viewer.role, action):
            shown = of(cohort_for(viewer, clinic, action, **filters.keywords()))
            slides += [slide_of(clinic, n, shown[n], action=action.name, address=address) for n in names if n in shown]
    when = "everyone of the records" if viewer.hides_small else f"{parts.day(since)} to {parts.day(until)}"
    said = f"{DIRECTOR}, {calendar.month_name[until.month]} {until.year}"
    basis = data_words(cohort_for(viewer, clinic, VIEW_OUTCOMES))
    return Deck(said, (Slide(said, (when, *(each.title for each in slides)), basis=basis), *slides))


def _pages(clinic: Clinic, filters: Filters, *, hides_small: bool) -> tuple[_Page, ...]:
    """The pages that make the deck, with the figures of each."""
    by_outcome, by_effect = Outcomes(filters=filters), SideEffects(filters=filters)
    by_month, by_none = Throughput(period="month", filters=filters), balance.View(by="none", filters=filters)

    # What happened is told by its date only: somebody wrote it, and a deck goes on a wall.
    dates = [replace(each, text="") for each in marks_of(clinic.annotations.standing())]

    def at(path: str, view: Any) -> str:
        return path + str(view.address(clinic.tokens))

    first = (
        VIEW_OUTCOMES,
        at(outcomes.PATH, by_outcome),
        partial(outcomes.of, view=by_outcome),
        ("response", "waterfall", "curve"),
    )
    if hides_small:
        effects, flow = side_effects_presented.PRESENTED, throughput_presented.PRESENTED
        return first, *((each.action, each.path, each.of, each.figures) for each in (effects, flow))
    return (
        first,
        (
            VIEW_SIDE_EFFECTS,
            at(side_effects.PATH, by_effect),
            partial(side_effects.SECTION.of, view=by_effect),
            ("any", "severity"),
        ),
        (
            VIEW_THROUGHPUT,
            at(throughput.PATH, by_month),
            partial(throughput.of, view=by_month, marks=dates),
            ("sessions", "spc", "waits", "induction"),
        ),
        (VIEW_BALANCE, at(balance.PATH, by_none), partial(balance.SECTION.of, view=by_none), ("hours",)),
    )
