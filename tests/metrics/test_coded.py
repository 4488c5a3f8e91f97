"""Somebody in code: what is left of a person, against a hand-made one."""

import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.clinic_file import ClinicFile
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.importing.run import import_folder
from dashboard.metrics.coded import RARE_EFFECT, RARE_EVENT, RARE_TREATMENT, CodedCase, age_band, coded
from dashboard.store import Builds
from tests.hand import write_export

AS_OF = datetime.date(2024, 6, 30)


def of_many(n: int) -> dict[str, list[dict[str, Any]]]:
    """A person of whom everything is shared with n others, but for what is the person's own."""
    people = [
        {
            "patient_id": f"P{place}",
            "name": f"N{place}",
            "birth_date": "1980-06-30",
            "diagnosis": "depression",
            "sex": "female",
        }
        for place in range(n + 1)
    ]
    people[0] |= {"birth_date": "1980-07-01"}
    sessions, effects, scores = [], [], []
    for place in range(n + 1):
        for day, at in ((1, "09:03"), (8, "14:37")):
            key = {"patient_id": f"P{place}", "session_id": f"S{place}-{day}"}
            sessions.append(
                {
                    **key,
                    "scheduled_at": f"2024-03-{day:02}T{at}",
                    "started_at": f"2024-03-{day:02}T{at}",
                    "status": "completed",
                    "route": "iv",
                    "drug": "ketamine",
                    "dose_mg": 40,
                    "effects_recorded": "true",
                }
            )
            effects.append({**key, "term": "Nausea", "severity": "mild", "serious": "false"})
        scores.append(
            {"patient_id": f"P{place}", "instrument": "PHQ-9", "assessed_at": "2024-03-01T08:11", "score": 20}
        )
        scores.append({"patient_id": f"P{place}", "instrument": "PHQ-9", "assessed_at": "2024-03-20", "score": 9})
    own = {"patient_id": "P0", "session_id": "S0-own"}
    sessions.append(
        {
            **own,
            "scheduled_at": "2024-03-15T10:00",
            "status": "completed",
            "route": "oral",
            "drug": "ketamine",
            "dose_mg": 90,
            "effects_recorded": "true",
        }
    )
    effects += [
        {**own, "term": "Syncope", "severity": "severe", "serious": "true"},
        {**own, "term": "felt like Aunt Martha", "severity": "mild", "serious": "false"},
    ]
    events = [{"patient_id": "P0", "happened_on": "2024-03-10", "kind": "other", "text": "secret words"}]
    return {"patients": people, "sessions": sessions, "assessments": scores, "side_effects": effects, "events": events}


def case_of(folder: Path, clinic_file: ClinicFile, n: int) -> CodedCase:
    builds = Builds(folder / "home")
    import_folder(write_export(folder / "export", of_many(n)), builds, clinic_file, as_of=AS_OF)
    return coded(Cohort(builds.current()), "P0", "CODE")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory, clinic_file: ClinicFile) -> CodedCase:
    return case_of(tmp_path_factory.mktemp("coded"), clinic_file, 11)


def everything(case: CodedCase) -> str:
    return " ".join(
        each.to_csv() if isinstance(each, pd.DataFrame) else str(each)
        for name, each in vars(case).items()
        if name != "until"  # of the invented clock
    )


def test_no_name_date_or_text_is_left(case: CodedCase) -> None:
    said = everything(case)
    for gone in ("P0", "N0", "S0", "1980", "2024", "-03-", "09:03", "14:37", "08:11", "secret", "Martha"):
        assert gone not in said, gone


def test_days_and_their_order_are_kept(case: CodedCase) -> None:
    assert list(case.sessions["since"]) == [0, 7, 14]
    assert list(case.scores["since"]) == [0, 19]
    first = case.scores["assessed_at"].iloc[0]
    assert first < case.doses["dose_at"].iloc[0], "the score of the morning lies before the dose of the day"
    assert (case.doses["dose_at"].iloc[1].normalize() - case.doses["dose_at"].iloc[0].normalize()).days == 7
    assert (case.events["happened_on"].iloc[0].normalize() - case.doses["dose_at"].iloc[0].normalize()).days == 9
    assert list(case.scores["score"]) == [20, 9]


def test_what_few_share_loses_its_name(case: CodedCase) -> None:
    assert (case.sex, case.diagnosis) == ("female", "depression")
    assert [(row.route, row.drug) for row in case.doses.itertuples()] == [
        ("iv", "ketamine"),
        ("iv", "ketamine"),
        RARE_TREATMENT,
    ]
    assert list(case.doses["dose_mg"].isna()) == [False, False, True], "a dose can name its treatment"
    assert sorted(case.effects["term"]) == ["Nausea", "Nausea", RARE_EFFECT, RARE_EFFECT]
    assert list(case.events["kind"]) == [RARE_EVENT]
    assert sorted(case.effects["severity"]) == ["mild", "mild", "mild", "severe"]


def test_of_ten_others_nothing_is_named_and_of_eleven_in_all_it_is(tmp_path: Path, clinic_file: ClinicFile) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    few, enough = case_of(tmp_path / "a", clinic_file, 9), case_of(tmp_path / "b", clinic_file, 10)
    assert (few.sex, few.diagnosis, set(few.effects["term"])) == ("rare", "rare", {RARE_EFFECT})
    assert (enough.sex, enough.diagnosis) == ("female", "depression")
    assert "Nausea" in set(enough.effects["term"])


def test_nobody_is_refused(case: CodedCase, tmp_path: Path, clinic_file: ClinicFile) -> None:
    builds = Builds(tmp_path / "home")
    import_folder(write_export(tmp_path / "export", of_many(0)), builds, clinic_file, as_of=AS_OF)
    with pytest.raises(OptionError, match="nobody"):
        coded(Cohort(builds.current()), "P9", "CODE")


@pytest.mark.parametrize(
    ("born", "band"),
    [
        ("1984-06-30", "40–44"),  # forty on the day
        ("1984-07-01", "35–39"),
        ("1979-07-01", "40–44"),
        ("1979-06-30", "45–49"),
        ("2004-07-01", "under 20"),
        ("2004-06-30", "20–24"),
        ("1939-06-30", "85 and over"),
        ("1939-07-01", "80–84"),
        (None, "unknown"),
    ],
)
def test_ages_are_bands_of_five_years(born: str | None, band: str) -> None:
    assert age_band(pd.Timestamp(born) if born else None, AS_OF) == band
