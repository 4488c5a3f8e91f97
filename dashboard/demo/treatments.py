"""The treatments and the words of the demo clinic, from ``data/demo.toml``."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).resolve().parent.parent.parent / "data" / "demo.toml"
_CONTENT = tomllib.loads(FILE.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Treatment:
    """A route with its drug: schedule, dose, length of a visit, price; the file says what each number is."""

    route: str
    drug: str
    share: float
    response: float
    induction: int
    weekly: bool
    boosters: float
    weeks: tuple[int, int]
    by_weight: bool
    start: float
    step: float
    least: float
    most: float
    dosing: float
    ready: float
    planned: int
    charge: float
    rise: float
    acute: float


TREATMENTS: dict[str, Treatment] = {code: Treatment(**entry) for code, entry in _CONTENT["treatments"].items()}
CODES = tuple(TREATMENTS)
BOOSTER_WEEKS = np.array([treatment.weeks for treatment in TREATMENTS.values()])
WORDS: dict[str, list[str]] = _CONTENT["words"]


def per(name: str) -> NDArray[np.float64]:
    """One number of every treatment, in the order of CODES."""
    return np.array([float(getattr(treatment, name)) for treatment in TREATMENTS.values()])


def texts(name: str) -> NDArray[np.str_]:
    """One text of every treatment, in the order of CODES."""
    return np.array([str(getattr(treatment, name)) for treatment in TREATMENTS.values()])


def words(name: str) -> NDArray[np.str_]:
    """A list of words."""
    return np.array(WORDS[name])
