"""The hard cases: people whose numbers are known by hand, at fixed identifiers that say nothing of them.

Their days are counted in open weeks before the export, so that no session falls into the closed week of Christmas.
Forms are filled on the evening before a session, so that a form and a dose never share a moment.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from dashboard.demo.bookings import COMPLETED, SCHEDULED
from dashboard.demo.calendar import Calendar, monday
from dashboard.demo.options import Answers, Options
from dashboard.demo.treatments import CODES, WORDS

_GAP = 90
"""Days between two courses, as ``definitions.md`` has it."""
_EVENING = 19 * 60 + 30


@dataclass(frozen=True)
class Form:
    """A filled form: the evening of a day (days since 1970-01-01), the scale, the total or the items."""

    day: int
    score: float | None
    instrument: str = "PHQ-9"
    items: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Case:
    """One person.

    Attributes:
        patient_id, name, what: fixed; ``what`` says in the truths why this one is hard.
        sessions: the days of the completed sessions.
        forms: the filled forms.
        expected: what a test should find: ``courses``, ``route``, ``instrument``, ``baseline``, ``latest``, ``status``
            of the last course, a ``reason`` among those of the worklist; what is not named is not promised.
        treatments: of each session in turn, the last one for all that follow.
        booked: days from the export's day on.
    """

    patient_id: str
    name: str
    what: str
    sessions: Sequence[int]
    forms: Sequence[Form]
    expected: Mapping[str, Any]
    diagnosis: str = "depression"
    treatments: tuple[str, ...] = ("iv-ketamine",)
    booked: tuple[int, ...] = field(default=())


class Weeks:
    """Open weeks before the export's, the nearest is 1."""

    def __init__(self, options: Options) -> None:
        self.calendar = Calendar.of(options)
        this_week = monday(options.today)
        mondays = this_week - 7 * np.arange(1, 130)
        self.mondays = [int(day) for day in mondays if not np.isin(day, self.calendar.closed)]

    def day(self, week: int, weekday: int = 0) -> int:
        """A day of an open week so many weeks ago, 0 for its Monday."""
        return self.mondays[week - 1] + weekday

    def twice(self, first: int, last: int) -> list[int]:
        """Mondays and Thursdays from one open week to another."""
        return [self.day(week, weekday) for week in range(first, last - 1, -1) for weekday in (0, 3)]

    def apart(self, *days: int) -> list[int]:
        """Days so far after a Tuesday, all of them in open weeks; the Tuesday is at least 30 weeks ago."""
        for start in (day + 1 for day in self.mondays[29:]):
            dates = np.array([start + day for day in days])
            if self.calendar.is_open(dates).all():
                return [int(date) for date in dates]
        raise AssertionError("a year has open weeks enough")


def make_cases(options: Options) -> list[Case]:
    """Every hard case as of the export's day."""
    weeks = Weeks(options)
    return [
        make(f"{number:06d}", weeks, options.today)
        for number, make in enumerate((*_FEW_SCORES, *_COURSES, *_FLAGGED), start=101)
    ]


def _one_score(key: str, weeks: Weeks, today: int) -> Case:
    days = weeks.twice(12, 10)
    forms = [Form(days[3] - 1, 14)]
    expected = {"courses": 1, "baseline": None, "latest": 14, "status": "not-enough-data"}
    return Case(key, "Wanda Quillfeather", "one score only and no baseline", days, forms, expected)


def _baseline_only(key: str, weeks: Weeks, today: int) -> Case:
    days = weeks.twice(9, 7)
    expected = {"courses": 1, "baseline": 18, "latest": 18, "status": "not-enough-data"}
    return Case(key, "Hugo Birchall", "a baseline and nothing after it", days, [Form(days[0] - 1, 18)], expected)


def _baseline_zero(key: str, weeks: Weeks, today: int) -> Case:
    days = weeks.twice(14, 12)
    forms = [Form(days[0] - 1, 0), Form(days[-1] - 1, 1)]
    expected = {"courses": 1, "baseline": 0, "latest": 1, "pct_change": None, "status": "no-change"}
    return Case(key, "Ines Marchetta", "a baseline of zero: no percent, never eligible", days, forms, expected)


def _missing_items(key: str, weeks: Weeks, today: int) -> Case:
    days = weeks.twice(8, 6)
    forms = [
        Form(days[0] - 1, None, items=(2, 2, 2, 2, None, 2, 2, 2, 1)),  # 15 of 8 items: 15 × 9 / 8 = 16.9, so 17
        Form(days[2] - 1, None, items=(1, 1, 1, 1, 1, 1, 1, None, None)),  # 7 of 7 items: 9
        Form(days[4] - 1, None, items=(1, 1, 1, 1, 1, 1, None, None, None)),  # three missing: no score
    ]
    expected = {"courses": 1, "baseline": 17, "latest": 9, "status": "partial"}
    return Case(key, "Leo Fieldhouse", "forms with missing items: prorated and without a score", days, forms, expected)


