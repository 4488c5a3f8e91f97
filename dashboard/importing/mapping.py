"""Mapping files: how a source's files or tables become the ten tables. Data only, checked with the line named."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from dashboard.clinic_file import nearest
from dashboard.importing.entries import Entry, Join, MappingFile, Scale, Value
from dashboard.importing.plain import ORDERS
from dashboard.importing.query import fault_of
from dashboard.importing.raw import Habits, Place
from dashboard.importing.targets import misfit
from dashboard.importing.text import DELIMITERS, ENCODINGS, Refused
from dashboard.importing.where import Where
from dashboard.instruments import INSTRUMENTS
from dashboard.model import ASSESSMENTS, TABLES, Column, TableModel
from dashboard.settings import ROOT

FOLDER = ROOT / "data" / "mappings"
UNITS: Mapping[str, Mapping[str, float]] = {
    "weight_kg": {"kg": 1, "lb": 0.45359237},
    "dose_mg": {"mg": 1, "mg/kg": 1, "g": 1000, "mcg": 0.001},
    "planned_minutes": {"min": 1, "h": 60},
    "chair_minutes": {"min": 1, "h": 60},
}
"""Column -> unit -> what its number is multiplied by; mg/kg by the row's weight."""
_HABITS = {"dates": ORDERS, "decimal": (",", "."), "who5": ("raw", "percent"), "encoding": ENCODINGS, "timezone": ()}
_PLACE = ("file", "sheet", "table", "query")
_WRITTEN = ("encoding", "delimiter")
_ENTRY = {*_PLACE, *_HABITS, *_WRITTEN, "columns", "join", "only", "scales", "distinct"}
_COLUMN = {"from", "of", "constant", "values", "else", "dates", "unit"}


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
    return _mapping(Where(path.name, text), entries)


def _only(at: Where, given: object, known: Iterable[str]) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        at.refuse(f"{at.key} must be a table of keys")
    for key in given:
        if key not in set(known):
            (at / key).refuse(f"there is no {key} here, {nearest(key, known)}")
    return given


def _mapping(at: Where, given: Mapping[str, Any]) -> MappingFile:
    _only(at, given, {"about", "delimiter", *_HABITS, *TABLES})
    for key in _HABITS:
        _word(at, given, key)
    shared = {key: value for key, value in given.items() if key in {*_HABITS, *_WRITTEN}}
    entries = {}
    for name, model in TABLES.items():
        entries[name] = tuple(_entry(where, model, shared, entry) for where, entry in _several(at, given, name))
        if model.required and not entries[name]:
            at.refuse(f"nothing becomes {name}; patients, sessions and assessments are required")
    return MappingFile(at.file, {name: each for name, each in entries.items() if each})


def _entry(at: Where, model: TableModel, shared: Mapping[str, Any], given: object) -> Entry:
    own = _only(at, given, _ENTRY)
    both = {**shared, **own}
    joins = tuple(_join(where, shared, each) for where, each in _several(at, own, "join"))
    for earlier, join in combinations(joins, 2):
        if earlier.name == join.name:
            join.at.refuse(f"{join.name} is joined twice; of would not tell which of the two is meant")
    known = {column.name for column in model.columns}
    decimal = _word(at, both, "decimal")
    columns = {
        name: _value(at / "columns" / name, value, model[name], {join.name for join in joins}, decimal)
        for name, value in _only(at / "columns", own.get("columns", {}), known).items()
    }
    scales = tuple(_scale(where, each) for where, each in _several(at, own, "scales"))
    if scales and model.name != "assessments":
        (at / "scales").refuse("scales belong to assessments alone")
    _required(at, model, columns, scales)
    return Entry(
        table=model,
        place=_place(at, both),
        columns=columns,
        habits=_habits(at, both, columns),
        at=at,
        joins=joins,
        only=_rows_kept(at, own.get("only", {})),
        scales=scales,
        distinct=_flag(at, own, "distinct"),
    )


