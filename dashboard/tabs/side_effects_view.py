"""What the side-effects pages are asked: a view, its address, and the readings of the metrics that answer it."""

from dataclasses import dataclass, field, replace

from dashboard.clinical.cohort import DIMENSIONS, Cohort, require
from dashboard.effects import SYSTEMS as EFFECT_SYSTEMS
from dashboard.figures.explorer import EVERY, PER_100, SYSTEMS
from dashboard.metrics import METRICS
from dashboard.metrics.reading import Reading
from dashboard.tabs.cohort_bar import Filters
from dashboard.tabs.page import only, opened, sealed
from dashboard.tokens import Tokens

SECTIONS = {
    "/side-effects": "How often, how bad",
    "/side-effects/when": "When and how long",
    "/side-effects/vitals": "Pressure, oxygen, consciousness",
}
CONTROLS = ("by", "basis", "opened", "least", "counted", "search", "than", "term", "picked")
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
BASES = {"session": "Sessions", "patient": "Patients", PER_100: "Events per 100 sessions"}
OPENED = {
    SYSTEMS: "Body systems, closed",
    EVERY: "Every term",
    **{system: f"{system}, open" for system in EFFECT_SYSTEMS},
}
COUNTED = {
    "any": "Every event",
    "moderate": "Moderate and severe",
    "severe": "Severe",
    "serious": "Serious, whatever the severity",
}
_SEVERITIES: dict[str, tuple[str, ...]] = {"moderate": ("moderate", "severe"), "severe": ("severe",)}
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
        basis: whether a rate is of sessions, of patients, or of events per 100 sessions.
        opened: whether body systems, their terms, or one system with its terms are drawn.
        least: the patient rate that a term must reach in any group.
        counted: which events are counted.
        search: what a term must hold.
        than: ``split:group``, the group to compare with where that is the split; else that of most sessions.
        term: whose fading is shown; ``any`` for any side effect.
        picked: the token of the number whose people are found again in every figure; empty for nobody.
        filters: of the cohort.
    """

    by: str = "treatment"
    basis: str = "session"
    opened: str = SYSTEMS
    least: str = "0.1"
    counted: str = "any"
    search: str = ""
    than: str = ""
    term: str = ANY
    picked: str = ""
    filters: Filters = field(default_factory=Filters)

    def __post_init__(self) -> None:
        require("by", self.by, SPLITS)
        require("basis", self.basis, BASES)
        require("opened", self.opened, OPENED)
        require("least", self.least, LEAST)
        require("counted", self.counted, COUNTED)

    @property
    def compared(self) -> str:
        """The group to compare with; empty where none was chosen of this split."""
        by, _, group = self.than.partition(":")
        return group if by == self.by else ""

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
    every = Reading(METRICS["any-side-effect"], cohort, by)
    least = {"min-rate": view.least} if view.least != "0" else {}
    terms = Reading(METRICS["side-effect-explorer"], cohort, {**by, **least, **_narrowed(view, every)})
    fading = {} if view.term == ANY else {"term": view.term}
    bands = Reading(METRICS["side-effect-fading"], cohort, {"by": "none", **fading})
    doses = Reading(METRICS["side-effects-by-dose"], cohort, {"by": "treatment", **fading})
    lowest = Reading(METRICS["lowest-values"], cohort, by)
    lengths = Reading(METRICS["side-effect-length"], cohort, {"by": "none"})
    return {
        "whole": Reading(METRICS["any-side-effect"], cohort, {"by": "none"}),
        "any": every,
        "terms": terms,
        "differences": terms,
        "severity": Reading(METRICS["side-effects"], cohort, {**by, **least}),
        "bands": bands,
        "changes": bands,
        "doses": doses,
        "dose-changes": doses,
        "watch": Reading(METRICS["longer-watch"], cohort),
        "timing": Reading(METRICS["side-effect-timing"], cohort, {"by": "none"}),
        "lengths": lengths,
        "leaving": lengths,
        "ready": Reading(METRICS["ready-to-leave"], cohort, by),
        "fading": Reading(METRICS["side-effects-by-session"], cohort, {"by": "none", **fading}),
        "excursions": Reading(METRICS["vitals-excursions"], cohort, by),
        "pressures": Reading(METRICS["pressure-pairs"], cohort, {"by": "none"}),
        "course": Reading(METRICS["pressure-course"], cohort, by),
        "saturation": lowest,
        "sedation": lowest,
        "cadss": Reading(METRICS["cadss"], cohort, by),
        "benefit": Reading(METRICS["dissociation-benefit"], only(cohort, DIMENSIONS), {"by": "none"}),
        "monitoring": Reading(METRICS["esketamine-monitoring"], cohort, {"by": "none"}),
        "intervals": Reading(METRICS["serious-intervals"], cohort),
    }


def _narrowed(view: View, every: Reading) -> dict[str, str | tuple[str, ...]]:
    """The explorer's further options; who is compared with may have left the cohort."""
    said: dict[str, str | tuple[str, ...]] = {}
    if view.counted == "serious":
        said["serious"] = "yes"
    elif view.counted != "any":
        said["severity"] = _SEVERITIES[view.counted]
    if view.search:
        said["search"] = view.search
    if view.compared and view.compared in {str(each) for each in every.table[view.by]}:
        said["than"] = view.compared
    return said
