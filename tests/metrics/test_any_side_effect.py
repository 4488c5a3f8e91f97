"""Any side effect, the forms behind it, and the list of the serious ones."""

from typing import Any

import pandas as pd
import pytest

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.metrics.any_side_effect import COLUMNS, any_side_effect
from dashboard.metrics.serious_events import serious_events
from dashboard.metrics.side_effects import side_effects
from tests.hand import Case, Hand

FILLED = {"effects_recorded": "true"}

ANY = Case("any effect")
ANN = ANY.patient("ann").dose("2024-03-04", session_id="ae1", started_at="2024-03-04T10:00", **FILLED)
ANN.dose("2024-03-06", session_id="ae2", **FILLED).dose("2024-03-08", session_id="ae3", route="im")
ANN.effect("Nausea", "ae1", severity="severe").effect("Headache", "ae1")
ANN.effect("Syncope", "ae3", serious="true", severity="moderate", action="stopped")
ANN.effect("Cystitis", onset="2024-03-07T09:00", serious="true", resolved_at="2024-03-07T21:00")
ANN.effect("Suicidal ideation", onset="2024-02-01", serious="true")
ANN.effect("Loss of consciousness", "ae1", serious="true")
ANY.patient("bob").dose("2024-03-04", session_id="ae4", **FILLED)


def of(hand: Hand, **where: tuple[str, ...]) -> Cohort:
    return Cohort(hand.store, {"site": (ANY.site,), **where})


def rows(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    plain = table[list(columns)].astype(object).where(table[list(columns)].notna(), None)
    return list(plain.itertuples(index=False, name=None))


def test_a_session_counts_once_whatever_happened_in_it(hand: Hand) -> None:
    # filled: ae1, ae2, ae4; ae1 has three events, ae2 the Cystitis of the day after
    names = ("n_completed", "n_sessions", "n_sessions_with", "n_patients", "n_patients_with")
    assert rows(any_side_effect(of(hand)), *names) == [(4, 3, 2, 2, 1)]
    names = ("route", *names, "n_events", "n_outside", "n_severe", "n_serious")
    assert rows(any_side_effect(of(hand), by="route"), *names) == [
        ("iv", 3, 3, 2, 2, 1, 4, 0, 1, 2),
        ("im", 1, 0, 0, 0, 0, 1, 1, 0, 1),
        ("unknown", 0, 0, 0, 0, 0, 1, 1, 0, 1),
    ]


def test_the_events_of_the_terms_add_up_to_it(hand: Hand) -> None:
    every, terms = any_side_effect(of(hand), by="route"), side_effects(of(hand), by="route")
    sums = terms.groupby("route", sort=False)[["n_events", "n_outside", "n_severe", "n_serious"]].sum()
    assert sums.to_numpy().tolist() == every[list(sums)].to_numpy().tolist()


def test_the_share_of_filled_forms_stands_beside_it(hand: Hand) -> None:
    table = any_side_effect(of(hand), by="route")
    assert rows(table, "form_rate", "session_rate") == [(1, 2 / 3), (0, None), (None, None)]
    assert list(table) == ["route", *COLUMNS[1:]]


def test_it_refuses_a_split_that_does_not_exist(hand: Hand) -> None:
    with pytest.raises(OptionError, match="by has no 'term'"):
        any_side_effect(of(hand), by="term")


def test_every_serious_event_is_listed_the_newest_first(hand: Hand) -> None:
    table = serious_events(of(hand))
    assert rows(table, "happened_at", "term", "severity", "treatment", "session_number", "days_since_session") == [
        (pd.Timestamp("2024-03-08T10:00"), "Syncope", "moderate", "im-ketamine", 3, None),  # no form
        (pd.Timestamp("2024-03-07T09:00"), "Cystitis", None, "iv-ketamine", 2, 1),
        (pd.Timestamp("2024-03-04T10:00"), "Loss of consciousness", None, "iv-ketamine", 1, None),
        (pd.Timestamp("2024-02-01"), "Suicidal ideation", None, "unknown", None, None),  # before any session
    ]
    assert rows(table, "action", "minutes", "is_outside", "phase") == [
        ("stopped", None, 1, "induction"),
        (None, 720, 0, "induction"),
        (None, None, 0, "induction"),
        (None, None, 1, "unknown"),
    ]
    assert set(table["patient_id"]) == {ANN.identifier}
    assert list(serious_events(of(hand, route=("im",)))["term"]) == ["Syncope"]


def test_it_handles_no_data(hand: Hand) -> None:
    nobody = of(hand, sex=("other",))
    assert rows(any_side_effect(nobody), "n_completed", "n_sessions", "n_events") == [(0, 0, 0)]
    assert any_side_effect(nobody, by="site").empty
    assert serious_events(nobody).empty
