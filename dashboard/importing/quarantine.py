"""The rows set aside, as a person mends them: one line a row, with every reason."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.model import QUARANTINE
from dashboard.store import Store

_MOST_REASONS = 20
"""A row rarely breaks more rules than these."""


def rows_set_aside(store: Store, *, table: str | None = None, most: int | None = None) -> pd.DataFrame:
    """The rows of a build, or of one of its tables, that were set aside; several reasons are joined by semicolons.

    ``most`` stops after so many rows.
    """
    q = QUARANTINE.c
    statement = sa.select(QUARANTINE).order_by(q.table, q.row, q.column, q.rule)
    if table:
        statement = statement.where(q.table == table)
    if most is not None:
        statement = statement.limit(_MOST_REASONS * most)
    reasons = store.read(statement)

    def joined(values: "pd.Series[Any]") -> str:
        return "; ".join("" if pd.isna(value) else str(value) for value in values)

    columns = dict.fromkeys(("column", "value", "rule", "message"), joined)
    lines = reasons.groupby(["table", "file", "row"], sort=False, as_index=False).agg(
        {**columns, "patient_id": "first", "raw": "first"}
    )
    return lines[list(reasons.columns)].head(most if most is not None else len(lines))


def rules_broken(store: Store) -> pd.DataFrame:
    """How many rows of which table broke which rule of which column, most first, with a sentence that says what to do.

    The sentence is that of the first such row; figures in it may differ from row to row.
    """
    q = QUARANTINE.c
    keys = (q.table, q.column, q.rule)
    n_rows = sa.cast(sa.func.count(), sa.Integer)
    statement = sa.select(*keys, n_rows.label("n_rows"), sa.func.min(q.message.collate("C")).label("message"))
    return store.read(statement.group_by(*keys).order_by(n_rows.desc(), *(key.collate("C") for key in keys)))
