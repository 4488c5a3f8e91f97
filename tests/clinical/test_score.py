"""``definitions.md`` §3 and §5: baseline, change, the scale's rules, and the status, on both sides of each edge."""

import pytest
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.tables import BASELINES, FOLLOWUPS, PRIMARY
from tests.hand import Case, Hand, Person

BASELINE = Case("baseline")
LAST_OF_TWO = BASELINE.patient("last of two").score("2024-01-10", 24).score("2024-01-20", 18).dose("2024-01-22")
DAY_28 = BASELINE.patient("28 days").score("2024-01-01", 18).dose("2024-01-29")
DAY_29 = BASELINE.patient("29 days").score("2024-01-01", 18).dose("2024-01-30").score("2024-02-10", 9)
AFTER = BASELINE.patient("after the dose").dose("2024-01-01").score("2024-01-01T12:00", 18)
INVALID = BASELINE.patient("invalid").score("2024-01-10", 24).dose("2024-01-22")
INVALID.items("2024-01-20", "PHQ-9", 3, 3, 3, 3, 3, 3, None, None, None)


def test_the_baseline_is_the_last_valid_score_at_or_before_the_first_dose(hand: Hand) -> None:
    assert hand.mart(BASELINES, LAST_OF_TWO, "baseline", "days_before") == [(18, 2)]
    assert hand.mart(BASELINES, INVALID, "baseline", "days_before") == [(24, 12)]
    assert hand.mart(BASELINES, AFTER, "baseline") == []


def test_a_baseline_is_at_most_28_days_old(hand: Hand) -> None:
    assert hand.mart(BASELINES, DAY_28, "baseline", "days_before") == [(18, 28)]
    assert hand.mart(BASELINES, DAY_29, "baseline") == []


def test_a_course_without_baseline_has_a_course_but_neither_change_nor_status(hand: Hand) -> None:
    assert hand.column(DAY_29, "course") == [None, 1]
    assert hand.column(DAY_29, "change") == [None, None]
    assert hand.column(DAY_29, "status") == [None, "not-enough-data"]


CHANGE = Case("change")
ZERO = CHANGE.patient("zero").score("2024-01-01", 0).dose("2024-01-02").score("2024-01-09", 3)
WELLBEING = CHANGE.patient("WHO-5").score("2024-01-01", 40, "WHO-5").dose("2024-01-02")
WELLBEING.score("2024-01-09", 50, "WHO-5").score("2024-01-10", 48, "WHO-5").score("2024-01-11", 30, "WHO-5")


def test_a_percentage_of_a_baseline_of_0_is_undefined(hand: Hand) -> None:
    assert hand.column(ZERO, "change") == [0, 3]
    assert hand.column(ZERO, "pct_change") == [None, None]


def test_higher_is_better_turns_the_rules_round_and_not_the_change(hand: Hand) -> None:
    assert hand.column(WELLBEING, "change", "WHO-5") == [0, 10, 8, -10]
    assert hand.column(WELLBEING, "pct_change", "WHO-5") == [0, 25, 20, -25]
    assert hand.column(WELLBEING, "status", "WHO-5") == ["not-enough-data", "partial", "no-change", "worse"]


RULES = Case("rules")


def flag(hand: Hand, person: Person, column: str) -> list[object]:
    return [row[1] for row in hand.mart(FOLLOWUPS, person, "assessment_id", column)]


def rule_case(code: str, baseline: float, *later: float) -> Person:
    """One person, one scale: a baseline and later scores named a, b, c … in order."""
    person = RULES.patient(f"{code} {baseline}").score("2024-01-01", baseline, code).dose("2024-01-02")
    for place, score in enumerate(later):
        person.score(f"2024-01-{9 + place:02}", score, code, assessment_id=f"{code}-{baseline}-{'abcdef'[place]}")
    return person


EXACT_HALF = rule_case("PHQ-9", 20, 10, 11)
ODD_HALF = rule_case("PHQ-9", 21, 10, 11)
PCL = rule_case("PCL-5", 50, 35, 36, 28, 29)
YBOCS = rule_case("Y-BOCS", 20, 13, 14, 12)
PAIN = rule_case("PAIN-NRS", 10, 7, 7.5)
SDS = rule_case("SDS", 20, 12, 13, 6, 7)
MADRS = rule_case("MADRS", 30, 10, 11, 15, 16)
WHO = rule_case("WHO-5", 20, 100)


@pytest.mark.parametrize(
    ("person", "responded", "remitted"),
    [
        (EXACT_HALF, [1, 0], [0, 0]),
        (ODD_HALF, [1, 0], [0, 0]),  # 11 of 21 is 47.6 %
        (PCL, [1, 0, 1, 1], [0, 0, 1, 0]),
        (YBOCS, [1, 0, 1], [0, 0, 1]),  # 7 of 20 is 35 % exactly
        (PAIN, [1, 0], [None, None]),
        (SDS, [1, 0, 1, 1], [0, 0, 1, 0]),
        (MADRS, [1, 1, 1, 0], [1, 0, 0, 0]),
        (WHO, [None], [None]),
    ],
    ids=lambda value: value.identifier if isinstance(value, Person) else None,
)
def test_response_and_remission_are_exact_at_their_edges(
    hand: Hand, person: Person, responded: list[object], remitted: list[object]
) -> None:
    assert flag(hand, person, "responded") == responded
    assert flag(hand, person, "remitted") == remitted


