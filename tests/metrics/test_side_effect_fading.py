"""Fading by bands of sessions and of milligrams: what each band counts, and the same people at its beginning."""

import pytest

from dashboard.clinical.cohort import OptionError
from dashboard.metrics.longer_watch import longer_watch
from dashboard.metrics.options import notes_of
from dashboard.metrics.side_effect_fading import COLUMNS, side_effect_fading
from dashboard.metrics.side_effects_by_dose import side_effects_by_dose
from dashboard.metrics.side_effects_by_session import side_effects_by_session
from tests.hand import Case, Hand

FILLED = {"effects_recorded": "true"}
FADE = Case("fade by band")
ANN = FADE.patient("ann")
for day, (key, has_form) in enumerate([("a1", 1), ("a2", 1), ("a3", 1), ("a4", 1), ("a5", 1), ("a6", 0)]):
    ANN.dose(f"2024-03-{4 + 2 * day:02d}", session_id=f"fd{key}", dose_mg=100, **(FILLED if has_form else {}))
ANN.dose("2024-09-02", session_id="fda7", dose_mg=100, **FILLED)  # a course later
ANN.effect("Nausea", "fda1").effect("Headache", "fda3").effect("Nausea", "fda6")
BOB = FADE.patient("bob").dose("2024-03-04", session_id="fdb1", **FILLED)
BOB.dose("2024-03-06", session_id="fdb2", dose_mg=50, **FILLED).effect("Nausea", "fdb1").effect("Nausea", "fdb2")
FADE.patient("cyd").dose("2024-03-04", session_id="fdc1", dose_mg=250, **FILLED)
DAN = FADE.patient("dan").dose("2024-03-04", session_id="fdd1", dose_mg=250)
DAN.dose("2024-03-06", session_id="fdd2", dose_mg=250, **FILLED).effect("Nausea", "fdd2")
DAN.dose("2024-03-08", session_id="fdd3", drug="esketamine", route="intranasal", dose_mg=84, **FILLED)

WATCH = Case("watched over months")
EVE = WATCH.patient("eve").dose("2024-03-04", session_id="we1", dose_mg=300, **FILLED)
EVE.dose("2024-03-06", session_id="we2", dose_mg=50, **FILLED).dose("2024-03-08", session_id="we3", **FILLED)
EVE.effect("painful urination", "we2").effect("Nocturia", "we2").effect("cravings", "we3").effect("Nausea", "we1")


def test_each_band_has_its_rate_and_the_same_people_in_the_first_session(hand: Hand) -> None:
    # session 1: ann had one, bob had one, cyd none, and ann's second course began without: 2 of 4.
    # 2-4: ann 1 of 3 (headache), bob 1 of 1, dan 1 of 2: 3 of 6. Of these ann and bob have a form in session 1: there 2
    # of 2, here the mean of 1/3 and 1: the change is -1/3. The two changes, -2/3 and 0, lie 1/3 from their mean: the
    # deviation is sqrt(2 x 1/9) and the error 1/3, times 12.7062 for 1 degree of freedom. 5-8: ann alone.
    rows = hand.rows(side_effect_fading, FADE, "sessions", "n_sessions", "n_sessions_with", "n_patients", "n_paired")
    assert rows == [("1", 4, 2, 3, 0), ("2-4", 6, 3, 3, 2), ("5-8", 1, 0, 1, 1)]
    first, second, third = hand.rows(side_effect_fading, FADE, *COLUMNS[-5:])
    assert first == (None,) * 5
    assert second == pytest.approx((1, 2 / 3, -1 / 3, -1 / 3 - 12.7062 / 3, -1 / 3 + 12.7062 / 3), abs=1e-4)
    assert third == (1, 0, -1, None, None), "one person says nothing of how people differ"


