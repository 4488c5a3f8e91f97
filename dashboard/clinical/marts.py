"""The marts: what the definitions make of the canonical tables.

Written in SQLAlchemy Core by the habits that every engine shares: integer days and seconds for all differences,
``row_number`` with a complete order for every "latest", text ordered byte by byte.
"""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from dashboard.clinic_file import Thresholds
from dashboard.clinical.course import courses, doses
from dashboard.clinical.effect import effects
from dashboard.clinical.score import baselines, followups, measured
from dashboard.clinical.tables import (
    BASELINES,
    COURSES,
    DOSES,
    EFFECTS,
    FOLLOWUPS,
    MEASURED,
    PRIMARY,
    VISITS,
    by_bytes,
)
from dashboard.clinical.visit import visits

_PRIMARY_CHOICES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("depression", "bipolar-depression", "suicidality"): ("PHQ-9", "MADRS", "QIDS-SR16", "HAM-D17", "BDI-II"),
    ("anxiety",): ("GAD-7",),
    ("ptsd",): ("PCL-5",),
    ("ocd",): ("Y-BOCS",),
    ("chronic-pain",): ("PAIN-NRS", "BPI-S", "PEG"),
}


def build_marts(
    connection: sa.Connection,
    *,
    thresholds: Thresholds,
    primary: Mapping[str, str],
    has_form_column: bool,
) -> None:
    """Create and fill the marts from the canonical tables, SCALE and TERM, in order of patient and time.

    ``has_form_column`` says whether the export told of which sessions the side-effect form was filled; without it all
    completed ones count as if. ``forms_told`` answers it.
    """
    order = {
        DOSES: (doses(thresholds), ("patient_id", "dose_second", "session_id")),
        COURSES: (courses(), ("patient_id", "course")),
        MEASURED: (measured(), ("patient_id", "assessed_second", "assessment_id")),
        BASELINES: (baselines(thresholds), ("patient_id", "course", "instrument")),
        FOLLOWUPS: (followups(), ("patient_id", "assessed_second", "assessment_id")),
        VISITS: (visits(thresholds, has_form_column=has_form_column), ("patient_id", "scheduled_second", "session_id")),
        EFFECTS: (effects(thresholds), ("patient_id", "scheduled_day", "onset_at", "session_id", "term", "written")),
    }
    for table, (statement, columns) in order.items():
        table.create(connection)
        rows = statement.subquery()
        by = [by_bytes(rows.c[name]) if isinstance(rows.c[name].type, sa.String) else rows.c[name] for name in columns]
        connection.execute(table.insert().from_select(list(table.c.keys()), sa.select(rows).order_by(*by)))
    PRIMARY.create(connection)
    connection.execute(PRIMARY.insert(), _primary(connection, primary))


def forms_told(columns: Mapping[str, Collection[str]]) -> bool:
    """Whether an export of these columns by table tells of forms; one without any side effects tells that of none."""
    return "effects_recorded" in columns["sessions"] or "side_effects" not in columns


def _primary(connection: sa.Connection, fixed: Mapping[str, str]) -> list[dict[str, str]]:
    """Of the scales that may be primary, the one with a baseline in most courses of the build; ties by their order."""
    b = BASELINES.c
    rows = connection.execute(sa.select(b.instrument, sa.func.count().label("n")).group_by(b.instrument))
    counts = {row.instrument: int(row.n) for row in rows}
    chosen: dict[str, str] = {}
    for diagnoses, codes in _PRIMARY_CHOICES.items():
        most = max(codes, key=lambda code: (counts.get(code, 0), -codes.index(code)))
        chosen.update(dict.fromkeys(diagnoses, most))
    chosen.update(fixed)
    return [{"diagnosis": diagnosis, "instrument": code} for diagnosis, code in chosen.items()]
