"""A person's measures, answers, session day and courses: what each figure shows of an address, and its words."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from dash import Output, dcc, html

from dashboard.clinical.cohort import Cohort
from dashboard.figures.axis import date_words
from dashboard.figures.courses import courses_figure
from dashboard.figures.items import FLAG, NOT_ANSWERED, items_figure
from dashboard.figures.ladder import band_words, ladder_words
from dashboard.figures.session_day import session_day_figure
from dashboard.figures.theme import Theme
from dashboard.instruments import INSTRUMENTS
from dashboard.tabs import parts
from dashboard.tabs.lines import spark
from dashboard.tabs.patient_tables import twin
from dashboard.tabs.status import STATUS_WORDS, signed

MOST_NAMED = 5
"""Items that are named as improved or worse."""
_MEASURES = {
    "scale": ("Measure", 10),
    "way": ("Better is", 8),
    "baseline": ("Baseline", 14),
    "latest": ("Latest", 14),
    "change": ("Change", 13),
    "status": ("Status", 14),
    "band": ("Band", 12),
    "spark": ("All scores", 12),
    "n": ("n", 5),
}

Row = Mapping[Any, Any]


def measures_layout() -> html.Section:
    """All measures in a row each, and their table."""
    columns = [
        {"field": field, "headerName": words, "flex": width}
        | ({"type": "rightAligned"} if field == "n" else {"wrapText": True, "autoHeight": True})
        for field, (words, width) in _MEASURES.items()
    ]
    return html.Section([html.H2("All measures"), parts.grid("patient-measures", columns), twin("measures")])


def layout() -> list[html.Section]:
    """The answers, the session day and the courses."""
    return [
        _part("items", "Answers", "scale", "Scale", twin("items")),
        _part("day", "Session by the minute", "session", "Session", twin("vitals")),
        html.Section(
            [
                html.H2("Courses over each other"),
                parts.graph("patient-courses", figure=parts.BLANK, style={"height": "90px"}),
                html.P(id="patient-courses-words", className="note"),
            ],
            id="patient-courses-part",
        ),
    ]


def _part(name: str, heading: str, control: str, label: str, table: html.Details) -> html.Section:
    chooser: Any = dcc.Dropdown(id=f"patient-{control}", options=[], clearable=False, searchable=False)
    head = [html.H2(heading), html.Label(label, htmlFor=f"patient-{control}"), chooser]
    return html.Section(
        [
            html.Div(head, className="heading"),
            parts.graph(f"patient-{name}", figure=parts.BLANK, style={"height": "90px"}),
            html.P(id=f"patient-{name}-words", className="note"),
            table,
        ]
    )


def outputs() -> dict[str, Any]:
    """The outputs of the page's callback, filled by ``measures``, ``answers``, ``day`` and ``courses``."""
    return {
        "measures": Output("patient-measures", "rowData"),
        "items": _outputs("items", "scale"),
        "day": _outputs("day", "session"),
        "courses": {
            "hidden": Output("patient-courses-part", "hidden"),
            "figure": Output("patient-courses", "figure"),
            "style": Output("patient-courses", "style"),
            "words": Output("patient-courses-words", "children"),
        },
    }


def _outputs(name: str, control: str) -> dict[str, Any]:
    return {
        "options": Output(f"patient-{control}", "options"),
        "value": Output(f"patient-{control}", "value"),
        "figure": Output(f"patient-{name}", "figure"),
        "style": Output(f"patient-{name}", "style"),
        "words": Output(f"patient-{name}-words", "children"),
    }


def _drawn(figure: dict[str, Any], words: str) -> dict[str, Any]:
    height = {"height": f"{figure['layout']['height']}px"}
    return {"figure": parts.without_styles(figure), "style": height, "words": words}


