"""A clinician goes through the day's list by keyboard: opens a line, comes back to it, ticks it."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.export import MARK


def test_the_list_is_worked_by_keyboard(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "clinician", "/today?date=2024-06-27")  # tests/export.py: four sixth sessions on that day
    expect(page.locator("#today-answer")).to_contain_text("4 come on Thursday 27 June 2024")
    expect(page.locator("#today-grid .ag-pinned-left-cols-container .ag-row")).to_have_count(4)
    page.locator("#today-grid .ag-cell[col-id=reasons]").first.click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("#today-answer")).to_contain_text("1 of 4 reviewed")
    expect(page.locator("#today-grid .tick").nth(1)).to_have_text("✓ a-clinician")
    second = page.locator("#today-grid .ag-row[row-index='1'] a").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(second)
    assert MARK not in page.url
    page.keyboard.press("Escape")
    expect(page.locator("#today-answer")).to_contain_text("1 of 4 reviewed")
    expect(page.locator("#today-grid .ag-cell-focus")).to_have_text(second)
    page.get_by_role("link", name="3 not reviewed").click()
    expect(page.locator("#today-grid .ag-pinned-left-cols-container .ag-row")).to_have_count(3)
    page.go_back()
    expect(page.locator("#today-grid .ag-pinned-left-cols-container .ag-row")).to_have_count(4)


def test_the_sheet_is_printed_in_place_of_the_grid(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "clinician", "/today?date=2024-06-27")
    expect(page.locator("#today-sheet")).to_contain_text("4 come on Thursday")
    expect(page.locator("#today-sheet")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("#today-sheet")).to_be_visible()
    expect(page.locator("#today-grid")).to_be_hidden()
