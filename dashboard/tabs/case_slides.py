"""A case in code as slides: who and which question, the course, the sessions, what was decided."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.access_cases import Listed
from dashboard.agenda import DECISIONS, QUESTIONS
from dashboard.clinical.cohort import Cohort
from dashboard.clinical.preview import SEVERITIES
from dashboard.figures.theme import Figure, Theme
from dashboard.figures.trajectory import Beside, trajectory_figure
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.coded import CodedCase
from dashboard.metrics.rule import scales_of
from dashboard.review.chart import Chart, Series, points
from dashboard.review.slide import Slide
from dashboard.tabs import parts
from dashboard.tabs.patient_lines import lines_of
from dashboard.tabs.reason_words import answer_words, grave_answer, is_flagged, lacking_words
from dashboard.tabs.slides import data_words
from dashboard.tabs.status import NOT_ENOUGH, STATUS_WORDS, rule_words, signed
from dashboard.tabs.today_words import effect_of
from dashboard.version import versions

BLANKS = ("Decision  ______________________________", "Who  ______________", "Until  ______________")
"""To be written on a printed slide."""
CODED = "In code: no name, no date, ages in bands of five years; days count from the first session."
MOST_SESSIONS, MOST_SCALES = 8, 2
AXIS = "days"
Row = Mapping[Any, Any]


def slides_of(
    listed: Listed, case: CodedCase, cohort: Cohort, theme: Theme = "light", fingerprint: str = ""
) -> list[Slide]:
    """The slides of a case; ``fingerprint`` is of its scores."""
    basis = f"{CODED} {data_words(cohort)}"
    scales = {row["instrument"]: row for row in scales_of(cohort, case.codes or [""]).to_dict("records")}
    found, rule = finding(case, scales)
    return [
        Slide(_asked(listed, case), (who_words(case), *_safety(case), found), basis=basis),
        Slide(
            title=f"{case.code}: {found}",
            lines=(_counted(case),),
            figure=figure_of(case, scales, case.codes[:1], theme),
            table=case.told(),
            chart=_chart(case, scales),
            rule=rule,
            basis=basis,
            how=_how("trajectory"),
            file_name=f"case-{case.code}",
            fingerprint=fingerprint,
        ),
        *_beside(case, scales, theme, basis, fingerprint),
        Slide(
            title=f"{case.code}: {_booked(case)}",
            lines=(_worst(case),),
            table=sessions_of(case),
            basis=basis,
            how=_how("sessions"),
            file_name=f"case-{case.code}-sessions",
        ),
        Slide(f"{case.code}: {_decided(listed)}", (QUESTIONS.get(listed.case.kind, ""), *_owner(listed)), basis=basis),
    ]


def _asked(listed: Listed, case: CodedCase) -> str:
    """``Patient K7Q-M4X: Change the dose?``"""
    return ": ".join(filter(None, [f"Patient {case.code}", QUESTIONS.get(listed.case.kind, "")]))


def who_words(case: CodedCase) -> str:
    """``40–44 years · female · depression · course 2, session 9, induction · IV ketamine 40 mg``."""
    rare = case.diagnosis == "rare"
    diagnosis = "a rarer diagnosis" if rare else parts.within(parts.value_words("diagnosis", case.diagnosis))
    resistance = {"yes": ", treatment-resistant", "unknown": ", failed trials unknown"}.get(case.resistant, "")
    said = [f"{case.age} years" if case.age != "unknown" else "age unknown"]
    said += [case.sex] if case.sex not in ("unknown", "rare") else []
    said.append(diagnosis + ("" if rare else resistance))
    if case.doses.empty:
        return " · ".join([*said, "no session yet"])
    last = case.doses.to_dict("records")[-1]
    said.append(f"course {last['course']}, session {last['session_number']}, {last['phase']}")
    dose = "" if pd.isna(last["dose_mg"]) else f" {last['dose_mg']:g} mg"
    return " · ".join([*said, f"{_treatment(last)}{dose}"])


def finding(case: CodedCase, scales: Mapping[Any, Row]) -> tuple[str, str]:
    """How the latest course goes on the primary scale, in a sentence, and the rule of its last word."""
    if case.primary is None:
        return "this diagnosis has no primary scale", ""
    own = case.scores[case.scores["instrument"] == case.primary]
    if own.empty:
        return f"no {case.primary} score yet", ""
    latest = own.iloc[-1]
    course = case.doses["course"].max() if len(case.doses) else None
    baselines = own[own["is_baseline"] & (own["course"] == course)]
    score = f"{case.primary} {latest['score']:g}"
    if baselines.empty or latest["is_baseline"] or pd.isna(latest["course"]) or latest["course"] != course:
        return f"{score}; {STATUS_WORDS[NOT_ENOUGH][1].lower()} of this course", ""
    percent = "" if pd.isna(latest["pct_change"]) else f", {signed(latest['pct_change'])}{parts.NBSP}%"
    change = f"{score}, from {baselines.iloc[-1]['score']:g} at baseline ({signed(latest['change'])}{percent})"
    status = str(latest["status"])
    words = STATUS_WORDS[status][1]
    return f"{change}: {words.lower()}", f"{words}: {rule_words(scales[case.primary], status)}."


def _beside(case: CodedCase, scales: Mapping[Any, Row], theme: Theme, basis: str, fingerprint: str) -> list[Slide]:
    """The other scales and the side effects, where there are any."""
    others = case.codes[1 : MOST_SCALES + 1]
    if not others and case.effects.empty:
        return []
    rest = len(case.codes) - 1 - len(others)
    more = f" {rest} further {'scale is' if rest == 1 else 'scales are'} not drawn." if rest else ""
    return [
        Slide(
            title=f"{case.code}: {', '.join([*others, 'side effects'])}",
            lines=(f"{_worst(case)}{more}",),
            figure=figure_of(case, scales, others, theme, has_effects=True),
            basis=basis,
            how=_how("effects"),
            file_name=f"case-{case.code}-beside",
            fingerprint=fingerprint,
        )
    ]


def _booked(case: CodedCase) -> str:
    n = len(case.sessions)
    if n <= MOST_SESSIONS:
        return f"{n} booked {'session' if n == 1 else 'sessions'}"
    return f"the last {MOST_SESSIONS} of {n} booked sessions"


def figure_of(
    case: CodedCase, scales: Mapping[Any, Row], codes: Sequence[str], theme: Theme, *, has_effects: bool = False
) -> Figure:
    """Some scales over the sessions by days, the side effects beneath."""
    codes = codes or [code for code in [case.primary] if code]
    lines = {
        code: lines_of(case.scores[case.scores["instrument"] == code], case.courses, scales[code], case.until)
        for code in codes
        if code in scales
    }
    happened = [
        {**row, "words": parts.value_words("kind", row["kind"]), "is_note": False}
        for row in case.events.to_dict("records")
    ]
    beside = Beside(
        missing=case.missing.to_dict("records"),
        sessions=case.sessions.to_dict("records"),
        effects=case.effects.to_dict("records") if has_effects else [],
        happened=happened,
    )
    drawn = trajectory_figure(
        case.scores,
        case.doses,
        instruments=codes,
        theme=theme,
        axis=AXIS,
        lines=lines,
        beside=beside,
        has_dates=False,
    )
    return parts.without_styles(drawn)


def sessions_of(case: CodedCase) -> pd.DataFrame:
    """The last sessions as they are read, newest first."""
    rows = [_session(case, row) for row in case.sessions.to_dict("records")[::-1][:MOST_SESSIONS]]
    columns = ["Course", "Session", "Day", "Status", "Treatment", "Dose, mg", "BP, mmHg", "SpO2 min, %", "Side effects"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def _session(case: CodedCase, row: Row) -> list[str]:
    effects = case.effects.astype(object).where(case.effects.notna(), None).to_dict("records")
    felt = [each for each in effects if _is_of(each, row)]
    said = [effect_of(each) for each in sorted(felt, key=_gravity)]
    form = "none" if row["effects_recorded"] else "no form"
    told = "; ".join(dict.fromkeys(said)) or (form if row["status"] == "completed" else "")
    pressure = " → ".join(filter(None, (_pressure(row, "pre"), _pressure(row, "peak"))))
    numbers = [_number(row[name]) for name in ("course", "session_number", "since")]
    status = parts.value_words("status", row["status"])
    given = _treatment(row) if row["status"] == "completed" else ""
    return [*numbers, status, given, _number(row["dose_mg"]), pressure, _number(row["spo2_min"]), told]


def _gravity(effect: Row) -> tuple[bool, int]:
    """The serious first, then by severity, what is not known of it last; as on Today."""
    known = SEVERITIES.index(effect["severity"]) if effect["severity"] else -1
    return not effect["is_serious"], -known


def _is_of(effect: Row, session: Row) -> bool:
    """Whether a side effect counts to a completed session."""
    pairs = [(effect[name], session[name]) for name in ("course", "session_number")]
    return all(not pd.isna(one) and not pd.isna(other) and one == other for one, other in pairs)


def _pressure(row: Row, moment: str) -> str:
    upper, lower = row[f"sbp_{moment}"], row[f"dbp_{moment}"]
    return "" if pd.isna(upper) or pd.isna(lower) else f"{upper}/{lower}"


def _number(value: Any) -> str:
    return "" if pd.isna(value) else f"{value:g}"


def _treatment(row: Row) -> str:
    given = [str(row[name]) for name in ("route", "drug") if not pd.isna(row[name])]
    return parts.value_words("treatment", "-".join(given)) if given else ""


def _safety(case: CodedCase) -> list[str]:
    """What is to be seen before dosing, then the latest answers on suicidality, the gravest first; missing is said."""
    latest: dict[str, Row] = {}
    forms = _told(case.answers)
    for row in forms:
        if row["is_told"]:
            latest.setdefault(row["instrument"], row)
    gravest = sorted(latest.values(), key=lambda row: (not row["is_grave"], not is_flagged(row)))
    grave = [grave_answer(row, _day(row)) for row in gravest if row["is_grave"]]
    grave += [f"{parts.value_words('kind', row['kind'])}, {_day(row)}" for row in _told(case.attempts)[-1:]]
    lines = [f"See before dosing: {'; '.join(grave)}."] if grave else []
    if not latest:
        form = forms[0] if forms else None
        return [*lines, lacking_words(form, f"on {_day(form)}" if form else "")]
    return [*lines, "; ".join(f"{answer_words(row)}, {_day(row)}{_mark(row)}" for row in gravest)]


def _told(table: pd.DataFrame) -> Sequence[Row]:
    return table.astype(object).where(table.notna(), None).to_dict("records")


def _day(row: Row) -> str:
    return f"day {signed(row['since']).lstrip('+')}"


def _mark(row: Row) -> str:
    return " – at or over the clinic's mark" if is_flagged(row) else ""


def _counted(case: CodedCase) -> str:
    n = len(case.scores[case.scores["instrument"] == case.primary])
    held, of = len(case.doses), len(case.sessions)
    scores = " ".join(filter(None, [f"n = {n}", case.primary, "score" if n == 1 else "scores"]))
    return f"{scores}; {len(case.missing)} missing; {held} of {of} booked sessions held."


def _worst(case: CodedCase) -> str:
    n, serious = len(case.effects), int(case.effects["is_serious"].sum()) if len(case.effects) else 0
    if not n:
        return "No side effect is recorded. A session without a filled form is unknown, not free of them."
    all_ = f"{n} side {'effect' if n == 1 else 'effects'} in all, {serious} serious"
    return f"{all_}. A session without a filled form is unknown."


def _chart(case: CodedCase, scales: Mapping[Any, Row]) -> Chart | None:
    """The primary scale by days, a line a course, with its line of remission."""
    own = case.scores[case.scores["instrument"] == case.primary]
    if case.primary is None or own.empty:
        return None
    scale = INSTRUMENTS[case.primary]
    series = [
        Series(
            f"course {course:.0f}" if course else "no course",
            tuple(float(each) for each in rows["score"]),
            x=tuple(float(each) for each in rows["since"]),
        )
        for course, rows in own.groupby(own["course"].fillna(0).astype(float), sort=True)
    ]
    ends = (float(own["since"].min()), float(own["since"].max()))
    remission = scales[case.primary]["remission"]
    if not pd.isna(remission):
        series.append(Series("remission", (float(remission),) * 2, x=ends, is_line=True))
    return points(
        series,
        x_title="days since the first session",
        y_title=f"{scale.code}, {'higher' if scale.higher_is_better else 'lower'} is better",
        least=float(scale.minimum),
        most=float(scale.maximum),
    )


def _how(metric: str) -> str:
    """The method; whom it is about is not in it."""
    return f"python -m dashboard metrics {metric} --patient PATIENT --format csv, then put into code ({versions()})"


def _decided(listed: Listed) -> str:
    decision = listed.case.decision
    return f"decided: {DECISIONS[decision.kind].lower()}" if decision else "what do we decide?"


def _owner(listed: Listed) -> list[str]:
    """Who does what, for those who may see names."""
    decision = listed.case.decision
    if decision is None:
        return list(BLANKS)
    if not (decision.text or decision.owner or decision.due_on):
        return []
    until = f" by {parts.day(decision.due_on)}" if decision.due_on else ""
    return [" · ".join(filter(None, [decision.text, f"{decision.owner}{until}".strip()]))]
