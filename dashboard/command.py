"""What every command shares: wrong usage, failures, kinds of values, and how a table is printed."""

import argparse
import datetime
import json
import sys
from pathlib import Path
from typing import NoReturn

import pandas as pd

from dashboard.clinical.cohort import SESSION_DIMENSIONS
from dashboard.metrics.options import csv_text, notes_of

DONE, REFUSED, WRONG_USAGE = 0, 1, 2


class Parser(argparse.ArgumentParser):
    """Answers wrong usage with one sentence."""

    def error(self, message: str) -> NoReturn:
        sentence = message[0].upper() + message[1:]
        self.exit(WRONG_USAGE, f"{sentence}. See: {self.prog} --help\n")


def place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {where}"


def fail(error: object, code: int) -> int:
    print(error, file=sys.stderr)
    return code


def print_table(table: pd.DataFrame, form: str, name: str) -> None:
    """Print a table with all digits (csv, json) or for reading; sentences beside it go to standard error."""
    notes = list(notes_of(table))
    if form == "json":
        rows = json.loads(table.to_json(orient="records", date_format="iso", double_precision=15))
        print(json.dumps({"name": name, "rows": rows, "notes": notes}, indent=2))
        return
    if form == "csv":
        print(csv_text(table), end="")
    else:
        print(table.to_string(index=False, na_rep="") if len(table) else "no rows")
    for note in notes:
        print(note, file=sys.stderr)


def date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2024-03-31") from None


def port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 1 to 65535")
    return int(text)


def whole(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 10**9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def pair(text: str) -> tuple[str, str]:
    column, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"{text!r} is not COLUMN=VALUE; columns are {', '.join(SESSION_DIMENSIONS)}")
    return column, value
