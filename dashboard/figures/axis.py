"""The time that all parts of a person's figure share: by dates, by days, or with the sessions equally far apart."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures.theme import TOKENS, Theme, title

AXES = {"dates": "Dates", "days": "Days", "session": "Session number"}
"""Kind of axis -> its name on the switch."""
MOST_TICKS = 10
_DAYS, _MONTHS = (1, 2, 7, 14, 28, 56, 91, 182, 364, 728), (1, 2, 3, 6, 12, 24, 60)
_TAIL = 2.0
"""Sessions' worth of room for whatever follows the last one."""

Row: TypeAlias = dict[Hashable, Any]
Dose: TypeAlias = tuple[pd.Timestamp, int, int]
"""When, course, session number."""


@dataclass(frozen=True)
class Axis:
    """Where a moment lies.

    Attributes:
        kind: one of AXES.
        since, until: the first and the last moment shown, with some room on the date axes.
        doses: in order of time.
        origin: the moment whose day is day 0.
        has_dates: whether a moment may be told by its date, else by its day.
    """

    kind: str
    since: pd.Timestamp
    until: pd.Timestamp
    doses: tuple[Dose, ...]
    origin: pd.Timestamp
    has_dates: bool = True

    @classmethod
    def of(cls, kind: str, moments: Iterable[Any], doses: Iterable[Row], *, has_dates: bool = True) -> "Axis | None":
        """The axis of these moments and doses; None for nothing.

        Where no session is there to count from it is by dates, or without dates by days since the first moment.
        """
        held = tuple((pd.Timestamp(row["dose_at"]), int(row["course"]), int(row["session_number"])) for row in doses)
        every = [*(pd.Timestamp(each) for each in moments), *(at for at, *_ in held)]
        if not every:
            return None
        first, last = min(every), max(every)
        origin = held[0][0] if held else first
        if kind == "session" and held:
            return cls(kind, first, last, held, origin, has_dates)
        room = max(pd.Timedelta(days=14 if first == last else 3), 0.03 * (last - first))
        if not has_dates:
            kind = "days"
        elif not held:
            kind = "dates"
        return cls(kind, first - room, last + room, held, origin, has_dates)

    def number(self, moment: Any) -> float:
        """The place as a number: days since the axis' beginning, whole days since that of the origin, or sessions."""
        at = pd.Timestamp(moment)
        if self.kind == "dates":
            return _days(at - self.since)
        if self.kind == "days":
            return _days(at.normalize() - self.origin.normalize())
        return self._sessions(at)

    def _sessions(self, at: pd.Timestamp) -> float:
        """A dose lies at its place in the row of doses, anything else between two of them by its share of the time."""
        n = sum(dose <= at for dose, *_ in self.doses)
        ends = [self.since, *(dose for dose, *_ in self.doses), self.until]
        whole = _days(ends[n + 1] - ends[n])
        share = _days(at - ends[n]) / whole if whole > 0 else 0.0
        return n + share * (_TAIL if n == len(self.doses) else 1.0)

    def place(self, moment: Any) -> Any:
        """The place as plotly takes it."""
        return pd.Timestamp(moment).isoformat() if self.kind == "dates" else round(self.number(moment), 4)

    def words(self, moment: Any) -> str:
        """``3 June 2026``, or without dates ``day 12``."""
        at = pd.Timestamp(moment)
        if self.has_dates:
            return date_words(at)
        return f"day {(at.normalize() - self.origin.normalize()).days}"

    @property
    def ends(self) -> tuple[float, float]:
        """The numbers at the two ends."""
        low, high = self.number(self.since), self.number(self.until)
        return (low - 0.4, high + 0.4) if self.kind == "session" else (low, high)

    def share(self, moment: Any) -> float:
        """How far along the axis, 0 to 1."""
        low, high = self.ends
        return (self.number(moment) - low) / (high - low)

    def has(self, moment: Any) -> bool:
        """True for what is shown."""
        return bool(self.since <= pd.Timestamp(moment) <= self.until)

    def ticks(self) -> list[tuple[Any, str]]:
        """Place and words of each tick."""
        if self.kind == "dates":
            return _dates(self.since, self.until)
        low, high = self.ends
        if self.kind == "days":
            step = next((each for each in _DAYS if (high - low) / each <= MOST_TICKS), _DAYS[-1])
            first = -(-low // step) * step
            return [(first + step * k, f"{first + step * k:.0f}") for k in range(int((high - first) // step) + 1)]
        step = 1 + len(self.doses) // (2 * MOST_TICKS)
        named = [(place, str(number)) for place, (_, _, number) in enumerate(self.doses, start=1)]
        shown = [each for each in named if each[0] % step == 0 or each[1] == "1"]
        before = [(0, "before")] if self.since < self.doses[0][0] else []
        after = [(len(self.doses) + 1, "after")] if self.until > self.doses[-1][0] else []
        return [*before, *shown, *after]

    @property
    def title(self) -> str:
        """What the ticks are; dates say it themselves."""
        first = "session" if self.doses else "entry"
        return {"days": f"days since the first {first}", "session": "session number in its course"}.get(self.kind, "")

    def layout(self, theme: Theme) -> dict[str, Any]:
        """The x axis at the foot of the figure; a dotted line follows the cursor through all parts."""
        ticks = self.ticks()
        ends = self.ends if self.kind != "dates" else (self.since.isoformat(), self.until.isoformat())
        return {
            "type": "date" if self.kind == "dates" else "linear",
            "range": list(ends),
            "anchor": "free",
            "position": 0,
            "showgrid": False,
            "showspikes": True,
            "spikemode": "across",
            "spikesnap": "cursor",
            "spikethickness": 1,
            "spikedash": "dot",
            "spikecolor": TOKENS[theme].muted,
            "tickvals": [place for place, _ in ticks],
            "ticktext": [words for _, words in ticks],
            "title": title(self.title, theme, standoff=4),
        }


def date_words(moment: Any) -> str:
    """``3 June 2026``."""
    at = pd.Timestamp(moment)
    return f"{at.day} {at:%B %Y}"


def _days(time: pd.Timedelta) -> float:
    return time / pd.Timedelta(days=1)


def _dates(since: pd.Timestamp, until: pd.Timestamp) -> list[tuple[Any, str]]:
    """Round dates some ten to a range; the year where it begins."""
    days = _days(until - since)
    step = next((each for each in _DAYS[:4] if days / each <= MOST_TICKS), None)
    if step:
        found = pd.date_range(since.normalize() + pd.Timedelta(days=1), until, freq=f"{step}D")
    else:
        months = next((each for each in _MONTHS if days / 30.4 / each <= MOST_TICKS), _MONTHS[-1])
        every = pd.date_range(since, until, freq="MS", normalize=True)
        found = every[[(12 * each.year + each.month - 1) % months == 0 for each in every]]
    ticks, year = [], None
    for each in found:
        words = f"{each.day} {each:%b}" if step else f"{each:%b}"
        ticks.append((each.isoformat(), words if each.year == year else f"{words}<br>{each.year}"))
        year = each.year
    return ticks
