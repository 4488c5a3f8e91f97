"""What the tables of the metrics share: whole sums, rows in their fixed order, the split under its own name."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import in_order


def total(value: sa.ColumnElement[Any], *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """A sum of whole numbers, where the conditions hold; 0 of none."""
    return sa.cast(sa.func.coalesce(sa.func.sum(value).filter(*conditions), 0), sa.Integer)


def long_total(value: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """The same of products, which grow larger."""
    return sa.cast(sa.func.coalesce(sa.func.sum(value), 0), sa.BigInteger)


def ordered(table: pd.DataFrame, by: str, *, first: Sequence[str] = (), then: Sequence[str] = ()) -> pd.DataFrame:
    """Sorted by ``first``, then the split in its fixed order (``in_order``), then ``then``."""
    columns = [*first, *([] if by == "none" else [by]), *then]
    if not columns:
        return table.reset_index(drop=True)
    rank = {} if by == "none" else {value: place for place, value in enumerate(in_order(by, table[by].unique()))}
    return table.sort_values(
        columns,
        ignore_index=True,
        kind="stable",
        key=lambda column: column.map(rank) if column.name == by else column,
    )


def groups(table: pd.DataFrame, by: str) -> list[tuple[tuple[Any, ...], pd.DataFrame]]:
    """The rows of each value of the split with that value; all of them, with none, where there is no split."""
    if by == "none":
        return [((), table)]
    return [((value,), part) for value, part in table.groupby(by, sort=False)]


def named(columns: Sequence[str], by: str) -> list[str]:
    """The columns with the dimension's name in place of ``by``; without it where there is no split."""
    return [by if name == "by" else name for name in columns if name != "by" or by != "none"]
