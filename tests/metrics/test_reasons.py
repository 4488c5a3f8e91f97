"""``definitions.md`` §5, the reasons: each on both sides of its edge, hand-counted."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboard.clinic_file import ClinicFile, read_clinic_file
from dashboard.importing.run import import_folder
from dashboard.metrics.worklist import REASONS
from dashboard.store import Builds
from tests.hand import AS_OF, CASES, Case, Hand, Person, write_export
from tests.metrics.test_worklist import DAY, ago


def coming(case: Case, key: str, diagnosis: str = "depression") -> Person:
    """Somebody who is booked for 10:00 of the day."""
    return case.patient(key, diagnosis).session(DAY, "scheduled")


def who_has(hand: Hand, case: Case, reason: str) -> set[str]:
    return having(hand.worklist(case, DAY), reason)


def having(rows: Mapping[str, Mapping[str, Any]], reason: str) -> set[str]:
    assert reason in REASONS
    return {key for key, row in rows.items() if reason in row["reasons"]}


LADDER = Case("reason ladder")
coming(LADDER, "question 3").items(ago(1), "C-SSRS", 1, 1, 1, 0, 0)
coming(LADDER, "question 4").items(ago(1), "C-SSRS", 1, 1, 1, 1, 0)
coming(LADDER, "question 5 skipped 4").items(ago(1), "C-SSRS", 1, 1, None, None, 1)
coming(LADDER, "question 2").items(ago(1), "C-SSRS", 1, 1, 0, 0, 0)
coming(LADDER, "total 4").score(ago(1), 4, "C-SSRS")
coming(LADDER, "total 3").score(ago(1), 3, "C-SSRS")
coming(LADDER, "behaviour ever").items(ago(1), "C-SSRS", 0, 0, None, None, None, 1, 0)
coming(LADDER, "behaviour lately").items(ago(1), "C-SSRS", 0, 0, None, None, None, 1, 1)
coming(LADDER, "was high").items(ago(9), "C-SSRS", 1, 1, 1, 1, 1).items(ago(1), "C-SSRS", 0, 0)
coming(LADDER, "high long ago").items(ago(900), "C-SSRS", 1, 1, 1, 1, 0)
coming(LADDER, "high after").items(f"{DAY}T10:01", "C-SSRS", 1, 1, 1, 1, 0)


def test_the_grave_questions_of_the_latest_ladder(hand: Hand) -> None:
    grave = {"question 4", "question 5 skipped 4", "total 4", "behaviour lately", "high long ago"}
    assert who_has(hand, LADDER, "suicidality-high") == grave
    assert who_has(hand, LADDER, "suicidality") == {"question 3", "total 3"}


ATTEMPT = Case("reason attempt")
coming(ATTEMPT, "90 days").event(ago(90), "suicide-attempt")
coming(ATTEMPT, "91 days").event(ago(91), "suicide-attempt")
coming(ATTEMPT, "on the day").event(DAY, "suicide-attempt")
coming(ATTEMPT, "later").event(ago(-1), "suicide-attempt")
coming(ATTEMPT, "other event").event(ago(9), "hospitalisation")


def test_an_attempt_counts_for_90_days(hand: Hand) -> None:
    assert who_has(hand, ATTEMPT, "suicidality-high") == {"90 days", "on the day"}


ITEM = Case("reason item")
EDGES = {"PHQ-9": (9, 1), "QIDS-SR16": (12, 1), "BDI-II": (9, 1), "MADRS": (10, 2), "HAM-D17": (3, 2)}
for code, (number, edge) in EDGES.items():
    coming(ITEM, f"{code} at").items(ago(1), code, edge, first=number)
    coming(ITEM, f"{code} under").items(ago(1), code, edge - 1, first=number)
PHQ = (1, 1, 1, 1, 1, 1, 1, 1)
coming(ITEM, "not answered since").items(ago(600), "PHQ-9", *PHQ, 2).items(ago(1), "PHQ-9", *PHQ)
coming(ITEM, "denied since").items(ago(9), "PHQ-9", *PHQ, 2).items(ago(1), "PHQ-9", *PHQ, 0)
coming(ITEM, "denied elsewhere").items(ago(9), "PHQ-9", *PHQ, 1).items(ago(1), "C-SSRS", 0, 0)
coming(ITEM, "total only").score(ago(1), 27)
coming(ITEM, "both").items(ago(1), "PHQ-9", *PHQ, 3).items(ago(1), "C-SSRS", 1, 1, 1, 1, 0)
coming(ITEM, "after").items(f"{DAY}T10:01", "PHQ-9", *PHQ, 3)


def test_the_latest_answered_item_of_a_scale_however_old(hand: Hand) -> None:
    named = {*(f"{code} at" for code in EDGES), "not answered since", "denied elsewhere"}
    assert who_has(hand, ITEM, "suicidality") == named
    assert who_has(hand, ITEM, "suicidality-high") == {"both"}


UNKNOWN = Case("reason unknown")
coming(UNKNOWN, "30 days").items(ago(30), "PHQ-9", *PHQ, 0)
coming(UNKNOWN, "31 days").items(ago(31), "PHQ-9", *PHQ, 0)
coming(UNKNOWN, "31 days, flagged").items(ago(31), "PHQ-9", *PHQ, 1)
coming(UNKNOWN, "item empty").items(ago(1), "PHQ-9", *PHQ)
coming(UNKNOWN, "another asks").items(ago(1), "PHQ-9", *PHQ).items(ago(2), "C-SSRS", 0, 0)
coming(UNKNOWN, "never")


def test_not_asked_for_30_days_is_unknown_and_may_stand_beside_a_flag(hand: Hand) -> None:
    assert who_has(hand, UNKNOWN, "suicidality-unknown") == {"31 days", "31 days, flagged", "item empty", "never"}
    assert who_has(hand, UNKNOWN, "suicidality") == {"31 days, flagged"}


MANIA = Case("reason mania")
coming(MANIA, "ASRM 5").score(ago(1), 5, "ASRM")
coming(MANIA, "ASRM 6").score(ago(30), 6, "ASRM")
coming(MANIA, "ASRM 6, 31 days").score(ago(31), 6, "ASRM")
coming(MANIA, "ASRM 6, then 5").score(ago(9), 6, "ASRM").score(ago(1), 5, "ASRM")
coming(MANIA, "YMRS 12").score(ago(1), 12, "YMRS")
coming(MANIA, "YMRS 13").score(ago(1), 13, "YMRS")


def test_mania_is_the_latest_within_30_days(hand: Hand) -> None:
    assert who_has(hand, MANIA, "mania") == {"ASRM 6", "YMRS 13"}


STATUS = Case("reason status")
DOSES = (ago(30), ago(27))


def treated(case: Case, key: str, baseline: int, *later: int, scale: str = "PHQ-9", **columns: str) -> Person:
    """Two doses, and scores on the days before this one, the last the day before."""
    person = coming(case, key, **columns).score(ago(31), baseline, scale).dose(*DOSES)
    for place, score in enumerate(reversed(later), start=1):
        person.score(ago(place), score, scale)
    return person


treated(STATUS, "worse by 6", 14, 20)
treated(STATUS, "worse by 5", 14, 19)
treated(STATUS, "lost", 20, 8, 13)
treated(STATUS, "lost, by 4", 20, 10, 14)
treated(STATUS, "still responds", 20, 5, 10)
treated(STATUS, "rises by 6", 20, 12, 18)
treated(STATUS, "rises by 5", 20, 12, 17)
treated(STATUS, "rises by 6 to worse", 14, 14, 20)
treated(STATUS, "rises by 6 to lost", 20, 8, 14)
coming(STATUS, "rises untreated").score(ago(9), 10).score(ago(1), 16)
coming(STATUS, "falls untreated").score(ago(9), 16).score(ago(1), 10)
treated(STATUS, "Y-BOCS by 25 %", 20, 12, 17, scale="Y-BOCS", diagnosis="ocd")
treated(STATUS, "Y-BOCS by 20 %", 20, 13, 17, scale="Y-BOCS", diagnosis="ocd")


def test_worse_lost_and_rising(hand: Hand) -> None:
    assert who_has(hand, STATUS, "worse") == {"worse by 6", "rises by 6 to worse"}
    # 20 to 8 is a response; 13 is none, and 5 above the best; 14 is 4 above 10
    assert who_has(hand, STATUS, "response-lost") == {"lost", "rises by 6 to lost", "Y-BOCS by 25 %"}


def test_rising_is_said_where_neither_of_the_two_is(hand: Hand) -> None:
    assert who_has(hand, STATUS, "rising") == {"rises by 6", "rises untreated"}


# Y-BOCS has no reliable change; 25 % of a baseline of 20 is 5. None of these responded (35 %: 13 or less) before.
PERCENT = Case("reason percent")
treated(PERCENT, "by 5", 20, 14, 19, scale="Y-BOCS", diagnosis="ocd")
treated(PERCENT, "by 4", 20, 14, 18, scale="Y-BOCS", diagnosis="ocd")
coming(PERCENT, "by 25 % of the score before", "ocd").score(ago(9), 8, "Y-BOCS").score(ago(1), 10, "Y-BOCS")
coming(PERCENT, "by 12 % of the score before", "ocd").score(ago(9), 8, "Y-BOCS").score(ago(1), 9, "Y-BOCS")


def test_a_percentage_is_of_the_baseline_and_before_there_is_one_of_the_score_before(hand: Hand) -> None:
    assert who_has(hand, PERCENT, "rising") == {"by 5", "by 25 % of the score before"}


EARLY = Case("reason early")


def many(key: str, sessions: int, *scores: tuple[int, int], baseline: int = 20) -> None:
    """So many sessions two days apart, the last two days before; scores after the session of that number."""
    first = 2 * sessions
    person = coming(EARLY, key).score(ago(first + 1), baseline)
    person.dose(*(ago(first - 2 * place) for place in range(sessions)))
    for number, score in scores:
        person.score(ago(first - 2 * number + 1), score)


many("3 sessions", 3, (3, 20))
many("4 sessions", 4, (3, 17))
many("8 sessions", 8, (8, 17))
many("9 sessions", 9, (9, 17))
many("20 percent", 4, (4, 16))
many("after the second", 4, (2, 17))
many("responded before", 6, (2, 10), (5, 17))
many("worse", 4, (4, 26))
many("baseline 0", 4, (4, 1), baseline=0)
coming(EARLY, "no baseline").dose(*(ago(days) for days in (8, 6, 4, 2))).score(ago(1), 20)


def test_no_early_change(hand: Hand) -> None:
    assert who_has(hand, EARLY, "no-early-change") == {"4 sessions", "8 sessions", "worse"}


EVENT = Case("reason event")
coming(EVENT, "before").dose(ago(7)).event(ago(8), "hospitalisation")
coming(EVENT, "that day").dose(ago(7)).event(ago(7), "hospitalisation")
coming(EVENT, "since").dose(ago(7)).event(ago(1), "suicide-attempt")
coming(EVENT, "not grave").dose(ago(7)).event(ago(1), "life-event")
coming(EVENT, "later").dose(ago(7)).event(ago(-1), "hospitalisation")
coming(EVENT, "no session yet").event(ago(1), "hospitalisation")


def test_a_grave_event_is_one_since_the_last_session(hand: Hand) -> None:
    assert who_has(hand, EVENT, "grave-event") == {"that day", "since"}


EFFECT = Case("reason effect")


def effect(key: str, of_last: bool, **columns: object) -> None:
    person = coming(EFFECT, key).dose(ago(7), session_id=f"{key} 1").dose(ago(3), session_id=f"{key} 2")
    person.effect("Nausea", f"{key} {1 + of_last}", **columns)


effect("severe", True, severity="severe")
effect("moderate", True, severity="moderate")
effect("serious", True, severity="mild", serious="true")
effect("severe before", False, severity="severe")
coming(EFFECT, "between").dose(ago(3)).effect("Nausea", onset=ago(2), severity="severe")
coming(EFFECT, "that morning").dose(ago(3)).effect("Nausea", onset=ago(3), severity="severe")
coming(EFFECT, "the day before").dose(ago(3)).effect("Nausea", onset=ago(4), severity="severe")
coming(EFFECT, "after").dose(ago(3)).effect("Nausea", onset=f"{DAY}T10:01", severity="severe")


def test_a_severe_or_serious_effect_at_or_since_the_last_session(hand: Hand) -> None:
    assert who_has(hand, EFFECT, "severe-effect") == {"severe", "serious", "between", "that morning"}


VITALS = Case("reason vitals")
coming(VITALS, "179").dose(ago(3), sbp_peak=179, dbp_peak=109)
coming(VITALS, "180").dose(ago(3), sbp_peak=180)
coming(VITALS, "110").dose(ago(3), dbp_peak=110)
coming(VITALS, "rise 39").dose(ago(3), sbp_pre=120, sbp_peak=159, dbp_pre=70, dbp_peak=94)
coming(VITALS, "rise 40").dose(ago(3), sbp_pre=120, sbp_peak=160)
coming(VITALS, "rise 25").dose(ago(3), dbp_pre=70, dbp_peak=95)
coming(VITALS, "before").dose(ago(7), sbp_peak=190, spo2_min=88).dose(ago(3), sbp_peak=150, spo2_min=97)
coming(VITALS, "92").dose(ago(3), spo2_min=92)
coming(VITALS, "93").dose(ago(3), spo2_min=93)
coming(VITALS, "not measured").dose(ago(3), spo2_min=0)


def test_excursions_are_those_of_the_last_session(hand: Hand) -> None:
    assert who_has(hand, VITALS, "pressure-excursion") == {"180", "110", "rise 40", "rise 25"}
    assert who_has(hand, VITALS, "low-saturation") == {"92"}


OVERDUE = Case("reason overdue")
coming(OVERDUE, "14 days").score(ago(14), 9)
coming(OVERDUE, "15 days").score(ago(15), 9)
coming(OVERDUE, "another scale").score(ago(1), 9, "GAD-7")
coming(OVERDUE, "never")
coming(OVERDUE, "no primary scale", "other")


def test_a_measure_is_overdue_after_14_days(hand: Hand) -> None:
    assert who_has(hand, OVERDUE, "measure-overdue") == {"15 days", "another scale", "never"}


ORDER = Case("reason order")
ALL = coming(ORDER, "all").score(ago(31), 14).dose(ago(30), sbp_peak=190, spo2_min=80, session_id="order")
ALL.items(ago(1), "C-SSRS", 1, 1, 1, 1, 1).score(ago(1), 9, "ASRM").score(ago(20), 26)
ALL.event(ago(2), "hospitalisation").effect("Nausea", "order", severity="severe")


def test_reasons_come_in_their_order(hand: Hand) -> None:
    assert hand.worklist(ORDER, DAY)["all"]["reasons"] == [
        *("suicidality-high", "mania", "worse", "grave-event", "severe-effect", "pressure-excursion"),
        *("low-saturation", "measure-overdue"),
    ]


OWN = """
suicidality_days = 9
overdue_days = 9
early_percent = 40
attempt_days = 9
[scales.PHQ-9]
suicidality_at_least = 2
"""


def a_clinic(folder: Path, clinic_file: ClinicFile, text: str) -> tuple[Case, Hand, Builds]:
    """A clinic of its own, with rows that are set aside and the given thresholds."""
    case = Case(f"own {folder.name}")
    CASES.remove(case)
    coming(case, "session").session("2024-06-01", "nonsense")
    coming(case, "score").score(ago(1), 99)
    coming(case, "effect").effect("Nausea", "no-such-session")
    coming(case, "9 days").items(ago(9), "PHQ-9", *PHQ, 2).event(ago(9), "suicide-attempt")
    coming(case, "10 days").items(ago(10), "PHQ-9", *PHQ, 0).event(ago(10), "suicide-attempt")
    coming(case, "item 1").items(ago(1), "PHQ-9", *PHQ, 1)
    early = coming(case, "early").score(ago(9), 20).dose(*(ago(days) for days in (8, 6, 4, 2)))
    early.score(ago(1), 13)
    path = folder / "clinic.toml"
    path.write_text(f'timezone = "{clinic_file.timezone}"\n{text}', encoding="utf-8")
    builds = Builds(folder / "home")
    import_folder(write_export(folder / "export", case.rows), builds, read_clinic_file(path), as_of=AS_OF)
    return case, Hand(builds.current()), builds


def test_a_row_set_aside_is_a_reason_and_the_thresholds_are_the_clinics(
    tmp_path: Path, clinic_file: ClinicFile
) -> None:
    for name, text in (("default", ""), ("own", OWN)):
        folder = tmp_path / name
        folder.mkdir()
        case, hand, builds = a_clinic(folder, clinic_file, text)
        own = name == "own"
        rows = hand.worklist(case, DAY)
        assert having(rows, "records-set-aside") == {"session", "score"}
        assert having(rows, "suicidality-high") == ({"9 days"} if own else {"9 days", "10 days"})
        assert ("10 days" in having(rows, "suicidality-unknown")) == own
        assert ("10 days" in having(rows, "measure-overdue")) == own
        assert having(rows, "no-early-change") == ({"early"} if own else set())
        assert ("item 1" in having(rows, "suicidality")) != own
        builds.close()
