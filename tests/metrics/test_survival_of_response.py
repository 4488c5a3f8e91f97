"""Time to response and durability: hand cases, on every engine, and scipy's Kaplan and Meier as a second opinion."""

from typing import Any

import pandas as pd
import pytest
from scipy.stats import CensoredData, ecdf

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.metrics.durability import durability
from dashboard.metrics.maintenance import maintenance
from dashboard.metrics.time_to_response import time_to_response
from tests.hand import Case, Hand, Person


def started(case: Case, key: str, baseline: int = 20) -> Person:
    """Somebody with a baseline and four sessions, on days 0, 3, 7 and 10 of 2024-03-04."""
    person = case.patient(key).score("2024-03-04T08:00", baseline)
    return person.dose("2024-03-04", "2024-03-07", "2024-03-11", "2024-03-14")


def steps(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    names = ("day", "n_at_risk", "n_events", "n_censored")
    return [tuple(int(row[name]) for name in names) for row in table.to_dict("records")]


def of(case: Case, hand: Hand) -> Cohort:
    return Cohort(hand.store, {"site": (case.site,)})


waiting = Case("survival-waiting")
started(waiting, "7 responds").score("2024-03-11T08:00", 10)
started(waiting, "7 does not").score("2024-03-11T08:00", 11)
started(waiting, "14 responds").score("2024-03-11T08:00", 15).score("2024-03-18", 4).score("2024-03-25", 20)
started(waiting, "21 does not").score("2024-03-18", 15).score("2024-03-25", 12)
started(waiting, "never scored")
started(waiting, "not eligible", baseline=9).score("2024-03-11T08:00", 0)
started(waiting, "not yet due", baseline=12).score("2024-04-01", 12)
second = started(waiting, "second course").score("2024-03-18", 18).score("2024-08-01T08:00", 20)
second.dose("2024-08-01").score("2024-08-08", 2)


def test_a_response_is_an_event_and_a_last_score_a_censoring(hand: Hand) -> None:
    table = time_to_response(of(waiting, hand), instrument="PHQ-9")
    # the second course begins on day 150: its baseline is the last score of the first, its response is not of the first
    assert steps(table) == [(0, 7, 0, 1), (7, 6, 1, 1), (14, 4, 1, 0), (21, 3, 0, 1), (28, 2, 0, 1), (150, 1, 0, 1)]
    assert list(table["not_yet"]) == pytest.approx([1, 5 / 6, 5 / 8, 5 / 8, 5 / 8, 5 / 8])


def test_the_interval_is_scipys_log_log(hand: Hand) -> None:
    table = time_to_response(of(waiting, hand), instrument="PHQ-9").set_index("day")
    result = ecdf(CensoredData(uncensored=[7, 14], right=[0, 7, 21, 28, 150])).sf
    with pytest.warns(RuntimeWarning, match="undefined at some observations"):  # where the curve is 1
        interval = result.confidence_interval(method="log-log")
    for side, values in (("not_yet_low", interval.low.probabilities), ("not_yet_high", interval.high.probabilities)):
        expected = dict(zip(result.quantiles, values, strict=True))
        for day in (7, 14, 28):
            assert table.loc[day, side] == pytest.approx(expected[day], abs=1e-12)
    assert pd.isna(table.loc[0, "not_yet_low"])


def test_every_course_may_count_and_each_split_has_its_own_curve(hand: Hand) -> None:
    cohort = of(waiting, hand)
    assert time_to_response(cohort, instrument="PHQ-9", courses="all")["n_events"].sum() == 3
    assert time_to_response(cohort, instrument="PHQ-9", baseline_at_least=0)["n_events"].sum() == 3
    table = time_to_response(cohort, by="route", instrument="PHQ-9")
    assert list(table.columns)[:2] == ["route", "day"]
    assert set(table["route"]) == {"iv"}


two_scales = Case("survival-two-scales")
started(two_scales, "sad")
two_scales.patient("anxious", "anxiety").dose("2024-03-04")


def test_scales_are_not_pooled_and_one_without_a_rule_has_no_curve(hand: Hand) -> None:
    for metric in (time_to_response, durability):
        with pytest.raises(OptionError, match="scales are never pooled"):
            metric(of(two_scales, hand))
    assert time_to_response(of(waiting, hand), instrument="WHO-5").empty
    assert durability(of(waiting, hand), instrument="WHO-5").empty


lasting = Case("survival-lasting")
started(lasting, "lost").score("2024-03-18", 10).score("2024-03-25", 11)
started(lasting, "kept").score("2024-03-18", 10).score("2024-04-08", 9)
started(lasting, "once").score("2024-03-18", 5)
started(lasting, "back again").score("2024-03-18", 10).score("2024-03-21", 12).score("2024-03-27", 8)
started(lasting, "mildly lost", baseline=18).score("2024-03-18", 4).score("2024-03-25", 9.5).score("2024-05-01", 9.5)
started(lasting, "never responds").score("2024-03-18", 19)


def test_the_first_later_score_that_no_longer_responds_is_a_loss(hand: Hand) -> None:
    table = durability(of(lasting, hand), instrument="PHQ-9")
    # from day 14: once 0 (censored), back again 3, lost 7, mildly lost 7 (9.5 of 18 is 47 %), kept 21 (censored)
    assert steps(table) == [(0, 5, 0, 1), (3, 4, 1, 0), (7, 3, 2, 0), (21, 1, 0, 1)]
    assert list(table["not_yet"]) == pytest.approx([1, 3 / 4, 1 / 4, 1 / 4])


relapsing = Case("survival-relapsing")
started(relapsing, "6 days").score("2024-03-18", 5).score("2024-03-25", 11).score("2024-03-31", 12).score(
    "2024-04-09", 5
)
started(relapsing, "7 days").score("2024-03-18", 5).score("2024-03-25", 11).score("2024-04-01", 12)
started(relapsing, "three").score("2024-03-18", 5).score("2024-03-25", 11).score("2024-03-29", 12).score(
    "2024-04-02", 12
)
started(relapsing, "not back", baseline=18).score("2024-03-18", 5).score("2024-03-25", 9.5).score("2024-04-08", 9.5)
broken = started(relapsing, "interrupted").score("2024-03-18", 5).score("2024-03-25", 11)
broken.score("2024-03-29", 10).score("2024-04-08", 12)
admitted = started(relapsing, "admitted").score("2024-03-18", 5).score("2024-04-08", 5)
admitted.event("2024-03-28", "hospitalisation")
before = started(relapsing, "admitted before").score("2024-03-18", 5).score("2024-04-08", 5)
before.event("2024-03-18", "hospitalisation").event("2024-04-01", "life-event")


def test_a_relapse_takes_a_week_of_scores_or_a_grave_event(hand: Hand) -> None:
    table = durability(of(relapsing, hand), instrument="PHQ-9", event="relapse")
    # from day 14: events 7 (7 days), 7 (three), 10 (admitted); censored 21 (not back, interrupted, before), 22 (6 days)
    assert steps(table) == [(0, 7, 0, 0), (7, 7, 2, 0), (10, 5, 1, 0), (21, 4, 0, 3), (22, 1, 0, 1)]


induction = Case("survival-induction")
started(induction, "responds").score("2024-03-21", 8).score("2024-04-11", 14)
started(induction, "first does not").score("2024-03-21", 15).score("2024-03-25", 5).score("2024-04-11", 14)
started(induction, "before its end").score("2024-03-13", 5)
started(induction, "that morning").score("2024-03-14T08:00", 5).score("2024-04-25", 5)
started(induction, "31 days").score("2024-04-14", 5)
started(induction, "32 days").score("2024-04-15", 5)


def test_from_the_end_of_induction_count_who_respond_at_the_first_score_after_it(hand: Hand) -> None:
    table = durability(of(induction, hand), instrument="PHQ-9", start="induction")
    # induction ends on 2024-03-14: "responds" is lost 28 days after it, "31 days" is censored 31 days after it
    assert steps(table) == [(0, 2, 0, 0), (28, 2, 1, 0), (31, 1, 0, 1)]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"start": "now"}, "start has no 'now'; there are: induction, response."),
        ({"event": "death"}, "event has no 'death'; there are: loss, relapse."),
        ({"courses": "second"}, "courses has no 'second'"),
        ({"by": "phase"}, "by has no 'phase'"),
        ({"instrument": "PHQ"}, "instrument has no 'PHQ'"),
    ],
)
def test_an_option_that_does_not_exist_lists_those_that_do(hand: Hand, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError) as error:
        durability(Cohort(hand.store), **options)
    assert str(error.value).startswith(sentence)


