"""Each clinician's or site's rate by its number, within the limits of chance round the rate of all."""

from collections.abc import Hashable
from string import ascii_uppercase
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures import words
from dashboard.figures.opening import opening, opens
from dashboard.figures.theme import SMALL, TOKENS, Figure, Theme, base_layout, empty, note, title

PANEL, TOP, BOTTOM, LEFT, RIGHT = 380, 14, 92, 62, 330
"""Pixels: of the panel, and around it; the right margin says who each letter is."""
_LINE = 36
_LOOKS = {"95": ("dash", "95 %"), "998": ("dot", "99.8 %")}
_KEY = "By number, not by rate. Line: the rate of all. Dashed and dotted: where chance alone leaves 95 % and 99.8 %."
_WORDS = {"outside-95": "outside 95 %", "outside-99.8": "outside 99.8 %"}

Row: TypeAlias = dict[Hashable, Any]


def funnel_figure(table: pd.DataFrame, limits: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """A letter a group at its number and rate; who it is stands at the right, those with most first.

    Args:
        table: rows of ``metrics.funnel`` for one scale.
        limits: ``n`` from 1 on, and ``low_95``, ``high_95``, ``low_998``, ``high_998`` of each, 0-1.
        by: ``clinician`` or ``site``.
        theme: light or dark.

    Returns:
        Data and layout. Under 10 scored a group has no letter and no percentage, only its count; under 20 it is grey.
    """
    if table.empty:
        return empty("Nobody is scored, or the scale has no rule for response.", theme, height=120)
    rows = table.assign(at=range(len(table))).to_dict("records")
    drawn = [row for row in rows if row["n_scored"] >= words.NO_PERCENT_UNDER]
    if not drawn:
        return empty("Nobody has 10 or more scored: too few for a percentage.", theme, height=120)
    letters = {row["at"]: _letter(place) for place, row in enumerate(drawn)}
    height = max(PANEL, _LINE * len(rows))
    most = int(table["n_scored"].max())
    layout = base_layout(
        theme,
        height=TOP + height + BOTTOM,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        xaxis={"title": title("courses scored", theme), "range": [0, most * 1.06], "nticks": 8, "showgrid": False},
        yaxis={
            "title": title("responded, % of the scored", theme),
            "range": [0, 101],
            "tickvals": [0, 25, 50, 75, 100],
        },
        annotations=[
            *(_who(row, letters.get(row["at"], "–"), place, by, theme) for place, row in enumerate(rows)),
            _below(theme),
        ],
    )
    lines = [*_limits(limits, theme), _overall(float(rows[0]["overall_rate"]), most, theme)]
    return {"data": [*lines, _marks(drawn, letters, by, theme)], "layout": layout}


def _letter(place: int) -> str:
    """``A`` to ``Z``, then ``AA``."""
    turn, letter = divmod(place, len(ascii_uppercase))
    return ascii_uppercase[letter] * (turn + 1)


def _limits(limits: pd.DataFrame, theme: Theme) -> list[dict[str, Any]]:
    tokens = TOKENS[theme]
    return [
        {
            "type": "scatter",
            "name": f"{name} limit",
            "mode": "lines",
            "x": [int(n) for n in limits["n"]],
            "y": [100 * float(each) for each in limits[f"{side}_{share}"]],
            "line": {"color": tokens.muted, "width": 1.25, "dash": dash},
            "hoverinfo": "skip",
        }
        for share, (dash, name) in _LOOKS.items()
        for side in ("low", "high")
    ]


def _overall(rate: float, most: int, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": "rate of all",
        "mode": "lines",
        "x": [0, most * 1.06],
        "y": [100 * rate, 100 * rate],
        "line": {"color": TOKENS[theme].ink, "width": 1},
        "hoverinfo": "skip",
    }


def _ink(row: Row, theme: Theme) -> str:
    tokens = TOKENS[theme]
    return tokens.common if row["n_scored"] < words.FEW_UNDER else tokens.ink


def _marks(drawn: list[Row], letters: dict[Any, str], by: str, theme: Theme) -> dict[str, Any]:
    inks = [_ink(row, theme) for row in drawn]
    return {
        "type": "scatter",
        "name": "groups",
        "mode": "markers+text",
        "x": [int(row["n_scored"]) for row in drawn],
        "y": [100 * float(row["response_rate"]) for row in drawn],
        "text": [_letters_at(row, drawn, letters) for row in drawn],
        "textposition": "top center",
        "textfont": {"size": SMALL, "color": inks},
        "marker": {
            "symbol": ["diamond" if row["place"] != "inside" else "circle" for row in drawn],
            "size": 10,
            "color": inks,
            "opacity": 1,
        },
        "cliponaxis": False,
        "customdata": [opening(int(row["at"]), "n_responded") for row in drawn],
        "hovertext": [f"{words.plain(words.group(by, row[by]))}: {_said(row)}" for row in drawn],
        "hoverinfo": "text",
    }


def _letters_at(row: Row, drawn: list[Row], letters: dict[Any, str]) -> str:
    """The letters of all the groups at the place of one: marks there lie on each other."""
    place = (row["n_scored"], row["n_responded"])
    return " ".join(letters[each["at"]] for each in drawn if (each["n_scored"], each["n_responded"]) == place)


def _said(row: Row) -> str:
    count = words.part_of(row["n_responded"], row["n_scored"])
    if row["n_scored"] < words.NO_PERCENT_UNDER:
        return f"{count} · too few for a percentage"
    outside = f" · {_WORDS[row['place']]}" if row["place"] in _WORDS else ""
    few = " · under 20" if row["n_scored"] < words.FEW_UNDER else ""
    return f"{count} · {words.percent(float(row['response_rate']))} %{few}{outside}"


def _who(row: Row, letter: str, place: int, by: str, theme: Theme) -> dict[str, Any]:
    """The letter, whose it is, and the count; a group outside says so."""
    where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 22, "yref": "paper", "y": 1, "yanchor": "top"}
    is_full = row["n_scored"] >= words.FEW_UNDER
    text = f"{letter}  {words.plain(words.group(by, row[by]))}<br>     {_said(row)}"
    font = {"color": TOKENS[theme].ink if is_full else TOKENS[theme].muted}
    return note(text, theme, font=font, yshift=-_LINE * place, **opens(int(row["at"]), "n_responded"), **where)


def _below(theme: Theme) -> dict[str, Any]:
    where = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 8 - LEFT, "yref": "paper", "y": 0, "yanchor": "top"}
    return note(_KEY, theme, yshift=-60, font={"size": SMALL - 1}, **where)
