"""Side effects: the preferred term, and the session that an event counts to."""

from dashboard.clinical.tables import EFFECTS
from tests.hand import Case, Hand

terms = Case("effect-terms")
named = terms.patient("named").dose("2024-03-04", session_id="et1", effects_recorded="true")
named.effect("NAUSEOUS", "et1").effect("Somnolence", "et1", serious="true").effect("Odd  Feeling", "et1")
named.effect("nil", "et1").effect("high BP", "et1", severity="severe")


def test_a_spelling_counts_as_its_term_and_an_unknown_one_as_written(hand: Hand) -> None:
    rows = hand.mart(EFFECTS, named, "written", "term", "system", "is_serious", "severity")
    assert rows == [
        ("NAUSEOUS", "Nausea", "Gastrointestinal", 0, None),
        ("Odd  Feeling", "Odd  Feeling", "Not in the list", 0, None),
        ("Somnolence", "Somnolence", "Nervous system", 1, None),
        ("high BP", "Blood pressure increased", "Cardiac and measurements", 0, "severe"),
    ]


times = Case("effect-times")
person = times.patient("person")
person.dose("2024-03-04T10:00", session_id="s1", route="iv", started_at="2024-03-04T10:00", effects_recorded="true")
person.dose("2024-03-10T10:00", session_id="s2", route="im", started_at="2024-03-10T10:00")
person.session("2024-03-12T10:00", "no-show", session_id="s3")
person.effect("T before the first", onset="2024-03-04T09:59")
person.effect("T at the dose", onset="2024-03-04T10:00")
person.effect("T before the second", onset="2024-03-10T09:59")
person.effect("T that day without a time", onset="2024-03-10")
person.effect("T after the second", onset="2024-03-10T10:00")
person.effect("T of a no-show", "s3")
person.effect("T 90 days later", onset="2024-06-08T12:00")
person.effect("T 91 days later", onset="2024-06-09T12:00")


def test_an_event_between_sessions_counts_to_the_last_completed_one_before_it(hand: Hand) -> None:
    rows = hand.mart(EFFECTS, person, "term", "session_id", "route", "is_between", "is_outside")
    assert {row[0]: row[1:] for row in rows} == {
        "T before the first": (None, "unknown", 1, 1),
        "T at the dose": ("s1", "iv", 1, 0),
        "T before the second": ("s1", "iv", 1, 0),
        "T that day without a time": ("s1", "iv", 1, 0),
        "T after the second": ("s2", "im", 1, 1),  # no form
        "T of a no-show": ("s3", "im", 0, 1),
        "T 90 days later": ("s2", "im", 1, 1),
        "T 91 days later": (None, "unknown", 1, 1),
    }


def test_an_event_of_no_session_lies_on_its_own_day_and_keeps_the_persons_site(hand: Hand) -> None:
    rows = dict(hand.mart(EFFECTS, person, "term", "scheduled_day"))
    sites = dict(hand.mart(EFFECTS, person, "term", "site"))
    assert rows["T 91 days later"] - rows["T at the dose"] == 97  # 2024-03-04 to 2024-06-09
    assert set(sites.values()) == {"effect-times"}


lengths = Case("effect-lengths")
timed = lengths.patient("timed")
timed.dose("2024-03-09T23:00", session_id="d1", started_at="2024-03-09T23:30")
timed.effect("D from the dose", "d1", resolved_at="2024-03-10T03:30")
timed.effect("D from its onset", "d1", "2024-03-10T00:00", resolved_at="2024-03-10T00:45")
timed.effect("D before its onset", "d1", "2024-03-10T00:00", resolved_at="2024-03-09T23:59")
timed.effect("D not over", "d1")


def test_it_lasts_from_onset_else_from_the_dose_until_it_is_resolved(hand: Hand) -> None:
    rows = dict(hand.mart(EFFECTS, timed, "term", "duration_seconds"))
    # the hour from 2 to 3 of that night does not exist in New York
    assert rows == {
        "D from the dose": 3 * 3600,
        "D from its onset": 45 * 60,
        "D before its onset": None,
        "D not over": None,
    }
