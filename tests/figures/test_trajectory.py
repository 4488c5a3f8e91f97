"""A person over time: the scores as they are, joined within a course only; all parts on one axis, whichever it is."""

import datetime
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from dashboard.figures.axis import AXES
from dashboard.figures.theme import ROUTE_STYLES, Figure
from dashboard.figures.thresholds import Lines
from dashboard.figures.trajectory import Beside, trajectory_figure
from tests.figures.check import checked, texts, traces

SCORES = [
    ("PHQ-9", "2024-01-01", None, 21.0, False),
    ("PHQ-9", "2024-01-10", 1, 20.0, True),
    ("PHQ-9", "2024-01-20", 1, 9.0, False),
    ("GAD-7", "2024-01-20", 1, 15.0, False),
    ("PHQ-9", "2024-06-01", 2, 18.0, True),
]
DOSES = [
    ("2024-01-11", "iv", "ketamine", 40.0, 1, 1, "induction"),
    ("2024-01-14", "iv", "ketamine", 60.0, 2, 1, "induction"),
    ("2024-06-02", "intranasal", "esketamine", None, 1, 2, "induction"),
]
LINES = Lines(
    rule="response: 50 % below baseline",
    response=[
        (1, datetime.date(2024, 1, 10), datetime.date(2024, 1, 20), 10.0),
        (2, datetime.date(2024, 6, 1), datetime.date(2024, 6, 1), 9.0),
    ],
    remission=4.0,
    meaningful=[(1, datetime.date(2024, 1, 10), datetime.date(2024, 6, 1), 15.0, 25.0)],
)


def scores(rows: list[Any] = SCORES) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["instrument", "assessed_at", "course", "score", "is_baseline"])
    table["assessed_at"] = pd.to_datetime(table["assessed_at"])
    table = table.assign(day=3, session_number=2, change=-11.0, pct_change=-55.0, is_close=False)
    table = table.assign(behaviour_ever=1, behaviour_lately=1)
    return table.astype({"course": "Int64", "score": "Float64", "is_baseline": "boolean"})


def doses(rows: list[Any] = DOSES) -> pd.DataFrame:
    columns = ["dose_at", "route", "drug", "dose_mg", "session_number", "course", "phase"]
    table = pd.DataFrame(rows, columns=columns)
    table["dose_at"] = pd.to_datetime(table["dose_at"])
    return table.astype({"course": "Int64", "session_number": "Int64", "dose_mg": "Float64"})


def drawn(**options: Any) -> Figure:
    given: dict[str, Any] = {"instruments": ["PHQ-9"], "theme": "light", "lines": {"PHQ-9": LINES}}
    return checked(trajectory_figure(options.pop("table", scores()), options.pop("doses", doses()), **given | options))


def day(date: str) -> pd.Timestamp:
    return pd.Timestamp(date)


def of_scores(figure: Figure) -> dict[str, tuple[list[str], list[float]]]:
    lines = [trace for trace in figure["data"] if "text" in trace["mode"]]
    return {line["name"]: ([each[:10] for each in line["x"]], line["y"]) for line in lines}


def test_every_score_is_the_tables_and_joined_within_its_course() -> None:
    figure = drawn()
    assert of_scores(figure) == {
        "PHQ-9, no course": (["2024-01-01"], [21.0]),
        "PHQ-9, course 1": (["2024-01-10", "2024-01-20"], [20.0, 9.0]),
        "PHQ-9, course 2": (["2024-06-01"], [18.0]),
    }
    assert [line["y"] for line in traces(figure, "line")] == [[21.0], [20.0, 9.0], [18.0]]


def test_only_the_asked_scales_are_drawn_each_in_a_panel_of_its_own() -> None:
    assert of_scores(drawn(instruments=["GAD-7"])) == {"GAD-7, course 1": (["2024-01-20"], [15.0])}
    both = drawn(instruments=["PHQ-9", "GAD-7"])
    assert {trace["yaxis"] for trace in traces(both, "course 1") if "text" in trace["mode"]} == {"y", "y3"}
    domains = [axis["domain"] for name, axis in both["layout"].items() if name.startswith("yaxis")]
    assert all(upper[0] >= lower[1] for upper, lower in pairwise(domains)), "no two panels overlap"
    assert {axis["anchor"] for name, axis in both["layout"].items() if name.startswith("yaxis")} == {"x"}


