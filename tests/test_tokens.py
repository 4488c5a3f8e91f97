"""Tokens: what goes out sealed comes back, and tells nobody anything."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.tokens import Tokens

TOKENS = Tokens(b"k" * 64)


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_what_was_sealed_is_opened(text: str) -> None:
    assert TOKENS.open("patient", TOKENS.seal("patient", text)) == text


def test_a_token_is_stable_and_tells_neither_text_nor_length() -> None:
    assert TOKENS.seal("patient", "0412") == TOKENS.seal("patient", "0412")
    assert len(TOKENS.seal("patient", "1")) == len(TOKENS.seal("patient", "a-long-identifier"))
    assert "0412" not in TOKENS.seal("patient", "0412")
    assert TOKENS.seal("patient", "0412").replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("token", ["", "x", "0412", "é", "a" * 500, "..", "%00"])
def test_what_was_never_given_opens_nothing(token: str) -> None:
    assert TOKENS.open("patient", token) is None


def test_a_token_of_another_kind_or_key_or_with_one_bit_changed_opens_nothing(tmp_path: Path) -> None:
    token = TOKENS.seal("patient", "0412")
    assert TOKENS.open("view", token) is None
    assert Tokens.of(tmp_path).open("patient", token) is None
    assert TOKENS.open("patient", ("B" if token[0] != "B" else "C") + token[1:]) is None


def test_a_home_keeps_its_key(tmp_path: Path) -> None:
    token = Tokens.of(tmp_path).seal("patient", "0412")
    assert Tokens.of(tmp_path).open("patient", token) == "0412"
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
