"""Hand-counted clinics: each case is a site of one export, imported once for each engine.

A test module makes its cases when it is imported and asks for numbers through the fixture ``hand``; what it expects
was counted by hand from ``definitions.md`` and stands beside the case.
"""

import csv
import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.metrics.response import response
from dashboard.metrics.trajectory import trajectory
from dashboard.metrics.worklist import worklist
from dashboard.model import TABLES
from dashboard.store import Store

AS_OF = datetime.date(2024, 12, 31)
ZONE = "America/New_York"
CASES: list["Case"] = []

Row = dict[str, object]


class Case:
    """The people of one site."""

    def __init__(self, site: str) -> None:
        assert site not in {case.site for case in CASES}, f"two cases are called {site}"
        self.site = site
        self.rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        CASES.append(self)

    def capacity(self, date: str, chair_minutes: float) -> "Case":
        """So many staffed chair-minutes at the site that day."""
        self.rows["capacity"].append({"site": self.site, "date": date, "chair_minutes": chair_minutes})
        return self

    def patient(self, key: str = "p", diagnosis: str = "depression", **columns: object) -> "Person":
        identifier = f"{self.site}/{key}"
        row = {"patient_id": identifier, "diagnosis": diagnosis, "site": self.site, **columns}
        self.rows["patients"].append(row)
        return Person(self, identifier)


class Person:
    """One patient; times without a clock are 10:00."""

    def __init__(self, case: Case, identifier: str) -> None:
        self.case = case
        self.identifier = identifier

    def dose(self, *when: str, route: str = "iv", drug: str = "ketamine", **columns: object) -> "Person":
        for moment in when:
            self.session(moment, "completed", route=route, drug=drug, **columns)
        return self

    def session(self, when: str, status: str, **columns: object) -> "Person":
        rows = self.case.rows["sessions"]
        moment = when if "T" in when else f"{when}T10:00"
        row = {"session_id": f"{self.case.site}-{len(rows)}", "patient_id": self.identifier}
        rows.append({**row, "scheduled_at": moment, "status": status, **columns})
        return self

    def score(self, when: str, score: object = None, instrument: str = "PHQ-9", **columns: object) -> "Person":
        row = {"patient_id": self.identifier, "instrument": instrument, "assessed_at": when, "score": score}
        self.case.rows["assessments"].append({**row, **columns})
        return self

    def items(self, when: str, instrument: str, *answers: int | None, first: int = 1, **columns: object) -> "Person":
        given = {f"item_{first + place}": answer for place, answer in enumerate(answers) if answer is not None}
        return self.score(when, instrument=instrument, **given, **columns)

    def effect(self, term: str, session: str | None = None, onset: str | None = None, **columns: object) -> "Person":
        row = {"patient_id": self.identifier, "term": term, "session_id": session, "onset_at": onset}
        self.case.rows["side_effects"].append({**row, **columns})
        return self

    def event(self, when: str, kind: str, **columns: object) -> "Person":
        row = {"patient_id": self.identifier, "happened_on": when, "kind": kind}
        self.case.rows["events"].append({**row, **columns})
        return self

    def medicine(self, name: str, kind: str, started: str | None = None, stopped: str | None = None) -> "Person":
        row = {"patient_id": self.identifier, "name": name, "class": kind}
        self.case.rows["medications"].append({**row, "started_on": started, "stopped_on": stopped})
        return self

    def vitals(self, session: str, *rows: Row) -> "Person":
        self.case.rows["vitals"] += [{"session_id": session, **row} for row in rows]
        return self


def write_export(folder: Path, tables: Mapping[str, list[Row]]) -> Path:
    """Write rows as an export: one CSV a table, the columns that any row has; required tables always."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, model in TABLES.items():
        rows = tables.get(name, [])
        if rows or model.required:
            used = {column for row in rows for column in row}
            required = {column.name for column in model.columns if column.required}
            header = [column.name for column in model.columns if column.name in used | required]
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, header)
                writer.writeheader()
                writer.writerows(rows)
    return folder


def write_cases(folder: Path) -> Path:
    """The export of every case made so far."""
    return write_export(folder, {name: [row for case in CASES for row in case.rows[name]] for name in TABLES})


class Hand:
    """Asks one build for the numbers of one case."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def table(
        self,
        ask: Callable[..., pd.DataFrame],
        case: Case,
        where: Mapping[str, tuple[str, ...]] | None = None,
        **options: Any,
    ) -> pd.DataFrame:
        """A metric of a case's site."""
        since, until = options.pop("since", None), options.pop("until", None)
        return ask(Cohort(self.store, {"site": (case.site,), **(where or {})}, since, until), **options)

    def rows(
        self, ask: Callable[..., pd.DataFrame], case: Case, *columns: str, **options: Any
    ) -> list[tuple[Any, ...]]:
        """Some columns of that table, None where empty."""
        table = self.table(ask, case, **options)[list(columns)].astype(object)
        return [tuple(row) for row in table.where(table.notna(), None).to_numpy().tolist()]

    def response(self, case: Case, where: Mapping[str, tuple[str, ...]] | None = None, **options: Any) -> pd.DataFrame:
        return self.table(response, case, where, **{"instrument": "PHQ-9", **options})

    def one(self, case: Case, **options: Any) -> dict[str, Any]:
        """The response of a whole case as one row."""
        rows = self.response(case, **{"by": "none", **options}).to_dict("records")
        assert len(rows) == 1
        return {str(name): value for name, value in rows[0].items()}

    def counts(self, case: Case, *columns: str, **options: Any) -> tuple[Any, ...]:
        """Some columns of that row, ``n_`` left out of their names."""
        row = self.one(case, **options)
        return tuple(row[f"n_{name}"] for name in columns)

    def trajectory(self, person: Person, instrument: str = "PHQ-9") -> list[dict[str, Any]]:
        table = trajectory(Cohort(self.store), patient=person.identifier)
        rows = table[table["instrument"] == instrument].astype(object).where(lambda frame: frame.notna(), None)
        return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]

    def column(self, person: Person, column: str, instrument: str = "PHQ-9") -> list[Any]:
        """One column of a person's trajectory, in order of time."""
        return [row[column] for row in self.trajectory(person, instrument)]

    def worklist(self, case: Case, date: str, **options: Any) -> dict[str, dict[str, Any]]:
        """The rows of a case by person, of several of one person the last; ``reasons`` as a list."""
        table = worklist(Cohort(self.store), date=datetime.date.fromisoformat(date), **options)
        table = table[table["patient_id"].str.startswith(f"{case.site}/")]
        rows = table.astype(object).where(table.notna(), None).to_dict("records")
        return {
            row["patient_id"].removeprefix(f"{case.site}/"): {
                **{str(name): value for name, value in row.items()},
                "reasons": row["reasons"].split(";") if row["reasons"] else [],
            }
            for row in rows
        }

    def mart(self, table: sa.Table, person: Person, *columns: str) -> list[tuple[Any, ...]]:
        """Rows of a mart of one person, in the order of the columns."""
        statement = sa.select(*(table.c[name] for name in columns)).where(table.c.patient_id == person.identifier)
        rows = self.store.read(statement).astype(object).where(lambda frame: frame.notna(), None)
        return sorted((tuple(row) for row in rows.to_numpy().tolist()), key=str)
