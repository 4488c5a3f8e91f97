"""``definitions.md`` §6: who is on the list, as known before the session; which course, number and dose."""

import datetime
import json
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.clinic_file import ClinicFile
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.importing.run import import_folder
from dashboard.metrics.worklist import COLUMNS, REASONS, worklist
from dashboard.store import Builds
from tests.hand import Case, Hand, write_export

# 2024-06-10 is a Monday; the records stand for 2024-12-31.
DAY = "2024-06-10"


def ago(days: int, day: str = DAY) -> str:
    """The date so many days before."""
    return str(datetime.date.fromisoformat(day) - datetime.timedelta(days))


LIST = Case("worklist")
ANN = LIST.patient("ann").score("2024-04-29", 20).dose("2024-05-01", dose_mg=35, weight_kg=70)
ANN.dose("2024-05-06", dose_mg=42).score("2024-06-09", 15).session(f"{DAY}T09:00", "scheduled")
LIST.patient("bob").score("2024-06-01", 18).session(f"{DAY}T08:30", "scheduled", route="im", drug="ketamine")
LIST.patient("done").dose(f"{DAY}T08:00").score(f"{DAY}T08:30", 3)
for state in ("no-show", "cancelled", "late-cancelled", "rescheduled"):
    LIST.patient(state).session(f"{DAY}T10:00", state)
LIST.patient("tomorrow").session("2024-06-11T09:00", "scheduled")


def test_the_rows_are_the_sessions_scheduled_or_completed_in_order_of_time(hand: Hand) -> None:
    rows = hand.worklist(LIST, DAY)
    assert list(rows) == ["done", "bob", "ann"]
    assert list(hand.worklist(LIST, DAY, days=2)) == ["done", "bob", "ann", "tomorrow"]
    assert list(worklist(Cohort(hand.store), date=datetime.date(2024, 6, 10))) == list(COLUMNS)


def test_a_row_says_course_dose_and_change(hand: Hand) -> None:
    ann = hand.worklist(LIST, DAY)["ann"]
    assert (ann["session_number"], ann["phase"]) == (3, "maintenance")  # day 40 of the course
    assert (ann["route"], ann["drug"]) == ("iv", "ketamine")  # the booking says neither: the last session's
    # 42 mg by the weight of five days before
    assert (ann["last_dose_mg"], ann["last_dose_mg_per_kg"], ann["days_since_last"]) == (42, 0.6, 35)
    assert (ann["instrument"], ann["first_baseline"], ann["baseline"], ann["latest"]) == ("PHQ-9", 20, 20, 15)
    assert str(ann["latest_on"])[:10] == "2024-06-09"
    assert (ann["change"], ann["pct_change"], ann["status"]) == (-5, -25, "partial")


def test_before_the_first_dose_the_latest_score_stands_alone(hand: Hand) -> None:
    bob = hand.worklist(LIST, DAY)["bob"]
    assert (bob["session_number"], bob["phase"], bob["route"]) == (1, "induction", "im")
    assert (bob["latest"], bob["baseline"], bob["first_baseline"], bob["change"]) == (18, None, None, None)
    assert (bob["last_dose_mg"], bob["days_since_last"], bob["status"]) == (None, None, "not-enough-data")


def test_a_session_that_took_place_is_seen_as_before_it(hand: Hand) -> None:
    done = hand.worklist(LIST, DAY)["done"]
    assert (done["session_number"], done["latest"], done["days_since_last"]) == (1, None, None)


MOMENT = Case("worklist moment")
MOMENT.patient("at").score(f"{DAY}T10:00", 9).session(DAY, "scheduled")
MOMENT.patient("after").score(f"{DAY}T10:00:01", 9).session(DAY, "scheduled")
MOMENT.patient("baseline").score(ago(8), 20).dose(ago(7)).session(DAY, "scheduled")
MOMENT.patient("too old").score(ago(36), 20).dose(ago(7)).score(ago(3), 9).session(DAY, "scheduled")


def test_scores_count_up_to_the_booked_time(hand: Hand) -> None:
    rows = hand.worklist(MOMENT, DAY)
    assert (rows["at"]["latest"], rows["after"]["latest"]) == (9, None)


def test_change_is_empty_until_there_is_a_score_after_session_1(hand: Hand) -> None:
    row = hand.worklist(MOMENT, DAY)["baseline"]
    assert (row["latest"], row["baseline"], row["change"], row["status"]) == (20, 20, None, "not-enough-data")


