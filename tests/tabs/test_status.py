"""The status in words: which course it is of, its two numbers, and the rule with the clinic's own thresholds."""

from dataclasses import asdict
from typing import Any

import pandas as pd
import pytest

from dashboard.clinical.scoring import scale_row
from dashboard.instruments import INSTRUMENTS
from dashboard.tabs.status import rule_words, signed, status_of

PHQ: dict[Any, Any] = dict(scale_row(0, INSTRUMENTS["PHQ-9"]))


def scores(*rows: tuple[str, float, int | None, float | None, str | None, bool]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["assessed_at", "score", "course", "change", "status", "is_baseline"])
    table["assessed_at"] = pd.to_datetime(table["assessed_at"])
    table["course"] = table["course"].astype("Int64")
    table["pct_change"] = (100 * table["change"] / 20).astype("Float64")
    return table.assign(instrument="PHQ-9")


BASELINE = ("2024-03-01", 20, 1, 0.0, "not-enough-data", True)


def test_it_says_the_rule_and_the_two_numbers() -> None:
    table = scores(BASELINE, ("2024-03-20", 9, 1, -11.0, "response", False))
    assert asdict(status_of(table, PHQ, 1)) == {
        "code": "response",
        "mark": "●",
        "words": "Response",
        "rule": "fallen by 50\u00a0% or more since baseline",
        "numbers": "PHQ-9 9 on 20 March 2024, from 20 on 1 March 2024 at baseline: −11 points (−55\u00a0%).",
    }


@pytest.mark.parametrize(
    ("table", "course", "rule"),
    [
        (scores(), 1, "no PHQ-9 score yet"),
        (scores(BASELINE), None, "no course yet"),
        (scores(BASELINE), 1, "no score after the first session"),
        (
            scores(("2024-03-20", 9, 1, None, "not-enough-data", False)),
            1,
            "no baseline within 28 days before this course",
        ),
        # a second course began without a score: the first one's response says nothing of it
        (scores(BASELINE, ("2024-03-20", 9, 1, -11.0, "response", False)), 2, "no baseline within 28 days"),
    ],
)
def test_without_two_scores_of_this_course_it_says_what_is_missing(
    table: pd.DataFrame, course: int | None, rule: str
) -> None:
    status = status_of(table, PHQ, course)
    assert status.code == "not-enough-data"
    assert status.rule.startswith(rule)


def test_a_diagnosis_without_primary_scale_says_so() -> None:
    assert status_of(scores(BASELINE), None, 1).rule == "this diagnosis has no primary scale"


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("PHQ-9", "worse", "risen by 6 points or more since baseline"),
        ("PHQ-9", "remission", "a score of 4 or less"),
        ("PHQ-9", "partial", "fallen by 5 points or more since baseline, short of response"),
        (
            "PHQ-9",
            "response-lost",
            "had responded, does so no longer, and is 5 points or more worse than the course's best",
        ),
        ("Y-BOCS", "worse", "risen by 25\u00a0% or more since baseline"),
        ("SDS", "response", "a score of 12 or less"),
        ("WHO-5", "worse", "fallen by 10 points or more since baseline"),
        ("WHO-5", "partial", "risen by 10 points or more since baseline, short of response"),
        ("AUDIT", "not-enough-data", "no rule for this scale"),
    ],
)
def test_rules_are_the_scales(code: str, status: str, words: str) -> None:
    scale: dict[Any, Any] = dict(scale_row(0, INSTRUMENTS[code]))
    assert rule_words(scale, status) == words


def test_changes_have_their_sign() -> None:
    assert [signed(value) for value in (-11, 6, 0, -0.04, 3.26)] == ["−11", "+6", "0", "0", "+3.3"]
