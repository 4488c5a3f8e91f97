"""How this clinic runs the program: ``CLINIC_…`` variables, read once, checked, and frozen.

An error names the variable and what to do.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dashboard.clinic_file import ClinicFile, SettingsError, nearest, read_clinic_file

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_HOME = ROOT / "data" / "local"
ASSETS = ROOT / "assets"
PLOTLY = ASSETS / "vendor" / "plotly-cartesian-4.1.1.min.js"
"""Plotly's own script, copied at set-up."""


@dataclass(frozen=True)
class Settings:
    """Operation, from the environment.

    Attributes:
        home: the folder for all that is written (``CLINIC_HOME``).
        source: an export to import at start (``CLINIC_SOURCE``): a path or a SQL address.
        source_password, source_timeout: of a SQL address (``CLINIC_SOURCE_PASSWORD``, ``CLINIC_SOURCE_TIMEOUT``).
        mapping: of that source (``CLINIC_MAPPING``).
        loss_percent: the share of a table's rows that an import may drop unasked (``CLINIC_LOSS_PERCENT``).
        host, port: where the server listens (``CLINIC_HOST``, ``CLINIC_PORT``).
        secure_cookies: cookies travel over HTTPS only (``CLINIC_SECURE_COOKIES``); set it wherever the server is
            reached over a network.
        proxies: how many reverse proxies stand before the server and say whom they speak for (``CLINIC_PROXIES``).
        demo: nothing was set and nothing is published, so the demo clinic is shown, in a home of its own.
    """

    home: Path = DEFAULT_HOME
    source: Path | str | None = None
    source_password: str = field(default="", repr=False)
    source_timeout: int = 600
    mapping: str = ""
    loss_percent: int = 10
    host: str = "127.0.0.1"
    port: int = 8050
    secure_cookies: bool = False
    proxies: int = 0
    demo: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the ``CLINIC_…`` variables; raises SettingsError for one that is unknown or unusable."""
        known = set(VARIABLES)
        for name in environ:
            if name.startswith("CLINIC_") and name not in known:
                raise SettingsError(f"{name} is not a setting; {nearest(name, known)}.")
        home, source = environ.get("CLINIC_HOME"), environ.get("CLINIC_SOURCE")
        secure = environ.get("CLINIC_SECURE_COOKIES", "false").lower()
        if secure not in ("true", "false"):
            raise SettingsError(f"CLINIC_SECURE_COOKIES is {secure!r}; give true or false.")
        return cls(
            home=Path(home) if home else DEFAULT_HOME,
            source=source or None,
            source_password=environ.get("CLINIC_SOURCE_PASSWORD", ""),
            source_timeout=_whole(environ, "CLINIC_SOURCE_TIMEOUT", 600, 1, 86_400),
            mapping=environ.get("CLINIC_MAPPING", ""),
            loss_percent=_whole(environ, "CLINIC_LOSS_PERCENT", 10, 0, 100),
            host=environ.get("CLINIC_HOST", "127.0.0.1"),
            port=_whole(environ, "CLINIC_PORT", 8050, 1, 65_535),
            secure_cookies=secure == "true",
            proxies=_whole(environ, "CLINIC_PROXIES", 0, 0, 9),
            demo=not home and not source,
        )

    def as_demo(self) -> "Settings":
        """The same settings for the demo clinic, in a home that real records never share."""
        home = self.home / "demo"
        return replace(self, home=home, source=home / "export", loss_percent=100, demo=True)

    def clinic(self) -> ClinicFile:
        """Read ``clinic.toml``; raises SettingsError with the line of the first entry that cannot be used."""
        return read_clinic_file(self.home / "clinic.toml")


def _whole(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environ.get(name, str(default))
    if not re.fullmatch(r"\d{1,5}", text) or not least <= int(text) <= most:
        raise SettingsError(f"{name} is {text!r}; give a number from {least} to {most}.")
    return int(text)


VARIABLES: dict[str, str] = {
    "CLINIC_HOME": "the folder for all that is written; default `data/local`",
    "CLINIC_SOURCE": "an export to import at start: a folder, a `.zip`, an `.xlsx` or a SQL address",
    "CLINIC_SOURCE_PASSWORD": "the password of a SQL address that has none; never written anywhere",
    "CLINIC_SOURCE_TIMEOUT": "seconds that one table or query of a database may take; default 600",
    "CLINIC_MAPPING": "the mapping of `CLINIC_SOURCE`: a name or a file",
    "CLINIC_LOSS_PERCENT": "an import that would drop more of a table's rows asks for `--accept-loss`; default 10",
    "CLINIC_HOST": "the address the server listens on; default 127.0.0.1",
    "CLINIC_PORT": "its port; default 8050",
    "CLINIC_SECURE_COOKIES": "`true`: cookies over HTTPS only; set it wherever the server is reached over a network",
    "CLINIC_PROXIES": "how many reverse proxies stand before it; their `X-Forwarded-For` is then believed; default 0",
}
