"""The reasons of a worklist as words, with the numbers behind them."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.clinic_file import Thresholds
from dashboard.instruments import INSTRUMENTS
from dashboard.tabs import parts
from dashboard.tabs.status import signed

SAFETY = (
    *("suicidality-high", "suicidality", "mania", "grave-event", "severe-effect"),
    *("pressure-excursion", "low-saturation"),
)
COURSE = ("worse", "response-lost", "rising", "no-early-change")
DUE = ("suicidality-unknown", "measure-overdue", "records-set-aside")
LADDER = "C-SSRS"

Facts = Mapping[str, Any]


def reason_words(reason: str, facts: Facts, asked: Sequence[Facts], thresholds: Thresholds) -> str:
    """A reason in words.

    Args:
        reason: its code.
        facts: the row of the worklist, with the score before the latest and the last session where there are any.
        asked: the latest answers on suicidality, by scale.
        thresholds: of the build.
    """
    t = thresholds
    scale = facts["instrument"]
    plain = {
        "suicidality-unknown": f"suicidality not asked for {t.suicidality_days} days",
        "mania": "mania score high",
        "response-lost": "response lost",
        "no-early-change": f"under {t.early_percent}{parts.NBSP}% better after {t.early_sessions} sessions or more",
        "grave-event": "hospitalised or attempt since last session",
        "severe-effect": "severe or serious side effect",
        "records-set-aside": "records set aside",
    }
    match reason:
        case "suicidality-high":
            return _high(asked, t)
        case "suicidality":
            return ", ".join(answer_words(each) for each in asked if each["answer"] >= each["suicidality_from"])
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


def _high(asked: Sequence[Facts], t: Thresholds) -> str:
    ladder = [each for each in asked if each["instrument"] == LADDER and each["answer"] > each["suicidality_from"]]
    if ladder:
        return answer_words(ladder[0])
    return f"suicidal behaviour, or an attempt within {t.attempt_days} days"


def answer_words(asked: Facts) -> str:
    """``PHQ-9 item 9: 0 → 1``; of the ladder the question in words."""
    scale = INSTRUMENTS[asked["instrument"]]
    answer, before = int(asked["answer"]), asked["before"]
    if scale.code == LADDER:
        topic = {item.number: item.text for item in scale.items}.get(answer)
        return f"{LADDER} question {answer}: {topic}" if topic else f"{LADDER}: no question answered yes"
    item = scale.suicidality.item if scale.suicidality else ""
    change = f"{int(before)} → {answer}" if before is not None and before != answer else f"{answer}"
    return f"{scale.code} item {item}: {change}"


def pressure(facts: Facts, moment: str) -> str:
    """``150/96``; what was not measured is a question mark, and nothing where neither was."""
    pair = [facts.get(f"{vessel}_{moment}") for vessel in ("sbp", "dbp")]
    if pair == [None, None]:
        return ""
    return "/".join("?" if each is None else f"{each:g}" for each in pair)


def short(moment: datetime.date) -> str:
    """``2 Jun``: a date of these weeks."""
    return f"{moment.day} {moment:%b}"
