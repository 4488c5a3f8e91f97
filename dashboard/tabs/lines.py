"""The lines of Today: the metric's rows with who it is, how the scores went, and how the last session was."""

import datetime
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from dashboard.access import PATIENT, Patient, Viewer, list_for
from dashboard.clinic import Clinic
from dashboard.clinic_file import Thresholds
from dashboard.clinical import preview
from dashboard.clinical.cohort import Cohort
from dashboard.clinical.seen import Seen, seen_on, seen_one
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.worklist import REASONS, rows_of, worklist
from dashboard.reviews import Review, digest_of
from dashboard.tabs.reason_words import Facts, reason_words

SESSION = "session"
"""The kind of a session's token."""
_BLOCKS = "▁▂▃▄▅▆▇█"
MOST_SCORES = 8
_CHANGES_DAILY = ("days_since_last", "scheduled_at")


@dataclass(frozen=True)
class Line:
    """One row of a list.

    Attributes:
        token: the patient's.
        subject: the token of what is reviewed: the session, else the patient.
        facts: the metric's row, and beside it name, next booking, the score before, the scores of ``mania`` that are a
            reason, the last session; None where empty.
        scores: of the primary scale, in order of time.
        asked: the latest answers on suicidality, by scale.
        reasons: code -> words, in their order.
        review: the last one that stands.
    """

    token: str
    subject: str
    facts: Facts
    scores: tuple[float, ...]
    asked: tuple[Facts, ...]
    reasons: Mapping[str, str]
    review: Review | None

    @cached_property
    def digest(self) -> str:
        """Of everything shown that a review is bound to."""
        shown = {name: value for name, value in self.facts.items() if name not in _CHANGES_DAILY}
        return digest_of({**shown, "asked": self.asked})

    @property
    def is_reviewed(self) -> bool:
        """Looked over, and unchanged since."""
        return self.review is not None and self.review.digest == self.digest

    @property
    def place(self) -> int:
        """The place of the gravest reason; behind all where there is none."""
        return min((REASONS.index(reason) for reason in self.reasons), default=len(REASONS))

    def spark(self) -> str:
        """The last scores as blocks over the scale's whole range."""
        return spark(self.facts["instrument"], self.scores[-MOST_SCORES:]) if self.facts["instrument"] else ""


def spark(code: str, scores: Sequence[float]) -> str:
    """Scores as blocks over the whole range of their scale."""
    scale = INSTRUMENTS[code]
    shares = [(score - scale.minimum) / (scale.maximum - scale.minimum) for score in scores]
    return "".join(_BLOCKS[min(len(_BLOCKS) - 1, int(share * len(_BLOCKS)))] for share in shares)


def lines_for(viewer: Viewer, clinic: Clinic, date: datetime.date, days: int, who: str) -> tuple[Cohort, list[Line]]:
    """The lines of some days, for someone who may see people; written to the access log.

    Raises Forbidden, NothingPublished.
    """
    cohort = list_for(viewer, clinic, f"{who} {date} {days}")
    table = worklist(cohort, date=date, days=days, who=who)
    return cohort, _lines(cohort, clinic, seen_on(cohort, date, days, who), table)


def line_of(patient: Patient, clinic: Clinic, date: datetime.date) -> Line:
    """The line of one person, whom somebody was let see: of the next booking from a date on, else of that day."""
    seen = seen_one(patient.cohort, patient.patient_id, date)
    return _lines(patient.cohort, clinic, seen, rows_of(patient.cohort, seen))[0]


def _lines(cohort: Cohort, clinic: Clinic, seen: Seen, table: pd.DataFrame) -> list[Line]:
    who_is, last = _by_key(preview.people(cohort, seen)), _by_key(preview.last_sessions(cohort, seen))
    scores, asked = _grouped(preview.scores(cohort, seen)), _grouped(preview.suicidality(cohort, seen))
    manic, thresholds = _grouped(preview.mania(cohort, seen)), Thresholds(**cohort.thresholds)
    seal = clinic.tokens.seal
    rows = _rows(table)
    subjects = {
        row["session_id"] or row["patient_id"]: seal(SESSION, row["session_id"])
        if row["session_id"]
        else seal(PATIENT, row["patient_id"])
        for row in rows
    }
    reviews = clinic.reviews.standing(subjects.values())
    lines = []
    for row in rows:
        key = row["session_id"] or row["patient_id"]
        earlier = scores.get(key, [])
        before = earlier[-2] if len(earlier) > 1 else {"score": None, "assessed_at": None}
        facts = {
            **row,
            **who_is[key],
            **last.get(key, {}),
            "mania": manic.get(key, []),
            "score_before": before["score"],
            "before_at": before["assessed_at"],
        }
        answers = tuple(asked.get(key, []))
        given = row["reasons"].split(";") if row["reasons"] else []
        lines.append(
            Line(
                token=seal(PATIENT, row["patient_id"]),
                subject=subjects[key],
                facts=facts,
                scores=tuple(each["score"] for each in earlier),
                asked=answers,
                reasons={reason: reason_words(reason, facts, answers, thresholds) for reason in given},
                review=reviews.get(subjects[key]),
            )
        )
    return lines


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _by_key(table: pd.DataFrame) -> dict[Hashable, dict[str, Any]]:
    return {row.pop("key"): row for row in _rows(table)}


def _grouped(table: pd.DataFrame) -> dict[Hashable, list[dict[str, Any]]]:
    groups: dict[Hashable, list[dict[str, Any]]] = {}
    for row in _rows(table):
        groups.setdefault(row.pop("key"), []).append(row)
    return groups
