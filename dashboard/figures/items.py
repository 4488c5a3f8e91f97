"""A person's answers on one scale, form by form: how high each is, which are flagged, which were not given."""

from typing import Any

import pandas as pd

from dashboard.figures.axis import Row, date_words
from dashboard.figures.panel import signed
from dashboard.figures.theme import SMALL, TOKENS, Figure, Theme, base_layout, empty, note
from dashboard.instruments import INSTRUMENTS

MOST_FORMS = 24
"""Of more forms the first and the last are drawn."""
ROW, TOP, FOOT, LEFT, RIGHT = 27, 8, 52, 226, 96
FLAG, NOT_ANSWERED = "⚑", "–"
_WORDS = 30
"""Characters of a topic."""


def items_figure(table: pd.DataFrame, *, instrument: str, theme: Theme) -> Figure:
    """One scale's answers as a heatmap, items by forms; the darker, the higher the answer.

    Args:
        table: rows of ``metrics.items``; those of other scales are left out.
        instrument: the scale's code.
        theme: light or dark.

    Returns:
        Data and layout; each answer is written in its cell, a flagged one with a flag, one not given as a dash.
    """
    own = table[table["instrument"] == instrument]
    if own.empty:
        return empty("No form with its items, only totals.", theme, height=90)
    items = list(dict.fromkeys(own["item"]))
    rows = list(own.to_dict("records"))
    forms = [rows[start : start + len(items)] for start in range(0, len(rows), len(items))]
    forms = forms if len(forms) <= MOST_FORMS else [forms[0], *forms[1 - MOST_FORMS :]]
    is_ladder = INSTRUMENTS[instrument].scoring == "highest-yes"
    heat = {
        "type": "heatmap",
        "name": instrument,
        "x": list(range(len(forms))),
        "y": list(range(len(items))),
        "z": [[_share(form[row]) for form in forms] for row in range(len(items))],
        "text": [[_answer(form[row], is_ladder=is_ladder) for form in forms] for row in range(len(items))],
        "texttemplate": "%{text}",
        "textfont": {"size": SMALL},
        "hovertext": [[_told(form[row], is_ladder=is_ladder) for form in forms] for row in range(len(items))],
        "hoverinfo": "text",
        "colorscale": [[0, _paper(theme)], [1, TOKENS[theme].muted]],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }
    return {"data": [heat], "layout": _layout(forms, theme)}


def _paper(theme: Theme) -> str:
    return {"light": "#f3f4f6", "dark": "#20262c"}[theme]


def _layout(forms: list[list[Row]], theme: Theme) -> dict[str, Any]:
    last = forms[-1]
    dates = [pd.Timestamp(form[0]["assessed_at"]) for form in forms]
    years = [date.year if not place or date.year != dates[place - 1].year else None for place, date in enumerate(dates)]
    end = {"x": len(forms) - 0.5, "xanchor": "left", "xshift": 10}
    ends = [note(_change(row), theme, **end, y=y, yanchor="middle") for y, row in enumerate(last)]
    ends.append(note("since<br>baseline", theme, **end, yref="paper", y=0, yanchor="top", font={"size": SMALL - 1}))
    labels = [_label(row) for row in last]
    return base_layout(
        theme,
        height=TOP + ROW * len(last) + FOOT,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": FOOT},
        xaxis={
            "type": "linear",
            "range": [-0.5, max(len(forms), 6) - 0.5],
            "showgrid": False,
            "tickvals": list(range(len(forms))),
            "ticktext": [
                f"{date.day} {date:%b}" + (f"<br>{year}" if year else "")
                for date, year in zip(dates, years, strict=True)
            ],
            "tickangle": 0 if len(forms) <= 14 else -90,
        },
        yaxis={
            "range": [len(last) - 0.5, -0.5],
            "showgrid": False,
            "tickvals": list(range(len(last))),
            "ticktext": labels,
        },
        annotations=ends,
    )


def _label(row: Row) -> str:
    """``9 thoughts of death or self-harm``; without a topic the item's number alone."""
    topic: str = "" if pd.isna(row["topic"]) else str(row["topic"])
    topic = topic if len(topic) <= _WORDS else f"{topic[: _WORDS - 1]}…"
    return f"{topic} {row['item']}" if topic else f"item {row['item']}"


def _share(row: Row) -> float | None:
    return None if pd.isna(row["answer"]) else float(row["answer"]) / float(row["highest"])


def _answer(row: Row, *, is_ladder: bool) -> str:
    if pd.isna(row["answer"]):
        return NOT_ANSWERED
    words = ("no", "yes")[int(row["answer"])] if is_ladder else f"{int(row['answer'])}"
    return f"{FLAG} {words}" if row["is_flagged"] else words


def _told(row: Row, *, is_ladder: bool) -> str:
    answer: str = "not answered" if pd.isna(row["answer"]) else _answer(row, is_ladder=is_ladder)
    most = "" if is_ladder or pd.isna(row["answer"]) else f" of {int(row['highest'])}"
    flag = ", flagged" if row["is_flagged"] else ""
    return f"{_label(row)}: {answer}{most}{flag}<br>{date_words(row['assessed_at'])}"


def _change(row: Row) -> str:
    """From the baseline to the last form."""
    if pd.isna(row["answer"]):
        return "not answered"
    return "" if pd.isna(row["change"]) else signed(row["change"])
