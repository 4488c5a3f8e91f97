"""The bad rows of daily life, put behind the good ones: what each rule of the import should set aside is counted here.

Every bad row is a good one with a fault. All are further rows, so what is good in a messy export is what is in the
clean one. Their number grows with the clinic's.
"""

import datetime
from collections import Counter
from typing import Any

import pyarrow.compute as pc

from dashboard.demo.options import Options
from dashboard.demo.write import Demo

_RUINED = "1.04E+03"
_NOBODY = ("999901", "1044", _RUINED)
"""Identifiers of nobody: one that never was, one whose zeros Excel took, one of which it made a number."""
_PHQ_9 = {f"item_{number}": answer for number, answer in enumerate("122112110", start=1)}
_SUM = 11
_NO_ITEMS = {f"item_{number}": "" for number in range(1, 21)}

_OTHER = {"patients": "name", "sessions": "chair"}
"""A column that differs for certain between two rows of one key."""

Row = dict[str, str]


def add_mess(demo: Demo, options: Options) -> None:
    """Put bad rows behind the tables, and into the truths how many rows each rule of the import should set aside."""
    mess = _Mess(demo, options)
    for add in (_patients, _sessions, _assessments, _side_effects, _vitals, _others, _ragged):
        add(mess)
    demo.behind = mess.lines
    demo.truths["messy"] = {
        name: {
            "added": len(mess.lines[name]),
            "accepted": mess.accepted[name],
            "rules": [
                {"rule": rule, "column": column, "count": count}
                for (table, rule, column), count in mess.counts.items()
                if table == name
            ],
        }
        for name in demo.tables
    }


