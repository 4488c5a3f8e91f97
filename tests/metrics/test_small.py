"""Small cells hidden: nobody can count fewer than eleven people from all that the closed menu shows."""

import datetime
import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from dashboard.clinic_file import ClinicFile
from dashboard.clinical.cohort import Cohort, Hidden, OptionError
from dashboard.importing.run import import_folder
from dashboard.metrics import METRICS, small
from dashboard.metrics.cohort_size import values_of
from dashboard.metrics.curve import curve
from dashboard.metrics.options import Cells, Metric
from dashboard.metrics.response import CELLS, response
from dashboard.metrics.rule import primary_scales
from dashboard.metrics.small import FEW, NOTE, SPLITS, ask, known, shown_of_everyone, shown_of_groups
from dashboard.model import HIDDEN
from dashboard.store import Builds, Store
from tests.crowd import AS_OF, PEOPLE, WRITTEN, crowd
from tests.hand import write_export

RESPONSE, CURVE = METRICS["response"], METRICS["curve"]


# Hand cases: what is shown of a row, of a split.


def everyone(**counts: int) -> list[str]:
    return shown_of_everyone({(): {f"n_{name}": n for name, n in counts.items()}}, CELLS)[()]


def test_of_everyone_a_count_is_shown_unless_a_difference_is_small() -> None:
    shown = everyone(
        started=104, baseline=99, eligible=90, due=90, scored=60, responded=30, remitted=25, reliably_worse=0
    )
    # 104 - 99 = 5 have no baseline, 30 - 25 = 5 responded without remission; 90 due of 90 eligible give nobody away
    assert shown == ["n_scored", "n_responded", "n_eligible", "n_due", "n_started", "n_reliably_worse"]
    assert everyone(started=30, scored=20, responded=10) == ["n_scored"]  # 10; and 30 - 20 = 10
    assert everyone(started=31, scored=20, responded=9) == ["n_scored", "n_started"]
    assert everyone(started=9, scored=0) == ["n_scored"]


def groups(*rows: tuple[int, int]) -> list[Hashable]:
    """Which of the groups of so many scored and responded are shown."""
    split = {place: {(): {"n_scored": n, "n_responded": k}} for place, (n, k) in enumerate(rows)}
    whole = {(): {"n_scored": sum(n for n, _ in rows), "n_responded": sum(k for _, k in rows)}}
    return sorted(shown_of_groups(whole, split, CELLS), key=str)


def test_of_a_split_the_large_groups_are_shown_and_what_they_leave_is_large() -> None:
    assert groups((40, 20), (60, 30)) == [0, 1]
    assert groups((60, 55), (40, 20)) == []  # 60 - 55 = 5, and the other alone would leave it
    assert groups((40, 20), (60, 55), (50, 25)) == [0]  # what is left: 5 and 25 who did not respond
    assert groups((40, 20), (50, 25), (25, 13), (5, 2)) == [0, 1]  # 3 alone are few, 12 and 3 are not
    assert groups((40, 20), (50, 25), (33, 16), (5, 2)) == [0]  # 17 and 3 who did not are exactly 2 x 10
    assert groups((50, 25), (40, 20), (16, 8), (16, 8)) == [0, 1]  # 8 and 8
    assert groups((50, 25), (40, 20), (20, 10), (20, 10)) == [0]  # 10 and 10 would be known
    assert groups((40, 20), (0, 0)) == [0]


# Every clinic of a few people, with 1 to 2 (or 3) in place of 1 to 10.


def compositions(total: int, cells: int) -> Iterator[tuple[int, ...]]:
    """Every way to put so many people into the cells."""
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, cells - 1):
            yield (first, *rest)


def seen(world: tuple[int, ...], labels: list[tuple[int, ...]], splits: list[int], cells: Cells) -> Any:
    """All that a reader sees of a clinic: everyone, and each split."""
    names = _downwards(cells)

    def counted(is_of: Any) -> dict[tuple[()], dict[str, int]]:
        people = [(n, label[-1]) for n, label in zip(world, labels, strict=True) if is_of(label)]
        return {(): {name: sum(n for n, step in people if step >= place) for place, name in enumerate(names)}}

    whole = counted(lambda label: True)
    of_all = shown_of_everyone(whole, cells)[()]
    said = [tuple((name, whole[()][name]) for name in of_all)]
    for place, size in enumerate(splits):
        split = {group: counted(lambda label, g=group, p=place: label[p] == g) for group in range(size)}
        split = {group: rows for group, rows in split.items() if rows[()][names[0]]}
        shown = shown_of_groups(whole, split, cells)
        core = [name for name in of_all if name in cells.core]
        said.append(tuple((group, *(split[group][()][name] for name in core)) for group in split if group in shown))
    return tuple(said)


