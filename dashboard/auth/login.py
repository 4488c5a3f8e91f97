"""The sign-in page: a plain form that works without a line of JavaScript."""

import hashlib
import re
from typing import Any

import flask
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from werkzeug.wrappers import Response

from dashboard.auth import POLICY
from dashboard.auth.door import Door

CALLBACKS = "/_dash-update-component"
CSRF_COOKIE = "_csrf_token"
LOGIN, LOGOUT = "auth.login", "auth.logout"

_SENTENCES = {
    "wrong": "That name and password do not belong together. Try again.",
    "shut": f"Too many tries. Wait {POLICY.of_name.shut / 60:.0f} minutes, then try again.",
    "stale": "This form was open for too long. Try again.",
}
_EXPIRED = (
    f"You were signed out: a session ends after {POLICY.idle / 60:.0f} minutes without use, "
    f"and {POLICY.absolute / 3600:.0f} hours after sign-in. Sign in to go on."
)


class Person(UserMixin):  # type: ignore[misc]
    """Who is signed in; known to the browser by an opaque token only."""

    def __init__(self, name: str, role: str, token: str) -> None:
        self.name, self.role, self.token = name, role, token

    def get_id(self) -> str:
        return self.token


def person() -> Person | None:
    """Who is signed in on this request; None for a stranger and outside of a request."""
    who = current_user if flask.has_request_context() else None
    return who._get_current_object() if who and who.is_authenticated else None


def install_login(server: flask.Flask, door: Door) -> None:
    """Sessions, CSRF protection of every route, the form, and the way out."""
    manager = LoginManager(server)
    manager.session_protection = "strong"
    manager._session_identifier_generator = _browser
    manager.user_loader(lambda token: _load(door, token))
    CSRFProtect(server)
    server.register_error_handler(CSRFError, _refuse_unproven)
    server.register_blueprint(_blueprint(door))


def _browser() -> str:
    """What a session is bound to: the browser, and not the network, which a tablet changes while one works."""
    return hashlib.sha256(flask.request.headers.get("User-Agent", "").encode()).hexdigest()


def _load(door: Door, token: str) -> Person | None:
    session = door.session(token, active=not _is_timer())
    return Person(session.user, session.role, token) if session else None


def _is_timer() -> bool:
    """True for a callback that only a timer of the page asked for: nobody need sit there."""
    request = flask.request
    if request.path != CALLBACKS or request.method != "POST":
        return False
    body = request.get_json(silent=True)
    changed = body.get("changedPropIds") if isinstance(body, dict) else None
    return isinstance(changed, list) and bool(changed) and all(str(each).endswith(".n_intervals") for each in changed)


def _refuse_unproven(error: CSRFError) -> tuple[str, int]:
    if flask.request.endpoint == LOGIN:
        return _form("stale"), 400
    return "The request does not prove that it comes from this page. Reload the page and try again.", 400


def _blueprint(door: Door) -> flask.Blueprint:
    auth = flask.Blueprint("auth", __name__, template_folder="templates")

    @auth.route("/login", methods=["GET", "POST"])
    def login() -> Any:
        if flask.request.method == "POST":
            return _try(door)
        return flask.redirect(_next()) if person() else _form("")

    @auth.route("/logout", methods=["POST"])
    def logout() -> Response:
        who = person()
        if who:
            door.sign_out(who.token)
        logout_user()
        flask.session.clear()
        answer = flask.redirect(flask.url_for(LOGIN))
        answer.delete_cookie(CSRF_COOKIE)
        return answer

    return auth


def _try(door: Door) -> Any:
    form = flask.request.form
    answer = door.sign_in(form.get("name", ""), form.get("password", ""), flask.request.remote_addr or "")
    if answer.outcome != "in":
        return _form(answer.outcome), 429 if answer.outcome == "shut" else 401
    before = person()
    if before:
        door.sign_out(before.token)
    flask.session.clear()
    session = door.records.session(answer.token)
    if session is None:  # disabled in this very moment
        return _form("wrong"), 401
    login_user(Person(session.user, session.role, answer.token))
    return flask.redirect(_next(), 303)


def _form(fault: str) -> str:
    return flask.render_template(
        "login.html",
        token=generate_csrf(),
        fault=_SENTENCES.get(fault, ""),
        notice=_EXPIRED if not fault and flask.request.args.get("expired") == "1" else "",
        name=flask.request.form.get("name", "")[:64],
        next=_next(),
    )


def _next() -> str:
    return local_path(flask.request.values.get("next", ""))


def local_path(address: str) -> str:
    """The address where it is a path of this server, else ``/``: a sign-in never leads elsewhere."""
    local = re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", address)
    own = address.partition("?")[0].rstrip("/") in ("/login", "/logout")
    return address if local and not own else "/"
