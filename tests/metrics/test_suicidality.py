"""Suicidality before and after, counted by hand from ``definitions.md`` §5, on every engine."""

import pytest

from dashboard.clinical.cohort import OptionError
from dashboard.metrics.options import notes_of
from dashboard.metrics.suicidality import suicidality
from tests.hand import Case, Hand, Person

wishing = Case("wishing")
BEFORE, AFTER = "2024-03-04T08:00", "2024-04-04"


def treated(key: str, *days: str) -> Person:
    return wishing.patient(key).dose(*(days or ("2024-03-04", "2024-03-07", "2024-03-11", "2024-03-14")))


def item(person: Person, when: str, answer: int, code: str = "PHQ-9", number: int = 9, **columns: object) -> Person:
    """A form on which only this item is answered, which gives no score."""
    return person.items(when, code, answer, first=number, **columns)


item(item(treated("lower"), BEFORE, 2), AFTER, 1)
item(item(treated("gone"), BEFORE, 2), AFTER, 0)
item(item(treated("same"), BEFORE, 1), AFTER, 1)
item(item(treated("higher"), BEFORE, 1), AFTER, 2)
item(item(treated("newly"), BEFORE, 0), AFTER, 1)
item(item(treated("never"), BEFORE, 0), AFTER, 0)
item(treated("missing"), BEFORE, 1)
item(item(treated("too old"), "2024-02-04", 1), AFTER, 1)
item(treated("no answer before"), AFTER, 1)
item(treated("not due", "2024-12-09"), "2024-12-08", 1)
# the last answered before counts though a later form leaves it out, and the nearest in the window
answers = item(item(item(treated("many"), "2024-03-01", 0), "2024-03-03", 2), "2024-04-12", 3)
answers.items(BEFORE, "PHQ-9", 1, 1, 1).items("2024-04-03", "PHQ-9", 1, 1, 1)
item(item(answers, "2024-04-05", 1), "2024-03-27", 2)
# of two forms at one moment the larger identifier counts, byte by byte
twice = item(treated("twice"), BEFORE, 1)
item(item(twice, AFTER, 3, assessment_id="wish-9"), AFTER, 0, assessment_id="wish-a")
# other scales, from their own answers on
ladder = treated("ladder").items(BEFORE, "C-SSRS", 1, 1, 1, 0, 0).items(AFTER, "C-SSRS", 1, 1, 1, 1, 1)
item(item(treated("madrs"), BEFORE, 1, "MADRS", 10), AFTER, 2, "MADRS", 10)

COUNTS = ("n_started", "n_before", "n_due", "n_missing", "n_with", "n_lower", "n_gone", "n_same", "n_higher")


def test_lower_same_higher_and_newly_there(hand: Hand) -> None:
    # before: lower, gone, same, higher, newly, never, missing, not due, many (2), twice; with: the first four, and two
    (row,) = hand.rows(suicidality, wishing, *COUNTS, "n_without", "n_newly", instrument="PHQ-9")
    # lower: lower, gone, many 2 to 1, twice 1 to 0; gone: gone, twice
    assert row == (14, 10, 9, 1, 6, 4, 2, 1, 1, 2, 1)
    table = hand.table(suicidality, wishing, instrument="PHQ-9").iloc[0]
    assert table[["lower_rate", "gone_rate", "higher_rate", "newly_rate"]].tolist() == pytest.approx(
        [4 / 6, 2 / 6, 1 / 6, 1 / 2]
    )


def test_each_scale_is_a_block_with_its_own_answer(hand: Hand) -> None:
    table = hand.table(suicidality, wishing)
    assert table["instrument"].tolist() == ["PHQ-9", "MADRS", "C-SSRS"]
    madrs, steps = table.iloc[1], table.iloc[2]
    assert madrs[["n_before", "n_with", "n_without", "n_newly"]].tolist() == [1, 0, 1, 1]  # 1 is below its reason
    assert steps[["n_with", "n_higher"]].tolist() == [1, 1]  # from question 3 to 5
    assert notes_of(table) == [
        "PHQ-9: there = item 9 answered 1 or more.",
        "MADRS: there = item 10 answered 2 or more.",
        "C-SSRS: there = question 3 or a higher one answered yes.",
    ]


def test_the_window_decides_which_answer(hand: Hand) -> None:
    (row,) = hand.rows(suicidality, wishing, "n_lower", "n_higher", instrument="PHQ-9", window="last")
    assert row == (3, 2)  # many rises to 3
    (row,) = hand.rows(suicidality, wishing, "n_due", "n_missing", instrument="PHQ-9", window="1-7")
    assert row == (10, 10)


def test_it_handles_no_data(hand: Hand) -> None:
    assert hand.table(suicidality, wishing, {"sex": ("other",)}).empty
    with pytest.raises(OptionError, match="instrument has no 'GAD-7'; there are: BDI-II, C-SSRS"):
        hand.table(suicidality, wishing, instrument="GAD-7")
