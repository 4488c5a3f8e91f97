"""A person's courses over each other, day 0 at the first session of each."""

from typing import Any

import pandas as pd

from dashboard.figures.axis import date_words
from dashboard.figures.theme import (
    SMALL,
    TOKENS,
    Figure,
    Theme,
    base_layout,
    empty,
    note,
    score_axis,
    severity,
    title,
)
from dashboard.instruments import INSTRUMENTS

HEIGHT, LEFT, RIGHT, TOP, FOOT = 300, 66, 150, 14, 48
_DASHES = ("5px,4px", "1px,3px", "8px,3px,2px,3px")


def courses_figure(table: pd.DataFrame, *, instrument: str, theme: Theme) -> Figure:
    """The scores of each course by the day since its first session, the latest course in ink, earlier ones in grey.

    Args:
        table: rows of ``metrics.trajectory``; those of other scales or of no course are left out.
        instrument: the scale's code.
        theme: light or dark.
    """
    scale = INSTRUMENTS[instrument]
    own = table[(table["instrument"] == instrument) & table["course"].notna()]
    courses = [group.sort_values("assessed_at", kind="stable") for _, group in own.groupby("course")]
    if len(courses) < 2:
        return empty("Fewer than two courses have a score.", theme, height=90)
    areas, notes = severity(scale, theme)
    data = []
    for place, group in enumerate(courses):
        is_last = place == len(courses) - 1
        data.append(_course(group, place, theme, is_last=is_last, code=instrument))
        end = group.iloc[-1]
        where = {"x": float(end["day"]), "y": float(end["score"]), "xanchor": "left", "xshift": 8, "yanchor": "bottom"}
        ink = TOKENS[theme].ink if is_last else TOKENS[theme].muted
        notes.append(note(f"course {int(end['course'])}", theme, **where, font={"color": ink, "size": SMALL}))
    low, high = float(own["day"].min()), float(own["day"].max())
    room = max(2.0, 0.04 * (high - low))
    layout = base_layout(
        theme,
        height=HEIGHT,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": FOOT},
        xaxis={
            "type": "linear",
            "range": [low - room, high + max(room, 0.14 * (high - low))],
            "showgrid": False,
            "nticks": 10,
            "title": title("days since the first session of the course", theme, standoff=6),
        },
        yaxis=score_axis(scale, theme),
        shapes=areas,
        annotations=notes,
    )
    return {"data": data, "layout": layout}


def _course(group: pd.DataFrame, place: int, theme: Theme, *, is_last: bool, code: str) -> dict[str, Any]:
    ink = TOKENS[theme].ink if is_last else TOKENS[theme].muted
    return {
        "type": "scatter",
        "name": f"course {int(group['course'].iloc[0])}",
        "mode": "lines+markers",
        "x": [float(each) for each in group["day"]],
        "y": [float(each) for each in group["score"]],
        "line": {"color": ink, "width": 2, "dash": "solid" if is_last else _DASHES[place % len(_DASHES)]},
        "marker": {"symbol": "circle" if is_last else "circle-open", "size": 8, "color": ink, "opacity": 1},
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [
            f"{code} {float(row['score']):g}, course {int(row['course'])}, day {int(row['day'])}"
            f"<br>{date_words(row['assessed_at'])}"
            for row in group.to_dict("records")
        ],
    }
