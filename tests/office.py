"""Opens decks in LibreOffice and prints them: ``make test-office``. Nothing may be lost on the way.

A sheet a slide, and on it the slide's title and every line beside it; of a native chart also its axes' titles and
categories, which show that it was drawn.
"""

import datetime
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pptx import Presentation

from dashboard.access import PATIENT, Viewer
from dashboard.access_cases import agenda_for, case_for, decide_case, send_case
from dashboard.auth.permissions import CODED
from dashboard.clinic import Clinic, open_clinic
from dashboard.importing.run import import_folder
from dashboard.review.powerpoint import powerpoint
from dashboard.settings import PLOTLY, ROOT, Settings
from dashboard.store import Builds
from dashboard.tabs.decks import case_deck, director_deck

AS_OF = datetime.date(2024, 12, 31)


def decks(clinic: Clinic) -> dict[str, bytes]:
    """A case-review deck of three people of the demo clinic, one of them decided, and the director's."""
    clinician, wall = Viewer("clinician", "clinician"), Viewer("clinician", CODED, "clinician")
    lines = (ROOT / "data" / "demo" / "patients.csv").read_text(encoding="utf-8").splitlines()[1:4]
    for line in lines:
        patient = clinic.tokens.seal(PATIENT, line.split(",")[0])
        send_case(clinician, clinic, patient, kind="dose", text="")
    first, *_ = agenda_for(clinician, clinic)[1]
    decide_case(clinician, clinic, first.token, kind="stop", text="", owner="", due_on=None)
    cases = [case_for(wall, clinic, each.token) for each in agenda_for(wall, clinic)[1]]
    made = {"case": case_deck(clinic, cases), "director": director_deck(Viewer("d", "director"), clinic, "2024-11")}
    return {name: powerpoint(deck, PLOTLY) for name, deck in made.items()}


def check(path: Path) -> int:
    """Print a deck and compare; answers how many slides it has."""
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True)
    text = subprocess.run(
        ["pdftotext", "-layout", str(path.with_suffix(".pdf")), "-"], check=True, capture_output=True, text=True
    ).stdout
    sheets, slides = text.split("\f")[:-1], list(Presentation(str(path)).slides)
    assert len(sheets) == len(slides), f"{path.name}: {len(slides)} slides became {len(sheets)} sheets"
    for sheet, slide in zip(sheets, slides, strict=True):
        wanted = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        for shape in slide.shapes:
            if shape.has_chart:
                chart = shape.chart
                axes = (chart.value_axis, chart.category_axis)
                wanted += [axis.axis_title.text_frame.text for axis in axes if axis.has_title]
        missing = [word for part in wanted for word in letters(part).split() if word not in letters(sheet)]
        assert not missing, f"{path.name}: {missing[:5]} are not on the sheet {slide.shapes.title.text_frame.text!r}"
    return len(slides)


def letters(text: str) -> str:
    """Words without what a printer breaks or replaces."""
    return " ".join(re.findall(r"\w+", text))


def main() -> None:
    for program in ("soffice", "pdftotext"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing: make test-office installs LibreOffice and poppler where it may.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(home=folder / "home")
        import_folder(ROOT / "data" / "demo", Builds(settings.home), settings.clinic(), as_of=AS_OF)
        clinic = open_clinic(settings)
        for kind, made in decks(clinic).items():
            path = folder / f"{kind}.pptx"
            path.write_bytes(made)
            sys.stdout.write(f"{kind}: {check(path)} slides, each on its sheet with every word\n")
        clinic.close()


if __name__ == "__main__":
    main()
