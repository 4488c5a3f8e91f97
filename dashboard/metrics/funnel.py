"""Clinicians, or sites, round the clinic's own rate: within what chance gives a group of that size, or outside it."""

from typing import Any, Unpack

import pandas as pd

from dashboard.clinical.cohort import Cohort, require
from dashboard.metrics.interval import chance_limits
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, Option, notes_of, with_notes
from dashboard.metrics.response import members as members_of_response
from dashboard.metrics.response import ratio, response
from dashboard.metrics.scored import OPTIONS, Choice
from dashboard.metrics.tidy import named

SPLITS = ("clinician", "site")
COLUMNS = (
    "by",
    "instrument",
    "n_scored",
    "n_responded",
    "response_rate",
    "overall_rate",
    "low_95",
    "high_95",
    "low_998",
    "high_998",
    "place",
)
PLACES = ("inside", "outside-95", "outside-99.8")
NOTE = (
    "Limits of chance round the rate of all, for a group of that size: by chance alone 1 group in 20 lies outside the "
    "95 % limits, 1 in 500 outside the 99.8 % limits. They are not widened for other differences between the people "
    "whom each group treats. In order of number, not of rate: this is no ranking."
)


def funnel(cohort: Cohort, *, by: str = "clinician", **choice: Unpack[Choice]) -> pd.DataFrame:
    """Each group's rate of response beside the limits of chance for its number.

    Args:
        cohort: the courses looked at.
        by: ``clinician`` or ``site``, those of the course's first session.
        choice: which scores of which courses, as in ``metrics.response``.

    Returns:
        The columns of COLUMNS: the groups with somebody scored, those with most first, of equal ones in their order.
        Rates and limits 0-1; ``place`` is one of PLACES. No row on a scale without a rule for response.

    Raises:
        OptionError: for a value that does not exist.

    Source: Spiegelhalter 2005, Stat Med 24:1185: exact binomial limits, interpolated (appendix A.1.1).
    """
    require("by", by, SPLITS)
    rates = response(cohort, by=by, **choice)
    table = rates[(rates["n_scored"] > 0) & rates["n_responded"].notna()].reset_index(drop=True)
    blocks = table.groupby("instrument", sort=False)
    table["overall_rate"] = ratio(blocks["n_responded"].transform("sum"), blocks["n_scored"].transform("sum"))
    pairs = list(zip(table["overall_rate"], table["n_scored"], strict=True))
    for name, share in (("95", 0.95), ("998", 0.998)):
        limits = [chance_limits(float(rate), int(n), share) for rate, n in pairs]
        table[f"low_{name}"] = pd.Series([low for low, _ in limits], table.index, dtype="Float64")
        table[f"high_{name}"] = pd.Series([high for _, high in limits], table.index, dtype="Float64")
    table["place"] = pd.Series([_place(row) for row in table.to_dict("records")], table.index, dtype="str")
    order = {code: place for place, code in enumerate(table["instrument"].unique())}
    table = table.assign(_block=table["instrument"].map(order), _fewer=-table["n_scored"])
    table = table.sort_values(["_block", "_fewer"], ignore_index=True, kind="stable")
    return with_notes(table[named(COLUMNS, by)], [*notes_of(rates), NOTE])


def members(cohort: Cohort, *, by: str = "clinician", **choice: Unpack[Choice]) -> Behind:
    """The courses behind the counts of ``funnel``; takes the same."""
    return members_of_response(cohort, by=by, **choice).only(COLUMNS)


def _place(row: dict[Any, Any]) -> str:
    for place, name in (("outside-99.8", "998"), ("outside-95", "95")):
        if not row[f"low_{name}"] <= row["response_rate"] <= row[f"high_{name}"]:
            return place
    return "inside"


METRIC = Metric(
    "funnel",
    "clinicians' or sites' rates of response beside the limits of chance round the rate of all; no ranking",
    funnel,
    (Option("by", "whose rates", "clinician", SPLITS), *OPTIONS),
    COLUMNS,
    members=members,
)
