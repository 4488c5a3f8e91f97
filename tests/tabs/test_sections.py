"""The pages of the tab Outcomes after the first: what they say is what the metrics say, and links carry the view."""

import json
from typing import Any

import pytest

from dashboard.access import Viewer, cohort_for
from dashboard.auth.permissions import VIEW_OUTCOMES_DEPTH, Forbidden
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import OptionError
from dashboard.figures.theme import TRACE_TYPES
from dashboard.tabs import PAGES, outcomes, outcomes_change, outcomes_compare, outcomes_time
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.outcomes_compare_words import is_apart
from dashboard.tabs.outcomes_view import SECTIONS, View
from dashboard.tabs.parts import components
from dashboard.tabs.section import Section
from tests.tabs.conftest import DIRECTOR
from tests.tabs.test_outcomes import plain

BY_NAME: dict[str, Section] = {
    "change": outcomes_change.SECTION,
    "time": outcomes_time.SECTION,
    "compare": outcomes_compare.SECTION,
}


def page(clinic: Clinic, name: str, view: View, theme: str = "light") -> dict[str, Any]:
    cohort = cohort_for(DIRECTOR, clinic, VIEW_OUTCOMES_DEPTH, **view.filters.keywords())
    return BY_NAME[name].content(cohort, view, theme, lambda each: each.address(clinic.tokens))


def test_change_says_what_a_hand_count_says(clinic: Clinic) -> None:
    # of the export: 41 scored, 22 of them from 17 to 20 to a fifth of it, the others by 2 points
    shown = page(clinic, "change", View("none"))
    assert plain(shown["answer"]) == (
        "22 of 41 reliably improved (6 points or more), 54 % (39–68); 22 of 41 recovered, 54 % (39–68); 0 of 41 "
        "reliably worse, 0 % (0–9), on the PHQ-9; 6 could not be scored."
    )
    assert plain(shown["figures"]["change"]["count"]) == (
        "n = 41 scored, of 47 due. Missing: 6 due but not scored.\n"
        "Everyone. Unchanged: 19 of 41; worse by any step: 0 of 41; recovered and improved: 22 of 41 cases."
    )
    assert shown["figures"]["pairs"]["title"] == (
        "Baseline against the later PHQ-9: 22 of 41 improved meaningfully, 0 got worse (5 points or more)"
    )
    assert len(shown["figures"]["percent"]["rows"]) == 41
    assert shown["figures"]["suicidality"]["count"] == "n = 0: nobody has an answer before treatment."
    assert shown["figures"]["bands"]["title"].endswith("32 of 41 have a lower band than before, 0 a higher one")


def test_time_says_what_a_hand_count_says(clinic: Clinic) -> None:
    # of the export: 51 eligible; who is scored is scored once, 38 days after the first dose, after six sessions
    shown = page(clinic, "time", View("none"))
    assert plain(shown["answer"]) == (
        "Half have responded by day 38, after 6 sessions, of 51 eligible on the PHQ-9. Of 22 who responded after 4 "
        "weeks too few are left to say."
    )
    soon, lasting, quarters = (shown["figures"][name] for name in ("soon", "lasting", "quarters"))
    assert soon["count"].startswith("n = 51 eligible: 22 responded, 29 were last scored without a response.")
    assert lasting["count"].startswith("n = 22 responded: 0 lost it, 22 had not when last scored.")
    assert quarters["count"].endswith("6 due but not scored. 1 quarter is still open.")
    assert (
        "Log-rank test of 2 groups (n: iv 30, im 13; 2 left out"
        in page(clinic, "time", View("route"))["figures"]["soon"]["rule"]
    )
    # published figures stand beside the curve from the end of induction only
    names = [
        [
            trace["name"]
            for trace in page(clinic, "time", View("none", start=start))["figures"]["lasting"]["figure"]["data"]
        ]
        for start in ("response", "induction")
    ]
    assert "published" not in names[0]
    assert "published" in names[1]


