"""From settings to a running server: records published, people who can sign in, and an address printed."""

import datetime
import logging
import secrets
import shutil
import sys
from pathlib import Path

import waitress

from dashboard import create_app
from dashboard.clinic_file import SettingsError, zone
from dashboard.clinical.cohort import is_outdated
from dashboard.demo.clinic import make_demo
from dashboard.demo.options import PATIENTS, Options
from dashboard.importing.read import Reading
from dashboard.importing.run import import_folder
from dashboard.importing.text import Refused
from dashboard.records import ROLES, Records
from dashboard.settings import Settings
from dashboard.store import Builds, StoreError

_THREADS = 8


def main() -> None:
    """Serve by the environment; exits 1 with one sentence where that cannot be done."""
    try:
        serve(Settings.from_environment())
    except (SettingsError, StoreError, OSError) as error:
        sys.exit(str(error))


def serve(settings: Settings) -> None:
    """Prepare, then serve until stopped. One process; the address and port are the settings'."""
    settings = prepare(settings)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("waitress").setLevel(logging.WARNING)
    server, _ = create_app(settings)
    try:
        waitress.serve(server, host=settings.host, port=settings.port, threads=_THREADS, ident=None)
    except OSError as error:
        sys.exit(f"Cannot listen on {_address(settings)} ({error.strerror}); set CLINIC_PORT to a free port.")
    finally:
        server.extensions["clinic"].close()


def prepare(settings: Settings) -> Settings:
    """See that there is something to show and someone to show it to; answers the settings to serve by.

    With nothing set and nothing published: the demo clinic, in a home of its own, with four people whose passwords
    are new at each start. With a source: import it; a refusal leaves what was published. Exits 1 where nothing is.
    """
    if settings.demo and not Builds(settings.home).published():
        settings = settings.as_demo()
        _make_demo(settings)
        _say_who_can_sign_in(settings, _demo_people(settings))
        return settings
    if settings.source is not None:
        _import(settings, None)
    if not _has_users(settings):
        print("Nobody can sign in yet. Add a person: python -m dashboard user add NAME --role ROLE")
    print(f"Serving {settings.home} at {_address(settings)}", flush=True)
    return settings


def _make_demo(settings: Settings) -> None:
    """The demo clinic as of today; made anew on another day."""
    today = datetime.datetime.now(zone(settings.clinic().timezone)).date()
    builds = Builds(settings.home)
    is_made = builds.published() and builds.current().as_of == today and not is_outdated(builds.current())
    builds.close()
    if not is_made:
        export = Path(str(settings.source))
        shutil.rmtree(export, ignore_errors=True)
        _say("making the demo clinic")
        make_demo(Options(today)).write(export)
        _import(settings, today)


def _import(settings: Settings, as_of: datetime.date | None) -> None:
    assert settings.source is not None
    builds = Builds(settings.home)
    try:
        reading = Reading.of(settings, settings.mapping)
        import_folder(settings.source, builds, settings.clinic(), reading=reading, as_of=as_of, say=_say)
    except (Refused, StoreError) as refused:
        _say(str(refused))
        if not builds.published():
            sys.exit(1)
        _say("What was published before is served.")


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _demo_people(settings: Settings) -> dict[str, str]:
    """Name -> new password, one person a role."""
    records = Records.open(settings.home)
    known = {user.name for user in records.users()}
    passwords = {role: secrets.token_hex(8) for role in ROLES}
    for role, password in passwords.items():
        if role in known:
            records.reset(role, password)
        else:
            records.add_user(role, role, password)
    records.close()
    return passwords


def _has_users(settings: Settings) -> bool:
    records = Records.open(settings.home)
    users = records.users()
    records.close()
    return any(not user.disabled for user in users)


def _say_who_can_sign_in(settings: Settings, passwords: dict[str, str]) -> None:
    print(f"\nThe demo clinic: {PATIENTS} invented people and the hard cases; its export is {settings.source}.")
    print(f"Sign in at {_address(settings)} as")
    for name, password in passwords.items():
        print(f"  {name:<10} {password}")
    print(flush=True)


def _address(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}"
