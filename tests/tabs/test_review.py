"""Case review on the screen, by command and as files: who may do what, and that all say the same."""

import csv
import datetime
import io
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pptx import Presentation

from dashboard.access import PATIENT, Viewer
from dashboard.access_cases import agenda_for, code_of, keep_figure
from dashboard.auth.permissions import CODED
from dashboard.cli import main
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.importing.read import Reading as How
from dashboard.importing.run import import_folder
from dashboard.metrics import METRICS
from dashboard.metrics.reading import Reading
from dashboard.model import HIDDEN
from dashboard.review.slide import Deck
from dashboard.settings import Settings
from dashboard.tabs.decks import director_deck, month_of
from tests.calls import call
from tests.conftest import Running
from tests.export import AS_OF, write_export

ANN, BEN = "0001", "0031"


def patient(running: Running, identifier: str = ANN) -> str:
    return running.clinic.tokens.seal(PATIENT, identifier)


def send(running: Running, client: Any, identifier: str = ANN) -> Any:
    address = {"patient-address": f"/patient/{patient(running, identifier)}"}
    form = {"patient-case-send": 1, "patient-case-kind": "dose", "patient-case-text": "go up?"}
    changed = {"changedPropIds": ["patient-case-send.n_clicks"]}
    return call(running, client, "patient-case-part.hidden", {**address, **form}, **changed).get_json()["response"]


def agenda(running: Running, client: Any, **extra: Any) -> str:
    return str(call(running, client, "review-answer.children", **extra).text)


def decide(running: Running, client: Any, token: str, **form: str) -> Any:
    said = {"case-kind": "stop", "case-text": "slowly", "case-owner": "Dr A", "case-due": "2026-12-31", **form}
    values = {"case-address": f"/case/{token}", "shell-theme-shown": "light", "case-decide": 1, **said}
    return call(running, client, "case-question.children", values, changedPropIds=["case-decide.n_clicks"])


def tokens(running: Running) -> list[str]:
    return [each.token for each in agenda_for(Viewer("a-presenter", CODED), running.clinic)[1]]


