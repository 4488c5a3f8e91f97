"""Medians and 90th percentiles of durations, by the one function of theirs that every engine has."""

from typing import Any

import sqlalchemy as sa

HALF, MOST = 0.5, 0.9


def minutes(seconds: sa.ColumnElement[Any], name: str = "minutes") -> list[sa.ColumnElement[Any]]:
    """Columns ``median_<name>`` and ``p90_<name>`` of a statement, to the second; between two values in proportion."""
    return [
        sa.type_coerce(sa.func.floor(quantile(seconds, share) + 0.5) / 60.0, sa.Float).label(f"{word}_{name}")
        for word, share in (("median", HALF), ("p90", MOST))
    ]


def quantile(value: sa.ColumnElement[Any], share: float) -> sa.ColumnElement[Any]:
    """One percentile."""
    return sa.func.percentile_cont(share).within_group(sa.cast(value, sa.Float))
