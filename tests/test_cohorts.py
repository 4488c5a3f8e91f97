"""Named cohorts: only added, the last of a name counts, a name can be forgotten."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.cohorts import Cohorts
from dashboard.records import Records, RecordsError

IV, ORAL = {"where": {"route": ["iv"]}}, {"where": {"route": ["oral"]}}


@pytest.fixture
def cohorts(tmp_path: Path) -> Iterator[Cohorts]:
    kept = Cohorts.of(Records.open(tmp_path))
    kept.save("  By  vein ", IV, author="ann")
    yield kept
    kept.engine.dispose()


def test_the_last_of_a_name_counts(cohorts: Cohorts) -> None:
    cohorts.save("By mouth", ORAL, author="bob")
    assert [(each.name, each.filters, each.author) for each in cohorts.standing()] == [
        ("By mouth", ORAL, "bob"),
        ("By vein", IV, "ann"),
    ]
    cohorts.save("By vein", ORAL, author="bob")
    assert [each.filters for each in cohorts.standing()] == [ORAL, ORAL]


def test_a_forgotten_name_is_gone_and_can_be_given_again(cohorts: Cohorts) -> None:
    cohorts.forget("By vein", author="bob")
    assert cohorts.standing() == []
    with pytest.raises(RecordsError, match="No cohort is called"):
        cohorts.forget("By vein", author="bob")
    cohorts.save("By vein", IV, author="bob")
    assert len(cohorts.standing()) == 1


def test_what_is_no_name_or_no_cohort_is_refused(cohorts: Cohorts) -> None:
    for name in ("", "   ", "x" * 61):
        with pytest.raises(RecordsError, match="1 to 60 characters"):
            cohorts.save(name, IV, author="ann")
    with pytest.raises(RecordsError, match="This is everyone"):
        cohorts.save("All", {}, author="ann")


def test_the_database_refuses_to_change_it(cohorts: Cohorts) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="given anew or forgotten"), cohorts.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM cohorts")
