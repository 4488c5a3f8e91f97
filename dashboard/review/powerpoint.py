"""A deck as PowerPoint: native charts that can be edited, their numbers the metric's own; a picture elsewhere."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_AXIS_CROSSES, XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Emu, Inches, Length, Pt

from dashboard.figures.theme import TOKENS, Figure
from dashboard.review.chart import Chart, Series
from dashboard.review.chromium import Picture, pictures
from dashboard.review.slide import Deck, Slide

WIDE, HIGH = Inches(13.333), Inches(7.5)
_LEFT, _WIDTH = Inches(0.6), Inches(12.13)
_TITLE, _LINES, _FOOT = (Inches(0.35), Inches(0.95)), (Inches(5.45), Inches(0.95)), (Inches(6.35), Inches(1.0))
_BODY = (Inches(1.3), Inches(4.15))
"""Top and height of each part."""
_TITLE_ONLY = 5
"""The layout of the library's own template."""
_INK, _MUTED = "111827", "4b5563"
_EDGES, _MOST_LETTERS = 4, 40
"""Letters that a table's cell has beside its own, and the most that make it wider."""
_LONG = 260
"""Letters under a picture, from which on they are smaller."""
_PIXELS = 1164
"""Pixels of a picture's width."""
_COLOURS = ("0c655e", "613a81", "6e3810", "b36b9a", "529c58", "6b7280", "1565c0", "c2570c")
_KINDS = {
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "lines": XL_CHART_TYPE.LINE_MARKERS,
    "points": XL_CHART_TYPE.XY_SCATTER_LINES,
}


def powerpoint(deck: Deck, plotly: Path) -> bytes:
    """The deck as a .pptx file.

    Each slide has its title, the picture with its words as alternative text, n and missing, and at its foot whom the
    numbers count; its notes hold the rule and what computes the table again. Raises ``chromium.NoBrowser`` where a
    picture is needed that no native chart can show.
    """
    drawn = _pictures(deck.slides, plotly)
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = WIDE, HIGH
    about = presentation.core_properties
    about.title, about.author, about.last_modified_by, about.subject = deck.title, "", "", ""
    for place, slide in enumerate(deck.slides):
        _add(presentation.slides.add_slide(presentation.slide_layouts[_TITLE_ONLY]), slide, drawn.get(place))
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()


def _pictures(slides: Sequence[Slide], plotly: Path) -> dict[int, bytes]:
    wanted = {
        place: _wanted(slide.figure) for place, slide in enumerate(slides) if slide.figure and slide.chart is None
    }
    return dict(zip(wanted, pictures(plotly, list(wanted.values())), strict=True))


def _wanted(figure: Figure) -> Picture:
    """As wide for its height as the place where it goes."""
    height = int(figure["layout"]["height"])
    return Picture(figure, max(_PIXELS, round(height * _WIDTH / _BODY[1])), height)


def _add(sheet: Any, slide: Slide, picture: bytes | None) -> None:
    title = sheet.shapes.title
    title.left, (title.top, title.height), title.width = _LEFT, _TITLE, _WIDTH
    _write(title.text_frame, [slide.title], size=26, is_bold=True)
    if slide.chart is not None:
        _describe(_chart(sheet, slide.chart), slide.alt)
    elif picture is not None:
        _describe(_picture(sheet, picture), slide.alt)
    elif slide.table is not None:
        _describe(_table(sheet, slide.table), slide.alt)
    is_large = slide.figure is None and slide.table is None
    is_long = sum(map(len, slide.lines)) > _LONG or len(slide.lines) > 2
    _box(sheet, slide.lines, _BODY if is_large else _LINES, size=20 if is_large else 11 if is_long else 14)
    _box(sheet, [slide.rule, slide.foot], _FOOT, size=9, colour=_MUTED)
    said = [*slide.lines, slide.rule, slide.basis, slide.how]
    sheet.notes_slide.notes_text_frame.text = "\n".join(filter(None, [slide.title, *said]))


def _box(sheet: Any, lines: Sequence[str], place: tuple[Length, Length], *, size: int, colour: str = _INK) -> None:
    shown = [line for line in lines if line]
    if shown:
        top, height = place
        box = sheet.shapes.add_textbox(_LEFT, top, _WIDTH, height)
        _write(box.text_frame, shown, size=size, colour=colour)


def _write(frame: Any, lines: Sequence[str], *, size: int, colour: str = _INK, is_bold: bool = False) -> None:
    frame.word_wrap = True
    frame.text = "\n".join(lines)
    for paragraph in frame.paragraphs:
        paragraph.alignment = 1  # left
        for run in paragraph.runs:
            run.font.size, run.font.bold, run.font.color.rgb = Pt(size), is_bold, RGBColor.from_string(colour.upper())


