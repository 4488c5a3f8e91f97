"""An import from end to end: read, check, build, publish; or refuse with one sentence and change nothing."""

import datetime
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard.clinic_file import ClinicFile
from dashboard.clinical.effect import write_terms
from dashboard.clinical.marts import build_marts, forms_told
from dashboard.clinical.scoring import SCALE, replaced, write_scales
from dashboard.clinical.tables import BASELINES, DOSES, LAYOUT, MEASURED
from dashboard.effects import SPELLINGS
from dashboard.importing.changes import Change, Previous, loss_in
from dashboard.importing.check import Check, TableReport
from dashboard.importing.raw import RawTable, Say
from dashboard.importing.read import AS_NAMED, Reading, plan
from dashboard.importing.room import room_in
from dashboard.importing.source import open_source
from dashboard.importing.text import Refused
from dashboard.model import METADATA, QUARANTINE, SQL, TABLES, Statement
from dashboard.store import Builds, day_number, write_facts

STALE_DAYS = 7
_MOST_NAMES = 50


@dataclass
class Report:
    """What an import found; the same facts for the screen, the command line and a program.

    Attributes:
        build: the build's name; empty after a dry run.
        as_of: the day that the records stand for.
        timezone: of times without an offset.
        tables: per table what became of its rows.
        notes: sentences about what was left out, assumed or noticed.
        changes: per table what is different from the build that was published; empty where there was none.
        unchanged: nothing is different, so the published build stays (and is the one named).
    """

    build: str
    as_of: datetime.date
    timezone: str
    tables: dict[str, TableReport] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    changes: dict[str, Change] = field(default_factory=dict)
    unchanged: bool = False

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "build": self.build,
            "as_of": self.as_of.isoformat(),
            "timezone": self.timezone,
            "tables": {
                name: {
                    "read": table.read,
                    "accepted": table.accepted,
                    "quarantined": table.quarantined,
                    "rules": [
                        {"rule": rule, "column": column, "count": count}
                        for (rule, column), count in table.rules.items()
                    ],
                }
                for name, table in self.tables.items()
            },
            "changes": {name: asdict(change) for name, change in self.changes.items()},
            "unchanged": self.unchanged,
            "notes": self.notes,
        }


def import_folder(
    address: Path | str,
    builds: Builds,
    clinic: ClinicFile,
    *,
    reading: Reading = AS_NAMED,
    as_of: datetime.date | None = None,
    dry_run: bool = False,
    say: Say = lambda sentence: None,
) -> Report:
    """Import a folder, an archive, a workbook or a database and publish it as a new build, at once or not at all.

    Raises Refused, with one sentence, where a part cannot be read; what was published then stays as it was.
    """
    as_of = as_of or datetime.datetime.now(ZoneInfo(clinic.timezone)).date()
    with room_in(builds.home), builds.new() as draft:
        report = Report("" if dry_run else draft.build, as_of, clinic.timezone)
        with (
            tempfile.TemporaryDirectory(dir=builds.home, prefix="raw-") as scratch,
            open_source(address, Path(scratch), reading.password, reading.timeout) as source,
            draft.connect() as connection,
        ):
            METADATA.create_all(connection)
            QUARANTINE.create(connection)
            write_scales(connection, clinic.scales)
            write_terms(connection, SPELLINGS)
            columns: dict[str, tuple[str, ...]] = {}
            readers, left_out = plan(source, reading.mapping)
            for name, read in readers.items():
                raw = read(connection, Path(scratch), say)
                columns[name] = raw.columns
                report.tables[name] = _check(connection, raw, clinic.timezone, as_of, say)
            say("deriving courses, baselines and scores")
            build_marts(
                connection,
                thresholds=clinic.thresholds,
                primary=clinic.primary,
                has_form_column=forms_told(columns),
            )
            report.notes = [*_notes_on_files(report, left_out, clinic), *_notes_on_records(connection, report, clinic)]
            facts = {
                "build": draft.build,
                "as_of": as_of.isoformat(),
                "timezone": clinic.timezone,
                "source": source.name,
                "thresholds": asdict(clinic.thresholds),
                "changed_thresholds": clinic.changed,
                "columns": columns,
                "marts": LAYOUT,
            }
            published = builds.current_file()
            if published:
                previous = Previous.attached(connection, published)
                _compare(previous, report, facts, reading, dry_run=dry_run)
            write_facts(connection, {**facts, "report": report.as_dict()})
        draft.dropped = dry_run or report.unchanged
    return report


