"""The ten canonical tables: columns, types, keys, allowed values, meaning.

Everything that knows a column learns it here: the import's checks, the store's empty tables, the CSV templates and
the README's dictionary. Nothing else names a type.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa

Statement: TypeAlias = "sa.Select[*tuple[Any, ...]]"
"""A query of any columns."""

Kind = Literal["text", "code", "integer", "number", "boolean", "date", "datetime"]

ROUTES = ("iv", "im", "sc", "intranasal", "sublingual", "oral")
DRUGS = ("ketamine", "esketamine")
MAX_ITEMS = 23
DIAGNOSES = (
    "depression",
    "bipolar-depression",
    "anxiety",
    "ptsd",
    "ocd",
    "substance-use",
    "chronic-pain",
    "suicidality",
    "other",
)
HIDDEN = "hidden"
"""What stands for a number, in a table, a figure or a sentence, that is not for who is looking."""
# The instruments' order is that of the registry; a test holds the two together.
INSTRUMENT_CODES = (
    "PHQ-9",
    "GAD-7",
    "MADRS",
    "HAM-D17",
    "QIDS-SR16",
    "BDI-II",
    "PCL-5",
    "Y-BOCS",
    "C-SSRS",
    "PAIN-NRS",
    "BPI-S",
    "BPI-I",
    "PEG",
    "AUDIT",
    "AUDIT-C",
    "CADSS",
    "WHO-5",
    "EQ-5D-VAS",
    "SDS",
    "ASRM",
    "YMRS",
    "MOOD-VAS",
)


@dataclass(frozen=True)
class Column:
    """One column of the export.

    Attributes:
        name: as the file's header bears it.
        kind: what its text must be.
        meaning: one line for the dictionary.
        required: an empty value sets the row aside, a missing column refuses the file.
        values: the codes allowed (kind ``code``).
        at_least, above, at_most: bounds of a number, inclusive, exclusive, inclusive.
        unit: the unit of a number.
        zero_is_missing: 0 stands for "not measured".
    """

    name: str
    kind: Kind
    meaning: str = ""
    required: bool = False
    values: tuple[str, ...] = ()
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    unit: str = ""
    zero_is_missing: bool = False

    @property
    def stem(self) -> str:
        """The name without its ``_on`` or ``_at``: what ``_day`` and ``_second`` are put behind."""
        return self.name[:-3] if self.name.endswith(("_on", "_at")) else self.name

    @property
    def expects(self) -> str:
        """In words, what a value must be; the second half of an error message."""
        if self.kind == "code":
            return "one of " + ", ".join(self.values)
        words = {
            "text": "text",
            "integer": "a whole number",
            "number": "a number with a decimal point",
            "boolean": "true or false",
            "date": "a date like 2024-03-31, between 1900 and 2100",
            "datetime": "a date or date-time like 2024-03-31T14:05, between 1900 and 2100",
        }[self.kind]
        bounds = ((self.at_least, "at least"), (self.above, "above"), (self.at_most, "at most"))
        limits = [f"{word} {bound:g}" for bound, word in bounds if bound is not None]
        return " ".join([words, " and ".join(limits)]).strip()

    def stored(self) -> Iterator[tuple[str, sa.types.TypeEngine[Any]]]:
        """Yield the stored columns: the value and, beside a date, the integers that differences are taken of.

        ``<stem>_day`` counts clinic-local days and ``<stem>_second`` UTC seconds since 1970-01-01: engines spell
        date arithmetic differently, integers they all subtract alike.
        """
        types: dict[str, sa.types.TypeEngine[Any]] = {
            "text": sa.String(),
            "code": sa.String(),
            "integer": sa.Integer(),
            "number": sa.Float(),
            "boolean": sa.Boolean(),
            "date": sa.Date(),
            "datetime": sa.DateTime(),
        }
        yield self.name, types[self.kind]
        if self.kind in ("date", "datetime"):
            yield f"{self.stem}_day", sa.Integer()
        if self.kind == "datetime":
            yield f"{self.stem}_second", sa.BigInteger()


@dataclass(frozen=True)
class TableModel:
    """One canonical table.

    Attributes:
        name: the file's or the SQL table's name.
        meaning: one line for the dictionary.
        columns: in the order of the contract.
        required: an export without it is refused.
        key: columns that no two different rows may share; empty where rows have no identity but their content.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    required: bool = False
    key: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def sql(self, metadata: sa.MetaData) -> sa.Table:
        """The stored table."""
        columns = [sa.Column(name, kind) for column in self.columns for name, kind in column.stored()]
        return sa.Table(self.name, metadata, *columns)


def _text(name: str, meaning: str = "", *, required: bool = False) -> Column:
    return Column(name, "text", meaning, required)


def _code(name: str, values: tuple[str, ...], meaning: str = "", *, required: bool = False) -> Column:
    return Column(name, "code", meaning, required, values)


