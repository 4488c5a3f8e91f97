"""Settings: what is read, what is refused, and that an error names the line."""

from pathlib import Path

import pytest

from dashboard.clinic_file import SettingsError, read_clinic_file
from dashboard.instruments import Rule
from dashboard.settings import DEFAULT_HOME, Settings


def clinic(folder: Path, text: str) -> Path:
    path = folder / "clinic.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    found = read_clinic_file(tmp_path / "clinic.toml")
    thresholds = found.thresholds
    assert (thresholds.course_gap_days, thresholds.induction_days, thresholds.induction_sessions) == (90, 28, 4)
    assert (thresholds.baseline_days, thresholds.baseline_flag_days) == (28, 14)
    assert found.changed == ()
    assert not found.timezone_given


def test_a_clinic_sets_its_own_thresholds(tmp_path: Path) -> None:
    text = """
timezone = "Europe/Berlin"
course_gap_days = 60
[primary]
depression = "MADRS"
[scales.MADRS]
remission = 12
response_points = 10
[scales.BDI-II]
meaningful_percent = 32
"""
    found = read_clinic_file(clinic(tmp_path, text))
    assert found.timezone == "Europe/Berlin"
    assert found.thresholds.course_gap_days == 60
    assert found.primary == {"depression": "MADRS"}
    assert found.scales["MADRS"].remission == 12
    assert found.scales["MADRS"].response == Rule("points", 10)
    assert found.scales["BDI-II"].meaningful == Rule("percent", 32)
    assert found.scales["PHQ-9"].remission == 4
    assert found.changed == (
        "course_gap_days: 60 instead of 90",
        "primary scale of depression: MADRS",
        "MADRS remission: 12",
        "MADRS response_points: 10",
        "BDI-II meaningful_percent: 32",
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('timezone = "Mars/Base"', "clinic.toml, line 1: timezone = 'Mars/Base'; give a name of the time zone"),
        ("\n\ncourse_gap = 60", "clinic.toml, line 3: course_gap = 60; there is no such setting, did you mean"),
        ("course_gap_days = 0", "clinic.toml, line 1: course_gap_days = 0; give a whole number, at least 1."),
        ("course_gap_days = 60.5", "clinic.toml, line 1: course_gap_days = 60.5; give a whole number"),
        ("course_gap_days = true", "clinic.toml, line 1: course_gap_days = True; give a whole number"),
        ('[primary]\ndepression = "PHQ9"', "clinic.toml, line 2: depression = 'PHQ9'; give one of PHQ-9"),
        ('[primary]\ndepression = "ASRM"', "clinic.toml, line 2: depression = 'ASRM'; give one of PHQ-9"),
        ('[primary]\nsadness = "PHQ-9"', "clinic.toml, line 2: sadness = 'PHQ-9'; there is no such setting"),
        ("[scales.PHQ9]\nremission = 3", "clinic.toml, line 1: PHQ9 = {'remission': 3}; there is no such setting"),
        ("[scales.PHQ-9]\n\nremision = 3", "clinic.toml, line 3: remision = 3; there is no such setting, did you"),
        ('[scales.PHQ-9]\nremission = "3"', "clinic.toml, line 2: remission = '3'; give a number, at least 0."),
        ('timezone = "Europe/Berlin', "clinic.toml: "),
    ],
)
def test_an_error_names_the_line_and_what_to_do(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_clinic_file(clinic(tmp_path, text))
    assert str(error.value).startswith(sentence)
    assert "\n" not in str(error.value)


def test_variables_are_read(tmp_path: Path) -> None:
    assert Settings.from_environment({}) == Settings(home=DEFAULT_HOME, demo=True)
    found = Settings.from_environment(
        {
            "CLINIC_HOME": str(tmp_path),
            "CLINIC_SOURCE": "/export",
            "CLINIC_SOURCE_PASSWORD": "secret",
            "CLINIC_SOURCE_TIMEOUT": "60",
            "CLINIC_MAPPING": "renamed-files",
            "CLINIC_LOSS_PERCENT": "0",
            "CLINIC_HOST": "0.0.0.0",
            "CLINIC_PORT": "80",
            "CLINIC_SECURE_COOKIES": "True",
            "PATH": "/bin",
        }
    )
    assert found == Settings(
        home=tmp_path,
        source="/export",
        source_password="secret",
        source_timeout=60,
        mapping="renamed-files",
        loss_percent=0,
        host="0.0.0.0",
        port=80,
        secure_cookies=True,
    )
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("CLINIC_HOMES", "/x", "CLINIC_HOMES is not a setting; did you mean CLINIC_HOME"),
        ("CLINIC_PORT", "99999", "CLINIC_PORT is '99999'; give a number from 1 to 65535."),
        ("CLINIC_LOSS_PERCENT", "-1", "CLINIC_LOSS_PERCENT is '-1'; give a number from 0 to 100."),
        ("CLINIC_PORT", "http", "CLINIC_PORT is 'http'; give a number from 1 to 65535."),
        ("CLINIC_SECURE_COOKIES", "yes", "CLINIC_SECURE_COOKIES is 'yes'; give true or false."),
    ],
)
def test_a_variable_that_cannot_be_used_is_refused(variable: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as error:
        Settings.from_environment({variable: value})
    assert str(error.value).startswith(sentence)


def test_the_demo_has_a_home_that_real_records_never_share() -> None:
    assert Settings(demo=True).as_demo().home == DEFAULT_HOME / "demo"
