"""Check the columns that the models read: a table may also come from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import value as say

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["histories", "numbers", "same_unit"]

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


def histories(table: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return x, t_x and T after checking that they can be a purchase history.

    Raises
    ------
    DataError
        Naming the first row that cannot: x a whole number, 0 ≤ t_x ≤ T, and t_x = 0 when x = 0.
    """
    x, t_x, age = (numbers(table, name) for name in ("x", "t_x", "T"))
    checks = {
        "x": np.isfinite(x) & (x >= 0) & (x == np.floor(x)),
        "T": np.isfinite(age) & (age >= 0),
        "t_x": np.isfinite(t_x) & (t_x >= 0) & (t_x <= age + _SLACK) & ((t_x == 0) | (x > 0)),
    }
    for name, good in checks.items():
        if not good.all():
            row = int(np.argmin(good))
            message = say.impossible_history(name, row, float(x[row]), float(t_x[row]), float(age[row]))
            raise DataError(message)
    return x, t_x, age


def same_unit(table: pd.DataFrame, unit: str | None) -> None:
    """Refuse a table in days for a model in weeks.

    Raises
    ------
    DataError
    """
    given = table.attrs.get("unit")
    if unit is not None and given is not None and given != unit:
        message = say.other_unit(given, unit)
        raise DataError(message)
