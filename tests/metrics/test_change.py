"""Change, pairs and bands: counted by hand from ``definitions.md`` §3 and ``clinical.md`` §1, on every engine."""

import pytest

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.clinical.scoring import scale_row
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics import METRICS
from dashboard.metrics.bands import bands
from dashboard.metrics.change import RATES, change
from dashboard.metrics.change_pairs import REGIONS, change_pairs, region_count
from dashboard.metrics.interval import _wilson
from dashboard.metrics.members import listed
from dashboard.metrics.options import notes_of
from dashboard.metrics.reading import Reading
from dashboard.metrics.rule import least_words, threshold_words
from dashboard.tabs.number import Number
from dashboard.tabs.people_view import number_words
from tests.hand import Case, Hand

changing = Case("changing")
MOVES = {  # PHQ-9: reliable 6, meaningful 5, cut 10
    "a well and more": (20, 9),
    "b better, still ill": (20, 14),
    "c well by three": (12, 9),
    "d five better": (20, 15),
    "e six worse": (20, 26),
    "f one worse": (20, 21),
    "g at the cut": (20, 10),
    "h below the cut before": (9, 4),
    "i not scored": (20, None),
}
for key, (before, after) in MOVES.items():
    person = changing.patient(key, sex="female" if key < "d" else "male").score("2024-03-04T08:00", before)
    person.dose("2024-03-04", "2024-03-07", "2024-03-11", "2024-03-14")
    if after is not None:
        person.score("2024-04-04", after)
other = changing.patient("other scales", "other").dose("2024-03-04")
for code, before, after in (("MADRS", 30, 24), ("WHO-5", 40, 52), ("AUDIT", 20, 4), ("MOOD-VAS", 3, 4)):
    other.score("2024-03-04T08:00", before, code).score("2024-03-25", after, code)

COUNTS = ("n_due", "n_scored", "n_cases", *RATES)


def test_every_direction_is_counted_together(hand: Hand) -> None:
    # improved a, b, g; recovered a, c, of them reliably a; unchanged c, d, f; worse e; any worse e, f
    (row,) = hand.rows(change, changing, *COUNTS, instrument="PHQ-9")
    assert row == (8, 7, 7, 3, 2, 1, 3, 1, 2)
    # of any baseline there is one more scored and unchanged, who is no case and cannot recover
    (row,) = hand.rows(change, changing, *COUNTS, instrument="PHQ-9", baseline_at_least=0)
    assert row == (9, 8, 7, 3, 2, 1, 4, 1, 2)
    by_sex = hand.rows(change, changing, "sex", *COUNTS, instrument="PHQ-9", by="sex")
    assert by_sex[:2] == [("female", 3, 3, 3, 2, 2, 1, 1, 0, 0), ("male", 5, 4, 4, 1, 0, 0, 2, 1, 2)]


def test_a_rate_is_of_what_it_can_be_of_and_has_wilsons_interval(hand: Hand) -> None:
    table = hand.table(change, changing, instrument="PHQ-9", baseline_at_least=0).iloc[0]
    for noun, count, whole in (("improved", 3, 8), ("recovered", 2, 7), ("worse", 1, 8)):
        assert table[f"{noun}_rate"] == pytest.approx(count / whole)
        low, high = _wilson(count, whole)
        assert (table[f"{noun}_low"], table[f"{noun}_high"]) == (low, high)


def test_without_a_reliable_threshold_the_meaningful_one_is_used_and_said(hand: Hand) -> None:
    madrs, who = (hand.table(change, changing, instrument=code) for code in ("MADRS", "WHO-5"))
    assert madrs["n_reliably_improved"].tolist() == [1]  # by exactly 6 of 30
    assert "by 6 points or more (meaningful change, for want of a reliable threshold)" in notes_of(madrs)[0]
    assert who[["n_reliably_improved", "n_recovered", "n_reliably_recovered"]].iloc[0].tolist() == [1, 1, 1]
    assert "recovered = baseline 48 or less" in notes_of(who)[0]
    audit = hand.table(change, changing, instrument="AUDIT").iloc[0]
    assert audit[["n_scored", "n_recovered", "n_any_worse"]].tolist() == [1, 1, 0]
    assert audit[["n_reliably_improved", "n_unchanged", "n_reliably_worse", "worse_rate"]].isna().all()
    mood = hand.table(change, changing, instrument="MOOD-VAS").iloc[0]
    assert mood[["n_cases", "n_recovered", "recovered_rate"]].isna().all()
    assert mood["n_reliably_improved"] == 1


