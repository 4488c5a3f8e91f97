"""What stands beside the sessions: plans, medicines, checks, events, how treatment ended, and the staff of each day."""

import numpy as np
import pandas as pd

from dashboard.demo.calendar import Calendar
from dashboard.demo.options import BOOKED_AHEAD, NO_TIME, Ints, Options
from dashboard.demo.people import RESPONDED
from dashboard.demo.slots import NEVER
from dashboard.demo.treatments import BOOSTER_WEEKS, per, texts, words
from dashboard.demo.visits import STAFFED

MEDICINES = (  # name, class, share of the people, doses
    ("sertraline", "antidepressant", 0.19, ("50 to 100 mg", "100 to 150 mg")),
    ("venlafaxine", "antidepressant", 0.14, ("75 to 150 mg", "150 to 225 mg")),
    ("escitalopram", "antidepressant", 0.14, ("10 to 20 mg", "20 to 10 mg")),
    ("bupropion", "antidepressant", 0.12, ("150 to 300 mg",)),
    ("mirtazapine", "antidepressant", 0.09, ("15 to 30 mg",)),
    ("quetiapine", "antipsychotic", 0.1, ("50 to 100 mg", "100 to 50 mg")),
    ("aripiprazole", "antipsychotic", 0.06, ("2 to 5 mg",)),
    ("lamotrigine", "lamotrigine", 0.09, ("100 to 200 mg",)),
    ("lithium", "other", 0.04, ("600 to 900 mg",)),
    ("lorazepam", "benzodiazepine", 0.11, ("1 to 0.5 mg",)),
    ("clonazepam", "benzodiazepine", 0.05, ("0.5 to 0.25 mg",)),
    ("methylphenidate", "stimulant", 0.07, ("18 to 36 mg",)),
    ("tramadol", "opioid", 0.03, ("100 to 50 mg",)),
    ("oxycodone", "opioid", 0.015, ("10 to 5 mg",)),
    ("tranylcypromine", "maoi", 0.008, ("20 to 30 mg",)),
    ("levothyroxine", "other", 0.09, ("50 to 75 microgram",)),
    ("lisinopril", "other", 0.08, ("10 to 20 mg",)),
    ("naltrexone", "other", 0.02, ("25 to 50 mg",)),
)
CHECKED = {"consent": 1.0, "liver": 0.7, "drug-screen": 0.55, "prescription-monitoring": 0.75, "blood-pressure": 0.6}
"""Before the first session: the share of the people."""
REPEATED = {"urinary-screen": (80, 0.75), "liver": (150, 0.6), "prescription-monitoring": (90, 0.6)}
"""During treatment: every so many days, and the share that is done."""
AT_SESSION = {"escort": 0.45, "fasting": 0.3}


def make_plans(courses: pd.DataFrame, people: pd.DataFrame, options: Options) -> pd.DataFrame:
    """A plan before each course; a second one for boosters where the course went on."""
    random = options.random("plans")
    n, person = len(courses), courses["person"].to_numpy()
    treatment = people["_treatment"].to_numpy()[person]
    weight = people["_weight"].to_numpy()[person]
    insured = (people["payer"].to_numpy()[person] == "insurance") & (texts("drug")[treatment] == "esketamine")
    usual, start, step = (per("least") + per("most"))[treatment] / 2, per("start")[treatment], per("step")[treatment]
    dose = np.where(
        per("by_weight")[treatment] == 1,
        np.rint(usual * weight / 5) * 5,
        start + np.rint((usual - start) / step) * step,
    )
    goals = random.choice(words("goals"), len(people))[person]
    first = pd.DataFrame(
        {
            "person": person,
            "set_on": courses["start"] - random.integers(1, 10, n),
            "planned_sessions": per("induction")[treatment],
            "interval_days": np.where(per("weekly")[treatment] == 1, 7, 3.5),
            "target_dose_mg": dose,
            "authorised_sessions": np.where(insured, 12, np.nan),
            "authorised_until": np.where(insured, courses["start"] + 180, NO_TIME),
            "goal": np.where(random.random(n) < 0.85, goals, ""),
        }
    )
    goes_on = (courses["last"] > courses["last_induction"]).to_numpy()
    later = first[goes_on].assign(
        set_on=(courses["last_induction"] + random.integers(1, 8, n))[goes_on],
        planned_sessions=random.choice([4, 6, 8, 12], int(goes_on.sum())),
        interval_days=7.0 * BOOSTER_WEEKS[treatment].mean(axis=1)[goes_on],
        authorised_sessions=np.where(insured, 24, np.nan)[goes_on],
        authorised_until=np.where(insured, courses["last_induction"] + 365, NO_TIME)[goes_on],
    )
    plans = pd.concat([first, later], ignore_index=True)
    return _past(plans, "set_on", options, people)


