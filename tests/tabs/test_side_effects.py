"""The side-effects page: it says what the metrics say, the serious list hides nothing, every state has words."""

import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.access import PATIENT, Viewer, cohort_for, serious_for
from dashboard.auth.permissions import VIEW_SIDE_EFFECTS, Action, Forbidden
from dashboard.clinic import Clinic, open_clinic
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.effects import GROUPS
from dashboard.figures.theme import TRACE_TYPES
from dashboard.importing.run import import_folder
from dashboard.metrics.any_side_effect import any_side_effect
from dashboard.metrics.side_effect_explorer import side_effect_explorer
from dashboard.metrics.side_effects import side_effects
from dashboard.settings import Settings
from dashboard.store import Builds
from dashboard.tabs import parts, side_effects_vitals, side_effects_when
from dashboard.tabs import side_effects as tab
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.parts import components
from dashboard.tabs.section import Section
from dashboard.tabs.side_effects import serious
from dashboard.tabs.side_effects_view import BASES, LEAST, SPLITS, View, readings
from dashboard.tabs.side_effects_view import SECTIONS as SECTION_PATHS
from tests.export import MARK
from tests.hand import Row, write_export
from tests.tabs.conftest import DIRECTOR

# The export: 55 people at six doses, of which the last has no filled form; a dose of a mixed course counts as its own.


SECTIONS = (tab.SECTION, side_effects_when.SECTION, side_effects_vitals.SECTION)


def page(clinic: Clinic, view: View, theme: str = "light", section: Section = tab.SECTION) -> dict[str, Any]:
    cohort = cohort_for(DIRECTOR, clinic, VIEW_SIDE_EFFECTS, **view.filters.keywords())
    return section.content(cohort, view, theme, lambda each: each.address(clinic.tokens))


def figures(clinic: Clinic, view: View, theme: str = "light") -> dict[str, Any]:
    """The figures of all pages."""
    return {name: each for one in SECTIONS for name, each in page(clinic, view, theme, one)["figures"].items()}


def plain(text: str) -> str:
    return text.replace(parts.NBSP, " ")


def test_the_page_says_what_a_hand_count_says(clinic: Clinic) -> None:
    shown = page(clinic, View())
    answer = plain(shown["answer"])
    assert answer.startswith("A side effect was recorded in 54 of 275 sessions with a filled form, 20 % (")
    assert answer.endswith(". Most often: dissociation, in 45 of 275. 5 serious events.")
    figured = figures(clinic, View())
    assert figured["any"]["count"] == (
        "n = 275 sessions with a filled form, of 330 completed; 55 without one are unknown."
    )
    of_whom, kept = figured["terms"]["count"].split("\n")
    assert of_whom.startswith(
        "n: IV ketamine 159 of 189 sessions have a filled form (84 %); IM ketamine 71 of 87 sessions have"
    )
    assert kept == "2 of 3 recorded terms pass the choices above.", "Syncope is in no rate, and in the list"
    assert figured["terms"]["title"] == "Which side effects, by treatment? % of sessions"
    assert figured["severity"]["title"] == "How bad? 0 of 65 events severe"
    assert figured["severity"]["count"].startswith("n = 65 events of these terms, all groups together; 20 without")
    # session 1: 38 of 55 people; session 2: 16; sessions 3 to 5 none
    assert figured["fading"]["title"] == "Does it fade? Any side effect: 69 % in session 1, 0 % in session 5"
    assert "peak in 0, rise from before the dose in 0, saturation in 0" in figured["excursions"]["count"]
    rows = {(row["term"], row["treatment"]): row["n_sessions_with"] for row in figured["terms"]["rows"]}
    assert rows["Dissociation", "iv-ketamine"] == 25
    assert rows["Dissociation", "im-ketamine"] == 12
    assert rows["Nausea", "intranasal-esketamine"] == 2


