"""Body systems and terms by group: what counts once, what narrows, and a difference that knows who comes back."""

import math

import pandas as pd
import pytest

from dashboard.clinical.cohort import OptionError
from dashboard.metrics.options import notes_of
from dashboard.metrics.side_effect_explorer import COLUMNS, side_effect_explorer
from dashboard.metrics.side_effects import side_effects
from tests.hand import Case, Hand
from tests.metrics.test_side_effects import FORMS, WEIL

FILLED = {"effects_recorded": "true"}

SYSTEM = Case("explorer system")
ANN = (
    SYSTEM.patient("ann").dose("2024-03-04", session_id="xs1", **FILLED).dose("2024-03-06", session_id="xs2", **FILLED)
)
ANN.dose("2024-03-08", session_id="xs3").effect("Nausea", "xs1", severity="mild").effect("Vomiting", "xs1")
ANN.effect("Nausea", "xs2", severity="severe", serious="true").effect("Nausea", "xs2", severity="mild")
ANN.effect("Nausea", "xs3", severity="severe")
SYSTEM.patient("bob").dose("2024-03-04", session_id="xs4", **FILLED).effect("Headache", "xs4", severity="moderate")


def test_a_session_counts_once_in_a_system_and_events_are_those_of_its_forms(hand: Hand) -> None:
    # filled: xs1, xs2 (ann), xs4 (bob). Of the gut xs1 (nausea and vomiting) and xs2 (nausea twice): 2 sessions,
    # 1 patient and 4 events of 3 sessions; the fifth is of xs3, which has no form.
    columns = ("system", "term", "n_sessions", "n_sessions_with", "n_patients", "n_patients_with", "n_events")
    rows = [row for row in hand.rows(side_effect_explorer, SYSTEM, *columns, by="none") if row[3]]
    assert rows == [
        ("Nervous system", None, 3, 1, 2, 1, 1),
        ("Nervous system", "Headache", 3, 1, 2, 1, 1),
        ("Gastrointestinal", None, 3, 2, 2, 1, 4),
        ("Gastrointestinal", "Nausea", 3, 2, 2, 1, 3),
        ("Gastrointestinal", "Vomiting", 3, 1, 2, 1, 1),
    ]


def test_severity_seriousness_and_search_narrow_what_is_counted_and_not_what_it_is_of(hand: Hand) -> None:
    def nausea(**options: object) -> tuple[object, ...]:
        rows = hand.rows(side_effect_explorer, SYSTEM, "term", "n_sessions", "n_sessions_with", "n_events", **options)
        return next(row[1:] for row in rows if row[0] == "Nausea")

    assert nausea(by="none") == (3, 2, 3)
    assert nausea(by="none", severity=["severe"]) == (3, 1, 1)
    assert nausea(by="none", severity=["mild", "severe"]) == (3, 2, 3)
    assert nausea(by="none", serious="yes") == (3, 1, 1)
    table = hand.table(side_effect_explorer, SYSTEM, by="none", search="vom")
    assert [tuple(row) for row in table[["system", "term"]].fillna("").to_numpy()] == [
        ("Gastrointestinal", ""),
        ("Gastrointestinal", "Vomiting"),
    ]
    narrowed = hand.table(side_effect_explorer, SYSTEM, by="none", severity=["severe"])
    assert "Only severe events are counted; the sessions are all of them." in notes_of(narrowed)


def test_its_terms_are_those_of_side_effects(hand: Hand) -> None:
    same = ["term", "n_sessions", "n_sessions_with", "session_low", "n_patients", "n_patients_with", "patient_high"]
    terms = hand.table(side_effect_explorer, FORMS, by="none").dropna(subset="term")[same].reset_index(drop=True)
    pd.testing.assert_frame_equal(terms, hand.table(side_effects, FORMS, by="none")[same])


def test_none_of_n_sessions_has_an_upper_bound(hand: Hand) -> None:
    table = hand.table(side_effect_explorer, WEIL, by="route").set_index(["term", "route"])
    row = table.loc[("Headache", "iv")]
    # 3.689 events are the most of which none has a chance of 2.5 %: exp(-3.689) = 0.025; of 158 sessions
    assert row["per_100_high"] == pytest.approx(100 * 3.688879 / 158, abs=1e-6)
    assert (row["per_100_low"], row["per_100_sessions"]) == (0, 0)
    assert row[["difference", "difference_low"]].isna().tolist() == [True, True], "the group compared with"


