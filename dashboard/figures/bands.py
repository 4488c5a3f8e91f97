"""From band to band: a matrix of where courses began and where they are, each cell a count."""

from typing import Any

import pandas as pd

from dashboard.figures import words
from dashboard.figures.opening import opening, opens
from dashboard.figures.theme import SIZE, TOKENS, Figure, Theme, base_layout, empty, faded, note, title
from dashboard.instruments import INSTRUMENTS

CELL, TOP, BOTTOM, RIGHT = 46, 46, 44, 150
"""Pixels: of a cell's height, and around the matrix; the right margin holds the rows' sums."""
_NAME = 16
"""Characters of a band's name in one line."""
_INK = 0.62


def bands_figure(table: pd.DataFrame, *, instrument: str, theme: Theme) -> Figure:
    """How many of each band at baseline are in each band now.

    Args:
        table: rows of ``metrics.bands`` for one scale.
        instrument: the scale's code.
        theme: light or dark.

    Returns:
        Data and layout. Both axes go from the least ill to the most; a cell's ink is its share of its row, blue for
        better than before, orange for worse, grey for the same; an empty cell has no number.
    """
    if table.empty or not int(table["n"].sum()):
        return empty("No course is scored, or the scale has no severity bands.", theme, height=120)
    names = list(dict.fromkeys(table["band_before"]))
    if INSTRUMENTS[instrument].higher_is_better:
        names.reverse()
    counts = {(row["band_before"], row["band_after"]): int(row["n"]) for row in table.to_dict("records")}
    left = 40 + 8 * max(len(line) for name in names for line in words.wrapped(name, _NAME).split("<br>"))
    last = len(names) - 0.5
    places = {pair: place for place, pair in enumerate(zip(table["band_before"], table["band_after"], strict=True))}
    layout = base_layout(
        theme,
        height=TOP + CELL * len(names) + BOTTOM,
        margin={"l": left, "r": RIGHT, "t": TOP, "b": BOTTOM},
        xaxis={
            **_axis(names),
            "title": title("band now", theme),
            "range": [-0.5, last],
            "side": "top",
        },
        yaxis={
            **_axis(names),
            "title": title("band at baseline", theme),
            "range": [last, -0.5],
        },
        shapes=[_cell(counts, names, row, column, theme) for row in range(len(names)) for column in range(len(names))],
        annotations=[*_numbers(counts, places, names, theme), *_sums(counts, names, theme), *_corners(theme)],
    )
    return {"data": [_marks(counts, places, names)], "layout": layout}


def _axis(names: list[str]) -> dict[str, Any]:
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [words.wrapped(name, _NAME) for name in names],
        "showgrid": False,
        "ticklabelstandoff": 6,
    }


def _share(counts: dict[tuple[str, str], int], names: list[str], row: int, column: int) -> float:
    began = sum(counts[names[row], name] for name in names)
    return counts[names[row], names[column]] / began if began else 0.0


def _cell(counts: dict[tuple[str, str], int], names: list[str], row: int, column: int, theme: Theme) -> dict[str, Any]:
    tokens = TOKENS[theme]
    ink = tokens.better if column < row else tokens.worse if column > row else tokens.common
    share = _share(counts, names, row, column)
    return {
        "type": "rect",
        "layer": "below",
        "x0": column - 0.5,
        "x1": column + 0.5,
        "y0": row - 0.5,
        "y1": row + 0.5,
        "line": {"color": tokens.grid, "width": 1},
        "fillcolor": faded(ink, round(0.08 + _INK * share, 3) if share else 0),
    }


def _numbers(
    counts: dict[tuple[str, str], int], places: dict[tuple[str, str], int], names: list[str], theme: Theme
) -> list[dict[str, Any]]:
    ink = {"color": TOKENS[theme].ink, "size": SIZE, "weight": 600}
    look: dict[str, Any] = {"xanchor": "center", "yanchor": "middle", "font": ink}
    return [
        note(f"{counts[one, two]:,}", theme, x=column, y=row, **look, **opens(places[one, two], "n"))
        for row, one in enumerate(names)
        for column, two in enumerate(names)
        if counts[one, two]
    ]


def _sums(counts: dict[tuple[str, str], int], names: list[str], theme: Theme) -> list[dict[str, Any]]:
    """How many began in each band."""
    where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 14, "yanchor": "middle"}
    sums = [sum(counts[name, each] for each in names) for name in names]
    return [note(f"{n:,} began here" if n else "none", theme, y=row, **where) for row, n in enumerate(sums)]


def _corners(theme: Theme) -> list[dict[str, Any]]:
    """Which side of the diagonal is better."""
    where = {"xref": "paper", "yref": "paper", "y": 0, "yanchor": "top", "yshift": -10}
    tokens = TOKENS[theme]
    return [
        note("◣ better than before", theme, x=0, xanchor="left", font={"color": tokens.better}, **where),
        note("worse than before ◥", theme, x=1, xanchor="right", font={"color": tokens.worse}, **where),
    ]


def _marks(counts: dict[tuple[str, str], int], places: dict[tuple[str, str], int], names: list[str]) -> dict[str, Any]:
    """An invisible mark a cell that somebody is in, to be read in words."""
    cells = [(row, column) for row in range(len(names)) for column in range(len(names))]
    full = [(row, column) for row, column in cells if counts[names[row], names[column]]]
    return {
        "type": "scatter",
        "name": "courses",
        "mode": "markers",
        "x": [column for _, column in full],
        "y": [row for row, _ in full],
        "marker": {"symbol": "square", "size": 30, "opacity": 0},
        "customdata": [opening(places[names[row], names[column]], "n") for row, column in full],
        "hovertext": [
            f"{counts[names[row], names[column]]:,} from {names[row]} to {names[column]}" for row, column in full
        ],
        "hoverinfo": "text",
    }