def _date(name: str, meaning: str = "", *, required: bool = False) -> Column:
    return Column(name, "date", meaning, required)


def _time(name: str, meaning: str = "", *, required: bool = False) -> Column:
    return Column(name, "datetime", meaning, required)


def _flag(name: str, meaning: str = "") -> Column:
    return Column(name, "boolean", meaning)


def _measured(name: str, meaning: str, unit: str, at_most: float, kind: Kind = "integer") -> Column:
    return Column(name, kind, meaning, at_least=0, at_most=at_most, unit=unit, zero_is_missing=True)


_PATIENT = _text("patient_id", "the patient's identifier; leading zeros survive", required=True)

PATIENTS = TableModel(
    "patients",
    "one row a person",
    (
        _text("patient_id", "unique; leading zeros survive", required=True),
        _text("name", "shown to those who treat; never leaves for a presenter"),
        _date("birth_date", "age is computed, never stored"),
        _code("sex", ("female", "male", "other", "unknown")),
        _code("diagnosis", DIAGNOSES, "primary indication", required=True),
        Column(
            "failed_trials",
            "integer",
            "adequate antidepressant trials failed in this episode; 2 or more = treatment-resistant",
            at_least=0,
        ),
        _date("referred_on", "referral or completed intake"),
        _text("site"),
        _text("clinician"),
        _code("payer", ("self-pay", "insurance", "assistance", "unknown")),
        _text("other_diagnoses", "codes, semicolons; never a denominator"),
        _flag("prior_ketamine", "ketamine before this clinic"),
        _date("ended_on", "treatment ended"),
        _code("end_reason", ("completed", "no-benefit", "side-effects", "cost", "moved", "other")),
    ),
    required=True,
    key=("patient_id",),
)

SESSIONS = TableModel(
    "sessions",
    "one row a booked session, whatever became of it",
    (
        _text("session_id", "unique", required=True),
        _PATIENT,
        _time("scheduled_at", "the booked start", required=True),
        _code(
            "status",
            ("scheduled", "completed", "no-show", "late-cancelled", "cancelled", "rescheduled"),
            required=True,
        ),
        _code("route", ROUTES, "required when completed"),
        _code("drug", DRUGS, "required when completed; the two are never compared by mg"),
        Column("dose_mg", "number", "the dose given", above=0, unit="mg"),
        Column("weight_kg", "number", "body weight; mg/kg is computed", above=0, unit="kg"),
        _date("booked_on", "the day of booking"),
        Column("planned_minutes", "number", "planned length of the visit", above=0, unit="min"),
        _time("arrived_at", "arrival"),
        _time("started_at", "dosing start"),
        _time("dose_ended_at", "dosing end"),
        _time("ready_at", "ready to leave"),
        _time("left_at", "discharge"),
        _text("chair"),
        _text("clinician"),
        _text("site"),
        *(
            _measured(f"{vessel}_{moment}", f"{words} {when}; 0 = not measured", "mmHg", 400)
            for moment, when in (("pre", "before the dose"), ("peak", "at its peak"), ("end", "at the end"))
            for vessel, words in (("sbp", "systolic pressure"), ("dbp", "diastolic pressure"))
        ),
        _measured("spo2_min", "lowest oxygen saturation; 0 = not measured", "%", 100),
        Column("moaas_min", "integer", "lowest MOAA/S; lower = deeper sedation", at_least=0, at_most=5),
        Column("cadss_max", "number", "highest CADSS: 0-92, or 0-24 for cadss-6", at_least=0, at_most=92),
        _code("cadss_form", ("cadss-23", "cadss-6"), "which CADSS was filled"),
        _flag("effects_recorded", "the side-effect form was filled; false or empty = unknown, not 'no side effect'"),
        Column("charge", "number", "what was charged", at_least=0, unit="clinic currency"),
        Column("paid_by_patient", "number", "what the patient paid", at_least=0, unit="clinic currency"),
    ),
    required=True,
    key=("session_id",),
)

ASSESSMENTS = TableModel(
    "assessments",
    "one row a filled questionnaire or rating",
    (
        _text("assessment_id", "made from the row's content where absent"),
        _PATIENT,
        _code("instrument", INSTRUMENT_CODES, "the scale's code", required=True),
        _time("assessed_at", "a date without a time is 00:00 of that day", required=True),
        Column("score", "number", "the total; may be empty where items are given", unit="points"),
        *(
            Column(f"item_{number}", "integer", "the answer as printed on the form", unit="points")
            for number in range(1, MAX_ITEMS + 1)
        ),
        _text("session_id", "the session it was filled for"),
        _code("respondent", ("self", "clinician")),
    ),
    required=True,
    key=("assessment_id",),
)

