"""What a mapping gives as a value of ours is held against its column before any data is read."""

from pathlib import Path

import pytest

from dashboard.importing.mapping import FOLDER, MappingFile, read_mapping
from dashboard.importing.text import Refused

GOOD = (FOLDER / "renamed-files.toml").read_text(encoding="utf-8")
WIDE = (FOLDER / "wide-scores.toml").read_text(encoding="utf-8")


def mapping_with(folder: Path, table: str, line: str, head: str = "") -> MappingFile:
    """The example with another line for one column, the first of its table."""
    before, header, after = GOOD.partition(f"[{table}.columns]\n")
    name = line.split()[0].strip("[]").rpartition(".")[2]
    rest = [each for each in after.split("\n\n")[0].splitlines() if each.split()[0] != name]
    rest += after.split("\n\n")[1:]
    path = folder / "mine.toml"
    path.write_text("\n".join([head + before + header + line, *rest]), encoding="utf-8")
    return read_mapping(path)


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        (
            'diagnosis = { from = "Dx", values = { "F33.2" = "depresion" } }',
            "'depresion' is no value of diagnosis, did you mean depression; it must be one of depression, bipolar-",
        ),
        ('sex = { from = "Gender", else = "oter" }', "'oter' is no value of sex, did you mean other; it must be one"),
        ('payer = { constant = "cash" }', "'cash' is no value of payer, it must be one of self-pay, insurance,"),
        ('failed_trials = { constant = "2.5" }', "'2.5' is no value of failed_trials, it must be a whole number at"),
        ('failed_trials = { constant = "-1" }', "'-1' is no value of failed_trials, it must be a whole number at"),
        ('referred_on = { constant = "3/4/2024" }', "'3/4/2024' is no value of referred_on, it must be a date like"),
        ('referred_on = { constant = "2024-02-30" }', "'2024-02-30' is no value of referred_on, it must be a date"),
        ('referred_on = { constant = "0024-02-03" }', "'0024-02-03' is no value of referred_on, it must be a date"),
        ('prior_ketamine = { from = "K", else = "yes" }', "'yes' is no value of prior_ketamine, it must be true or"),
        ('diagnosis = { constant = " " }', "diagnosis is required and cannot be empty in every row."),
    ],
)
def test_a_value_that_its_column_does_not_take_is_refused_with_the_line(
    tmp_path: Path, column: str, sentence: str
) -> None:
    with pytest.raises(Refused) as error:
        mapping_with(tmp_path, "patients", column)
    assert str(error.value).startswith(f"mine.toml, line 12: {sentence}")


def test_a_value_has_a_line_of_its_own_where_it_stands_on_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    old, new = 'instrument = { from = "Form", values = {', "[assessments.columns.instrument]\n"
    assert old in GOOD
    text = GOOD[: GOOD.index(old)] + 'assessed_at = "Filled"\nscore = "Total"\n' + new
    path.write_text(f'{text}from = "Form"\n[assessments.columns.instrument.values]\n"A" = "PHQ-9"\n"B" = "PHQ9"\n')
    with pytest.raises(Refused, match=r"line 42: 'PHQ9' is no value of instrument, did you mean PHQ-9; it must be one"):
        read_mapping(path)


def test_who_answers_a_scale_is_a_code_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(WIDE.replace('respondent = "clinician"', 'respondent = "doctor"'), encoding="utf-8")
    with pytest.raises(Refused, match=r"line 36: 'doctor' is no value of respondent, it must be one of self"):
        read_mapping(path)


def test_items_of_a_scale_that_has_none_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(WIDE.replace('"PHQ-9"', '"PAIN-NRS"'), encoding="utf-8")
    with pytest.raises(Refused, match=r"line 31: PAIN-NRS has a score and no items; leave out items."):
        read_mapping(path)


@pytest.mark.parametrize(
    "column",
    [
        'payer = { constant = "Self-Pay" }',
        'diagnosis = { from = "Dx", values = { "F33" = "DEPRESSION", "?" = "" }, else = " other " }',
        'sex = { from = "Gender", values = { "timezone" = "female" } }',
        'failed_trials = { constant = "2.0" }',
        'prior_ketamine = { from = "K", values = { "ja" = "True" }, else = "false" }',
        'referred_on = { constant = "2024-03-31" }',
        'ended_on = { from = "End", values = { "open" = "" } }',
    ],
)
def test_a_value_that_its_column_takes_may_be_given(tmp_path: Path, column: str) -> None:
    assert column.split()[0] in mapping_with(tmp_path, "patients", column).entries["patients"][0].columns


@pytest.mark.parametrize(
    ("decimal", "dose", "fits"), [(",", "40,5", 1), (".", "40,5", 0), (".", "0", 0), (".", "1", 1)]
)
def test_a_number_is_given_as_the_file_writes_it(tmp_path: Path, decimal: str, dose: str, fits: int) -> None:
    line, head = f'dose_mg = {{ constant = "{dose}" }}', f'decimal = "{decimal}"\n'
    if fits:
        assert mapping_with(tmp_path, "sessions", line, head)
        return
    with pytest.raises(Refused, match=f"line 23: '{dose}' is no value of dose_mg, it must be a number .* above 0"):
        mapping_with(tmp_path, "sessions", line, head)
