"""Side effects by term and group: how often, and how bad."""

from typing import Any

import pandas as pd

from dashboard.figures import words
from dashboard.figures.dots import Block, Dot, dots_figure
from dashboard.figures.theme import SMALL, TOKENS, Figure, Theme, base_layout, empty, note, style_of

AXES = {
    "session": "% of the sessions with a filled form",
    "patient": "% of the patients who have a filled form",
}
MOST_ROWS = 110
"""Of more rows than these only the terms recorded most often are drawn; the table has all."""
KEY = "Dot and line: recorded, with its 95 % interval. None recorded is drawn at 0, up to where it could be."
NO_FORM = "no filled form: not known"
_SEVERITIES = {"mild": 0.22, "moderate": 0.55, "severe": 1.0}
"""Severity -> its ink, the graver the darker."""
UNSTATED = "not stated"
_BAR, _TOP, _BOTTOM, _RIGHT, _COLUMN = 28, 26, 54, 316, 76


def any_figure(table: pd.DataFrame, *, by: str, basis: str, theme: Theme) -> Figure:
    """How often any side effect was recorded in each group, and how many forms were filled to know it.

    Args:
        table: rows of ``metrics.any_side_effect``.
        by: what the rows are split by, ``none`` for one row.
        basis: ``session`` or ``patient``.
        theme: light or dark.
    """
    rows = [row for row in _rows(table.assign(place=range(len(table)))) if row["n_completed"]]
    names = ["Everyone" if by == "none" else words.group(by, row[by]) for row in rows]
    pairs = list(zip(rows, names, strict=True))
    forms = [
        Dot(
            name,
            style_of(by, row.get(by), theme),
            int(row["n_sessions"]),
            int(row["n_completed"]),
            opens=(row["place"], "n_sessions"),
        )
        for row, name in pairs
    ]
    blocks = [
        Block("Any side effect", AXES[basis], [rate_dot(row, name, by, basis, theme) for row, name in pairs]),
        Block("Form filled", "% of the completed sessions", forms),
    ]
    return dots_figure(blocks, axis="%, of what each heading says", key=KEY, nobody=NO_FORM, theme=theme)


def drawn_terms(table: pd.DataFrame) -> list[str]:
    """The terms that the figures have room for, in the table's order; of a table of ``metrics.side_effects``, or the
    rows of terms of ``metrics.side_effect_explorer``."""
    table = table[table["term"].notna()]
    if table.empty:
        return []
    most = table.groupby("term", sort=False).agg(n=("n_sessions_with", "sum"), rows=("term", "size"))
    room = max(1, MOST_ROWS // int(most["rows"].max()))
    kept = set(most.sort_values("n", ascending=False, kind="stable").index[:room])
    return [str(term) for term in most.index if term in kept]


def _rows(table: pd.DataFrame) -> list[Any]:
    return list(table.to_dict("records"))


def rate_dot(row: Any, name: str, by: str, basis: str, theme: Theme) -> Dot:
    """A row of rates of sessions or of patients."""
    low, high = words.value(row[f"{basis}_low"]), words.value(row[f"{basis}_high"])
    part, whole = int(row[f"n_{basis}s_with"]), int(row[f"n_{basis}s"])
    opens = (row["place"], f"n_{basis}s_with")
    return Dot(name, style_of(by, row.get(by), theme), part, whole, low, high, opens)


def severity_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """How bad: the events of each term, all groups together, mild to severe; where none is stated, it is said.

    Args:
        table: rows of ``metrics.side_effects``.
        theme: light or dark.
    """
    columns = ["n_mild", "n_moderate", "n_severe", "n_events"]
    counts = table[table["term"].isin(drawn_terms(table))] if len(table) else table
    counts = counts.groupby("term", sort=False)[columns].sum()
    counts = counts[counts["n_events"] > 0]
    if counts.empty:
        return empty("No side effect to show.", theme, height=120)
    counts = counts.assign(unstated=counts["n_events"] - counts[columns[:3]].sum(axis=1))
    names = [words.wrapped(str(term), 26) for term in counts.index]
    left = round(26 + 7.6 * max(len(line) for name in names for line in name.split("<br>")))
    layout = base_layout(
        theme,
        height=_TOP + _BAR * len(counts) + _BOTTOM,
        margin={"l": left, "r": _RIGHT, "t": _TOP, "b": _BOTTOM},
        barmode="stack",
        bargap=0.3,
        xaxis={"title": {"text": "events", "standoff": 10, "font": {"size": SMALL}}, "rangemode": "tozero"},
        yaxis={
            "range": [len(counts) - 0.5, -0.5],
            "tickvals": list(range(len(counts))),
            "ticktext": names,
            "tickfont": {"color": TOKENS[theme].ink},
            "ticklabelstandoff": 10,
            "showgrid": False,
        },
        annotations=[
            *_headings(theme),
            *(each for place, row in enumerate(_rows(counts)) for each in _counts(row, place, theme)),
        ],
    )
    return {"data": _stacks(counts, theme), "layout": layout}


def _stacks(counts: pd.DataFrame, theme: Theme) -> list[dict[str, Any]]:
    tokens = TOKENS[theme]
    looks: dict[str, dict[str, Any]] = {
        f"n_{name}": {"color": f"rgba({tokens.band},{ink:g})", "line": {"width": 0}}
        for name, ink in _SEVERITIES.items()
    }
    looks["unstated"] = {
        "color": "rgba(0,0,0,0)",
        "line": {"color": tokens.missing, "width": 1},
        "pattern": {"shape": "/", "fgcolor": tokens.missing, "size": 6, "solidity": 0.25},
    }
    return [
        {
            "type": "bar",
            "name": name.removeprefix("n_") if name != "unstated" else UNSTATED,
            "orientation": "h",
            "x": [int(each) for each in counts[name]],
            "y": list(range(len(counts))),
            "marker": look,
            "hoverinfo": "x+name",
        }
        for name, look in looks.items()
    ]


def _headings(theme: Theme) -> list[dict[str, Any]]:
    """What each column of counts is; with them the bars need no key."""
    where = {"xref": "paper", "x": 1, "yref": "paper", "y": 1, "xanchor": "right", "yanchor": "bottom"}
    names = (*_SEVERITIES, UNSTATED)
    return [note(name, theme, xshift=_COLUMN * (place + 1), **where) for place, name in enumerate(names)]


def _counts(row: Any, place: int, theme: Theme) -> list[dict[str, Any]]:
    """The counts of a bar in their columns."""
    where = {"xref": "paper", "x": 1, "xanchor": "right", "y": place, "yanchor": "middle"}
    numbers = [*(row[f"n_{name}"] for name in _SEVERITIES), row["unstated"]]
    ink = {"color": TOKENS[theme].ink}
    return [
        note(f"{int(number):,}", theme, xshift=_COLUMN * (column + 1), font=ink, **where)
        for column, number in enumerate(numbers)
    ]