def _downwards(cells: Cells) -> list[str]:
    """The counts from the whole down."""
    names = [next(name for name, whole in cells.part_of.items() if whole is None)]
    while len(names) < len(cells.part_of):
        names += [name for name, whole in cells.part_of.items() if whole == names[-1]]
    return names


ONE = Cells({"scored": None}, ("scored",))
TWO = Cells({"scored": None, "responded": "scored"}, ("scored", "responded"))
THREE = Cells({"scored": "started", "responded": "scored", "started": None}, ("scored", "responded"))


@pytest.mark.parametrize(
    ("few", "most", "splits", "cells"),
    [
        (3, 16, [3], ONE),
        (2, 14, [4], ONE),
        (2, 9, [3, 2], ONE),
        (2, 8, [2, 2, 2], ONE),
        (2, 12, [3], TWO),
        (2, 8, [2, 2], TWO),
        (2, 11, [2], THREE),
    ],
)
def test_who_knows_the_rule_counts_nobody_in_any_clinic_of_a_few(
    monkeypatch: pytest.MonkeyPatch, few: int, most: int, splits: list[int], cells: Cells
) -> None:
    monkeypatch.setattr(small, "FEW", few)
    steps = range(len(cells.part_of))
    labels = list(itertools.product(*(range(size) for size in splits), steps))
    alike = defaultdict(list)
    for total in range(most + 1):
        for world in compositions(total, len(labels)):
            alike[seen(world, labels, splits, cells)].append(world)
    some = [[c for r in range(1, n + 1) for c in itertools.combinations(range(n), r)] for n in (*splits, len(steps))]
    sets = [
        [place for place, label in enumerate(labels) if all(one in of for one, of in zip(label, chosen, strict=True))]
        for chosen in itertools.product(*some)
    ]
    tried = 0
    for said, worlds in alike.items():
        if _downwards(cells)[0] not in dict(said[0]) and max(map(sum, worlds)) + 2 * few > most:
            continue  # clinics of more people than were tried look the same
        numbers = np.array(worlds)
        for people in sets:
            found = set(numbers[:, people].sum(axis=1))
            assert len(found) > 1 or not 0 < found.pop() <= few, (said, [labels[place] for place in people])
            tried += 1
    assert tried > 1000


Seen = tuple[Any, ...]
World = tuple[int, ...]


def small_counts(most: int, cells: int, seen_of: Callable[[World], Seen], *, whole: str) -> tuple[list[Any], int]:
    """The sets of cells that are known to be of few wherever what is shown is the same; and how many were tried.

    What does not show ``whole`` is passed over where clinics of more people than were tried would look the same.
    """
    alike = defaultdict(list)
    for total in range(most + 1):
        for world in compositions(total, cells):
            alike[seen_of(world)].append(world)
    sets = [c for size in range(1, cells + 1) for c in itertools.combinations(range(cells), size)]
    found, tried = [], 0
    for said, worlds in alike.items():
        if whole not in str(said) and max(map(sum, worlds)) + 2 * small.FEW > most:
            continue
        numbers = np.array(worlds)
        for chosen in sets:
            tried += 1
            counts = set(numbers[:, list(chosen)].sum(axis=1))
            if len(counts) == 1 and 0 < counts.pop() <= small.FEW:
                found.append((said, chosen))
    return found, tried