class _Mess:
    """Collects the bad rows, as texts in the order of each table's columns.

    Attributes:
        many: how many rows have each fault.
        tomorrow, past: a day after the export's, and one well before it.
        lines: the rows of each table.
        counts: (table, rule, column) -> rows that break it.
        accepted: table -> rows that break none.
        bad_patients, bad_sessions: identifiers of rows that are set aside, the sessions with their patient.
    """

    def __init__(self, demo: Demo, options: Options) -> None:
        self.tables = dict(demo.tables)
        came = pc.equal(self.tables["sessions"]["status"], "completed")
        self.completed = self.tables["sessions"].filter(came)
        self.random = options.random("mess")
        self.many = max(2, options.patients // 200)
        self.tomorrow = f"{options.date + datetime.timedelta(1)}"
        self.past = f"{options.date - datetime.timedelta(50)}"
        self.lines: dict[str, list[list[str]]] = {name: [] for name in self.tables}
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.accepted: Counter[str] = Counter()
        self.bad_patients: list[str] = []
        self.bad_sessions: list[tuple[str, str]] = []

    def like(self, table: str, **changes: str) -> Row:
        """A good row as text, of a completed session where it is one, with some columns changed."""
        rows = self.completed if table == "sessions" else self.tables[table]
        row = rows.slice(int(self.random.integers(rows.num_rows)), 1).to_pylist()[0]
        return {name: _text(value) for name, value in row.items()} | changes

    def new(self) -> str:
        """An identifier that no other row has."""
        return f"X{sum(map(len, self.lines.values())):07d}"

    def put(self, table: str, row: Row, rule: str, column: str) -> None:
        """Add one row that breaks one rule."""
        self.lines[table].append([row[name] for name in self.tables[table].column_names])
        self.counts[table, rule, column] += 1

    def fault(self, table: str, rule: str, column: str, **changes: str) -> None:
        """Add rows with one fault; those of a table with identifiers get new ones."""
        key = {"patients": "patient_id", "sessions": "session_id", "assessments": "assessment_id"}.get(table)
        for _ in range(self.many):
            fresh = {key: self.new()} if key else {}
            self.put(table, self.like(table, **(fresh | changes)), rule, column)

    def again(self, table: str, column: str) -> None:
        """Add good rows a second time."""
        for _ in range(self.many):
            self.put(table, self.like(table), "duplicate", column)

    def conflict(self, table: str, column: str) -> list[Row]:
        """Add pairs of different rows with one key; answers the first of each pair."""
        firsts = [self.like(table, **{column: f"Y{place:06d}"}) for place in range(self.many)]
        for first in firsts:
            self.put(table, first, "key-conflict", column)
            self.put(table, self.like(table, **{column: first[column], _OTHER[table]: "?"}), "key-conflict", column)
        return firsts


def _text(value: Any) -> str:
    """As it stands in the good rows' file."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _patients(mess: _Mess) -> None:
    mess.again("patients", "patient_id")
    mess.bad_patients = [row["patient_id"] for row in mess.conflict("patients", "patient_id")]
    mess.fault("patients", "not-valid", "birth_date", birth_date="1980-31-12")
    mess.fault("patients", "not-valid", "diagnosis", diagnosis="MDD")
    mess.fault("patients", "missing", "diagnosis", diagnosis="")
    mess.fault("patients", "not-valid", "failed_trials", failed_trials="two or three")
    mess.fault("patients", "not-valid", "sex", sex="F")


def _sessions(mess: _Mess) -> None:
    mess.again("sessions", "session_id")
    rows = mess.conflict("sessions", "session_id")
    mess.bad_sessions = [(row["session_id"], row["patient_id"]) for row in rows]
    for nobody in _NOBODY:
        mess.fault("sessions", "patient-unknown", "patient_id", patient_id=nobody)
    mess.counts["sessions", "ruined-identifier", "patient_id"] = mess.many
    for patient in mess.bad_patients:
        row = mess.like("sessions", patient_id=patient, session_id=mess.new())
        mess.put("sessions", row, "patient-quarantined", "patient_id")
    mess.fault("sessions", "not-valid", "scheduled_at", scheduled_at="2025-25-03T10:00")
    mess.fault("sessions", "missing", "scheduled_at", scheduled_at="")
    later = dict.fromkeys(("arrived_at", "started_at", "dose_ended_at", "ready_at", "left_at"), "")
    mess.fault("sessions", "in-the-future", "scheduled_at", **later, scheduled_at=f"{mess.tomorrow}T10:00")
    mess.fault("sessions", "route-missing", "route", route="")
    mess.fault("sessions", "drug-missing", "drug", drug="")
    mess.fault("sessions", "not-valid", "status", status="done")
    mess.fault("sessions", "not-valid", "dose_mg", dose_mg="40,5")
    mess.fault("sessions", "not-valid", "weight_kg", weight_kg="82 kg")
    mess.fault("sessions", "not-valid", "sbp_peak", sbp_peak="1420")


def _assessments(mess: _Mess) -> None:
    table = "assessments"
    form = {**_NO_ITEMS, "instrument": "PHQ-9", "assessed_at": mess.past, "session_id": "", "score": "12"}
    mess.again(table, "assessment_id")
    for nobody in _NOBODY:
        mess.fault(table, "patient-unknown", "patient_id", **form, patient_id=nobody)
    mess.counts[table, "ruined-identifier", "patient_id"] = mess.many
    for patient in mess.bad_patients:
        row = mess.like(table, **form, patient_id=patient, assessment_id=mess.new())
        mess.put(table, row, "patient-quarantined", "patient_id")
    mess.fault(table, "off-the-scale", "score", **(form | {"score": "31"}))
    mess.fault(table, "total-differs", "score", **(form | _PHQ_9 | {"score": str(_SUM + 3)}))
    mess.fault(table, "item-off-the-scale", "item_2", **(form | _PHQ_9 | {"item_2": "4", "score": ""}))
    mess.fault(table, "not-valid", "instrument", **(form | {"instrument": "PHQ9"}))
    mess.fault(table, "not-valid", "score", **(form | {"score": "12 (moderate)"}))
    mess.fault(table, "no-score", "score", **(form | {"score": ""}))
    mess.fault(table, "missing", "assessed_at", **(form | {"assessed_at": ""}))
    mess.fault(table, "in-the-future", "assessed_at", **(form | {"assessed_at": mess.tomorrow}))
    for session, patient in mess.bad_sessions:  # these stay, without the link
        linked = {"session_id": session, "patient_id": patient, "assessment_id": mess.new()}
        row = mess.like(table, **(form | {"instrument": "AUDIT-C", "score": "2"} | linked))
        mess.lines[table].append([row[name] for name in mess.tables[table].column_names])
        mess.accepted[table] += 1


def _side_effects(mess: _Mess) -> None:
    table = "side_effects"
    mess.again(table, "patient_id")
    mess.fault(table, "session-unknown", "session_id", session_id="S9999999")
    mess.fault(table, "onset-missing", "onset_at", session_id="", onset_at="")
    mess.fault(table, "not-valid", "severity", severity="Grade 2")
    mess.fault(table, "missing", "term", term="")
    for session, patient in mess.bad_sessions:
        mess.put(table, mess.like(table, session_id=session, patient_id=patient), "session-quarantined", "session_id")
    for _ in range(mess.many):
        row, other = mess.like("sessions"), mess.like("patients")
        if row["patient_id"] != other["patient_id"]:
            wrong = mess.like(table, session_id=row["session_id"], patient_id=other["patient_id"])
            mess.put(table, wrong, "session-of-another-patient", "session_id")


def _vitals(mess: _Mess) -> None:
    nothing = dict.fromkeys(("sbp", "dbp", "hr", "spo2"), "0") | {"moaas": ""}
    mess.again("vitals", "session_id")
    mess.fault("vitals", "session-unknown", "session_id", session_id="S9999999")
    mess.fault("vitals", "not-valid", "sbp", sbp="142/88")
    mess.fault("vitals", "nothing-measured", "sbp", **nothing)
    for session, _ in mess.bad_sessions:
        mess.put("vitals", mess.like("vitals", session_id=session), "session-quarantined", "session_id")


def _others(mess: _Mess) -> None:
    mess.fault("events", "in-the-future", "happened_on", happened_on=mess.tomorrow)
    mess.fault("events", "not-valid", "kind", kind="admission")
    mess.fault("medications", "missing", "name", name="")
    mess.fault("medications", "not-valid", "class", **{"class": "SSRI"})
    mess.fault("checks", "not-valid", "result", result="yes")
    mess.again("capacity", "site")
    for place in range(mess.many):  # days of their own, for a patient and day, a site and day have one row
        day = f"{datetime.date(1990, 1, 1) + datetime.timedelta(place)}"
        mess.put("plans", mess.like("plans", set_on=day, interval_days="weekly"), "not-valid", "interval_days")
        mess.put("capacity", mess.like("capacity", date=day, chair_minutes="-60"), "not-valid", "chair_minutes")


def _ragged(mess: _Mess) -> None:
    """Rows with a field too many or too few, as an unquoted comma or a lost one leaves them."""
    for table in ("patients", "sessions", "assessments"):
        for place in range(mess.many):
            line = [mess.like(table)[name] for name in mess.tables[table].column_names]
            mess.lines[table].append([*line, "x"] if place % 2 else line[:-1])
            mess.counts[table, "wrong-length", ""] += 1
