"""The registry of rating scales: what a score of each one means, from data/instruments.toml, checked on load."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

FILE = Path(__file__).resolve().parent.parent / "data" / "instruments.toml"

RuleKind: TypeAlias = Literal["percent", "points", "score"]
Scoring: TypeAlias = Literal["single", "sum", "mean", "domains", "highest-yes"]
Respondent: TypeAlias = Literal["self", "clinician"]


class InstrumentError(ValueError):
    """The registry file is wrong: one sentence with file, scale, field, value and what to do."""


@dataclass(frozen=True)
class Band:
    """A severity band: from `lower` (inclusive) up to the next band's lower edge."""

    lower: float
    name: str


@dataclass(frozen=True)
class Rule:
    """Improvement in percent of baseline, in points, or a score at or beyond `value` on the well side."""

    kind: RuleKind
    value: float


@dataclass(frozen=True)
class Item:
    """A question by its number in the import contract, the values allowed, and a short topic of ours."""

    number: int
    values: tuple[int, ...]
    text: str = ""


@dataclass(frozen=True)
class Suicidality:
    """The item that raises the reason `suicidality`, and the value from which it does."""

    item: int
    at_least: int


@dataclass(frozen=True)
class Instrument:
    """One scale; a threshold that does not exist is None, and `sources` then says why.

    `may_miss` items may be empty: sums are then prorated, means are over the answered. `domains` (scoring "domains"
    only) count by their highest item. `baseline_cut`, `remission` and a rule of kind "score" are scores, `reliable` is
    in points. `sources`, `unverified` and `own` name facts by their keys in the file.
    """

    code: str
    name: str
    construct: str
    minimum: float
    maximum: float
    higher_is_better: bool
    scoring: Scoring
    items: tuple[Item, ...]
    multiplier: int
    domains: tuple[tuple[int, ...], ...]
    may_miss: int
    bands: tuple[Band, ...]
    baseline_cut: float | None
    response: Rule | None
    remission: float | None
    meaningful: Rule | None
    reliable: float | None
    has_rate: bool
    suicidality: Suicidality | None
    recall_days: int | None
    respondent: Respondent
    loinc: Mapping[str, str] = field(hash=False)
    licence: str
    notes: tuple[str, ...]
    sources: Mapping[str, str] = field(hash=False)
    unverified: tuple[str, ...]
    own: tuple[str, ...]

    def band(self, score: float) -> str | None:
        """The last band whose lower edge is at or below the score; None where there is none."""
        return next((band.name for band in reversed(self.bands) if band.lower <= score), None)


_Fault: TypeAlias = tuple[str, object, str]  # field, value, what to do

# What the table of a scale looks like: "?" ends a key that may be absent, "*" is any key, a tuple lists the words.
_SOURCE: dict[str, Any] = {"source": str, "mark?": ("unverified", "own")}
_FACT = _SOURCE | {"none?": str}
_ITEMS = range(1, 24)  # the columns item_1 to item_23 of the import contract
_CODES = ("panel", "total", "difficulty", "risk_level", "worst_month", "worst_lifetime", "full_scale")
_FACTS = {
    "range": _SOURCE | {"from": float, "to": float},
    "recall": _FACT | {"days": int},
    "missing": _SOURCE | {"may_miss": int},
    "bands": _FACT | {"from": {"*": str}},
    "baseline_cut": _FACT | {"score": float},
    "response": _FACT | {"percent?": float, "points?": float, "score?": float},
    "remission": _FACT | {"score": float},
    "meaningful": _FACT | {"percent?": float, "points?": float},
    "reliable": _FACT | {"points": float},
    "suicidality": _FACT | {"item": int, "at_least": int},
    "licence": _SOURCE | {"text": str},
    "loinc": _FACT | {f"{key}?": str for key in (*_CODES, *(f"item_{number}" for number in _ITEMS))},
}
_SCALE = (
    {"name": str, "construct": str, "respondent": get_args(Respondent), "better": ("lower", "higher"), "notes": [str]}
    | {"scoring": get_args(Scoring), "rate": (True, False), "items": [{"numbers": [int], "values": [int]}]}
    | {"multiplier?": int, "domains?": [[int]], "topics?": {"*": str}}
    | _FACTS
)
_WORDS: dict[type, str] = {str: "a text", int: "a whole number", float: "a number", list: "a list", dict: "a table"}
_EMPTY = ("", "inf", "-inf", "nan")


