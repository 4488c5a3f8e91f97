"""An import from end to end: every kind of bad row set aside with its reason, and nothing lost or half published."""

import csv
import datetime
import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.clinic_file import ClinicFile
from dashboard.clinical.cohort import Cohort
from dashboard.importing import files
from dashboard.importing.run import Report, import_folder
from dashboard.importing.text import Refused
from dashboard.metrics.response import response
from dashboard.model import QUARANTINE, SQL
from dashboard.store import Builds, Store, StoreError
from tests.hand import Row, write_export

AS_OF = datetime.date(2024, 6, 30)

PATIENTS: list[Row] = [
    {"patient_id": "007", "diagnosis": "depression", "name": "Ann", "sex": "FEMALE ", "failed_trials": "2.0"},
    {"patient_id": "1", "diagnosis": "depression", "sex": "weiblich"},
    {"patient_id": "2", "diagnosis": ""},
    {"patient_id": "", "diagnosis": "depression"},
    {"patient_id": "3", "diagnosis": "depression", "failed_trials": "-1"},
    {"patient_id": "4", "diagnosis": "depression", "failed_trials": "5.5"},
    {"patient_id": "5", "diagnosis": "depression", "birth_date": "31 Dec 1980"},
    {"patient_id": "6", "diagnosis": "depression", "birth_date": "1980-02-30"},
    {"patient_id": "8", "diagnosis": "depression", "birth_date": "0080-02-03"},
    {"patient_id": "9", "diagnosis": "depression", "prior_ketamine": "yes"},
    {"patient_id": "10", "diagnosis": "depression", "name": "Bo"},
    {"patient_id": "10", "diagnosis": "depression", "name": "Cy"},
    {"patient_id": "11", "diagnosis": "anxiety", "prior_ketamine": "True"},
    {"patient_id": "11", "diagnosis": "anxiety", "prior_ketamine": "True"},
    {"patient_id": "11", "diagnosis": "anxiety", "prior_ketamine": "True"},
]


def session(identifier: str, patient: str = "007", **columns: object) -> Row:
    row = {"scheduled_at": "2024-03-04T10:00", "status": "completed", "route": "iv", "drug": "ketamine"}
    return {"session_id": identifier, "patient_id": patient, **row, **columns}


SESSIONS: list[Row] = [
    session("good", sbp_pre=0, spo2_min=0, moaas_min=0, dose_mg=40.5),
    session("orphan", "nobody"),
    session("child of a bad one", "5"),
    session("no route", route=""),
    session("no drug", drug=""),
    session("booked", status="scheduled", route="", drug="", scheduled_at="2024-09-01T10:00"),
    session("future", scheduled_at="2024-07-01T10:00"),
    session("future no-show", status="no-show", scheduled_at="2024-07-01T10:00"),
    session("today", status="cancelled", scheduled_at="2024-06-30T10:00"),
    session("dose 0", dose_mg=0),
    session("words", dose_mg="forty"),
    session("comma", dose_mg="40,5"),
    session("pressure", sbp_peak=1800),
    session("sedation", moaas_min=6),
    session("short CADSS", cadss_max=30, cadss_form="cadss-6"),
    session("no hour", scheduled_at="2024-03-04T25:00"),
    session("twice", chair="A"),
    session("twice", chair="B"),
    session("same", chair="C"),
    session("same", chair="C"),
]

PHQ_14 = {f"item_{number}": answer for number, answer in enumerate((3, 2, 2, 2, 2, 1, 1, 1, 0), start=1)}


def score(identifier: str, value: object, instrument: str = "PHQ-9", **columns: object) -> Row:
    row = {"patient_id": "007", "instrument": instrument, "assessed_at": "2024-03-04", "score": value}
    return {"assessment_id": identifier, **row, **columns}