def test_without_a_baseline_there_is_no_change(hand: Hand) -> None:
    row = hand.worklist(MOMENT, DAY)["too old"]  # 29 days before the first dose
    assert (row["latest"], row["baseline"], row["change"], row["status"]) == (9, None, None, "not-enough-data")


COURSE = Case("worklist course")
COURSE.patient("within").score(ago(95), 20).dose(ago(95), ago(90)).score(ago(3), 9).session(DAY, "scheduled")
COURSE.patient("beyond").score(ago(96), 20).dose(ago(96), ago(91)).score(ago(3), 9).session(DAY, "scheduled")
COURSE.patient("day 28").dose(ago(28)).session(DAY, "scheduled")
COURSE.patient("day 29").dose(ago(29)).session(DAY, "scheduled")
AGAIN = COURSE.patient("again").score(ago(300), 24).dose(ago(300)).score(ago(20), 16).dose(ago(20), ago(10))
AGAIN.session(DAY, "scheduled")


def test_a_booking_within_the_gap_belongs_to_the_course_and_beyond_it_opens_one(hand: Hand) -> None:
    rows = hand.worklist(COURSE, DAY)
    within, beyond = rows["within"], rows["beyond"]
    assert (within["session_number"], within["phase"], within["status"]) == (3, "maintenance", "response")
    assert (beyond["session_number"], beyond["phase"], beyond["status"]) == (1, "induction", "not-enough-data")
    assert (within["baseline"], within["change"]) == (20, -11)
    assert (beyond["baseline"], beyond["first_baseline"], beyond["latest"], beyond["change"]) == (None, 20, 9, None)
    assert (beyond["days_since_last"], beyond["route"]) == (91, "iv")


def test_induction_ends_on_day_28(hand: Hand) -> None:
    rows = hand.worklist(COURSE, DAY)
    assert (rows["day 28"]["phase"], rows["day 29"]["phase"]) == ("induction", "maintenance")


def test_a_second_course_has_its_own_baseline_beside_the_first(hand: Hand) -> None:
    row = hand.worklist(COURSE, DAY)["again"]
    assert (row["session_number"], row["first_baseline"], row["baseline"]) == (3, 24, 16)


# From the day of the records on bookings are open; one left unresolved before it is not.
OPEN = Case("worklist open")
OPEN.patient("booked").dose("2024-12-20").session("2024-12-30", "scheduled").session("2024-12-31T09:00", "scheduled")
OPEN.rows["sessions"][-1]["session_id"] = "open-0"
OPEN.patient("later").dose("2024-12-20").session("2024-12-31T09:00", "scheduled").session("2025-01-03", "scheduled")
OPEN.patient("moved").dose("2024-12-20").session("2024-12-31T09:00", "cancelled").session("2025-01-03", "scheduled")
OPEN.patient("twice").session("2025-01-02", "scheduled").session("2025-01-03", "scheduled")


def test_earlier_open_bookings_are_counted_in(hand: Hand) -> None:
    assert hand.worklist(OPEN, "2024-12-31")["booked"]["session_number"] == 2
    rows = hand.worklist(OPEN, "2025-01-03")
    assert {key: row["session_number"] for key, row in rows.items()} == {"later": 3, "moved": 2, "twice": 1}


DOSE = Case("worklist dose")
DOSE.patient("90 days").dose(ago(100), dose_mg=40, weight_kg=80).dose(ago(10), dose_mg=40).session(DAY, "scheduled")
DOSE.patient("91 days").dose(ago(101), dose_mg=40, weight_kg=80).dose(ago(10), dose_mg=40).session(DAY, "scheduled")
DOSE.patient("own").dose(ago(11), dose_mg=40, weight_kg=80).dose(ago(10), dose_mg=40, weight_kg=50)
DOSE.patient("own2").dose(ago(10), dose_mg=40, weight_kg=50).session(DAY, "scheduled")
DOSE.patient("no dose").dose(ago(11), dose_mg=40, weight_kg=80).dose(ago(10)).session(DAY, "scheduled")


def test_dose_by_weight_takes_a_weight_of_at_most_90_days_before(hand: Hand) -> None:
    rows = hand.worklist(DOSE, DAY)
    assert {key: row["last_dose_mg_per_kg"] for key, row in rows.items()} == {
        "90 days": 0.5,
        "91 days": None,
        "own2": 0.8,
        "no dose": None,
    }
    assert rows["no dose"]["last_dose_mg"] is None


