"""The tables as files: CSV as the contract wants it, and the truths beside them."""

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from dashboard.demo.options import NO_TIME, Floats, Ints
from dashboard.model import TABLES, Column

TRUTHS, PEOPLE = "truths.json", "truths.csv"


def to_arrow(name: str, table: pd.DataFrame) -> pa.Table:
    """A table in the columns of the contract; times are texts; NO_TIME, NaN, "", and -1 of a whole number are empty."""
    columns = {c.name: _column(c, table[c.name].to_numpy()) for c in TABLES[name].columns if c.name in table.columns}
    return pa.table(columns)


def _column(column: Column, values: Any) -> pa.Array:
    if column.kind == "datetime":
        return _texts(moments(values), values == NO_TIME)
    if column.kind == "date":
        return pa.array(values.astype(np.int32), pa.int32(), mask=values == NO_TIME).cast(pa.date32())
    if column.kind == "boolean":
        number = values.astype(np.int8)
        return _texts(np.where(number == 1, "true", "false"), number < 0)
    if column.kind == "integer":
        number = values.astype(float)
        empty = np.isnan(number) | (number < 0)
        return pa.array(np.where(empty, 0, number).astype(np.int32), pa.int32(), mask=empty)
    if column.kind == "number":
        return _number(values.astype(float))
    return _texts(values.astype(object), values == "")


def _texts(values: Any, empty: Any) -> pa.Array:
    return pa.array(values, pa.string(), mask=empty)


def _number(values: Floats) -> pa.Array:
    """Whole numbers without a decimal point where the column has no others."""
    empty = np.isnan(values)
    if bool(np.all(empty | (values == np.rint(values)))):
        return pa.array(np.where(empty, 0, values).astype(np.int64), pa.int64(), mask=empty)
    return pa.array(values, pa.float64(), mask=empty)


def moments(minutes: Ints) -> np.ndarray:
    """Minutes since 1970-01-01 as ``2024-03-31T14:05``."""
    return np.datetime_as_string(minutes.astype("datetime64[m]"))


@dataclass
class Demo:
    """A demo clinic, ready to be written.

    Attributes:
        tables: the export.
        truths: what is planted in it.
        people: the truth of each person who has started.
        behind: bad rows put behind a table's good ones, as texts.
    """

    tables: dict[str, pa.Table]
    truths: dict[str, Any]
    people: pa.Table
    behind: dict[str, list[list[str]]] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write every table and the truths; a good text with a comma or a quotation mark is refused by the writer."""
        folder.mkdir(parents=True, exist_ok=True)
        options = pyarrow.csv.WriteOptions(quoting_style="none", quoting_header="none")
        for name in TABLES:
            path = folder / f"{name}.csv"
            pyarrow.csv.write_csv(self.tables[name], path, options)
            with path.open("a", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(self.behind.get(name, ()))
        pyarrow.csv.write_csv(self.people, folder / PEOPLE, options)
        (folder / TRUTHS).write_text(json.dumps(self.truths, indent=1) + "\n", encoding="utf-8")
