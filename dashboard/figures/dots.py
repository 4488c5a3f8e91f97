"""Rates as dots on one common axis: a row a group, in blocks, each with its interval and its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures import words
from dashboard.figures.opening import opening, opens
from dashboard.figures.theme import SMALL, TOKENS, Figure, Style, Theme, base_layout, edge, empty, faded, note, title

ROW, HEAD, TOP, BOTTOM, RIGHT = 21, 30, 52, 62, 284
"""Pixels: of a row, of a block's name above its rows, and around them; the right margin holds the words."""
_LINE = 16
_NAME = 26
"""Characters of a row's name in one line."""
_PIXELS = 7.6
"""Of the widest usual character of a name."""
_AXES = (0.1, 0.25, 0.5, 1.0, 2.0, *(step * 10**power for power in (0, 1, 2, 3) for step in (5.0, 10.0, 20.0)))


@dataclass(frozen=True)
class Dot:
    """One row.

    Attributes:
        name: what stands at its left.
        style: how it is drawn.
        part, whole: the count, and what it is of.
        low, high: the 95 % interval, 0-1; None where there is none.
        opens: the row of the table and its count that the dot and its words open; None for none.
        at: where it stands, in hundredths of the axis, if that is not the share of the count.
        words: what stands at its right, if that is not the count and its share.
    """

    name: str
    style: Style
    part: int
    whole: int
    low: float | None = None
    high: float | None = None
    opens: tuple[int, str] | None = None
    at: float | None = None
    words: str = ""

    @property
    def is_drawn(self) -> bool:
        """Whether there are enough for a percentage."""
        return self.whole >= words.NO_PERCENT_UNDER

    @property
    def rate(self) -> float:
        """0-1, or signed; of a row that is drawn."""
        return self.part / self.whole if self.at is None else self.at


@dataclass(frozen=True)
class Block:
    """Rows under one name; without a name they stand alone."""

    name: str
    detail: str
    dots: Sequence[Dot]


def dots_figure(
    blocks: Sequence[Block],
    *,
    axis: str,
    key: str,
    nobody: str,
    theme: Theme,
    is_signed: bool = False,
    nothing: str = "Nothing to show.",
) -> Figure:
    """A dot a row from 0 up, with its interval, and the count in words at its right.

    Args:
        blocks: in the order of drawing.
        axis: what a percentage is of.
        key: what the marks are.
        nobody: what a row says that is of none.
        theme: light or dark.
        is_signed: the axis goes as far to the left of 0 as to its right.
        nothing: what stands where there is no row.

    Returns:
        Data and layout. The axis ends at 10, 25, 50 or 100 %, whichever holds every interval. Under 10 there is no dot
        and no percentage, only the count; under 20 the row is grey and says so. None of n stands at 0, up to its end.
    """
    rows, heads, height = _placed(blocks)
    if not rows:
        return empty(nothing, theme, height=120)
    drawn = [(y, dot) for y, dot in rows if dot.is_drawn]
    names = [words.wrapped(dot.name, _NAME) for _, dot in rows]
    left = round(26 + _PIXELS * max(len(line) for name in names for line in name.split("<br>")))
    end = 100 * _end([dot for _, dot in drawn])
    begin = -end if is_signed else 0
    ticks = [end * place / 2 for place in range(-2, 3)] if is_signed else [end * place / 5 for place in range(6)]
    layout = base_layout(
        theme,
        height=TOP + height + BOTTOM,
        margin={"l": left, "r": RIGHT, "t": TOP, "b": BOTTOM},
        xaxis={
            "title": title(axis, theme),
            "range": [begin, end],
            "tickvals": ticks,
            "tickformat": ",~f",
        },
        yaxis={
            "range": [height, 0],
            "tickvals": [y for y, _ in rows],
            "ticktext": names,
            "tickfont": {"color": TOKENS[theme].ink},
            "ticklabelstandoff": 12,
            "showgrid": False,
        },
        shapes=[edge(x, theme) for x in (begin, end)] + ([_zero(theme)] if is_signed else []),
        annotations=[
            *(_head(block, y, left, theme) for block, y in heads),
            *(_label(dot, y, nobody, theme) for y, dot in rows),
            *(_above(tick, theme) for tick in ticks),
            _key(key, left, theme),
        ],
    )
    return {"data": [*_intervals(drawn, theme), _dots(drawn, theme)], "layout": layout}


def _placed(blocks: Sequence[Block]) -> tuple[list[tuple[float, Dot]], list[tuple[Block, float]], int]:
    """Every row and every block's name at its height in pixels from the top; and the height of all."""
    rows: list[tuple[float, Dot]] = []
    heads: list[tuple[Block, float]] = []
    y = 0
    for block in blocks:
        if block.name and block.dots:
            heads.append((block, y + HEAD * 0.62))
            y += HEAD
        for dot in block.dots:
            size = max(ROW, 5 + _LINE * (1 + words.wrapped(dot.name, _NAME).count("<br>")))
            rows.append((y + size / 2, dot))
            y += size
    return rows, heads, y


