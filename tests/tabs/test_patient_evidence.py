"""Below the first screen: what is said of answers, sessions, measures and courses, and what they are held against."""

import datetime
from typing import Any

import pandas as pd
import pytest

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.scoring import scale_row
from dashboard.instruments import INSTRUMENTS
from dashboard.tabs import patient_evidence as evidence
from dashboard.tabs.patient_lines import lines_of
from tests.figures.test_items import ANSWERS, table

COURSES = pd.DataFrame({"course": [1, 2], "first_on": pd.to_datetime(["2024-01-11", "2024-06-02"])})
AS_OF = datetime.date(2024, 12, 31)


def baselines(*scores: float) -> pd.DataFrame:
    return pd.DataFrame({"course": range(1, len(scores) + 1), "score": scores, "is_baseline": True})


def scale(code: str, **changes: Any) -> dict[Any, Any]:
    return {**scale_row(0, INSTRUMENTS[code]), **changes}


def test_it_says_what_improved_what_is_flagged_and_what_was_not_answered() -> None:
    made = table(ANSWERS)
    own = made[made["instrument"] == "PHQ-9"]
    assert evidence.item_words(own.iloc[:4]) == (
        "Last form on 1 February 2024. Improved most since baseline: interest: 3 → 1. "
        "Worse since baseline: thoughts of death or self-harm: 0 → 1. ⚑ Flagged: thoughts of death or self-harm."
    )
    assert evidence.item_words(own) == (
        "Last form on 1 February 2025. Improved most since baseline: interest: 3 → 0. "
        "– is not answered, and never guessed."
    )


def test_where_higher_is_better_a_rise_is_an_improvement() -> None:
    rows = [("WHO-5", "2024-01-01", "1", "cheerful", 1, 5, 0, 0), ("WHO-5", "2024-02-01", "1", "cheerful", 4, 5, 3, 0)]
    assert "Improved most since baseline: cheerful: 1 → 4." in evidence.item_words(table(rows))


def test_the_scale_that_was_asked_for_is_shown_else_the_primary_one() -> None:
    shown = evidence.answers(table(ANSWERS), "C-SSRS", "PHQ-9", "light")
    assert (shown["value"], [each["value"] for each in shown["options"]]) == ("C-SSRS", ["PHQ-9", "MADRS", "C-SSRS"])
    assert evidence.answers(table(ANSWERS), "GAD-7", "PHQ-9", "light")["value"] == "PHQ-9"
    assert evidence.answers(table([]), "", None, "light")["value"] is None


def test_without_a_table_of_vitals_that_is_said(cohort: Cohort) -> None:
    nothing = pd.DataFrame(columns=["course", "session_number", "dose_on", "minute"])
    assert evidence.day(nothing, "1.1", cohort, "light")["words"] == (
        "The export has no table vitals: nothing is known by the minute."
    )


@pytest.mark.parametrize(
    ("code", "baselines_at", "response", "ribbon"),
    [
        ("PHQ-9", (20, 17), (10, 8.5), (12, 22)),  # half of each baseline; 5 points either way
        ("BDI-II", (40, 20), (20, 10), (16.5, 23.5)),  # 17.5 % of 20 is 3.5
        ("PCL-5", (50, 45), (35, 30), (35, 55)),  # 15 points below; 10 points either way
        ("SDS", (24, 20), (12, 12), (16, 24)),  # a score of 12, whatever the baseline
    ],
)
def test_lines_are_by_the_scales_rule(code: str, baselines_at: Any, response: Any, ribbon: Any) -> None:
    lines = lines_of(baselines(*baselines_at), COURSES, scale(code), AS_OF)
    assert tuple(line[3] for line in lines.response) == response
    assert lines.meaningful[-1][3:] == ribbon
    assert [str(line[1])[:10] for line in lines.response] == ["2024-01-11", "2024-06-02"]
    assert str(lines.response[-1][2])[:10] == "2024-12-31"


def test_without_a_rule_there_is_no_line_and_with_the_clinics_own_that_is_said() -> None:
    well = lines_of(baselines(28), COURSES, scale("WHO-5"), AS_OF)
    assert (list(well.response), well.remission, well.meaningful[0][3:]) == ([], None, (18, 38))
    assert [lines_of(baselines(12), COURSES, scale(code), AS_OF).is_own for code in ("PHQ-9", "QIDS-SR16")] == [
        False,
        True,
    ]
    own = lines_of(baselines(20), COURSES, scale("PHQ-9", meaningful_value=4.0, response_value=40.0), AS_OF)
    assert (own.is_own, own.rule, own.response[0][3]) == (True, "response: 40 % below baseline", 12)
