"""Some people found again in a figure: the sign stands where they are counted, and nowhere else."""

from dashboard.figures.opening import OF_MANY, opening, opens
from dashboard.figures.picked import openings, with_picked
from dashboard.figures.theme import base_layout, note
from tests.figures.check import texts, traces


def test_words_and_marks_of_the_picked_have_the_sign_and_means_have_none() -> None:
    left, right = opens(0, "n_due"), opens(1, "n_due", "n_scored")
    notes = [
        note("7 of 9", "light", xanchor="left", **left),
        note("4", "light", xanchor="right", **right),
        note("a name", "light"),
    ]
    layout = base_layout("light", height=100, margin={"l": 0, "r": 0, "t": 0, "b": 0}, annotations=notes)
    ways = [opening(0, "n_due"), opening(2, "n"), opening(3, "n")]
    scatter = {"type": "scatter", "name": "rate", "x": [1, 2, 3], "y": [4, 5, 6], "customdata": ways}
    bars = {"type": "bar", "name": "bars", "x": [1, 2], "y": [-5, 5], "customdata": [opening(4, "n"), opening(5, "n")]}
    means = {**scatter, "name": "means", "meta": OF_MANY}
    figure = {"data": [scatter, bars, means], "layout": layout}
    assert openings(figure) == {"0 n_due", "1 n_due n_scored", "2 n", "3 n", "4 n", "5 n"}

    drawn = with_picked(figure, {"0 n_due": 1, "1 n_due n_scored": 3, "2 n": 2, "4 n": 1})
    assert texts(drawn) == ["7 of 9 ★", "4 · ★ 3", "a name"]
    signs = [(each["x"], each["y"], each["text"], each["textposition"]) for each in traces(drawn, "picked")]
    assert signs == [([2], [5], ["★ 2"], ["top center"]), ([1], [-5], ["★"], ["bottom center"])]
    assert texts(figure) == ["7 of 9", "4", "a name"], "the figure itself stays as it was"
    assert with_picked(figure, {}) == figure