def test_one_term_is_followed_and_a_split_pairs_within_itself(hand: Hand) -> None:
    # of nausea ann has 0 of 3 in sessions 2-4: the mean of 0 and 1
    rows = hand.rows(side_effect_fading, FADE, "n_sessions_with", "first_rate", "paired_rate", term="Nausea")
    assert rows == [(2, None, None), (2, 1, 0.5), (0, 1, 0)]
    rows = hand.rows(side_effect_fading, FADE, "drug", "sessions", "n_paired", by="drug")
    assert ("esketamine", "2-4", 0) in rows, "dan's first session was none of esketamine, and has no form"
    for options in ({"term": "nausea"}, {"by": "colour"}):
        with pytest.raises(OptionError):
            hand.table(side_effect_fading, FADE, **options)


def test_milligrams_before_are_of_the_same_drug_and_known(hand: Hand) -> None:
    # ketamine before: ann 0, 100, 200, 300, 400 and, a course later, 600; bob 0 and then an unknown dose; cyd 0;
    # dan 250 in his second session. Esketamine before: dan 0.
    columns = ("drug", "mg_before", "n_sessions", "n_sessions_with", "n_paired")
    assert hand.rows(side_effects_by_dose, FADE, *columns, by="drug") == [
        ("ketamine", "0", 3, 2, 0),
        ("ketamine", "up to 249", 2, 1, 1),
        ("ketamine", "250-499", 3, 1, 1),
        ("ketamine", "500-999", 1, 0, 1),
        ("esketamine", "0", 1, 0, 0),
    ]
    assert (
        notes_of(hand.table(side_effects_by_dose, FADE))[-1]
        == "Left out: 1 sessions after one whose dose is not known."
    )
    with pytest.raises(OptionError):
        hand.table(side_effects_by_dose, FADE, by="none")


def test_it_handles_no_data(hand: Hand) -> None:
    nobody = {"sex": ("male",)}
    assert list(hand.table(side_effect_fading, FADE, nobody)) == list(COLUMNS[1:])
    assert hand.table(side_effects_by_dose, FADE, nobody).empty


def test_a_group_counts_a_session_once_for_all_its_terms(hand: Hand) -> None:
    columns = ("mg_before", "n_sessions", "n_sessions_with")
    urinary = hand.rows(side_effects_by_dose, WATCH, *columns, by="drug", term="Urinary symptoms")
    assert urinary == [("0", 1, 0), ("250-499", 2, 1)]
    misuse = hand.rows(side_effect_fading, WATCH, "sessions", "n_sessions_with", term="Signs of misuse")
    assert misuse == [("1", 0), ("2-4", 1)]
    by_session = hand.rows(side_effects_by_session, WATCH, "n_sessions_with", term="Urinary symptoms")
    assert by_session == [(0,), (1,), (0,)]
    what, silence, *_ = notes_of(hand.table(side_effect_fading, WATCH, term="Cognitive symptoms"))
    assert what == (
        "Counted: Cognitive symptoms, that is any of: Memory impairment, Mental impairment, Confusional state."
    )
    assert silence.endswith("none is not absence.")


def test_the_longer_watch_has_every_group_by_drug_and_milligrams(hand: Hand) -> None:
    # eve of ketamine: none before, then 300, then 350 mg; painful urination and nocturia in the second session are one
    rows = hand.rows(longer_watch, WATCH, "group", "drug", "mg_before", "n_sessions", "n_sessions_with", "n_patients")
    assert rows == [
        ("Urinary symptoms", "ketamine", "0", 1, 0, 1),
        ("Urinary symptoms", "ketamine", "250-499", 2, 1, 1),
        ("Cognitive symptoms", "ketamine", "0", 1, 0, 1),
        ("Cognitive symptoms", "ketamine", "250-499", 2, 0, 1),
        ("Signs of misuse", "ketamine", "0", 1, 0, 1),
        ("Signs of misuse", "ketamine", "250-499", 2, 1, 1),
    ]
    notes = notes_of(hand.table(longer_watch, WATCH))
    assert notes[2] == (
        "Signs of misuse: any of Drug abuse, Drug craving, Drug dependence, Intentional product misuse."
    )
    assert notes.count(notes[3]) == 1
    assert notes[3].endswith("none is not absence.")
    assert hand.table(longer_watch, WATCH, {"sex": ("male",)}).empty
