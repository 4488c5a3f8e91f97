"""The mean score by session or week: a line with its interval, and how many stand behind every point."""

from collections.abc import Hashable, Iterable, Mapping
from itertools import groupby, pairwise
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures import words
from dashboard.figures.opening import OF_MANY, opening
from dashboard.figures.theme import (
    LINE,
    SMALL,
    TOKENS,
    Figure,
    Style,
    Theme,
    base_layout,
    empty,
    faded,
    note,
    score_axis,
    severity,
    style_of,
    title,
)
from dashboard.instruments import INSTRUMENTS, Instrument
from dashboard.model import HIDDEN

PANEL, TOP, RIGHT = 340, 12, 148
"""Pixels: of the panel, above it, and at its right for the names of the bands."""
_NARROW = 780
"""Pixels of the narrowest page: so wide n must have room under each tick."""
_SHORT = 12
"""Characters of a name that has room at the end of its line."""
_GLYPHS = {
    "circle": "●",
    "square": "■",
    "diamond": "◆",
    "triangle-up": "▲",
    "triangle-down": "▼",
    "cross": "✚",
    "hexagon": "⬢",
    "x": "✖",
}
_DASHES = ("solid", "dot", "longdash")
_APART = 0.062
"""Share of the y axis that one name at the end of a line needs."""

Row: TypeAlias = dict[Hashable, Any]


def curve_figure(table: pd.DataFrame, *, instrument: str, by: str, x: str, theme: Theme) -> Figure:
    """The mean score with its 95 % t interval, a line a group, n under every tick.

    Args:
        table: rows of ``metrics.curve``.
        instrument: the scale's code: range, bands and direction.
        by: what the lines are split by, ``none`` for one.
        x: ``session`` or ``week``; 0 is the baseline.
        theme: light or dark.

    Returns:
        Data and layout. Points of under 10 are hollow and have a whisker in place of the ribbon; an interval that
        leaves the scale is cut at its end, in the drawing only. A row whose n is empty is hidden: it has no point, and
        under its tick stands the word.
    """
    scale = INSTRUMENTS[instrument]
    if table.empty:
        return empty(f"No eligible course has a {instrument} score yet.", theme, height=120)
    if "n" not in table:
        return empty(words.TOO_FEW, theme, height=120)
    table = table.assign(place=range(len(table)))
    counts = [_counts(rows) for rows in _groups(table, by).values()]
    groups = _groups(table[table["n"].notna()], by)
    styles = line_styles(groups, by, theme)
    data: list[dict[str, Any]] = []
    for value, rows in groups.items():
        data += _intervals(value, rows, scale, styles[value], is_alone=by == "none")
    for value, rows in groups.items():
        data.append(_line(value, rows, by, styles[value], theme))
    areas, bands = severity(scale, theme)
    names = [] if by == "none" else [*_ends(groups, styles, by, scale, theme), _rows_of_n(styles, by, x, theme)]
    lines = 1 + max(1, len(groups)) if by != "none" else 2
    left = 66 if by == "none" else 38 + 8 * max(len(key_of(styles[value]) + words.group(by, value)) for value in groups)
    foot = round(LINE * lines) + 74
    layout = base_layout(
        theme,
        height=TOP + PANEL + foot,
        margin={"l": left, "r": RIGHT, "t": TOP, "b": foot},
        xaxis=_x_axis(groups, counts, by, x, _NARROW - left - RIGHT, theme),
        yaxis=score_axis(scale, theme),
        shapes=areas,
        annotations=[*bands, *names, _key(styles, by, foot, left, theme)],
    )
    return {"data": data, "layout": layout}


def _groups(table: pd.DataFrame, by: str) -> dict[str, list[Row]]:
    """The rows of each group, in the table's order."""
    if by == "none":
        return {"mean": list(table.to_dict("records"))}
    return {str(value): list(rows.to_dict("records")) for value, rows in table.groupby(by, sort=False)}