ASSESSMENTS: list[Row] = [
    score("good", 20, session_id="good"),
    score("link to a bad session", 20, assessed_at="2024-03-05", session_id="no route"),
    score("link of another", 10, "GAD-7", patient_id="11", session_id="good"),
    score("lower case", 12, "phq-9", assessed_at="2024-04-04"),
    score("", 12, "MADRS"),
    score("", 12, "MADRS"),
    score("off the scale", 28),
    score("below the scale", -1),
    score("unknown scale", 10, "PHQ9"),
    score("no score", ""),
    score("item off", 14, **{**PHQ_14, "item_1": 4}),
    score("item beyond", 14, **PHQ_14, item_10=1),
    score("AUDIT step", "", "AUDIT", **dict.fromkeys([f"item_{n}" for n in range(1, 9)], 0), item_9=1, item_10=2),
    score("total agrees", 14, assessed_at="2024-05-01", **PHQ_14),
    score("total differs", 15, **PHQ_14),
    score("incomplete differs", 20, **{**PHQ_14, "item_9": ""}),
    score("plain sum", 13, assessed_at="2024-05-02", **{**PHQ_14, "item_1": 2, "item_9": ""}),
    score("future", 10, assessed_at="2024-07-01"),
    score("WHO raw", 12, "WHO-5"),
    score("WHO raw too", 25, "WHO-5"),
    score("orphan", 10, patient_id="nobody"),
    score("child of a bad one", 10, patient_id="5"),
    score("infinity", "inf"),
    score("exponent", "1e1"),
]


def child(term: str, **columns: object) -> Row:
    return {"patient_id": "007", "term": term, "session_id": "good", **columns}


OTHERS: dict[str, list[Row]] = {
    "side_effects": [
        child("nausea", severity="mild"),
        child("headache", session_id="", onset_at="2024-03-05"),
        child("no onset", session_id=""),
        child("future", session_id="", onset_at="2024-07-01"),
        child("bad session", session_id="no route"),
        child("unknown session", session_id="nowhere"),
        child("of another", patient_id="11"),
        child(""),
        child("nausea", severity="mild"),
    ],
    "vitals": [
        {"session_id": "good", "minute": -5, "sbp": 120},
        {"session_id": "good", "minute": 40, "sbp": 0, "hr": 0},
        {"session_id": "good", "minute": 40, "moaas": 0},
        {"session_id": "no drug", "minute": 0, "sbp": 120},
        {"session_id": "good", "minute": "", "sbp": 120},
    ],
    "events": [
        {"patient_id": "007", "happened_on": "2024-03-01", "kind": "life-event", "text": "moved, “far away”\nsays so"},
        {"patient_id": "007", "happened_on": "2024-07-01", "kind": "death"},
        {"patient_id": "007", "happened_on": "2024-03-01", "kind": "party"},
    ],
    "medications": [{"patient_id": "007", "name": "lorazepam", "class": "benzodiazepine", "started_on": "2024-01-01"}],
    "checks": [{"patient_id": "007", "checked_on": "2024-03-01", "kind": "escort", "result": "maybe"}],
    "plans": [
        {"patient_id": "007", "set_on": "2024-03-01", "planned_sessions": 6},
        {"patient_id": "007", "set_on": "2024-03-01", "planned_sessions": 8},
    ],
    "capacity": [
        {"site": "North", "date": "2024-03-04", "chair_minutes": 0},
        {"site": "North", "date": "2024-03-05", "chair_minutes": -60},
    ],
}

