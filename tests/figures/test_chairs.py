"""The figures of chairs show their tables' numbers."""

import pandas as pd

from dashboard.figures.chairs import chairs_figure, lead_figure, planned_figure
from tests.figures.check import checked, texts, traces

USE = pd.DataFrame(
    {
        "weekday": [1, 3],
        "hour": [9, 11],
        "scheduled_minutes": [120, 60],
        "actual_minutes": [90, 0],
        "scheduled_chairs": [1.0, 0.5],
        "actual_chairs": [0.75, 0.0],
    }
)


def test_each_hour_has_its_chairs_on_one_ink() -> None:
    figure = checked(chairs_figure(USE, of="scheduled", theme="light"))
    assert texts(figure) == ["1.0", "0.5"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["Monday", "Wednesday"]
    (heat,) = traces(figure, "chairs")
    assert heat["z"] == [[1.0, None, None], [None, None, 0.5]]
    used = traces(chairs_figure(USE, of="actual", theme="dark"), "chairs")[0]
    assert (used["zmax"], heat["zmax"]) == (1, 1)


def test_lengths_and_lead_times_are_counts() -> None:
    lengths = pd.DataFrame({"route": ["iv"], "n_both": [9], "n_shorter": [1], "n_in_range": [6], "n_longer": [2]})
    assert texts(checked(planned_figure(lengths, by="route", theme="light")))[3:] == ["1", "6", "2"]
    row = {"lead_days": "3-7", "n_held": 40, "n_no_show": 4, "no_show_low": 0.04, "no_show_high": 0.23}
    late = {"n_late_cancelled": 8, "late_cancel_low": 0.1, "late_cancel_high": 0.35}
    figure = checked(lead_figure(pd.DataFrame([{**row, **late}]), theme="light"))
    heads = ["No-show · of the slots held", "Cancelled late · of the slots held"]
    assert texts(figure)[:4] == [*heads, "4 of 40 · 10 % (4–23)", "8 of 40 · 20 % (10–35)"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["3–7 days before", "3–7 days before"]
    assert traces(figure, "rate")[0]["customdata"] == ["0 n_no_show", "0 n_late_cancelled"]


def test_it_handles_no_data() -> None:
    nothing = USE.head(0)
    assert texts(chairs_figure(nothing, of="actual", theme="light")) == ["No session has arrival and discharge."]
    assert texts(planned_figure(nothing.assign(n_both=[]), by="none", theme="light"))[0].startswith("Of no session")
    assert texts(lead_figure(nothing, theme="light"))[0].startswith("Of no slot held")
