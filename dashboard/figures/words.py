"""How a number and a group read inside a figure: the same words as beside it."""

import math
import textwrap
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from dashboard.model import DRUGS, HIDDEN

NO_PERCENT_UNDER, FEW_UNDER = 10, 20
"""Of so few scored no percentage is given; of so few it is greyed (``definitions.md`` §4)."""

TOO_FEW = "Too few people to be shown: a count under 11 is hidden, or could be computed."

_SHORT = {"iv": "IV", "im": "IM", "sc": "SC"}
_VALUES = {
    "diagnosis": {"ptsd": "PTSD", "ocd": "OCD"},
    "resistant": {
        "yes": "Treatment-resistant",
        "no": "Not treatment-resistant",
        "unknown": "Trials unknown",
        "not-applicable": "Not a depression",
    },
}
_MIXED = {"route": "Mixed routes", "drug": "Mixed drugs", "treatment": "Mixed treatments"}
_OWN_NAMES = ("site", "clinician", "none")


def group(by: str, value: object) -> str:
    """The value of a split as a person would say it."""
    text = str(value)
    if by in _OWN_NAMES and text != "unknown":
        return text
    if text == "mixed":
        return _MIXED.get(by, "Mixed")
    route, _, drug = text.partition("-")
    if drug in DRUGS:
        return f"{group('route', route)} {drug}"
    return {**_SHORT, **_VALUES.get(by, {})}.get(text, text.replace("-", " ").capitalize())


def percent(rate: float) -> str:
    """A rate as whole percent, halves up; never 0 or 100 for what is not."""
    if 0 < rate < 0.005:
        return "<1"
    if 0.995 <= rate < 1:
        return ">99"
    return str(math.floor(100 * rate + 0.5 + 1e-9))


def signed(number: float, digits: int = 0) -> str:
    """``+12``, ``−3``, ``0``."""
    text = f"{abs(number):.{digits}f}"
    return text if not float(text) else f"{'+' if number > 0 else '−'}{text}"


def part_of(part: Any, whole: Any) -> str:
    """``58 of 104``."""
    return f"{int(part):,} of {int(whole):,}"


def less(row: Mapping[Hashable, Any], whole: str, part: str) -> str:
    """How many of the whole are not in the part; ``hidden`` where either has no column."""
    return f"{int(row[whole] - row[part]):,}" if whole in row and part in row else HIDDEN


def wrapped(text: str, width: int) -> str:
    """Broken into lines of at most so many characters, safe beside plotly's own tags."""
    lines = textwrap.wrap(text, width, break_long_words=False) or [""]
    return "<br>".join(plain(line) for line in lines)


def plain(text: str) -> str:
    """A clinic's own name, none of it read as a tag."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def value(number: Any) -> float | None:
    """A cell as a plain float; None where it is empty."""
    return None if pd.isna(number) else float(number)
