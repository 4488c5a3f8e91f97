"""What the side-effects pages are asked: a view, its address, and the readings of the metrics that answer it."""

from dataclasses import dataclass, field, replace

from dashboard.clinical.cohort import Cohort, require
from dashboard.metrics import METRICS
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.figure import Reading
from dashboard.tabs.page import opened, sealed
from dashboard.tokens import Tokens

SECTIONS = {
    "/side-effects": "How often, how bad",
    "/side-effects/when": "When and how long",
    "/side-effects/vitals": "Pressure, oxygen, consciousness",
}
CONTROLS = ("by", "basis", "least", "term")
SPLITS = {
    "treatment": "Treatment",
    "route": "Route",
    "drug": "Drug",
    "phase": "Phase",
    "diagnosis": "Diagnosis",
    "resistant": "Treatment resistance",
    "site": "Site",
    "clinician": "Clinician",
    "payer": "Payer",
    "sex": "Sex",
    "year": "Year of the session",
    "none": "Everyone together",
}
BASES = {"session": "Sessions", "patient": "Patients"}
LEAST = {
    "0": "Anybody",
    **{f"{share / 100:g}": f"{share} % of patients or more" for share in (1, 2, 5, 10, 20)},
}
"""How many of the patients of any group must have had a term for it to be shown."""
ANY = "any"
_KIND = "side-effects"


@dataclass(frozen=True)
class View:
    """What the pages show.

    Attributes:
        by: what is split, where a figure is split at all.
        basis: whether a rate is of sessions or of patients.
        least: the patient rate that a term must reach in any group.
        term: whose fading is shown; ``any`` for any side effect.
        filters: of the cohort.
    """

    by: str = "treatment"
    basis: str = "session"
    least: str = "0.1"
    term: str = ANY
    filters: Filters = field(default_factory=Filters)

    def __post_init__(self) -> None:
        require("by", self.by, SPLITS)
        require("basis", self.basis, BASES)
        require("least", self.least, LEAST)

    @classmethod
    def of(cls, address: str, tokens: Tokens) -> "View":
        """Read ``?view=token``, or nothing; raises OptionError for what opens no view."""
        return cls(**opened(address, _KIND, tokens, CONTROLS))

    def address(self, tokens: Tokens) -> str:
        """``?view=token``, the same for the same view; nothing for the view that is shown unasked."""
        return sealed(self, View(), _KIND, tokens, CONTROLS)

    def without_filters(self) -> "View":
        """The same of everyone."""
        return replace(self, filters=Filters())


def readings(cohort: Cohort, view: View) -> dict[str, Reading]:
    """What is asked of the metrics, by figure; ``whole`` is everyone together."""
    by = {"by": view.by}
    terms = Reading(METRICS["side-effects"], cohort, {**by, **({"min-rate": view.least} if view.least != "0" else {})})
    fading = {} if view.term == ANY else {"term": view.term}
    return {
        "whole": Reading(METRICS["any-side-effect"], cohort, {"by": "none"}),
        "any": Reading(METRICS["any-side-effect"], cohort, by),
        "terms": terms,
        "severity": terms,
        "fading": Reading(METRICS["side-effects-by-session"], cohort, {"by": "none", **fading}),
        "excursions": Reading(METRICS["vitals-excursions"], cohort, by),
    }
