"""One patient's answers: as printed on the form, never guessed; QIDS by its domains; flags by their edge."""

from typing import Any

import pytest

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.metrics.items import COLUMNS, items
from tests.hand import Case, Hand

ITEMS = Case("answers of one")
ANN = ITEMS.patient("ann").dose("2024-03-04", "2024-03-07", "2024-03-11")
ANN.items("2024-03-01", "PHQ-9", 3, 2, 2, 2, 1, 1, 1, 1, 0)
ANN.items("2024-03-06", "PHQ-9", 1, 2, 2, 2, 1, 1, 1, 1, 1)
ANN.items("2024-03-10", "PHQ-9", 1, 2, 2, 2, 1, 1, 1, 1)
ANN.items("2024-03-06", "QIDS-SR16", 0, 1, 3, 0, 2, 0, 1, 0, 2, 1, 1, 0, 1, 1, 0, 2)
ANN.items("2024-03-02", "C-SSRS", 1, 1, 0, None, None, 1, 0)
ANN.items("2024-03-10", "C-SSRS", 1, 1, 1, 0, 0, 1, 1)
ANN.score("2024-03-10", 30, "MADRS")
BOB = ITEMS.patient("bob").dose("2024-03-04").items("2024-03-01", "MADRS", 2, 2, 2, 2, 2, 2, 2, 2, 2, 2)


def told(hand: Hand, person: Any, scale: str, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a scale's rows; None where empty."""
    table = items(Cohort(hand.store), patient=person.identifier)
    assert list(table) == list(COLUMNS)
    rows = table[table["instrument"] == scale][list(columns)].astype(object)
    return [tuple(row) for row in rows.where(rows.notna(), None).to_numpy().tolist()]


def test_answers_are_the_forms_and_their_change_is_since_the_baseline(hand: Hand) -> None:
    rows = told(hand, ANN, "PHQ-9", "item", "answer", "highest", "change", "is_flagged")
    assert len(rows) == 27
    assert rows[0] == ("1", 3, 3, 0, 0)
    assert rows[9] == ("1", 1, 3, -2, 0)
    # item 9 by its edge of 1; on the third form it is not answered, though the total is prorated
    assert rows[8::9] == [("9", 0, 3, 0, 0), ("9", 1, 3, 1, 1), ("9", None, 3, None, 0)]


def test_a_form_of_a_total_alone_has_no_items(hand: Hand) -> None:
    assert told(hand, ANN, "MADRS", "item") == []


def test_qids_is_told_by_its_nine_domains(hand: Hand) -> None:
    # sleep is the highest of 0 1 3 0, appetite and weight of 0 1 0 2, restlessness of 0 2
    rows = told(hand, ANN, "QIDS-SR16", "item", "answer", "change")
    assert [row[1] for row in rows] == [3, 2, 2, 1, 1, 0, 1, 1, 2]
    assert [rows[place][0] for place in (0, 1, 2, 8)] == ["1+2+3+4", "5", "6+7+8+9", "15+16"]
    assert {row[2] for row in rows} == {None}, "no baseline before the first dose"


def test_the_ladder_flags_question_three_and_recent_behaviour(hand: Hand) -> None:
    rows = told(hand, ANN, "C-SSRS", "item", "answer", "is_flagged")
    # at first wishes and thoughts (1, 2) and behaviour long ago (6): no reason; 4 and 5 were skipped
    assert rows[:7] == [("1", 1, 0), ("2", 1, 0), ("3", 0, 0), ("4", None, 0), ("5", None, 0), ("6", 1, 0), ("7", 0, 0)]
    assert [row[0] for row in rows[7:] if row[2] == 1] == ["3", "7"]


def test_madrs_flags_from_two(hand: Hand) -> None:
    assert [row for row in told(hand, BOB, "MADRS", "item", "is_flagged") if row[1]] == [("10", 1)]


def test_nobody_is_not_an_empty_list(hand: Hand) -> None:
    with pytest.raises(OptionError, match="patient has no 'nobody'"):
        items(Cohort(hand.store), patient="nobody")
