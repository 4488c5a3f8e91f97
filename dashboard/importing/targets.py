"""What a mapping gives as a value of ours, held against the column that it goes into."""

import datetime
import difflib
import re

from dashboard.importing.raw import BLANKS
from dashboard.importing.rules import PATTERNS
from dashboard.model import Column


def misfit(column: Column, text: str, decimal: str) -> str:
    """What is wrong with a value, in words; empty where nothing is. A blank one stands for unknown."""
    text = text.strip(BLANKS)
    if not text or _fits(column, text, decimal):
        return ""
    codes = {code.lower(): code for code in column.values}
    near = difflib.get_close_matches(text.lower(), codes, n=1)
    meant = f"did you mean {codes[near[0]]}; " if near else ""
    return f"{text!r} is no value of {column.name}, {meant}it must be {column.expects}"


def _fits(column: Column, text: str, decimal: str) -> bool:
    if column.kind == "text":
        return True
    if column.kind == "code":
        return text.lower() in (code.lower() for code in column.values)
    if column.kind == "number" and decimal == "," and "." not in text:
        text = text.replace(",", ".")
    if not re.fullmatch(PATTERNS[column.kind], text, re.ASCII):
        return False
    if column.kind in ("date", "datetime"):
        return _is_day(text[:10])
    return column.kind == "boolean" or _is_within(column, float(text))


def _is_day(text: str) -> bool:
    try:
        return 1900 <= datetime.date.fromisoformat(text).year <= 2100
    except ValueError:
        return False


def _is_within(column: Column, number: float) -> bool:
    if number == 0 and column.zero_is_missing:
        return True
    return (
        (column.at_least is None or number >= column.at_least)
        and (column.above is None or number > column.above)
        and (column.at_most is None or number <= column.at_most)
    )
