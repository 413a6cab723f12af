"""Refuse numbers that are none, or out of range."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import TypeGuard

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import value as say

__all__ = ["check_number", "check_periods", "check_positive", "is_number"]


def is_number(value: object) -> TypeGuard[float]:
    """Return whether `value` is a finite real number and no bool."""
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(float(value))


def check_number(name: str, value: object, *, low: float, high: float, span: str) -> None:
    """Refuse what is not a finite number from `low` to `high`; `span` says so in Chinese.

    Raises
    ------
    SettingsError
    """
    if not is_number(value) or not low <= value <= high:
        message = say.bad_number(name, value, span)
        raise SettingsError(message)


def check_positive(name: str, value: object) -> None:
    """Refuse what is not a finite number above 0.

    Raises
    ------
    SettingsError
    """
    check_number(name, value, low=math.ulp(0.0), high=math.inf, span="大于 0 ")


def check_periods(value: object, *, name: str) -> None:
    """Refuse what is not a whole number of periods from 1.

    Raises
    ------
    SettingsError
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or int(value) < 1:  # type: ignore[call-overload]
        message = say.bad_periods(value, name)
        raise SettingsError(message)
