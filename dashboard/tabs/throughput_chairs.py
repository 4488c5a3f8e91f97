"""Throughput, chairs: when are they booked and used, do sessions take as long as planned, which slots are missed?"""

from typing import Any

from dashboard.access import Viewer
from dashboard.auth.permissions import VIEW_THROUGHPUT
from dashboard.clinic import Clinic
from dashboard.figures.chairs import WEEKDAYS, chairs_figure, lead_figure, planned_figure
from dashboard.figures.theme import Figure, Theme
from dashboard.tabs import parts, throughput_words
from dashboard.tabs.cohort_bar import Bar
from dashboard.tabs.page import Page
from dashboard.tabs.section import Asked, Section
from dashboard.tabs.tab import Register
from dashboard.tabs.throughput_view import SECTIONS, SPLITS, View, readings

TITLE = "Throughput: chairs"
PATH = "/throughput/chairs"
ACTION = VIEW_THROUGHPUT


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """The page without its numbers."""
    used, scheduled, planned, lead = (SECTION.part(name) for name in SECTION.figures)
    return SECTION.page.layout([used, scheduled, SECTION.page.chooser("by"), planned, lead])


def register(callback: Register, clinic: Clinic) -> None:
    """The page's callback and files."""
    SECTION.register(callback, clinic)


def _drawn(asked: Asked, view: View, theme: Theme) -> dict[str, Figure]:
    chairs = asked["used"].table
    return {
        "scheduled": chairs_figure(chairs, of="scheduled", theme=theme),
        "used": chairs_figure(chairs, of="actual", theme=theme),
        "planned": planned_figure(asked["planned"].table, by=view.by, theme=theme),
        "lead": lead_figure(asked["lead"].table, theme=theme),
    }


def _answer(asked: Asked, view: View) -> str:
    """The fullest hour by use, and how many sessions took longer than planned."""
    chairs, planned = asked["used"].table, asked["planned"].table
    said = []
    if len(chairs) and chairs["actual_minutes"].sum():
        row = max(chairs.to_dict("records"), key=lambda each: float(each["actual_chairs"]))
        hour = f"{row['hour']}:00–{row['hour'] + 1}:00"
        day = WEEKDAYS[row["weekday"] - 1]
        said.append(f"Most chairs are used on {day}s at {hour}: {row['actual_chairs']:.1f} at once")
    both, longer = (int(planned[name].sum()) for name in ("n_both", "n_longer"))
    if both:
        said.append(f"{parts.of(longer, both)} sessions took longer than planned")
    return "; ".join(said) + "." if said else "When chairs are used is not known: no session has arrival and discharge."


def _words(asked: Asked, view: View) -> dict[str, dict[str, str]]:
    chairs, planned, lead = (asked[name].table for name in ("used", "planned", "lead"))
    booked, used = (parts.whole(chairs[f"{name}_minutes"].sum() / 60) for name in ("scheduled", "actual"))
    split = "" if view.by == "none" else f", by {parts.within(SPLITS[view.by])}"
    both = parts.of(planned["n_both"].sum(), planned["n_sessions"].sum())
    held, missed, late = (int(lead[name].sum()) for name in ("n_held", "n_no_show", "n_late_cancelled"))
    return {
        "scheduled": {"title": "When are chairs booked? Chairs at once", "count": f"n = {booked} chair-hours booked."},
        "used": {"title": "When are they used? Chairs at once", "count": f"n = {used} chair-hours used."},
        "planned": {
            "title": f"Do sessions take as long as planned{split}?",
            "count": f"n = {both} completed sessions have a plan and a length.",
        },
        "lead": {
            "title": "Are slots missed, or cancelled late, more often the longer before they were booked?",
            "count": f"n = {held:,} slots held whose booking is known: {missed:,} no-shows, {late:,} cancelled late.",
        },
    }


SECTION = Section(
    page=Page(
        Bar("throughput-chairs", of="bookings"),
        PATH,
        "When are chairs booked and used, and which slots are missed?",
        "Show the chairs of everyone",
        {"by": "Lengths split by"},
        {"by": SPLITS},
        SECTIONS,
    ),
    action=ACTION,
    view=View,
    figures=("used", "scheduled", "planned", "lead"),
    readings=readings,
    drawn=_drawn,
    words=_words,
    answer=_answer,
    nobody=throughput_words.nobody,
    counted="sessions by the day they were booked for",
    is_nobody=lambda asked: asked["sessions"].table.empty,
)
