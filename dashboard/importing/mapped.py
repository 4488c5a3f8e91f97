"""A mapping at work: the source's parts as rows of the ten tables, by SQL over text."""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

import pyarrow.parquet
import sqlalchemy as sa

from dashboard.importing.entries import Entry, Join, Scale, Value
from dashboard.importing.files import read
from dashboard.importing.raw import BLANKS, ROW, Extract, Place, RawPart, RawTable, Say
from dashboard.importing.source import Source
from dashboard.importing.text import Refused, alike
from dashboard.importing.uses import Uses
from dashboard.importing.where import Where
from dashboard.model import TableModel

_PREFIX = "="
"""Stands before a source's own column names, so that none is taken for ours."""


def read_mapped(
    source: Source,
    model: TableModel,
    entries: tuple[Entry, ...],
    uses: Uses,
    connection: sa.Connection,
    folder: Path,
    say: Say,
) -> RawTable:
    """Read what a mapping says of one table; raises Refused where a part, a required column or a key is missing."""
    parts: list[RawPart] = []
    left_out: list[str] = []
    for place, entry in enumerate(entries):
        work = _Work(source, entry, connection, folder / f"{model.name}-{place}", say)
        parts += work.parts()
        for joined, part in entry.places():
            left_out += uses.unnamed(part, work.of(joined))
    return RawTable(model, tuple(parts), tuple(left_out))