def test_one_cursor_goes_through_all_parts() -> None:
    layout = drawn(instruments=["PHQ-9", "GAD-7"])["layout"]
    assert (layout["hovermode"], layout["hoversubplots"]) == ("x", "axis")
    assert (layout["xaxis"]["spikemode"], layout["xaxis"]["spikesnap"]) == ("across", "cursor")


def test_the_baseline_is_named_and_scores_are_written() -> None:
    lines = [trace for trace in drawn()["data"] if "text" in trace["mode"]]
    assert [line["text"] for line in lines] == [["21"], ["baseline 20", "9"], ["baseline 18"]]


@pytest.mark.parametrize(("code", "range_", "way"), [("PHQ-9", [0, 27], "↓ lower"), ("WHO-5", [0, 100], "↑ higher")])
def test_the_whole_range_is_shown_and_never_flipped(code: str, range_: list[float], way: str) -> None:
    figure = drawn(instruments=[code], lines={})
    assert figure["layout"]["yaxis"]["range"] == range_
    assert any(words.startswith(code) and f"{way} is better" in words for words in texts(figure))


def test_bands_and_thresholds_are_named() -> None:
    figure = drawn()
    assert {"minimal", "mild", "moderate", "moderately severe", "severe"} <= set(texts(figure))
    assert {"response: 50 % below baseline", "remission: 4 or less", "no meaningful change"} <= set(texts(figure))
    own = Lines(meaningful=LINES.meaningful, is_own=True)
    assert "no meaningful change, clinic’s own" in texts(drawn(lines={"PHQ-9": own}))


def test_thresholds_are_where_they_were_passed() -> None:
    figure = drawn()
    first, second, remission = (
        traces(figure, "response, course 1") + traces(figure, "response, course 2") + traces(figure, "remission")
    )
    assert (first["y"], second["y"], remission["y"]) == ([10.0, 10.0], [9.0, 9.0], [4.0, 4.0])
    assert [each[:10] for each in first["x"]] == ["2024-01-10", "2024-01-20"]
    assert "markers" in second["mode"], "a course of one day is seen too"
    (ribbon,) = (shape for shape in figure["layout"]["shapes"] if "no meaningful change" in shape["name"])
    assert (ribbon["y0"], ribbon["y1"], ribbon["x0"][:10]) == (15.0, 25.0, "2024-01-10")


def test_the_change_that_matters_stays_within_the_scale() -> None:
    lines = Lines(meaningful=[(1, day("2024-01-10"), day("2024-01-20"), -2.0, 30.0)])
    (ribbon,) = (each for each in drawn(lines={"PHQ-9": lines})["layout"]["shapes"] if "meaningful" in each["name"])
    assert (ribbon["y0"], ribbon["y1"]) == (0, 27)


def test_the_track_has_every_dose_in_its_routes_look() -> None:
    first, second = (traces(drawn(), f"sessions, course {course}")[0] for course in (1, 2))
    assert [each[:10] for each in first["x"]] == ["2024-01-11", "2024-01-14"]
    assert first["marker"]["symbol"] == ["circle", "circle"]
    assert first["marker"]["color"] == [ROUTE_STYLES["iv"][0]["light"]] * 2
    assert first["marker"]["size"][0] < first["marker"]["size"][1]
    assert second["marker"]["symbol"] == ["triangle-up-open"]
    assert second["hovertext"] == [
        "session 1, induction: Intranasal esketamine, dose unknown<br>2 June 2024",
    ]


def test_the_track_says_in_words_what_was_given_and_shades_the_phase() -> None:
    figure = drawn()
    assert "course 1: 2 sessions · IV ketamine, 40–60 mg" in texts(figure)
    assert "course 2: 1 session · Intranasal esketamine" in texts(figure)
    assert len([shape for shape in figure["layout"]["shapes"] if shape["name"] == "induction"]) == 2


def test_sessions_not_held_are_crosses() -> None:
    others = [
        {"scheduled_at": day("2024-01-17"), "status": "no-show"},
        {"scheduled_at": day("2024-01-18"), "status": "late-cancelled"},
        {"scheduled_at": day("2024-01-11"), "status": "completed"},
    ]
    (crosses,) = traces(drawn(beside=Beside(sessions=others)), "not held")
    assert crosses["marker"]["symbol"] == "x-thin"
    assert crosses["hovertext"] == ["no show, 17 January 2024", "late cancelled, 18 January 2024"]


def test_words_of_courses_shrink_before_they_meet() -> None:
    rows = [(f"2024-{month:02}-01", "iv", "ketamine", 40.0, 1, month, "induction") for month in range(1, 13)]
    assert {str(month) for month in range(1, 13)} <= set(texts(drawn(doses=doses(rows))))


