"""Where in a mapping file something stands, for sentences about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import NoReturn

from dashboard.importing.text import Refused
from dashboard.toml_lines import Path, line_of


@dataclass(frozen=True)
class Where:
    """A place in a mapping file; as text its file and line.

    Attributes:
        file: the mapping's name.
        text: all that it says.
        path: the keys that lead to the place.
    """

    file: str
    text: str = field(repr=False)
    path: Path = ()

    def __truediv__(self, key: str | int) -> "Where":
        return replace(self, path=(*self.path, key))

    def __str__(self) -> str:
        return f"{self.file}, line {line_of(self.text, self.path)}"

    @property
    def key(self) -> str:
        """The last key on the way, without the number of one of several."""
        return next(str(key) for key in reversed(self.path) if isinstance(key, str))

    def refuse(self, advice: str) -> NoReturn:
        """Raise Refused with the line."""
        raise Refused(f"{self}: {advice}.")

    @contextmanager
    def named(self) -> Iterator[None]:
        """Puts the line before whatever is refused within."""
        try:
            yield
        except Refused as error:
            raise Refused(f"{self}: {error}") from error
