"""Where in a TOML file a key stands, for sentences about it."""

import re
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys from the top; the place within an array of tables is a number."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_SEVERAL_LINES = re.compile(r"\"{3}|'{3}")


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
    within = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if within:
            pass
        elif header:
            here = _within(_parts(header[2]), counts)
            if header[1] == "[[":
                counts[here] = counts.get(here, -1) + 1
                found.setdefault(here, number)
                here = (*here, counts[here])
            for length in range(1, len(here) + 1):
                found.setdefault(here[:length], number)
        elif key:
            parts = _parts(key[1])
            for length in range(1, len(parts) + 1):
                found.setdefault((*here, *parts[:length]), number)
        within = _text_open(line, within)
    return found


def _text_open(line: str, within: str) -> str:
    """The sign that will end a text of several lines, where one is open after this line."""
    signs = [] if not within and line.lstrip().startswith("#") else _SEVERAL_LINES.findall(line)
    for sign in signs:
        within = "" if sign == within else within or sign
    return within


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
