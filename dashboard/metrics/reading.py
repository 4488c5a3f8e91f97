"""One asking of a metric: its table, its file and its command line, which therefore cannot differ.

The screen, the slide and the file each hold a ``Reading``.
"""

import datetime
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype

from dashboard.clinical.cohort import Cohort
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, csv_text, notes_of
from dashboard.metrics.small import ask

_UNSAFE = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Reading:
    """One asking of a metric.

    Attributes:
        metric: which.
        cohort: of whom.
        options: option -> value as on the command line, or its values where it is repeatable.
    """

    metric: Metric
    cohort: Cohort
    options: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The metric's table, its small cells hidden where the cohort hides them."""
        return ask(self.metric, self.cohort, **self.metric.said(self.options))

    @property
    def notes(self) -> Sequence[str]:
        """The metric's sentences."""
        return notes_of(self.table)

    def behind(self) -> Behind | None:
        """Whom its counts count; None where no number opens a list."""
        if self.metric.members is None or self.cohort.hides_small:
            return None
        return self.metric.members(self.cohort, **self.metric.said(self.options))

    def command(self) -> str:
        """The command line that prints the same table, quoted for a shell."""
        words = ["python", "-m", "dashboard", "metrics", self.metric.name]
        for name, said in self.options.items():
            for value in [said] if isinstance(said, str) else said:
                words += [f"--{name}", value]
        for column, values in self.cohort.where.items():
            for value in values:
                words += ["--where", f"{column}={value}"]
        for name, date in (("from", self.cohort.since), ("to", self.cohort.until)):
            words += [f"--{name}", str(date)] if date else []
        words += ["--hide-small"] if self.cohort.hides_small else []
        return shlex.join([*words, "--format", "csv"])

    def csv(self) -> str:
        """What the command line prints; a text that a spreadsheet would run as a formula gets an apostrophe."""
        return csv_text(harmless(self.table))

    def stem(self) -> str:
        """Metric, basis and date: ``response-by-route-PHQ-9-2024-12-31``; no name of a site or a person."""
        defaults = {option.name: option.default for option in self.metric.options}
        said = {name: each if isinstance(each, str) else "-".join(each) for name, each in self.options.items()}
        by = [said[name] for name in ("by", "x") if said.get(name, "none") != "none"]
        rest = [v for name, v in said.items() if name not in ("by", "x") and v != defaults.get(name)]
        words = [self.metric.name, *(["by", "-and-".join(by)] if by else []), *rest, str(self.cohort.store.as_of)]
        return re.sub(r"[^\w.-]+", "-", "-".join(words))

    def file_name(self) -> str:
        """The same with the ending of a table."""
        return f"{self.stem()}.csv"


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before every text that a spreadsheet would run as a formula."""
    safe = table.copy()
    for name in safe.columns:
        if not is_numeric_dtype(safe[name].dtype) and safe[name].dtype.kind != "M":
            safe[name] = safe[name].map(_harmless, na_action="ignore")
    return safe


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_UNSAFE) else value


def plain(value: Any) -> Any:
    """A cell as JSON can hold it: None where it is empty, a moment as ISO 8601."""
    if pd.isna(value):
        return None
    return value.isoformat() if isinstance(value, datetime.datetime) else value
