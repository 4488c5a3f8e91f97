"""The guard: strangers get the sign-in page and nothing else, every answer gets its headers, no log gets a name."""

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import flask
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from dashboard.auth.login import CSRF_COOKIE, LOGIN, LOGOUT, person

STATIC = "static"
PUBLIC = frozenset({LOGIN, "healthz", STATIC})
"""The endpoints that a stranger may reach; everything else is refused."""

FAILED = "Something went wrong here. Reload the page; if it happens again, tell whoever runs this program."
_FILES = ("/static/", "/assets/", "/_dash-component-suites/", "/healthz")
"""Routes of the program's own files; only their failures are worth a line."""

_ACCESS = logging.getLogger("clinic.access")
_FAILURES = logging.getLogger("clinic.failure")


def install_guard(server: flask.Flask) -> None:
    """Refuse strangers; to be called before anything else registers a hook or a route."""

    @server.before_request
    def require_sign_in() -> Response | None:
        flask.g.began = time.perf_counter()
        request = flask.request
        if request.endpoint in PUBLIC or person() is not None:
            return None
        if request.endpoint == LOGOUT:  # out already
            return flask.redirect(flask.url_for(LOGIN))
        wants_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if not wants_page or request.path.startswith(("/_", "/assets", "//")):
            flask.abort(401)
        return flask.redirect(flask.url_for(LOGIN, next=request.full_path.rstrip("?")))


def install_static(server: flask.Flask, files: dict[str, Path]) -> None:
    """What the sign-in page needs, by name; and a sign of life."""

    @server.get("/static/<filename>", endpoint=STATIC)
    def static(filename: str) -> Response:
        if filename not in files:
            flask.abort(404)
        return flask.send_file(files[filename], max_age=3600)

    @server.get("/healthz", endpoint="healthz")
    def healthz() -> tuple[str, dict[str, str]]:
        return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


def install_headers(server: flask.Flask, script_hashes: Callable[[], Sequence[str]]) -> None:
    """Security headers on every answer, no cache for pages and data, the CSRF cookie, the access log."""
    secure = bool(server.config["SESSION_COOKIE_SECURE"])

    @server.after_request
    def finish(answer: Response) -> Response:
        answer.headers.update(_HEADERS)
        answer.headers["Content-Security-Policy"] = policy(script_hashes())
        if secure:
            answer.headers["Strict-Transport-Security"] = "max-age=31536000"
        if answer.mimetype in ("text/html", "application/json"):
            answer.headers["Cache-Control"] = "no-store"
        if answer.mimetype == "text/html" and answer.status_code == 200:
            answer.set_cookie(CSRF_COOKIE, generate_csrf(), samesite="Lax", secure=secure)
        _log(answer)
        return answer


_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def policy(script_hashes: Sequence[str]) -> str:
    """The content security policy: our own host only, no inline script but the hashed ones."""
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(["script-src 'self'", *script_hashes]),
            "style-src 'self' 'unsafe-inline'",
            "style-src-attr 'none'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        )
    )


def install_failures(server: flask.Flask) -> None:
    """Whatever fails is answered by a sentence and logged by its type: a message may hold a value."""

    @server.errorhandler(Exception)
    def failed(error: Exception) -> Response | HTTPException | tuple[str, int]:
        if isinstance(error, HTTPException):
            return error
        log_failure(error, flask.request.url_rule.rule if flask.request.url_rule else "no route")
        return FAILED, 500


def log_failure(error: BaseException, where: str) -> None:
    """Log a failure without its values: the type, the place in the code, and the callback or route."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    _FAILURES.error("%s at %s in %s", type(error).__name__, place, where)


def _log(answer: Response) -> None:
    """Method, route, status, milliseconds; the route and not the path, in which anything may be typed."""
    request = flask.request
    route = request.url_rule.rule if request.url_rule else "no route"
    if route.startswith(_FILES) and answer.status_code < 400:
        return
    took = 1000 * (time.perf_counter() - flask.g.get("began", time.perf_counter()))
    _ACCESS.info("%s %s %d %.0f ms", request.method, route, answer.status_code, took)
