"""A person's sessions as they are read, newest first."""

from typing import Any

import pandas as pd

from dashboard.tabs import parts

MOST_SESSIONS = 12
"""A longer list scrolls within itself."""
HEADER, ROW = 62, 32
"""Pixels."""
_NUMBERS = {"course", "session_number", "dose_mg", "dose_mg_per_kg", "pressure_pre", "pressure_peak", "spo2_min"}
_HEADERS = {
    "scheduled_at": ("Booked for", 14),
    "status": ("Status", 11),
    "course": ("Course", 7),
    "session_number": ("Session", 8),
    "phase": ("Phase", 11),
    "treatment": ("Treatment", 16),
    "dose_mg": ("Dose, mg", 7),
    "dose_mg_per_kg": ("mg/kg", 7),
    "pressure_pre": ("BP before, mmHg", 10),
    "pressure_peak": ("BP peak, mmHg", 10),
    "spo2_min": ("SpO2 min, %", 8),
    "effects_recorded": ("Effects form", 10),
}


def layout() -> Any:
    """The list without its rows."""
    columns = [
        {
            "field": field,
            "headerName": words,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
            "flex": width,
            "minWidth": 9 * width,
        }
        | ({"type": "rightAligned"} if field in _NUMBERS else {})
        for field, (words, width) in _HEADERS.items()
    ]
    return parts.grid("patient-sessions", columns, height=HEADER)


def style_of(n: int) -> dict[str, str]:
    """As high as its rows, up to a dozen."""
    return {"height": f"{HEADER + ROW * min(max(n, 1), MOST_SESSIONS)}px"}


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of ``metrics.sessions`` as they are read, newest first."""
    return [_session_row(row) for row in table.astype(object).where(table.notna(), None)[::-1].to_dict("records")]


def _session_row(row: dict[Any, Any]) -> dict[str, Any]:
    """A session as it is read; an empty value stays empty."""
    form = "filled" if row["effects_recorded"] else "unknown"
    shown = {
        "scheduled_at": f"{row['scheduled_at']:%Y-%m-%d %H:%M}",
        "pressure_pre": _pressure(row, "pre"),
        "pressure_peak": _pressure(row, "peak"),
        "dose_mg_per_kg": None if row["dose_mg_per_kg"] is None else f"{row['dose_mg_per_kg']:.2f}",
        "effects_recorded": form if row["status"] == "completed" else None,
    }
    given = "-".join(filter(None, [row["route"], row["drug"]]))
    row = {**row, "treatment": given or None}
    words = {name: row[name] and parts.value_words(name, row[name]) for name in ("status", "phase", "treatment")}
    return {name: (shown | words).get(name, row.get(name)) for name in _HEADERS}


def _pressure(row: dict[Any, Any], moment: str) -> str | None:
    upper, lower = row[f"sbp_{moment}"], row[f"dbp_{moment}"]
    return None if upper is None or lower is None else f"{upper}/{lower}"
