"""The clinic that one app serves: its settings, its records as published, and what its people write."""

from dataclasses import dataclass

from dashboard.agenda import Agenda
from dashboard.annotations import Annotations
from dashboard.audit import Audit
from dashboard.cohorts import Cohorts
from dashboard.fingerprints import Fingerprints
from dashboard.modes import Modes
from dashboard.notes import Notes
from dashboard.records import Records
from dashboard.reviews import Reviews
from dashboard.settings import Settings
from dashboard.store import Builds
from dashboard.tokens import Tokens


@dataclass(frozen=True)
class Clinic:
    """One frozen value in place of globals."""

    settings: Settings
    builds: Builds
    records: Records
    tokens: Tokens
    audit: Audit
    reviews: Reviews
    notes: Notes
    cohorts: Cohorts
    annotations: Annotations
    agenda: Agenda
    modes: Modes
    fingerprints: Fingerprints

    def close(self) -> None:
        """Let go of every file."""
        self.builds.close()
        self.records.close()


def open_clinic(settings: Settings) -> Clinic:
    """The clinic of a home; makes the files that are missing."""
    records, tokens = Records.open(settings.home), Tokens.of(settings.home)
    return Clinic(
        settings,
        Builds(settings.home),
        records,
        tokens,
        Audit.of(records),
        Reviews.of(records),
        Notes.of(records),
        Cohorts.of(records),
        Annotations.of(records),
        Agenda.of(records),
        Modes.of(records),
        Fingerprints.of(records, tokens),
    )
