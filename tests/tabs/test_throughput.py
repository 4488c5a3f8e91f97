"""The throughput page: what it says is what the metrics say, and every address has an answer."""

import csv
import datetime
import io
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.access import Viewer, cohort_for
from dashboard.auth.permissions import VIEW_THROUGHPUT, Forbidden
from dashboard.cli import main
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.figures.marks import Mark
from dashboard.figures.measure import MEASURES
from dashboard.figures.theme import TRACE_TYPES
from dashboard.metrics.reading import Reading
from dashboard.metrics.spc import IMPROVEMENTS, spc
from dashboard.metrics.survival import survival
from dashboard.metrics.throughput import throughput
from dashboard.tabs import parts
from dashboard.tabs import throughput as tab
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.parts import components
from dashboard.tabs.throughput import FIGURES, content, of
from dashboard.tabs.throughput_view import PERIODS, SPLITS, View, readings
from dashboard.tabs.throughput_words import reached
from tests.calls import call
from tests.conftest import Running
from tests.export import MARK
from tests.tabs.conftest import DIRECTOR

VIEWS = [
    *(View(period=period) for period in PERIODS),
    *(View(metric=metric) for metric in MEASURES),
    *(View(by=by) for by in SPLITS),
    View(by="none", along="day"),
    View("no_show_rate", "month", filters=Filters({"site": ("North",), "route": ("iv",), "phase": ("induction",)})),
    View(filters=Filters.of({"from": "2024-01-10", "to": "2024-05-31"})),
]


def page(clinic: Clinic, view: View, theme: str = "light") -> tuple[dict[str, Any], dict[str, Reading]]:
    """What the page shows of a view, and what it asked for it."""
    cohort = cohort_for(DIRECTOR, clinic, VIEW_THROUGHPUT, **view.filters.keywords())
    return content(cohort, view, theme, view.address(clinic.tokens)), readings(cohort, view)


