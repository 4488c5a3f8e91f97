"""A small made-up export: enough rows for a percentage, a grey row, a row without one, a missing and an undue score."""

import csv
import datetime
from collections.abc import Iterable
from pathlib import Path

AS_OF = datetime.date(2024, 6, 30)
DOSE_DAYS = (0, 3, 7, 10, 14, 17)
FOLLOW_UP_DAY = 38  # 21 days after the last dose
MARK = "Zweig"
"""Stands in every patient's name, and must never be seen by a stranger, in a log, a title or an address."""

GROUPS = (  # route, drug, diagnosis, scale, baseline, people, responders, not scored, not yet due
    ("iv", "ketamine", "depression", "PHQ-9", 20, 30, 13, 4, 3),
    ("im", "ketamine", "depression", "PHQ-9", 18, 13, 6, 1, 0),
    ("intranasal", "esketamine", "depression", "PHQ-9", 19, 5, 2, 1, 1),
    ("mixed", "ketamine", "depression", "PHQ-9", 17, 3, 1, 0, 0),
    ("sublingual", "ketamine", "ptsd", "PCL-5", 50, 4, 2, 0, 0),
)
PAYERS = ("self-pay", "insurance", "assistance")


def write_export(folder: Path) -> Path:
    """Write patients, sessions, assessments and side effects; answers the folder.

    The side-effect form is filled at all doses but the last.
    """
    folder.mkdir(exist_ok=True)
    patients, sessions, scores, effects = [], [], [], []
    people = [(group, place) for group in GROUPS for place in range(group[5])]
    for number, (group, place) in enumerate(people):
        route, drug, diagnosis, scale, baseline, size, responders, unscored, undue = group
        key = f"{number + 1:04d}"
        start = datetime.date(2024, 6, 10) if place >= size - undue else datetime.date(2024, 1, 8 + number % 20)
        site, payer = ("North", "South")[number % 2], PAYERS[number % 3]
        patients.append((key, f"{MARK} {key}", diagnosis, number % 4, site, payer))
        for dose, day in enumerate(DOSE_DAYS):
            given = ("iv", "im")[dose % 2] if route == "mixed" else route
            at = f"{start + datetime.timedelta(day)}T10:00"
            status = "completed" if start + datetime.timedelta(day) < AS_OF else "scheduled"
            filled = "true" if dose < len(DOSE_DAYS) - 1 else ""
            sessions.append((f"{key}-{dose}", key, at, status, given, drug, site, filled))
            effects += [(key, f"{key}-{dose}", *effect) for effect in _effects(place, dose)]
        scores.append((key, scale, start - datetime.timedelta(2), baseline))
        if place < size - undue - unscored:
            score = baseline // 5 if place < responders else baseline - 2
            scores.append((key, scale, start + datetime.timedelta(FOLLOW_UP_DAY), score))
    _write(folder / "patients.csv", "patient_id name diagnosis failed_trials site payer", patients)
    _write(
        folder / "sessions.csv", "session_id patient_id scheduled_at status route drug site effects_recorded", sessions
    )
    _write(folder / "assessments.csv", "patient_id instrument assessed_at score", scores)
    _write(folder / "side_effects.csv", "patient_id session_id term severity serious", effects)
    return folder


def _effects(place: int, dose: int) -> Iterable[tuple[str, str, str]]:
    """Of a group's person: what was recorded at a dose."""
    if (dose == 0 and place % 2 == 0) or (dose == 1 and place % 4 == 0):
        yield "Dissociation", "mild" if place else "moderate", "false"
    if dose == 0 and place % 3 == 0:
        yield "nauseous", "", "false"
    if dose == 5 and place == 1:
        yield "Syncope", "severe", "true"


def _write(path: Path, head: str, rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head.split())
        writer.writerows(rows)
