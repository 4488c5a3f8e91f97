"""The change of every course in percent of its baseline, from the worst to the best."""

from collections.abc import Hashable
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures import words
from dashboard.figures.opening import opening
from dashboard.figures.theme import TOKENS, Figure, Theme, base_layout, empty, note, style_of, title
from dashboard.instruments import INSTRUMENTS

PANEL, TOP, BOTTOM, LEFT, RIGHT = 300, 14, 44, 62, 236
MOST = 320
"""Bars that can be told apart; of more courses every so many is drawn."""
_CLOSE = 120
_LINE = 19

Row: TypeAlias = dict[Hashable, Any]


def percent_change_figure(
    table: pd.DataFrame, *, instrument: str, by: str, response: float | None, theme: Theme
) -> Figure:
    """A bar a course, ordered by its change.

    Args:
        table: rows of ``metrics.change_pairs`` for one scale, from the worst to the best.
        instrument: the scale's code.
        by: what the rows are known by; routes and treatments have their colours, esketamine is hatched.
        response: the rule of response in percent; None where it is none of percent.
        theme: light or dark.

    Returns:
        Data and layout. Above the line of no change is more of the score, on every scale; the axis says what is better.
    """
    if table.empty:
        return empty("No course is scored in this window.", theme, height=120)
    scale = INSTRUMENTS[instrument]
    step = -(-len(table) // MOST)
    rows = table.assign(at=range(len(table))).iloc[step // 2 :: step].to_dict("records")
    most = max(25.0, *(float(row["pct_change"]) for row in rows))
    least = min(-25.0, *(float(row["pct_change"]) for row in rows))
    ticks = [each for each in range(-100, 1001, 50 if most - least > 120 else 25) if least - 25 < each < most + 25]
    better = "up" if scale.higher_is_better else "down"
    every = f", one in {step} drawn" if step > 1 else ""
    layout = base_layout(
        theme,
        height=TOP + PANEL + BOTTOM,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        barmode="overlay",
        xaxis={
            "title": title(f"{len(table):,} scored, the worst first{every}", theme),
            "range": [-1, len(rows)],
            "showticklabels": False,
            "showgrid": False,
        },
        yaxis={
            "title": title(f"change in % of the baseline, {better} is better", theme),
            "range": [min(least, ticks[0]), max(most, ticks[-1])],
            "tickvals": ticks,
            "ticktext": [f"{each:+d}".replace("-", "−") if each else "0" for each in ticks],
        },
        shapes=_lines(scale.higher_is_better, response, theme),
        annotations=[*_names(table, by, theme), *_response(scale.higher_is_better, response, theme)],
    )
    return {"data": _bars(rows, by, theme), "layout": layout}


def _bars(rows: list[Row], by: str, theme: Theme) -> list[dict[str, Any]]:
    """One trace a group, each bar at its place among all; a gap between them where there is room."""
    width = 1 if len(rows) > _CLOSE else 0.85
    traces = []
    for value in dict.fromkeys(_group(row, by) for row in rows):
        own = [(place, float(row["pct_change"])) for place, row in enumerate(rows) if _group(row, by) == value]
        name = words.plain(_name(value, by))
        traces.append(
            {
                "type": "bar",
                "name": value,
                "x": [place for place, _ in own],
                "y": [change for _, change in own],
                "width": width,
                "marker": _marker(value, by, theme),
                "customdata": [opening(int(row["at"]), "score") for row in rows if _group(row, by) == value],
                "hovertemplate": f"%{{y:+.0f}} %<extra>{name}</extra>",
            }
        )
    return traces


def _group(row: Row, by: str) -> str:
    return str(row[by]) if by in ("route", "treatment") else ""


def _name(value: str, by: str) -> str:
    return words.group(by, value) if value else ""


def _marker(value: str, by: str, theme: Theme) -> dict[str, Any]:
    if not value:
        return {"color": TOKENS[theme].common, "line": {"width": 0}}
    style = style_of(by, value, theme)
    if "-open" not in style.symbol:
        return {"color": style.colour, "line": {"width": 0}}
    pattern = {"shape": "/", "fillmode": "replace", "fgcolor": style.colour, "size": 5, "solidity": 0.55}
    return {"color": style.colour, "pattern": pattern, "line": {"width": 0}}


def _names(table: pd.DataFrame, by: str, theme: Theme) -> list[dict[str, Any]]:
    """Whose bars are of which colour, with how many they are."""
    if by not in ("route", "treatment"):
        return []
    counts = table[by].value_counts(sort=False)
    place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 20, "yref": "paper", "y": 1, "yanchor": "top"}
    ordered = sorted(counts.items(), key=lambda each: -int(each[1]))
    return [
        note(
            f"{'▨' if 'open' in style_of(by, value, theme).symbol else '■'} {words.group(by, value)}, n {int(n):,}",
            theme,
            font={"color": style_of(by, value, theme).colour},
            yshift=-_LINE * at,
            **place,
        )
        for at, (value, n) in enumerate(ordered)
    ]


def _lines(is_higher: bool, response: float | None, theme: Theme) -> list[dict[str, Any]]:
    """No change, and the rule of response where it is in percent."""
    levels = [(0.0, "solid"), *([((1 if is_higher else -1) * response, "dash")] if response is not None else [])]
    return [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": level,
            "y1": level,
            "line": {"color": TOKENS[theme].ink, "width": 1, "dash": dash},
        }
        for level, dash in levels
    ]


def _response(is_higher: bool, response: float | None, theme: Theme) -> list[dict[str, Any]]:
    if response is None:
        return []
    where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "yanchor": "middle"}
    return [note("response", theme, y=(1 if is_higher else -1) * response, **where)]
