"""How strong dissociation became by the CADSS, each form of it by itself."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import SESSION_SPLITS, Cohort, require
from dashboard.clinical.tables import VISITS, else_unknown
from dashboard.metrics.members import Behind, flagged, split_keys
from dashboard.metrics.options import Metric, Option, with_notes
from dashboard.metrics.quantile import HALF, MOST, quantile
from dashboard.metrics.tidy import named, ordered
from dashboard.model import SQL

COLUMNS = ("form", "by", "n_sessions", "median", "p90", "highest")
RULE = (
    "The highest of each completed session that has one. The forms are never pooled: cadss-23 goes from 0 to 92, "
    "cadss-6 from 0 to 24; unknown is a value whose form is not named. Half lie up to the median, nine in ten "
    "up to the p90."
)


def cadss(cohort: Cohort, *, by: str = "treatment") -> pd.DataFrame:
    """Median, 90th percentile and highest of the sessions' highest CADSS, by form and group.

    Args:
        cohort: the sessions looked at.
        by: a dimension of sessions, ``year``, or ``none``.

    Returns:
        A row a form and group that has a score.

    Raises:
        OptionError: for a value that does not exist.

    Source: ``definitions.md`` §7; Bremner 1998.
    """
    require("by", by, SESSION_SPLITS)
    c = _scored(cohort).c
    groups = [c.form, *([] if by == "none" else [c[by]])]
    table = cohort.read(
        sa.select(
            *groups,
            sa.func.count().label("n_sessions"),
            *(sa.type_coerce(_tenths(quantile(c.cadss_max, share)), sa.Float).label(name) for name, share in _SHARES),
            sa.type_coerce(sa.cast(sa.func.max(c.cadss_max), sa.Float), sa.Float).label("highest"),
        ).group_by(*groups)
    )
    return with_notes(ordered(table, by, first=["form"])[named(COLUMNS, by)], [RULE])


def members(cohort: Cohort, *, by: str = "treatment") -> Behind:
    """The sessions behind the counts of ``cadss``; takes the same."""
    return Behind(split_keys(by, "form"), flagged("session", _scored(cohort), {"n_sessions": sa.true()}))


def _scored(cohort: Cohort) -> sa.Subquery:
    """The completed sessions with a CADSS, as VISITS with ``form`` and ``cadss_max``."""
    v, s = VISITS.c, SQL["sessions"].c
    return (
        sa.select(VISITS, else_unknown(s.cadss_form).label("form"), s.cadss_max)
        .join(SQL["sessions"], s.session_id == v.session_id)
        .where(v.status == "completed", s.cadss_max.is_not(None), *cohort.sessions())
        .subquery()
    )


_SHARES = (("median", HALF), ("p90", MOST))


def _tenths(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.floor(value * 10 + 0.5) / 10.0


METRIC = Metric(
    "cadss",
    "the sessions' highest CADSS: median, 90th percentile, highest; its forms never pooled",
    cadss,
    (Option("by", "what the rows are split by", "treatment", SESSION_SPLITS),),
    COLUMNS,
    members=members,
)
