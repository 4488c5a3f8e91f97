"""One figure of a page, with the words beside it."""

from dataclasses import dataclass

from dashboard.figures.theme import Figure
from dashboard.metrics.reading import Reading


@dataclass(frozen=True)
class Shown:
    """One figure of a page.

    Attributes:
        reading: what was asked.
        drawn: its figure.
        title: the finding or the question.
        count: n and missing, in words.
        whose: whom the numbers count, where the cohort does not say it.
        rule: those of the metric's sentences that this figure needs; without it all of them.
    """

    reading: Reading
    drawn: Figure
    title: str
    count: str
    whose: str = ""
    rule: str | None = None

    @property
    def every(self) -> str:
        """All of the metric's sentences."""
        return " ".join(self.reading.notes)

    @property
    def rules(self) -> str:
        """The sentences under the figure."""
        return f"{self.whose} {self.every if self.rule is None else self.rule}".strip()