def _higher_is_better(key: str, weeks: Weeks, today: int) -> Case:
    days = weeks.twice(7, 5)
    forms = [
        Form(days[0] - 1, 24, "WHO-5", (1, 2, 1, 1, 1)),
        Form(days[3] - 1, 44, "WHO-5", (2, 2, 2, 3, 2)),
        Form(days[5] - 1, 64, "WHO-5", (3, 3, 3, 4, 3)),
    ]
    expected = {"courses": 1, "instrument": "WHO-5", "baseline": 24, "latest": 64, "status": "partial"}
    return Case(key, "Grace Tindale", "a scale on which higher is better", days, forms, expected, "other")


def _sixty(key: str, weeks: Weeks, today: int) -> Case:
    days = weeks.twice(51, 42) + [weeks.day(week) for week in range(41, 1, -1)]
    forms = [Form(days[0] - 1, 21), *(Form(days[place] - 1, 21 - place // 5) for place in range(4, 60, 4))]
    expected = {"courses": 1, "sessions": 60, "baseline": 21, "latest": 10, "status": "response"}
    return Case(
        *(key, "Kofi Stillwater", "sixty sessions in one course", days, forms, expected),
        treatments=("intranasal-esketamine",),
        booked=(2, 9),
    )


def _two_courses(key: str, weeks: Weeks, today: int) -> Case:
    first, second = weeks.twice(60, 58), weeks.twice(40, 38)
    forms = [Form(first[0] - 1, 20), Form(first[-1] + 21, 7), Form(second[0] - 1, 17), Form(second[-1] + 21, 10)]
    expected = {"courses": 2, "baseline": 17, "latest": 10, "status": "partial"}
    return Case(key, "Nadia Lagerlund", "two courses, the first one a response", [*first, *second], forms, expected)


def _gap(days_apart: int, name: str) -> Callable[[str, Weeks, int], Case]:
    def make(key: str, weeks: Weeks, today: int) -> Case:
        days = weeks.apart(0, 2, 2 + days_apart)
        forms = [Form(days[0] - 1, 19), Form(days[-1] - 1, 15)]
        what = f"a gap of {days_apart} days between two sessions"
        return Case(key, name, what, days, forms, {"courses": 1 if days_apart <= _GAP else 2})

    return make


def _switched(key: str, weeks: Weeks, today: int) -> Case:
    days = weeks.twice(20, 18)
    forms = [Form(days[0] - 1, 18), Form(days[-1] + 21, 8)]
    expected = {"courses": 1, "route": "mixed", "baseline": 18, "latest": 8, "status": "response"}
    return Case(
        *(key, "Tomas Ivanescu", "the route was switched during induction", days, forms, expected),
        treatments=("iv-ketamine",) * 3 + ("im-ketamine",),
    )


def _response_lost(key: str, weeks: Weeks, today: int) -> Case:
    days = [*weeks.twice(16, 14), weeks.day(10), weeks.day(5)]
    forms = [Form(days[0] - 1, 20), Form(days[5] + 21, 8), Form(days[7] - 1, 10), Form(today - 2, 17)]
    expected = {"courses": 1, "baseline": 20, "latest": 17, "status": "response-lost", "reason": "response-lost"}
    return Case(key, "Vera Drummore", "a response that was lost", days, forms, expected, booked=(0, 14))


def _suicidality_risen(key: str, weeks: Weeks, today: int) -> Case:
    days = weeks.twice(3, 2)
    forms = [
        Form(days[0] - 1, 15, items=(2, 2, 2, 2, 2, 2, 2, 1, 0)),
        Form(days[2] - 1, 14, items=(2, 2, 2, 2, 1, 2, 1, 2, 0)),
        Form(today - 1, 14, items=(2, 2, 2, 1, 1, 2, 1, 1, 2)),
    ]
    expected = {"courses": 1, "baseline": 15, "latest": 14, "status": "no-change", "reason": "suicidality"}
    what = "thoughts of death risen from 0 to 2 while the total is still"
    return Case(key, "Adil Wendelbo", what, days, forms, expected, booked=(0, 5))


def _ladder_four(key: str, weeks: Weeks, today: int) -> Case:
    days = weeks.twice(2, 1)
    forms = [
        Form(days[0] - 1, 22),
        Form(days[0] - 1, 2, "C-SSRS", (1, 1, 0, 0, 0, 0)),
        Form(today - 1, 20),
        Form(today - 1, 4, "C-SSRS", (1, 1, 1, 1, 0, 1, 0)),
    ]
    expected = {"courses": 1, "baseline": 22, "latest": 20, "status": "no-change", "reason": "suicidality-high"}
    return Case(key, "Zofia Hollowell", "C-SSRS question 4 answered yes", days, forms, expected, booked=(0, 5))


def _worse(key: str, weeks: Weeks, today: int) -> Case:
    days = weeks.twice(3, 1)
    forms = [Form(days[0] - 1, 13), Form(days[2] - 1, 15), Form(today - 1, 21)]
    expected = {"courses": 1, "baseline": 13, "latest": 21, "status": "worse", "reason": "worse"}
    return Case(
        *(key, "Emil Rainsford", "worse than before treatment", days, forms, expected),
        treatments=("im-ketamine",),
        booked=(0, 7),
    )


def _mania(key: str, weeks: Weeks, today: int) -> Case:
    days = weeks.twice(3, 1)
    forms = [
        Form(days[0] - 1, 19),
        Form(days[0] - 1, 2, "ASRM", (0, 1, 1, 0, 0)),
        Form(today - 1, 7),
        Form(today - 1, 9, "ASRM", (2, 2, 2, 1, 2)),
    ]
    expected = {"courses": 1, "baseline": 19, "latest": 7, "status": "response", "reason": "mania"}
    what = "better by the depression scale and probably hypomanic"
    return Case(key, "Carmen Ullswater", what, days, forms, expected, "bipolar-depression", booked=(0, 7))


_FEW_SCORES = (_one_score, _baseline_only, _baseline_zero, _missing_items, _higher_is_better)
_COURSES = (
    *(_sixty, _two_courses, _gap(60, "Olga Fennimore"), _gap(90, "Paul Greenhalt"), _gap(91, "Keiko Brightwater")),
    _switched,
)
_FLAGGED = (_response_lost, _suicidality_risen, _ladder_four, _worse, _mania)


def add_people(people: pd.DataFrame, cases: Sequence[Case]) -> pd.DataFrame:
    """The people with the hard cases behind them; ``_case`` is the number of the case, -1 for everyone else."""
    if not cases:
        return people.assign(_case=-1)
    columns: dict[str, Any] = {
        "patient_id": [case.patient_id for case in cases],
        "name": [case.name for case in cases],
        "sex": ["female" if case.name.split()[0] in WORDS["female"] else "male" for case in cases],
        "diagnosis": [case.diagnosis for case in cases],
        "_treatment": [CODES.index(case.treatments[0]) for case in cases],
        "_age": [31.5 + 2.7 * place for place in range(len(cases))],
        "_weight": [64.0 + 1.5 * place for place in range(len(cases))],
        "_case": range(len(cases)),
        "payer": "self-pay",
        "prior_ketamine": False,
        "failed_trials": 2.0,
        "other_diagnoses": "",
        "_site": 0,
        "_clinician": 0,
        "_order": 0.0,
        "_state": 0,
        "_stops": False,
        "_answers": True,
        "_relapses": False,
        "_returns": False,
    }
    return pd.concat([people.assign(_case=-1), pd.DataFrame(columns)], ignore_index=True)


def case_slots(cases: Sequence[Case], first: int, options: Options) -> pd.DataFrame:
    """Their sessions as slots; ``first`` is the row of the first of them among the people."""
    rows = []
    for person, case in enumerate(cases, start=first):
        course, number, last = 1, 0, case.sessions[0]
        for place, date in enumerate(case.sessions):
            course, number = (course + 1, 1) if date - last > _GAP else (course, number + 1)
            treatment = case.treatments[min(place, len(case.treatments) - 1)]
            rows.append((person, date, 6, COMPLETED, course, number, CODES.index(treatment)))
            last = date
        booked = (options.today + day for day in case.booked)
        rows += [
            (person, date, max(9, date - options.today), SCHEDULED, course, number, CODES.index(case.treatments[-1]))
            for date in booked
        ]
    names = ["person", "date", "lead", "status", "course", "number", "treatment"]
    return pd.DataFrame(rows, columns=names, dtype=np.int64)  # of nobody as well


def case_scores(cases: Sequence[Case], first: int, n_items: int) -> tuple[pd.DataFrame, Answers]:
    """Their forms, as the generator's."""
    forms = [(person, form) for person, case in enumerate(cases, start=first) for form in case.forms]
    items: Answers = np.full((len(forms), n_items), -1, np.int8)
    for row, (_, form) in enumerate(forms):
        items[row, : len(form.items)] = [-1 if answer is None else answer for answer in form.items]
    table = pd.DataFrame(
        {
            "person": [person for person, _ in forms],
            "minute": [form.day * 1440 + _EVENING for _, form in forms],
            "score": [np.nan if form.score is None else form.score for _, form in forms],
            "instrument": [form.instrument for _, form in forms],
        }
    )
    table = table.astype({"person": np.int64, "minute": np.int64, "score": np.float64})  # of nobody as well
    return table.assign(dated=False, session_id="", respondent="self"), items
