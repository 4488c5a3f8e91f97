"""Side effects: each session's by the planted chances and fade, some between sessions, in the words that staff use."""

import numpy as np
import pandas as pd

from dashboard.demo.body import fade_of
from dashboard.demo.options import NO_TIME, Flags, Floats, Ints, Options
from dashboard.demo.treatments import per, texts
from dashboard.demo.visits import DAY

FADING = {  # term -> chance at the first session of a course, iv; minutes until it begins
    "Dissociation": (0.46, 12),
    "Sedation": (0.3, 18),
    "Dizziness": (0.24, 15),
    "Nausea": (0.15, 35),
    "Headache": (0.11, 60),
    "Vertigo": (0.09, 18),
    "Somnolence": (0.08, 30),
    "Vision blurred": (0.08, 14),
    "Anxiety": (0.06, 10),
    "Feeling drunk": (0.05, 12),
    "Paraesthesia": (0.05, 14),
    "Euphoric mood": (0.04, 12),
    "Vomiting": (0.03, 50),
    "Dry mouth": (0.03, 20),
    "Feeling abnormal": (0.02, 14),
    "Visual hallucination": (0.012, 15),
    "Panic attack": (0.006, 12),
}
NASAL = {
    "Dysgeusia": (0.2, 4),
    "Hypoaesthesia oral": (0.09, 6),
    "Nasal discomfort": (0.06, 3),
    "Throat irritation": (0.04, 5),
}
"""Fading too, but only where something is sprayed or held in the mouth."""
PRESSURE = "Blood pressure increased"
BETWEEN = {
    "Insomnia": 0.3,
    "Headache": 0.3,
    "Fatigue": 0.2,
    "Anxiety": 0.1,
    "Pollakiuria": 0.07,
    "Suicidal ideation": 0.03,
}
"""Told of on the days after a session: their shares."""
SPELLINGS = {
    "Dissociation": ("dissociated", "Dissociative symptoms"),
    "Nausea": ("nauseous", "feeling sick", "nausea"),
    "Dizziness": ("dizzy", "light-headed", "DIZZINESS"),
    "Sedation": ("sedated", "sedation"),
    "Somnolence": ("sleepy", "drowsy"),
    "Headache": ("head ache", "HEADACHE"),
    "Vision blurred": ("blurry vision", "blurred vision"),
    "Dysgeusia": ("bad taste", "metallic taste"),
    "Vomiting": ("vomited",),
    "Anxiety": ("anxious",),
    PRESSURE: ("high BP", "BP increased"),
    "Hypoaesthesia oral": ("numb mouth",),
}
UNKNOWN = "cotton-wool head"
"""A term that no list knows."""
FORM_FILLED = 0.85


def frailty(people: pd.DataFrame, options: Options) -> Floats:
    """How prone each person is: a factor of mean 1, never so high that a chance would pass 1."""
    return np.clip(options.random("frailty").gamma(4.5, 1 / 4.5, len(people)), 0.15, 2.0)


def fill_forms(visits: pd.DataFrame, options: Options) -> pd.DataFrame:
    """The visits with ``effects_recorded``: 1 filled, 0 not, -1 left empty."""
    random = options.random("forms")
    came = (visits["status_text"] == "completed").to_numpy()
    filled = random.random(len(visits)) < FORM_FILLED
    without = np.where(random.random(len(visits)) < 0.5, 0, -1)
    return visits.assign(effects_recorded=np.where(came, np.where(filled, 1, without), -1))


def make_effects(visits: pd.DataFrame, people: pd.DataFrame, options: Options) -> pd.DataFrame:
    """One row an event: those of sessions with a filled form, a rare one without, and those in between."""
    random = options.random("effects")
    told = visits[(visits["effects_recorded"] == 1).to_numpy() | _told_anyway(visits, random)]
    parts = [_of_sessions(told, people, options, random), _of_pressure(told, random), _between(visits, options, random)]
    events = pd.concat(parts, ignore_index=True)
    events["term"] = _spelt(events["term"].to_numpy(), random)
    events = pd.concat([events, _none(told, events, random)], ignore_index=True)
    return events.sort_values(["_order", "session_id", "term"], kind="stable", ignore_index=True)


def _told_anyway(visits: pd.DataFrame, random: np.random.Generator) -> Flags:
    """Now and then an effect is written down although the form was not filled."""
    unfilled = (visits["status_text"] == "completed") & (visits["effects_recorded"] != 1)
    return unfilled.to_numpy() & (random.random(len(visits)) < 0.04)


