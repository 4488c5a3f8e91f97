"""The throughput page in sentences, all made of the tables that it shows."""

import datetime
from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard.figures.lasting import LEAST
from dashboard.figures.marks import Mark
from dashboard.figures.measure import MEASURES, in_period, percent_or_count, period_name
from dashboard.figures.sessions import latest_periods
from dashboard.figures.spc import MARKS, signals, spc_marks
from dashboard.metrics.reading import Reading
from dashboard.metrics.spc import charted
from dashboard.tabs import parts
from dashboard.tabs.annotations import named
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.page import nobody_words
from dashboard.tabs.throughput_view import SPLITS, View

FEW_A_PERIOD = 5
"""Limits of fewer a period are said to be unsteady; our own choice."""
READ_AT = (9, 13)
"""Sessions at which retention is read out: those at which it is published."""
MOST_SIGNALS = 6
"""More signals than these are counted; the table has all."""


def answer(sessions: pd.DataFrame, period: str, changes: Sequence[datetime.date] = ()) -> str:
    """Whether the clinic keeps up: the latest whole period against chance, its no-shows, its new starts."""
    if sessions.empty:
        return "No session is booked in this cohort."
    whole = sessions[~sessions["partial"]]
    if whole.empty:
        booked = parts.whole(sessions["n_scheduled"].sum())
        return f"No {period} is over yet: {booked} sessions are booked so far."
    row = whole.to_dict("records")[-1]
    table = charted(sessions, "n_completed", period, rebase=changes)
    when = in_period(row["period"], period)
    head = f"{_counted(row['n_completed'], 'session')} completed {when}, {_against_chance(table, period)}"
    held = row["n_completed"] + row["n_no_show"] + row["n_late_cancelled"]
    missed = (
        f"{percent_or_count(row['n_no_show'], held)}, of the slots held were no-shows" if held else "no slot was held"
    )
    starts = _counted(row["n_new_starts"], "person", "people")
    return f"{head}; {missed}; {starts} started."


def _counted(n: Any, one: str, several: str = "") -> str:
    return f"{parts.whole(n)} {one if n == 1 else several or one + 's'}"


def _against_chance(table: pd.DataFrame, period: str) -> str:
    """What the latest point is, in words."""
    last = table.to_dict("records")[-1]
    if pd.isna(last["high"]):
        return "too early to say what is usual"
    usual = f"{max(0, last['low']):.0f} to {last['high']:.0f}"
    if last["point"] == "common":
        return f"as chance would have it ({usual})"
    if last["point"] == "outside":
        return f"{'more' if last['value'] > last['mean'] else 'fewer'} than chance explains ({usual})"
    return f"which is not chance: {signals(table, period)[-1].words}"


def nobody(filters: Filters) -> str:
    """What no session matches."""
    return nobody_words(filters, "session", "day") or "No session is booked in these records."


def words(asked: dict[str, Reading], view: View, as_of: str, marks: Sequence[Mark] = ()) -> dict[str, dict[str, str]]:
    """Heading, count and whose, by figure."""
    narrowed = _narrowed(asked)
    return {
        "spc": _spc(asked["spc"].table, asked["sessions"].table, view, marks),
        "sessions": _sessions(asked["sessions"].table, view.period, as_of),
        "induction": {**_induction(asked["induction"].table, view.by), "whose": narrowed["induction"]},
        "retention": {**_retention(asked["stayed"].table, view), "whose": narrowed["induction"]},
        "stopping": {**_stopping(asked["stopping"].table, view.by), "whose": narrowed["induction"]},
        "completeness": {**_completeness(asked["completeness"].table), "whose": narrowed["induction"]},
        "waits": {**_waits(asked["waits"].table), "whose": narrowed["waits"]},
    }


def _spc(table: pd.DataFrame, sessions: pd.DataFrame, view: View, marks: Sequence[Mark]) -> dict[str, str]:
    measure, period = MEASURES[view.metric], view.period
    if table.empty:
        return {"title": f"{measure.name} by {period}", "count": f"n = 0 {period}s with a value."}
    found = signals(table, period)
    recent = [each.words for each in found[::-1][:MOST_SIGNALS]]
    rest = f"; and {len(found) - len(recent)} earlier" if len(found) > len(recent) else ""
    said = f"Not chance: {'; '.join(recent)}{rest}." if found else "Nothing that chance does not explain."
    last = table.to_dict("records")[-1]
    value = measure.text(last["value"], digits=1 if measure.is_rate else 0)
    first, latest = (period_name(table["period"].iloc[place], period) for place in (0, -1))
    happened = named(spc_marks(table, marks))
    more = [*_few(sessions, table, view), *_target(last, view), *([f"Happened: {happened}."] if happened else [])]
    return {
        "title": f"{measure.name}: {value} {in_period(last['period'], period)}, {_against_mean(table, view)}",
        "count": "\n".join([f"n = {_counted(len(table), period)}, from {first} to {latest}.", said, *more]),
    }


