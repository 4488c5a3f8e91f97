"""Which figures have a native chart, and which columns of their tables it shows."""

from collections.abc import Callable, Mapping

import pandas as pd

from dashboard.figures.measure import MEASURES
from dashboard.figures.waterfall import STEPS
from dashboard.metrics import small
from dashboard.metrics.reading import Reading
from dashboard.review.chart import Chart, over, rates, steps

_PERIOD = {"day": "day", "week": "week, by its first day", "month": "month"}


def chart_of(name: str, reading: Reading) -> Chart | None:
    """The native chart of a figure of this name; None where only a picture shows it. Hidden cells are gaps."""
    table = reading.table
    if reading.cohort.hides_small:
        table = small.known(table)
    make = _CHARTS.get(name)
    return make(table, {key: str(value) for key, value in reading.options.items()}) if make and len(table) else None


def _response(table: pd.DataFrame, said: Mapping[str, str]) -> Chart | None:
    return rates(
        table,
        by=said.get("by", "route"),
        rate="response_rate",
        part="n_responded",
        whole="n_scored",
        title="responded, of those scored (95 % interval)",
        interval=("response_low", "response_high"),
    )


def _waterfall(table: pd.DataFrame, said: Mapping[str, str]) -> Chart | None:
    return steps(table, [(name, words) for name, words, _ in STEPS])


def _curve(table: pd.DataFrame, said: Mapping[str, str]) -> Chart | None:
    if "mean" not in table:
        return None
    by = said.get("by", "none")
    is_counted = by == "none" and "n" in table  # of several lines each has an n of its own: it stands in the table
    return over(
        table.assign(x=_with_n(table)) if is_counted else table,
        x="x",
        values={"mean": f"mean {said.get('instrument', '')}".strip()},
        x_title=f"{said.get('x', 'session')} (0 = baseline)",
        y_title=f"mean {said.get('instrument', 'score')} (95 % interval)",
        by=by,
        interval=("low", "high"),
        form="0.0",
        least=0.0,
    )


def _with_n(table: pd.DataFrame) -> list[str]:
    """``12 (n 40)``: under each mean how many it is of; a dash where that is hidden."""
    rows = table.to_dict("records")
    return [f"{row['x']} (n {'–' if pd.isna(row['n']) else int(row['n'])})" for row in rows]


def _any(table: pd.DataFrame, said: Mapping[str, str]) -> Chart | None:
    return rates(
        table,
        by=said.get("by", "none"),
        rate="session_rate",
        part="n_sessions_with",
        whole="n_sessions",
        title="sessions with any side effect, of those with a filled form (95 % interval)",
        interval=("session_low", "session_high"),
    )


def _sessions(table: pd.DataFrame, said: Mapping[str, str]) -> Chart | None:
    names = {"n_completed": "completed", "n_no_show": "no-show", "n_late_cancelled": "late-cancelled"}
    held = {name: words for name, words in names.items() if name in table}
    period = _PERIOD[said.get("period", "week")]
    if not held:
        return None
    shown = table.assign(period=_periods(table, said))
    return over(shown, x="period", values=held, x_title=period, y_title="sessions", form="0", least=0.0)


def _periods(table: pd.DataFrame, said: Mapping[str, str]) -> "pd.Series[str]":
    """A month by its name."""
    if said.get("period", "week") != "month":
        return table["period"].astype(str)
    return pd.to_datetime(table["period"]).dt.strftime("%b %Y")


def _spc(table: pd.DataFrame, said: Mapping[str, str]) -> Chart | None:
    measure = MEASURES[said["metric"]]
    return over(
        table.assign(period=_periods(table, said)),
        x="period",
        values={"value": measure.name, "mean": "mean", "low": "lower limit", "high": "upper limit"},
        x_title=_PERIOD[said.get("period", "week")],
        y_title=measure.name,
        lines=("mean", "low", "high"),
    )


_CHARTS: Mapping[str, Callable[[pd.DataFrame, Mapping[str, str]], Chart | None]] = {
    "response": _response,
    "waterfall": _waterfall,
    "curve": _curve,
    "any": _any,
    "sessions": _sessions,
    "spc": _spc,
}
