"""The pages of chairs and of the book ahead say what their tables say, with nothing known as well."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.access import cohort_for
from dashboard.auth.permissions import VIEW_THROUGHPUT
from dashboard.clinic import Clinic, open_clinic
from dashboard.clinical.cohort import OptionError
from dashboard.figures.theme import TRACE_TYPES
from dashboard.importing.run import import_folder
from dashboard.settings import Settings
from dashboard.store import Builds
from dashboard.tabs import parts, throughput_ahead, throughput_chairs
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.parts import components
from dashboard.tabs.section import Section
from dashboard.tabs.throughput_view import SPLITS, View
from tests.hand import write_export
from tests.tabs.conftest import DIRECTOR

PAGES = (throughput_chairs, throughput_ahead)


def page(clinic: Clinic, view: View, section: Section, theme: str = "light") -> dict[str, Any]:
    cohort = cohort_for(DIRECTOR, clinic, VIEW_THROUGHPUT, **view.filters.keywords())
    return section.content(cohort, view, theme, lambda each: each.address(clinic.tokens))


def test_what_is_not_known_is_said(clinic: Clinic) -> None:
    chairs = page(clinic, View(), throughput_chairs.SECTION)
    assert chairs["answer"] == "When chairs are used is not known: no session has arrival and discharge."
    assert "no column planned_minutes, arrived_at, left_at" in chairs["figures"]["planned"]["rule"]
    assert (
        chairs["figures"]["lead"]["count"] == "n = 0 slots held whose booking is known: 0 no-shows, 0 cancelled late."
    )
    ahead = page(clinic, View(), throughput_ahead.SECTION)
    # nothing is booked beyond the day of the records, 30 June 2024, but the doses of the four who began on 10 June
    assert ahead["answer"].replace(parts.NBSP, " ").endswith("0 people referred have not been seen.")
    assert "no table capacity" in ahead["figures"]["days"]["rule"]
    assert ahead["figures"]["money"]["count"].startswith("n = 0 of ")
    payers = ahead["figures"]["payers"]
    assert payers["title"].endswith(", by payer: charged not known, paid by patients not known")
    assert "no column charge, paid_by_patient in sessions" in payers["rule"]
    courses = ahead["figures"]["courses"]
    assert "no column paid_by_patient in sessions" in courses["rule"]
    (said,) = courses["figure"]["layout"]["annotations"]
    assert said["text"] == "Of no course that is over is it known what the patient paid in every session."


@pytest.mark.parametrize("by", ["treatment", "payer", "none"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_are_plain(clinic: Clinic, by: str, theme: str) -> None:
    assert by in SPLITS
    for each in PAGES:
        for shown in page(clinic, View(by=by, amount="paid_by_patient"), each.SECTION, theme)["figures"].values():
            json.dumps(shown["figure"])
            assert {trace["type"] for trace in shown["figure"]["data"]} <= TRACE_TYPES


def test_pages_stay_small_and_keep_the_view(clinic: Clinic) -> None:
    view = View(period="month", amount="paid_by_patient", filters=Filters({"route": ("iv",)}))
    for each in PAGES:
        assert len(components(each.layout(clinic, DIRECTOR))) <= 260
        links = page(clinic, view, each.SECTION)["sections"]
        assert all(View.of(link.partition("?")[2], clinic.tokens) == view for link in links)


@pytest.fixture
def paying(tmp_path: Path) -> Iterator[Clinic]:
    """Two people and their money, as of 15 March 2024; nobody came in February."""
    sessions = [
        ("a", "2024-01-08", 400.5, 400),
        ("a", "2024-01-10", None, 100),
        ("b", "2024-01-09", 600, None),
        ("b", "2024-03-04", 600, 30),
    ]
    given = {"status": "completed", "route": "iv", "drug": "ketamine"}
    rows = [
        {"session_id": place, "patient_id": who, "scheduled_at": f"{day}T10:00", **given}
        | {"charge": charge, "paid_by_patient": paid}
        for place, (who, day, charge, paid) in enumerate(sessions)
    ]
    people = [
        {"patient_id": who, "diagnosis": "other", "payer": payer}
        for who, payer in (("a", "self-pay"), ("b", "insurance"))
    ]
    export = write_export(tmp_path / "export", {"patients": people, "sessions": rows})
    settings = Settings(home=tmp_path / "home")
    settings.home.mkdir()
    (settings.home / "clinic.toml").write_text("course_gap_days = 60\n", encoding="utf-8")
    builds = Builds(settings.home)
    import_folder(export, builds, settings.clinic(), as_of=datetime.date(2024, 3, 15))
    builds.close()
    clinic = open_clinic(settings)
    yield clinic
    clinic.close()


def test_the_money_of_a_month_is_said_by_payer_with_what_is_missing(paying: Clinic) -> None:
    # January is the latest month that is over and in which somebody came
    shown = page(paying, View(), throughput_ahead.SECTION)
    assert shown["controls"][1] == "2024-01-01"
    assert [each["label"] for each in shown["months"]] == ["March 2024", "January 2024"]
    payers = shown["figures"]["payers"]
    assert payers["title"] == "January 2024, by payer: charged 1,000, paid by patients 500"  # 400.5 + 600 and 400 + 100
    assert payers["count"].startswith(
        "n = 3 completed sessions, 2 with a known charge, 2 with a known payment. "
        "Not known, in no sum: the charge of 1, the payment of 1."
    )
    assert [(row["month"], row["payer"]) for row in payers["rows"]] == [
        ("2024-01-01", "self-pay"),
        ("2024-01-01", "insurance"),
        ("2024-03-01", "insurance"),
    ]

    courses = page(paying, View(by="payer"), throughput_ahead.SECTION)["figures"]["courses"]
    # one course each, nobody having come in the 60 days of the gap to the first
    assert courses["title"] == "What does a course cost the patient, by payer? Known of 1 of 1"
    assert courses["count"].endswith("Left out: 0 with some sessions' only, 0 with none, and 1 that go on.")


def test_a_month_that_is_not_over_is_drawn_as_that(paying: Clinic) -> None:
    drawn = page(paying, View(), throughput_ahead.SECTION)["figures"]["money"]["figure"]
    names = [name.replace(parts.NBSP, " ").replace("<br>", " ") for name in drawn["layout"]["yaxis"]["ticktext"]]
    assert names == ["Jan 2024: 2 of 3", "Mar 2024 – not over: 1 of 1"]
    assert drawn["data"][0]["marker"]["opacity"] == [1, 0.45]


def test_a_month_that_is_chosen_is_kept_and_one_that_is_not_over_says_so(paying: Clinic) -> None:
    march = page(paying, View(month="2024-03-01"), throughput_ahead.SECTION)
    assert march["figures"]["payers"]["title"].startswith("March 2024, not all of it, by payer: charged 600,")
    cut = View(filters=Filters.of({"from": "2024-01-09", "to": "2024-02-29"}))  # holds no whole month with anybody
    assert page(paying, cut, throughput_ahead.SECTION)["figures"]["payers"]["title"] == (
        "January 2024, not all of it, by payer: charged 600, paid by patients 100"
    )
    february = page(paying, View(month="2024-02-01"), throughput_ahead.SECTION)
    assert "February 2024" in [each["label"] for each in february["months"]]
    (said,) = february["figures"]["payers"]["figure"]["layout"]["annotations"]
    assert said["text"] == "No session was completed in February 2024."
    view = View(month="2024-03-01")
    assert View.of(view.address(paying.tokens), paying.tokens) == view


@pytest.mark.parametrize("month", ["2024-03-02", "2024-03", "20240301", "soon", 3, ["2024-03-01"]])
def test_what_is_no_month_is_refused(month: Any) -> None:
    with pytest.raises(OptionError, match="write its first day"):
        View(month=month)


def staffed(*days: tuple[str, float | None]) -> dict[str, str]:
    """What is said on 21 November of a book of two hours a day with so much staffed chair time."""
    booked = {"n_booked": 1, "n_starts": 0, "n_planned": 1, "booked_minutes": 120}
    rows = [
        {"date": date, **booked, "staffed_minutes": minutes, "open_minutes": None if minutes is None else minutes - 120}
        for date, minutes in days
    ]
    table = pd.DataFrame(rows).astype({"staffed_minutes": float, "open_minutes": float})
    return throughput_ahead.days_words(table, datetime.date(2026, 11, 21))


def test_open_hours_are_of_the_days_whose_staffing_is_known() -> None:
    # 6 of 8 hours open, and 10 of 12; 18 December is the last of 28 days from 21 November on
    known = (("2026-12-17", 480.0), ("2026-12-18", 720.0))
    assert staffed(*known) == {
        "title": "The next 28 days: 16 chair-hours open on the 2 days whose staffing is known (to 18 December)",
        "count": "n = 2 open bookings, 2 with a planned length; 0 first sessions.",
    }
    part = staffed(("2026-12-15", None), ("2026-12-16", None), known[0], ("2026-12-18", None))
    assert part["title"] == (
        "The next 28 days: 6 chair-hours open on the one day whose staffing is known (to 17 December)"
    )
    assert part["count"].endswith(
        " 3 days with bookings are of unknown staffing. No staffing is known after 17 December 2026; the 28 days end "
        "on 18 December 2026."
    )
    assert staffed(("2026-12-16", None))["title"] == "The next 28 days"
