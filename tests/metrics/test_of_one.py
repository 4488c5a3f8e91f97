"""One patient's vitals, side effects and events: every row, in order, and nobody else's."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from dashboard.clinical.cohort import Cohort
from dashboard.metrics import effects, events, medications, vitals
from tests.hand import Case, Hand

DEPTH = Case("depth of one")
ANN = DEPTH.patient("ann").dose("2024-03-04", effects_recorded=True).dose("2024-03-07")
ANN.session("2024-03-08", "no-show")
ANN.vitals(
    "depth of one-1", {"minute": 40, "sbp": 150, "dbp": 90, "moaas": 0, "cadss": 0}, {"minute": -5, "sbp": 120, "hr": 0}
)
ANN.vitals("depth of one-0", {"minute": 0, "spo2": 91.5})
ANN.effect("nausea", "depth of one-0", severity="mild")
ANN.effect("vomiting", None, "2024-03-05T08:00", severity="severe", serious=True, resolved_at="2024-03-05T09:30")
ANN.event("2024-04-01", "hospitalisation", text="away").event("2024-03-20", "life-event")
ANN.medicine("Sertraline", "antidepressant", "2023-01-01").medicine("Lorazepam", "benzodiazepine", None, "2024-03-06")
DEPTH.patient("bob").dose("2024-03-04")


def told(hand: Hand, metric: Callable[..., pd.DataFrame], key: str, *columns: str) -> list[tuple[Any, ...]]:
    table = metric(Cohort(hand.store), patient=f"{DEPTH.site}/{key}")
    rows = table[list(columns)].astype(object)
    return [tuple(row) for row in rows.where(rows.notna(), None).to_numpy().tolist()]


def test_vitals_come_by_session_and_minute_and_zero_is_missing_only_where_it_cannot_be(hand: Hand) -> None:
    columns = ("session_number", "minute", "sbp", "dbp", "hr", "spo2", "moaas", "cadss")
    assert told(hand, vitals.vitals, "ann", *columns) == [
        (1, 0, None, None, None, 91.5, None, None),
        (2, -5, 120, None, None, None, None, None),
        (2, 40, 150, 90, None, None, 0, 0),
    ]
    assert told(hand, vitals.vitals, "bob", "minute") == []


def test_effects_have_their_session_and_what_lies_between_sessions_is_marked(hand: Hand) -> None:
    columns = ("term", "severity", "is_serious", "session_number", "is_between", "is_outside", "minutes")
    assert told(hand, effects.effects, "ann", *columns) == [
        ("Nausea", "mild", 0, 1, 0, 0, None),
        ("Vomiting", "severe", 1, 1, 1, 0, 90),
    ]
    assert told(hand, effects.effects, "bob", "term") == []


def test_events_come_by_date_and_without_their_text(hand: Hand) -> None:
    rows = told(hand, events.events, "ann", "happened_on", "kind")
    assert [(str(date)[:10], kind) for date, kind in rows] == [
        ("2024-03-20", "life-event"),
        ("2024-04-01", "hospitalisation"),
    ]
    assert "text" not in events.COLUMNS


def test_medicines_come_as_begun_and_an_open_end_is_empty(hand: Hand) -> None:
    rows = told(hand, medications.medications, "ann", *medications.COLUMNS)
    assert [(name, kind, str(begun)[:10], str(ended)[:10]) for name, kind, begun, ended in rows] == [
        ("Lorazepam", "benzodiazepine", "None", "2024-03-06"),
        ("Sertraline", "antidepressant", "2023-01-01", "None"),
    ]
    assert told(hand, medications.medications, "bob", "name") == []
