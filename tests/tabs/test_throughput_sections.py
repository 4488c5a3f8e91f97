"""The pages of chairs and of the book ahead say what their tables say, with nothing known as well."""

import json
from typing import Any

import pytest

from dashboard.access import cohort_for
from dashboard.auth.permissions import VIEW_THROUGHPUT
from dashboard.clinic import Clinic
from dashboard.figures.theme import TRACE_TYPES
from dashboard.tabs import parts, throughput_ahead, throughput_chairs
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.parts import components
from dashboard.tabs.section import Section
from dashboard.tabs.throughput_view import SPLITS, View
from tests.tabs.conftest import DIRECTOR

PAGES = (throughput_chairs, throughput_ahead)


def page(clinic: Clinic, view: View, section: Section, theme: str = "light") -> dict[str, Any]:
    cohort = cohort_for(DIRECTOR, clinic, VIEW_THROUGHPUT, **view.filters.keywords())
    return section.content(cohort, view, theme, lambda each: each.address(clinic.tokens))


def test_what_is_not_known_is_said(clinic: Clinic) -> None:
    chairs = page(clinic, View(), throughput_chairs.SECTION)
    assert chairs["answer"] == "When chairs are used is not known: no session has arrival and discharge."
    assert "no column planned_minutes, arrived_at, left_at" in chairs["figures"]["planned"]["rule"]
    assert (
        chairs["figures"]["lead"]["count"] == "n = 0 slots held whose booking is known: 0 no-shows, 0 cancelled late."
    )
    ahead = page(clinic, View(), throughput_ahead.SECTION)
    # nothing is booked beyond the day of the records, 30 June 2024, but the doses of the four who began on 10 June
    assert ahead["answer"].replace(parts.NBSP, " ").endswith("0 people referred have not been seen.")
    assert "no table capacity" in ahead["figures"]["days"]["rule"]
    assert ahead["figures"]["money"]["count"].startswith("n = 0 of ")


@pytest.mark.parametrize("by", ["treatment", "payer", "none"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_are_plain(clinic: Clinic, by: str, theme: str) -> None:
    assert by in SPLITS
    for each in PAGES:
        for shown in page(clinic, View(by=by, amount="paid_by_patient"), each.SECTION, theme)["figures"].values():
            json.dumps(shown["figure"])
            assert {trace["type"] for trace in shown["figure"]["data"]} <= TRACE_TYPES


def test_pages_stay_small_and_keep_the_view(clinic: Clinic) -> None:
    view = View(period="month", amount="paid_by_patient", filters=Filters({"route": ("iv",)}))
    for each in PAGES:
        assert len(components(each.layout(clinic, DIRECTOR))) <= 260
        links = page(clinic, view, each.SECTION)["sections"]
        assert all(View.of(link.partition("?")[2], clinic.tokens) == view for link in links)
