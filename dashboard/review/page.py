"""A deck as one HTML file that needs nothing else, and the sheets that a browser prints of it."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.utils import PlotlyJSONEncoder

from dashboard.figures.theme import FONT, Figure
from dashboard.review.slide import Deck, Slide

_PAGES = Environment(
    loader=PackageLoader("dashboard.review"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_SCRIPT_ENDS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
"""What could end a script, as JSON writes it too."""


SHEET, FIGURE = 1046, 370
"""Pixels of a printed sheet between its margins, and of the height that a figure may take of it."""


def html(deck: Deck, plotly: Path, *, is_paper: bool = False) -> str:
    """The deck as one file: live figures, tables, rules, and nothing fetched from anywhere.

    Args:
        deck: what it shows.
        plotly: plotly's own script, which goes into the file.
        is_paper: to be printed: a figure higher than a sheet is made smaller.
    """
    figures = {f"figure-{place}": each.figure for place, each in enumerate(deck.slides, start=1) if each.figure}
    return _PAGES.get_template("deck.html").render(
        deck=deck,
        font=FONT,
        table=_table,
        has_figures=bool(figures),
        figures=_json(figures),
        sheet=SHEET if is_paper else 0,
        most=FIGURE,
        plotly=plotly.read_text(encoding="utf-8").replace("</script", "<\\/script") if figures else "",
    )


def _json(figures: dict[str, Figure]) -> str:
    text = json.dumps(figures, cls=PlotlyJSONEncoder)
    for sign, escaped in _SCRIPT_ENDS.items():
        text = text.replace(sign, escaped)
    return text


def _table(slide: Slide) -> Markup:
    """The slide's table, every digit, its head repeated on each sheet."""
    table = slide.table if slide.table is not None else pd.DataFrame()
    head = Markup("").join(Markup("<th scope=col>{}</th>").format(name) for name in table.columns)
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(_cell(value)) for value in row))
        for row in table.itertuples(index=False)
    )
    whole = Markup("<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>")
    return whole.format(slide.title, head, rows)


def _cell(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
