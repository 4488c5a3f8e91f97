"""A made-up clinic of some size, in which some groups are large, some small, and no step is the same for all."""

import datetime
import random

PEOPLE = 320
AS_OF = datetime.date(2024, 12, 31)
_START = datetime.date(2023, 1, 2)
_LATE = 9
"""Every so many began too late to be due."""


WRITTEN = "as Mrs Quince said on the phone"
"""A side effect in somebody's own words."""


def crowd(seed: int = 7) -> dict[str, list[dict[str, object]]]:
    """Patients, sessions and assessments: some without baseline, below the cut, not scored, not yet due."""
    dice = random.Random(seed)
    tables: dict[str, list[dict[str, object]]] = {"patients": [], "sessions": [], "assessments": [], "side_effects": []}
    for number in range(PEOPLE):
        who = {"patient_id": f"p{number}"}
        diagnosis = dice.choices(("depression", "ptsd", "anxiety", "suicidality"), (70, 15, 8, 7))[0]
        scale, base = {"ptsd": ("PCL-5", 50), "anxiety": ("GAD-7", 15)}.get(diagnosis, ("PHQ-9", 18))
        about = {
            "site": dice.choices(("North", "South", "West"), (60, 34, 6))[0],
            "payer": dice.choices(("self-pay", "insurance", "assistance"), (45, 50, 5))[0],
            "sex": dice.choices(("female", "male", "other"), (55, 43, 2))[0],
            "failed_trials": dice.choice((0, 1, 2, 3, None)),
            "clinician": dice.choice(("Dr Ash", "Dr Birch", "Dr Cedar")),
        }
        tables["patients"].append({**who, "diagnosis": diagnosis, **about})
        is_late = number % _LATE == 0
        start = _START + datetime.timedelta(720 if is_late else dice.randrange(600))
        route = dice.choices(("iv", "im", "intranasal", "sc"), (55, 30, 12, 3))[0]
        tables["sessions"] += [{**who, **row} for row in _sessions(number, start, route)]
        first = {"assessed_at": start, "score": base if dice.random() < 0.95 else base // 3}
        later = {"assessed_at": start + datetime.timedelta(38), "score": dice.choice((2, base // 2, base, base + 6))}
        scores = [first] * (dice.random() < 0.94) + [later] * (dice.random() < 0.85 and not is_late)
        for day in (2, 6, 9):
            between = {"assessed_at": start + datetime.timedelta(day), "score": base - day}
            scores += [between] * (dice.random() < 0.7)
        tables["assessments"] += [{**who, "instrument": scale, **score} for score in scores]
        tables["side_effects"] += [{**who, **row} for row in _side_effects(number, start)]
    return tables


def _side_effects(number: int, start: datetime.date) -> list[dict[str, object]]:
    """Dissociation of two in three, sedation of all but few, nausea of one in nine, vomiting of few, and words."""
    terms = {
        "dissociation": number % 3 != 0,
        "sedation": number % 80 != 1,
        "nausea": number % 9 == 1,
        "vomiting": number % 80 == 2,
        WRITTEN: number % 5 == 0,
    }
    return [{"session_id": f"s{number}-{start}", "term": term} for term, has in terms.items() if has]


def _sessions(number: int, start: datetime.date, route: str) -> list[dict[str, object]]:
    days = [start + datetime.timedelta(day) for day in (0, 3, 7, 10, 14, 17)]
    given = {"route": route, "drug": "esketamine" if route == "intranasal" else "ketamine"}
    return [
        {
            "session_id": f"s{number}-{day}",
            "scheduled_at": f"{day}T10:00",
            "status": "completed" if day < AS_OF else "scheduled",
            **given,
        }
        for day in days
    ]
