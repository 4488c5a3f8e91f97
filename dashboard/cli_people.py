"""The commands about people who sign in: users, and what they opened."""

import argparse
import getpass
import sys
from dataclasses import asdict, fields
from typing import Any

import pandas as pd

from dashboard.access import PATIENT
from dashboard.audit import Audit, Entry
from dashboard.command import DONE, REFUSED, Parser, fail, print_table
from dashboard.records import ROLES, Records, RecordsError
from dashboard.settings import Settings
from dashboard.tokens import Tokens


def add_user(commands: Any) -> None:
    command = commands.add_parser("user", help="who can sign in")
    actions = command.add_subparsers(metavar="ACTION", required=True, parser_class=Parser)
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


def add_audit(commands: Any) -> None:
    command = commands.add_parser("audit", help="who opened which patient, when")
    command.add_argument("--format", choices=("table", "csv", "json"), default="table")
    command.set_defaults(run=_audit)
    verify = command.add_subparsers(metavar="verify", parser_class=Parser).add_parser(
        "verify", help="prove that the access log is whole"
    )
    verify.set_defaults(run=_audit_verify)


def _audit(parsed: argparse.Namespace, settings: Settings) -> int:
    tokens = Tokens.of(settings.home)
    entries = [asdict(entry) for entry in Audit.of(Records.open(settings.home)).entries()]
    table = pd.DataFrame(entries, columns=[each.name for each in fields(Entry)])
    table["patient_id"] = pd.Series([tokens.open(PATIENT, token) for token in table["subject"]], dtype="str")
    print_table(table[["number", "at", "user", "role", "action", "patient_id"]], parsed.format, "audit")
    return DONE


def _audit_verify(parsed: argparse.Namespace, settings: Settings) -> int:
    audit = Audit.of(Records.open(settings.home))
    fault = audit.fault()
    if fault:
        return fail(f"The access log is not whole: {fault} Compare it with a backup.", REFUSED)
    entries = audit.entries()
    last = f"; the last has the digest {entries[-1].digest}" if entries else ""
    print(f"The access log is whole: {len(entries):,} entries{last}")
    return DONE
