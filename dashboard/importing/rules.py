"""What makes a row bad: the rules of ``model.py`` and of the contract, as DuckDB expressions over text.

Patterns come before casts: a cast alone reads ``5.5`` as 6 and ``infinity`` as a time.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Dialect, Float, Integer, String, column

from dashboard.clinical import scoring
from dashboard.instruments import INSTRUMENTS
from dashboard.model import MAX_ITEMS, Column, TableModel

_TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?"
_OFFSET = r" ?(Z|[+-]([01]\d):?([0-5]\d)?)"
_DAY = r"\d{4}-\d{2}-\d{2}"
PATTERNS = {
    "integer": r"[+-]?\d{1,9}(\.0*)?",
    "number": r"[+-]?(\d{1,12}(\.\d*)?|\.\d+)",
    "boolean": r"(?i)true|false",
    "date": rf"{_DAY}([T ]00:00(:00(\.0+)?)?)?",
    "datetime": rf"{_DAY}([T ]{_TIME}({_OFFSET})?)?",
}
"""Kind of a column -> how its values are written."""
_SQL_TYPES = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "integer": "INTEGER",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
_SHORTEST = len("2024-03-31T14:05")
"""Letters of a time to the minute: none with an offset is as short, which spares most the search for one."""
_RUINED = r"\d([.,]\d+)?[Ee]\+\d{2,3}"
_YEARS = "BETWEEN DATE '1900-01-01' AND DATE '2100-12-31'"
_EPOCH = "DATE '1970-01-01'"
_HAPPENED = "status IN ('completed', 'no-show', 'late-cancelled')"


@dataclass(frozen=True)
class Rule:
    """One reason to set a row aside.

    Attributes:
        code: the rule's name in the report.
        column: the column at fault.
        broken: true (DuckDB, over the typed view, raw texts as ``raw_…``) where the row breaks it.
        advice: the sentence for the clinic; says what is expected and what to do.
    """

    code: str
    column: str
    broken: str
    advice: str


def absent_columns(absent: Sequence[Column]) -> Iterator[str]:
    """The columns that a table has not: no text, and nothing stored."""
    for each in absent:
        yield f"CAST(NULL AS VARCHAR) AS raw_{each.name}"
        yield from (f"CAST(NULL AS {kind}) AS {name}" for name, kind in _stored_types(each))


def typed_columns(present: Sequence[Column], respelled: Collection[str]) -> Iterator[str]:
    """The select list over ``with_times`` that yields the stored columns; texts stay."""
    for each in present:
        if each.kind in ("date", "datetime"):
            yield f"local_{each.name} AS {each.name}"
            yield f"CAST(CAST(local_{each.name} AS DATE) - {_EPOCH} AS INTEGER) AS {each.stem}_day"
        elif each.kind != "text":
            yield f"{_typed(each, _plain(each, respelled))} AS {each.name}"
        if each.kind == "datetime":
            yield f"CAST(floor(epoch(moment_{each.name})) AS BIGINT) AS {each.stem}_second"


def with_times(rows: str, present: Sequence[Column], respelled: Collection[str], timezone: str) -> str:
    """The rows with what their dates and times are read as, SQL: each step once, over the one before.

    Beside the columns of ``rows``: ``local_…``, clinic-local, and of a time ``moment_…``, of the world. A time with an
    offset is moved to the clinic's zone.
    """
    steps: list[list[str]] = [[], [], [], []]
    for each in present:
        if each.kind in ("date", "datetime"):
            for step, columns in zip(steps, _time_steps(each, _plain(each, respelled), timezone), strict=False):
                step += columns
    for step in steps:
        rows = f"(SELECT *, {', '.join(step)} FROM {rows})" if step else rows
    return rows


def _plain(each: Column, respelled: Collection[str]) -> str:
    return f"plain_{each.name}" if each.name in respelled else f"raw_{each.name}"


def _stored_types(each: Column) -> Iterator[tuple[str, str]]:
    yield each.name, _SQL_TYPES[each.kind]
    if each.kind in ("date", "datetime"):
        yield f"{each.stem}_day", "INTEGER"
    if each.kind == "datetime":
        yield f"{each.stem}_second", "BIGINT"


def _fits(each: Column, text: str) -> str:
    return f"regexp_full_match({text}, '{PATTERNS[each.kind]}')"


def _typed(each: Column, raw: str) -> str:
    if each.kind == "code":
        return f"upper({raw})" if each.values == tuple(map(str.upper, each.values)) else f"lower({raw})"
    value = f"try_cast(try_cast({raw} AS DOUBLE) AS INTEGER)" if each.kind == "integer" else ""
    value = value or f"try_cast({raw} AS {_SQL_TYPES[each.kind]})"
    value = f"CASE WHEN {_fits(each, raw)} THEN {value} END"
    return f"nullif({value}, 0)" if each.zero_is_missing else value


def _time_steps(each: Column, raw: str, timezone: str) -> Iterator[list[str]]:
    """Select lists: what is written, that within the years allowed, and of a time its moment and the clinic's time."""
    name, is_date = each.name, each.kind == "date"
    text = f"left({raw}, 10)" if is_date else f"regexp_extract({raw}, '^{_DAY}([T ][0-9:.]+)?')"
    seen = f"CASE WHEN {_fits(each, raw)} THEN try_cast({text} AS {_SQL_TYPES[each.kind]}) END AS seen_{name}"
    within = f"CASE WHEN CAST(seen_{name} AS DATE) {_YEARS} THEN seen_{name} END"
    if is_date:
        yield [seen]
        yield [f"{within} AS local_{name}"]
        return
    sign, hours, minutes = (f"regexp_extract({raw}, '([+-])(\\d\\d):?(\\d\\d)?$', {group})" for group in (1, 2, 3))
    seconds = f"(coalesce(try_cast({hours} AS INTEGER), 0) * 3600 + coalesce(try_cast({minutes} AS INTEGER), 0) * 60)"
    offset = f"(CASE {sign} WHEN '-' THEN -1 ELSE 1 END) * {seconds}"
    has_offset = f"(length({raw}) > {_SHORTEST} AND regexp_full_match({raw}, '{_DAY}[T ]{_TIME}{_OFFSET}'))"
    utc = f"to_timestamp(epoch(written_{name}) - CASE WHEN {raw} LIKE '%Z' THEN 0 ELSE {offset} END)"
    moment = f"CASE WHEN offset_{name} THEN {utc} ELSE timezone('{timezone}', written_{name}) END"
    local = f"CASE WHEN offset_{name} THEN timezone('{timezone}', moment_{name}) ELSE written_{name} END"
    yield [seen, f"{has_offset} AS offset_{name}"]
    yield [f"{within} AS written_{name}"]
    yield [f"{moment} AS moment_{name}"]
    yield [f"{local} AS local_{name}"]


