"""The whole demo clinic, made in order: people, bookings, visits, illness, scores, effects, and what stands beside."""

import numpy as np
import pandas as pd
import pyarrow as pa

from dashboard.demo.body import make_body, make_vitals
from dashboard.demo.bookings import make_bookings
from dashboard.demo.calendar import Calendar
from dashboard.demo.care import endings, make_capacity, make_checks, make_events, make_medications, make_plans
from dashboard.demo.effects import fill_forms, make_effects
from dashboard.demo.hard import Case, add_people, case_scores, case_slots, make_cases
from dashboard.demo.illness import make_courses
from dashboard.demo.mess import add_mess
from dashboard.demo.options import Answers, Options
from dashboard.demo.people import make_people, site_shares
from dashboard.demo.scores import N_ITEMS, make_scores
from dashboard.demo.slots import make_slots, referred
from dashboard.demo.starts import let_in
from dashboard.demo.treatments import words
from dashboard.demo.truths import people_table, truths_of
from dashboard.demo.visits import chairs_of, clinician_names, make_visits
from dashboard.demo.write import Demo, moments, to_arrow


def make_demo(options: Options) -> Demo:
    """Make the clinic of these options; the same options make the same tables."""
    calendar, n = Calendar.of(options), options.patients
    people = make_people(options)
    bookings = make_bookings(people, options)
    starts = let_in(bookings, options, calendar)
    slots = make_slots(bookings, starts.week, people, calendar, options)
    cases = make_cases(options) if options.hard_cases else []
    people = add_people(people, cases)
    slots = pd.concat([slots, case_slots(cases, n, options)], ignore_index=True)
    people = referred(people, slots, calendar, options)
    chairs = chairs_of(float(np.mean(starts.slots[12 : calendar.shift_week])), options, site_shares(options.n_sites))
    visits = make_visits(slots, people, chairs, options)
    visits = fill_forms(make_body(visits, people, options), options)
    courses = make_courses(visits, people, options)
    drawn, drawn_courses = visits[visits["person"] < n], courses[courses["person"] < n]
    begun = drawn_courses[drawn_courses["begun"]]
    medications, changes = make_medications(people, n, options)
    tables = {
        "patients": _patients(people, visits, options),
        "sessions": visits.assign(status=visits["status_text"]),
        "side_effects": make_effects(drawn, people, options),
        "vitals": make_vitals(visits, options),
        "events": make_events(begun, changes, people, options),
        "medications": medications,
        "checks": make_checks(visits, courses, people, options),
        "plans": make_plans(courses, people, options),
        "capacity": make_capacity(chairs, visits, options),
    }
    arrow = {name: to_arrow(name, table) for name, table in tables.items()}
    scores, items = make_scores(drawn, drawn_courses, people, options)
    arrow["assessments"] = _assessments(scores, items, people, cases, n)
    truth = pa.Table.from_pandas(people_table(people, begun), preserve_index=False)
    demo = Demo(arrow, truths_of(options, people, begun, cases), truth)
    if options.messy:
        add_mess(demo, options)
    return demo


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


def _assessments(scores: pd.DataFrame, items: Answers, people: pd.DataFrame, cases: list[Case], first: int) -> pa.Table:
    """All forms in the order of time, numbered."""
    by_hand, answers = case_scores(cases, first, N_ITEMS)
    scores, items = pd.concat([scores, by_hand], ignore_index=True), np.concatenate([items, answers])
    order = np.lexsort((scores["instrument"].to_numpy().astype(str), scores["person"], scores["minute"]))
    scores, items = scores.iloc[order].reset_index(drop=True), items[order]
    table = scores.assign(
        assessment_id=[f"A{number:07d}" for number in range(1, len(scores) + 1)],
        patient_id=people["patient_id"].to_numpy()[scores["person"].to_numpy()],
        **{f"item_{place + 1}": items[:, place] for place in range(N_ITEMS)},
    )
    arrow = to_arrow("assessments", table.rename(columns={"minute": "assessed_at"}))
    when = moments(scores["minute"].to_numpy())
    when = np.where(scores["dated"].to_numpy(), when.astype("<U10"), when)
    return arrow.set_column(arrow.schema.get_field_index("assessed_at"), "assessed_at", pa.array(when, pa.string()))
