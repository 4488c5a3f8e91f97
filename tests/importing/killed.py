"""Imports killed at random moments: says how many were killed and got through; exits 1 at the first wrong build.

A program of its own, so that it can fork before any thread has begun. Arguments: home, export A, export B, how many are
to be killed. It gives up where three times as many get through before.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from dashboard.clinic_file import read_clinic_file
from dashboard.importing.read import Reading
from dashboard.importing.run import import_folder
from dashboard.model import SQL
from dashboard.store import Builds
from tests.importing.twins import AS_OF


def forked(work: Callable[[], None], seconds: float | None = None) -> bool:
    """Do the work in a child, killed after so many seconds; answers whether it got to its end."""
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] == 0


def load(home: Path, export: Path) -> None:
    clinic = read_clinic_file(home / "clinic.toml")
    import_folder(export, Builds(home), clinic, reading=Reading(loss_percent=100), as_of=AS_OF)


def check(home: Path) -> None:
    """The published build is whole: its rows are those that its report counts."""
    store = Builds(home).current()
    report = store.facts["report"]["tables"]
    for name, table in SQL.items():
        rows = len(store.read(sa.select(table)))
        assert rows == report.get(name, {"accepted": 0})["accepted"], f"{name} has {rows} rows"
    assert len(store.read(sa.select(SQL["patients"]))) > 0


def main(home: Path, exports: list[Path], times: int) -> int:
    (home / "clinic.toml").write_text('timezone = "America/New_York"\n', encoding="utf-8")
    dice = random.Random(5)
    begun = time.monotonic()
    assert forked(lambda: load(home, exports[0]))
    whole = time.monotonic() - begun
    killed = through = 0
    while killed < times and through <= 3 * times:
        export = exports[(killed + through) % 2]
        got_through = forked(lambda export=export: load(home, export), dice.uniform(0, 1.1 * whole))
        killed, through = killed + (not got_through), through + got_through
        if not forked(lambda: check(home)):
            return 1
    if not forked(lambda: load(home, exports[0])) or not forked(lambda: check(home)):
        return 1
    left = sorted(path.name for path in home.iterdir() if not path.name.startswith("store-"))
    sys.stdout.write(f"{killed} killed, {through} through, left: {', '.join(left)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(sys.argv[2]), Path(sys.argv[3])], int(sys.argv[4])))