def column_rules(table: TableModel, present: tuple[str, ...]) -> Iterator[Rule]:
    """One rule a column: required, of its type, one of its values, within its bounds."""
    for each in table.columns:
        if each.name not in present:
            continue
        raw, broken = f"raw_{each.name}", []
        if each.kind == "code":
            allowed = ", ".join(f"'{value}'" for value in each.values)
            broken.append(f"({raw} IS NOT NULL AND {each.name} NOT IN ({allowed}))")
        elif each.kind != "text":
            missing = f" AND NOT regexp_full_match({raw}, '[+-]?0+(\\.0*)?')" if each.zero_is_missing else ""
            broken.append(f"({raw} IS NOT NULL AND {each.name} IS NULL{missing})")
        bounds = ((each.at_least, "<"), (each.above, "<="), (each.at_most, ">"))
        broken += [f"{each.name} {sign} {bound}" for bound, sign in bounds if bound is not None]
        if each.name.endswith("_id"):
            advice = "is a number that a spreadsheet has shortened; export the identifiers as text"
            ruined = f"contains({raw}, '+') AND regexp_full_match({raw}, '{_RUINED}')"
            yield Rule("ruined-identifier", each.name, ruined, advice)
        if broken:
            advice = "correct it, or give decimal = “,” in a mapping file" if each.kind == "number" else "correct it"
            yield Rule("not-valid", each.name, " OR ".join(broken), f"must be {each.expects}; {advice}")
        if each.required:
            yield Rule("missing", each.name, f"{raw} IS NULL", "is required and empty; fill it")


def table_rules(table: str, dialect: Dialect, present: tuple[str, ...]) -> Iterator[Rule]:
    """The rules of one table beyond its columns; ``as_of_day`` is a column of the typed view."""
    rules: Mapping[str, Callable[[], Iterator[Rule]]] = {
        "sessions": _session_rules,
        "assessments": lambda: _assessment_rules(dialect, present),
        "side_effects": _effect_rules,
        "vitals": _vital_rules,
        "events": lambda: iter([_future("happened_on", "happened_day")]),
    }
    yield from rules.get(table, lambda: iter(()))()