def test_who_knows_two_terms_counts_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small, "FEW", 2)
    cells = METRICS["side-effects"].cells
    assert cells is not None

    def seen_of(world: World) -> Seen:
        _, one, other, both = world
        whole = sum(world)
        had = {("one",): one + both, ("other",): other + both}
        counts = {term: {"n_patients": whole, "n_patients_with": n} for term, n in had.items()}
        columns = shown_of_everyone(counts, cells)
        return tuple((term, name, counts[term][name]) for term in had for name in columns[term])

    found, tried = small_counts(12, 4, seen_of, whole="'n_patients'")
    assert found == []
    assert tried > 5000

    def with_any(world: World) -> Seen:
        neither, *some = world
        return (*seen_of(world), ("any", "n_patients_with", sum(some) if neither > 2 and sum(some) > 2 else None))

    assert small_counts(12, 4, with_any, whole="'n_patients'")[0]  # which is why any side effect is not shown


def test_who_knows_a_month_counts_few_sessions_of_no_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small, "FEW", 4)  # as many as there are kinds; of fewer, one each would be known
    cells = METRICS["throughput"].cells
    assert cells is not None

    def seen_of(world: World) -> Seen:
        timed, untimed, missed, late, _ = world
        counts = {
            "n_completed": timed + untimed,
            "n_timed": timed,
            "n_scheduled": sum(world),
            "n_no_show": missed,
            "n_late_cancelled": late,
            "n_patients": 99,
        }
        names = shown_of_everyone({(): counts}, cells)[()]
        is_somebody = any(counts[name] for name in names if name in cells.core)
        return tuple((name, counts[name]) for name in names) if is_somebody else ()

    found, tried = small_counts(18, 5, seen_of, whole="n_scheduled")
    assert found == []
    assert tried > 5000


def test_sessions_of_few_people_are_not_shown() -> None:
    cells = METRICS["throughput"].cells
    assert cells is not None
    month = {"n_completed": 40, "n_scheduled": 60, "n_timed": 20, "n_no_show": 12}
    shown = {n: shown_of_everyone({(): {**month, "n_patients": n}}, cells)[()] for n in (10, 11)}
    assert shown == {10: ["n_scheduled", "n_no_show"], 11: ["n_completed", "n_scheduled", "n_timed"]}


def test_nearly_the_same_people_are_not_counted_twice() -> None:
    cells = METRICS["side-effects"].cells
    assert cells is not None
    counts = {("nausea",): {"n_patients": 120, "n_patients_with": 40}}
    shown = {near: shown_of_everyone(counts, cells, near=near)[("nausea",)] for near in (109, 110, 119, 120, 121)}
    whole = ["n_patients", "n_patients_with"]
    assert shown == {109: whole, 110: whole[1:], 119: whole[1:], 120: whole, 121: whole[1:]}


# A clinic of some size, through the metrics themselves.


def test_side_effects_are_of_people_and_of_listed_terms(clinic: Store, hiding: Cohort) -> None:
    table = ask(METRICS["side-effects"], hiding)
    full = METRICS["side-effects"].table(Cohort(clinic)).set_index("term")
    # counted by hand below: vomiting is of 4 people, all but 4 were sedated, and one is no term
    assert list(table["term"]) == ["Dissociation", "Nausea"]
    for row in table.to_dict("records"):
        had = {r["patient_id"] for r in crowd()["side_effects"] if str(r["term"]).title() == row["term"]}
        assert row["n_patients_with"] == len(had) == full.loc[str(row["term"]), "n_patients_with"]
    assert full.loc["Vomiting", "n_patients_with"] == 4
    assert full.loc["Sedation", "n_patients"] - full.loc["Sedation", "n_patients_with"] in range(1, FEW + 1)
    assert WRITTEN in full.index
    assert full.loc[WRITTEN, "n_patients_with"] > FEW
    hidden = [name for name in table if (table[name] == HIDDEN).all()]
    assert {"n_sessions", "n_sessions_with", "session_rate", "n_events", "n_severe", "n_serious"} <= set(hidden)
    assert WRITTEN not in str(table.attrs)


def test_throughput_is_of_sessions_by_month(clinic: Store, hiding: Cohort) -> None:
    table = ask(METRICS["throughput"], hiding, period="month")
    booked = [str(row["scheduled_at"])[:7] for row in crowd()["sessions"]]
    for row in table.to_dict("records"):
        assert row["n_scheduled"] in (HIDDEN, booked.count(row["period"][:7]))
    assert (table["n_completed"] != HIDDEN).sum() > 15
    assert (table["n_new_starts"] == HIDDEN).all()
    assert (table["n_patients"] == HIDDEN).all()


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory, clinic_file: ClinicFile) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("crowd")
    builds = Builds(folder / "home")
    import_folder(write_export(folder / "export", crowd()), builds, clinic_file, as_of=AS_OF)
    yield builds.current()
    builds.close()


