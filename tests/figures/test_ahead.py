"""The figures of the book ahead and of money show their tables' numbers."""

import pandas as pd

from dashboard.figures.ahead import ahead_figure, money_figure
from tests.figures.check import checked, texts


def test_a_day_is_booked_open_or_over() -> None:
    days = {"date": ["2026-11-23", "2026-11-24"], "n_booked": [3, 5], "booked_minutes": [210, 400]}
    table = pd.DataFrame({**days, "staffed_minutes": [300, 360]})
    figure = checked(ahead_figure(table, theme="light"))
    assert texts(figure) == ["booked", "open", "over", "210", "90", "0", "360", "0", "40"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["Mon 23 Nov: 3 booked", "Tue 24 Nov: 5 booked"]
    part = checked(ahead_figure(table.assign(staffed_minutes=[300, None]), theme="light"))
    assert part["layout"]["yaxis"]["ticktext"][1] == "Tue 24 Nov: 5 booked<br>(staffing unknown)"
    unstaffed = checked(ahead_figure(table.assign(staffed_minutes=[None, None]), theme="dark"))
    assert texts(unstaffed) == ["booked", "210", "400"]


def test_money_is_said_with_how_many_sessions_it_is_of() -> None:
    row = {"month": "2026-10-01", "n_sessions": 40, "n_charged": 38, "charge": 9000.4, "n_paid": 0}
    table = pd.DataFrame([{**row, "paid_by_patient": None}])
    figure = checked(money_figure(table, amount="charge", theme="light"))
    assert (texts(figure), figure["layout"]["yaxis"]["ticktext"]) == (["charged", "9,000"], ["Oct 2026: 38 of 40"])
    assert "what was paid" in texts(money_figure(table, amount="paid_by_patient", theme="light"))[0]
    assert texts(ahead_figure(table.head(0), theme="light"))[0].startswith("Nothing is booked")
