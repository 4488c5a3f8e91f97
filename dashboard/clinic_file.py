"""What is clinical and a clinic's own: ``CLINIC_HOME/clinic.toml``, read once, checked, and frozen.

An error names the file, its line, and what to do.
"""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import tzlocal

from dashboard.instruments import INSTRUMENTS, Instrument, Rule
from dashboard.model import DIAGNOSES
from dashboard.toml_lines import line_of


class SettingsError(ValueError):
    """A setting that cannot be used; its text is one sentence that says what to do."""


@dataclass(frozen=True)
class Thresholds:
    """The clinical numbers of ``definitions.md`` that a clinic may set in ``CLINIC_HOME/clinic.toml``.

    Attributes:
        course_gap_days: a gap of more days between completed sessions starts a new course.
        induction_days: completed sessions up to this day of the course are induction.
        induction_sessions: completed induction sessions that make an induction complete.
        baseline_days: a baseline lies at most this many days before the first dose.
        baseline_flag_days: a baseline older than this is flagged.
        peak_sbp, peak_dbp: a peak pressure from here on is an excursion, mmHg.
        rise_sbp, rise_dbp: a rise from before the dose to the peak from here on is one, mmHg.
        low_spo2: a saturation below this is one, %.
        weight_days: a weight this much older than a dose still stands for it.
        suicidality_days: without an answer on suicidality for longer, that is said.
        attempt_days: a suicide attempt is a reason for so long.
        mania_days: a mania score counts for so long.
        asrm_at_least, ymrs_above: the scores of mania.
        early_sessions, early_sessions_most: from and up to so many sessions of a course a lack of change is early.
        early_after: the score that shows it is taken after this session.
        early_percent: and improved by less of the baseline.
        overdue_days: a primary score is overdue after so long.
        recent_days: who has a score so recent is on the caseload.
    """

    course_gap_days: int = field(default=90, metadata={"least": 1})
    induction_days: int = field(default=28, metadata={"least": 1})
    induction_sessions: int = field(default=4, metadata={"least": 1})
    baseline_days: int = field(default=28, metadata={"least": 0})
    baseline_flag_days: int = field(default=14, metadata={"least": 0})
    peak_sbp: int = field(default=180, metadata={"least": 1})
    peak_dbp: int = field(default=110, metadata={"least": 1})
    rise_sbp: int = field(default=40, metadata={"least": 1})
    rise_dbp: int = field(default=25, metadata={"least": 1})
    low_spo2: int = field(default=93, metadata={"least": 1})
    weight_days: int = field(default=90, metadata={"least": 0})
    suicidality_days: int = field(default=30, metadata={"least": 1})
    attempt_days: int = field(default=90, metadata={"least": 1})
    mania_days: int = field(default=30, metadata={"least": 1})
    asrm_at_least: int = field(default=6, metadata={"least": 1})
    ymrs_above: int = field(default=12, metadata={"least": 0})
    early_sessions: int = field(default=4, metadata={"least": 1})
    early_sessions_most: int = field(default=8, metadata={"least": 1})
    early_after: int = field(default=3, metadata={"least": 1})
    early_percent: int = field(default=20, metadata={"least": 1})
    overdue_days: int = field(default=14, metadata={"least": 1})
    recent_days: int = field(default=14, metadata={"least": 1})


@dataclass(frozen=True)
class ClinicFile:
    """What ``clinic.toml`` says, with the defaults where it is silent.

    Attributes:
        timezone: the clinic's time zone; where unset, the machine's (``timezone_given`` is then False).
        thresholds: the clinical numbers.
        primary: diagnosis -> instrument, where the clinic fixes its primary scale.
        scales: every instrument, the clinic's own thresholds put in.
        changed: in words, each threshold that differs from the default.
    """

    timezone: str
    timezone_given: bool
    thresholds: Thresholds
    primary: Mapping[str, str]
    scales: Mapping[str, Instrument]
    changed: tuple[str, ...]


SCALE_KEYS: dict[str, str] = {
    "baseline_at_least": "the baseline a course needs to be eligible (at most, where higher is better)",
    "response_percent": "response as improvement in percent of the baseline",
    "response_points": "response as improvement in points",
    "response_score": "response as a score reached",
    "remission": "the score of remission",
    "meaningful_points": "meaningful change in points",
    "meaningful_percent": "meaningful change in percent of the baseline",
    "reliable": "reliable change in points",
    "suicidality_at_least": "the answer to the scale's item on suicidality that is a reason",
}


