"""The commands of the contract. A failure is one sentence on standard error, never a traceback."""

import argparse
import datetime
import getpass
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import DIMENSIONS, Cohort, OptionError
from dashboard.importing.check import QUARANTINE
from dashboard.importing.run import Report, import_folder
from dashboard.importing.scan import Refused
from dashboard.metrics import METRICS
from dashboard.metrics.options import Metric, notes_of
from dashboard.model import TABLES, template
from dashboard.records import ROLES, Records, RecordsError
from dashboard.serving import serve
from dashboard.settings import Settings, SettingsError
from dashboard.store import Builds, StoreError

DONE, REFUSED, WRONG_USAGE = 0, 1, 2


class _Parser(argparse.ArgumentParser):
    """Answers wrong usage with one sentence."""

    def error(self, message: str) -> NoReturn:
        sentence = message[0].upper() + message[1:]
        self.exit(WRONG_USAGE, f"{sentence}. See: {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers its exit code: 0 done, 1 the input was refused, 2 wrong usage."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed, Settings.from_environment()))
    except OptionError as error:
        return _fail(error, WRONG_USAGE)
    except (Refused, SettingsError, StoreError, RecordsError) as error:
        return _fail(error, REFUSED)
    except (OSError, sa.exc.SQLAlchemyError) as error:
        return _fail(f"{type(error).__name__}: {str(error).splitlines()[0]}", REFUSED)


def _fail(error: object, code: int) -> int:
    print(error, file=sys.stderr)
    return code


