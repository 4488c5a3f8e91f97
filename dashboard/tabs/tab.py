"""What a tab is: a module with these names."""

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from dashboard.access import Viewer
from dashboard.auth.permissions import Action
from dashboard.clinic import Clinic

Register: TypeAlias = Callable[..., Callable[[Callable[..., Any]], Callable[..., Any]]]
"""Like ``Dash.callback``, and already carrying the tab's action: the function gets the viewer before its inputs."""


class Tab(Protocol):
    """What a module must have to be a tab."""

    TITLE: str
    PATH: str
    ACTION: Action

    def layout(self, clinic: Clinic, viewer: Viewer) -> Any:
        """The page's components, without the data that its callbacks fetch."""

    def register(self, callback: Register, clinic: Clinic) -> None:
        """Register the page's callbacks."""
