"""Every count of a metric opens exactly those whom it counts."""

import datetime
import random
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.metrics import METRICS
from dashboard.metrics.change_pairs import REGIONS, region_count
from dashboard.metrics.members import listed
from dashboard.metrics.options import Metric
from dashboard.store import Store
from tests.hand import Case, Hand

LISTED = {name: each for name, each in METRICS.items() if each.members}
OTHER = {"spc": "value", "change-pairs": "score", "serious-intervals": "days"}
"""Metric without counts -> what opens in their place."""
MOST = 8
"""Cells asked of one table."""

# Day 0 is 2024-03-04, the last of the induction 2024-03-14, so the score of 2024-04-04 is the one in the window.
INDUCTION = ("2024-03-04", "2024-03-07", "2024-03-11", "2024-03-14")
WHO = Case("who is behind")
WHO.patient("better", name="Ann").score("2024-03-04", 20).dose(*INDUCTION).score("2024-04-04", 9)
WHO.patient("same", name="Bo").score("2024-03-04", 20).dose(*INDUCTION).score("2024-04-04", 19)
WHO.patient("missing", name="Cy").score("2024-03-04", 20).dose(*INDUCTION)
WHO.patient("by mouth", name="Di").score("2024-03-04", 20).dose(*INDUCTION, route="oral").score("2024-04-04", 5)


def people(hand: Hand, metric: str, column: str, row: dict[str, Any], without: str = "", **options: Any) -> list[str]:
    cohort = Cohort(hand.store, {"site": (WHO.site,)})
    members = METRICS[metric].members
    assert members
    _, table = listed(members(cohort, **options), cohort, column=column, row=row, without=without)
    return [each.rpartition("/")[2] for each in table["patient_id"]]


def test_a_count_opens_its_people_in_order_of_name(hand: Hand) -> None:
    iv = {"treatment": "iv-ketamine", "instrument": "PHQ-9"}
    assert people(hand, "response", "n_due", iv, by="treatment") == ["better", "same", "missing"]
    assert people(hand, "response", "n_responded", iv, by="treatment") == ["better"]
    everyone = {"instrument": "PHQ-9"}
    assert people(hand, "response", "n_responded", everyone, by="none") == ["better", "by mouth"]


def test_the_difference_of_two_steps_opens_those_who_are_left_behind(hand: Hand) -> None:
    everyone = {"instrument": "PHQ-9"}
    assert people(hand, "response", "n_due", everyone, without="n_scored", by="none") == ["missing"]
    assert people(hand, "response", "n_scored", everyone, without="n_responded", by="none") == ["same"]


def test_those_at_risk_are_all_who_end_on_that_day_or_later(hand: Hand) -> None:
    # responses on day 31, a censoring on day 31, and one on day 0, who has no score after the dose
    assert people(hand, "time-to-response", "n_at_risk", {"day": 0}) == ["better", "same", "missing", "by mouth"]
    assert people(hand, "time-to-response", "n_at_risk", {"day": 31}) == ["better", "same", "by mouth"]
    assert people(hand, "time-to-response", "n_events", {"day": 31}) == ["better", "by mouth"]
    assert people(hand, "time-to-response", "n_censored", {"day": 0}) == ["missing"]


def test_sessions_are_listed_one_by_one_and_patients_once(hand: Hand) -> None:
    march = {"period": "2024-03-01"}
    assert people(hand, "throughput", "n_completed", march, period="month").count("better") == 4
    assert people(hand, "throughput", "n_patients", march, period="month") == ["better", "same", "missing", "by mouth"]


def test_what_does_not_exist_is_refused(hand: Hand) -> None:
    with pytest.raises(OptionError, match="column has no 'n_cured'"):
        people(hand, "response", "n_cured", {"instrument": "PHQ-9"}, by="none")
    with pytest.raises(OptionError, match="A row of this table is named by route, instrument"):
        people(hand, "response", "n_due", {"instrument": "PHQ-9"})
    with pytest.raises(OptionError, match="do not count the same"):
        people(hand, "completeness", "n_due", {}, without="n_sessions")


def choices(metric: Metric) -> st.SearchStrategy[dict[str, Any]]:
    """Options of a metric, each of its choices or left alone."""
    fixed: dict[str, st.SearchStrategy[Any]] = {}
    for each in metric.options:
        if each.choices:
            one = st.sampled_from(each.choices)
            fixed[each.keyword] = st.lists(one, max_size=2) if each.repeatable else one
    if "instrument" in fixed:
        known = next(each.choices for each in metric.options if each.name == "instrument")
        fixed["instrument"] = st.sampled_from([code for code in ("PHQ-9", "GAD-7", "PAIN-NRS") if code in known])
    others = {"window": st.sampled_from(("post-induction", "day-28", "session-4", "1-60", "last"))}
    offered = {each.keyword for each in metric.options}
    free = {name: each for name, each in others.items() if name in offered}
    needed = {"instrument": fixed.pop("instrument")} if "instrument" in fixed else {}
    return st.fixed_dictionaries(needed, optional={**fixed, **free})


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "where": st.dictionaries(
            st.sampled_from(("diagnosis", "sex")), st.sampled_from((("depression",), ("unknown",))), max_size=1
        ).filter(lambda said: said.get("sex") != ("depression",)),
        "since": st.sampled_from((datetime.date(2024, 3, 4), datetime.date(2024, 6, 1))),
    },
)


@pytest.mark.parametrize("name", LISTED)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_count_is_as_long_as_its_list(hand_build: Store, name: str, data: st.DataObject) -> None:
    metric = LISTED[name]
    options = data.draw(choices(metric))
    cohort = Cohort(hand_build, **data.draw(FILTERS))
    table = metric.table(cohort, **options)
    assert metric.members
    behind = metric.members(cohort, **options)
    assert set(behind.keys) <= set(table.columns)
    columns = {each for each in table.columns if each == "n" or each.startswith("n_")}
    beside = {each for each in columns if each.endswith("_reference") or each == "n_days"}  # of another row, or of days
    regions = {region_count(each) for each in REGIONS} if name == "change-pairs" else set()
    assert set(behind.counts) == (columns - beside or {OTHER.get(name)}) | regions
    cells = [(place, column) for place in range(len(table)) for column in behind.counts if column in table]
    for place, column in random.Random(0).sample(cells, min(MOST, len(cells))):
        row, count = table.iloc[place], table.iloc[place][column]
        if name == "spc" and options.get("metric", "n_completed").endswith(("_rate", "minutes", "utilisation")):
            continue  # what it opens is its numerator, which is another number
        _, found = listed(
            behind, cohort, column=column, row={key: None if pd.isna(row[key]) else row[key] for key in behind.keys}
        )
        if name == "change-pairs":  # a row is one course; what opens are those with the same two scores
            same = table[list(behind.keys)].eq(row[list(behind.keys)]).all(axis=1)
            count = int(same.sum())
        if name == "serious-intervals":  # the days of an interval open the event at its end; the last has none yet
            count = int(row["point"] != "open")
        assert len(found) == (0 if pd.isna(count) else int(count)), (column, dict(row))
