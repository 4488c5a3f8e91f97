"""Presentation: one idea a screen, large, through the agenda or the clinic's year, with live figures."""

from functools import lru_cache
from typing import Any

from dash import Input, Output, State, dcc, html
from dash.exceptions import PreventUpdate

from dashboard.access import NotFound, Viewer
from dashboard.access_cases import agenda_for, case_for, on_wall
from dashboard.auth.permissions import VIEW_CASES, Forbidden
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import OptionError
from dashboard.review.slide import Slide
from dashboard.tabs import parts
from dashboard.tabs.case import small_table
from dashboard.tabs.decks import case_slides, director_deck
from dashboard.tabs.tab import Register

TITLE = "Presentation"
PATH = "/present"
ACTION = VIEW_CASES
CASES = "cases"
_SMALLEST, _LARGEST, _ROOM = 0.9, 1.7, 660
"""How much smaller or larger than on a page a figure is, and the pixels of height that it should fill."""


def layout(clinic: Clinic, viewer: Viewer) -> Any:
    """One screen, filled by the callback."""
    graph = parts.graph("present-graph", figure=parts.BLANK, style={"height": "330px"})
    return html.Div(
        [
            dcc.Location(id="present-address", refresh=False),
            html.H1("Loading …", id="present-title"),
            html.Div(
                [
                    html.Div(html.Div(graph, id="present-large", className="large"), id="present-figure", hidden=True),
                    html.Div(id="present-table"),
                ],
                className="stage",
            ),
            html.P(id="present-told", className="told", role="status"),
            html.Div(id="present-lines", className="lines"),
            html.Div(
                [
                    html.Span(id="present-basis"),
                    html.Button("Full screen (F)", id="present-full", type="button", className="btn btn-sm btn-link"),
                    dcc.Link("Leave (Esc)", id="present-leave", href="/review"),
                    html.Span(id="present-place", className="place"),
                    dcc.Link("‹ previous", id="present-previous", href=""),
                    dcc.Link("next ›", id="present-next", href=""),
                ],
                className="foot",
            ),
        ],
        id="present",
    )


def register(callback: Register, clinic: Clinic) -> None:
    """The screen of an address, and what a click on a mark tells."""

    @callback(
        {
            "title": Output("present-title", "children"),
            "look": Output("present", "className"),
            "no_figure": Output("present-figure", "hidden"),
            "figure": Output("present-graph", "figure"),
            "style": Output("present-graph", "style"),
            "large": Output("present-large", "style"),
            "room": Output("present-figure", "style"),
            "table": Output("present-table", "children"),
            "lines": Output("present-lines", "children"),
            "basis": Output("present-basis", "children"),
            "place": Output("present-place", "children"),
            "previous": Output("present-previous", "href"),
            "next": Output("present-next", "href"),
        },
        Input("present-address", "pathname"),
    )
    def show_slide(viewer: Viewer, path: str | None) -> dict[str, Any]:
        if not (path or "").startswith(PATH):
            raise PreventUpdate
        try:
            return content(*_slide(viewer, clinic, path or ""))
        except (NotFound, OptionError, Forbidden) as error:
            sentence = str(error) or "There is no such slide: the agenda may have changed."
            return content(Slide("Not found", (sentence,)), "", "", "")

    @callback(
        Output("present-told", "children"),
        Input("present-graph", "clickData"),
        State("present-address", "pathname"),
        prevent_initial_call=True,
    )
    def tell_mark(viewer: Viewer, mark: Any, path: str | None) -> str:
        return told(mark)


def told(mark: Any) -> str:
    """What a mark says, to be read aloud: the words of its hover."""
    point = ((mark or {}).get("points") or [{}])[0]
    words = point.get("hovertext") or point.get("text") or ""
    return str(words).replace("<br>", ", ")


def _slide(viewer: Viewer, clinic: Clinic, path: str) -> tuple[Slide, str, str, str]:
    """The slide of an address, its place, and the addresses before and after it."""
    deck, *places = path.removeprefix(PATH).strip("/").split("/")
    numbers = [int(each) if each.isdecimal() else 0 for each in places[:2]]
    if deck == CASES:
        return _of_case(viewer, clinic, *(numbers + [1, 1][len(numbers) :]))
    slides = _director(clinic, viewer.role, deck, clinic.builds.current().build)
    place = numbers[0] if numbers else 1
    if not 1 <= place <= len(slides):
        raise NotFound
    before = f"{PATH}/{deck}/{place - 1}" if place > 1 else ""
    after = f"{PATH}/{deck}/{place + 1}" if place < len(slides) else ""
    return slides[place - 1], f"{place} of {len(slides)}", before, after


def _of_case(viewer: Viewer, clinic: Clinic, place: int, part: int) -> tuple[Slide, str, str, str]:
    """A slide of a case of the agenda; part 0 is its last."""
    _, cases = agenda_for(viewer, clinic)
    if not cases:
        return Slide("Nobody is on the agenda", ("Send somebody from a patient's page.",)), "", "", ""
    if not 1 <= place <= len(cases):
        raise NotFound
    slides = case_slides(clinic, case_for(on_wall(viewer), clinic, cases[place - 1].token))
    part = part or len(slides)
    if not 1 <= part <= len(slides):
        raise NotFound
    before = f"{PATH}/{CASES}/{place}/{part - 1}" if part > 1 else f"{PATH}/{CASES}/{place - 1}/0" if place > 1 else ""
    after = f"{PATH}/{CASES}/{place}/{part + 1}" if part < len(slides) else ""
    after = after or (f"{PATH}/{CASES}/{place + 1}/1" if place < len(cases) else "")
    return slides[part - 1], f"case {place} of {len(cases)}, {part} of {len(slides)}", before, after


@lru_cache(maxsize=8)
def _director(clinic: Clinic, role: str, month: str, build: str) -> tuple[Slide, ...]:
    """The slides of a month for a role; of one build they are always the same."""
    return director_deck(Viewer("", role), clinic, month).slides


def content(slide: Slide, place: str, before: str, after: str) -> dict[str, Any]:
    """Everything on the screen."""
    figure = slide.figure or parts.BLANK
    height = round(figure["layout"].get("height", 10))
    scale = round(min(_LARGEST, max(_SMALLEST, _ROOM / height)), 2)
    return {
        "title": slide.title,
        "look": "words" if slide.figure is None and slide.table is None else "",
        "no_figure": slide.figure is None,
        "figure": figure,
        "style": {"height": f"{height}px"},
        "large": {"transform": f"scale({scale})", "width": f"{100 / scale:.2f}%"},
        "room": {"height": f"{height * scale:.0f}px"},
        "table": small_table(slide, "") if slide.is_table else [],
        "lines": [html.P(each) for each in slide.lines],
        "basis": " · ".join(filter(None, [slide.rule, slide.foot])),
        "place": place,
        "previous": before,
        "next": after,
    }
