"""The pages of Outcomes in a real browser: the links keep the view, every page answers, a choice is in the address."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit


def test_a_director_walks_the_pages_with_one_view(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes")
    expect(page.locator("#outcomes-answer")).to_contain_text("22 of 41 responded")
    page.locator("#outcomes-by").click()
    page.get_by_role("option", name="Route", exact=True).click()
    expect(page.locator("#outcomes-response-title")).to_contain_text("by route")
    pages = page.get_by_role("navigation", name="Sections")
    pages.get_by_role("link", name="Change").click()
    expect(page.locator("#outcomes-change-answer")).to_contain_text("22 of 41 reliably improved")
    expect(page.locator("#outcomes-change-change-title")).to_contain_text("by route")
    expect(page.locator("#outcomes-change-percent-graph .barlayer .point").first).to_be_attached()
    pages.get_by_role("link", name="Time").click()
    expect(page.locator("#outcomes-time-answer")).to_contain_text("Half have responded by day 38")
    expect(page.locator("#outcomes-time-soon-graph .xtick").first).to_contain_text("30")  # at risk by IV
    pages.get_by_role("link", name="Comparison").click()
    expect(page.locator("#outcomes-compare-answer")).to_contain_text("none can be told apart")
    page.locator("#outcomes-compare-reference").click()
    page.get_by_role("option", name="IM", exact=True).click()
    expect(page.locator("#outcomes-compare-difference-graph .annotation-text").first).to_contain_text("13 of 23")
    assert re.fullmatch(r".*/outcomes/compare\?view=[\w-]+", page.url)
    page.reload()
    expect(page.locator("#outcomes-compare-difference-command")).to_contain_text("--reference im")
    page.locator("#outcomes-compare-funnel-graph").scroll_into_view_if_needed()
    expect(page.locator("#outcomes-compare-funnel-title")).to_contain_text("clinicians")


def test_people_behind_one_number_are_found_again_on_every_page_until_nobody_is_picked(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes")
    page.locator("#outcomes-response-graph .annotation-text").filter(has_text=re.compile(r"6\sof\s12")).first.click()
    expect(page.locator("#people-answer")).to_contain_text("responded · 6 courses of 6 people")
    page.locator("#people-ways").get_by_role("link", name="Outcomes").click()
    expect(page.locator("#outcomes-picked")).to_contain_text("★ 6 people picked")
    expect(page.locator("#outcomes-waterfall-graph")).to_contain_text("★ 6")
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Change").click()
    expect(page.locator("#outcomes-change-percent-graph .textpoint")).to_have_count(6)
    page.reload()
    expect(page.locator("#outcomes-change-picked")).to_contain_text("★ 6 people picked")
    page.get_by_role("link", name="Pick nobody").click()
    expect(page.locator("#outcomes-change-percent-graph .textpoint")).to_have_count(0)
    page.go_back()
    expect(page.locator("#outcomes-change-percent-graph .textpoint")).to_have_count(6)
