"""What a school writes beside a total: rounded by its policy, and in words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from ecrm_helpers.grades.policies import RoundHalfUp

__all__ = ["level_of", "shown_total"]


def shown_total(value: Fraction | None, rounding: RoundHalfUp) -> Decimal | None:
    """Round a total from its exact value; None where there is none."""
    return None if value is None else rounding.shown(value, digits=rounding.total)


def level_of(shown: Decimal | None, levels: Mapping[str, float]) -> str:
    """Name the highest level whose lowest mark the shown total reaches; empty where there is none.

    Examples
    --------
    >>> [level_of(Decimal(total), {"优秀": 90, "及格": 60, "不及格": 0}) for total in (90, 89, 59)]
    ['优秀', '及格', '不及格']
    """
    if shown is None:
        return ""
    highest_first = sorted(levels.items(), key=lambda item: -item[1])
    return next((name for name, least in highest_first if shown >= Decimal(str(least))), "")
