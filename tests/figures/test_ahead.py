"""The figures of the book ahead and of money, by month and by payer, show their tables' numbers."""

import pandas as pd

from dashboard.figures.ahead import ahead_figure, money_figure
from dashboard.figures.measure import NBSP
from dashboard.figures.payers import paid_figure, payers_figure
from dashboard.figures.stopping import stopping_figure
from tests.figures.check import checked, texts, traces


def test_a_day_is_booked_open_or_over() -> None:
    days = {"date": ["2026-11-23", "2026-11-24"], "n_booked": [3, 5], "booked_minutes": [210, 400]}
    table = pd.DataFrame({**days, "staffed_minutes": [300, 360]})
    figure = checked(ahead_figure(table, theme="light"))
    assert texts(figure) == ["booked", "open", "over", "210", "90", "0", "360", "0", "40"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["Mon 23 Nov: 3 booked", "Tue 24 Nov: 5 booked"]
    part = checked(ahead_figure(table.assign(staffed_minutes=[300, None]), theme="light"))
    assert part["layout"]["yaxis"]["ticktext"][1] == "Tue 24 Nov: 5 booked<br>(staffing unknown)"
    assert texts(part)[3:] == ["210", "90", "0", "400", "–", "–"], "what is not known is not 0"
    unstaffed = checked(ahead_figure(table.assign(staffed_minutes=[None, None]), theme="dark"))
    assert texts(unstaffed) == ["booked", "210", "400"]


def test_many_parts_leave_the_bars_room_on_a_small_screen() -> None:
    counts = dict.fromkeys(("completed", "no_benefit", "side_effects", "cost", "moved", "other", "unknown"), 120)
    row = {"treatment": "intranasal-esketamine", "n_ended": 840, **{f"n_{name}": n for name, n in counts.items()}}
    figure = checked(stopping_figure(pd.DataFrame([row]), by="treatment", theme="light"))
    assert texts(figure)[:7] == ["completed", "no · benefit", "harms", "cost", "moved", "other", "not said"]
    margin = figure["layout"]["margin"]
    assert 780 - margin["l"] - margin["r"] > 160  # pixels of the bars where the page is 820 wide


def test_money_is_said_with_how_many_sessions_it_is_of() -> None:
    row = {"month": "2026-10-01", "n_sessions": 40, "n_charged": 38, "charge": 9000.4, "n_paid": 0}
    table = pd.DataFrame([{**row, "paid_by_patient": None}])
    figure = checked(money_figure(table, amount="charge", theme="light"))
    assert (texts(figure), figure["layout"]["yaxis"]["ticktext"]) == (
        ["charged", "9,000"],
        [f"Oct 2026: 38{NBSP}of{NBSP}40"],
    )
    assert "what was paid" in texts(money_figure(table, amount="paid_by_patient", theme="light"))[0]
    assert texts(ahead_figure(table.head(0), theme="light"))[0].startswith("Nothing is booked")


PAYERS = pd.DataFrame(
    {
        "month": ["2026-09-01", "2026-10-01", "2026-10-01"],
        "payer": ["self-pay", "self-pay", "insurance"],
        "n_sessions": [7, 40, 1],
        "n_charged": [7, 38, 1],
        "charge": [700.0, 9000.4, 250.0],
        "n_paid": [7, 40, 0],
        "paid_by_patient": [700.0, 8000.0, None],
    }
)


def test_each_payer_of_the_month_has_both_sums_and_of_how_many_they_are() -> None:
    figure = checked(payers_figure(PAYERS, month="2026-10-01", theme="light"))
    assert texts(figure) == [
        "Self pay · 40 completed sessions",
        "Insurance · 1 completed session",
        "9,000 · known for 38 of 40",
        "8,000 · known for 40 of 40",
        "250 · known for 1 of 1",
        "not known, 0 of 1",
    ]
    assert figure["layout"]["yaxis"]["ticktext"] == ["charged", "paid by patients"] * 2
    (charged,), (paid,) = traces(figure, "charged"), traces(figure, "paid by patients")
    assert (charged["x"], paid["x"]) == ([9000.4, 250.0], [8000.0, None])
    assert charged["customdata"] == ["1 n_charged", "2 n_charged"]
    assert "pattern" in paid["marker"]  # told apart without colour too
    assert "pattern" not in charged["marker"]


def test_without_money_there_is_a_sentence() -> None:
    unknown = PAYERS.assign(n_charged=0, charge=None, n_paid=0, paid_by_patient=None)
    said = "Of no session of the month is it known what was charged or paid."
    assert texts(payers_figure(unknown, month="2026-10-01", theme="dark")) == [said]
    assert texts(payers_figure(PAYERS, month="2026-08-01", theme="light")) == [
        "No session was completed in August 2026."
    ]
    assert texts(payers_figure(PAYERS.head(0), month="", theme="light")) == ["No session was completed."]


def test_what_a_course_cost_is_said_with_of_how_many_it_is_known() -> None:
    amounts = ("median", "q1", "q3", "p90")
    counts = ("payer", "n_courses", "n_going_on", "n_known")
    table = pd.DataFrame(
        [
            ("self-pay", 42, 2, 38, 1250.4, 800, 2100, 3000),
            ("insurance", 11, 2, 3, 1250.4, 800, 2100, 3000),
            ("unknown", 4, 0, 0, None, None, None, None),
        ],
        columns=[*counts, *amounts],
    )
    figure = checked(paid_figure(table, by="payer", theme="light"))
    assert texts(figure)[:3] == ["1,250 (800–2,100), 3,000", "too few for a median", "not known"]
    names = [name.replace(NBSP, " ") for name in figure["layout"]["yaxis"]["ticktext"]]
    assert names == ["Self pay: 38 of 40", "Insurance: 3 of 9", "Unknown: 0 of 4"]
    (dot,), (line,) = traces(figure, "rate"), traces(figure, "interval")
    assert (dot["x"], line["x"][:2]) == ([1250.4], [800, 2100])
    assert figure["layout"]["xaxis"]["range"] == [0, 5000]
    assert texts(paid_figure(table.tail(1), by="payer", theme="dark"))[0].startswith(
        "Of no course that is over is it known"
    )
