"""Small cells hidden: a metric's table for those to whom no count from 1 to 10 is shown, nor let be computed.

What they may ask is one closed menu: everyone together, or, of some metrics, everyone split once by one of SPLITS; no
filter, no date, every option at its default, or at the one value that the metric names. Who asks for more gets an
error, not a fuller table. Of that menu is shown:

1. Of everyone, the counts whose differences are safe. The counts of a row hang together (``Cells.part_of``): those
   shown cut people into parts, as scored who responded, scored who did not, started but not scored. A count is shown
   if, beside those shown before it, every part is of nobody or of more than 10.
2. Of a split, the core counts, in the groups whose parts are all safe. The other groups are left out, and together are
   cut into parts as well, for they are what the shown ones leave of everyone: while those parts are not safe, the last
   group shown is left out too. (The last, not the smallest: chosen for its size it would tell its size. A part of
   exactly 10 for each group left out is not safe: they could all be known to be 10. Left out, not named: a name says
   that somebody is there.)
3. Rates, intervals, bounds, means and quartiles where every count behind them is shown (``Cells.needs``).

Why no sum or difference gives a small count: every table shown cuts people into parts of nobody or of more than 10, and
what can be computed is a sum of functions, one of each table's parts. The SPLITS say nothing of one another, nor of the
steps of a course; hence neither route beside treatment, nor diagnosis beside resistance and the scale, nor the year,
which tells who is not yet due. Functions of unrelated things whose sum is 0 or 1 for everybody depend on one of them
only: a set of people that can be counted is made of whole parts of tables. The tests try every clinic of a few people
against somebody who knows this text.

Out of its reach: two builds of the records can be compared, and what somebody knows from elsewhere put beside them.

A metric is open to such readers once it declares its ``Cells``, as ``response`` and ``curve`` do. A column that is not
declared is hidden. Where another open metric counts the same people, or more of whom these are part, ``within`` names
it; where it counts nearly the same, ``near`` does. A sentence beside the table goes to ``with_notes(rules=…)`` if it
holds no number of anybody; others are left out. Words that somebody wrote, as a term that is in no list, are not shown.

``side-effects`` shows people only, everyone together: terms say nothing of one another, so each cuts people into those
who had it and those who had not. Their union, any side effect, would not do: beside two terms it counts who had both.
Its sessions are hidden, because sessions less people count who had it again. ``throughput`` shows sessions only, by
month: a session is part of one month and has one end, and weeks beside months would cut out single days. Who is new, or
was there in a month, is hidden: that tells who is not yet due. Sessions are held against sessions; of those completed
the people must be more than 10 as well.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from dashboard.clinical.cohort import Cohort, Hidden, OptionError
from dashboard.metrics.options import Cells, Metric, rules_of, with_notes
from dashboard.metrics.rule import of_scale, primary_scales
from dashboard.model import HIDDEN

FEW = 10
"""Counts from 1 to this are small (``clinical.md`` §6: CMS cell size policy)."""
NOTE = f"Counts from 1 to {FEW} are hidden, with every number and group that would give one away."
SPLITS = ("none", "treatment", "resistant", "site", "payer", "sex")
"""What may be split by: things of which none says anything of another."""

Counts: TypeAlias = Mapping[str, int]
Block: TypeAlias = tuple[Any, ...]
"""The values of ``Cells.keys`` in a row."""
Blocks: TypeAlias = Mapping[Block, Counts]

AROUND, GONE = "around", -1
"""Stands for the count of ``Cells.within`` among the counts of a row; and for that where it is hidden."""


def ask(metric: Metric, cohort: Cohort, /, **options: Any) -> pd.DataFrame:
    """The metric's table; of a cohort that hides small cells with HIDDEN in their place.

    Raises:
        Hidden: for a metric that does not declare its cells.
        OptionError: for an option or value that does not exist, or is not of the closed menu.
    """
    if not cohort.hides_small:
        return metric.table(cohort, **options)
    cells = metric.cells
    if cells is None:
        raise Hidden(f"{metric.name} is not shown without its small cells; ask somebody who treats.")
    options = _of_the_menu(metric, cells, cohort, options)
    everyone = of_scale(cohort.with_small(), options["instrument"]) if cells.of_scale else cohort.with_small()
    table = metric.table(everyone, **options)
    by = options.get("by", "none")
    whole = table if by == "none" else metric.table(everyone, **{**options, "by": "none"})
    of_all = _counts(whole, cells, _around(cells, cohort, options))
    near = None if cells.near is None else cells.near(cohort.with_small())
    columns = shown_of_everyone(of_all, cells, near=near)
    if by != "none":
        groups = {value: _counts(rows, cells, {}) for value, rows in table.groupby(by, sort=False)}
        table = table[table[by].isin(shown_of_groups(of_all, groups, cells))].reset_index(drop=True)
        columns = {block: [name for name in names if name in cells.core] for block, names in columns.items()}
    if cells.is_series:  # a row with nothing to show would tell how far the last one got
        kept = {
            block
            for block, names in columns.items()
            if any(of_all[block][name] for name in names if name in cells.core)
        }
        table = _where(table, [_block(row, cells) in kept for row in table.to_dict("records")])
    for name, known_values in cells.listed.items():
        table = _where(table, [value in known_values for value in table[name]])
    return with_notes(_with_hidden(table, cells, by, columns), rules=[*rules_of(whole), NOTE])


def _where(table: pd.DataFrame, is_kept: Sequence[bool]) -> pd.DataFrame:
    """Some of the rows; of none, none."""
    return table[pd.Series(is_kept, table.index, dtype=bool)].reset_index(drop=True)


def known(table: pd.DataFrame) -> pd.DataFrame:
    """The table as numbers, to be drawn: empty where a cell is hidden, without the columns hidden in every row."""
    is_hidden = table == HIDDEN
    numbers = table.copy()
    for name in table.columns[is_hidden.any()]:
        numbers[name] = pd.to_numeric(table[name].mask(is_hidden[name])).convert_dtypes()
    return numbers.drop(columns=table.columns[is_hidden.all()])


def _of_the_menu(metric: Metric, cells: Cells, cohort: Cohort, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options, if they are of the closed menu."""
    defaults = {option.name.replace("-", "_"): option.default for option in metric.options}
    asked = {"by": defaults["by"], **options} if "by" in defaults else dict(options)
    menu: dict[str, Sequence[Any]] = {name: [default] for name, default in defaults.items()}
    menu["by"] = SPLITS if cells.is_split else SPLITS[:1]
    menu |= {name: [value] for name, value in cells.fixed.items()}
    if cells.of_scale:
        menu["instrument"] = scales(cohort)
    for name, value in asked.items():
        if str(value) not in menu[name]:
            said, there_is = name.replace("_", "-"), ", ".join(menu[name])
            raise OptionError(f"{said} cannot be {value!r} where small cells are hidden; there is: {there_is}.")
    for name in (*(["instrument"] if cells.of_scale else []), *cells.fixed):
        if name not in asked:
            said = f"; there is: {cells.fixed[name]}." if name in cells.fixed else "."
            raise OptionError(f"{name} is needed where small cells are hidden{said}")
    return asked


