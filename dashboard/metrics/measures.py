"""All measures of one patient, a row a scale: where it began, where it is, and what that means."""

from typing import Any

import pandas as pd

from dashboard.clinical.cohort import Cohort
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.options import PATIENT, Metric
from dashboard.metrics.trajectory import BEHAVIOUR, scores_of

_TYPES = {
    "instrument": "str",
    "n": "int64",
    "n_close": "int64",
    "course": "Int64",
    "baseline": "Float64",
    "baseline_on": "datetime64[us]",
    "best": "Float64",
    "worst": "Float64",
    "latest": "Float64",
    "latest_on": "datetime64[us]",
    "change": "Float64",
    "pct_change": "Float64",
    "band": "str",
    "status": "str",
    **dict.fromkeys(BEHAVIOUR, "Int64"),
}
COLUMNS = tuple(_TYPES)


def measures(cohort: Cohort, *, patient: str) -> pd.DataFrame:
    """The scales that a patient has a valid score of, in the registry's order.

    Args:
        cohort: names the build; its filters do not apply to one patient.
        patient: the patient_id.

    Returns:
        ``n`` valid scores, of which ``n_close`` were taken sooner after the one before than the scale looks back;
        ``baseline`` of the course of the ``latest`` score, ``change`` (points) and ``pct_change`` (percent) from it,
        empty until there is a later one; ``best`` and ``worst`` of all, by the scale's own direction;
        ``behaviour_ever`` and ``behaviour_lately`` of the latest C-SSRS, as in ``scores_of``.

    Raises:
        OptionError: where the build has no such patient.

    Source: ``definitions.md`` §2, §3, §5.
    """
    scores = scores_of(cohort, patient)
    rows = [_row(str(code), own) for code, own in scores.groupby("instrument", sort=False)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(_TYPES)


def _row(code: str, own: pd.DataFrame) -> dict[str, Any]:
    scale, latest = INSTRUMENTS[code], own.iloc[-1]
    baselines = own[own["is_baseline"] & (own["course"] == latest["course"]).fillna(False)]
    is_later = not baselines.empty and not latest["is_baseline"]
    ends = {"best": own["score"].max(), "worst": own["score"].min()}
    ends = ends if scale.higher_is_better else {"best": ends["worst"], "worst": ends["best"]}
    return {
        "instrument": code,
        "n": len(own),
        "n_close": int(close(own, scale.recall_days).sum()),
        "course": latest["course"],
        "baseline": None if baselines.empty else baselines["score"].iloc[-1],
        "baseline_on": None if baselines.empty else baselines["assessed_at"].iloc[-1].normalize(),
        **ends,
        "latest": latest["score"],
        "latest_on": latest["assessed_at"].normalize(),
        "change": latest["change"] if is_later else None,
        "pct_change": latest["pct_change"] if is_later else None,
        "band": latest["band"],
        "status": latest["status"],
        **{name: latest[name] for name in BEHAVIOUR},
    }


def close(own: pd.DataFrame, recall_days: int | None) -> "pd.Series[bool]":
    """Of one scale's scores in order of time those whose look back reaches behind the score before."""
    days: pd.Series[float] = own["assessed_at"].dt.normalize().diff().dt.days
    return days < (recall_days or 0)


METRIC = Metric(
    "measures",
    "one patient's scales: baseline, latest, change, band, status, how many scores",
    measures,
    (PATIENT,),
    COLUMNS,
    filtered=False,
)
