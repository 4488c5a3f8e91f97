"""A scale's total from its items, by the scale's own rule (``definitions.md`` §3)."""

from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from dashboard.instruments import INSTRUMENTS, Instrument, Rule
from dashboard.model import MAX_ITEMS

SCALE = sa.Table(
    "scale",
    sa.MetaData(),
    sa.Column("instrument", sa.String()),
    sa.Column("place", sa.Integer(), comment="order in the registry"),
    sa.Column("minimum", sa.Float()),
    sa.Column("maximum", sa.Float()),
    sa.Column("better", sa.Integer(), comment="-1 where lower is better, 1 where higher is"),
    sa.Column("scoring", sa.String()),
    sa.Column("n_items", sa.Integer()),
    sa.Column("may_miss", sa.Integer()),
    sa.Column("multiplier", sa.Integer()),
    sa.Column("baseline_cut", sa.Float()),
    sa.Column("response_kind", sa.String()),
    sa.Column("response_value", sa.Float()),
    sa.Column("remission", sa.Float()),
    sa.Column("meaningful_kind", sa.String()),
    sa.Column("meaningful_value", sa.Float()),
    sa.Column("reliable", sa.Float()),
    sa.Column("has_rate", sa.Boolean()),
    sa.Column("suicidality_from", sa.Integer(), comment="the answer, of a ladder the question, that is a reason"),
)
"""Every scale with the thresholds that this build was made with."""

ROUNDING = 0.05
"""A mean may be written with one decimal: a given one this near to the computed one agrees with it."""
_EXACT = 1e-9
_LADDER = range(5, 0, -1)

Number: TypeAlias = sa.ColumnElement[Any]
Columns: TypeAlias = Mapping[str, Number] | ReadOnlyColumnCollection[str, sa.Column[Any]]


def write_scales(connection: sa.Connection, scales: Mapping[str, Instrument]) -> None:
    """Create and fill SCALE."""
    SCALE.create(connection)
    connection.execute(SCALE.insert(), [scale_row(place, scale) for place, scale in enumerate(scales.values())])


def scale_row(place: int, scale: Instrument) -> dict[str, Any]:
    """The row of SCALE of an instrument at its place in the registry."""
    none: Rule | None = None
    response, meaningful = scale.response or none, scale.meaningful or none
    return {
        "instrument": scale.code,
        "place": place,
        "minimum": scale.minimum,
        "maximum": scale.maximum,
        "better": 1 if scale.higher_is_better else -1,
        "scoring": scale.scoring,
        "n_items": len(scale.items),
        "may_miss": scale.may_miss,
        "multiplier": scale.multiplier,
        "baseline_cut": scale.baseline_cut,
        "response_kind": response.kind if response else None,
        "response_value": response.value if response else None,
        "remission": scale.remission,
        "meaningful_kind": meaningful.kind if meaningful else None,
        "meaningful_value": meaningful.value if meaningful else None,
        "reliable": scale.reliable,
        "has_rate": scale.has_rate,
        "suicidality_from": _suicidality_from(scale),
    }


def _suicidality_from(scale: Instrument) -> int | None:
    wish = scale.suicidality
    if wish is None:
        return None
    return wish.item if scale.scoring == "highest-yes" else wish.at_least


def answered(items: Columns) -> Number:
    """How many items have an answer."""
    return _sum(sa.case((item.is_not(None), 1), else_=0) for item in _items(items))


def plain_sum(items: Columns) -> Number:
    """The sum of the answers, whatever is missing."""
    return _sum(sa.func.coalesce(item, 0) for item in _items(items))


def from_items(items: Columns, scale: Columns) -> Number:
    """The total (points) by the scale's rule; null where no item is answered or too many are missing.

    ``items`` holds ``item_1`` … ``item_23`` (null = no answer), ``scale`` the row of SCALE. Sums are prorated within
    the scale's allowance and rounded half up; means are over the answered; QIDS adds the maxima of its nine domains;
    C-SSRS is the highest question answered yes.
    """
    n, plain = answered(items), plain_sum(items)
    missing = scale["n_items"] - n
    enough = sa.and_(n > 0, missing <= scale["may_miss"])
    prorated = sa.func.floor(sa.cast(plain * scale["n_items"], sa.Float) / sa.func.nullif(n, 0) + 0.5)
    return sa.case(
        (scale["scoring"] == "mean", sa.case((enough, sa.cast(plain, sa.Float) / sa.func.nullif(n, 0)))),
        (scale["scoring"] == "domains", _domains(items)),
        (scale["scoring"] == "highest-yes", _highest_yes(items)),
        else_=sa.case((enough, sa.cast(prorated * scale["multiplier"], sa.Float))),
    )


def score(given: Number, items: Columns, scale: Columns) -> Number:
    """The valid score: by the rule where the rule's items are answered, else the total as given; null where neither."""
    return sa.case((_ruled(items, scale), from_items(items, scale)), else_=given)


def disagrees(given: Number, items: Columns, scale: Columns) -> Number:
    """True where a given total fits neither the scale's rule nor, items missing, the plain sum of the answered."""
    total = from_items(items, scale)
    tolerance = sa.case((scale["scoring"] == "mean", ROUNDING + _EXACT), else_=_EXACT)
    by_rule = sa.and_(total.is_not(None), sa.func.abs(given - total) <= tolerance)
    return sa.and_(
        given.is_not(None), _ruled(items, scale), sa.not_(sa.or_(by_rule, _is_plain_sum(given, items, scale)))
    )


def replaced(given: Number, items: Columns, scale: Columns) -> Number:
    """True where a given plain sum of too few answers gives way to the rule's total, or to none."""
    total = from_items(items, scale)
    differs = sa.or_(total.is_(None), sa.func.abs(given - total) > _EXACT)
    return sa.and_(given.is_not(None), _ruled(items, scale), _is_plain_sum(given, items, scale), differs)


def _is_plain_sum(given: Number, items: Columns, scale: Columns) -> Number:
    incomplete = sa.and_(answered(items) < scale["n_items"], scale["scoring"].in_(("sum", "domains")))
    return sa.and_(incomplete, sa.func.abs(given - plain_sum(items) * scale["multiplier"]) <= _EXACT)


def _ruled(items: Columns, scale: Columns) -> Number:
    """True where items decide: of C-SSRS only the five questions of the ladder do, behaviour stands apart."""
    ladder = sa.or_(*(items[f"item_{number}"].is_not(None) for number in _LADDER))
    return sa.case((scale["scoring"] == "highest-yes", ladder), else_=answered(items) > 0)


def _domains(items: Columns) -> Number:
    """QIDS: each domain its highest answer; no total where a domain has none."""
    domains = INSTRUMENTS["QIDS-SR16"].domains
    highest = [sa.func.greatest(*(sa.func.coalesce(items[f"item_{n}"], -1) for n in domain)) for domain in domains]
    return sa.case((sa.and_(*(each >= 0 for each in highest)), sa.cast(_sum(highest), sa.Float)))


def _highest_yes(items: Columns) -> Number:
    rungs = [(items[f"item_{number}"] == 1, float(number)) for number in _LADDER]
    any_answer = sa.or_(*(items[f"item_{number}"].is_not(None) for number in _LADDER))
    return sa.case(*rungs, (any_answer, 0.0))


def _items(items: Columns) -> list[Number]:
    return [items[f"item_{number}"] for number in range(1, MAX_ITEMS + 1)]


def _sum(terms: Any) -> Number:
    return reduce(add, terms)
