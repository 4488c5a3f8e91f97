"""Who is looked at: the filters of ``definitions.md`` §10 over one build, and the one way metrics read."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.tables import COURSES, LAYOUT, VISITS
from dashboard.model import DRUGS, PATIENTS, ROUTES, SQL, Statement
from dashboard.store import Store, StoreError, day_number

UNKNOWN, MIXED = "unknown", "mixed"

_CODES: dict[str, tuple[str, ...]] = {
    "route": (*ROUTES, MIXED),
    "drug": (*DRUGS, MIXED),
    "treatment": (*(f"{route}-{drug}" for route in ROUTES for drug in DRUGS), MIXED),
    "diagnosis": PATIENTS["diagnosis"].values,
    "payer": PATIENTS["payer"].values,
    "sex": PATIENTS["sex"].values,
    "resistant": ("yes", "no", UNKNOWN, "not-applicable"),
    "phase": ("induction", "maintenance"),
}
FREE = ("site", "clinician")
"""Dimensions whose values are the clinic's own names."""

DIMENSIONS = ("route", "drug", "treatment", "diagnosis", "site", "clinician", "payer", "sex", "resistant")
"""What a course is filtered by, and split by."""

SESSION_DIMENSIONS = (*DIMENSIONS, "phase")
"""What a session is filtered by, and split by; route and drug are its own."""

SPLITS = (*DIMENSIONS, "year", "none")
"""What a course metric is split by; ``none`` gives one row."""

SESSION_SPLITS = (*SESSION_DIMENSIONS, "year", "none")
"""What a session metric is split by."""


BEFORE_TREATMENT = ("diagnosis", "site", "clinician", "payer", "sex", "resistant")
"""What is known of a patient before treatment, and a wait is filtered by."""

REFERRAL_SPLITS = (*BEFORE_TREATMENT, "year", "none")
"""What a wait is split by."""


class OptionError(ValueError):
    """An option or value that does not exist; its text lists those that do."""


class Outdated(StoreError):
    """A build that an earlier version of the program derived; its text is one sentence that says what to do."""


class Hidden(Exception):
    """Not for those who see no small cells; its text is one sentence for the person."""


def is_outdated(store: Store) -> bool:
    """Whether the build's tables are not those that this program derives."""
    return bool(store.facts.get("marts") != LAYOUT)


@dataclass(frozen=True)
class Cohort:
    """The courses, or the sessions, of one build that pass the filters.

    Attributes:
        store: the build.
        where: dimension -> its values; any of a dimension's values, all of the dimensions.
        since, until: the course's start, the session's booked day, or the referral lies between, both included.
        hides_small: small cells are hidden: such a cohort takes no filter, and only ``metrics.small`` reads behind it.
    """

    store: Store
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: datetime.date | None = None
    until: datetime.date | None = None
    hides_small: bool = False

    def __post_init__(self) -> None:
        if is_outdated(self.store):
            raise Outdated(
                "The published records were derived by an earlier version of this program. Import the export again: "
                "python -m dashboard import FOLDER."
            )
        if self.hides_small and (self.where or self.since or self.until):
            raise OptionError("Small cells are hidden in everyone together only: a filter tells whom it leaves out.")
        for dimension, values in self.where.items():
            require("where", dimension, SESSION_DIMENSIONS)
            for value in values:
                require(dimension, value, self._values(dimension))

    @property
    def as_of_day(self) -> int:
        """The day of the build's records, in days since 1970-01-01."""
        return self.store.as_of_day

    def read(self, statement: Statement) -> pd.DataFrame:
        """Run a statement against the build; raises Hidden where small cells are hidden."""
        if self.hides_small:
            raise Hidden("This is not shown without the small cells; ask somebody who treats.")
        return self.store.read(statement)

    def with_small(self) -> "Cohort":
        """The same with its small cells: for ``metrics.small``, which hides them again."""
        return replace(self, hides_small=False)

    @property
    def thresholds(self) -> Mapping[str, int]:
        """The clinical numbers that the build was made with, by the names of ``settings.Thresholds``."""
        thresholds: Mapping[str, int] = self.store.facts["thresholds"]
        return thresholds

    def courses(self, *, without: str = "") -> list[sa.ColumnElement[bool]]:
        """The conditions on COURSES; those on the dimension ``without`` left out."""
        if "phase" in self.where:
            raise OptionError("phase belongs to a session: a metric of courses takes no phase.")
        return self._conditions(COURSES.c, COURSES.c.first_day, without)

    def sessions(self, table: sa.Table = VISITS, *, without: str = "") -> list[sa.ColumnElement[bool]]:
        """The conditions on VISITS, or on EFFECTS; those on the dimension ``without`` left out."""
        return self._conditions(table.c, table.c.scheduled_day, without)

    def referrals(self, c: Any) -> list[sa.ColumnElement[bool]]:
        """The conditions on columns of referrals: what is known before treatment, and ``referred_day``."""
        for name in self.where:
            if name not in BEFORE_TREATMENT:
                known = ", ".join(BEFORE_TREATMENT)
                raise OptionError(f"{name} is decided by treatment, and a wait is before it; there are: {known}.")
        return self._conditions(c, c.referred_day, "")

    def _conditions(self, c: Any, day: sa.ColumnElement[int], without: str) -> list[sa.ColumnElement[bool]]:
        conditions = [c[name].in_(values) for name, values in self.where.items() if name != without]
        return [*conditions, *self.within(day)]

    def within(self, day: sa.ColumnElement[int]) -> list[sa.ColumnElement[bool]]:
        """The conditions that a day lies in the range."""
        conditions: list[sa.ColumnElement[bool]] = []
        if self.since is not None:
            conditions.append(day >= day_number(self.since))
        if self.until is not None:
            conditions.append(day <= day_number(self.until))
        return conditions

    def _values(self, dimension: str) -> list[str]:
        if dimension in FREE:
            booked, people = sa.select(VISITS.c[dimension]), sa.select(SQL["patients"].c[dimension])
            return [*self.read(sa.select(sa.union(booked, people).subquery()))[dimension].dropna(), UNKNOWN]
        return [*_CODES[dimension], UNKNOWN]


def require(option: str, value: str, known: Iterable[str]) -> None:
    """Raise OptionError, with those that exist, where a value is none of them."""
    known = list(dict.fromkeys(known))
    if value not in known:
        raise OptionError(f"{option} has no {value!r}; there are: {', '.join(sorted(known))}.")


def in_order(by: str, values: Iterable[object]) -> list[object]:
    """The values of a split in their fixed order: the model's, else the alphabet; unknown and mixed last."""
    codes = _CODES.get(by, ())

    def place(value: object) -> tuple[int, int, str]:
        last = {UNKNOWN: 1, MIXED: 2}.get(str(value), 0)
        return last, codes.index(str(value)) if value in codes else len(codes), str(value)

    return sorted(values, key=place)