_ASSURANCE = {
    "meets": "chance alone would not miss it",
    "fails": "chance alone would not reach it: only a change of the way of working will",
    "hit-and-miss": "chance alone meets it at times and misses it at times",
}


def _target(last: Any, view: View) -> list[str]:
    """What the limits say of the target."""
    if not view.target.strip():
        return []
    if view.goal is None:
        return [f"The target {view.target!r} is no number of 0 or more, so none is drawn; write it as 40 or 5.5."]
    goal = MEASURES[view.metric].text(view.goal, digits=1)
    said = _ASSURANCE.get(last["assurance"])
    return [f"Target {goal}: {said}." if said else f"Target {goal}: neither way is better, or there are no limits yet."]


def _few(sessions: pd.DataFrame, table: pd.DataFrame, view: View) -> list[str]:
    """That the numbers are too small for steady limits, where a longer period would help."""
    measure, whole = MEASURES[view.metric], sessions[sessions["period"].isin(table["period"])]
    if view.period == "month" or (measure.is_rate and not measure.part):
        return []
    basis = whole[list(measure.whole)].sum(axis=1) if measure.part else table["value"]
    mean, unit = float(basis.mean()), "slots held" if measure.part else measure.unit
    if mean >= FEW_A_PERIOD:
        return []
    return [f"On average {mean:.1f} {unit} a {view.period}: limits of so few are unsteady, a longer period's less so."]


def _against_mean(table: pd.DataFrame, view: View) -> str:
    last = table.to_dict("records")[-1]
    mean = f"on average {MEASURES[view.metric].text(last['mean'], digits=1)}"
    return mean if last["point"] == "common" else f"{mean}; {_meaning(last['meaning'])}"


def _meaning(meaning: str) -> str:
    way = {"improvement": "better", "concern": "worse"}.get(meaning, "more")
    return f"{way} than chance explains"


def _sessions(table: pd.DataFrame, period: str, as_of: str) -> dict[str, str]:
    rows = [row for row in latest_periods(table, as_of) if not row["partial"]]
    shown = latest_periods(table, as_of)
    held = sum(int(row[name]) for row in rows for name in ("n_completed", "n_no_show", "n_late_cancelled"))
    missed = sum(int(row["n_no_show"]) for row in rows)
    span = f"the latest {_counted(len(rows), f'whole {period}')}"
    title = f"No-shows in {span}: {percent_or_count(missed, held)} of the slots held" if held else "No slot was held"
    unresolved = int(table["n_unresolved"].sum())
    return {
        "title": title,
        "count": f"n = {parts.whole(sum(int(row['n_scheduled']) for row in shown))} sessions booked in the "
        f"{_counted(len(shown), period)} shown; the table has every {period}. "
        f"Unknown: {_counted(unresolved, 'past session')} without a result.",
    }


def _induction(table: pd.DataFrame, by: str) -> dict[str, str]:
    started, due, done = (int(table[name].sum()) for name in ("n_started", "n_due", "n_completed"))
    split = "" if by == "none" else f", by {SPLITS[by].lower()}"
    title = f"Induction completed by {percent_or_count(done, due)}{split}" if due else "No induction is due yet"
    return {
        "title": title,
        "count": f"n = {parts.whole(due)} courses due, of {parts.whole(started)} started; "
        f"{parts.whole(started - due)} not yet due. First course of each person.",
    }


def _retention(table: pd.DataFrame, view: View) -> dict[str, str]:
    """How many come to the numbers of sessions that are published."""
    split = "" if view.by == "none" else f", by {SPLITS[view.by].lower()}"
    title = f"How long do people keep coming{split}?"
    if table.empty:
        return {"title": title, "count": "n = 0 courses begun long enough ago to tell."}
    said = ", ".join(each for each in (reached(table, session) for session in READ_AT) if each)
    n, ended, on = (
        parts.whole(each) for each in (table["n_at_risk"].iloc[0], table["n_events"].sum(), table["n_censored"].sum())
    )
    return {
        "title": f"{title} Of all, {said}" if said else f"{title} Too few to say",
        "count": f"n = {n} courses begun long enough ago to tell: {ended} ended, {on} go on. First course of each "
        "person. Published of esketamine, REMS registry: 75.1 % came to 9 sessions, 60.3 % to 13.",
    }


def reached(table: pd.DataFrame, session: int) -> str:
    """``75 % (70–80) came to session 9``; nothing where fewer than LEAST are followed so far."""
    row, later = table[table["session"] <= session].iloc[-1], table[table["session"] >= session]
    if row["not_yet"] == 0 and int(table["n_at_risk"].iloc[0]) >= LEAST:
        return f"nobody came to session {session}"
    if later.empty or int(later["n_at_risk"].iloc[0]) < LEAST or pd.isna(row["not_yet_low"]):
        return ""
    ends = f"({parts.percent(row['not_yet_low'])}–{parts.percent(row['not_yet_high'])})"
    return f"{parts.percent(row['not_yet'])}{parts.NBSP}% {ends} came to session {session}"


