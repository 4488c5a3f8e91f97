"""How a part of a source writes its dates and numbers, and the DuckDB expressions that spell them as the contract does.

Only what can be read in one way is respelled; what is written stays beside it as ``raw_…`` and goes to the quarantine.
A column whose dates may be read in two ways refuses the import and shows both.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.importing.raw import ROW, Extract, Habits
from dashboard.importing.text import Refused
from dashboard.model import Column, TableModel

ORDERS = ("day-first", "month-first")
_CLOCK = r"[T ]*(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)? ?([AaPp]\.?[Mm]\.?)?"
_DAY_MONTH = rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-](19\d\d|20\d\d|2100),?{_CLOCK}"
_YEAR_FIRST = rf"(\d{{4}})[/.](\d{{1,2}})[/.](\d{{1,2}}),?{_CLOCK}"
_SERIAL = r"\d{5}(\.\d+)?"
_COMMA = r"[+-]?\d*,\d+"
_THOUSANDS = r"[+-]?[1-9]\d{0,2}(,\d{3})+"
_NUMBER = r"[+-]?(\d{1,12}(\.\d*)?|\.\d+)"
_ISO_TIME = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?"


@dataclass(frozen=True)
class Plain:
    """What was found out of one part.

    Attributes:
        texts: column -> its text as the contract would have it, as SQL over ``raw_…``; others are so already.
        who5_waits: WHO-5 totals may be raw or percent.
        notes: sentences on what was found.
    """

    texts: dict[str, str]
    who5_waits: bool
    notes: tuple[str, ...]


def look(connection: sa.Connection, view: str, model: TableModel, extract: Extract, habits: Habits) -> Plain:
    """Find out how a part writes its values; raises Refused where a column of dates can be read in two ways."""
    reader = _Reader(connection, view, model, extract, habits)
    return Plain(dict(reader.texts()), reader.who5_waits(), tuple(reader.notes))


class _Reader:
    def __init__(
        self, connection: sa.Connection, view: str, model: TableModel, extract: Extract, habits: Habits
    ) -> None:
        self.connection, self.view, self.model = connection, view, model
        self.extract, self.habits = extract, habits
        self.notes: list[str] = []
        self.columns = [column for column in model.columns if column.name in extract.columns]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Each column that needs respelling, and how."""
        unusual = self._unusual()
        found: dict[str, str] = {}
        for column in self.columns:
            text = f"raw_{column.name}"
            if column.kind in ("date", "datetime"):
                text = self._date(column) if column.name in unusual else text
                text = self._in_zone(column, text)
            elif column.kind == "boolean" and self.extract.database:
                text = f"CASE {text} WHEN '1' THEN 'true' WHEN '0' THEN 'false' ELSE {text} END"
            elif column.name in unusual:
                text = self._decimal(column)
            if column.name in self.habits.factors:
                text = _multiplied(text, repr(self.habits.factors[column.name]))
            found[column.name] = text
        if self.habits.per_kg:
            weight = f"try_cast({found['weight_kg']} AS DOUBLE)"
            found["dose_mg"] = f"CASE WHEN {weight} > 0 THEN {_multiplied(found['dose_mg'], weight)} END"
        if self.habits.who5 == "raw" and "score" in found:
            raw = _multiplied(found["score"], "4")
            found["score"] = f"CASE WHEN upper(raw_instrument) = 'WHO-5' THEN {raw} ELSE {found['score']} END"
        yield from ((name, text) for name, text in found.items() if text != f"raw_{name}")

    def _unusual(self) -> set[str]:
        """Columns with a value that the contract's own spelling does not cover."""
        signs = {"date": "NOT {} LIKE '____-%'", "datetime": "NOT {} LIKE '____-%'", "number": "contains({}, ',')"}
        signs["integer"] = signs["number"]
        tests = {c.name: signs[c.kind].format(f"raw_{c.name}") for c in self.columns if c.kind in signs}
        if not tests:
            return set()
        found = self._one(", ".join(f"coalesce(bool_or({test}), FALSE)" for test in tests.values()))
        return {name for name, is_unusual in zip(tests, found, strict=True) if is_unusual}

    def _one(self, select: str, where: str = "TRUE") -> tuple[object, ...]:
        return tuple(self.connection.exec_driver_sql(f"SELECT {select} FROM {self.view} WHERE {where}").one())

    def _date(self, column: Column) -> str:
        raw = f"raw_{column.name}"
        order = self.habits.dates.get(column.name) or self.habits.dates.get("", "") or self._order(column)
        day, month = (1, 2) if order == "day-first" else (2, 1)
        branches = f"WHEN regexp_full_match({raw}, '{_YEAR_FIRST}') THEN {_iso(raw, _YEAR_FIRST, 1, 2, 3)} "
        if order:
            branches += f"WHEN regexp_full_match({raw}, '{_DAY_MONTH}') THEN {_iso(raw, _DAY_MONTH, 3, month, day)} "
        serials = self._one(f"count(*) FILTER (WHERE regexp_full_match({raw}, '{_SERIAL}'))")[0]
        if serials:
            self.notes.append(
                f"{self._place(column)}: {serials:,} Excel serial numbers are read as dates (45292 = 2024-01-01)."
            )
            branches += f"WHEN regexp_full_match({raw}, '{_SERIAL}') THEN {_from_serial(raw)} "
        return f"CASE {branches}ELSE {raw} END"

    def _order(self, column: Column) -> str:
        """Day or month first, by the values that can be read in one way only; empty where there are none to order."""
        raw = f"raw_{column.name}"
        first, second = (f"CAST(regexp_extract({raw}, '{_DAY_MONTH}', {group}) AS INTEGER)" for group in (1, 2))
        kinds = {
            "day": f"{first} BETWEEN 13 AND 31 AND {second} <= 12",
            "month": f"{second} BETWEEN 13 AND 31 AND {first} <= 12",
            "either": f"{first} <= 12 AND {second} <= 12 AND {first} <> {second}",
        }
        select = ", ".join(
            f"arg_min({raw}, {ROW}) FILTER (WHERE {test}), min({ROW}) FILTER (WHERE {test})" for test in kinds.values()
        )
        found = self._one(select, f"regexp_full_match({raw}, '{_DAY_MONTH}')")
        day, month, either = (found[i : i + 2] for i in (0, 2, 4))
        if day[0] is not None and month[0] is not None:
            raise Refused(
                f"{self._place(column)}: {_seen(day[0])} (row {day[1]}) has the day first and {_seen(month[0])} "
                f"(row {month[1]}) the month; write dates as 2024-03-31, or give their order in a mapping file."
            )
        if day[0] is None and month[0] is None and either[0] is not None:
            one, other = (_read(_seen(either[0]), order) for order in ORDERS)
            raise Refused(
                f"{self._place(column)}: {_seen(either[0])} (row {either[1]}) may be {one} or {other}, and no value of "
                "the column tells which; write dates as 2024-03-31, or give dates = “day-first” or “month-first” in a "
                "mapping file."
            )
        if day[0] is None and month[0] is None:
            return ""
        order, row = ("day-first", day[1]) if day[0] is not None else ("month-first", month[1])
        words = order.replace("-", " ")
        self.notes.append(f"{self._place(column)}: dates are read {words}, for row {row} can be read in no other way.")
        return order

    def _in_zone(self, column: Column, text: str) -> str:
        if column.kind == "date" or not self.habits.timezone:
            return text
        moment = f"timezone('UTC', timezone('{self.habits.timezone}', try_cast({text} AS TIMESTAMP)))"
        utc = f"strftime({moment}, '%Y-%m-%dT%H:%M:%SZ')"
        return f"CASE WHEN regexp_full_match({text}, '{_ISO_TIME}') THEN {utc} ELSE {text} END"

    def _decimal(self, column: Column) -> str:
        """A decimal comma is one where commas do not part the fields and some value cannot be thousands."""
        raw = f"raw_{column.name}"
        if not self.habits.decimal:
            decisive = f"regexp_full_match({raw}, '{_COMMA}') AND NOT regexp_full_match({raw}, '{_THOUSANDS}')"
            if self.extract.commas or not self._one(f"coalesce(bool_or({decisive}), FALSE)")[0]:
                return raw
            self.notes.append(f"{self._place(column)}: commas are read as decimal points.")
        elif self.habits.decimal == ".":
            return raw
        # a point beside decimal commas may part thousands: nothing is read, so the row is set aside
        return (
            f"CASE WHEN regexp_full_match({raw}, '{_COMMA}') THEN replace({raw}, ',', '.') "
            f"WHEN regexp_full_match({raw}, '[+-]?\\d+(\\.0+)?') THEN {raw} END"
        )

    def who5_waits(self) -> bool:
        """Whether no WHO-5 total is above 25, and nobody has said what they are."""
        if self.model.name != "assessments" or self.habits.who5 or "score" not in self.extract.columns:
            return False
        score = "try_cast(replace(raw_score, ',', '.') AS DOUBLE)"
        top = self._one(f"max({score})", f"upper(raw_instrument) = 'WHO-5' AND {score} <= 100")[0]
        return isinstance(top, float) and top <= 25

    def _place(self, column: Column) -> str:
        return f"{self.extract.file}, column {column.name}"


