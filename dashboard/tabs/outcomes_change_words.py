"""The page on change in sentences, all made of the tables that it shows."""

from collections.abc import Hashable, Mapping
from typing import Any, TypeAlias

import pandas as pd

from dashboard.metrics.rule import least_words, scales_of
from dashboard.tabs import parts
from dashboard.tabs.outcomes_view import SPLITS, View, counted_words
from dashboard.tabs.outcomes_words import whose_words
from dashboard.tabs.section import Asked

Row: TypeAlias = Mapping[Hashable, Any]

_ALONE = "All of the cohort, whatever the diagnosis; each scale that asks stands alone."


def answer(asked: Asked, view: View) -> str:
    """Better, recovered and worse of everyone, in one sentence."""
    row = _everyone(asked)
    if row is None or not row["n_scored"]:
        return f"Nobody has been scored on the {view.scale} in this window yet."
    if pd.isna(row["n_reliably_improved"]):
        return f"The {view.scale} has no threshold of change: see every person's change below."
    scale = _scale(asked, view)
    surely, least = "meaningfully" if pd.isna(scale["reliable"]) else "reliably", least_words(scale)
    better = _said(row, "n_reliably_improved", "improved", f"{surely} improved ({least})")
    recovered = "" if pd.isna(row["n_recovered"]) else f" {_said(row, 'n_recovered', 'recovered', whole='n_cases')};"
    worse = _said(row, "n_reliably_worse", "worse", f"{surely} worse")
    missing = parts.whole(row["n_due"] - row["n_scored"])
    return f"{better};{recovered} {worse}, on the {view.scale}; {missing} could not be scored."


def _scale(asked: Asked, view: View) -> Row:
    """The scale with this build's thresholds."""
    return scales_of(asked["everyone"].cohort, [view.scale]).to_dict("records")[0]


def _everyone(asked: Asked) -> Row | None:
    rows = asked["everyone"].table.to_dict("records")
    return rows[0] if rows else None


def _said(row: Row, column: str, noun: str, verb: str = "", whole: str = "n_scored") -> str:
    """``114 of 159 reliably improved (6 points or more), 72 % (64–78)``."""
    said = parts.rate(row[column], row[whole], *(row[f"{noun}_{each}"] for each in ("rate", "low", "high")))
    head, _, rest = said.partition(f"{parts.NBSP}· ")
    return f"{head} {verb or noun}" + (f", {rest}" if rest else "")


def words(asked: Asked, view: View) -> dict[str, dict[str, str]]:
    """Heading, count and whose, by figure."""
    whose = whose_words(asked["change"], view.scale, view)
    by, window = view.by, parts.within(counted_words(view.window))
    split = "" if by == "none" else f", by {SPLITS[by].lower()}"
    row = _everyone(asked)
    missing = "n = 0 scored." if row is None else _missing(row)
    return {
        "change": {
            "title": f"Who improved, recovered, got worse{split}? {view.scale}, {window}",
            "count": "\n".join([missing, *([] if row is None else _rest(row))]),
            "whose": whose,
        },
        "suicidality": {**_suicidality(asked["suicidality"].table), "whose": _ALONE},
        "pairs": {"title": _pairs(asked["pairs"].table, _scale(asked, view)), "count": missing, "whose": whose},
        "percent": {"title": _percent(asked["percent"].table, view.scale), "count": missing, "whose": whose},
        "bands": {"title": _bands(asked), "count": missing, "whose": whose},
    }


def _missing(row: Row) -> str:
    return (
        f"n = {parts.whole(row['n_scored'])} scored, of {parts.whole(row['n_due'])} due. "
        f"Missing: {parts.whole(row['n_due'] - row['n_scored'])} due but not scored."
    )


def _rest(row: Row) -> list[str]:
    """Of everyone what the figure does not draw where it is split."""
    if pd.isna(row["n_reliably_improved"]):
        return ["This scale has no threshold of change, so nobody is counted as improved, unchanged or worse."]
    said = [
        f"Unchanged: {parts.of(row['n_unchanged'], row['n_scored'])}",
        f"worse by any step: {parts.of(row['n_any_worse'], row['n_scored'])}",
    ]
    if not pd.isna(row["n_reliably_recovered"]):
        said.append(f"recovered and improved: {parts.of(row['n_reliably_recovered'], row['n_cases'])} cases")
    return [f"Everyone. {'; '.join(said)}."]


def _suicidality(table: pd.DataFrame) -> dict[str, str]:
    rows = table.to_dict("records")
    if not rows:
        return {"title": "Suicidality after treatment", "count": "n = 0: nobody has an answer before treatment."}
    most = max(rows, key=lambda row: int(row["n_with"]))
    counts = [
        f"{row['instrument']}: n = {parts.whole(row['n_due'] - row['n_missing'])} answered before and after. Missing: "
        f"{parts.whole(row['n_missing'])} due but not answered; {parts.whole(row['n_started'] - row['n_before'])} "
        "without an answer before treatment."
        for row in rows
    ]
    return {
        "title": f"Suicidality ({most['instrument']}): of {parts.whole(most['n_with'])} who had it "
        f"{parts.whole(most['n_lower'])} have less, {parts.whole(most['n_higher'])} more; newly there in "
        f"{parts.of(most['n_newly'], most['n_without'])} who had it not",
        "count": "\n".join(counts),
    }


def _pairs(table: pd.DataFrame, scale: Row) -> str:
    head = f"Baseline against the later {scale['instrument']}"
    if table.empty or table["region"].isna().all():
        return head
    better, worse = (
        int(table["region"].isin(names).sum()) for names in (("improved-past-cut", "improved"), ("worse",))
    )
    said = f"{parts.of(better, len(table))} improved meaningfully, {parts.whole(worse)} got worse"
    return f"{head}: {said} ({least_words(scale, meaningful=True)})"


def _percent(table: pd.DataFrame, scale: str) -> str:
    head = f"Every person's change on the {scale}"
    if len(table) < parts.NO_PERCENT_UNDER:
        return head
    middle = f"{float(table['pct_change'].median()):+.0f}".replace("-", "−")
    return f"{head}: in the middle {middle}{parts.NBSP}% of the baseline"


def _bands(asked: Asked) -> str:
    table = asked["bands"].table
    head = "From one severity band to another"
    if table.empty or not int(table["n"].sum()):
        return head
    places = {name: place for place, name in enumerate(dict.fromkeys(table["band_before"]))}
    moved = table["band_after"].map(places) - table["band_before"].map(places)
    lower, higher = (int(table.loc[side, "n"].sum()) for side in (moved < 0, moved > 0))
    return (
        f"{head}: {parts.of(lower, table['n'].sum())} have a lower band than before, {parts.whole(higher)} a higher one"
    )
