"""What has changed between the table that a figure showed and the same asking now."""

import csv
import io
from dataclasses import dataclass

from dashboard.metrics.reading import Reading

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


def changed(old: str, reading: Reading) -> Differences:
    """The differences of a table as it was, as a file, and the same asking now.

    A row is known by its texts and its place on an axis; where two rows share these, by the order among them.
    """
    before, after = _rows(old, reading), _rows(reading.csv(), reading)
    new, gone = [key for key in after if key not in before], [key for key in before if key not in after]
    cells = [
        (key, name, before[key].get(name, ""), value)
        for key, row in after.items()
        if key in before
        for name, value in row.items()
        if before[key].get(name, "") != value
    ]
    words = [f"{_words(key)}{name} {one or 'empty'} → {other or 'empty'}" for key, name, one, other in cells]
    words += [f"{_words(key)}new" for key in new] + [f"{_words(key)}gone" for key in gone]
    more = [f"and {len(words) - MOST_SHOWN} more"] if len(words) > MOST_SHOWN else []
    return Differences(len(new), len(gone), len({key for key, *_ in cells}), (*words[:MOST_SHOWN], *more))


def change_words(found: Differences, old: str, new: str) -> str:
    """``Unchanged`` or how many rows differ, and between which builds."""
    builds = "the same build" if old == new else f"build {new}"
    if found.is_same:
        return f"Unchanged: every number is the same in {builds}."
    counts = ((found.n_changed, "changed"), (found.n_new, "new"), (found.n_gone, "gone"))
    said = ", ".join(f"{n} {'row' if n == 1 else 'rows'} {word}" for n, word in counts if n)
    return f"Changed: {said} in {builds}."


_PLACES = ("x", "day", "session_number", "period", "year", "quarter")
Key = tuple[str, ...]


def _rows(text: str, reading: Reading) -> dict[Key, dict[str, str]]:
    keys = [name for name in reading.table.columns if name in _PLACES or _is_text(reading, str(name))]
    rows: dict[Key, dict[str, str]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        key = tuple(row.get(name, "") for name in keys)
        again = sum(each[: len(key)] == key for each in rows)
        rows[(*key, str(again + 1)) if again else key] = row
    return rows


def _is_text(reading: Reading, name: str) -> bool:
    kind = reading.table[name].dtype
    return kind.kind not in "iufbM" and str(kind) == "str"


def _words(key: Key) -> str:
    return f"{', '.join(each for each in key if each)}: " if any(key) else ""
