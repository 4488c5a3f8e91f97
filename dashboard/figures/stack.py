"""Parts of a figure beneath each other over one x axis, each as high as it says."""

from collections.abc import Mapping
from typing import Any

from dashboard.figures.theme import SIZE, Theme, note


class Stack:
    """Grows downwards; heights are in pixels."""

    def __init__(self) -> None:
        self.height = 0.0
        self._parts: list[tuple[float, float, Mapping[str, Any]]] = []
        self._words: list[tuple[float, dict[str, Any]]] = []

    def add(self, height: float, axis: Mapping[str, Any], *, gap: float = 0.0) -> str:
        """A part beneath the others, after a gap; answers the name of its y axis."""
        self.height += gap
        self._parts.append((self.height, self.height + height, axis))
        self.height += height
        return "y" if len(self._parts) == 1 else f"y{len(self._parts)}"

    def heading(self, text: str, theme: Theme, *, gap: float) -> None:
        """A line of words above the part that comes next."""
        place = {"xref": "paper", "x": 0, "xanchor": "left", "yanchor": "bottom", "yshift": 6}
        self.height += gap
        self._words.append((self.height, note(text, theme, **place, font={"size": SIZE - 1})))

    def words(self, text: str, theme: Theme, *, down: float = 0.0, **place: Any) -> None:
        """Words so many pixels beneath the last part, at a place of the x axis."""
        self._words.append((self.height + down, note(text, theme, yanchor="top", **place)))

    def skip(self, height: float) -> None:
        """Room."""
        self.height += height

    def axes(self) -> dict[str, Any]:
        """The y axes of the layout."""
        return {
            f"yaxis{place if place > 1 else ''}": {
                **axis,
                "anchor": "x",
                "domain": [1 - bottom / self.height, 1 - top / self.height],
            }
            for place, (top, bottom, axis) in enumerate(self._parts, start=1)
        }

    def notes(self) -> list[dict[str, Any]]:
        """The words between the parts."""
        return [{**words, "yref": "paper", "y": 1 - down / self.height} for down, words in self._words]
