"""A number on screen as an address: of which metric, whose, which row and which count."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from dashboard.access import Asked
from dashboard.clinical.cohort import OptionError
from dashboard.metrics import METRICS
from dashboard.metrics.reading import Reading, plain
from dashboard.tokens import Tokens

PATH = "/people"
"""Where the people behind a number are shown."""
ASKED = "people"
"""The part of an address that holds a number's token; on a person's page it says which list one came from."""
_KIND = "number"


@dataclass(frozen=True)
class Number:
    """A count in a row of a metric's table.

    Attributes:
        metric: its name.
        row: the table's keys -> their values in the row.
        column: the count.
        without: a further count whose people are left out; empty for none.
        options: as on the command line.
        where, since, until: the cohort's.
    """

    metric: str
    row: Mapping[str, Any]
    column: str
    without: str = ""
    options: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: datetime.date | None = None
    until: datetime.date | None = None

    @property
    def asked(self) -> Asked:
        """What ``access.people_behind`` takes of it, beside the metric."""
        return Asked(
            options=self.options,
            where=self.where,
            since=self.since,
            until=self.until,
            row=self.row,
            column=self.column,
            without=self.without,
        )

    @classmethod
    def of(cls, search: str, tokens: Tokens) -> "Number":
        """Read ``?people=token``; raises OptionError for what opens none."""
        token = dict(parse_qsl(search.lstrip("?"))).get(ASKED, "")
        text = tokens.open(_KIND, token) if token else None
        if text is None:
            raise OptionError("Its address is incomplete, or it comes from another clinic.")
        said = json.loads(text)
        if said["metric"] not in METRICS:
            raise OptionError("It was made by another version of this program.")
        dates = {name: said[name] and datetime.date.fromisoformat(said[name]) for name in ("since", "until")}
        options = {name: value if isinstance(value, str) else tuple(value) for name, value in said["options"].items()}
        where = {name: tuple(values) for name, values in said["where"].items()}
        return cls(**{**said, **dates, "options": options, "where": where})

    @classmethod
    def at(cls, reading: Reading, place: int, column: str, without: str = "") -> "Number":
        """The number in a row and column of a table; raises OptionError where it is none that opens."""
        behind = reading.behind()
        if behind is None or column not in behind.counts or not 0 <= place < len(reading.table):
            raise OptionError("There are no people behind this.")
        rows = behind.counts[column].rows.c  # a key that the count does not depend on names nothing
        cells = {key: plain(reading.table[key].iloc[[place]].tolist()[0]) for key in behind.keys}
        row = {key: value if key in rows else None for key, value in cells.items()}
        cohort = reading.cohort
        return cls(reading.metric.name, row, column, without, reading.options, cohort.where, cohort.since, cohort.until)

    def search(self, tokens: Tokens) -> str:
        """``?people=token``, the same for the same number."""
        return f"?{ASKED}=" + tokens.seal(_KIND, json.dumps(asdict(self), sort_keys=True, default=str))
