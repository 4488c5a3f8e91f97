"""The figure component: graph, table, file and command line are one asking of a metric."""

import base64
import csv
import io
import json
import shlex
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort
from dashboard.metrics import METRICS
from dashboard.metrics.options import Metric
from dashboard.metrics.reading import Reading
from dashboard.tabs import figure
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.figure import columns, rows
from dashboard.tabs.outcomes import FIGURES
from dashboard.tabs.outcomes_view import SPLITS, View
from dashboard.tabs.parts import components
from tests.calls import call
from tests.conftest import Running
from tests.tabs.test_outcomes import page

VIEWS = [
    *(View(by) for by in SPLITS),
    View("site", "PCL-5", "1-40", x="week", who="completers", lines="split"),
    View("payer", window="last", filters=Filters({"site": ("South", "North"), "route": ("iv",)})),
    View(lines="split", filters=Filters.of({"where": {"sex": ["unknown"]}, "from": "2024-01-10", "to": "2024-06-30"})),
]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: json.dumps([view.by, view.scale, view.filters.said()]))
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
        assert words[:4] == ["python", "-m", "dashboard", "metrics"]
        assert main(words[3:]) == 0
        printed = capsys.readouterr().out
        assert list(csv.reader(io.StringIO(asked[name].csv()))) == list(csv.reader(io.StringIO(printed)))
        head, *lines = list(csv.reader(io.StringIO(printed)))
        grid = shown["figures"][name]
        assert [each["field"] for each in grid["columns"]] == head
        assert len(grid["rows"]) == len(lines) > 0
        cells = [["" if value is None else str(value) for value in row.values()] for row in grid["rows"]]
        assert cells == lines


def fixed(cohort: Cohort, table: pd.DataFrame) -> Reading:
    return Reading(Metric("any", "", lambda _: table, (), tuple(table.columns)), cohort)


def test_a_formula_is_made_harmless(cohort: Cohort) -> None:
    names = ["=1+1", "+x", "-x", "@x", "North", "a=b"]
    reading = fixed(cohort, pd.DataFrame({"site": pd.Series(names, dtype="str"), "change": [-1.5] * 6}))
    lines = reading.csv().splitlines()
    assert lines[1:] == ["'=1+1,-1.5", "'+x,-1.5", "'-x,-1.5", "'@x,-1.5", "North,-1.5", "a=b,-1.5"]


def test_names_are_quoted_for_the_shell(cohort: Cohort) -> None:
    odd = "O'Brien & Sons; $(x)"
    reading = Reading(METRICS["response"], replace(cohort, where={}), {"by": "site"})
    object.__setattr__(reading.cohort, "where", {"site": (odd,)})
    assert shlex.split(reading.command())[-3] == f"site={odd}"


@pytest.mark.parametrize(
    ("metric", "options", "name"),
    [
        ("response", {"by": "route", "instrument": "PHQ-9", "window": "post-induction"}, "response-by-route-PHQ-9"),
        ("response", {"by": "none", "instrument": "PHQ-9", "window": "1-3"}, "response-PHQ-9-1-3"),
        (
            "curve",
            {"by": "site", "instrument": "PCL-5", "x": "week", "who": "completers"},
            "curve-by-site-and-week-PCL-5-completers",
        ),
    ],
)
def test_a_file_says_metric_basis_and_date(
    cohort: Cohort,
    metric: str,
    options: dict[str, str],
    name: str,
) -> None:
    filtered = replace(cohort, where={"site": ("North",)})
    assert Reading(METRICS[metric], filtered, options).file_name() == f"{name}-2024-06-30.csv"


def test_the_grid_has_every_digit_and_no_gap_is_zero() -> None:
    table = pd.DataFrame(
        {"by": ["a"], "rate": pd.Series([1 / 3], dtype="Float64"), "none": pd.Series([pd.NA], dtype="Int64")}
    )
    assert rows(table) == [{"by": "a", "rate": 1 / 3, "none": None}]
    assert [each.get("type") for each in columns(table)] == [None, "rightAligned", "rightAligned"]


def test_the_parts_stand_in_their_order() -> None:
    ids = [getattr(each, "id", None) for each in components(figure.layout("x"))]
    wanted = [
        "title",
        "graph",
        "count",
        "rule",
        "opens",
        "way",
        "table",
        "csv",
        "save",
        "file",
        "basis",
        "command",
    ]
    assert [each for each in ids if each and each != "x"] == [f"x-{name}" for name in wanted]
    grid: Any = next(each for each in components(figure.layout("x")) if getattr(each, "id", "") == "x-table")
    assert grid.dashGridOptions["ensureDomOrder"] is True
    assert not getattr(grid, "enableEnterpriseModules", None)


@pytest.mark.parametrize("name", FIGURES)
def test_a_file_is_for_those_who_may(running: Running, name: str) -> None:
    output = f"outcomes-{name}-file.data"
    values = {f"outcomes-{name}-csv": 1, "outcomes-address": ""}
    for role in ("clinician", "director", "presenter"):
        answer = call(running, running.signed_in(role), output, values)
        data = answer.get_json()["response"][f"outcomes-{name}-file"]["data"]
        assert data["filename"].endswith("2024-06-30.csv")
        assert "n" in data["content"].splitlines()[0]
    assert call(running, running.signed_in("admin"), output, values).status_code == 403
    stranger = running.stranger()
    stranger.get("/login")
    assert call(running, stranger, output, values).status_code == 401


@pytest.mark.parametrize("name", FIGURES)
def test_a_table_goes_with_what_its_columns_mean(running: Running, name: str) -> None:
    id_, director = f"outcomes-{name}", running.signed_in("director")
    plain = call(running, director, f"{id_}-file.data", {f"{id_}-csv": 1, "outcomes-address": ""})
    chosen = {"changedPropIds": [f"{id_}-save.value"]}
    packed = call(running, director, f"{id_}-file.data", {f"{id_}-save": "zip", "outcomes-address": ""}, **chosen)
    data = packed.get_json()["response"][f"{id_}-file"]["data"]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(data["content"]))) as package:
        table, columns = (package.read(each).decode() for each in package.namelist())
    assert table == plain.get_json()["response"][f"{id_}-file"]["data"]["content"]
    head = table.splitlines()[0].split(",")
    assert [line.split(":")[0].strip() for line in columns.split("\n\n")[1].splitlines()[1:]] == head
    assert all(kind in columns for kind in ("n_scored: whole number, count", "response_rate: number, share")) or (
        name == "curve" and "mean: number" in columns
    )
    assert "python -m dashboard metrics" in columns


def test_a_file_of_a_forged_view_is_none(running: Running) -> None:
    values = {"outcomes-response-csv": 1, "outcomes-address": "?view=forged"}
    answer = call(running, running.signed_in("director"), "outcomes-response-file.data", values)
    assert "content" not in answer.text