def _parser() -> _Parser:
    parser = _Parser(prog="python -m dashboard", description="The ketamine clinic's dashboard.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    _add_import(commands)
    _add_quarantine(commands)
    _add_metrics(commands)
    _add_template(commands)
    _add_serve(commands)
    _add_user(commands)
    return parser


def _add_import(commands: Any) -> None:
    command = commands.add_parser("import", help="read an export, check it, publish it at once or not at all")
    command.add_argument("source", metavar="SOURCE", help="a folder of CSV or Parquet files named after the tables")
    command.add_argument("--as-of", type=_date, metavar="DATE", help="the day the records stand for; default today")
    command.add_argument("--dry-run", action="store_true", help="check everything, publish nothing")
    command.add_argument("--json", action="store_true", help="the report for a program")
    command.set_defaults(run=_import)


def _import(parsed: argparse.Namespace, settings: Settings) -> int:
    builds = Builds(settings.home)
    report = import_folder(
        Path(parsed.source),
        builds,
        settings.clinic(),
        as_of=parsed.as_of,
        dry_run=parsed.dry_run,
        say=lambda sentence: print(sentence, file=sys.stderr, flush=True),
    )
    print(json.dumps(report.as_dict(), indent=2) if parsed.json else _report_text(report))
    return DONE


def _report_text(report: Report) -> str:
    head = f"Published as build {report.build}" if report.build else "Checked only, nothing published"
    lines = [f"{head}; records as of {report.as_of}, times in {report.timezone}.", ""]
    lines.append(f"{'table':<14}{'read':>12}{'accepted':>12}{'quarantined':>13}")
    for name, table in report.tables.items():
        lines.append(f"{name:<14}{table.read:>12,}{table.accepted:>12,}{table.quarantined:>13,}")
        for (rule, column), count in table.rules.items():
            lines.append(f"    {count:,} × {rule}" + (f" ({column})" if column else ""))
    return "\n".join([*lines, "", *report.notes])


def _add_quarantine(commands: Any) -> None:
    command = commands.add_parser("quarantine", help="the rows set aside, with the reasons")
    command.add_argument("--table", choices=list(TABLES), help="only this table's")
    command.add_argument("--format", choices=("table", "csv", "json"), default="table")
    command.set_defaults(run=_quarantine)


def _quarantine(parsed: argparse.Namespace, settings: Settings) -> int:
    q = QUARANTINE.c
    statement = sa.select(QUARANTINE).order_by(q.table, q.row, q.column, q.rule)
    if parsed.table:
        statement = statement.where(q.table == parsed.table)
    table = Builds(settings.home).current().read(statement)
    _print_table(_one_line_a_row(table), parsed.format, "quarantine")
    return DONE


def _one_line_a_row(table: pd.DataFrame) -> pd.DataFrame:
    """A row that broke several rules is one line, its reasons joined by semicolons."""

    def joined(values: "pd.Series[Any]") -> str:
        return "; ".join("" if pd.isna(value) else str(value) for value in values)

    reasons = dict.fromkeys(("column", "value", "rule", "message"), joined)
    lines = table.groupby(["table", "file", "row"], sort=False, as_index=False).agg(
        {**reasons, "patient_id": "first", "raw": "first"}
    )
    return lines[list(table.columns)]


def _add_metrics(commands: Any) -> None:
    command = commands.add_parser("metrics", help="the numbers that the screen shows")
    command.set_defaults(run=_list_metrics)
    names = command.add_subparsers(metavar="NAME", parser_class=_Parser)
    for metric in METRICS.values():
        one = names.add_parser(metric.name, help=metric.title)
        for option in metric.options:
            one.add_argument(
                f"--{option.name}",
                type=option.kind,
                required=option.required,
                metavar=option.name.upper(),
                help=option.meaning + (f"; default {option.default}" if option.default else ""),
            )
        if metric.filtered:
            one.add_argument("--where", action="append", default=[], type=_pair, metavar="COLUMN=VALUE")
            one.add_argument("--from", dest="since", type=_date, metavar="DATE")
            one.add_argument("--to", dest="until", type=_date, metavar="DATE")
        one.add_argument("--format", choices=("table", "csv", "json"), default="table")
        one.set_defaults(run=_metric, metric=metric)


def _list_metrics(parsed: argparse.Namespace, settings: Settings) -> int:
    for metric in METRICS.values():
        print(f"{metric.name:<14}{metric.title}")
    return DONE


def _metric(parsed: argparse.Namespace, settings: Settings) -> int:
    metric: Metric = parsed.metric
    store = Builds(settings.home).current()
    cohort = Cohort(store)
    if metric.filtered:
        where: dict[str, tuple[str, ...]] = {}
        for dimension, value in parsed.where:
            where[dimension] = (*where.get(dimension, ()), value)
        cohort = Cohort(store, where, parsed.since, parsed.until)
    given = {option.name.replace("-", "_"): getattr(parsed, option.name.replace("-", "_")) for option in metric.options}
    table = metric.table(cohort, **{name: value for name, value in given.items() if value is not None})
    _print_table(table, parsed.format, metric.name)
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


def _add_serve(commands: Any) -> None:
    command = commands.add_parser("serve", help="the production server")
    command.add_argument("--host", help="the address it listens on; default CLINIC_HOST or 127.0.0.1")
    command.add_argument("--port", type=_port, help="its port; default CLINIC_PORT or 8050")
    command.set_defaults(run=_serve)


def _serve(parsed: argparse.Namespace, settings: Settings) -> int:
    serve(replace(settings, host=parsed.host or settings.host, port=parsed.port or settings.port))
    return DONE


def _add_user(commands: Any) -> None:
    command = commands.add_parser("user", help="who can sign in")
    actions = command.add_subparsers(metavar="ACTION", required=True, parser_class=_Parser)
    add = actions.add_parser("add", help="password from a prompt, or one line of standard input")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", required=True, choices=ROLES)
    add.set_defaults(run=_user_add)
    actions.add_parser("list", help="names, roles, and who is disabled").set_defaults(run=_user_list)
    for name, run, words in (
        ("disable", _user_disable, "sign out and keep out"),
        ("reset", _user_reset, "new password"),
    ):
        one = actions.add_parser(name, help=words)
        one.add_argument("name", metavar="NAME")
        one.set_defaults(run=run)


def _user_add(parsed: argparse.Namespace, settings: Settings) -> int:
    Records.open(settings.home).add_user(parsed.name, parsed.role, _password())
    print(f"{parsed.name} can sign in as {parsed.role}")
    return DONE


def _user_list(parsed: argparse.Namespace, settings: Settings) -> int:
    for user in Records.open(settings.home).users():
        print(f"{user.name:<24}{user.role:<12}{'disabled' if user.disabled else ''}".rstrip())
    return DONE


def _user_disable(parsed: argparse.Namespace, settings: Settings) -> int:
    Records.open(settings.home).disable(parsed.name)
    print(f"{parsed.name} is signed out and cannot sign in")
    return DONE


def _user_reset(parsed: argparse.Namespace, settings: Settings) -> int:
    Records.open(settings.home).reset(parsed.name, _password())
    print(f"{parsed.name} has a new password and is signed out everywhere")
    return DONE


def _password() -> str:
    """From a prompt, twice; or one line of standard input where that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise RecordsError("The two passwords differ; try again.")
    return password


def _print_table(table: pd.DataFrame, form: str, name: str) -> None:
    """Print a table with all digits (csv, json) or for reading; sentences beside it go to standard error."""
    notes = list(notes_of(table))
    if form == "json":
        rows = json.loads(table.to_json(orient="records", date_format="iso", double_precision=15))
        print(json.dumps({"name": name, "rows": rows, "notes": notes}, indent=2))
        return
    if form == "csv":
        text = io.StringIO()
        table.to_csv(text, index=False, date_format="%Y-%m-%dT%H:%M:%S", lineterminator="\n")
        print(text.getvalue(), end="")
    else:
        print(table.to_string(index=False, na_rep="") if len(table) else "no rows")
    for note in notes:
        print(note, file=sys.stderr)


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2024-03-31") from None


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 1 to 65535")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    column, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"{text!r} is not COLUMN=VALUE; columns are {', '.join(DIMENSIONS)}")
    return column, value
