"""Where the marks of a chart stand: percentages across, pixels up; the template draws them as SVG.

Percentages need no viewBox, so that a chart is as wide as its page and its letters keep their size.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Bar", "Column", "Dot", "Strip", "across", "bar", "columns", "strip", "students_per_dot"]

TALL = 120  # pixels of the tallest column
STEP = Fraction(1, 50)  # width of a stack of dots
STACK = 14  # dots of the tallest stack
SPACE = 7.5  # pixels between the dots of a stack
RADIUS = 3.2


@dataclass(frozen=True)
class Bar:
    """A bar from 0 to 1: its width in percent; empty where there is no value."""

    width: float | None
    reached: bool | None


@dataclass(frozen=True)
class Column:
    """A column: left edge, width and middle in percent, top and height in pixels."""

    x: float
    width: float
    middle: float
    top: float
    height: float
    index: int


@dataclass(frozen=True)
class Dot:
    """A dot: across in percent, down in pixels."""

    x: float
    y: float


@dataclass(frozen=True)
class Strip:
    """Everybody's own attainment of one outcome.

    Attributes
    ----------
    dots : tuple of Dot
    height : float
        Pixels.
    radius : float
    mean : float or None
        Across, in percent.
    per_dot : int
        Students a dot stands for, at most.
    """

    dots: tuple[Dot, ...]
    height: float
    radius: float
    mean: float | None
    per_dot: int


def bar(value: Fraction | None, *, reached: bool | None) -> Bar:
    """Lay out a bar.

    Examples
    --------
    >>> bar(Fraction(63, 100), reached=True)
    Bar(width=63.0, reached=True)
    """
    return Bar(None if value is None else across(value), reached)


def across(value: Fraction) -> float:
    """Turn a value from 0 to 1 into percent across."""
    return round(float(min(max(value, Fraction(0)), Fraction(1))) * 100, 2)


def columns(counts: Sequence[int]) -> list[Column]:
    """Lay out columns of counts side by side.

    Examples
    --------
    >>> [(one.middle, one.height) for one in columns([5, 10])]
    [(25.0, 60.0), (75.0, 120.0)]
    """
    most, slot = max(counts, default=0) or 1, 100 / max(len(counts), 1)
    return [
        Column(
            x=round((index + 0.16) * slot, 2), width=round(0.68 * slot, 2),
            middle=round((index + 0.5) * slot, 2),
            top=round(TALL - TALL * count / most, 2), height=round(TALL * count / most, 2), index=index,
        )
        for index, count in enumerate(counts)
    ]  # fmt: skip


def strip(
    values: Iterable[Fraction], *, threshold: Fraction, mean: Fraction | None, per_dot: int = 1
) -> Strip:
    """Stack dots so that none stands on the wrong side of the threshold.

    Examples
    --------
    >>> own = [Fraction("0.59"), Fraction("0.6"), Fraction("0.61")]
    >>> [one.x for one in strip(own, threshold=Fraction("0.6"), mean=None).dots]
    [59.0, 61.0, 61.0]
    """
    stacks = Counter(_stack(value, threshold) for value in values)
    tallest = max((math.ceil(count / per_dot) for count in stacks.values()), default=0)
    height = round(SPACE * max(tallest, 3) + 2, 2)
    dots = tuple(
        Dot(x, round(height - SPACE * (level + 0.5) - 1, 2))
        for x, count in sorted(stacks.items())
        for level in range(math.ceil(count / per_dot))
    )
    return Strip(dots, height, RADIUS, None if mean is None else across(mean), per_dot)


def students_per_dot(groups: Iterable[Iterable[Fraction]], threshold: Fraction) -> int:
    """Choose how many students a dot stands for, so that no stack of any strip grows too tall."""
    most = [
        max(Counter(_stack(value, threshold) for value in values).values(), default=0) for values in groups
    ]
    return max(1, math.ceil(max(most, default=0) / STACK))


def _stack(value: Fraction, threshold: Fraction) -> float:
    steps = (value - threshold) // STEP
    return across(threshold + (steps + Fraction(1, 2)) * STEP)
