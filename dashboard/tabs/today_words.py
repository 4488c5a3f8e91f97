"""What Today says: the answer above a list, a line of it, and the sheet that is printed."""

from collections.abc import Mapping
from typing import Any

from dashboard.tabs import parts
from dashboard.tabs.lines import Line
from dashboard.tabs.page import data_words
from dashboard.tabs.reason_words import pressure, short
from dashboard.tabs.status import STATUS_WORDS, signed
from dashboard.tabs.today_view import LISTS, Listed, View, holds


def answer(found: Listed) -> str:
    """``19 come on Monday 15 June 2026: 4 with a safety reason, 3 worse or without change. 12 of 19 reviewed.``"""
    lines, view = found.everyone, found.view
    day = f"{found.date:%A} {parts.day(found.date)}"
    n = len(lines)
    one = n == 1
    who = {
        "today": f"{n or 'Nobody'} {'comes' if n <= 1 else 'come'} on {day}",
        "week": f"{n or 'No'} {'session' if one else 'sessions'} in the eight days from {day}",
        "caseload": f"{n or 'Nobody'} not booked in the eight days from {day} {'has' if n <= 1 else 'have'} a reason",
        "recall": f"{n or 'Nobody'} with an open course {'has' if n <= 1 else 'have'} no booking from {day} on",
    }[view.list]
    if not lines:
        return f"{who}."
    safety, course = (sum(holds(tile, line) for line in lines) for tile in ("safety", "course"))
    seen = sum(line.is_reviewed for line in lines)
    return f"{who}: {safety} with a safety reason, {course} worse or without change. {seen} of {n} reviewed."


def row(line: Line, view: View) -> dict[str, Any]:
    """A line as the grid shows it."""
    facts = line.facts
    name = facts["name"] or f"Patient {facts['patient_id']}"
    return {
        "subject": line.subject,
        "token": line.token,
        "digest": "" if line.is_reviewed else line.digest,
        "href": f"/patient/{line.token}{view.said()}",
        "when": when(line, view),
        "person": name,
        "reasons": " · ".join(line.reasons.values()),
        "score": score_words(line),
        "change": change_words(line),
        "status": " ".join(STATUS_WORDS[facts["status"]]),
        "session": session_words(line),
        "dose": dose_words(line),
        "effect": effect_words(line),
        "peak": pressure(facts, "peak") or ("–" if facts["days_since_last"] is None else "not measured"),
        "days": facts["days_since_last"],
        "reviewed": review_words(line),
    }


def when(line: Line, view: View) -> str:
    """The time, with the day where the list has several; of who is not booked the next booking."""
    at = line.facts["scheduled_at"]
    if at is not None:
        return f"{at:%H:%M}" if view.list == "today" else f"{at:%a} {at.day} {at:%b %H:%M}"
    coming = line.facts["next_at"]
    return f"next {coming.day} {coming:%b}" if coming is not None else "not booked"


def score_words(line: Line) -> str:
    """``PHQ-9 ▂▅▃▂ 9 on 9 June``."""
    facts = line.facts
    if facts["instrument"] is None:
        return "no primary scale"
    if facts["latest"] is None:
        return f"{facts['instrument']} not taken"
    return f"{facts['instrument']} {line.spark()} {facts['latest']:g}, {short(facts['latest_on'])}"


def change_words(line: Line) -> str:
    """``−11 (−55 %) from 20``."""
    facts = line.facts
    if facts["change"] is None:
        return "–"
    percent = "" if facts["pct_change"] is None else f" ({signed(round(facts['pct_change']))}{parts.NBSP}%)"
    return f"{signed(facts['change'])}{percent} from {facts['baseline']:g}"


def session_words(line: Line) -> str:
    """``4, induction``."""
    facts = line.facts
    return "none yet" if not facts["session_number"] else f"{facts['session_number']}, {facts['phase']}"


def dose_words(line: Line) -> str:
    """``IV ketamine 42 mg, 0.6 mg/kg``."""
    facts = line.facts
    treatment = parts.value_words("treatment", f"{facts['route']}-{facts['drug']}") if facts["drug"] else ""
    if facts["days_since_last"] is None:
        return f"none; booked {treatment}" if treatment else "none"
    mg = "" if facts["last_dose_mg"] is None else f" {facts['last_dose_mg']:g}{parts.NBSP}mg"
    kg = facts["last_dose_mg_per_kg"]
    return treatment + mg + ("" if kg is None else f", {kg:.2f}{parts.NBSP}mg/kg")


def effect_words(line: Line) -> str:
    """The worst known side effect of the last session, then one of unknown severity, which may be worse.

    None and not recorded are different things.
    """
    facts = line.facts
    if "term" not in facts:
        return "–"
    if facts["term"] is None:
        return "none" if facts["has_form"] else "not recorded"
    said = [effect_of(facts)]
    if facts["severity"] and facts["n_unstated"]:
        said.append(effect_of({"term": facts["unstated"], "severity": None, "is_serious": False}))
    more = facts["n_effects"] - len(said)
    return "; ".join(said) + (f", {more} more" if more else "")


def effect_of(effect: Mapping[Any, Any]) -> str:
    """``Dissociation, mild``; ``Sedation, severity unknown``."""
    return f"{effect['term']}, {effect['severity'] or 'severity unknown'}{', serious' if effect['is_serious'] else ''}"


def review_words(line: Line) -> str:
    """Who looked it over; or that it changed since."""
    if line.review is None:
        return "○ mark as reviewed"
    return f"✓ {line.review.user}" if line.is_reviewed else "↻ changed, mark again"


def sheet(found: Listed) -> str:
    """The list as it is printed: one line a patient, the reasons beneath."""
    head = [answer(found), f"{LISTS[found.view.list]}. {data_words(found.cohort)}", ""]
    printed = []
    for line in found.lines:
        name = (line.facts["name"] or f"Patient {line.facts['patient_id']}")[:24]
        cells = [
            f"{when(line, found.view):<17}{name:<25}{session_words(line):<17}{dose_words(line)[:32]:<33}",
            f"{score_words(line):<34}{change_words(line):<22}{parts.value_words('status', line.facts['status'])}",
        ]
        printed.append("".join(cells))
        reasons = " · ".join(line.reasons.values())
        last = f"last: BP {pressure(line.facts, 'peak') or '–'}, {effect_words(line)}"
        printed.append(f"{'':<17}{last}{'   ⚑ ' + reasons if reasons else ''}")
    return "\n".join([*head, *printed])
