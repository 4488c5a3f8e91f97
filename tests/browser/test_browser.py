"""A real browser on the running app: what a person sees, and what must never happen beside it."""

import csv
import re
import shlex
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from dashboard.cli import main
from dashboard.clinical.cohort import Cohort
from dashboard.metrics.response import response
from tests.browser.conftest import Visit
from tests.conftest import PASSWORD, Running
from tests.export import MARK


def choose(page: Page, control: str, option: str) -> None:
    page.locator(f"#outcomes-{control}").click()
    page.get_by_role("option", name=option, exact=True).click()


def limit(page: Page, column: str, option: str) -> None:
    """Choose a value in the cohort bar."""
    if page.locator(".chooser[open]").count() == 0:
        page.locator(".chooser > summary").click()
    page.locator(f"#outcomes-where-{column}").click()
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")


def expect_split(page: Page, word: str) -> None:
    expect(page.locator("#outcomes-by")).to_contain_text(word)
    expect(page.locator("#outcomes-response-title")).to_contain_text(f"by {word.lower()}")


def test_a_director_sees_what_the_metric_says(visit: Visit, running: Running) -> None:
    page = visit.page()
    visit.sign_in(page, "director")
    expect_split(page, "Treatment")
    whose = Cohort(running.clinic.builds.current(), {"diagnosis": ("depression",)})
    for by, title in (("route", "Route"), ("site", "Site"), ("payer", "Payer")):
        choose(page, "by", title)
        expect_split(page, title)
        table = response(whose, by=by, instrument="PHQ-9")
        expect(page.locator("#outcomes-response-graph .ytick")).to_have_count(len(table))
        for row in table.to_dict("records"):
            said = page.locator("#outcomes-response-graph .annotation-text").filter(
                has_text=re.compile(rf"^{row['n_responded']} of {row['n_scored']} ·")
            )
            expect(said.first).to_be_attached()
    assert page.title() == "Clinic"
    assert MARK not in page.content()


def test_every_number_opens_its_people_and_back_restores_the_figure(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "clinician", "/outcomes")
    words = page.locator("#outcomes-waterfall-graph .annotation-text-g").first
    n = int(words.text_content() or "")
    words.click()
    rows = page.locator("#people-grid [aria-rowcount]")
    expect(page.locator("#people-answer")).to_contain_text(f"started · {n} courses")
    expect(rows).to_have_attribute("aria-rowcount", str(n + 1))  # the header is one
    page.locator("#people-grid .ag-row a").nth(1).click()
    expect(page.locator("#patient-place")).to_have_text(f"2 of {n}")
    page.keyboard.press("Escape")
    expect(rows).to_have_attribute("aria-rowcount", str(n + 1))  # the header is one
    page.goto(visit.address + "/outcomes")
    page.locator("#outcomes-waterfall summary").first.click()
    cell = page.locator("#outcomes-waterfall-table .ag-row [col-id='n_baseline']")
    said = cell.inner_text()
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#people-answer")).to_contain_text(f"baseline · {said} courses")
    page.go_back()
    expect(page.locator("#outcomes-waterfall-graph .barlayer .point")).to_have_count(6)


def test_figures_are_drawn_by_our_own_bundle(visit: Visit) -> None:
    page = visit.page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(urlsplit(request.url).path))
    visit.sign_in(page, "director", "/outcomes")
    expect(page.locator("#outcomes-response-graph .scatterlayer .trace").first).to_be_attached()
    expect(page.locator("#outcomes-waterfall-graph .barlayer .point")).to_have_count(6)
    expect(page.locator("#outcomes-curve-graph .scatterlayer .trace").first).to_be_attached()
    assert [path for path in fetched if "plotly" in path] == ["/assets/vendor/plotly-cartesian-4.1.1.min.js"]
    assert page.evaluate("window.Plotly.version") == "4.1.1"
    assert page.locator("[data-title*='cloud' i], [data-title*='Share' i]").count() == 0


