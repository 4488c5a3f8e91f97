"""What happened at the clinic, as lettered lines on an axis of time; the words stand under the figure."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures.theme import TOKENS, Figure, Theme, note

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Of more the latest have one."""


@dataclass(frozen=True)
class Mark:
    """Something that happened.

    Attributes:
        on: the day.
        text: in somebody's words.
        is_change: limits begin anew from its period on.
    """

    on: datetime.date
    text: str
    is_change: bool = False


def lettered(marks: Sequence[Mark], first: datetime.date, last: datetime.date) -> list[tuple[str, Mark]]:
    """The marks between two days, both included, by date, each with its letter."""
    inside = sorted((each for each in marks if first <= each.on <= last), key=lambda each: each.on)[-len(LETTERS) :]
    return list(zip(LETTERS, inside, strict=False))


def marked(figure: Figure, named: Sequence[tuple[str, Mark]], x: Callable[[datetime.date], Any], theme: Theme) -> None:
    """Draw a line and its letter for each mark into a figure; ``x`` is where a day stands."""
    layout = figure["layout"]
    line = {"color": TOKENS[theme].ink, "width": 1, "dash": "dash"}
    places = [(letter, x(mark.on)) for letter, mark in named]
    layout["shapes"] = [
        *layout.get("shapes", []),
        *(
            {"type": "line", "layer": "below", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}
            for _, at in places
        ),
    ]
    where = {"yref": "paper", "y": 0, "yanchor": "bottom", "xanchor": "left", "xshift": 3}
    font = {"color": TOKENS[theme].ink, "weight": 700}
    layout["annotations"] = [
        *layout.get("annotations", []),
        *(note(letter, theme, x=at, font=font, **where) for letter, at in places),
    ]