def measures(table: pd.DataFrame, scores: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of ``metrics.measures`` as they are read; ``scores`` is the person's trajectory."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [_measure(row, scores[scores["instrument"] == row["instrument"]]["score"]) for row in rows]


def _measure(row: Row, scores: "pd.Series[float]") -> dict[str, Any]:
    scale = INSTRUMENTS[row["instrument"]]
    percent = "" if row["pct_change"] is None or not scale.has_rate else f" ({signed(row['pct_change'])}{parts.NBSP}%)"
    mark, words = STATUS_WORDS.get(row["status"] or "", ("", ""))
    said = ladder_words(scale, row["latest"], row)
    return {
        "scale": scale.code,
        "way": "↑ higher" if scale.higher_is_better else "↓ lower",
        "baseline": "none" if row["baseline"] is None else f"{row['baseline']:g} · {date_words(row['baseline_on'])}",
        "latest": f"{row['latest']:g}{f', {said}' if said else ''} · {date_words(row['latest_on'])}",
        "change": "" if row["change"] is None else f"{signed(row['change'])}{percent}",
        "status": f"{mark} {words}".strip(),
        "band": band_words(scale, row["band"], row),
        "spark": spark(scale.code, [float(each) for each in scores]),
        "n": row["n"],
    }


def answers(table: pd.DataFrame, asked: str, primary: str | None, theme: Theme) -> dict[str, Any]:
    """The answers of a scale, the one asked for or the first with items; what improved and what is flagged."""
    scales = sorted(set(table["instrument"]), key=lambda code: (code != primary, list(INSTRUMENTS).index(code)))
    code = asked if asked in scales else next(iter(scales), "")
    options = [{"value": each, "label": f"{each} · {INSTRUMENTS[each].name}"} for each in scales]
    if not code:
        return {"options": [], "value": None, **_drawn(items_figure(table, instrument="", theme=theme), "")}
    words = item_words(table[table["instrument"] == code])
    return {"options": options, "value": code, **_drawn(items_figure(table, instrument=code, theme=theme), words)}


def item_words(own: pd.DataFrame) -> str:
    """Of one scale's rows of ``metrics.items``: the date, what improved most, what is worse, what is flagged."""
    scale = INSTRUMENTS[str(own["instrument"].iloc[0])]
    last = own.iloc[-len(own["item"].unique()) :].to_dict("records")
    said = [f"Last form on {date_words(last[0]['assessed_at'])}."]
    better = 1 if scale.higher_is_better else -1
    changed = [row for row in last if not pd.isna(row["change"]) and row["change"]]
    for words, sign in (("Improved most since baseline", better), ("Worse since baseline", -better)):
        rows = [row for row in changed if row["change"] * sign > 0]
        rows = sorted(rows, key=lambda row: -abs(row["change"]))[:MOST_NAMED]
        if rows:
            said.append(f"{words}: {', '.join(_moved(row) for row in rows)}.")
    flagged = [_topic(row) for row in last if row["is_flagged"]]
    if flagged:
        said.append(f"{FLAG} Flagged: {', '.join(flagged)}.")
    if any(pd.isna(row["answer"]) for row in last):
        said.append(f"{NOT_ANSWERED} is not answered, and never guessed.")
    return " ".join(said)


def _topic(row: Row) -> str:
    return f"item {row['item']}" if pd.isna(row["topic"]) else str(row["topic"])


def _moved(row: Row) -> str:
    return f"{_topic(row)}: {int(row['answer'] - row['change'])} → {int(row['answer'])}"


def day(table: pd.DataFrame, asked: str, cohort: Cohort, theme: Theme) -> dict[str, Any]:
    """A session by the minute, the one asked for or the last one measured; earlier ones in grey."""
    sessions: dict[str, Row] = {
        f"{int(row['course'])}.{int(row['session_number'])}": row
        for row in table.drop_duplicates(["course", "session_number"]).to_dict("records")
    }
    key = asked if asked in sessions else next(reversed(sessions), "")
    if not key:
        has_table = "vitals" in cohort.store.facts["columns"]
        lack = "No session of this person has measurements by the minute."
        sentence = lack if has_table else "The export has no table vitals: nothing is known by the minute."
        empty = session_day_figure(table, course=0, session=0, thresholds=cohort.thresholds, theme=theme)
        return {"options": [], "value": None, **_drawn(empty, sentence)}
    options = [{"value": each, "label": _session_words(row)} for each, row in reversed(sessions.items())]
    course, number = (int(each) for each in key.split("."))
    figure = session_day_figure(table, course=course, session=number, thresholds=cohort.thresholds, theme=theme)
    n = len(table[(table["course"] == course) & (table["session_number"] == number)])
    before = list(sessions).index(key)
    words = f"{n} times measured. Grey: the {before} measured before." if before else f"{n} times measured."
    words += " A square is beyond the clinic’s threshold, which is the broken line."
    return {"options": options, "value": key, **_drawn(figure, words)}


def _session_words(row: Row) -> str:
    return f"course {int(row['course'])}, session {int(row['session_number'])} · {date_words(row['dose_on'])}"


def courses(scores: pd.DataFrame, primary: str | None, codes: Sequence[str], theme: Theme) -> dict[str, Any]:
    """The courses over each other on the primary scale, else on the first with two; hidden where there is none."""
    counts = {code: scores[scores["instrument"] == code]["course"].dropna().nunique() for code in codes}
    held = [code for code in ([primary] if primary else []) + list(codes) if counts.get(code, 0) > 1]
    figure = courses_figure(scores, instrument=held[0] if held else next(iter(codes), "PHQ-9"), theme=theme)
    words = f"{held[0]}: {counts[held[0]]} courses with a score; the latest in full ink." if held else ""
    return {"hidden": not held, **_drawn(figure, words)}
