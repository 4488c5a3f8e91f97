"""The registry over ``data/effects.toml``: side-effect terms, their body systems, groups, and other spellings."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "data" / "effects.toml"
_KEYS = ("none", "groups")
"""Keys of the file that are no body system."""
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
    entries = _read(path)
    known: dict[str, Spelling] = {}
    for each in _spellings(entries, path):
        if each.spelling in known:
            raise EffectsError(f"{path}: {each.spelling!r} stands twice; take one of them out.")
        known[each.spelling] = each
    return tuple(known.values())


def load_groups(path: Path = FILE) -> dict[str, tuple[str, ...]]:
    """Name -> the preferred terms watched together; raises EffectsError for none, and for a term not in the list."""
    entries, terms = _read(path), {each.term for each in load(path) if each.term}
    groups = entries.get("groups", {})
    if not isinstance(groups, dict) or not groups:
        raise EffectsError(f"{path}: there is no group; write a name and its list of terms below [groups].")
    for name, own in groups.items():
        if name in terms:
            raise EffectsError(f"{path}: the group {name!r} is also a term; give it another name.")
        if not isinstance(own, list) or not own or not all(each in terms for each in own):
            raise EffectsError(f"{path}: the group {name!r} needs a list of terms as they stand above, one or more.")
    return {name: tuple(own) for name, own in groups.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EffectsError(f"{path}: this is not readable TOML, mend it or put it back: {error}.") from error


def _spellings(entries: dict[str, Any], path: Path) -> Iterator[Spelling]:
    for spelling in _texts(entries.get("none"), "none", path):
        yield Spelling(spelling, None, None)
    for system, terms in entries.items():
        if system in _KEYS:
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
GROUPS = load_groups()
"""Name -> the preferred terms that are watched together."""
