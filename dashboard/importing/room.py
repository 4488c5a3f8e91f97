"""A full disk or memory said as such: the file that is read is not at fault."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import sqlalchemy as sa

from dashboard.importing.text import NO_ROOM, Refused
from dashboard.store import MEMORY


@contextmanager
def room_in(home: Path) -> Iterator[None]:
    """Turns what the engine and the system raise when they cannot write into one sentence."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise _no_room(home) from error
    except sa.exc.DBAPIError as error:
        if isinstance(error.orig, duckdb.OutOfMemoryException):
            raise Refused(
                f"These records need more than the {MEMORY} that an import may take; nothing was changed. Leave out "
                "tables and years that nobody looks at, then import again."
            ) from error
        if not isinstance(error.orig, duckdb.IOException) and "Could not write" not in str(error.orig):
            raise
        raise _no_room(home) from error


def _no_room(home: Path) -> Refused:
    return Refused(f"There is no room to write in {home}; free some space there, then import again.")
