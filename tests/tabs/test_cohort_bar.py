"""The cohort bar: its counts are the metric's, its chips say all that was chosen and take it away again."""

import datetime
from typing import Any

import pandas as pd
import pytest

from dashboard.access import cohort_for
from dashboard.auth.permissions import VIEW_OUTCOMES
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import DIMENSIONS, Cohort, OptionError
from dashboard.metrics.cohort_size import cohort_size, values_of
from dashboard.tabs import cohort_bar
from dashboard.tabs.cohort_bar import COLUMNS, Filters, chosen, content
from tests.tabs.conftest import DIRECTOR

FILTERS = [
    Filters(),
    Filters({"route": ("iv", "im")}),
    Filters({"route": ("iv",), "site": ("North",)}, datetime.date(2024, 1, 10)),
    Filters({"sex": ("unknown",)}, datetime.date(2024, 1, 10), datetime.date(2024, 2, 1)),
]


def of(clinic: Clinic, filters: Filters) -> Cohort:
    return cohort_for(DIRECTOR, clinic, VIEW_OUTCOMES, **filters.keywords())


def test_every_column_of_a_course_can_be_chosen() -> None:
    assert set(COLUMNS) == set(DIMENSIONS)


def test_the_line_is_a_hand_count(clinic: Clinic) -> None:
    assert cohort_bar.size_words(of(clinic, Filters())) == "55 of 55 patients · 330 of 330 sessions"  # six doses each
    iv = of(clinic, Filters({"route": ("iv",)}))
    assert cohort_bar.size_words(iv) == "30 of 55 patients · 180 of 330 sessions"
    assert cohort_bar.size_words(of(clinic, Filters({"sex": ("other",)}))) == "0 of 55 patients · 0 of 330 sessions"


@pytest.mark.parametrize("filters", FILTERS)
def test_the_counts_beside_the_values_are_the_metrics(clinic: Clinic, filters: Filters) -> None:
    shown = values_of(of(clinic, filters))
    for name in COLUMNS:
        others = Filters({k: v for k, v in filters.where.items() if k != name}, filters.since, filters.until)
        table = cohort_size(of(clinic, others), by=name)
        rows = shown[shown["dimension"] == name]
        assert list(rows["value"]) == list(table[name])
        assert list(rows["n_courses"]) == list(table["n_courses"])


def test_unknown_is_a_value(cohort: Cohort) -> None:
    shown = content(cohort, Filters(), "/outcomes")
    at = list(COLUMNS).index
    assert shown["options"][at("sex")] == [{"value": "unknown", "label": "Unknown (55)"}]
    assert shown["options"][at("site")][0] == {"value": "North", "label": "North (28)"}
    assert shown["unfiltered"]


@pytest.mark.parametrize("filters", FILTERS)
def test_filters_survive_what_is_said_of_them(filters: Filters) -> None:
    assert Filters.of(filters.said()) == filters
    assert Filters.of_chips(filters.chips()) == filters


def test_a_chip_is_one_value_in_full_words(clinic: Clinic) -> None:
    filters = FILTERS[2]
    shown = content(of(clinic, filters), filters, "/outcomes")
    labels = [each["label"] for each in shown["chips"]]
    assert labels == ["Route: IV ✕", "Site: North ✕", "Started from 10 January 2024 ✕"]
    without_first = chosen("outcomes", "outcomes-chips", (), shown["kept"][1:])
    assert without_first == Filters({"site": ("North",)}, datetime.date(2024, 1, 10))


def test_the_controls_say_the_cohort() -> None:
    controls: list[Any] = [None] * len(COLUMNS)
    controls[list(COLUMNS).index("payer")] = ["insurance"]
    assert chosen("x", "x-where-payer", (*controls, "2024-01-02", None), []) == Filters(
        {"payer": ("insurance",)}, datetime.date(2024, 1, 2)
    )


def test_what_is_no_filter_is_refused() -> None:
    with pytest.raises(OptionError):
        Filters({"phase": ("induction",)})
    with pytest.raises(OptionError):
        Filters.of({"from": "yesterday"})


def test_many_chips_stay_few(cohort: Cohort) -> None:
    many = Filters({"clinician": tuple(f"Dr {place}" for place in range(60))})
    shown = content(cohort, many, "")
    assert len(shown["chips"]) == cohort_bar.MOST_CHIPS
    assert "20 more filters inside" in shown["size"]


def test_sizes_add_up(cohort: Cohort) -> None:
    whole = cohort_size(cohort)
    for by in DIMENSIONS:
        parts: pd.DataFrame = cohort_size(cohort, by=by)
        assert parts[["n_courses", "n_sessions"]].sum().tolist() == whole[["n_courses", "n_sessions"]].iloc[0].tolist()
