"""One idea on a screen, a slide or a page: a finding, its picture, and what lets it be believed."""

from dataclasses import dataclass

import pandas as pd

from dashboard.figures.theme import Figure
from dashboard.review.chart import Chart


@dataclass(frozen=True)
class Slide:
    """One idea.

    Attributes:
        title: the finding or the question.
        lines: n and missing, and whatever else is said large.
        figure: its picture in light; None for a slide of words.
        table: the numbers, every digit; None for a slide of words.
        chart: the picture as a native chart; None where no native kind can show it.
        rule: what the numbers mean.
        basis: whom they count in full words, the data's date and build.
        how: what computes the table again.
        file_name: of the picture and the table, without what follows the dot; says metric, basis and date.
        fingerprint: what reopens the view; empty where it has none.
    """

    title: str
    lines: tuple[str, ...] = ()
    figure: Figure | None = None
    table: pd.DataFrame | None = None
    chart: Chart | None = None
    rule: str = ""
    basis: str = ""
    how: str = ""
    file_name: str = "slide"
    fingerprint: str = ""

    @property
    def is_table(self) -> bool:
        """Whether its table is what it shows."""
        return self.figure is None and self.table is not None

    @property
    def foot(self) -> str:
        """What stands small at the foot of it."""
        return " · ".join(filter(None, [self.basis, self.fingerprint and f"Figure {self.fingerprint}"]))

    @property
    def alt(self) -> str:
        """The picture in words."""
        return " ".join(filter(None, [f"{self.title.rstrip('.')}.", *self.lines]))


@dataclass(frozen=True)
class Deck:
    """Slides in their order, under a title."""

    title: str
    slides: tuple[Slide, ...]
