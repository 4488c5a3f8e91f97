"""``definitions.md`` §4 and §10: who is counted, in which window, due or not, and what the rates are of."""

import datetime

import pytest

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.metrics.options import notes_of
from dashboard.metrics.response import COLUMNS, response
from tests.hand import Case, Hand

# The records stand for 2024-12-31. Induction on days 0, 3, 7, 10 from 2024-03-04: the last on 2024-03-14,
# 21 days after it is 2024-04-04.
INDUCTION = ("2024-03-04", "2024-03-07", "2024-03-11", "2024-03-14")

WATERFALL = Case("waterfall")
WATERFALL.patient("responder").score("2024-03-04", 20).dose(*INDUCTION).score("2024-04-04", 10)
WATERFALL.patient("remitter").score("2024-03-04", 16).dose(*INDUCTION).score("2024-04-04", 4)
WATERFALL.patient("non-responder").score("2024-03-04", 20).dose(*INDUCTION).score("2024-04-04", 14)
WATERFALL.patient("worse").score("2024-03-04", 14).dose(*INDUCTION).score("2024-04-04", 20)
WATERFALL.patient("early stopper").score("2024-03-04", 20).dose("2024-03-04").score("2024-03-25", 8)
WATERFALL.patient("missing").score("2024-03-04", 20).dose(*INDUCTION)
WATERFALL.patient("below the cut").score("2024-03-04", 9).dose(*INDUCTION).score("2024-04-04", 2)
WATERFALL.patient("at the cut").score("2024-03-04", 10).dose(*INDUCTION).score("2024-04-04", 6)
WATERFALL.patient("baseline 0").score("2024-03-04", 0).dose(*INDUCTION).score("2024-04-04", 0)
WATERFALL.patient("no baseline").dose(*INDUCTION).score("2024-04-04", 5)
WATERFALL.patient("not due").score("2024-12-01", 20).dose("2024-12-02").score("2024-12-23", 5)
WATERFALL.patient("no session").score("2024-03-04", 20)
WATERFALL.patient("no-show").score("2024-03-04", 20).session("2024-03-05", "no-show")


def test_the_waterfall_counts_each_step_within_the_one_before(hand: Hand) -> None:
    row = hand.one(WATERFALL)
    # 11 had a session; all but one a baseline; 9 and 0 are below the cut; one is not yet due; one is missing
    steps = ("n_started", "n_baseline", "n_eligible", "n_due", "n_scored", "n_responded")
    assert [row[name] for name in steps] == [11, 10, 8, 7, 6, 3]
    assert (row["n_remitted"], row["n_reliably_improved"], row["n_reliably_worse"]) == (1, 4, 1)


def test_rates_are_of_the_scored_and_their_bounds_of_the_due(hand: Hand) -> None:
    row = hand.one(WATERFALL)
    assert row["response_rate"] == 3 / 6
    # Wilson 3 of 6: R prop.test(3, 6, correct = FALSE) gives 0.1876 to 0.8124
    assert row["response_low"] == pytest.approx(0.187616, abs=1e-6)
    assert row["response_high"] == pytest.approx(0.812384, abs=1e-6)
    assert (row["response_nri"], row["response_best"]) == (3 / 7, 4 / 7)
    assert (row["remission_rate"], row["remission_nri"]) == (1 / 6, 1 / 7)
    # scored: 20→10, 16→4, 20→14, 14→20, 20→8, 10→6
    assert row["mean_baseline"] == 100 / 6
    assert row["mean_change"] == (-10 - 12 - 6 + 6 - 12 - 4) / 6
    # the squared distances from -38 / 6 add up to 235 1/3, over n - 1
    assert row["sd_change"] == pytest.approx(((235 + 1 / 3) / 5) ** 0.5)


def test_a_baseline_at_least_0_is_any_above_0(hand: Hand) -> None:
    assert hand.counts(WATERFALL, "eligible", "scored", "responded", baseline_at_least=0) == (9, 7, 4)
    assert hand.counts(WATERFALL, "eligible", baseline_at_least=16) == (6,)
    assert hand.counts(WATERFALL, "eligible", baseline_at_least=16.5) == (5,)


def test_induction_complete_stands_after_due(hand: Hand) -> None:
    # the early stopper leaves the scored and stays among the due
    assert hand.counts(WATERFALL, "eligible", "due", "scored", "responded", induction="complete") == (8, 7, 5, 2)


COMPLETE = Case("complete induction")
COMPLETE.patient("four").score("2024-03-04", 20).dose(*INDUCTION[:3], "2024-04-01").score("2024-04-22", 5)
COMPLETE.patient("three").score("2024-03-04", 20).dose(*INDUCTION[:3], "2024-04-02").score("2024-04-01", 5)