@dataclass
class _Work:
    """One entry: the columns that it names are extracted once, then each variant is one statement."""

    source: Source
    entry: Entry
    connection: sa.Connection
    stem: Path
    say: Say
    main: Extract = field(init=False)
    joined: dict[str, Extract] = field(init=False)
    headers: dict[str, list[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.main = self._extract("", self.entry.place, self.entry.at, "main")
        self.joined = {
            join.name: self._extract(join.name, join.place, join.at, f"join-{place}")
            for place, join in enumerate(self.entry.joins)
        }
        for join in self.entry.joins:
            self._check_key(join)

    def parts(self) -> Iterator[RawPart]:
        """One part for each scale of a wide file, else one."""
        variants: list[Scale | None] = [*self.entry.scales] or [None]
        for place, scale in enumerate(variants):
            yield self._part(place, scale)

    def _extract(self, name: str, place: Place, at: Where, suffix: str) -> Extract:
        """Read the columns that the entry asks for of its own part ("") or of a joined one."""
        keys = [key for key in ("file", "sheet", "table", "query") if getattr(place, key)]
        with (at / keys[0]).named():
            part = self.source.part(place)
        wanted = set(self.entry.names(name))
        target = self.stem.with_name(f"{self.stem.name}-{suffix}.parquet")

        def choose(file: str, header: list[str]) -> dict[str, int]:
            self.headers[name] = [each.strip() for each in header]
            names = [each.lower() for each in self.headers[name]]
            twice = next((each for each in names if each in wanted and names.count(each) > 1), None)
            if twice:
                raise Refused(f"{file}: the column {twice} stands twice; remove or rename one of them.")
            return {_PREFIX + each: at for at, each in enumerate(names) if each in wanted}

        # a sheet, table or query is looked for only now; of a plain file a refusal is about what it holds
        with nullcontext() if keys == ["file"] else (at / keys[-1]).named():
            return read(part, choose, target, self.say)

    def of(self, joined: str) -> Extract:
        """The entry's own part (""), or a joined one."""
        return self.joined[joined] if joined else self.main

    def _has(self, joined: str, name: str) -> bool:
        return _PREFIX + name.strip().lower() in self.of(joined).columns

    def _sql(self, joined: str, name: str) -> str:
        """A column of the entry's own part ("") or of a joined one, as SQL."""
        quoted = (_PREFIX + name.strip().lower()).replace('"', '""')
        return f'{self._alias(joined)}."{quoted}"'

    def _alias(self, joined: str) -> str:
        return f"j{list(self.joined).index(joined)}" if joined else "m"

    def _needed(self, joined: str, name: str, at: Where, use: str) -> str:
        """A column that must be there, as SQL."""
        if not self._has(joined, name):
            self._refuse(joined, at, f"no column {name}, {use}", name)
        return self._sql(joined, name)

    def _refuse(self, joined: str, at: Where, lack: str, name: str) -> NoReturn:
        at.refuse(f"{self.of(joined).file} has {lack} ({alike(name, self.headers[joined])}); correct one of them")

    def _check_key(self, join: Join) -> None:
        """A joined part gives one row at most for a key; two would make two rows of one."""
        extract = self.joined[join.name]
        key = self._needed(join.name, join.there, join.at / "there", "the key of a join")
        found = self.connection.exec_driver_sql(
            f"SELECT min({ROW}), max({ROW}) FROM {_parquet(extract.parquet)} AS {self._alias(join.name)} "
            f"WHERE {key} IS NOT NULL GROUP BY {key} HAVING count(*) > 1 ORDER BY 1 LIMIT 1"
        ).first()
        if found:
            raise Refused(
                f"{extract.file}: rows {found[0]} and {found[1]} have the same {join.there}; as the key of a join it "
                "must stand once."
            )

    def _part(self, place: int, scale: Scale | None) -> RawPart:
        values = {**self.entry.columns, **(scale.columns if scale else {})}
        read = [self.main, *self.joined.values()] if place == 0 else []
        notes = [note for extract in read for note in extract.notes]
        texts = {}
        for name, value in values.items():
            text = self._value(value)
            of_scale = scale is not None and name in scale.columns
            if text:
                texts[name] = text
            elif of_scale or place == 0:
                ours = f"{name} of {scale.instrument}" if scale and of_scale else f"{self.entry.table.name}.{name}"
                notes.append(f"{self.of(value.of).file}: no column {_either(value)}, so {ours} is left out.")
        kept = self._kept()
        if scale:
            self._check_scale(scale, texts)
            measured = [texts[name] for name in scale.columns if name.startswith(("score", "item_")) and name in texts]
            texts["instrument"] = _literal(scale.instrument)
            kept.append(f"coalesce({', '.join(measured)}) IS NOT NULL")
        self._check_required(texts)
        target = self.stem.with_name(f"{self.stem.name}-part-{place}.parquet")
        count = self._write(texts, kept, target)
        all_rows = self.main.read - len(self.main.ragged)
        if count < all_rows:
            words = f"are no {scale.instrument} form" if scale else "are left out by the mapping (only, distinct)"
            notes.append(
                f"{self.entry.table.name}: {all_rows - count:,} of {all_rows:,} rows of {self.main.file} {words}."
            )
        ragged = self.main.ragged if place == 0 else []
        extract = replace(
            self.main,
            parquet=target,
            columns=tuple(texts),
            read=count + len(ragged),
            ragged=ragged,
            commas=self.main.commas and all(extract.commas for extract in self.joined.values()),
            notes=tuple(notes),
        )
        return RawPart(extract, self.entry.habits, dict(self._where_missing(values)))

    def _where_missing(self, values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
        """What is said of a required column of a joined part where a row's key leads to none."""
        keys = {join.name: join.here for join in self.entry.joins}
        for name, value in values.items():
            if value.of:
                lack = f"{self.of(value.of).file} has no {_either(value)} for this row's {keys[value.of]}"
                yield name, f"is required and empty: {lack}; correct one of the two files"

    def _check_required(self, texts: Mapping[str, str]) -> None:
        for column in self.entry.table.columns:
            if column.required and column.name not in texts:
                value = self.entry.columns[column.name]
                lack = f"no column {_either(value)}, from which the mapping takes {column.name}"
                self._refuse(value.of, self.entry.at / "columns" / column.name, lack, value.candidates[0])

    def _check_scale(self, scale: Scale, texts: Mapping[str, str]) -> None:
        """Every column that a scale names is there, and of its items one at least."""
        for name in ("score", "assessed_at"):
            if name in scale.columns and name not in texts:
                lack = f"no column {_either(scale.columns[name])}, {name} of {scale.instrument}"
                self._refuse("", scale.at / name, lack, scale.columns[name].candidates[0])
        items = [name for name in scale.columns if name.startswith("item_")]
        if items and not texts.keys() & items:
            names = [scale.columns[name].candidates[0] for name in items]
            lack = f"no column {names[0]}, …, {names[-1]}, the items of {scale.instrument}"
            self._refuse("", scale.at / "items", lack, names[0])

    def _value(self, value: Value) -> str:
        """A column's text as SQL; empty where the source has none of its candidates."""
        if not value.candidates:
            return _stated(value.constant)
        found = next((each for each in value.candidates if self._has(value.of, each)), None)
        if found is None:
            return ""
        text = self._sql(value.of, found)
        if not value.values and value.otherwise is None:
            return text
        whens = "".join(f"WHEN {_literal(key)} THEN {_stated(ours)} " for key, ours in value.values.items())
        otherwise = (
            text if value.otherwise is None else f"CASE WHEN {text} IS NOT NULL THEN {_stated(value.otherwise)} END"
        )
        return f"CASE coalesce(lower({text}), '') {whens}ELSE {otherwise} END" if whens else otherwise

    def _kept(self) -> list[str]:
        kept = []
        for name, values in self.entry.only.items():
            text = self._needed("", name, self.entry.at / "only" / name, "which the mapping names under only")
            kept.append(f"coalesce(lower({text}), '') IN ({', '.join(_literal(value) for value in sorted(values))})")
        return kept

    def _write(self, texts: dict[str, str], kept: list[str], target: Path) -> int:
        joins = ""
        for join in self.entry.joins:
            here = self._needed("", join.here, join.at / "here", "the key of a join")
            there = self._sql(join.name, join.there)
            joined = f"{_parquet(self.joined[join.name].parquet)} AS {self._alias(join.name)}"
            joins += f" LEFT JOIN {joined} ON {here} = {there}"
        columns = ", ".join(f'{text} AS "{name}"' for name, text in texts.items())
        rows = f"SELECT m.{ROW} AS {ROW}, {columns} FROM {_parquet(self.main.parquet)} AS m{joins}"
        rows += f" WHERE {' AND '.join(kept)}" if kept else ""
        if self.entry.distinct:
            rows = f"SELECT min({ROW}) AS {ROW}, * EXCLUDE ({ROW}) FROM ({rows}) GROUP BY ALL"
        order = f" ORDER BY {ROW}" if joins or self.entry.distinct else ""
        self.connection.exec_driver_sql(f"COPY ({rows}{order}) TO {_literal(str(target))} (FORMAT parquet)")
        return int(pyarrow.parquet.read_metadata(target).num_rows)


def _either(value: Value) -> str:
    return " or ".join(value.candidates)


def _parquet(path: Path) -> str:
    return f"read_parquet({_literal(str(path))})"


def _stated(text: str) -> str:
    """A text that the mapping gives, as SQL; blank stands for unknown."""
    return _literal(text.strip(BLANKS)) if text.strip(BLANKS) else "CAST(NULL AS VARCHAR)"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
