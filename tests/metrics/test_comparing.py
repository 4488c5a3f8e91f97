"""Differences, limits of chance and quarters: printed tables, exact sums, and hand cases on every engine."""

import pytest
from scipy.stats import binom

from dashboard.clinical.cohort import OptionError
from dashboard.metrics.funnel import funnel
from dashboard.metrics.interval import chance_limits, newcombe
from dashboard.metrics.response_by_quarter import response_by_quarter
from dashboard.metrics.response_difference import response_difference
from tests.hand import Case, Hand


@pytest.mark.parametrize(
    ("counts", "printed"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
        ((0, 10, 0, 10), (-0.2775, 0.2775)),
        ((10, 10, 0, 20), (0.6791, 1.0000)),
        ((10, 10, 0, 10), (0.6075, 1.0000)),
    ],
)
def test_newcombes_printed_table(counts: tuple[int, ...], printed: tuple[float, float]) -> None:
    """Newcombe 1998, Stat Med 17:873, table II, method 10."""
    assert newcombe(*counts) == pytest.approx(printed, abs=5e-5)


def test_limits_of_chance_are_the_published_formula() -> None:
    """Spiegelhalter 2005, A.1.1, by hand: the sums of 2 at 0.5 are 1/4, 3/4, 1; those of 4 1/16, 5/16, 11/16, 15/16."""
    assert chance_limits(0.5, 2, 0.5) == (0, 0.5)
    assert chance_limits(0.5, 4, 0.5) == pytest.approx(((1 - (5 - 4) / 4) / 4, (3 - (15 - 12) / 4) / 4))
    assert chance_limits(0.0, 5, 0.95) == (0, 0)
    assert chance_limits(1.0, 5, 0.95) == (1, 1)


@pytest.mark.parametrize("share", [0.95, 0.998])
def test_a_limit_lies_between_the_whole_counts_round_its_tail(share: float) -> None:
    for total in (10, 57, 400):
        low, high = chance_limits(0.4, total, share)
        for limit, tail in ((low, (1 - share) / 2), (high, (1 + share) / 2)):
            count = -int(-limit * total // 1)
            assert binom.cdf(count - 1, total, 0.4) < tail <= binom.cdf(count, total, 0.4)
    wide = 1.959964 if share == 0.95 else 3.090232
    assert chance_limits(0.4, 10_000, share)[1] == pytest.approx(0.4 + wide * (0.24 / 10_000) ** 0.5, abs=1e-4)


comparing = Case("comparing")


def treated(key: str, start: str, score: int | None, *, doctor: str = "Dr A", route: str = "iv") -> None:
    """Somebody with four sessions in ten days, from 20, and a score three weeks after the last."""
    year, month = start.split("-")
    person = comparing.patient(key, clinician=doctor).score(f"{start}-01T08:00", 20)
    person.dose(*(f"{start}-{day:02d}" for day in (2, 5, 9, 12)), route=route)
    if score is not None:
        person.score(f"{year}-{int(month) + 1:02d}-02", score)


for place, score in enumerate((5, 5, 5, 15)):
    treated(f"a{place}", "2024-01", score)
for place, score in enumerate((5, 15)):
    treated(f"b{place}", "2024-02", score, doctor="Dr B", route="im")
treated("c0", "2024-08", 15, doctor="Dr C", route="sc")
treated("c1", "2024-08", None, doctor="Dr C", route="sc")
treated("d0", "2024-12", None, route="oral")


def test_others_are_compared_with_the_reference(hand: Hand) -> None:
    columns = ("treatment", "n_responded", "n_scored", "reference", "n_responded_reference", "n_scored_reference")
    rows = hand.rows(response_difference, comparing, *columns, "difference", instrument="PHQ-9")
    assert rows == [  # iv has most; nobody of oral is scored
        ("im-ketamine", 1, 2, "iv-ketamine", 3, 4, pytest.approx(-0.25)),
        ("sc-ketamine", 0, 1, "iv-ketamine", 3, 4, pytest.approx(-0.75)),
    ]
    table = hand.table(response_difference, comparing, by="route", reference="im", instrument="PHQ-9")
    assert table["route"].tolist() == ["iv", "sc"]
    assert table.loc[0, ["difference_low", "difference_high"]].tolist() == pytest.approx(newcombe(3, 4, 1, 2))
    assert hand.table(response_difference, comparing, instrument="WHO-5").empty
    with pytest.raises(OptionError, match="reference has no 'ect'; there are: im-ketamine"):
        hand.table(response_difference, comparing, reference="ect", instrument="PHQ-9")


def test_a_funnel_is_in_order_of_number(hand: Hand) -> None:
    columns = ("clinician", "n_responded", "n_scored", "overall_rate", "place")
    assert hand.rows(funnel, comparing, *columns, instrument="PHQ-9") == [
        ("Dr A", 3, 4, pytest.approx(4 / 7), "inside"),
        ("Dr B", 1, 2, pytest.approx(4 / 7), "inside"),
        ("Dr C", 0, 1, pytest.approx(4 / 7), "inside"),
    ]
    table = hand.table(funnel, comparing, instrument="PHQ-9")
    assert table.loc[0, ["low_95", "high_95"]].tolist() == pytest.approx(chance_limits(4 / 7, 4, 0.95))
    # of four at 4/7 none has a chance of 0.034, so none is within 95 % only where the tail is larger
    assert table.loc[2, ["low_998", "high_998"]].tolist() == [0, 1]


def test_every_quarter_has_a_row_and_open_ones_are_marked(hand: Hand) -> None:
    columns = ("quarter", "n_started", "n_due", "n_scored", "n_responded", "partial")
    rows = hand.rows(response_by_quarter, comparing, *columns, instrument="PHQ-9")
    assert rows == [
        ("2024-Q1", 6, 6, 6, 4, False),
        ("2024-Q2", 0, 0, 0, 0, False),
        ("2024-Q3", 2, 2, 1, 0, False),
        ("2024-Q4", 1, 0, 0, 0, True),
    ]
    table = hand.table(response_by_quarter, comparing, instrument="PHQ-9")
    assert table.loc[2, ["response_nri", "response_best"]].tolist() == [0, 0.5]
    split = hand.rows(response_by_quarter, comparing, "route", "quarter", "n_started", by="route", instrument="PHQ-9")
    assert len(split) == 16
    assert split[:4] == [("iv", f"2024-Q{each}", n) for each, n in zip((1, 2, 3, 4), (4, 0, 0, 0), strict=True)]


def test_it_handles_no_data(hand: Hand) -> None:
    for metric in (response_by_quarter, response_difference, funnel):
        assert hand.table(metric, comparing, {"sex": ("other",)}).empty
        assert hand.table(metric, comparing, {"sex": ("other",)}, instrument="PHQ-9").empty
