"""The side-effects page in sentences, all made of the tables that it shows."""

from typing import Any

import pandas as pd

from dashboard.figures.explorer import PER_100, shown_rows
from dashboard.figures.side_effects import drawn_terms
from dashboard.metrics.options import notes_of
from dashboard.metrics.serious_events import RULE
from dashboard.metrics.side_effects import terms_of
from dashboard.tabs import parts
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.page import nobody_words
from dashboard.tabs.section import Asked
from dashboard.tabs.side_effects_view import SPLITS, View

_UNKNOWN = "Which events were serious is not known."
_OF = {"session": "% of sessions", "patient": "% of patients", PER_100: "events per 100 sessions"}
MOST_NAMED = 8
"""Of more groups than these none is named."""


def nobody(filters: Filters) -> str:
    """Whom nobody matches."""
    return nobody_words(filters, "completed session", "a day") or "These records have no completed session."


def answer(asked: Asked, view: View) -> str:
    """What it costs people: any side effect, the one recorded most often, the serious ones."""
    row = asked["whole"].table.to_dict("records")[0]
    if not row["n_completed"]:
        return "No session has been completed in this cohort."
    if "side_effects" not in _columns_of(asked):
        return str(asked["whole"].notes[0]).partition(",")[0] + "."
    serious = _serious(int(row["n_serious"])) if "serious" in _columns_of(asked)["side_effects"] else _UNKNOWN
    if not row["n_sessions"]:
        sessions = "session" if row["n_completed"] == 1 else "sessions"
        return f"No side-effect form was filled in {parts.whole(row['n_completed'])} completed {sessions}. {serious}"
    basis = "patient" if view.basis == "patient" else "session"
    rate = parts.rate(*(row[name] for name in _columns(basis)))
    rate = rate.replace(f"{parts.NBSP}· ", f" {basis}s with a filled form, ")
    rate += "" if "%" in rate else f" {basis}s with a filled form, too few for a percentage"
    return f"A side effect was recorded in {rate}. {_most(asked['severity'].table, basis)}{serious}"


def _columns_of(asked: Asked) -> Any:
    """Table -> its columns in the export."""
    return asked["whole"].cohort.store.facts["columns"]


def _columns(basis: str) -> tuple[str, ...]:
    return f"n_{basis}s_with", f"n_{basis}s", f"{basis}_rate", f"{basis}_low", f"{basis}_high"


def _most(table: pd.DataFrame, basis: str) -> str:
    """The term of most sessions, all groups together: each session is in one group, a patient may be in several."""
    sums = table.groupby("term", sort=False, as_index=False)[["n_sessions_with", "n_sessions"]].sum()
    most = max(sums.to_dict("records"), key=lambda row: int(row["n_sessions_with"]), default=None)
    if most is None or not most["n_sessions_with"]:
        return ""
    count = parts.of(most["n_sessions_with"], most["n_sessions"])
    return f"Most often: {parts.within(most['term'])}, in {count}{' sessions' if basis == 'patient' else ''}. "


def _serious(count: int) -> str:
    return {0: "No serious event.", 1: "1 serious event."}.get(count, f"{count:,} serious events.")


def is_nobody(asked: Asked) -> bool:
    """Whether no session has been completed."""
    return int(asked["whole"].table["n_completed"].iloc[0]) == 0


def words(asked: Asked, view: View) -> dict[str, dict[str, str]]:
    """Heading and count, by figure."""
    n_terms = len(terms_of(asked["whole"].cohort))
    split = "" if view.by == "none" else f", by {parts.within(SPLITS[view.by])}"
    whole = asked["whole"].table.to_dict("records")[0]
    return {
        "any": {"title": f"How often any side effect{split}?", "count": _forms(whole)},
        "terms": {
            "title": f"Which side effects{split}? {_OF[view.basis]}",
            "count": "\n".join(
                filter(None, [_of_whom(asked["any"].table, view), _terms(asked["terms"].table, n_terms)])
            ),
        },
        "differences": _differences(asked, view),
        "severity": _severity(asked["severity"].table),
        "watch": _watch(asked["watch"].table),
    }


def _forms(row: Any) -> str:
    left = row["n_completed"] - row["n_sessions"]
    return (
        f"n = {parts.whole(row['n_sessions'])} sessions with a filled form, of {parts.whole(row['n_completed'])} "
        f"completed; {parts.whole(left)} without one are unknown."
    )


