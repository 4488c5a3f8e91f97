"""The people behind a number: who may open them, what is said of them, and that the log knows."""

from typing import Any

import pandas as pd
from flask.testing import FlaskClient

from dashboard.clinical.cohort import Cohort
from dashboard.metrics import METRICS
from dashboard.metrics.reading import Reading
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.number import Number
from dashboard.tabs.outcomes_view import View
from dashboard.tabs.patient_view import Look, without_look
from dashboard.tabs.people import rows
from dashboard.tabs.people_view import number_words
from tests.calls import call, show
from tests.conftest import Running
from tests.hand import Case, Hand


def opened(running: Running, client: FlaskClient, part: str, **said: Any) -> str | None:
    """The address that a click on a figure of the outcomes leads to; None for none."""
    prop, value = next(iter(said.items()))
    values = {"outcomes-address": "", f"outcomes-{part}-{'table' if prop == 'cellClicked' else 'graph'}": value}
    changed = [f"outcomes-{part}-{'table' if prop == 'cellClicked' else 'graph'}.{prop}"]
    answer = call(running, client, f"outcomes-{part}-way.href", values, changedPropIds=changed)
    return answer.get_json()["response"][f"outcomes-{part}-way"]["href"] if answer.status_code == 200 else None


def listed(running: Running, client: FlaskClient, search: str) -> Any:
    return call(running, client, "people-answer.children", {"people-address": search}).get_json()["response"]


def test_a_mark_words_and_a_cell_open_the_same_people(running: Running) -> None:
    client = running.signed_in("director")
    drawn = show(running, client).get_json()["response"]
    notes = drawn["outcomes-waterfall-graph"]["figure"]["layout"]["annotations"]
    words = next(each for each in notes if each.get("name") == "0 n_started")
    row = drawn["outcomes-waterfall-table"]["rowData"][0]
    mark = {"points": [{"customdata": drawn["outcomes-waterfall-graph"]["figure"]["data"][0]["customdata"][0]}]}
    ways = {
        opened(running, client, "waterfall", clickData=mark),
        opened(running, client, "waterfall", clickAnnotationData={"annotation": words}),
        opened(running, client, "waterfall", cellClicked={"rowId": "0", "colId": "n_started"}),
    }
    assert len(ways) == 1
    way = ways.pop()
    assert way
    assert way.startswith("/people?people=")
    shown = listed(running, client, way.removeprefix("/people"))
    assert len(shown["people-grid"]["rowData"]) == row["n_started"] > 0
    assert f"{row['n_started']} course" in shown["people-answer"]["children"]
    assert all(each["href"].startswith("/patient/") for each in shown["people-grid"]["rowData"])


MONDAY = "2024-03-04T"
TOLD = Case("told in words")
TOLD.patient(referred_on="2024-03-01").dose(f"{MONDAY}09:00", arrived_at=f"{MONDAY}09:00", left_at=f"{MONDAY}09:45")


def test_the_number_that_was_opened_is_said_in_words(hand: Hand) -> None:
    cohort = Cohort(hand.store, {"site": (TOLD.site,)})

    def said(metric: str, place: int, column: str) -> str:
        number = Number.at(Reading(METRICS[metric], cohort), place, column)
        return number_words(number)

    assert said("chair-use", 0, "n_actual") == "Monday, 9:00–10:00: used"
    assert said("wait-curve", 1, "n_at_risk") == "Day 3: still under way"
    assert said("retention", 1, "n_events") == "Session 2: events"


def test_less_than_nothing_has_a_minus_and_no_hyphen() -> None:
    table = pd.DataFrame({"token": ["t"], "name": ["N"], "patient_id": ["7-2"], "change": [-12.0], "day": [-3]})
    (row,) = rows(table, "")
    assert [row[name] for name in ("patient_id", "change", "day")] == ["7-2", "−12", "−3"]


