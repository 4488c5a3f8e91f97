"""When side effects come and how long they last, in sentences made of the tables of that page."""

from typing import Any

import pandas as pd

from dashboard.effects import GROUPS
from dashboard.figures.words import signed
from dashboard.tabs import parts
from dashboard.tabs.section import Asked
from dashboard.tabs.side_effects_view import ANY, SPLITS, View


def answer(asked: Asked, view: View) -> str:
    """How it changed in the same people, from the first session to the latest band of enough of them."""
    if "side_effects" not in asked["whole"].cohort.store.facts["columns"]:
        return f"{str(asked['whole'].notes[0]).partition(',')[0]}."
    table = asked["bands"].table
    rows = table[table["n_paired"] >= parts.FEW_UNDER].to_dict("records")
    if not rows:
        return "Too few people have come back to say whether side effects fade."
    row = rows[-1]
    first, later = (parts.percent(row[name]) for name in ("first_rate", "paired_rate"))
    ends = " to ".join(signed(100 * row[name]) for name in ("paired_low", "paired_high"))
    what = "A side effect" if view.term == ANY else view.term
    were = "were" if view.term in GROUPS else "was"
    return (
        f"{what} {were} recorded in {first} of 100 first sessions, and in {later} of 100 sessions {_band(row)} of the "
        f"same {parts.whole(row['n_paired'])} people ({signed(100 * row['paired_change'])}, {ends})."
    )


def _band(row: Any) -> str:
    return str(row["sessions"]).replace("-", "–")


def words(asked: Asked, view: View) -> dict[str, dict[str, str]]:
    """Heading and count, by figure."""
    what = "Any side effect" if view.term == ANY else view.term
    bands, doses, lengths = (asked[name].table for name in ("bands", "doses", "lengths"))
    return {
        "bands": {"title": f"{what}: how often, from session to session?", "count": _forms(bands)},
        "changes": {
            "title": f"In the same people: {parts.within(what)}, session 1 against later",
            "count": _pairs(bands),
        },
        "fading": _fading(asked["fading"].table, view),
        "doses": {"title": f"{what}: how often, after how many milligrams?", "count": _forms(doses)},
        "dose-changes": {
            "title": f"In the same people: {parts.within(what)}, the first dose against later",
            "count": _pairs(doses),
        },
        "timing": _timing(asked["timing"].table),
        "lengths": _lengths(lengths),
        "leaving": _leaving(lengths),
        "ready": _ready(asked["ready"].table, view),
    }


def _forms(table: pd.DataFrame) -> str:
    return (
        f"n = {parts.whole(table['n_sessions'].sum())} sessions with a filled form; of how many stands beside each dot."
    )


def _pairs(table: pd.DataFrame) -> str:
    most = table["n_paired"].max() if len(table) else 0
    return (
        f"n = at most {parts.whole(most)} people in one band; how many stand beside each dot. Who left earlier is in "
        "neither side of a change, so that leaving cannot make it."
    )


def _timing(table: pd.DataFrame) -> dict[str, str]:
    sums = {name: int(table[f"n_{name}"].sum()) for name in ("events", "during", "between", "later", "before")}
    if not sums["events"]:
        return {"title": "When do they come?", "count": "n = 0 events."}
    return {
        "title": f"When do they come? {parts.of(sums['during'], sums['events'])} in the session itself",
        "count": f"n = {sums['events']:,} events of every term: {sums['during']:,} in a session, {sums['between']:,} "
        f"between sessions, {sums['later']:,} later, {sums['before']:,} before any.",
    }


def _lengths(table: pd.DataFrame) -> dict[str, str]:
    events, timed = (int(table[name].sum()) for name in ("n_events", "n_timed"))
    return {
        "title": "How long do they last? Minutes",
        "count": f"n = {timed:,} events with an end, of {events:,} in sessions; {events - timed:,} have none written "
        "down, which does not mean that they went on.",
    }


def _leaving(table: pd.DataFrame) -> dict[str, str]:
    before, known, events = (int(table[name].sum()) for name in ("n_before_leaving", "n_with_leaving", "n_events"))
    title = f"Over before leaving: {parts.of(before, known)} events" if known else "Over before leaving?"
    return {"title": title, "count": f"n = {known:,} events with end and discharge, of {events:,} in sessions."}


def _ready(table: pd.DataFrame, view: View) -> dict[str, str]:
    split = "" if view.by == "none" else f", by {parts.within(SPLITS[view.by])}"
    n = parts.of(table["n_timed"].sum(), table["n_sessions"].sum())
    return {
        "title": f"When are people ready to leave{split}? Minutes from the start of the dose",
        "count": f"n = {n} completed sessions have both times.",
    }


def _fading(table: pd.DataFrame, view: View) -> dict[str, str]:
    what = "any side effect" if view.term == ANY else parts.within(view.term)
    large = table[table["n_sessions"] >= parts.FEW_UNDER].to_dict("records")
    shown = [*large[:1], *large[1:][-1:]]
    ends = [f"{parts.percent(row['session_rate'])} % in session {row['session_number']}" for row in shown]
    title = f"Does it fade? {what[:1].upper()}{what[1:]}{': ' if ends else ''}{', '.join(ends)}"
    count = f"n = {parts.whole(table['n_sessions'].sum())} sessions with a filled form; how many under each number."
    return {"title": title, "count": count}