def _end(dots: Sequence[Dot]) -> float:
    most = max((max(abs(dot.rate), abs(dot.low or 0), abs(dot.high or 0)) for dot in dots), default=0.0)
    return next((end for end in _AXES if most <= end), _AXES[-1])


def _zero(theme: Theme) -> dict[str, Any]:
    """Where there is no difference."""
    line = edge(0, theme)
    return {**line, "line": {"color": TOKENS[theme].muted, "width": 1.5}}


def _ink(dot: Dot, theme: Theme) -> str:
    return TOKENS[theme].common if dot.whole < words.FEW_UNDER else dot.style.colour


def _intervals(drawn: Sequence[tuple[float, Dot]], theme: Theme) -> list[dict[str, Any]]:
    """One trace a colour."""
    inks = dict.fromkeys(_ink(dot, theme) for _, dot in drawn if dot.low is not None)
    traces = []
    for ink in inks:
        own = [(y, dot) for y, dot in drawn if _ink(dot, theme) == ink and dot.low is not None]
        traces.append(
            {
                "type": "scatter",
                "name": "interval",
                "mode": "lines",
                "x": [x for _, dot in own for x in (100 * (dot.low or 0), 100 * (dot.high or 0), None)],
                "y": [each for y, _ in own for each in (y, y, None)],
                "line": {"color": faded(ink, 0.5), "width": 4},
                "cliponaxis": False,
                "hoverinfo": "skip",
            }
        )
    return traces


def _dots(drawn: Sequence[tuple[float, Dot]], theme: Theme) -> dict[str, Any]:
    symbols = [dot.style.symbol for _, dot in drawn]
    inks = [_ink(dot, theme) for _, dot in drawn]
    is_open = ["-open" in symbol for symbol in symbols]
    return {
        "type": "scatter",
        "name": "rate",
        "mode": "markers",
        "x": [100 * dot.rate for _, dot in drawn],
        "y": [y for y, _ in drawn],
        "marker": {
            "symbol": symbols,
            "size": [13 if "triangle" in symbol else 11 for symbol in symbols],
            "color": inks,
            "opacity": 1,
            "line": {
                "width": [2 if each else 1.5 for each in is_open],
                "color": [ink if each else TOKENS[theme].page for ink, each in zip(inks, is_open, strict=True)],
            },
        },
        "cliponaxis": False,
        "customdata": [opening(*dot.opens) if dot.opens else "" for _, dot in drawn],
        "hovertext": [f"{words.plain(dot.name)}: {said(dot)}" for _, dot in drawn],
        "hoverinfo": "text",
    }


def said(dot: Dot) -> str:
    """The row in words: ``34 of 812 · 4 % (3–6)``; none of n with its upper end; nothing of none."""
    if dot.whole == 0:
        return ""
    if dot.words:
        return dot.words
    count = words.part_of(dot.part, dot.whole)
    if not dot.is_drawn:
        return f"{count} · too few for a percentage"
    few = " · under 20" if dot.whole < words.FEW_UNDER else ""
    if dot.low is None or dot.high is None:
        return f"{count} · {words.percent(dot.rate)} %{few}" if dot.part else f"{count}{few}"
    if dot.part == 0:
        end = words.percent(dot.high)
        return f"{count} · {'under 1' if end == '<1' else f'up to {end}'} %{few}"
    return f"{count} · {words.percent(dot.rate)} % ({words.percent(dot.low)}–{words.percent(dot.high)}){few}"


def _label(dot: Dot, y: float, nobody: str, theme: Theme) -> dict[str, Any]:
    tokens = TOKENS[theme]
    is_full = dot.whole >= words.FEW_UNDER
    where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 18, "y": y, "yanchor": "middle"}
    way = opens(*dot.opens) if dot.opens else {}
    return note(said(dot) or nobody, theme, font={"color": tokens.ink if is_full else tokens.muted}, **way, **where)


def _head(block: Block, y: float, left: int, theme: Theme) -> dict[str, Any]:
    """A block's name over its rows."""
    where = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 8 - left, "y": y, "yanchor": "middle"}
    detail = f" · {words.plain(block.detail)}" if block.detail else ""
    font = {"color": TOKENS[theme].ink, "weight": 600}
    return note(f"{words.plain(block.name)}{detail}", theme, font=font, **where)


def _above(tick: float, theme: Theme) -> dict[str, Any]:
    """The axis once more at the top, for who reads the first rows of many."""
    return note(
        words.signed(tick) if tick < 0 else f"{tick:,.10g}",
        theme,
        x=tick,
        yref="paper",
        y=1,
        yanchor="bottom",
        yshift=2,
    )


def _key(key: str, left: int, theme: Theme) -> dict[str, Any]:
    where = {
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "xshift": 8 - left,
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
    }
    return note(key, theme, yshift=28, font={"size": SMALL - 1}, **where)