def test_comparison_says_what_a_hand_count_says(clinic: Clinic) -> None:
    shown = page(clinic, "compare", View("route"))
    assert plain(shown["answer"]) == (
        "Of 1 compared with IV on the PHQ-9 none can be told apart from it by the rate of response."
    )
    assert [row["route"] for row in shown["figures"]["difference"]["rows"]] == ["im", "intranasal"]
    values = dict(zip(BY_NAME["compare"].page.controls, shown["controls"], strict=True))
    assert values["reference"] == "route=iv"
    assert [each["value"] for each in shown["references"]] == ["route=iv", "route=im", "route=intranasal"]
    other = page(clinic, "compare", View("route", reference="route=im"))["figures"]["difference"]
    assert "--reference im" in other["command"]
    # a reference of another split is none of this one
    assert page(clinic, "compare", View("site", reference="route=im"))["controls"][1] == "site=North"
    with pytest.raises(OptionError):
        page(clinic, "compare", View("route", reference="route=oral"))
    funnel = page(clinic, "compare", View(unit="site"))["figures"]["funnel"]
    assert funnel["title"].startswith("Of 2 sites with 10 or more scored 0 lie outside the 95 % limits of chance")


@pytest.mark.parametrize(
    ("n", "low", "high", "may"), [(30, 0.01, 0.4, True), (29, 0.01, 0.4, False), (400, -0.01, 0.4, False)]
)
def test_no_ranking_is_said_of_few_or_of_what_overlaps(n: int, low: float, high: float, may: bool) -> None:
    row = {"n_scored": n, "n_scored_reference": 50, "difference_low": low, "difference_high": high}
    assert is_apart(row) is may


@pytest.mark.parametrize("name", BY_NAME)
def test_figures_are_plain_and_nobody_is_said(clinic: Clinic, name: str) -> None:
    for theme, by in (("light", "treatment"), ("dark", "site")):
        shown = page(clinic, name, View(by), theme)
        assert set(shown["figures"]) == set(BY_NAME[name].figures)
        for each in shown["figures"].values():
            json.dumps(each["figure"])
            assert {trace["type"] for trace in each["figure"]["data"]} <= TRACE_TYPES
            assert each["style"]["height"] == f"{each['figure']['layout']['height']}px"
    assert "PCL-5" in page(clinic, name, View(scale="PCL-5"))["controls"]  # four people, no percentage
    nobody = page(clinic, name, View(filters=Filters.of({"to": "2020-01-01"})))
    assert nobody["nobody"]["is_nobody"]
    assert nobody["answer"] == "Nobody has started a first course in this cohort."
    with pytest.raises(OptionError):
        page(clinic, name, View(scale="GAD-7"))


@pytest.mark.parametrize("name", BY_NAME)
def test_a_page_is_small_and_its_links_carry_the_view(clinic: Clinic, name: str) -> None:
    path = BY_NAME[name].page.path
    (tab,) = (each for each in PAGES if path == each.PATH)
    tree = components(tab.layout(clinic, DIRECTOR))
    assert len(tree) <= 260
    view = View(window="day-28", filters=Filters({"site": ("North",)}))
    address = view.address(clinic.tokens)
    assert page(clinic, name, view)["sections"] == [each + address for each in SECTIONS]
    assert View.of(address, clinic.tokens) == view


def test_the_links_are_for_those_who_may_follow_them(clinic: Clinic) -> None:
    for viewer, is_hidden in ((DIRECTOR, False), (Viewer("x", "presenter"), True)):
        parts = components(outcomes.layout(clinic, viewer))
        (links,) = (each for each in parts if getattr(each, "className", "") == "sections")
        assert links.hidden is is_hidden


def test_it_checks_role(clinic: Clinic) -> None:
    for role in ("presenter", "admin", ""):
        with pytest.raises(Forbidden):
            cohort_for(Viewer("x", role), clinic, VIEW_OUTCOMES_DEPTH)
