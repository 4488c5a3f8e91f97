"""All scales of one patient: where each began, where it is, and how close its scores lie."""

from typing import Any

from dashboard.clinical.cohort import Cohort
from dashboard.metrics.measures import COLUMNS, measures
from tests.hand import Case, Hand

MEASURES = Case("measures of one")
ANN = MEASURES.patient("ann").dose("2024-01-08", "2024-06-03")
for _day, _score in (("2024-01-07", 20), ("2024-01-20", 8), ("2024-02-03", 12), ("2024-06-01", 18)):
    ANN.score(_day, _score)
ANN.score("2024-01-01", 20, "WHO-5").score("2024-01-15", 48, "WHO-5").score("2024-01-29", 36, "WHO-5")
ANN.score("2024-01-20", 3, "SDS")
MEASURES.patient("bob").dose("2024-01-08")


def told(hand: Hand, key: str) -> dict[str, dict[str, Any]]:
    table = measures(Cohort(hand.store), patient=f"{MEASURES.site}/{key}")
    assert list(table) == list(COLUMNS)
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return {row["instrument"]: {str(name): value for name, value in row.items()} for row in rows}


def test_a_baseline_without_a_later_score_has_no_change(hand: Hand) -> None:
    row = told(hand, "ann")["PHQ-9"]
    # the score of 1 June is the second course's baseline; 13 days lie between the first two, 14 between the next
    assert (row["course"], row["baseline"], row["latest"], row["change"]) == (2, 18, 18, None)
    assert (row["n"], row["n_close"], row["best"], row["worst"]) == (4, 1, 8, 20)
    assert str(row["latest_on"])[:10] == str(row["baseline_on"])[:10] == "2024-06-01"


def test_higher_is_better_where_the_scale_says_so(hand: Hand) -> None:
    row = told(hand, "ann")["WHO-5"]
    assert (row["baseline"], row["latest"], row["change"], row["pct_change"]) == (20, 36, 16, 80)
    assert (row["best"], row["worst"], row["status"]) == (48, 20, "partial")


def test_a_scale_without_a_baseline_says_so(hand: Hand) -> None:
    row = told(hand, "ann")["SDS"]
    assert (row["n"], row["baseline"], row["change"], row["status"]) == (1, None, None, "not-enough-data")


def test_somebody_without_a_score_has_no_row(hand: Hand) -> None:
    assert told(hand, "bob") == {}
