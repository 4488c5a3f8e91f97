"""What was charged and what patients paid in one month, a block a payer; and what they paid for a course."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.figures import words
from dashboard.figures.ahead import AMOUNTS
from dashboard.figures.dots import Block, Dot, dots_figure
from dashboard.figures.measure import NBSP, in_period
from dashboard.figures.opening import opening, opens
from dashboard.figures.theme import TOKENS, Figure, Theme, base_layout, empty, faded, note, style_of, title

_HEAD, _ROW, _TOP, _BOTTOM, _LEFT, _RIGHT = 30, 24, 6, 60, 150, 230
_COURSE_KEY = "Known, of the courses over. Dot: the median. Line: the middle half. Last number: nine in ten."
_NAMES = {"charge": "charged", "paid_by_patient": "paid by patients"}


@dataclass(frozen=True)
class _Bar:
    """One amount of a payer.

    Attributes:
        y: pixels from the top.
        amount: of AMOUNTS.
        total: empty where it is known of no session.
        known, whole: of how many of the completed sessions it is known.
        place: the row of the table.
    """

    y: float
    amount: str
    total: float | None
    known: int
    whole: int
    place: int


def payers_figure(table: pd.DataFrame, *, month: str, theme: Theme) -> Figure:
    """The sums of a month by payer, each with of how many completed sessions it is known.

    Args:
        table: rows of ``metrics.money`` by payer.
        month: its first day; empty where no session has been completed.
        theme: light or dark.
    """
    placed = table.assign(place=range(len(table)))
    rows = placed[placed["month"] == month].to_dict("records")
    if not rows:
        when = f" {in_period(month, 'month')}" if month else ""
        return empty(f"No session was completed{when}.", theme, height=120)
    bars = [bar for number, row in enumerate(rows) for bar in _bars_of(row, number)]
    if not any(bar.known for bar in bars):
        return empty("Of no session of the month is it known what was charged or paid.", theme, height=120)
    height = len(rows) * (_HEAD + _ROW * len(AMOUNTS))
    layout = base_layout(
        theme,
        height=_TOP + height + _BOTTOM,
        margin={"l": _LEFT, "r": _RIGHT, "t": _TOP, "b": _BOTTOM},
        barmode="overlay",
        xaxis={
            "title": title("in the clinic's currency", theme),
            "rangemode": "tozero",
            "showgrid": False,
            "tickformat": ",~f",
        },
        yaxis={
            "range": [height, 0],
            "tickvals": [bar.y for bar in bars],
            "ticktext": [_NAMES[bar.amount] for bar in bars],
            "tickfont": {"color": TOKENS[theme].ink},
            "ticklabelstandoff": 10,
            "showgrid": False,
        },
        annotations=[
            *(_head(row, number, theme) for number, row in enumerate(rows)),
            *(_label(bar, theme) for bar in bars),
        ],
    )
    return {"data": [_trace(bars, amount, theme) for amount in AMOUNTS], "layout": layout}


def _bars_of(row: dict[Hashable, Any], number: int) -> list[_Bar]:
    top = number * (_HEAD + _ROW * len(AMOUNTS)) + _HEAD
    return [
        _Bar(
            top + _ROW * (line + 0.5),
            amount,
            words.value(row[amount]),
            int(row[count]),
            int(row["n_sessions"]),
            int(row["place"]),
        )
        for line, (amount, (_, count)) in enumerate(AMOUNTS.items())
    ]


def _trace(bars: list[_Bar], amount: str, theme: Theme) -> dict[str, Any]:
    """What was charged is full, what patients paid is hatched."""
    own = [bar for bar in bars if bar.amount == amount]
    ink, tokens = faded(TOKENS[theme].common, 0.75), TOKENS[theme]
    pattern = {"shape": "/", "fgcolor": tokens.common, "bgcolor": tokens.page, "size": 6, "solidity": 0.4}
    hatched = {"color": tokens.common, "pattern": pattern, "line": {"color": tokens.common, "width": 1}}
    return {
        "type": "bar",
        "name": _NAMES[amount],
        "orientation": "h",
        "x": [bar.total for bar in own],
        "y": [bar.y for bar in own],
        "width": _ROW * 0.7,
        "marker": hatched if amount == "paid_by_patient" else {"color": ink, "line": {"width": 0}},
        "customdata": [opening(bar.place, AMOUNTS[amount][1]) for bar in own],
        "hoverinfo": "none",
    }


def _head(row: dict[Hashable, Any], number: int, theme: Theme) -> dict[str, Any]:
    n = int(row["n_sessions"])
    text = f"{words.group('payer', row['payer'])} · {n:,} completed session{'' if n == 1 else 's'}"
    top = number * (_HEAD + _ROW * len(AMOUNTS))
    where = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 8 - _LEFT, "y": top + _HEAD * 0.62}
    font = {"color": TOKENS[theme].ink, "weight": 600}
    way = opens(int(row["place"]), "n_sessions")
    return note(text, theme, yanchor="middle", font=font, **way, **where)


def _label(bar: _Bar, theme: Theme) -> dict[str, Any]:
    """The sum with of how many sessions it is; that it is not known is said in the words of what is missing."""
    tokens = TOKENS[theme]
    of = words.part_of(bar.known, bar.whole)
    text = f"not known, {of}" if bar.total is None else f"{bar.total:,.0f} · known for {of}"
    where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 16, "y": bar.y, "yanchor": "middle"}
    way = opens(bar.place, AMOUNTS[bar.amount][1]) if bar.known else {}
    return note(text, theme, font={"color": tokens.missing if bar.total is None else tokens.ink}, **way, **where)


def paid_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """What patients paid for a course: median and quartiles, a row a group, with of how many courses it is known.

    Args:
        table: rows of ``metrics.paid_per_course``.
        by: what the rows are split by, or ``none``.
        theme: light or dark.
    """
    rows = table.to_dict("records")
    if not any(row["n_known"] for row in rows):
        return empty("Of no course that is over is it known what the patient paid in every session.", theme, height=120)
    dots = [_course(row, place, by, theme) for place, row in enumerate(rows)]
    axis = "paid by the patient for a course, in the clinic's currency"
    return dots_figure([Block("", "", dots)], axis=axis, key=_COURSE_KEY, nobody="not known", theme=theme)


def _course(row: dict[Hashable, Any], place: int, by: str, theme: Theme) -> Dot:
    known = int(row["n_known"])
    group = "Everyone" if by == "none" else words.group(by, row[by])
    name = f"{group}: {words.part_of(known, row['n_courses'] - row['n_going_on']).replace(' ', NBSP)}"
    style, way = style_of(by, row.get(by), theme), (place, "n_known")
    if not known:
        return Dot(name, style, 0, 0)
    if known < words.NO_PERCENT_UNDER:
        return Dot(name, style, 0, known, opens=way, words="too few for a median")
    half, low, high, most = (float(row[column]) for column in ("median", "q1", "q3", "p90"))
    few = " · under 20" if known < words.FEW_UNDER else ""
    said = f"{half:,.0f} ({low:,.0f}–{high:,.0f}), {most:,.0f}{few}"
    return Dot(name, style, 0, known, low / 100, high / 100, way, at=half / 100, words=said)
