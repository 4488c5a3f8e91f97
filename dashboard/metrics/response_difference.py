"""By how much other groups' rates of response differ from a reference's, with an interval."""

import math
from typing import Any, Unpack

import pandas as pd

from dashboard.clinical.cohort import DIMENSIONS, MIXED, UNKNOWN, Cohort, require
from dashboard.metrics.interval import newcombe
from dashboard.metrics.members import Behind
from dashboard.metrics.options import Metric, Option, notes_of, with_notes
from dashboard.metrics.response import members as members_of_response
from dashboard.metrics.response import response
from dashboard.metrics.scored import OPTIONS, Choice
from dashboard.metrics.tidy import named

SPLITS = (*DIMENSIONS, "year")
COLUMNS = (
    "by",
    "instrument",
    "n_scored",
    "n_responded",
    "response_rate",
    "response_low",
    "response_high",
    "reference",
    "n_scored_reference",
    "n_responded_reference",
    "difference",
    "difference_low",
    "difference_high",
)
NOTE = (
    "Difference = the rate less the reference's, with Newcombe's 95 % interval. Mixed and unknown are not compared. "
    "Groups were not assigned at random: a difference is no proof that the treatment is the cause."
)


def response_difference(
    cohort: Cohort, *, by: str = "treatment", reference: str = "", **choice: Unpack[Choice]
) -> pd.DataFrame:
    """The rate of response of each group less that of a reference.

    Args:
        cohort: the courses looked at.
        by: a dimension of courses, or ``year``.
        reference: the value that the others are compared with; without it that with most scored on the scale, of equal
            ones the first in their order.
        choice: which scores of which courses, as in ``metrics.response``.

    Returns:
        The columns of COLUMNS: a row for each other group with somebody scored. Rates and differences are 0-1 and
        -1 to 1. No row on a scale without a rule, or on which nobody of the reference is scored.

    Raises:
        OptionError: for a value that does not exist, or a reference that nobody has.

    Source: Newcombe 1998, Stat Med 17:873, method 10; ``definitions.md`` §4.
    """
    require("by", by, SPLITS)
    table = response(cohort, by=by, **choice)
    groups = [value for value in table[by].unique() if str(value) not in (MIXED, UNKNOWN)]
    if reference:
        require("reference", reference, [str(value) for value in groups])
    is_scored = (table["n_scored"] > 0) & table["n_responded"].notna() & table[by].isin(groups)
    rows: list[dict[Any, Any]] = []
    for _, block in table[is_scored].groupby("instrument", sort=False):
        rows += _compared(block.to_dict("records"), by, reference)
    found = pd.DataFrame(rows, columns=named(COLUMNS, by))
    kinds = {name: table[name].dtype for name in found.columns if name in table}
    counts = dict.fromkeys(("n_scored_reference", "n_responded_reference"), "Int64")
    differences = dict.fromkeys(("difference", "difference_low", "difference_high"), "Float64")
    return with_notes(found.astype({**kinds, **counts, **differences, "reference": "str"}), [*notes_of(table), NOTE])


def members(cohort: Cohort, *, by: str = "treatment", reference: str = "", **choice: Unpack[Choice]) -> Behind:
    """The courses behind the counts of ``response-difference`` that are not the reference's; takes the same."""
    return members_of_response(cohort, by=by, **choice).only(COLUMNS)


def _compared(rows: list[dict[Any, Any]], by: str, reference: str) -> list[dict[Any, Any]]:
    named_one = [row for row in rows if str(row[by]) == reference] if reference else rows
    if not named_one:
        return []
    base = max(named_one, key=lambda row: int(row["n_scored"]))
    others = [row for row in rows if row is not base]
    return [{**row, **_difference(row, base), "reference": str(base[by])} for row in others]


def _difference(row: dict[Any, Any], base: dict[Any, Any]) -> dict[str, Any]:
    low, high = newcombe(row["n_responded"], row["n_scored"], base["n_responded"], base["n_scored"])
    difference = float(row["response_rate"]) - float(base["response_rate"])
    return {
        "n_scored_reference": base["n_scored"],
        "n_responded_reference": base["n_responded"],
        "difference": 0.0 if math.isclose(difference, 0, abs_tol=1e-15) else difference,
        "difference_low": low,
        "difference_high": high,
    }


METRIC = Metric(
    "response-difference",
    "rates of response less that of a reference group, with Newcombe's interval",
    response_difference,
    (
        Option("by", "what is compared", "treatment", SPLITS),
        Option("reference", "the value compared with; without it the one with most scored", ""),
        *OPTIONS,
    ),
    COLUMNS,
    members=members,
)
