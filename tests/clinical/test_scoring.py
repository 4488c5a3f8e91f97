"""``definitions.md`` §3, the total of a form: complete, incomplete, by domains, as a mean, as the highest yes."""

import pytest

from tests.hand import Case, Hand

PHQ = Case("PHQ-9 items")
COMPLETE = PHQ.patient("complete").items("2024-01-01", "PHQ-9", 3, 2, 2, 2, 2, 1, 1, 1, 0)
EIGHT = PHQ.patient("eight").items("2024-01-01", "PHQ-9", 1, 1, 1, 1, 0, 0, 0, 0, None)
SEVEN = PHQ.patient("seven").items("2024-01-01", "PHQ-9", 3, 2, 2, 2, 2, 2, 2, None, None)
SIX = PHQ.patient("six").items("2024-01-01", "PHQ-9", 3, 3, 3, 3, 3, 3, None, None, None)
REPLACED = PHQ.patient("replaced").items("2024-01-01", "PHQ-9", 3, 2, 2, 2, 2, 2, 2, None, None, score=15)
PRORATED = PHQ.patient("prorated").items("2024-01-01", "PHQ-9", 3, 2, 2, 2, 2, 2, 2, None, None, score=19)
TOO_FEW = PHQ.patient("too few").items("2024-01-01", "PHQ-9", 3, 3, 3, 3, 3, 3, None, None, None, score=18)
TOTAL_ONLY = PHQ.patient("total only").score("2024-01-01", 17)


def test_a_complete_form_is_its_sum(hand: Hand) -> None:
    assert hand.column(COMPLETE, "score") == [14]
    assert hand.column(TOTAL_ONLY, "score") == [17]


def test_up_to_two_missing_answers_are_prorated_and_rounded_half_up(hand: Hand) -> None:
    # 4 × 9 / 8 = 4.5 -> 5 (half to even would give 4); 15 × 9 / 7 = 19.29 -> 19; item 9 may be among the missing
    assert hand.column(EIGHT, "score") == [5]
    assert hand.column(SEVEN, "score") == [19]


def test_three_missing_answers_give_no_score(hand: Hand) -> None:
    assert hand.column(SIX, "score") == []


def test_a_plain_sum_of_an_incomplete_form_gives_way_to_the_rule(hand: Hand) -> None:
    assert hand.column(REPLACED, "score") == [19]
    assert hand.column(PRORATED, "score") == [19]
    assert hand.column(TOO_FEW, "score") == []


OTHERS = Case("other forms")
GAD = OTHERS.patient("GAD-7").items("2024-01-01", "GAD-7", 1, 1, 1, 0, 0, 0, None)
MADRS = OTHERS.patient("MADRS").items("2024-01-01", "MADRS", 3, 3, 3, 3, 3, 3, 3, 3, 3, None)
MADRS_TWO = OTHERS.patient("MADRS two missing").items("2024-01-01", "MADRS", 3, 3, 3, 3, 3, 3, 3, 3, None, None)
PCL = OTHERS.patient("PCL-5").items("2024-01-01", "PCL-5", *([2] * 15), 3, *([None] * 4))
PCL_FIFTEEN = OTHERS.patient("PCL-5 fifteen").items("2024-01-01", "PCL-5", *([2] * 15), *([None] * 5))
HAMD = OTHERS.patient("HAM-D17").items("2024-01-01", "HAM-D17", *([1] * 16), None)
WHO = OTHERS.patient("WHO-5").items("2024-01-01", "WHO-5", 1, 2, 3, 4, 5)
WHO_FOUR = OTHERS.patient("WHO-5 four").items("2024-01-01", "WHO-5", 1, 2, 3, 4, None)
ASRM = OTHERS.patient("ASRM").items("2024-01-01", "ASRM", 1, 1, 1, 1, None)
SDS = OTHERS.patient("SDS").items("2024-01-01", "SDS", 10, 9, 8)
CADSS = OTHERS.patient("CADSS").items("2024-01-01", "CADSS", *([1] * 23))
MOOD = OTHERS.patient("MOOD-VAS").score("2024-01-01", 6.5, "MOOD-VAS")


def test_each_scale_has_its_own_missing_item_rule(hand: Hand) -> None:
    assert hand.column(GAD, "score", "GAD-7") == [4]  # 3 × 7 / 6 = 3.5, half up
    assert hand.column(MADRS, "score", "MADRS") == [30]  # 27 × 10 / 9
    assert hand.column(MADRS_TWO, "score", "MADRS") == []
    assert hand.column(PCL, "score", "PCL-5") == [41]  # 33 × 20 / 16 = 41.25
    assert hand.column(PCL_FIFTEEN, "score", "PCL-5") == []
    assert hand.column(HAMD, "score", "HAM-D17") == []
    assert hand.column(ASRM, "score", "ASRM") == [5]
    assert hand.column(SDS, "score", "SDS") == [27]
    assert hand.column(CADSS, "score", "CADSS") == [23]
    assert hand.column(MOOD, "score", "MOOD-VAS") == [6.5]


