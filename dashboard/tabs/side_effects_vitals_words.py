"""Pressure, oxygen and consciousness in sentences, made of the tables of that page."""

import pandas as pd

from dashboard.tabs import parts
from dashboard.tabs.section import Asked
from dashboard.tabs.side_effects_view import SPLITS, View

_MEASURED = {"n_with_peak": "n_peak", "n_with_rise": "n_rise", "n_with_spo2": "n_low_spo2"}
_NAMED = {"n_with_peak": "a pressure peak", "n_with_rise": "a rise", "n_with_spo2": "a saturation"}


def answer(asked: Asked, view: View) -> str:
    """How often each went beyond its threshold, all groups together."""
    sums = asked["excursions"].table[[*_MEASURED, *_MEASURED.values()]].sum()
    known = [
        f"{words} in {parts.of(sums[part], sums[whole])}"
        for (whole, part), words in zip(_MEASURED.items(), _NAMED.values(), strict=True)
        if sums[whole]
    ]
    if not known:
        return "No pressure and no saturation was measured in these sessions."
    return f"Beyond the threshold, of the sessions in which it was measured: {', '.join(known)}."


def words(asked: Asked, view: View) -> dict[str, dict[str, str]]:
    """Heading and count, by figure."""
    split = "" if view.by == "none" else f", by {parts.within(SPLITS[view.by])}"
    return {
        "excursions": {
            "title": f"Blood pressure and oxygen saturation beyond the thresholds{split}",
            "count": _measured(asked["excursions"].table),
        },
    }


def _measured(table: pd.DataFrame) -> str:
    sums = table[["n_sessions", "n_with_peak", "n_with_rise", "n_with_spo2"]].sum()
    peak, rise, spo2 = (parts.whole(sums[f"n_with_{name}"]) for name in ("peak", "rise", "spo2"))
    return (
        f"n = {parts.whole(sums['n_sessions'])} completed sessions; measured: peak in {peak}, "
        f"rise from before the dose in {rise}, saturation in {spo2}."
    )
