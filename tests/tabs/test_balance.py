"""The page of benefit, burden and capacity: what a hand count says, and every state in words."""

import json
from typing import Any

import pytest

from dashboard.access import Viewer, cohort_for
from dashboard.auth.permissions import VIEW_BALANCE, Forbidden
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import OptionError
from dashboard.figures.theme import TRACE_TYPES
from dashboard.tabs import balance, parts
from dashboard.tabs.balance import SECTION, SPLITS, View
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.parts import components
from tests.tabs.conftest import DIRECTOR


def page(clinic: Clinic, view: View, theme: str = "light") -> dict[str, Any]:
    cohort = cohort_for(DIRECTOR, clinic, VIEW_BALANCE, **view.filters.keywords())
    return SECTION.content(cohort, view, theme, lambda each: each.address(clinic.tokens))


def test_the_page_says_what_a_hand_count_says(clinic: Clinic) -> None:
    # IV: 30 people, 3 not yet due, 4 not scored, 13 responders; no session is timed
    shown = page(clinic, View())
    answer = shown["answer"].replace(parts.NBSP, " ")
    assert answer.startswith("IV ketamine, PHQ-9: 13 of 23 scored responded; a side effect in ")
    row = shown["figures"]["benefit"]["rows"][0]
    assert (row["n_started"], row["n_due"], row["n_scored"], row["n_responded"]) == (30, 27, 23, 13)
    assert (row["n_timed"], row["hours_per_responder"]) == (0, None)
    assert shown["figures"]["hours"]["count"].startswith("n = 0 courses scored in which every induction session")


@pytest.mark.parametrize("by", SPLITS)
def test_each_split_is_drawn_in_both_themes(clinic: Clinic, by: str) -> None:
    for theme in ("light", "dark"):
        for each in page(clinic, View(by), theme)["figures"].values():
            json.dumps(each["figure"])
            assert {trace["type"] for trace in each["figure"]["data"]} <= TRACE_TYPES


def test_nobody_and_an_address_of_nothing_are_said(clinic: Clinic) -> None:
    shown = page(clinic, View(filters=Filters({"sex": ("other",)})))
    assert shown["nobody"]["words"] == "No first course has sex other."
    assert shown["answer"] == "No course has a score after induction yet."
    for said in ({"by": "phase"}, {"colour": "red"}):
        with pytest.raises(OptionError):
            View.of("?view=" + clinic.tokens.seal("balance", json.dumps(said)), clinic.tokens)
    view = View("site", filters=Filters({"route": ("iv",)}))
    assert View.of(view.address(clinic.tokens), clinic.tokens) == view
    with pytest.raises(OptionError, match="phase"):
        page(clinic, View(filters=Filters({"phase": ("induction",)})))


def test_it_checks_role_and_stays_small(clinic: Clinic) -> None:
    for role in ("presenter", "admin", ""):
        with pytest.raises(Forbidden):
            cohort_for(Viewer("x", role), clinic, VIEW_BALANCE)
    assert len(components(balance.layout(clinic, DIRECTOR))) <= 260
