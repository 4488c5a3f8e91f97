"""One person over time: a panel a scale, the sessions, the side effects, and what else happened, on one axis."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pandas as pd

from dashboard.figures import lanes, medicines, panel, thresholds, track
from dashboard.figures.axis import Axis
from dashboard.figures.ladder import over_figure
from dashboard.figures.panel import Panel
from dashboard.figures.stack import Stack
from dashboard.figures.theme import SMALL, TOKENS, Figure, Theme, base_layout, empty, note, score_axis, severity
from dashboard.figures.thresholds import Lines
from dashboard.instruments import INSTRUMENTS, Instrument

FIRST, OTHER = 250, 150
"""Pixels of the first panel and of each further one."""
LEFT, RIGHT, FOOT, TOP = 66, 150, 44, 8
_HEADING, _GAP, _STRIP, _TICKS = 38, 8, 14, 34
_ROW, _LETTER, _NARROW = 16, 6.4, 545.0
"""Pixels of a row of events, of a character, and of the axis on a small screen."""
MOST_ROWS = 4
FAR_BEFORE, FAR_AFTER = pd.Timedelta(days=90), pd.Timedelta(days=180)
"""What happened longer before the first or after the last score or session is not drawn: it would squeeze the rest."""
NO_SHOWS = ("no-show", "late-cancelled", "cancelled")

Row: TypeAlias = dict[Hashable, Any]


@dataclass(frozen=True)
class Beside:
    """What lies beside the scores and doses of a person.

    Attributes:
        missing: rows of ``metrics.missing_scores``.
        sessions: rows of ``metrics.sessions``; those not held are drawn.
        effects: rows of ``metrics.effects``.
        medicines: rows of ``metrics.medications``.
        happened: events and notes: ``happened_on``, ``kind``, ``words``, ``is_note``.
    """

    missing: Sequence[Row] = ()
    sessions: Sequence[Row] = ()
    effects: Sequence[Row] = ()
    medicines: Sequence[Row] = ()
    happened: Sequence[Row] = ()


@dataclass
class _Drawing:
    """What has been drawn so far."""

    stack: Stack
    axis: Axis
    theme: Theme
    data: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)


def trajectory_figure(
    table: pd.DataFrame,
    doses: pd.DataFrame,
    *,
    instruments: Sequence[str],
    theme: Theme,
    axis: str = "dates",
    lines: Mapping[str, Lines] | None = None,
    beside: Beside | None = None,
    has_dates: bool = True,
) -> Figure:
    """A person's scores, a panel a scale, over what was given and what happened, on one axis with one cursor.

    Args:
        table: rows of ``metrics.trajectory.scores_of``, with ``is_close``.
        doses: completed sessions: dose_at, route, drug, dose_mg, session_number, course, phase.
        instruments: the scales drawn, the first one large, with the sessions beneath it.
        theme: light or dark.
        axis: one of AXES.
        lines: of each scale what its scores are held against.
        beside: what else is drawn.
        has_dates: whether moments are told by their dates, else by their days.

    Returns:
        Data and layout; every y axis is its scale's whole range, never flipped.
    """
    beside = beside or Beside()
    rows = list(table.sort_values("assessed_at", kind="stable").to_dict("records"))
    held = list(doses.sort_values("dose_at", kind="stable").to_dict("records"))
    moments = [row["assessed_at"] for row in rows if row["instrument"] in instruments]
    time = _axis(axis, moments, held, beside, has_dates)
    if time is None:
        sentence = "No score and no session yet." if len(instruments) != 1 else f"No {instruments[0]} score yet."
        return empty(sentence, theme, height=120)
    drawing = _Drawing(Stack(), time, theme)
    _happened(drawing, [row for row in beside.happened if time.has(row["happened_on"])])
    for place, code in enumerate(instruments):
        own = [row for row in rows if row["instrument"] == code]
        gaps = [row for row in beside.missing if row["instrument"] == code and time.has(row["missing_at"])]
        _panel(drawing, INSTRUMENTS[code], own, gaps, (lines or {}).get(code, Lines()), is_first=place == 0)
        if place == 0 and held:
            _track(drawing, held, [row for row in beside.sessions if row["status"] in NO_SHOWS], beside, instruments)
    _lanes(drawing, [row for row in beside.effects if not pd.isna(row["happened_at"])])
    _medicines(drawing, beside.medicines)
    return {"data": drawing.data, "layout": _layout(drawing)}


def _axis(kind: str, moments: list[Any], held: list[Row], beside: Beside, has_dates: bool) -> Axis | None:
    """The time of the scores, the sessions and whatever lies near them."""
    core = [pd.Timestamp(each) for each in [*moments, *(row["dose_at"] for row in held)]]
    if not core:
        return None
    near = (min(core) - FAR_BEFORE, max(core) + FAR_AFTER)
    late = [row["missing_at"] for row in beside.missing] + [row["happened_on"] for row in beside.happened]
    late += [row["happened_at"] for row in beside.effects]
    late += [row["scheduled_at"] for row in beside.sessions if row["status"] in NO_SHOWS]
    shown = [*core, *(each for each in late if not pd.isna(each) and near[0] <= each <= near[1])]
    return Axis.of(kind, shown, held, has_dates=has_dates)


def _layout(drawing: _Drawing) -> dict[str, Any]:
    stack = drawing.stack
    axes = stack.axes()
    return base_layout(
        drawing.theme,
        height=round(TOP + stack.height + FOOT),
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": FOOT},
        hovermode="x",
        hoversubplots="axis",
        hoverdistance=12,
        spikedistance=-1,
        xaxis=drawing.axis.layout(drawing.theme),
        **axes,
        shapes=drawing.shapes,
        annotations=[*drawing.notes, *stack.notes()],
    )


def _panel(
    drawing: _Drawing, scale: Instrument, rows: list[Row], gaps: list[Row], lines: Lines, *, is_first: bool
) -> None:
    """A scale's heading, its scores with bands and lines, and a row for what is missing."""
    theme, height = drawing.theme, FIRST if is_first else OTHER
    way = "↑ higher is better" if scale.higher_is_better else "↓ lower is better"
    count = f"{len(rows)} {'score' if len(rows) == 1 else 'scores'}"
    told = f"<b>{scale.code}</b> · {scale.name} · {way} · {count}{over_figure(scale)}"
    drawing.stack.heading(told, theme, gap=_HEADING)
    y = drawing.stack.add(height, {**score_axis(scale, theme), "title": {"text": ""}})
    here = Panel(scale, drawing.axis, y, height, theme)
    areas, names = severity(scale, theme, yref=y)
    drawing.shapes += [*areas, *thresholds.areas(here, lines)]
    breaks = [row["missing_at"] for row in gaps if row["why"] == "not-scored"]
    drawing.data += [*thresholds.traces(here, lines), *panel.scores(here, rows, breaks)]
    drawing.notes += [*names, *thresholds.names(here, lines, rows)]
    if not rows:
        middle = {"xref": "paper", "yref": y, "x": 0.5, "y": (scale.minimum + scale.maximum) / 2}
        drawing.notes.append(note(f"No {scale.code} score yet.", theme, **middle))
    if gaps:
        strip = {"range": [-1, 1], "showgrid": False, "tickvals": [0], "ticktext": ["missing"]}
        drawing.data.append(panel.missing(here, drawing.stack.add(_STRIP, strip, gap=4), gaps))


