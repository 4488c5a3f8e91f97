"""Side effects by term and group: how often, and how bad."""

from typing import Any

import pandas as pd

from dashboard.figures import words
from dashboard.figures.dots import Block, Dot, dots_figure
from dashboard.figures.stacks import Part, stacks_figure
from dashboard.figures.theme import Figure, Theme, empty, style_of

AXES = {
    "session": "% of the sessions with a filled form",
    "patient": "% of the patients who have a filled form",
}
MOST_ROWS = 110
"""Of more rows than these only the terms recorded most often are drawn; the table has all."""
KEY = "Dot and line: recorded, with its 95 % interval. None recorded is drawn at 0, up to where it could be."
NO_FORM = "no filled form: not known"
_SEVERITIES = (0.22, 0.55, 1.0)
"""The inks of mild, moderate and severe."""
UNSTATED = "not stated"


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
    opens = (row["place"], f"n_{basis}s_with") if "place" in row else None
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
    parts = [
        Part(name.removeprefix("n_"), [int(each) for each in counts[name]], ink)
        for name, ink in zip(columns, _SEVERITIES, strict=False)
    ]
    parts.append(Part(UNSTATED, [int(each) for each in counts["unstated"]], None))
    return stacks_figure([str(term) for term in counts.index], parts, axis="events", theme=theme)