def test_the_basis_is_named_and_who_comes_often_is_said(clinic: Clinic) -> None:
    shown = page(clinic, View(basis="patient"))
    assert plain(shown["answer"]).startswith(
        "A side effect was recorded in 38 of 55 patients with a filled form, 69 % ("
    )
    assert "Most often: dissociation, in 45 of 275 sessions. " in plain(shown["answer"])
    assert "IV ketamine 33 patients with 4.8 such sessions each" in shown["figures"]["terms"]["count"]
    axis = shown["figures"]["terms"]["figure"]["layout"]["xaxis"]["title"]["text"]
    assert axis == "% of the patients who have a filled form"


@pytest.mark.parametrize("by", SPLITS)
def test_the_tables_are_the_metrics(clinic: Clinic, cohort: Cohort, by: str) -> None:
    shown = page(clinic, View(by, least="0"))["figures"]
    terms, every = side_effects(cohort, by=by), any_side_effect(cohort, by=by)
    explored = side_effect_explorer(cohort, by=by).astype(object).where(lambda each: each.notna(), None)
    for figure, table, columns in (
        ("severity", terms, ("term", "n_sessions", "n_sessions_with", "n_patients_with", "n_events", "n_outside")),
        ("terms", explored, ("system", "term", "n_sessions", "n_sessions_with", "n_patients_with", "difference")),
        ("any", every, ("n_completed", "n_sessions", "n_sessions_with", "n_serious")),
    ):
        for name in columns:
            assert [row[name] for row in shown[figure]["rows"]] == list(table[name])


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_are_plain_and_their_traces_are_in_the_bundle(clinic: Clinic, basis: str, theme: str) -> None:
    for shown in figures(clinic, View(basis=basis), theme).values():
        drawn = shown["figure"]
        json.dumps(drawn)
        assert {each["type"] for each in drawn["data"]} <= TRACE_TYPES
        assert shown["style"]["height"] == f"{drawn['layout']['height']}px"


def test_treatments_are_compared_with_the_one_of_most_sessions_or_the_one_chosen(clinic: Clinic) -> None:
    shown = page(clinic, View(least="0"))
    assert shown["figures"]["differences"]["title"] == "More or less often than with IV ketamine? Sessions of 100"
    assert [each["label"] for each in shown["others"]][:3] == [
        "The group with most sessions",
        "IV ketamine",
        "IM ketamine",
    ]
    other = page(clinic, View(least="0", than="treatment:im-ketamine", filters=Filters({"route": ("iv",)})))
    assert "than with IV ketamine?" in other["figures"]["differences"]["title"], "nobody of IM is in this cohort"
    # dissociation in 25 of 159 sessions against 12 of 71
    (row,) = (
        row
        for row in page(clinic, View(least="0"))["figures"]["terms"]["rows"]
        if (row["term"], row["treatment"]) == ("Dissociation", "im-ketamine")
    )
    assert row["difference"] == pytest.approx(12 / 71 - 25 / 159)


def test_one_term_can_be_followed(clinic: Clinic) -> None:
    when = side_effects_when.SECTION
    every = page(clinic, View(), section=when)
    # 38 of the 55 had one in the first session, 16 in the second, nobody in the third and fourth: 16 of 165 sessions
    assert every["answer"] == (
        "A side effect was recorded in 69 of 100 first sessions, and in 0 of 100 sessions 5–8 of the same 55 people "
        "(−69, −82 to −56)."
    )
    assert every["figures"]["bands"]["rows"][1]["n_sessions_with"] == 16
    assert every["figures"]["timing"]["title"] == "When do they come? 70 of 70 in the session itself", "with Syncope"
    shown = page(clinic, View(term="Dissociation"), section=when)
    assert shown["figures"]["fading"]["title"].startswith("Does it fade? Dissociation: 53 % in session 1")
    assert [each["value"] for each in shown["terms"]] == ["any", *GROUPS, "Dissociation", "Syncope", "Nausea"]
    assert page(clinic, View(term="Tremor"), section=when)["terms"][-1]["value"] == "Tremor", (
        "of the list, though nobody had it"
    )
    watched = page(clinic, View(term="Urinary symptoms"), section=when)
    assert {row["n_sessions_with"] for row in watched["figures"]["doses"]["rows"]} == {0}
    assert "Pollakiuria, Dysuria" in watched["figures"]["doses"]["rule"]