def _iso(raw: str, pattern: str, year: int, month: int, day: int) -> str:
    """The matched parts as 2024-03-31T14:05; noon and midnight of a twelve-hour clock are put right."""
    part = [f"regexp_extract({raw}, '{pattern}', {group})" for group in range(6)]
    date = f"{part[year]} || '-' || lpad({part[month]}, 2, '0') || '-' || lpad({part[day]}, 2, '0')"
    hour = f"try_cast(split_part({part[4]}, ':', 1) AS INTEGER)"
    of_day = f"CASE WHEN {part[5]} = '' THEN {hour} WHEN {hour} NOT BETWEEN 1 AND 12 THEN 99 "
    of_day += f"ELSE {hour} % 12 + CASE WHEN upper(left({part[5]}, 1)) = 'P' THEN 12 ELSE 0 END END"
    rest = f"substr({part[4]}, position(':' IN {part[4]}))"
    clock = f"'T' || lpad(CAST({of_day} AS VARCHAR), 2, '0') || {rest}"
    return f"CASE WHEN {part[4]} = '' THEN {date} ELSE {date} || {clock} END"


def _from_serial(raw: str) -> str:
    """Days since 1899-12-30, as Excel counts them from March 1900 on; to the second."""
    seconds = f"CAST(round(CAST({raw} AS DOUBLE) * 86400) AS BIGINT)"
    moment = f"make_timestamp(epoch_us(TIMESTAMP '1899-12-30') + {seconds} * 1000000)"
    return f"replace(strftime({moment}, '%Y-%m-%dT%H:%M:%S'), 'T00:00:00', '')"


def _multiplied(text: str, factor: str) -> str:
    product = f"CAST(CAST(round(CAST({text} AS DOUBLE) * {factor}, 6) AS DECIMAL(24, 6)) AS VARCHAR)"
    return f"CASE WHEN regexp_full_match({text}, '{_NUMBER}') THEN {product} ELSE {text} END"


def _seen(value: object) -> str:
    """The date alone: what follows it is left out of a sentence."""
    return str(value).split(" ")[0].split("T")[0].rstrip(",")


def _read(value: str, order: str) -> str:
    """A date as one order reads it, in words."""
    first, second, year = (int(part) for part in value.replace(".", "/").replace("-", "/").split("/"))
    day, month = (first, second) if order == "day-first" else (second, first)
    return f"{datetime.date(year, month, day):%-d %B %Y}"