def _track(drawing: _Drawing, held: list[Row], others: list[Row], beside: Beside, instruments: Sequence[str]) -> None:
    """The sessions, and under them the axis once more where more panels follow."""
    axis, theme = drawing.axis, drawing.theme
    y = drawing.stack.add(track.HEIGHT, track.AXIS, gap=_GAP + 10)
    areas, names = track.phases(held, axis, y, theme)
    drawing.shapes += areas
    drawing.data += track.doses(held, axis, y, theme)
    drawing.notes += [*names, *track.courses(held, axis, y, RIGHT, theme)]
    if shown := [row for row in others if axis.has(row["scheduled_at"])]:
        drawing.data.append(track.not_held(shown, axis, y, theme))
    if len(instruments) > 1 or beside.effects or beside.medicines:
        for place, words in axis.ticks():
            drawing.stack.words(words, theme, down=2, x=place, xanchor="center")
        drawing.stack.skip(_TICKS)


def _lanes(drawing: _Drawing, effects: list[Row]) -> None:
    """The side effects; nothing where there is none."""
    shown = [row for row in effects if drawing.axis.has(row["happened_at"])]
    terms = lanes.lanes_of(shown)
    if not terms:
        return
    more = len({row["term"] for row in shown}) - len(terms)
    rest = f" · {more} more in the table" if more else ""
    drawing.stack.heading(f"<b>Side effects</b> · {lanes.KEY}{rest}", drawing.theme, gap=_HEADING)
    y = drawing.stack.add(lanes.LANE * len(terms), lanes.axis_of(terms))
    drawing.data.append(lanes.lanes(shown, terms, drawing.axis, y, drawing.theme))
    drawing.notes += lanes.names(terms, y, drawing.theme)