# table -> row of the spreadsheet -> the rules it broke, in the order of the table's rules
REASONS: dict[str, dict[int, list[str]]] = {
    "patients": {
        3: ["not-valid sex"],
        4: ["missing diagnosis"],
        5: ["missing patient_id"],
        6: ["not-valid failed_trials"],
        7: ["not-valid failed_trials"],
        8: ["not-valid birth_date"],
        9: ["not-valid birth_date"],
        10: ["not-valid birth_date"],
        11: ["not-valid prior_ketamine"],
        12: ["key-conflict patient_id"],
        13: ["key-conflict patient_id"],
        15: ["duplicate patient_id"],
        16: ["duplicate patient_id"],
    },
    "sessions": {
        3: ["patient-unknown patient_id"],
        4: ["patient-quarantined patient_id"],
        5: ["route-missing route"],
        6: ["drug-missing drug"],
        8: ["in-the-future scheduled_at"],
        9: ["in-the-future scheduled_at"],
        11: ["not-valid dose_mg"],
        12: ["not-valid dose_mg"],
        13: ["not-valid dose_mg"],
        14: ["not-valid sbp_peak"],
        15: ["not-valid moaas_min"],
        16: ["above-the-scale cadss_max"],
        17: ["not-valid scheduled_at"],
        18: ["key-conflict session_id"],
        19: ["key-conflict session_id"],
        21: ["duplicate session_id"],
    },
    "assessments": {
        7: ["duplicate assessment_id"],
        8: ["off-the-scale score"],
        9: ["off-the-scale score"],
        10: ["not-valid instrument"],
        11: ["no-score score"],
        12: ["item-off-the-scale item_1", "total-differs score"],
        13: ["item-off-the-scale item_10"],
        14: ["item-off-the-scale item_9"],
        16: ["total-differs score"],
        17: ["total-differs score"],
        19: ["in-the-future assessed_at"],
        20: ["who5-raw-or-percent score"],
        21: ["who5-raw-or-percent score"],
        22: ["patient-unknown patient_id"],
        23: ["patient-quarantined patient_id"],
        24: ["not-valid score"],
        25: ["not-valid score"],
    },
    "side_effects": {
        4: ["onset-missing onset_at"],
        5: ["in-the-future onset_at"],
        6: ["session-quarantined session_id"],
        7: ["session-unknown session_id"],
        8: ["session-of-another-patient session_id"],
        9: ["missing term"],
        10: ["duplicate patient_id"],
    },
    "vitals": {3: ["nothing-measured sbp"], 5: ["session-quarantined session_id"], 6: ["missing minute"]},
    "events": {3: ["in-the-future happened_on"], 4: ["not-valid kind"]},
    "medications": {},
    "checks": {2: ["not-valid result"]},
    "plans": {2: ["key-conflict patient_id"], 3: ["key-conflict patient_id"]},
    "capacity": {3: ["not-valid chair_minutes"]},
}


@pytest.fixture(scope="module")
def bad_rows(tmp_path_factory: pytest.TempPathFactory, clinic_file: ClinicFile) -> Iterator[tuple[Report, Store]]:
    folder = tmp_path_factory.mktemp("bad")
    tables = {"patients": PATIENTS, "sessions": SESSIONS, "assessments": ASSESSMENTS, **OTHERS}
    builds = Builds(folder / "home")
    yield import_folder(write_export(folder / "export", tables), builds, clinic_file, as_of=AS_OF), builds.current()
    builds.close()


def quarantined(store: Store, table: str) -> pd.DataFrame:
    q = QUARANTINE.c
    return store.read(sa.select(QUARANTINE).where(q.table == table).order_by(q.row))


def test_accepted_and_quarantined_add_up_to_read(bad_rows: tuple[Report, Store]) -> None:
    report, store = bad_rows
    rows = {"patients": PATIENTS, "sessions": SESSIONS, "assessments": ASSESSMENTS, **OTHERS}
    for name, table in report.tables.items():
        assert table.read == len(rows[name])
        assert table.accepted + table.quarantined == table.read
        assert table.quarantined == len(REASONS[name])
        assert len(store.read(sa.select(SQL[name]))) == table.accepted


@pytest.mark.parametrize("table", list(REASONS))
def test_every_bad_row_has_its_reasons(bad_rows: tuple[Report, Store], table: str) -> None:
    aside = quarantined(bad_rows[1], table)
    found: dict[int, list[str]] = {}
    for row, rule, column in zip(aside["row"], aside["rule"], aside["column"], strict=True):
        found.setdefault(int(row), []).append(f"{rule} {column}")
    assert {row: sorted(rules) for row, rules in found.items()} == {
        row: sorted(rules) for row, rules in REASONS[table].items()
    }


def test_the_report_counts_each_rule(bad_rows: tuple[Report, Store]) -> None:
    rules = bad_rows[0].tables["patients"].rules
    assert rules["not-valid", "birth_date"] == 3
    assert rules["duplicate", "patient_id"] == 2
    assert rules["key-conflict", "patient_id"] == 2


