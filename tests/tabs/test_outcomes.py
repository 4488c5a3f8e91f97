"""The outcomes page: what it says is what the metric says, and every address has an answer."""

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.access import NothingPublished, Viewer, cohort_for
from dashboard.auth.permissions import VIEW_OUTCOMES, Forbidden
from dashboard.clinic import Clinic, open_clinic
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.figures.theme import TRACE_TYPES
from dashboard.metrics.reading import Reading
from dashboard.metrics.response import response
from dashboard.settings import Settings
from dashboard.tabs import outcomes, parts
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.outcomes import FIGURES, content
from dashboard.tabs.outcomes_view import SPLITS, View, of_scale, readings, resolved
from dashboard.tabs.parts import components
from tests.export import MARK
from tests.tabs.conftest import DIRECTOR


def page(clinic: Clinic, view: View, theme: str = "light") -> tuple[dict[str, Any], dict[str, Reading]]:
    """What the page shows of a view, and what it asked for it."""
    cohort = cohort_for(DIRECTOR, clinic, VIEW_OUTCOMES, **view.filters.keywords())
    shown = content(cohort, view, theme, lambda each: each.address(clinic.tokens))
    return shown, readings(cohort, view, resolved(cohort, view)[0])


def plain(text: str) -> str:
    return text.replace(parts.NBSP, " ")


@pytest.mark.parametrize(
    ("by", "window"), [*((by, "post-induction") for by in SPLITS), ("none", "day-28"), ("site", "last")]
)
def test_the_table_is_the_metrics_block_of_that_scale(clinic: Clinic, cohort: Cohort, by: str, window: str) -> None:
    blocks = response(cohort, by=by, window=window)
    shown, _ = page(clinic, View(by, window=window))
    block = blocks[blocks["instrument"] == "PHQ-9"].reset_index(drop=True)
    grid = shown["figures"]["response"]["rows"]
    for name in ("n_started", "n_baseline", "n_eligible", "n_due", "n_scored", "n_responded", "n_remitted"):
        assert [row[name] for row in grid] == list(block[name])


def test_the_page_says_what_a_hand_count_says(clinic: Clinic) -> None:
    shown, _ = page(clinic, View("route"))
    assert plain(shown["answer"]) == (
        "22 of 41 responded, 54 % (39–68), on the PHQ-9; 6 could not be scored. IV: 13 of 23, 57 % (37–74)."
    )
    first = shown["figures"]["response"]
    assert first["title"] == "Who responded, by route? PHQ-9, 14 to 31 days after induction (nearest day 21)"
    missing, worse, remission = plain(first["count"]).split("\n")
    assert missing == "n = 41 scored, of 47 due. Missing: 6 due but not scored, 4 not yet due."
    assert worse == "Reliably worse: 0 of 41 scored."
    assert remission.startswith("In remission: 22 of 41 scored (IV 13 of 23, 57 % (37–74), IM 6 of 12, 50 % (25–75), ")
    assert first["rule"].startswith("Courses for depression, whose primary scale is the PHQ-9; others have another")
    assert shown["figures"]["waterfall"]["title"] == "41 of 51 started are scored; 6 were due but not scored"
    assert shown["figures"]["curve"]["title"].startswith("Mean PHQ-9: 19.2 at baseline, ")


def test_who_counts_is_chosen_beside_the_figure_with_live_counts(clinic: Clinic, cohort: Cohort) -> None:
    view = View("none", cut="any", induction="complete", courses="all")
    shown, asked = page(clinic, view)
    said = {"baseline_at_least": 0, "induction": "complete", "courses": "all"}
    table = response(cohort, by="none", instrument="PHQ-9", **said)
    n = int(table["n_scored"].iloc[0])
    assert shown["figures"]["response"]["rows"][0]["n_scored"] == n
    for name in ("window", "cut", "induction", "courses"):
        labels = {each["value"]: each["label"] for each in shown["counted"][name]}
        assert labels[getattr(view, name)].endswith(f"(n {n:,})")
    any_ = response(cohort, by="none", instrument="PHQ-9", **{**said, "induction": "any"})
    labels = {each["value"]: each["label"] for each in shown["counted"]["induction"]}
    assert labels["any"].endswith(f"(n {int(any_['n_scored'].iloc[0]):,})")
    for words in ("Any baseline above 0 counts.", "Complete inductions only.", "Every course of a person counts."):
        assert words in shown["figures"]["waterfall"]["rule"]
    assert "--baseline-at-least 0" in asked["curve"].command()
    assert "--induction" not in asked["curve"].command()


def test_worse_is_named_by_group(clinic: Clinic) -> None:
    shown, asked = page(clinic, View("route"))
    for name in ("response", "waterfall"):
        asked[name].table.loc[0, "n_reliably_worse"] = 2
    again = outcomes.outcomes_words.words(asked, View("route"), "PHQ-9")["response"]["count"]
    assert "Reliably worse: 2 of 41 scored (IV 2 of 23)." in plain(again)
    assert "Reliably worse" in shown["figures"]["response"]["count"]


