"""People picked behind one number, found again on every figure of a tab: who they are is kept in the address."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dash import dcc

from dashboard.access import Viewer, people_of
from dashboard.auth.permissions import VIEW_PEOPLE, may
from dashboard.clinic import Clinic
from dashboard.figures.opening import opening_of
from dashboard.figures.picked import SIGN, openings, with_picked
from dashboard.metrics import METRICS
from dashboard.metrics.members import Behind, among
from dashboard.tabs.number import ASKED, Number
from dashboard.tabs.number import PATH as PEOPLE
from dashboard.tabs.people_view import number_words
from dashboard.tabs.shown import Shown

MOST = 500
"""More people than these are not looked for: their signs would stand everywhere."""
Cell = tuple[int, str, str]


@dataclass(frozen=True)
class Picked:
    """The people behind a number.

    Attributes:
        token: of the number.
        words: which number it is.
        people: their identifiers, each once.
    """

    token: str
    words: str
    people: tuple[str, ...]


def picked_by(viewer: Viewer, clinic: Clinic, token: str) -> Picked | None:
    """Those behind a number's token; nobody without one, and for who may not see people.

    Raises OptionError for what is no number of these records, as ``access.people_of``.
    """
    if not token or not may(viewer.role, VIEW_PEOPLE):
        return None
    number = Number.of(f"?{ASKED}={token}", clinic.tokens)
    people = people_of(viewer, clinic, METRICS[number.metric], **number.asked)
    return Picked(token, number_words(number), tuple(dict.fromkeys(people)))


def words(picked: Picked | None, clear: str) -> list[Any]:
    """What the page says of them, with the ways to their list and back to nobody picked; nothing of nobody."""
    if picked is None:
        return []
    n = len(picked.people)
    who = f"{SIGN} {n:,} {'person' if n == 1 else 'people'} picked: {picked.words}. "
    many = f"More than {MOST} are not looked for in the figures. " if n > MOST else ""
    listed = dcc.Link("Their list", href=f"{PEOPLE}?{ASKED}={picked.token}")
    return [f"{who}{many}", listed, " · ", dcc.Link("Pick nobody", href=clear)]


def found(shown: Shown, picked: Picked | None) -> Shown:
    """The figure with a sign wherever one of them is counted, and how many of them it counts at all."""
    behind = shown.reading.behind()
    if picked is None or behind is None or not 0 < len(picked.people) <= MOST:
        return shown
    ways = {way: cell for way in openings(shown.drawn) if (cell := opening_of(way)) and cell[1] in behind.counts}
    there = among(behind, shown.reading.cohort, shown.reading.table, ways.values(), picked.people)
    n = len(frozenset().union(*there.values()))
    signs = _signs(shown, behind, {cell: len(people) for cell, people in there.items()})
    drawn = with_picked(shown.drawn, {way: signs[cell] for way, cell in ways.items() if signs.get(cell)})
    said = f"{SIGN} {n:,} of the {len(picked.people):,} picked are behind a mark or a count of this figure."
    return replace(shown, drawn=drawn, count=f"{shown.count}\n{said}")


def _signs(shown: Shown, behind: Behind, there: Mapping[Cell, int]) -> dict[Cell, int]:
    """How many each cell's sign stands for: of rows alike, as two courses with the same scores, each has its own."""
    table, keys = shown.reading.table, list(behind.keys)

    def alike(cell: Cell) -> tuple[Any, ...]:
        return (*cell[1:], *(str(table[key].iloc[cell[0]]) for key in keys))

    n_alike, seen, signs = Counter(map(alike, there)), Counter[Any](), {}
    for cell in sorted(there):
        if n_alike[alike(cell)] == 1:
            signs[cell] = there[cell]
        elif seen[alike(cell)] < there[cell]:
            signs[cell] = 1
        seen[alike(cell)] += 1
    return signs
