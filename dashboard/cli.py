"""The commands of the contract. A failure is one sentence on standard error, never a traceback."""

import argparse
import datetime
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dashboard.cli_decks import add_deck
from dashboard.cli_people import add_audit, add_user
from dashboard.clinic_file import SettingsError, zone
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.command import DONE, REFUSED, WRONG_USAGE, Parser, date, fail, pair, place, port, print_table, whole
from dashboard.demo.clinic import make_demo
from dashboard.demo.options import PATIENTS, SEED, Options
from dashboard.demo.write import TRUTHS
from dashboard.importing.check import TableReport
from dashboard.importing.quarantine import rows_set_aside
from dashboard.importing.read import Reading
from dashboard.importing.run import Report, import_folder
from dashboard.importing.text import Refused
from dashboard.metrics import METRICS
from dashboard.metrics.options import Metric
from dashboard.metrics.small import ask
from dashboard.model import TABLES, template
from dashboard.records import RecordsError
from dashboard.serving import serve
from dashboard.settings import Settings
from dashboard.store import Builds, StoreError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers its exit code: 0 done, 1 the input was refused, 2 wrong usage."""
    parsed = command_line().parse_args(arguments)
    try:
        return int(parsed.run(parsed, Settings.from_environment()))
    except OptionError as error:
        return fail(error, WRONG_USAGE)
    except (Refused, SettingsError, StoreError, RecordsError) as error:
        return fail(error, REFUSED)
    except OSError as error:
        return fail(
            f"{error.strerror or type(error).__name__}: {error.filename or 'a file'}; mend that, then try again.", 1
        )
    except KeyboardInterrupt:
        return fail("Stopped; what was published before stays as it was.", REFUSED)
    except Exception as error:  # the text of an unforeseen error may hold a patient's data: its type and place do not
        return fail(
            f"The program itself failed ({place(error)}); nothing was changed. Tell whoever maintains it.", REFUSED
        )


def command_line() -> Parser:
    """Every command and option there is."""
    parser = Parser(prog="python -m dashboard", description="The ketamine clinic's dashboard.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    _add_import(commands)
    _add_quarantine(commands)
    _add_metrics(commands)
    _add_template(commands)
    _add_demo(commands)
    _add_serve(commands)
    add_user(commands)
    add_audit(commands)
    add_deck(commands)
    return parser


def _add_import(commands: Any) -> None:
    command = commands.add_parser("import", help="read an export, check it, publish it at once or not at all")
    words = "a folder, .zip or .xlsx of files named after the tables, or a SQL address"
    command.add_argument("source", metavar="SOURCE", help=words)
    command.add_argument("--mapping", metavar="NAME|FILE", help="how its files or tables become the ten tables")
    command.add_argument("--as-of", type=date, metavar="DATE", help="the day the records stand for; default today")
    command.add_argument("--dry-run", action="store_true", help="check everything, publish nothing")
    command.add_argument("--accept-loss", action="store_true", help="publish even where many rows vanish")
    command.add_argument("--json", action="store_true", help="the report for a program")
    command.set_defaults(run=_import)


def _import(parsed: argparse.Namespace, settings: Settings) -> int:
    builds = Builds(settings.home)
    report = import_folder(
        parsed.source,
        builds,
        settings.clinic(),
        reading=Reading.of(settings, parsed.mapping or "", accept_loss=parsed.accept_loss),
        as_of=parsed.as_of,
        dry_run=parsed.dry_run,
        say=lambda sentence: print(sentence, file=sys.stderr, flush=True),
    )
    print(json.dumps(report.as_dict(), indent=2) if parsed.json else _report_text(report))
    return DONE


def _report_text(report: Report) -> str:
    head = f"Published as build {report.build}" if report.build else "Checked only, nothing published"
    head = f"The records are those of build {report.build}, which stays" if report.unchanged and report.build else head
    lines = [f"{head}; records as of {report.as_of}, times in {report.timezone}.", ""]
    since = f"{'new':>12}{'changed':>12}{'vanished':>12}" if report.changes else ""
    lines.append(f"{'table':<14}{'read':>12}{'accepted':>12}{'quarantined':>13}{since}")
    gone = {name for name, change in report.changes.items() if change.vanished}
    for name in (name for name in TABLES if name in report.tables or name in gone):
        table, change = report.tables.get(name, TableReport()), report.changes.get(name)
        since = f"{change.new:>12,}{change.changed:>12,}{change.vanished:>12,}" if change else ""
        lines.append(f"{name:<14}{table.read:>12,}{table.accepted:>12,}{table.quarantined:>13,}{since}")
        for (rule, column), count in table.rules.items():
            lines.append(f"    {count:,} × {rule}" + (f" ({column})" if column else ""))
    return "\n".join([*lines, "", *report.notes])


def _add_quarantine(commands: Any) -> None:
    command = commands.add_parser("quarantine", help="the rows set aside, with the reasons")
    command.add_argument("--table", choices=list(TABLES), help="only this table's")
    command.add_argument("--format", choices=("table", "csv", "json"), default="table")
    command.set_defaults(run=_quarantine)


def _quarantine(parsed: argparse.Namespace, settings: Settings) -> int:
    table = rows_set_aside(Builds(settings.home).current(), table=parsed.table)
    print_table(table, parsed.format, "quarantine")
    return DONE


def _add_metrics(commands: Any) -> None:
    command = commands.add_parser("metrics", help="the numbers that the screen shows")
    command.set_defaults(run=_list_metrics)
    names = command.add_subparsers(metavar="NAME", parser_class=Parser)
    for metric in METRICS.values():
        one = names.add_parser(metric.name, help=metric.title)
        for option in metric.options:
            one.add_argument(
                f"--{option.name}",
                action="append" if option.repeatable else "store",
                type=option.kind,
                required=option.required,
                metavar=option.name.upper(),
                help=option.meaning + (f"; default {option.default}" if option.default else ""),
            )
        if metric.filtered:
            one.add_argument("--where", action="append", default=[], type=pair, metavar="COLUMN=VALUE")
            one.add_argument("--from", dest="since", type=date, metavar="DATE")
            one.add_argument("--to", dest="until", type=date, metavar="DATE")
        if metric.cells:
            one.add_argument("--hide-small", action="store_true", help="as presenters see it: counts under 11 hidden")
        one.add_argument("--format", choices=("table", "csv", "json"), default="table")
        one.set_defaults(run=_metric, asked=metric)


def _list_metrics(parsed: argparse.Namespace, settings: Settings) -> int:
    width = 2 + max(len(name) for name in METRICS)
    for metric in METRICS.values():
        print(f"{metric.name:<{width}}{metric.title}")
    return DONE


def _metric(parsed: argparse.Namespace, settings: Settings) -> int:
    metric: Metric = parsed.asked
    store = Builds(settings.home).current()
    cohort = Cohort(store)
    if metric.filtered:
        where: dict[str, tuple[str, ...]] = {}
        for dimension, value in parsed.where:
            where[dimension] = (*where.get(dimension, ()), value)
        cohort = Cohort(store, where, parsed.since, parsed.until, hides_small=vars(parsed).get("hide_small", False))
    given = {option.keyword: getattr(parsed, option.keyword) for option in metric.options}
    if "date" in given:
        given["date"] = given["date"] or datetime.datetime.now(zone(store.facts["timezone"])).date()
    table = ask(metric, cohort, **{name: value for name, value in given.items() if value is not None})
    print_table(table, parsed.format, metric.name)
    return DONE


def _add_template(commands: Any) -> None:
    command = commands.add_parser("template", help="write an empty CSV file for each table of an export")
    command.add_argument("folder", metavar="FOLDER", type=Path)
    command.set_defaults(run=_template)


def _template(parsed: argparse.Namespace, settings: Settings) -> int:
    folder: Path = parsed.folder
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES.values():
        path = folder / f"{table.name}.csv"
        if path.exists():
            raise Refused(f"{path} exists already; name an empty folder.")
        path.write_text(template(table), encoding="utf-8")
    print(f"{len(TABLES)} empty tables are in {folder}")
    return DONE


def _add_demo(commands: Any) -> None:
    command = commands.add_parser("demo", help="write a synthetic export, deterministic for a seed, with known truths")
    command.add_argument("--patients", type=whole, default=PATIENTS, metavar="N", help=f"default {PATIENTS}")
    command.add_argument("--seed", type=whole, default=SEED, metavar="S", help=f"default {SEED}")
    command.add_argument("--date", type=date, metavar="DATE", help="the day that it stands for; default today")
    command.add_argument("--messy", action="store_true", help="with the bad rows of daily life")
    command.add_argument("--out", type=Path, metavar="FOLDER", help="default demo-export in CLINIC_HOME")
    command.set_defaults(run=_demo)


def _demo(parsed: argparse.Namespace, settings: Settings) -> int:
    folder: Path = parsed.out or settings.home / "demo-export"
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} exists already and is not empty; name another folder with --out.")
    options = Options(
        parsed.date or datetime.date.today(), patients=parsed.patients, seed=parsed.seed, messy=parsed.messy
    )
    make_demo(options).write(folder)
    print(f"{parsed.patients:,} invented people are in {folder}, with their truths in {TRUTHS}.")
    print(f"To look at them: python -m dashboard import {folder} --as-of {options.date}")
    return DONE


def _add_serve(commands: Any) -> None:
    command = commands.add_parser("serve", help="the production server")
    command.add_argument("--host", help="the address it listens on; default CLINIC_HOST or 127.0.0.1")
    command.add_argument("--port", type=port, help="its port; default CLINIC_PORT or 8050")
    command.set_defaults(run=_serve)


def _serve(parsed: argparse.Namespace, settings: Settings) -> int:
    serve(replace(settings, host=parsed.host or settings.host, port=parsed.port or settings.port))
    return DONE