def scales(cohort: Cohort) -> list[str]:
    """The scales that may be asked for: those that are the primary scale of somebody."""
    return primary_scales(cohort.with_small())


def _around(cells: Cells, cohort: Cohort, options: Mapping[str, Any]) -> dict[str, int]:
    """The count of ``Cells.within`` by the name AROUND, GONE where it is hidden itself; nothing without one."""
    if cells.within is None:
        return {}
    metric, column = cells.within
    own = {option.name.replace("-", "_") for option in metric.options}
    table = ask(metric, cohort, **{name: value for name, value in options.items() if name in own})
    value = table[column].iloc[0] if len(table) else 0
    return {AROUND: GONE if value == HIDDEN else int(value)}


def shown_of_everyone(whole: Blocks, cells: Cells, *, near: int | None = None) -> dict[Block, list[str]]:
    """Block -> the counts that are shown of everyone; ``near`` is the count of ``Cells.near``."""
    found: dict[Block, list[str]] = {block: [] for block in whole}
    for block, counts in whole.items():
        for name in cells.part_of if counts.get(AROUND) != GONE else ():
            if name not in counts or not is_safe(counts, [*found[block], name], cells):
                continue
            is_near = near is not None and cells.part_of[name] is None and _is_small(counts[name] - near)
            if not is_near and not _is_small(counts[cells.people[name]] if name in cells.people else 0):
                found[block].append(name)
    return found


