"""A clinician finds a person, opens the page, sends the address, and goes back."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.conftest import Running
from tests.export import MARK


def test_a_clinician_finds_and_opens_a_patient(visit: Visit, running: Running) -> None:
    page = visit.page()
    visit.sign_in(page, "clinician", "/patient")
    page.get_by_label("Name, or the beginning of the identifier").fill("0007")
    page.get_by_role("link", name=f"{MARK} 0007").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{MARK} 0007")
    expect(page.locator(".chip")).to_contain_text("Remission")
    # a baseline of 20 and a score of 4, drawn with six sessions beneath
    expect(page.locator(".js-plotly-plot .scatterlayer").first).to_be_attached()
    expect(page.locator("#patient-sessions .ag-row")).to_have_count(6)
    assert MARK not in page.url
    assert "0007" not in page.url
    assert page.title() == "Clinic"
    assert [entry.user for entry in running.clinic.audit.entries()] == ["a-clinician"]


def test_a_sent_address_opens_the_same_person_for_who_may_see_it(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, "clinician", "/patient")
    page.get_by_label("Name, or the beginning of the identifier").fill("0012")
    page.get_by_role("link", name=f"{MARK} 0012").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{MARK} 0012")
    sent = page.url.removeprefix(visit.address)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Find a patient")

    director = visit.page()
    visit.sign_in(director, "director", sent)
    expect(director.get_by_role("heading", level=1)).to_have_text(f"{MARK} 0012")
    director.reload()
    expect(director.get_by_role("heading", level=1)).to_have_text(f"{MARK} 0012")

    presenter = visit.page()
    visit.sign_in(presenter, "presenter", sent)
    expect(presenter.get_by_role("heading", level=1)).to_contain_text("not open to you")
    assert MARK not in presenter.content()