def read_clinic_file(path: Path) -> ClinicFile:
    """Read and check a ``clinic.toml``; a missing file means the defaults."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name}: {error}; correct that line.") from error
    reader = _Reader(path.name, text)
    reader.only(entries, {"timezone", "primary", "scales"} | {each.name for each in fields(Thresholds)})
    thresholds, changed = _thresholds(entries, reader)
    primary = _primary(entries.get("primary", {}), reader)
    scales, scale_changes = _scales(entries.get("scales", {}), reader)
    changed += [f"primary scale of {diagnosis}: {code}" for diagnosis, code in primary.items()]
    zone = entries.get("timezone")
    if zone is not None and zone not in available_timezones():
        reader.refuse("timezone", zone, "give a name of the time zone database such as Europe/Berlin")
    return ClinicFile(
        timezone=zone or tzlocal.get_localzone_name(),
        timezone_given=zone is not None,
        thresholds=thresholds,
        primary=primary,
        scales=scales,
        changed=(*changed, *scale_changes),
    )


def zone(name: str) -> ZoneInfo:
    """The time zone of that name."""
    return ZoneInfo(name)


@dataclass(frozen=True)
class _Reader:
    """Says where in the file an entry stands."""

    file: str
    text: str

    def refuse(self, key: str, value: object, advice: str, section: str = "") -> None:
        at = tuple(f"{section}.{key}".strip(".").split("."))
        raise SettingsError(f"{self.file}, line {line_of(self.text, at)}: {key} = {value!r}; {advice}.")

    def only(self, entries: object, known: Iterable[str], section: str = "") -> None:
        if not isinstance(entries, dict):
            self.refuse(section, entries, f"make it a table, [{section}]")
            return
        for key, value in entries.items():
            if key not in set(known):
                self.refuse(key, value, f"there is no such setting, {nearest(key, known)}", section)


def nearest(name: str, known: Iterable[str]) -> str:
    """“did you mean …” where one is near, else the list of those that exist."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]}" if near else "those that exist are " + ", ".join(sorted(known))


def _thresholds(entries: Mapping[str, object], reader: _Reader) -> tuple[Thresholds, list[str]]:
    given: dict[str, int] = {}
    for each in fields(Thresholds):
        value = entries.get(each.name, each.default)
        least = each.metadata["least"]
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            reader.refuse(each.name, value, f"give a whole number, at least {least}")
            continue
        given[each.name] = value
    changed = [
        f"{each.name}: {given[each.name]} instead of {each.default}"
        for each in fields(Thresholds)
        if given[each.name] != each.default
    ]
    return Thresholds(**given), changed


def _primary(entries: dict[str, object], reader: _Reader) -> dict[str, str]:
    reader.only(entries, DIAGNOSES, "primary")
    fixed: dict[str, str] = {}
    for diagnosis, code in entries.items():
        if not isinstance(code, str) or code not in INSTRUMENTS or not INSTRUMENTS[code].has_rate:
            rated = ", ".join(each.code for each in INSTRUMENTS.values() if each.has_rate)
            reader.refuse(diagnosis, code, f"give one of {rated}", "primary")
            continue
        fixed[diagnosis] = code
    return fixed


def _scales(entries: dict[str, dict[str, object]], reader: _Reader) -> tuple[dict[str, Instrument], list[str]]:
    reader.only(entries, INSTRUMENTS, "scales")
    scales, changed = dict(INSTRUMENTS), []
    for code, given in entries.items():
        section = f"scales.{code}"
        reader.only(given, SCALE_KEYS, section)
        for key, value in given.items():
            if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
                reader.refuse(key, value, "give a number, at least 0", section)
                continue
            if key == "suicidality_at_least" and not _is_answer(scales[code], value):
                reader.refuse(key, value, "give an answer of an item on suicidality; this scale's has no such", section)
            scales[code] = _with_threshold(scales[code], key, float(value))
            changed.append(f"{code} {key}: {value:g}")
    return scales, changed


def _is_answer(scale: Instrument, value: float) -> bool:
    """True for an answer above the lowest of the item that asks about suicidality; a ladder has its own questions."""
    wish = scale.suicidality
    if wish is None or scale.scoring == "highest-yes":
        return False
    return any(item.number == wish.item and value in item.values[1:] for item in scale.items)


def _with_threshold(scale: Instrument, key: str, value: float) -> Instrument:
    match key:
        case "baseline_at_least":
            return replace(scale, baseline_cut=value)
        case "remission":
            return replace(scale, remission=value)
        case "reliable":
            return replace(scale, reliable=value)
        case "response_percent":
            return replace(scale, response=Rule("percent", value))
        case "response_points":
            return replace(scale, response=Rule("points", value))
        case "response_score":
            return replace(scale, response=Rule("score", value))
        case "meaningful_points":
            return replace(scale, meaningful=Rule("points", value))
        case "meaningful_percent":
            return replace(scale, meaningful=Rule("percent", value))
        case "suicidality_at_least" if scale.suicidality:
            return replace(scale, suicidality=replace(scale.suicidality, at_least=int(value)))
    raise SettingsError(f"{key} is not a threshold of a scale; those that exist are {', '.join(SCALE_KEYS)}.")
