"""Pressure, oxygen and consciousness in sentences, made of the tables of that page."""

import pandas as pd

from dashboard.tabs import parts
from dashboard.tabs.section import Asked
from dashboard.tabs.side_effects_view import SPLITS, View

FIGURES = ("excursions", "pressures", "course", "saturation", "sedation", "monitoring", "cadss", "benefit", "intervals")
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
    table = {name: each.table for name, each in asked.items() if name in FIGURES}
    return {
        "excursions": {
            "title": f"Blood pressure and oxygen saturation beyond the thresholds{split}",
            "count": _measured(table["excursions"]),
        },
        "pressures": _pressures(table["pressures"]),
        "course": {
            "title": f"How long until the pressure peaks, and is back{split}? Minutes",
            "count": f"n = {_of(table['course'], 'n_charted', 'n_sessions')} completed sessions have enough of them.",
        },
        "saturation": {
            "title": f"How low did oxygen saturation go{split}? "
            f"{_of(table['saturation'], 'n_spo2_low', 'n_with_spo2')} sessions under the threshold",
            "count": f"n = {_of(table['saturation'], 'n_with_spo2', 'n_sessions')} completed sessions have one.",
        },
        "sedation": {
            "title": f"How deep was sedation{split}? {_deep(table['sedation'])}",
            "count": f"n = {_of(table['sedation'], 'n_with_moaas', 'n_sessions')} completed sessions have a MOAA/S.",
        },
        "monitoring": _monitoring(table["monitoring"]),
        "cadss": {
            "title": f"How strong did dissociation become by the CADSS{split}?",
            "count": f"n = {parts.whole(table['cadss']['n_sessions'].sum())} completed sessions have one.",
        },
        "benefit": {
            "title": "Does dissociation go with benefit? Published data say no",
            "count": f"n = {_of(table['benefit'], 'n_scored', 'n_due')} first courses due were scored after induction.",
        },
        "intervals": _intervals(table["intervals"]),
    }


def _of(table: pd.DataFrame, part: str, whole: str) -> str:
    return parts.of(table[part].sum(), table[whole].sum())


def _pressures(table: pd.DataFrame) -> dict[str, str]:
    n, peak, rise = (int(table[name].sum()) for name in ("n_sessions", "n_peak", "n_rise"))
    return {
        "title": "Systolic pressure before the dose, and at its highest",
        "count": f"n = {n:,} completed sessions with both; {peak:,} beyond the peak and {rise:,} beyond the rise, by "
        "systolic or diastolic pressure: the lines show systolic only.",
    }


def _deep(table: pd.DataFrame) -> str:
    deep = sum(int(table[f"n_moaas_{level}"].sum()) for level in (3, 2, 1, 0))
    return f"{parts.of(deep, table['n_with_moaas'].sum())} sessions at 3 or lower"


def _monitoring(table: pd.DataFrame) -> dict[str, str]:
    n = int(table["n_sessions"].sum())
    title = "Is esketamine watched as its label asks?"
    if not n:
        return {"title": title, "count": "n = 0 completed esketamine sessions."}
    left = n - int(table["n_complete"].sum())
    return {
        "title": f"{title} {_of(table, 'n_complete', 'n_sessions')} sessions have all four",
        "count": f"n = {n:,} completed esketamine sessions; {left:,} lack at least one part in the records.",
    }


def _intervals(table: pd.DataFrame) -> dict[str, str]:
    if table.empty:
        return {"title": "Days between serious side effects", "count": "n = 0 serious side effects with a day."}
    gaps = len(table) - 1
    return {
        "title": f"Days between serious side effects: {parts.whole(table['days'].iloc[-1])} since the last one",
        "count": f"n = {parts.whole(gaps + 1)} serious side effects, {parts.whole(gaps)} intervals between them.",
    }


def _measured(table: pd.DataFrame) -> str:
    sums = table[["n_sessions", "n_with_peak", "n_with_rise", "n_with_spo2"]].sum()
    peak, rise, spo2 = (parts.whole(sums[f"n_with_{name}"]) for name in ("peak", "rise", "spo2"))
    return (
        f"n = {parts.whole(sums['n_sessions'])} completed sessions; measured: peak in {peak}, "
        f"rise from before the dose in {rise}, saturation in {spo2}."
    )
