"""Some people found again in a figure: a sign at every mark and beside every count that counts one of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from dashboard.figures.opening import OF_MANY
from dashboard.figures.theme import SMALL, Figure

SIGN = "★"
_FONT = {"size": SMALL, "weight": 600}
_MARKS = ("scatter", "bar")


def openings(figure: Figure) -> set[str]:
    """Every way of a figure to people, as of ``figures.opening``: of its marks, and of its words."""
    of_marks = {each for trace in figure["data"] for each in trace.get("customdata", ()) if isinstance(each, str)}
    return {*of_marks, *_words(figure)} - {""}


def with_picked(figure: Figure, n_of: Mapping[str, int]) -> Figure:
    """The figure with ``★``, or ``★ 3`` for three people, where they are counted.

    Args:
        figure: data and layout.
        n_of: a way to people -> how many of the picked are behind it, 1 or more.

    Returns:
        A figure of its own. Where words stand for a count they have the sign, and the mark beside them none; nor
        has a mean one, which would be read as theirs.
    """
    layout = figure["layout"]
    said = _words(figure)
    notes = [
        {**each, "text": _with_sign(each, n_of[each["name"]])} if each.get("name") in n_of else each
        for each in layout.get("annotations", [])
    ]
    signs = [_signs(trace, {way: n for way, n in n_of.items() if way not in said}) for trace in figure["data"]]
    data = [*figure["data"], *(each for each in signs if each["x"])]
    return {**figure, "data": data, "layout": {**layout, "annotations": notes}}


def _words(figure: Figure) -> set[str]:
    notes = figure["layout"].get("annotations", [])
    return {str(each["name"]) for each in notes if each.get("captureevents") and each.get("name")}


def _with_sign(note: Mapping[str, Any], n: int) -> str:
    """After the words; below those that end at a fixed place, which would grow into what they stand beside."""
    joint = " " if note.get("xanchor") == "left" else "<br>"
    return f"{note['text']}{joint}{_sign(n)}"


def _sign(n: int) -> str:
    return SIGN if n == 1 else f"{SIGN} {n}"


def _signs(trace: Mapping[str, Any], n_of: Mapping[str, int]) -> dict[str, Any]:
    points = list(_points(trace, n_of))
    return {
        "type": "scatter",
        "name": "picked",
        "mode": "text",
        "x": [x for x, _, _ in points],
        "y": [y for _, y, _ in points],
        "text": [_sign(n) for _, _, n in points],
        "textposition": ["bottom center" if trace["type"] == "bar" and y < 0 else "top center" for _, y, _ in points],
        "textfont": _FONT,
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _points(trace: Mapping[str, Any], n_of: Mapping[str, int]) -> Iterator[tuple[Any, Any, int]]:
    """Where the trace has a mark with somebody behind it, and how many."""
    ways = trace.get("customdata", ())
    if (
        trace.get("meta") != OF_MANY
        and trace.get("type") in _MARKS
        and len(ways) == len(trace.get("x", ()))
        and trace.get("orientation") != "h"
    ):
        for x, y, way in zip(trace["x"], trace["y"], ways, strict=True):
            if way in n_of:
                yield x, y, n_of[way]