def _describe(shape: Any, words: str) -> None:
    """The alternative text; a clinic's word may hold signs that the format forbids there."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", "".join(each if each >= " " else " " for each in words))


def _table(sheet: Any, table: pd.DataFrame) -> Any:
    """A small table of texts."""
    top, _ = _BODY
    frame = sheet.shapes.add_table(len(table) + 1, len(table.columns), _LEFT, top, _WIDTH, Inches(0.4))
    longest = [max([len(str(name)), *(len(str(each)) for each in table[name])]) for name in table.columns]
    shares = [_EDGES + min(letters, _MOST_LETTERS) for letters in longest]
    for place, name in enumerate(table.columns):
        frame.table.columns[place].width = Emu(int(_WIDTH * shares[place] / sum(shares)))
        for row, text in enumerate([name, *table[name]]):
            _write(frame.table.cell(row, place).text_frame, [str(text)], size=11, is_bold=row == 0)
    return frame


def _picture(sheet: Any, picture: bytes) -> Any:
    top, height = _BODY
    shape = sheet.shapes.add_picture(io.BytesIO(picture), _LEFT, top)
    scale = min(_WIDTH / shape.width, height / shape.height)
    shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
    return shape


def _chart(sheet: Any, chart: Chart) -> Any:
    top, height = _BODY
    frame = sheet.shapes.add_chart(_KINDS[chart.kind], _LEFT, top, _WIDTH, height, _data(chart))
    made = frame.chart
    made.has_title = False
    made.font.size = Pt(12)
    made.has_legend = len(chart.series) > 1
    if made.has_legend:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    value, other = made.value_axis, made.category_axis
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = chart.form, False
    value.major_gridlines.format.line.color.rgb = RGBColor.from_string("DFE3E8")
    if chart.least is not None:
        value.minimum_scale = chart.least
    if chart.most is not None:
        value.maximum_scale = chart.most
    for axis, words in ((value, chart.y_title), (other, chart.x_title)):
        axis.has_title = bool(words)
        if words:
            axis.axis_title.text_frame.text = words
            axis.axis_title.text_frame.paragraphs[0].runs[0].font.size = Pt(12)
    if chart.kind == "bars":
        other.reverse_order = True  # the first on top, as on screen
        other.crosses = XL_AXIS_CROSSES.MAXIMUM  # and the numbers beneath
    if chart.kind == "points":
        other.crosses = XL_AXIS_CROSSES.MINIMUM  # days before the first session lie right of the scale
    for place, (series, shown) in enumerate(zip(made.plots[0].series, chart.series, strict=True)):
        _style(series, shown, chart, _COLOURS[place % len(_COLOURS)])
    return frame


def _data(chart: Chart) -> CategoryChartData | XyChartData:
    if chart.kind == "points":
        xy = XyChartData(number_format=chart.form)
        for series in chart.series:
            own = xy.add_series(series.name)
            for x, y in zip(series.x, series.values, strict=True):
                own.add_data_point(x, y)
        return xy
    data = CategoryChartData(number_format=chart.form)
    data.categories = list(chart.categories)
    for series in chart.series:
        data.add_series(series.name, series.values)
    return data


def _style(made: Any, series: Series, chart: Chart, colour: str) -> None:
    ink = RGBColor.from_string((colour if not series.is_line else TOKENS["light"].muted.lstrip("#")).upper())
    if chart.kind in ("bars", "columns"):
        made.format.fill.solid()
        made.format.fill.fore_color.rgb = ink
        labels = made.data_labels
        labels.show_value, labels.number_format, labels.number_format_is_linked = True, chart.form, False
        if series.low:  # beside the bar it would lie on the interval
            labels.position = XL_LABEL_POSITION.INSIDE_BASE
            labels.font.size, labels.font.bold, labels.font.color.rgb = Pt(12), True, RGBColor(255, 255, 255)
    else:
        made.smooth = False
        made.format.line.color.rgb, made.format.line.width = ink, Pt(1 if series.is_line else 2)
        if series.is_line:
            made.marker.style = XL_MARKER_STYLE.NONE
        else:
            made.marker.style, made.marker.size = XL_MARKER_STYLE.CIRCLE, 7
            made.marker.format.fill.solid()
            made.marker.format.fill.fore_color.rgb = ink
            made.marker.format.line.color.rgb = ink
    if series.low:
        made._element.insert_element_before(_interval(series), *_AFTER_INTERVAL)


_AFTER_INTERVAL = ("c:cat", "c:val", "c:smooth", "c:shape", "c:extLst")
"""What the format puts behind the interval of a series."""


def _interval(series: Series) -> Any:
    """The interval of each value, as error bars with their own numbers."""

    def ends(name: str, gaps: Sequence[float | None]) -> str:
        points = "".join(f'<c:pt idx="{place}"><c:v>{gap!r}</c:v></c:pt>' for place, gap in enumerate(gaps) if gap)
        count = f'<c:ptCount val="{len(gaps)}"/>'
        return f"<c:{name}><c:numLit><c:formatCode>General</c:formatCode>{count}{points}</c:numLit></c:{name}>"

    above = [_gap(high, value) for high, value in zip(series.high, series.values, strict=True)]
    below = [_gap(value, low) for value, low in zip(series.values, series.low, strict=True)]
    return parse_xml(
        f"<c:errBars {nsdecls('c', 'a')}>"
        '<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
        f"{ends('plus', above)}{ends('minus', below)}"
        f'<c:spPr><a:ln w="15875"><a:solidFill><a:srgbClr val="{_INK}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )


def _gap(upper: Any, lower: Any) -> float | None:
    return None if upper is None or lower is None else max(0.0, float(upper) - float(lower))
