"""Packed files: damage anywhere is one sentence, and no more is unpacked than a table may have."""

import gzip
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.importing.files import read as read_part
from dashboard.importing.source import open_source
from dashboard.importing.text import Refused
from tests.hand import write_export
from tests.importing.test_files import write_workbook
from tests.importing.test_properties import everything, expect_sentence
from tests.importing.twins import TABLES

ZEROS = b"\0" * (1 << 20)


def zip_of(folder: Path, how: int = zipfile.ZIP_DEFLATED) -> Path:
    path = write_export(folder / "export", TABLES).with_suffix(".zip")
    with zipfile.ZipFile(path, "w", how) as packed:
        for each in sorted((folder / "export").iterdir()):
            packed.write(each, f"export/{each.name}")
    return path


def gz_in(folder: Path) -> Path:
    export = write_export(folder / "export", TABLES)
    (export / "patients.csv.gz").write_bytes(gzip.compress((export / "patients.csv").read_bytes() * 20))
    (export / "patients.csv").unlink()
    return export / "patients.csv.gz"


def parquet_in(folder: Path) -> Path:
    export = write_export(folder / "export", TABLES)
    pd.read_csv(export / "patients.csv", dtype=str).to_parquet(export / "patients.parquet")
    (export / "patients.csv").unlink()
    return export / "patients.parquet"


GOOD: dict[str, Callable[[Path], Path]] = {
    "zip": zip_of,
    "zip, packed as no other": lambda folder: zip_of(folder, zipfile.ZIP_LZMA),
    "gz": gz_in,
    "xlsx": lambda folder: write_workbook(folder / "export.xlsx", TABLES),
    "parquet": parquet_in,
}


def read_all(address: Path, scratch: Path) -> list[str]:
    """Every table of a source, every column: what can fail because of the bytes fails here. Answers what is left."""
    scratch.mkdir()
    with open_source(address, scratch, "", 1) as source:
        found, left_out = source.tables()
        for name, part in found.items():
            read_part(part, everything, scratch / f"{name}.parquet", lambda sentence: None)
    return left_out


@st.composite
def damage(draw: st.DrawFn, good: bytes) -> bytes:
    """Bytes flipped, zeroed or lost, anywhere, or the end cut off."""
    data = bytearray(good)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(1, 60))
        kind = draw(st.sampled_from(["flip", "zero", "lose", "cut"]))
        if kind == "flip":
            data[place : place + 1] = bytes(byte ^ draw(st.integers(1, 255)) for byte in data[place : place + 1])
        elif kind == "zero":
            data[place : place + length] = bytes(len(data[place : place + length]))
        else:
            del data[place : place + length if kind == "lose" else None]
    return bytes(data)


@pytest.mark.parametrize("kind", list(GOOD))
def test_whatever_happens_to_a_packed_file_is_read_or_refused_in_one_sentence(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    path = GOOD[kind](folder)
    good = path.read_bytes()
    address = path if path.parent == folder else path.parent

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=damage(good))
    def trial(data: bytes) -> None:
        path.write_bytes(data)
        try:
            read_all(address, tmp_path_factory.mktemp("trial") / "scratch")
        except Refused as refused:
            expect_sentence(refused)

    trial()


def inside(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change one packed file of an archive, and pack it whole."""
    with zipfile.ZipFile(path) as packed:
        members = {each: packed.read(each) for each in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for each, content in members.items():
            packed.writestr(each, change(content) if each == name else content)


def headers(data: bytes, place: int, form: str, value: int) -> bytes:
    """Set a number in the header of every packed file, in front of it (30 bytes) and in the directory."""
    changed = bytearray(data)
    for sign, shift in ((b"PK\x03\x04", 0), (b"PK\x01\x02", 2)):
        at = changed.find(sign)
        while at >= 0:
            struct.pack_into(form, changed, at + place + shift, value)
            at = changed.find(sign, at + 4)
    return bytes(changed)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda data: data[:200] + bytes(60) + data[260:], "cannot be read: it is no zip file, or is damaged; pack it"),
        (lambda data: data[: len(data) // 2], "cannot be read: it is no zip file, or is damaged; pack it again."),
        (lambda data: b"no zip at all", "cannot be read: it is no zip file, or is damaged; pack it again."),
        (lambda data: headers(data, 8, "<H", 97), "cannot be read: it is no zip file, or is damaged; pack it again."),
        (lambda data: headers(data, 6, "<H", 1), "has a password; save it without one."),
        (lambda data: headers(data, 22, "<I", 9), "cannot be read: it is no zip file, or is damaged; pack it again."),
    ],
    ids=["zeroed", "cut", "no zip", "unknown packing", "password", "claims to be small"],
)
def test_damaged_archives_are_named(tmp_path: Path, change: Callable[[bytes], bytes], sentence: str) -> None:
    path = zip_of(tmp_path)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(Refused) as error:
        read_all(path, tmp_path / "scratch")
    assert str(error.value).startswith(f"export.zip {sentence}")


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_damaged_workbooks_are_named(tmp_path: Path, name: str) -> None:
    path = write_workbook(tmp_path / "clinic.xlsx", TABLES)
    inside(path, name, lambda content: content[: len(content) // 2])
    with pytest.raises(Refused) as error:
        read_all(path, tmp_path / "scratch")
    assert str(error.value) == "clinic.xlsx cannot be read: it is no .xlsx workbook, or is damaged; save it again."


def bomb(folder: Path, name: str, megabytes: int) -> Path:
    path = zip_of(folder)
    with zipfile.ZipFile(path) as packed:
        members = {each: packed.read(each) for each in packed.namelist() if not each.endswith(name)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for each, content in members.items():
            packed.writestr(each, content)
        with packed.open(f"export/{name}", "w") as file:
            for _ in range(megabytes):
                file.write(ZEROS)
    return path


def test_what_nobody_asks_for_stays_packed(tmp_path: Path) -> None:
    path = bomb(tmp_path, "other.csv", 100)
    assert read_all(path, tmp_path / "scratch") == ["other.csv"]
    assert {each.stem for each in (tmp_path / "scratch" / "archive").iterdir()} == set(TABLES)


def test_each_file_of_an_archive_has_its_own_limit(tmp_path: Path) -> None:
    """A large file beside it, not packed at all, lends it nothing."""
    path = bomb(tmp_path, "patients.csv", 100)
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("export/large.bin", ZEROS, zipfile.ZIP_STORED)
    with pytest.raises(Refused) as error:
        read_all(path, tmp_path / "scratch")
    assert str(error.value) == "export.zip: patients.csv unpacks to more than 200 times its size; pack it again."
    assert (tmp_path / "scratch" / "archive" / "patients.csv").stat().st_size < 95 << 20