def _misfits(name: str, value: Any, shape: Any) -> Iterator[_Fault]:
    """Where a value lacks its shape: unknown and missing keys, other types, words that are not in the list."""
    if isinstance(shape, dict) and isinstance(value, dict):
        shape = {"none": str} if "none" in value and "none?" in shape else shape
        known = {key.removesuffix("?"): inner for key, inner in shape.items()}
        prefix = f"{name}." if name else ""
        for key, inner in value.items():
            if key in known or "*" in known:
                yield from _misfits(prefix + key, inner, known.get(key, known.get("*")))
            else:
                near = difflib.get_close_matches(key, known, 1)
                yield prefix + key, inner, f"no such key is known here, write {near[0] if near else ' or '.join(known)}"
        absent = [key for key in shape if key[-1] != "?" and key not in value and not (key == "*" and value)]
        yield from ((prefix + key, None, 'add it, or { none = "why" } where there is no number') for key in absent)
    elif isinstance(shape, list) and isinstance(value, list):
        yield from chain.from_iterable(_misfits(name, one, shape[0]) for one in value)
    elif isinstance(shape, tuple):
        # 1 == True in Python: without the types a number would pass for true.
        if (type(value), value) not in [(type(word), word) for word in shape]:
            yield name, value, f"write {' or '.join(map(json.dumps, shape))}"
    elif type(value) not in ((int, float) if shape is float else (shape,)) or str(value).strip() in _EMPTY:
        yield name, value, f"write {_WORDS[shape if isinstance(shape, type) else type(shape)]}"


def _instrument(code: str, table: dict[str, Any]) -> Instrument:
    """The scale of a table that has its shape."""
    facts = {name: table[name] for name in _FACTS}
    steps = [(number, tuple(group["values"])) for group in table["items"] for number in group["numbers"]]
    topics, wish = table.get("topics", {}), facts["suicidality"]
    kinds = [(name, kind) for name in ("response", "meaningful") for kind in get_args(RuleKind) if kind in facts[name]]
    rules = {name: Rule(kind, facts[name][kind]) for name, kind in kinds}
    return Instrument(
        code=code,
        name=table["name"],
        construct=table["construct"],
        minimum=facts["range"]["from"],
        maximum=facts["range"]["to"],
        higher_is_better=table["better"] == "higher",
        scoring=table["scoring"],
        items=tuple(Item(number, values, topics.get(str(number), "")) for number, values in sorted(steps)),
        multiplier=table.get("multiplier", 1),
        domains=tuple(map(tuple, table.get("domains", ()))),
        may_miss=facts["missing"]["may_miss"],
        bands=tuple(Band(float(edge), name) for edge, name in facts["bands"].get("from", {}).items()),
        baseline_cut=facts["baseline_cut"].get("score"),
        response=rules.get("response"),
        remission=facts["remission"].get("score"),
        meaningful=rules.get("meaningful"),
        reliable=facts["reliable"].get("points"),
        has_rate=table["rate"],
        suicidality=None if "none" in wish else Suicidality(wish["item"], wish["at_least"]),
        recall_days=facts["recall"].get("days"),
        respondent=table["respondent"],
        loinc={key: text for key, text in facts["loinc"].items() if key not in ("none", "source", "mark")},
        licence=facts["licence"]["text"],
        notes=tuple(table["notes"]),
        sources={name: fact.get("source", fact.get("none")) for name, fact in facts.items()},
        unverified=tuple(name for name, fact in facts.items() if fact.get("mark") == "unverified"),
        own=tuple(name for name, fact in facts.items() if fact.get("mark") == "own"),
    )


def _faults(code: str, table: dict[str, Any]) -> Iterator[_Fault]:
    """All that is wrong with a scale; each step takes for granted that the one before found nothing."""
    yield from _misfits("", table, _SCALE)
    for name in ("response", "meaningful"):
        if len(table[name].keys() - {"source", "mark"}) != 1:
            yield name, table[name], "give one of percent, points and score, or say none"
    edges = [edge for edge in table["bands"].get("from", {}) if not re.fullmatch(r"\d+(\.\d+)?", edge, re.ASCII)]
    yield from (("bands.from", edge, "write the lower edge of the band as a number") for edge in edges)
    numbers = [str(number) for group in table["items"] for number in group["numbers"]]
    asked = [*table.get("topics", {}), *(key[5:] for key in table["loinc"] if key.startswith("item_"))]
    wrong = [number for number in numbers if numbers.count(number) > 1 or int(number) not in _ITEMS]
    yield from (("items.numbers", number, "give each item once, as 1 to 23") for number in wrong)
    yield from (("topics or loinc", number, "name an item of this scale") for number in asked if number not in numbers)
    for group in table["items"]:
        if len(group["values"]) < 2 or any(after <= before for before, after in pairwise(group["values"])):
            yield "items.values", group["values"], "list two or more values, each above the one before"
    yield from _faults_of_numbers(scale := _instrument(code, table))
    yield from _faults_of_items(scale)