def test_the_command_beside_a_figure_is_the_view(cohort: Cohort) -> None:
    asked = readings(cohort, View("site", least="0.05", term="Dissociation"))
    assert asked["severity"].command().endswith("metrics side-effects --by site --min-rate 0.05 --format csv")
    narrowed = View("treatment", counted="moderate", search="nau", than="treatment:im-ketamine")
    words = "side-effect-explorer --by treatment --min-rate 0.1 --severity moderate --severity severe --search nau"
    assert f"{words} --than im-ketamine --format" in readings(cohort, narrowed)["terms"].command()
    elsewhere = replace(narrowed, by="route", counted="serious")
    assert "--min-rate 0.1 --serious yes --search nau --format" in readings(cohort, elsewhere)["terms"].command()
    assert asked["fading"].command().endswith("side-effects-by-session --by none --term Dissociation --format csv")
    assert asked["severity"].csv().startswith("term,site,n_sessions,")
    assert set(LEAST) > {"0", "0.05"}


def test_every_serious_event_is_listed_without_a_name(clinic: Clinic) -> None:
    rows, heading, note = serious(serious_for(DIRECTOR, clinic))
    assert heading == "5 serious events, of 5 people"
    assert note == "Every event that was marked as serious, whether its session has a filled form or not."
    assert [row["term"] for row in rows] == ["Syncope"] * 5
    assert {row["rate"] for row in rows} == {"no"}
    assert {row["session_number"] for row in rows} == {6}
    opened = [clinic.tokens.open(PATIENT, row["person"].partition("/patient/")[2].rstrip(")")) for row in rows]
    assert sorted(filter(None, opened)) == ["0002", "0032", "0045", "0050", "0053"], "the second of each group"
    assert MARK not in str(rows)
    assert not any(identifier in str(rows) for identifier in opened if identifier)


def test_the_list_follows_the_cohort_and_nothing_else(clinic: Clinic) -> None:
    assert len(serious(serious_for(DIRECTOR, clinic, where={"route": ("im",)}))[0]) == 2
    assert serious(serious_for(DIRECTOR, clinic, where={"sex": ("other",)}))[:2] == ([], "No serious event")


def test_it_checks_role(clinic: Clinic) -> None:
    for role in ("presenter", "admin", "owner", ""):
        with pytest.raises(Forbidden):
            cohort_for(Viewer("x", role), clinic, VIEW_SIDE_EFFECTS)
        with pytest.raises(Forbidden):
            serious_for(Viewer("x", role), clinic)


