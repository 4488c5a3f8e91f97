"""The first screen of a person: one sentence, then safety, response, last dose, last session, and what is new."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from dash import html

from dashboard.access import Patient
from dashboard.clinic_file import Thresholds
from dashboard.clinical import dossier
from dashboard.clinical.seen import seen_one
from dashboard.figures.ladder import ladder_words
from dashboard.instruments import INSTRUMENTS
from dashboard.tabs import parts
from dashboard.tabs.lines import Line
from dashboard.tabs.reason_words import answer_words, is_flagged, lacking_words, pressure
from dashboard.tabs.status import Status, signed
from dashboard.tabs.today_words import effect_words

MOST_NEWS = 6
_WATCHED = ("benzodiazepine", "opioid", "stimulant", "maoi", "lamotrigine", "antidepressant")
_CHECKS = ("consent", "escort", "fasting", "pregnancy-test", "urinary-screen", "liver", "prescription-monitoring")
_FUNCTION = ("SDS", "WHO-5")
_NOT_HELD = {"no-show": "No-show", "late-cancelled": "Cancelled late", "cancelled": "Cancelled"}

Row = Mapping[str, Any]
Text = tuple[Any, str]
"""A line of a card, and its look: nothing, or ``missing``, ``grave``, ``rule``."""


def sentence(line: Line) -> str:
    """``PHQ-9 20, from 14 at baseline (+6, worse); 16 before. PHQ-9 item 9: 0 → 1. Last peak 150/96.``"""
    facts = line.facts
    said = []
    if facts["instrument"] and facts["latest"] is not None:
        score = f"{facts['instrument']} {facts['latest']:g}"
        if facts["change"] is not None:
            status = parts.within(parts.value_words("status", facts["status"]))
            score += f", from {facts['baseline']:g} at baseline ({signed(facts['change'])}, {status})"
        if facts["score_before"] is not None:
            score += f"; {facts['score_before']:g} on {parts.day(facts['before_at'])}"
        said.append(score)
    elif facts["instrument"]:
        said.append(f"{facts['instrument']} not taken yet")
    said += [words for reason, words in line.reasons.items() if reason in ("suicidality-high", "suicidality")]
    if peak := pressure(facts, "peak"):
        said.append(f"Last peak {peak}")
    return ". ".join(said) + "." if said else "No score and no session is in the records."


def cards(patient: Patient, line: Line, status: Status, today: datetime.date, review: str | None) -> html.Div:
    """The five cards of the first screen; every value has its date. ``review`` is when this viewer last looked."""
    cohort, identifier = patient.cohort, patient.patient_id
    last = _rows(dossier.last_session(cohort, identifier))
    happened = _rows(dossier.happenings(cohort, identifier))
    t = Thresholds(**cohort.thresholds)
    forms = _rows(dossier.answers_of(cohort, seen_one(cohort, identifier, today)))
    made = [
        _card("Safety", _safety(line, forms, today, t)),
        _card("Response", [(chip(status), ""), (status.numbers, ""), (f"Rule: {status.rule}.", "rule")]),
        _card("Last dose", _dose(last, line, today)),
        _card("Last session", _session(last, line)),
        _card("New since", _news(last, happened, review)),
    ]
    return html.Div(made, className="cards")


def details(patient: Patient, line: Line, today: datetime.date) -> html.Div:
    """Plan, medicines, checks and function, where the export has them."""
    cohort, identifier = patient.cohort, patient.patient_id
    happened = _rows(dossier.happenings(cohort, identifier))
    last = _rows(dossier.last_session(cohort, identifier))
    since = last[0]["dose_on"] if last else None
    held = cohort.store.facts["columns"]
    made = []
    plan = _rows(dossier.plan_of(cohort, identifier))
    if "plans" in held:
        made.append(_card("Plan", _plan(plan, line, today)))
    if "medications" in held:
        made.append(_card("Medicines that matter", _medicines(_rows(dossier.medicines_of(cohort, identifier)), since)))
    if "checks" in held:
        made.append(_card("Checks", _checks(_rows(dossier.checks_of(cohort, identifier)), patient.sex, today)))
    made.append(_card("Function", _function(happened, plan)))
    return html.Div(made, className="cards details")


def chip(status: Status) -> html.Span:
    """The status as a shape and a word."""
    return html.Span([html.Span(status.mark, className="shape"), f" {status.words}"], className=f"chip {status.code}")


def _card(title: str, lines: Sequence[Text]) -> html.Section:
    shown = [html.Li(words, className=look or None) for words, look in lines if words]
    return html.Section([html.H2(title), html.Ul(shown)], className="card")


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _safety(line: Line, forms: Sequence[Row], today: datetime.date, t: Thresholds) -> list[Text]:
    """By each scale that asks the answer now, with its date, and the first of the records; missing is never fine."""
    said: list[Text] = []
    answers = [row for row in forms if row["is_told"]]
    for scale in dict.fromkeys(row["instrument"] for row in answers):
        own = [row for row in answers if row["instrument"] == scale]
        now, first = own[0], own[-1]
        age = (today - now["answered_at"].date()).days
        words = f"{answer_words(now)} on {parts.day(now['answered_at'])}"
        if len(own) > 1:
            words += f"; first {_first(now, first)} on {parts.day(first['answered_at'])}"
        if age > t.suicidality_days:
            words += f"; {age} days old"
        is_grave = now["is_grave"] or is_flagged(now)
        said.append((words, "grave" if is_grave else "missing" if age > t.suicidality_days else ""))
    if "suicidality-high" in line.reasons:
        said.insert(0, (f"See before dosing: {line.reasons['suicidality-high']}", "grave"))
    if not answers:
        latest = forms[0] if forms else None
        said.append((lacking_words(latest, f"of {parts.day(latest['answered_at'])}" if latest else ""), "missing"))
    kept = ("mania", "grave-event", "severe-effect", "records-set-aside")
    return said + [(f"⚑ {line.reasons[reason]}", "grave") for reason in kept if reason in line.reasons]


def _first(now: Row, first: Row) -> str:
    """The first answer beside the one now; of the ladder in words."""
    words = ladder_words(INSTRUMENTS[first["instrument"]], first["answer"], first)
    same = words == ladder_words(INSTRUMENTS[now["instrument"]], now["answer"], now)
    return ("the same" if same else f"“{words}”") if words else f"{int(first['answer'])}"


def _dose(last: Sequence[Row], line: Line, today: datetime.date) -> list[Text]:
    if not last:
        return [("No session yet.", "")]
    row = last[0]
    given = parts.value_words("treatment", f"{row['route']}-{row['drug']}")
    mg = "dose not recorded" if row["dose_mg"] is None else f"{row['dose_mg']:g} mg"
    kg = line.facts["last_dose_mg_per_kg"]
    weight = "own weight" if row["weight_kg"] is not None else "an earlier weight"
    per_kg = ("mg/kg unknown: no weight in 90 days", "missing") if kg is None else (f"{kg:.2f} mg/kg by {weight}", "")
    age = (today - row["dose_on"].date()).days
    number = f"course {row['course']}, session {row['session_number']}, {row['phase']}"
    ago = f"{parts.day(row['dose_on'])}, {age} {'day' if age == 1 else 'days'} ago"
    return [(f"{given} {mg}", ""), per_kg, (ago, ""), (number, "")]


def _session(last: Sequence[Row], line: Line) -> list[Text]:
    if not last:
        return [("No session yet.", "")]
    row = last[0]
    effect = effect_words(line)
    beyond = {"pressure-excursion": "pressure beyond the limit", "low-saturation": "saturation below the limit"}
    said: list[Text] = [(f"⚑ {words}", "grave") for reason, words in beyond.items() if reason in line.reasons]
    what = "Worst known effect" if line.facts.get("severity") and line.facts["n_unstated"] else "Worst effect"
    said.append((f"{what}: {effect}", "missing" if effect == "not recorded" else ""))
    moments = [f"{words} {pressure(row, name)}" for name, words in _MOMENTS.items() if pressure(row, name)]
    said.append(("BP " + ", ".join(moments), "") if moments else ("BP not measured", "missing"))
    said.append(_measured("SpO2 lowest", row["spo2_min"], "%"))
    said += [_measured(what, row[name]) for name, what in _SCORED.items() if row[f"has_{name}"]]
    minutes = None if row["ready_seconds"] is None else row["ready_seconds"] / 60
    said.append(_measured("ready after", minutes, "min"))
    return said


_SCORED = {"moaas_min": "MOAA/S lowest", "cadss_max": "CADSS highest"}
_MOMENTS = {"pre": "before", "peak": "peak", "end": "end"}


def _measured(what: str, value: float | None, unit: str = "") -> Text:
    if value is None:
        return f"{what}: not recorded", "missing"
    return (f"{what} {value:.0f}{parts.NBSP}{unit}" if unit else f"{what} {value:g}"), ""


def _news(last: Sequence[Row], happened: Sequence[Row], review: str | None) -> list[Text]:
    """What is dated after the last session; a star marks what came since this viewer's last review.

    A score of the session's own day was taken for it, and a booking of that day came to it; anything else is new.
    """
    if not last:
        return [("No session yet.", "")]
    since = last[0]["dose_on"].date()
    fresh = [
        row
        for row in happened
        if row["at"].date() > since or (row["what"] not in ("score", "visit") and row["at"].date() == since)
    ][::-1]
    seen = review[:10] if review else ""
    said: list[Text] = []
    for row in fresh[:MOST_NEWS]:
        value = "" if row["value"] is None else f" {row['value']:g}"
        star = "* " if review and f"{row['at']:%Y-%m-%d}" >= seen else ""
        words = row["words"] if row["what"] == "score" else f"{row['what']}: {row['words']}"
        words = _NOT_HELD[row["words"]] if row["what"] == "visit" else words
        said.append((f"{star}{words}{value}, {parts.day(row['at'])}", ""))
    if len(fresh) > MOST_NEWS:
        said.append((f"and {len(fresh) - MOST_NEWS} more", ""))
    if not fresh:
        said.append(("Nothing is dated after the last session.", ""))
    if not seen:
        return [*said, ("You have not reviewed this person.", "")]
    return [*said, (f"* since your review of {parts.day(datetime.date.fromisoformat(seen))}", "")]


def _plan(plan: Sequence[Row], line: Line, today: datetime.date) -> list[Text]:
    if not plan:
        return [("No plan is in the records.", "missing")]
    row = plan[0]
    said: list[Text] = [(f"set on {parts.day(row['set_on'])}", "")]
    if row["planned_sessions"] is not None:
        said.append((_done(row["n_done"], row["planned_sessions"]), ""))
    if row["interval_days"] is not None and line.facts["days_since_last"] is not None:
        since = line.facts["days_since_last"]
        look = "missing" if since > 2 * row["interval_days"] else ""
        said.append((f"{since} days since the last, planned every {row['interval_days']:g}", look))
    if row["authorised_sessions"] is not None:
        until = row["authorised_until"]
        is_over = until is not None and until.date() < today
        words = f"{row['authorised_sessions']:g} sessions authorised"
        words += f" until {parts.day(until)}" if until is not None else ""
        said.append((words + (": that day has passed" if is_over else ""), "missing" if is_over else ""))
    return said


def _done(done: int, planned: float) -> str:
    """Sessions since the plan was set: ``2 of the 4 planned sessions are done``, or how many over them."""
    if done > planned:
        return f"{done} sessions are done since, {done - planned:g} over the {planned:g} planned"
    return f"{done} of the {planned:g} planned sessions are done"


def _medicines(rows: Sequence[Row], since: Any) -> list[Text]:
    """Those of the classes that matter, taken now or changed since the last session."""
    said: list[Text] = []
    for row in rows:
        changed = [
            f"{verb} {parts.day(row[name])}"
            for name, verb in (("started_on", "started"), ("stopped_on", "stopped"))
            if row[name] is not None and since is not None and row[name] >= since
        ]
        if row["class"] in _WATCHED and (row["stopped_on"] is None or changed):
            news = f", {', '.join(changed)} (since the last session)" if changed else ""
            said.append((f"{row['name']}, {row['class']}{news}", "grave" if changed else ""))
    return said or [("None of the classes that matter is recorded.", "")]


def _checks(rows: Sequence[Row], sex: str | None, today: datetime.date) -> list[Text]:
    """The latest of each kind with its age; one that is missing is said, one that is not ok stands out.

    Of a man no pregnancy test is missing; of anybody else one may be.
    """
    found = {row["kind"]: row for row in rows}
    said: list[Text] = []
    for kind in (*_CHECKS, *(each for each in found if each not in _CHECKS)):
        row, name = found.get(kind), kind.replace("-", " ")
        if row is None:
            if (kind, sex) != ("pregnancy-test", "male"):
                said.append((f"{name}: none recorded", "missing"))
            continue
        age = (today - row["checked_on"].date()).days
        result = str(row["result"]).replace("-", " ")
        look = {"ok": "", "pending": "missing"}.get(row["result"], "grave")
        said.append((f"{name}: {result}, {parts.day(row['checked_on'])} ({age} d)", look))
    return said


def _function(happened: Sequence[Row], plan: Sequence[Row]) -> list[Text]:
    """Function and well-being beside the symptoms, and the person's own words."""
    said: list[Text] = []
    for scale in _FUNCTION:
        own = [row for row in happened if row["what"] == "score" and row["words"] == scale]
        if own:
            way = "higher is better ↑" if scale == "WHO-5" else "lower is better ↓"
            first = f", first {own[0]['value']:g}" if len(own) > 1 else ""
            said.append((f"{scale} {own[-1]['value']:g} on {parts.day(own[-1]['at'])}{first} ({way})", ""))
        else:
            said.append((f"{scale}: not taken", "missing"))
    goal = plan[0]["goal"] if plan else None
    return [*said, (f"Own goal: “{goal}”", "") if goal else ("No goal is recorded.", "missing")]