# As printed by statsmodels 0.15.0 for the sessions of each case, y = there was an event, x = 1 and whether it was IM:
# GEE(y, x, patient, family=Gaussian(), cov_struct=Independence()).fit(), its params and bse (robust)
WEIL_DIFFERENCE, WEIL_ERROR = -0.12632038411174165, 0.07182133491619054
BOTH_DIFFERENCE, BOTH_ERROR = -0.02651515151515146, 0.07329933248805916
LOG_RATE, LOG_ERROR = 0.19415601444095734, 0.15309808185568716


def test_a_difference_and_its_interval_are_those_of_generalised_estimating_equations(hand: Hand) -> None:
    table = hand.table(side_effect_explorer, WEIL, by="route", than="iv").set_index(["term", "route"])
    row = table.loc[("Euphoric mood", "im")]
    assert row["difference"] == pytest.approx(112 / 145 - 142 / 158)
    assert row["difference"] == pytest.approx(WEIL_DIFFERENCE)
    ends = WEIL_DIFFERENCE - 1.959964 * WEIL_ERROR, WEIL_DIFFERENCE + 1.959964 * WEIL_ERROR
    assert (row["difference_low"], row["difference_high"]) == pytest.approx(ends, abs=1e-6)


BOTH = Case("explorer both")
for number in range(12):
    person = BOTH.patient(f"p{number}")
    for place in range(6):
        route = "im" if place % 3 == number % 3 else "iv"
        if number < 11 or route == "iv":  # the last one has no IM session
            key = f"xb{number}-{place}"
            person.dose(f"2024-03-{4 + place:02d}", session_id=key, route=route, **FILLED)
            for severity in ("mild", "moderate", "severe")[
                : (number * 7 + place * 5) % 4 if number % 2 else number % 3
            ]:
                person.effect("Nausea", key, severity=severity)


def test_who_is_in_both_groups_is_no_two_people(hand: Hand) -> None:
    table = hand.table(side_effect_explorer, BOTH, by="route", than="iv").set_index(["term", "route"])
    row = table.loc[("Nausea", "im")]
    assert row["difference"] == pytest.approx(BOTH_DIFFERENCE)
    assert row["difference_high"] - row["difference"] == pytest.approx(1.959964 * BOTH_ERROR, abs=1e-6)


def test_events_per_100_sessions_have_the_interval_of_the_same_equations(hand: Hand) -> None:
    # as above, y = events, x = 1, family=Poisson(); with the variance of a sample of 12 patients, 12 / 11
    rate, error = LOG_RATE, LOG_ERROR * (12 / 11) ** 0.5
    row = hand.table(side_effect_explorer, BOTH, by="none").set_index("term").loc["Nausea"]
    assert row["per_100_sessions"] == pytest.approx(100 * math.exp(rate))
    ends = [100 * math.exp(rate - 1.959964 * error), 100 * math.exp(rate + 1.959964 * error)]
    assert [row["per_100_low"], row["per_100_high"]] == pytest.approx(ends, rel=1e-6)


def test_without_a_choice_the_group_of_most_sessions_is_compared_with_and_few_patients_have_no_interval(
    hand: Hand,
) -> None:
    table = hand.table(side_effect_explorer, BOTH, by="route")
    assert "Differences are of the rates of sessions from iv;" in " ".join(notes_of(table))
    table = hand.table(side_effect_explorer, SYSTEM, by="site")
    assert table["difference_low"].isna().all()
    few = hand.table(side_effect_explorer, BOTH, by="sex", than="unknown")
    assert few["difference"].isna().all(), "one group has nobody to be compared with"


def test_columns_and_refusals(hand: Hand) -> None:
    table = hand.table(side_effect_explorer, SYSTEM, by="route")
    assert list(table) == ["route" if name == "by" else name for name in COLUMNS]
    for options in (
        {"by": "colour"},
        {"than": "im"},
        {"severity": ["bad"]},
        {"serious": "no"},
        {"by": "none", "than": "x"},
    ):
        with pytest.raises(OptionError):
            hand.table(side_effect_explorer, SYSTEM, **options)
    nobody = hand.table(side_effect_explorer, SYSTEM, {"sex": ("male",)}, by="route")
    assert nobody.empty
