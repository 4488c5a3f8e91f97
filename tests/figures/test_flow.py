"""Sessions by status, shares and waits: what is drawn is the table's, and small or unfinished things are said."""

import pandas as pd
import pytest

from dashboard.figures.induction import completeness_figure, induction_figure
from dashboard.figures.measure import MEASURES, in_period, percent_or_count, period_name, tick
from dashboard.figures.sessions import MOST, STATUSES, latest_periods, sessions_figure
from dashboard.figures.theme import Theme
from dashboard.figures.wait import wait_figure
from tests.figures.check import checked, texts

THEMES: list[Theme] = ["light", "dark"]
NAMES = (
    "period",
    "n_scheduled",
    "n_completed",
    "n_no_show",
    "n_late_cancelled",
    "n_cancelled",
    "n_unresolved",
    "partial",
)


def periods(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(NAMES)).astype(dict.fromkeys(NAMES[1:-1], "Int64"))


WEEKS = periods(
    ("2024-06-03", 10, 7, 2, 1, 0, 0, False),
    ("2024-06-10", 0, 0, 0, 0, 0, 0, False),
    ("2024-06-17", 9, 3, 1, 0, 0, 1, True),
    ("2024-06-24", 5, 0, 0, 0, 0, 0, True),
)


@pytest.mark.parametrize("theme", THEMES)
def test_sessions_are_stacked_by_what_became_of_them(theme: Theme) -> None:
    figure = checked(sessions_figure(WEEKS, period="week", as_of="2024-06-19", theme=theme))
    bars = {each["name"]: each["x"] for each in figure["data"]}
    # the newest on top; the week after that of the records has not begun; nobody cancelled in time
    assert bars == {
        "completed": [3, 0, 7],
        "no-show": [1, 0, 2],
        "cancelled late": [0, 0, 1],
        "without a result": [1, 0, 0],
        "still to come": [4, 0, 0],
    }
    assert figure["layout"]["yaxis"]["ticktext"] == ["17 Jun 2024 – not over", "10 Jun 2024", "3 Jun 2024"]
    assert figure["data"][0]["marker"]["opacity"] == [0.45, 1, 1]
    assert figure["layout"]["barmode"] == "stack"
    assert [each for each in texts(figure) if each.isdigit()] == [*"307", *"102", *"001", *"100", *"400"]


def test_parts_that_share_a_colour_have_another_pattern() -> None:
    full = periods(("2024-06-03", 12, 2, 2, 2, 2, 2, False))
    figure = sessions_figure(full, period="week", as_of="2024-06-19", theme="light")
    looks = [(each["marker"]["color"], str(each["marker"].get("pattern"))) for each in figure["data"]]
    assert len(looks) == len(set(looks)) == len(STATUSES)


def test_only_the_latest_periods_are_drawn() -> None:
    many = periods(*((f"2024-01-{day:02d}", 1, 1, 0, 0, 0, 0, False) for day in range(1, 31)))
    rows = latest_periods(many, "2024-01-28")
    assert len(rows) == MOST
    assert (rows[0]["period"], rows[-1]["period"]) == ("2024-01-28", "2024-01-16")


def test_no_sessions_is_said() -> None:
    assert sessions_figure(periods(), period="day", as_of="2024-06-19", theme="light")["data"] == []


INDUCTION = ("route", "n_due", "n_completed", "completion_low", "completion_high")


@pytest.mark.parametrize("theme", THEMES)
def test_an_induction_is_a_dot_with_its_interval(theme: Theme) -> None:
    rows = [("iv", 23, 11, 0.2, 0.6), ("im", 12, 4, 0.1, 0.7), ("sc", 9, 4, 0.2, 0.7), ("oral", 0, 0, None, None)]
    table = pd.DataFrame(rows, columns=list(INDUCTION)).astype(dict.fromkeys(INDUCTION[3:], "Float64"))
    figure = checked(induction_figure(table, by="route", theme=theme))
    (dots,) = (each for each in figure["data"] if each["name"] == "rate")
    shares = [100 * 11 / 23, 100 / 3, 74.454]  # under 10 due there is none; the last is the published one
    assert dots["x"] == pytest.approx(shares, abs=0.001)
    assert figure["layout"]["yaxis"]["ticktext"] == ["IV", "IM", "SC", "Oral", "SUSTAIN-2, open trial"]
    assert [each for each in texts(figure) if "<b>" not in each][:6][-5:] == [
        "11 of 23 · 48 % (20–60)",
        "4 of 12 · 33 % (10–70) · under 20",
        "4 of 9 · too few for a percentage",
        "none due yet",
        "580 of 779 · 74 %",
    ]