@pytest.fixture(scope="module")
def hiding(clinic: Store) -> Cohort:
    return Cohort(clinic, hides_small=True)


def shown_cells(table: pd.DataFrame) -> int:
    return int((table.drop(columns="instrument", errors="ignore") != HIDDEN).sum().sum())


def test_something_is_shown_and_it_is_what_others_see(clinic: Store, hiding: Cohort) -> None:
    for by in SPLITS:
        table = ask(RESPONSE, hiding, by=by, instrument="PHQ-9")
        diagnoses = {"diagnosis": ("depression", "suicidality")}
        full = response(Cohort(clinic, diagnoses), by=by, instrument="PHQ-9")
        assert len(table) >= 1
        assert shown_cells(table) > len(table)
        rows = full if by == "none" else full.set_index(by).loc[list(table[by])].reset_index()
        for name in table.columns:
            for mine, theirs in zip(table[name], rows[name], strict=True):
                assert mine in (HIDDEN, theirs) or (pd.isna(mine) and pd.isna(theirs))
        assert table.attrs["rules"][-1] == NOTE


STEPS = ("n_started", "n_baseline", "n_eligible", "n_due", "n_scored")
PARTS = ("no baseline", "below", "not due", "not scored", "neither", "worse", "responded", "remitted")
COUNTS: dict[str, set[str]] = {
    **{name: set(PARTS[place:]) for place, name in enumerate(STEPS)},
    "n_responded": {"responded", "remitted"},
    "n_remitted": {"remitted"},
    "n_reliably_worse": {"worse"},
}
"""What everybody knows who read the definitions: which people each count is made of."""


def parts_of(row: Mapping[Hashable, Any]) -> dict[str, int]:
    """The people of a row of the full table, cut as far as its counts allow."""
    steps = [int(row[name]) for name in STEPS]
    fewer = [one - next_ for one, next_ in itertools.pairwise(steps)]
    responded, remitted, worse = (int(row[f"n_{name}"]) for name in ("responded", "remitted", "reliably_worse"))
    rest = (int(row["n_scored"]) - responded - worse, worse, responded - remitted, remitted)
    return dict(zip(PARTS, (*fewer, *rest), strict=True))


@pytest.mark.parametrize("scale", ["PHQ-9", "PCL-5", "GAD-7"])
def test_arithmetic_over_the_whole_menu_finds_no_small_count(clinic: Store, hiding: Cohort, scale: str) -> None:
    own = {"PHQ-9": ("depression", "suicidality"), "PCL-5": ("ptsd",), "GAD-7": ("anxiety",)}[scale]
    full = {by: response(Cohort(clinic, {"diagnosis": own}), by=by, instrument=scale) for by in SPLITS}
    truth = {(by, row.get(by, "")): parts_of(row) for by in SPLITS for row in full[by].to_dict("records")}
    unknown = {key: place for place, key in enumerate((*group, part) for group in truth for part in PARTS)}
    rows, values = [], []

    def said(group: tuple[str, Any], parts: set[str], value: int) -> None:
        rows.append(np.bincount([unknown[(*group, part)] for part in parts], minlength=len(unknown)))
        values.append(value)

    for by in SPLITS:
        for row in ask(RESPONSE, hiding, by=by, instrument=scale).to_dict("records"):
            for name, parts in COUNTS.items():
                if row[name] != HIDDEN:
                    said((by, row.get(by, "")), parts, int(row[name]))
    for by, part in itertools.product(SPLITS[1:], PARTS):  # a split is of the same people as everyone together
        one = np.zeros(len(unknown))
        one[[unknown[(*group, part)] for group in truth if group[0] == by]] = 1
        one[unknown[("none", "", part)]] = -1
        rows.append(one)
        values.append(0)

    equations = LinearConstraint(np.array(rows), values, values)

    def reach(group: tuple[str, Any], parts: set[str]) -> tuple[int, int]:
        """The least and the most that the count can be."""
        aim = np.bincount([unknown[(*group, part)] for part in parts], minlength=len(unknown)).astype(float)
        ends = []
        for sign in (1, -1):
            found = milp(sign * aim, constraints=equations, bounds=Bounds(0, PEOPLE), integrality=np.ones(len(aim)))
            assert found.success
            ends.append(round(sign * found.fun))
        return ends[0], ends[1]

    tried = 0
    for group, cut in truth.items():
        for parts in [*COUNTS.values(), *({part} for part in PARTS)]:
            if 0 < sum(cut[part] for part in parts) <= FEW:
                low, high = reach(group, parts)
                assert low < high, (group, parts)
                tried += 1
    assert tried > 20


