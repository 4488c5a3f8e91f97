"""The words inside a figure are those beside it."""

import pytest

from dashboard.figures import words


@pytest.mark.parametrize(
    ("by", "value", "text"),
    [
        ("route", "iv", "IV"),
        ("route", "mixed", "Mixed routes"),
        ("treatment", "intranasal-esketamine", "Intranasal esketamine"),
        ("treatment", "im-ketamine", "IM ketamine"),
        ("site", "north-im", "north-im"),
        ("diagnosis", "chronic-pain", "Chronic pain"),
        ("diagnosis", "ptsd", "PTSD"),
        ("resistant", "unknown", "Trials unknown"),
        ("year", 2024, "2024"),
    ],
)
def test_a_group_reads_as_one_would_say_it(by: str, value: object, text: str) -> None:
    assert words.group(by, value) == text


@pytest.mark.parametrize(
    ("rate", "text"), [(0, "0"), (0.001, "<1"), (0.005, "1"), (0.125, "13"), (0.999, ">99"), (1, "100")]
)
def test_a_percentage_is_whole_and_never_0_or_100_for_what_is_not(rate: float, text: str) -> None:
    assert words.percent(rate) == text


def test_a_clinics_name_is_never_a_tag() -> None:
    assert (
        words.wrapped("<b>A & B</b> clinic of the north", 12)
        == "&lt;b&gt;A &amp; B&lt;/b&gt;<br>clinic of<br>the north"
    )
