"""What the columns of a table mean: the data dictionary that goes beside its file."""

import inspect

import pandas as pd
from pandas.api.types import is_bool_dtype, is_float_dtype, is_integer_dtype

from dashboard.metrics.reading import Reading

_UNITS = (  # beginning or end of a name -> how its values are to be read; the first that fits
    ("n_", "count"),
    ("_rate", "share, 0 to 1"),
    ("_low", "lower end of the 95 % interval"),
    ("_high", "upper end of the 95 % interval"),
    ("_nri", "share, 0 to 1, had all the missing failed"),
    ("_best", "share, 0 to 1, had all the missing responded"),
    ("_minutes", "minutes"),
    ("_days", "days"),
    ("_hours", "hours"),
    ("_on", "date"),
    ("_at", "date and time, clinic-local"),
    ("sbp", "mmHg"),
    ("dbp", "mmHg"),
    ("spo2", "percent"),
    ("dose_mg_per_kg", "mg per kg"),
    ("dose_mg", "mg"),
    ("pct_", "percent"),
    ("is_", "true or false"),
    ("has_", "true or false"),
)


def dictionary(reading: Reading) -> str:
    """The columns in order with kind and unit, what they mean, the sentences beside the table, and its command."""
    table = reading.table
    meaning = (inspect.getdoc(reading.metric.table) or "").replace("``", "")
    parts = [
        f"{reading.metric.name}: {reading.metric.title}",
        "\n".join(["Columns", *(f"  {name}: {_kind(table, str(name))}" for name in table.columns)]),
        f"What they mean\n{meaning}",
        "\n".join(["Beside the table", *reading.notes]),
        f"The same table, by command\n{reading.command()}",
    ]
    return "\n\n".join(parts) + "\n"


def _kind(table: pd.DataFrame, name: str) -> str:
    kind = table[name].dtype
    if is_bool_dtype(kind):
        words = "true or false"
    elif is_integer_dtype(kind):
        words = "whole number"
    elif is_float_dtype(kind):
        words = "number"
    else:
        words = "date and time" if kind.kind == "M" else "text"
    unit = next((unit for part, unit in _UNITS if name.startswith(part) or name.endswith(part)), "")
    return f"{words}, {unit}" if unit and unit != words else words