def test_it_works(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the person's page to the agenda, to a decision, and back to the person's time axis."""
    monkeypatch.setattr("dashboard.agenda.utc_now", lambda: f"{AS_OF}T09:00:00.000+00:00")
    clinician, presenter = running.signed_in("clinician"), running.signed_in("presenter")
    assert "On the agenda" in str(send(running, clinician)["patient-case-said"])
    assert "on the agenda already" in str(send(running, clinician)["patient-case-said"])
    send(running, clinician, BEN)
    assert "2 on the agenda: 0 decided, 2 open." in agenda(running, presenter)
    assert "Zweig 0001" in agenda(running, clinician)
    assert "Zweig" not in agenda(running, presenter)
    token = tokens(running)[0]
    shown = {"case-address": f"/case/{token}", "shell-theme-shown": "light"}
    assert "Nothing is decided yet." in call(running, presenter, "case-question.children", shown).text
    answer = decide(running, clinician, token)
    assert "Nothing is decided yet." not in call(running, presenter, "case-question.children", shown).text
    assert "The decision is kept" in answer.text
    assert "slowly" in answer.text
    assert "2 on the agenda: 1 decided, 1 open." in agenda(running, presenter)
    page = {"patient-address.pathname": f"/patient/{patient(running)}", "shell-theme-shown": "light"}
    axis = call(running, clinician, "patient-address.search", page).text
    assert "Stop, slowly, Dr A, until 31 December 2026" in axis
    withdrawn = {"case-address": f"/case/{tokens(running)[1]}", "case-withdraw": 1}
    call(running, clinician, "case-question.children", withdrawn, changedPropIds=["case-withdraw.n_clicks"])
    assert "1 on the agenda: 1 decided, 0 open." in agenda(running, presenter)
    begun = agenda(running, clinician, changedPropIds=["review-begin.n_clicks"])
    assert "1 on the agenda" in begun, "a click that is none begins nothing"


def test_it_checks_role(running: Running) -> None:
    clinician = running.signed_in("clinician")
    send(running, clinician)
    token = tokens(running)[0]
    assert decide(running, running.signed_in("presenter"), token).status_code == 403
    assert running.clinic.agenda.agenda()[0].decision is None
    assert decide(running, running.signed_in("admin"), token).status_code == 403
    admin = call(running, running.signed_in("admin"), "review-answer.children")
    assert admin.status_code == 403
    assert (
        call(running, running.signed_in("presenter"), "shell-switched.children", {"shell-coded": 1}).status_code == 403
    )


def test_who_shows_people_in_code_may_still_record(running: Running) -> None:
    """The mode hides; it takes nothing from what the account may do."""
    clinician = running.signed_in("clinician")
    send(running, clinician)
    call(running, clinician, "shell-switched.children", {"shell-coded": 1})
    answer = decide(running, clinician, tokens(running)[0])
    assert "The decision is kept" in answer.text
    assert "slowly" not in answer.text
    frame = clinician.get("/_dash-layout").text
    assert "De-identified" in frame
    assert "Show names again" in frame
    other = running.signed_in("clinician")  # sticky: another browser of the same person
    assert call(running, other, "patient-found.children", {"patient-search": "Zweig"}).status_code == 403
    call(running, other, "shell-switched.children", {"shell-coded": 1})
    assert call(running, other, "patient-found.children", {"patient-search": "Zweig"}).status_code == 200


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"case-kind": ""}, "Choose a decision first."),
        ({"case-due": "31.12."}, "is no date; write it as 2024-03-31."),
        ({"case-text": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_what_is_no_decision_is_said_and_not_kept(running: Running, form: dict[str, str], sentence: str) -> None:
    clinician = running.signed_in("clinician")
    send(running, clinician)
    assert sentence in decide(running, clinician, tokens(running)[0], **form).text
    assert running.clinic.agenda.agenda()[0].decision is None


def test_it_handles_no_data(running: Running) -> None:
    presenter = running.signed_in("presenter")
    assert "Nobody is on the agenda yet." in agenda(running, presenter)
    assert "on the agenda: send somebody from a patient" in agenda(running, running.signed_in("clinician"))
    values = {"review-cases-pptx": 1}
    assert "Nobody is on the agenda." in call(running, presenter, "review-file.data", values).text
    slide = call(running, presenter, "present-title.children", {"present-address": "/present/cases"}).text
    assert "Nobody is on the agenda" in slide
    for path in ("/present/2024-99", "/present/2031-01", "/present/2024-05/99", "/present/x/y"):
        assert "Not found" in call(running, presenter, "present-title.children", {"present-address": path}).text, path


def test_arrows_lead_through_every_slide_of_every_case_and_back(running: Running) -> None:
    clinician = running.signed_in("clinician")
    send(running, clinician)
    send(running, clinician, BEN)

    def way(start: str, name: str) -> list[str]:
        seen, path = [], start
        while path:
            shown = call(running, clinician, "present-title.children", {"present-address": path}).get_json()["response"]
            seen.append(shown["present-title"]["children"])
            path = shown[f"present-{name}"]["href"]
        return seen

    there = way("/present/cases", "next")
    codes = [code_of(running.clinic, each) for each in (ANN, BEN)]
    assert [sum(code in title for title in there) for code in codes] == [len(there) // 2] * 2
    assert way("/present/cases/2/0", "previous") == there[::-1]


def test_the_command_writes_the_same_case_as_the_screen(
    running: Running, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLINIC_HOME", str(home))
    out = tmp_path / "deck.pptx"
    assert main(["deck", "case", "--out", str(out)]) == 1
    assert "Nobody is on the agenda" in capsys.readouterr().err
    send(running, running.signed_in("clinician"))
    assert main(["deck", "case", "--out", str(out)]) == 0
    made = list(Presentation(str(out)).slides)
    assert capsys.readouterr().out == f"{len(made)} slides are in {out}\n"
    assert list(tmp_path.glob("*.draft")) == []
    titles = [sheet.shapes.title.text_frame.text for sheet in Presentation(str(out)).slides]
    assert titles[1] == f"Patient {code_of(running.clinic, ANN)}: Change the dose?"
    table = Reading(METRICS["trajectory"], Cohort(running.clinic.builds.current()), {"patient": ANN}).csv()
    scores = [float(row["score"]) for row in csv.DictReader(io.StringIO(table))]
    charts = [shape.chart for sheet in Presentation(str(out)).slides for shape in sheet.shapes if shape.has_chart]
    drawn = [value for series in charts[0].plots[0].series for value in series.values if series.name != "remission"]
    assert sorted(drawn) == sorted(scores)
    assert main(["deck", "case", "--patients", f"{ANN},{BEN}", "--format", "html", "--out", str(out)]) == 0
    page = out.read_text(encoding="utf-8")
    assert all(code_of(running.clinic, each) in page for each in (ANN, BEN))
    assert "Zweig" not in page
    assert main(["deck", "case", "--patients", " , ", "--out", str(out)]) == 1
    assert "names nobody" in capsys.readouterr().err
    assert main(["deck", "case", "--patients", "nobody", "--out", str(out)]) == 2
    assert "nobody" in capsys.readouterr().err
    assert any(entry.action == "view-cases" for entry in running.clinic.audit.entries())


def test_the_directors_deck_is_of_its_year_and_says_so(
    running: Running, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLINIC_HOME", str(home))
    out = tmp_path / "deck.html"
    assert main(["deck", "director", "--month", "2024-03", "--format", "html", "--out", str(out)]) == 0
    page = out.read_text(encoding="utf-8")
    assert "The clinic, March 2024" in page
    assert "1 April 2023 to 31 March 2024" in page
    commands = re.findall(r"python -m dashboard metrics response [^<(]*", page)
    assert commands
    assert all("--from 2023-04-01 --to 2024-03-31" in each for each in commands)
    assert main(["deck", "director", "--month", "2024-03", "--hide-small", "--format", "html", "--out", str(out)]) == 0
    hidden = out.read_text(encoding="utf-8")
    assert "--hide-small" in hidden
    assert "--from" not in hidden, "a date would show whom it leaves out"
    for month, sentence in (
        ("2024-13", "write it as 2024-06"),
        ("0001-01", "write it as 2024-06"),
        ("2024-07", "the records end on 2024-06-30"),
    ):
        assert main(["deck", "director", "--month", month, "--out", str(out)]) == 2
        assert sentence in capsys.readouterr().err


def test_a_deck_without_small_cells_has_none_in_any_table(running: Running) -> None:
    """The clinic of these tests has groups of three to thirty: every count that is left is 0 or over 10."""
    whole = director_deck(Viewer("d", "director"), running.clinic, "2024-05")
    hidden = director_deck(Viewer("p", CODED), running.clinic, "2024-05")

    def counts(deck: Deck) -> list[float]:
        tables = [slide.table for slide in deck.slides if slide.table is not None]
        cells = [cell for table in tables for name in table if str(name).startswith("n") for cell in table[name]]
        return [float(cell) for cell in cells if cell != HIDDEN and not pd.isna(cell)]

    assert any(1 <= each <= 10 for each in counts(whole))
    assert counts(hidden)
    assert not any(1 <= each <= 10 for each in counts(hidden))
    drawn = [value for slide in hidden.slides if slide.chart for one in slide.chart.series for value in one.values]
    assert all(value is None or value == 0 or value > 10 or value < 1 for value in drawn), "nor in a native chart"


def test_an_almost_empty_year_makes_a_deck_of_sentences(running: Running) -> None:
    deck = director_deck(Viewer("d", "director"), running.clinic, "2020-01")
    assert deck.slides[0].title == "The clinic, January 2020"
    assert all(slide.title for slide in deck.slides)


@pytest.mark.parametrize(
    ("month", "since", "until"),
    [
        ("2024-02", "2023-03-01", "2024-02-29"),
        ("2023-12", "2023-01-01", "2023-12-31"),
        ("2023-01", "2022-02-01", "2023-01-31"),
    ],
)
def test_a_year_ends_with_its_month(month: str, since: str, until: str) -> None:
    assert month_of(month, AS_OF) == (datetime.date.fromisoformat(since), datetime.date.fromisoformat(until))
    with pytest.raises(OptionError):
        month_of("March", AS_OF)


def fingerprint(running: Running, *, hides_small: bool = False, **options: str) -> str:
    cohort = Cohort(running.clinic.builds.current(), hides_small=hides_small)
    asked = Reading(METRICS["response"], cohort, {"by": "route", "instrument": "PHQ-9", **options})
    return keep_figure(running.clinic, asked, action="view-outcomes", address="/outcomes", title="Who responded?")


def said_of(running: Running, role: str, typed: str) -> str:
    answer = call(running, running.signed_in(role), "review-figure.children", {"review-fingerprint": typed})
    return str(answer.text)


def test_a_fingerprint_opens_its_view_and_says_what_has_changed(running: Running, home: Path, tmp_path: Path) -> None:
    sign, hidden = fingerprint(running), fingerprint(running, hides_small=True, by="none")
    same = said_of(running, "director", sign.lower())
    assert "Who responded?" in same
    assert "Unchanged: every number is the same in the same build." in same
    assert "outcomes" in same.partition("Open the view")[2]
    export = write_export(tmp_path / "changed")
    lines = (export / "assessments.csv").read_text(encoding="utf-8").splitlines()
    place = next(place for place, line in enumerate(lines) if line.startswith("0001,PHQ-9") and line.endswith(",4"))
    lines[place] = lines[place].removesuffix("4") + "19"  # an IV responder becomes none
    (export / "assessments.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    import_folder(
        export, running.clinic.builds, Settings(home=home).clinic(), reading=How(loss_percent=100), as_of=AS_OF
    )
    after = said_of(running, "director", sign)
    assert "Changed: 1 row changed in build" in after
    presented = said_of(running, "presenter", hidden)
    assert "Changed: 1 row changed" in presented
    assert "→" not in presented, "the difference of two builds would count the people in it"
    assert "\\u2192" not in presented
    assert "iv, PHQ-9: n_responded 13 \\u2192 12" in after or "iv, PHQ-9: n_responded 13 → 12" in after


def test_a_fingerprint_shows_nobody_what_the_page_would_not(running: Running) -> None:
    whole, hidden = fingerprint(running), fingerprint(running, hides_small=True, by="none")
    assert "not for you" in said_of(running, "presenter", whole)
    assert "Unchanged" in said_of(running, "presenter", hidden)
    assert "Unchanged" in said_of(running, "director", hidden), "compared as it was shown, small counts hidden"
    assert call(running, running.signed_in("admin"), "review-figure.children").status_code == 403
    assert "No figure of this clinic" in said_of(running, "director", "ABCDEFGH")


def test_the_fingerprint_of_a_case_opens_it_in_its_meeting_and_later_for_those_who_treat(running: Running) -> None:
    clinician = running.signed_in("clinician")
    send(running, clinician)
    address = {"present-address": "/present/cases/1/2"}
    foot = call(running, clinician, "present-title.children", address).get_json()["response"]["present-basis"][
        "children"
    ]
    sign = foot.rpartition("Figure ")[2]
    for role in ("clinician", "presenter"):
        said = said_of(running, role, sign)
        assert "Unchanged" in said
        assert tokens(running)[0] in said
        assert "0001" not in said
    running.clinic.agenda.withdraw(running.clinic.agenda.agenda()[0].case, author="a-clinician")
    assert "not for you" in said_of(running, "presenter", sign)
    assert patient(running) in said_of(running, "clinician", sign)


def test_a_download_says_its_figure(running: Running) -> None:
    director = running.signed_in("director")
    values = {"outcomes-response-save": "svg", "outcomes-address": ""}
    answer = call(
        running, director, "outcomes-response-file.data", values, changedPropIds=["outcomes-response-save.value"]
    ).get_json()["response"]
    sign = answer["outcomes-response-save"]["placeholder"].removeprefix("Saved as figure ")
    assert answer["outcomes-response-file"]["data"]["filename"] == "response-by-treatment-PHQ-9-2024-06-30.svg"
    assert "Unchanged" in said_of(running, "director", sign)
