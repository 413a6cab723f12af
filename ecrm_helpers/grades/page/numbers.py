"""Exact numbers as a reader sees them, halves going up as a school rounds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING

from ecrm_helpers.grades.attainment.shown import decimals
from ecrm_helpers.grades.page.who import FEW
from ecrm_helpers.grades.policies import RoundHalfUp
from ecrm_helpers.messages import report as messages

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Summary", "beside", "described", "exact", "percent", "plain", "shown", "summary", "weight"]

_ROUND = RoundHalfUp(components=0, total=0)
_FIGURES = ("mean", "median", "low", "high", "sd")


def shown(value: Fraction, *, digits: int) -> str:
    """Round to so many decimals.

    Examples
    --------
    >>> shown(Fraction(63, 100), digits=3), shown(Fraction(169, 2), digits=0)
    ('0.630', '85')
    """
    return format(_ROUND.shown(value, digits=digits), "f")


@lru_cache(maxsize=4096)
def plain(value: Fraction | float, *, digits: int = 4) -> str:
    """Round, without needless zeros.

    Examples
    --------
    >>> plain(Fraction(1, 3)), plain(Fraction(1, 2)), plain(100.0)
    ('0.3333', '0.5', '100')
    """
    text = shown(exact(value), digits=digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def weight(value: Fraction) -> str:
    """Write a weight from 0 to 1: as it was declared where two decimals do, else with four.

    Examples
    --------
    >>> weight(Fraction(3, 5)), weight(Fraction(1)), weight(Fraction(1, 144))
    ('0.6', '1', '0.0069')
    """
    return plain(value) if (value * 100).denominator == 1 else shown(value, digits=4)


def percent(share: Fraction | float) -> str:
    """Write a share from 0 to 1 in percent.

    Examples
    --------
    >>> percent(Fraction(11, 24))
    '45.8%'
    """
    return f"{shown(exact(share) * 100, digits=1)}%"


def beside(value: Fraction, threshold: Fraction) -> str:
    """Round, with as many more decimals as it takes to stay on the same side of a threshold.

    Examples
    --------
    >>> beside(Fraction("0.59996"), Fraction("0.6")), beside(Fraction("0.793"), Fraction("0.6"))
    ('0.59996', '0.793')
    """
    return shown(value, digits=decimals(value, threshold))


def exact(value: Fraction | float) -> Fraction:
    """Take a float as it is written."""
    return value if isinstance(value, Fraction) else Fraction(repr(value))


@dataclass(frozen=True)
class Summary:
    """Count, mean, median, lowest, highest and standard deviation (over all, divided by n)."""

    n: int
    mean: Fraction
    median: Fraction
    low: Fraction
    high: Fraction
    sd: Fraction


def summary(values: Sequence[Fraction]) -> Summary | None:
    """Describe some numbers; None for none at all.

    Examples
    --------
    >>> found = summary([Fraction(2), Fraction(4), Fraction(4), Fraction(6)])
    >>> found.mean, found.median, shown(found.sd, digits=3)
    (Fraction(4, 1), Fraction(4, 1), '1.414')
    """
    if not values:
        return None
    mean = sum(values, Fraction(0)) / len(values)
    variance = sum(((one - mean) ** 2 for one in values), Fraction(0)) / len(values)
    spread = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
    middle = Fraction(median(values))
    return Summary(len(values), mean, middle, min(values), max(values), Fraction(spread))


def described(key: str, found: Summary | None, *, digits: int = 1) -> dict[str, str]:
    """Show a summary; below three students no figure that is one person's mark."""
    if found is None:
        return {f"{key}.n": "0", **{f"{key}.{name}": messages.NOTHING for name in _FIGURES}}
    told = {name: shown(getattr(found, name), digits=digits) for name in _FIGURES}
    if found.n < FEW:
        told |= dict.fromkeys(_FIGURES[1:], messages.NOTHING)
    return {f"{key}.n": str(found.n), **{f"{key}.{name}": text for name, text in told.items()}}