def _of_whom(table: pd.DataFrame, view: View) -> str:
    """The denominators of the groups, with the share of forms behind each."""
    rows = [row for row in table.to_dict("records") if row["n_completed"]]
    if len(rows) > MOST_NAMED:
        return "The denominators stand beside each dot, the share of filled forms in the figure above."
    named = [f"{_name(row, view.by)}{_denominator(row, view.basis)}" for row in rows]
    return f"n: {'; '.join(named)}." if named else ""


def _name(row: Any, by: str) -> str:
    return "" if by == "none" else f"{parts.value_words(by, row[by])} "


def _denominator(row: Any, basis: str) -> str:
    forms = f"{parts.of(row['n_sessions'], row['n_completed'])} sessions have a filled form"
    if row["n_completed"] >= parts.NO_PERCENT_UNDER:
        forms += f" ({parts.percent(row['form_rate'])} %)"
    if basis != "patient" or not row["n_patients"]:
        return forms
    each = row["n_sessions"] / row["n_patients"]
    return f"{parts.whole(row['n_patients'])} patients with {each:.1f} such sessions each"


def _terms(table: pd.DataFrame, n_terms: int) -> str:
    terms = table[table["term"].notna()]
    shown, drawn = terms["term"].nunique(), len(drawn_terms(table))
    if not n_terms:
        return ""
    rest = f" The {drawn} recorded most often can be drawn; the table has all of these."
    return f"{parts.of(shown, n_terms)} recorded terms pass the choices above.{rest if shown > drawn else ''}"


def compared(asked: Asked, view: View) -> str:
    """The group that the others are compared with: the one chosen, else that of most sessions."""
    said = asked["terms"].options.get("than")
    rows = asked["any"].table.to_dict("records")
    if said or view.by == "none" or not rows:
        return str(said or "")
    return str(max(rows, key=lambda row: int(row["n_sessions"]))[view.by])


def _differences(asked: Asked, view: View) -> dict[str, str]:
    """How many intervals leave out 0, of how many."""
    than, table = compared(asked, view), shown_rows(asked["terms"].table, view.opened)
    if view.by == "none":
        return {"title": "More or less often?", "count": "Choose a split to compare groups."}
    known = table[table["difference_low"].notna()]
    apart = int(((known["difference_low"] > 0) | (known["difference_high"] < 0)).sum())
    return {
        "title": f"More or less often than with {parts.value_words(view.by, than)}? Sessions of 100",
        "count": f"n = {parts.whole(len(known))} differences with an interval; {parts.whole(apart)} of these intervals "
        "leave out 0. A difference between groups is not proof that the treatment makes it: the people differ as well.",
    }


def _watch(table: pd.DataFrame) -> dict[str, str]:
    """How many sessions have a sign of each group, and of how many people they are."""
    title = "Watched over months, by the milligrams had before"
    if table.empty:
        return {"title": title, "count": "n = 0 sessions with a filled form."}
    sums = table.groupby("group", sort=False)[["n_sessions", "n_sessions_with"]].sum()
    said = [f"{parts.within(str(group))} in {parts.whole(row['n_sessions_with'])}" for group, row in sums.iterrows()]
    n = parts.whole(sums["n_sessions"].max())
    return {"title": f"{title}: {', '.join(said)} of {n} sessions", "count": f"n = {n} sessions with a filled form."}


def _severity(table: pd.DataFrame) -> dict[str, str]:
    drawn = table[table["term"].isin(drawn_terms(table))] if len(table) else table
    sums = {name: int(drawn[f"n_{name}"].sum()) for name in ("events", "mild", "moderate", "severe", "outside")}
    unstated = sums["events"] - sums["mild"] - sums["moderate"] - sums["severe"]
    title = f"How bad? {sums['severe']:,} of {sums['events']:,} events severe"
    count = (
        f"n = {sums['events']:,} events of these terms, all groups together; {unstated:,} without a severity. "
        f"{sums['outside']:,} of the events are in no rate: no filled form, or no session. "
        "Severe is not serious: serious events have a list of their own."
    )
    return {"title": title if sums["events"] else "How bad?", "count": count}


def serious(table: pd.DataFrame) -> str:
    """The heading of the list."""
    if RULE not in notes_of(table):
        return "Serious events: not known"
    people = table["person"].nunique()
    who = "" if table.empty else ", of 1 person" if people == 1 else f", of {people:,} people"
    return f"{_serious(len(table)).rstrip('.')}{who}"