@pytest.mark.parametrize(
    ("table", "row", "value", "sentence"),
    [
        ("patients", 3, "weiblich", "sex must be one of female, male, other, unknown; correct it."),
        ("patients", 7, "5.5", "failed_trials must be a whole number at least 0; correct it."),
        ("patients", 12, "10", "patient_id stands on row 13 too, with other content;"),
        ("patients", 13, "10", "patient_id stands on row 12 too, with other content;"),
        ("patients", 16, "11", "patient_id this row says the same as row 14, which is kept; nothing needs doing."),
        ("assessments", 8, "28", "score is outside the scale's range (0 to 27); correct it."),
        ("assessments", 16, "15", "score differs from the total of the items (14 by the scale's rule);"),
        ("assessments", 17, "20", "score differs from the total of the items (16 by the scale's rule);"),
        (
            "sessions",
            13,
            "40,5",
            "dose_mg must be a number with a decimal point above 0; correct it, or give decimal = “,”",
        ),
        ("sessions", 8, "2024-07-01T10:00", "scheduled_at is after the day of the import; correct the date,"),
    ],
)
def test_a_reason_says_what_and_what_to_do(
    bad_rows: tuple[Report, Store], table: str, row: int, value: str, sentence: str
) -> None:
    aside = quarantined(bad_rows[1], table)
    reasons = aside[(aside["row"] == row) & (aside["value"] == value)]
    assert any(message.startswith(sentence) for message in reasons["message"]), list(reasons["message"])


def test_nothing_of_a_bad_row_is_lost_and_no_name_is_in_a_reason(bad_rows: tuple[Report, Store]) -> None:
    aside = quarantined(bad_rows[1], "patients")
    raw = json.loads(aside.loc[aside["row"] == 13, "raw"].iloc[0])
    assert {name: value for name, value in raw.items() if value} == {
        "patient_id": "10",
        "diagnosis": "depression",
        "name": "Cy",
    }
    assert not any(name in message for message in aside["message"] for name in ("Ann", "Bo", "Cy"))


def test_accepted_values_are_typed(bad_rows: tuple[Report, Store]) -> None:
    store = bad_rows[1]
    ann = store.read(sa.select(SQL["patients"]).where(SQL["patients"].c.patient_id == "007")).iloc[0]
    assert (ann["patient_id"], ann["sex"], ann["failed_trials"]) == ("007", "female", 2)
    good = store.read(sa.select(SQL["sessions"]).where(SQL["sessions"].c.session_id == "good")).iloc[0]
    # 0 is "not measured" for pressure and saturation, and a finding for sedation
    assert pd.isna(good["sbp_pre"])
    assert pd.isna(good["spo2_min"])
    assert (good["moaas_min"], good["dose_mg"]) == (0, 40.5)
    assert good["scheduled_at"] == pd.Timestamp("2024-03-04T10:00")


def test_an_assessment_stays_without_the_link_to_a_session_that_is_not_its_own(bad_rows: tuple[Report, Store]) -> None:
    report, store = bad_rows
    table = store.read(sa.select(SQL["assessments"])).set_index("assessment_id")
    assert table.loc["good", "session_id"] == "good"
    assert pd.isna(table.loc["link to a bad session", "session_id"])
    assert pd.isna(table.loc["link of another", "session_id"])
    assert "2 assessments name a session not theirs or set aside; the link is cut." in report.notes


def test_replaced_totals_are_counted(bad_rows: tuple[Report, Store]) -> None:
    expected = "1 totals were plain sums of incomplete forms; the scale's missing-item rule replaced them."
    assert expected in bad_rows[0].notes