SIDE_EFFECTS = TableModel(
    "side_effects",
    "one row an event",
    (
        _PATIENT,
        _text("term", "mapped to a preferred term by a visible list; the raw text is kept", required=True),
        _text("session_id", "empty = between sessions, then onset_at is required"),
        _code("severity", ("mild", "moderate", "severe")),
        _flag("serious", "seriousness is not severity"),
        _time("onset_at"),
        _time("resolved_at"),
        _code("action", ("none", "slowed", "dose-reduced", "stopped", "medicated", "hospitalised")),
    ),
)

VITALS = TableModel(
    "vitals",
    "one row a measurement within a session",
    (
        _text("session_id", required=True),
        Column("minute", "number", "since dosing started, may be negative", required=True, unit="min"),
        _measured("sbp", "systolic pressure; 0 = not measured", "mmHg", 400, "number"),
        _measured("dbp", "diastolic pressure; 0 = not measured", "mmHg", 400, "number"),
        _measured("hr", "pulse; 0 = not measured", "per min", 400, "number"),
        _measured("spo2", "oxygen saturation; 0 = not measured", "%", 100, "number"),
        Column("moaas", "number", "MOAA/S; 0 = unresponsive", at_least=0, at_most=5),
        Column("cadss", "number", "CADSS", at_least=0, at_most=92),
    ),
)

EVENTS = TableModel(
    "events",
    "one row a happening beside the treatment",
    (
        _PATIENT,
        _date("happened_on", required=True),
        _code(
            "kind",
            (
                "medication-change",
                "hospitalisation",
                "suicide-attempt",
                "death",
                "life-event",
                "protocol",
                "other",
            ),
            required=True,
        ),
        _text("text", "free text: never leaves for a presenter"),
    ),
)

MEDICATIONS = TableModel(
    "medications",
    "one row a medicine and its period",
    (
        _PATIENT,
        _text("name", "the medicine", required=True),
        _code(
            "class",
            (
                "benzodiazepine",
                "opioid",
                "stimulant",
                "maoi",
                "lamotrigine",
                "antidepressant",
                "antipsychotic",
                "other",
            ),
        ),
        _date("started_on"),
        _date("stopped_on"),
    ),
)

CHECKS = TableModel(
    "checks",
    "one row a check before treatment",
    (
        _PATIENT,
        _date("checked_on", required=True),
        _code(
            "kind",
            (
                "consent",
                "escort",
                "fasting",
                "pregnancy-test",
                "urinary-screen",
                "liver",
                "drug-screen",
                "prescription-monitoring",
                "blood-pressure",
                "other",
            ),
            required=True,
        ),
        _code("result", ("ok", "not-ok", "pending"), required=True),
    ),
)

PLANS = TableModel(
    "plans",
    "one row a treatment plan; the latest counts",
    (
        _PATIENT,
        _date("set_on", required=True),
        Column("planned_sessions", "number", at_least=0),
        Column("interval_days", "number", "planned days between sessions", above=0, unit="d"),
        Column("target_dose_mg", "number", above=0, unit="mg"),
        Column("authorised_sessions", "number", at_least=0),
        _date("authorised_until"),
        _text("goal", "the person's own words; never to a presenter"),
    ),
    key=("patient_id", "set_on"),
)

CAPACITY = TableModel(
    "capacity",
    "one row a site and day",
    (
        _text("site", required=True),
        _date("date", required=True),
        Column("chair_minutes", "number", "staffed chair-minutes that day", required=True, at_least=0, unit="min"),
    ),
    key=("site", "date"),
)

TABLES: dict[str, TableModel] = {
    table.name: table
    for table in (
        PATIENTS,
        SESSIONS,
        ASSESSMENTS,
        SIDE_EFFECTS,
        VITALS,
        EVENTS,
        MEDICATIONS,
        CHECKS,
        PLANS,
        CAPACITY,
    )
}

METADATA = sa.MetaData()
SQL: dict[str, sa.Table] = {name: table.sql(METADATA) for name, table in TABLES.items()}
"""The stored form of each canonical table, by name."""


QUARANTINE = sa.Table(
    "quarantine",
    sa.MetaData(),
    sa.Column("table", sa.String()),
    sa.Column("file", sa.String()),
    sa.Column("row", sa.BigInteger(), comment="as a spreadsheet shows it: the header is row 1"),
    sa.Column("column", sa.String()),
    sa.Column("value", sa.String()),
    sa.Column("rule", sa.String()),
    sa.Column("message", sa.String()),
    sa.Column("patient_id", sa.String()),
    sa.Column("raw", sa.String(), comment="the whole row: JSON by column, or the line where it had no columns"),
)
"""Every row set aside, once for each rule that it broke."""


def template(table: TableModel) -> str:
    """The CSV template of a table: its header line."""
    return ",".join(column.name for column in table.columns) + "\n"
