"""What is said of suicidality: thoughts and behaviour apart, the gravest first, on the page and in code."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.access import PATIENT, Viewer, patient_for
from dashboard.access_cases import case_of
from dashboard.auth.permissions import CODED
from dashboard.clinic import Clinic, open_clinic
from dashboard.importing.run import import_folder
from dashboard.metrics.measures import measures
from dashboard.metrics.trajectory import trajectory
from dashboard.settings import Settings
from dashboard.store import Builds
from dashboard.tabs import brief, patient_evidence, patient_print
from dashboard.tabs.case_slides import _gravity, slides_of
from dashboard.tabs.lines import Line, line_of
from dashboard.tabs.status import status_of
from dashboard.tabs.today_words import effect_of, effect_words
from tests.hand import write_export

AS_OF = datetime.date(2024, 12, 31)
ANN = Viewer("a-clinician", "clinician")
CLINIC = Callable[..., "One"]


class One:
    """A clinic of one person with a session on 1 December 2024."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.patient = patient_for(ANN, clinic, clinic.tokens.seal(PATIENT, "1"))

    @property
    def line(self) -> Line:
        return line_of(self.patient, self.clinic, AS_OF)

    def card(self, title: str) -> list[str]:
        """The lines of a card of the first screen."""
        scores = trajectory(self.patient.cohort, patient="1")
        made: Any = brief.cards(self.patient, self.line, status_of(scores, None, None), AS_OF, None)
        card = next(each for each in made.children if each.children[0].children == title)
        return [str(each.children) for each in card.children[1].children]

    def measure(self, code: str) -> dict[str, Any]:
        cohort = self.patient.cohort
        rows = patient_evidence.measures(measures(cohort, patient="1"), trajectory(cohort, patient="1"))
        return next(row for row in rows if row["scale"] == code)

    def opening(self) -> tuple[str, ...]:
        """What the first slide says of safety."""
        return slides_of(*case_of(Viewer("a-presenter", CODED), self.clinic, "1"))[0].lines[1:-1]


@pytest.fixture
def one(tmp_path: Path) -> CLINIC:
    """Makes that clinic with some forms, events and side effects."""

    def make(**tables: list[dict[str, object]]) -> One:
        who = {"patient_id": "1"}
        dose = {"session_id": "s1", "scheduled_at": "2024-12-01T10:00", "status": "completed", "route": "iv"}
        tables = {"sessions": [{**dose, "drug": "ketamine"}], **tables}
        rows = {name: [{**who, **each} for each in own] for name, own in tables.items()}
        export = write_export(tmp_path / "export", {"patients": [{**who, "diagnosis": "depression"}], **rows})
        builds, settings = Builds(tmp_path / "home"), Settings(home=tmp_path / "home")
        import_folder(export, builds, settings.clinic(), as_of=AS_OF)
        builds.close()
        return One(open_clinic(settings))

    return make


def ladder(day: str, *answers: int | None) -> dict[str, object]:
    given = {f"item_{place}": each for place, each in enumerate(answers, start=1) if each is not None}
    return {"instrument": "C-SSRS", "assessed_at": day, **given}


BEHAVIOUR = "C-SSRS: suicidal behaviour within three months"
NO = (0, 0, None, None, None)
"""Both questions no, the others skipped."""
NOTHING, BESIDE = "no thoughts (questions 1 to 5); ", "none by questions 1 to 5; behaviour: yes"


