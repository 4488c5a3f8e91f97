"""The outcomes page in sentences, all made of the tables that it shows."""

from typing import Any

import pandas as pd

from dashboard.metrics.reading import Reading
from dashboard.model import HIDDEN
from dashboard.tabs import parts
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.outcomes_view import SPLITS, View, counted_words, inclusion_words
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
    if _are_hidden(row, *_RESPONSE):
        return f"Too few have a {scale} to say how many responded: counts under 11 are hidden."
    if not row["n_scored"]:
        return f"Nobody of {parts.whole(row['n_started'])} started has been scored on the {scale} in this window yet."
    if pd.isna(row["n_responded"]):
        return f"The {scale} has no rule for response: see the mean score below."
    everyone = f"{_said(row, ' responded')}, on the {scale}; {_less(row, 'n_due', 'n_scored')} could not be scored."
    groups = [each for each in asked["response"].table.to_dict("records") if not _are_hidden(each, *_RESPONSE)]
    largest = max(groups, key=lambda each: int(each["n_scored"]), default=row)
    if by not in NAMED or len(groups) < 2 or largest["n_scored"] < parts.NO_PERCENT_UNDER:
        return everyone
    return f"{everyone} {parts.value_words(by, largest[by])}: {_said(largest)}."


def _are_hidden(row: Any, *names: str) -> bool:
    """Whether any of these numbers is not for who is looking."""
    return any(row[name] == HIDDEN for name in names if not pd.isna(row[name]))


def _less(row: Any, whole: str, part: str) -> str:
    """How many of the whole are not in the part."""
    return HIDDEN if _are_hidden(row, whole, part) else parts.whole(row[whole] - row[part])


def _said(row: Any, verb: str = "") -> str:
    """``58 of 104 responded, 56 % (46–65)``; under 20, and too few for a percentage, is said."""
    rate = parts.rate(*(row[name] for name in _RESPONSE))
    if "%" not in rate:
        return f"{rate}{verb}, too few for a percentage"
    few = f", {parts.size_word(row['n_scored'])}" if row["n_scored"] < parts.FEW_UNDER else ""
    return rate.replace(f"{parts.NBSP}· ", f"{verb}, ") + few


def nobody(filters: Filters) -> str:
    """Whom nobody matches."""
    return nobody_words(filters, "first course", "started") or "No course has been started in these records."


def words(asked: dict[str, Reading], view: View, scale: str) -> dict[str, dict[str, str]]:
    """Heading, count and whose, by figure."""
    whose = whose_words(asked["response"], scale, view)
    table, row = asked["response"].table, asked["waterfall"].table.to_dict("records")[0]
    split = "" if view.by == "none" else f", by {SPLITS[view.by].lower()}"
    return {
        "response": {
            "title": f"Who responded{split}? {scale}, {_lower(counted_words(view.window))}",
            "count": "\n".join([_missing(row), _worse(row, table, view.by), _remission(row, table, view.by)]),
            "whose": whose,
        },
        "waterfall": {"title": _way(row), "count": _missing(row), "whose": whose},
        "curve": _curve_words(asked["curve"].table, view, scale) | {"whose": whose},
    }


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def whose_words(reading: Reading, scale: str, view: View) -> str:
    """Whom the numbers count where the cohort does not say it: the courses whose primary scale it is."""
    if reading.cohort.hides_small:
        return f"Courses whose diagnosis has the {scale} as primary scale; others have another scale, or none."
    narrowed, included = reading.cohort.where.get("diagnosis", ()), inclusion_words(view)
    if not narrowed or set(narrowed) == set(view.filters.where.get("diagnosis", ())):
        return included
    diagnoses = " or ".join(parts.within(parts.value_words("diagnosis", each)) for each in narrowed)
    courses = f"Courses for {diagnoses}, whose primary scale is the {scale}; others have another scale, or none."
    return f"{courses} {included}".strip()


def _missing(row: Any) -> str:
    unscored, undue = _less(row, "n_due", "n_scored"), _less(row, "n_eligible", "n_due")
    return (
        f"n = {parts.whole(row['n_scored'])} scored, of {parts.whole(row['n_due'])} due. "
        f"Missing: {unscored} due but not scored, {undue} not yet due."
    )


def _worse(row: Any, table: pd.DataFrame, by: str) -> str:
    """Deterioration by name, wherever there is a threshold for it."""
    if pd.isna(row["n_reliably_worse"]):
        return "Reliably worse: this scale has no threshold, so nobody is counted."
    total = f"Reliably worse: {parts.of(row['n_reliably_worse'], row['n_scored'])} scored"
    rows = [each for each in table.to_dict("records") if each["n_reliably_worse"]]
    if by == "none" or len(table) < 2 or not rows or _any_hidden(rows, "n_reliably_worse"):
        return f"{total}."
    named = [f"{_name(each, by)} {parts.of(each['n_reliably_worse'], each['n_scored'])}" for each in rows[:MOST_NAMED]]
    return f"{total} ({', '.join(named)})."


def _remission(row: Any, table: pd.DataFrame, by: str) -> str:
    """In words; its interval and bounds are in the table."""
    if pd.isna(row["n_remitted"]):
        return "Remission: this scale has no rule."
    total = f"In remission: {parts.of(row['n_remitted'], row['n_scored'])} scored"
    rows = [each for each in table.to_dict("records") if each["n_scored"]]
    if by == "none" or not 1 < len(table) <= MOST_NAMED or _any_hidden(rows, "n_remitted"):
        return f"{total}."
    return f"{total} ({', '.join(f'{_name(each, by)} {_rate(each)}' for each in rows)})."


def _any_hidden(rows: list[Any], name: str) -> bool:
    return any(_are_hidden(row, name) for row in rows)


def _rate(row: Any) -> str:
    return parts.rate(*(row[name] for name in _REMISSION)).replace(f"{parts.NBSP}· ", ", ")


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
    if _are_hidden(row, "n_started", *(next_ for _, next_, _ in steps)):
        return "From started to responded: a step that would let a small number be counted is hidden"
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
    points = [row for row in table.to_dict("records") if not _are_hidden(row, "n")]
    if not points:
        return {"title": f"Mean {scale} by {view.x}{who}", "count": f"n is {HIDDEN}."}
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