def test_what_is_no_count_opens_nothing(running: Running) -> None:
    client = running.signed_in("director")
    assert opened(running, client, "response", cellClicked={"rowId": "0", "colId": "response_rate"}) is None
    assert opened(running, client, "response", cellClicked={"rowId": "99", "colId": "n_due"}) is None
    assert opened(running, client, "response", clickData={"points": [{"customdata": "0 patient_id; drop"}]}) is None
    assert opened(running, client, "response", clickData=None) is None


def test_it_checks_role(running: Running) -> None:
    director, presenter, admin = (running.signed_in(role) for role in ("director", "presenter", "admin"))
    way = opened(running, director, "waterfall", cellClicked={"rowId": "0", "colId": "n_started"})
    assert opened(running, presenter, "waterfall", cellClicked={"rowId": "0", "colId": "n_started"}) is None
    for client in (presenter, admin):
        values = {"people-address": (way or "").removeprefix("/people")}
        assert call(running, client, "people-answer.children", values).status_code == 403


def test_every_list_that_is_opened_is_in_the_log(running: Running) -> None:
    client = running.signed_in("clinician")
    way = opened(running, client, "waterfall", cellClicked={"rowId": "0", "colId": "n_started"}) or ""
    listed(running, client, way.removeprefix("/people"))
    last = running.clinic.audit.entries()[-1]
    assert (last.user, last.action) == ("a-clinician", "view-people")
    assert last.subject.startswith("response n_started: ")


def test_an_address_that_names_no_number_says_so(running: Running) -> None:
    client = running.signed_in("director")
    for search in ("", "?people=", "?people=nonsense", "?view=nonsense"):
        assert listed(running, client, search)["people-answer"]["children"].startswith("Not found.")
    odd = Number("response", {"instrument": "PHQ-9"}, "n_cured", options={"by": "none"}).search(running.clinic.tokens)
    assert listed(running, client, odd)["people-answer"]["children"].startswith("Not found.")


def test_a_cohort_gets_a_name_that_others_find_and_presenters_do_not(running: Running) -> None:
    director, clinician, presenter = (running.signed_in(role) for role in ("director", "clinician", "presenter"))
    view = View(filters=Filters({"route": ("iv",)})).address(running.clinic.tokens)

    def saved(client: FlaskClient, tab: str = "outcomes", **values: Any) -> Any:
        changed = {"changedPropIds": [f"{tab}-save.n_clicks"]} if values else {}
        return call(running, client, f"{tab}-saved.children", {f"{tab}-address": view, **values}, **changed)

    answer = saved(director, **{"outcomes-save": 1, "outcomes-saved-name": "By vein"}).get_json()["response"]
    assert answer["outcomes-saved-said"]["children"] == "Kept for everyone who treats."
    link = saved(clinician).get_json()["response"]["outcomes-saved"]["children"][0]["props"]
    assert (link["children"], link["className"], link["href"]) == ("By vein", "here", f"/outcomes{view}")
    assert saved(presenter).status_code == 204
    assert saved(presenter, **{"outcomes-save": 1, "outcomes-saved-name": "Mine"}).status_code == 204
    assert [each.name for each in running.clinic.cohorts.standing()] == ["By vein"]


def test_the_axis_of_one_person_is_kept_for_the_next_of_the_list(running: Running) -> None:
    client = running.signed_in("director")
    way = opened(running, client, "waterfall", cellClicked={"rowId": "0", "colId": "n_started"}) or ""
    search = way.removeprefix("/people")
    first = listed(running, client, search)["people-grid"]["rowData"][0]["href"].partition("?")[0]

    def following(looked: str) -> str:
        values = {"patient-address.pathname": first, "patient-address.search": looked}
        return str(call(running, client, "patient-steps.hidden", values).get_json()["response"]["patient-next"]["href"])

    looked = Look(axis="session", scale="PHQ-9").search(search, running.clinic.tokens)
    kept = following(looked).partition("?")[2]
    assert Look.of(f"?{kept}", running.clinic.tokens) == Look(axis="session"), "the scale is this person's"
    assert without_look(f"?{kept}") == search
    assert following(search).endswith(search)