@pytest.mark.parametrize(
    ("behaviour", "words", "band", "is_grave"),
    [
        ((1, 1), "behaviour within three months: yes", BESIDE, True),
        ((None, 1), "behaviour within three months: yes", BESIDE, True),
        ((1, 0), "behaviour ever: yes, within three months: no", BESIDE, False),
        ((1, None), "behaviour ever: yes, within three months: not answered", BESIDE, False),
        ((0, None), "behaviour ever: no", "none", False),
        ((None, 0), "behaviour within three months: no, ever: not answered", "none", False),
        ((None, None), "behaviour: not answered", "none by questions 1 to 5", False),
    ],
)
def test_behaviour_is_said_beside_the_score(
    one: CLINIC, behaviour: tuple[int | None, int | None], words: str, band: str, is_grave: bool
) -> None:
    made = one(assessments=[ladder("2024-12-11", *NO, *behaviour)])
    said = f"C-SSRS: {NOTHING}{words}"
    warning = [f"See before dosing: {BEHAVIOUR} (11 December 2024)"] if is_grave else []
    assert made.card("Safety") == [*warning, f"{said} on 11 December 2024"]
    assert ("suicidality-high" in made.line.reasons) == is_grave
    row = made.measure("C-SSRS")
    assert (row["latest"], row["band"]) == (f"0, {NOTHING}{words} · 11 December 2024", band)
    warning = [f"See before dosing: {BEHAVIOUR} (day 10)."] if is_grave else []
    assert list(made.opening()) == [*warning, f"{said}, day 10"]
    made.clinic.close()


def test_the_first_ladder_is_said_in_words_and_a_question_with_its_number(one: CLINIC) -> None:
    made = one(assessments=[ladder("2024-12-02", *NO, 0), ladder("2024-12-11", 1, 1, 1, 1, 0, 0)])
    said = "C-SSRS question 4: some intent; behaviour ever: no"
    assert made.card("Safety") == [
        "See before dosing: C-SSRS: question 4, some intent (11 December 2024)",
        f"{said} on 11 December 2024; first “{NOTHING}behaviour ever: no” on 2 December 2024",
    ]
    made.clinic.close()


def test_a_form_that_answers_on_behaviour_alone_is_said_and_hides_no_question(one: CLINIC) -> None:
    made = one(assessments=[ladder("2024-12-02", 1, 1, 1, 0, 0, 0), ladder("2024-12-11", *[None] * 5, 1, 1)])
    said = "C-SSRS: thoughts (questions 1 to 5): not answered; behaviour within three months: yes"
    assert next(iter(made.line.reasons.values())) == f"{BEHAVIOUR} (11 December 2024)"
    assert made.card("Safety")[1].startswith(f"{said} on 11 December 2024; first “thoughts with a method; ")
    assert made.opening()[0] == f"See before dosing: {BEHAVIOUR} (day 10)."
    made.clinic.close()


def test_an_attempt_is_said_as_that_and_the_gravest_answer_comes_first(one: CLINIC) -> None:
    phq9 = {"instrument": "PHQ-9", "assessed_at": "2024-12-11", **{f"item_{place}": 0 for place in range(1, 10)}}
    tried = [{"happened_on": "2024-12-05", "kind": "suicide-attempt"}]
    made = one(assessments=[phq9, ladder("2024-12-10", *NO, 1, 1)], events=tried)
    said = f"C-SSRS: {NOTHING}behaviour within three months: yes"
    high = f"{BEHAVIOUR} (10 December 2024) · suicide attempt on 5 December 2024"
    assert made.line.reasons["suicidality-high"] == high
    assert made.card("Safety")[0] == f"See before dosing: {high}"
    # one person only has such an event: in code its kind has no name, but that there is one is said
    assert made.opening() == (
        f"See before dosing: {BEHAVIOUR} (day 9); Another event, day 4.",
        f"{said}, day 9; PHQ-9 item 9: 0, day 10",
    )
    made.clinic.close()


def test_an_attempt_alone_is_not_called_behaviour(one: CLINIC) -> None:
    made = one(events=[{"happened_on": "2024-12-05", "kind": "suicide-attempt"}])
    assert made.line.reasons["suicidality-high"] == "suicide attempt on 5 December 2024"
    made.clinic.close()


def test_on_paper_a_long_cell_goes_on_beneath(one: CLINIC) -> None:
    made = one(assessments=[ladder("2024-12-11", *NO, 1, 1)])
    drawn = {"layout": {"height": 1}, "data": []}
    sheet = patient_print.content(drawn, [made.measure("C-SSRS")], [], "", [])["sheet"]
    assert " ".join(sheet.split()).count("…") == 0
    assert "behaviour within three months: yes" in " ".join(sheet.split())
    made.clinic.close()


TOTAL = {"instrument": "PHQ-9", "assessed_at": "2024-12-11", "score": 12}
"""A form of which the records have the total alone."""