def test_pairs_go_from_the_worst_to_the_best(hand: Hand) -> None:
    rows = hand.rows(change_pairs, changing, "baseline", "score", "pct_change", "region", instrument="PHQ-9")
    assert rows == [
        (20, 26, 30, "worse"),
        (20, 21, 5, "no-change"),
        (12, 9, -25, "no-change"),  # past the cut by less than is meaningful
        (20, 15, -25, "improved"),
        (20, 14, -30, "improved"),
        (20, 10, -50, "improved"),  # at the cut, not past it
        (20, 9, -55, "improved-past-cut"),
    ]
    split = hand.table(change_pairs, changing, instrument="PHQ-9", by="sex")
    assert list(split)[:2] == ["sex", "instrument"]
    assert not {"patient_id", "course"} & set(split)
    assert hand.rows(change_pairs, changing, "region", instrument="AUDIT") == [(None,)]
    # of a scale where higher is better too
    assert hand.rows(change_pairs, changing, "change", "region", instrument="WHO-5") == [(12, "improved-past-cut")]


def test_a_region_opens_all_of_its_courses(hand: Hand) -> None:
    reading = Reading(METRICS["change-pairs"], Cohort(hand.store, {"site": (changing.site,)}), {"instrument": "PHQ-9"})
    counted = {}
    for region in REGIONS:
        number = Number.at(reading, 0, region_count(region))
        assert number.row == {"instrument": "PHQ-9", "baseline": None, "score": None}
        _, table = listed(reading.behind(), reading.cohort, column=number.column, row=number.row)
        counted[number_words(number)] = len(table)
    assert counted == {"PHQ-9: improved past cut": 1, "PHQ-9: improved": 3, "PHQ-9: no change": 2, "PHQ-9: worse": 1}


def test_every_pair_of_bands_has_a_row(hand: Hand) -> None:
    rows = hand.rows(bands, changing, "band_before", "band_after", "n", instrument="PHQ-9")
    assert len(rows) == 25
    assert [row for row in rows if row[2]] == [
        ("moderate", "mild", 1),
        ("severe", "mild", 1),
        ("severe", "moderate", 2),
        ("severe", "moderately severe", 1),
        ("severe", "severe", 2),
    ]
    bare = hand.table(bands, changing, instrument="MOOD-VAS")
    assert bare.empty
    assert notes_of(bare) == ["MOOD-VAS has no severity bands, so it has no rows."]


def test_it_handles_no_data(hand: Hand) -> None:
    nobody = {"sex": ("other",)}
    for metric in (change, change_pairs, bands):
        table = hand.table(metric, changing, nobody, instrument="PHQ-9")
        assert table.empty
        assert list(table) == list(hand.table(metric, changing, instrument="PHQ-9"))


@pytest.mark.parametrize(
    "options", [{"by": "phase"}, {"window": "soon"}, {"courses": "second"}, {"instrument": "PHQ"}, {"induction": "no"}]
)
def test_an_option_that_does_not_exist_lists_those_that_do(hand: Hand, options: dict[str, str]) -> None:
    for metric in (change, change_pairs):
        with pytest.raises(OptionError, match="there are"):
            hand.table(metric, changing, **options)


def test_a_threshold_is_said_as_the_scale_has_it() -> None:
    said = [
        (least_words(scale), least_words(scale, meaningful=True), threshold_words(scale))
        for scale in (scale_row(0, INSTRUMENTS[code]) for code in ("PHQ-9", "BDI-II", "AUDIT"))
    ]
    percent = "17.5 % of the baseline or more"
    assert said == [
        ("6 points or more", "5 points or more", "by 6 points or more (reliable change)"),
        (percent, percent, f"by {percent} (meaningful change, for want of a reliable threshold)"),
        ("", "", "not known: the scale has no threshold of change"),
    ]
