"""One figure as a file of its own: the picture with its title, n, whom it counts, rule, date and fingerprint in it."""

import textwrap
from pathlib import Path
from typing import Literal, TypeAlias

from dashboard.figures.theme import SMALL, TOKENS, Figure, note
from dashboard.figures.words import plain
from dashboard.review.chromium import Picture, pdf, pictures
from dashboard.review.slide import Slide

Form: TypeAlias = Literal["png", "svg", "pdf"]
WIDTH = 1100
"""Pixels of the picture, before it is drawn at twice the size."""
_TITLE, _EDGE, _GAP = 22, 24, 14
_LINE = 1.35
"""Height of a line, of its letters' size."""
_PER_LETTER = 0.53
"""Width of a usual letter, of its size."""


def picture(slide: Slide, form: Form, plotly: Path) -> bytes:
    """The file; raises ``chromium.NoBrowser``, and ValueError for a slide of words."""
    if slide.figure is None:
        raise ValueError("A slide of words has no picture.")
    framed = with_frame(slide.figure, slide)
    height = int(framed["layout"]["height"])
    made = pictures(plotly, [Picture(framed, WIDTH, height, "png" if form == "png" else "svg")])[0]
    return pdf(_sheet(made.decode(), height, slide.title), width=WIDTH) if form == "pdf" else made


def with_frame(figure: Figure, slide: Slide) -> Figure:
    """The figure with the slide's words above and below it."""
    layout = figure["layout"]
    margin = {"l": 8, "r": 8, "t": 8, "b": 8, **layout.get("margin", {})}
    head = _wrapped(slide.title, _TITLE)
    foot = [line for words in (*slide.lines, slide.rule, slide.foot) for line in _wrapped(words, SMALL - 1)]
    above = round(_EDGE + len(head) * _TITLE * _LINE + _GAP)
    below = round(_GAP + len(foot) * (SMALL - 1) * _LINE + _EDGE)
    left = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "yanchor": "top"}
    left["xshift"] = _EDGE - margin["l"]
    ink = TOKENS["light"].ink
    words = [
        note("<br>".join(head), "light", **left, y=1, yshift=margin["t"] + above - _EDGE)
        | {"font": {"size": _TITLE, "color": ink}},
        note("<br>".join(foot), "light", **left, y=0, yshift=-margin["b"] - _GAP)
        | {"font": {"size": SMALL - 1, "color": ink}},
    ]
    return {
        **figure,
        "layout": {
            **layout,
            "width": WIDTH,
            "height": layout["height"] + above + below,
            "autosize": False,
            "margin": {**margin, "t": margin["t"] + above, "b": margin["b"] + below},
            "paper_bgcolor": TOKENS["light"].page,
            "annotations": [*layout.get("annotations", []), *words],
        },
    }


def _wrapped(text: str, size: int) -> list[str]:
    width = int((WIDTH - 2 * _EDGE) / (_PER_LETTER * size))
    return [plain(line) for line in textwrap.wrap(text, width, break_long_words=False)]


def _sheet(svg: str, height: int, title: str) -> str:
    """A sheet as large as the picture."""
    style = f"@page {{ size: {WIDTH}px {height}px; margin: 0; }} body {{ margin: 0; }} svg {{ display: block; }}"
    return (
        f'<!doctype html><html lang="en"><title>{plain(title)}</title><style>{style}</style><body>{svg}</body></html>'
    )