def test_completeness_names_what_each_share_is_of() -> None:
    names = ("n_due", "n_baseline", "n_follow_up", "n_both", "n_sessions", "n_with_form")
    figure = checked(completeness_figure(pd.DataFrame([(40, 30, 20, 10, 200, 100)], columns=names), theme="light"))
    (dots,) = (each for each in figure["data"] if each["name"] == "rate")
    assert dots["x"] == [75, 50, 25, 50]
    assert {"30 of 40 · 75 %", "100 of 200 · 50 %"} <= set(texts(figure))
    assert any("Courses due" in each for each in texts(figure))
    nobody = completeness_figure(pd.DataFrame([(0,) * 6], columns=names), theme="dark")
    assert texts(nobody).count("none due yet") == 4


def curve(*rows: tuple[object, ...]) -> pd.DataFrame:
    names = ["day", "n_at_risk", "n_events", "n_censored", "not_yet", "not_yet_low", "not_yet_high"]
    return pd.DataFrame(rows, columns=names).astype(
        dict.fromkeys(names[:4], "Int64") | dict.fromkeys(names[4:], "Float64")
    )


@pytest.mark.parametrize("theme", THEMES)
def test_the_curve_falls_by_steps_and_marks_who_still_waits(theme: Theme) -> None:
    data = curve((0, 4, 1, 0, 0.75, 0.1, 0.9), (10, 3, 1, 0, 0.5, 0.06, 0.8), (20, 2, 0, 1, 0.5, 0.06, 0.8))
    figure = checked(wait_figure(data, theme=theme))
    step = next(each for each in figure["data"] if each["name"] == "not yet seen")
    assert (step["x"], step["y"], step["line"]["shape"]) == ([0, 10, 20], [75, 50, 50], "hv")
    waiting = next(each for each in figure["data"] if each["name"] == "still waiting")
    assert (waiting["x"], waiting["y"]) == ([20], [50])
    assert texts(figure)[0] == "half are seen by day 10"
    assert not any("nine in ten" in each for each in texts(figure))


def test_nobody_referred_is_said() -> None:
    for data in (curve(), curve((0, 0, 0, 0, 1.0, None, None))):
        assert wait_figure(data, theme="light")["data"] == []
    everyone_waits = curve((0, 2, 0, 0, 1.0, None, None), (9, 2, 0, 2, 1.0, None, None))
    assert [each["name"] for each in wait_figure(everyone_waits, theme="light")["data"]] == [
        "not yet seen",
        "still waiting",
    ]


def test_periods_and_numbers_read_as_a_person_says_them() -> None:
    assert [period_name("2024-06-03", each) for each in ("day", "week", "month")] == [
        "3 June 2024",
        "the week of 3 June 2024",
        "June 2024",
    ]
    assert [in_period("2024-06-03", each) for each in ("day", "month")] == ["on 3 June 2024", "in June 2024"]
    assert [tick("2024-06-03", each) for each in ("day", "month")] == ["3 Jun 2024", "Jun 2024"]
    assert MEASURES["no_show_rate"].text(0.0678, digits=1) == "6.8\u00a0%"
    assert MEASURES["n_completed"].text(24.06, digits=1) == "24.1"
    assert MEASURES["chair_minutes"].text(2858.24, digits=1) == "2,858"
    assert MEASURES["utilisation"].text(None) == "–"
    assert (percent_or_count(3, 9), percent_or_count(3, 44)) == ("3 of 9", "3 of 44, 7\u00a0%")
