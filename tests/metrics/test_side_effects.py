"""``definitions.md`` §7: which sessions count, what a rate is of, and how wide its interval is."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scipy.optimize import brentq

from dashboard.clinic_file import ClinicFile
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.importing.run import import_folder
from dashboard.metrics.any_side_effect import any_side_effect
from dashboard.metrics.completeness import completeness
from dashboard.metrics.options import notes_of
from dashboard.metrics.side_effects import COLUMNS, side_effects
from dashboard.store import Builds
from tests.hand import AS_OF, Case, Hand, Row, write_export

FILLED = {"effects_recorded": "true"}


def table(hand: Hand, case: Case, where: dict[str, tuple[str, ...]] | None = None, **options: Any) -> pd.DataFrame:
    since, until = options.pop("since", None), options.pop("until", None)
    return side_effects(Cohort(hand.store, {"site": (case.site,), **(where or {})}, since, until), **options)


def counts(hand: Hand, case: Case, term: str, *columns: str, **options: Any) -> list[tuple[Any, ...]]:
    """Some columns of a term's rows, ``n_`` left out of their names."""
    rows = table(hand, case, **options)
    return list(rows[rows["term"] == term][[f"n_{name}" for name in columns]].itertuples(index=False, name=None))


FORMS = Case("harm forms")
ANN = FORMS.patient("ann").dose("2024-03-04", session_id="hf1", **FILLED).dose("2024-03-06", session_id="hf2", **FILLED)
ANN.dose("2024-03-08", session_id="hf3", effects_recorded="false").dose("2024-03-10", session_id="hf4")
ANN.dose("2024-03-12", session_id="hf5").session("2024-03-14", "no-show", session_id="hf6", **FILLED)
ANN.effect("Nausea", "hf1", severity="mild").effect("nauseous", "hf1", severity="moderate")
ANN.effect("Nausea", "hf3", severity="severe", serious="true").effect("Nausea", "hf6")
ANN.effect("Nil", "hf4").effect("No side effects", "hf5")
FORMS.patient("bob").dose("2024-03-04", session_id="hf7", **FILLED)
FORMS.patient("cyd").dose("2024-03-04", session_id="hf8").effect("Nausea", "hf8")


def test_only_sessions_with_a_filled_form_are_in_the_rate_and_every_event_is_counted(hand: Hand) -> None:
    # filled: hf1, hf2, hf4 and hf5 (it says none), hf7. Nausea in hf1 only, twice; cyd has no form at all.
    rates = ("sessions", "sessions_with", "patients", "patients_with")
    assert counts(hand, FORMS, "Nausea", *rates) == [(5, 1, 2, 1)]
    # hf1 twice, hf3, hf6, hf8; the last three are in no rate, and the serious one is among them
    assert counts(hand, FORMS, "Nausea", "events", "outside", "serious") == [(5, 3, 1)]
    assert counts(hand, FORMS, "Nausea", "mild", "moderate", "severe") == [(1, 1, 1)]


def test_an_answer_that_there_was_nothing_is_no_term(hand: Hand) -> None:
    assert not {"Nil", "None", "No side effects"} & set(table(hand, FORMS)["term"])


def test_how_many_forms_are_filled_is_said(hand: Hand) -> None:
    assert notes_of(table(hand, FORMS))[0] == (
        "Sessions are the completed ones whose side-effect form was filled: 5 of 7; "
        "the other 2 are unknown and in no rate."
    )


ROUTES = Case("harm routes")
BOTH = ROUTES.patient("both")
BOTH.dose("2024-03-04", session_id="hr1", **FILLED).dose("2024-03-06", session_id="hr2", route="im", **FILLED)
BOTH.dose("2024-03-08", session_id="hr3", route="im").effect("Headache", onset="2024-03-05T18:00")
BOTH.effect("Headache", onset="2024-03-06T18:00").effect("Headache", "hr2").effect("Headache", onset="2024-03-04T09:00")
BOTH.effect("Fatigue", onset="2024-06-06T12:00", serious="true").effect("Fatigue", onset="2024-06-07T12:00")
ROUTES.patient("oral").dose("2024-03-04", route="oral")


def test_an_event_between_sessions_counts_to_the_route_of_the_last_session_before_it(hand: Hand) -> None:
    names = ("sessions", "sessions_with", "patients", "patients_with", "events", "outside")
    # 5 March is after the IV session, 6 March 18:00 after the IM one; 4 March 09:00 is before any: no route is known
    assert counts(hand, ROUTES, "Headache", *names, by="route") == [
        (1, 1, 1, 1, 1, 0),  # IV
        (1, 1, 1, 1, 2, 0),  # IM; hr3 has no form
        (0, 0, 0, 0, 0, 0),  # oral: no form, so nothing is known
        (0, 0, 0, 0, 1, 1),  # unknown
    ]
    assert counts(hand, ROUTES, "Headache", *names) == [(2, 2, 1, 1, 4, 1)]


