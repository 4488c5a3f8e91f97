"""The app as a whole: who reaches which route and callback, headers, frame, two apps in one process."""

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from dash import dcc
from flask.testing import FlaskClient

from dashboard.access import Viewer
from dashboard.auth import POLICY
from dashboard.auth.permissions import ACTIONS
from dashboard.records import ROLES
from dashboard.tabs import (
    TABS,
    balance,
    patient_tables,
    shell,
    side_effects_vitals,
    side_effects_when,
    throughput_ahead,
    throughput_chairs,
)
from dashboard.tabs.parts import components, graph
from tests.calls import call, callbacks, show
from tests.conftest import PAGE, PASSWORD, Running, csrf, sign_in
from tests.export import MARK

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PUBLIC = {("auth.login", "GET"), ("auth.login", "HEAD"), ("static", "GET"), ("static", "HEAD"), ("healthz", "GET")}
PUBLIC |= {("healthz", "HEAD")} | {(endpoint, "OPTIONS") for endpoint in ("auth.login", "static", "healthz")}
TRICKS = (
    "//_dash-layout",
    "/_dash%2Dlayout",
    "/%5Fdash-layout",
    "/_dash-layout/",
    "/static/../_dash-layout",
    "/static/%2e%2e/_dash-layout",
    "/login/../_dash-layout",
    "/login/",
    "/healthz/x",
    "/assets/app.css",
    "/assets/vendor/bootstrap.min.css",
    "/_mcp",
    "/_reload-hash",
    "/_favicon.ico",
    "/_dash-component-suites/dash/dash-renderer/build/dash_renderer.min.js",
    "/_dash-component-suites/plotly/package_data/plotly.min.js",
    "/nowhere",
)

LEAKS = re.compile("DashRenderer|_dash-config|props|component|namespace|Outcomes")

SEE_PEOPLE = {"clinician", "director"}


def figures(tab: str, *names: str, who: set[str] = SEE_PEOPLE) -> dict[str, set[str]]:
    """Of each figure the file, and the way from a number to its people, where the page says whom it opens for."""
    return {f"{tab}-{name}-{part}": who for name in names for part in ("file.data", "way.href")}


# A new callback without a line here fails: decide who may call it.
CALLBACKS = {
    "shell-page.children": set(ROLES),
    "today-answer.children": {"clinician", "director"},
    "today-touched.data": {"clinician", "director"},
    "outcomes-address.search": {"clinician", "director", "presenter"},
    "throughput-address.search": {"clinician", "director"},
    "annotations-list.children": {"clinician", "director"},
    "annotations-file.data": {"clinician", "director"},
    "side-effects-presented-answer.children": {"clinician", "director", "presenter"},
    **figures("side-effects-presented", "terms", who={"clinician", "director", "presenter"}),
    "throughput-presented-answer.children": {"clinician", "director", "presenter"},
    **figures("throughput-presented", "months", who={"clinician", "director", "presenter"}),
    **figures("throughput", "spc", "sessions", "induction", "completeness", "waits", "stopping", "retention"),
    **figures("outcomes", "response", "waterfall", "curve", who={"clinician", "director", "presenter"}),
    "people-answer.children": SEE_PEOPLE,
    "shell-switched.children": set(ROLES),  # which the switch itself refuses to those who have no choice
    "patient-case-part.hidden": SEE_PEOPLE,
    **{
        name: {"clinician", "director", "presenter"}
        for name in (
            "review-answer.children",
            "review-present-month.href",
            "review-file.data",
            "review-figure.children",
            "case-question.children",
            "present-title.children",
            "present-told.children",
        )
    },
    **{
        f"{tab}-saved.children": SEE_PEOPLE
        for tab in (
            "side-effects",
            "side-effects-when",
            "side-effects-vitals",
            "balance",
            "outcomes-change",
            "outcomes-time",
            "outcomes-compare",
        )
    },
    **{f"{tab}-saved.children": SEE_PEOPLE for tab in ("throughput", "throughput-chairs", "throughput-ahead")},
    "outcomes-saved.children": {"clinician", "director", "presenter"},
    "outcomes-change-address.search": SEE_PEOPLE,
    **figures("outcomes-change", "change", "suicidality", "pairs", "percent", "bands"),
    "outcomes-time-address.search": SEE_PEOPLE,
    **figures("outcomes-time", "soon", "lasting", "maintenance", "quarters"),
    "outcomes-compare-address.search": SEE_PEOPLE,
    **figures("outcomes-compare", "difference", "funnel"),
    "data-tables.rowData": {"director", "admin"},
    "data-file.data": {"director", "admin"},
    "side-effects-address.search": {"clinician", "director"},
    "side-effects-serious.rowData": {"clinician", "director"},
    **figures("side-effects", "any", "terms", "differences", "severity", "watch"),
    "side-effects-when-address.search": {"clinician", "director"},
    **figures("side-effects-when", *side_effects_when.SECTION.figures),
    "side-effects-vitals-address.search": {"clinician", "director"},
    **figures("side-effects-vitals", *side_effects_vitals.SECTION.figures),
    "throughput-ahead-address.search": {"clinician", "director"},
    **figures("throughput-ahead", *throughput_ahead.SECTION.figures),
    "throughput-chairs-address.search": {"clinician", "director"},
    **figures("throughput-chairs", *throughput_chairs.SECTION.figures),
    "balance-address.search": {"clinician", "director"},
    **figures("balance", *balance.SECTION.figures),
    "patient-found.children": {"clinician", "director"},
    "patient-finder.hidden": {"clinician", "director"},
    "patient-steps.hidden": {"clinician", "director"},
    "patient-address.search": {"clinician", "director"},
    **{f"patient-{name}-file.data": {"clinician", "director"} for name in patient_tables.TABLES},
    "patient-notes-part.hidden": {"clinician", "director"},
    "patient-note-file.data": {"clinician", "director"},
}


