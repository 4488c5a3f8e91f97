"""What no engine at hand can show: on one with a language of its own, text must still be ordered byte by byte."""

import re

import pytest
from sqlalchemy.dialects import postgresql

from dashboard.clinic_file import Thresholds
from dashboard.clinical.course import doses
from dashboard.clinical.score import measured
from dashboard.model import Statement


@pytest.mark.parametrize("statement", [doses(Thresholds()), measured()], ids=["doses", "measured"])
def test_identifiers_are_ordered_byte_by_byte(statement: Statement) -> None:
    # neither DuckDB nor the Postgres of the tests has another order to get wrong, so the words are looked at
    sql = str(statement.compile(dialect=postgresql.dialect()))
    orders = re.findall(r"(?:ORDER BY |max\()([^)]*?)(?: ROWS[^)]*)?\)", sql)
    ordered_by_text = [order for order in orders if "_id" in order]
    assert ordered_by_text
    assert all('_id COLLATE "C"' in order for order in ordered_by_text)
