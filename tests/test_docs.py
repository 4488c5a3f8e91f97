"""What exists is in the README as it is, and the README's names exist."""

import re
from pathlib import Path

import pytest

from dashboard.clinic_file import read_clinic_file
from dashboard.settings import VARIABLES
from tests.readme import MAKERS, README, between

ROOT = Path(__file__).parent.parent
TEXT = README.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(MAKERS))
def test_the_readme_says_what_the_code_does(name: str) -> None:
    found = between(name).search(TEXT)
    assert found, f"the README has no place for {name}"
    made = MAKERS[name]()
    shown = found[0].removeprefix(found[1]).removesuffix(found[2])
    assert shown == made + "\n", "run: python -m tests.readme"


def test_the_two_commands_stand_first() -> None:
    head = "\n".join(TEXT.splitlines()[:12])
    assert "make run" in head
    assert "make test" in head


def test_every_variable_of_the_readme_exists() -> None:
    assert set(re.findall(r"CLINIC_[A-Z_]+", TEXT)) == set(VARIABLES)


def test_every_requirement_says_who_needs_it() -> None:
    for name in ("requirements.txt", "tests/requirements.txt"):
        lines = [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line[:1].isalpha()]
        assert lines
        for line in lines:
            assert re.fullmatch(r"[\w\[\]-]+==[\d.]+ +# \w.+", line), line


def test_clinic_toml_of_the_readme_is_read(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert example
    path = tmp_path / "clinic.toml"
    path.write_text(example[1], encoding="utf-8")
    found = read_clinic_file(path)
    assert found.timezone_given
    assert len(found.changed) == 3
