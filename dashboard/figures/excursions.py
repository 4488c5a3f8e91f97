"""Pressure and saturation beyond the thresholds, by group, each of the sessions in which it was measured."""

from collections.abc import Mapping

import pandas as pd

from dashboard.figures import words
from dashboard.figures.dots import Block, Dot, dots_figure
from dashboard.figures.theme import Figure, Theme, empty, style_of

KINDS: Mapping[str, tuple[str, str, str]] = {
    "peak": ("n_peak", "n_with_peak", "{peak_sbp} systolic or {peak_dbp} diastolic, or more"),
    "rise": ("n_rise", "n_with_rise", "{rise_sbp} systolic or {rise_dbp} diastolic, or more"),
    "low": ("n_low_spo2", "n_with_spo2", "below {low_spo2} %"),
}
"""Its columns, and its threshold in words."""
_NAMES = {
    "peak": "Blood pressure peak, mmHg",
    "rise": "Rise from before the dose, mmHg",
    "low": "Lowest oxygen saturation",
}
KEY = "Dot: sessions in which it went beyond, of those in which it was measured."


def excursions_figure(table: pd.DataFrame, *, by: str, thresholds: Mapping[str, int], theme: Theme) -> Figure:
    """How often each went beyond its threshold in each group, on one axis.

    Args:
        table: rows of ``metrics.vitals_excursions``.
        by: what the rows are split by, ``none`` for one row a kind.
        thresholds: of the build.
        theme: light or dark.
    """
    rows = table.to_dict("records")
    if not rows or not any(row[whole] for row in rows for _, whole, _ in KINDS.values()):
        return empty("No pressure and no saturation was measured in these sessions.", theme, height=120)
    blocks = []
    for kind, (part, whole, rule) in KINDS.items():
        dots = [
            Dot(
                _NAMES[kind] if by == "none" else words.group(by, row[by]),
                style_of(by, row.get(by), theme),
                int(row[part]),
                int(row[whole]),
                opens=(place, part),
            )
            for place, row in enumerate(rows)
        ]
        blocks.append(Block("" if by == "none" else _NAMES[kind], rule.format(**thresholds), dots))
    return dots_figure(
        blocks, axis="% of the sessions in which it was measured", key=KEY, nobody="not measured", theme=theme
    )