def test_who_5_is_a_percent_score(hand: Hand) -> None:
    assert hand.column(WHO, "score", "WHO-5") == [60]
    assert hand.column(WHO_FOUR, "score", "WHO-5") == []


QIDS = Case("QIDS-SR16")
SIXTEEN = QIDS.patient("sixteen").items("2024-01-01", "QIDS-SR16", 1, 2, 0, 3, 2, 0, 1, 2, 0, 1, 1, 0, 2, 1, 3, 2)
EITHER_OR = QIDS.patient("either or").items(
    "2024-01-01", "QIDS-SR16", 1, None, None, None, 2, 2, None, 1, None, 1, 1, 0, 2, 1, None, 2
)
NO_ENERGY = QIDS.patient("a domain missing").items(
    "2024-01-01", "QIDS-SR16", 1, 2, 0, 3, 2, 0, 1, 2, 0, 1, 1, 0, 2, None, 3, 2
)


def test_qids_is_scored_by_its_nine_domains(hand: Hand) -> None:
    # sleep 3, sadness 2, appetite or weight 2, then 1 1 0 2 1, slow or restless 3; the plain sum would be 21
    assert hand.column(SIXTEEN, "score", "QIDS-SR16") == [15]
    # one answer is enough for a domain: 1, 2, 2, 1, 1, 0, 2, 1, 2
    assert hand.column(EITHER_OR, "score", "QIDS-SR16") == [12]
    assert hand.column(NO_ENERGY, "score", "QIDS-SR16") == []


BPI = Case("BPI")
SEVERITY = BPI.patient("severity").items("2024-01-01", "BPI-S", 6, 7, 4, 4)
SEVERITY_THREE = BPI.patient("three").items("2024-01-01", "BPI-S", 6, 7, 4, None)
INTERFERENCE = BPI.patient("interference").items("2024-01-01", "BPI-I", 5, 6, 7, 8, None, None, None, first=5)
THREE_OF_SEVEN = BPI.patient("three of seven").items("2024-01-01", "BPI-I", 5, 6, 7, *([None] * 4), first=5)
PEG = BPI.patient("PEG").items("2024-01-01", "PEG", 5, 5, 6)
ONE_DECIMAL = BPI.patient("one decimal").items("2024-01-01", "PEG", 5, 5, 6, score=5.3)


def test_the_two_bpi_scales_and_peg_are_means_not_rounded(hand: Hand) -> None:
    assert hand.column(SEVERITY, "score", "BPI-S") == [5.25]
    assert hand.column(SEVERITY_THREE, "score", "BPI-S") == []
    assert hand.column(INTERFERENCE, "score", "BPI-I") == [6.5]
    assert hand.column(THREE_OF_SEVEN, "score", "BPI-I") == []
    assert hand.column(PEG, "score", "PEG") == [pytest.approx(16 / 3)]
    assert hand.column(ONE_DECIMAL, "score", "PEG") == [pytest.approx(16 / 3)]


LADDER = Case("C-SSRS")
SKIPPED = LADDER.patient("skipped").items("2024-01-01", "C-SSRS", 1, 0, None, None, None, 0, None)
FOURTH = LADDER.patient("fourth").items("2024-01-01", "C-SSRS", 1, 1, 1, 1, 0, 1, 1)
BEHAVIOUR = LADDER.patient("behaviour only").items("2024-01-01", "C-SSRS", *([None] * 5), 1, 1)
NO_IDEATION = LADDER.patient("none").items("2024-01-01", "C-SSRS", 0, 0, None, None, None, 0, 0)


def test_c_ssrs_is_the_highest_question_answered_yes(hand: Hand) -> None:
    # never a sum: the fourth person's would be 4 by chance of the ladder, 6 with behaviour
    assert hand.column(SKIPPED, "score", "C-SSRS") == [1]
    assert hand.column(FOURTH, "score", "C-SSRS") == [4]
    assert hand.column(BEHAVIOUR, "score", "C-SSRS") == []
    assert hand.column(NO_IDEATION, "score", "C-SSRS") == [0]


BANDS = Case("bands")
MILD = BANDS.patient("PHQ-9").score("2024-01-01", 9).score("2024-01-02", 10).score("2024-01-03", 9.5)
NO_BANDS = BANDS.patient("PCL-5").score("2024-01-01", 40, "PCL-5")


def test_a_band_begins_at_its_lower_edge(hand: Hand) -> None:
    assert hand.column(MILD, "band") == ["mild", "moderate", "mild"]
    assert hand.column(NO_BANDS, "band", "PCL-5") == [None]
