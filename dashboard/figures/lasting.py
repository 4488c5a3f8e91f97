"""Kaplan and Meier's curves of outcomes: who has responded, or still responds, with the numbers at risk below."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures import words
from dashboard.figures.curve import key_of, line_styles
from dashboard.figures.opening import opening
from dashboard.figures.theme import LINE, SMALL, TOKENS, Figure, Style, Theme, base_layout, empty, faded, note, title

PANEL, TOP, RIGHT = 320, 14, 190
"""Pixels: of the panel, above it, and at its right."""
LEAST = 10
"""A curve is drawn as long as so many are at risk: after that one person moves it by ten percent or more."""
_RIBBONS = 2
"""Of more curves than these the intervals would cover each other; the table has them."""
_APART = 6.5
"""Percent of the y axis that one name at the end of a curve needs."""
_STEPS = {"day": (7, 14, 28, 56, 84, 112, 168, 364), "session": (1, 2, 4, 10, 20, 50)}

Row: TypeAlias = dict[Hashable, Any]


@dataclass(frozen=True)
class Published:
    """A point of somebody else's curve.

    Attributes:
        at: the day since the same start, or the session.
        share: 0-1.
        words: what it is, and whose.
    """

    at: int
    share: float
    words: str


@dataclass(frozen=True)
class Axes:
    """What is drawn.

    Attributes:
        x: ``day`` or ``session``, the table's column.
        since: what x counts from, in words.
        y: what the percentage is of, in words.
        rises: the share of those who have got there; else of those who have not.
        left: what a censoring is, in words.
        nobody: what stands in place of a curve of nobody.
    """

    x: str
    since: str
    y: str
    rises: bool = False
    left: str = "last scored"
    nobody: str = "Nobody is eligible on a scale with a rule for response."


def lasting_figure(
    table: pd.DataFrame, *, by: str, axes: Axes, theme: Theme, published: Sequence[Published] = ()
) -> Figure:
    """The curves as steps, with how many are at risk under every tick.

    Args:
        table: rows of ``metrics.survival``.
        by: what it is split by, ``none`` for one curve.
        axes: what is drawn.
        theme: light or dark.
        published: points of others, drawn apart from the curves.

    Returns:
        Data and layout. y is percent, always 0-100. A curve ends where fewer than LEAST are at risk, and one of fewer
        is not drawn; both stand among the numbers at risk. Intervals of one or two curves are ribbons.
    """
    groups = _groups(table.assign(place=range(len(table))), by)
    if not groups:
        return empty(axes.nobody, theme, height=120)
    styles = line_styles(list(groups), by if by != "maintenance" else "other", theme)
    drawn = {value: [row for row in rows if row["n_at_risk"] >= LEAST] for value, rows in groups.items()}
    drawn = {value: rows for value, rows in drawn.items() if rows}
    if not drawn:
        return empty(f"Fewer than {LEAST} are at risk: too few for a curve. They are in the table.", theme, height=120)
    last = max(*(int(rows[-1][axes.x]) for rows in drawn.values()), *(each.at for each in published), 2)
    ticks = _ticks(last, axes.x)
    names = {value: _name(by, value) for value in groups}
    left = 38 + 8 * max(len("at risk"), *(len(key_of(styles[value]) + name) for value, name in names.items()))
    foot = round(LINE * (len(groups) + 2)) + 66
    layout = base_layout(
        theme,
        height=TOP + PANEL + foot,
        margin={"l": left, "r": RIGHT, "t": TOP, "b": foot},
        xaxis={
            "title": title(axes.since, theme, standoff=14),
            "range": [0, last * 1.02],
            "tickvals": ticks,
            "ticktext": [_under(tick, groups, axes.x) for tick in ticks],
            "showgrid": False,
        },
        yaxis={"title": title(axes.y, theme), "range": [-3, 101], "tickvals": [0, 25, 50, 75, 100]},
        annotations=[_rows_of_n(styles, names, axes.x, theme), _key(len(drawn), axes, left, foot, theme)]
        + ([] if by == "none" else _ends(drawn, _said_of_ends(groups, drawn, names, axes.x), axes, styles, theme))
        + [_said(each, theme) for each in published],
    )
    data = [
        each for value, rows in drawn.items() if len(drawn) <= _RIBBONS for each in _ribbon(rows, axes, styles[value])
    ]
    data += [_step(value, rows, names[value], axes, styles[value]) for value, rows in drawn.items()]
    data += [_end(value, rows[-1], axes, styles[value]) for value, rows in drawn.items() if by != "none"]
    data += [_left(value, rows, axes, styles[value]) for value, rows in drawn.items()]
    return {"data": [*data, *_points(published, theme)], "layout": layout}


def _groups(table: pd.DataFrame, by: str) -> dict[str, list[Row]]:
    if table.empty:
        return {}
    if by == "none":
        return {"everyone": table.to_dict("records")}
    return {str(value): rows.to_dict("records") for value, rows in table.groupby(by, sort=False)}


def _name(by: str, value: str) -> str:
    if by == "none":
        return "at risk"
    if by == "maintenance":
        return "with maintenance" if value == "yes" else "without"
    return words.plain(words.group(by, value))


def _ticks(last: int, x: str) -> list[int]:
    """Round places, at most ten of them."""
    step = next((size for size in _STEPS[x] if last / size <= 10), _STEPS[x][-1])
    return list(range(0, last + 1, step))


def _under(tick: int, groups: Mapping[str, list[Row]], x: str) -> str:
    """The tick, and below it how many of each group are at risk from there on."""
    at_risk = [next((row["n_at_risk"] for row in rows if row[x] >= tick), 0) for rows in groups.values()]
    return "<br>".join([str(tick), *(f"{int(n):,}" for n in at_risk)])


def _share(value: Any, axes: Axes) -> float:
    return 100 * (1 - float(value)) if axes.rises else 100 * float(value)


def _step(value: str, rows: list[Row], name: str, axes: Axes, style: Style) -> dict[str, Any]:
    said = [
        f"{axes.x} {row[axes.x]}: {_share(row['not_yet'], axes):.0f} %, {row['n_at_risk']} at risk before it, "
        f"{row['n_events']} then"
        for row in rows
    ]
    return {
        "type": "scatter",
        "name": value,
        "mode": "lines",
        "x": [int(row[axes.x]) for row in rows],
        "y": [_share(row["not_yet"], axes) for row in rows],
        "line": {"color": style.colour, "width": 2.25, "shape": "hv", "dash": style.dash},
        "customdata": [opening(int(row["place"]), "n_events") for row in rows],
        "hovertext": said,
        "hovertemplate": f"%{{hovertext}}<extra>{name}</extra>",
    }


def _left(value: str, rows: list[Row], axes: Axes, style: Style) -> dict[str, Any]:
    """A tick where somebody is known for the last time without having got there."""
    own = [row for row in rows if row["n_censored"] and row[axes.x]]
    return {
        "type": "scatter",
        "name": f"{value}: {axes.left}",
        "mode": "markers",
        "x": [int(row[axes.x]) for row in own],
        "y": [_share(row["not_yet"], axes) for row in own],
        "marker": {"symbol": "line-ns", "size": 8, "opacity": 1, "line": {"width": 1.25, "color": style.colour}},
        "customdata": [opening(int(row["place"]), "n_censored") for row in own],
        "hoverinfo": "none",
    }


def _end(value: str, row: Row, axes: Axes, style: Style) -> dict[str, Any]:
    """The group's marker, at the end of its curve."""
    return {
        "type": "scatter",
        "name": f"{value}: end",
        "mode": "markers",
        "x": [int(row[axes.x])],
        "y": [_share(row["not_yet"], axes)],
        "marker": {"symbol": style.symbol, "size": 10, "color": style.colour, "opacity": 1},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _said_of_ends(
    groups: Mapping[str, list[Row]], drawn: Mapping[str, list[Row]], names: Mapping[str, str], x: str
) -> dict[str, str]:
    """The names at the ends of the curves; of what is one dot, which would look as if it went on, why it ends."""
    return {
        value: f"{names[value]}: under {LEAST}<br>at risk by {x} {groups[value][1][x]}"
        if len(rows) == 1 < len(groups[value])
        else names[value]
        for value, rows in drawn.items()
    }


def _ends(
    drawn: Mapping[str, list[Row]], names: Mapping[str, str], axes: Axes, styles: Mapping[str, Style], theme: Theme
) -> list[dict[str, Any]]:
    """Each group's marker and name at the right edge, as high as its curve ends, moved up where two would meet."""
    placed: list[tuple[float, str]] = []
    lines = {value: 1 + name.count("<br>") for value, name in names.items()}
    for value, rows in sorted(drawn.items(), key=lambda each: _share(each[1][-1]["not_yet"], axes)):
        y = _share(rows[-1]["not_yet"], axes)
        above = (other + _APART * (lines[below] + lines[value]) / 2 for other, below in placed)
        placed.append((max([y, *above]), value))
    over = max([0.0, *(y - 100 for y, _ in placed)])
    return [
        note(
            f"{key_of(styles[value])}{names[value]}",
            theme,
            font={"color": styles[value].colour},
            xref="paper",
            x=1,
            y=y - over,
            xanchor="left",
            xshift=10,
            yanchor="middle",
            align="left",
        )
        for y, value in placed
    ]


def _ribbon(rows: list[Row], axes: Axes, style: Style) -> list[dict[str, Any]]:
    """Between the two ends of the interval, where there is one."""
    known = [row for row in rows if not pd.isna(row["not_yet_low"])]
    line = {"type": "scatter", "mode": "lines", "x": [int(row[axes.x]) for row in known], "hoverinfo": "skip"}
    thin = {"width": 0, "shape": "hv"}
    low, high = ([_share(row[f"not_yet_{side}"], axes) for row in known] for side in ("low", "high"))
    area = {"fill": "tonexty", "fillcolor": faded(style.colour, 0.16)}
    return [
        {**line, "name": "interval: low", "y": low, "line": thin},
        {**line, "name": "interval: high", "y": high, "line": thin, **area},
    ]


def _points(published: Sequence[Published], theme: Theme) -> list[dict[str, Any]]:
    if not published:
        return []
    line = {"width": 2, "color": TOKENS[theme].ink}
    return [
        {
            "type": "scatter",
            "name": "published",
            "mode": "markers",
            "x": [each.at for each in published],
            "y": [100 * each.share for each in published],
            "marker": {"symbol": "diamond-open", "size": 12, "color": TOKENS[theme].ink, "opacity": 1, "line": line},
            "hovertext": [each.words for each in published],
            "hoverinfo": "text",
        }
    ]


def _said(point: Published, theme: Theme) -> dict[str, Any]:
    place = {"x": point.at, "y": 100 * point.share, "xanchor": "left", "xshift": 12, "yanchor": "bottom"}
    return note(point.words, theme, font={"color": TOKENS[theme].ink}, **place)


def _rows_of_n(styles: Mapping[str, Style], names: Mapping[str, str], x: str, theme: Theme) -> dict[str, Any]:
    """Whose number at risk each line under the ticks is, with its line: the key to the curves."""
    rows = [
        f'<span style="color:{style.colour}">{key_of(style)}{names[value]}</span>' for value, style in styles.items()
    ]
    place = {"xref": "paper", "x": 0, "xanchor": "right", "xshift": -14, "yref": "paper", "y": 0, "yanchor": "top"}
    return note("<br>".join([x, *rows]), theme, **place) | {"align": "right"}


def _key(n_drawn: int, axes: Axes, left: int, foot: int, theme: Theme) -> dict[str, Any]:
    where = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 8 - left, "yref": "paper", "y": 0, "yanchor": "top"}
    ribbon = "Ribbon: 95 % interval. " if 0 < n_drawn <= _RIBBONS else "Intervals: in the table. "
    text = f"{ribbon}Numbers: still at risk. │ {axes.left}. Drawn while {LEAST} or more are at risk."
    return note(text, theme, yshift=26 - foot, font={"size": SMALL - 1}, **where)
