"""The page on comparison in sentences, none of which ranks what cannot be told apart."""

from collections.abc import Hashable, Mapping
from typing import Any, TypeAlias

from dashboard.figures.difference import RANKED_FROM, difference_words, is_drawn
from dashboard.tabs import parts
from dashboard.tabs.outcomes_view import SPLITS, View, counted_words
from dashboard.tabs.outcomes_words import whose_words
from dashboard.tabs.section import Asked

Row: TypeAlias = Mapping[Hashable, Any]

_NO_NAMES = ("clinician", "site")
"""Splits of which no group is named in a sentence."""


def answer(asked: Asked, view: View) -> str:
    """Whether anything differs from the reference by more than chance, and which, if it may be said."""
    rows = asked["difference"].table.to_dict("records")
    compared = [row for row in rows if is_drawn(row)]
    if not compared:
        return f"There are no two groups with 10 or more scored on the {view.scale} to compare."
    reference = parts.value_words(view.by, compared[0]["reference"])
    apart = [row for row in compared if is_apart(row)]
    head = f"Of {len(compared)} compared with {reference} on the {view.scale}"
    if not apart:
        return f"{head} none can be told apart from it by the rate of response."
    if view.by in _NO_NAMES:
        return f"{head} {len(apart)} can be told apart from it by the rate of response."
    said = [
        f"{parts.value_words(view.by, row[view.by])} {'more' if row['difference'] > 0 else 'less'} often, "
        f"{difference_words(row)}"
        for row in apart
    ]
    return (
        f"{head} {len(apart)} can be told apart: {'; '.join(said)}. That is no proof that the treatment is the cause."
    )


def is_apart(row: Row) -> bool:
    """Whether a word of more or less may be said: not where the intervals meet and either group is small."""
    excludes_none = row["difference_low"] > 0 or row["difference_high"] < 0
    is_large = min(row["n_scored"], row["n_scored_reference"]) >= RANKED_FROM
    return bool(excludes_none and is_large)


def words(asked: Asked, view: View) -> dict[str, dict[str, str]]:
    """Heading, count and whose, by figure."""
    whose = whose_words(asked["difference"], view.scale, view)
    window = parts.within(counted_words(view.window))
    name = SPLITS[view.by].lower()
    return {
        "difference": {
            "title": f"How far from the reference? Response by {name}, {view.scale}, {window}",
            "count": f"{_missing(asked)}\nA group of under {RANKED_FROM} scored is not called better or worse.",
            "whose": whose,
        },
        "funnel": {"title": _funnel(asked, view), "count": _missing(asked), "whose": whose},
    }


def _missing(asked: Asked) -> str:
    (row,) = asked["everyone"].table.to_dict("records")
    return (
        f"n = {parts.whole(row['n_scored'])} scored, of {parts.whole(row['n_due'])} due. "
        f"Missing: {parts.whole(row['n_due'] - row['n_scored'])} due but not scored."
    )


def _funnel(asked: Asked, view: View) -> str:
    table = asked["funnel"].table
    unit = "clinicians" if view.unit == "clinician" else "sites"
    drawn = table[table["n_scored"] >= parts.NO_PERCENT_UNDER]
    outside = int((drawn["place"] != "inside").sum())
    if drawn.empty:
        return f"Rates of the {unit} round the rate of all"
    far = int((drawn["place"] == "outside-99.8").sum())
    return (
        f"Of {len(drawn)} {unit} with 10 or more scored {outside} "
        f"{'lies' if outside == 1 else 'lie'} outside the 95 % limits of chance, {far} outside the 99.8 % limits"
    )
