"""What a metric is: its function, its options, its columns; the command line and the README are made of it."""

import datetime
import math
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dashboard.clinical.cohort import Cohort
from dashboard.metrics.members import Behind


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


PATIENT = Option("patient", "the patient_id", required=True)
"""Of the metrics of one person."""


@dataclass(frozen=True)
class Cells:
    """How the numbers of a metric hang together, so that ``small`` can hide the small ones; its docstring says how.

    Attributes:
        part_of: a column of counts -> the column it is part of, None for a whole; those most worth showing first.
            Two parts of one whole share nobody, unless one is part of the other. Sessions and events are counts too.
        core: the counts without which a group is not worth a row.
        needs: any other column -> the counts that it is made of, or could be led back to.
        keys: the columns that name a row beside that of the split, as ``x``, ``term``, ``period``.
        is_series: the rows go on as long as there is anybody; one of which no core count is shown is left out.
        of_scale: ``--instrument`` must be given; counted are the courses whose primary scale it is.
        is_split: may be split by ``small.SPLITS``.
        within: another metric and its count that every whole here is part of, or equal to; then nothing is split.
        near: what others show of nearly the same people as every whole here: it must be the same, or safely apart.
        fixed: option -> the one value that it may be given, and must be where that is not its default.
        people: a count of sessions -> the count of the people whose they are, which must be safe too.
        listed: key -> its values that may be read; others were written by somebody, and their rows are left out.
    """

    part_of: Mapping[str, str | None]
    core: tuple[str, ...]
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    is_series: bool = False
    of_scale: bool = False
    is_split: bool = False
    within: "tuple[Metric, str] | None" = None
    near: Callable[[Cohort], int] | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    listed: Mapping[str, Container[str]] = field(default_factory=dict)


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
        cells: how its numbers hang together; without it nobody sees it who sees no small cells.
        members: whom its counts count; takes what ``table`` takes. Without it no number opens a list.
    """

    name: str
    title: str
    table: Callable[..., pd.DataFrame]
    options: tuple[Option, ...]
    columns: tuple[str, ...]
    filtered: bool = True
    cells: Cells | None = None
    members: Callable[..., Behind] | None = None

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


def with_notes(table: pd.DataFrame, notes: Iterable[str] = (), *, rules: Iterable[str] = ()) -> pd.DataFrame:
    """The table, with sentences that belong beside it: ``rules`` hold no number of anybody, ``notes`` may."""
    table.attrs["rules"], table.attrs["notes"] = list(rules), list(notes)
    return table


def rules_of(table: pd.DataFrame) -> Sequence[str]:
    """The sentences beside a table that hold no number of anybody."""
    rules: Sequence[str] = table.attrs.get("rules", [])
    return rules


def notes_of(table: pd.DataFrame) -> Sequence[str]:
    """The sentences that belong beside a table."""
    return [*rules_of(table), *table.attrs.get("notes", [])]


def csv_text(table: pd.DataFrame) -> str:
    """The table with all digits, as the command line prints it and the screen's file holds it."""
    return str(table.to_csv(index=False, date_format="%Y-%m-%dT%H:%M:%S", lineterminator="\n"))
