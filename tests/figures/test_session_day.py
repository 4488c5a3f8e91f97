"""One session by the minute: what was measured, the clinic's thresholds, and the sessions before in grey."""

from typing import Any

import pandas as pd
import pytest

from dashboard.figures.session_day import session_day_figure
from dashboard.figures.theme import Figure
from tests.figures.check import checked, texts, traces

THRESHOLDS = {"peak_sbp": 150, "peak_dbp": 100, "low_spo2": 95}
ROWS = [
    (1, 1, -5.0, 120.0, 80.0, 70.0, 97.0, None, None),
    (1, 1, 40.0, 140.0, 90.0, 80.0, 95.0, 4.0, None),
    (1, 2, 0.0, 130.0, 80.0, None, 94.0, 5.0, None),
    (1, 2, 40.0, 150.0, 99.0, None, 95.0, 0.0, None),
    (1, 3, 0.0, 125.0, 80.0, None, None, None, None),
]


def table(rows: list[Any] = ROWS) -> pd.DataFrame:
    columns = ["course", "session_number", "minute", "sbp", "dbp", "hr", "spo2", "moaas", "cadss"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[3:], "Float64"))


def drawn(session: int = 2, rows: list[Any] = ROWS) -> Figure:
    return checked(
        session_day_figure(table(rows), course=1, session=session, thresholds=THRESHOLDS, theme="light"),
    )


def test_a_session_is_drawn_over_those_before_it_and_not_those_after() -> None:
    figure = drawn()
    (now,) = traces(figure, "systolic, measured")
    assert (now["x"], now["y"]) == ([0, 40], [130, 150])
    assert [line["y"] for line in traces(figure, "systolic, earlier")] == [[120, 140]]
    assert [each["name"] for each in drawn(1)["data"] if "earlier" in each["name"]] == []


def test_what_was_not_measured_has_no_panel() -> None:
    names = {each["name"].partition(",")[0] for each in drawn()["data"]}
    assert names == {"systolic", "diastolic", "SpO2", "MOAA/S"}, "no pulse and no CADSS in this session"


def test_a_value_beyond_the_clinics_threshold_is_a_square_with_its_number() -> None:
    figure = drawn()
    systolic, diastolic, saturation = (
        traces(figure, f"{name}, measured")[0] for name in ("systolic", "diastolic", "SpO2")
    )
    # 150 is from 150 on, 99 is short of 100, 94 is below 95 and 95 is not
    assert systolic["marker"]["symbol"] == ["circle", "square"]
    assert diastolic["marker"]["symbol"] == ["circle", "circle"]
    assert saturation["marker"]["symbol"] == ["square", "circle"]
    assert (systolic["text"], saturation["text"]) == (["", "150"], ["94", ""])
    assert {"systolic 150 or more", "diastolic 100 or more", "SpO2 below 95"} <= set(texts(figure))
    limits = [shape["y0"] for shape in figure["layout"]["shapes"] if shape.get("name") == "threshold"]
    assert limits == [150, 100, 95]


def test_the_minutes_that_matter_are_ticked() -> None:
    axis = drawn()["layout"]["xaxis"]
    assert axis["tickvals"] == [0, 40, 120]
    assert axis["range"] == [-15, 125]


@pytest.mark.parametrize("session", [4, 9])
def test_it_handles_no_data(session: int) -> None:
    assert texts(drawn(session)) == ["This session has no measurements by the minute."]
