"""C-SSRS in words: the highest question on thoughts answered yes, and behaviour, which stands beside the score."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.instruments import Instrument

_ANSWERS = {1: "yes", 0: "no", None: "not answered"}

Row = Mapping[Any, Any]
"""With ``behaviour_ever`` and ``behaviour_lately``: 1 yes, 0 no, empty where not answered."""


def is_ladder(scale: Instrument) -> bool:
    """Whether the score is the highest question answered yes."""
    return scale.scoring == "highest-yes"


def over_figure(scale: Instrument) -> str:
    """What a heading adds: a ladder's scores have nothing of behaviour."""
    return " · thoughts alone" if is_ladder(scale) else ""


def ladder_words(scale: Instrument, score: float | None, row: Row) -> str:
    """``no thoughts (questions 1 to 5); behaviour within three months: yes``; nothing for a scale that is no ladder."""
    if not is_ladder(scale):
        return ""
    return f"{_thoughts(scale, score)}; {_behaviour(row)}"


def grave_words(scale: Instrument, score: float | None, row: Row) -> str:
    """What of the ladder is to be seen first: ``suicidal behaviour within three months and question 2, …``."""
    said = ["suicidal behaviour within three months"] if _answers(row)[1] == 1 else []
    said += [f"question {int(score)}, {_thoughts(scale, score)}"] if score else []
    return " and ".join(said)


def _thoughts(scale: Instrument, score: float | None) -> str:
    asked = f"questions 1 to {scale.maximum:g}"
    if score is None:
        return f"thoughts ({asked}): not answered"
    return {each.number: each.text for each in scale.items}[int(score)] if score else f"no thoughts ({asked})"


def _behaviour(row: Row) -> str:
    ever, lately = _answers(row)
    if lately == 1:
        return "behaviour within three months: yes"
    if ever == 1:
        return f"behaviour ever: yes, within three months: {_ANSWERS[lately]}"
    if ever == 0:
        return "behaviour ever: no"
    return "behaviour: not answered" if lately is None else "behaviour within three months: no, ever: not answered"


def _answers(row: Row) -> tuple[int | None, int | None]:
    ever, lately = row["behaviour_ever"], row["behaviour_lately"]
    return None if pd.isna(ever) else int(ever), None if pd.isna(lately) else int(lately)


def band_words(scale: Instrument, band: str | None, row: Row) -> str:
    """The band; of the ladder, whose band is of thoughts alone, what that leaves out."""
    if not is_ladder(scale) or band is None:
        return band or ""
    answers = _answers(row)
    if 1 in answers:
        return f"{band} by questions 1 to {scale.maximum:g}; behaviour: yes"
    return band if 0 in answers else f"{band} by questions 1 to {scale.maximum:g}"
