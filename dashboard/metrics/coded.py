"""One person in code: nothing that says who it is, and everything that the question is about.

Names, identifiers, notes and every text of one's own are left out. Moments become days since the first session, in
their order within a day. The age becomes a band of five years. What ``FEW`` or fewer people of the records share (a
sex, a diagnosis, a treatment, a side effect, a kind of event) loses its name, as does a side effect that is in no list.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.dossier import answers_of
from dashboard.clinical.people import courses_of, doses_of, person
from dashboard.clinical.seen import seen_one
from dashboard.clinical.tables import DOSES, EFFECTS
from dashboard.effects import load
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.effects import effects
from dashboard.metrics.events import events
from dashboard.metrics.measures import close
from dashboard.metrics.missing_scores import missing_scores
from dashboard.metrics.sessions import sessions
from dashboard.metrics.small import FEW
from dashboard.metrics.trajectory import BEHAVIOUR, scores_of
from dashboard.model import SQL

RARE_TREATMENT = ("another", "treatment")
"""Route and drug in place of those that few have."""
RARE_EFFECT, RARE_EVENT = "another side effect", "another-event"
TOLD = (
    *("instrument", "course", "since", "day", "session_number", "score", "change", "pct_change", "band", "status"),
    *BEHAVIOUR,
)
"""What may be told of a score."""
_DAY_0 = pd.Timestamp("2000-01-01")
_BAND, _YOUNGEST, _OLDEST = 5, 20, 85


@dataclass(frozen=True)
class CodedCase:
    """One person in code. All moments are on an invented clock that keeps days and order, and nothing else.

    Attributes:
        code: what the person is called.
        age: in five-year bands: ``40–44``; ``unknown`` without a date of birth.
        sex, diagnosis: as in the records, ``unknown`` or ``rare``.
        resistant: of a depression, in the words of the metrics.
        primary: the primary scale of the diagnosis; None where it has none.
        scores: of ``metrics.trajectory``, with ``is_close``, and ``since``, days since the first session.
        answers: of ``dossier.answers_of``, the forms that ask about suicidality, the latest first, with ``since``.
        attempts: the suicide attempts that are still a reason, as in ``events``, with ``since``.
        doses: of ``people.doses_of``.
        courses: ``course`` and ``first_on``.
        sessions: of ``metrics.sessions``, with ``since``.
        effects: of ``metrics.effects``, with ``since``.
        missing: of ``metrics.missing_scores``.
        events: of ``metrics.events``.
        until: the day of the last moment.
    """

    code: str
    age: str
    sex: str
    diagnosis: str
    resistant: str
    primary: str | None
    scores: pd.DataFrame
    answers: pd.DataFrame
    attempts: pd.DataFrame
    doses: pd.DataFrame
    courses: pd.DataFrame
    sessions: pd.DataFrame
    effects: pd.DataFrame
    missing: pd.DataFrame
    events: pd.DataFrame
    until: datetime.date

    def told(self) -> pd.DataFrame:
        """The scores as they may be told: by days and sessions."""
        return self.scores[list(TOLD)]

    @property
    def codes(self) -> list[str]:
        """The scales with a score, the primary one first."""
        held, order = set(self.scores["instrument"]), list(INSTRUMENTS)
        return sorted(held, key=lambda code: (code != self.primary, order.index(code)))


def coded(cohort: Cohort, patient_id: str, code: str) -> CodedCase:
    """Somebody of the build under a code; raises OptionError where the build has nobody of that patient_id."""
    scores = scores_of(cohort, patient_id).assign(is_close=False)
    for scale, own in scores.groupby("instrument"):
        scores.loc[own.index, "is_close"] = close(own, INSTRUMENTS[str(scale)].recall_days)
    doses, courses = doses_of(cohort, patient_id), courses_of(cohort, patient_id)[["course", "first_on"]]
    held, felt = sessions(cohort, patient=patient_id), effects(cohort, patient=patient_id)
    missing, happened = missing_scores(cohort, patient=patient_id), events(cohort, patient=patient_id)
    asked = answers_of(cohort, seen_one(cohort, patient_id, cohort.store.as_of))
    clock = _Clock.of(
        doses["dose_at"],
        [
            *(scores["assessed_at"], held["scheduled_at"], felt["happened_at"], missing["missing_at"]),
            *(happened["happened_on"], courses["first_on"]),
        ],
    )
    found = person(cohort, patient_id).astype(object)
    who = found.where(found.notna(), None).iloc[0]
    p = SQL["patients"].c
    rare = _rare_treatments(cohort)
    held, doses = _with_treatment(held, rare), _with_treatment(doses, rare)
    return CodedCase(
        code,
        age_band(who["birth_date"], cohort.store.as_of),
        _shown(cohort, p.sex, who["sex"]),
        _shown(cohort, p.diagnosis, who["diagnosis"]),
        who["resistant"],
        who["primary"],
        scores.assign(assessed_at=clock.coded(scores["assessed_at"]), since=clock.days(scores["assessed_at"])),
        asked.assign(since=clock.days(asked["answered_at"])).drop(columns="answered_at"),
        _attempts(cohort, happened, clock),
        doses.assign(dose_at=clock.coded(doses["dose_at"])).drop(columns="dose_on"),
        courses.assign(first_on=clock.coded(courses["first_on"])),
        held.assign(scheduled_at=clock.coded(held["scheduled_at"]), since=clock.days(held["scheduled_at"])),
        felt.assign(
            happened_at=clock.coded(felt["happened_at"]),
            since=clock.days(felt["happened_at"]),
            term=_terms(cohort, felt["term"]),
        ),
        missing.assign(missing_at=clock.coded(missing["missing_at"])),
        happened.assign(
            happened_on=clock.coded(happened["happened_on"]),
            kind=_kinds(cohort, happened["kind"]),
        ),
        clock.until,
    )


def age_band(born: pd.Timestamp | None, day: datetime.date) -> str:
    """``40–44``; ``under 20``, ``85 and over``; ``unknown`` without a date of birth."""
    if born is None:
        return "unknown"
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if age < _YOUNGEST:
        return f"under {_YOUNGEST}"
    low = age - age % _BAND
    return f"{_OLDEST} and over" if low >= _OLDEST else f"{low}–{low + _BAND - 1}"


@dataclass(frozen=True)
class _Clock:
    """Moments as days since an origin, and their order within a day."""

    origin: pd.Timestamp
    places: dict[pd.Timestamp, pd.Timestamp]

    @classmethod
    def of(cls, doses: "pd.Series[pd.Timestamp]", others: "Iterable[pd.Series[pd.Timestamp]]") -> "_Clock":
        every = pd.concat([pd.to_datetime(each) for each in (doses, *others)]).dropna()
        first = pd.to_datetime(doses).dropna()
        origin = (first if len(first) else every).min().normalize() if len(every) else _DAY_0
        moments = pd.Series(sorted(set(every)), dtype="datetime64[ns]")
        days = moments.dt.normalize()
        order, size = moments.groupby(days).cumcount(), moments.groupby(days).transform("size")
        shown = _DAY_0 + (days - origin) + pd.to_timedelta((order + 1) / (size + 1), unit="D").dt.round("s")
        return cls(origin, dict(zip(moments, shown, strict=True)))

    def coded(self, moments: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
        """The same on the invented clock."""
        return pd.Series(
            [self.places.get(each, pd.NaT) for each in pd.to_datetime(moments)], moments.index, "datetime64[ns]"
        )

    def days(self, moments: "pd.Series[pd.Timestamp]") -> "pd.Series[int]":
        """Days since the origin."""
        return (pd.to_datetime(moments).dt.normalize() - self.origin).dt.days.astype("Int64")

    @property
    def until(self) -> datetime.date:
        return max(self.places.values(), default=_DAY_0).date()


def _shown(cohort: Cohort, column: "sa.ColumnElement[str]", value: str | None) -> str:
    """A value that enough people share; ``rare`` for another."""
    if value is None:
        return "unknown"
    return value if value in _common(cohort, column, SQL["patients"].c.patient_id) else "rare"


def _common(cohort: Cohort, column: "sa.ColumnElement[str]", patient: "sa.ColumnElement[str]") -> set[str]:
    """The values that more than FEW people have."""
    n = sa.func.count(sa.distinct(patient))
    return set(cohort.read(sa.select(column.label("value")).group_by(column).having(n > FEW))["value"])


def _rare_treatments(cohort: Cohort) -> set[tuple[str, str]]:
    d = DOSES.c
    n = sa.func.count(sa.distinct(d.patient_id))
    table = cohort.read(sa.select(d.route, d.drug).group_by(d.route, d.drug).having(n <= FEW))
    return set(zip(table["route"], table["drug"], strict=True))


def _with_treatment(table: pd.DataFrame, rare: set[tuple[str, str]]) -> pd.DataFrame:
    """Route, drug and dose of what enough people have."""
    is_rare = [each in rare for each in zip(table["route"], table["drug"], strict=True)]
    table = table.copy()
    table.loc[is_rare, "route"], table.loc[is_rare, "drug"] = RARE_TREATMENT
    for name in ("dose_mg", "dose_mg_per_kg"):
        if name in table:
            table.loc[is_rare, name] = None
    return table


def _attempts(cohort: Cohort, happened: pd.DataFrame, clock: _Clock) -> pd.DataFrame:
    """The suicide attempts that are still a reason."""
    tried = happened[happened["kind"] == "suicide-attempt"]
    days = (pd.Timestamp(cohort.store.as_of) - tried["happened_on"]).dt.days
    tried = tried[days.between(0, cohort.thresholds["attempt_days"])]
    return pd.DataFrame({"kind": _kinds(cohort, tried["kind"]), "since": clock.days(tried["happened_on"])})


def _kinds(cohort: Cohort, kinds: "pd.Series[str]") -> "pd.Series[str]":
    """The kinds of event that enough people have had."""
    e = SQL["events"].c
    return kinds.where(kinds.isin(_common(cohort, e.kind, e.patient_id)), RARE_EVENT)


def _terms(cohort: Cohort, terms: "pd.Series[str]") -> "pd.Series[str]":
    """The terms of the list that enough people have had."""
    e = EFFECTS.c
    known = _common(cohort, e.term, e.patient_id) & {each.term for each in load()}
    return terms.where(terms.isin(known), RARE_EFFECT)
