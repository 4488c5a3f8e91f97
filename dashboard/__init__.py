"""The ketamine clinic's dashboard: `create_app` wires the parts together and decides nothing."""

import re
import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import flask
from dash import Dash, set_props
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.access import Viewer
from dashboard.auth import guard
from dashboard.auth.door import Clock, Door
from dashboard.auth.login import install_login, person
from dashboard.auth.permissions import CODED, SWITCH_CODED, Action, Forbidden, may
from dashboard.clinic import Clinic, open_clinic
from dashboard.clinical.cohort import Hidden, Outdated
from dashboard.settings import ASSETS, PLOTLY, Settings
from dashboard.tabs import PAGES, TABS, shell
from dashboard.tabs.tab import Register
from dashboard.tokens import secret_key

STYLES = ASSETS / "vendor" / "bootstrap.min.css"
_STATIC = {path.name: path for path in (STYLES, ASSETS / "login.css", ASSETS / "logo.svg")}
_MOST_BYTES = 4 << 20

_INDEX = """<!doctype html>
<html lang="en">
<head>
{%metas%}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{%title%}</title>
<link rel="icon" href="/static/logo.svg">
<script src="/assets/theme.js"></script>
{%css%}
</head>
<body>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>
"""


def create_app(settings: Settings, *, clock: Clock = time.time) -> tuple[flask.Flask, Dash]:
    """The server and its Dash app, guarded and ready for its first request; two may live in one process."""
    clinic = open_clinic(settings)
    server = flask.Flask("clinic", static_folder=None)
    server.config.update(_configuration(settings))
    if settings.proxies:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    server.extensions["clinic"] = clinic
    guard.install_guard(server)  # first: nothing of Dash runs for a stranger
    install_login(server, Door(clinic.records, clock))
    guard.install_static(server, _STATIC)
    guard.install_failures(server)
    hashes: list[str] = []
    guard.install_headers(server, lambda: hashes)
    app = _dash(server)
    viewer = partial(_viewer, clinic)
    app.layout = lambda: shell.layout(clinic, viewer(), TABS, clock())
    shell.register(_callback_for(app, viewer, shell.ACTION), clinic, TABS, PAGES)
    for tab in PAGES:
        tab.register(_callback_for(app, viewer, tab.ACTION), clinic)
    _warm_up(server, app)
    hashes.extend(app.csp_hashes())
    return server, app


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": secret_key(settings.home),
        "SESSION_COOKIE_NAME": "clinic-session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "WTF_CSRF_TIME_LIMIT": None,  # the token lives and dies with its session
        "MAX_CONTENT_LENGTH": _MOST_BYTES,
    }


def _dash(server: flask.Flask) -> Dash:
    unused = ["theme.js", "login.css", *([] if PLOTLY.exists() else ["cartesian.js"])]
    version = int(STYLES.stat().st_mtime) if STYLES.exists() else 0
    return Dash(
        "clinic",
        server=server,  # type: ignore[arg-type]
        title="Clinic",
        update_title=None,  # type: ignore[arg-type]
        assets_folder=str(ASSETS),
        assets_path_ignore=["vendor"],
        assets_ignore="|".join(f"^{re.escape(name)}$" for name in unused),
        external_stylesheets=[f"/static/{STYLES.name}?v={version}"],
        index_string=_INDEX,
        suppress_callback_exceptions=True,
        enable_mcp=False,
        use_async=False,
    )


def _viewer(clinic: Clinic) -> Viewer | None:
    """Who is signed in; with the eyes of a presenter while people are shown in code only."""
    who = person()
    if who is None:
        return None
    is_coded = may(who.role, SWITCH_CODED) and clinic.modes.is_coded(who.name)
    return Viewer(who.name, CODED if is_coded else who.role, who.role)


def _callback_for(app: Dash, viewer_of: Callable[[], Viewer | None], action: Action) -> Register:
    """``app.callback`` for functions of (viewer, inputs …) that only the action's roles reach."""

    def callback(*arguments: Any, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(function)
            def allowed(*inputs: Any) -> Any:
                viewer = viewer_of()
                if viewer is None:
                    flask.abort(401)
                if not may(viewer.role, action):
                    flask.abort(403)
                return function(viewer, *inputs)

            where = f"{function.__module__}.{function.__qualname__.rpartition('.')[2]}"
            app.callback(*arguments, **options, on_error=partial(_failed, where))(allowed)
            return function

        return decorate

    return callback


def _failed(where: str, error: Exception) -> None:
    """A callback failed: refusals go on as they are, the rest becomes a sentence in place of the page."""
    if isinstance(error, HTTPException):
        raise error
    if isinstance(error, Forbidden):
        flask.abort(403)
    is_told = isinstance(error, Hidden | Outdated)
    if not is_told:
        guard.log_failure(error, where)
    sentence = str(error) if is_told else shell.FAILED
    set_props("shell-failure", {"hidden": False, "children": shell.failure(sentence)})
    set_props("shell-page", {"hidden": True})


def _warm_up(server: flask.Flask, app: Dash) -> None:
    """Do Dash's first-request work now, by one thread: several at once fail at it, and it completes `csp_hashes`."""
    with server.test_request_context("/"):
        for hook in server.before_request_funcs.get(None, []):
            if hook.__module__.startswith("dash."):
                hook()
        app.index()  # type: ignore[no-untyped-call]
