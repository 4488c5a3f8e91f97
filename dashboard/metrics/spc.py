"""Is it different from chance? One number of ``throughput`` as an XmR chart."""

import datetime
import itertools
from collections.abc import Sequence

import pandas as pd

from dashboard.clinical.cohort import Cohort, require
from dashboard.metrics import xmr
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, Option, date, notes_of, number, with_notes
from dashboard.metrics.period import PERIODS, date_of, number_of, start_of
from dashboard.metrics.throughput import members as members_of_throughput
from dashboard.metrics.throughput import throughput
from dashboard.metrics.utilisation import utilisation_notes

COLUMNS = ("period", "value", "mean", "low", "high", "point", "meaning", "assurance")
IMPROVEMENTS = {
    "n_scheduled": "neutral",
    "n_completed": "up",
    "n_no_show": "down",
    "n_late_cancelled": "down",
    "n_cancelled": "down",
    "n_unresolved": "down",
    "no_show_rate": "down",
    "late_cancel_rate": "down",
    "n_patients": "up",
    "n_new_starts": "up",
    "n_timed": "neutral",
    "chair_minutes": "neutral",
    "utilisation": "neutral",
}
"""What may be charted, and which way is better unless said otherwise."""
DIRECTIONS = ("up", "down", "neutral")
_COUNTED = {
    "no_show_rate": "n_no_show",
    "late_cancel_rate": "n_late_cancelled",
    "chair_minutes": "n_timed",
    "utilisation": "n_timed",
}
"""What is no count -> the count whose sessions it is made of."""
_BY_CHANCE = 7
"""Of 200 steady series of 104 weeks: outside 0.5, trend 0.1, two of three 0.3, shift 6.0 in 100; a test prints it."""
_UP = {"up": 1, "down": -1, "neutral": 0}


def spc(
    cohort: Cohort,
    *,
    metric: str = "n_completed",
    period: str = "week",
    improvement: str | None = None,
    screen: str = "yes",
    rebase: Sequence[datetime.date] = (),
    target: float | None = None,
) -> pd.DataFrame:
    """The values of the whole periods, the limits of chance, and what each point is.

    Args:
        cohort: the sessions looked at.
        metric: a column of ``throughput``.
        period: ``day``, ``week`` or ``month``.
        improvement: ``up``, ``down`` or ``neutral``; without it the metric's own.
        screen: ``yes`` leaves moving ranges of 3.267 × their mean or more out of the limits, once; ``no`` does not.
        rebase: dates of known changes; the period that holds one is the first of new limits (where it has no value,
            the next that has).
        target: a value of the metric.

    Returns:
        A row a period, without partial ones and those without a value. ``low`` and ``high`` are not clipped, and empty
        below two periods. ``meaning`` is of the point: improvement or concern by its side of the mean, or by the
        direction of a trend. ``assurance`` compares the target with the latest limits, on their rows only.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``clinical.md`` §5.
    """
    require("metric", metric, IMPROVEMENTS)
    require("screen", screen, ("yes", "no"))
    require("improvement", improvement or IMPROVEMENTS[metric], DIRECTIONS)
    everything = throughput(cohort, period=period)
    table = charted(everything, metric, period, improvement=improvement, screen=screen, rebase=rebase, target=target)
    about = utilisation_notes(cohort, everything, "none") if metric == "utilisation" else []
    return with_notes(table, [*notes_of(table), *about])


def members(cohort: Cohort, *, metric: str = "n_completed", period: str = "week", **_: object) -> Behind:
    """The sessions, or patients, behind every ``value`` of ``spc``, those of a rate's numerator; takes the same."""
    require("metric", metric, IMPROVEMENTS)
    everything = members_of_throughput(cohort, period=period)
    return Behind(everything.keys, {"value": everything.counts[_COUNTED.get(metric, metric)]})


def charted(
    everything: pd.DataFrame,
    metric: str,
    period: str,
    *,
    improvement: str | None = None,
    screen: str = "yes",
    rebase: Sequence[datetime.date] = (),
    target: float | None = None,
) -> pd.DataFrame:
    """The same of a table of ``throughput`` without a split that is there already."""
    improvement = improvement or IMPROVEMENTS[metric]
    whole = everything[~everything["partial"]]
    series = whole[whole[metric].notna()].reset_index(drop=True)
    table = series[["period"]].assign(value=series[metric].astype("Float64"))
    starts, notes = _starts(list(table["period"]), rebase, period)
    bounds = [*starts, len(table)]
    parts = [
        _segment(table.iloc[start:end], improvement, screen == "yes", target if end == len(table) else None)
        for start, end in itertools.pairwise(bounds)
        if start < end
    ]
    notes = [
        _rule(period, screen, improvement),
        *_trial(parts, period),
        *_left_out(len(everything) - len(whole), len(whole) - len(series), period),
        *notes,
    ]
    return with_notes(pd.concat(parts or [_segment(table, improvement, True, None)], ignore_index=True), notes)


