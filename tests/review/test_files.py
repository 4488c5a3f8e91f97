"""Slides as files: the numbers of a chart, a page and a picture are the metric's, read back by other programs."""

import csv
import io
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pptx import Presentation
from python_calamine import CalamineWorkbook

from dashboard.clinic import Clinic, open_clinic
from dashboard.clinical.cohort import Cohort
from dashboard.review.chart import Chart
from dashboard.review.chromium import Picture, pictures
from dashboard.review.file import made_of
from dashboard.review.page import html
from dashboard.review.picture import picture
from dashboard.review.powerpoint import powerpoint
from dashboard.review.slide import Deck, Slide
from dashboard.settings import PLOTLY, Settings
from dashboard.tabs import outcomes, side_effects, throughput
from dashboard.tabs.outcomes_view import View
from dashboard.tabs.shown import Shown
from dashboard.tabs.slides import slide_of


@pytest.fixture(scope="module")
def clinic(demo_made: Path) -> Iterator[Clinic]:
    one = open_clinic(Settings(home=demo_made))
    yield one
    one.close()


@pytest.fixture(scope="module")
def shown(clinic: Clinic) -> dict[str, Shown]:
    """Figures of three pages, of everyone."""
    cohort = Cohort(clinic.builds.current())
    pages = (
        outcomes.of(cohort, View(by="route")),
        side_effects.SECTION.of(cohort, side_effects.View()),
        throughput.of(cohort, throughput.View()),
    )
    return {name: each for page in pages for name, each in page.items()}


@pytest.fixture(scope="module")
def slides(clinic: Clinic, shown: dict[str, Shown]) -> dict[str, Slide]:
    return {name: slide_of(clinic, name, each, action="view-outcomes", address="/") for name, each in shown.items()}


NATIVE = {
    "response": (("response_rate",), "route", 10),
    "waterfall": (("n_started", "n_baseline", "n_eligible", "n_due", "n_scored", "n_responded"), "", 0),
    "curve": (("mean",), "x", 0),
    "any": (("session_rate",), "treatment", 10),
    "sessions": (("n_completed", "n_no_show", "n_late_cancelled"), "period", 0),
    "spc": (("value", "mean", "low", "high"), "period", 0),
}
"""Figure -> the columns that its chart shows, its key, and the least n that has a percentage."""
WHOLE = {"response": "n_scored", "any": "n_sessions"}


def printed(slide_or_shown: Shown) -> list[dict[str, str]]:
    """The table as the command line prints it."""
    return list(csv.DictReader(io.StringIO(slide_or_shown.reading.csv())))


def chart_of(sheet: Any) -> Any:
    return next(shape.chart for shape in sheet.shapes if shape.has_chart)


