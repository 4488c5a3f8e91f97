"""Who has ended treatment, and why; and the figure of it."""

import pytest

from dashboard.clinical.cohort import OptionError
from dashboard.figures.stopping import stopping_figure
from dashboard.metrics.stopping import stopping
from tests.figures.check import checked, texts
from tests.hand import Case, Hand

ENDS = Case("stopping")
for key, columns in {
    "on": {},
    "done": {"ended_on": "2024-06-01", "end_reason": "completed"},
    "cost": {"end_reason": "cost"},
    "silent": {"ended_on": "2024-06-01"},
    "today": {"ended_on": "2024-12-31", "end_reason": "side-effects"},
    "later": {"ended_on": "2025-01-01", "end_reason": "moved"},  # after the day of the records
}.items():
    ENDS.patient(key, **columns).dose("2024-03-04")
ENDS.patient("never", ended_on="2024-03-01", end_reason="other")  # did not begin


def test_an_end_has_its_reason_or_none_and_the_rest_go_on(hand: Hand) -> None:
    columns = ("n_started", "n_going_on", "n_ended", "n_completed", "n_cost", "n_side_effects", "n_moved", "n_unknown")
    assert hand.rows(stopping, ENDS, *columns) == [(6, 2, 4, 1, 1, 1, 0, 1)]
    assert hand.table(stopping, ENDS, {"sex": ("male",)}, by="route").empty
    with pytest.raises(OptionError):
        hand.table(stopping, ENDS, by="phase")
    figure = checked(stopping_figure(hand.table(stopping, ENDS, by="route"), by="route", theme="light"))
    assert figure["layout"]["yaxis"]["ticktext"] == ["IV"]
    assert texts(figure)[7:] == ["1", "0", "1", "1", "0", "0", "1"]
    nobody = hand.table(stopping, ENDS, {"sex": ("male",)}, by="route")
    assert texts(stopping_figure(nobody, by="route", theme="light"))[0].startswith("Nobody has ended")
