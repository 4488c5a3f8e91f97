"""Screen, file and command line agree, of every figure and table that any page of the app shows.

The pages and their parts are found in the live app: a part that is new is asked without being named here, and a page
that ``addresses`` does not know fails.
"""

import csv
import io
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.access import Viewer, patients_like
from dashboard.cli import main
from tests.calls import call, callbacks
from tests.conftest import Running

SOMEBODY = "000106"
"""The hard case with sixty sessions."""


@pytest.fixture
def demo(demo_home: Path, start: Callable[..., Running], monkeypatch: pytest.MonkeyPatch) -> Running:
    """The demo clinic, which has every table."""
    monkeypatch.setenv("CLINIC_HOME", str(demo_home))
    return start(demo_home)


def addresses(running: Running) -> dict[str, str]:
    """The part of an address that a page's callback reads -> what is asked of it."""
    person = patients_like(Viewer("a-director", "director"), running.clinic, SOMEBODY)[0].token
    return {
        "outcomes-address": "",
        "outcomes-change-address": "",
        "outcomes-time-address": "",
        "outcomes-compare-address": "",
        "side-effects-address": "",
        "side-effects-when-address": "",
        "side-effects-vitals-address": "",
        "throughput-address": "",
        "balance-address": "",
        "throughput-chairs-address": "",
        "throughput-ahead-address": "",
        "patient-address": f"/patient/{person}",
    }


def test_screen_file_and_command_line_agree(demo: Running, capsys: pytest.CaptureFixture[str]) -> None:
    asked, showing = {**addresses(demo), "shell-theme-shown": "light"}, figures(demo)
    assert len(showing) >= 4
    for name, each in showing.items():
        assert any(one["id"] in asked for one in each["inputs"]), f"{name}: say in addresses what it is to be asked"
    assert len(agreeing(demo, "director", list(showing), asked, capsys)) >= 26


def test_they_agree_where_small_cells_are_hidden(demo: Running, capsys: pytest.CaptureFixture[str]) -> None:
    names = [name for name in figures(demo) if "presented" in name or name.startswith("outcomes-address")]
    asked = {"outcomes-address": "", "shell-theme-shown": "light"}
    seen = agreeing(demo, "presenter", names, asked, capsys)
    assert {"side-effects-presented-terms", "throughput-presented-months", "outcomes-response"} <= {*seen}


def figures(running: Running) -> dict[str, Any]:
    """The callbacks that show a figure, by their first output."""
    return {name: each for name, each in callbacks(running).items() if "-command.children" in each["output"]}


def agreeing(
    demo: Running, role: str, names: list[str], asked: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> list[str]:
    """The figures that such callbacks show to a role; each agrees with the command beside it and with its file."""
    client, seen = demo.signed_in(role), []
    for name in names:
        shown = call(demo, client, name, asked).get_json()["response"]
        for part in sorted(key.removesuffix("-command") for key in shown if key.endswith("-command")):
            words = shlex.split(shown[f"{part}-command"]["children"])
            assert words[:4] == ["python", "-m", "dashboard", "metrics"], part
            assert ("--hide-small" in words) == (role == "presenter")
            assert main(words[3:]) == 0
            printed = list(csv.reader(io.StringIO(capsys.readouterr().out)))
            grid = shown[f"{part}-table"]
            assert [column["field"] for column in grid["columnDefs"]] == printed[0], part
            assert [[_text(row[field]) for field in printed[0]] for row in grid["rowData"]] == printed[1:], part
            answer = call(demo, client, f"{part}-file.data", {**asked, f"{part}-csv": 1}).get_json()
            file = answer["response"][f"{part}-file"]["data"]["content"]
            assert [[_plain(cell) for cell in row] for row in csv.reader(io.StringIO(file))] == printed, part
            seen.append(part)
    return seen


def _text(value: Any) -> str:
    """A cell of the grid as the file writes it."""
    return "" if value is None else str(value)


def _plain(cell: str) -> str:
    """A cell of the file without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") else cell