def test_the_numbers_of_a_native_chart_are_the_metrics_to_the_last_digit(
    slides: dict[str, Slide], shown: dict[str, Shown]
) -> None:
    deck = Deck("All", tuple(slides[name] for name in NATIVE))
    sheets = Presentation(io.BytesIO(powerpoint(deck, PLOTLY))).slides
    for sheet, (name, (columns, key, least)) in zip(sheets, NATIVE.items(), strict=True):
        rows, chart = printed(shown[name]), chart_of(sheet)
        if name == "waterfall":
            wanted = [[float(rows[0][column]) for column in columns]]
        else:
            whole = WHOLE.get(name)
            is_shown = [not whole or int(row[whole]) >= least for row in rows]
            wanted = [
                [
                    float(row[column]) if row[column] and shows else None
                    for row, shows in zip(rows, is_shown, strict=True)
                ]
                for column in columns
            ]
            assert any(value is not None for value in wanted[0]), name
        assert [list(series.values) for series in chart.plots[0].series] == wanted, name
        assert len(chart.plots[0].categories) == len(wanted[0]), f"{name}: a category a {key}"
        if name == "curve":  # a mean of one looks like any other
            assert list(chart.plots[0].categories) == [f"{row['x']} (n {row['n']})" for row in rows]
        book = CalamineWorkbook.from_filelike(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        cells = book.get_sheet_by_index(0).to_python()[1:]
        numbers = [[None if row[k] == "" else row[k] for row in cells] for k in range(1, len(wanted) + 1)]
        for own, line in zip(numbers, wanted, strict=True):  # a workbook is written with sixteen digits
            assert own == [value if value is None else pytest.approx(value, rel=1e-15) for value in line], name


def test_error_bars_end_where_the_interval_ends(slides: dict[str, Slide], shown: dict[str, Shown]) -> None:
    sheet = Presentation(io.BytesIO(powerpoint(Deck("One", (slides["response"],)), PLOTLY))).slides[0]
    series = chart_of(sheet).plots[0].series[0]
    space = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    ends = {
        side: {
            int(point.get("idx")): float(point.find("c:v", space).text)
            for point in series._element.findall(f"c:errBars/c:{side}/c:numLit/c:pt", space)
        }
        for side in ("plus", "minus")
    }
    rows = printed(shown["response"])
    drawn = [place for place, row in enumerate(rows) if int(row["n_scored"]) >= 10]
    assert drawn
    for place in drawn:
        rate = float(rows[place]["response_rate"])
        assert rate + ends["plus"][place] == pytest.approx(float(rows[place]["response_high"]), abs=1e-12)
        assert rate - ends["minus"][place] == pytest.approx(float(rows[place]["response_low"]), abs=1e-12)
    assert set(ends["plus"]) == set(drawn)


def test_a_slide_says_all_in_its_notes_and_no_author_in_its_file(slides: dict[str, Slide]) -> None:
    made = powerpoint(Deck("All", (slides["response"], slides["severity"])), PLOTLY)
    native, drawn = Presentation(io.BytesIO(made)).slides
    for sheet, slide in ((native, slides["response"]), (drawn, slides["severity"])):
        notes = sheet.notes_slide.notes_text_frame.text
        assert all(part in notes for part in (slide.title, slide.rule, slide.basis, slide.how, *slide.lines))
        texts = " ".join(shape.text_frame.text for shape in sheet.shapes if shape.has_text_frame)
        assert slide.title in texts
        assert slide.fingerprint in texts
        described = [shape._element.xpath(".//p:cNvPr/@descr") for shape in sheet.shapes]
        assert [slide.alt] in described
    assert any(shape.shape_type == 13 for shape in drawn.shapes), "a picture where there is no native chart"
    properties = Presentation(io.BytesIO(made)).core_properties
    assert (properties.author, properties.last_modified_by) == ("", "")
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert package.testzip() is None


def test_a_page_needs_nothing_else_and_runs_nothing_of_a_clinics(slides: dict[str, Slide]) -> None:
    odd = "</script><script>alert(1)</script>"
    table = pd.DataFrame({"site": [odd], "rate": [1 / 3]})
    figure = {"data": [], "layout": {"height": 100, "annotations": [{"text": odd}]}}
    page = html(Deck(odd, (slides["response"], Slide(odd, (odd,), figure, table))), PLOTLY)
    assert odd not in page
    assert "0.3333333333333333" in page
    outside = page.replace(PLOTLY.read_text(encoding="utf-8").replace("</script", "<\\/script"), "")
    assert not re.search(r"(?:src|href)\s*=|url\(|@import", outside)
    assert all(line in outside for line in slides["response"].lines)


def test_a_printed_deck_has_a_sheet_a_slide_and_more_for_its_tables(slides: dict[str, Slide]) -> None:
    many = Slide("Many rows", figure=slides["response"].figure, table=pd.DataFrame({"row": range(120)}))
    made = made_of(Deck("Two", (slides["response"], many)), "pdf", PLOTLY)
    assert made.startswith(b"%PDF")
    sheets = len(re.findall(rb"/Type\s*/Page\b", made))
    assert sheets >= 2 + 1 + 3, "two slides, a sheet of the first table, and the second over several"
    assert b"/StructTreeRoot" in made, "tagged, for those who hear it"


def test_a_picture_holds_its_words_and_is_twice_as_large(slides: dict[str, Slide]) -> None:
    slide = slides["response"]
    svg = picture(slide, "svg", PLOTLY).decode()
    words = " ".join(re.findall(r">([^<>]+)<", svg))
    assert all(part in words for part in (slide.title, slide.fingerprint, "n = ", "Records as of 31 December 2024"))
    wide, high = (int(each) for each in re.findall(r'<svg[^>]* width="(\d+)" height="(\d+)"', svg)[0])
    png = picture(slide, "png", PLOTLY)
    assert struct.unpack(">II", png[16:24]) == (2 * wide, 2 * high)
    assert picture(slide, "pdf", PLOTLY).startswith(b"%PDF")


def test_a_picture_of_nothing_is_refused_and_none_needs_no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert pictures(PLOTLY, []) == []
    with pytest.raises(ValueError, match="no picture"):
        picture(Slide("Words"), "png", PLOTLY)
    with pytest.raises(RuntimeError, match="apt-get install chromium"):
        pictures(PLOTLY, [Picture({"data": [], "layout": {}}, 100, 100)])


def test_a_sign_that_the_format_forbids_spoils_no_deck(slides: dict[str, Slide]) -> None:
    odd = replace(slides["response"], title="a\x0bb\x00c", lines=("d\x1fe",), rule="f\x01g", basis="h\x02i")
    made = Presentation(io.BytesIO(powerpoint(Deck("Odd", (odd,)), PLOTLY)))
    assert len(made.slides) == 1
    assert "a b c" in made.slides[0].shapes._spTree.xpath("//p:cNvPr/@descr")[-1]


def test_a_native_deck_needs_no_browser(slides: dict[str, Slide], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert powerpoint(Deck("Native", (slides["response"], slides["waterfall"])), PLOTLY)
    assert isinstance(slides["curve"].chart, Chart)
