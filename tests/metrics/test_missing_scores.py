"""Missing is shown as missing: a form without a total, a session without its measure."""

from typing import Any

from dashboard.clinical.cohort import Cohort
from dashboard.metrics.missing_scores import COLUMNS, missing_scores
from tests.hand import Case, Hand

# the primary scale of depression over all hand cases is the PHQ-9
MISSING = Case("missing of one")
ANN = MISSING.patient("ann").dose("2024-03-04", "2024-03-15", "2024-03-16", "2024-03-20")
ANN.score("2024-03-01", 20)  # 14 days before the 15th, 15 before the 16th
ANN.items("2024-03-18", "PHQ-9", 1, 1, 1, 1, 1, 1)  # three of nine missing: no total
ANN.items("2024-03-18", "GAD-7", 1, 1, 1, 1, 1, 1, 1)
NONE = MISSING.patient("none", "other").dose("2024-03-04")


def told(hand: Hand, person: Any) -> list[tuple[Any, ...]]:
    table = missing_scores(Cohort(hand.store), patient=person.identifier)
    assert list(table) == list(COLUMNS)
    rows = table.assign(missing_at=table["missing_at"].dt.strftime("%Y-%m-%d")).astype(object)
    return [tuple(row) for row in rows.where(rows.notna(), None).to_numpy().tolist()]


def test_both_kinds_are_listed_on_either_side_of_the_edge(hand: Hand) -> None:
    assert told(hand, ANN) == [
        ("PHQ-9", "2024-03-16", "not-taken", None, None, 3),
        ("PHQ-9", "2024-03-18", "not-scored", 6, 9, None),
        ("PHQ-9", "2024-03-20", "not-taken", None, None, 4),
    ]


def test_without_a_primary_scale_nothing_is_due(hand: Hand) -> None:
    assert told(hand, NONE) == []
