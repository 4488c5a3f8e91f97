"""The throughput page in a real browser: the bars are drawn with their counts, the view is kept."""

import re

from playwright.sync_api import Page, expect

from dashboard.clinical.cohort import Cohort
from dashboard.metrics.throughput import throughput
from tests.browser.conftest import Visit
from tests.conftest import Running
from tests.export import MARK


def choose(page: Page, control: str, option: str) -> None:
    page.locator(f"#throughput-{control}").click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_director_sees_what_the_metric_says_and_the_address_keeps_it(visit: Visit, running: Running) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/throughput")
    expect(page.locator("#throughput-answer")).to_contain_text("8 sessions completed in the week of 17 June 2024")
    choose(page, "period", "Month")
    months = throughput(Cohort(running.clinic.builds.current()), period="month")
    graph = page.locator("#throughput-sessions-graph")
    expect(graph.locator(".ytick")).to_have_count(len(months))
    for count in months["n_completed"]:
        expect(graph.locator(".annotation-text").filter(has_text=re.compile(rf"^{count}$")).first).to_be_attached()
    choose(page, "metric", "New starts")
    expect(page.locator("#throughput-spc-title")).to_contain_text("New starts")
    expect(page.locator("#throughput-spc-graph .point")).to_have_count(int((~months["partial"]).sum()))
    assert re.fullmatch(r".*/throughput\?view=[\w-]+", page.url)
    page.reload()
    expect(page.locator("#throughput-spc-title")).to_contain_text("New starts")
    page.go_back()
    expect(page.locator("#throughput-spc-title")).to_contain_text("Sessions completed")
    assert MARK not in page.content()


def test_what_happened_stands_on_the_chart_at_once(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/throughput")
    expect(page.locator("#throughput-spc-count")).to_contain_text("n = ")
    page.get_by_text("What happened here").click()
    page.get_by_label("On which day").fill("2024-03-04")
    page.get_by_label("What happened", exact=True).fill("Second room")
    page.get_by_label("A change: limits begin anew").check()
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator("#annotations-said")).to_have_text("Kept.")
    expect(page.locator("#throughput-spc-count")).to_contain_text("A 4 March 2024: Second room")
    expect(page.locator("#throughput-spc-graph")).to_contain_text("new limits")
    page.get_by_label("Target").fill("4")
    expect(page.locator("#throughput-spc-count")).to_contain_text("Target 4.0")
    page.reload()
    expect(page.locator("#throughput-spc-count")).to_contain_text("Target 4.0")
