"""What a presenter sees: outcomes of everyone with small counts hidden, and no way to ask for more."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.access import Viewer, cohort_for
from dashboard.auth.permissions import PRESENT_SIDE_EFFECTS, PRESENT_THROUGHPUT, VIEW_OUTCOMES
from dashboard.clinic import Clinic, open_clinic
from dashboard.importing.run import import_folder
from dashboard.metrics.small import FEW, NOTE, SPLITS
from dashboard.model import HIDDEN
from dashboard.settings import Settings
from dashboard.store import Builds
from dashboard.tabs import outcomes, side_effects_presented, throughput_presented
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.outcomes import FIGURES, content
from dashboard.tabs.outcomes_view import View, readings, resolved
from dashboard.tabs.parts import components
from tests.calls import call, show
from tests.conftest import Clock, Running, add_people
from tests.crowd import AS_OF, WRITTEN, crowd
from tests.hand import write_export
from tests.tabs.test_outcomes import plain

PRESENTED = ("side-effects-presented-terms", "throughput-presented-months")
PRESENTER = Viewer("a-presenter", "presenter")
SCALES = ("", "PHQ-9", "PCL-5", "GAD-7")

Tables = dict[str, list[dict[str, object]]]


def home_of(folder: Path, tables: Tables) -> Path:
    """A home with these records and people."""
    home = folder / "crowd"
    home.mkdir()
    builds = Builds(home)
    (home / "clinic.toml").write_text('timezone = "Europe/Berlin"\n', encoding="utf-8")
    (home / "secret-key").write_text("0" * 64, encoding="ascii")  # tokens alike in all
    import_folder(write_export(folder / "export", tables), builds, Settings(home=home).clinic(), as_of=AS_OF)
    builds.close()
    add_people(home)
    return home


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return home_of(tmp_path_factory.mktemp("crowd"), crowd())


@pytest.fixture
def clinic(crowded: Path) -> Iterator[Clinic]:
    one = open_clinic(Settings(home=crowded))
    yield one
    one.close()


def page(clinic: Clinic, view: View, viewer: Viewer = PRESENTER) -> dict[str, Any]:
    cohort = cohort_for(viewer, clinic, VIEW_OUTCOMES, **view.filters.keywords())
    return content(cohort, view, "light", lambda each: each.address(clinic.tokens))


def views(running: Running) -> list[tuple[str, list[str]]]:
    """The address of every view that a presenter has, on a scale of many and on one of few, and its figures.

    Of the figures that stay as they are however the first is split once a scale.
    """
    return [
        (View(by, scale).address(running.clinic.tokens), list(FIGURES) if by == SPLITS[0] else ["response"])
        for by in SPLITS
        for scale in ("PHQ-9", "GAD-7")
    ]


def all_answers(running: Running) -> str:
    """Everything that a presenter is told, the build's name left out."""
    client = running.signed_in("presenter")
    said = [client.get("/_dash-layout").text]
    said.append(call(running, client, "shell-page.children", {"shell-address": "/outcomes"}).text)
    for address, names in views(running):
        answer = show(running, client, address)
        assert '"rows"' not in answer.text
        assert '"outcomes-not-found":{"hidden":true}' in answer.text.replace(" ", "")
        said.append(answer.text)
        for name in names:
            said.append(file_of(running, client, name, address))
    for name in PRESENTED:
        seen = {"shell-theme-shown": "light"}
        said.append(call(running, client, f"{name.rpartition('-')[0]}-answer.children", seen).text)
        said.append(str(call(running, client, f"{name}-file.data", {f"{name}-csv": 1}).text))
    return "\n".join(said).replace(running.clinic.builds.current().build, "BUILD")


