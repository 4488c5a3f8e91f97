"""What a person's scores are held against, by this build's rules: response, remission, the change that matters."""

import datetime
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from dashboard.figures.thresholds import Lines, ResponseLine, Ribbon
from dashboard.instruments import INSTRUMENTS

Scale = Mapping[Hashable, Any]


def lines_of(rows: pd.DataFrame, courses: pd.DataFrame, scale: Scale, as_of: datetime.date) -> Lines:
    """The lines of one scale.

    Args:
        rows: its rows of ``metrics.trajectory``.
        courses: of the person, in order.
        scale: its row of SCALE.
        as_of: the day of the records, where the last course's lines end.
    """
    starts = [*courses["first_on"], pd.Timestamp(as_of)]
    response: list[ResponseLine] = []
    meaningful: list[Ribbon] = []
    for place, course in enumerate(courses["course"]):
        own = rows[rows["is_baseline"] & (rows["course"] == course)]["score"]
        if own.empty:
            continue
        baseline, span = float(own.iloc[-1]), (int(course), starts[place], starts[place + 1])
        if not pd.isna(scale["response_kind"]):
            response.append((*span, _response(scale, baseline)))
        if not pd.isna(scale["meaningful_kind"]):
            value = float(scale["meaningful_value"])
            amount = value * baseline / 100 if scale["meaningful_kind"] == "percent" else value
            meaningful.append((*span, baseline - amount, baseline + amount))
    return Lines(
        rule=_rule(scale),
        response=response,
        remission=None if pd.isna(scale["remission"]) else float(scale["remission"]),
        meaningful=meaningful,
        is_own=_is_own(scale),
    )


def _response(scale: Scale, baseline: float) -> float:
    """The score at which a course has responded."""
    value = float(scale["response_value"])
    falls = -float(scale["better"])
    return {"percent": baseline * (1 - falls * value / 100), "points": baseline - falls * value, "score": value}[
        scale["response_kind"]
    ]


def _rule(scale: Scale) -> str:
    """The rule of response in words."""
    if pd.isna(scale["response_kind"]):
        return ""
    side, beyond = ("above", "more") if scale["better"] > 0 else ("below", "less")
    kinds = {
        "percent": f"response: {{:g}} % {side} baseline",
        "points": f"reliable: {{:g}} points {side} baseline",
        "score": f"response: {{:g}} or {beyond}",
    }
    return kinds[scale["response_kind"]].format(scale["response_value"])


def _is_own(scale: Scale) -> bool:
    """True where the change that matters has no source, or this clinic set it."""
    known = INSTRUMENTS[scale["instrument"]]
    given = known.meaningful
    is_changed = given is not None and (given.kind, given.value) != (
        scale["meaningful_kind"],
        scale["meaningful_value"],
    )
    return "meaningful" in known.own or is_changed
