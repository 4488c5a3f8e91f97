"""The clinic that one app serves: its settings, its records as published, and what its people write."""

from dataclasses import dataclass

from dashboard.records import Records
from dashboard.settings import Settings
from dashboard.store import Builds


@dataclass(frozen=True)
class Clinic:
    """One frozen value in place of globals."""

    settings: Settings
    builds: Builds
    records: Records

    def close(self) -> None:
        """Let go of every file."""
        self.builds.close()
        self.records.close()