def moved(tables: Tables, about: str, old: str, new: str) -> Tables:
    """The same clinic, but for one person of a hidden group who is in another hidden group instead."""
    keys = {row["patient_id"] for row in tables["assessments"] if row["instrument"] == "PHQ-9"}
    if about == "route":
        one = next(row["patient_id"] for row in tables["sessions"] if row["route"] == old and row["patient_id"] in keys)
        given = {"route": new, "drug": "esketamine" if new == "intranasal" else "ketamine"}
        rows = [row | given if row["patient_id"] == one else row for row in tables["sessions"]]
        return {**tables, "sessions": rows}
    one = next(row["patient_id"] for row in tables["patients"] if row[about] == old and row["patient_id"] in keys)
    rows = [row | {about: new} if row["patient_id"] == one else row for row in tables["patients"]]
    return {**tables, "patients": rows}


def other_effects(tables: Tables) -> Tables:
    """The same clinic, but for what few people had, what somebody wrote, and how often somebody had what many had."""
    effects = [row for row in tables["side_effects"] if row["term"] not in ("vomiting", WRITTEN)]
    again = {row["patient_id"]: row for row in effects if row["term"] == "dissociation"}
    later = [row for row in tables["sessions"] if row["patient_id"] in again and row["status"] == "completed"]
    effects += [
        {"patient_id": row["patient_id"], "session_id": row["session_id"], "term": "dissociation"} for row in later
    ]
    worst = next(iter(again.values()))
    effects.append({**worst, "term": "vomiting"})
    return {**tables, "side_effects": effects}


@pytest.fixture(scope="module")
def presented(crowded: Path) -> Iterator[Running]:
    """The app of the crowd's clinic."""
    clock = Clock()
    running = Running(*create_app(Settings(home=crowded), clock=clock), clock)
    yield running
    running.clinic.close()


@pytest.fixture(scope="module")
def said(presented: Running) -> str:
    """All answers of the crowd's clinic."""
    return all_answers(presented)


@pytest.fixture(scope="module")
def usual(presented: Running) -> dict[str, str]:
    """Figure -> its file where nothing is chosen."""
    client = presented.signed_in("presenter")
    return {name: file_of(presented, client, name, "") for name in FIGURES}


def file_of(running: Running, client: FlaskClient, name: str, address: str) -> str:
    """What is answered to who asks for the file of a figure."""
    values = {f"outcomes-{name}-csv": 1, "outcomes-address": address}
    return str(call(running, client, f"outcomes-{name}-file.data", values).text)


def test_clinics_that_differ_in_what_is_hidden_look_alike(
    presented: Running, said: str, tmp_path: Path, start: Callable[..., Running]
) -> None:
    other = moved(crowd(), "route", "sc", "intranasal")
    other = moved(other, "sex", "other", "male")
    other = moved(other, "site", "West", "South")
    other = moved(other, "payer", "assistance", "insurance")
    other = other_effects(other)
    other["patients"] = [row | {"name": "Somebody", "clinician": "Dr Dogwood"} for row in other["patients"]]
    two = start(home_of(tmp_path, other))
    assert said == all_answers(two)
    director = [show(each, each.signed_in("director")).text for each in (presented, two)]
    assert director[0] != director[1]


def test_what_is_shown_is_what_the_director_sees(clinic: Clinic) -> None:
    director = Viewer("a-director", "director")
    for by in SPLITS:
        mine, theirs = (page(clinic, View(by), viewer)["figures"] for viewer in (PRESENTER, director))
        for name in FIGURES:
            rows = {tuple(str(row.get(key)) for key in (by, "x")): row for row in theirs[name]["rows"]}
            for row in mine[name]["rows"]:
                same = rows[tuple(str(row.get(key)) for key in (by, "x"))]
                assert {key: value for key, value in row.items() if value not in (HIDDEN, same[key])} == {}
            assert NOTE in mine[name]["rule"]
            assert NOTE not in theirs[name]["rule"]
            assert mine[name]["command"].endswith("--hide-small --format csv")