def test_by_sessions_a_response_is_after_so_many(hand: Hand) -> None:
    table = time_to_response(of(waiting, hand), instrument="PHQ-9", x="session")
    names = ("session", "n_at_risk", "n_events", "n_censored")
    # day 7 at 8 o'clock is before the third session; all later scores follow the fourth; one was never scored
    assert [tuple(int(row[name]) for name in names) for row in table.to_dict("records")] == [
        (0, 7, 0, 1),
        (2, 6, 1, 1),
        (4, 4, 1, 3),
    ]
    with pytest.raises(OptionError, match="x has no 'week'; there are: day, session"):
        time_to_response(of(waiting, hand), instrument="PHQ-9", x="week")


landmark = Case("survival-landmark")
# induction ends on 2024-03-14, so the landmark is 2024-04-14, day 41; maintenance begins after day 28, 2024-04-01
started(landmark, "kept with").dose("2024-04-08").score("2024-04-10", 8).score("2024-05-14", 8)
started(landmark, "lost with").dose("2024-04-08").score("2024-04-10", 8).score("2024-05-04", 15)
started(landmark, "lost without").score("2024-03-21", 8).score("2024-04-24", 15)
started(landmark, "without later").score("2024-03-21", 8).dose("2024-04-20").score("2024-04-19", 8)
started(landmark, "not scored again").score("2024-03-21", 8)
started(landmark, "lost before it").score("2024-03-21", 8).score("2024-04-12", 15).score("2024-04-24", 8)
started(landmark, "responds after it").score("2024-04-24", 8)
landmark.patient("not past").score("2024-12-02T08:00", 20).dose("2024-12-02").score("2024-12-09", 8)


def test_at_a_landmark_nothing_later_puts_anybody_in_a_group(hand: Hand) -> None:
    table = hand.table(maintenance, landmark, instrument="PHQ-9")
    assert next(iter(table)) == "maintenance"
    rows = {value: steps(part) for value, part in table.groupby("maintenance")}
    # a session after the landmark is no maintenance by then; a censoring is the last score, or the landmark itself
    assert rows == {
        "no": [(0, 3, 0, 1), (5, 2, 0, 1), (10, 1, 1, 0)],
        "yes": [(0, 2, 0, 0), (20, 2, 1, 0), (30, 1, 0, 1)],
    }
    early = hand.table(maintenance, landmark, instrument="PHQ-9", landmark=10)
    assert {value: steps(part)[0][1] for value, part in early.groupby("maintenance")} == {"no": 5}
    assert hand.table(maintenance, landmark, {"sex": ("other",)}, instrument="PHQ-9").empty
