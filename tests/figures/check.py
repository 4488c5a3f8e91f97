"""What every figure must hold, and how its words are read."""

import json
import re
from typing import Any

from dashboard.figures.theme import TRACE_TYPES, Figure


def checked(figure: Figure) -> Figure:
    """The figure, once it is plain JSON of known trace types."""
    json.dumps(figure, allow_nan=False)
    assert {trace["type"] for trace in figure["data"]} <= TRACE_TYPES
    return figure


def traces(figure: Figure, ending: str) -> list[dict[str, Any]]:
    """The traces whose name ends so."""
    return [trace for trace in figure["data"] if trace["name"].endswith(ending)]


def texts(figure: Figure) -> list[str]:
    """The words in the figure, without plotly's tags, lines joined by " · "."""
    notes = figure["layout"].get("annotations", [])
    return [re.sub(r"<(?!br>)[^>]*>", "", note["text"]).replace("<br>", " · ") for note in notes]