def test_a_curve_stands_within_those_eligible(hiding: Cohort) -> None:
    eligible = ask(RESPONSE, hiding, by="none", instrument="PHQ-9")["n_eligible"].iloc[0]
    table = ask(CURVE, hiding, instrument="PHQ-9").set_index("x")
    assert table.loc[0, "n"] == eligible > FEW
    shown = list(table["n"])
    assert len(shown) > 1
    assert all(n > FEW and eligible - n not in range(1, FEW + 1) for n in shown)
    few = ask(CURVE, hiding, instrument="GAD-7")
    if ask(RESPONSE, hiding, by="none", instrument="GAD-7")["n_eligible"].iloc[0] == HIDDEN:
        assert few.empty
    assert not (table == HIDDEN).any(axis=None)


def test_a_curve_does_not_tell_how_far_the_last_one_got(
    tmp_path: Path, clinic_file: ClinicFile, hiding: Cohort
) -> None:
    tables = crowd()
    booked = {row["patient_id"] for row in tables["sessions"] if row["status"] == "scheduled"}
    started = {(row["patient_id"], str(row["scheduled_at"])[:10]) for row in tables["sessions"]}
    one = next(
        row["patient_id"]
        for row in tables["assessments"]
        if row["score"] == 18 and (row["patient_id"], str(row["assessed_at"])) in started
        if row["patient_id"] not in booked
    )
    last = max(str(row["scheduled_at"]) for row in tables["sessions"] if row["patient_id"] == one)[:10]
    for number in range(1, 5):
        day = datetime.date.fromisoformat(last) + datetime.timedelta(3 * number)
        given = {"status": "completed", "route": "iv", "drug": "ketamine", "scheduled_at": f"{day}T10:00"}
        tables["sessions"].append({"patient_id": one, "session_id": f"more-{number}", **given})
        score = {"instrument": "PHQ-9", "assessed_at": day + datetime.timedelta(1), "score": 9}
        tables["assessments"].append({"patient_id": one, **score})
    builds = Builds(tmp_path / "home")
    import_folder(write_export(tmp_path / "export", tables), builds, clinic_file, as_of=AS_OF)
    everything, shown = (
        list(ask(CURVE, Cohort(builds.current(), hides_small=hides), instrument="PHQ-9")["x"])
        for hides in (False, True)
    )
    builds.close()
    assert max(everything) == 10
    assert max(shown) <= 6
    assert shown == list(ask(CURVE, hiding, instrument="PHQ-9")["x"])


@pytest.mark.parametrize(
    ("metric", "options"),
    [
        (RESPONSE, {"by": "clinician", "instrument": "PHQ-9"}),
        (RESPONSE, {"by": "year", "instrument": "PHQ-9"}),
        (RESPONSE, {"instrument": "PHQ-9"}),  # by route, unless asked otherwise
        (RESPONSE, {"by": "treatment"}),
        (RESPONSE, {"by": "treatment", "instrument": "WHO-5"}),
        (RESPONSE, {"by": "none", "instrument": "PHQ-9", "window": "last"}),
        (RESPONSE, {"by": "none", "instrument": "PHQ-9", "baseline_at_least": 11.0}),
        (RESPONSE, {"by": "none", "instrument": "PHQ-9", "courses": "all"}),
        (RESPONSE, {"by": "none", "instrument": "PHQ-9", "induction": "complete"}),
        (METRICS["side-effects"], {"by": "treatment"}),
        (METRICS["side-effects"], {"min_rate": 0.1}),
        (METRICS["throughput"], {}),
        (METRICS["throughput"], {"period": "week"}),
        (METRICS["throughput"], {"period": "month", "by": "site"}),
        (CURVE, {"instrument": "PHQ-9", "x": "week"}),
        (CURVE, {"instrument": "PHQ-9", "who": "completers"}),
    ],
)
def test_the_menu_is_closed(hiding: Cohort, metric: Metric, options: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="small cells are hidden"):
        ask(metric, hiding, **options)