def _starts(periods: Sequence[str], rebase: Sequence[datetime.date], period: str) -> tuple[list[int], list[str]]:
    """Where segments begin, and a sentence for each date that begins none."""
    starts, notes = {0}, []
    for each in sorted(rebase):
        first = str(date_of(start_of(number_of(each), period)))
        later = [place for place, start in enumerate(periods) if start >= first]
        if not later or first < periods[0]:
            notes.append(f"The change of {each} lies outside these {period}s and moves no limits.")
        else:
            starts.add(later[0])
    return sorted(starts), notes


def _segment(rows: pd.DataFrame, improvement: str, screen: bool, target: float | None) -> pd.DataFrame:
    """The rows between two changes, with their limits and what each point is."""
    values = [float(value) for value in rows["value"]]
    lines = xmr.limits(values, screen=screen) if values else xmr.Limits(0.0, None, None)
    points = xmr.judge(values, lines)
    known = {"mean": lines.mean, "low": lines.low, "high": lines.high}
    return rows.assign(
        **{name: pd.Series([value] * len(rows), rows.index, dtype="Float64") for name, value in known.items()},
        point=pd.Series([each.kind for each in points], rows.index, dtype="str"),
        meaning=pd.Series([_meaning(each, improvement) for each in points], rows.index, dtype="str"),
        assurance=pd.Series([_assurance(lines, improvement, target)] * len(rows), rows.index, dtype="str"),
    )


def _meaning(point: xmr.Point, improvement: str) -> str:
    if point.kind == xmr.COMMON:
        return "common"
    if improvement == "neutral":
        return "neutral"
    return "improvement" if point.direction == _UP[improvement] else "concern"


def _assurance(lines: xmr.Limits, improvement: str, target: float | None) -> str | None:
    """Whether chance alone meets the target always, never, or now and then; None where there is no better way."""
    if target is None or lines.low is None or lines.high is None or improvement == "neutral":
        return None
    if lines.low <= target <= lines.high:
        return "hit-and-miss"
    return "meets" if (target < lines.low) == (improvement == "up") else "fails"


def _rule(period: str, screen: str, improvement: str) -> str:
    screened = (
        f"moving ranges of {xmr.RANGE_LIMIT:g} × their mean or more are left out, once"
        if screen == "yes"
        else "no moving range is left out"
    )
    way = {"up": "higher is better", "down": "lower is better", "neutral": "neither way is better"}[improvement]
    return (
        f"Limits: the mean ± {xmr.LIMIT:g} × the mean moving range; {screened}. Not chance: a {period} outside them, "
        f"{xmr.RUN} rising or falling, 2 of 3 beyond two thirds of the way to a limit, {xmr.RUN} on one side of the "
        f"mean; {way}. Chance alone marks {_BY_CHANCE} in 100 {period}s of a steady series, nearly all of them "
        f"as {xmr.RUN} on one side: ask what happened before acting on one."
    )


def _trial(parts: Sequence[pd.DataFrame], period: str) -> list[str]:
    n = len(parts[-1]) if parts else 0
    return [f"Trial limits: of {n} {period}s, fewer than {xmr.FIRM}."] if 0 < n < xmr.FIRM else []


def _left_out(partial: int, without: int, period: str) -> list[str]:
    counts = {"not whole": partial, "without a value": without}
    return [f"Left out: {n} {period}{'' if n == 1 else 's'} {why}." for why, n in counts.items() if n]


METRIC = Metric(
    "spc",
    "one column of throughput as an XmR chart: limits, points that chance does not explain, assurance",
    spc,
    (
        Option("metric", "a column of throughput", "n_completed", tuple(IMPROVEMENTS)),
        Option("period", "day, week or month", "week", PERIODS),
        Option("improvement", "which way is better", "the metric's", DIRECTIONS),
        Option("screen", "leave outlying moving ranges out of the limits, yes or no", "yes", ("yes", "no")),
        Option("rebase", "the date of a known change: new limits from its period on", kind=date, repeatable=True),
        Option("target", "a value of the metric", kind=number),
    ),
    COLUMNS,
    members=members,
)
