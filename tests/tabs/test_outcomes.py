"""The outcomes page: what it says is what the metric says, and every address has an answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dash import html

from dashboard.access import NothingPublished, Viewer, cohort_for
from dashboard.auth.permissions import VIEW_OUTCOMES, Forbidden
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.metrics.response import response
from dashboard.records import Records
from dashboard.settings import Settings
from dashboard.store import Builds
from dashboard.tabs import outcomes, parts
from dashboard.tabs.outcomes import SPLITS, View, content
from dashboard.tabs.parts import components

DIRECTOR = Viewer("a-director", "director")


@pytest.fixture
def clinic(home: Path) -> Iterator[Clinic]:
    opened = Clinic(Settings(home=home), Builds(home), Records.open(home))
    yield opened
    opened.close()


@pytest.fixture
def cohort(clinic: Clinic) -> Cohort:
    return cohort_for(DIRECTOR, clinic, VIEW_OUTCOMES)


def words(tree: Any) -> str:
    """The text of a component."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, list | tuple):
        return "".join(words(each) for each in tree)
    return words(getattr(tree, "children", None) or "")


def rows(page: dict[str, Any]) -> list[list[str]]:
    body = [each for block in page["blocks"] for each in components(block) if isinstance(each, html.Tbody)]
    return [[words(cell) for cell in row.children] for part in body for row in part.children]


def test_the_table_by_route_is_right(cohort: Cohort) -> None:
    nb = "\u00a0"
    im = ["6 of 12 · 50 % (25–75)", "46–54 %", "6 of 12 · 50 % (25–75)"]
    table = [[cell.replace(nb, " ") for cell in row] for row in rows(content(cohort, View()))]
    assert table == [
        ["IV", "13 of 23 · 57 % (37–74)", "48–63 %", "13 of 23 · 57 % (37–74)", "30", "30", "30", "3", "27", "4", "23"],
        ["IM (under 20 scored)", *im, "13", "13", "13", "0", "13", "1", "12"],
        ["Intranasal (under 10 scored)", "2 of 3", "2–3 of 4", "2 of 3", "5", "5", "5", "1", "4", "1", "3"],
        ["Mixed routes (under 10 scored)", "1 of 3", "all scored", "1 of 3", "3", "3", "3", "0", "3", "0", "3"],
        ["Sublingual (under 10 scored)", "2 of 4", "all scored", "2 of 4", "4", "4", "4", "0", "4", "0", "4"],
    ]


@pytest.mark.parametrize("by", SPLITS)
@pytest.mark.parametrize("window", ["post-induction", "day-28", "last"])
def test_the_table_is_the_metric(cohort: Cohort, by: str, window: str) -> None:
    table = response(cohort, by=by, window=window)
    shown = rows(content(cohort, View(by, window=window)))
    assert len(shown) == len(table)
    for cells, (_, row) in zip(shown, table.iterrows(), strict=True):
        undue, unscored = row["n_eligible"] - row["n_due"], row["n_due"] - row["n_scored"]
        steps = [row["n_started"], row["n_baseline"], row["n_eligible"], undue, row["n_due"], unscored, row["n_scored"]]
        assert cells[4:] == [str(each) for each in steps]
        if row["n_scored"]:
            assert cells[1].startswith(f"{row['n_responded']}\u00a0of\u00a0{row['n_scored']}")
            assert cells[3].startswith(f"{row['n_remitted']}\u00a0of\u00a0{row['n_scored']}")
        assert ("%" in cells[1]) == (row["n_scored"] >= 10)
        assert ("under" in cells[0] or "none scored" in cells[0]) == (row["n_scored"] < 20)


@pytest.mark.parametrize("by", SPLITS)
def test_a_page_stays_small(clinic: Clinic, cohort: Cohort, by: str) -> None:
    page = content(cohort, View(by))
    frame = components(outcomes.layout(clinic, DIRECTOR))
    assert len(frame) + len(components(page["blocks"])) <= 260  # and 40 for the frame around the page


def test_many_rows_stay_small(cohort: Cohort) -> None:
    table = response(cohort)
    many = pd.concat([table] * 12, ignore_index=True)
    many.attrs["notes"] = []
    blocks = outcomes._blocks(cohort, many, View())
    assert len(components(blocks)) <= 230
    assert "more rows" in words(blocks)
    assert "PTSD Checklist" in words(blocks)


def test_the_answer_is_made_of_the_data(cohort: Cohort) -> None:
    page = content(cohort, View())
    assert page["answer"].replace("\u00a0", " ") == (
        "IV: 13 of 23 responded, 57 % (37–74), on the PHQ-9; 4 could not be scored."
    )
    assert page["data"].startswith("Records as of 30 June 2024 · build 2")
    alone = content(cohort, View(scale="PCL-5"))["answer"].replace("\u00a0", " ")
    assert alone == "Sublingual: 2 of 4 responded, too few for a percentage, on the PCL-5; 0 could not be scored."


def test_the_notes_of_the_metric_stand_under_it(cohort: Cohort) -> None:
    shown = words(content(cohort, View())["blocks"])
    for note in response(cohort).attrs["notes"]:
        assert note in shown


def test_it_handles_no_data(clinic: Clinic) -> None:
    nobody = cohort_for(DIRECTOR, clinic, VIEW_OUTCOMES, where={"sex": ("other",)})
    for by in SPLITS:
        page = content(nobody, View(by))
        assert page["answer"] == "No course has been started yet."
        assert rows(page) == []


def test_it_checks_role(clinic: Clinic) -> None:
    for role in ("presenter", "admin", "owner", ""):
        with pytest.raises(Forbidden):
            cohort_for(Viewer("x", role), clinic, VIEW_OUTCOMES)


def test_nothing_published_is_its_own_error(tmp_path: Path) -> None:
    empty = Clinic(Settings(home=tmp_path), Builds(tmp_path), Records.open(tmp_path))
    with pytest.raises(NothingPublished):
        cohort_for(DIRECTOR, empty, VIEW_OUTCOMES)
    empty.close()


@pytest.mark.parametrize(
    "address",
    [
        "?by=colour",
        "?by=",
        "?window=never",
        "?scale=PHQ",
        "?colour=red",
        "?by=sex",
        "?window=post-induction&x=",
        "?scale=",
    ],
)
def test_what_does_not_exist_is_not_found(address: str) -> None:
    with pytest.raises(OptionError):
        View.of(address)


@pytest.mark.parametrize(
    "view", [View(), View("site"), View("none", "PHQ-9", "1-3"), View(window="session-4"), View("payer", "PCL-5")]
)
def test_a_view_and_its_address_are_one(view: View) -> None:
    assert View.of(view.address()) == view


@pytest.mark.parametrize(
    ("rate", "text"), [(0.0, "0"), (1.0, "100"), (0.004, "<1"), (0.997, ">99"), (0.565, "57"), (0.125, "13")]
)
def test_percent_never_rounds_to_all_or_none(rate: float, text: str) -> None:
    assert parts.percent(rate) == text
