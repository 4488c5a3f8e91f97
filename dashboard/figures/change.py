"""Change in every direction, and suicidality before and after: shares as dots, the count beside each."""

from collections.abc import Hashable
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures import words
from dashboard.figures.dots import Block, Dot, dots_figure
from dashboard.figures.theme import TOKENS, Figure, Style, Theme, empty, style_of

Row: TypeAlias = dict[Hashable, Any]

OUTCOMES = {
    "improved": ("n_reliably_improved", "n_scored", "Improved"),
    "recovered": ("n_recovered", "n_cases", "Recovered: past the cut"),
    "reliably_recovered": ("n_reliably_recovered", "n_cases", "Recovered and improved"),
    "unchanged": ("n_unchanged", "n_scored", "Unchanged"),
    "worse": ("n_reliably_worse", "n_scored", "Worse"),
    "any_worse": ("n_any_worse", "n_scored", "Worse by any step"),
}
"""Noun of the columns -> the count, what it is of, and its name."""
_SPLIT = ("improved", "recovered", "worse")
"""What is drawn of several groups; all of it is in the table."""
_WISHES = {
    "lower": ("n_lower", "n_with", "Had it before: lower now"),
    "gone": ("n_gone", "n_with", "Had it before: gone now"),
    "same": ("n_same", "n_with", "Had it before: the same"),
    "higher": ("n_higher", "n_with", "Had it before: higher now"),
    "newly": ("n_newly", "n_without", "Had it not: newly there"),
}
_BETTER, _WORSE = {"improved", "recovered", "reliably_recovered", "lower", "gone"}, {"worse", "any_worse", "higher"}
KEY = "Dot and line: share with its 95 % interval. Up: for the better; down: for the worse."


def change_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """Improved, recovered, unchanged and worse on one axis, a block a group's outcome.

    Args:
        table: rows of ``metrics.change`` for one scale.
        by: what the rows are split by, ``none`` for one row an outcome.
        theme: light or dark.

    Returns:
        Data and layout. Of several groups three outcomes are drawn; what has no rule on the scale is left out.
    """
    rows = table.assign(at=range(len(table))).to_dict("records")
    blocks = []
    for noun in OUTCOMES if by == "none" else _SPLIT:
        column, whole, name = OUTCOMES[noun]
        dots = [
            _dot(
                row,
                noun,
                column,
                whole,
                name if by == "none" else words.group(by, row[by]),
                _style(noun, theme, row, by),
            )
            for row in rows
            if not pd.isna(row[column])
        ]
        blocks.append(Block("" if by == "none" else name, "", dots))
    if not any(block.dots for block in blocks):
        return empty("No course is scored, or the scale has no threshold of change.", theme, height=120)
    return dots_figure(blocks, axis="% of the courses that it can be of", key=KEY, nobody="none scored", theme=theme)


def suicidality_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """What became of suicidality, a block a scale that asks.

    Args:
        table: rows of ``metrics.suicidality`` without a split.
        theme: light or dark.
    """
    blocks = [
        Block(
            str(row["instrument"]),
            f"{words.part_of(row['n_due'] - row['n_missing'], row['n_due'])} due answered again",
            [_dot(row, noun, *each, _style(noun, theme)) for noun, each in _WISHES.items()],
        )
        for row in table.assign(at=range(len(table))).to_dict("records")
    ]
    if not blocks:
        return empty("Nobody has answered an item on suicidality before treatment.", theme, height=120)
    return dots_figure(blocks, axis="% of those with and without it before", key=KEY, nobody="nobody", theme=theme)


def _dot(row: Row, noun: str, column: str, whole: str, name: str, style: Style) -> Dot:
    low, high = (words.value(row.get(f"{noun}_{side}")) for side in ("low", "high"))
    return Dot(name, style, int(row[column]), int(row[whole]), low, high, (int(row["at"]), column))


def _style(noun: str, theme: Theme, row: Row | None = None, by: str = "none") -> Style:
    """A route's own look; else by direction: up for the better, down for the worse."""
    if row is not None and by in ("route", "treatment"):
        return style_of(by, row[by], theme)
    tokens = TOKENS[theme]
    if noun in _BETTER:
        return Style(tokens.better, "triangle-up")
    return Style(tokens.worse, "triangle-down") if noun in _WORSE | {"newly"} else Style(tokens.common, "circle")
