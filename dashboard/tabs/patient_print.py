"""The summary of a person on one printed page: what the screen says, without its controls, readable in grey."""

import itertools
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from dash import Output, html

from dashboard.notes import Note
from dashboard.tabs import parts

WIDTH = 890
"""Pixels of the figure, four fifths of them on paper; it is drawn off the screen before the printer asks."""
MOST_SESSIONS, MOST_NOTES, MOST_LETTERS = 5, 3, 108
_MEASURES = {"scale": 11, "baseline": 23, "latest": 44, "change": 15, "status": 18, "n": 3}
_SESSIONS = {
    "scheduled_at": 18,
    "status": 15,
    "course": 7,
    "session_number": 8,
    "treatment": 24,
    "dose_mg": 8,
    "pressure_pre": 10,
    "pressure_peak": 10,
    "spo2_min": 8,
}
_HEADS = {
    "scale": "measure",
    "scheduled_at": "booked for",
    "session_number": "session",
    "dose_mg": "mg",
    "pressure_pre": "BP before",
    "pressure_peak": "BP peak",
    "spo2_min": "SpO2 min",
}

Row = Mapping[str, Any]


def layout() -> html.Div:
    """The figure of the primary scale in light colours, and the lists as text."""
    graph = parts.graph("patient-print-course", figure=parts.BLANK, style={"width": f"{WIDTH}px", "height": "330px"})
    return html.Div([graph, html.Pre(id="patient-sheet")], className="on-paper")


def outputs() -> dict[str, Any]:
    """The outputs of the page's callback."""
    return {
        "figure": Output("patient-print-course", "figure"),
        "style": Output("patient-print-course", "style"),
        "sheet": Output("patient-sheet", "children"),
    }


def content(
    drawn: dict[str, Any], measures: Sequence[Row], sessions: Sequence[Row], words: str, notes: Sequence[Note]
) -> dict[str, Any]:
    """What is printed beneath the cards.

    Args:
        drawn: the figure of the primary scale, in the light theme.
        measures: as ``patient_evidence.measures`` has them.
        sessions: as ``patient_sessions.rows_of`` has them, newest first.
        words: of the answers.
        notes: those that count, in order.
    """
    lines = ["ALL MEASURES", *_table(measures, _MEASURES)]
    lines += textwrap.wrap(words, MOST_LETTERS)
    lines += ["", f"LAST SESSIONS ({min(len(sessions), MOST_SESSIONS)} of {len(sessions)})"]
    lines += _table(sessions[:MOST_SESSIONS], _SESSIONS)
    if notes:
        lines += ["", f"NOTES (the last {min(len(notes), MOST_NOTES)} of {len(notes)})"]
        said = [f"{note.on_date}  {note.kind}: {note.text}  ({note.author})" for note in notes[::-1][:MOST_NOTES]]
        lines += [textwrap.shorten(each, MOST_LETTERS, placeholder=" …") for each in said]
    return {
        "figure": parts.without_styles(drawn),
        "style": {"width": f"{WIDTH}px", "height": f"{drawn['layout']['height']}px"},
        "sheet": "\n".join(lines),
    }


def _table(rows: Sequence[Row], widths: Mapping[str, int]) -> list[str]:
    """Rows in columns of so many characters; what is longer goes on beneath."""
    lines = ["".join(_HEADS.get(name, name).ljust(width) for name, width in widths.items())]
    for row in rows:
        cells = [_cell(row[name]) for name in widths]
        broken = [textwrap.wrap(cell, width - 1) for cell, width in zip(cells, widths.values(), strict=True)]
        for each in itertools.zip_longest(*broken, fillvalue=""):
            lines.append("".join(cell.ljust(width) for cell, width in zip(each, widths.values(), strict=True)))
    return [line.rstrip() for line in lines]


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
