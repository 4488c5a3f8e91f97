"""How many complete the induction, and how much of what the rates need is there: dots on one axis."""

from typing import Any

import pandas as pd

from dashboard.figures import words
from dashboard.figures.dots import Block, Dot, dots_figure
from dashboard.figures.theme import TOKENS, Figure, Style, Theme, style_of

SUSTAIN_2 = (580, 779)
"""Completed the induction of four weeks with esketamine: Wajs 2020, J Clin Psychiatry 81(3) (``clinical.md`` §3)."""
_NOBODY = "none due yet"
_PARTS = (
    (
        "Courses due",
        "of the primary scale",
        (("Baseline", "n_baseline"), ("Follow-up", "n_follow_up"), ("Both", "n_both")),
    ),
    ("Completed sessions", "", (("Side-effect form", "n_with_form"),)),
)
_WHOLES = {"Courses due": "n_due", "Completed sessions": "n_sessions"}


def induction_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """The share of the due who completed the induction, a row a group in the table's order.

    Args:
        table: rows of ``metrics.induction``.
        by: what the rows are split by, ``none`` for one row.
        theme: light or dark.

    Returns:
        Data and layout, as of ``dots_figure``; below the groups a published share.
    """
    dots = [
        Dot(
            "Everyone" if by == "none" else words.group(by, row[by]),
            style_of(by, row.get(by), theme),
            int(row["n_completed"]),
            int(row["n_due"]),
            words.value(row["completion_low"]),
            words.value(row["completion_high"]),
            opens=(place, "n_completed"),
        )
        for place, row in enumerate(table.to_dict("records"))
    ]
    published = Dot("SUSTAIN-2, open trial", Style(TOKENS[theme].ink, "diamond-open"), *SUSTAIN_2)
    blocks = [Block("", "", dots), Block("Published", "esketamine, 4 weeks, Wajs 2020", [published] if dots else [])]
    key = "Dot and line: completed of the courses due, 95 % interval."
    return dots_figure(blocks, axis="completed, % of courses due", key=key, nobody=_NOBODY, theme=theme)


def completeness_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """What is there of scores and of forms, each of what it is asked of.

    Args:
        table: the one row of ``metrics.completeness`` without a split.
        theme: light or dark.
    """
    row: dict[Any, Any] = table.to_dict("records")[0]
    style = Style(TOKENS[theme].ink, "circle")
    blocks = [
        Block(
            name,
            detail,
            [Dot(part, style, int(row[column]), int(row[_WHOLES[name]]), opens=(0, column)) for part, column in rows],
        )
        for name, detail, rows in _PARTS
    ]
    return dots_figure(blocks, axis="there, %", key="Dot: there, of all that should be.", nobody=_NOBODY, theme=theme)
