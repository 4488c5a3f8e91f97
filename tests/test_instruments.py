"""The registry of rating scales, against the tables of the definitions and the clinical reference, retyped by hand."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from dashboard.instruments import FILE, INSTRUMENTS, InstrumentError, Rule, Suicidality, load

CODES = """PHQ-9, GAD-7, MADRS, HAM-D17, QIDS-SR16, BDI-II, PCL-5, Y-BOCS, C-SSRS, PAIN-NRS, BPI-S, BPI-I, PEG, AUDIT,
AUDIT-C, CADSS, WHO-5, EQ-5D-VAS, SDS, ASRM, YMRS, MOOD-VAS""".replace("\n", " ").split(", ")

# Definitions §3: scale, baseline at least, response, remission, meaningful, reliable. "%" of baseline, "p" points.
THRESHOLDS = [
    ("PHQ-9", 10, "50 %", 4, "5 p", 6),
    ("GAD-7", 8, "50 %", 4, "4 p", 4),
    ("MADRS", 20, "50 %", 10, "6 p", None),
    ("HAM-D17", 17, "50 %", 7, "3 p", None),
    ("QIDS-SR16", 11, "50 %", 5, "3 p", None),
    ("BDI-II", 20, "50 %", 13, "17.5 %", None),
    ("PCL-5", 33, "15 p", 28, "10 p", 15),
    ("Y-BOCS", 16, "35 %", 12, "25 %", None),
    ("PAIN-NRS", 4, "30 %", None, "2 p", None),
    ("BPI-S", 4, "30 %", None, "1 p", None),
    ("BPI-I", 4, "30 %", None, "1 p", None),
    ("PEG", 4, "30 %", None, "1 p", None),
    ("SDS", 13, "12 score", 6, "4 p", None),
    ("WHO-5", 48, None, None, "10 p", None),
    ("EQ-5D-VAS", None, None, None, "10 p", None),
    ("MOOD-VAS", None, None, None, "1 p", None),
    ("AUDIT", 8, None, None, None, None),
    ("AUDIT-C", None, None, None, None, None),
    ("ASRM", None, None, None, None, None),
    ("YMRS", None, None, None, None, None),
    ("CADSS", None, None, None, None, None),
    ("C-SSRS", None, None, None, None, None),
]

# Clinical reference §1a: scale, lowest, highest, number of items, recall in days, lower edges of the bands.
FORMS = [
    ("PHQ-9", 0, 27, 9, 14, [0, 5, 10, 15, 20]),
    ("GAD-7", 0, 21, 7, 14, [0, 5, 10, 15]),
    ("MADRS", 0, 60, 10, 7, [0, 7, 20, 35]),
    ("HAM-D17", 0, 52, 17, 7, [0, 8, 17, 24]),
    ("QIDS-SR16", 0, 27, 16, 7, [0, 6, 11, 16, 21]),
    ("BDI-II", 0, 63, 21, 14, [0, 14, 20, 29]),
    ("PCL-5", 0, 80, 20, 30, []),
    ("Y-BOCS", 0, 40, 10, 7, [0, 8, 16, 24, 32]),
    ("C-SSRS", 0, 5, 7, 30, [0, 1, 3, 4]),
    ("PAIN-NRS", 0, 10, 0, None, [0, 1, 4, 7]),
    ("BPI-S", 0, 10, 4, None, [0, 1, 4, 7]),
    ("BPI-I", 0, 10, 7, None, [0, 1, 4, 7]),
    ("PEG", 0, 10, 3, None, []),
    ("AUDIT", 0, 40, 10, 365, [0, 8, 16, 20]),
    ("AUDIT-C", 0, 12, 3, 365, []),
    ("CADSS", 0, 92, 23, None, []),
    ("WHO-5", 0, 100, 5, 14, [0, 29, 52]),
    ("EQ-5D-VAS", 0, 100, 0, 0, []),
    ("SDS", 0, 30, 3, None, []),
    ("ASRM", 0, 20, 5, 7, [0, 6]),
    ("YMRS", 0, 60, 11, None, []),
    ("MOOD-VAS", 0, 10, 0, 0, []),
]

# Clinical reference §1b; the five AUDIT codes that it leaves out of its row are those of HL7 Portugal's value set.
LOINC = {
    "PHQ-9": "panel 44249-1, total 44261-6, item_1 44250-9, item_2 44255-8, item_3 44259-0, item_4 44254-1, "
    "item_5 44251-7, item_6 44258-2, item_7 44252-5, item_8 44253-3, item_9 44260-8, difficulty 69722-7",
    "GAD-7": "panel 69737-5, total 70274-6, item_1 69725-0, item_2 68509-9, item_3 69733-4, item_4 69734-2, "
    "item_5 69735-9, item_6 69689-8, item_7 69736-7",
    "BDI-II": "total 89209-1",
    "PCL-5": "panel 101697-1, total 101698-9",
    "C-SSRS": "item_1 93246-7, item_2 93247-5, item_3 93248-3, item_4 93249-1, item_5 93250-9, item_6 93267-3, "
    "item_7 93269-9, risk_level 93374-7, worst_month 93293-9, worst_lifetime 93294-7, full_scale 93245-9",
    "PAIN-NRS": "total 72514-3",
    "PEG": "panel 91148-7, total 91147-9",
    "AUDIT": "panel 72110-0, total 75624-7, item_1 68518-0, item_2 68519-8, item_3 68520-6, item_4 97734-8, "
    "item_5 97735-5, item_6 97736-3, item_7 97737-1, item_8 97738-9, item_9 97739-7, item_10 97740-5",
    "AUDIT-C": "panel 72109-2, total 75626-2",
    "EQ-5D-VAS": "total 91383-0",
}

# Clinical reference: facts that it has from memory ([K …]), doubts (?) or names under "Not verified here".
UNVERIFIED = {
    "PHQ-9": {"missing", "meaningful", "reliable"},
    "GAD-7": {"bands", "recall", "baseline_cut", "reliable"},
    "MADRS": {"bands", "missing", "meaningful", "licence"},
    "HAM-D17": {"response", "licence"},
    "QIDS-SR16": {"licence"},
    "BDI-II": {"range", "recall", "bands", "response", "remission", "licence"},
    "PCL-5": set(),
    "Y-BOCS": {"baseline_cut", "remission", "meaningful", "licence"},
    "C-SSRS": {"licence"},
    "PAIN-NRS": {"bands", "baseline_cut", "response", "licence"},
    "BPI-S": {"range", "bands", "response", "licence"},
    "BPI-I": {"range", "missing", "bands", "response", "licence"},
    "PEG": {"response", "licence"},
    "AUDIT": set(),
    "AUDIT-C": set(),
    "CADSS": {"range", "licence"},
    "WHO-5": {"bands"},
    "EQ-5D-VAS": {"range", "recall", "licence", "loinc"},
    "SDS": {"range", "response", "remission", "meaningful", "licence"},
    "ASRM": set(),
    "YMRS": {"range", "licence"},
    "MOOD-VAS": set(),
}

FACTS = {"range", "recall", "missing", "bands", "baseline_cut", "response", "remission", "meaningful", "reliable"}
FACTS |= {"suicidality", "licence", "loinc"}

WHOLE = """
[TINY]
name         = "Three questions"
construct    = "mood"
respondent   = "self"
better       = "lower"
scoring      = "sum"
rate         = true
range        = { from = 0, to = 9, source = "Doe 2001" }
items        = [{ numbers = [1, 2, 3], values = [0, 1, 2, 3] }]
recall       = { days = 7, source = "Doe 2001" }
missing      = { may_miss = 1, source = "Doe 2001" }
bands.from   = { 0 = "low", 5 = "high" }
bands.source = "Doe 2001"
baseline_cut = { score = 4, source = "Doe 2001" }
response     = { percent = 50, source = "Doe 2001", mark = "unverified" }
remission    = { score = 2, source = "Doe 2001" }
meaningful   = { points = 2, source = "a choice", mark = "own" }
reliable     = { none = "nobody looked" }
suicidality  = { item = 3, at_least = 1, source = "Doe 2001" }
licence      = { text = "free", source = "Doe 2001" }
loinc        = { total = "44261-6", item_3 = "44260-8", source = "Doe 2001" }
notes        = []
"""


def rule(words: str | None) -> Rule | None:
    if words is None:
        return None
    number, kind = words.split()
    return Rule({"%": "percent", "p": "points", "score": "score"}[kind], float(number))


@pytest.fixture
def refusal(tmp_path):
    """The sentence with which a registry of this text is refused, without the path of the file at its head."""

    def read(text: str) -> str:
        path = tmp_path / "scales.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InstrumentError) as caught:
            load(path)
        head, sentence = str(caught.value).split(f"{path}: ")
        assert head == ""
        return sentence

    return read


def changed(old: str, new: str) -> str:
    assert WHOLE.count(old) == 1
    return WHOLE.replace(old, new)


def test_it_has_every_code_of_the_contract_in_order():
    assert list(INSTRUMENTS) == CODES
    assert [scale.code for scale in INSTRUMENTS.values()] == CODES


@pytest.mark.parametrize(("code", "cut", "response", "remission", "meaningful", "reliable"), THRESHOLDS)
def test_thresholds_are_those_of_the_definitions(code, cut, response, remission, meaningful, reliable):
    scale = INSTRUMENTS[code]
    assert (scale.baseline_cut, scale.remission, scale.reliable) == (cut, remission, reliable)
    assert (scale.response, scale.meaningful) == (rule(response), rule(meaningful))


@pytest.mark.parametrize(("code", "low", "high", "n_items", "recall", "edges"), FORMS)
def test_forms_are_those_of_the_clinical_reference(code, low, high, n_items, recall, edges):
    scale = INSTRUMENTS[code]
    assert (scale.minimum, scale.maximum, len(scale.items), scale.recall_days) == (low, high, n_items, recall)
    assert [band.lower for band in scale.bands] == edges


def test_tables_of_this_test_cover_every_scale():
    for table in (THRESHOLDS, FORMS):
        assert sorted(row[0] for row in table) == sorted(CODES)
    assert list(UNVERIFIED) == CODES


def test_screening_safety_and_acute_scales_have_no_rate():
    without = {code for code, scale in INSTRUMENTS.items() if not scale.has_rate}
    assert without == {"AUDIT-C", "ASRM", "YMRS", "CADSS", "C-SSRS"}


def test_higher_is_better_on_three_scales():
    assert [code for code in CODES if INSTRUMENTS[code].higher_is_better] == ["WHO-5", "EQ-5D-VAS", "MOOD-VAS"]


def test_clinicians_rate_six_scales():
    rated = {code for code, scale in INSTRUMENTS.items() if scale.respondent == "clinician"}
    assert rated == {"MADRS", "HAM-D17", "Y-BOCS", "C-SSRS", "CADSS", "YMRS"}


def test_scoring_is_a_sum_but_for_these():
    other = {code: scale.scoring for code, scale in INSTRUMENTS.items() if scale.scoring != "sum"}
    single = dict.fromkeys(("PAIN-NRS", "EQ-5D-VAS", "MOOD-VAS"), "single")
    mean = dict.fromkeys(("BPI-S", "BPI-I", "PEG"), "mean")
    assert other == {**single, **mean, "QIDS-SR16": "domains", "C-SSRS": "highest-yes"}
    assert {code for code, scale in INSTRUMENTS.items() if scale.multiplier != 1} == {"WHO-5"}
    assert INSTRUMENTS["WHO-5"].multiplier == 4


def test_qids_has_nine_domains_and_no_other_scale_has_any():
    domains = ((1, 2, 3, 4), (5,), (6, 7, 8, 9), (10,), (11,), (12,), (13,), (14,), (15, 16))
    assert {code: scale.domains for code, scale in INSTRUMENTS.items() if scale.domains} == {"QIDS-SR16": domains}


@pytest.mark.parametrize(
    ("code", "numbers", "values"),
    [
        ("PHQ-9", range(1, 10), range(4)),
        ("GAD-7", range(1, 8), range(4)),
        ("MADRS", range(1, 11), range(7)),
        ("HAM-D17", (1, 2, 3, 7, 8, 9, 10, 11, 15), range(5)),
        ("HAM-D17", (4, 5, 6, 12, 13, 14, 16, 17), range(3)),
        ("QIDS-SR16", range(1, 17), range(4)),
        ("BDI-II", range(1, 22), range(4)),
        ("PCL-5", range(1, 21), range(5)),
        ("Y-BOCS", range(1, 11), range(5)),
        ("C-SSRS", range(1, 8), (0, 1)),
        ("BPI-S", range(1, 5), range(11)),
        ("BPI-I", range(5, 12), range(11)),
        ("PEG", range(1, 4), range(11)),
        ("AUDIT", range(1, 9), range(5)),
        ("AUDIT", (9, 10), (0, 2, 4)),
        ("AUDIT-C", range(1, 4), range(5)),
        ("CADSS", range(1, 24), range(5)),
        ("WHO-5", range(1, 6), range(6)),
        ("SDS", range(1, 4), range(11)),
        ("ASRM", range(1, 6), range(5)),
        ("YMRS", (1, 2, 3, 4, 7, 10, 11), range(5)),
        ("YMRS", (5, 6, 8, 9), range(9)),
    ],
)
def test_items_allow_the_values_of_the_form(code, numbers, values):
    allowed = {item.number: item.values for item in INSTRUMENTS[code].items}
    assert {number: allowed[number] for number in numbers} == dict.fromkeys(numbers, tuple(values))
    assert list(allowed) == sorted(allowed)


def test_missing_items_are_allowed_on_these_scales_only():
    allowed = {code: scale.may_miss for code, scale in INSTRUMENTS.items() if scale.may_miss}
    sums = {"PHQ-9": 2, "GAD-7": 2, "MADRS": 1, "PCL-5": 4, "ASRM": 1}
    assert allowed == {**sums, "BPI-I": 3, "QIDS-SR16": 16 - 9, "C-SSRS": 6}


def test_suicidality_items_are_those_of_the_definitions():
    assert {code: scale.suicidality for code, scale in INSTRUMENTS.items() if scale.suicidality} == {
        "PHQ-9": Suicidality(9, 1),
        "MADRS": Suicidality(10, 2),
        "HAM-D17": Suicidality(3, 2),
        "QIDS-SR16": Suicidality(12, 1),
        "BDI-II": Suicidality(9, 1),
        "C-SSRS": Suicidality(3, 1),
    }
    for scale in INSTRUMENTS.values():
        if scale.suicidality:
            assert next(item.text for item in scale.items if item.number == scale.suicidality.item) != ""


def test_loinc_codes_are_those_of_the_clinical_reference():
    known = {code: dict(pair.split() for pair in pairs.split(", ")) for code, pairs in LOINC.items()}
    assert {code: scale.loinc for code, scale in INSTRUMENTS.items() if scale.loinc} == known


def test_no_loinc_code_stands_for_two_things():
    codes = [code for scale in INSTRUMENTS.values() for code in scale.loinc.values()]
    assert len(codes) == len(set(codes)) == 12 + 9 + 1 + 2 + 11 + 1 + 2 + 12 + 2 + 1


def test_every_fact_says_in_words_where_it_is_from():
    for scale in INSTRUMENTS.values():
        assert set(scale.sources) == FACTS
        for source in scale.sources.values():
            assert len(source) > 5
            assert "[" not in source
    assert "Marx 2022" in INSTRUMENTS["PCL-5"].sources["reliable"]
    assert INSTRUMENTS["PCL-5"].sources["bands"].startswith("none is published")


@pytest.mark.parametrize("code", CODES)
def test_what_is_from_memory_is_marked(code):
    assert set(INSTRUMENTS[code].unverified) == UNVERIFIED[code]


def test_thresholds_without_a_published_one_are_our_own():
    own = {code for code, scale in INSTRUMENTS.items() if "meaningful" in scale.own}
    tenth_of_range = {"QIDS-SR16", "BPI-S", "BPI-I", "PEG", "EQ-5D-VAS", "MOOD-VAS"}
    assert own == tenth_of_range | {"PCL-5"}
    noted = {code for code, scale in INSTRUMENTS.items() if "Meaningful change: clinic's own." in scale.notes}
    assert noted == tenth_of_range
    assert set(INSTRUMENTS["PCL-5"].own) == {"missing", "response", "meaningful", "reliable"}
    for scale in INSTRUMENTS.values():
        assert not set(scale.own) & set(scale.unverified)
        assert ("suicidality" in scale.own) == (scale.suicidality is not None)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("PHQ-9", "Item 9 is never imputed"),
        ("PCL-5", "reliable fall, no % standard"),
        ("PAIN-NRS", "50 percent"),
        ("C-SSRS", "Behaviour raises the band"),
        ("MADRS", "12 or less"),
    ],
)
def test_notes_say_what_a_number_cannot(code, words):
    assert any(words in note for note in INSTRUMENTS[code].notes)


@pytest.mark.parametrize(
    ("code", "score", "band"),
    [
        ("PHQ-9", 0, "minimal"),
        ("PHQ-9", 4, "minimal"),
        ("PHQ-9", 5, "mild"),
        ("PHQ-9", 19, "moderately severe"),
        ("PHQ-9", 20, "severe"),
        ("PHQ-9", 27, "severe"),
        ("PHQ-9", -1, None),
        ("GAD-7", 14, "moderate"),
        ("GAD-7", 15, "severe"),
        ("MADRS", 34, "moderate"),
        ("MADRS", 35, "severe"),
        ("HAM-D17", 7, "normal"),
        ("HAM-D17", 8, "mild"),
        ("QIDS-SR16", 20, "severe"),
        ("QIDS-SR16", 21, "very severe"),
        ("BDI-II", 28, "moderate"),
        ("BDI-II", 29, "severe"),
        ("Y-BOCS", 31, "severe"),
        ("Y-BOCS", 32, "extreme"),
        ("C-SSRS", 0, "none"),
        ("C-SSRS", 2, "low"),
        ("C-SSRS", 3, "moderate"),
        ("C-SSRS", 4, "high"),
        ("BPI-S", 0.75, "none"),
        ("BPI-S", 3.75, "mild"),
        ("BPI-I", 4.0, "moderate"),
        ("BPI-I", 4.5, "moderate"),
        ("BPI-I", 6.99, "moderate"),
        ("BPI-I", 7.0, "severe"),
        ("AUDIT", 15, "hazardous"),
        ("AUDIT", 16, "harmful"),
        ("WHO-5", 28, "very low"),
        ("WHO-5", 32, "low"),
        ("WHO-5", 48, "low"),
        ("WHO-5", 52, "adequate"),
        ("ASRM", 5, "mania unlikely"),
        ("ASRM", 6, "probable (hypo)mania"),
        ("PCL-5", 40, None),
    ],
)
def test_a_score_has_the_last_band_that_begins_at_or_below_it(code, score, band):
    assert INSTRUMENTS[code].band(score) == band


def test_it_is_read_once_and_cannot_be_changed():
    assert load() is load()
    assert load() is INSTRUMENTS
    with pytest.raises(FrozenInstanceError):
        INSTRUMENTS["PHQ-9"].remission = 9
    assert len({hash(scale) for scale in INSTRUMENTS.values()}) == len(CODES)


def test_it_reads_another_file(tmp_path):
    path = tmp_path / "scales.toml"
    path.write_text(WHOLE + WHOLE.replace("[TINY]", "[AGAIN]"), encoding="utf-8")
    scales = load(path)
    assert list(scales) == ["TINY", "AGAIN"]
    tiny = scales["TINY"]
    assert (tiny.response, tiny.unverified, tiny.own) == (Rule("percent", 50), ("response",), ("meaningful",))
    assert (tiny.reliable, tiny.sources["reliable"]) == (None, "nobody looked")
    assert tiny.loinc == {"total": "44261-6", "item_3": "44260-8"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("score = 4", "score = 9"),
        ("score = 2", "score = 0"),
        ("percent = 50", "percent = 100"),
        ("percent = 50", "points = 9"),
        ("percent = 50", "score = 0"),
        ("may_miss = 1", "may_miss = 2"),
        ("days = 7", "days = 0"),
        ("at_least = 1", "at_least = 3"),
        ("44261-6", "1-8"),
    ],
)
def test_it_takes_the_outermost_values(tmp_path, old, new):
    path = tmp_path / "scales.toml"
    path.write_text(changed(old, new), encoding="utf-8")
    assert list(load(path)) == ["TINY"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("respondent ", "respondant ", 'respondant is "self": no such key is known here, write respondent.'),
        ("days = 7", "day = 7", "recall.day is 7: no such key is known here, write days."),
        ("days = 7", "xyz = 7", "recall.xyz is 7: no such key is known here, write source or mark or none or days."),
        ("notes        = []", "", 'notes is missing: add it, or { none = "why" } where there is no number.'),
        (
            'reliable     = { none = "nobody looked" }',
            "",
            'reliable is missing: add it, or { none = "why" } where there is no number.',
        ),
        (
            'score = 2, source = "Doe 2001"',
            "score = 2",
            'remission.source is missing: add it, or { none = "why" } where there is no number.',
        ),
        (
            '{ 0 = "low", 5 = "high" }',
            "{}",
            'bands.from.* is missing: add it, or { none = "why" } where there is no number.',
        ),
        ('"nobody looked"', '" "', 'reliable.none is " ": write a text.'),
        ("construct    = ", "construct    = 1 #", "construct is 1: write a text."),
        ("days = 7", "days = 7.5", "recall.days is 7.5: write a whole number."),
        ("days = 7", "days = true", "recall.days is true: write a whole number."),
        ("days = 7", "days = -7", "recall.days is -7: give the days looked back on, 0 for today."),
        ("score = 2", "score = nan", "remission.score is NaN: write a number."),
        ("score = 2", "score = -inf", "remission.score is -Infinity: write a number."),
        ("score = 2", 'score = "2"', 'remission.score is "2": write a number.'),
        ("[1, 2, 3]", "1", "items.numbers is 1: write a list."),
        ('{ text = "free", source = "Doe 2001" }', '"free"', 'licence is "free": write a table.'),
        ('mark = "own"', 'mark = "ours"', 'meaningful.mark is "ours": write "unverified" or "own".'),
        ('"lower"', '"less"', 'better is "less": write "lower" or "higher".'),
        ('"sum"', '"total"', 'scoring is "total": write "single" or "sum" or "mean" or "domains" or "highest-yes".'),
        ('"self"', '"nurse"', 'respondent is "nurse": write "self" or "clinician".'),
        ("rate         = true", "rate = 1", "rate is 1: write true or false."),
        (
            "rate         = true",
            "rate = false",
            'rate is false: say { none = "why" } of response, meaningful, baseline_cut, remission, or let it be true.',
        ),
        ("from = 0, to = 9", "from = 9, to = 9", "range is [9, 9]: let from be less than to."),
        ("from = 0, to = 9", "from = 9, to = 0", "range is [9, 0]: let from be less than to."),
        ("from = 0, to = 9", "from = 0, to = 8", "range is [0, 8]: its items make 0 to 9, so mend one of them."),
        ("from = 0, to = 9", "from = 1, to = 9", "bands.from is 0.0: give score from 1 up to 9."),
        ('{ 0 = "low", 5', '{ 5 = "low", 0', "bands.from is [5.0, 0.0]: let the edges rise."),
        ('{ 0 = "low", 5', '{ 0 = "low", "0.0"', "bands.from is [0.0, 0.0]: let the edges rise."),
        ('{ 0 = "low", 5', "{ 0 = 1, 5", "bands.from.0 is 1: write a text."),
        ('{ 0 = "low", 5', '{ 0 = "low", 10', "bands.from is 10.0: give score from 0 up to 9."),
        ('{ 0 = "low", 5', '{ 0 = "low", five', 'bands.from is "five": write the lower edge of the band as a number.'),
        ("score = 4", "score = 10", "baseline_cut is 10: give score from 0 up to 9."),
        ("score = 2", "score = -1", "remission is -1: give score from 0 up to 9."),
        ("score = 2", "score = 4", "remission is 4: let it be better than baseline_cut, 4."),
        ("score = 2", "score = 5", "remission is 5: let it be better than baseline_cut, 4."),
        ('"lower"', '"higher"', "remission is 2: let it be better than baseline_cut, 4."),
        ("percent = 50", "percent = 101", "response is 101: give percent above 0 up to 100."),
        ("percent = 50", "percent = 0", "response is 0: give percent above 0 up to 100."),
        ("percent = 50", "score = 10", "response is 10: give score from 0 up to 9."),
        ("points = 2", "points = 0", "meaningful is 0: give points above 0 up to 9."),
        ("points = 2", "points = -2", "meaningful is -2: give points above 0 up to 9."),
        ('none = "nobody looked"', 'points = 9.5, source = "x"', "reliable is 9.5: give points above 0 up to 9."),
        (
            "percent = 50, ",
            "",
            'response is {"source": "Doe 2001", "mark": "unverified"}: '
            "give one of percent, points and score, or say none.",
        ),
        (
            'points = 2, source = "a choice", mark = "own"',
            'points = 2, percent = 5, source = "x"',
            'meaningful is {"points": 2, "percent": 5, "source": "x"}: '
            "give one of percent, points and score, or say none.",
        ),
        ("[1, 2, 3]", "[1, 2, 2, 3]", 'items.numbers is "2": give each item once, as 1 to 23.'),
        ("[1, 2, 3]", "[0, 1, 2, 3]", 'items.numbers is "0": give each item once, as 1 to 23.'),
        ("[1, 2, 3]", "[2, 3, 24]", 'items.numbers is "24": give each item once, as 1 to 23.'),
        (
            "[0, 1, 2, 3]",
            "[0, 2, 1, 3]",
            "items.values is [0, 2, 1, 3]: list two or more values, each above the one before.",
        ),
        (
            "[0, 1, 2, 3]",
            "[0, 1, 1, 3]",
            "items.values is [0, 1, 1, 3]: list two or more values, each above the one before.",
        ),
        ("[0, 1, 2, 3]", "[0]", "items.values is [0]: list two or more values, each above the one before."),
        ("[0, 1, 2, 3]", "[1, 2, 3]", "range is [0, 9]: its items make 3 to 9, so mend one of them."),
        ("[0, 1, 2, 3]", "[0, 1, 2]", "range is [0, 9]: its items make 0 to 6, so mend one of them."),
        ("notes ", "multiplier = 4\nnotes ", "range is [0, 9]: its items make 0 to 36, so mend one of them."),
        (
            "notes ",
            "multiplier = 0\nnotes ",
            "multiplier is 0: give a whole number from 1, and above 1 only where scoring is sum.",
        ),
        ("may_miss = 1", "may_miss = 3", "missing.may_miss is 3: let it be at least 0 and less than the 3 items."),
        ("may_miss = 1", "may_miss = -1", "missing.may_miss is -1: let it be at least 0 and less than the 3 items."),
        ('"sum"', '"single"', "items is [1, 2, 3]: list the items, or none where scoring is single."),
        ('"sum"', '"mean"', "range is [0, 9]: its items make 0 to 3, so mend one of them."),
        ('"sum"', '"highest-yes"', "range is [0, 9]: its items make 0 to 0, so mend one of them."),
        ('"sum"', '"domains"', "domains is []: put each item into one domain, and none unless scoring is domains."),
        (
            "notes ",
            "domains = [[1, 2, 3]]\nnotes ",
            "domains is [[1, 2, 3]]: put each item into one domain, and none unless scoring is domains.",
        ),
        (
            '"sum"',
            '"domains"\ndomains = [[1, 2], [2, 3]]',
            "domains is [[1, 2], [2, 3]]: put each item into one domain, and none unless scoring is domains.",
        ),
        ('"sum"', '"domains"\ndomains = [[1, 2], [3]]', "range is [0, 9]: its items make 0 to 6, so mend one of them."),
        (
            "item = 3, at_least = 1",
            "item = 4, at_least = 1",
            'suicidality is {"item": 4, "at_least": 1}: name an item of this scale and a value above its lowest.',
        ),
        (
            "at_least = 1",
            "at_least = 0",
            'suicidality is {"item": 3, "at_least": 0}: name an item of this scale and a value above its lowest.',
        ),
        ("44261-6", "44261-7", 'loinc.total is "44261-7": look it up at loinc.org, for its check digit would be 6.'),
        ("44261-6", "42461-6", 'loinc.total is "42461-6": look it up at loinc.org, for its check digit would be 4.'),
        ("44261-6", "LA6568-5", 'loinc.total is "LA6568-5": write a LOINC code, such as 44261-6.'),
        ("44261-6", "12345678-9", 'loinc.total is "12345678-9": write a LOINC code, such as 44261-6.'),
        ("item_3 =", "item_4 =", 'topics or loinc is "4": name an item of this scale.'),
        ("item_3 =", "item_24 =", 'loinc.item_24 is "44260-8": no such key is known here, write item_4.'),
        ("notes ", 'topics = { 7 = "sleep" }\nnotes ', 'topics or loinc is "7": name an item of this scale.'),
    ],
)
def test_it_refuses_a_wrong_value_with_one_sentence(refusal, old, new, sentence):
    assert refusal(changed(old, new)) == f"TINY, {sentence}"


def test_it_refuses_a_multiplier_of_a_mean(refusal):
    text = changed('"sum"', '"mean"\nmultiplier = 3')
    advice = "give a whole number from 1, and above 1 only where scoring is sum"
    assert refusal(text) == f"TINY, multiplier is 3: {advice}."


def test_it_refuses_items_that_may_be_missing_from_a_single_value(refusal):
    text = changed('"sum"', '"single"').replace("[{ numbers = [1, 2, 3], values = [0, 1, 2, 3] }]", "[]")
    text = text.replace('item_3 = "44260-8", ', "")
    assert refusal(text) == "TINY, missing.may_miss is 1: let it be at least 0 and less than the 0 items."


def test_it_refuses_a_value_in_the_place_of_a_scale(refusal):
    assert refusal("TINY = 5") == "TINY is 5: write a table."


def test_it_names_the_scale_that_is_wrong(refusal):
    text = WHOLE + changed("[TINY]", "[SECOND]").replace("percent = 50", "percent = 500")
    assert refusal(text) == "SECOND, response is 500: give percent above 0 up to 100."


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[A]\nname = \n", "line 2, column 8"),
        ("[A]\nname = 1\nname = 2\n", "line 3, column 9"),
        ("[A]\nname = 1\n\nnotes = [", "line 4, the end"),
    ],
)
def test_it_gives_the_line_of_malformed_toml(refusal, text, where):
    sentence = refusal(text)
    assert sentence.startswith("this is not readable TOML, mend it or put it back: ")
    assert where in sentence


def test_it_refuses_a_file_that_is_missing_or_no_text(tmp_path):
    with pytest.raises(InstrumentError, match="No such file"):
        load(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes("name = 'Åsberg'".encode("latin-1"))
    with pytest.raises(InstrumentError, match="utf-8"):
        load(tmp_path / "latin.toml")


def test_the_registry_is_the_file_of_the_project():
    assert Path(__file__).parents[1] / "data" / "instruments.toml" == FILE
