"""The people of the demo clinic: who they are, how they are treated, and what will become of them."""

import numpy as np
import pandas as pd

from dashboard.demo.options import Flags, Floats, Ints, Options
from dashboard.demo.treatments import CODES, per, texts, words

DIAGNOSES = {  # of those who do not get esketamine, and of those who do: its label is resistant depression
    "depression": (0.56, 0.88),
    "bipolar-depression": (0.08, 0.06),
    "anxiety": (0.1, 0.0),
    "ptsd": (0.11, 0.0),
    "ocd": (0.03, 0.0),
    "substance-use": (0.035, 0.0),
    "chronic-pain": (0.065, 0.0),
    "suicidality": (0.01, 0.06),
    "other": (0.01, 0.0),
}
OTHER_DIAGNOSES = ("", "anxiety", "ptsd", "anxiety;ptsd", "chronic-pain", "substance-use", "adhd", "insomnia", "ocd")
PAYERS = ("self-pay", "insurance", "assistance", "unknown")
RESPONDED, PARTIAL, NO_BETTER = 2, 1, 0
_FIRST_NUMBER = 1001
SITE_SHARES = (0.44, 0.33, 0.23)


def make_people(options: Options) -> pd.DataFrame:
    """One row a person, in the order of the queue; columns with a leading underscore never leave the generator."""
    n, random = options.patients, options.random("people")
    treatment = random.choice(len(CODES), n, p=per("share") / per("share").sum())
    sex = random.choice(["female", "male", "other", "unknown"], n, p=[0.6, 0.38, 0.015, 0.005])
    age = np.clip(random.gamma(9.5, 4.6, n), 19.3, 80)
    site = random.choice(options.n_sites, n, p=site_shares(options.n_sites))
    people = pd.DataFrame(
        {
            "patient_id": [f"{number:06d}" for number in range(_FIRST_NUMBER, _FIRST_NUMBER + n)],
            "name": _names(sex, random),
            "sex": sex,
            "diagnosis": _diagnoses(treatment, random),
            "payer": _payers(treatment, random),
            "prior_ketamine": random.random(n) < 0.12,
            "_treatment": treatment,
            "_age": age,
            "_site": site,
            "_clinician": 2 * site + (random.random(n) < 0.42),
            "_weight": np.clip(random.normal(np.where(sex == "male", 87, 74), 15), 44, 150).round(1),
            "_order": random.random(n),
        }
    )
    people["failed_trials"] = _trials(people, random)
    people["other_diagnoses"] = _comorbid(people["diagnosis"].to_numpy(), random)
    return people.assign(**destinies(options, treatment))


def destinies(options: Options, treatment: Ints) -> dict[str, Ints | Floats | Flags]:
    """What is decided before anything happens: who responds, who stops early, who relapses, who answers."""
    planted, random, n = options.planted, options.random("destinies"), len(treatment)
    chance = np.array([planted.response[code] for code in CODES])[treatment]
    responds = random.random(n) < chance
    state = np.where(responds, RESPONDED, np.where(random.random(n) < 0.42, PARTIAL, NO_BETTER))
    stops = random.random(n) < np.array([0.16, 0.07, 0.05])[state]
    answers = np.where(responds, planted.scored_if_responded, planted.scored_if_not)
    answers = answers * np.where(stops, planted.scored_if_stopped, 1)
    relapses = responds & ~stops & (random.random(n) < 0.38)
    return {
        "_state": state,
        "_stops": stops,
        "_answers": random.random(n) < answers,
        "_relapses": relapses,
        "_returns": relapses & (random.random(n) < 0.4),
    }


def site_shares(n_sites: int) -> Floats:
    return np.array(SITE_SHARES) if n_sites == len(SITE_SHARES) else np.full(n_sites, 1 / n_sites)


def _names(sex: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Invented; two people of one name happen, as they do."""
    n = len(sex)
    first = np.where(
        (sex == "female") | ((sex != "male") & (random.random(n) < 0.5)),
        random.choice(words("female"), n),
        random.choice(words("male"), n),
    )
    last = random.choice(words("surnames"), n)
    return np.char.add(np.char.add(first, " "), last)


def _diagnoses(treatment: Ints, random: np.random.Generator) -> np.ndarray:
    names, shares = list(DIAGNOSES), np.array(list(DIAGNOSES.values()))
    others, esketamine = (random.choice(names, len(treatment), p=shares[:, column]) for column in (0, 1))
    return np.where(texts("drug")[treatment] == "esketamine", esketamine, others)


def _payers(treatment: Ints, random: np.random.Generator) -> np.ndarray:
    """Esketamine is on label and mostly insured; the rest is mostly paid by the person."""
    insured = random.choice(PAYERS, len(treatment), p=[0.03, 0.86, 0.09, 0.02])
    others = random.choice(PAYERS, len(treatment), p=[0.76, 0.12, 0.08, 0.04])
    return np.where(texts("drug")[treatment] == "esketamine", insured, others)


def _trials(people: pd.DataFrame, random: np.random.Generator) -> Floats:
    """Failed antidepressant trials; unknown for most who are treated for something else."""
    n = len(people)
    esketamine = (texts("drug") == "esketamine")[people["_treatment"].to_numpy()]
    trials = np.where(esketamine, 2 + random.poisson(0.9, n), random.poisson(1.9, n)).astype(float)
    depressed = people["diagnosis"].isin(["depression", "bipolar-depression", "suicidality"]).to_numpy()
    trials[random.random(n) < np.where(depressed, 0.06, 0.6)] = np.nan
    return trials


def _comorbid(diagnosis: np.ndarray, random: np.random.Generator) -> np.ndarray:
    other = random.choice(OTHER_DIAGNOSES, len(diagnosis), p=[0.4, 0.24, 0.08, 0.05, 0.07, 0.05, 0.05, 0.04, 0.02])
    return np.where(other == diagnosis, "", other)
