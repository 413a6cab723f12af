"""What a number, a value per stage and a transition matrix must look like."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.lifecycle.stages import STAGES
from ecrm_helpers.messages import lifecycle as say

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["check_matrix", "check_number", "per_stage"]

_TOLERANCE = 1e-9


def check_matrix(given: Any) -> tuple[tuple[float, ...], ...]:
    """Return a row-stochastic 5 × 5 matrix as plain floats."""
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError) as error:
        message = say.bad_matrix("里面有不是数的格子，或者各行长短不一")
        raise SettingsError(message) from error
    if values.shape != (5, 5):
        message = say.bad_matrix(f"大小是 {values.shape}")
        raise SettingsError(message)
    if not np.isfinite(values).all() or (values < 0).any():
        message = say.bad_matrix("有负数或空值")
        raise SettingsError(message)
    for stage, row in zip(STAGES, values, strict=True):
        if abs(row.sum() - 1) > _TOLERANCE:
            message = say.bad_matrix(f"“{say.NAMES[stage][0]}”一行加起来是 {row.sum():g}")
            raise SettingsError(message)
    return tuple(tuple(float(value) for value in row) for row in values)


def per_stage(name: str, given: Iterable[float]) -> tuple[float, ...]:
    """Return five finite floats of at least 0."""
    try:
        values = tuple(float(value) for value in given)
    except (TypeError, ValueError) as error:
        message = say.bad_people(name, given)
        raise SettingsError(message) from error
    if len(values) != len(STAGES) or not all(0 <= value < math.inf for value in values):
        message = say.bad_people(name, given)
        raise SettingsError(message)
    return values


def check_number(name: str, value: object, *, low: float, high: float | None = None) -> None:
    """Raise unless `value` is a finite number from `low` to `high`."""
    real = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(float(value))
    if not real or float(value) < low or (high is not None and float(value) > high):  # type: ignore[arg-type]
        message = say.bad_number(name, value, low=low, high=high)
        raise SettingsError(message)