def test_every_route_refuses_a_stranger(running: Running) -> None:
    client = running.stranger()
    seen = 0
    for rule in running.server.url_map.iter_rules():
        path = rule.rule
        for argument in rule.arguments:
            path = (
                path.replace(f"<path:{argument}>", "x")
                .replace(f"<{argument}>", "x")
                .replace(f"<string:{argument}>", "x")
            )
        for method in METHODS:
            if (rule.endpoint, method) in PUBLIC:
                continue
            for headers in ({}, PAGE):
                answer = client.open(path, method=method, headers=headers)
                expected = {400} if rule.endpoint == "auth.login" and method == "POST" else {302, 401}
                expected |= {405} if rule.endpoint in ("auth.login", "static", "healthz") else set()
                assert answer.status_code in expected, (rule, method, answer.status_code)
                assert not LEAKS.search(answer.text)
                seen += 1
    assert seen > 100


@pytest.mark.parametrize("path", TRICKS)
def test_no_path_tricks_the_guard(running: Running, path: str) -> None:
    client = running.stranger()
    for method in ("GET", "POST"):
        answer = client.open(path, method=method, headers=PAGE)
        assert answer.status_code in (302, 401)
        assert not LEAKS.search(answer.text)
    assert client.get(path).status_code == 401


def test_a_page_leads_to_sign_in_and_back(running: Running) -> None:
    answer = running.stranger().get("/outcomes?by=site", headers=PAGE)
    assert answer.status_code == 302
    assert answer.location == "/login?next=/outcomes?by%3Dsite"


def test_static_serves_only_what_the_sign_in_page_needs(running: Running) -> None:
    client = running.stranger()
    for name in ("login.css", "logo.svg"):
        with client.get(f"/static/{name}") as answer:
            assert answer.status_code == 200
    for name in ("app.css", "session.js", "records.db", "..%2fapp.css", "secret-key"):
        assert client.get(f"/static/{name}").status_code in (401, 404)


def test_every_callback_has_a_decision(running: Running) -> None:
    assert set(callbacks(running)) == set(CALLBACKS)


@pytest.mark.parametrize("role", ROLES)
def test_every_callback_is_for_its_roles_only(running: Running, role: str) -> None:
    client = running.signed_in(role)
    for name, roles in CALLBACKS.items():
        answer = call(running, client, name)
        assert answer.status_code in ((200, 204) if role in roles else (403,)), name
        assert role in roles or "PHQ" not in answer.text, name


def test_every_callback_needs_the_csrf_header(running: Running) -> None:
    client = running.signed_in("director")
    client.delete_cookie("_csrf_token")
    assert {name: call(running, client, name).status_code for name in CALLBACKS} == dict.fromkeys(CALLBACKS, 400)


def stranger(running: Running) -> FlaskClient:
    client = running.stranger()
    client.get("/login")  # for its CSRF cookie
    return client


def expired(running: Running) -> FlaskClient:
    """Somebody who was in and has been away for too long."""
    client = running.signed_in("director")
    running.clock.now += POLICY.idle + 1
    return client


