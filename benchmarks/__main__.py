"""``python -m benchmarks SIZE …``: measure at so many patients, print a table, and add its rows to ``history.csv``."""

import argparse
import csv
import datetime
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.export import AS_OF, write_export
from benchmarks.plain import PLAIN, SOMEBODY
from dashboard import create_app
from dashboard.access import Viewer, patients_like
from dashboard.clinical.cohort import Cohort
from dashboard.metrics import METRICS
from dashboard.settings import Settings
from dashboard.store import Builds, Store
from tests.calls import call
from tests.conftest import Clock, Running, add_people

ROOT = Path(__file__).parent.parent
HISTORY = Path(__file__).parent / "history.csv"
COLUMNS = ("date", "commit", "patients", "what", "seconds", "cpu", "ratio", "mb")
BUSY_DAY = "2023-06-14"
OPTIONS: dict[str, Any] = {
    "date": datetime.date.fromisoformat(BUSY_DAY),
    "patient": SOMEBODY,
    "instrument": "PHQ-9",
}
"""What a metric without a plain statement is asked, as far as it takes it."""
FLOOR = """
import sys, duckdb, pathlib
connection = duckdb.connect(sys.argv[2], config={"threads": 2})
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.csv")):
    connection.execute(f"CREATE TABLE {path.stem} AS FROM read_csv('{path}')")
connection.close()
"""
START = """
import pathlib, sys
from dashboard import create_app
from dashboard.settings import Settings
server, app = create_app(Settings(home=pathlib.Path(sys.argv[1])))
assert server.test_client().get("/login").status_code == 200
"""


@dataclass(frozen=True)
class Measure:
    """One line.

    Attributes:
        seconds: on the clock.
        cpu: of all cores together.
        ratio: of ``cpu`` to that of the plain statement, or of the plain reading of the files; a busy neighbour hardly
            moves it.
        mb: peak memory.
    """

    what: str
    seconds: float
    cpu: float
    ratio: float | None = None
    mb: float | None = None


def child(what: str, *command: str, home: Path, floor: float | None = None) -> Measure:
    """Run a program to its end."""
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "CLINIC_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds, cpu = time.perf_counter() - begun, used.ru_utime + used.ru_stime
    if process.returncode:
        raise RuntimeError(f"{what} ended with {process.returncode}")
    return Measure(what, seconds, cpu, floor and cpu / floor, used.ru_maxrss / 1024)


def best(what: str, ask: Callable[[], Any], times: int = 5) -> tuple[Measure, Any]:
    """The least of some runs after one that warms up, and the answer."""
    answer, clock, cpu = ask(), math.inf, math.inf
    for _ in range(times):
        begun, begun_cpu = time.perf_counter(), time.process_time()
        answer = ask()
        clock, cpu = min(clock, time.perf_counter() - begun), min(cpu, time.process_time() - begun_cpu)
    return Measure(what, clock, cpu), answer


def programs(folder: Path, export: Path) -> Iterator[Measure]:
    """The import beside plain reading, and the start of the app over what was imported."""
    home = folder / "home"
    home.mkdir()
    (home / "clinic.toml").write_text('timezone = "America/New_York"\n', encoding="utf-8")
    floor = child("read_csv of the same files", "-c", FLOOR, str(export), str(folder / "floor.duckdb"), home=home)
    yield floor
    command = ("-m", "dashboard", "import", str(export), "--as-of", AS_OF)
    yield child("import", *command, home=home, floor=floor.cpu)
    yield child("import of the same again", *command, home=home, floor=floor.cpu)
    yield child("start-up", "-c", START, str(home), home=home)


def metrics(store: Store) -> Iterator[Measure]:
    """Every metric, beside its plain statement where it has one; raises where the two differ."""
    for name, metric in METRICS.items():
        plain = PLAIN.get(name)
        taken = {each.keyword for each in metric.options}
        asked = plain.options if plain else {name: OPTIONS[name] for name in taken & OPTIONS.keys()}
        measured, table = best(name, partial(metric.table, Cohort(store), **asked))
        if plain is None:
            yield measured
            continue
        least, rows = best(name, partial(by_hand, store, plain.sql))
        found = table[list(plain.columns)].astype(object)
        check_equal(name, found.where(found.notna(), None).to_numpy().tolist(), [list(row) for row in rows])
        yield replace(measured, ratio=measured.cpu / least.cpu)


