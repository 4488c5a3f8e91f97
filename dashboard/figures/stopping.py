"""Why people have ended treatment: a bar a group, a part a reason."""

import pandas as pd

from dashboard.figures import words
from dashboard.figures.stacks import Part, stacks_figure
from dashboard.figures.theme import Figure, Theme, empty

_REASONS = {
    "n_completed": ("completed", 0.15),
    "n_no_benefit": ("no benefit", 0.85),
    "n_side_effects": ("harms", 0.7),
    "n_cost": ("cost", 0.55),
    "n_moved": ("moved", 0.4),
    "n_other": ("other", 0.28),
    "n_unknown": ("not said", None),
}


def stopping_figure(table: pd.DataFrame, *, by: str, theme: Theme) -> Figure:
    """Those who have ended treatment, by the reason given.

    Args:
        table: rows of ``metrics.stopping``.
        by: what the rows are split by, or ``none``.
        theme: light or dark.
    """
    rows = [row for row in table.to_dict("records") if row["n_ended"]]
    if not rows:
        return empty("Nobody has ended treatment by these records.", theme, height=120)
    names = ["Everyone" if by == "none" else words.group(by, row[by]) for row in rows]
    parts = [Part(name, [int(row[column]) for row in rows], ink) for column, (name, ink) in _REASONS.items()]
    return stacks_figure(names, parts, axis="people who have ended treatment", theme=theme)
