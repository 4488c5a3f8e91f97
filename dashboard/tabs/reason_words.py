"""The reasons of a worklist as words, with the numbers behind them."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.clinic_file import Thresholds
from dashboard.figures.ladder import grave_words, ladder_words
from dashboard.instruments import INSTRUMENTS
from dashboard.tabs import parts
from dashboard.tabs.status import signed

SAFETY = (
    *("suicidality-high", "suicidality", "mania", "grave-event", "severe-effect"),
    *("pressure-excursion", "low-saturation"),
)
COURSE = ("worse", "response-lost", "rising", "no-early-change")
DUE = ("suicidality-unknown", "measure-overdue", "records-set-aside")

Facts = Mapping[str, Any]


def reason_words(reason: str, facts: Facts, asked: Sequence[Facts], thresholds: Thresholds) -> str:
    """A reason in words.

    Args:
        reason: its code.
        facts: of ``lines.Line``.
        asked: the latest answers on suicidality, by scale.
        thresholds: of the build.
    """
    t = thresholds
    scale = facts["instrument"]
    plain = {
        "suicidality-unknown": f"no answer on suicidality on record for {t.suicidality_days} days",
        "response-lost": "response lost",
        "no-early-change": f"under {t.early_percent}{parts.NBSP}% better after {t.early_sessions} sessions or more",
        "grave-event": "hospitalised or attempt since last session",
        "severe-effect": "severe or serious side effect",
        "records-set-aside": "records set aside",
    }
    match reason:
        case "suicidality-high":
            return _high(facts, asked)
        case "suicidality":
            return ", ".join(answer_words(each) for each in asked if is_flagged(each))
        case "mania":
            return "; ".join(_mania(each, t) for each in facts["mania"])
        case "worse":
            return f"worse: {signed(facts['change'])} since baseline"
        case "rising":
            return f"{scale} {signed(facts['latest'] - facts['score_before'])} since {short(facts['before_at'])}"
        case "pressure-excursion":
            return f"pressure last time: {pressure(facts, 'peak') or 'high'}"
        case "low-saturation":
            return f"SpO2 {facts['spo2_min']:g}{parts.NBSP}% last time"
        case "measure-overdue":
            return f"{scale} due, last {short(facts['latest_on'])}" if facts["latest_on"] else f"{scale} never taken"
    return plain[reason]


def _high(facts: Facts, asked: Sequence[Facts]) -> str:
    """What raises the graver reason: the ladder, an attempt, or both, each with its date."""
    said = [grave_answer(each, parts.day(each["answered_at"])) for each in asked if each["is_grave"]]
    tried = facts["attempt_on"]
    return " · ".join([*said, *([f"suicide attempt on {parts.day(tried)}"] if tried is not None else [])])


def _mania(row: Facts, t: Thresholds) -> str:
    """``ASRM 9 on 2 June 2026, mark 6``."""
    mark = f"{t.asrm_at_least:g}" if row["instrument"] == "ASRM" else f"above {t.ymrs_above:g}"
    return f"{row['instrument']} {row['score']:g} on {parts.day(row['assessed_at'])}, mark {mark}"


def grave_answer(asked: Facts, when: str) -> str:
    """``C-SSRS: suicidal behaviour within three months (2 June 2026)``."""
    scale = INSTRUMENTS[asked["instrument"]]
    return f"{scale.code}: {grave_words(scale, asked['answer'], asked)} ({when})"


def is_flagged(asked: Facts) -> bool:
    """Whether an answer is a reason."""
    return asked["answer"] is not None and asked["answer"] >= asked["suicidality_from"]


def answer_words(asked: Facts) -> str:
    """``PHQ-9 item 9: 0 → 1``; ``C-SSRS question 4: …; behaviour ever: no``."""
    scale, answer, before = INSTRUMENTS[asked["instrument"]], asked["answer"], asked["before"]
    if words := ladder_words(scale, answer, asked):
        return f"{scale.code}{f' question {int(answer)}' if answer else ''}: {words}"
    item = scale.suicidality.item if scale.suicidality else ""
    change = f"{int(before)} → {int(answer)}" if before is not None and before != answer else f"{int(answer)}"
    return f"{scale.code} item {item}: {change}"


def lacking_words(form: Facts | None, when: str) -> str:
    """That nothing answers on suicidality, and what of the latest form that asks, if any, is in the records."""
    if form is None:
        return "No answer on suicidality in the records, and no form that asks."
    lack = "leaves it open" if form["n_items"] else "is a total only"
    return f"No answer on suicidality in the records; {form['instrument']} {when} {lack}."


def pressure(facts: Facts, moment: str) -> str:
    """``150/96``; what was not measured is a question mark, and nothing where neither was."""
    pair = [facts.get(f"{vessel}_{moment}") for vessel in ("sbp", "dbp")]
    if pair == [None, None]:
        return ""
    return "/".join("?" if each is None else f"{each:g}" for each in pair)


def short(moment: datetime.date) -> str:
    """``2 Jun``: a date of these weeks."""
    return f"{moment.day} {moment:%b}"
