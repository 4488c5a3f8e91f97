"""The side-effects page in a real browser: every term and group drawn, the list always there, the view kept."""

import re

from playwright.sync_api import Page, expect

from dashboard.clinical.cohort import Cohort
from dashboard.metrics.side_effects import side_effects
from tests.browser.conftest import Visit
from tests.conftest import Running
from tests.export import MARK


def choose(page: Page, control: str, option: str) -> None:
    page.locator(f"#side-effects-{control}").click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_director_sees_what_the_metric_says_and_the_address_keeps_it(visit: Visit, running: Running) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/side-effects")
    expect(page.locator("#side-effects-answer")).to_contain_text("54 of 275 sessions with a filled form")
    choose(page, "by", "Route")
    choose(page, "opened", "Every term")
    expect(page.locator("#side-effects-terms-title")).to_contain_text("by route")
    table = side_effects(Cohort(running.clinic.builds.current()), by="route", min_rate=0.1)
    graph = page.locator("#side-effects-terms-graph")
    expect(graph.locator(".ytick")).to_have_count(len(table))
    for row in table.to_dict("records"):
        said = graph.locator(".annotation-text").filter(
            has_text=re.compile(rf"^{row['n_sessions_with']} of {row['n_sessions']} ·")
        )
        expect(said.first).to_be_attached()
    choose(page, "basis", "Patients")
    expect(page.locator("#side-effects-answer")).to_contain_text("38 of 55 patients")
    page.get_by_role("link", name="When and how long").click()
    choose(page, "when-term", "Nausea")
    expect(page.locator("#side-effects-when-fading-title")).to_contain_text("Nausea")
    assert re.fullmatch(r".*/side-effects/when\?view=[\w-]+", page.url)
    page.reload()
    expect(page.locator("#side-effects-when-fading-title")).to_contain_text("Nausea")
    page.go_back()
    expect(page.locator("#side-effects-when-fading-title")).to_contain_text("Any side effect")
    page.get_by_role("link", name="How often, how bad").click()
    expect(page.locator("#side-effects-answer")).to_contain_text("38 of 55 patients")
    assert MARK not in page.content()


def test_the_serious_ones_are_listed_and_lead_to_the_person(visit: Visit, running: Running) -> None:
    page = visit.page()
    visit.sign_in(page, "clinician", "/side-effects")
    expect(page.locator("#side-effects-serious-title")).to_have_text("5 serious events, of 5 people")
    expect(page.locator("#side-effects-serious .ag-row")).to_have_count(5)
    choose(page, "least", "20 % of patients or more")
    expect(page.locator("#side-effects-terms-title")).to_be_visible()
    expect(page.locator("#side-effects-serious .ag-row")).to_have_count(5)
    page.locator("#side-effects-serious").get_by_role("link", name="Person 1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(MARK)
    assert [entry.user for entry in running.clinic.audit.entries()] == ["a-clinician"]


def test_a_presenter_sees_how_many_people_and_no_more(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "presenter", "/side-effects")
    expect(page.locator("#side-effects-presented-answer")).to_contain_text("Most often")
    expect(page.locator("#side-effects-presented-terms .js-plotly-plot")).to_be_visible()
    assert page.get_by_role("navigation").get_by_role("link", name="Side effects").count() == 1
    page.get_by_role("navigation").get_by_role("link", name="Throughput").click()
    expect(page.locator("#throughput-presented-answer")).to_contain_text("sessions")
    assert MARK not in page.content()
