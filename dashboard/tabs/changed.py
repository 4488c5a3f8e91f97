"""What has changed between the table that a figure showed and the same asking now."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pandas as pd

MOST_SHOWN = 20


@dataclass(frozen=True)
class Differences:
    """Rows of the one and the other.

    Attributes:
        n_new, n_gone: rows that only the new, or only the old one has.
        n_changed: rows of both of which a cell differs.
        shown: the first of all differences in words.
    """

    n_new: int
    n_gone: int
    n_changed: int
    shown: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether every cell is as it was, to the last digit."""
        return not (self.n_new or self.n_gone or self.n_changed)


def changed(old: str, new: str, table: pd.DataFrame) -> Differences:
    """The differences of a table as it was and as it is, both as files.

    A row is known by its texts and its place on an axis; where two rows share these, by the order among them.
    ``table`` says which columns are texts.
    """
    keys = [str(name) for name in table.columns if name in _PLACES or (_is_text(table, name) and name not in _FOUND)]
    before, after = _rows(old, keys), _rows(new, keys)
    added, gone = [key for key in after if key not in before], [key for key in before if key not in after]
    cells = [
        (key, name, before[key].get(name, ""), value)
        for key, row in after.items()
        if key in before
        for name, value in row.items()
        if before[key].get(name, "") != value
    ]
    words = [f"{_words(key)}{name} {one or 'empty'} → {other or 'empty'}" for key, name, one, other in cells]
    words += [f"{_words(key)}new" for key in added] + [f"{_words(key)}gone" for key in gone]
    more = [f"and {len(words) - MOST_SHOWN} more"] if len(words) > MOST_SHOWN else []
    return Differences(len(added), len(gone), len({key for key, *_ in cells}), (*words[:MOST_SHOWN], *more))


def change_words(found: Differences, old: str, new: str) -> str:
    """``Unchanged`` or how many rows differ, and between which builds."""
    builds = "the same build" if old == new else f"build {new}"
    if found.is_same:
        return f"Unchanged: every number is the same in {builds}."
    counts = ((found.n_changed, "changed"), (found.n_new, "new"), (found.n_gone, "gone"))
    said = ", ".join(f"{n} {'row' if n == 1 else 'rows'} {word}" for n, word in counts if n)
    return f"Changed: {said} in {builds}."


_PLACES = ("x", "day", "session_number", "period", "year", "quarter", "since")
_FOUND = ("band", "status", "meaning", "assurance")
"""Texts that are found of a row, and do not name it."""
Key = tuple[str, ...]


def _rows(text: str, keys: list[str]) -> dict[Key, dict[str, str]]:
    rows: dict[Key, dict[str, str]] = {}
    seen: Counter[Key] = Counter()
    for row in csv.DictReader(io.StringIO(text)):
        key = tuple(row.get(name, "") for name in keys)
        seen[key] += 1
        rows[(*key, str(seen[key])) if seen[key] > 1 else key] = row
    return rows


def _is_text(table: pd.DataFrame, name: Any) -> bool:
    return str(table[name].dtype) == "str"


def _words(key: Key) -> str:
    return f"{', '.join(each for each in key if each)}: " if any(key) else ""