def test_an_induction_is_complete_at_four_sessions_on_days_0_to_28(hand: Hand) -> None:
    assert hand.counts(COMPLETE, "scored", induction="complete") == (1,)
    assert hand.counts(COMPLETE, "scored") == (2,)


RULELESS = Case("no rule")
RULELESS.patient("a").score("2024-03-04", 20, "WHO-5").dose(*INDUCTION).score("2024-04-04", 60, "WHO-5")
RULELESS.patient("at most").score("2024-03-04", 48, "WHO-5").dose(*INDUCTION)
RULELESS.patient("too well").score("2024-03-04", 52, "WHO-5").dose(*INDUCTION)
RULELESS.patient("any above 0").score("2024-03-04", 1, "MOOD-VAS").dose(*INDUCTION)
RULELESS.patient("at 0").score("2024-03-04", 0, "MOOD-VAS").dose(*INDUCTION)


def test_a_column_without_rule_is_empty_and_a_sentence_says_so(hand: Hand) -> None:
    table = hand.response(RULELESS, by="none", instrument="WHO-5")
    empty = ["n_responded", "response_rate", "response_low", "response_nri", "response_best", "n_remitted"]
    assert table[[*empty, "remission_rate", "n_reliably_improved"]].isna().all(axis=None)
    assert table["mean_change"].tolist() == [40]
    assert "no rule for response, remission, reliable change" in notes_of(table)[0]


def test_where_higher_is_better_the_cut_is_at_most(hand: Hand) -> None:
    assert hand.counts(RULELESS, "baseline", "eligible", instrument="WHO-5") == (3, 2)
    assert hand.counts(RULELESS, "eligible", instrument="WHO-5", baseline_at_least=20) == (1,)


def test_where_a_scale_has_no_cut_any_baseline_above_0_is_eligible(hand: Hand) -> None:
    assert hand.counts(RULELESS, "baseline", "eligible", instrument="MOOD-VAS") == (2, 1)


def window_case(name: str, *scores: tuple[str, int], doses: tuple[str, ...] = ("2024-03-04",)) -> Case:
    """One eligible person, baseline 20, and later scores; which of them a window takes shows in the mean change."""
    case = Case(f"window {name}")
    person = case.patient().score("2024-03-04", 20).dose(*doses)
    for when, score in scores:
        person.score(when, score)
    return case


def taken(hand: Hand, case: Case, window: str) -> float | None:
    """The score that the window took; None where it took none."""
    row = hand.one(case, window=window)
    return None if row["n_scored"] == 0 else 20 + row["mean_change"]


# day 0 is 2024-03-04: day 3 is the 7th, day 7 the 11th
DAYS = window_case("A-B", ("2024-03-04T15:00", 19), ("2024-03-07", 15), ("2024-03-11", 12), ("2024-03-12", 3))


def test_a_days_window_takes_its_last_score_both_ends_included(hand: Hand) -> None:
    assert taken(hand, DAYS, "3-7") == 12
    assert taken(hand, DAYS, "3-6") == 15
    assert taken(hand, DAYS, "4-6") is None
    assert taken(hand, DAYS, "0-2") == 19  # after the dose of day 0; the baseline of that day is no follow-up


# day 21 is 2024-03-25, day 28 2024-04-01, day 35 2024-04-08
NEAREST = window_case("day-28", ("2024-03-25", 11), ("2024-03-30", 12), ("2024-04-03", 13), ("2024-04-08", 14))
EDGES_28 = window_case("day-28 edges", ("2024-03-24", 11), ("2024-04-09", 12))
AT_21 = window_case("day 21", ("2024-03-25", 11))
AT_35 = window_case("day 35", ("2024-04-08", 14))


def test_day_28_takes_the_nearest_of_days_21_to_35_and_of_two_the_later(hand: Hand) -> None:
    assert taken(hand, NEAREST, "day-28") == 13  # days 26 and 30 are equally near
    assert taken(hand, EDGES_28, "day-28") is None
    assert taken(hand, AT_21, "day-28") == 11
    assert taken(hand, AT_35, "day-28") == 14


