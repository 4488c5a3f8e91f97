"""Do the bounds hold the truth? ``python -m tests.demo.bounds [SEED …]`` makes a clinic a seed and prints a table.

Who is no better answers less, so the rate of those scored flatters. The bounds are what the rate would be had everybody
who is due and not scored failed, or responded; the truth is planted and written beside the records.
"""

import datetime
import sys
import tempfile
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from dashboard.clinic_file import read_clinic_file
from dashboard.clinical.cohort import Cohort
from dashboard.clinical.outcome import Window, outcomes
from dashboard.demo.clinic import make_demo
from dashboard.demo.options import Options
from dashboard.importing.run import import_folder
from dashboard.metrics.response import response
from dashboard.store import Builds

DATE = datetime.date(2024, 12, 31)


def bounds(cohort: Cohort, people: pd.DataFrame, *, by: str = "treatment") -> pd.DataFrame:
    """The rows of ``metrics.response`` with somebody due, with ``truth``, the true share of those due, 0-1."""
    course = outcomes(cohort, window=Window()).c
    keys = [] if by == "none" else [course[by]]
    read = cohort.read(sa.select(course.patient_id, course.instrument, course.due, *keys))
    due = read[read["due"] == 1].merge(people[["patient_id", "responds"]], on="patient_id")
    names = ["instrument", *(each.name for each in keys)]
    truth = due.groupby(names)["responds"].agg(truth="mean", n_true="size").reset_index()
    table = response(cohort, by=by)
    table = table[table["n_due"] > 0].merge(truth, on=names, how="left")
    assert (table["n_true"] == table["n_due"]).all()
    return table.assign(is_held=(table["response_nri"] <= table["truth"]) & (table["truth"] <= table["response_best"]))


def lines(seed: int, table: pd.DataFrame) -> list[str]:
    """A seed's rows as they are printed, in percent."""
    names = ("response_nri", "response_rate", "truth", "response_best")
    said = []
    for row in table.to_dict("records"):
        numbers = " ".join("    –" if pd.isna(row[name]) else f"{100 * row[name]:5.0f}" for name in names)
        held = "held" if row["is_held"] else "NOT HELD"
        said.append(f"{seed:4}  {row['instrument']:<9} {row['n_due']:4} {row['n_scored']:6} {numbers}  {held}\n")
    return said


def main(seeds: list[int]) -> int:
    """Print a row a seed and scale; answers 1 where a truth lies outside its bounds."""
    sys.stdout.write("seed  scale      due scored worst  rate truth  best  (% of the due; rate: of the scored)\n")
    is_held = True
    for seed in seeds:
        with tempfile.TemporaryDirectory() as name:
            folder, builds = Path(name), Builds(Path(name) / "home")
            make_demo(Options(DATE, seed=seed, hard_cases=False)).write(folder / "export")
            import_folder(folder / "export", builds, read_clinic_file(folder / "clinic.toml"), as_of=DATE)
            people = pd.read_csv(folder / "export" / "truths.csv", dtype={"patient_id": str})
            table = bounds(Cohort(builds.current()), people, by="none")
            builds.close()
        sys.stdout.writelines(lines(seed, table))
        is_held = is_held and bool(table["is_held"].all())
    return 0 if is_held else 1


if __name__ == "__main__":
    sys.exit(main([int(each) for each in sys.argv[1:]] or list(range(1, 5))))