def forged(running: Running) -> FlaskClient:
    """Somebody who changed the end of a good cookie."""
    client = running.signed_in("director")
    good = client.get_cookie("clinic-session")
    assert good is not None
    client.set_cookie("clinic-session", good.value[:-3] + "abc")
    return client


@pytest.mark.parametrize("who", [stranger, expired, forged], ids=lambda each: each.__name__)
def test_every_route_and_callback_refuses_who_is_not_in(
    running: Running, who: Callable[[Running], FlaskClient]
) -> None:
    told = callbacks(running)  # asked for by somebody who is in
    client = who(running)
    for rule in running.server.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or (rule.endpoint, "GET") in PUBLIC:
            continue
        path = re.sub("<[^>]+>", "x", rule.rule)
        assert client.get(path).status_code in (302, 401, 405), rule
        assert not LEAKS.search(client.get(path, headers=PAGE).text), rule
    for name in told:
        answer = call(running, client, name)
        # a forged cookie loses its CSRF token as well, and is refused before anybody asks who it is
        assert answer.status_code in ((400, 401) if who is forged else (401,)), name
        assert not LEAKS.search(answer.text), name


def test_no_other_cookie_opens_anything(running: Running) -> None:
    other = running.stranger()
    for made_up in ("x", "e30.x.y"):
        other.set_cookie("clinic-session", made_up)
        assert other.get("/_dash-layout").status_code == 401


def test_headers(running: Running) -> None:
    stranger, director = running.stranger(), running.signed_in("director")
    pages = (stranger.get("/login"), stranger.get("/x"), director.get("/", headers=PAGE), director.get("/_dash-layout"))
    for answer in pages:
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        scripts = next(each for each in policy.split("; ") if each.startswith("script-src"))
        assert scripts.startswith("script-src 'self' 'sha256-")
        assert "unsafe" not in scripts
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_cookies(start: Callable[..., Running]) -> None:
    client = start(secure_cookies=True).stranger()
    page = client.get("/login", base_url="https://localhost")
    cookies = {each.split("=")[0]: each for each in page.headers.getlist("Set-Cookie")}
    assert all("Secure" in each and "SameSite=Lax" in each for each in cookies.values())
    assert "HttpOnly" in cookies["clinic-session"]
    assert "HttpOnly" not in cookies["_csrf_token"]
    assert "Strict-Transport-Security" in page.headers


def test_the_page_has_language_and_title_and_no_foreign_host(running: Running) -> None:
    page = running.signed_in("director").get("/", headers=PAGE).text
    assert '<html lang="en">' in page
    assert "<title>Clinic</title>" in page
    assert "https://" not in page
    assert "validation_layout" not in page


def test_two_apps_live_in_one_process(start: Callable[..., Running], tmp_path: Path) -> None:
    full, empty = start(), start(tmp_path / "other")
    empty.clinic.records.add_user("a-director", "director", PASSWORD)
    assert "PHQ-9" in show(full, full.signed_in("director")).text
    other = call(empty, empty.signed_in("director"), "shell-page.children", {"shell-address": "/outcomes"})
    assert "No records yet" in other.text


def test_nothing_published_is_said(start: Callable[..., Running], tmp_path: Path) -> None:
    empty = start(tmp_path / "empty")
    empty.clinic.records.add_user("a-director", "director", PASSWORD)
    answer = show(empty, empty.signed_in("director"))
    assert answer.status_code == 200
    assert '"shell-failure":{"hidden":false,' in answer.text.replace(" ", "")


def page_of(running: Running, role: str, path: str) -> str:
    answer = call(running, running.signed_in(role), "shell-page.children", {"shell-address": path})
    assert answer.status_code == 200
    return answer.text


def test_refusals_are_sentences(running: Running) -> None:
    assert "Admins look after users and data" in page_of(running, "admin", "/outcomes")
    assert "for directors and admins" in page_of(running, "clinician", "/data")
    for path in ("/", "/outcomes"):
        assert "outcomes-answer" in page_of(running, "director", path)
        assert "outcomes-answer" in page_of(running, "presenter", path)
    assert "today-grid" in page_of(running, "clinician", "/")
    for tab in ("side-effects", "throughput"):
        assert f"{tab}-presented-answer" in page_of(running, "presenter", f"/{tab}")
        assert f'"{tab}-answer' in page_of(running, "director", f"/{tab}")
    assert "without their small counts" in page_of(running, "presenter", "/side-effects/when")
    assert "without their small counts" in page_of(running, "presenter", "/throughput/ahead")
    assert "Presenters see people in code" in page_of(running, "presenter", "/patient")


