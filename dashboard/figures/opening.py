"""What a mark or a word of a figure opens: a count in a row of the figure's table."""

import re
from typing import Any

from dashboard.figures.theme import Figure

OF_MANY = "of many"
"""``meta`` of a trace whose points are a mean or a sum of many: a sign beside one would be read as somebody's own."""
_FORM = re.compile(r"(\d+) (\w+)(?: (\w+))?")


def opening(place: int, column: str, without: str = "") -> str:
    """Row (from 0) and count, as a point's ``customdata``; with ``without`` those counted here and not there."""
    return f"{place} {column} {without}".rstrip()


def opens(place: int, column: str, without: str = "") -> dict[str, Any]:
    """The same as properties of an annotation, which is then a way to the people."""
    return {"captureevents": True, "name": opening(place, column, without)}


def without_ways(figure: Figure) -> Figure:
    """The figure for those who may not see people: no word of it is a way."""
    layout = figure["layout"]
    notes = [{name: each[name] for name in each if name != "captureevents"} for each in layout.get("annotations", [])]
    return {**figure, "layout": {**layout, "annotations": notes}}


def opening_of(text: Any) -> tuple[int, str, str] | None:
    """Row, count and the count left out; None for what is none."""
    found = _FORM.fullmatch(text) if isinstance(text, str) else None
    return (int(found[1]), found[2], found[3] or "") if found else None
