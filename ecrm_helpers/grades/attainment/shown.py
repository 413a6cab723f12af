"""How many decimals an attainment needs, so that rounding never carries it across the threshold."""

from __future__ import annotations

from fractions import Fraction

from ecrm_helpers.grades.policies import RoundHalfUp

__all__ = ["DECIMALS", "MOST", "decimals"]

DECIMALS, MOST = 3, 12
_ROUND = RoundHalfUp(components=DECIMALS, total=DECIMALS)


def decimals(value: Fraction, threshold: Fraction) -> int:
    """Count the decimals, three at least, that keep a rounded value on its side of the threshold.

    Examples
    --------
    >>> decimals(Fraction("0.793"), Fraction("0.6")), decimals(Fraction("0.59996"), Fraction("0.6"))
    (3, 5)
    """
    reached = value >= threshold
    return next(
        (
            digits
            for digits in range(DECIMALS, MOST)
            if (Fraction(_ROUND.shown(value, digits=digits)) >= threshold) == reached
        ),
        MOST,
    )
