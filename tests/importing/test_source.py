"""A folder as it is: links, files that change under the import, and names that are nearly the tables'."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.importing.files import read
from dashboard.importing.raw import Place
from dashboard.importing.source import open_source
from dashboard.importing.text import Refused
from tests.hand import write_export
from tests.importing.test_packed import read_all, zip_of
from tests.importing.test_properties import everything
from tests.importing.twins import TABLES


def read_file(address: Path, name: str, scratch: Path) -> int:
    """One file that a mapping asks for: how many rows it has."""
    with open_source(address, scratch, "", 1) as source:
        return read(source.part(Place(file=name)), everything, scratch / "target.parquet", lambda sentence: None).read


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", TABLES)
    (export / "x.csv").symlink_to(write_export(tmp_path / "elsewhere", TABLES) / "patients.csv")
    (export / "broken.csv").symlink_to(tmp_path / "nothing")
    assert read_all(export, tmp_path / "scratch") == ["broken.csv", "x.csv"]
    with pytest.raises(Refused, match=r"^x.csv is a link that leads out of export; put the file itself there.$"):
        read_file(export, "x.csv", tmp_path)
    with pytest.raises(Refused, match=r"^export has no file broken.csv; it has "):
        read_file(export, "broken.csv", tmp_path)
    (export / "x.csv").replace(export / "patients.csv")
    with pytest.raises(Refused, match=r"^patients.csv is a link that leads out of export; put the file itself there.$"):
        read_all(export, tmp_path / "scratch-2")


def test_links_that_the_operator_named_or_that_stay_inside_are_followed(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", TABLES)
    (export / "patients.csv").rename(export / "of-march.bak")
    (export / "patients.csv").symlink_to("of-march.bak")
    (tmp_path / "latest").symlink_to(export)
    assert read_all(tmp_path / "latest", tmp_path / "scratch") == ["of-march.bak"]


def replaced(path: Path) -> None:
    """By one of the same size and time of change: only its place on the disk tells."""
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)


def appended(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")


@pytest.mark.parametrize("change", [replaced, appended, lambda path: os.utime(path, (1, 1))])
@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_file_that_changed_since_the_import_began_is_refused(
    tmp_path: Path, change: Callable[[Path], None], kind: str
) -> None:
    packed = zip_of(tmp_path)
    address = packed if kind == "zip" else packed.with_suffix("")
    changing = packed if kind == "zip" else address / "assessments.csv"
    with open_source(address, tmp_path, "", 1) as source:

        def read_next(name: str) -> None:
            read(source.part(Place(file=name)), everything, tmp_path / "target.parquet", lambda sentence: None)

        read_next("patients.csv")
        change(changing)
        with pytest.raises(Refused) as error:
            read_next("assessments.csv")
    assert str(error.value) == f"{changing.name} changed while it was read; import it again when its export is done."


def test_a_file_that_came_since_the_import_began_is_not_there(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", TABLES)
    with open_source(export, tmp_path, "", 1) as source:
        (export / "late.csv").write_bytes(b"a\n")
        with pytest.raises(Refused, match=r"^export has no file late.csv; it has assessments.csv, "):
            source.part(Place(file="late.csv"))


def test_names_of_files_match_in_any_case_and_with_blanks_around(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", TABLES)
    (export / "patients.csv").rename(export / " Patients .CSV ")
    (export / "sessions.csv.gz ").write_bytes(gzip.compress((export / "sessions.csv").read_bytes()))
    (export / "sessions.csv").unlink()
    (export / "events.csv").rename(export / "EVENTS.csv")
    assert read_all(export, tmp_path / "scratch") == []
    assert read_file(export, "PATIENTS .csv", tmp_path) == 2
    (export / "EVENTS.csv").rename(export / "EVENTS.csv ")
    (export / "events.CSV").write_bytes(b"a\n")
    with pytest.raises(Refused, match=r"are both events; leave one of them in the folder."):
        read_all(export, tmp_path / "scratch-2")
    with pytest.raises(Refused, match=r"export has no file events.csv; it has "):
        read_file(export, "events.csv", tmp_path)
    assert read_file(export, "events.CSV", tmp_path) == 0