def test_numbers_are_untouched_by_bad_rows(bad_rows: tuple[Report, Store]) -> None:
    row = response(Cohort(bad_rows[1]), by="none", instrument="PHQ-9", window="day-28").iloc[0]
    # one person, one good session: baseline 20 on the day; 12 on day 31
    assert (row["n_started"], row["n_scored"], row["n_responded"], row["mean_change"]) == (1, 1, 0, -8)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A sound export of one person."""
    tables = {"patients": PATIENTS[:1], "sessions": SESSIONS[:1], "assessments": ASSESSMENTS[:1]}
    return write_export(tmp_path / "export", tables)


def test_a_refused_import_leaves_what_was_published(small: Path, tmp_path: Path, clinic_file: ClinicFile) -> None:
    builds = Builds(tmp_path / "home")
    first = import_folder(small, builds, clinic_file, as_of=AS_OF).build
    (small / "sessions.csv").write_text('session_id,patient_id\n"x,1\n', encoding="utf-8")
    with pytest.raises(Refused, match=r"sessions.csv, line 2"):
        import_folder(small, builds, clinic_file, as_of=AS_OF)
    assert builds.current().build == first
    assert sorted(path.name for path in builds.home.iterdir()) == ["current", f"store-{first}.duckdb"]
    builds.close()


def test_a_failure_while_building_publishes_nothing(
    small: Path, tmp_path: Path, clinic_file: ClinicFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("dashboard.importing.run.build_marts", fail)
    builds = Builds(tmp_path / "home")
    with pytest.raises(OSError, match="no space left"):
        import_folder(small, builds, clinic_file, as_of=AS_OF)
    assert list(builds.home.iterdir()) == []
    with pytest.raises(StoreError, match="No records are published"):
        builds.current()


def test_a_dry_run_publishes_nothing(small: Path, tmp_path: Path, clinic_file: ClinicFile) -> None:
    builds = Builds(tmp_path / "home")
    report = import_folder(small, builds, clinic_file, as_of=AS_OF, dry_run=True)
    assert (report.build, report.tables["patients"].accepted) == ("", 1)
    assert not builds.published()


def test_open_readers_follow_the_pointer_to_a_new_build(small: Path, tmp_path: Path, clinic_file: ClinicFile) -> None:
    builds = Builds(tmp_path / "home")
    names = []
    for day in range(3):
        import_folder(small, builds, clinic_file, as_of=AS_OF + datetime.timedelta(day))
        names.append(builds.current().build)
    assert len(set(names)) == 3
    # the one before stays for those who still read it
    assert len(list(builds.home.glob("store-*.duckdb"))) == 2
    builds.close()


@pytest.mark.parametrize("form", ["gz", "parquet"])
def test_every_kind_of_file_gives_the_same_records(
    small: Path, tmp_path: Path, clinic_file: ClinicFile, form: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for path in small.iterdir():
        if form == "gz":
            (other / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        else:
            table = pd.read_csv(path, dtype={"patient_id": "str"})
            dates = {name: pd.to_datetime(table[name]) for name in ("scheduled_at", "assessed_at") if name in table}
            table.assign(**dates).to_parquet(other / f"{path.stem}.parquet")
    builds, twins = Builds(tmp_path / "home"), Builds(tmp_path / "twin")
    import_folder(small, builds, clinic_file, as_of=AS_OF)
    import_folder(other, twins, clinic_file, as_of=AS_OF)
    for name in ("patients", "sessions", "assessments"):
        statement = sa.select(SQL[name])
        pd.testing.assert_frame_equal(builds.current().read(statement), twins.current().read(statement))
    builds.close()
    twins.close()


def test_blank_and_ragged_rows_keep_the_row_numbers_of_the_spreadsheet(
    small: Path, tmp_path: Path, clinic_file: ClinicFile
) -> None:
    text = "patient_id,diagnosis,colour\n1,depression,red\n\n2,depression\n3,depression,blue,x\n4,grief,red\n"
    (small / "patients.csv").write_text(text, encoding="utf-8")
    builds = Builds(tmp_path / "home")
    report = import_folder(small, builds, clinic_file, as_of=AS_OF)
    table = report.tables["patients"]
    assert (table.read, table.accepted, table.quarantined) == (4, 1, 3)
    aside = quarantined(builds.current(), "patients")
    assert aside[["row", "rule"]].to_numpy().tolist() == [[4, "wrong-length"], [5, "wrong-length"], [6, "not-valid"]]
    assert aside["raw"].tolist()[:2] == ["2,depression", "3,depression,blue,x"]
    assert "patients: columns left out, not among the table's columns: colour." in report.notes
    builds.close()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: (folder / "sessions.csv").unlink(), "has no sessions.csv"),
        (lambda folder: shutil.copy(folder / "patients.csv", folder / "PATIENTS.CSV.gz"), "are both patients"),
        (lambda folder: (folder / "patients.csv").write_text("patient_id\n1\n"), "the required column diagnosis"),
        (
            lambda folder: (folder / "patients.csv").write_text("patient_id;sex\n1;male\n"),
            "the required column diagnosis",
        ),
        (lambda folder: (folder / "patients.csv").write_text("patient_id,diagnosis,Patient_ID\n"), "stands twice"),
        (lambda folder: (folder / "patients.csv").write_bytes(b""), "patients.csv is empty"),
        (lambda folder: (folder / "events.parquet").write_bytes(b"PAR1 not"), "events.parquet cannot be read"),
        (lambda folder: (folder / "events.csv.gz").write_bytes(b"\x1f\x8b broken"), "events.csv.gz cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(
    small: Path, tmp_path: Path, clinic_file: ClinicFile, damage: Any, sentence: str
) -> None:
    damage(small)
    with pytest.raises(Refused) as error:
        import_folder(small, Builds(tmp_path / "home"), clinic_file, as_of=AS_OF)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path, clinic_file: ClinicFile) -> None:
    with pytest.raises(Refused, match="is not a folder"):
        import_folder(tmp_path / "nowhere", Builds(tmp_path / "home"), clinic_file)


def test_an_old_export_says_so(small: Path, tmp_path: Path, clinic_file: ClinicFile) -> None:
    builds = Builds(tmp_path / "home")
    fresh = import_folder(small, builds, clinic_file, as_of=datetime.date(2024, 3, 11))
    stale = import_folder(small, builds, clinic_file, as_of=datetime.date(2024, 3, 12))
    assert not any("up to date" in note for note in fresh.notes)
    assert any("8 days older than 2024-03-12" in note for note in stale.notes)


def test_who_5_totals_are_taken_as_percent_once_one_is_above_25(
    small: Path, tmp_path: Path, clinic_file: ClinicFile
) -> None:
    rows = [score("a", 12, "WHO-5"), score("b", 26, "WHO-5", assessed_at="2024-03-05")]
    write_export(small, {"patients": PATIENTS[:1], "sessions": SESSIONS[:1], "assessments": rows})
    report = import_folder(small, Builds(tmp_path / "home"), clinic_file, as_of=AS_OF)
    assert report.tables["assessments"].accepted == 2


def test_a_file_changed_while_read_is_refused(
    small: Path, tmp_path: Path, clinic_file: ClinicFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = files.scan

    def look_and_append(path: Path, *how: str) -> Any:
        found = looked(path, *how)
        with path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(["2", "depression", *[""] * (len(found.header) - 2)])
        return found

    monkeypatch.setattr(files, "scan", look_and_append)
    with pytest.raises(Refused, match=r"patients.csv changed while it was read"):
        import_folder(small, Builds(tmp_path / "home"), clinic_file, as_of=AS_OF)


TIMES = {
    "2024-01-01T10:00+01": True,
    "2024-01-01T10:00 -0500": True,
    "2024-01-01T10:00:60": False,
    "2024-13-01": False,
    "2024-01-01 9:00": False,
    "2024-01-01T10:00+25:00": False,
    "0000-01-01": False,
    "99999-01-01": False,
    "2024-01-01T24:00": False,
    "infinity": False,
}
NUMBERS = {".5": True, "5.": True, "+7": True, "٣": False, "1_0": False, "0x10": False, "nan": False, "1 0": False}


def test_what_a_cast_alone_would_take_is_set_aside(small: Path, tmp_path: Path, clinic_file: ClinicFile) -> None:
    sessions = [session(text, status="scheduled", scheduled_at=text) for text in TIMES]
    scores = [score(text, text, assessed_at=f"2024-03-{place:02}") for place, text in enumerate(NUMBERS, start=5)]
    write_export(small, {"patients": PATIENTS[:1], "sessions": sessions, "assessments": scores})
    builds = Builds(tmp_path / "home")
    import_folder(small, builds, clinic_file, as_of=AS_OF)
    for table, key, expected in (("sessions", "session_id", TIMES), ("assessments", "assessment_id", NUMBERS)):
        accepted = builds.current().read(sa.select(SQL[table].c[key]))[key]
        assert set(accepted) == {text for text, is_good in expected.items() if is_good}
    builds.close()


def test_values_that_look_like_commands_are_values(small: Path, tmp_path: Path, clinic_file: ClinicFile) -> None:
    names = ["x'); DROP TABLE patients;--", "'", '"', "=cmd()", "%s{other}", "\\"]
    patients: list[Row] = [
        {"patient_id": f"{place}'", "diagnosis": "depression", "name": name} for place, name in enumerate(names)
    ]
    write_export(small, {"patients": [*patients, {"patient_id": "x", "diagnosis": "de'pression"}]})
    builds = Builds(tmp_path / "home")
    report = import_folder(small, builds, clinic_file, as_of=AS_OF)
    assert (report.tables["patients"].accepted, report.tables["patients"].quarantined) == (6, 1)
    assert set(builds.current().read(sa.select(SQL["patients"].c.name))["name"]) == set(names)
    assert quarantined(builds.current(), "patients")["value"].tolist() == ["de'pression"]
    builds.close()
