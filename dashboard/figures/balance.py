"""Benefit, burden and capacity of each group, on three axes one under the other."""

from typing import Any

import pandas as pd

from dashboard.figures import words
from dashboard.figures.dots import Block, Dot, dots_figure
from dashboard.figures.side_effects import KEY
from dashboard.figures.theme import Figure, Style, Theme, empty, style_of

_HOURS_KEY = "Chair-hours of all courses for each that responded, with the 95 % interval; how many of them responded."
_RATE_KEY = "Dot and line: responded, with the 95 % interval."
_KINDS = {
    "session": ("n_sessions_with", "n_sessions", "Any side effect", "of sessions with a filled form"),
    "peak": ("n_peak", "n_with_peak", "Pressure peak beyond the threshold", "of sessions in which it was measured"),
    "rise": ("n_rise", "n_with_rise", "Pressure rise beyond the threshold", "of sessions in which it was measured"),
}


def benefit_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """Response of each group, a block a scale.

    Args:
        table: rows of ``metrics.balance``.
        by: what the rows are split by, or ``none``.
        theme: light or dark.
    """
    blocks = [
        Block(scale, "responded, of those scored", [_response(row, by, theme) for row in rows])
        for scale, rows in _scales(table)
    ]
    if not blocks:
        return empty("No course has a primary scale.", theme, height=120)
    return dots_figure(blocks, axis="% of those scored", key=_RATE_KEY, nobody="nobody scored yet", theme=theme)


def burden_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """Side effects and excursions of the sessions of each group; as ``benefit_figure``."""
    table = table.assign(place=range(len(table)))
    groups = table.drop_duplicates(by) if by != "none" else table.head(1)
    rows = [row for row in groups.to_dict("records") if not pd.isna(row["n_completed"])]
    if not rows:
        return empty("No session to show.", theme, height=120)
    blocks = [
        Block(name, detail, [_burden(row, by, kind, part, whole, theme) for row in rows])
        for kind, (part, whole, name, detail) in _KINDS.items()
    ]
    return dots_figure(blocks, axis="% of what each heading says", key=KEY, nobody="not known", theme=theme)


def hours_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """Chair-hours for each responder, a block a scale; as ``benefit_figure``."""
    blocks = [
        Block(scale, "chair-hours of induction for each responder", [_hours(row, by, theme) for row in rows])
        for scale, rows in _scales(table)
    ]
    if not blocks:
        return empty("No course has a primary scale.", theme, height=120)
    return dots_figure(blocks, axis="chair-hours", key=_HOURS_KEY, nobody="none scored and timed", theme=theme)


def _scales(table: pd.DataFrame) -> list[tuple[str, list[Any]]]:
    placed = table.assign(place=range(len(table)))
    return [(str(scale), list(rows.to_dict("records"))) for scale, rows in placed.groupby("instrument", sort=False)]


def _group(row: Any, by: str, theme: Theme) -> tuple[str, Style]:
    return "Everyone" if by == "none" else words.group(by, row[by]), style_of(by, row.get(by), theme)


def _response(row: Any, by: str, theme: Theme) -> Dot:
    counts = (0 if pd.isna(row["n_responded"]) else int(row["n_responded"])), int(row["n_scored"])
    if pd.isna(row["n_responded"]):
        return Dot(*_group(row, by, theme), 0, 0)
    low, high = words.value(row["response_low"]), words.value(row["response_high"])
    return Dot(*_group(row, by, theme), *counts, low, high, (row["place"], "n_responded"))


def _burden(row: Any, by: str, kind: str, part: str, whole: str, theme: Theme) -> Dot:
    low, high = (words.value(row[f"{kind}_{end}"]) if kind == "session" else None for end in ("low", "high"))
    return Dot(*_group(row, by, theme), int(row[part]), int(row[whole]), low, high, (row["place"], part))


def _hours(row: Any, by: str, theme: Theme) -> Dot:
    name, style = _group(row, by, theme)
    timed = 0 if pd.isna(row["n_timed"]) else int(row["n_timed"])
    if not timed:
        return Dot(name, style, 0, 0)
    known = words.part_of(row["n_timed_responded"], timed)
    if pd.isna(row["hours_per_responder"]):
        return Dot(name, style, 0, min(timed, words.NO_PERCENT_UNDER - 1), words=f"{known}: no hours for each")
    if timed < words.NO_PERCENT_UNDER:
        return Dot(name, style, 0, timed, words=f"{known} · too few")
    hours, low, high = (words.value(row[each]) for each in ("hours_per_responder", "hours_low", "hours_high"))
    assert hours is not None
    said = f"{hours:.1f}"
    said += "" if low is None or high is None else f" ({low:.1f}–{high:.1f})"
    said += f" · {known}" + (" · under 20" if timed < words.FEW_UNDER else "")
    left, right = (None if end is None else end / 100 for end in (low, high))
    return Dot(name, style, 0, timed, left, right, (row["place"], "n_timed"), at=hours / 100, words=said)