def test_after_the_course_gap_an_event_belongs_to_no_session(hand: Hand) -> None:
    # 6 June is 90 days after hr3, 7 June 91
    assert counts(hand, ROUTES, "Fatigue", "events", "outside", "serious", by="route") == [
        (0, 0, 0),
        (1, 1, 1),
        (0, 0, 0),
        (1, 1, 0),
    ]


def test_every_term_has_a_row_in_every_group_zeros_too(hand: Hand) -> None:
    rows = table(hand, ROUTES, by="route")
    every = list(dict.fromkeys(rows["term"]))
    assert {"Headache", "Fatigue", "Nausea"} <= set(every)  # Nausea is of another site
    assert list(rows["route"]) == ["iv", "im", "oral", "unknown"] * len(every)
    zero = rows[(rows["term"] == "Nausea") & (rows["route"] == "iv")].iloc[0]
    # none of 1: Wilson's upper end is z² / (1 + z²) = 3.8415 / 4.8415
    assert (zero["session_rate"], zero["session_low"]) == (0, 0)
    assert zero["session_high"] == pytest.approx(0.793451, abs=1e-6)
    nothing = rows[(rows["term"] == "Nausea") & (rows["route"] == "oral")].iloc[0]
    assert nothing[["session_rate", "session_low", "session_high", "patient_rate", "patient_high"]].isna().all()


SEVERAL = Case("harm minimum")
for place in range(4):
    SEVERAL.patient(f"p{place}").dose("2024-03-04", session_id=f"hm{place}", **FILLED)
LAST = SEVERAL.patient("im").dose("2024-03-04", session_id="hm4", route="im", **FILLED)
LAST.effect("Headache", "hm4")
SEVERAL.patient("iv").dose("2024-03-04", session_id="hm5", **FILLED).effect("Nausea", "hm5").effect("Tremor", "hm5")


def test_a_term_stays_where_its_rate_reaches_the_minimum_in_any_group(hand: Hand) -> None:
    # Nausea and Tremor: 1 of 5 on IV; Headache: 1 of 1 on IM; together each 1 of 6
    def kept(**options: Any) -> list[str]:
        return list(dict.fromkeys(table(hand, SEVERAL, **options)["term"]))

    assert kept(by="route", min_rate=0.2) == ["Headache", "Tremor", "Nausea"]
    assert kept(by="route", min_rate=0.21) == ["Headache"]
    assert kept(min_rate=0.17) == []
    rows = table(hand, SEVERAL, by="route", min_rate=0.21)
    assert list(rows["n_sessions_with"]) == [0, 1], "with all of its groups"
    assert notes_of(rows)[-1] == "Only terms that 21 % or more of the patients of any group had."


LENGTHS = Case("harm lengths")
TIMED = LENGTHS.patient("timed")
TIMED.dose("2024-03-04", session_id="hl1", started_at="2024-03-04T10:00", **FILLED)
TIMED.effect("Nausea", "hl1", resolved_at="2024-03-04T10:20").effect(
    "Nausea", "hl1", "2024-03-04T10:10", resolved_at="2024-03-04T10:20"
)
TIMED.effect("Nausea", "hl1", "2024-03-04T10:10", resolved_at="2024-03-04T12:00").effect("Nausea", "hl1")
TIMED.dose("2024-03-06", session_id="hl2", started_at="2024-03-06T10:00")
TIMED.effect("Nausea", "hl2", resolved_at="2024-03-06T11:00")


def test_minutes_are_from_onset_else_from_the_dose_to_the_end(hand: Hand) -> None:
    rows = table(hand, LENGTHS)
    row = rows[rows["term"] == "Nausea"].iloc[0]
    # 20, 10, 110 and, without a form, 60: between 20 and 60
    assert (row["n_events"], row["n_timed"], row["median_minutes"]) == (5, 4, 40)
    assert pd.isna(rows[rows["term"] == "Headache"].iloc[0]["median_minutes"])


# Weil 1970, Table 1: of the pups of each litter alive at four days, how many survived; as sessions of a patient.
CONTROL = "13/13 12/12 9/9 9/9 8/8 8/8 12/13 11/12 9/10 9/10 8/9 11/13 4/5 5/7 7/10 7/10"
TREATED = "12/12 11/11 10/10 9/9 10/11 9/10 9/10 8/9 8/9 4/5 7/9 4/7 5/10 3/6 3/10 0/7"
WEIL = Case("harm weil")
for group, litters in (("iv", CONTROL), ("im", TREATED)):
    for number, litter in enumerate(litters.split()):
        survived, alive = (int(each) for each in litter.split("/"))
        person = WEIL.patient(f"{group}{number}")
        for place in range(alive):
            day = datetime.date(2024, 3, 1) + datetime.timedelta(place)
            person.dose(str(day), session_id=f"hw-{group}-{number}-{place}", route=group, **FILLED)
            if place < survived:
                person.effect("Euphoric mood", f"hw-{group}-{number}-{place}")


