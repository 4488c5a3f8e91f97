"""The demo's hard cases, each opened in a browser and asked of the command line, against what was read off their forms.

The truth was written by hand from the rows of ``data/demo``: forms and sessions of each person, the rules of
``definitions.md`` §5 and §6, seen from 31 December 2024. Peaks are those of the last completed session.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from dashboard.access import Viewer, patients_like
from dashboard.cli import main
from tests.browser.conftest import Visit
from tests.conftest import DEMO_AS_OF, Running

PRINTED = {"000106": "LAST SESSIONS (5 of 62)", "000114": "C-SSRS"}
"""Of whom the printed pages are counted, and what stands on them: sixty sessions and two booked; a second scale."""
PAGE_OF_PDF = re.compile(rb"/Type\s*/Page\b(?!s)")
NBSP = "\u00a0"
GRAVE = "C-SSRS: question 4, some intent (30 December 2024)"
UNKNOWN, EARLY = "no answer on suicidality on record for 30 days", f"under 20{NBSP}% better after 4 sessions or more"


@dataclass(frozen=True)
class Truth:
    """What is to be read of one person: on the page, and in the worklist (``listed``: empty where in none)."""

    course: str
    brief: str
    chip: str
    numbers: str
    reasons: dict[str, str]
    listed: str = ""
    baseline: float | None = None
    latest: float | None = None
    status: str = "not-enough-data"


def due(date: str) -> dict[str, str]:
    """Of those who were not asked lately."""
    return {"suicidality-unknown": UNKNOWN, "measure-overdue": f"PHQ-9 due, last {date}"}


TRUTHS = {
    # one form, three sessions after the first: no baseline
    "000101": Truth(
        "course 1, session 6, induction",
        "PHQ-9 14. Last peak 130/85.",
        "Not enough data",
        "PHQ-9 14 on 9 October 2024.",
        due("9 Oct"),
        *("caseload", None, 14),
    ),
    # one form, on the eve of the first session
    "000102": Truth(
        "course 1, session 6, induction",
        "PHQ-9 18. Last peak 130/86.",
        "Not enough data",
        "PHQ-9 18 on 20 October 2024, the baseline.",
        due("20 Oct"),
        *("caseload", 18, 18),
    ),
    # 0, then 1: no percent of nothing
    "000103": Truth(
        "course 1, session 6, induction",
        "PHQ-9 1, from 0 at baseline (+1, no change); 0 on 15 September 2024. Last peak 125/90.",
        "No change",
        "PHQ-9 1 on 2 October 2024, from 0 on 15 September 2024 at baseline: +1 point.",
        due("2 Oct"),
        *("caseload", 0, 1, "no-change"),
    ),
    # 15 of 8 items is 16.9, so 17; 7 of 7 is 9; 6 of 6 is no score; item 9 was last answered, with 1, on 27 October
    "000104": Truth(
        "course 1, session 6, induction",
        "PHQ-9 9, from 17 at baseline (−8, partial); 17 on 27 October 2024. PHQ-9 item 9: 1. Last peak 123/72.",
        "Partial response",
        f"PHQ-9 9 on 3 November 2024, from 17 on 27 October 2024 at baseline: −8 points (−47.1{NBSP}%).",
        {"suicidality": "PHQ-9 item 9: 1", **due("3 Nov")},
        *("caseload", 17, 9, "partial"),
    ),
    # the diagnosis "other" has no primary scale; nothing that asks about suicidality was filled
    "000105": Truth(
        "course 1, session 6, induction",
        "Last peak 122/87.",
        "Not enough data",
        "this diagnosis has no primary scale",
        {"suicidality-unknown": UNKNOWN},
        "caseload",
    ),
    "000106": Truth(
        "course 1, session 60, maintenance",
        "PHQ-9 10, from 21 at baseline (−11, response); 11 on 20 October 2024. Last peak 161/92.",
        "Response",
        f"PHQ-9 10 on 17 November 2024, from 21 on 31 December 2023 at baseline: −11 points (−52.4{NBSP}%).",
        due("17 Nov"),
        *("booked", 21, 10, "response"),
    ),
    # 17 to 10 in the second course; it is over, so the worklist of these days has no row
    "000107": Truth(
        "course 2, session 6, induction",
        "PHQ-9 10, from 17 at baseline (−7, partial); 17 on 17 March 2024. Last peak 128/79.",
        "Partial response",
        f"PHQ-9 10 on 25 April 2024, from 17 on 17 March 2024 at baseline: −7 points (−41.2{NBSP}%).",
        due("25 Apr"),
    ),
    # 30 May to 29 July are 60 days, to 28 August 90, to 29 August 91: only the last begins a course
    "000108": Truth(
        "course 1, session 3, maintenance",
        "PHQ-9 15, from 19 at baseline (−4, no change); 19 on 27 May 2024. Last peak 115/78.",
        "No change",
        f"PHQ-9 15 on 28 July 2024, from 19 on 27 May 2024 at baseline: −4 points (−21.1{NBSP}%).",
        due("28 Jul"),
    ),
    "000109": Truth(
        "course 1, session 3, maintenance",
        "PHQ-9 15, from 19 at baseline (−4, no change); 19 on 27 May 2024. Last peak 136/69.",
        "No change",
        f"PHQ-9 15 on 27 August 2024, from 19 on 27 May 2024 at baseline: −4 points (−21.1{NBSP}%).",
        due("27 Aug"),
    ),
    "000110": Truth(
        "course 2, session 1, induction",
        "PHQ-9 15; 19 on 27 May 2024. Last peak 150/93.",
        "Not enough data",
        "PHQ-9 15 on 28 August 2024, the baseline.",
        due("28 Aug"),
    ),
    "000111": Truth(
        "course 1, session 6, induction",
        "PHQ-9 8, from 18 at baseline (−10, response); 18 on 4 August 2024. Last peak 140/89.",
        "Response",
        f"PHQ-9 8 on 12 September 2024, from 18 on 4 August 2024 at baseline: −10 points (−55.6{NBSP}%).",
        due("12 Sep"),
    ),
    # 20, then 8 (60 % better), 10, and 17: neither a response nor within 5 points of the best
    "000112": Truth(
        "course 1, session 8, maintenance",
        "PHQ-9 17, from 20 at baseline (−3, response lost); 10 on 17 November 2024. Last peak 156/99.",
        "Response lost",
        f"PHQ-9 17 on 29 December 2024, from 20 on 1 September 2024 at baseline: −3 points (−15{NBSP}%).",
        {"suicidality-unknown": UNKNOWN, "response-lost": "response lost"},
        *("booked", 20, 17, "response-lost"),
    ),
    "000113": Truth(
        "course 1, session 4, induction",
        "PHQ-9 14, from 15 at baseline (−1, no change); 14 on 8 December 2024. PHQ-9 item 9: 0 → 2. Last peak 166/85.",
        "No change",
        f"PHQ-9 14 on 30 December 2024, from 15 on 1 December 2024 at baseline: −1 point (−6.7{NBSP}%).",
        {"suicidality": "PHQ-9 item 9: 0 → 2", "no-early-change": EARLY},
        *("booked", 15, 14, "no-change"),
    ),
    "000114": Truth(
        "course 1, session 4, induction",
        f"PHQ-9 20, from 22 at baseline (−2, no change); 22 on 8 December 2024. {GRAVE}. Last peak 146/77.",
        "No change",
        f"PHQ-9 20 on 30 December 2024, from 22 on 8 December 2024 at baseline: −2 points (−9.1{NBSP}%).",
        {
            "suicidality-high": GRAVE,
            "no-early-change": EARLY,
        },
        *("booked", 22, 20, "no-change"),
    ),
    "000115": Truth(
        "course 1, session 6, induction",
        "PHQ-9 21, from 13 at baseline (+8, worse); 15 on 8 December 2024. Last peak 170/90.",
        "Worse",
        f"PHQ-9 21 on 30 December 2024, from 13 on 1 December 2024 at baseline: +8 points (+61.5{NBSP}%).",
        {"suicidality-unknown": UNKNOWN, "worse": "worse: +8 since baseline", "no-early-change": EARLY},
        *("booked", 13, 21, "worse"),
    ),
    # ASRM 9 on the eve, 6 is a reason
    "000116": Truth(
        "course 1, session 6, induction",
        "PHQ-9 7, from 19 at baseline (−12, response); 19 on 1 December 2024. Last peak 149/86.",
        "Response",
        f"PHQ-9 7 on 30 December 2024, from 19 on 1 December 2024 at baseline: −12 points (−63.2{NBSP}%).",
        {"suicidality-unknown": UNKNOWN, "mania": "ASRM 9 on 30 December 2024, mark 6"},
        *("booked", 19, 7, "response"),
    ),
}


@pytest.fixture
def demo(demo_home: Path, start: Callable[..., Running], monkeypatch: pytest.MonkeyPatch) -> Running:
    monkeypatch.setenv("CLINIC_HOME", str(demo_home))
    return start(demo_home)


@pytest.fixture
def demo_visit(browser: Browser, demo: Running) -> Iterator[Visit]:
    server = make_server("127.0.0.1", 0, demo.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    visiting = Visit(browser, f"http://127.0.0.1:{server.server_port}")
    yield visiting
    for context in visiting.contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert visiting.faults == []


def go(page: Page, address: str) -> None:
    """To another person without loading the app again, as a link of the page does."""
    page.evaluate(
        "address => { history.pushState({}, '', address); dispatchEvent(new CustomEvent('_dashprivate_pushstate')); }",
        address,
    )


def test_every_hard_case_reads_as_its_forms_say(
    demo: Running, demo_visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = {who: worklist(capsys, who) for who in ("booked", "caseload")}
    page = demo_visit.page()
    demo_visit.sign_in(page, "clinician", "/patient")
    for key, truth in TRUTHS.items():
        (person,) = patients_like(Viewer("a-director", "director"), demo.clinic, key)
        go(page, f"/patient/{person.token}?date={DEMO_AS_OF}")
        expect(page.get_by_role("heading", level=1)).to_have_text(person.name or "")
        expect(page.locator(".brief")).to_have_text(truth.brief)
        expect(page.locator("#patient-page > p.data").first).to_contain_text(truth.course)
        expect(page.locator(".chip")).to_contain_text(truth.chip)
        expect(page.locator(".card", has=page.locator(".chip"))).to_contain_text(truth.numbers)
        assert page.locator(".reasons li").all_inner_texts() == [f"⚑ {words}" for words in truth.reasons.values()], key
        if key in PRINTED:
            expect(page.locator("#patient-sheet")).to_contain_text(PRINTED[key])
            expect(page.locator("#patient-print-course .scatterlayer").first).to_be_attached()
            assert len(PAGE_OF_PDF.findall(page.pdf(prefer_css_page_size=True))) == 1, key
        rows = {who: rows[key] for who, rows in listed.items() if key in rows}
        assert list(rows) == ([truth.listed] if truth.listed else []), key
        for row in rows.values():
            assert (row["baseline"], row["latest"], row["status"]) == (truth.baseline, truth.latest, truth.status), key
            assert row["reasons"] == ";".join(truth.reasons), key
    page.wait_for_load_state("networkidle")  # nothing is asked of the records any more when they are closed


def worklist(capsys: pytest.CaptureFixture[str], who: str) -> dict[str, Any]:
    """The first row of each person in the worklist of eight days, by the command line."""
    asked = ["--date", str(DEMO_AS_OF), "--days", "8", "--who", who, "--format", "json"]
    assert main(["metrics", "worklist", *asked]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    return {row["patient_id"]: row for row in reversed(rows)}