def line_styles(groups: Iterable[str], by: str, theme: Theme) -> dict[str, Style]:
    """Routes as everywhere, esketamine dashed (here hollow says few); other groups by ink, marker and dash."""
    if by in ("none", "route", "treatment"):
        return {value: _dashed(style_of(by, value, theme)) for value in groups}
    inks = (TOKENS[theme].ink, TOKENS[theme].common)
    return {
        value: Style(inks[place % 2], list(_GLYPHS)[place % len(_GLYPHS)], _DASHES[place // 2 % len(_DASHES)])
        for place, value in enumerate(groups)
    }


def _dashed(style: Style) -> Style:
    symbol = style.symbol.removesuffix("-open")
    return Style(style.colour, symbol, "solid" if symbol == style.symbol else "dash")


def key_of(style: Style) -> str:
    """Marker and line of a group as text."""
    glyph = _GLYPHS[style.symbol]
    return f"{glyph} " if style.dash == "solid" else f"–{glyph}– "


def _ticks(last: int, pixels: float, widest: int) -> list[int]:
    """Every x, or every so many that the widest n has room."""
    need = (8 * widest + 8) * (last + 1) / pixels
    step = next((size for size in (1, 2, 4, 5, 10, 20, 50, 100) if size >= need), 200)
    return list(range(0, last + 1, step))


def _intervals(value: str, rows: list[Row], scale: Instrument, style: Style, *, is_alone: bool) -> list[dict[str, Any]]:
    """A ribbon along neighbours of 10 or more, a whisker where such a point has none; a lone line has it everywhere."""
    drawn: list[dict[str, Any]] = []
    if is_alone:
        for has_interval, run in groupby(rows, key=lambda row: not pd.isna(row["low"])):
            drawn += [_ribbon(f"{value}: interval under 10", *_clipped(list(run), scale), style, 0.1)] * has_interval
    for is_large, run in groupby(rows, key=lambda row: not _is_small(row)):
        xs, low, high = _clipped(list(run), scale)
        if is_large and len(xs) > 1:
            drawn.append(_ribbon(f"{value}: interval", xs, low, high, style, 0.16))
        elif is_large:
            drawn.append(_whisker(f"{value}: interval", xs, [*low, *high], style))
    return drawn


def _clipped(run: list[Row], scale: Instrument) -> tuple[list[int], list[float], list[float]]:
    """x, low and high, cut where they leave the scale."""
    known = [row for row in run if not pd.isna(row["low"])]
    low = [max(float(row["low"]), float(scale.minimum)) for row in known]
    high = [min(float(row["high"]), float(scale.maximum)) for row in known]
    return [int(row["x"]) for row in known], low, high


def _ribbon(name: str, xs: list[int], low: list[float], high: list[float], style: Style, ink: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines",
        "x": [*xs, *reversed(xs)],
        "y": [*low, *reversed(high)],
        "fill": "toself",
        "fillcolor": faded(style.colour, ink),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _whisker(name: str, xs: list[int], ends: list[float], style: Style) -> dict[str, Any]:
    line = {"width": 2, "color": faded(style.colour, 0.4)}
    return {"type": "scatter", "name": name, "mode": "lines", "x": xs * 2, "y": ends, "line": line, "hoverinfo": "skip"}


def _line(value: str, rows: list[Row], by: str, style: Style, theme: Theme) -> dict[str, Any]:
    """The means; a line joins neighbours only, since between others nothing is known."""
    points = [each for row, after in pairwise([*rows, None]) for each in _and_gap(row, after)]
    name = "" if by == "none" else words.plain(words.group(by, value))
    return {
        "type": "scatter",
        "name": value,
        "mode": "lines+markers",
        "x": [row and int(row["x"]) for row in points],
        "y": [row and words.value(row["mean"]) for row in points],
        "line": {"color": style.colour, "width": 2, "dash": style.dash},
        "marker": {
            "symbol": style.symbol,
            "size": 9,
            "opacity": 1,
            "color": [TOKENS[theme].page if row and _is_small(row) else style.colour for row in points],
            "line": {"color": style.colour, "width": 1.75},
        },
        "cliponaxis": False,
        "customdata": [row and opening(int(row["place"]), "n") for row in points],
        "meta": OF_MANY,
        "text": [row and f"{int(row['n']):,}" for row in points],
        "hovertemplate": f"mean %{{y:.1f}}, n %{{text}}<extra>{name}</extra>",
    }


def _and_gap(row: Row | None, after: Row | None) -> list[Row | None]:
    """A point, and nothing after it where the next is no neighbour."""
    is_apart = row is not None and after is not None and int(after["x"]) - int(row["x"]) > 1
    return [row, None] if is_apart else [row]


def _is_small(row: Row) -> bool:
    return bool(row["n"] < words.NO_PERCENT_UNDER)


def _counts(rows: list[Row]) -> dict[int, str]:
    """x -> how many scores stand behind it, in words."""
    return {int(row["x"]): HIDDEN if pd.isna(row["n"]) else str(int(row["n"])) for row in rows}


def _x_axis(
    groups: Mapping[str, list[Row]], counts: list[dict[int, str]], by: str, x: str, pixels: int, theme: Theme
) -> dict[str, Any]:
    """Under every tick how many scores stand behind it; nobody is 0."""
    word = "n " if by == "none" else ""
    last = max(place for count in counts for place in count)
    room = 0.04 * max(last, 4)
    after = 5.5 * room if _are_named(groups, by) else room
    widest = max(len(_said(word, n)) for count in counts for n in count.values())
    ticks = _ticks(last, pixels * (last + 1) / (last + room + after), widest)
    return {
        "title": title(f"{x} (0 = baseline, before the first dose)", theme, standoff=14),
        "range": [-room, last + after],
        "tickvals": ticks,
        "ticktext": [
            "<br>".join([str(tick), *(_said(word, each.get(tick, "0")) for each in counts)]) for tick in ticks
        ],
        "showgrid": False,
    }


def _said(word: str, n: str) -> str:
    return n if n == HIDDEN else f"{word}{n}"


def _are_named(groups: Mapping[str, list[Row]], by: str) -> bool:
    """Whether the names are short enough to stand at the ends of the lines; else they stand beside n alone."""
    return by != "none" and max(len(words.group(by, value)) for value in groups) <= _SHORT


def _ends(
    groups: Mapping[str, list[Row]], styles: Mapping[str, Style], by: str, scale: Instrument, theme: Theme
) -> list[dict[str, Any]]:
    """Each group's name at the end of its line, moved up where two would meet."""
    if not _are_named(groups, by):
        return []
    need = _APART * (scale.maximum - scale.minimum)
    reach = 0.25 * max(int(rows[-1]["x"]) for rows in groups.values())
    names: list[dict[str, Any]] = []
    for value, rows in sorted(groups.items(), key=lambda group: float(group[1][-1]["mean"])):
        x, y = int(rows[-1]["x"]), float(rows[-1]["mean"])
        y = max([y, *(other["y"] + need for other in names if abs(other["x"] - x) <= reach)])
        place = {"x": x, "y": min(y, scale.maximum), "xanchor": "left", "yanchor": "middle", "xshift": 10}
        text = words.plain(words.group(by, value))
        names.append(
            note(text, theme, font={"color": styles[value].colour}, bgcolor=faded(TOKENS[theme].page, 0.7), **place)
        )
    return names


def _rows_of_n(styles: Mapping[str, Style], by: str, x: str, theme: Theme) -> dict[str, Any]:
    """Whose n each line under the ticks is, with its marker: the figure's only key to the lines."""
    names = [
        f'<span style="color:{style.colour}">{key_of(style)}{words.plain(words.group(by, value))}, n</span>'
        for value, style in styles.items()
    ]
    text = "<br>".join([x, *names])
    place = {"xref": "paper", "x": 0, "xanchor": "right", "xshift": -14, "yref": "paper", "y": 0, "yanchor": "top"}
    return note(text, theme, **place) | {"align": "right"}


def _key(styles: Mapping[str, Style], by: str, foot: int, left: int, theme: Theme) -> dict[str, Any]:
    """What the marks are, at the figure's left foot."""
    where = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 8 - left, "yref": "paper", "y": 0, "yanchor": "top"}
    ribbon = "fainter beside points of under 10" if by == "none" else "drawn from 10 scores on"
    dashed = by == "treatment" and any(style.dash == "dash" for style in styles.values())
    text = f"Ribbon: 95 % interval of the mean, {ribbon}. Hollow: under 10 scores."
    return note(text + " Dashed: esketamine." * dashed, theme, yshift=24 - foot, font={"size": SMALL - 1}, **where)
