"""A deck as a file."""

from pathlib import Path

from dashboard.review.chromium import pdf
from dashboard.review.page import SHEET, html
from dashboard.review.powerpoint import powerpoint
from dashboard.review.slide import Deck

FORMS = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "html": "text/html",
}
"""The ending of a file -> its kind."""


def made_of(deck: Deck, form: str, plotly: Path) -> bytes:
    """The deck in one of FORMS; raises ``chromium.NoBrowser`` where one is needed and there is none."""
    if form == "pptx":
        return powerpoint(deck, plotly)
    if form == "pdf":
        return pdf(html(deck, plotly, is_paper=True), width=SHEET)
    return html(deck, plotly).encode()
