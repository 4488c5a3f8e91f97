"""Throughput, the book ahead: what is booked, what is open, who waits to start, and the money by month and payer."""

import datetime
from typing import Any

import pandas as pd
from dash import Output

from dashboard.access import Viewer
from dashboard.auth.permissions import VIEW_THROUGHPUT
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort
from dashboard.figures.ahead import ahead_figure, money_figure
from dashboard.figures.measure import period_name
from dashboard.figures.payers import paid_figure, payers_figure
from dashboard.figures.theme import Figure, Theme
from dashboard.metrics.ahead import DAYS
from dashboard.metrics.reading import Reading
from dashboard.tabs import parts, throughput_words
from dashboard.tabs.cohort_bar import Bar
from dashboard.tabs.page import Page, options
from dashboard.tabs.section import Asked, Section
from dashboard.tabs.tab import Register
from dashboard.tabs.throughput_view import MONEY, SECTIONS, SPLITS, View, is_whole, readings, settled

TITLE = "Throughput: the book ahead"
PATH = "/throughput/ahead"
ACTION = VIEW_THROUGHPUT


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    money = [SECTION.page.chooser("amount"), SECTION.part("money")]
    payers = [SECTION.page.chooser("month"), SECTION.part("payers", is_long=True)]
    courses = [SECTION.page.chooser("by"), SECTION.part("courses")]
    return SECTION.page.layout([SECTION.part("days"), *money, *payers, *courses])


def register(callback: Register, clinic: Clinic) -> None:
    """The page's callback and files."""
    SECTION.register(callback, clinic)


def _drawn(asked: Asked, view: View, theme: Theme) -> dict[str, Figure]:
    money = asked["money"]
    partial = [month for month in money.table["month"] if not is_whole(money.cohort, month)]
    return {
        "days": ahead_figure(asked["days"].table, theme=theme),
        "money": money_figure(money.table, amount=view.amount, theme=theme, partial=partial),
        "payers": payers_figure(asked["payers"].table, month=view.month, theme=theme),
        "courses": paid_figure(asked["courses"].table, by=view.by, theme=theme),
    }


def _answer(asked: Asked, view: View) -> str:
    """How full the next weeks are, and who waits."""
    days, waits = asked["days"].table, asked["waiting"].table
    booked, starts = (int(days[name].sum()) for name in ("n_booked", "n_starts"))
    row = waits.to_dict("records")[0] if len(waits) else {"n": 0, "n_seen": 0, "n_invalid": 0}
    waiting = int(row["n"]) - int(row["n_seen"]) - int(row["n_invalid"])
    said = [f"{booked:,} sessions are booked in the next {DAYS} days, {starts:,} of people who have not begun"]
    if booked and days["expected_no_shows"].notna().all():
        missed = days["expected_no_shows"].sum()
        said.append(f"about {missed:.0f} of the {booked:,} will be missed if it goes on as before")
    return f"{'; '.join(said)}. {parts.whole(waiting)} people referred have not been seen."


def _words(asked: Asked, view: View) -> dict[str, dict[str, str]]:
    money = asked["money"].table
    count = "n_charged" if view.amount == "charge" else "n_paid"
    known = parts.of(money[count].sum(), money["n_sessions"].sum())
    return {
        "days": days_words(asked["days"].table, asked["days"].cohort.store.as_of),
        "money": {
            "title": f"{MONEY[view.amount]}, by month",
            "count": f"n = {known} completed sessions have an amount; of how many of a month stands beside it.",
        },
        "payers": _payers(asked["payers"], view.month),
        "courses": _courses(asked, view.by),
    }


