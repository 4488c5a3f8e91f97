"""The waterfall's figure: numbers are written, reasons are words, nothing is drawn that has no rule."""

import pandas as pd
import pytest

from dashboard.figures.theme import TOKENS, TRACE_TYPES, Theme
from dashboard.figures.waterfall import STEPS, waterfall_figure

ROW = dict(zip([column for column, _, _ in STEPS], (1212, 190, 171, 142, 104, 58), strict=True))


def table(**changed: object) -> pd.DataFrame:
    return pd.DataFrame([{"instrument": "PHQ-9", **ROW, **changed}]).astype(dict.fromkeys(ROW, "Int64"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_works(theme: Theme) -> None:
    figure = waterfall_figure(table(), theme=theme)
    (bars,) = figure["data"]
    assert bars["type"] in TRACE_TYPES
    assert bars["x"] == list(ROW.values())
    said = [each["text"] for each in figure["layout"]["annotations"]]
    assert said[0::2] == ["1,212", "190", "171", "142", "104", "58"]
    assert said[3] == "−1,022: no baseline score"
    assert said[9] == "−38: due, but not scored"
    assert figure["layout"]["xaxis"]["range"] == [0, 1212]
    inks = {each["font"]["color"] for each in figure["layout"]["annotations"]}
    assert inks == {TOKENS[theme].ink, TOKENS[theme].muted}


def test_nobody_lost_is_said() -> None:
    figure = waterfall_figure(table(n_baseline=1212), theme="light")
    assert figure["layout"]["annotations"][3]["text"] == "all of these"


def test_no_rule_is_words_without_a_bar() -> None:
    figure = waterfall_figure(table(n_responded=None), theme="light")
    assert figure["data"][0]["x"][-1] is None
    assert figure["layout"]["annotations"][-1]["text"] == "no rule for response"


def test_it_handles_no_data() -> None:
    assert waterfall_figure(table().head(0), theme="light")["data"] == []
    nobody = waterfall_figure(table(n_baseline=0, n_eligible=0, n_due=0, n_scored=0, n_responded=0), theme="light")
    assert nobody["layout"]["annotations"][5]["text"] == "nobody is left"
    zeros = waterfall_figure(table(**dict.fromkeys(ROW, 0)), theme="dark")
    assert zeros["layout"]["xaxis"]["range"] == [0, 1]


def test_it_takes_one_row() -> None:
    with pytest.raises(ValueError, match="one row"):
        waterfall_figure(pd.concat([table(), table()]), theme="light")


def test_no_text_is_styled() -> None:
    figure = waterfall_figure(table(), theme="light")
    assert not any("<" in each["text"] for each in figure["layout"]["annotations"])
