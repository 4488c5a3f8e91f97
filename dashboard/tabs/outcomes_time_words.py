"""The page on time in sentences, all made of the tables that it shows."""

import pandas as pd

from dashboard.figures.lasting import LEAST
from dashboard.metrics.survival import first_day_at_most
from dashboard.tabs import parts
from dashboard.tabs.outcomes_view import SPLITS, View, counted_words
from dashboard.tabs.outcomes_words import whose_words
from dashboard.tabs.section import Asked

READ_AT = (28, 56)
"""Days at which a curve is read out: four and eight weeks."""


def answer(asked: Asked, view: View) -> str:
    """By when half have responded, and how many of those still respond after eight weeks."""
    days, sessions = asked["days"].table, asked["sessions"].table
    if days.empty:
        return f"Nobody is eligible on the {view.scale}, or it has no rule for response."
    at_risk = int(days["n_at_risk"].iloc[0])
    half = _half(days, sessions)
    kept = asked["everyone"].table
    head = f"{half}, of {parts.whole(at_risk)} eligible on the {view.scale}"
    if kept.empty or int(kept["n_at_risk"].iloc[0]) < LEAST:
        return f"{head}; too few responded to say how long it lasts."
    return f"{head}. {_read_out(kept, view)}."


def _half(days: pd.DataFrame, sessions: pd.DataFrame) -> str:
    if int(days["n_at_risk"].iloc[0]) < LEAST:
        return "Too few to say by when half respond"
    day = first_day_at_most(_steady(days, "day"), 0.5)
    if day is None:
        return f"Fewer than half have responded as long as {LEAST} or more can be followed"
    session = next((int(row["session"]) for row in sessions.to_dict("records") if row["not_yet"] <= 0.5), None)
    return f"Half have responded by day {day}" + (f", after {session} sessions" if session is not None else "")


def _steady(table: pd.DataFrame, x: str) -> pd.DataFrame:
    """The curve as far as it is drawn."""
    return table[table["n_at_risk"] >= LEAST].sort_values(x)


def _read_out(table: pd.DataFrame, view: View) -> str:
    """``Of 150 who responded 80 % still do after 4 weeks, 63 % (54–71) after 8``; no longer than ten are at risk."""
    n = parts.whole(table["n_at_risk"].iloc[0])
    verb = " still respond" if view.event == "loss" else " have not relapsed"
    said: list[str] = []
    for day in READ_AT:
        left = table[table["day"] >= day]
        at_risk = int(left["n_at_risk"].iloc[0]) if len(left) else 0
        row = table[table["day"] <= day].iloc[-1]
        if at_risk < LEAST or pd.isna(row["not_yet_low"]):
            said.append(f"after {day // 7} weeks too few are left to say")
            break
        ends = f"({parts.percent(row['not_yet_low'])}–{parts.percent(row['not_yet_high'])})"
        said.append(f"{parts.percent(row['not_yet'])}{parts.NBSP}% {ends}{'' if said else verb} after {day // 7} weeks")
    return f"Of {n} who responded {', '.join(said)}"


def words(asked: Asked, view: View) -> dict[str, dict[str, str]]:
    """Heading, count and whose, by figure."""
    whose = whose_words(asked["soon"], view.scale, view)
    split = "" if view.by == "none" else f", by {SPLITS[view.by].lower()}"
    unit = "days" if view.time == "day" else "sessions"
    start = "the first response" if view.start == "response" else "the end of induction"
    what = "does a response last" if view.event == "loss" else "until a relapse"
    texts = {
        "soon": (
            f"How soon? The share who have responded on the {view.scale}, by {unit}{split}",
            _counted(asked["days"].table, "eligible", "responded", "were last scored without a response"),
        ),
        "lasting": (
            f"How long {what}, from {start} on{split}? {view.scale}",
            _counted(
                asked["everyone"].table,
                "responded",
                "lost it" if view.event == "loss" else "relapsed",
                "had not when last scored",
            ),
        ),
        "maintenance": ("Those who respond at the landmark, with and without maintenance by then", _landmark(asked)),
        "quarters": (
            f"Does the rate change? {view.scale}, {parts.within(counted_words(view.window))}, by quarter of start",
            _quarters(asked["quarters"].table),
        ),
    }
    return {name: {"title": title, "count": count, "whose": whose} for name, (title, count) in texts.items()}


def _counted(table: pd.DataFrame, who: str, happened: str, left: str) -> str:
    if table.empty:
        return "n = 0."
    n, events, censored = (
        parts.whole(each) for each in (table["n_at_risk"].iloc[0], table["n_events"].sum(), table["n_censored"].sum())
    )
    return f"n = {n} {who}: {events} {happened}, {censored} {left}. Whoever is not scored may be well or ill."


def _landmark(asked: Asked) -> str:
    table = asked["maintenance"].table
    if table.empty:
        return "n = 0: nobody responds at the landmark, or it is not past."
    said = []
    for value, rows in table.groupby("maintenance", sort=False):
        n, events = int(rows["n_at_risk"].iloc[0]), int(rows["n_events"].sum())
        said.append(f"{'with' if value == 'yes' else 'without'}: n = {n:,}, {parts.of(events, n)} lost the response")
    return f"{'; '.join(said)}.".capitalize()


def _quarters(table: pd.DataFrame) -> str:
    if table.empty or table["n_responded"].isna().all():
        return "n = 0 scored."
    n_open = int(table["partial"].sum())
    missing = int((table["n_due"] - table["n_scored"]).sum())
    still = f" {n_open} {'quarter is' if n_open == 1 else 'quarters are'} still open." if n_open else ""
    return (
        f"n = {parts.whole(table['n_scored'].sum())} scored, of {parts.whole(table['n_due'].sum())} due. "
        f"Missing: {parts.whole(missing)} due but not scored.{still}"
    )
