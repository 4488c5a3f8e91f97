"""Counts in stacked bars, a row each, with every count in a column under its name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures import words
from dashboard.figures.theme import LINE, SMALL, TOKENS, Figure, Theme, base_layout, note

_BAR, _BOTTOM = 28, 54
_LEAST, _BETWEEN, _LETTER = 44, 17, 6.8
"""Pixels: of the narrowest column of counts, between two of them, and of a character."""
_HEADING = 9
"""Characters of a line over a column: many parts must leave the bars room on a small screen."""


@dataclass(frozen=True)
class Part:
    """One part of every bar.

    Attributes:
        name: over its column.
        counts: one a row; None where it is not known.
        ink: 0-1, how dark; None for what is missing.
    """

    name: str
    counts: Sequence[int | None]
    ink: float | None


def stacks_figure(
    rows: Sequence[str], parts: Sequence[Part], *, axis: str, theme: Theme, pale: Collection[int] = ()
) -> Figure:
    """A bar a row, its parts from the left.

    Args:
        rows: their names, at least one.
        parts: from the left.
        axis: what is counted.
        theme: light or dark.
        pale: the places of rows that are not over.
    """
    names = [words.wrapped(each, 26) for each in rows]
    rights = _rights(parts)
    top = round(10 + LINE * max(_over(part).count("<br>") + 1 for part in parts))
    left = round(26 + 7.6 * max(len(line) for name in names for line in name.split("<br>")))
    layout = base_layout(
        theme,
        height=top + _BAR * len(rows) + _BOTTOM,
        margin={"l": left, "r": 12 + rights[-1], "t": top, "b": _BOTTOM},
        barmode="stack",
        bargap=0.3,
        xaxis={"title": {"text": axis, "standoff": 10, "font": {"size": SMALL}}, "rangemode": "tozero"},
        yaxis={
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": list(range(len(rows))),
            "ticktext": names,
            "tickfont": {"color": TOKENS[theme].ink},
            "ticklabelstandoff": 10,
            "showgrid": False,
        },
        annotations=[
            *_headings(parts, rights, theme),
            *(each for place in range(len(rows)) for each in _counts(parts, rights, place, theme)),
        ],
    )
    return {"data": [_bars(part, pale, theme) for part in parts], "layout": layout}


def _bars(part: Part, pale: Collection[int], theme: Theme) -> dict[str, Any]:
    opacity = {"opacity": [0.45 if place in pale else 1 for place in range(len(part.counts))]} if pale else {}
    return {
        "type": "bar",
        "name": part.name,
        "orientation": "h",
        "x": list(part.counts),
        "y": list(range(len(part.counts))),
        "marker": {**_look(part, theme), **opacity},
        "hoverinfo": "x+name",
    }


def _look(part: Part, theme: Theme) -> dict[str, Any]:
    """Of what is missing an outline, but none around nothing."""
    tokens = TOKENS[theme]
    if part.ink is not None:
        return {"color": f"rgba({tokens.band},{part.ink:g})", "line": {"width": 0}}
    return {
        "color": "rgba(0,0,0,0)",
        "line": {"color": tokens.missing, "width": [1 if count else 0 for count in part.counts]},
        "pattern": {"shape": "/", "fgcolor": tokens.missing, "size": 6, "solidity": 0.25},
    }


def _over(part: Part) -> str:
    return words.wrapped(part.name, _HEADING)


def _rights(parts: Sequence[Part]) -> list[int]:
    """The right edge of each column of counts, in pixels from the bars; each is as wide as its widest words."""
    texts = [[*_over(part).split("<br>"), *(_count(each) for each in part.counts)] for part in parts]
    widths = [max(_LEAST, round(_BETWEEN + _LETTER * max(len(text) for text in own))) for own in texts]
    return [sum(widths[: place + 1]) for place in range(len(widths))]


def _headings(parts: Sequence[Part], rights: Sequence[int], theme: Theme) -> list[dict[str, Any]]:
    """What each column of counts is; with them the bars need no key."""
    where = {"xref": "paper", "x": 1, "yref": "paper", "y": 1, "xanchor": "right", "yanchor": "bottom"}
    return [
        note(_over(part), theme, xshift=right, align="right", **where)
        for part, right in zip(parts, rights, strict=True)
    ]


def _counts(parts: Sequence[Part], rights: Sequence[int], place: int, theme: Theme) -> list[dict[str, Any]]:
    """The counts of a bar in their columns."""
    where = {"xref": "paper", "x": 1, "xanchor": "right", "y": place, "yanchor": "middle"}
    ink = {"color": TOKENS[theme].ink}
    return [
        note(_count(part.counts[place]), theme, xshift=right, font=ink, **where)
        for part, right in zip(parts, rights, strict=True)
    ]


def _count(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"