def test_no_split_of_the_menu_says_anything_of_another() -> None:
    linked = [("treatment", "route", "drug"), ("resistant", "diagnosis"), ("site", "clinician"), ("year",), ("phase",)]
    assert all(len({*family} & {*SPLITS}) <= 1 for family in linked)
    assert not {"year", "phase"} & {*SPLITS}  # they tell who is not yet due, and who has had few sessions


def test_what_is_at_its_default_may_be_said(hiding: Cohort) -> None:
    said = {"by": "sex", "instrument": "PHQ-9", "window": "post-induction", "courses": "first", "induction": "any"}
    pd.testing.assert_frame_equal(
        ask(RESPONSE, hiding, **said), ask(RESPONSE, hiding, by="sex", instrument="PHQ-9"), check_like=True
    )


@pytest.mark.parametrize(
    "filters", [{"where": {"site": ("North",)}}, {"since": datetime.date(2024, 1, 1)}, {"until": AS_OF}]
)
def test_no_filter_goes_with_it(clinic: Store, filters: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="a filter tells whom it leaves out"):
        Cohort(clinic, hides_small=True, **filters)


def test_nothing_else_reads_behind_it(hiding: Cohort) -> None:
    for read in (response, curve, values_of, primary_scales):
        with pytest.raises(Hidden):
            read(hiding)
    for metric in METRICS.values():
        if metric.cells is None:
            with pytest.raises(Hidden, match="is not shown without its small cells"):
                ask(metric, hiding)


ALWAYS_HIDDEN = {
    "response": {"n_reliably_improved"},
    "throughput": {"n_patients", "n_new_starts"},
    "side-effects": {
        *("n_sessions", "n_sessions_with", "n_events", "n_outside"),
        *("n_mild", "n_moderate", "n_severe", "n_serious", "n_timed"),
    },
}


@pytest.mark.parametrize("metric", [each for each in METRICS.values() if each.cells], ids=lambda each: each.name)
def test_a_metric_declares_what_it_has(metric: Metric) -> None:
    cells = metric.cells
    assert cells is not None
    counts = set(cells.part_of)
    assert {*counts, *cells.needs, *cells.keys} <= set(metric.columns)
    assert {name for name in metric.columns if name.startswith("n_")} - counts == ALWAYS_HIDDEN.get(metric.name, set())
    assert {*cells.people} <= counts
    assert {*cells.people.values()} <= set(metric.columns)
    assert {*cells.fixed} <= {option.keyword for option in metric.options}
    assert {*cells.listed} <= {*cells.keys}
    assert {whole for whole in cells.part_of.values() if whole} <= counts
    assert set(cells.core) <= counts
    assert {each for behind in cells.needs.values() for each in behind} <= counts
    if cells.within:
        other, column = cells.within
        assert other.cells is not None
        assert column in other.cells.part_of
        assert other.cells.of_scale == cells.of_scale


def test_what_is_not_declared_is_hidden(clinic: Store, hiding: Cohort) -> None:
    def table(cohort: Cohort) -> pd.DataFrame:
        return pd.DataFrame({"n": [40], "mean": [1.5], "new": [3]})

    metric = Metric("any", "", table, (), ("n", "mean", "new"), cells=Cells({"n": None}, ("n",), {"mean": ("n",)}))
    assert ask(metric, hiding).iloc[0].tolist() == [40, 1.5, HIDDEN]
    assert ask(metric, Cohort(clinic))["new"].tolist() == [3]


def test_known_is_what_is_not_hidden_as_numbers() -> None:
    table = pd.DataFrame({"x": [0, 1], "n": [40, HIDDEN], "mean": [1.5, HIDDEN], "gone": [HIDDEN, HIDDEN]})
    numbers = known(table)
    assert list(numbers) == ["x", "n", "mean"]
    assert numbers["n"].sum() == 40
    assert numbers["mean"].isna().tolist() == [False, True]
    plain = pd.DataFrame({"n": [1]})
    pd.testing.assert_frame_equal(known(plain), plain)
