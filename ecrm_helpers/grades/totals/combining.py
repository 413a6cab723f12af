"""Make one mark of several, treating what is missing as the policy says."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.grades.record import Mark
from ecrm_helpers.grades.scheme import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecrm_helpers.grades.policies import Missing

__all__ = ["combine", "multiply"]


def combine(parts: Iterable[tuple[Fraction, Mark]], *, missing: Missing) -> Mark:
    """Weigh marks; what is missing or waits under them is named once.

    Parameters
    ----------
    parts : iterable of (weight, Mark)
    missing : {'pending', 'zero', 'leave_out'}

    Examples
    --------
    >>> have, lack = Mark(Fraction(80)), Mark(None, ("X2",))
    >>> half = Fraction(50)
    >>> [combine([(half, have), (half, lack)], missing=how).value for how in ("pending", "zero", "leave_out")]
    [None, Fraction(40, 1), Fraction(80, 1)]
    """
    weighed = [(weight, mark) for weight, mark in parts if weight]
    marks = [mark for _, mark in weighed]
    gaps, waiting = _once(mark.missing for mark in marks), _once(mark.pending for mark in marks)
    known = [(weight, mark.value) for weight, mark in weighed if mark.value is not None]
    counted = known if missing == "leave_out" else weighed
    if not counted or (missing == "pending" and len(known) < len(weighed)):
        return Mark(None, gaps, waiting)
    return Mark(_mean(known, [weight for weight, _ in counted]), gaps, waiting)


def multiply(first: Mark, second: Mark, *, missing: Missing) -> Mark:
    """Multiply a mark by another in percent; it takes both, or counts as 0 where a missing mark does.

    Examples
    --------
    >>> group, contribution = Mark(Fraction(90)), Mark(Fraction(70))
    >>> multiply(group, contribution, missing="pending").value
    Fraction(63, 1)
    """
    gaps, waiting = _once([first.missing, second.missing]), _once([first.pending, second.pending])
    if first.value is not None and second.value is not None:
        return Mark(first.value * second.value / WHOLE, gaps, waiting)
    return Mark(Fraction(0) if missing == "zero" else None, gaps, waiting)


def _mean(known: Sequence[tuple[Fraction, Fraction]], weights: Sequence[Fraction]) -> Fraction:
    """Add up over a common denominator: Fractions would cancel at every step, four times as slowly."""
    unit = math.lcm(*(weight.denominator for weight in weights))
    part = math.lcm(*(value.denominator for _, value in known))
    total = sum(
        weight.numerator * (unit // weight.denominator) * value.numerator * (part // value.denominator)
        for weight, value in known
    )
    return Fraction(total, part * sum(weight.numerator * (unit // weight.denominator) for weight in weights))


def _once(groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups for name in group))
