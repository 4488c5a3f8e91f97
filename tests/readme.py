"""The README's tables, made of the code. ``python -m tests.readme`` writes them in; a test says when they differ."""

import argparse
import re
from dataclasses import fields
from pathlib import Path

from dashboard.cli import command_line
from dashboard.clinic_file import SCALE_KEYS, Thresholds
from dashboard.clinical.cohort import DIMENSIONS
from dashboard.instruments import INSTRUMENTS, Instrument, Rule
from dashboard.metrics import METRICS
from dashboard.model import TABLES, Column
from dashboard.settings import VARIABLES

README = Path(__file__).parent.parent / "README.md"
_THRESHOLD_WORDS = {
    "course_gap_days": "a longer gap between completed sessions starts a new course",
    "induction_days": "completed sessions up to this day of the course are induction",
    "induction_sessions": "completed induction sessions that make an induction complete",
    "baseline_days": "a baseline is at most this old at the first dose",
    "baseline_flag_days": "an older baseline is flagged",
    "peak_sbp": "a systolic peak from here on is an excursion, mmHg",
    "peak_dbp": "a diastolic peak from here on is an excursion, mmHg",
    "rise_sbp": "a systolic rise from before the dose to the peak from here on is one, mmHg",
    "rise_dbp": "a diastolic rise likewise, mmHg",
    "low_spo2": "a lowest saturation below this is one, %",
    "weight_days": "a weight this much older than a dose still stands for it (mg/kg)",
    "suicidality_days": "`suicidality-unknown` without an answer for longer",
    "attempt_days": "a suicide attempt gives `suicidality-high` for so long",
    "mania_days": "a mania score counts for so long",
    "asrm_at_least": "`mania` from this ASRM score",
    "ymrs_above": "`mania` above this YMRS score",
    "early_sessions": "`no-early-change` from so many sessions of the course",
    "early_sessions_most": "and up to so many",
    "early_after": "by a score taken after this session",
    "early_percent": "that improved by less of the baseline",
    "overdue_days": "`measure-overdue` without a primary score for longer",
    "recent_days": "who has a score so recent is on the caseload",
}


def _table(header: str, rows: list[tuple[str, ...]]) -> str:
    names = header.split(" | ")
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def commands() -> str:
    rows: list[tuple[str, ...]] = []

    def visit(parser: argparse.ArgumentParser, name: str, words: str) -> None:
        options = [_option(action) for action in parser._actions if action.help != argparse.SUPPRESS]
        if parser.get_default("run"):
            rows.append((f"`{' '.join([name, *filter(None, options)])}`", words))
        if name == "metrics":
            rows.append(("`metrics NAME …`", "one of them; its options are in the next table"))
            return
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
                for child, sub in action.choices.items():
                    visit(sub, f"{name} {child}".strip(), helps.get(child, ""))

    visit(command_line(), "", "")
    return _table("command | does", rows)


def _option(action: argparse.Action) -> str:
    if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):
        return ""
    if not action.option_strings:
        return str(action.metavar or action.dest)
    value = "" if action.nargs == 0 else f" {action.metavar or '|'.join(map(str, action.choices or ['VALUE']))}"
    return f"{action.option_strings[0]}{value}" if action.required else f"[{action.option_strings[0]}{value}]"


def metrics() -> str:
    rows = []
    for metric in METRICS.values():
        options = [f"`--{o.name}`" + (f" ({o.default})" if o.default else "") for o in metric.options]
        filters = ["`--where`", "`--from`", "`--to`"] if metric.filtered else []
        filters += ["`--hide-small`"] if metric.cells else []
        columns = ", ".join(f"`{name}`" for name in metric.columns)
        rows.append((f"`{metric.name}`", metric.title, ", ".join([*options, *filters]), columns))
    return _table("metric | says | options (default) | columns", rows)


def variables() -> str:
    return _table("variable | means", [(f"`{name}`", words) for name, words in VARIABLES.items()])


def thresholds() -> str:
    rows = [(f"`{each.name}`", str(each.default), _THRESHOLD_WORDS[each.name]) for each in fields(Thresholds)]
    rows.insert(0, ("`timezone`", "the machine's", "of times without an offset; the import report says which was used"))
    rows.append(("`[primary]` *diagnosis*", "see below", "the primary scale of a diagnosis"))
    rows += [(f"`[scales.CODE]` `{name}`", "see Scales", words) for name, words in SCALE_KEYS.items()]
    return _table("entry | default | means", rows)


def dictionary() -> str:
    parts = []
    for table in TABLES.values():
        needed = "required" if table.required else "optional"
        rows = [
            (f"`{name}`{'*' if column.required else ''}", column.expects, column.unit, column.meaning)
            for name, column in _items_in_one(table.columns)
        ]
        parts.append(
            f"**`{table.name}`** ({needed}): {table.meaning}\n\n{_table('column | a value is | unit | meaning', rows)}"
        )
    return "\n\n".join(parts)


def _items_in_one(columns: tuple[Column, ...]) -> list[tuple[str, Column]]:
    items = [column for column in columns if column.name.startswith("item_")]
    shown = [column for column in columns if column not in items[1:]]
    return [("item_1` … `item_23" if column in items else column.name, column) for column in shown]


def scales() -> str:
    rows = [
        (
            scale.code,
            f"{scale.minimum:g}–{scale.maximum:g}, {'higher' if scale.higher_is_better else 'lower'} is better",
            _mark(scale, "baseline_cut", _number(scale.baseline_cut)),
            _mark(scale, "response", _rule(scale.response)),
            _mark(scale, "remission", _number(scale.remission)),
            _mark(scale, "meaningful", _rule(scale.meaningful)),
            _mark(scale, "reliable", _number(scale.reliable)),
        )
        for scale in INSTRUMENTS.values()
    ]
    return _table("scale | range | baseline cut | response | remission | meaningful | reliable", rows)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _rule(rule: Rule | None) -> str:
    if rule is None:
        return "–"
    words = {"percent": "{:g} %", "points": "{:g} points", "score": "score {:g}"}
    return words[rule.kind].format(rule.value)


def _mark(scale: Instrument, fact: str, words: str) -> str:
    """† our own choice, ? not verified by us."""
    if words == "–":
        return words
    return words + (" †" if fact in scale.own else "") + (" ?" if fact in scale.unverified else "")


def dimensions() -> str:
    return ", ".join(f"`{name}`" for name in DIMENSIONS) + "; of sessions also `phase`."


MAKERS = {
    "commands": commands,
    "metrics": metrics,
    "variables": variables,
    "thresholds": thresholds,
    "dictionary": dictionary,
    "scales": scales,
    "dimensions": dimensions,
}


def between(name: str) -> re.Pattern[str]:
    """Where a table stands in the README."""
    return re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)


def main() -> None:
    text = README.read_text(encoding="utf-8")
    for name, make in MAKERS.items():
        head, _, rest = text.partition(f"<!-- {name} -->\n")
        text = f"{head}<!-- {name} -->\n{make()}\n{rest[rest.index(f'<!-- /{name} -->') :]}"
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
