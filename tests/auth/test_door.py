"""Signing in, staying in, being shut out: over records alone, and through the pages."""

import multiprocessing
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.auth import POLICY
from dashboard.auth.door import Door
from dashboard.records import Records
from dashboard.tokens import secret_key
from tests.calls import call, show
from tests.conftest import PAGE, PASSWORD, Clock, Running, csrf, sign_in, token_of

MINUTE = 60


def test_a_copied_cookie_is_dead_after_sign_out(running: Running) -> None:
    client = running.signed_in("director")
    thief = running.stranger()
    cookie = client.get_cookie("clinic-session")
    assert cookie is not None
    thief.set_cookie("clinic-session", cookie.value)
    assert thief.get("/_dash-layout").status_code == 200
    assert client.post("/logout", data={"csrf_token": csrf(client)["X-CSRFToken"]}).status_code == 302
    assert thief.get("/_dash-layout").status_code == 401
    assert client.get("/_dash-layout").status_code == 401


def test_a_cookie_of_another_browser_is_refused(running: Running) -> None:
    cookie = running.signed_in("director").get_cookie("clinic-session")
    thief = running.stranger()
    assert cookie is not None
    thief.set_cookie("clinic-session", cookie.value)
    assert thief.get("/_dash-layout", headers={"User-Agent": "other"}).status_code == 401


def test_sign_out_needs_proof_and_post(running: Running) -> None:
    client = running.signed_in("director")
    assert client.post("/logout").status_code == 400
    client.get("/logout")
    assert client.get("/_dash-layout").status_code == 200


def test_an_idle_session_ends(running: Running) -> None:
    client = running.signed_in("director")
    running.clock.now += 29 * MINUTE
    assert client.get("/_dash-layout").status_code == 200
    running.clock.now += 29 * MINUTE
    assert client.get("/_dash-layout").status_code == 200
    running.clock.now += 31 * MINUTE
    assert client.get("/_dash-layout").status_code == 401
    running.clock.now -= 31 * MINUTE
    assert client.get("/_dash-layout").status_code == 401


def test_a_used_session_ends_after_twelve_hours(running: Running) -> None:
    client = running.signed_in("director")
    for _ in range(36):
        assert client.get("/_dash-layout").status_code == 200
        running.clock.now += 20 * MINUTE
    running.clock.now += 1
    assert client.get("/_dash-layout").status_code == 401


def test_a_timer_does_not_keep_a_session(running: Running) -> None:
    client = running.signed_in("director")
    assert running.told
    running.clock.now += 20 * MINUTE
    assert call(running, client, "outcomes-address.search", changedPropIds=["any.n_intervals"]).status_code == 204
    assert _first_session_seen(running) == running.clock.now - 20 * MINUTE
    assert call(running, client, "outcomes-address.search", changedPropIds=[]).status_code == 204
    assert _first_session_seen(running) == running.clock.now


def _first_session_seen(running: Running) -> float:
    """When the session first opened was last used."""
    with running.clinic.records.engine.connect() as connection:
        return float(connection.exec_driver_sql("select seen from sign_ins order by rowid limit 1").scalar_one())


def test_a_disabled_person_is_out_at_once(running: Running) -> None:
    client = running.signed_in("director")
    running.clinic.records.disable("a-director")
    assert client.get("/_dash-layout").status_code == 401
    assert sign_in(running.stranger(), "a-director").status_code == 401


def test_a_new_password_ends_the_sessions(running: Running) -> None:
    client = running.signed_in("director")
    running.clinic.records.reset("a-director", "another long password")
    assert client.get("/_dash-layout").status_code == 401
    assert sign_in(running.stranger(), "a-director").status_code == 401
    assert sign_in(running.stranger(), "a-director", "another long password").status_code == 303


def test_signing_in_again_makes_a_new_session_and_ends_the_old(running: Running) -> None:
    client = running.signed_in("director")
    old = client.get_cookie("clinic-session")
    assert old is not None
    token = csrf(client)["X-CSRFToken"]
    answer = client.post("/login", data={"csrf_token": token, "name": "a-director", "password": PASSWORD})
    assert answer.status_code == 303
    copy = running.stranger()
    copy.set_cookie("clinic-session", old.value)
    assert copy.get("/_dash-layout").status_code == 401
    assert client.get("/_dash-layout").status_code == 200


@pytest.mark.parametrize("name", ["a-director", "nobody-of-that-name"])
def test_five_failures_shut_the_door_of_two_workers(start: Callable[..., Running], name: str) -> None:
    clock = Clock()
    one, two = start(clock=clock), start(clock=clock)
    for worker in (one, two, one, two, one):
        answer = sign_in(worker.stranger(), name, "wrong password")
        assert answer.status_code == 401
        assert "do not belong together" in answer.text
    for worker in (one, two):
        answer = sign_in(worker.stranger(), name)
        assert answer.status_code == 429
        assert "Too many tries. Wait 15 minutes" in answer.text
    clock.now += POLICY.of_name.shut
    assert sign_in(one.stranger(), name).status_code == (303 if name == "a-director" else 401)


