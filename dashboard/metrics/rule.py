"""By which rule: the scales of a build in words, and whose primary scale each is."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort, OptionError
from dashboard.clinical.scoring import SCALE
from dashboard.clinical.tables import COURSES, PRIMARY

RULES = {"response_kind": "response", "remission": "remission", "reliable": "reliable change"}
"""Column of SCALE -> the rule's name, empty where a scale has none."""


def scales_of(cohort: Cohort, codes: Iterable[str]) -> pd.DataFrame:
    """The rows of SCALE for some instruments, in the registry's order, with this build's thresholds."""
    return cohort.read(sa.select(SCALE).where(SCALE.c.instrument.in_(list(codes))).order_by(SCALE.c.place))


def only_scale(cohort: Cohort, at_risk: sa.Subquery) -> str | None:
    """The one scale of the courses of ``clinical.outcome.eligibility``; None where there is no course.

    Raises OptionError where there are several: scales are never pooled.
    """
    codes = list(cohort.read(sa.select(at_risk.c.instrument).distinct().order_by(at_risk.c.instrument))["instrument"])
    if len(codes) > 1:
        raise OptionError(f"instrument is needed, scales are never pooled; this cohort has: {', '.join(codes)}.")
    return codes[0] if codes else None


def primary_scales(cohort: Cohort) -> list[str]:
    """The primary scales of the diagnoses that the build's courses have, in the registry's order."""
    has_course = sa.exists().where(COURSES.c.diagnosis == PRIMARY.c.diagnosis)
    codes = sa.select(PRIMARY.c.instrument).where(has_course)
    statement = sa.select(SCALE.c.instrument).where(SCALE.c.instrument.in_(codes)).order_by(SCALE.c.place)
    return list(cohort.read(statement)["instrument"])


def of_scale(cohort: Cohort, scale: str) -> Cohort:
    """The cohort's courses whose primary scale it is; all of them where it is the primary scale of none.

    So that who is measured on another scale does not look like a missing score.
    """
    is_primary = PRIMARY.c.instrument == scale
    statement = (
        sa.select(COURSES.c.diagnosis, sa.func.max(sa.case((is_primary, 1), else_=0)).label("own"))
        .outerjoin_from(COURSES, PRIMARY, PRIMARY.c.diagnosis == COURSES.c.diagnosis)
        .where(*cohort.courses())
        .group_by(COURSES.c.diagnosis)
        .order_by(COURSES.c.diagnosis)
    )
    found = cohort.read(statement)
    own = tuple(found.loc[found["own"] == 1, "diagnosis"])
    if not own or len(own) == len(found):
        return cohort
    return replace(cohort, where={**cohort.where, "diagnosis": own})


def rule_sentence(scale: Mapping[Hashable, Any]) -> str:
    """A row of SCALE in words: response, remission, reliable change, the baseline cut, and what has no rule."""
    higher = scale["better"] > 0
    less, side = ("more", "above") if higher else ("less", "below")
    kinds = {
        "percent": f"{{:g}} % or more {side} the baseline",
        "points": f"{{:g}} points or more {side} the baseline (no % standard)",
        "score": f"a score of {{:g}} or {less}",
    }
    rules = []
    if not pd.isna(scale["response_kind"]):
        rules.append("response = " + kinds[scale["response_kind"]].format(scale["response_value"]))
    if not pd.isna(scale["remission"]):
        rules.append(f"remission = {scale['remission']:g} or {less}")
    if not pd.isna(scale["reliable"]):
        rules.append(f"reliable change = {scale['reliable']:g} points or more")
    rules.append(f"eligible by default = a baseline of {cut_words(scale) or 'any above 0'}")
    missing = [word for column, word in RULES.items() if pd.isna(scale[column])]
    lacking = f"; no rule for {', '.join(missing)}, so those columns are empty" if missing else ""
    return f"{scale['instrument']}: {'; '.join(rules)}{lacking}."


def threshold_words(scale: Mapping[Hashable, Any], *, meaningful: bool = False) -> str:
    """``by 6 points or more (reliable change)``; where a scale has none, or asked for, its meaningful change."""
    least = least_words(scale, meaningful=meaningful)
    if not least:
        return "not known: the scale has no threshold of change"
    if not meaningful and not pd.isna(scale["reliable"]):
        return f"by {least} (reliable change)"
    return f"by {least} (meaningful change{'' if meaningful else ', for want of a reliable threshold'})"


def least_words(scale: Mapping[Hashable, Any], *, meaningful: bool = False) -> str:
    """``6 points or more``, the same threshold alone; nothing where a scale has none."""
    if not meaningful and not pd.isna(scale["reliable"]):
        return f"{scale['reliable']:g} points or more"
    if pd.isna(scale["meaningful_kind"]):
        return ""
    unit = "% of the baseline" if scale["meaningful_kind"] == "percent" else "points"
    return f"{scale['meaningful_value']:g} {unit} or more"


def cut_words(scale: Mapping[Hashable, Any]) -> str:
    """The baseline cut, as ``10 or more``; nothing where a scale has none."""
    if pd.isna(scale["baseline_cut"]):
        return ""
    return f"{scale['baseline_cut']:g} or {'less' if scale['better'] > 0 else 'more'}"
