"""Where in a TOML file a key stands, for sentences about it."""

import re
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys from the top; the place within an array of tables is a number."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def line_of(text: str, at: Path) -> int:
    """The line of a key, else of the nearest thing around it; 1 where nothing of it is found."""
    lines = _lines(text)
    while at and at not in lines:
        at = at[:-1]
    return lines.get(at, 1)


def _lines(text: str) -> dict[Path, int]:
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    here: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            here = _within(_parts(header[2]), counts)
            if header[1] == "[[":
                counts[here] = counts.get(here, -1) + 1
                found.setdefault(here, number)
                here = (*here, counts[here])
            found.setdefault(here, number)
        elif key:
            parts = _parts(key[1])
            for length in range(1, len(parts) + 1):
                found.setdefault((*here, *parts[:length]), number)
    return found


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", dotted)]


def _within(parts: list[str], counts: dict[Path, int]) -> Path:
    """The path of a header's name: under an array of tables it goes on in the last of them."""
    path: Path = ()
    for place, part in enumerate(parts):
        path = (*path, part)
        if place < len(parts) - 1 and path in counts:
            path = (*path, counts[path])
    return path
