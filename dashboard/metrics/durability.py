"""How long a response lasts, with those who still responded when last scored counted as such."""

import pandas as pd

from dashboard.clinical.cohort import SPLITS, Cohort, require
from dashboard.clinical.lasting import RELAPSE_DAYS, endings, responses
from dashboard.clinical.outcome import POST_INDUCTION, eligibility
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.log_rank import log_rank_words
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.rule import only_scale, rule_sentence, scales_of
from dashboard.metrics.survival import COLUMNS, behind, counted, survival
from dashboard.metrics.time_to_response import METRIC as TIME_TO_RESPONSE

STARTS, EVENTS = ("response", "induction"), ("loss", "relapse")
_STARTS = {
    "response": "Counted from the first score that responds.",
    "induction": f"Counted from the last induction session, of those who respond at the first score up to "
    f"{POST_INDUCTION[2]} days after it.",
}
_EVENTS = {
    "loss": "Lost = the first later score that no longer responds.",
    "relapse": "Relapse, the clinic's definition = scores in a row that no longer respond and are back at the baseline "
    f"cut, for {RELAPSE_DAYS} days or more, dated at the first; or a hospitalisation or suicide attempt.",
}


def durability(
    cohort: Cohort,
    *,
    by: str = "none",
    instrument: str | None = None,
    courses: str = "first",
    baseline_at_least: float | None = None,
    start: str = "response",
    event: str = "loss",
) -> pd.DataFrame:
    """The share of those who responded that has not yet lost the response, by days since its start.

    Args:
        cohort: the courses looked at; eligible ones that respond count.
        by: a dimension of courses, ``year``, or ``none`` for one curve.
        instrument: the scale's code; may be left out where the cohort's diagnoses share one primary scale.
        courses: ``first`` course of each patient, or ``all``.
        baseline_at_least: points; without it the scale's own cut, 0 = any above 0.
        start: ``response``: from the first score that responds; ``induction``: from the last induction session, of
            courses whose first score up to 31 days after it responds.
        event: ``loss``: the first later score that does not respond; ``relapse``: scores in a row that do not respond
            and are at or beyond the baseline cut, at least seven days from the first of them to the last, dated at
            the first, or a hospitalisation or suicide attempt before the next course.

    Returns:
        The columns of ``metrics.survival``; a censoring is the last score before the next course. No row on a scale
        without a rule for response.

    Raises:
        OptionError: for a value that does not exist, or where several scales would have to be pooled.

    Source: ``definitions.md`` §9, ``clinical.md`` §2; Kaplan & Meier 1958.
    """
    require("by", by, SPLITS)
    require("courses", courses, ("first", "all"))
    require("start", start, STARTS)
    require("event", event, EVENTS)
    if instrument is not None:
        require("instrument", instrument, INSTRUMENTS)
    at_risk = eligibility(cohort, instrument=instrument, baseline_at_least=baseline_at_least, courses=courses)
    instrument = instrument or only_scale(cohort, at_risk)
    table = survival(cohort.read(counted(endings(responses(at_risk, start=start), event=event), by)), by)
    rules = [rule_sentence(scale) for scale in scales_of(cohort, [instrument or ""]).to_dict("records")]
    return with_notes(table, [*rules, _STARTS[start], _EVENTS[event], *log_rank_words(table, by)])


def members(
    cohort: Cohort,
    *,
    by: str = "none",
    instrument: str | None = None,
    courses: str = "first",
    baseline_at_least: float | None = None,
    start: str = "response",
    event: str = "loss",
) -> Behind:
    """The courses behind the counts of ``durability``; takes the same."""
    at_risk = eligibility(cohort, instrument=instrument, baseline_at_least=baseline_at_least, courses=courses)
    if instrument is None:
        only_scale(cohort, at_risk)
    return behind("course", endings(responses(at_risk, start=start), event=event), by, "baseline", "day")


METRIC = Metric(
    "durability",
    "the share of responders that has not yet lost the response, or relapsed, by days, with those censored",
    durability,
    (
        *(option for option in TIME_TO_RESPONSE.options if option.name != "x"),
        Option("start", "from the first response, or from the end of induction", "response", STARTS),
        Option("event", "loss of response, or the clinic's definition of relapse", "loss", EVENTS),
    ),
    COLUMNS,
    members=members,
)