def _of_sessions(
    told: pd.DataFrame, people: pd.DataFrame, options: Options, random: np.random.Generator
) -> pd.DataFrame:
    treatment = told["treatment"].to_numpy()
    prone = frailty(people, options)[told["person"].to_numpy()] * fade_of(told["number"].to_numpy(), options)
    mouth = np.isin(texts("route"), ("intranasal", "sublingual"))[treatment]
    parts = []
    for terms, factor in ((FADING, per("acute")[treatment]), (NASAL, mouth.astype(float))):
        for term, (chance, minutes) in terms.items():
            rows = told[random.random(len(told)) < chance * factor * prone]
            onset = rows["_start"].to_numpy() + 1 + random.gamma(3, minutes / 3, len(rows)).astype(np.int64)
            parts.append(_events(rows, term, np.minimum(onset, rows["_left"].to_numpy() - 3), random))
    return pd.concat(parts, ignore_index=True)


def _events(rows: pd.DataFrame, term: str, onset: Ints, random: np.random.Generator) -> pd.DataFrame:
    """Events in a session: mostly mild and over before the person leaves."""
    n = len(rows)
    severity = random.choice(["mild", "moderate", "severe"], n, p=[0.7, 0.26, 0.04])
    lasts = 5 + ((90 if term == "Headache" else 40) * random.gamma(2, 0.5, n)).astype(np.int64)
    until = np.maximum(rows["_left"].to_numpy(), onset + 1) + (600 if term == "Headache" else 0)
    resolved = np.where(random.random(n) < 0.78, np.minimum(onset + lasts, until), NO_TIME)
    treated = random.choice(
        ["none", "slowed", "dose-reduced", "medicated", "stopped"], n, p=[0.5, 0.16, 0.14, 0.16, 0.04]
    )
    return pd.DataFrame(
        {
            "patient_id": rows["patient_id"].to_numpy(),
            "term": term,
            "session_id": rows["session_id"].to_numpy(),
            "severity": np.where(random.random(n) < 0.05, "", severity),
            "serious": (severity == "severe") & (random.random(n) < 0.03),
            "onset_at": np.where(random.random(n) < 0.8, onset, NO_TIME),
            "resolved_at": resolved,
            "action": np.where(severity == "mild", "none", treated),
            "_order": rows["_start"].to_numpy(),
        }
    )


def _of_pressure(told: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Written down where the pressure was high indeed."""
    high = (told["sbp_peak"] >= 178) | (told["dbp_peak"] >= 108) | (told["sbp_peak"] - told["sbp_pre"] >= 42)
    rows = told[high.to_numpy() & (random.random(len(told)) < 0.6)]
    return _events(rows, PRESSURE, rows["_start"].to_numpy() + random.integers(25, 50, len(rows)), random)


def _between(visits: pd.DataFrame, options: Options, random: np.random.Generator) -> pd.DataFrame:
    """Told of in the days after a session; they bear no session but the time when they began."""
    came = visits[(visits["status_text"] == "completed").to_numpy() & (random.random(len(visits)) < 0.022)]
    onset = came["_left"].to_numpy() + 60 + random.integers(0, 5 * DAY, len(came))
    past = onset // DAY <= options.today
    rows, onset = came[past], onset[past]
    resolved = onset + random.integers(60, 2 * DAY, len(rows))
    known = (random.random(len(rows)) < 0.6) & (resolved // DAY <= options.today)
    shares = np.array(list(BETWEEN.values()))
    return _events(rows, "", onset, random).assign(
        term=random.choice(list(BETWEEN), len(rows), p=shares / shares.sum()),
        session_id="",
        onset_at=onset,
        resolved_at=np.where(known, resolved, NO_TIME),
        _order=onset,
    )


def _none(told: pd.DataFrame, events: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Some write down that there was nothing."""
    quiet = ~told["session_id"].isin(events["session_id"]) & (told["effects_recorded"] == 1)
    rows = told[quiet.to_numpy() & (random.random(len(told)) < 0.12)]
    words = random.choice(["none", "None", "no side effects", "nil"], len(rows))
    return pd.DataFrame(
        {
            "patient_id": rows["patient_id"].to_numpy(),
            "term": words,
            "session_id": rows["session_id"].to_numpy(),
            "severity": "",
            "serious": False,
            "onset_at": NO_TIME,
            "resolved_at": NO_TIME,
            "action": "",
            "_order": rows["_start"].to_numpy(),
        }
    )


def _spelt(terms: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Most in the preferred words, some not; the unknown term takes the place of a few that feel abnormal."""
    spelt = terms.astype(object)
    odd = random.random(len(terms)) < 0.14
    for term, others in SPELLINGS.items():
        here = odd & (terms == term)
        spelt[here] = random.choice(others, int(here.sum()))
    spelt[(terms == "Feeling abnormal") & (random.random(len(terms)) < 0.3)] = UNKNOWN
    return spelt