def plain(text: str) -> str:
    return text.replace(parts.NBSP, " ")


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: json.dumps([view.metric, view.period, view.by]))
def test_screen_file_and_command_line_agree(
    clinic: Clinic,
    view: View,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CLINIC_HOME", str(home))
    shown, asked = page(clinic, view)
    for name in FIGURES:
        words = shlex.split(shown["figures"][name]["command"])
        assert main(words[3:]) == 0
        printed = capsys.readouterr().out
        assert list(csv.reader(io.StringIO(asked[name].csv()))) == list(csv.reader(io.StringIO(printed)))
        _, *lines = list(csv.reader(io.StringIO(printed)))
        cells = [
            ["" if value is None else str(value) for value in row.values()] for row in shown["figures"][name]["rows"]
        ]
        assert cells == lines


def test_the_page_says_what_a_hand_count_says(clinic: Clinic) -> None:
    # people of 7 January to 27 January have six doses in 18 days; five of 10 June have theirs up to 27 June
    shown, _ = page(clinic, View())
    # the week of 17 June: days 7 and 10 of four people who began on 10 June
    assert plain(shown["answer"]).startswith("8 sessions completed in the week of 17 June 2024, ")
    assert "0 of 8, of the slots held were no-shows; 0 people started." in plain(shown["answer"])
    sessions = shown["figures"]["sessions"]
    assert sessions["title"].startswith("No-shows in the latest 12 whole weeks: 0 of ")
    induction = shown["figures"]["induction"]
    # four began less than 28 days before the 30th of June
    assert plain(induction["title"]) == "Induction completed by 51 of 51, 100 %, by treatment"
    assert induction["count"].startswith("n = 51 courses due, of 55 started; 4 not yet due.")
    assert shown["figures"]["waits"]["count"] == "n = 0 people with a date of referral."
    assert "no table capacity" in sessions["rule"]


@pytest.mark.parametrize("period", PERIODS)
def test_each_number_of_the_matrix_is_the_metrics(clinic: Clinic, period: str) -> None:
    shown, asked = page(clinic, View(period=period))
    cohort = asked["spc"].cohort
    whole = throughput(cohort, period=period)
    whole = whole[~whole["partial"]]
    rows = {row["measure"]: row for row in shown["matrix"]}
    assert len(rows) == len(MEASURES)
    for name, measure in MEASURES.items():
        table = spc(cohort, metric=name, period=period)
        row = rows[measure.name]
        if table.empty:
            assert row["latest"] == "no value"
            continue
        assert row["usual"] == measure.text(table["mean"].iloc[-1], digits=1)
        if not measure.part:
            assert row["latest"] == measure.text(whole[name].iloc[-1])


def test_retention_is_read_out_where_it_is_published(clinic: Clinic) -> None:
    shown, _ = page(clinic, View(by="none"))
    title, count = (plain(shown["figures"]["retention"][part]) for part in ("title", "count"))
    assert title == "How long do people keep coming? Of all, nobody came to session 9, nobody came to session 13"
    assert count.startswith("n = 51 courses begun long enough ago to tell: 51 ended, 0 go on.")
    assert "75.1 % came to 9 sessions, 60.3 % to 13" in count
    drawn, by_days = (of_view(clinic, View(by="none", along=along)) for along in ("session", "day"))
    assert [trace["x"] for trace in drawn["data"] if trace["name"] == "published"] == [[9, 13]]
    assert not [trace for trace in by_days["data"] if trace["name"] == "published"]


def test_a_share_of_few_is_not_read_out() -> None:
    # 40 ended before their 5th session, 60 are followed to their 20th: 60 %, by hand 0.497 to 0.688 (log-log)
    counts = pd.DataFrame({"session": [5, 20], "is_event": [1, 0], "n": [40, 60]})
    assert plain(reached(survival(counts, "none", x="session"), 9)) == "60 % (50–69) came to session 9"
    counts["n"] = [40, 9]
    assert reached(survival(counts, "none", x="session"), 9) == ""
    assert reached(survival(counts, "none", x="session"), 21) == ""


def of_view(clinic: Clinic, view: View) -> dict[str, Any]:
    return of(cohort_for(DIRECTOR, clinic, VIEW_THROUGHPUT), view)["retention"].drawn


def test_small_numbers_are_said_to_be_unsteady(clinic: Clinic) -> None:
    # 55 people start in 25 weeks; 330 sessions are booked in them
    said = page(clinic, View("n_new_starts"))[0]["figures"]["spc"]["count"]
    assert "new starts a week: limits of so few are unsteady" in said
    assert "unsteady" not in page(clinic, View("n_completed"))[0]["figures"]["spc"]["count"]
    assert "unsteady" not in page(clinic, View("n_new_starts", "month"))[0]["figures"]["spc"]["count"]


def test_every_number_that_can_be_chosen_is_charted() -> None:
    assert set(MEASURES) <= set(IMPROVEMENTS)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_are_plain_and_their_traces_are_in_the_bundle(clinic: Clinic, theme: str) -> None:
    for view in (View(), View("no_show_rate", "month", "site"), View("utilisation", "day", "none")):
        shown, _ = page(clinic, view, theme)
        for name in FIGURES:
            drawn = shown["figures"][name]["figure"]
            json.dumps(drawn, allow_nan=False)
            assert {each["type"] for each in drawn["data"]} <= TRACE_TYPES
            assert shown["figures"][name]["style"]["height"] == f"{drawn['layout']['height']}px"
            assert not any("<span" in each["text"] for each in drawn["layout"]["annotations"])


def test_a_page_stays_small(clinic: Clinic) -> None:
    assert len(components(tab.layout(clinic, DIRECTOR))) <= 260  # and 40 for the frame around the page


def test_what_a_figure_does_not_filter_by_is_said(clinic: Clinic) -> None:
    filters = Filters({"route": ("iv",), "phase": ("induction",)}, datetime.date(2024, 1, 1))
    shown, asked = page(clinic, View(filters=filters))
    assert set(asked["induction"].cohort.where) == {"route"}
    assert asked["waits"].cohort.where == {}
    assert "Not filtered by phase: a course has none." in shown["figures"]["induction"]["rule"]
    assert "Not filtered by route and phase: a wait is before treatment." in shown["figures"]["waits"]["rule"]
    assert "Dates are of the referral." in shown["figures"]["waits"]["rule"]
    assert "Phase is known of completed sessions only" in shown["figures"]["sessions"]["rule"]


def test_it_handles_no_data(clinic: Clinic) -> None:
    nobody = Filters.of({"where": {"sex": ["other"]}})
    for period in PERIODS:
        shown, _ = page(clinic, View(period=period, filters=nobody))
        assert shown["nobody"]["is_nobody"]
        assert shown["nobody"]["words"] == "No session has sex other."
        assert shown["answer"] == "No session is booked in this cohort."
        assert {row["latest"] for row in shown["matrix"]} == {"no value"}


GIVEN = {"status": "completed", "route": "iv", "drug": "ketamine"}


def test_an_almost_empty_export_has_sentences_and_no_error(almost_empty: Callable[..., Clinic]) -> None:
    clinic = almost_empty({"scheduled_at": "2024-01-08T10:00", **GIVEN})
    for period in PERIODS:
        for metric in MEASURES:
            shown, _ = page(clinic, View(metric, period))
            assert set(shown["figures"]) == set(FIGURES)
    shown, _ = page(clinic, View())
    assert shown["answer"] == (
        "1 session completed in the week of 8 January 2024, too early to say what is usual; "
        "0 of 1, of the slots held were no-shows; 1 person started."
    )
    rules = " ".join(each["rule"] for each in shown["figures"].values())
    for missing in (
        "no table capacity",
        "no column arrived_at and left_at",
        "column referred_on of patients",
        "neither the column effects_recorded nor a table side_effects",
    ):
        assert missing in rules
    assert shown["figures"]["completeness"]["title"] == "A score before and after treatment: nobody yet"
    clinic.close()


def test_a_clinic_that_has_only_begun_is_told_so(almost_empty: Callable[..., Clinic]) -> None:
    clinic = almost_empty(
        {"scheduled_at": "2024-01-31T10:00", **GIVEN}, {"scheduled_at": "2024-02-20", "status": "scheduled"}
    )
    shown, _ = page(clinic, View())
    assert shown["answer"] == "No week is over yet: 2 sessions are booked so far."
    assert shown["figures"]["sessions"]["title"] == "No slot was held"
    clinic.close()


def test_nobody_at_all(almost_empty: Callable[..., Clinic]) -> None:
    clinic = almost_empty()
    shown, _ = page(clinic, View())
    assert shown["nobody"]["words"] == "No session is booked in these records."
    clinic.close()


def test_it_checks_role(clinic: Clinic) -> None:
    for role in ("presenter", "admin", "owner", ""):
        with pytest.raises(Forbidden):
            cohort_for(Viewer("x", role), clinic, VIEW_THROUGHPUT)


@pytest.mark.parametrize(
    "said",
    [{"metric": "n_timed"}, {"period": "year"}, {"by": "phase"}, {"colour": "red"}, {"filters": {"from": "soon"}}],
)
def test_what_does_not_exist_is_not_found(clinic: Clinic, said: Any) -> None:
    token = clinic.tokens.seal("throughput", json.dumps(said))
    with pytest.raises(OptionError):
        View.of(f"?view={token}", clinic.tokens)


def test_a_token_of_another_page_opens_no_view(clinic: Clinic) -> None:
    with pytest.raises(OptionError):
        View.of("?view=" + clinic.tokens.seal("view", "{}"), clinic.tokens)


@pytest.mark.parametrize("view", [View(), View("utilisation", "day", "none"), View(filters=Filters({"site": (MARK,)}))])
def test_a_view_and_its_address_are_one_and_tell_nothing(clinic: Clinic, view: View) -> None:
    address = view.address(clinic.tokens)
    assert View.of(address, clinic.tokens) == view
    assert not any(word in address for word in (MARK, "utilisation", "site"))
    assert (address == "") == (view == View())


def test_the_cohort_is_the_readings(cohort: Cohort) -> None:
    for reading in readings(cohort, View()).values():
        assert reading.cohort == cohort


def test_a_target_is_drawn_and_said_and_asked_of_the_command(cohort: Cohort) -> None:
    shown = of(cohort, View(target="3"))["spc"]
    assert shown.reading.options["target"] == "3.0"
    assert "--target 3.0" in shown.reading.command()
    assert "target" in [each["name"] for each in shown.drawn["data"]]
    assert "Target 3.0: chance alone" in shown.count
    rate = of(cohort, View("no_show_rate", target="5,5 %"))["spc"]
    assert rate.reading.options["target"] == "0.055"
    assert "Target 5.5" in rate.count
    assert View("chair_minutes", target="4,500").goal == 4500  # as the page writes it
    assert View("chair_minutes", target="1,234,567.5").goal == 1234567.5
    assert View("chair_minutes", target="4,5").goal == 4.5
    for text in ("many", "-3", "inf", "nan", "0,500,"):
        wrong = of(cohort, View(target=text))["spc"]
        assert "target" not in wrong.reading.options
        assert f"{text!r} is no number of 0 or more" in wrong.count


def test_limits_begin_anew_after_a_dated_change_and_others_only_stand_there(cohort: Cohort) -> None:
    first = str(of(cohort, View())["spc"].reading.table["period"].iloc[0])
    middle = datetime.date.fromisoformat(first) + datetime.timedelta(63)
    marks = [Mark(middle, "Second room", is_change=True), Mark(middle + datetime.timedelta(9), "Strike")]
    shown = of(cohort, View(), marks)["spc"]
    assert shown.reading.options["rebase"] == (str(middle),)
    assert f"--rebase {middle}" in shown.reading.command()
    means = shown.reading.table.assign(is_after=shown.reading.table["period"] >= str(middle)).groupby("is_after")[
        "mean"
    ]
    assert list(means.nunique()) == [1, 1]
    assert means.first().nunique() == 2
    said = f"Happened: A {parts.day(middle)}: Second room; B {parts.day(middle + datetime.timedelta(9))}: Strike."
    assert said in shown.count
    plain = of(cohort, View(limits="one"), marks)["spc"]
    assert "rebase" not in plain.reading.options
    assert "Second room" in plain.count


def test_annotations_are_written_withdrawn_and_taken_home(running: Running) -> None:
    client = running.signed_in("director")
    form = {
        "annotations-add": 1,
        "annotations-day": "2024-03-04",
        "annotations-text": "=Second room",
        "annotations-is-change": ["change"],
    }
    added = call(running, client, "annotations-list.children", form).get_json()["response"]
    assert added["annotations-said"]["children"] == "Kept."
    assert "4 March 2024: =Second room (limits begin anew) · a-director" in str(added["annotations-list"])
    page = call(running, client, "throughput-address.search", SEEN).get_json()["response"]
    assert "--rebase 2024-03-04" in page["throughput-spc-command"]["children"]
    assert "A 4 March 2024: =Second room" in page["throughput-spc-count"]["children"]
    seen = {"outcomes-time-address": "", "shell-theme-shown": "light"}
    time = call(running, client, "outcomes-time-address.search", seen).get_json()["response"]
    assert "A 4 March 2024: =Second room" in time["outcomes-time-quarters-count"]["children"]
    for wrong, words in (({"annotations-day": "4.3."}, "is no date"), ({"annotations-text": " "}, "1 to 120")):
        said = call(running, client, "annotations-list.children", {**form, **wrong}).get_json()["response"]
        assert words in said["annotations-said"]["children"]
    said = call(running, client, "annotations-list.children", {**form, "annotations-day": ""}).get_json()["response"]
    assert said["annotations-said"]["children"] == "Write the day as 2024-03-31."
    changed = {"changedPropIds": ["annotations-withdraw.n_clicks"]}
    said = call(running, client, "annotations-list.children", {"annotations-withdraw": 1}, **changed).get_json()
    assert said["response"]["annotations-said"]["children"] == "Choose which one to withdraw first."
    which = added["annotations-which"]["options"][0]["value"]
    values = {"annotations-withdraw": 1, "annotations-which": which}
    gone = call(running, client, "annotations-list.children", values, **changed).get_json()["response"]
    assert gone["annotations-list"]["children"] == []
    file = call(running, client, "annotations-file.data", {"annotations-csv": 1}).get_json()["response"]
    rows = file["annotations-file"]["data"]["content"].splitlines()
    assert [row.split(",")[1:5] for row in rows[1:]] == [
        ["2024-03-04", "'=Second room", "True", "a-director"],
        ["2024-03-04", "", "True", "a-director"],
    ]


SEEN = {"throughput-address": "", "shell-theme-shown": "light"}