def _future(name: str, day: str, when: str = "TRUE") -> Rule:
    advice = "is after the day of the import; correct the date, or import with --as-of on a later day"
    return Rule("in-the-future", name, f"({when}) AND {day} > as_of_day", advice)


def _session_rules() -> Iterator[Rule]:
    for name in ("route", "drug"):
        broken = f"status = 'completed' AND raw_{name} IS NULL"
        yield Rule(f"{name}-missing", name, broken, f"is required of a completed session; fill the {name}")
    yield _future("scheduled_at", "scheduled_day", _HAPPENED)
    yield _future("started_at", "started_day", _HAPPENED)
    broken = "cadss_form = 'cadss-6' AND cadss_max > 24"
    yield Rule("above-the-scale", "cadss_max", broken, "is above 24, the most CADSS-6 can be; correct it or the form")


def _effect_rules() -> Iterator[Rule]:
    broken = "raw_session_id IS NULL AND raw_onset_at IS NULL"
    advice = "is required of an event between sessions; fill it or the session_id"
    yield Rule("onset-missing", "onset_at", broken, advice)
    yield _future("onset_at", "onset_day")


def _vital_rules() -> Iterator[Rule]:
    nothing = " AND ".join(f"{name} IS NULL" for name in ("sbp", "dbp", "hr", "spo2", "moaas", "cadss"))
    yield Rule("nothing-measured", "sbp", nothing, "and every other value is empty or 0; fill at least one")


def _assessment_rules(dialect: Dialect, present: tuple[str, ...]) -> Iterator[Rule]:
    yield _future("assessed_at", "assessed_day")
    items = [f"item_{number}" for number in range(1, MAX_ITEMS + 1)]
    nothing = " AND ".join(f"raw_{name} IS NULL" for name in ("score", *items))
    yield Rule("no-score", "score", nothing, "is empty and no item is given; fill one or the other")
    broken = "score IS NOT NULL AND score NOT BETWEEN minimum AND maximum"
    yield Rule("off-the-scale", "score", broken, "is outside the scale's range ({range}); correct it")
    for name in items:
        if name in present:
            broken = f"({name} IS NOT NULL AND {_item_range(name)})"
            yield Rule("item-off-the-scale", name, broken, "is no answer of this scale's form ({range}); correct it")
    waiting = "instrument = 'WHO-5' AND score IS NOT NULL AND who5_waits"
    advice = (
        "may be a raw total (0-25) or a percent score (0-100): no WHO-5 total of the file is above 25; "
        "write percent scores (raw total × 4), or say who5 = “raw” or “percent” in a mapping file"
    )
    yield Rule("who5-raw-or-percent", "score", waiting, advice)
    if not set(items) & set(present):
        return  # nothing to differ from; the sum over 23 columns would be most of a large import's time
    advice = "differs from the total of the items ({computed} by the scale's rule); correct the total or the items"
    yield Rule("total-differs", "score", compiled_score_rule(dialect, "disagrees"), advice)


def _item_range(name: str) -> str:
    """True where an item's answer is none of its scale's; scales of equal ranges share a branch."""
    number = int(name.removeprefix("item_"))
    branches: dict[tuple[int, ...], list[str]] = {}
    for scale in INSTRUMENTS.values():
        values = next((item.values for item in scale.items if item.number == number), ())
        branches.setdefault(values, []).append(f"'{scale.code}'")
    whens = [
        f"WHEN instrument IN ({', '.join(codes)}) THEN {name} NOT IN ({', '.join(map(str, values))})"
        for values, codes in branches.items()
        if values
    ]
    return f"CASE {' '.join(whens)} ELSE TRUE END"


def compiled_score_rule(dialect: Dialect, rule: str) -> str:
    """A rule of ``clinical.scoring`` spelled for the checks, so that one definition serves both."""
    items = {f"item_{n}": column(f"item_{n}", Integer()) for n in range(1, MAX_ITEMS + 1)}
    scale = {
        name: column(name, String() if name == "scoring" else Integer())
        for name in ("scoring", "n_items", "may_miss", "multiplier")
    }
    expression = {
        "disagrees": lambda: scoring.disagrees(column("score", Float()), items, scale),
        "replaced": lambda: scoring.replaced(column("score", Float()), items, scale),
        "total": lambda: scoring.from_items(items, scale),
    }[rule]()
    return str(expression.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