def _several(at: Where, given: Mapping[str, Any], key: str) -> list[tuple[Where, Any]]:
    """One or several under a key, each with its place."""
    found = given.get(key, [])
    return [(at / key / n, each) for n, each in enumerate(found)] if isinstance(found, list) else [(at / key, found)]


def _required(at: Where, model: TableModel, columns: Mapping[str, Value], scales: tuple[Scale, ...]) -> None:
    of_scales = {"instrument", *(name for scale in scales for name in scale.columns)} if scales else set()
    missing = [c.name for c in model.columns if c.required and c.name not in columns and c.name not in of_scales]
    if missing:
        at.refuse(f"{model.name} need {missing[0]}; say where it comes from in columns")


def _place(at: Where, given: Mapping[str, Any]) -> Place:
    named = [key for key in ("file", "table", "query") if key in given]
    if len(named) != 1 and not (named == [] and "sheet" in given):
        at.refuse("give one of file, sheet, table and query")
    texts = {key: _word(at, given, key) for key in (*_PLACE, *_WRITTEN)}
    for key in _PLACE:
        if key in given and not texts[key].strip():
            (at / key).refuse(f"{key} is empty; say which it is")
    if texts["sheet"] and texts["file"] and not texts["file"].lower().endswith(".xlsx"):
        (at / "sheet").refuse(f"{texts['file']} has no sheets, only an .xlsx has; leave out sheet")
    if texts["sheet"] and (texts["table"] or texts["query"]):
        (at / "sheet").refuse("a database has no sheets; leave out sheet")
    if re.search(r"[/\\]|^\.", texts["file"]):
        (at / "file").refuse("file is the name of a file in the source's folder, without a path")
    if texts["delimiter"] and texts["delimiter"] not in DELIMITERS:
        (at / "delimiter").refuse("delimiter must be a comma, a semicolon, a tab (\\t) or a pipe")
    fault = fault_of(texts["query"]) if texts["query"] else ""
    if fault:
        (at / "query").refuse(f"the query {fault}")
    return Place(**texts)


def _word(at: Where, given: Mapping[str, Any], key: str) -> str:
    value = given.get(key, "")
    allowed = _HABITS.get(key, ())
    if not isinstance(value, str) or (value and allowed and value not in allowed):
        (at / key).refuse(f"{key} = {value!r}; give {'one of ' + ', '.join(allowed) if allowed else 'a text'}")
    if key == "timezone" and value and value not in available_timezones():
        (at / key).refuse(f"{value} is no time zone; give a name such as Europe/Berlin, or UTC")
    return value


def _flag(at: Where, given: Mapping[str, Any], key: str) -> bool:
    value = given.get(key, False)
    if not isinstance(value, bool):
        (at / key).refuse(f"{key} = {value!r}; give true or false")
    return value


def _habits(at: Where, given: Mapping[str, Any], columns: Mapping[str, Value]) -> Habits:
    dates, factors, per_kg = {"": _word(at, given, "dates")}, {}, False
    own = given.get("columns", {})
    for name in columns:
        if not isinstance(own[name], dict):
            continue
        where = at / "columns" / name
        dates[name] = _word(where, own[name], "dates")
        unit = own[name].get("unit")
        if unit is None:
            continue
        if unit not in UNITS.get(name, {}):
            known = ", ".join(UNITS.get(name, {})) or "none, for this column has no unit to choose"
            (where / "unit").refuse(f"unit = {unit!r}; those of {name} are {known}")
        per_kg = per_kg or unit == "mg/kg"
        if UNITS[name][unit] != 1:
            factors[name] = UNITS[name][unit]
    if per_kg and "weight_kg" not in columns:
        (at / "columns" / "dose_mg").refuse("a dose in mg/kg needs weight_kg in the same entry")
    words = {key: _word(at, given, key) for key in ("decimal", "timezone", "who5")}
    return Habits(dates=dates, factors=factors, per_kg=per_kg, **words)