def test_the_page_says_what_is_hidden(clinic: Clinic) -> None:
    shown = page(clinic, View("treatment"))
    row = shown["figures"]["waterfall"]["rows"][0]
    # of the crowd on the PHQ-9: 19 without baseline, 9 below the cut; so 248 - 220 and not how it is cut
    assert (row["n_started"], row["n_baseline"], row["n_eligible"]) == (248, HIDDEN, 220)
    assert plain(shown["answer"]).startswith("80 of 162 responded, 49 % (42–57), on the PHQ-9; 34 could not be scored.")
    assert "From started to responded: a step" in shown["figures"]["waterfall"]["title"]
    labels = [each["text"] for each in shown["figures"]["waterfall"]["figure"]["layout"]["annotations"]]
    assert "−28: no baseline score, or<br>baseline short of the cut" in labels
    names = shown["figures"]["response"]["figure"]["layout"]["yaxis"]["ticktext"]
    assert names == ["IV ketamine", "IM ketamine"]  # subcutaneous and intranasal are too few
    assert "hidden" in str(shown["figures"]["response"]["figure"]["layout"]["annotations"])
    assert shown["figures"]["response"]["rule"].startswith("Courses whose diagnosis has the PHQ-9 as primary scale")
    small = page(clinic, View("sex", "GAD-7"))
    assert small["answer"] == "Too few have a GAD-7 to say how many responded: counts under 11 are hidden."
    assert small["figures"]["response"]["rows"] == []
    assert "Too few people to be shown" in str(small["figures"]["response"]["figure"])


@pytest.mark.parametrize(
    "view",
    [
        View("clinician"),
        View("year"),
        View("route"),
        View(scale="WHO-5"),
        View(window="last"),
        View(x="week"),
        View(who="completers"),
        View(lines="split"),
        View(filters=Filters({"site": ("North",)})),
        View(filters=Filters.of({"from": "2024-01-01"})),
    ],
    ids=str,
)
def test_a_view_with_more_in_it_is_not_found(presented: Running, usual: dict[str, str], view: View) -> None:
    address = view.address(presented.clinic.tokens)
    client = presented.signed_in("presenter")
    answer = show(presented, client, address)
    assert '"outcomes-not-found":{"hidden":false}' in answer.text.replace(" ", "")
    assert "North" not in answer.text
    assert not re.search(r"\d of \d", answer.text)
    for name in FIGURES:
        file = file_of(presented, client, name, address)
        assert "content" not in file or file == usual[name]  # the view changes nothing of this figure


def test_only_what_may_be_asked_can_be_chosen(clinic: Clinic) -> None:
    tree = outcomes.layout(clinic, PRESENTER)
    by_id = {getattr(each, "id", None): each for each in components(tree)}
    assert {each["value"] for each in by_id["outcomes-by"].options} == set(SPLITS)
    hidden = [each for each in components(tree) if getattr(each, "hidden", False)]
    inside = {getattr(each, "id", None) for part in hidden for each in components(part)}
    assert {"outcomes-window", "outcomes-x", "outcomes-who", "outcomes-lines", "outcomes-where-site"} <= inside
    assert not {"outcomes-by", "outcomes-scale", "outcomes-response"} & inside
    shown = page(clinic, View())
    assert [each["value"] for each in shown["scales"]] == ["PHQ-9", "GAD-7", "PCL-5"]


def test_no_name_reaches_a_presenter(said: str) -> None:
    assert "North" in said  # a place, large enough to be shown
    assert "West" not in said  # too few there
    assert not re.search(r"Dr (Ash|Birch|Cedar)|\bp\d+\b", said)


def test_what_is_asked_is_what_is_shown(clinic: Clinic) -> None:
    cohort = cohort_for(PRESENTER, clinic, VIEW_OUTCOMES)
    for scale in SCALES[1:]:
        asked = readings(cohort, View("site", scale), resolved(cohort, View("site", scale))[0])
        assert "hide-small" in asked["curve"].command()
        assert asked["response"].csv().count("North") <= 1