RELIABLE = rule_case("GAD-7", 12, 8, 9, 16, 15)


def test_reliable_change_counts_in_both_directions(hand: Hand) -> None:
    assert flag(hand, RELIABLE, "improved") == [1, 0, 0, 0]
    assert flag(hand, RELIABLE, "worsened") == [0, 0, 1, 0]
    assert flag(hand, MADRS, "improved") == [None] * 4


STATUS = Case("status")


def statuses(baseline: float, *scores: float, code: str = "PHQ-9", key: str = "") -> Person:
    person = STATUS.patient(f"{code} {baseline} {key or scores}").score("2024-01-01", baseline, code).dose("2024-01-02")
    for place, score in enumerate(scores):
        person.score(f"2024-01-{9 + place:02}", score, code)
    return person


WORSE = statuses(12, 18, 17)
WORSE_FIRST = statuses(20, 8, 26)
LOST = statuses(20, 9, 15, 13, 14)
NEVER_ILL = statuses(4, 2, 9)
STILL_WELL = statuses(20, 2, 9)
LOST_TO_REMISSION = statuses(9, 4, 1, 4)
NEVER = statuses(20, 11, 17)
REMISSION = statuses(5, 4)
WELL_ALREADY = statuses(4, 1, 4)
PARTIAL = statuses(16, 11, 12)
NO_CUT = statuses(8, 5, 6, 7, code="PAIN-NRS")
BDI = statuses(40, 33, 34, 47, 46, code="BDI-II")
SCREEN = statuses(5, 3, code="AUDIT-C")
NO_RULE = statuses(20, 5, code="AUDIT")


@pytest.mark.parametrize(
    ("person", "code", "expected"),
    [
        (WORSE, "PHQ-9", ["worse", "no-change"]),  # risen by 6, by 5
        (WORSE_FIRST, "PHQ-9", ["response", "worse"]),  # worse comes before response-lost
        # best 9: 15 is 6 above it, lost; 13 is 4 above, so partial (fallen by 7); 14 is 5 above, lost
        (LOST, "PHQ-9", ["response", "response-lost", "partial", "response-lost"]),
        (
            NEVER_ILL,
            "PHQ-9",
            ["no-change", "no-change"],
        ),  # 2 is half of 4, but a response of nobody ill is none to lose
        (STILL_WELL, "PHQ-9", ["remission", "response"]),  # 9 is 7 above the best, but still half of 20
        (LOST_TO_REMISSION, "PHQ-9", ["remission", "remission", "remission"]),
        (NEVER, "PHQ-9", ["partial", "no-change"]),  # no earlier response to lose
        (REMISSION, "PHQ-9", ["remission"]),
        (WELL_ALREADY, "PHQ-9", ["no-change", "no-change"]),  # the baseline was in remission already
        (PARTIAL, "PHQ-9", ["partial", "no-change"]),  # fallen by 5, by 4
        # 3 of 8 is 37.5 %; 6 is 1 above the best, 7 is 2 above it: lost, the scale has no remission to keep it
        (NO_CUT, "PAIN-NRS", ["response", "partial", "response-lost"]),
        # 17.5 % of 40 is 7; there is no reliable threshold, so a rise of 7 is worse
        (BDI, "BDI-II", ["partial", "no-change", "worse", "no-change"]),
        (NO_RULE, "AUDIT", ["not-enough-data"]),
        (SCREEN, "AUDIT-C", [None]),
    ],
    ids=lambda value: value.identifier if isinstance(value, Person) else None,
)
def test_status_is_the_first_rule_that_holds(hand: Hand, person: Person, code: str, expected: list[str]) -> None:
    first = None if code == "AUDIT-C" else "not-enough-data"
    assert hand.column(person, "status", code) == [first, *expected]


def test_the_primary_scale_has_a_baseline_in_most_courses_of_the_build(hand: Hand) -> None:
    # this build has far more PHQ-9 than MADRS baselines; PEG and BPI-S have none, PAIN-NRS some
    chosen = hand.store.read(sa.select(PRIMARY)).set_index("diagnosis")["instrument"].to_dict()
    assert chosen == {
        "depression": "PHQ-9",
        "bipolar-depression": "PHQ-9",
        "suicidality": "PHQ-9",
        "anxiety": "GAD-7",
        "ptsd": "PCL-5",
        "ocd": "Y-BOCS",
        "chronic-pain": "PAIN-NRS",
    }
    assert Cohort(hand.store).as_of_day == 20088  # 2024-12-31
