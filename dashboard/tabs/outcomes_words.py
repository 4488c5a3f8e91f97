"""The outcomes page in sentences, all made of the tables that it shows."""

from typing import Any

import pandas as pd

from dashboard.tabs import parts
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.figure import Reading
from dashboard.tabs.outcomes_view import SPLITS, View, window_words
from dashboard.tabs.page import nobody_words

_RESPONSE = ("n_responded", "n_scored", "response_rate", "response_low", "response_high")
_REMISSION = ("n_remitted", "n_scored", "remission_rate", "remission_low", "remission_high")
NAMED = ("treatment", "route")
"""Splits whose largest group is worth a sentence; no site or person is singled out."""
MOST_NAMED = 8
"""Of more groups than these the sentence gives the total only."""


def answer(asked: dict[str, Reading], by: str) -> str:
    """Whether it works here: everyone of the cohort on one scale, then the group with most scored."""
    row = asked["waterfall"].table.to_dict("records")[0]
    scale = row["instrument"]
    if not row["n_started"]:
        return "Nobody has started a first course in this cohort."
    if not row["n_scored"]:
        return f"Nobody of {parts.whole(row['n_started'])} started has been scored on the {scale} in this window yet."
    if pd.isna(row["n_responded"]):
        return f"The {scale} has no rule for response: see the mean score below."
    everyone = _said(row, " responded")
    missing = f"{parts.whole(row['n_due'] - row['n_scored'])} could not be scored"
    table = asked["response"].table
    largest = max(table.to_dict("records"), key=lambda each: int(each["n_scored"]))
    if by not in NAMED or len(table) < 2 or largest["n_scored"] < parts.NO_PERCENT_UNDER:
        return f"{everyone}, on the {scale}; {missing}."
    return f"{everyone}, on the {scale}; {missing}. {parts.value_words(by, largest[by])}: {_said(largest)}."


def _said(row: Any, verb: str = "") -> str:
    """``58 of 104 responded, 56 % (46–65)``; too few for a percentage is said."""
    rate = parts.rate(*(row[name] for name in _RESPONSE))
    return rate.replace(f"{parts.NBSP}· ", f"{verb}, ") if "%" in rate else f"{rate}{verb}, too few for a percentage"


def nobody(filters: Filters) -> str:
    """Whom nobody matches."""
    return nobody_words(filters, "first course", "started") or "No course has been started in these records."


def words(asked: dict[str, Reading], view: View, scale: str) -> dict[str, dict[str, str]]:
    """Heading, count and whose, by figure."""
    whose = _whose(asked["response"], scale, view)
    table, row = asked["response"].table, asked["waterfall"].table.to_dict("records")[0]
    split = "" if view.by == "none" else f", by {SPLITS[view.by].lower()}"
    return {
        "response": {
            "title": f"Who responded{split}? {scale}, {_lower(window_words(view.window))}",
            "count": "\n".join([_missing(row), _worse(table, view.by), _remission(table, view.by)]),
            "whose": whose,
        },
        "waterfall": {"title": _way(row), "count": _missing(row), "whose": whose},
        "curve": _curve_words(asked["curve"].table, view, scale) | {"whose": whose},
    }


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _whose(reading: Reading, scale: str, view: View) -> str:
    narrowed = reading.cohort.where.get("diagnosis", ())
    if not narrowed or set(narrowed) == set(view.filters.where.get("diagnosis", ())):
        return ""
    diagnoses = " or ".join(parts.within(parts.value_words("diagnosis", each)) for each in narrowed)
    return f"Courses for {diagnoses}, whose primary scale is the {scale}; others have another scale, or none."


def _missing(row: Any) -> str:
    undue, unscored = row["n_eligible"] - row["n_due"], row["n_due"] - row["n_scored"]
    return (
        f"n = {parts.whole(row['n_scored'])} scored, of {parts.whole(row['n_due'])} due. "
        f"Missing: {parts.whole(unscored)} due but not scored, {parts.whole(undue)} not yet due."
    )


def _worse(table: pd.DataFrame, by: str) -> str:
    """Deterioration by name, wherever there is a threshold for it."""
    column = table["n_reliably_worse"]
    if column.isna().all():
        return "Reliably worse: this scale has no threshold, so nobody is counted."
    total, scored = int(column.sum()), int(table["n_scored"].sum())
    named = [f"{_name(row, by)} {parts.of(row['n_reliably_worse'], row['n_scored'])}" for row in _some(table, column)]
    detail = f" ({', '.join(named)})" if named and by != "none" and len(table) > 1 else ""
    return f"Reliably worse: {parts.of(total, scored)} scored{detail}."


def _remission(table: pd.DataFrame, by: str) -> str:
    """In words; its interval and bounds are in the table."""
    column = table["n_remitted"]
    if column.isna().all():
        return "Remission: this scale has no rule."
    total = f"In remission: {parts.of(column.sum(), table['n_scored'].sum())} scored"
    if by == "none" or len(table) > MOST_NAMED or len(table) < 2:
        return f"{total}."
    rows = [row for row in table.to_dict("records") if row["n_scored"]]
    return f"{total} ({', '.join(f'{_name(row, by)} {_rate(row)}' for row in rows)})."


def _rate(row: Any) -> str:
    return parts.rate(*(row[name] for name in _REMISSION)).replace(f"{parts.NBSP}· ", ", ")


def _some(table: pd.DataFrame, column: "pd.Series[Any]") -> list[Any]:
    return list(table[column.fillna(0) > 0].head(MOST_NAMED).to_dict("records"))


def _name(row: Any, by: str) -> str:
    return "" if by == "none" else parts.value_words(by, row[by])


def _way(row: Any) -> str:
    """The waterfall's finding: where most are lost."""
    steps = (
        ("n_started", "n_baseline", "have no baseline"),
        ("n_baseline", "n_eligible", "have a baseline short of the cut"),
        ("n_eligible", "n_due", "are not yet due"),
        ("n_due", "n_scored", "were due but not scored"),
    )
    lost = [(int(row[one] - row[next_]), why) for one, next_, why in steps]
    most, why = max(lost, key=lambda each: each[0])
    head = f"{parts.of(row['n_scored'], row['n_started'])} started are scored"
    return f"{head}; {parts.whole(most)} {why}" if most else f"{head}: nobody is missing"


def _curve_words(table: pd.DataFrame, view: View, scale: str) -> dict[str, str]:
    who = "" if view.who == "everyone" else ", complete inductions only"
    if table.empty:
        return {"title": f"Mean {scale} by {view.x}{who}", "count": "n = 0: no eligible course has a score."}
    if view.curve_by != "none":
        title = f"Mean {scale} by {view.x} and {SPLITS[view.by].lower()}{who}"
        return {
            "title": title,
            "count": "n of every line stands under its session or week; a gap is a score not taken.",
        }
    points = table.to_dict("records")
    first, last = points[0], points[-1]
    end = next((row for row in reversed(points) if row["n"] >= parts.NO_PERCENT_UNDER), first)
    place = "after session" if view.x == "session" else "in week"
    finding = (
        f"{first['mean']:.1f} at baseline, {end['mean']:.1f} {place} {end['x']}" if end["x"] else "too few later scores"
    )
    counts = [f"{parts.whole(first['n'])} at baseline"]
    counts += [f"{parts.whole(row['n'])} {place} {row['x']}" for row in (end, last) if row["x"]]
    missing = "A score that was not taken is missing, so later points are fewer, and other, people."
    return {"title": f"Mean {scale}{who}: {finding}", "count": f"n = {', '.join(dict.fromkeys(counts))}. {missing}"}
