"""When side effects come, how they change from band to band in everyone and in the same people, how long they last."""

from typing import Any

import pandas as pd

from dashboard.figures import words
from dashboard.figures.dots import Block, Dot, dots_figure
from dashboard.figures.side_effects import AXES, KEY, NO_FORM, rate_dot
from dashboard.figures.stacks import Part, stacks_figure
from dashboard.figures.theme import Figure, Style, Theme, empty, style_of

CHANGE_KEY = "Dot and line: how many more sessions of 100 in the same people, with the 95 % interval. Left of 0: fewer."
LENGTH_KEY = "Dot and first number: half by then. End of the line and number in brackets: nine in ten."
_BANDS = {"sessions": "Session", "mg_before": "mg before"}
_KINDS = {"n_during": "in session", "n_between": "between", "n_later": "later", "n_before": "before"}
_INKS = (0.75, 0.45, 0.2, 0.1)
_NO_PAIRS = "nobody of the first band"


def bands_figure(table: pd.DataFrame, *, by: str, band: str, theme: Theme) -> Figure:
    """How often a side effect was recorded in each band, a block a group.

    Args:
        table: rows of ``metrics.side_effect_fading`` or ``metrics.side_effects_by_dose``.
        by: what the rows are split by, or ``none``.
        band: the column of the bands.
        theme: light or dark.
    """
    if table.empty:
        return empty("No session with a filled form to show.", theme, height=120)
    blocks = [
        Block(name, "", [rate_dot(row, _named(row, band), by, "session", theme) for row in rows])
        for name, rows in _groups(table.assign(place=range(len(table))), by)
    ]
    return dots_figure(blocks, axis=AXES["session"], key=KEY, nobody=NO_FORM, theme=theme)


def watch_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """How often a term of each group was recorded in each band of milligrams, a block a group and drug.

    Args:
        table: rows of ``metrics.longer_watch``.
        theme: light or dark.
    """
    if table.empty:
        return empty("No session with a filled form to show.", theme, height=120)
    blocks = []
    for (group, drug), rows in table.assign(place=range(len(table))).groupby(["group", "drug"], sort=False):
        records = rows.to_dict("records")
        dots = [rate_dot(row, _named(row, "mg_before"), "none", "session", theme) for row in records]
        blocks.append(Block(str(group), f"after {drug}", dots))
    return dots_figure(blocks, axis=AXES["session"], key=KEY, nobody=NO_FORM, theme=theme)


def changes_figure(table: pd.DataFrame, *, by: str, band: str, theme: Theme) -> Figure:
    """How much that changed from the first band in the people who are in both; as ``bands_figure``."""
    later = table.assign(place=range(len(table)))[table["n_paired"] > 0]
    if later.empty:
        return empty("Nobody has a filled form in the first band and in a later one.", theme, height=120)
    blocks = [
        Block(name, "", [_change(row, _named(row, band), style_of(by, row.get(by), theme)) for row in rows])
        for name, rows in _groups(later, by)
    ]
    axis = "sessions with one, more or fewer of 100 than at the beginning"
    return dots_figure(blocks, axis=axis, key=CHANGE_KEY, nobody=_NO_PAIRS, theme=theme, is_signed=True)


def _groups(table: pd.DataFrame, by: str) -> list[tuple[str, list[Any]]]:
    if by == "none":
        return [("", list(table.to_dict("records")))]
    return [(words.group(by, value), list(rows.to_dict("records"))) for value, rows in table.groupby(by, sort=False)]


def _named(row: Any, band: str) -> str:
    text = str(row[band]).replace("-", "–")
    return f"{_BANDS[band]}{'' if text == '1' or band == 'mg_before' else 's'} {text}"


def _change(row: Any, name: str, style: Style) -> Dot:
    people, opens = f"{int(row['n_paired']):,} people", (row["place"], "n_paired")
    if row["n_paired"] < words.NO_PERCENT_UNDER:
        return Dot(name, style, 0, int(row["n_paired"]), opens=opens, words=f"{people} · too few for a change")
    change, low, high = (float(row[each]) for each in ("paired_change", "paired_low", "paired_high"))
    said = f"{words.signed(100 * change)} ({words.signed(100 * low)} to {words.signed(100 * high)})"
    return Dot(name, style, 0, int(row["n_paired"]), low, high, opens, at=change, words=f"{people} · {said}")


def timing_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """How many events of each term came in a session, between sessions, and later.

    Args:
        table: rows of ``metrics.side_effect_timing`` without a split.
        theme: light or dark.
    """
    if table.empty:
        return empty("No side effect to show.", theme, height=120)
    parts = [
        Part(name, [int(each) for each in table[column]], ink)
        for (column, name), ink in zip(_KINDS.items(), _INKS, strict=True)
    ]
    return stacks_figure([str(term) for term in table["term"]], parts, axis="events", theme=theme)


def lengths_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """Minutes by which half and nine in ten are over, a row a term or group.

    Args:
        table: rows of ``metrics.side_effect_length`` (``by`` is ``term``) or ``metrics.ready``.
        by: the column of the rows' names, or ``none``.
        theme: light or dark.
    """
    whole = "n_events" if "n_events" in table else "n_sessions"
    rows = [row for row in table.assign(place=range(len(table))).to_dict("records") if row[whole]]
    if not rows or not sum(int(row["n_timed"]) for row in rows):
        return empty("Of none of these both times are known.", theme, height=120)
    dots = [_length(row, by, whole, theme) for row in rows]
    return dots_figure([Block("", "", dots)], axis="minutes", key=LENGTH_KEY, nobody="no time is known", theme=theme)


def _length(row: Any, by: str, whole: str, theme: Theme) -> Dot:
    name = "Everyone" if by == "none" else str(row[by]) if by == "term" else words.group(by, row[by])
    style, timed = style_of(by, row.get(by), theme), int(row["n_timed"])
    if not timed:
        return Dot(name, style, 0, 0)
    known, opens = f"{words.part_of(timed, row[whole])} timed", (row["place"], "n_timed")
    if timed < words.NO_PERCENT_UNDER:
        return Dot(name, style, 0, timed, opens=opens, words=f"{known} · too few for a median")
    half, most = float(row["median_minutes"]), float(row["p90_minutes"])
    few = " · under 20" if timed < words.FEW_UNDER else ""
    said = f"{half:.0f} ({most:.0f}) · {known}{few}"
    return Dot(name, style, 0, timed, half / 100, most / 100, opens, at=half / 100, words=said)


def leaving_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """How many events of each term were over before the person left.

    Args:
        table: rows of ``metrics.side_effect_length`` without a split.
        theme: light or dark.
    """
    if table.empty or not int(table["n_with_leaving"].sum()):
        return empty("Of none of these the end and the discharge are known.", theme, height=120)
    dots = [
        Dot(
            str(row["term"]),
            style_of("none", None, theme),
            int(row["n_before_leaving"]),
            int(row["n_with_leaving"]),
            opens=(place, "n_before_leaving"),
        )
        for place, row in enumerate(table.to_dict("records"))
    ]
    axis = "% of the events whose end, and the discharge, are known"
    key = "Dot: over before the person left."
    return dots_figure([Block("", "", dots)], axis=axis, key=key, nobody="not known", theme=theme)