def make_medications(people: pd.DataFrame, n: int, options: Options) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Medicines with their periods, of the first ``n`` people; and the events of their changes during treatment."""
    random, first_day = options.random("medications"), people["_first"].to_numpy()
    periods, changes = [], []
    for name, kind, share, doses in MEDICINES:
        person = np.flatnonzero(random.random(n) < share)
        day = first_day[person]
        started = day - random.integers(20, 1400, len(person))
        begun = random.random(len(person)) < 0.08
        started = np.where(begun, day + random.integers(5, 120, len(person)), started)
        stopped = np.where(random.random(len(person)) < 0.16, started + random.integers(60, 900, len(person)), NO_TIME)
        stopped = np.where(stopped <= options.today, stopped, NO_TIME)
        periods.append(
            pd.DataFrame({"person": person, "name": name, "class": kind, "started_on": started, "stopped_on": stopped})
        )
        changed = person[random.random(len(person)) < 0.18]
        when = first_day[changed] + random.integers(-10, 150, len(changed))
        text = random.choice([f"{name} {dose}" for dose in doses], len(changed))
        changes.append(_happened(changed, when, "medication-change", text))
        ended = stopped > day
        changes.append(_happened(person[ended], stopped[ended], "medication-change", f"{name} stopped"))
    return _past(pd.concat(periods), "started_on", options, people), pd.concat(changes)


def make_checks(visits: pd.DataFrame, courses: pd.DataFrame, people: pd.DataFrame, options: Options) -> pd.DataFrame:
    """Checks before the first session, again in long treatments, and at some sessions."""
    random = options.random("checks")
    first = courses[courses["course"] == 1]
    person, start = first["person"].to_numpy(), first["start"].to_numpy()
    length = (first["last"] - first["start"]).to_numpy()
    parts = []
    young = ((people["sex"] == "female") & (people["_age"] < 50)).to_numpy()[person]
    for kind, share in {**CHECKED, "pregnancy-test": 0.85}.items():
        some = (random.random(len(person)) < share) & (young | (kind != "pregnancy-test"))
        parts.append(_checked(person[some], start[some] - random.integers(0, 12, int(some.sum())), kind, random))
    for kind, (days, share) in REPEATED.items():
        for turn in range(1, 12):
            some = (random.random(len(person)) < share) & (length >= days * turn - 10)
            when = start[some] + days * turn + random.integers(-8, 9, int(some.sum()))
            parts.append(_checked(person[some], when, kind, random))
    came = visits[visits["status_text"] == "completed"]
    for kind, share in AT_SESSION.items():
        rows = came[random.random(len(came)) < share]
        parts.append(_checked(rows["person"].to_numpy(), rows["date"].to_numpy(), kind, random))
    return _past(pd.concat(parts), "checked_on", options, people)


def _checked(person: Ints, when: Ints, kind: str, random: np.random.Generator) -> pd.DataFrame:
    sure = {"consent": 1.0, "pregnancy-test": 1.0, "escort": 0.98, "fasting": 0.97}.get(kind, 0.93)
    other = 1 - sure
    result = random.choice(["ok", "not-ok", "pending"], len(person), p=[sure, other * 0.6, other * 0.4])
    return pd.DataFrame({"person": person, "checked_on": when, "kind": kind, "result": result})


def make_events(courses: pd.DataFrame, changes: pd.DataFrame, people: pd.DataFrame, options: Options) -> pd.DataFrame:
    """Changes of medicines, hospital, rare attempts, life, and changes of the protocol."""
    random = options.random("events")
    person = courses["person"].to_numpy()
    ill = ~courses["responds"].to_numpy()
    start, length = courses["start"].to_numpy(), (courses["last"] - courses["start"]).to_numpy() + 60
    parts = [changes]
    for kind, share, texts_ in (
        ("hospitalisation", np.where(ill, 0.03, 0.008), ["admitted for depression", "admitted: crisis", "surgery"]),
        ("suicide-attempt", np.where(ill, 0.007, 0.001), [""]),
        ("life-event", np.full(len(person), 0.12), words("life_events")),
        ("protocol", np.full(len(person), 0.08), words("protocols")),
        ("other", np.full(len(person), 0.02), ["letter to the family doctor", "second opinion asked for"]),
    ):
        some = random.random(len(person)) < share
        when = start[some] + (random.random(int(some.sum())) * length[some]).astype(np.int64)
        parts.append(_happened(person[some], when, kind, random.choice(texts_, int(some.sum()))))
    return _past(pd.concat(parts), "happened_on", options, people)


def _happened(person: Ints, when: Ints, kind: str, text: np.ndarray | str) -> pd.DataFrame:
    return pd.DataFrame({"person": person, "happened_on": when, "kind": kind, "text": text})


def endings(visits: pd.DataFrame, people: pd.DataFrame, options: Options) -> pd.DataFrame:
    """``ended_on`` (NO_TIME: not, or not written down) and ``end_reason`` of everyone."""
    random, n = options.random("endings"), len(people)
    last = np.full(n, NEVER)
    dates = visits.groupby("person")["date"].max()
    last[dates.index.to_numpy()] = dates.to_numpy()
    ended = np.where(last < NEVER, np.minimum(last, options.today), 0) + random.integers(5, 60, n)
    over = (last < options.today - 60) & (random.random(n) < 0.7) & (ended <= options.today)
    state, stops = people["_state"].to_numpy(), people["_stops"].to_numpy()
    reasons = ["completed", "no-benefit", "side-effects", "cost", "moved", "other"]
    done = random.choice(reasons, n, p=[0.72, 0.03, 0.02, 0.11, 0.08, 0.04])
    not_helped = random.choice(reasons, n, p=[0.2, 0.52, 0.04, 0.13, 0.05, 0.06])
    stopped = random.choice(reasons, n, p=[0, 0.24, 0.22, 0.3, 0.1, 0.14])
    reason = np.where(stops, stopped, np.where(state >= RESPONDED, done, not_helped))
    return pd.DataFrame({"ended_on": np.where(over, ended, NO_TIME), "end_reason": np.where(over, reason, "")})


def make_capacity(chairs: Ints, visits: pd.DataFrame, options: Options) -> pd.DataFrame:
    """Staffed chair-minutes of each site on each working day, four weeks ahead included.

    The chairs added at the shift are staffed six hours in ten; a chair set up for an overfull day all day.
    """
    calendar = Calendar.of(options)
    days = np.arange(calendar.opened, options.today + BOOKED_AHEAD + 1)
    days = days[calendar.is_open(days) | (days == options.today)]
    n_sites = chairs.shape[1]
    late = (days >= calendar.shift)[:, None]
    minutes = STAFFED * (chairs[0] + 0.6 * late * (chairs[1] - chairs[0]))
    used = np.zeros((len(days), n_sites))
    busy = np.isin(visits["date"].to_numpy(), days)
    place = np.searchsorted(days, visits["date"].to_numpy()[busy]), visits["_site"].to_numpy()[busy]
    np.maximum.at(used, place, visits["_chair"].to_numpy()[busy] + 1)
    minutes = np.where(used > chairs[late.astype(np.int64), np.arange(n_sites)], STAFFED * used, minutes)
    return pd.DataFrame(
        {
            "site": np.tile(words("sites")[:n_sites], len(days)),
            "date": np.repeat(days, n_sites),
            "chair_minutes": minutes.ravel(),
        }
    )


def _past(table: pd.DataFrame, column: str, options: Options, people: pd.DataFrame) -> pd.DataFrame:
    """Only what lies not after the export's day, by person and time; one row a person, day and kind."""
    table = table[table[column] <= options.today]
    names = [name for name in ("person", column, "kind", "name") if name in table.columns]
    table = table.sort_values(names, kind="stable", ignore_index=True).drop_duplicates(names, ignore_index=True)
    return table.assign(patient_id=people["patient_id"].to_numpy()[table["person"].to_numpy()])