def test_failures_of_others_do_not_shut_a_door_until_twenty(running: Running) -> None:
    for number in range(20):
        assert sign_in(running.stranger(), f"nobody-{number}", "wrong password").status_code == 401
    assert sign_in(running.stranger(), "a-director").status_code == 429
    running.clock.now += POLICY.of_address.shut
    assert sign_in(running.stranger(), "a-director").status_code == 303


def test_slow_failures_do_not_shut_the_door(running: Running) -> None:
    for _ in range(8):
        assert sign_in(running.stranger(), "a-director", "wrong password").status_code == 401
        running.clock.now += 4 * MINUTE


def test_a_right_password_clears_the_failures(running: Running) -> None:
    for _ in range(3):
        for _ in range(4):
            assert sign_in(running.stranger(), "a-director", "wrong password").status_code == 401
        assert sign_in(running.stranger(), "a-director").status_code == 303


def _try_at(home: Path, results: "multiprocessing.Queue[str]") -> None:
    records = Records.open(home)
    results.put(Door(records).sign_in("a-director", "wrong password", "10.0.0.1").outcome)
    records.close()


def test_tries_at_once_from_several_processes_are_all_counted(home: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])  # one start for all six
    results: multiprocessing.Queue[str] = context.Queue()
    workers = [context.Process(target=_try_at, args=(home, results)) for _ in range(6)]
    for worker in workers:
        worker.start()
    outcomes = sorted(results.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join()
    results.close()
    assert outcomes == ["shut", *["wrong"] * 5]


def test_unknown_names_cost_as_much_work(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    monkeypatch.setattr("dashboard.records._matches", lambda known, password: verified.append(known[:12]) or False)
    door = Door(running.clinic.records)
    for _ in range(6):
        door.sign_in("a-director", "x", "a")
        door.sign_in("nobody", "x", "b")
    assert len(verified) == 12
    assert set(verified) == {"$argon2id$v="}


ELSEWHERE = "//evil.example /\\evil.example https://evil.example http:evil javascript:alert(1) \\\\evil evil ///evil"
UNFIT = ("/\t/evil", "/a\nb", " /a", "/\x7f", "", "/login", "/logout", "/login?next=/x", "/a\\b")


@pytest.mark.parametrize("place", [*ELSEWHERE.split(), *UNFIT])
def test_sign_in_leads_nowhere_else(running: Running, place: str) -> None:
    answer = sign_in(running.stranger(), "a-director", next=place)
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("place", ["/outcomes?by=site&window=day-28", "/outcomes", "/"])
def test_sign_in_keeps_the_place(running: Running, place: str) -> None:
    client = running.stranger()
    page = client.get("/login", query_string={"expired": "1", "next": place}).text
    assert "You were signed out" in page
    kept = page.split('name="next" value="')[1].split('"')[0].replace("&amp;", "&")
    data = {"csrf_token": token_of(page), "name": "a-director", "password": PASSWORD, "next": kept}
    assert client.post("/login", data=data).location == place


def test_the_form_needs_its_token_and_says_so(running: Running) -> None:
    client = running.stranger()
    answer = client.post("/login", data={"name": "a-director", "password": PASSWORD})
    assert answer.status_code == 400
    assert "open for too long" in answer.text
    assert client.get("/_dash-layout").status_code == 401


def test_what_was_typed_is_shown_as_text(running: Running) -> None:
    answer = sign_in(running.stranger(), '"><script>alert(1)</script>', "wrong password")
    assert "<script" not in answer.text


def test_the_form_names_its_fields(running: Running) -> None:
    page = running.stranger().get("/login", headers=PAGE).text
    for words in (
        'for="name"',
        'for="password"',
        'autocomplete="username"',
        'autocomplete="current-password"',
        "autofocus",
    ):
        assert words in page
    assert 'role="alert"' in sign_in(running.stranger(), "a-director", "wrong").text


def test_workers_agree_on_the_key(tmp_path: Path) -> None:
    first = secret_key(tmp_path / "new")
    assert secret_key(tmp_path / "new") == first
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "new" / "secret-key").stat().st_mode) == 0o600
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["secret-key"]


def test_two_workers_share_a_session(start: Callable[..., Running]) -> None:
    clock = Clock()
    one, two = start(clock=clock), start(clock=clock)
    cookie = one.signed_in("director").get_cookie("clinic-session")
    client = two.stranger()
    assert cookie is not None
    client.set_cookie("clinic-session", cookie.value)
    client.get("/", headers=PAGE)
    assert show(two, client).status_code in (200, 204)
