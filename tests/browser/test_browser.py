"""A real browser on the running app: what a person sees, and what must never happen beside it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from dashboard.clinical.cohort import Cohort
from dashboard.metrics.response import response
from dashboard.tabs import parts
from tests import chromium
from tests.conftest import PASSWORD, Running
from tests.export import MARK


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, chromium.HOW
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield launched
        launched.close()


@dataclass
class Visit:
    """One person's browser, and whatever went wrong in it."""

    browser: Browser
    address: str
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def page(self) -> Page:
        """A page of a browser that knows nobody."""
        context = self.browser.new_context(viewport={"width": 1440, "height": 900})
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: self.faults.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._note_foreign)
        return page

    def _note_foreign(self, request: Request) -> None:
        place = urlsplit(request.url)
        if place.scheme not in ("data", "blob") and place.netloc != urlsplit(self.address).netloc:
            self.faults.append(f"request to {place.netloc}")

    def sign_in(self, page: Page, role: str, place: str = "/") -> None:
        page.goto(self.address + place)
        page.get_by_label("Name").fill(f"a-{role}")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    visiting = Visit(browser, address)
    yield visiting
    for context in visiting.contexts:
        context.close()
    assert visiting.faults == []


def cells(page: Page) -> list[list[str]]:
    return [row.locator("th, td").all_inner_texts() for row in page.locator("tbody tr").all()]


def choose(page: Page, control: str, option: str) -> None:
    page.locator(f"#outcomes-{control}").click()
    page.get_by_role("option", name=option, exact=True).click()


def expect_split(page: Page, heading: str) -> None:
    expect(page.locator("thead th").first).to_have_text(heading)
    expect(page.locator("#outcomes-by")).to_contain_text(heading)


def test_a_director_sees_what_the_metric_says(visit: Visit, running: Running) -> None:
    page = visit.page()
    visit.sign_in(page, "director")
    expect_split(page, "Route")
    for by, label in (("route", "Route"), ("site", "Site"), ("payer", "Payer")):
        if by != "route":
            choose(page, "by", label)
            expect_split(page, label)
        table = response(Cohort(running.clinic.builds.current()), by=by)
        shown = cells(page)
        assert len(shown) == len(table)
        for row, (_, numbers) in zip(shown, table.iterrows(), strict=True):
            assert row[0].startswith(parts.value_words(by, numbers[by]))
            assert row[1].replace("\u00a0", " ").startswith(f"{numbers['n_responded']} of {numbers['n_scored']}")
            assert [row[4], row[10]] == [str(numbers["n_started"]), str(numbers["n_scored"])]
    assert page.title() == "Clinic"
    assert MARK not in page.content()


def test_the_address_keeps_the_view(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "clinician", "/outcomes")
    expect_split(page, "Route")
    choose(page, "by", "Site")
    expect_split(page, "Site")
    choose(page, "scale", "PTSD Checklist for DSM-5")
    expect(page.locator("section")).to_have_count(1)
    assert page.url.endswith("/outcomes?by=site&scale=PCL-5")
    page.reload()
    expect_split(page, "Site")
    expect(page.locator("section h2")).to_have_text(["PCL-5"])
    sent = page.url
    page.go_back()
    expect(page.locator("section h2")).to_have_text(["PHQ-9", "PCL-5"])
    expect(page.locator("#outcomes-scale")).to_contain_text("Primary scales")
    page.go_back()
    expect_split(page, "Route")
    other = visit.page()
    visit.sign_in(other, "director", urlsplit(sent).path + "?" + urlsplit(sent).query)
    expect(other.locator("section h2")).to_have_text(["PCL-5"])
    expect_split(other, "Site")


def test_after_signing_out_back_shows_nothing(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes")
    expect_split(page, "Route")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.locator("table").count() == 0


def test_an_open_page_whose_session_ended_says_so_and_keeps_its_place(visit: Visit, running: Running) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes?by=site")
    expect_split(page, "Site")
    running.clock.now += 31 * 60
    choose(page, "by", "Payer")
    expect(page.get_by_role("status")).to_contain_text("You were signed out")
    page.get_by_label("Name").fill("a-director")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect_split(page, "Site")
    visit.faults = [each for each in visit.faults if "401" not in each]  # the refusal itself, as the browser notes it


@pytest.mark.parametrize(
    ("role", "words"), [("presenter", "every cell under 11 hidden"), ("admin", "look after users")]
)
def test_others_are_told_why_not(visit: Visit, role: str, words: str) -> None:
    page = visit.page()
    visit.sign_in(page, role, "/outcomes")
    expect(page.locator("#shell-page")).to_contain_text(words)
    assert page.get_by_role("navigation").get_by_role("link").count() == 0
    assert page.locator("table").count() == 0


def test_what_does_not_exist_leads_back(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes?by=colour")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    expect(page.locator("#outcomes-body")).to_be_hidden()
    page.get_by_role("link", name="Show outcomes by route").click()
    expect_split(page, "Route")
    expect(page.get_by_role("heading", name="Not found")).to_have_count(0)
    page.goto(visit.address + "/elsewhere")
    page.get_by_role("link", name="Back to the start").click()
    expect_split(page, "Route")


def test_a_failure_hides_the_numbers(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes")
    expect_split(page, "Route")
    monkeypatch.setattr("dashboard.tabs.outcomes.content", _fails)
    choose(page, "by", "Site")
    expect(page.get_by_role("alert")).to_contain_text("could not be shown")
    expect(page.locator("#shell-page")).to_be_hidden()


def _fails(*_: object) -> None:
    raise RuntimeError("a value")


def test_the_theme_is_kept(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_keyboard_reaches_the_controls(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "director", "/outcomes")
    expect_split(page, "Route")
    page.locator("#outcomes-by").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="Site", exact=True)).to_be_visible()
