"""The list of side-effect terms: every one of the clinical reference, none merged, faults named."""

from pathlib import Path

import pytest

from dashboard.effects import GROUPS, SPELLINGS, TERMS, EffectsError, load_groups

# The clinical reference §4a, as printed there but for "Hypomania/Mania", which is two terms.
PUBLISHED = """Dissociation; Depersonalisation/derealisation disorder; Anxiety; Agitation; Euphoric mood;
Hallucination, visual; Hallucination, auditory; Confusional state; Panic attack; Suicidal ideation; Hypomania;
Mania; Insomnia; Dizziness; Sedation; Somnolence; Headache; Dysgeusia; Hypoaesthesia; Paraesthesia; Lethargy;
Dysarthria; Tremor; Mental impairment; Memory impairment; Syncope; Loss of consciousness; Vertigo; Tinnitus;
Hyperacusis; Vision blurred; Diplopia; Nystagmus; Nausea; Vomiting; Dry mouth; Tachycardia; Bradycardia; Blood
pressure increased; Hypertension; Hypertensive crisis; Oxygen saturation decreased; Respiratory depression;
Nasal discomfort; Throat irritation; Feeling drunk; Feeling abnormal; Fatigue; Infusion site pain; Injection
site pain; Pollakiuria; Dysuria; Micturition urgency; Nocturia; Haematuria; Cystitis; Cystitis interstitial;
Transaminases increased; Hypoaesthesia oral"""

OUR_OWN = {"Drug abuse", "Drug craving", "Drug dependence", "Intentional product misuse"}
"""In MedDRA's style, for the longer watch."""


def test_every_term_of_the_reference_is_there_and_no_other() -> None:
    assert set(TERMS) - OUR_OWN == {term.strip() for term in PUBLISHED.replace("\n", " ").split(";")}


def test_the_group_of_urinary_symptoms_is_the_body_system() -> None:
    assert set(GROUPS["Urinary symptoms"]) == {term for term, system in TERMS.items() if system == "Urinary"}


def test_a_preferred_term_stands_for_itself() -> None:
    by_spelling = {each.spelling: each.term for each in SPELLINGS}
    assert all(by_spelling[term.lower()] == term for term in TERMS)
    assert by_spelling["none"] is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("none = []\n[A]\nNausea = ['sick']\nFatigue = ['Sick ']", "'sick' stands twice; take one of them out."),
        ("none = []\n[A]\nNausea = 'sick'", "Nausea has no list of spellings; write one, [] where there are none."),
        ("[A]\nNausea = []", "none has no list of spellings; write one, [] where there are none."),
        ("none = []\nNausea = []", "Nausea is no body system; write it as a table of terms."),
        ("none = [", "this is not readable TOML, mend it or put it back"),
        ("none = []\ngroups = []", "there is no group; write a name and its list of terms below [groups]."),
        ("none = []\n[A]\nNausea = []", "there is no group; write a name and its list of terms below [groups]."),
        ("none = []\n[A]\nNausea = []\n[groups]\nNausea = ['Nausea']", "the group 'Nausea' is also a term; give it"),
        ("none = []\n[A]\nNausea = []\n[groups]\nB = ['Nausea', 'C']", "the group 'B' needs a list of terms as they"),
    ],
)
def test_a_fault_of_the_list_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "effects.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EffectsError, match=sentence.replace("[", r"\[").replace("]", r"\]")):
        load_groups(path)
