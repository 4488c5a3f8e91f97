"""The XmR chart of one series: mean, limits, and the points that chance does not explain (``clinical.md`` §5)."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

LIMIT, RANGE_LIMIT = 2.66, 3.267
"""Of the mean moving range: the limits' distance from the mean, and the largest range that is taken for chance."""
RUN = 7
"""Points in a row that make a shift or a trend."""
FIRM = 12
"""Fewer points than these have trial limits only."""

COMMON, OUTSIDE, TREND, TWO_OF_THREE, SHIFT = "common", "outside", "trend", "two-of-three", "shift"
POINTS = (COMMON, OUTSIDE, TREND, TWO_OF_THREE, SHIFT)
"""What a point may be; the earlier wins where several hold."""


@dataclass(frozen=True)
class Limits:
    """Of one segment of a series; the limits are None below two points, and never clipped."""

    mean: float
    low: float | None
    high: float | None

    @property
    def inner(self) -> float | None:
        """Two thirds of the way from the mean to a limit."""
        return None if self.high is None else 2 / 3 * (self.high - self.mean)


@dataclass(frozen=True)
class Point:
    """What a point is, and whether it lies or moves up (1) or down (-1); 0 for common cause."""

    kind: str = COMMON
    direction: int = 0


def limits(values: Sequence[float], *, screen: bool = True) -> Limits:
    """The mean ± 2.66 × the mean moving range.

    Args:
        values: at least one, in order of time.
        screen: leave moving ranges of 3.267 × their mean or more out, once, and take the mean of the rest.
    """
    mean = math.fsum(values) / len(values)
    ranges = [abs(later - earlier) for earlier, later in itertools.pairwise(values)]
    if not ranges:
        return Limits(mean, None, None)
    typical = math.fsum(ranges) / len(ranges)
    if screen and typical > 0:
        kept = [each for each in ranges if each < RANGE_LIMIT * typical]
        typical = math.fsum(kept) / len(kept)
    return Limits(mean, mean - LIMIT * typical, mean + LIMIT * typical)


def judge(values: Sequence[float], lines: Limits) -> list[Point]:
    """What each point of a segment is: outside the limits, of a trend, near a limit two times of three, of a shift."""
    sides = [_compare(value, lines.mean) for value in values]
    steps = [_compare(later, earlier) for earlier, later in itertools.pairwise(values)]
    found: list[Point] = [Point()] * len(values)
    if not values or lines.low is None or lines.high is None or lines.inner is None:
        return found
    outside = [(_compare(v, lines.high) > 0) - (_compare(v, lines.low) < 0) for v in values]
    near = [_near(v, lines.mean, lines.inner) if not out else 0 for v, out in zip(values, outside, strict=True)]
    rules = (  # the weakest first: what follows overrules it
        (SHIFT, _runs(sides, RUN, 0)),
        (TWO_OF_THREE, _pairs(near, sides)),
        (TREND, _runs(steps, RUN - 1, 1)),
        (OUTSIDE, outside),
    )
    for kind, directions in rules:
        found = [Point(kind, way) if way else point for point, way in zip(found, directions, strict=True)]
    return found


def _compare(value: float, line: float) -> int:
    """1 above, -1 below, 0 on the line; what differs in the last digits only is on it."""
    if math.isclose(value, line, rel_tol=1e-9, abs_tol=1e-12):
        return 0
    return 1 if value > line else -1


def _near(value: float, mean: float, inner: float) -> int:
    return (_compare(value, mean + inner) > 0) - (_compare(value, mean - inner) < 0)


def _runs(signs: Sequence[int], length: int, extra: int) -> list[int]:
    """The sign of every point in a run of equal signs of at least that length; a run of steps has one point more."""
    marks = [0] * (len(signs) + extra)
    start = 0
    for place in range(len(signs)):
        if signs[place] != signs[start]:
            start = place
        if signs[place] and place - start + 1 >= length:
            marks[start : place + 1 + extra] = [signs[place]] * (place - start + 1 + extra)
    return marks


def _pairs(near: Sequence[int], sides: Sequence[int]) -> list[int]:
    """The near-limit points of any three in a row on one side of the mean, two or more of them near that limit."""
    marks = [0] * len(near)
    for start in range(len(near) - 2):
        three = range(start, start + 3)
        side = sides[start]
        if side and all(sides[place] == side for place in three):
            close = [place for place in three if near[place] == side]
            for place in close if len(close) >= 2 else []:
                marks[place] = side
    return marks