def by_hand(store: Store, sql: str) -> list[Any]:
    """The rows of a plain statement."""
    gap = store.facts["thresholds"]["course_gap_days"]
    with store.engine.connect() as connection:
        filled = sql.replace("$as_of", str(store.as_of_day)).replace("$gap", str(gap))
        return list(connection.exec_driver_sql(filled).fetchall())


def check_equal(name: str, found: list[list[Any]], expected: list[list[Any]]) -> None:
    """Raise where a metric and its plain statement differ, in whatever order their rows are."""

    def ordered(rows: list[list[Any]]) -> list[list[Any]]:
        return sorted(rows, key=lambda row: [f"{v:020.6f}" if isinstance(v, int | float) else str(v) for v in row])

    def same(one: Any, other: Any) -> bool:
        if isinstance(one, float) or isinstance(other, float):
            return one is not None and other is not None and math.isclose(one, other, rel_tol=1e-9)
        return bool(one == other)

    pairs = [pair for rows in zip(ordered(found), ordered(expected), strict=True) for pair in zip(*rows, strict=True)]
    wrong = [pair for pair in pairs if not same(*pair)]
    if wrong or not pairs:
        raise AssertionError(f"{name} differs from its plain statement: {wrong[:5]}")


def pages(home: Path) -> Iterator[Measure]:
    """The server's time of what the pages ask, as a browser asks it."""
    add_people(home)
    clock = Clock()
    running = Running(*create_app(Settings(home=home), clock=clock), clock)
    client = running.signed_in("clinician")
    token = patients_like(Viewer("a-clinician", "clinician"), running.clinic, SOMEBODY)[0].token
    person = {"patient-address": f"/patient/{token}", "shell-theme-shown": "light"}
    asked = {
        "page of a patient": ("patient-finder.hidden", person),
        "page of a patient, its tables": ("patient-address.search", person),
        "finder": ("patient-found.children", {"patient-search": "zweig 50"}),
        "today": ("today-answer.children", {"today-address": f"?date={BUSY_DAY}"}),
    }
    for what, (callback, values) in asked.items():
        measured, answer = best(what, partial(call, running, client, callback, values))
        if answer.status_code != 200:
            raise RuntimeError(f"{what}: the server answered {answer.status_code}")
        yield measured
    running.clinic.close()


def at(patients: int) -> Iterator[Measure]:
    """Everything at so many patients."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        yield from programs(folder, write_export(folder / "export", patients))
        builds = Builds(folder / "home")
        yield from metrics(builds.current())
        builds.close()
        yield from pages(folder / "home")


def commit() -> str:
    """The commit that is measured, with a plus sign where files differ from it."""
    call_git = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    return subprocess.run(call_git, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def main(sizes: list[int]) -> None:
    """Measure, print, and keep."""
    is_new = not HISTORY.exists()
    with HISTORY.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow(COLUMNS)
        for patients in sizes:
            sys.stdout.write(f"{f'{patients:,} patients':<34}{'seconds':>9}{'cpu':>9}{'ratio':>9}{'MB':>7}\n")
            for each in at(patients):
                seconds, cpu = f"{each.seconds:.3f}", f"{each.cpu:.3f}"
                ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
                mb = "" if each.mb is None else f"{each.mb:.0f}"
                sys.stdout.write(f"  {each.what:<32}{seconds:>9}{cpu:>9}{ratio:>9}{mb:>7}\n")
                sys.stdout.flush()
                writer.writerow((datetime.date.today(), commit(), patients, each.what, seconds, cpu, ratio, mb))
                file.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("size", nargs="*", type=int, default=[1_000, 10_000, 100_000], help="patients")
    main(parser.parse_args().size)