@pytest.mark.parametrize(
    ("forms", "of_page", "in_code"),
    [
        ([], ", and no form that asks.", ", and no form that asks."),
        ([TOTAL], "; PHQ-9 of 11 December 2024 is a total only.", "; PHQ-9 on day 10 is a total only."),
        (
            [{**TOTAL, "score": None, **{f"item_{place}": 1 for place in range(1, 9)}}],
            "; PHQ-9 of 11 December 2024 leaves it open.",
            "; PHQ-9 on day 10 leaves it open.",
        ),
    ],
)
def test_without_an_answer_it_is_not_said_that_nobody_asked(
    one: CLINIC, forms: list[dict[str, object]], of_page: str, in_code: str
) -> None:
    made = one(assessments=forms)
    assert made.line.reasons["suicidality-unknown"] == "no answer on suicidality on record for 30 days"
    assert made.card("Safety") == [f"No answer on suicidality in the records{of_page}"]
    assert made.opening() == (f"No answer on suicidality in the records{in_code}",)
    made.clinic.close()


@pytest.mark.parametrize(
    ("felt", "words"),
    [
        (
            {"Nausea": "mild", "Sedation": None, "Dissociation": "moderate"},
            "Worst known effect: Dissociation, moderate; Sedation, severity unknown, 1 more",
        ),
        ({"Nausea": "mild", "Dissociation": "moderate"}, "Worst effect: Dissociation, moderate, 1 more"),
        ({"Sedation": None}, "Worst effect: Sedation, severity unknown"),
    ],
)
def test_an_effect_of_unknown_severity_is_not_hidden_by_a_mild_one(
    one: CLINIC, felt: dict[str, str | None], words: str
) -> None:
    made = one(side_effects=[{"session_id": "s1", "term": term, "severity": felt[term]} for term in felt])
    assert made.card("Last session")[0] == words
    assert effect_words(made.line) == words.partition(": ")[2]
    made.clinic.close()


def test_a_case_names_its_effects_in_the_same_order() -> None:
    felt = [("Sedation", None, False), ("Nausea", "mild", False), ("Panic", "severe", False), ("Fall", None, True)]
    effects = [dict(zip(("term", "severity", "is_serious"), each, strict=True)) for each in felt]
    assert [effect_of(each) for each in sorted(effects, key=_gravity)] == [
        *("Fall, severity unknown, serious", "Panic, severe", "Nausea, mild", "Sedation, severity unknown"),
    ]


def test_a_scale_without_a_rate_has_no_percentage(one: CLINIC) -> None:
    made = one(assessments=[ladder("2024-12-01", 1, 0, None, None, None, 0), ladder("2024-12-11", 1, 1, 0, 0, 0, 0)])
    assert made.measure("C-SSRS")["change"] == "+1"
    made.clinic.close()


@pytest.mark.parametrize(("cadss", "words"), [(None, "CADSS highest: not recorded"), (12, "CADSS highest 12")])
def test_what_the_clinic_records_is_missed_where_the_last_session_lacks_it(
    one: CLINIC, cadss: int | None, words: str
) -> None:
    dose = {"status": "completed", "route": "iv", "drug": "ketamine"}
    first = {**dose, "session_id": "s1", "scheduled_at": "2024-12-01T10:00", "cadss_max": 9}
    made = one(sessions=[first, {**first, "session_id": "s2", "scheduled_at": "2024-12-04T10:00", "cadss_max": cadss}])
    said = made.card("Last session")
    assert words in said
    assert not any(each.startswith("MOAA/S") for each in said)
    made.clinic.close()


def test_mania_is_said_with_score_date_and_mark(one: CLINIC) -> None:
    scores = {"ASRM": 9, "YMRS": 15}
    forms = [{"instrument": code, "assessed_at": "2024-12-11", "score": score} for code, score in scores.items()]
    made = one(assessments=[*forms, {"instrument": "ASRM", "assessed_at": "2024-12-02", "score": 12}])
    words = "ASRM 9 on 11 December 2024, mark 6; YMRS 15 on 11 December 2024, mark above 12"
    assert made.line.reasons["mania"] == words
    assert f"⚑ {words}" in made.card("Safety")
    assert made.line.digest == made.line.digest
    made.clinic.close()