def days_words(days: pd.DataFrame, as_of: datetime.date) -> dict[str, str]:
    """How much of the next weeks is open, what is booked, and of which days the staffing is not known."""
    booked, planned, starts = (int(days[name].sum()) for name in ("n_booked", "n_planned", "n_starts"))
    count = f"n = {booked:,} open bookings, {planned:,} with a planned length; {starts:,} first sessions."
    known = days[days["staffed_minutes"].notna()]
    if known.empty:
        return {"title": f"The next {DAYS} days", "count": count}
    n, hours = len(known), known["open_minutes"].clip(lower=0).sum() / 60
    last, end = datetime.date.fromisoformat(known["date"].max()), as_of + datetime.timedelta(DAYS - 1)
    whose = f"the {n} days whose staffing is known" if n > 1 else "the one day whose staffing is known"
    said = [count]
    if unknown := len(days) - n:
        said.append(
            f"{unknown} {'day' if unknown == 1 else 'days'} with bookings {'is' if unknown == 1 else 'are'} of "
            "unknown staffing."
        )
    if last < end:
        said.append(f"No staffing is known after {parts.day(last)}; the {DAYS} days end on {parts.day(end)}.")
    title = f"The next {DAYS} days: {hours:,.0f} chair-hours open on {whose} (to {last.day} {last:%B})"
    return {"title": title, "count": " ".join(said)}


def _payers(reading: Reading, month: str) -> dict[str, str]:
    """Both sums of the month, and of how many of its sessions they are."""
    if not month:
        return {"title": "Charged and paid, by payer", "count": "n = 0 completed sessions."}
    table = reading.table
    rows = table[table["month"] == month]
    part = "" if is_whole(reading.cohort, month) else ", not all of it"
    charged, paid = _sum(rows, "charge"), _sum(rows, "paid_by_patient")
    n, n_charged, n_paid = (int(rows[name].sum()) for name in ("n_sessions", "n_charged", "n_paid"))
    sessions = "session" if n == 1 else "sessions"
    return {
        "title": f"{period_name(month, 'month')}{part}, by payer: charged {charged}, paid by patients {paid}",
        "count": f"n = {parts.whole(n)} completed {sessions}, {parts.whole(n_charged)} with a known charge, "
        f"{parts.whole(n_paid)} with a known payment. Not known, in no sum: the charge of "
        f"{parts.whole(n - n_charged)}, the payment of {parts.whole(n - n_paid)}. The table has every month.",
    }


def _courses(asked: Asked, by: str) -> dict[str, str]:
    """Of how many courses it is known what the patient paid, and what the figure leaves out of the filters."""
    table, cohort = asked["courses"].table, asked["sessions"].cohort
    names = ("courses", "going_on", "known", "partly", "unknown")
    n, on, known, partly, unknown = (int(table[f"n_{name}"].sum()) for name in names)
    split = "" if by == "none" else f", by {parts.within(SPLITS[by])}"
    known_words = f"Known of {parts.of(known, n - on)}" if n > on else "No course is over yet"
    phase = ["Not filtered by phase: a course has none."] if "phase" in cohort.where else []
    dates = ["Dates are of the course's start."] if cohort.since or cohort.until else []
    return {
        "title": f"What does a course cost the patient{split}? {known_words}",
        "count": f"n = {parts.of(known, n - on)} courses that are over have every session's payment. Left out: "
        f"{parts.whole(partly)} with some sessions' only, {parts.whole(unknown)} with none, and "
        f"{parts.whole(on)} that go on.",
        "whose": " ".join([*phase, *dates]),
    }


def _sum(rows: pd.DataFrame, amount: str) -> str:
    return f"{rows[amount].sum():,.0f}" if rows[amount].notna().any() else "not known"


def _months(cohort: Cohort, asked: Asked, view: View) -> list[Any]:
    """The months with a completed session, the newest first, and the view's, in which nobody may have come."""
    there = dict.fromkeys([*asked["money"].table["month"], *([view.month] if view.month else [])])
    return options({month: period_name(month, "month") for month in sorted(there, reverse=True)})


SECTION = Section(
    page=Page(
        Bar("throughput-ahead", of="bookings"),
        PATH,
        "How full are the next four weeks?",
        "Show the book of everyone",
        {"amount": "Money", "month": "Month by payer", "by": "Courses split by"},
        {"amount": MONEY, "month": {}, "by": SPLITS},
        SECTIONS,
    ),
    action=ACTION,
    view=View,
    figures=("days", "money", "payers", "courses"),
    readings=readings,
    drawn=_drawn,
    words=_words,
    answer=_answer,
    nobody=throughput_words.nobody,
    counted="bookings from the day of the records on",
    is_nobody=lambda asked: asked["sessions"].table.empty,
    more={"months": (Output("throughput-ahead-month", "options"), _months)},
    left=("month",),
    settled=settled,
)