def _is_small(count: int) -> bool:
    return 0 < abs(count) <= FEW


def shown_of_groups(whole: Blocks, groups: Mapping[Hashable, Blocks], cells: Cells) -> set[Hashable]:
    """The groups whose core counts are shown, as far as they are of everyone."""
    of_all = shown_of_everyone(whole, cells)
    core = {block: [name for name in names if name in cells.core] for block, names in of_all.items()}

    def is_large(blocks: Blocks) -> bool:
        rows = [(_of(blocks, block), names) for block, names in core.items()]
        is_somebody = any(counts.get(name) for counts, names in rows for name in names)
        return is_somebody and all(is_safe(counts, names, cells) for counts, names in rows)

    shown = [group for group, blocks in groups.items() if is_large(blocks)]
    while 0 < len(shown) < len(groups):
        rest = _rest(whole, [groups[group] for group in shown])
        if all(is_safe(rest[block], names, cells, of=len(groups) - len(shown)) for block, names in core.items()):
            break
        shown.pop()
    return set(shown)


def is_safe(counts: Counts, shown: Sequence[str], cells: Cells, *, of: int = 1) -> bool:
    """Whether the counts shown cut the people of so many groups into parts of nobody or of more than FEW."""
    parts = {name: counts.get(name, 0) for name in shown}
    if AROUND in counts:
        parts[AROUND] = counts[AROUND]
    for name in shown:
        whole = cells.part_of[name]
        while whole is not None and whole not in parts:
            whole = cells.part_of[whole]
        whole = AROUND if whole is None else whole
        if whole in parts:
            parts[whole] -= counts.get(name, 0)
    return not any(_is_small(part) or (part and part == FEW * of) for part in parts.values())


def _of(blocks: Blocks, block: Block) -> Counts:
    return blocks.get(block, {})


def _rest(whole: Blocks, shown: Sequence[Blocks]) -> Blocks:
    """What the groups that are shown leave of everyone."""
    return {
        block: {name: n - sum(_of(blocks, block).get(name, 0) for blocks in shown) for name, n in counts.items()}
        for block, counts in whole.items()
    }


def _block(row: Mapping[Hashable, Any], cells: Cells) -> Block:
    return tuple(row[name] for name in cells.keys)


def _counts(table: pd.DataFrame, cells: Cells, around: Counts) -> Blocks:
    """Block -> its counts, and those of the people; those without a rule left out."""
    names = (*cells.part_of, *cells.people.values())
    return {
        _block(row, cells): {**around} | {name: int(row[name]) for name in names if not pd.isna(row[name])}
        for row in table.to_dict("records")
    }


def _with_hidden(table: pd.DataFrame, cells: Cells, by: str, columns: Mapping[Block, Sequence[str]]) -> pd.DataFrame:
    """The table with HIDDEN wherever a count behind a cell is not shown; what has no rule stays empty."""
    result = table.copy()
    shown = [columns[_block(row, cells)] for row in table.to_dict("records")]
    for name in table.columns:
        if name == by or name in cells.keys:
            continue
        behind = [*([name] if name in cells.part_of else []), *cells.needs.get(name, ())]
        has_rule = [table[each].notna() for each in behind]
        gone = [
            not behind or any(has and each not in names for has, each in zip(rules, behind, strict=True))
            for names, *rules in zip(shown, *has_rule, strict=True)
        ]
        if any(gone):
            result[name] = table[name].astype(object).mask(pd.Series(gone, table.index), HIDDEN)
    return result
