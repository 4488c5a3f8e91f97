"""A mapping at work: the source's parts as rows of the ten tables, by SQL over text."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow.parquet
import sqlalchemy as sa

from dashboard.importing.entries import Entry, Join, Scale, Value
from dashboard.importing.files import read
from dashboard.importing.raw import BLANKS, ROW, Extract, Place, RawPart, RawTable, Say
from dashboard.importing.source import Source
from dashboard.importing.text import Refused
from dashboard.model import TableModel

_PREFIX = "="
"""Stands before a source's own column names, so that none is taken for ours."""


def read_mapped(
    source: Source, model: TableModel, entries: tuple[Entry, ...], connection: sa.Connection, folder: Path, say: Say
) -> RawTable:
    """Read what a mapping says of one table; raises Refused where a part, a required column or a key is missing."""
    parts: list[RawPart] = []
    left_out: list[str] = []
    for place, entry in enumerate(entries):
        work = _Work(source, entry, connection, folder / f"{model.name}-{place}", say)
        parts += work.parts()
        left_out += [f"{name} ({work.main.file})" for name in work.main.left_out]
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

    def __post_init__(self) -> None:
        self.main = self._extract("", self.entry.place, "main")
        self.joined = {
            join.name: self._extract(join.name, join.place, f"join-{place}")
            for place, join in enumerate(self.entry.joins)
        }
        for join in self.entry.joins:
            self._check_key(join)

    def parts(self) -> Iterator[RawPart]:
        """One part for each scale of a wide file, else one."""
        variants: list[Scale | None] = [*self.entry.scales] or [None]
        for place, scale in enumerate(variants):
            yield self._part(place, scale)

    def _extract(self, name: str, place: Place, suffix: str) -> Extract:
        part = self.source.part(place)
        wanted = set(self.entry.names(name))

        def choose(file: str, header: list[str]) -> dict[str, int]:
            names = [each.strip().lower() for each in header]
            twice = next((each for each in names if each in wanted and names.count(each) > 1), None)
            if twice:
                raise Refused(f"{file}: the column {twice} stands twice; remove or rename one of them.")
            return {_PREFIX + each: at for at, each in enumerate(names) if each in wanted}

        return read(part, choose, self.stem.with_name(f"{self.stem.name}-{suffix}.parquet"), self.say)

    def _has(self, extract: Extract, name: str) -> bool:
        return _PREFIX + name.strip().lower() in extract.columns

    def _text(self, name: str, extract: Extract, alias: str, what: str) -> str:
        """A source column that must be there, as SQL."""
        if not self._has(extract, name):
            raise Refused(f"{extract.file} has no column {name}, which the mapping names {what}; correct one of them.")
        return _text(name, alias)

    def _check_key(self, join: Join) -> None:
        """A joined part gives one row at most for a key; two would make two rows of one."""
        extract = self.joined[join.name]
        key = self._text(join.there, extract, "j", "as the key of a join")
        found = self.connection.exec_driver_sql(
            f"SELECT min({ROW}), max({ROW}) FROM {_parquet(extract.parquet)} AS j WHERE {key} IS NOT NULL "
            f"GROUP BY {key} HAVING count(*) > 1 ORDER BY 1 LIMIT 1"
        ).first()
        if found:
            raise Refused(
                f"{extract.file}: rows {found[0]} and {found[1]} have the same {join.there}; as the key of a join it "
                "must stand once."
            )

    def _part(self, place: int, scale: Scale | None) -> RawPart:
        values = {**self.entry.columns, **(scale.columns if scale else {})}
        notes = list(self.main.notes) if place == 0 else []
        texts = {}
        for name, value in values.items():
            text = self._value(name, value)
            if text:
                texts[name] = text
            elif not (scale and name in scale.columns):
                wanted = " or ".join(value.candidates)
                notes.append(f"{self.main.file}: no column {wanted}, so {self.entry.table.name}.{name} is left out.")
        kept = self._kept()
        if scale:
            measured = [texts[name] for name in scale.columns if name.startswith(("score", "item_")) and name in texts]
            if not measured:
                raise Refused(f"{self.main.file} has no column of {scale.instrument} that the mapping names.")
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
        return RawPart(extract, self.entry.habits)

    def _check_required(self, texts: dict[str, str]) -> None:
        for column in self.entry.table.columns:
            if column.required and column.name not in texts:
                wanted = " or ".join(self.entry.columns[column.name].candidates)
                raise Refused(
                    f"{self.main.file} has no column {wanted}, from which the mapping takes {column.name}; "
                    "correct one of them."
                )

    def _value(self, name: str, value: Value) -> str:
        """A column's text as SQL; empty where the source has none of its candidates."""
        if not value.candidates:
            return _stated(value.constant)
        extract, alias = self.main, "m"
        if value.of:
            extract, alias = self.joined[value.of], f"j{list(self.joined).index(value.of)}"
        found = next((each for each in value.candidates if self._has(extract, each)), None)
        if found is None:
            return ""
        text = _text(found, alias)
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
            text = self._text(name, self.main, "m", "under only")
            kept.append(f"coalesce(lower({text}), '') IN ({', '.join(_literal(value) for value in sorted(values))})")
        return kept

    def _write(self, texts: dict[str, str], kept: list[str], target: Path) -> int:
        joins = ""
        for place, join in enumerate(self.entry.joins):
            here = self._text(join.here, self.main, "m", "as the key of a join")
            there = _text(join.there, f"j{place}")
            joins += f" LEFT JOIN {_parquet(self.joined[join.name].parquet)} AS j{place} ON {here} = {there}"
        columns = ", ".join(f'{text} AS "{name}"' for name, text in texts.items())
        rows = f"SELECT m.{ROW} AS {ROW}, {columns} FROM {_parquet(self.main.parquet)} AS m{joins}"
        rows += f" WHERE {' AND '.join(kept)}" if kept else ""
        if self.entry.distinct:
            rows = f"SELECT min({ROW}) AS {ROW}, * EXCLUDE ({ROW}) FROM ({rows}) GROUP BY ALL"
        order = f" ORDER BY {ROW}" if joins or self.entry.distinct else ""
        self.connection.exec_driver_sql(f"COPY ({rows}{order}) TO {_literal(str(target))} (FORMAT parquet)")
        return int(pyarrow.parquet.read_metadata(target).num_rows)


def _text(name: str, alias: str) -> str:
    quoted = (_PREFIX + name.strip().lower()).replace('"', '""')
    return f'{alias}."{quoted}"'


def _parquet(path: Path) -> str:
    return f"read_parquet({_literal(str(path))})"


def _stated(text: str) -> str:
    """A text that the mapping gives, as SQL; blank stands for unknown."""
    return _literal(text.strip(BLANKS)) if text.strip(BLANKS) else "CAST(NULL AS VARCHAR)"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
