"""Reviews: only added, undone by a further entry, and bound to the values that were shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.records import Records
from dashboard.reviews import Reviews, digest_of


@pytest.fixture
def reviews(tmp_path: Path) -> Iterator[Reviews]:
    kept = Reviews.of(Records.open(tmp_path))
    kept.add(user="ann", patient="P", subject="S1", digest="a")
    yield kept
    kept.engine.dispose()


def test_the_last_review_of_a_subject_stands(reviews: Reviews) -> None:
    reviews.add(user="bob", patient="P", subject="S1", digest="b")
    reviews.add(user="bob", patient="Q", subject="S2", digest="c")
    standing = reviews.standing(["S1", "S2", "S3"])
    assert {subject: (each.user, each.digest) for subject, each in standing.items()} == {
        "S1": ("bob", "b"),
        "S2": ("bob", "c"),
    }
    assert reviews.standing(["S3"]) == {}


def test_an_undo_takes_the_review_away_and_keeps_both(reviews: Reviews) -> None:
    reviews.add(user="bob", patient="P", subject="S1", digest="")
    assert reviews.standing(["S1"]) == {}
    assert reviews.last_of("ann", "P") is None
    with reviews.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT user, digest FROM reviews ORDER BY number").all() == [
            ("ann", "a"),
            ("bob", ""),
        ]


def test_my_last_review_of_a_patient_is_by_any_row_and_nobody_elses(reviews: Reviews) -> None:
    first = reviews.standing(["S1"])["S1"].at
    assert reviews.last_of("ann", "P") == first
    reviews.add(user="ann", patient="P", subject="S2", digest="b")
    assert reviews.last_of("ann", "P") == reviews.standing(["S2"])["S2"].at
    assert reviews.last_of("bob", "P") is None
    assert reviews.last_of("ann", "Q") is None


@pytest.mark.parametrize("statement", ["UPDATE reviews SET user = 'dan'", "DELETE FROM reviews"])
def test_the_database_refuses_to_change_it(reviews: Reviews, statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="can be undone, not changed"), reviews.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_the_digest_is_of_the_values_whatever_their_order() -> None:
    shown = {"latest": 9.0, "reasons": "worse"}
    assert digest_of(shown) == digest_of({"reasons": "worse", "latest": 9.0})
    assert digest_of(shown) != digest_of({**shown, "latest": 10.0})
    assert digest_of(shown) != digest_of({**shown, "reasons": ""})