def test_days_count_from_the_first_session_and_sessions_lie_equally_far_apart() -> None:
    assert set(AXES) == {"dates", "days", "session"}
    days, by_session = drawn(axis="days"), drawn(axis="session")
    # 10 January is the day before the first session, 20 January its ninth day, 1 June its 142nd
    assert [trace["x"] for trace in days["data"] if "text" in trace["mode"]] == [[-10], [-1, 9], [142]]
    doses_at = [x for course in (1, 2) for x in traces(by_session, f"sessions, course {course}")[0]["x"]]
    assert doses_at == [1, 2, 3]
    # between 1 January (before) and the first session on the 11th; 6 of 140 days and 139 of 140 after the second
    placed = [trace["x"] for trace in by_session["data"] if "text" in trace["mode"]]
    assert placed == [[0], [0.9, round(2 + 6 / 140, 4)], [round(2 + 139 / 140, 4)]]
    assert by_session["layout"]["xaxis"]["ticktext"] == ["before", "1", "2", "1"]


def test_days_are_whole_whatever_the_time_of_day() -> None:
    timed = [("2024-01-11T18:00", *DOSES[0][1:]), ("2024-01-14T08:00", *DOSES[1][1:])]
    asked = [("PHQ-9", "2024-01-10T23:00", 1, 20.0, True), ("PHQ-9", "2024-01-11T09:00", 1, 19.0, False)]
    figure = drawn(axis="days", doses=doses(timed), table=scores(asked), has_dates=False)
    assert traces(figure, "sessions, course 1")[0]["x"] == [0, 3]
    assert [trace["x"] for trace in figure["data"] if "text" in trace["mode"]] == [[-1, 0]]


def test_without_a_session_every_axis_is_by_dates() -> None:
    assert drawn(axis="session", doses=doses([]))["layout"]["xaxis"]["type"] == "date"


def test_a_lone_score_stands_in_the_middle_of_its_axis() -> None:
    figure = drawn(table=scores([SCORES[0]]), doses=doses([]))
    low, high = (pd.Timestamp(end) for end in figure["layout"]["xaxis"]["range"])
    assert (high - day("2024-01-01"), day("2024-01-01") - low) == (pd.Timedelta(days=14), pd.Timedelta(days=14))


def test_missing_is_shown_and_the_line_does_not_run_over_it() -> None:
    gaps = [
        {"instrument": "PHQ-9", "missing_at": day("2024-01-15"), "why": "not-scored", "n_answered": 6, "n_items": 9},
        {"instrument": "PHQ-9", "missing_at": day("2024-06-02"), "why": "not-taken", "session_number": 1},
    ]
    figure = drawn(beside=Beside(missing=gaps))
    (crosses,) = traces(figure, "PHQ-9 missing")
    assert crosses["hovertext"] == [
        "PHQ-9 not scored: 6 of 9 answered, 15 January 2024",
        "PHQ-9 not taken before session 1, 2 June 2024",
    ]
    assert [line["y"] for line in traces(figure, "line")] == [[21.0], [20.0, None, 9.0], [18.0]]


def test_a_score_taken_too_soon_is_marked_and_says_why() -> None:
    table = scores().assign(is_close=[False, False, True, False, False])
    (course, *_) = (trace for trace in drawn(table=table)["data"] if trace["name"] == "PHQ-9, course 1")
    assert course["text"] == ["baseline 20", "9†"]
    assert "than the 14 days it looks back" in course["hovertext"][1]
    assert "−11 (−55 %) since baseline" in course["hovertext"][1]


def test_the_ladder_is_read_in_words() -> None:
    table = scores([("C-SSRS", "2024-01-20", 1, 3.0, False), ("C-SSRS", "2024-01-21", 1, 0.0, False)])
    figure = drawn(instruments=["C-SSRS"], table=table)
    assert sum(each.endswith("· 2 scores · thoughts alone") for each in texts(figure)) == 1
    (trace,) = (each for each in figure["data"] if "text" in each["mode"])
    assert "thoughts with a method" in trace["hovertext"][0]
    assert "no thoughts (questions 1 to 5); behaviour within three months: yes" in trace["hovertext"][1]


