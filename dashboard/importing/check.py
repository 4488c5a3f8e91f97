"""Parts the rows of a raw table: the good ones become stored rows, the others are set aside with every reason."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from dashboard.importing.plain import Plain, look
from dashboard.importing.raw import ROW, RawTable
from dashboard.importing.rules import (
    Rule,
    absent_columns,
    column_rules,
    compiled_score_rule,
    table_rules,
    typed_columns,
    with_times,
)
from dashboard.model import QUARANTINE, SQL, Column, TableModel

SPAN = 10**10
"""Rows of the second part of a table are numbered from here, those of the third from twice as much, …"""


@dataclass
class TableReport:
    """What became of a table's rows.

    Attributes:
        read, accepted, quarantined: rows; the last two add up to the first.
        rules: (rule, column) -> how many rows broke it.
        left_out: further columns, kept out.
        links_cut: accepted assessments whose session is set aside, unknown, or another patient's.
        notes: sentences on how it was read.
    """

    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    rules: dict[tuple[str, str], int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    links_cut: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """The check of one table within a draft build.

    Attributes:
        connection: to the draft; DuckDB.
        raw: the table as read.
        timezone: of times without an offset.
        as_of_day: the day of the import; what has happened cannot lie after it.
    """

    connection: sa.Connection
    raw: RawTable
    timezone: str
    as_of_day: int

    @property
    def model(self) -> TableModel:
        return self.raw.model

    def run(self) -> TableReport:
        """Create nothing but rows: accepted ones in the table, the others in the quarantine."""
        notes = self._view()
        self._find_twins()
        rules = self._rules()
        self._mark(rules)
        report = TableReport(read=self.raw.read, left_out=self.raw.left_out, notes=notes)
        for bit, rule in enumerate(rules):
            count = self._set_aside(bit, rule)
            if count:
                report.rules[rule.code, rule.column] = report.rules.get((rule.code, rule.column), 0) + count
        ragged = self._set_aside_ragged()
        if ragged:
            report.rules["wrong-length", ""] = ragged
        report.quarantined = self._one("SELECT count(*) FROM bad") + ragged
        self._accept()
        report.accepted = self._one(f"SELECT count(*) FROM {self.model.name}")
        if self.model.name == "assessments":
            report.links_cut = self._one(
                f"SELECT count(*) FROM typed WHERE raw_session_id IS NOT NULL AND {_KEPT_LINK} IS NULL "
                f"AND {ROW} NOT IN (SELECT {ROW} FROM bad)"
            )
        if report.accepted + report.quarantined != report.read:
            raise AssertionError(f"{self.model.name}: rows were lost between reading and storing")
        return report

    def _run(self, sql: str) -> None:
        self.connection.exec_driver_sql(sql)

    def _one(self, sql: str) -> int:
        return int(self.connection.exec_driver_sql(sql).scalar_one())

    def _view(self) -> tuple[str, ...]:
        """``typed``: every canonical column as text and as stored. Answers what to say of it.

        Each value is read once, into a file beside the raw one: twins, rules and storing ask for it again and again.
        """
        looks = [self._part_view(place) for place in range(len(self.raw.parts))]
        respelled = sorted({name for each in looks for name in each.texts})
        selects = []
        for place, each in enumerate(looks):
            plain = "".join(f", {each.texts.get(name, f'raw_{name}')} AS plain_{name}" for name in respelled)
            row = f"* REPLACE ({ROW} + {place * SPAN} AS {ROW})" if place else "*"
            selects.append(f"SELECT {row}{plain}, {each.who5_waits} AS who5_waits FROM part_{place}")
        self._run(f"CREATE OR REPLACE TEMP VIEW texts AS {' UNION ALL '.join(selects)}")
        present = [column for column in self.model.columns if column.name in self.raw.columns]
        read = [f"raw_{column.name}" for column in present]
        source = with_times("texts", present, respelled, self.timezone)
        typed = ", ".join([ROW, "who5_waits", *read, *typed_columns(present, respelled)])
        path = str(self.raw.parts[0].extract.parquet.with_name(f"typed-{self.model.name}.parquet")).replace("'", "''")
        self._run(f"COPY (SELECT {typed} FROM {source}) TO '{path}' (FORMAT parquet)")
        absent = [column for column in self.model.columns if column.name not in self.raw.columns]
        rest = "".join(f", {each}" for each in (*_same(present), *absent_columns(absent)))
        values = f"SELECT *, {self.as_of_day} AS as_of_day{rest} FROM read_parquet('{path}')"
        self._run(
            f"CREATE OR REPLACE TEMP VIEW typed AS {values}"
            if self.model.name != "assessments"
            else f"CREATE OR REPLACE TEMP VIEW typed AS SELECT values_.*, scale.* EXCLUDE (instrument) "
            f"FROM ({values}) AS values_ LEFT JOIN scale ON scale.instrument = values_.instrument"
        )
        of_files = [note for part in self.raw.parts for note in part.extract.notes]
        return (*of_files, *(note for each in looks for note in each.notes))

    def _part_view(self, place: int) -> Plain:
        """``part_0``, ``part_1``, …: the rows of one part, and how it writes its values."""
        part = self.raw.parts[place]
        names = [column.name for column in self.model.columns]
        texts = (f'"{name}"' if name in part.extract.columns else "CAST(NULL AS VARCHAR)" for name in names)
        path = str(part.extract.parquet).replace("'", "''")
        select = ", ".join(f"{text} AS raw_{name}" for text, name in zip(texts, names, strict=True))
        view = f"part_{place}"
        self._run(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT {ROW}, {select} FROM read_parquet('{path}')")
        return look(self.connection, view, self.model, part.extract, part.habits)

    def _find_twins(self) -> None:
        """``twins``: rows that share their key or, having none, their whole content, and whether they differ."""
        every = ", ".join(_said(column) for column in self.model.columns)
        key = ", ".join(f"raw_{name}" for name in self.model.key)
        has_key = " AND ".join(f"raw_{name} IS NOT NULL" for name in self.model.key) or "FALSE"
        identity = f"CASE WHEN {has_key} THEN hash({key}) ELSE hash({every}) END" if key else f"hash({every})"
        differs = f"{has_key} AND min(first_row) OVER of_key <> max(first_row) OVER of_key" if key else "FALSE"
        other = "CASE WHEN first_row = min(first_row) OVER of_key THEN max(first_row) OVER of_key "
        other = other + "ELSE min(first_row) OVER of_key END" if key else "first_row"
        # a table of its own: as part of the statement below, the engine would first copy every row, whole
        self._run(
            f"CREATE OR REPLACE TEMP TABLE several AS "
            f"SELECT {identity} AS identity FROM typed GROUP BY ALL HAVING count(*) > 1"
        )
        self._run(
            f"""
            CREATE OR REPLACE TEMP TABLE twins AS
            WITH alike AS (
                SELECT *, min({ROW}) OVER (PARTITION BY {every}) AS first_row
                FROM typed WHERE {identity} IN (SELECT identity FROM several)
            ),
            judged AS (
                SELECT {ROW}, first_row, {differs} AS differs, {other} AS other_row FROM alike
                WINDOW of_key AS (PARTITION BY {key or every})
            )
            SELECT {ROW}, differs, CASE WHEN differs THEN other_row ELSE first_row END AS other_row
            FROM judged WHERE differs OR {ROW} <> first_row
            """
        )

    def _rules(self) -> list[Rule]:
        return [
            *column_rules(self.model, self.raw.columns),
            *table_rules(self.model.name, self.connection.dialect, self.raw.columns),
            *self._twin_rules(),
            *self._parent_rules(),
        ]

    def _twin_rules(self) -> Iterator[Rule]:
        name = self.model.key[0] if self.model.key else self.model.columns[0].name
        twin = f"{ROW} IN (SELECT {ROW} FROM twins WHERE %s)"
        advice = "this row says the same as row {other}, which is kept; nothing needs doing"
        yield Rule("duplicate", name, twin % "NOT differs", advice)
        advice = "stands on row {other} too, with other content; give each its own or remove the wrong one"
        yield Rule("key-conflict", name, twin % "differs", advice)

    def _parent_rules(self) -> Iterator[Rule]:
        names = [column.name for column in self.model.columns]
        if "patient_id" in names and self.model.name != "patients":
            yield from self._parent("patient", "patients")
        if self.model.name in ("vitals", "side_effects"):
            yield from self._parent("session", "sessions")
        if self.model.name == "side_effects":
            is_session = "raw_session_id IN (SELECT session_id FROM sessions)"
            broken = f"raw_patient_id IS NOT NULL AND {is_session} AND NOT {_OWN_SESSION}"
            advice = "is a session of another patient; correct the session_id or the patient_id"
            yield Rule("session-of-another-patient", "session_id", broken, advice)

    def _parent(self, noun: str, table: str) -> Iterator[Rule]:
        name = f"{noun}_id"
        accepted, aside = (f"raw_{name} IN (SELECT {name} FROM {of})" for of in (table, f"aside_{table}"))
        absent = f"raw_{name} IS NOT NULL AND NOT {accepted}"
        advice = f"its {noun} is set aside; mend the {noun}'s row and this one comes back"
        yield Rule(f"{noun}-quarantined", name, f"{absent} AND {aside}", advice)
        advice = f"is no {noun} of {table}; add the {noun} or correct the identifier"
        yield Rule(f"{noun}-unknown", name, f"{absent} AND NOT {aside}", advice)

    def _mark(self, rules: list[Rule]) -> None:
        """``bad``: the rows that break a rule, with a bit for each.

        Two steps: as one sum over the rules the expression took 8 seconds and 860 MB, however few the rows. Rules ask
        for rows elsewhere by IN, never by EXISTS: for each EXISTS the engine keeps a copy of all the rows beside it.
        """
        broken = ", ".join(f"({rule.broken}) AS broken_{bit}" for bit, rule in enumerate(rules))
        anything = " OR ".join(f"broken_{bit}" for bit in range(len(rules)))
        self._run(
            f"CREATE OR REPLACE TEMP TABLE judged AS SELECT * FROM (SELECT {ROW}, {broken} FROM typed) WHERE {anything}"
        )
        bits = " + ".join(f"CASE WHEN broken_{bit} THEN {1 << bit} ELSE 0 END" for bit in range(len(rules)))
        self._run(f"CREATE OR REPLACE TEMP TABLE bad AS SELECT {ROW}, CAST({bits} AS BIGINT) AS mask FROM judged")

    def _set_aside(self, bit: int, rule: Rule) -> int:
        broke = f"FROM bad WHERE (mask & {1 << bit}) <> 0"
        count = self._one(f"SELECT count(*) {broke}")
        if count:
            patient = "raw_patient_id" if any(c.name == "patient_id" for c in self.model.columns) else "NULL"
            self._run(
                f"""
                INSERT INTO quarantine
                SELECT '{self.model.name}', {self._file()}, {ROW} % {SPAN}, '{rule.column}', raw_{rule.column},
                       '{rule.code}', {self._message(rule)}, {patient}, {self._whole_row()}
                FROM typed LEFT JOIN twins USING ({ROW}) WHERE {ROW} IN (SELECT {ROW} {broke})
                """
            )
        return count

    def _file(self) -> str:
        """The name of a row's file, as SQL."""
        names = [_literal(part.extract.file) for part in self.raw.parts]
        whens = " ".join(f"WHEN {place} THEN {name}" for place, name in enumerate(names))
        return names[0] if len(names) == 1 else f"CASE {ROW} // {SPAN} {whens} END"

    def _whole_row(self) -> str:
        pairs = ", ".join(f"'{column.name}': raw_{column.name}" for column in self.model.columns)
        return f"CAST(to_json({{{pairs}}}) AS VARCHAR)"

    def _message(self, rule: Rule) -> str:
        """The sentence as SQL: where, then the advice with its figures filled in."""
        figures = {"other": f"other_row % {SPAN}"}
        if self.model.name == "assessments":
            figures["range"] = "format('{:g} to {:g}', minimum, maximum)"
            figures["computed"] = f"format('{{:g}}', {compiled_score_rule(self.connection.dialect, 'total')})"
        parts = re.split(r"\{(\w+)\}", f"{rule.column} {rule.advice}.")
        pieces = [
            f"coalesce(CAST({figures[part]} AS VARCHAR), 'none')" if place % 2 else _literal(part)
            for place, part in enumerate(parts)
        ]
        sentence = " || ".join(pieces)
        said = {place: part.where_missing.get(rule.column) for place, part in enumerate(self.raw.parts)}
        whens = [f"WHEN {n} THEN {_literal(f'{rule.column} {advice}.')}" for n, advice in said.items() if advice]
        is_other = rule.code == "missing" and whens
        return f"CASE {ROW} // {SPAN} {' '.join(whens)} ELSE {sentence} END" if is_other else sentence

    def _set_aside_ragged(self) -> int:
        rows = [
            {
                "table": self.model.name,
                "file": extract.file,
                "row": row,
                "column": "",
                "rule": "wrong-length",
                "message": f"the row has not the {extract.fields} fields of the header; correct it.",
                "raw": text,
            }
            for extract in (part.extract for part in self.raw.parts)
            for row, text in extract.ragged
        ]
        if rows:
            self.connection.execute(QUARANTINE.insert(), rows)
        return len(rows)

    def _accept(self) -> None:
        stored = ", ".join(f"'{column.name}': \"{column.name}\"" for column in self.model.columns[1:])
        made_id = f"coalesce(raw_assessment_id, 'made-' || md5(CAST(to_json({{{stored}}}) AS VARCHAR)))"
        special = {"assessments": {"assessment_id": made_id, "session_id": _KEPT_LINK}}.get(self.model.name, {})
        names = list(SQL[self.model.name].c.keys())
        select = ", ".join(special.get(name, f'"{name}"') for name in names)
        self._run(
            f"INSERT INTO {self.model.name} SELECT {select} FROM typed WHERE {ROW} NOT IN (SELECT {ROW} FROM bad)"
        )
        if self.model.name in ("patients", "sessions"):
            name = self.model.key[0]
            self._run(
                f"CREATE TEMP TABLE aside_{self.model.name} AS "
                f"SELECT raw_{name} AS {name} FROM typed "
                f"WHERE raw_{name} IS NOT NULL AND {ROW} IN (SELECT {ROW} FROM bad)"
            )


_OWN_SESSION = "(raw_session_id, raw_patient_id) IN (SELECT (session_id, patient_id) FROM sessions)"
_KEPT_LINK = f"CASE WHEN {_OWN_SESSION} THEN raw_session_id END"


def _same(present: Sequence[Column]) -> Iterator[str]:
    """The columns that are stored as they are written."""
    return (f"raw_{column.name} AS {column.name}" for column in present if column.kind == "text")


def _said(column: Column) -> str:
    """What a value says, however it is spelled; one that cannot be read says what is written."""
    raw = f"raw_{column.name}"
    return raw if column.kind == "text" else f'coalesce(CAST("{column.name}" AS VARCHAR), {raw})'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
