"""The registry over ``data/effects.toml``: side-effect terms, their body systems, and other spellings of them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "data" / "effects.toml"
UNLISTED = "Not in the list"
"""The body system of a term that the list does not have."""


class EffectsError(ValueError):
    """The list is wrong: one sentence with file, entry and what to do."""


@dataclass(frozen=True)
class Spelling:
    """One way to write a term, in small letters.

    Attributes:
        spelling: as it is compared.
        term: the preferred term that is counted; None where it says that there was nothing.
        system: the body system; None where there is no term.
    """

    spelling: str
    term: str | None
    system: str | None


def load(path: Path = FILE) -> tuple[Spelling, ...]:
    """Every spelling of the list in its order; raises EffectsError where one stands twice or an entry has no list."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EffectsError(f"{path}: this is not readable TOML, mend it or put it back: {error}.") from error
    known: dict[str, Spelling] = {}
    for each in _spellings(entries, path):
        if each.spelling in known:
            raise EffectsError(f"{path}: {each.spelling!r} stands twice; take one of them out.")
        known[each.spelling] = each
    return tuple(known.values())


def _spellings(entries: dict[str, Any], path: Path) -> Iterator[Spelling]:
    for spelling in _texts(entries.get("none"), "none", path):
        yield Spelling(spelling, None, None)
    for system, terms in entries.items():
        if system == "none":
            continue
        if not isinstance(terms, dict):
            raise EffectsError(f"{path}: {system} is no body system; write it as a table of terms.")
        for term, others in terms.items():
            yield Spelling(term.lower(), term, system)
            yield from (Spelling(other, term, system) for other in _texts(others, term, path))


def _texts(value: Any, name: str, path: Path) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise EffectsError(f"{path}: {name} has no list of spellings; write one, [] where there are none.")
    return [each.strip().lower() for each in value]


SPELLINGS = load()
SYSTEMS = (*dict.fromkeys(each.system for each in SPELLINGS if each.system), UNLISTED)
"""The body systems in the order of the list."""
TERMS = {each.term: each.system for each in SPELLINGS if each.term}
"""Preferred term -> its body system, in the order of the list."""