CASELOAD = Case("caseload")
CASELOAD.patient("open").dose(ago(90))
CASELOAD.patient("over").dose(ago(91))
CASELOAD.patient("scored").dose(ago(200)).score(ago(14), 9)
CASELOAD.patient("long ago").dose(ago(200)).score(ago(15), 9)
CASELOAD.patient("never dosed").score(DAY, 9)
CASELOAD.patient("booked").dose(ago(7)).session(DAY, "scheduled")
CASELOAD.patient("next week").dose(ago(7)).session("2024-06-16", "scheduled")
CASELOAD.patient("did not come").dose(ago(7)).session(DAY, "no-show")
CASELOAD.patient("asked").dose(ago(7)).items(ago(1), "PHQ-9", 1, 1, 1, 1, 1, 1, 1, 1, 0)
CASELOAD.patient("wishes").dose(ago(7)).items(ago(1), "PHQ-9", 1, 1, 1, 1, 1, 1, 1, 1, 1)
RISEN = CASELOAD.patient("risen").score(ago(101), 20).dose(ago(100)).score(ago(60), 8).score(f"{DAY}T23:00", 14)


def test_the_caseload_is_who_has_an_open_course_or_a_recent_score_and_no_session_then(hand: Hand) -> None:
    assert set(hand.worklist(CASELOAD, DAY, who="caseload")) == {
        *("open", "scored", "never dosed", "next week", "did not come", "risen", "asked", "wishes"),
    }
    assert "next week" not in hand.worklist(CASELOAD, DAY, who="caseload", days=7)
    assert "next week" in hand.worklist(CASELOAD, DAY, who="caseload", days=6)


def test_who_rises_without_a_booking_is_seen_with_the_last_course(hand: Hand) -> None:
    row = hand.worklist(CASELOAD, DAY, who="caseload")["risen"]
    assert (row["scheduled_at"], row["session_id"], row["session_number"]) == (None, None, 1)
    assert (row["baseline"], row["latest"], row["change"], row["status"]) == (20, 14, -6, "response-lost")
    assert "response-lost" in row["reasons"]


def test_the_caseload_has_the_gravest_first(hand: Hand) -> None:
    rows = list(hand.worklist(CASELOAD, DAY, who="caseload"))
    assert (rows[0], rows[-1]) == ("wishes", "asked")
    table = worklist(Cohort(hand.store), date=datetime.date(2024, 6, 10), who="caseload")
    places = [REASONS.index(text.partition(";")[0]) for text in table["reasons"] if text]
    assert places == sorted(places)


def test_what_does_not_exist_is_refused(hand: Hand) -> None:
    with pytest.raises(OptionError, match="who has no 'all'; there are: booked, caseload"):
        worklist(Cohort(hand.store), date=datetime.date(2024, 6, 10), who="all")
    with pytest.raises(OptionError, match="days is 0"):
        worklist(Cohort(hand.store), date=datetime.date(2024, 6, 10), days=0)


def test_the_command_line_takes_today_where_no_date_is_given(
    tmp_path: Path, clinic_file: ClinicFile, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    today = datetime.datetime.now(datetime.UTC).date()
    booked = [today + datetime.timedelta(days) for days in (-2, 0, 4, 9)]
    tables = {
        "patients": [{"patient_id": "a", "diagnosis": "depression"}],
        "sessions": [
            {"session_id": str(day), "patient_id": "a", "scheduled_at": f"{day}T10:00", "status": "scheduled"}
            for day in booked
        ],
    }
    builds = Builds(tmp_path / "home")
    import_folder(write_export(tmp_path / "export", tables), builds, clinic_file)
    builds.close()
    monkeypatch.setenv("CLINIC_HOME", str(tmp_path / "home"))
    assert main(["metrics", "worklist", "--days", "6", "--format", "json"]) == 0
    # the clinic's day may be the day before ours
    found = [row["session_id"] for row in json.loads(capsys.readouterr().out)["rows"]]
    assert str(today + datetime.timedelta(4)) in found
    assert str(today - datetime.timedelta(2)) not in found
    assert str(today + datetime.timedelta(9)) not in found
    assert main(["metrics", "worklist", "--date", str(booked[3]), "--format", "json"]) == 0
    assert [row["session_id"] for row in json.loads(capsys.readouterr().out)["rows"]] == [str(booked[3])]
