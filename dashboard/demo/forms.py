"""Answers to the items of a form that add up to its total, the same items high for the same person each time."""

from collections.abc import Sequence

import numpy as np

from dashboard.demo.options import Floats, Ints

NO_ANSWER = -1


def spread(total: Ints, weights: Floats, most: int, random: np.random.Generator) -> Ints:
    """Whole answers from 0 to ``most`` (n × items) in proportion to the weights, each row adding up to its total."""
    k = weights.shape[1]
    share = weights / weights.sum(axis=1, keepdims=True)
    cap = np.where(total > 0, most / np.maximum(total, 1) - 1e-9, 1.0)
    room, highest = np.maximum(cap - 1 / k, 0), np.maximum(share.max(axis=1) - 1 / k, 1e-12)
    share = 1 / k + np.minimum(room / highest, 1)[:, None] * (share - 1 / k)
    edges = np.cumsum(share * total[:, None], axis=1)
    edges[:, -1] = total
    edges = np.floor(edges + random.random(len(total))[:, None])
    return np.diff(edges, axis=1, prepend=0).astype(np.int64)


def with_fixed(
    total: Ints, weights: Floats, most: int, fixed: dict[int, Ints], random: np.random.Generator
) -> tuple[Ints, Ints]:
    """The same with some items (by place) decided beforehand, moved as little as the total needs; the total then.

    Answers items and total: a total that the others cannot make up is changed by what is missing.
    """
    k = weights.shape[1]
    items = np.zeros((len(total), k), np.int64)
    left = total.copy()
    for place, value in fixed.items():
        items[:, place] = np.minimum(value, left)
        left = left - items[:, place]
    others = [place for place in range(k) if place not in fixed]
    left = np.minimum(left, most * len(others))
    items[:, others] = spread(left, weights[:, others], most, random)
    return items, items.sum(axis=1)


def ladder(level: Ints, behaviour: Ints) -> Ints:
    """C-SSRS: questions 1 to 5 up to the highest answered yes, 3 to 5 skipped after a no to 2; behaviour ever, lately.

    ``behaviour`` is 0 never, 1 ever, 2 within three months.
    """
    items = np.full((len(level), 7), NO_ANSWER, np.int64)
    items[:, 0] = level >= 1
    items[:, 1] = level >= 2
    for question in (2, 3, 4):
        items[:, question] = np.where(level >= 2, level >= question + 1, NO_ANSWER)
    items[:, 5] = behaviour >= 1
    items[:, 6] = np.where(behaviour >= 1, behaviour == 2, NO_ANSWER)
    return items


def qids(domains: Ints, random: np.random.Generator) -> Ints:
    """QIDS-SR16: sixteen answers whose nine domains (sleep, mood, weight, …) have the given highest answers."""
    n = len(domains)
    items = np.full((n, 16), NO_ANSWER, np.int64)
    _below(items, (0, 1, 2, 3), domains[:, 0], random)
    items[:, 4] = domains[:, 1]
    appetite, weight = random.integers(5, 7, n), random.integers(7, 9, n)
    rows = np.arange(n)
    items[rows, appetite] = domains[:, 2]
    items[rows, weight] = random.integers(0, domains[:, 2] + 1)
    for place in range(5):
        items[:, 9 + place] = domains[:, 3 + place]
    _below(items, (14, 15), domains[:, 8], random)
    return items


def _below(items: Ints, places: Sequence[int], highest: Ints, random: np.random.Generator) -> None:
    """One of the places has the highest answer, the others any up to it."""
    top = random.integers(0, len(places), len(items))
    for number, place in enumerate(places):
        items[:, place] = np.where(top == number, highest, random.integers(0, highest + 1))
