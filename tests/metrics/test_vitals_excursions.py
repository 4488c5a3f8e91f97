"""Excursions: each rate is of the sessions in which it was measured, by the build's own thresholds."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.clinic_file import read_clinic_file
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.importing.run import import_folder
from dashboard.metrics.options import notes_of
from dashboard.metrics.vitals_excursions import COLUMNS, vitals_excursions
from dashboard.store import Builds
from tests.hand import AS_OF, ZONE, Case, Hand, write_export

BODY = Case("excursions")
ONE = BODY.patient("one").dose("2024-03-04", session_id="ex1", sbp_pre=120, dbp_pre=80, sbp_peak=180, dbp_peak=90)
ONE.dose("2024-03-06", sbp_pre=120, dbp_pre=80, sbp_peak=150, dbp_peak=104, spo2_min=92)
ONE.dose("2024-03-08", sbp_peak=150, spo2_min=93).dose("2024-03-10", sbp_pre=120, spo2_min=0, effects_recorded="true")
ONE.session("2024-03-12", "no-show", sbp_pre=120, sbp_peak=200)
TWO = BODY.patient("two").dose("2024-03-04", session_id="ex2", route="im").dose("2024-04-20", route="im", dbp_peak=110)
TWO.vitals("ex2", {"minute": 0, "sbp": 130, "dbp": 70}, {"minute": 30, "sbp": 170, "dbp": 80, "spo2": 91})


def rows(hand: Hand, **options: Any) -> list[tuple[Any, ...]]:
    table = vitals_excursions(Cohort(hand.store, {"site": (BODY.site,)}), **options)
    return list(
        table.drop(columns=[name for name in table if name.endswith("_rate")]).itertuples(index=False, name=None)
    )


def test_each_is_counted_of_the_sessions_in_which_it_was_measured(hand: Hand) -> None:
    # peak: all but 10 March have one; 180 systolic and 110 diastolic reach it
    # rise: 4 March (+60), 6 March (+30/+24) and ex2 (+40/+10) have both ends
    # saturation: 92, 93 and 91
    assert rows(hand) == [(6, 5, 2, 3, 2, 3, 2)]
    assert rows(hand, by="route") == [("iv", 4, 3, 1, 2, 1, 2, 1), ("im", 2, 2, 1, 1, 1, 1, 1)]
    assert rows(hand, by="phase") == [("induction", 5, 4, 1, 3, 2, 3, 2), ("maintenance", 1, 1, 1, 0, 0, 0, 0)]


def test_rates_are_empty_where_nothing_was_measured(hand: Hand) -> None:
    table = vitals_excursions(Cohort(hand.store, {"site": (BODY.site,)}), by="phase")
    assert table["peak_rate"].tolist() == [0.25, 1]
    assert table["rise_rate"].tolist() == [2 / 3, pd.NA]
    assert list(table) == ["phase", *COLUMNS[1:]]


def test_the_rule_is_said_with_the_thresholds(hand: Hand) -> None:
    assert notes_of(vitals_excursions(Cohort(hand.store)))[0] == (
        "Peak = 180 mmHg systolic or 110 diastolic or more; rise = 40 systolic or 25 diastolic or more from before the "
        "dose to the peak; low saturation = below 93 %. Each rate is of the sessions in which it was measured."
    )


def test_it_refuses_a_split_that_does_not_exist(hand: Hand) -> None:
    with pytest.raises(OptionError, match="by has no 'chair'"):
        vitals_excursions(Cohort(hand.store), by="chair")


@pytest.fixture
def imported(tmp_path: Path) -> Iterator[Callable[..., Cohort]]:
    """Imports one session, with a clinic's own threshold."""
    clinic = tmp_path / "clinic.toml"
    clinic.write_text(f'timezone = "{ZONE}"\npeak_sbp = 160\n', encoding="utf-8")
    builds = Builds(tmp_path / "home")

    def cohort(**columns: object) -> Cohort:
        session = {"session_id": "s", "patient_id": "p", "status": "completed", "route": "iv", "drug": "ketamine"}
        tables: Any = {
            "patients": [{"patient_id": "p", "diagnosis": "depression"}],
            "sessions": [{**session, "scheduled_at": "2024-03-04T10:00", **columns}],
        }
        import_folder(write_export(tmp_path / "export", tables), builds, read_clinic_file(clinic), as_of=AS_OF)
        return Cohort(builds.current())

    yield cohort
    builds.close()


def test_the_thresholds_are_the_clinics(imported: Callable[..., Cohort]) -> None:
    table = vitals_excursions(imported(sbp_peak=165))
    assert table[["n_with_peak", "n_peak"]].to_numpy().tolist() == [[1, 1]]
    assert notes_of(table)[0].startswith("Peak = 160 mmHg systolic")
    assert notes_of(table)[1] == (
        "The export has no table vitals, and sessions has no column sbp_pre, spo2_min: so nothing is known of it."
    )


def test_it_handles_no_data(imported: Callable[..., Cohort]) -> None:
    cohort = Cohort(imported().store, {"route": ("oral",)})
    assert vitals_excursions(cohort, by="route").empty
    assert vitals_excursions(cohort)["n_sessions"].tolist() == [0]
