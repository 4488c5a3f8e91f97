"""When side effects come and how long they last, in sentences made of the tables of that page."""

import pandas as pd

from dashboard.tabs import parts
from dashboard.tabs.section import Asked
from dashboard.tabs.side_effects_view import ANY, View


def answer(asked: Asked, view: View) -> str:
    """Whether it fades."""
    return _fading(asked["fading"].table, view)["title"] + "."


def words(asked: Asked, view: View) -> dict[str, dict[str, str]]:
    """Heading and count, by figure."""
    return {"fading": _fading(asked["fading"].table, view)}


def _fading(table: pd.DataFrame, view: View) -> dict[str, str]:
    what = "any side effect" if view.term == ANY else parts.within(view.term)
    large = table[table["n_sessions"] >= parts.FEW_UNDER].to_dict("records")
    shown = [*large[:1], *large[1:][-1:]]
    ends = [f"{parts.percent(row['session_rate'])} % in session {row['session_number']}" for row in shown]
    title = f"Does it fade? {what[:1].upper()}{what[1:]}{': ' if ends else ''}{', '.join(ends)}"
    count = f"n = {parts.whole(table['n_sessions'].sum())} sessions with a filled form; how many under each number."
    return {"title": title, "count": count}
