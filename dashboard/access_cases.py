"""Who may see which case of case review, and say what of it; fetched, authorised and logged in one call."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import pandas as pd

from dashboard.access import PATIENT, NotFound, Viewer, cohort_for, patient_for
from dashboard.agenda import Case, Decision
from dashboard.auth.permissions import ACTIONS, CODED, DECIDE_CASE, SWITCH_CODED, VIEW_CASES, VIEW_PATIENT, may, require
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort
from dashboard.clinical.people import person
from dashboard.fingerprints import Kept
from dashboard.metrics import METRICS
from dashboard.metrics.coded import CodedCase, coded
from dashboard.metrics.options import csv_text
from dashboard.metrics.reading import Reading

_CASE = "The scores of a case of case review"
"""What its figure is called: a code belongs to one meeting."""
_CODE = 6
"""Letters and digits of a code."""


@dataclass(frozen=True)
class Listed:
    """A case as somebody may see it.

    Attributes:
        token: stands for the case in addresses, in this meeting; empty for somebody not on the agenda.
        code: what the person is called in this meeting.
        case: the question and the decision; without words of anybody's own, owners, authors and the patient's token
            for those who see people in code only.
        patient: the patient's token, which is shown to those only who may see people.
        name: of the person, for those who may see people; else empty.
    """

    token: str
    code: str
    case: Case
    patient: str
    name: str


InCode: TypeAlias = tuple[Listed, CodedCase, Cohort]
"""A case, its person in code, and the build."""


def on_wall(viewer: Viewer) -> Viewer:
    """The same person before a wall: what hangs there is in code, whoever shows it."""
    return Viewer(viewer.name, CODED, viewer.own)


def agenda_for(viewer: Viewer, clinic: Clinic) -> tuple[Cohort, list[Listed]]:
    """The build, and the cases of the current meeting whose people are in it. Raises Forbidden, NothingPublished."""
    cohort = cohort_for(viewer, clinic, VIEW_CASES).with_small()
    return cohort, [found for each in clinic.agenda.agenda() if (found := _listed(viewer, clinic, cohort, each))]


def case_for(viewer: Viewer, clinic: Clinic, token: str) -> InCode:
    """A case of this meeting, its person in code; written to the access log. Raises Forbidden, NotFound."""
    cohort = cohort_for(viewer, clinic, VIEW_CASES).with_small()
    case = _opened(clinic, token)
    listed = _listed(viewer, clinic, cohort, case)
    if listed is None:
        raise NotFound
    clinic.audit.add(user=viewer.name, role=viewer.role, action=VIEW_CASES.name, subject=case.case)
    return listed, coded(cohort, _identifier(clinic, case), listed.code), cohort


def case_of(viewer: Viewer, clinic: Clinic, patient_id: str) -> InCode:
    """Somebody in code by the patient_id, on the agenda or not, for whoever runs the program; written to the log.

    Raises OptionError where the records hold nobody of that patient_id.
    """
    cohort = cohort_for(viewer, clinic, VIEW_CASES).with_small()
    code, patient = code_of(clinic, patient_id), clinic.tokens.seal(PATIENT, patient_id)
    shown = coded(cohort, patient_id, code)
    case = next((each for each in clinic.agenda.agenda() if each.patient == patient), Case("", patient, "", "", "", ""))
    clinic.audit.add(user=viewer.name, role=viewer.role, action=VIEW_CASES.name, subject=patient)
    return Listed("", code, _without_words(case), patient, ""), shown, cohort


def code_of(clinic: Clinic, patient_id: str) -> str:
    """``K7Q-M4X``: what somebody is called in the current meeting, and in no other."""
    code = clinic.tokens.code(f"meeting {clinic.agenda.meeting()}", patient_id, _CODE)
    return f"{code[: _CODE // 2]}-{code[_CODE // 2 :]}"


def send_case(viewer: Viewer, clinic: Clinic, patient: str, *, kind: str, text: str) -> None:
    """Put somebody on the agenda. Raises as ``access.patient_for``, and RecordsError for what is no question."""
    patient_for(viewer, clinic, patient)
    clinic.agenda.ask(patient, kind=kind, text=text, author=viewer.name)


def decide_case(
    viewer: Viewer, clinic: Clinic, token: str, *, kind: str, text: str, owner: str, due_on: datetime.date | None
) -> None:
    """Record what was decided, by someone who treats, whatever they show. Raises Forbidden, NotFound, RecordsError."""
    require(viewer.own, DECIDE_CASE)
    case = _opened(clinic, token)
    clinic.agenda.decide(case.case, kind=kind, text=text, owner=owner, due_on=due_on, author=viewer.name)


def withdraw_case(viewer: Viewer, clinic: Clinic, token: str) -> None:
    """Take a case off the agenda. Raises as decide_case."""
    require(viewer.own, DECIDE_CASE)
    clinic.agenda.withdraw(_opened(clinic, token).case, author=viewer.name)


def begin_meeting(viewer: Viewer, clinic: Clinic) -> None:
    """Begin a new meeting, with new codes. Raises Forbidden."""
    require(viewer.own, DECIDE_CASE)
    clinic.agenda.begin(author=viewer.name)


def cases_of(viewer: Viewer, clinic: Clinic, patient: str) -> list[Case]:
    """The cases of a patient, in the order sent. Raises as ``access.patient_for``."""
    patient_for(viewer, clinic, patient)
    return clinic.agenda.cases(patient)


def switch_coded(viewer: Viewer, clinic: Clinic, *, is_coded: bool) -> None:
    """Show people in code only, or by name again. Raises Forbidden for those who have no choice."""
    require(viewer.own, SWITCH_CODED)
    clinic.modes.switch(viewer.name, is_coded=is_coded)


def keep_figure(clinic: Clinic, reading: Reading, *, action: str, address: str, title: str) -> str:
    """Keep what a figure shows as it leaves the program; answers its fingerprint."""
    cohort = reading.cohort
    kept = Kept(
        action=action,
        metric=reading.metric.name,
        options={name: value if isinstance(value, str) else list(value) for name, value in reading.options.items()},
        where={name: list(values) for name, values in cohort.where.items()},
        since=str(cohort.since or ""),
        until=str(cohort.until or ""),
        hides_small=cohort.hides_small,
        address=address,
        title=title,
        csv=reading.csv(),
        build=cohort.store.build,
        as_of=str(cohort.store.as_of),
    )
    return clinic.fingerprints.keep(kept)


def keep_case(clinic: Clinic, listed: Listed, case: CodedCase, cohort: Cohort) -> str:
    """Keep what a slide shows of somebody in code; answers its fingerprint."""
    kept = Kept(
        action=VIEW_CASES.name,
        patient=listed.patient,
        title=_CASE,
        csv=csv_text(case.told()),
        build=cohort.store.build,
        as_of=str(cohort.store.as_of),
    )
    return clinic.fingerprints.keep(kept)


@dataclass(frozen=True)
class Found:
    """A figure that left the program, and where it stands now.

    Attributes:
        kept: what it showed.
        table: the same asking now.
        csv: that table as a file.
        build: of that table.
        address: of the view, for this viewer.
    """

    kept: Kept
    table: pd.DataFrame
    csv: str
    build: str
    address: str


def figure_of(viewer: Viewer, clinic: Clinic, fingerprint: str) -> Found:
    """What a figure showed when it left the program, and the same asking now.

    Raises NotFound for a fingerprint of nothing, or of what this viewer may not see; Forbidden for a page that is not
    for this viewer.
    """
    kept = clinic.fingerprints.find(fingerprint)
    if kept is None:
        raise NotFound
    if kept.patient:
        return _case_of(viewer, clinic, kept)
    reading = _reading_of(viewer, clinic, kept)
    return Found(kept, reading.table, reading.csv(), reading.cohort.store.build, kept.address)


def _case_of(viewer: Viewer, clinic: Clinic, kept: Kept) -> Found:
    """Of a case of this meeting; or for those who may see people of anybody."""
    cohort = cohort_for(viewer, clinic, VIEW_CASES).with_small()
    here = next((each for each in clinic.agenda.agenda() if each.patient == kept.patient), None)
    identifier = clinic.tokens.open(PATIENT, kept.patient)
    if identifier is None or (here is None and not may(viewer.role, VIEW_PATIENT)):
        raise NotFound
    address = f"/case/{clinic.tokens.seal(_kind(clinic), here.case)}" if here else f"/patient/{kept.patient}"
    clinic.audit.add(user=viewer.name, role=viewer.role, action=VIEW_CASES.name, subject=kept.patient)
    table = coded(cohort, identifier, code_of(clinic, identifier)).told()
    return Found(kept, table, csv_text(table), cohort.store.build, address)


def _reading_of(viewer: Viewer, clinic: Clinic, kept: Kept) -> Reading:
    if kept.metric not in METRICS or (viewer.hides_small and not kept.hides_small):
        raise NotFound
    cohort = cohort_for(viewer, clinic, ACTIONS[kept.action])
    dates = [datetime.date.fromisoformat(each) if each else None for each in (kept.since, kept.until)]
    where = {name: tuple(values) for name, values in kept.where.items()}
    cohort = replace(cohort, where=where, since=dates[0], until=dates[1], hides_small=kept.hides_small)
    return Reading(METRICS[kept.metric], cohort, _options(kept.options))


def _options(said: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
    return {name: value if isinstance(value, str) else tuple(value) for name, value in said.items()}


def _kind(clinic: Clinic) -> str:
    return f"case {clinic.agenda.meeting()}"


def _opened(clinic: Clinic, token: str) -> Case:
    """The case of a token of this meeting; raises NotFound."""
    name = clinic.tokens.open(_kind(clinic), token)
    case = next((each for each in clinic.agenda.agenda() if each.case == name), None)
    if case is None:
        raise NotFound
    return case


def _identifier(clinic: Clinic, case: Case) -> str:
    identifier = clinic.tokens.open(PATIENT, case.patient)
    if identifier is None:
        raise NotFound
    return identifier


def _listed(viewer: Viewer, clinic: Clinic, cohort: Cohort, case: Case) -> Listed | None:
    """The case as a viewer may see it; None where the build no longer has the person."""
    identifier = clinic.tokens.open(PATIENT, case.patient)
    found = person(cohort, identifier) if identifier is not None else None
    if identifier is None or found is None or found.empty:
        return None
    token, code = clinic.tokens.seal(_kind(clinic), case.case), code_of(clinic, identifier)
    if not may(viewer.role, VIEW_PATIENT):
        return Listed(token, code, _without_words(case), case.patient, "")
    name = found.astype(object).where(found.notna(), None).iloc[0]["name"]
    return Listed(token, code, case, case.patient, str(name or f"Patient {identifier}"))


def _without_words(case: Case) -> Case:
    said = case.decision
    decision = Decision(said.kind, "", "", None, "", "") if said else None
    return Case("", "", case.kind, "", "", "", decision)
