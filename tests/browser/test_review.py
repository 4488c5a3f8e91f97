"""Case review in a real browser: code and back, the wall, the keys, a click on a mark."""

import re

from playwright.sync_api import expect

from dashboard.access import PATIENT, Viewer
from dashboard.access_cases import code_of, send_case
from tests.browser.conftest import Visit
from tests.conftest import Running

_FIRST_SCORE = """() => {
  const marks = [...document.querySelectorAll("#present-graph .scatterlayer .trace")]
    .filter((trace) => trace.textContent.includes("baseline"))
    .flatMap((trace) => [...trace.querySelectorAll(".point")]);
  const box = marks[0].getBoundingClientRect();
  return {x: box.x + box.width / 2, y: box.y + box.height / 2};
}"""


def test_a_meeting_from_the_switch_to_the_last_slide(visit: Visit, running: Running) -> None:
    clinic = running.clinic
    for identifier in ("0001", "0031"):
        patient = clinic.tokens.seal(PATIENT, identifier)
        send_case(Viewer("a-clinician", "clinician"), clinic, patient, kind="dose", text="Zweig, go up?")
    codes = [code_of(clinic, identifier) for identifier in ("0001", "0031")]
    page = visit.page()
    visit.sign_in(page, "clinician", "/review")
    expect(page.locator("#review-answer")).to_have_text("2 on the agenda: 0 decided, 2 open.")
    expect(page.locator("#review-agenda")).to_contain_text("Zweig 0001")

    page.locator("#shell-coded").click()
    expect(page.locator(".banner")).to_be_visible()  # its words are there before, hidden
    expect(page.locator(".banner")).to_contain_text("De-identified")
    expect(page.locator("#review-answer")).to_have_text("2 on the agenda: 0 decided, 2 open.")
    assert "Zweig" not in page.content()
    expect(page.locator("nav").first).not_to_contain_text("Patients")

    page.locator("#review-present").click()
    title, place = page.locator("#present-title"), page.locator("#present-place")
    expect(title).to_have_text(f"Patient {codes[0]}: Change the dose?")
    expect(page.locator("header.frame")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(place).to_have_text(re.compile("case 1 of 2, 2 of"))
    expect(page.locator("#present-graph")).to_contain_text("baseline 20")
    box = page.evaluate(_FIRST_SCORE)
    page.mouse.move(box["x"] - 3, box["y"])
    page.mouse.move(box["x"], box["y"])
    page.mouse.click(box["x"], box["y"])
    expect(page.locator("#present-told")).to_have_text(re.compile(r"^PHQ-9 20 of 27, severe, course 1, day -2, "))
    page.keyboard.press("ArrowLeft")
    expect(title).to_have_text(f"Patient {codes[0]}: Change the dose?")
    for there in ("1 of 2, 2", "1 of 2, 3", "1 of 2, 4", "1 of 2, 5", "2 of 2, 1"):
        page.keyboard.press("ArrowRight")
        expect(place).to_have_text(f"case {there} of 5")
    expect(title).to_contain_text(codes[1])
    assert "Zweig" not in page.content()

    page.keyboard.press("Escape")
    page.locator("#shell-coded").click()
    expect(page.locator("#review-agenda")).to_contain_text("Zweig 0001")
    expect(page.locator(".banner")).to_be_hidden()
