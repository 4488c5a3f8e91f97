"""Side effects by session number: which number, which sessions, and which term."""

from typing import Any

import pandas as pd
import pytest

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.metrics.options import notes_of
from dashboard.metrics.side_effects_by_session import COLUMNS, side_effects_by_session
from tests.hand import Case, Hand

FILLED = {"effects_recorded": "true"}

FADE = Case("fade")
ANN = FADE.patient("ann").dose("2024-03-04", session_id="fa1", **FILLED).dose("2024-03-06", session_id="fa2")
ANN.dose("2024-03-08", session_id="fa3", **FILLED).session("2024-03-09", "no-show", session_id="fa4")
ANN.dose("2024-03-10", session_id="fa5", route="im", **FILLED)
ANN.dose("2024-06-30", session_id="fa6", **FILLED)  # 112 days later: the first of a second course
ANN.effect("Nausea", "fa1").effect("Nausea", "fa1", severity="mild").effect("Headache", "fa1").effect("Headache", "fa2")
ANN.effect("Nausea", onset="2024-03-09T20:00").effect("Headache", "fa6")
BOB = FADE.patient("bob").dose("2024-03-04", session_id="fb1", **FILLED).dose("2024-03-06", session_id="fb2", **FILLED)
BOB.effect("Nausea", "fb2")


def rows(hand: Hand, **options: Any) -> list[tuple[Any, ...]]:
    """Everything but the interval."""
    table = side_effects_by_session(Cohort(hand.store, {"site": ("fade",)}), **options)
    kept = [name for name in table if name not in ("session_rate", "session_low", "session_high")]
    return list(table[kept].itertuples(index=False, name=None))


def test_a_session_has_its_number_in_its_course_and_counts_once(hand: Hand) -> None:
    # 1: fa1, fb1, fa6; 2: fb2 (fa2 has no form); 3: fa3, with the Nausea of the evening after; 4: fa5
    assert rows(hand) == [(1, 3, 2), (2, 1, 1), (3, 1, 1), (4, 1, 0)]


def test_one_term_alone(hand: Hand) -> None:
    assert rows(hand, term="Nausea") == [(1, 3, 1), (2, 1, 1), (3, 1, 1), (4, 1, 0)]
    assert rows(hand, term="Tremor") == [(1, 3, 0), (2, 1, 0), (3, 1, 0), (4, 1, 0)]  # of the list, with no event


def test_groups_stand_one_after_the_other(hand: Hand) -> None:
    assert rows(hand, by="route") == [("iv", 1, 3, 2), ("iv", 2, 1, 1), ("iv", 3, 1, 1), ("im", 4, 1, 0)]


def test_the_interval_allows_for_patients_who_come_twice(hand: Hand) -> None:
    table = side_effects_by_session(Cohort(hand.store, {"site": ("fade",)}))
    first = table.iloc[0]
    # ann 2 of 2, bob 0 of 1: the rate is 2/3, (2 - 4/3)² + (0 - 2/3)² = 8/9, times 2 / 1, over 3²: 16/81; of three
    # independent sessions it is 2/27. The design effect is 8/3, so three sessions count as 9/8.
    number, rate, z2 = 9 / 8, 2 / 3, 1.959963984540054**2
    half = (z2 * (rate * (1 - rate) / number + z2 / (4 * number**2))) ** 0.5
    ends = [(rate + z2 / (2 * number) + sign * half) / (1 + z2 / number) for sign in (-1, 1)]
    assert [first["session_low"], first["session_high"]] == pytest.approx(ends)
    assert table.iloc[3]["session_high"] == pytest.approx(0.793451, abs=1e-6)  # none of 1
    assert table.iloc[1]["session_low"] == pytest.approx(0.206549, abs=1e-6)  # 1 of 1


def test_what_was_counted_is_said(hand: Hand) -> None:
    cohort = Cohort(hand.store, {"site": ("fade",)})
    assert notes_of(side_effects_by_session(cohort))[0] == "Counted: any side effect."
    notes = notes_of(side_effects_by_session(cohort, term="Nausea"))
    assert notes[:2] == [
        "Counted: Nausea.",
        "Sessions are the completed ones whose side-effect form was filled: 6 of 7; "
        "the other 1 is unknown and in no rate.",
    ]


def test_a_term_that_does_not_exist_lists_those_that_do(hand: Hand) -> None:
    with pytest.raises(OptionError, match="term has no 'nausea'; there are: Agitation, Anxiety"):
        side_effects_by_session(Cohort(hand.store), term="nausea")
    with pytest.raises(OptionError, match="by has no 'week'"):
        side_effects_by_session(Cohort(hand.store), by="week")


def test_it_handles_no_data(hand: Hand) -> None:
    nobody = Cohort(hand.store, {"site": ("fade",), "sex": ("other",)})
    table: pd.DataFrame = side_effects_by_session(nobody, by="phase")
    assert table.empty
    assert list(table) == ["phase", *COLUMNS[1:]]
