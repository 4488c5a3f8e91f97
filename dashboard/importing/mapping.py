"""Mapping files: how a source's files or tables become the ten tables. Data only, checked with the line named."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import available_timezones

from dashboard.clinic_file import nearest
from dashboard.importing.plain import ORDERS
from dashboard.importing.query import fault_of
from dashboard.importing.raw import Habits, Place
from dashboard.importing.text import DELIMITERS, ENCODINGS, Refused
from dashboard.instruments import INSTRUMENTS
from dashboard.model import TABLES, TableModel
from dashboard.settings import ROOT
from dashboard.toml_lines import Path as KeyPath
from dashboard.toml_lines import line_of

FOLDER = ROOT / "data" / "mappings"
UNITS: Mapping[str, Mapping[str, float]] = {
    "weight_kg": {"kg": 1, "lb": 0.45359237},
    "dose_mg": {"mg": 1, "mg/kg": 1, "g": 1000, "mcg": 0.001},
    "planned_minutes": {"min": 1, "h": 60},
    "chair_minutes": {"min": 1, "h": 60},
}
"""Column -> unit -> what its number is multiplied by; mg/kg by the row's weight."""
_HABITS = {"dates": ORDERS, "decimal": (",", "."), "who5": ("raw", "percent"), "encoding": ENCODINGS, "timezone": ()}
_PLACE = {"file", "sheet", "table", "query"}
_ENTRY = {*_PLACE, *_HABITS, "delimiter", "columns", "join", "only", "scales", "distinct"}
_COLUMN = {"from", "of", "constant", "values", "else", "dates", "unit"}


@dataclass(frozen=True)
class Value:
    """Where the text of one column comes from.

    Attributes:
        candidates: names of source columns; the first that the source has counts.
        of: the joined file or table that has them; empty = the entry's own.
        constant: the text of every row, where there are no candidates.
        values: a value as the source writes it, in lower case -> ours.
        otherwise: ours for every value not listed; None = as it is.
    """

    candidates: tuple[str, ...] = ()
    of: str = ""
    constant: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None


@dataclass(frozen=True)
class Join:
    """Another file or table that gives columns: its rows with ``there`` equal to the entry's ``here``."""

    name: str
    place: Place
    here: str
    there: str


@dataclass(frozen=True)
class Scale:
    """A column (or columns) of one scale in a wide file: each row that has a value makes one assessment."""

    instrument: str
    columns: Mapping[str, Value]


@dataclass(frozen=True)
class Entry:
    """What makes rows of one table."""

    table: TableModel
    place: Place
    columns: Mapping[str, Value]
    habits: Habits
    joins: tuple[Join, ...] = ()
    only: Mapping[str, frozenset[str]] = field(default_factory=dict)
    scales: tuple[Scale, ...] = ()
    distinct: bool = False


@dataclass(frozen=True)
class MappingFile:
    """A checked mapping: its name and its entries by table."""

    name: str
    entries: Mapping[str, tuple[Entry, ...]]


def find_mapping(wanted: str, home: Path) -> MappingFile:
    """Read the mapping of that name (of the clinic's home, else of the product) or at that path."""
    places = [Path(wanted), home / "mappings" / f"{wanted}.toml", FOLDER / f"{wanted}.toml"]
    path = next((each for each in places if each.is_file()), None)
    if path is None:
        known = sorted({each.stem for folder in (home / "mappings", FOLDER) for each in folder.glob("*.toml")})
        raise Refused(f"There is no mapping {wanted}; give a file, or one of {', '.join(known)}.")
    return read_mapping(path)


def read_mapping(path: Path) -> MappingFile:
    """Read and check a mapping file; raises Refused with the line of the first thing that cannot be used."""
    try:
        text = path.read_text(encoding="utf-8")
        entries = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{path.name}: {error}; correct that line.") from error
    return _Reader(path.name, text).mapping(entries)


