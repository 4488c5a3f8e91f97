"""What Today is asked to show: which list, which of its lines, in which order; all of it in the address."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from dashboard.access import Viewer
from dashboard.clinic import Clinic
from dashboard.clinic_file import zone
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.tabs.lines import Line, lines_for
from dashboard.tabs.reason_words import COURSE, DUE, SAFETY

WEEK = 8
"""Days: today and the next seven."""
LISTS: Mapping[str, str] = {
    "today": "Today",
    "week": "Today and next 7 days",
    "caseload": "Not booked in the next 7 days, with a reason",
    "recall": "Recall: open course, no booking",
}
TILES: Mapping[str, str] = {
    "all": "all",
    "safety": "safety",
    "course": "worse or no change",
    "due": "measure or record due",
    "new": "new start",
    "stopped": "stopped after session 1–3",
    "open": "not reviewed",
}
ORDERS: Mapping[str, str] = {"reason": "Reasons first", "time": "Time first"}
EARLY_STOP = 3


@dataclass(frozen=True)
class View:
    """One view of Today.

    Attributes:
        date: the first day; None for the clinic's own today.
        list: one of LISTS.
        only: one of TILES.
        order: one of ORDERS.
    """

    date: datetime.date | None = None
    list: str = "today"
    only: str = "all"
    order: str = "reason"

    @classmethod
    def of(cls, search: str) -> "View":
        """What an address asks for; raises OptionError where there is no such view."""
        given = dict(parse_qsl(search.lstrip("?"), keep_blank_values=True))
        known: dict[str, Mapping[str, str]] = {"list": LISTS, "only": TILES, "order": ORDERS}
        for name, value in given.items():
            if name != "date" and value not in known.get(name, {}):
                raise OptionError(f"There is no {name} {value!r} on this page.")
        try:
            date = datetime.date.fromisoformat(given.pop("date")) if "date" in given else None
        except ValueError:
            raise OptionError("The date of this address is none; write it as 2024-03-31.") from None
        return cls(date=date, **given)

    def search(self) -> str:
        """The part of the address that asks for it; nothing for the default."""
        said = {"date": str(self.date)} if self.date else {}
        said |= {name: value for name in ("list", "only", "order") if (value := getattr(self, name)) != _DEFAULTS[name]}
        return f"?{urlencode(said)}" if said else ""

    def said(self) -> str:
        """The same for the page of a person who was opened from it: the list is named even where it is the default."""
        return "?" + urlencode({"list": self.list, **dict(parse_qsl(self.search().lstrip("?")))})

    def but(self, **changes: object) -> str:
        """The address of the view that differs so."""
        return "/today" + replace(self, **changes).search()  # type: ignore[arg-type]

    @property
    def days(self) -> int:
        """How many days the list looks at."""
        return 1 if self.list in ("today", "recall") else WEEK

    @property
    def who(self) -> str:
        """The metric's word for it."""
        return "booked" if self.list in ("today", "week") else "caseload"


_DEFAULTS = {"list": "today", "only": "all", "order": "reason"}


@dataclass(frozen=True)
class Listed:
    """A view and its lines.

    Attributes:
        cohort: the build.
        date: the first day shown.
        everyone: the lines of the list.
        lines: those of the tile, in the order asked for.
    """

    view: View
    cohort: Cohort
    date: datetime.date
    everyone: list[Line]

    @property
    def lines(self) -> list[Line]:
        """Those of the tile, in the order asked for."""
        chosen = [line for line in self.everyone if holds(self.view.only, line)]
        if self.view.order == "time":
            return chosen  # the metric's own order
        return sorted(chosen, key=lambda line: line.place)


def listed(viewer: Viewer, clinic: Clinic, view: View) -> Listed:
    """The lines of a view, for someone who may see people. Raises as ``lines_for``."""
    date = view.date or today(clinic)
    cohort, lines = lines_for(viewer, clinic, date, view.days, view.who)
    if view.list == "caseload":
        lines = [line for line in lines if line.reasons]
    if view.list == "recall":
        lines = [line for line in lines if _is_to_recall(line, cohort.thresholds["course_gap_days"], date)]
    return Listed(view, cohort, date, lines)


def today(clinic: Clinic) -> datetime.date:
    """The clinic's own day."""
    return datetime.datetime.now(zone(clinic.settings.clinic().timezone)).date()


def _is_to_recall(line: Line, gap: int, date: datetime.date) -> bool:
    """An open course, treatment not ended, and nothing booked."""
    since, ended = line.facts["days_since_last"], line.facts["ended_on"]
    has_ended = ended is not None and ended.date() <= date
    return since is not None and since <= gap and not has_ended and line.facts["next_at"] is None


def holds(tile: str, line: Line) -> bool:
    """True where a line is one of a tile's."""
    groups = {"safety": SAFETY, "course": COURSE, "due": DUE}
    if tile in groups:
        return any(reason in groups[tile] for reason in line.reasons)
    number = line.facts["session_number"]
    is_booked = line.facts["session_id"] is not None
    return {
        "all": True,
        "new": is_booked and number == 1,
        "stopped": not is_booked and 1 <= number <= EARLY_STOP,
        "open": not line.is_reviewed,
    }[tile]
