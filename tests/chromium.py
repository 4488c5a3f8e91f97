"""The browser of the tests: finds Chromium, and run as a module fetches Debian's where that is possible."""

import os
import shutil
import subprocess
import sys

from dashboard.review.chromium import ARGUMENTS, find

__all__ = ["ARGUMENTS", "HOW", "find"]


HOW = (
    "The browser tests need Chromium and none was found. Install it (Debian, Ubuntu: apt-get install chromium), "
    "or name it in the environment variable CHROMIUM."
)


def _install() -> None:
    """Fetch Debian's package; quiet unless it fails."""
    for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stderr.strip()}\n{HOW}")


def main() -> None:
    """See that there is a Chromium; exits with a sentence where there is none."""
    if find() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stderr.write("Installing Chromium for the browser tests (apt-get)\n")
        _install()
    if find() is None:
        sys.exit(HOW)


if __name__ == "__main__":
    main()