def _faults_of_numbers(it: Instrument) -> Iterator[_Fault]:
    """What is wrong with range, bands, thresholds and codes."""
    edges = [band.lower for band in it.bands]
    if it.minimum >= it.maximum:
        yield "range", [it.minimum, it.maximum], "let from be less than to"
    if any(after <= before for before, after in pairwise(edges)):
        yield "bands.from", edges, "let the edges rise"
    given = {name: rule for name in ("response", "meaningful") if (rule := getattr(it, name))}
    kinds: dict[str, RuleKind] = {"baseline_cut": "score", "remission": "score", "reliable": "points"}
    given |= {name: Rule(kind, getattr(it, name)) for name, kind in kinds.items() if getattr(it, name) is not None}
    limits = {"score": (it.minimum, it.maximum), "points": (0, it.maximum - it.minimum), "percent": (0, 100)}
    for name, rule in [*(("bands.from", Rule("score", edge)) for edge in edges), *given.items()]:
        least, most = limits[rule.kind]
        bound = "from" if rule.kind == "score" else "above"
        if not least <= rule.value <= most or (bound == "above" and rule.value == least):
            yield name, rule.value, f"give {rule.kind} {bound} {least:g} up to {most:g}"
    well, cut, sign = it.remission, it.baseline_cut, -1 if it.higher_is_better else 1
    if well is not None and cut is not None and sign * (well - cut) >= 0:
        yield "remission", well, f"let it be better than baseline_cut, {cut:g}"
    if given and not it.has_rate:
        yield "rate", it.has_rate, f'say {{ none = "why" }} of {", ".join(given)}, or let it be true'
    for key, code in it.loinc.items():
        if not re.fullmatch(r"\d{1,7}-\d", code, re.ASCII):
            yield f"loinc.{key}", code, "write a LOINC code, such as 44261-6"
        elif (digit := _check_digit(code[:-2])) != int(code[-1]):
            yield f"loinc.{key}", code, f"look it up at loinc.org, for its check digit would be {digit}"


def _check_digit(number: str) -> int:
    """The Mod-10 (Luhn) check digit of a LOINC number."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(number)))
    return -sum(value - 9 if value > 9 else value for value in doubled) % 10


def _faults_of_items(it: Instrument) -> Iterator[_Fault]:
    """What is wrong with the items, and whether they make up the range."""
    values = {item.number: item.values for item in it.items}
    if bool(it.items) == (it.scoring == "single"):
        yield "items", list(values), "list the items, or none where scoring is single"
    if not 0 <= it.may_miss < max(1, len(it.items)):
        yield "missing.may_miss", it.may_miss, f"let it be at least 0 and less than the {len(it.items)} items"
    if it.recall_days is not None and it.recall_days < 0:
        yield "recall.days", it.recall_days, "give the days looked back on, 0 for today"
    if it.multiplier < 1 or (it.multiplier > 1 and it.scoring != "sum"):
        yield "multiplier", it.multiplier, "give a whole number from 1, and above 1 only where scoring is sum"
    if sorted(chain.from_iterable(it.domains)) != (sorted(values) if it.scoring == "domains" else []):
        yield "domains", it.domains, "put each item into one domain, and none unless scoring is domains"
    elif it.items and (reach := _reach(it, values)) != (it.minimum, it.maximum):
        yield "range", [it.minimum, it.maximum], f"its items make {reach[0]:g} to {reach[1]:g}, so mend one of them"
    if it.suicidality and it.suicidality.at_least not in values.get(it.suicidality.item, ())[1:]:
        yield "suicidality", vars(it.suicidality), "name an item of this scale and a value above its lowest"


def _reach(it: Instrument, values: Mapping[int, tuple[int, ...]]) -> tuple[float, float]:
    """The lowest and the highest score that the items can make."""
    if it.scoring == "highest-yes":
        return 0, sum(number <= it.maximum and answers == (0, 1) for number, answers in values.items())
    groups = it.domains or [(number,) for number in values]
    shares = len(groups) if it.scoring == "mean" else 1
    low = sum(min(values[number][0] for number in group) for group in groups)
    high = sum(max(values[number][-1] for number in group) for group in groups)
    return low * it.multiplier / shares, high * it.multiplier / shares


@cache
def load(path: Path = FILE) -> dict[str, Instrument]:
    """The scales of a registry file, in its order; raises InstrumentError at the first thing that is wrong."""
    tables = _tables(path)
    for code, table in tables.items():
        for name, value, advice in _faults(code, table):
            shown = "missing" if value is None else json.dumps(value, ensure_ascii=False, default=str)
            raise InstrumentError(f"{path}: {code}{', ' if name else ''}{name} is {shown}: {advice}.")
    return {code: _instrument(code, table) for code, table in tables.items()}


def _tables(path: Path) -> dict[str, Any]:
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text)
    except (OSError, ValueError) as error:
        reason = str(error).replace("end of document", f"line {text.count(chr(10)) + 1}, the end")
        raise InstrumentError(f"{path}: this is not readable TOML, mend it or put it back: {reason}.") from error


INSTRUMENTS = load()