def _compare(
    previous: Previous, report: Report, facts: Mapping[str, object], reading: Reading, *, dry_run: bool
) -> None:
    """Say what changes against the published build; raises Refused where too much of it would vanish."""
    report.changes = previous.changes()
    moved = any(change.new or change.changed or change.vanished for change in report.changes.values())
    report.unchanged = not moved and previous.is_the_same(facts)
    loss = loss_in(report.changes, reading.loss_percent)
    if loss and not dry_run:
        raise Refused(f"{loss}; look at the export, or import again with --accept-loss if that is meant.")
    if loss:
        report.notes.append(f"{loss}; publishing will ask for --accept-loss.")
    if report.unchanged:
        report.build = "" if dry_run else previous.path.stem.removeprefix("store-")
        report.notes.append("Nothing is different from the published build; it stays.")


def _check(connection: sa.Connection, raw: RawTable, timezone: str, as_of: datetime.date, say: Say) -> TableReport:
    say(f"{raw.model.name}: checking {raw.read:,} rows")
    return Check(connection, raw, timezone, day_number(as_of)).run()


def _notes_on_files(report: Report, left_out: list[str], clinic: ClinicFile) -> list[str]:
    notes = []
    if left_out:
        notes.append(f"Left out, not one of the ten tables: {_listed(left_out)}.")
    notes += dict.fromkeys(note for table in report.tables.values() for note in table.notes)
    notes += [
        f"{name}: columns left out, not among the table's columns: {_listed(table.left_out)}."
        for name, table in report.tables.items()
        if table.left_out
    ]
    absent = [name for name in TABLES if name not in report.tables]
    if absent:
        notes.append(f"Not in the export, so what needs them is left out: {', '.join(absent)}.")
    if not clinic.timezone_given:
        notes.append(f"No time zone is set; the machine's is used: {clinic.timezone} (timezone in clinic.toml).")
    notes += [f"Set in clinic.toml: {change}." for change in clinic.changed]
    return notes


def _listed(names: Sequence[str]) -> str:
    """Names in a row, the first fifty of many."""
    shown = ", ".join(names[:_MOST_NAMES])
    return shown if len(names) <= _MOST_NAMES else f"{shown} and {len(names) - _MOST_NAMES:,} more"


def _notes_on_records(connection: sa.Connection, report: Report, clinic: ClinicFile) -> list[str]:
    """Sentences about records that count, but that a reader should know of."""

    def count(statement: Statement) -> int:
        return int(connection.execute(sa.select(sa.func.count()).select_from(statement.subquery())).scalar_one())

    sessions, scores, doses = SQL["sessions"].c, SQL["assessments"].c, DOSES.c
    same_day = sa.select(doses.patient_id).group_by(doses.patient_id, doses.dose_day).having(sa.func.count() > 1)
    midnight = sa.cast(sa.func.date_part("hour", sessions.scheduled_at) * 60, sa.Integer) + sa.cast(
        sa.func.date_part("minute", sessions.scheduled_at), sa.Integer
    )
    timeless = sa.select(sessions.session_id).where(
        sessions.status == "completed", sessions.started_at.is_(None), midnight == 0
    )
    sums = (
        sa.select(scores.assessment_id)
        .join(SCALE, SCALE.c.instrument == scores.instrument)
        .where(replaced(scores.score, scores, SCALE.c))
    )
    old = sa.select(BASELINES.c.course).where(BASELINES.c.days_before > clinic.thresholds.baseline_flag_days)
    sentences = [
        (count(same_day), "patient-days with two completed sessions or more; each counts as a session."),
        (count(timeless), "completed sessions without a time of day; a score of that day with a time counts as after."),
        (count(sums), "totals were plain sums of incomplete forms; the scale's missing-item rule replaced them."),
        (_ties(connection), "scores share patient, scale and moment with another; the larger assessment_id counts."),
        (count(old), f"baselines are older than {clinic.thresholds.baseline_flag_days} days at the first dose."),
        (
            report.tables["assessments"].links_cut,
            "assessments name a session not theirs or set aside; the link is cut.",
        ),
    ]
    notes = [f"{number:,} {words}" for number, words in sentences if number]
    return notes + _staleness(connection, report)


def _ties(connection: sa.Connection) -> int:
    a = SQL["assessments"].c
    moments = sa.select(a.patient_id, a.instrument, a.assessed_second).distinct().subquery()
    rows = connection.execute(sa.select(sa.func.count()).select_from(SQL["assessments"])).scalar_one()
    return int(rows - connection.execute(sa.select(sa.func.count()).select_from(moments)).scalar_one())


def _staleness(connection: sa.Connection, report: Report) -> list[str]:
    """Says so where the newest past row is over a week older than the day of the import."""
    today = day_number(report.as_of)
    newest = [
        sa.select(sa.func.max(column)).where(column <= today).scalar_subquery()
        for column in (SQL["sessions"].c.scheduled_day, MEASURED.c.assessed_day)
    ]
    days = [day for day in connection.execute(sa.select(*newest)).one() if day is not None]
    age = today - max(days) if days else None
    if age is None or age <= STALE_DAYS:
        return []
    return [f"The newest session or score is {age} days older than {report.as_of}: is the export up to date?"]