def test_the_address_keeps_the_view(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "clinician", "/outcomes")
    expect_split(page, "Treatment")
    choose(page, "by", "Site")
    expect_split(page, "Site")
    choose(page, "scale", "PCL-5 · PTSD Checklist for DSM-5")
    expect(page.locator("#outcomes-answer")).to_contain_text("PCL-5")
    limit(page, "site", "North (28)")
    expect(page.locator("#outcomes-size")).to_contain_text("28 of 55 patients · 168 of 330 sessions")
    expect(page.locator("#outcomes-chips")).to_contain_text("Site: North")
    assert re.fullmatch(r".*/outcomes\?view=[\w-]+", page.url)
    sent = page.url
    page.reload()
    expect_split(page, "Site")
    expect(page.locator("#outcomes-size")).to_contain_text("28 of 55 patients")
    expect(page.locator("#outcomes-answer")).to_contain_text("PCL-5")
    page.go_back()
    expect(page.locator("#outcomes-size")).to_contain_text("55 of 55 patients")
    page.go_back()
    expect(page.locator("#outcomes-answer")).to_contain_text("PHQ-9")
    expect_split(page, "Site")
    page.go_back()
    expect_split(page, "Treatment")
    other = visit.page()
    visit.sign_in(other, "director", urlsplit(sent).path + "?" + urlsplit(sent).query)
    expect_split(other, "Site")
    expect(other.locator("#outcomes-answer")).to_contain_text("PCL-5")
    expect(other.locator("#outcomes-chips")).to_contain_text("Site: North")
    third = visit.page()
    visit.sign_in(third, "presenter", urlsplit(sent).path + "?" + urlsplit(sent).query)
    expect(third.get_by_role("heading", name="Not found")).to_be_visible()  # it has a filter
    assert "North" not in third.content()


