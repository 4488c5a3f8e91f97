"""People picked behind one number and found again: exactly they, for who may see people, on every tab."""

import re
from typing import Any

import pytest

from dashboard.access import Viewer
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.figures.opening import opening_of
from dashboard.figures.picked import openings
from dashboard.metrics import METRICS
from dashboard.metrics.members import among, listed
from dashboard.metrics.reading import Reading
from dashboard.tabs import outcomes, outcomes_change, outcomes_time, picked, side_effects, throughput
from dashboard.tabs.number import Number
from dashboard.tabs.outcomes_view import View
from dashboard.tabs.shown import Shown
from dashboard.tabs.side_effects_view import View as SideEffects
from dashboard.tabs.throughput_view import View as Throughput
from tests.calls import call, show
from tests.conftest import Running
from tests.tabs.conftest import DIRECTOR

PRESENTER = Viewer("p", "presenter")


def figures(cohort: Cohort) -> dict[str, Shown]:
    """A figure or more of each tab, by name."""
    return {
        **outcomes.of(cohort, View()),
        **outcomes_change.SECTION.of(cohort, View()),
        **outcomes_time.SECTION.of(cohort, View()),
        **side_effects.SECTION.of(cohort, SideEffects()),
        **throughput.of(cohort, Throughput()),
    }


def token(cohort: Cohort, clinic: Clinic, column: str = "n_responded") -> str:
    number = Number.at(Reading(METRICS["response"], cohort, {"by": "none", "instrument": "PHQ-9"}), 0, column)
    return number.search(clinic.tokens).partition("=")[2]


def test_whom_a_sign_stands_for_is_in_the_list_that_its_count_opens(clinic: Clinic, cohort: Cohort) -> None:
    people = picked.picked_by(DIRECTOR, clinic, token(cohort, clinic))
    assert people
    assert len(people.people) > 5
    n_signs = 0
    for shown in figures(cohort).values():
        behind, table = shown.reading.behind(), shown.reading.table
        if behind is None:
            continue
        cells = [cell for way in openings(shown.drawn) if (cell := opening_of(way))][:12]
        there = among(behind, shown.reading.cohort, table, cells, people.people)
        for place, column, without in cells:
            row = {key: Number.at(shown.reading, place, column, without).row[key] for key in behind.keys}
            _, opened = listed(behind, shown.reading.cohort, column=column, row=row, without=without)
            expected = set(opened["patient_id"]) & set(people.people)
            assert there.get((place, column, without), frozenset()) == expected
            n_signs += bool(expected)
    assert n_signs > 20


def test_each_of_several_with_the_same_scores_has_one_sign(clinic: Clinic, cohort: Cohort) -> None:
    (one,) = {picked.picked_by(DIRECTOR, clinic, token(cohort, clinic))}
    assert one
    percent = picked.found(outcomes_change.SECTION.of(cohort, View())["percent"], one)
    signs = [text for trace in percent.drawn["data"] if trace["name"] == "picked" for text in trace["text"]]
    assert len(signs) == len(one.people)
    assert set(signs) == {"★"}
    n = len(one.people)
    assert percent.count.endswith(f"★ {n} of the {n} picked are behind a mark or a count of this figure.")


def test_nobody_is_picked_by_who_may_not_see_people_or_by_what_is_no_number(clinic: Clinic, cohort: Cohort) -> None:
    assert picked.picked_by(PRESENTER, clinic, token(cohort, clinic)) is None
    assert picked.picked_by(DIRECTOR, clinic, "") is None
    with pytest.raises(OptionError):
        picked.picked_by(DIRECTOR, clinic, "nothing")
    shown = outcomes.of(cohort, View())["response"]
    assert picked.found(shown, None) is shown


def test_the_way_goes_from_a_list_to_the_figures_and_back(running: Running) -> None:
    client = running.signed_in("director")
    values: dict[str, Any] = {"outcomes-address": "", "outcomes-waterfall-table": {"rowId": "0", "colId": "n_due"}}
    way = call(
        running, client, "outcomes-waterfall-way.href", values, changedPropIds=["outcomes-waterfall-table.cellClicked"]
    )
    search = way.get_json()["response"]["outcomes-waterfall-way"]["href"].removeprefix("/people")
    shown = call(running, client, "people-answer.children", {"people-address": search}).get_json()["response"]
    links = re.findall(r'"href": ?"([^"]+)"', str(shown["people-ways"]["children"]).replace("'", '"'))
    assert [link.partition("?")[0] for link in links] == ["/outcomes", "/side-effects", "/throughput", "/balance"]
    address = links[0].removeprefix("/outcomes")
    drawn = show(running, client, address).get_json()["response"]
    n = len(shown["people-grid"]["rowData"])
    assert f"★ {n} people picked: " in str(drawn["outcomes-picked"]["children"])
    notes = [each["text"] for each in drawn["outcomes-waterfall-graph"]["figure"]["layout"]["annotations"]]
    assert f"{n}<br>★ {n}" in notes
    assert "★" not in str(show(running, running.signed_in("presenter"), address).get_json()["response"])
