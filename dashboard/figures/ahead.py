"""The book ahead, day by day against staffed chair time; and money by month."""

import datetime
from collections.abc import Collection, Hashable, Mapping
from typing import Any

import pandas as pd

from dashboard.figures.measure import NBSP
from dashboard.figures.stacks import Part, stacks_figure
from dashboard.figures.theme import Figure, Theme, empty

MOST = 13
"""Months drawn, the latest; the table has all."""
AMOUNTS = {"charge": ("charged", "n_charged"), "paid_by_patient": ("paid", "n_paid")}


def ahead_figure(table: pd.DataFrame, *, theme: Theme) -> Figure:
    """Chair minutes booked, open and over what is staffed, a bar a day.

    Args:
        table: rows of ``metrics.ahead``.
        theme: light or dark.
    """
    if table.empty:
        return empty("Nothing is booked and nothing is staffed in the next four weeks.", theme, height=120)
    rows = table.to_dict("records")
    booked = [int(row["booked_minutes"]) for row in rows]
    staffed = [None if pd.isna(row["staffed_minutes"]) else int(row["staffed_minutes"]) for row in rows]
    pairs = list(zip(booked, staffed, strict=True))
    parts = [Part("booked", [n if s is None else min(n, s) for n, s in pairs], 0.6)]
    is_known = any(each is not None for each in staffed)
    if is_known:
        parts.append(Part("open", [None if s is None else max(0, s - n) for n, s in pairs], 0.15))
        parts.append(Part("over", [None if s is None else max(0, n - s) for n, s in pairs], 1.0))
    unknown = [" (staffing unknown)" if each is None and is_known else "" for each in staffed]
    names = [f"{_day(r['date'])}: {int(r['n_booked']):,} booked{words}" for r, words in zip(rows, unknown, strict=True)]
    return stacks_figure(names, parts, axis="chair minutes", theme=theme)


def _day(text: str) -> str:
    date = datetime.date.fromisoformat(text)
    return f"{date:%a} {date.day} {date:%b}"


def money_figure(table: pd.DataFrame, *, amount: str, theme: Theme, partial: Collection[str] = ()) -> Figure:
    """One amount by month, with of how many sessions it is known.

    Args:
        table: rows of ``metrics.money`` without a split.
        amount: of AMOUNTS.
        theme: light or dark.
        partial: the months that are not over, or that the range cuts; they are pale.
    """
    name, count = AMOUNTS[amount]
    rows = [row for row in table.tail(MOST).to_dict("records") if row[count]]
    if not rows:
        return empty(f"Of no session is it known what was {name}.", theme, height=120)
    names = [_month(row, count, " – not over" if row["month"] in partial else "") for row in rows]
    parts = [Part(name, [round(float(row[amount])) for row in rows], 0.5)]
    pale = [place for place, row in enumerate(rows) if row["month"] in partial]
    return stacks_figure(names, parts, axis=f"{name}, in the clinic's currency", theme=theme, pale=pale)


def _month(row: Mapping[Hashable, Any], count: str, words: str) -> str:
    """``Oct 2026: 38 of 40``."""
    date = datetime.date.fromisoformat(row["month"])
    return f"{date:%b %Y}{words}: {int(row[count]):,} of {int(row['n_sessions']):,}".replace(" of ", f"{NBSP}of{NBSP}")
