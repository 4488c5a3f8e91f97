"""The traps of this stack that touch us, one standing test each; those that stand elsewhere are named here.

- a button that sends a figure to another company: ``tests/test_app.py`` (every Graph), ``tests/browser`` (none drawn)
- children remounted and mounting quadratic: ``test_pages_are_small_and_whole`` (at most 300 components a page)
- a script's hash that is missing from the policy: ``test_the_policy_allows_every_inline_script`` below
- strong protection that a permanent session turns off, a cookie that outlives sign-out: ``tests/auth/test_door.py``
- inputs that nobody checks, public routes as a way in: ``tests/test_app.py`` (routes and callbacks × who is not in)
- trace types that the smaller bundle does not draw: ``tests/figures/check.py`` (every figure), ``tests/browser``
- dates in microseconds, text with its own dtype: ``tests/test_store.py``; ties and digits: ``hand`` on two engines
- requests to another host: ``tests/browser/conftest.py`` (every visit)
"""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import PAGE, PASSWORD, Running, sign_in

ROOT = Path(__file__).parent.parent


def test_many_first_requests_at_once_all_get_the_app(start: Callable[..., Running]) -> None:
    for _ in range(3):
        running = start()
        clients = [running.stranger() for _ in range(8)]
        for client in clients:
            assert sign_in(client, "a-director").status_code == 303  # the form is ours: nothing of Dash has run yet

        def first(client: FlaskClient) -> list[int]:
            paths = ("/", "/_dash-layout", "/_dash-dependencies")
            return [client.get(path, headers=PAGE).status_code for path in paths]

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(first, clients)) == [[200, 200, 200]] * 8


def test_the_policy_allows_every_inline_script(running: Running) -> None:
    answer = running.signed_in("director").get("/", headers=PAGE)
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.+?)</script>", answer.text, re.DOTALL)
    scripts = [each for each in inline if "application/json" not in each and not each.strip().startswith("{")]
    policy = answer.headers["Content-Security-Policy"]
    assert len(scripts) == policy.count("'sha256-") > 0


def test_a_page_may_stay_open_as_long_as_its_session(running: Running) -> None:
    assert running.server.config["WTF_CSRF_TIME_LIMIT"] is None
    client = running.signed_in("director")
    with client.session_transaction() as session:
        assert not session.permanent


def test_no_loop_no_tools_for_models_and_no_packing_of_answers(
    start: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASH_MCP_ENABLED", "true")
    running = start()
    assert not [rule for rule in running.server.url_map.iter_rules() if "mcp" in rule.rule]
    assert running.app.config.get("compress") in (None, False)
    assert not running.app._use_async


def test_no_package_that_is_a_trap_is_asked_for() -> None:
    asked = (ROOT / "requirements.txt").read_text() + (ROOT / "tests" / "requirements.txt").read_text()
    names = {re.split(r"[=\[ ]", line)[0].lower() for line in asked.splitlines() if line and line[0] not in "#-"}
    assert not names & {"dash-auth", "kaleido", "dash-bootstrap-components", "gunicorn"}
    assert "dash[testing]" not in asked
    for path in (ROOT / "dashboard").rglob("*.py"):
        assert "plotly.express" not in path.read_text(encoding="utf-8"), path


def test_the_front_ends_lock_names_no_host() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = [each for name, each in lock["packages"].items() if name]
    assert packages
    assert all("integrity" in each and "resolved" not in each for each in packages)


@pytest.mark.parametrize(("proxies", "is_shut"), [(0, True), (1, False)])
def test_the_address_of_a_stranger_is_what_a_trusted_proxy_says(
    start: Callable[..., Running], proxies: int, is_shut: bool
) -> None:
    running = start(proxies=proxies)
    running.clinic.records.add_user("somebody", "director", PASSWORD)
    for number in range(21):  # of as many addresses, if the header is believed
        client = running.stranger()
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{number}"
        assert sign_in(client, f"nobody-{number}", "wrong password").status_code in (401, 429)
    last = running.stranger()
    last.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.99"
    assert sign_in(last, "somebody").status_code == (429 if is_shut else 303)


def test_a_tablet_may_change_its_network_and_a_browser_may_not_change(running: Running) -> None:
    client = running.signed_in("clinician")
    client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert client.get("/_dash-layout").status_code == 200
    assert client.get("/_dash-layout", headers={"User-Agent": "another"}).status_code == 401
