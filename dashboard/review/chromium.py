"""Pictures and pages by a headless Chromium, with our own bundle of plotly and no way to the network."""

import base64
import json
import os
import shutil
import threading
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

from playwright.sync_api import Page, sync_playwright

from dashboard.figures.theme import Figure

Form: TypeAlias = Literal["png", "svg"]
T = TypeVar("T")

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
_SHARPNESS = 2
"""Pixels of a picture for each of the figure."""
_PATIENCE = 60_000
_BROWSERS = threading.BoundedSemaphore(2)
"""A browser takes a core and some 200 MB: many who save at once wait for each other."""


class NoBrowser(RuntimeError):
    """There is no Chromium on this machine; its text says what to do."""


def find() -> str | None:
    """The path of a Chromium, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    found = (shutil.which(name) for name in (*NAMES, *PLACES))
    return next((path for path in found if path), None)


@dataclass(frozen=True)
class Picture:
    """A figure to be drawn at so many pixels."""

    figure: Figure
    width: int
    height: int
    form: Form = "png"


def pictures(plotly: Path, wanted: Sequence[Picture]) -> list[bytes]:
    """Each as a file, PNG at twice the size; raises NoBrowser.

    Args:
        plotly: plotly's own script.
        wanted: what to draw.
    """
    if not wanted:
        return []

    def draw(page: Page) -> list[bytes]:
        page.set_content("<!doctype html><title>figure</title><body></body>")
        page.add_script_tag(path=plotly)
        return [_drawn(page, each) for each in wanted]

    return _in_browser(draw)


def pdf(html: str, *, width: int) -> bytes:
    """A page of our own as a PDF, its sheets as its style says, so many pixels wide; raises NoBrowser."""

    def print_page(page: Page) -> bytes:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(media="print")
        page.set_content(html)
        page.wait_for_function("window.isDrawn !== false")
        return page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)

    return _in_browser(print_page)


def _drawn(page: Page, wanted: Picture) -> bytes:
    scale = _SHARPNESS if wanted.form == "png" else 1
    options = {"format": wanted.form, "width": wanted.width, "height": wanted.height, "scale": scale}
    said = "([figure, options]) => Plotly.toImage(JSON.parse(figure), options)"
    address = str(page.evaluate(said, [json.dumps(wanted.figure), options]))
    head, _, data = address.partition(",")
    return base64.b64decode(data) if head.endswith("base64") else urllib.parse.unquote(data).encode()


def _in_browser(work: Callable[[Page], T]) -> T:
    """Do some work in a browser of its own; in a thread of its own, as playwright asks."""
    path = find()
    if path is None:
        raise NoBrowser(
            "Pictures and PDF files need Chromium on the server, and none was found. Install it (Debian, Ubuntu: "
            "apt-get install chromium) or name it in the environment variable CHROMIUM. PowerPoint with native charts, "
            "HTML and CSV need none."
        )

    def run() -> T:
        with _page(path) as page:
            return work(page)

    with _BROWSERS, ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(run).result()


@contextmanager
def _page(path: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            page = browser.new_context(offline=True).new_page()
            page.set_default_timeout(_PATIENCE)
            yield page
        finally:
            browser.close()