def by_inversion(rate: float, number: float) -> tuple[float, float]:
    """Wilson's interval as what it is: the rates from which this one is 1.96 standard errors away."""

    def away(true: float) -> float:
        return (rate - true) ** 2 * number - 1.959963984540054**2 * true * (1 - true)

    return brentq(away, 1e-9, rate), brentq(away, rate, 1 - 1e-9)


def test_the_interval_is_wilsons_on_the_effective_number_of_sessions(hand: Hand) -> None:
    rows = table(hand, WEIL, by="route")
    rows = rows[rows["term"] == "Euphoric mood"].reset_index(drop=True)
    assert list(rows["n_sessions_with"]) == [142, 112]
    assert list(rows["n_sessions"]) == [158, 145]
    # Rao and Scott 1992, Table 1, as printed by rsb() of the R package PF: design effects 1.232495 and 3.952861
    for row, effect in zip(rows.to_dict("records"), (1.232495, 3.952861), strict=True):
        expected = by_inversion(row["session_rate"], row["n_sessions"] / effect)
        assert (row["session_low"], row["session_high"]) == pytest.approx(expected, abs=1e-6)
    # 16 of 16 litters: n / (n + z²) = 16 / 19.8415; 15 of 16
    assert list(rows["patient_low"]) == pytest.approx([0.806392, by_inversion(15 / 16, 16)[0]], abs=1e-6)


EDGES = Case("harm edges")
for key, terms in (("a", ("Anxiety", "Fatigue")), ("b", ("Fatigue",))):
    person = EDGES.patient(key)
    for place in range(3):
        person.dose(f"2024-03-0{4 + place}", session_id=f"he-{key}{place}", **FILLED)
        person.effect("Nausea", f"he-{key}{place}") if place == 0 else None
        for term in terms:
            person.effect(term, f"he-{key}{place}")
ALONE = Case("harm alone")
ALONE.patient().dose("2024-03-04", session_id="ha1", **FILLED).dose("2024-03-06", session_id="ha2", **FILLED).effect(
    "Nausea", "ha1"
)


def test_at_the_edges_the_interval_is_plain_and_never_narrower_than_that(hand: Hand) -> None:
    rows = table(hand, EDGES).set_index("term")
    wilson = {
        0: (0, 0.390334),
        6: (0.609666, 1),
        2: by_inversion(2 / 6, 6),
    }  # at the edges z² / (n + z²) = 3.8415 / 9.8415
    for term, count in (("Headache", 0), ("Fatigue", 6), ("Nausea", 2)):
        row = rows.loc[term]
        assert row["n_sessions_with"] == count
        # both patients have Nausea in 1 of 3, so that they do not differ at all: the design effect of 0 counts as 1
        assert (row["session_low"], row["session_high"]) == pytest.approx(wilson[count], abs=1e-6)
    # Anxiety: 3 of 3 against 0 of 3. Between two patients the variance is (3-1.5)² + (0-1.5)² = 4.5, times 2 / 1,
    # over 6²: 0.25; of six independent sessions it is 0.25 / 6. So six count as one.
    row = rows.loc["Anxiety"]
    assert (row["session_low"], row["session_high"]) == pytest.approx(by_inversion(0.5, 1), abs=1e-9)


def test_one_patient_alone_says_nothing_of_how_patients_differ(hand: Hand) -> None:
    rows = table(hand, ALONE).set_index("term")
    assert rows.loc["Nausea", ["session_rate", "n_patients"]].tolist() == [0.5, 1]
    assert rows.loc["Nausea", ["session_low", "session_high"]].isna().all()
    assert rows.loc["Headache", "session_high"] == pytest.approx(0.657620, abs=1e-6)  # 3.8415 / 5.8415


TIMES = Case("harm times")
LONG = TIMES.patient("long", sex="female")
LONG.dose("2024-03-04", session_id="ht1", **FILLED).dose("2024-04-02", session_id="ht2", **FILLED)
LONG.effect("Nausea", "ht1").effect("Nausea", onset="2024-04-05T10:00").effect("Nausea", onset="2024-04-09T10:00")


