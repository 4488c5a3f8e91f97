"""Who may see which people: fetch and authorise in one call, so that neither is done without the other."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

import pandas as pd

from dashboard.auth.permissions import (
    HIDES_SMALL,
    VIEW_DATA,
    VIEW_PATIENT,
    VIEW_PEOPLE,
    VIEW_SIDE_EFFECTS,
    VIEW_TODAY,
    Action,
    may,
    require,
)
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.clinical.people import find_people, person
from dashboard.importing.quarantine import rows_set_aside
from dashboard.metrics.members import listed
from dashboard.metrics.options import Metric
from dashboard.metrics.serious_events import serious_events
from dashboard.notes import Note


@dataclass(frozen=True)
class Viewer:
    """Who is looking.

    Attributes:
        name: of the account.
        role: what may be seen; a presenter's for everyone who shows people in code only.
        account: the role of the account; the same where nothing is said.
    """

    name: str
    role: str
    account: str = ""

    @property
    def own(self) -> str:
        """The role of the account, which may do more than is shown."""
        return self.account or self.role

    @property
    def is_switched(self) -> bool:
        """Whether this person chose to show people in code only."""
        return self.own != self.role

    @property
    def hides_small(self) -> bool:
        """True for those to whom small cells are hidden."""
        return self.role in HIDES_SMALL


class NothingPublished(LookupError):
    """There are no records to look at yet."""


def cohort_for(
    viewer: Viewer,
    clinic: Clinic,
    action: Action,
    *,
    where: Mapping[str, tuple[str, ...]] | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Cohort:
    """The courses that the filters let through, for someone who may look at them; small cells hidden where they must.

    Raises Forbidden for a role that may not, NothingPublished without records, OptionError for a filter that does not
    exist, or for any where small cells are hidden.
    """
    require(viewer.role, action)
    if not clinic.builds.published():
        raise NothingPublished
    return Cohort(clinic.builds.current(), where or {}, since, until, hides_small=viewer.hides_small)


def list_for(viewer: Viewer, clinic: Clinic, what: str) -> Cohort:
    """The build to make a list of people from, for someone who may see it; writes to the access log which list it was.

    Raises Forbidden, NothingPublished.
    """
    cohort = cohort_for(viewer, clinic, VIEW_TODAY)
    clinic.audit.add(user=viewer.name, role=viewer.role, action=VIEW_TODAY.name, subject=what)
    return cohort


PATIENT = "patient"
"""The kind of a patient's token."""


class NotFound(LookupError):
    """There is nobody of that token, or not for this viewer's records."""


@dataclass(frozen=True)
class Patient:
    """Somebody that a viewer may see.

    Attributes:
        token: stands for the person in addresses and in the access log.
        cohort: the build to read from.
        patient_id, name, birth_date, sex, diagnosis: as in the records; None where empty.
        resistant: treatment resistance in words.
        primary: the primary scale of the diagnosis; None where it has none.
    """

    token: str
    cohort: Cohort
    patient_id: str
    name: str | None
    birth_date: datetime.date | None
    sex: str | None
    diagnosis: str
    resistant: str
    primary: str | None

    @property
    def age(self) -> int | None:
        """Completed years on the day of the records."""
        if self.birth_date is None:
            return None
        day = self.cohort.store.as_of
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))


def patient_for(viewer: Viewer, clinic: Clinic, token: str) -> Patient:
    """The person behind a token, for someone who may see people; writes to the access log who looked.

    Raises Forbidden, NothingPublished, NotFound.
    """
    cohort = cohort_for(viewer, clinic, VIEW_PATIENT)
    identifier = clinic.tokens.open(PATIENT, token)
    found = person(cohort, identifier) if identifier is not None else None
    if found is None or found.empty:
        raise NotFound
    clinic.audit.add(user=viewer.name, role=viewer.role, action=VIEW_PATIENT.name, subject=token)
    row = found.astype(object).where(found.notna(), None).iloc[0].to_dict()
    row["birth_date"] = row["birth_date"].date() if row["birth_date"] else None
    del row["failed_trials"]
    return Patient(token=token, cohort=cohort, **{str(name): value for name, value in row.items()})


@dataclass(frozen=True)
class Found:
    """Somebody that the finder found."""

    token: str
    patient_id: str
    name: str | None
    diagnosis: str


def patients_like(viewer: Viewer, clinic: Clinic, text: str) -> list[Found]:
    """People whose name or identifier is like the text, for someone who may see people. Raises as patient_for."""
    cohort = cohort_for(viewer, clinic, VIEW_PATIENT)
    if not text.strip():
        return []
    table = find_people(cohort, text)
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    seal = clinic.tokens.seal
    return [Found(seal(PATIENT, r["patient_id"]), r["patient_id"], r["name"], r["diagnosis"]) for r in rows]


class Asked(TypedDict):
    """Which number: the metric's options, the cohort, the row by its keys, the count, and the count left out."""

    options: Mapping[str, str | tuple[str, ...]]
    where: Mapping[str, tuple[str, ...]]
    since: datetime.date | None
    until: datetime.date | None
    row: Mapping[str, Any]
    column: str
    without: str


