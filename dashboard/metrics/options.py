"""What a metric is: its function, its options, its columns; the command line and the README are made of it."""

import datetime
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Option:
    """One option of a metric.

    Attributes:
        name: as on the command line, without the dashes.
        meaning: one line.
        default: in words, for the help.
        choices: the values that exist; empty where any of the kind does.
        kind: turns the text into the value.
        required: must be given.
        repeatable: may be given several times; the function gets them all.
    """

    name: str
    meaning: str
    default: str = ""
    choices: tuple[str, ...] = ()
    kind: Callable[[str], Any] = str
    required: bool = False
    repeatable: bool = False

    @property
    def keyword(self) -> str:
        """As the function takes it."""
        return self.name.replace("-", "_")

    def value(self, said: str | Sequence[str]) -> Any:
        """What was said, as the function takes it."""
        if isinstance(said, str):
            return self.kind(said)
        return [self.kind(each) for each in said]


@dataclass(frozen=True)
class Metric:
    """One metric of the contract.

    Attributes:
        name: as on the command line.
        title: one line.
        table: the function; takes a Cohort and the options as keywords.
        options: beyond the cohort's.
        columns: in order; ``by`` stands for the column of the split.
        filtered: takes ``--where``, ``--from``, ``--to``.
    """

    name: str
    title: str
    table: Callable[..., pd.DataFrame]
    options: tuple[Option, ...]
    columns: tuple[str, ...]
    filtered: bool = True

    def said(self, options: Mapping[str, str | Sequence[str]]) -> dict[str, Any]:
        """Options as on the command line -> keywords of the function."""
        return {each.keyword: each.value(options[each.name]) for each in self.options if each.name in options}


def points(text: str) -> float:
    """A number of points, at least 0; raises ValueError for what is none."""
    value = float(text)
    if not 0 <= value < math.inf:
        raise ValueError(text)
    return value


def share(text: str) -> float:
    """A share, 0 to 1; raises ValueError for what is none."""
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError(text)
    return value


def number(text: str) -> float:
    """A number; raises ValueError for what is none."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def date(text: str) -> datetime.date:
    """A date like 2024-03-31; raises ValueError for what is none."""
    return datetime.date.fromisoformat(text)


def with_notes(table: pd.DataFrame, notes: Iterable[str]) -> pd.DataFrame:
    """The table, with sentences that belong beside it."""
    table.attrs["notes"] = list(notes)
    return table


def notes_of(table: pd.DataFrame) -> Sequence[str]:
    """The sentences that belong beside a table."""
    notes: Sequence[str] = table.attrs.get("notes", [])
    return notes


def csv_text(table: pd.DataFrame) -> str:
    """The table with all digits, as the command line prints it and the screen's file holds it."""
    return str(table.to_csv(index=False, date_format="%Y-%m-%dT%H:%M:%S", lineterminator="\n"))