# the last induction session is 2024-03-14; the session of day 29, 2024-04-02, is maintenance
TREATED = (*INDUCTION, "2024-04-02")
AFTER = window_case(
    "post-induction", ("2024-03-30", 11), ("2024-04-02", 12), ("2024-04-06", 13), ("2024-04-12", 14), doses=TREATED
)
AT_14 = window_case("14 after", ("2024-03-28", 11), doses=INDUCTION)
AT_13 = window_case("13 after", ("2024-03-27", 11), doses=INDUCTION)
AT_31 = window_case("31 after", ("2024-04-14", 11), doses=INDUCTION)
AT_32 = window_case("32 after", ("2024-04-15", 11), doses=INDUCTION)


def test_post_induction_is_nearest_to_21_days_after_the_last_induction_session(hand: Hand) -> None:
    # 2024-04-02 and 2024-04-06 are 19 and 23 days after it, the later counts; day 21 of the course would be 2024-03-25
    assert taken(hand, AFTER, "post-induction") == 13
    assert taken(hand, AT_14, "post-induction") == 11
    assert taken(hand, AT_31, "post-induction") == 11
    assert taken(hand, AT_13, "post-induction") is None
    assert taken(hand, AT_32, "post-induction") is None


SESSIONS = window_case(
    "session-K",
    *(("2024-03-05", 18), ("2024-03-06", 17), ("2024-03-07T10:30", 16), ("2024-03-07T12:00", 15), ("2024-03-10", 14)),
    *(("2024-06-05", 13), ("2024-06-06", 12)),
    doses=("2024-03-04", "2024-03-07"),
)


def test_session_k_is_the_last_score_before_the_next_session_or_the_course_gap(hand: Hand) -> None:
    assert taken(hand, SESSIONS, "session-1") == 16  # at check-in of the second session
    # 2024-06-05 is 90 days after the last session, 2024-06-06 is 91
    assert taken(hand, SESSIONS, "session-2") == 13
    assert taken(hand, SESSIONS, "last") == 12
    assert taken(hand, SESSIONS, "session-3") is None


NEXT_COURSE = Case("window and next course")
NEXT_COURSE.patient().score("2024-03-04", 20).dose("2024-03-04").score("2024-05-01", 10).dose("2024-07-01").score(
    "2024-07-10", 4
)


def test_windows_run_on_until_the_next_course(hand: Hand) -> None:
    assert taken(hand, NEXT_COURSE, "1-200") == 10
    assert taken(hand, NEXT_COURSE, "last") == 10


def due_case(name: str, *doses: str) -> Case:
    case = Case(f"due {name}")
    case.patient().score(doses[0], 20).dose(*doses)
    return case


# the records stand for 2024-12-31: what closes on the 30th is due, on the 31st not
@pytest.mark.parametrize(
    ("case", "window", "is_due"),
    [
        (due_case("7 closed", "2024-12-23"), "1-7", 1),
        (due_case("7 open", "2024-12-24"), "1-7", 0),
        (due_case("35 closed", "2024-11-25"), "day-28", 1),
        (due_case("35 open", "2024-11-26"), "day-28", 0),
        (due_case("31 closed", "2024-11-01", "2024-11-29"), "post-induction", 1),
        (due_case("31 open", "2024-11-02", "2024-11-30"), "post-induction", 0),
        (due_case("maintenance", "2024-10-01", "2024-12-20"), "post-induction", 1),
        (due_case("last closed", "2024-12-02"), "last", 1),
        (due_case("last open", "2024-12-03"), "last", 0),
        (due_case("second taken", "2024-12-20", "2024-12-27"), "session-1", 1),
        (due_case("second open", "2024-12-20", "2024-12-28"), "session-2", 0),
        (due_case("course over", "2024-10-01"), "session-2", 1),  # 91 days ago
        (due_case("course open", "2024-10-02"), "session-2", 0),  # 90 days ago
    ],
    ids=lambda value: value.site if isinstance(value, Case) else None,
)
def test_due_is_when_the_windows_last_day_is_before_the_records_day(
    hand: Hand, case: Case, window: str, is_due: int
) -> None:
    assert hand.counts(case, "eligible", "due", window=window) == (1, is_due)


SPLIT = Case("splits")
for key, route, columns in (
    ("a", "iv", {"sex": "female", "failed_trials": 2}),
    ("b", "oral", {"failed_trials": 1}),
    ("c", "im", {"diagnosis": "bipolar-depression", "payer": "self-pay"}),
    ("d", "im", {"diagnosis": "anxiety", "sex": "unknown", "failed_trials": 3}),
):
    SPLIT.patient(key, **columns).score("2024-03-04", 20).dose(*INDUCTION, route=route)
SPLIT.patient("e").score("2023-03-04", 20).dose("2023-03-04").dose("2023-03-06", route="sc")