def test_an_unknown_page_is_said_and_leads_back(running: Running) -> None:
    page = page_of(running, "director", "/elsewhere")
    assert "Not found" in page
    assert "Back to the start" in page


def test_a_failing_callback_says_a_sentence_and_logs_no_value(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = show(running, running.signed_in("director"), {"secret-value": 1})  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert "shell-failure" in answer.text
    assert "Traceback" not in answer.text
    assert "secret-value" not in answer.text + caplog.text
    assert "in dashboard.tabs.outcomes.show_outcomes" in caplog.text


def test_records_that_an_earlier_program_derived_are_not_shown_and_it_says_what_to_do(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.clinical.cohort.LAYOUT", {"courses": ["patient_id"]})  # of another program
    answer = show(running, running.signed_in("director"))
    assert "derived by an earlier version of this program. Import the export again" in answer.text


def test_a_failing_route_says_a_sentence(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    client = running.signed_in("director")
    for body in ({}, {"output": "secret-value.children", "outputs": [], "inputs": []}, [1]):
        answer = client.post("/_dash-update-component", json=body, headers=csrf(client))
        assert answer.status_code in (400, 500)
        assert "Traceback" not in answer.text
    assert "secret-value" not in caplog.text


def test_no_mark_of_a_patient_leaves(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client = running.signed_in("clinician")
        answers = [client.get("/outcomes?by=site&x=" + MARK, headers=PAGE), client.get(f"/{MARK}", headers=PAGE)]
        answers += [show(running, client), show(running, client, "?view=" + MARK), client.get("/_dash-layout")]
    assert all(MARK not in answer.text for answer in answers)
    assert MARK not in caplog.text
    assert "GET /_dash-layout 200" in caplog.text


def test_no_hash_leaves(running: Running) -> None:
    for role in ROLES:
        client = running.signed_in(role)
        for path in ("/", "/_dash-layout", "/_dash-dependencies", "/login"):
            assert "argon2" not in client.get(path, headers=PAGE).text


def test_pages_are_small_and_whole(running: Running) -> None:
    prefix_of = {tab: str(vars(tab)["__name__"]).rpartition(".")[2].replace("_", "-") + "-" for tab in TABS}

    def is_of(prefix: str, id_: str) -> bool:
        """Of this page, and not of a section whose address goes on from it."""
        return prefix == max((each for each in prefix_of.values() if id_.startswith(each)), key=len, default=None)

    for tab, role in ((each, role) for each in TABS for role in each.ACTION.roles):
        from_server = tab.layout(running.clinic, Viewer("x", role))
        ids = {getattr(each, "id", None) for each in components(from_server)}
        prefix = prefix_of[tab]
        used = {
            part["id"] for each in callbacks(running).values() for part in each["inputs"] if is_of(prefix, part["id"])
        }
        used |= {
            part.rpartition(".")[0]
            for each in callbacks(running).values()
            for part in each["output"].strip(".").split("...")
            if is_of(prefix, part)
        }
        assert used
        assert used <= ids


def test_every_figure_keeps_its_data_here(running: Running) -> None:
    anybody = Viewer("x", "director")
    figures = [each for tab in TABS for each in components(tab.layout(running.clinic, anybody))]
    for each in [graph("any"), *(each for each in figures if isinstance(each, dcc.Graph))]:
        assert each.config["showSendToCloud"] is False
        assert each.config["plotlyServerURL"] == ""
    sources = "".join(path.read_text() for path in Path(shell.__file__).parent.glob("*.py"))
    assert sources.count("dcc.Graph(") == 1


def test_actions_are_a_closed_list() -> None:
    assert {tab.ACTION for tab in TABS} | {shell.ACTION} <= set(ACTIONS.values())
    for name, action in ACTIONS.items():
        assert name == action.name
        assert action.roles <= set(ROLES)


def test_sign_in_page_is_small(running: Running) -> None:
    page = running.stranger().get("/login")
    assert len(page.data) < 2500
    assert "<script" not in page.text


def test_health_needs_no_sign_in(running: Running) -> None:
    answer = running.stranger().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_signed_in_person_is_led_on(running: Running) -> None:
    client = running.signed_in("director")
    assert client.get("/login?next=/outcomes").location == "/outcomes"
    assert json.loads(client.get("/_dash-layout").text)["type"] == "Div"
    assert sign_in(running.stranger(), "a-director", "wrong password").status_code == 401
