"""One patient's answers, item by item: what improved, and what is flagged."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.clinical.cohort import Cohort
from dashboard.clinical.reasons import RECENT_BEHAVIOUR
from dashboard.clinical.scoring import SCALE, answered
from dashboard.clinical.tables import BASELINES, FOLLOWUPS, by_bytes
from dashboard.instruments import INSTRUMENTS, Instrument
from dashboard.metrics.options import PATIENT, Metric
from dashboard.metrics.trajectory import read_of
from dashboard.model import MAX_ITEMS, SQL

_TYPES = {
    "instrument": "str",
    "assessed_at": "datetime64[us]",
    "course": "Int64",
    "item": "str",
    "topic": "str",
    "answer": "Int64",
    "highest": "Int64",
    "change": "Int64",
    "is_flagged": "Int64",
}
COLUMNS = tuple(_TYPES)

Row = Mapping[Hashable, Any]


def items(cohort: Cohort, *, patient: str) -> pd.DataFrame:
    """Every item of every form of a patient of which an item is answered, by scale, time and item.

    Args:
        cohort: names the build; its filters do not apply to one patient.
        patient: the patient_id.

    Returns:
        ``answer`` as printed on the form, empty = not answered, never guessed; ``highest`` is what it can be;
        ``change`` since the same item of the course's baseline; ``is_flagged`` 1 for an answer on suicidality that is
        a reason, of the C-SSRS for such a question answered yes, or behaviour within three months. Of the QIDS an
        item is a domain, by its highest answer; ``item`` then names the items it is made of.

    Raises:
        OptionError: where the build has no such patient.

    Source: ``definitions.md`` §2, §3, §5.
    """
    forms = [dict(row) for row in read_of(cohort, patient, _statement(patient)).astype(object).to_dict("records")]
    baselines = {(form["instrument"], form["course"]): form for form in forms if form["is_baseline"] == 1}
    rows = [row for form in forms for row in _rows(form, baselines.get((form["instrument"], form["course"])))]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(_TYPES)


def _statement(patient: str) -> Any:
    a, b, f, s = SQL["assessments"].c, BASELINES.c, FOLLOWUPS.c, SCALE.c
    return (
        sa.select(
            *(a[name] for name in ("instrument", "assessed_at")),
            sa.func.coalesce(b.course, f.course).label("course"),
            sa.case((b.assessment_id.is_not(None), 1), else_=0).label("is_baseline"),
            s.suicidality_from,
            *(a[f"item_{number}"] for number in range(1, MAX_ITEMS + 1)),
        )
        .select_from(SQL["assessments"])
        .join(SCALE, s.instrument == a.instrument)
        .outerjoin(BASELINES, sa.and_(b.patient_id == a.patient_id, b.assessment_id == a.assessment_id))
        .outerjoin(FOLLOWUPS, sa.and_(f.patient_id == a.patient_id, f.assessment_id == a.assessment_id))
        .where(a.patient_id == patient, answered(a) > 0)
        .order_by(s.place, a.assessed_second, by_bytes(a.assessment_id))
    )


def _rows(form: Row, baseline: Row | None) -> Iterator[tuple[Any, ...]]:
    scale = INSTRUMENTS[form["instrument"]]
    for numbers in scale.domains or [(each.number,) for each in scale.items]:
        answer, before = _answer(form, numbers), _answer(baseline, numbers) if baseline else None
        own = [each for each in scale.items if each.number in numbers]
        yield (
            *(form[name] for name in ("instrument", "assessed_at", "course")),
            "+".join(map(str, numbers)),
            ", ".join(dict.fromkeys(each.text for each in own if each.text)) or None,
            answer,
            max(max(each.values) for each in own),
            None if answer is None or before is None else answer - before,
            int(answer is not None and _is_flagged(scale, numbers, answer, form["suicidality_from"])),
        )


def _answer(form: Row, numbers: tuple[int, ...]) -> int | None:
    """The highest of the items' answers; None where none is answered."""
    given = [form[f"item_{number}"] for number in numbers]
    return max((int(each) for each in given if not pd.isna(each)), default=None)


def _is_flagged(scale: Instrument, numbers: tuple[int, ...], answer: int, at_least: Any) -> bool:
    if scale.suicidality is None or pd.isna(at_least):
        return False
    if scale.scoring == "highest-yes":
        is_grave = at_least <= numbers[0] <= scale.maximum
        return answer == 1 and (is_grave or f"item_{numbers[0]}" == RECENT_BEHAVIOUR)
    return scale.suicidality.item in numbers and answer >= int(at_least)


METRIC = Metric(
    "items",
    "one patient's answers item by item: change since the baseline, what is flagged",
    items,
    (PATIENT,),
    COLUMNS,
    filtered=False,
)
