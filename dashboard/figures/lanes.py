"""A person's side effects over time: a lane a term, how severe by shape, size and word."""

from typing import Any

import pandas as pd

from dashboard.figures.axis import Axis, Row
from dashboard.figures.theme import SMALL, TOKENS, Theme, note

LANE, MOST_LANES = 21, 14
"""Pixels of a lane, and how many there are at most: the gravest and most frequent terms."""
_LOOK = {"mild": ("circle-open", 8), "moderate": ("diamond", 10), "severe": ("square", 13)}
_UNKNOWN = ("triangle-up-open", 9)
KEY = "○ mild   ◆ moderate   ■ severe   △ severity unknown   serious is written out"
_GRAVE = ("severe", "moderate", "mild")


def lanes_of(effects: list[Row]) -> list[str]:
    """The terms that get a lane, serious and severe ones first, then the most frequent."""

    def rank(term: str) -> tuple[int, int, int, str]:
        own = [row for row in effects if row["term"] == term]
        grave = min(_GRAVE.index(row["severity"]) if row["severity"] in _GRAVE else 3 for row in own)
        return (-max(int(row["is_serious"]) for row in own), grave, -len(own), term)

    return sorted({str(row["term"]) for row in effects}, key=rank)[:MOST_LANES]


def axis_of(terms: list[str]) -> dict[str, Any]:
    """The y axis of the lanes: the first term on top."""
    places = list(range(len(terms)))
    return {"range": [len(terms) - 0.5, -0.5], "tickvals": places, "ticktext": [""] * len(terms), "showgrid": True}


def names(terms: list[str], y: str, theme: Theme) -> list[dict[str, Any]]:
    """The terms at the right edge, where the bands have their names."""
    place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "yanchor": "middle"}
    return [
        note(term if len(term) <= 20 else f"{term[:19]}…", theme, **place, yref=y, y=lane)
        for lane, term in enumerate(terms)
    ]


def lanes(effects: list[Row], terms: list[str], axis: Axis, y: str, theme: Theme) -> dict[str, Any]:
    """Every side effect of the terms; what is serious or severe is written beside its mark."""
    tokens = TOKENS[theme]
    own = [row for row in effects if row["term"] in terms]
    looks = [_LOOK.get(row["severity"], _UNKNOWN) for row in own]
    inks = [tokens.worse if row["is_serious"] or row["severity"] == "severe" else tokens.ink for row in own]
    return {
        "type": "scatter",
        "name": "side effects",
        "yaxis": y,
        "mode": "markers+text",
        "x": [axis.place(row["happened_at"]) for row in own],
        "y": [terms.index(row["term"]) for row in own],
        "marker": {
            "symbol": [symbol for symbol, _ in looks],
            "size": [size for _, size in looks],
            "color": inks,
            "line": {"color": inks, "width": [3 if row["is_serious"] else 1.5 for row in own]},
            "opacity": 1,
        },
        "text": [_beside(row) for row in own],
        "textposition": ["middle left" if axis.share(row["happened_at"]) > 0.85 else "middle right" for row in own],
        "textfont": {"size": SMALL - 2, "color": inks},
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [_told(row, axis) for row in own],
    }


def _beside(row: Row) -> str:
    words = [row["severity"] if row["severity"] == "severe" else "", "serious" if row["is_serious"] else ""]
    return ", ".join(filter(None, words))


def _told(row: Row, axis: Axis) -> str:
    severity: str = "severity unknown" if pd.isna(row["severity"]) else str(row["severity"])
    said: list[str] = [str(row["term"]), severity, "serious" if row["is_serious"] else ""]
    when = [axis.words(row["happened_at"])]
    if not pd.isna(row["session_number"]):
        after = "between sessions, after" if row["is_between"] else "session"
        when.append(f"{after} {int(row['session_number'])}")
    if not pd.isna(row["minutes"]):
        when.append(f"over after {float(row['minutes']):.0f} min")
    if not pd.isna(row["action"]) and row["action"] != "none":
        when.append(str(row["action"]).replace("-", " "))
    return f"{', '.join(filter(None, said))}<br>{', '.join(when)}"
