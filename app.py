"""``python app.py`` serves the clinic on this machine; ``app:server`` is for a WSGI server."""

from typing import Any

from dashboard import create_app
from dashboard.serving import main
from dashboard.settings import Settings


def __getattr__(name: str) -> Any:
    """Make the server when it is first asked for: importing this module alone reads and writes nothing."""
    if name != "server":
        raise AttributeError(name)
    globals()["server"], _ = create_app(Settings.from_environment())
    return globals()["server"]


if __name__ == "__main__":
    main()