def people_behind(
    viewer: Viewer, clinic: Clinic, metric: Metric, **asked: Unpack[Asked]
) -> tuple[Cohort, str, pd.DataFrame]:
    """The cohort, the unit and the people of ``metrics.members.listed``, for someone who may see people.

    Writes to the access log which number was opened. Raises as cohort_for, and OptionError for what is no number.
    """
    cohort, unit, table = _behind(viewer, clinic, metric, asked)
    without = f" without {asked['without']}" if asked["without"] else ""
    subject = f"{metric.name} {asked['column']}{without}: {len(table)}"
    clinic.audit.add(user=viewer.name, role=viewer.role, action=VIEW_PEOPLE.name, subject=subject)
    return cohort, unit, table


def people_of(viewer: Viewer, clinic: Clinic, metric: Metric, **asked: Unpack[Asked]) -> list[str]:
    """The identifiers of the same people, to find them in figures and never to be shown. Raises as people_behind."""
    return list(_behind(viewer, clinic, metric, asked)[2]["patient_id"])


def _behind(viewer: Viewer, clinic: Clinic, metric: Metric, asked: Asked) -> tuple[Cohort, str, pd.DataFrame]:
    cohort = cohort_for(viewer, clinic, VIEW_PEOPLE, where=asked["where"], since=asked["since"], until=asked["until"])
    if metric.members is None:
        raise OptionError(f"{metric.name} has no people behind its numbers.")
    behind = metric.members(cohort, **metric.said(asked["options"]))
    column, row, without = asked["column"], asked["row"], asked["without"]
    return cohort, *listed(behind, cohort, column=column, row=row, without=without)


def records_for(viewer: Viewer, clinic: Clinic) -> Cohort:
    """Everyone of the build, for someone who may see what the records are. Raises Forbidden, NothingPublished."""
    return cohort_for(viewer, clinic, VIEW_DATA)


def quarantine_for(viewer: Viewer, clinic: Clinic, *, most: int | None = None) -> pd.DataFrame:
    """The rows set aside, whole, for someone who may mend them; writes to the access log who looked.

    ``most`` stops after so many rows. Raises as records_for.
    """
    store = records_for(viewer, clinic).store
    clinic.audit.add(user=viewer.name, role=viewer.role, action=VIEW_DATA.name, subject=f"quarantine of {store.build}")
    return rows_set_aside(store, most=most)


def serious_for(
    viewer: Viewer,
    clinic: Clinic,
    *,
    where: Mapping[str, tuple[str, ...]] | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> pd.DataFrame:
    """The serious side effects, for someone who may see side effects; raises as cohort_for.

    In place of the patient_id stand ``person``, a number within this list, and ``token``, which opens the person's
    page. Who may not see people gets neither token nor date.
    """
    cohort = cohort_for(viewer, clinic, VIEW_SIDE_EFFECTS, where=where, since=since, until=until)
    table = serious_events(cohort)
    identifiers = list(table.pop("patient_id"))
    numbers = {identifier: place for place, identifier in enumerate(dict.fromkeys(identifiers), start=1)}
    sees_people = may(viewer.role, VIEW_PATIENT)
    tokens = [clinic.tokens.seal(PATIENT, each) if sees_people else None for each in identifiers]
    if not sees_people:
        table["happened_at"] = pd.NaT
    table["person"] = [numbers[each] for each in identifiers]
    table["token"] = pd.Series(tokens, index=table.index, dtype=object)
    return table


def review(viewer: Viewer, clinic: Clinic, *, kinds: tuple[str, ...], patient: str, subject: str, digest: str) -> str:
    """Write that a viewer looked a subject over at the values of a digest, or with none undo it; answers when.

    Raises Forbidden, and NotFound for tokens that this home never gave.
    """
    require(viewer.role, VIEW_TODAY)
    is_known = clinic.tokens.open(PATIENT, patient) and any(clinic.tokens.open(kind, subject) for kind in kinds)
    if not is_known or not re.fullmatch("[0-9a-f]{64}|", digest):
        raise NotFound
    return clinic.reviews.add(user=viewer.name, patient=patient, subject=subject, digest=digest)


def notes_of(viewer: Viewer, clinic: Clinic, token: str, *, every_version: bool = False) -> list[Note]:
    """The notes of a patient that count, or every version of them. Raises as patient_for, and logs as it does."""
    patient_for(viewer, clinic, token)
    return clinic.notes.history(token) if every_version else clinic.notes.standing(token)


def write_note(viewer: Viewer, clinic: Clinic, token: str, *, on_date: datetime.date, kind: str, text: str) -> None:
    """A new note about a patient. Raises as patient_for, and RecordsError for what is no note."""
    patient_for(viewer, clinic, token)
    clinic.notes.add(patient=token, on_date=on_date, kind=kind, text=text, author=viewer.name)


def edit_note(viewer: Viewer, clinic: Clinic, token: str, *, note: str, text: str) -> None:
    """Another text of a patient's note; with none it is withdrawn. Raises as write_note."""
    patient_for(viewer, clinic, token)
    if not text.strip():
        return clinic.notes.withdraw(note, patient=token, author=viewer.name)
    last = next((each for each in clinic.notes.standing(token) if each.note == note), None)
    on_date, kind = (last.on_date, last.kind) if last else (datetime.date.min, "other")
    return clinic.notes.edit(note, patient=token, on_date=on_date, kind=kind, text=text, author=viewer.name)
