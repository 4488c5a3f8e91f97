"""Side effects by body system and term on one axis, and how much more often in one group than in another."""

from collections.abc import Hashable
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures import words
from dashboard.figures.dots import Block, Dot, dots_figure
from dashboard.figures.side_effects import AXES, KEY, NO_FORM, drawn_terms, rate_dot
from dashboard.figures.theme import Figure, Theme, empty, style_of

PER_100 = "event"
"""The basis that counts events, not sessions or patients that had one."""
SYSTEMS, EVERY = "systems", "every"
"""What is open: body systems only, every term, or one system, by its name."""
_AXIS = {**AXES, PER_100: "events per 100 sessions with a filled form"}
_DIFFERENCE_KEY = (
    "Dot and line: sessions with one, more or fewer of 100, with the 95 % interval. Right of 0: more often."
)

Row: TypeAlias = dict[Hashable, Any]


def explorer_figure(table: pd.DataFrame, *, by: str, basis: str, opened: str, theme: Theme) -> Figure:
    """How often each body system or term was recorded in each group, on one axis.

    Args:
        table: rows of ``metrics.side_effect_explorer``.
        by: what the rows are split by, ``none`` for one row a term.
        basis: ``session``, ``patient`` or PER_100.
        opened: SYSTEMS, EVERY, or the body system whose terms stand under it.
        theme: light or dark.
    """
    shown = shown_rows(table.assign(place=range(len(table))), opened)
    if shown.empty:
        return empty("No side effect to show.", theme, height=120)
    blocks = _blocks(shown, by, lambda row, name: _rate(row, name, by, basis, theme))
    return dots_figure(blocks, axis=_AXIS[basis], key=KEY, nobody=NO_FORM, theme=theme)


def differences_figure(table: pd.DataFrame, *, by: str, than: str, opened: str, theme: Theme) -> Figure:
    """How much more often in each group than in the group ``than``, on one axis with 0 in its middle.

    Args:
        table: rows of ``metrics.side_effect_explorer``.
        by: what the rows are split by.
        than: the group compared with.
        opened: as in ``explorer_figure``.
        theme: light or dark.
    """
    if by == "none" or table[by].nunique() < 2:
        return empty("There is one group only: nothing to compare it with.", theme, height=120)
    shown = shown_rows(table.assign(place=range(len(table))), opened)
    other = shown[shown[by].astype(str) != than]
    if other.empty:
        return empty("No side effect to show.", theme, height=120)
    few = _few(shown, by, than)
    blocks = _blocks(other, by, lambda row, name: _difference(row, name, by, few, theme))
    axis = f"sessions with one, more or fewer of 100 than after {words.group(by, than)}"
    return dots_figure(blocks, axis=axis, key=_DIFFERENCE_KEY, nobody=NO_FORM, theme=theme, is_signed=True)


def shown_rows(table: pd.DataFrame, opened: str) -> pd.DataFrame:
    """The rows that are drawn."""
    if opened == SYSTEMS:
        return table[table["term"].isna()]
    terms = table["term"].isin(drawn_terms(table))
    return table[terms] if opened == EVERY else table[(table["system"] == opened) & (terms | table["term"].isna())]


def _blocks(table: pd.DataFrame, by: str, dot: Any) -> list[Block]:
    """A block a system or term with a row a group; without a split a row each."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    units: dict[tuple[Any, Any], list[Row]] = {}
    for row in rows:
        units.setdefault((row["system"], row["term"]), []).append(row)
    blocks = []
    for (system, term), own in units.items():
        name, detail = (term, system) if term else (system, "any of its terms")
        if by == "none":
            blocks.append(Block("", "", [dot(own[0], name if term else f"{name}, any")]))
        else:
            blocks.append(Block(name, detail, [dot(row, words.group(by, row[by])) for row in own]))
    return blocks


def _rate(row: Row, name: str, by: str, basis: str, theme: Theme) -> Dot:
    if basis != PER_100:
        return rate_dot(row, name, by, basis, theme)
    whole, events = int(row["n_sessions"]), int(row["n_events"])
    if not whole:
        return Dot(name, style_of(by, row.get(by), theme), 0, 0)
    rate, low, high = (words.value(row[f"per_100_{end}"]) for end in ("sessions", "low", "high"))
    said = f"{events:,} in {whole:,}"
    if whole < words.NO_PERCENT_UNDER:
        said += " · too few for a rate"
    elif low is None or high is None:
        said += f" · {rate:.1f}"
    else:
        said += f" · {rate:.1f} ({low:.1f}–{high:.1f})" if events else f" · up to {high:.1f}"
        said += " · under 20" if whole < words.FEW_UNDER else ""
    left, right = (None if end is None else end / 100 for end in (low, high))
    style = style_of(by, row.get(by), theme)
    return Dot(name, style, events, whole, left, right, (row["place"], "n_events"), at=(rate or 0) / 100, words=said)


def _few(table: pd.DataFrame, by: str, than: str) -> int:
    """The sessions of the group compared with."""
    return int(table.loc[table[by].astype(str) == than, "n_sessions"].max())


def _difference(row: Row, name: str, by: str, others: int, theme: Theme) -> Dot:
    whole = min(int(row["n_sessions"]), others)
    style = style_of(by, row.get(by), theme)
    if not whole:
        return Dot(name, style, 0, 0)
    value, low, high = (words.value(row[each]) for each in ("difference", "difference_low", "difference_high"))
    if whole < words.NO_PERCENT_UNDER or value is None:
        return Dot(name, style, 0, whole, words="too few for a difference")
    said = f"{words.signed(100 * value)} of 100"
    if low is None or high is None:
        return Dot(name, style, 0, whole, at=value, words=f"{said} · no interval")
    said += f" ({words.signed(100 * low)} to {words.signed(100 * high)})"
    said += " · under 20" if whole < words.FEW_UNDER else ""
    return Dot(name, style, 0, whole, low, high, (row["place"], "n_sessions_with"), at=value, words=said)
