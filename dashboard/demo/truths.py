"""What is planted in a demo clinic, written beside it so that tests can look for it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from dashboard.demo.calendar import Calendar
from dashboard.demo.hard import Case
from dashboard.demo.options import Options
from dashboard.demo.people import RESPONDED
from dashboard.demo.treatments import CODES


def truths_of(options: Options, people: pd.DataFrame, courses: pd.DataFrame, cases: Sequence[Case]) -> dict[str, Any]:
    """The options, the planted numbers, when they hold, who of each treatment truly responded, and the hard cases."""
    calendar = Calendar.of(options)
    return {
        "what": "the truths of an invented clinic; no person, place or number is real",
        "options": {"patients": options.patients, "seed": options.seed, "date": f"{options.date}"}
        | {"messy": options.messy},
        "planted": asdict(options.planted),
        "opened_on": _date(calendar.opened),
        "shift_on": _date(calendar.shift),
        "closed_weeks": [_date(week) for week in calendar.closed],
        "response": _response(options, people, courses),
        "hard_cases": [
            {"patient_id": case.patient_id, "what": case.what, "expected": dict(case.expected)} for case in cases
        ],
    }


def _date(day: int) -> str:
    return str(np.datetime64(int(day), "D"))


def _response(options: Options, people: pd.DataFrame, courses: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Treatment -> the planted chance, and of those who have started how many truly respond, scored or not."""
    first = courses.loc[courses["course"] == 1, "person"].to_numpy()
    treatment = people["_treatment"].to_numpy()[first]
    responds = people["_state"].to_numpy()[first] == RESPONDED
    return {
        code: {
            "planted": options.planted.response[code],
            "n_started": int((treatment == number).sum()),
            "n_responded": int((responds & (treatment == number)).sum()),
        }
        for number, code in enumerate(CODES)
    }


def people_table(people: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """One row a person who has started: the truth of the first course, and what hides it.

    ``responds`` on the primary scale; ``answers`` in the window after induction; ``stops`` after one to three
    sessions; ``relapses_on``, where the illness comes back.
    """
    first = courses[courses["course"] == 1]
    person = first["person"].to_numpy()
    relapse = first["relapse"].to_numpy()
    return pd.DataFrame(
        {
            "patient_id": people["patient_id"].to_numpy()[person],
            "treatment": np.array(CODES)[people["_treatment"].to_numpy()[person]],
            "responds": people["_state"].to_numpy()[person] == RESPONDED,
            "answers": people["_answers"].to_numpy()[person],
            "stops": people["_stops"].to_numpy()[person],
            "relapses_on": [_date(day) if day < np.iinfo(np.int64).max else "" for day in relapse],
        }
    )
