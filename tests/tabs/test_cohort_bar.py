"""The cohort bar: its counts are the metric's, its chips say all that was chosen and take it away again."""

import datetime
from typing import Any

import pandas as pd
import pytest

from dashboard.access import cohort_for
from dashboard.auth.permissions import VIEW_OUTCOMES
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import DIMENSIONS, SESSION_DIMENSIONS, Cohort, OptionError
from dashboard.metrics.cohort_size import OF, cohort_size, values_of
from dashboard.tabs import cohort_bar
from dashboard.tabs.cohort_bar import Bar, Filters
from tests.tabs.conftest import DIRECTOR

BARS = {of: Bar("outcomes", of) for of in OF}
COLUMNS = BARS["courses"].columns

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
    assert set(BARS["sessions"].columns) == set(BARS["bookings"].columns) == set(SESSION_DIMENSIONS)


def test_the_line_is_a_hand_count(clinic: Clinic) -> None:
    size_words = BARS["courses"].size_words
    assert size_words(of(clinic, Filters())) == "55 of 55 patients · 330 of 330 sessions"  # six doses each
    iv = of(clinic, Filters({"route": ("iv",)}))
    assert size_words(iv) == "30 of 55 patients · 180 of 330 sessions"
    assert size_words(of(clinic, Filters({"sex": ("other",)}))) == "0 of 55 patients · 0 of 330 sessions"
    # IM of its own: 13 people six times; the three of mixed routes have it every other time
    im = of(clinic, Filters({"route": ("im",)}))
    assert size_words(im) == "13 of 55 patients · 78 of 330 sessions"
    assert BARS["sessions"].size_words(im) == "16 of 55 patients · 87 of 330 sessions"
    assert BARS["bookings"].size_words(im) == "16 of 55 patients · 87 of 330 bookings"
    assert BARS["sessions"].size_words(of(clinic, Filters({"phase": ("maintenance",)}))).startswith("0 of 55 ")


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("counted", OF)
def test_the_counts_beside_the_values_are_the_metrics(clinic: Clinic, filters: Filters, counted: str) -> None:
    shown = values_of(of(clinic, filters), of=counted)
    for name in BARS[counted].columns:
        others = Filters({k: v for k, v in filters.where.items() if k != name}, filters.since, filters.until)
        table = cohort_size(of(clinic, others), by=name, of=counted)
        rows = shown[shown["dimension"] == name]
        assert list(rows["value"]) == list(table[name])
        assert list(rows["n"]) == list(table["n_courses" if counted == "courses" else "n_sessions"])


def test_unknown_is_a_value(cohort: Cohort) -> None:
    shown = BARS["courses"].content(cohort, Filters(), "/outcomes")
    at = list(COLUMNS).index
    assert shown["options"][at("sex")] == [{"value": "unknown", "label": "Unknown (55)"}]
    assert shown["options"][at("site")][0] == {"value": "North", "label": "North (28)"}
    assert shown["unfiltered"]


@pytest.mark.parametrize("filters", FILTERS)
def test_filters_survive_what_is_said_of_them(filters: Filters) -> None:
    assert Filters.of(filters.said()) == filters
    assert Filters.of_chips(filters.chips("Started")) == filters


def test_a_chip_is_one_value_in_full_words(clinic: Clinic) -> None:
    filters = FILTERS[2]
    shown = BARS["courses"].content(of(clinic, filters), filters, "/outcomes")
    labels = [each["label"] for each in shown["chips"]]
    assert labels == ["Route: IV ✕", "Site: North ✕", "Started from 10 January 2024 ✕"]
    without_first = BARS["courses"].chosen("outcomes-chips", (), shown["kept"][1:])
    assert without_first == Filters({"site": ("North",)}, datetime.date(2024, 1, 10))


def test_the_controls_say_the_cohort() -> None:
    controls: list[Any] = [None] * len(COLUMNS)
    controls[list(COLUMNS).index("payer")] = ["insurance"]
    assert BARS["courses"].chosen("outcomes-where-payer", (*controls, "2024-01-02", None), []) == Filters(
        {"payer": ("insurance",)}, datetime.date(2024, 1, 2)
    )


def test_the_controls_of_a_session_tab_have_its_phase() -> None:
    bar = BARS["sessions"]
    controls = [["induction"] if name == "phase" else None for name in bar.columns]
    said = bar.chosen("outcomes-where-phase", (*controls, "2024-01-02", None), [])
    assert said == Filters({"phase": ("induction",)}, datetime.date(2024, 1, 2))
    assert list(said.chips(bar.dated).values()) == ["Phase: Induction", "Sessions from 2 January 2024"]


def test_what_is_no_filter_is_refused() -> None:
    with pytest.raises(OptionError):
        Filters({"colour": ("red",)})
    with pytest.raises(OptionError):
        Filters.of({"from": "yesterday"})


def test_many_chips_stay_few(cohort: Cohort) -> None:
    many = Filters({"clinician": tuple(f"Dr {place}" for place in range(60))})
    shown = BARS["courses"].content(cohort, many, "")
    assert len(shown["chips"]) == cohort_bar.MOST_CHIPS
    assert "20 more filters inside" in shown["size"]


@pytest.mark.parametrize("counted", OF)
def test_sizes_add_up(cohort: Cohort, counted: str) -> None:
    whole = cohort_size(cohort, of=counted)
    for by in BARS[counted].columns:
        parts: pd.DataFrame = cohort_size(cohort, by=by, of=counted)
        if counted != "courses":
            assert parts["n_sessions"].sum() == whole["n_sessions"].iloc[0]  # a course may have several routes
            continue
        assert parts[["n_courses", "n_sessions"]].sum().tolist() == whole[["n_courses", "n_sessions"]].iloc[0].tolist()