def test_the_cohort_is_taken_away_chip_by_chip(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes")
    expect_split(page, "Treatment")
    limit(page, "route", "IV (30)")
    expect(page.locator("#outcomes-size")).to_contain_text("30 of 55 patients")
    limit(page, "diagnosis", "PTSD (0)")
    expect(page.get_by_role("heading", name="Nobody matches")).to_be_visible()
    expect(page.locator("#outcomes-nobody-words")).to_have_text(
        "No first course has route IV, and diagnosis PTSD together."
    )
    expect(page.locator("#outcomes-figures")).to_be_hidden()
    page.get_by_text("Diagnosis: PTSD ✕").click()
    expect(page.locator("#outcomes-size")).to_contain_text("30 of 55 patients")
    expect(page.locator("#outcomes-response-graph")).to_be_visible()
    page.get_by_role("link", name="Clear", exact=True).click()
    expect(page.locator("#outcomes-size")).to_contain_text("55 of 55 patients")
    assert page.url.endswith("/outcomes")


def test_the_file_is_what_the_command_line_prints(
    visit: Visit, running: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLINIC_HOME", str(running.clinic.settings.home))
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes")
    choose(page, "by", "Site")
    expect_split(page, "Site")
    part = page.locator("#outcomes-response")
    with page.expect_download() as caught:
        part.get_by_role("button", name="CSV").click()
    assert caught.value.suggested_filename == "response-by-site-PHQ-9-2024-06-30.csv"
    part.get_by_text("How this is computed").click()
    command = shlex.split(part.locator("#outcomes-response-command").inner_text())
    assert main(command[3:]) == 0
    printed = list(csv.reader(capsys.readouterr().out.splitlines()))
    assert list(csv.reader(caught.value.path().read_text().splitlines())) == printed
    part.get_by_text("Table", exact=True).click()
    expect(part.get_by_role("gridcell", name="North")).to_be_visible()
    heads = part.locator(".ag-header-cell-text").all_inner_texts()
    assert sorted(heads) == sorted(printed[0])


def test_after_signing_out_back_shows_nothing(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes")
    expect_split(page, "Treatment")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.locator(".js-plotly-plot").count() == 0


def test_an_open_page_whose_session_ended_says_so_and_keeps_its_place(visit: Visit, running: Running) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes")
    choose(page, "by", "Site")
    expect_split(page, "Site")
    page.reload()
    expect_split(page, "Site")
    expect(page.locator("#outcomes-saved")).to_contain_text("None yet.")
    page.wait_for_load_state("networkidle")  # what is still asked would be refused before anybody chooses
    running.clock.now += 31 * 60
    choose(page, "by", "Payer")
    expect(page.get_by_role("status")).to_contain_text("You were signed out")
    page.get_by_label("Name").fill("a-director")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect_split(page, "Site")
    visit.faults = [each for each in visit.faults if "401" not in each]  # the refusal itself, as the browser notes it


@pytest.mark.parametrize(
    ("role", "place", "words", "links"),
    [("presenter", "/patient", "see people in code", 4), ("admin", "/outcomes", "look after users", 1)],
)
def test_others_are_told_why_not(visit: Visit, role: str, place: str, words: str, links: int) -> None:
    page = visit.page()
    visit.sign_in(page, role, place)
    expect(page.locator("#shell-page")).to_contain_text(words)
    assert page.get_by_role("navigation").get_by_role("link").count() == links
    assert page.locator("#shell-page .js-plotly-plot").count() == 0


def test_a_presenter_sees_outcomes_and_no_small_count(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "presenter")
    expect(page.locator("#outcomes-answer")).to_contain_text("22 of 41 responded")
    expect(page.locator("#outcomes-where-site")).to_be_hidden()
    expect(page.locator("#outcomes-window")).to_be_hidden()
    choose(page, "by", "Site")
    expect_split(page, "Site")
    part = page.locator("#outcomes-waterfall")
    part.get_by_text("Table", exact=True).click()
    expect(part.get_by_role("gridcell", name="hidden").first).to_be_visible()  # 6 were due but not scored


def test_what_does_not_exist_leads_back(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes?view=forged")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    expect(page.locator("#outcomes-body")).to_be_hidden()
    page.get_by_role("link", name="Show outcomes of everyone").click()
    expect_split(page, "Treatment")
    expect(page.get_by_role("heading", name="Not found")).to_have_count(0)
    page.goto(visit.address + "/elsewhere")
    page.get_by_role("link", name="Back to the start").click()
    expect_split(page, "Treatment")


def test_a_failure_hides_the_numbers(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes")
    expect_split(page, "Treatment")
    monkeypatch.setattr("dashboard.tabs.outcomes.content", _fails)
    choose(page, "by", "Site")
    expect(page.get_by_role("alert")).to_contain_text("could not be shown")
    expect(page.locator("#shell-page")).to_be_hidden()


def _fails(*_: object) -> None:
    raise RuntimeError("a value")


def ink(page: Page) -> str:
    """The colour of the words in a figure."""
    words = page.locator("#outcomes-waterfall-graph .ytick text").first
    return str(words.evaluate("each => getComputedStyle(each).fill"))


def test_the_theme_is_kept_and_figures_follow_it(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    expect(page.locator("#outcomes-waterfall-graph .ytick")).to_have_count(6)
    light = ink(page)
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("#outcomes-waterfall-graph .ytick text").first).not_to_have_css("fill", light)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("#outcomes-waterfall-graph .ytick text").first).to_be_attached()
    assert ink(page) != light


def test_the_keyboard_reaches_the_controls(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes")
    expect_split(page, "Treatment")
    page.locator("#outcomes-by").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="Site", exact=True)).to_be_visible()


def test_an_admin_sees_what_came_in(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "admin")
    expect(page.locator("#data-answer")).to_contain_text("rows accepted; none was set aside")
    expect(page.locator("#data-tables .ag-row")).to_have_count(10)
    expect(page.locator("#data-aside")).to_be_hidden()