def _stopping(table: pd.DataFrame, by: str) -> dict[str, str]:
    started, on, ended, unknown = (
        int(table[f"n_{name}"].sum()) for name in ("started", "going_on", "ended", "unknown")
    )
    split = "" if by == "none" else f", by {SPLITS[by].lower()}"
    return {
        "title": f"Why do people stop{split}? {parts.of(ended, started)} have ended treatment",
        "count": f"n = {ended:,} people who have ended, {unknown:,} of them without a reason; {on:,} go on.",
    }


def _completeness(table: pd.DataFrame) -> dict[str, str]:
    row = table.to_dict("records")[0]
    both = percent_or_count(row["n_both"], row["n_due"]) if row["n_due"] else "nobody yet"
    missing = row["n_due"] - row["n_both"]
    return {
        "title": f"A score before and after treatment: {both}",
        "count": f"n = {parts.whole(row['n_due'])} courses due, of {parts.whole(row['n_started'])} started; "
        f"missing: {parts.whole(missing)} without both scores, "
        f"{parts.whole(row['n_sessions'] - row['n_with_form'])} completed sessions without a form.",
    }


def _waits(table: pd.DataFrame) -> dict[str, str]:
    n = int(table["n_at_risk"].iloc[0]) if len(table) else 0
    if not n:
        return {"title": "Wait from referral to the first session", "count": "n = 0 people with a date of referral."}
    waiting, seen = int(table["n_censored"].sum()), int(table["n_events"].sum())
    days = {level: table.loc[table["not_yet"] <= level + 1e-9, "day"] for level in (0.5, 0.1)}
    named = [
        f"{who} by day {int(found.iloc[0])}" if len(found) else f"{who} not yet"
        for who, found in zip(("half", "nine in ten"), days.values(), strict=True)
    ]
    return {
        "title": f"From referral to the first session: {', '.join(named)}",
        "count": f"n = {parts.whole(n)} people referred: {parts.whole(seen)} seen, "
        f"{parts.whole(waiting)} still waiting on the day of the records.",
    }


def _narrowed(asked: dict[str, Reading]) -> dict[str, str]:
    """What a figure leaves out of the cohort's filters, and what its dates are of."""
    cohort = asked["spc"].cohort
    said = {}
    for name, dated, why in (
        ("induction", "the course's start", "a course has none"),
        ("waits", "the referral", "a wait is before treatment"),
    ):
        left_out = [each for each in cohort.where if each not in asked[name].cohort.where]
        sentences = [f"Not filtered by {' and '.join(left_out)}: {why}."] if left_out else []
        sentences += [f"Dates are of {dated}."] if cohort.since or cohort.until else []
        said[name] = " ".join(sentences)
    return said


def indicators(sessions: pd.DataFrame, period: str, changes: Sequence[datetime.date] = ()) -> list[dict[str, str]]:
    """A row a number: the latest whole period, what is usual, and what it means."""
    rows = []
    for name, measure in MEASURES.items():
        table = charted(sessions, name, period, rebase=changes)
        if table.empty:
            rows.append({"measure": measure.name, "latest": "no value", "usual": "–", "limits": "–", "means": "–"})
            continue
        last = table.to_dict("records")[-1]
        digits = 1 if measure.is_rate else 0
        low, high = (measure.text(last[side], digits=digits) for side in ("low", "high"))
        if not pd.isna(last["low"]) and last["low"] < 0:
            low = measure.text(0)
        rows.append(
            {
                "measure": measure.name,
                "latest": _latest(sessions, last["period"], name, period),
                "usual": measure.text(last["mean"], digits=1),
                "limits": "–" if pd.isna(last["high"]) else f"{low} to {high}",
                "means": _verdict(table, period),
            }
        )
    return rows


def _latest(sessions: pd.DataFrame, first: str, name: str, period: str) -> str:
    """The value; of a rate also its counts; of an older period it says so."""
    measure, row = MEASURES[name], sessions[sessions["period"] == first].to_dict("records")[0]
    newest = sessions.loc[~sessions["partial"], "period"].iloc[-1]
    when = "" if first == newest else f" ({period_name(first, period)})"
    if measure.part:
        return percent_or_count(row[measure.part], sum(int(row[each]) for each in measure.whole)) + when
    return measure.text(row[name], digits=1 if measure.is_rate else 0) + when


def _verdict(table: pd.DataFrame, period: str) -> str:
    last = table.to_dict("records")[-1]
    mark = MARKS[last["meaning"]][2]
    if pd.isna(last["high"]):
        return "too early to say"
    return mark if last["point"] == "common" else f"{mark}: {signals(table, period)[-1].words}"
