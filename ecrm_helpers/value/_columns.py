"""Check the columns that the models read: a table may also come from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import value as say
from ecrm_helpers.value.repeat import DAYS_PER_UNIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["histories", "numbers", "repeats", "same_unit", "unit_of"]

_SLACK = 0.011  # published summaries round t_x and T to two digits


def numbers(table: Any, name: str) -> NDArray[np.float64]:
    """Return one column as floats.

    Raises
    ------
    DataError
        If `table` is no pandas frame or empty, or the column is missing or not numeric.
    """
    if not isinstance(table, pd.DataFrame) or name not in table.columns:
        message = say.not_repeat_table(name, getattr(table, "columns", ()))
        raise DataError(message)
    if table.empty:
        message = say.no_rows()
        raise DataError(message)
    if not pd.api.types.is_numeric_dtype(table[name]):
        row = int(pd.to_numeric(table[name], errors="coerce").isna().to_numpy().argmax())
        message = say.not_a_number(name, row, table[name].iloc[row])
        raise DataError(message)
    return table[name].to_numpy(dtype=np.float64, na_value=np.nan)


def repeats(table: Any) -> NDArray[np.float64]:
    """Return x after checking that it counts something.

    Raises
    ------
    DataError
        Naming the first row where x is no whole number from 0.
    """
    x = numbers(table, "x")
    good = np.isfinite(x) & (x >= 0) & (x == np.floor(x))
    if not good.all():
        row = int(np.argmin(good))
        message = say.not_a_count("x", row, float(x[row]))
        raise DataError(message)
    return x


def histories(table: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return x, t_x and T after checking that they can be a purchase history.

    Raises
    ------
    DataError
        Naming the first row that cannot: x a whole number, 0 ≤ t_x ≤ T, t_x = 0 when x = 0, and T > 0
        when x > 0.
    """
    x, t_x, age = repeats(table), numbers(table, "t_x"), numbers(table, "T")
    checks = {
        "T": np.isfinite(age) & (age >= 0) & ((age > 0) | (x == 0)),
        "t_x": np.isfinite(t_x) & (t_x >= 0) & (t_x <= age + _SLACK) & ((t_x == 0) | (x > 0)),
    }
    for name, good in checks.items():
        if not good.all():
            row = int(np.argmin(good))
            message = say.impossible_history(name, row, float(x[row]), float(t_x[row]), float(age[row]))
            raise DataError(message)
    return x, t_x, age


def unit_of(table: pd.DataFrame) -> str | None:
    """Return the unit of time that the table states, None if it states none.

    Raises
    ------
    DataError
        If it states one that is neither week nor day.
    """
    unit = table.attrs.get("unit")
    if unit is not None and unit not in DAYS_PER_UNIT:
        message = say.unknown_unit(unit, tuple(DAYS_PER_UNIT))
        raise DataError(message)
    return unit


def same_unit(table: pd.DataFrame, unit: str | None) -> None:
    """Refuse a table in days for a model in weeks.

    Raises
    ------
    DataError
    """
    given = unit_of(table)
    if unit is not None and given is not None and given != unit:
        message = say.other_unit(given, unit)
        raise DataError(message)