def test_events_and_notes_are_lines_through_all_parts() -> None:
    happened = [
        {"happened_on": day("2024-01-16"), "kind": "hospitalisation", "words": "Hospitalisation", "is_note": False},
        {"happened_on": day("2024-01-16"), "kind": "life-event", "words": "moved house", "is_note": True},
        {"happened_on": day("2019-01-16"), "kind": "death", "words": "Death", "is_note": False},
    ]
    figure = drawn(beside=Beside(happened=happened))
    through = {shape["name"]: shape for shape in figure["layout"]["shapes"] if shape["name"] in ("event", "note")}
    assert {(each["yref"], each["y0"], each["y1"], each["x0"][:10]) for each in through.values()} == {
        ("paper", 0, 1, "2024-01-16")
    }
    assert {"◆ hospitalisation", "○ note: life event"} <= set(texts(figure))
    assert "◆ death" not in texts(figure), "five years before anything else: it would squeeze the rest"


def effect(term: str, severity: str | None, *, is_serious: int = 0, date: str = "2024-01-12") -> dict[Any, Any]:
    row = {"happened_at": day(date), "term": term, "severity": severity, "is_serious": is_serious, "action": "none"}
    return {**row, "session_number": 1, "is_between": 0, "minutes": 30.0}


def test_side_effects_have_a_lane_a_term_and_severity_is_shape_size_and_word() -> None:
    effects = [
        effect("Nausea", "mild"),
        effect("Nausea", None),
        effect("Syncope", "severe", is_serious=1),
        effect("Headache", "moderate"),
    ]
    figure = drawn(beside=Beside(effects=effects))
    (lanes,) = traces(figure, "side effects")
    # the serious one on top, then by severity
    assert lanes["y"] == [2, 2, 0, 1]
    assert len(set(lanes["marker"]["symbol"])) == 4
    mild, _, severe, moderate = lanes["marker"]["size"]
    assert mild < moderate < severe
    assert lanes["text"] == ["", "", "severe, serious", ""]
    assert lanes["hovertext"][0] == "Nausea, mild<br>12 January 2024, session 1, over after 30 min"
    assert "severity unknown" in lanes["hovertext"][1]
    assert {"Nausea", "Headache", "Syncope"} <= set(texts(figure))


def test_medicines_are_bars_from_start_to_end_and_open_ends_are_arrows() -> None:
    def taken(name: str, kind: str, begun: str | None, ended: str | None) -> dict[Any, Any]:
        ends = {"started_on": begun and day(begun), "stopped_on": ended and day(ended)}
        return {"name": name, "class": kind, **ends}

    rows = [
        taken("Vitamin <D>", "other", "2024-01-12", "2024-01-14"),
        taken("Sertraline", "antidepressant", "2020-01-01", None),
        taken("Lorazepam", "benzodiazepine", "2024-01-11", "2024-01-15"),
        taken("Long ago", "opioid", "2001-01-01", "2001-02-01"),
        taken("Far ahead", "opioid", "2031-01-01", None),
    ]
    figure = drawn(beside=Beside(medicines=rows))
    bars = {trace["name"]: trace for trace in figure["data"] if trace.get("line", {}).get("width") == 6}
    # the classes that matter first; none that was not taken in the time shown
    assert [(name, bar["y"][0]) for name, bar in bars.items()] == list(zip(list(bars), range(3), strict=True))
    assert list(bars) == ["Lorazepam", "Sertraline", "Vitamin &lt;D&gt;"]
    assert [each[:10] for each in bars["Lorazepam"]["x"]] == ["2024-01-11", "2024-01-15"]
    assert bars["Lorazepam"]["marker"]["symbol"] == ["line-ns", "line-ns"]
    assert bars["Sertraline"]["marker"]["symbol"] == ["triangle-left", "triangle-right"]
    assert bars["Sertraline"]["hovertext"][0] == "Sertraline, antidepressant<br>from 1 January 2020, goes on"
    assert any("Medicines" in text and "2 more in the table" in text for text in texts(figure))


def test_many_scores_carry_only_the_numbers_of_note() -> None:
    rows = [("PHQ-9", f"2024-01-{day:02}", 1, float(27 - day), day == 1) for day in range(1, 25)]
    (line,) = (trace for trace in drawn(table=scores(rows))["data"] if "text" in trace["mode"])
    assert [text for text in line["text"] if text] == ["baseline 26", "3"]


def test_it_handles_no_data() -> None:
    assert texts(checked(drawn(table=scores([]), doses=doses([])))) == ["No PHQ-9 score yet."]
    with_doses = drawn(table=scores([]))
    assert "No PHQ-9 score yet." in texts(with_doses)
    assert traces(with_doses, "sessions, course 1")
