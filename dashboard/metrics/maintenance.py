"""How long a response lasts from a landmark on, with and without maintenance sessions up to it."""

import pandas as pd

from dashboard.clinical.cohort import Cohort, require
from dashboard.clinical.lasting import endings, responders_at
from dashboard.clinical.outcome import POST_INDUCTION, eligibility
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.log_rank import log_rank_words
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.rule import only_scale, rule_sentence, scales_of
from dashboard.metrics.survival import COLUMNS, behind, counted, survival
from dashboard.metrics.time_to_response import METRIC as TIME_TO_RESPONSE

LANDMARK = POST_INDUCTION[2]
"""Days after the last induction session."""


def maintenance(
    cohort: Cohort,
    *,
    instrument: str | None = None,
    courses: str = "first",
    baseline_at_least: float | None = None,
    landmark: int = LANDMARK,
) -> pd.DataFrame:
    """Of the courses that respond at a landmark, the share that has not yet lost the response, by days since then.

    Args:
        cohort: the courses looked at; eligible ones whose landmark is past.
        instrument: the scale's code; may be left out where the cohort's diagnoses share one primary scale.
        courses: ``first`` course of each patient, or ``all``.
        baseline_at_least: points; without it the scale's own cut, 0 = any above 0.
        landmark: days after the last induction session. Who responds is said by the last score from that session to
            the landmark, who has maintenance by the sessions up to it: what comes later puts nobody in a group.

    Returns:
        The columns of ``metrics.survival`` split by ``maintenance``, yes or no; an event is the first later score that
        no longer responds, a censoring the last score before the next course (day 0 where there is none).

    Raises:
        OptionError: for a value that does not exist, or where several scales would have to be pooled.

    Source: ``clinical.md`` §6; Anderson, Cain & Gelber 1983 for the landmark; Kaplan & Meier 1958.
    """
    require("courses", courses, ("first", "all"))
    if instrument is not None:
        require("instrument", instrument, INSTRUMENTS)
    at_risk = eligibility(cohort, instrument=instrument, baseline_at_least=baseline_at_least, courses=courses)
    instrument = instrument or only_scale(cohort, at_risk)
    begun = responders_at(at_risk, landmark=landmark, as_of_day=cohort.as_of_day)
    table = survival(cohort.read(counted(endings(begun, event="loss"), "maintenance")), "maintenance")
    rules = [rule_sentence(scale) for scale in scales_of(cohort, [instrument or ""]).to_dict("records")]
    note = (
        f"Landmark = {landmark} days after the last induction session: who responds at the last score up to it is "
        "followed from there; with maintenance = a session after induction, up to it. People were chosen for it, by "
        "need or by means, so this does not say what maintenance does."
    )
    return with_notes(table, [*rules, note, *log_rank_words(table, "maintenance")])


def members(
    cohort: Cohort,
    *,
    instrument: str | None = None,
    courses: str = "first",
    baseline_at_least: float | None = None,
    landmark: int = LANDMARK,
) -> Behind:
    """The courses behind the counts of ``maintenance``; takes the same."""
    at_risk = eligibility(cohort, instrument=instrument, baseline_at_least=baseline_at_least, courses=courses)
    if instrument is None:
        only_scale(cohort, at_risk)
    begun = responders_at(at_risk, landmark=landmark, as_of_day=cohort.as_of_day)
    return behind("course", endings(begun, event="loss"), "maintenance", "baseline", "day")


def days(text: str) -> int:
    """A number of days, 0 or more; raises ValueError for what is none."""
    value = int(text)
    if value < 0:
        raise ValueError(text)
    return value


METRIC = Metric(
    "maintenance",
    "of responders at a landmark, with and without maintenance by then, the share that has not lost the response",
    maintenance,
    (
        *(option for option in TIME_TO_RESPONSE.options if option.name not in ("by", "x")),
        Option("landmark", "days after the last induction session", str(LANDMARK), kind=days),
    ),
    ("maintenance", *COLUMNS[1:]),
    members=members,
)
