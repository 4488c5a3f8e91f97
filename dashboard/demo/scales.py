"""Which scale is given to whom, how often, and how ill people are by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

INTAKE, CHECK_IN, FOLLOW_UP, REMOTE = range(4)
"""When a form is filled: before treatment, on arrival at a session, two to four weeks after induction, from home."""


@dataclass(frozen=True)
class Given:
    """How one scale is used.

    Attributes:
        code: the scale's.
        mean, spread: of the baseline.
        shared: how much of the baseline's spread goes with the person's general severity.
        follows: how much of the improvement it shows.
        noise: standard deviation of one measurement.
        chance: of being filled, by occasion.
        users: diagnosis -> share of the people who are given it; "" is any other diagnosis.
        milder: how much milder the baseline is for a diagnosis that the scale is not made for.
        top: what well people score, where higher is better.
    """

    code: str
    mean: float
    spread: float
    shared: float
    follows: float
    noise: float
    chance: tuple[float, float, float, float]
    users: Mapping[str, float] = field(hash=False)
    milder: float = 0.0
    top: float | None = None


_DEPRESSED = ("depression", "bipolar-depression", "suicidality")
PRIMARY = {
    **dict.fromkeys((*_DEPRESSED, "substance-use", "other"), "PHQ-9"),
    "anxiety": "GAD-7",
    "ptsd": "PCL-5",
    "ocd": "Y-BOCS",
    "chronic-pain": "PAIN-NRS",
}
"""The scale on which a person's truth is planted: the diagnosis' primary scale, else the PHQ-9."""

SCALES = (
    Given(
        *("PHQ-9", 17.4, 4.2, 0.85, 1.0, 1.2, (0.88, 0.86, 0.8, 0.9)),
        {**dict.fromkeys((*_DEPRESSED, "substance-use", "other"), 1.0), "ocd": 0.6, "": 0.8},
        milder=4.5,
    ),
    Given(
        *("GAD-7", 13.6, 3.6, 0.6, 0.9, 1.1, (0.86, 0.78, 0.8, 0.75)),
        {"anxiety": 1.0, "depression": 0.7, "chronic-pain": 0.4, "": 0.6},
        milder=2.0,
    ),
    Given(
        *("MADRS", 30.5, 6.0, 0.8, 1.0, 2.0, (0.9, 0.14, 0.65, 0.0)),
        {"depression": 0.25, "bipolar-depression": 0.3, "": 0},
    ),
    Given(*("QIDS-SR16", 16.5, 3.6, 0.8, 0.95, 1.3, (0.85, 0.4, 0.7, 0.4)), {"depression": 0.08, "": 0}),
    Given(*("PCL-5", 50, 11, 0.5, 1.0, 3.0, (0.88, 0.6, 0.8, 0.7)), {"ptsd": 1.0, "depression": 0.04, "": 0}),
    Given(*("Y-BOCS", 27, 4.5, 0.3, 1.0, 1.5, (0.9, 0.55, 0.8, 0.0)), {"ocd": 1.0, "": 0}),
    Given(*("C-SSRS", 0, 0, 0, 1.0, 0, (0.95, 0.75, 0.4, 0.0)), {"": 1.0}),
    Given(*("PAIN-NRS", 6.9, 1.1, 0.2, 1.0, 0.6, (0.88, 0.85, 0.8, 0.8)), {"chronic-pain": 1.0, "": 0}),
    Given(*("PEG", 6.8, 1.2, 0.2, 0.9, 0.5, (0.85, 0.3, 0.7, 0.4)), {"chronic-pain": 0.5, "": 0}),
    Given(*("AUDIT", 19, 6, 0.2, 0.0, 0, (0.95, 0.0, 0.0, 0.0)), {"substance-use": 1.0, "": 0.06}, milder=14),
    Given(*("WHO-5", 6.5, 2.6, -0.6, 0.85, 1.2, (0.85, 0.4, 0.7, 0.5)), {"": 0.45}, top=19),
    Given(*("SDS", 20.5, 4.6, 0.6, 0.9, 1.5, (0.85, 0.2, 0.65, 0.4)), {"": 0.3}),
    Given(*("ASRM", 1.3, 1.2, 0.0, 0.0, 1.0, (0.9, 0.6, 0.6, 0.4)), {"bipolar-depression": 1.0, "": 0}),
    Given(*("MOOD-VAS", 3.2, 1.0, -0.5, 0.9, 0.8, (0.7, 0.8, 0.3, 0.3)), {"": 0.09}, top=7.5),
)


def uses(given: Given, diagnosis: np.ndarray) -> np.ndarray:
    """The chance, for each person, of being given a scale at all."""
    chance = np.full(len(diagnosis), float(given.users.get("", 0)))
    for name, share in given.users.items():
        if name:
            chance[diagnosis == name] = share
    return chance
