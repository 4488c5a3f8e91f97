"""A metric's table as a native chart: its own numbers, every digit, in a form that a slide program can edit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import pandas as pd

from dashboard.figures.words import NO_PERCENT_UNDER, group, part_of

Kind: TypeAlias = Literal["bars", "columns", "lines", "points"]
Number: TypeAlias = float | int | None


@dataclass(frozen=True)
class Series:
    """One row of numbers.

    Attributes:
        name: in the chart's legend.
        values: a number a category; None leaves a gap.
        low, high: the ends of the interval round each, empty without one.
        x: of ``points``, the place of each value.
        is_line: joined and without markers: a threshold or a limit.
    """

    name: str
    values: tuple[Number, ...]
    low: tuple[Number, ...] = ()
    high: tuple[Number, ...] = ()
    x: tuple[float, ...] = ()
    is_line: bool = False


@dataclass(frozen=True)
class Chart:
    """What a native chart shows.

    Attributes:
        kind: horizontal bars, columns, lines over categories, or points over a number.
        series: at least one.
        categories: of all but ``points``.
        x_title, y_title: of the axes.
        form: the number format of the values, as a spreadsheet writes it.
        least, most: the ends of the value axis; None leaves them to the numbers.
    """

    kind: Kind
    series: tuple[Series, ...]
    categories: tuple[str, ...] = ()
    x_title: str = ""
    y_title: str = ""
    form: str = "General"
    least: float | None = None
    most: float | None = None


def rates(
    table: pd.DataFrame, *, by: str, rate: str, part: str, whole: str, title: str, interval: tuple[str, str]
) -> Chart | None:
    """A bar a row with its interval; of fewer than 10 the category says x of n, and there is no bar."""
    if table.empty or rate not in table:
        return None
    rows = table.to_dict("records")
    is_shown = [not pd.isna(row[rate]) and row[whole] >= NO_PERCENT_UNDER for row in rows]

    def column(name: str) -> tuple[Number, ...]:
        return tuple(_number(row[name]) if shown else None for row, shown in zip(rows, is_shown, strict=True))

    low, high = interval
    return Chart(
        "bars",
        (Series(title, column(rate), column(low), column(high)),),
        tuple(_category(row, by, part, whole) for row in rows),
        y_title=title,
        form="0%",
        least=0.0,
        most=1.0,
    )


def _category(row: Mapping[Any, Any], by: str, part: str, whole: str) -> str:
    """``IV ketamine, PHQ-9: 58 of 104``."""
    said = [] if by == "none" else [group(by, row[by])]
    said += [str(row["instrument"])] if "instrument" in row else []
    has_rule = not pd.isna(row[part])
    count = part_of(row[part], row[whole]) if has_rule else "no rule"
    return f"{', '.join(said)}: {count}" if said else count


def steps(table: pd.DataFrame, names: Sequence[tuple[str, str]]) -> Chart | None:
    """The counts of one row as columns, in the order given."""
    if len(table) != 1:
        return None
    row = table.to_dict("records")[0]
    shown = [(words, row[name]) for name, words in names if name in row and not pd.isna(row[name])]
    values = tuple(int(value) for _, value in shown)
    return Chart(
        "columns", (Series("courses", values),), tuple(words for words, _ in shown), y_title="courses", form="0"
    )


def over(
    table: pd.DataFrame,
    *,
    x: str,
    values: Mapping[str, str],
    x_title: str,
    y_title: str,
    by: str = "none",
    interval: tuple[str, str] | None = None,
    form: str = "General",
    least: float | None = None,
    most: float | None = None,
    lines: Sequence[str] = (),
) -> Chart | None:
    """Columns of numbers over a category, a line each; with ``by`` a line a group of the first column."""
    if table.empty:
        return None
    keys = list(dict.fromkeys(table[x]))
    series = []
    for value, own in [("", table)] if by == "none" else list(table.groupby(by, sort=False)):
        at = {row[x]: row for row in own.to_dict("records")}

        def column(name: str, at: Mapping[Any, Any] = at) -> tuple[Number, ...]:
            return tuple(_number(at[key][name]) if key in at else None for key in keys)

        low, high = interval or ("", "")
        for name, words in values.items():
            called = group(by, value) if by != "none" else words
            ends = (column(low), column(high)) if interval else ((), ())
            series.append(Series(called, column(name), *ends, is_line=name in lines))
    return Chart("lines", tuple(series), tuple(_text(key) for key in keys), x_title, y_title, form, least, most)


def points(series: Sequence[Series], *, x_title: str, y_title: str, least: float, most: float) -> Chart | None:
    """Scores over days."""
    shown = tuple(each for each in series if each.values)
    return Chart("points", shown, (), x_title, y_title, "General", least, most) if shown else None


def _number(value: Any) -> Number:
    """The cell itself, as a number; None where it is empty."""
    if pd.isna(value):
        return None
    return float(value) if isinstance(value, float) or float(value) != int(value) else int(value)


def _text(key: Any) -> str:
    return f"{key:%Y-%m-%d}" if hasattr(key, "strftime") else str(key)