def test_filters_are_of_the_session_and_an_event_follows_its_session(hand: Hand) -> None:
    names = ("sessions", "sessions_with", "events")
    # 2 April is day 29
    assert counts(hand, TIMES, "Nausea", *names, where={"phase": ("maintenance",)}) == [(1, 1, 2)]
    assert counts(hand, TIMES, "Nausea", *names, by="phase") == [(1, 1, 1), (1, 1, 2)]
    assert counts(hand, TIMES, "Nausea", *names, by="year") == [(2, 2, 3)]
    day = datetime.date(2024, 4, 2)
    assert counts(hand, TIMES, "Nausea", *names, since=day) == [(1, 1, 2)]
    assert counts(hand, TIMES, "Nausea", *names, until=day - datetime.timedelta(1)) == [(1, 1, 1)]
    assert counts(hand, TIMES, "Nausea", *names, where={"sex": ("male",)}) == [(0, 0, 0)]


PATIENTS = [{"patient_id": "1", "diagnosis": "depression"}]
DOSE = {"patient_id": "1", "status": "completed", "route": "iv", "drug": "ketamine", "scheduled_at": "2024-03-04T10:00"}
ODD = ("Odd g", "Odd a", "odd b", "Odd c", "Odd d", "Odd e")


@pytest.fixture
def imported(tmp_path: Path, clinic_file: ClinicFile) -> Iterator[Callable[..., Cohort]]:
    """Imports an export of its own."""
    builds = Builds(tmp_path / "home")

    def cohort(**tables: list[Row]) -> Cohort:
        folder = write_export(tmp_path / "export", {"patients": PATIENTS, **tables})
        import_folder(folder, builds, clinic_file, as_of=AS_OF)
        return Cohort(builds.current())

    yield cohort
    builds.close()


def test_terms_stand_in_the_order_of_the_list_and_what_it_lacks_by_its_letters(
    imported: Callable[..., Cohort],
) -> None:
    terms = ("Nausea", *ODD, "Headache", "somnolence", "dissociated")
    effects = [{"patient_id": "1", "session_id": "s", "term": term} for term in terms]
    rows = side_effects(imported(sessions=[{**DOSE, "session_id": "s", **FILLED}], side_effects=effects))
    listed = ["Dissociation", "Somnolence", "Headache", "Nausea"]
    unlisted = ["Odd a", "Odd c", "Odd d", "Odd e", "Odd g", "odd b"]
    assert list(rows["term"]) == [*listed, *unlisted]
    assert notes_of(rows)[-1] == (
        "Not in the list of terms, counted as written: Odd a, Odd c, Odd d, Odd e, Odd g and 1 more."
    )


def test_without_a_column_of_forms_every_completed_session_counts_and_that_is_said(
    imported: Callable[..., Cohort],
) -> None:
    doses = [
        {**DOSE, "session_id": "s1"},
        {**DOSE, "session_id": "s2"},
        {**DOSE, "session_id": "s3", "status": "no-show"},
    ]
    rows = side_effects(
        imported(sessions=doses, side_effects=[{"patient_id": "1", "session_id": "s2", "term": "Nausea"}])
    )
    assert rows[["n_sessions", "n_sessions_with", "n_outside"]].to_numpy().tolist() == [[2, 1, 0]]
    assert notes_of(rows)[0] == (
        "The export has no column effects_recorded in sessions: "
        "all completed sessions count as if their side-effect form had been filled (2)."
    )


def test_without_a_table_of_side_effects_nothing_is_known_and_that_is_said(imported: Callable[..., Cohort]) -> None:
    rows = side_effects(imported(sessions=[{**DOSE, "session_id": "s1", **FILLED}]), by="route", min_rate=0.1)
    assert rows.empty
    assert list(rows) == ["term", "route", *COLUMNS[2:]]
    assert notes_of(rows)[0] == (
        "The export has no table side_effects: nothing is known of side effects, which does not mean none."
    )


def test_it_handles_no_data(imported: Callable[..., Cohort]) -> None:
    cohort = imported(sessions=[])
    assert side_effects(cohort).empty
    assert side_effects(cohort, by="site").empty


def test_columns_are_those_of_the_contract(hand: Hand) -> None:
    assert list(table(hand, TIMES)) == [name for name in COLUMNS if name != "by"]
    assert list(table(hand, TIMES, by="treatment")) == ["term", "treatment", *COLUMNS[2:]]


def test_it_refuses_a_split_that_does_not_exist(hand: Hand) -> None:
    with pytest.raises(OptionError, match="by has no 'colour'; there are: clinician, diagnosis"):
        table(hand, TIMES, by="colour")


def test_without_that_table_and_the_column_no_form_counts(imported: Callable[..., Cohort]) -> None:
    cohort = imported(sessions=[{**DOSE, "session_id": "s1"}, {**DOSE, "session_id": "s2"}])
    assert any_side_effect(cohort)[["n_completed", "n_sessions"]].to_numpy().tolist() == [[2, 0]]
    row = completeness(cohort)
    assert row[["n_sessions", "n_with_form"]].to_numpy().tolist() == [[2, 0]]
    assert "no form is known" in notes_of(row)[-1]
