"""Days between serious side effects, and who benefited with and without dissociation."""

import datetime

import pytest

from dashboard.metrics.dissociation_benefit import PUBLISHED, dissociation_benefit
from dashboard.metrics.options import notes_of
from dashboard.metrics.serious_intervals import serious_intervals
from tests.hand import Case, Hand

RARE = Case("rare")
WHO = RARE.patient().dose("2024-03-04", session_id="ra0")
for day in ("2024-03-04", "2024-03-14", "2024-04-03", "2024-05-13"):
    WHO.effect("Syncope", onset=f"{day}T18:00", serious="true", severity="mild")
WHO.effect("Nausea", onset="2024-03-05T18:00", severity="severe")
ONCE = Case("rare once")
ONCE.patient().dose("2024-03-04", session_id="rb0").effect("Syncope", "rb0", serious="true")


def test_limits_are_those_of_the_days_to_the_power_and_back(hand: Hand) -> None:
    rows = hand.rows(serious_intervals, RARE, "happened_on", "days", "point")
    # 13 May to 31 December 2024, the day of the records
    assert rows == [
        ("2024-03-14", 10, "common"),
        ("2024-04-03", 20, "common"),
        ("2024-05-13", 40, "common"),
        (None, 232, "open"),
    ]
    # 10, 20, 40 to the power of 1/3.6: 1.8957, 2.2983, 2.7862; mean 2.3267, mean moving range 0.4453; 2.66 times that
    # is 1.1844: from 1.1423 to 3.5111; to the power of 3.6: 1.61, 20.9 and 91.9 days (by a desk calculator)
    limits = hand.rows(serious_intervals, RARE, "low", "mean", "high")[0]
    assert limits == pytest.approx((1.6145, 20.900, 91.953), rel=1e-3)


def test_one_event_has_no_interval_and_none_has_no_row(hand: Hand) -> None:
    assert hand.rows(serious_intervals, ONCE, "days", "mean", "point") == [(302, None, "open")]
    assert hand.table(serious_intervals, ONCE, {"sex": ("male",)}).empty


BENEFIT = Case("benefit")
START, LAST = datetime.date(2024, 3, 4), "2024-04-08"  # 21 days after the last dose of the induction
for key, forms, terms, score in (
    ("a", ("true", "true"), ("Dissociation", None), 5),
    ("b", ("true", None), (None, "Dissociation"), 5),  # told of a session without a form: not known to be recorded
    ("c", ("true", "true"), (None, None), 15),
    ("d", (None, None), (None, None), 5),
    ("e", ("true", "true"), ("Dissociation", "Dissociation"), None),
):
    person = BENEFIT.patient(key).score("2024-03-01", 20)
    for place, (form, term) in enumerate(zip(forms, terms, strict=True)):
        day = START + datetime.timedelta(14 * place)
        person.dose(str(day), session_id=f"bn{key}{place}", effects_recorded=form)
        if term:
            person.effect(term, f"bn{key}{place}")
    if score is not None:
        person.score(LAST, score)


def test_who_dissociated_is_told_by_the_forms_of_induction(hand: Hand) -> None:
    columns = ("instrument", "dissociation", "n_due", "n_scored", "n_responded")
    assert hand.rows(dissociation_benefit, BENEFIT, *columns) == [
        ("PHQ-9", "recorded", 2, 1, 1),
        ("PHQ-9", "not-recorded", 2, 2, 1),
        ("PHQ-9", "no-form", 1, 1, 1),
    ]
    assert notes_of(hand.table(dissociation_benefit, BENEFIT)) == [PUBLISHED]
