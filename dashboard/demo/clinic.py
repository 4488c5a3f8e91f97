"""The whole demo clinic, made in order: people, bookings, visits, illness, scores, effects, and what stands beside."""

import numpy as np
import pandas as pd
import pyarrow as pa

from dashboard.demo.body import make_body, make_vitals
from dashboard.demo.bookings import COMPLETED, SCHEDULED, make_bookings
from dashboard.demo.calendar import Calendar
from dashboard.demo.care import (
    NEVER,
    endings,
    make_capacity,
    make_checks,
    make_events,
    make_medications,
    make_plans,
)
from dashboard.demo.effects import fill_forms, make_effects
from dashboard.demo.illness import make_courses
from dashboard.demo.options import BOOKED_AHEAD, NO_TIME, Options
from dashboard.demo.people import make_people, site_shares
from dashboard.demo.scores import make_scores
from dashboard.demo.starts import Starts, let_in
from dashboard.demo.treatments import words
from dashboard.demo.truths import people_table, truths_of
from dashboard.demo.visits import chairs_of, clinician_names, make_visits
from dashboard.demo.write import Demo, moments, to_arrow

UNRESOLVED_DAYS, _UNRESOLVED = 45, 0.25


def make_demo(options: Options) -> Demo:
    """Make the clinic of these options; the same options make the same tables."""
    calendar = Calendar.of(options)
    people = make_people(options)
    bookings = make_bookings(people, options)
    starts = let_in(bookings, options, calendar)
    slots = _slots(bookings, starts, people, calendar, options)
    chairs = chairs_of(float(np.mean(starts.slots[12 : calendar.shift_week])), options, site_shares(options.n_sites))
    visits = make_visits(slots, people, chairs, options)
    visits = fill_forms(make_body(visits, people, options), options)
    courses = make_courses(visits, people, options)
    people = _referred(people, starts, slots, calendar, options)
    tables = {
        "patients": to_arrow("patients", _patients(people, visits, options)),
        "sessions": to_arrow("sessions", visits.assign(status=visits["status_text"])),
        "assessments": _assessments(visits, courses, people, options),
        "side_effects": to_arrow("side_effects", make_effects(visits, people, options)),
        "vitals": to_arrow("vitals", make_vitals(visits, options)),
        "capacity": to_arrow("capacity", make_capacity(chairs, options)),
        **_care(visits, courses, people, options),
    }
    truth = pa.Table.from_pandas(people_table(people, courses), preserve_index=False)
    return Demo(tables, truths_of(options, people, courses), truth)


def _slots(
    bookings: pd.DataFrame, starts: Starts, people: pd.DataFrame, calendar: Calendar, options: Options
) -> pd.DataFrame:
    """The slots with their dates: past ones as they went, later ones as booked, none beyond four weeks."""
    person = bookings["person"].to_numpy()
    week = starts.week[person]
    begun = week >= 0
    slots = bookings[begun].reset_index(drop=True)
    dates = calendar.dates(slots["day"].to_numpy() + 7 * week[begun])
    slots = slots.assign(date=dates, treatment=people["_treatment"].to_numpy()[slots["person"].to_numpy()])
    ahead = dates >= options.today
    came = (slots["status"] == COMPLETED).to_numpy()
    random = options.random("unresolved")
    forgotten = ~ahead & ~came & (dates > options.today - UNRESOLVED_DAYS) & (random.random(len(slots)) < _UNRESOLVED)
    slots.loc[(ahead & came) | forgotten, "status"] = SCHEDULED
    kept = ~ahead | (came & (dates <= options.today + BOOKED_AHEAD))
    slots = slots[kept].reset_index(drop=True)
    return _something_today(slots, options)


def _something_today(slots: pd.DataFrame, options: Options) -> pd.DataFrame:
    """On a day without work, half of the next day's bookings are moved to it: a demo shows its page of today."""
    date = slots["date"].to_numpy()
    later = date[date >= options.today]
    if len(later) and later.min() > options.today:
        moved = np.flatnonzero(date == later.min())[::2]
        slots.loc[moved, "date"] = options.today
    return slots


def _referred(
    people: pd.DataFrame, starts: Starts, slots: pd.DataFrame, calendar: Calendar, options: Options
) -> pd.DataFrame:
    """The referral before the first session; the wait is long while the clinic is full, shorter after the shift."""
    random, n = options.random("referrals"), len(people)
    first = np.full(n, NEVER)
    earliest = slots.groupby("person")["date"].min()
    first[earliest.index.to_numpy()] = earliest.to_numpy()
    booked = np.full(n, NEVER)
    leads = slots.drop_duplicates("person").set_index("person")
    booked[leads.index.to_numpy()] = (leads["date"] - leads["lead"]).to_numpy()
    mean = np.where(first >= calendar.shift, 9, 19)
    wait = 1 + random.gamma(1.6, mean / 1.6).astype(np.int64)
    waiting = options.today - random.integers(1, 40, n)
    referred = np.where(first < NEVER, np.minimum(booked, options.today) - wait, waiting)
    unknown = random.random(n) < 0.02
    return people.assign(
        referred_on=np.where(unknown, NO_TIME, referred), _first=np.where(first < NEVER, first, options.today)
    )


def _patients(people: pd.DataFrame, visits: pd.DataFrame, options: Options) -> pd.DataFrame:
    random = options.random("patients")
    born = people["_first"] - (people["_age"] * 365.2425).astype(np.int64)
    ends = endings(visits, people, options)
    return people.assign(
        birth_date=born,
        site=words("sites")[people["_site"].to_numpy()],
        clinician=np.where(random.random(len(people)) < 0.03, "", clinician_names(people["_clinician"].to_numpy())),
        prior_ketamine=np.where(random.random(len(people)) < 0.04, -1, people["prior_ketamine"]),
        ended_on=ends["ended_on"],
        end_reason=ends["end_reason"],
    )


def _assessments(visits: pd.DataFrame, courses: pd.DataFrame, people: pd.DataFrame, options: Options) -> pa.Table:
    scores, items = make_scores(visits, courses, people, options)
    answers = {f"item_{place + 1}": items[:, place] for place in range(items.shape[1])}
    table = scores.assign(**answers, patient_id=people["patient_id"].to_numpy()[scores["person"].to_numpy()])
    arrow = to_arrow("assessments", table.rename(columns={"minute": "assessed_at"}))
    when = moments(scores["minute"].to_numpy())
    when = np.where(scores["dated"].to_numpy(), when.astype("<U10"), when)
    place = arrow.schema.get_field_index("assessed_at")
    return arrow.set_column(place, "assessed_at", pa.array(when, pa.string()))


def _care(visits: pd.DataFrame, courses: pd.DataFrame, people: pd.DataFrame, options: Options) -> dict[str, pa.Table]:
    medications, changes = make_medications(people["_first"].to_numpy(), people, options)
    return {
        "events": to_arrow("events", make_events(courses, changes, people, options)),
        "medications": to_arrow("medications", medications),
        "checks": to_arrow("checks", make_checks(visits, courses, people, options)),
        "plans": to_arrow("plans", make_plans(courses, people, options)),
    }
