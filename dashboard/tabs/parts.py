"""Pieces that every tab is made of: how a number reads, how a table looks, how a state is told.

Numbers are written here and nowhere else, so that one fact reads the same on every page.
"""

import base64
import datetime
import re
from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.figures import words
from dashboard.model import HIDDEN

NBSP = "\u00a0"
NO_PERCENT_UNDER, FEW_UNDER = 10, 20
"""Of so few scored no percentage is given; of so few it is greyed (``definitions.md`` §4)."""

_GRAPH: Any = {"displaylogo": False, "showSendToCloud": False, "plotlyServerURL": ""}
BLANK: Any = {
    "data": [],
    "layout": {
        "xaxis": {"visible": False},
        "yaxis": {"visible": False},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    },
}
"""A figure before there is one."""

_STYLED = re.compile(r"</?(?:span|b|i|em|strong|a|sub|sup)\b[^>]*>")

percent = words.percent
value_words = words.group
"""A value of a split as a person would say it, as in the figures."""


def whole(value: Any) -> str:
    """A count: ``1,234``; a dash where it is undefined, a word where it is hidden."""
    return "–" if pd.isna(value) else HIDDEN if value == HIDDEN else f"{int(value):,}"


def within(name: str) -> str:
    """A name within a sentence: what is no abbreviation begins small."""
    return name if name[:2].isupper() else f"{name[:1].lower()}{name[1:]}"


def number(value: float) -> str:
    """A threshold: ``4``, ``0.5``."""
    return f"{value:g}"


def of(part: Any, total: Any) -> str:
    """``58 of 104``."""
    return f"{whole(part)} of {whole(total)}"


def rate(part: Any, total: Any, value: Any, low: Any, high: Any) -> str:
    """``58 of 104 · 56 % (46–65)``; the count alone under 10, and nothing where there is no rule or nobody."""
    if pd.isna(part):
        return "no rule"
    if total == 0:
        return "–"
    if total < NO_PERCENT_UNDER or pd.isna(value):
        return of(part, total).replace(" ", NBSP)
    interval = f"{percent(value)} % ({percent(low)}–{percent(high)})"
    return f"{of(part, total)} ·".replace(" ", NBSP) + " " + interval.replace(" ", NBSP)  # may break in the middle


def bounds(part: Any, missing: Any, total: Any, low: Any, high: Any, *, n_scored: Any) -> str:
    """The rate of all due had the missing all failed, or all responded: ``41–68 %``; counts under 10 scored."""
    if pd.isna(part) or total == 0:
        return "–"
    if missing == 0:
        return "all scored"
    if n_scored < NO_PERCENT_UNDER:
        return f"{whole(part)}–{whole(part + missing)} of {whole(total)}".replace(" ", NBSP)
    return f"{percent(low)}–{percent(high)}{NBSP}%"


def size_word(n_scored: Any) -> str:
    """The words that go with a small number; empty from 20 on."""
    if n_scored >= FEW_UNDER:
        return ""
    if n_scored == 0:
        return "none scored"
    return f"under {NO_PERCENT_UNDER if n_scored < NO_PERCENT_UNDER else FEW_UNDER} scored"


def day(date: datetime.date) -> str:
    """``15 June 2026``."""
    return f"{date.day} {date:%B %Y}"


def date_of(text: str | None) -> datetime.date:
    """A day as somebody wrote it; raises ValueError with a sentence for what is none."""
    text = (text or "").strip()
    if not text:
        raise ValueError("Write the day as 2024-03-31.")
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date; write it as 2024-03-31.") from None


def graph(id: str, **properties: Any) -> dcc.Graph:
    """The only place that makes a figure: without the button that sends it to another company."""
    return dcc.Graph(id=id, config=_GRAPH, responsive=True, **properties)


def grid(
    id: str, columns: Sequence[dict[str, Any]] = (), *, height: int | None = None, opens: bool = False
) -> dag.AgGrid:
    """A list, read row by row by those who hear the page; as high as its rows, or scrolling within a height (px).

    ``opens``: Enter does what a click on a cell does.
    """
    return dag.AgGrid(
        id=id,
        columnDefs=list(columns),
        rowData=[],
        defaultColDef={"sortable": True, "resizable": True, "suppressHeaderMenuButton": True},
        dashGridOptions={
            "ensureDomOrder": True,
            "suppressColumnVirtualisation": True,
            "enableCellTextSelection": True,
            "suppressNoRowsOverlay": True,
            "domLayout": "normal" if height else "autoHeight",
        },
        eventListeners={"cellKeyDown": ["cellKey(params)"]} if opens else {},
        className="twin",
        style={"height": f"{height}px" if height else None},
    )


def without_styles(figure: dict[str, Any]) -> dict[str, Any]:
    """The figure without styled words: plotly sets them as style attributes, which the page's policy refuses."""
    layout = figure["layout"]
    notes = [{**each, "text": _STYLED.sub("", each["text"])} for each in layout.get("annotations", [])]
    return {**figure, "layout": {**layout, "annotations": notes}}


def table(caption: str, head: Sequence[str], rows: Sequence[tuple[Sequence[str], bool]]) -> html.Div:
    """A small table; the first column names the row, a row marked is greyed (and says so in words)."""
    top = html.Tr([html.Th(title, scope="col") for title in head])
    body = [
        html.Tr(
            [html.Th(cells[0], scope="row"), *(html.Td(cell) for cell in cells[1:])],
            className="few" if is_few else None,
        )
        for cells, is_few in rows
    ]
    whole_table = html.Table([html.Caption(caption), html.Thead(top), html.Tbody(body)], className="table table-sm")
    return html.Div(whole_table, className="scroll", tabIndex=0, role="region", **label(caption))


def file(content: str | bytes, name: str, kind: str) -> dict[str, Any]:
    """What ``dcc.Download`` takes."""
    if isinstance(content, str):
        return {"content": content, "filename": name, "type": kind, "base64": False}
    return {"content": base64.b64encode(content).decode(), "filename": name, "type": kind, "base64": True}


def label(words: str) -> Any:
    """The keyword that names a part for those who hear the page."""
    return {"aria-label": words}


def state(title: str, *sentences: str, way: tuple[str, str] | None = None) -> html.Div:
    """A page or a part of one that has nothing to show, and why; ``way`` is the words and address of a way on."""
    link = [html.P(html.A(way[0], href=way[1], className="btn btn-primary"))] if way else []
    return html.Div([html.H1(title), *(html.P(each) for each in sentences), *link], className="state")


def components(tree: Any) -> list[Component]:
    """Every component of a layout, itself included."""
    if isinstance(tree, (list, tuple)):
        return [each for part in tree for each in components(part)]
    if not isinstance(tree, Component):
        return []
    return [tree, *components(getattr(tree, "children", None))]