def test_the_scale_follows_the_cohort_until_it_is_chosen(clinic: Clinic) -> None:
    ptsd = Filters({"diagnosis": ("ptsd",)})
    assert page(clinic, View())[0]["controls"][1] == "PHQ-9"
    assert page(clinic, View(filters=ptsd))[0]["controls"][1] == "PCL-5"
    assert page(clinic, View(scale="PHQ-9", filters=ptsd))[0]["controls"][1] == "PHQ-9"
    alone = plain(page(clinic, View(scale="PCL-5"))[0]["answer"])
    assert alone == "2 of 4 responded, too few for a percentage, on the PCL-5; 0 could not be scored."


def test_only_courses_of_that_scale_count(cohort: Cohort) -> None:
    assert of_scale(cohort, "PHQ-9").where == {"diagnosis": ("depression",)}
    assert of_scale(cohort, "WHO-5").where == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_are_plain_and_their_traces_are_in_the_bundle(clinic: Clinic, theme: str) -> None:
    shown, _ = page(clinic, View(lines="split"), theme)
    for name in FIGURES:
        drawn = shown["figures"][name]["figure"]
        json.dumps(drawn)
        assert {each["type"] for each in drawn["data"]} <= TRACE_TYPES
        assert shown["figures"][name]["style"]["height"] == f"{drawn['layout']['height']}px"
        assert not any("<span" in each["text"] for each in drawn["layout"]["annotations"])


def test_a_page_stays_small(clinic: Clinic) -> None:
    assert len(components(outcomes.layout(clinic, DIRECTOR))) <= 260  # and 40 for the frame around the page


def test_it_handles_no_data(clinic: Clinic) -> None:
    nobody = Filters.of({"where": {"sex": ["other"], "route": ["iv"]}, "to": "2024-01-01"})
    for by in SPLITS:
        shown, _ = page(clinic, View(by, filters=nobody))
        assert shown["nobody"]["is_nobody"]
        assert not shown["nobody"]["is_somebody"]
        assert shown["nobody"]["words"] == (
            "No first course has route IV, and sex other, and started up to 1 January 2024 together."
        )
        assert shown["nobody"]["clear"].startswith("/outcomes")
        assert shown["answer"] == "Nobody has started a first course in this cohort."


def test_it_checks_role(clinic: Clinic) -> None:
    for role in ("admin", "owner", ""):
        with pytest.raises(Forbidden):
            cohort_for(Viewer("x", role), clinic, VIEW_OUTCOMES)
    assert not cohort_for(DIRECTOR, clinic, VIEW_OUTCOMES).hides_small
    assert cohort_for(Viewer("x", "presenter"), clinic, VIEW_OUTCOMES).hides_small


def test_nothing_published_is_its_own_error(tmp_path: Path) -> None:
    empty = open_clinic(Settings(home=tmp_path))
    with pytest.raises(NothingPublished):
        cohort_for(DIRECTOR, empty, VIEW_OUTCOMES)
    empty.close()


@pytest.mark.parametrize(
    "said",
    [
        {"by": "colour"},
        {"window": "never"},
        {"scale": "PHQ"},
        {"colour": "red"},
        {"x": "month"},
        {"filters": {"where": {"site": ["Nowhere"]}}},
        {"filters": {"where": {"phase": ["induction"]}}},
        {"filters": {"from": "soon"}},
        {"scale": "GAD-7"},
        ["by"],
    ],
)
def test_what_does_not_exist_is_not_found(clinic: Clinic, said: Any) -> None:
    token = clinic.tokens.seal("view", json.dumps(said))
    with pytest.raises(OptionError):
        page(clinic, View.of(f"?view={token}", clinic.tokens))


@pytest.mark.parametrize("address", ["?by=site", "?view=", "?view=abc", "?view=Ä", "?view=a&view=b", "?x"])
def test_an_address_that_opens_nothing_is_not_found(clinic: Clinic, address: str) -> None:
    with pytest.raises(OptionError):
        View.of(address, clinic.tokens)


def test_a_token_of_something_else_opens_no_view(clinic: Clinic) -> None:
    with pytest.raises(OptionError):
        View.of("?view=" + clinic.tokens.seal("patient", "{}"), clinic.tokens)


@pytest.mark.parametrize(
    "view",
    [
        View(),
        View("site"),
        View("none", "PHQ-9", "1-3"),
        View(window="session-4", x="week", who="completers", lines="split"),
        View("payer", "PCL-5", filters=Filters({"site": ("North", MARK)})),
        View(filters=Filters.of({"from": "2024-01-01", "where": {"clinician": [MARK]}})),
    ],
)
def test_a_view_and_its_address_are_one_and_tell_nothing(clinic: Clinic, view: View) -> None:
    address = view.address(clinic.tokens)
    assert View.of(address, clinic.tokens) == view
    assert not any(word in address for word in (MARK, "North", "site", "PHQ", "PCL"))
    assert (address == "") == (view == View())


@pytest.mark.parametrize(
    ("rate", "text"), [(0.0, "0"), (1.0, "100"), (0.004, "<1"), (0.997, ">99"), (0.565, "57"), (0.125, "13")]
)
def test_percent_never_rounds_to_all_or_none(rate: float, text: str) -> None:
    assert parts.percent(rate) == text