def test_who_may_not_see_people_gets_no_date_and_no_way_to_them(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = Action("view-patient", "", frozenset(), {})
    monkeypatch.setattr("dashboard.access.VIEW_PATIENT", nobody)
    table = serious_for(DIRECTOR, clinic)
    rows, *_ = serious(table)
    assert "patient_id" not in table
    assert [row["person"] for row in rows] == [f"Person {place}" for place in range(1, 6)]
    assert {row["happened"] for row in rows} == {None}


def test_a_page_stays_small(clinic: Clinic) -> None:
    for each in (tab, side_effects_when, side_effects_vitals):
        assert len(components(each.layout(clinic, DIRECTOR))) <= 260  # and 40 for the frame around the page


def test_a_link_to_another_section_keeps_the_view(clinic: Clinic) -> None:
    view = View("site", term="Nausea", filters=Filters({"route": ("iv",)}))
    shown = page(clinic, view, section=side_effects_when.SECTION)
    assert [each.partition("?")[0] for each in shown["sections"]] == list(SECTION_PATHS)
    assert all(View.of(each.partition("?")[2], clinic.tokens) == view for each in shown["sections"])


def test_nobody_matches_is_said(clinic: Clinic) -> None:
    shown = page(clinic, View(filters=Filters({"sex": ("other",), "phase": ("induction",)})))
    assert shown["nobody"]["is_nobody"]
    assert shown["nobody"]["words"] == "No completed session has sex other, and phase induction together."
    assert shown["answer"] == "No session has been completed in this cohort."


@pytest.fixture
def imported(tmp_path: Path) -> Iterator[Callable[..., Clinic]]:
    """Opens a clinic over an export of one patient."""
    home = tmp_path / "one"
    opened: list[Clinic] = []

    def run(**tables: list[Row]) -> Clinic:
        folder = write_export(tmp_path / "export", {"patients": [{"patient_id": "1", "diagnosis": "ocd"}], **tables})
        builds = Builds(home)
        import_folder(folder, builds, Settings(home=home).clinic(), as_of=datetime.date(2024, 12, 31))
        builds.close()
        opened.append(open_clinic(Settings(home=home)))
        return opened[-1]

    yield run
    for clinic in opened:
        clinic.close()


DOSE = {"session_id": "s", "patient_id": "1", "status": "completed", "route": "iv", "drug": "ketamine"}


@pytest.mark.parametrize("view", [View(), View("none", "patient", least="0", term="Nausea"), View("year")])
def test_an_almost_empty_export_is_said_in_sentences(imported: Callable[..., Clinic], view: View) -> None:
    clinic = imported(sessions=[{**DOSE, "scheduled_at": "2024-03-04T10:00"}])
    shown = page(clinic, view)
    assert shown["answer"] == "The export has no table side_effects: nothing is known of side effects."
    assert shown["figures"]["terms"]["rule"].startswith("The export has no table side_effects")
    when = page(clinic, view, section=side_effects_when.SECTION)
    assert when["answer"] == "The export has no table side_effects: nothing is known of side effects."
    vitals = page(clinic, view, section=side_effects_vitals.SECTION)
    assert vitals["answer"] == "No pressure and no saturation was measured in these sessions."
    assert "no table vitals" in vitals["figures"]["excursions"]["rule"]
    rows, heading, note = serious(serious_for(DIRECTOR, clinic))
    assert (rows, heading) == ([], "Serious events: not known")
    assert note.startswith("The export has no table side_effects: nothing is known of serious ones")


def test_no_session_and_no_form_are_said(imported: Callable[..., Clinic]) -> None:
    assert page(imported(sessions=[]), View())["nobody"]["words"] == "These records have no completed session."
    session = {**DOSE, "scheduled_at": "2024-03-04T10:00", "effects_recorded": "false"}
    effect = {"patient_id": "1", "session_id": "s", "term": "Nausea"}
    clinic = imported(sessions=[session], side_effects=[effect])
    shown = page(clinic, View(least="0"))
    assert shown["answer"] == (
        "No side-effect form was filled in 1 completed session. Which events were serious is not known."
    )
    assert serious(serious_for(DIRECTOR, clinic))[1:] == (
        "Serious events: not known",
        "The export's side_effects have no column serious: which were serious is not known.",
    )


@pytest.mark.parametrize(
    "said",
    [
        {"by": "colour"},
        {"basis": "events"},
        {"least": "0.3"},
        {"term": "nausea"},
        {"colour": "red"},
        {"filters": {"where": {"site": ["Nowhere"]}}},
        ["by"],
    ],
)
def test_what_does_not_exist_is_not_found(clinic: Clinic, said: Any) -> None:
    token = clinic.tokens.seal("side-effects", json.dumps(said))
    with pytest.raises(OptionError):
        figures(clinic, View.of(f"?view={token}", clinic.tokens))


def test_an_address_of_another_page_opens_nothing(clinic: Clinic) -> None:
    for kind, text in (("view", '{"by": "site"}'), ("patient", "0001")):
        with pytest.raises(OptionError):
            View.of("?view=" + clinic.tokens.seal(kind, text), clinic.tokens)


@pytest.mark.parametrize(
    "view",
    [
        View(),
        View("site"),
        View("none", "patient", least="0"),
        View(term="Nausea", filters=Filters({"phase": ("induction",)})),
    ],
)
def test_a_view_and_its_address_are_one_and_tell_nothing(clinic: Clinic, view: View) -> None:
    address = view.address(clinic.tokens)
    assert View.of(address, clinic.tokens) == view
    assert not any(word in address for word in ("site", "patient", "Nausea", "induction"))
    assert (address == "") == (view == View())
