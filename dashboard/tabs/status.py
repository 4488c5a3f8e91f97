"""A patient's status in words: what it is, by which rule, and the two numbers behind it (``definitions.md`` §5)."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.tabs import parts

NOT_ENOUGH = "not-enough-data"
STATUS_WORDS = {
    "worse": ("▲", "Worse"),
    "response-lost": ("◆", "Response lost"),
    "remission": ("●", "Remission"),
    "response": ("●", "Response"),
    "partial": ("◐", "Partial response"),
    "no-change": ("○", "No change"),
    NOT_ENOUGH: ("?", "Not enough data"),
}

Scale = Mapping[Hashable, Any]


@dataclass(frozen=True)
class Status:
    """What the page says of a person's course on the primary scale.

    Attributes:
        code: as in the metric.
        mark, words: a shape and a name, so that colour is never alone.
        rule: by which rule, with this build's thresholds.
        numbers: the latest score and the baseline, with their dates; a sentence.
    """

    code: str
    mark: str
    words: str
    rule: str
    numbers: str


def status_of(trajectory: pd.DataFrame, scale: Scale | None, course: int | None) -> Status:
    """The status of the latest course, from the patient's trajectory and the row of SCALE of the primary scale."""
    if scale is None:
        return _status(NOT_ENOUGH, "this diagnosis has no primary scale", "")
    code = str(scale["instrument"])
    rows = trajectory[trajectory["instrument"] == code]
    if rows.empty:
        return _status(NOT_ENOUGH, f"no {code} score yet", "")
    latest = rows.iloc[-1]
    baselines = rows[rows["is_baseline"] & (rows["course"] == course)] if course is not None else rows.iloc[:0]
    numbers = f"{code} {_scored(latest)}"
    if course is None or pd.isna(latest["course"]) or latest["course"] != course or baselines.empty:
        lack = "no baseline within 28 days before this course" if baselines.empty else "no score in this course yet"
        return _status(NOT_ENOUGH, "no course yet" if course is None else lack, numbers + ".")
    if latest["is_baseline"]:
        return _status(NOT_ENOUGH, "no score after the first session", numbers + ", the baseline.")
    baseline = baselines.iloc[-1]
    change = f"{signed(latest['change'])} {_points(latest['change'])}"
    change += "" if pd.isna(latest["pct_change"]) else _percent(latest)
    numbers += f", from {_scored(baseline)} at baseline: {change}."
    return _status(str(latest["status"]), rule_words(scale, str(latest["status"])), numbers)


def _status(code: str, rule: str, numbers: str) -> Status:
    mark, words = STATUS_WORDS[code]
    return Status(code, mark, words, rule, numbers)


def _scored(row: Any) -> str:
    return f"{row['score']:g} on {parts.day(row['assessed_at'].date())}"


def _points(change: float) -> str:
    return "point" if abs(change) == 1 else "points"


def _percent(row: Any) -> str:
    return f" ({signed(row['pct_change'])}{parts.NBSP}%)"


def signed(value: float) -> str:
    """A change with its sign, one decimal at most: ``−11``, ``+6``, ``0``."""
    rounded = round(value, 1)
    sign = "−" if rounded < 0 else "+" if rounded > 0 else ""
    return f"{sign}{abs(rounded):g}"


def rule_words(scale: Scale, status: str) -> str:
    """The rule of a status with this build's thresholds."""
    higher = scale["better"] > 0
    less, rises = ("more", "fallen") if higher else ("less", "risen")
    falls = "risen" if higher else "fallen"
    meaningful = _amount(scale["meaningful_kind"], scale["meaningful_value"])
    worse: str = f"{scale['reliable']:g} points" if not pd.isna(scale["reliable"]) else meaningful
    response = _amount(scale["response_kind"], scale["response_value"])
    if scale["response_kind"] == "score":
        response_rule = f"a score of {scale['response_value']:g} or {less}"
    else:
        response_rule = f"{falls} by {response} or more since baseline"
    return {
        "worse": f"{rises} by {worse} or more since baseline",
        "response-lost": f"had responded, does so no longer, and is {meaningful} or more worse than the course's best",
        "remission": "" if pd.isna(scale["remission"]) else f"a score of {scale['remission']:g} or {less}",
        "response": response_rule,
        "partial": f"{falls} by {meaningful} or more since baseline, short of response",
        "no-change": f"changed by less than {meaningful} since baseline",
        NOT_ENOUGH: "no rule for this scale",
    }[status]


def _amount(kind: Any, value: Any) -> str:
    if pd.isna(kind):
        return "any amount"
    return f"{value:g}{parts.NBSP}%" if kind == "percent" else f"{value:g} points"