def _value(at: Where, given: object, column: Column, joined: set[str], decimal: str) -> Value:
    if isinstance(given, str | list):
        return Value(_names(at, given))
    if not isinstance(given, dict):
        at.refuse(f"{at.key} is the name of a column, a list of names, or a table with from or constant")
    keys = _only(at, given, _COLUMN)
    if ("from" in keys) == ("constant" in keys):
        at.refuse(f"{at.key} needs one of from and constant")
    if "constant" in keys:
        beside = next((key for key in ("values", "else", "of", "dates") if key in keys), "")
        if beside:
            (at / beside).refuse(f"a constant is the same in every row; leave out {beside}")
        constant = _word(at, keys, "constant")
        if column.required and not constant.strip():
            (at / "constant").refuse(f"{column.name} is required and cannot be empty in every row")
        _check_target(at / "constant", constant, column, decimal)
        return Value(constant=constant)
    of = _word(at, keys, "of")
    if of and of not in joined:
        (at / "of").refuse(f"{of} is not joined; add it under join")
    values = keys.get("values", {})
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        (at / "values").refuse('values must be pairs of texts, as in { "F" = "female" }')
    for key, ours in values.items():
        _check_target(at / "values" / key, ours, column, decimal)
    lower = {str(key).strip().lower(): value for key, value in values.items()}
    otherwise = _word(at, keys, "else") if "else" in keys else None
    _check_target(at / "else", otherwise or "", column, decimal)
    return Value(_names(at / "from", keys["from"]), of, values=lower, otherwise=otherwise)


def _check_target(at: Where, text: str, column: Column, decimal: str) -> None:
    """A value of ours that its column does not take would set aside every row that gets it."""
    wrong = misfit(column, text, decimal)
    if wrong:
        at.refuse(wrong)


def _names(at: Where, given: object) -> tuple[str, ...]:
    names = given if isinstance(given, list) else [given]
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        at.refuse("give the name of a column, or a list of names of which the first that is there counts")
    return tuple(names)


def _join(at: Where, shared: Mapping[str, Any], given: object) -> Join:
    keys = _only(at, given, {*_PLACE, *_WRITTEN, "here", "there"})
    place = _place(at, {**{key: shared[key] for key in _WRITTEN if key in shared}, **keys})
    here, there = _word(at, keys, "here"), _word(at, keys, "there")
    if not here or not there:
        at.refuse("a join needs here and there, the columns that hold the same key")
    return Join(place.file or place.table or place.sheet or "query", place, here, there, at)


def _scale(at: Where, given: object) -> Scale:
    keys = _only(at, given, {"instrument", "score", "items", "assessed_at", "respondent"})
    code = _word(at, keys, "instrument")
    if code not in INSTRUMENTS:
        (at / "instrument").refuse(f"instrument = {code!r}; {nearest(code, INSTRUMENTS)}")
    columns = {key: Value(_names(at / key, keys[key])) for key in ("score", "assessed_at") if key in keys}
    if "items" in keys and not INSTRUMENTS[code].items:
        (at / "items").refuse(f"{code} has a score and no items; leave out items")
    if "items" in keys:
        prefix = _word(at, keys, "items")
        columns |= {f"item_{item.number}": Value((f"{prefix}{item.number}",)) for item in INSTRUMENTS[code].items}
    if not columns.keys() - {"assessed_at"}:
        at.refuse("a scale needs score, the column of its total, or items, what its items' names begin with")
    if "respondent" in keys:
        columns["respondent"] = Value(constant=_word(at, keys, "respondent"))
        _check_target(at / "respondent", columns["respondent"].constant, ASSESSMENTS["respondent"], "")
    return Scale(code, columns, at)


def _rows_kept(at: Where, given: object) -> dict[str, frozenset[str]]:
    kept = {}
    for name, values in _only(at / "only", given, given if isinstance(given, dict) else ()).items():
        several = values if isinstance(values, list) else [values]
        if not all(isinstance(value, str) for value in several):
            (at / "only" / name).refuse(f"only.{name} must be a text or a list of texts")
        kept[name] = frozenset(value.strip().lower() for value in several)
    return kept
