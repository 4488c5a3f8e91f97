"""The rate of response over calendar quarters, those whose window is still open set apart."""

from typing import Any, Unpack

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SPLITS, Cohort
from dashboard.clinical.tables import Columns
from dashboard.metrics.change import with_rates
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.period import date_of, number_of
from dashboard.metrics.response import ratio
from dashboard.metrics.rule import rule_sentence, scales_of
from dashboard.metrics.scored import OPTIONS, Choice, chosen
from dashboard.metrics.tidy import groups, named, ordered, total

_FLAGS = ("started", "eligible", "due", "scored", "responded")
_COUNTS = ("n_started", "n_eligible", "n_due", "n_scored", "n_responded")
COLUMNS = (
    "by",
    "instrument",
    "quarter",
    *_COUNTS,
    "response_rate",
    "response_low",
    "response_high",
    "response_nri",
    "response_best",
    "partial",
)
NOTE = (
    "A quarter is that of the course's start. Partial = it is not over, or somebody eligible who started in it is not "
    "yet due: its rate will change."
)


def response_by_quarter(cohort: Cohort, *, by: str = "none", **choice: Unpack[Choice]) -> pd.DataFrame:
    """Of the courses started in each quarter, how many responded.

    Args:
        cohort: the courses looked at.
        by: a dimension of courses, ``year``, or ``none``.
        choice: which scores of which courses, as in ``metrics.response``.

    Returns:
        The columns of COLUMNS; counts and rates as in ``metrics.response``. ``quarter`` is ``2024-Q1``; every quarter
        between the first and the last of a scale has a row, 0 where nobody started. ``partial`` as in NOTE.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §4; Wilson 1927.
    """
    o = chosen(cohort, by, **choice).c
    split = [] if by == "none" else [o[by]]
    keys = [*split, o.place, o.instrument, o.first_day]
    days = cohort.read(sa.select(*keys, *(total(o[flag]).label(f"n_{flag}") for flag in _FLAGS)).group_by(*keys))
    scales = scales_of(cohort, days["instrument"].unique())
    counts = pd.DataFrame(
        [row for _, rows in days.groupby("instrument") for row in _quarters(rows, by, cohort.as_of_day)],
        columns=[*named(("by",), by), "instrument", "place", "quarter", *_COUNTS, "partial"],
    ).astype(dict.fromkeys(_COUNTS, "Int64") | {"place": "Int64", "partial": "boolean", "quarter": "str"})
    if by != "none":
        counts[by] = counts[by].astype(days[by].dtype)
    counts["instrument"] = counts["instrument"].astype("str")
    table = _with_rates(counts, list(scales.loc[scales["response_kind"].notna(), "instrument"]))
    rules = [rule_sentence(scale) for scale in scales.to_dict("records")]
    return with_notes(ordered(table, by, first=["place"], then=["quarter"])[named(COLUMNS, by)], rules=[*rules, NOTE])


def members(cohort: Cohort, *, by: str = "none", **choice: Unpack[Choice]) -> Behind:
    """The courses behind the counts of ``response-by-quarter``; takes the same."""
    course = chosen(cohort, by, **choice)
    rows = sa.select(course, _named(course.c).label("quarter")).subquery("begun")
    flags = {f"n_{flag}": rows.c[flag] == 1 for flag in _FLAGS}
    return Behind(split_keys(by, "instrument", "quarter"), flagged("course", rows, flags, "baseline", "change"))


def _named(c: Columns) -> sa.ColumnElement[str]:
    """A course's quarter as the rows name it."""
    month = sa.cast(sa.extract("month", c.first_on), sa.Integer)
    quarter = sa.cast(sa.func.floor(sa.cast(month - 1, sa.Float) / 3), sa.Integer) + 1
    return sa.cast(c.year, sa.String) + "-Q" + sa.cast(quarter, sa.String)


def _quarters(days: pd.DataFrame, by: str, as_of_day: int) -> list[tuple[Any, ...]]:
    """The rows of one scale: of each group every quarter from the scale's first to its last."""
    numbers = days["first_day"].map(_quarter)
    rows: list[tuple[Any, ...]] = []
    for key, part in groups(days.assign(number=numbers), by):
        for number in range(int(numbers.min()), int(numbers.max()) + 1):
            own = part[part["number"] == number]
            sums = [int(own[name].sum()) for name in _COUNTS]
            is_open = _first_day(number + 1) > as_of_day or int((own["n_eligible"] - own["n_due"]).sum()) > 0
            rows.append((*key, part["instrument"].iloc[0], part["place"].iloc[0], _name(number), *sums, is_open))
    return rows


def _quarter(day: int) -> int:
    date = date_of(day)
    return 4 * date.year + (date.month - 1) // 3


def _name(number: int) -> str:
    year, quarter = divmod(number, 4)
    return f"{year}-Q{quarter + 1}"


def _first_day(number: int) -> int:
    year, quarter = divmod(number, 4)
    return number_of(date_of(0).replace(year=year, month=3 * quarter + 1))


def _with_rates(counts: pd.DataFrame, ruled: list[str]) -> pd.DataFrame:
    """As ``metrics.response``: what has no rule is empty."""
    table = counts.copy()
    table["n_responded"] = table["n_responded"].where(table["instrument"].isin(ruled))
    table = with_rates(table, {"response": ("n_responded", "n_scored")})
    table["response_nri"] = ratio(table["n_responded"], table["n_due"])
    table["response_best"] = ratio(table["n_responded"] + table["n_due"] - table["n_scored"], table["n_due"])
    return table


METRIC = Metric(
    "response-by-quarter",
    "response by the calendar quarter of the course's start, with those not yet closed marked",
    response_by_quarter,
    (Option("by", "what the rows are split by", "none", SPLITS), *OPTIONS),
    COLUMNS,
    members=members,
)