def _medicines(drawing: _Drawing, rows: Sequence[Row]) -> None:
    """The medicines; nothing where there is none."""
    own = medicines.lanes_of(rows, drawing.axis)
    if not own:
        return
    more = len(rows) - len(own)
    rest = f" · {more} more in the table" if more else ""
    drawing.stack.heading(f"<b>Medicines</b> · {medicines.KEY}{rest}", drawing.theme, gap=_HEADING)
    y = drawing.stack.add(medicines.LANE * len(own), medicines.axis_of(own))
    drawing.data += medicines.bars(own, drawing.axis, y, drawing.theme)
    drawing.notes += medicines.names(own, y, drawing.theme)


def _happened(drawing: _Drawing, happened: list[Row]) -> None:
    """Events and notes: a line through all parts each, its words on top in as many rows as they need."""
    if not happened:
        return
    axis, theme = drawing.axis, drawing.theme
    rows: list[float] = []
    placed = []
    for row in sorted(happened, key=lambda each: pd.Timestamp(each["happened_on"])):
        words = f"{'○ note: ' if row['is_note'] else '◆ '}{row['kind'].replace('-', ' ')}"
        x, width = axis.share(row["happened_on"]) * _NARROW, _LETTER * len(words)
        left = min(x, _NARROW + RIGHT - width)
        lane = next((lane for lane, end in enumerate(rows) if end < left), len(rows))
        if lane < MOST_ROWS:
            rows[lane:] = [left + width + 8, *rows[lane + 1 :]]
        placed.append((row, words, lane, x > left))
    colour = TOKENS[theme].muted
    for row, words, lane, is_late in placed:
        x = axis.place(row["happened_on"])
        line = {"color": colour, "width": 1, "dash": "dot" if row["is_note"] else "solid"}
        drawing.shapes.append(
            {"type": "line", "name": "note" if row["is_note"] else "event", "layer": "above", "x0": x, "x1": x}
            | {"yref": "paper", "y0": 0, "y1": 1, "line": line, "opacity": 0.6}
        )
        told = f"{axis.words(row['happened_on'])}: {row['words']}"
        if lane < MOST_ROWS:
            where = {
                "x": x,
                "xanchor": "right" if is_late else "left",
                "xshift": 0 if is_late else -4,
                "hovertext": told,
            }
            drawing.stack.words(words, theme, down=lane * _ROW, **where, font={"size": SMALL - 1})
    drawing.stack.skip(_ROW * len(rows))