def test_side_effects_and_throughput_as_a_presenter_sees_them(clinic: Clinic) -> None:
    cohort = cohort_for(PRESENTER, clinic, PRESENT_SIDE_EFFECTS)
    effects = side_effects_presented.PRESENTED
    asked = effects.readings(cohort)
    tables = crowd()
    had = {row["patient_id"] for row in tables["side_effects"] if row["term"] == "dissociation"}
    people = {row["patient_id"] for row in tables["sessions"] if row["status"] == "completed"}
    assert plain(effects.answer(asked)).startswith(f"Most often dissociation {len(had)} of {len(people)}, 67 %")
    shown = effects.of(cohort)["terms"]
    assert shown.drawn["layout"]["yaxis"]["ticktext"] == ["Dissociation", "Nausea"]
    assert f"n = {len(people)} people" in shown.count
    assert NOTE in shown.rules
    flow = throughput_presented.PRESENTED
    by_month = flow.readings(cohort)["months"].table
    held = [str(row["scheduled_at"])[:7] for row in tables["sessions"] if row["status"] == "completed"]
    for row in by_month.to_dict("records"):
        assert row["n_completed"] in (HIDDEN, held.count(row["period"][:7]))
    said = [each["text"] for each in flow.of(cohort)["months"].drawn["layout"]["annotations"]]
    # of the crowd every session before the day of the records took place; of fewer than 11 the month is hidden
    months_told = [f"2024-{month:02}" for month in range(11, 3, -1)]
    for place, month in enumerate(months_told, start=1):
        n = held.count(month)
        told = f"{n} completed, of {n} booked" if n > FEW else "hidden: a count under 11 could be worked out"
        assert said[place] == told, month
    whole = sum(1 for row in by_month.to_dict("records") if not row["partial"] and row["n_completed"] != HIDDEN)
    assert f" in the {whole} whole months of the table." in flow.of(cohort)["months"].count
    last = max(month for month in set(held) if month < "2024-12" and held.count(month) > FEW)
    assert flow.answer(flow.readings(cohort)).startswith(f"{held.count(last)} sessions completed in ")


def months(*counts: Any) -> dict[str, Any]:
    """What is asked by month of so many sessions completed, the last in May 2024."""
    firsts = pd.date_range(end="2024-05-01", periods=len(counts), freq="MS")
    rows = [
        {"period": f"{first:%Y-%m-%d}", "n_completed": n, "n_scheduled": n, "partial": False}
        for first, n in zip(firsts, counts, strict=True)
    ]
    return {"months": SimpleNamespace(table=pd.DataFrame(rows, dtype="object"))}


def test_the_month_is_held_against_the_twelve_before_it_or_none() -> None:
    said = throughput_presented.PRESENTED.answer
    ending = "; 20 a month in the twelve months before."
    # six months of 15 and six of 25; what was longer ago is in no mean, nor is one that would leave a month out
    assert said(months(99, *[15, 25] * 6, 30)).endswith(f"30 sessions completed in May 2024, of 30 booked{ending}")
    assert said(months(99, *[15, 25] * 5, 15, HIDDEN, 30)).endswith("booked.")
    assert said(months(*[15, 25] * 5, 15, 30)).endswith("booked.")


def test_the_presented_pages_of_hardly_anybody_say_so(almost_empty: Callable[..., Clinic]) -> None:
    clinic = almost_empty()
    cohort = cohort_for(PRESENTER, clinic, PRESENT_THROUGHPUT)
    for page_, words in ((side_effects_presented, "Too few people"), (throughput_presented, "Too few sessions")):
        asked = page_.PRESENTED.readings(cohort)
        assert page_.PRESENTED.answer(asked).startswith(words)
        for each in page_.PRESENTED.of(cohort).values():
            assert words in str(each.drawn["layout"])
    clinic.close()