def groups(hand: Hand, by: str, **options: object) -> dict[object, int]:
    return hand.response(SPLIT, by=by, **options).set_index(by)["n_started"].to_dict()


def test_rows_stand_in_the_models_order_with_mixed_last(hand: Hand) -> None:
    assert list(groups(hand, "route")) == ["iv", "im", "oral", "mixed"]
    assert list(groups(hand, "treatment")) == ["iv-ketamine", "im-ketamine", "oral-ketamine", "mixed"]
    assert groups(hand, "year") == {2023: 1, 2024: 4}


def test_resistance_is_of_depression_only_and_unknown_is_a_value(hand: Hand) -> None:
    assert groups(hand, "resistant") == {"yes": 1, "no": 1, "not-applicable": 1, "unknown": 2}
    assert groups(hand, "sex") == {"female": 1, "unknown": 4}
    assert groups(hand, "payer") == {"self-pay": 1, "unknown": 4}


def test_one_column_repeated_is_any_several_columns_are_all(hand: Hand) -> None:
    def started(**where: tuple[str, ...]) -> int:
        return int(hand.one(SPLIT, where=where)["n_started"])

    assert started(route=("iv", "im")) == 3
    assert started(route=("im",), diagnosis=("anxiety",)) == 1
    assert started(sex=("unknown",), route=("oral", "mixed")) == 2


def test_from_and_to_are_of_the_course_start_both_included(hand: Hand) -> None:
    day = datetime.date(2024, 3, 4)
    assert hand.one(SPLIT, since=day, until=day)["n_started"] == 4
    assert hand.one(SPLIT, since=day + datetime.timedelta(1))["n_started"] == 0
    assert hand.one(SPLIT, until=day - datetime.timedelta(1))["n_started"] == 1
    # follow-up after --to counts
    assert hand.counts(WATERFALL, "scored", until=day) == (6,)


def test_without_instrument_each_course_counts_on_its_diagnosis_scale(hand: Hand) -> None:
    table = hand.response(SPLIT, by="none", instrument=None)
    assert table[["instrument", "n_started"]].to_numpy().tolist() == [["PHQ-9", 4], ["GAD-7", 1]]


NO_SCALE = Case("no primary scale")
NO_SCALE.patient("a", diagnosis="substance-use").dose("2024-03-04")
NO_SCALE.patient("b", diagnosis="other").dose("2024-03-04")


def test_courses_without_a_primary_scale_are_said(hand: Hand) -> None:
    table = hand.response(NO_SCALE, by="none", instrument=None)
    assert table.empty
    assert notes_of(table) == ["2 courses have no primary scale for the diagnosis and stand in no row."]


def test_it_handles_no_data(hand: Hand) -> None:
    nobody = {"route": ("sublingual",)}
    assert hand.response(SPLIT, nobody).empty
    row = hand.one(SPLIT, where=nobody)
    assert (row["n_started"], row["n_due"], row["n_responded"]) == (0, 0, 0)


def test_columns_are_those_of_the_contract(hand: Hand) -> None:
    assert list(hand.response(SPLIT)) == ["route", *COLUMNS[1:]]
    assert list(hand.response(SPLIT, by="none")) == list(COLUMNS[1:])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"by": "phase"}, "by has no 'phase'; there are: clinician, diagnosis, drug, none, payer"),
        ({"instrument": "PHQ"}, "instrument has no 'PHQ'; there are: ASRM, AUDIT"),
        ({"window": "7-3"}, "window has no '7-3'; there are: A-B"),
        ({"window": "session-0"}, "window has no 'session-0'"),
        ({"courses": "second"}, "courses has no 'second'; there are: all, first."),
    ],
)
def test_an_option_that_does_not_exist_lists_those_that_do(hand: Hand, options: dict[str, str], sentence: str) -> None:
    with pytest.raises(OptionError) as error:
        response(Cohort(hand.store), **options)  # type: ignore[arg-type]
    assert str(error.value).startswith(sentence)


def test_a_filter_that_does_not_exist_lists_those_that_do(hand: Hand) -> None:
    with pytest.raises(OptionError, match="phase belongs to a session"):
        response(Cohort(hand.store, {"phase": ("induction",)}))
    with pytest.raises(OptionError, match="where has no 'rout'; there are: clinician, diagnosis"):
        Cohort(hand.store, {"rout": ("iv",)})
    with pytest.raises(OptionError, match="route has no 'nasal'; there are: im, intranasal, iv, mixed"):
        Cohort(hand.store, {"route": ("nasal",)})
    with pytest.raises(OptionError, match="site has no 'nowhere'"):
        Cohort(hand.store, {"site": ("nowhere",)})