@dataclass(frozen=True)
class _Reader:
    file: str
    text: str

    def refuse(self, at: KeyPath, advice: str) -> NoReturn:
        raise Refused(f"{self.file}, line {line_of(self.text, at)}: {advice}.")

    def only(self, at: KeyPath, given: object, known: Iterable[str]) -> Mapping[str, Any]:
        if not isinstance(given, dict):
            self.refuse(at, f"{at[-1]} must be a table of keys")
        for key in given:
            if key not in set(known):
                self.refuse((*at, key), f"there is no {key} here, {nearest(key, known)}")
        return given

    def mapping(self, given: Mapping[str, Any]) -> MappingFile:
        self.only((), given, {"about", "delimiter", *_HABITS, *TABLES})
        for key in _HABITS:
            self.word((), given, key)
        shared = {key: value for key, value in given.items() if key in _HABITS or key == "delimiter"}
        entries = {}
        for name, model in TABLES.items():
            several = given.get(name, [])
            is_list = isinstance(several, list)
            entries[name] = tuple(
                self.entry((name, place) if is_list else (name,), model, shared, entry)
                for place, entry in enumerate(several if is_list else [several])
            )
            if model.required and not entries[name]:
                self.refuse((), f"nothing becomes {name}; patients, sessions and assessments are required")
        return MappingFile(self.file, {name: each for name, each in entries.items() if each})

    def entry(self, at: KeyPath, model: TableModel, shared: Mapping[str, Any], given: object) -> Entry:
        own = self.only(at, given, _ENTRY)
        both = {**shared, **own}
        joins = tuple(self.join((*at, "join", place), each) for place, each in enumerate(self.several(at, own, "join")))
        known = {column.name for column in model.columns}
        columns = {
            name: self.value((*at, "columns", name), value, {join.name for join in joins})
            for name, value in self.only((*at, "columns"), own.get("columns", {}), known).items()
        }
        scales = tuple(
            self.scale((*at, "scales", place), each) for place, each in enumerate(self.several(at, own, "scales"))
        )
        if scales and model.name != "assessments":
            self.refuse((*at, "scales"), "scales belong to assessments alone")
        self.required(at, model, columns, scales)
        return Entry(
            table=model,
            place=self.place(at, both),
            columns=columns,
            habits=self.habits(at, both, columns),
            joins=joins,
            only=self.rows_kept(at, own.get("only", {})),
            scales=scales,
            distinct=self.flag(at, own, "distinct"),
        )

    def several(self, at: KeyPath, given: Mapping[str, Any], key: str) -> list[Any]:
        found = given.get(key, [])
        return found if isinstance(found, list) else [found]

    def required(self, at: KeyPath, model: TableModel, columns: Mapping[str, Value], scales: tuple[Scale, ...]) -> None:
        of_scales = {"instrument", *(name for scale in scales for name in scale.columns)} if scales else set()
        missing = [c.name for c in model.columns if c.required and c.name not in columns and c.name not in of_scales]
        if missing:
            self.refuse(at, f"{model.name} need {missing[0]}; say where it comes from in columns")

    def place(self, at: KeyPath, given: Mapping[str, Any]) -> Place:
        named = [key for key in ("file", "table", "query") if key in given]
        if len(named) != 1 and not (named == [] and "sheet" in given):
            self.refuse(at, "give one of file, sheet, table and query")
        texts = {key: self.word(at, given, key) for key in (*_PLACE, "encoding", "delimiter")}
        if re.search(r"[/\\]|^\.", texts["file"]):
            self.refuse((*at, "file"), "file is the name of a file in the source's folder, without a path")
        if texts["delimiter"] and texts["delimiter"] not in DELIMITERS:
            self.refuse((*at, "delimiter"), "delimiter must be a comma, a semicolon, a tab (\\t) or a pipe")
        fault = fault_of(texts["query"]) if texts["query"] else ""
        if fault:
            self.refuse((*at, "query"), f"the query {fault}")
        return Place(**texts)

    def word(self, at: KeyPath, given: Mapping[str, Any], key: str) -> str:
        value = given.get(key, "")
        allowed = _HABITS.get(key, ())
        if not isinstance(value, str) or (value and allowed and value not in allowed):
            self.refuse(
                (*at, key), f"{key} = {value!r}; give {'one of ' + ', '.join(allowed) if allowed else 'a text'}"
            )
        if key == "timezone" and value and value not in available_timezones():
            self.refuse((*at, key), f"{value} is no time zone; give a name such as Europe/Berlin, or UTC")
        return value

    def flag(self, at: KeyPath, given: Mapping[str, Any], key: str) -> bool:
        value = given.get(key, False)
        if not isinstance(value, bool):
            self.refuse((*at, key), f"{key} = {value!r}; give true or false")
        return value

    def habits(self, at: KeyPath, given: Mapping[str, Any], columns: Mapping[str, Value]) -> Habits:
        dates, factors, per_kg = {"": self.word(at, given, "dates")}, {}, False
        own = given.get("columns", {})
        for name in columns:
            if not isinstance(own[name], dict):
                continue
            where = (*at, "columns", name)
            dates[name] = self.word(where, own[name], "dates")
            unit = own[name].get("unit")
            if unit is None:
                continue
            if unit not in UNITS.get(name, {}):
                known = ", ".join(UNITS.get(name, {})) or "none, for this column has no unit to choose"
                self.refuse((*where, "unit"), f"unit = {unit!r}; those of {name} are {known}")
            per_kg = per_kg or unit == "mg/kg"
            if UNITS[name][unit] != 1:
                factors[name] = UNITS[name][unit]
        if per_kg and "weight_kg" not in columns:
            self.refuse((*at, "columns", "dose_mg"), "a dose in mg/kg needs weight_kg in the same entry")
        words = {key: self.word(at, given, key) for key in ("decimal", "timezone", "who5")}
        return Habits(dates=dates, factors=factors, per_kg=per_kg, **words)

    def value(self, at: KeyPath, given: object, joined: set[str]) -> Value:
        if isinstance(given, str | list):
            return Value(self.names(at, given))
        if not isinstance(given, dict):
            self.refuse(at, f"{at[-1]} is the name of a column, a list of names, or a table with from or constant")
        keys = self.only(at, given, _COLUMN)
        if ("from" in keys) == ("constant" in keys):
            self.refuse(at, f"{at[-1]} needs one of from and constant")
        if "constant" in keys:
            return Value(constant=self.word(at, keys, "constant"))
        of = self.word(at, keys, "of")
        if of and of not in joined:
            self.refuse((*at, "of"), f"{of} is not joined; add it under join")
        values = keys.get("values", {})
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            self.refuse((*at, "values"), 'values must be pairs of texts, as in { "F" = "female" }')
        lower = {str(key).strip().lower(): value for key, value in values.items()}
        otherwise = self.word(at, keys, "else") if "else" in keys else None
        return Value(self.names((*at, "from"), keys["from"]), of, values=lower, otherwise=otherwise)

    def names(self, at: KeyPath, given: object) -> tuple[str, ...]:
        names = given if isinstance(given, list) else [given]
        if not names or not all(isinstance(name, str) and name.strip() for name in names):
            self.refuse(at, "give the name of a column, or a list of names of which the first that is there counts")
        return tuple(names)

    def join(self, at: KeyPath, given: object) -> Join:
        keys = self.only(at, given, {*_PLACE, "encoding", "delimiter", "here", "there"})
        place = self.place(at, keys)
        here, there = self.word(at, keys, "here"), self.word(at, keys, "there")
        if not here or not there:
            self.refuse(at, "a join needs here and there, the columns that hold the same key")
        return Join(place.file or place.table or place.sheet or "query", place, here, there)

    def scale(self, at: KeyPath, given: object) -> Scale:
        keys = self.only(at, given, {"instrument", "score", "items", "assessed_at", "respondent"})
        code = self.word(at, keys, "instrument")
        if code not in INSTRUMENTS:
            self.refuse((*at, "instrument"), f"instrument = {code!r}; {nearest(code, INSTRUMENTS)}")
        columns = {key: Value(self.names((*at, key), keys[key])) for key in ("score", "assessed_at") if key in keys}
        if "items" in keys:
            prefix = self.word(at, keys, "items")
            columns |= {f"item_{item.number}": Value((f"{prefix}{item.number}",)) for item in INSTRUMENTS[code].items}
        if not columns.keys() - {"assessed_at"}:
            self.refuse(at, "a scale needs score, the column of its total, or items, what its items' names begin with")
        if "respondent" in keys:
            columns["respondent"] = Value(constant=self.word(at, keys, "respondent"))
        return Scale(code, columns)

    def rows_kept(self, at: KeyPath, given: object) -> dict[str, frozenset[str]]:
        kept = {}
        for name, values in self.only((*at, "only"), given, given if isinstance(given, dict) else ()).items():
            several = values if isinstance(values, list) else [values]
            if not all(isinstance(value, str) for value in several):
                self.refuse((*at, "only", name), f"only.{name} must be a text or a list of texts")
            kept[name] = frozenset(value.strip().lower() for value in several)
        return kept
