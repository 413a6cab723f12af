"""What a column may hold: the constraints of a Table Schema, on parsed values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.messages import datasets as messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["breaches", "lost_references", "repeats"]

_LIMITS = {"enum", "pattern", "minimum", "maximum"}


def breaches(values: pd.Series, field: Mapping[str, Any]) -> tuple[NDArray[np.bool_], str]:
    """Mark the cells of a column that its field does not allow, and say what is allowed.

    Parameters
    ----------
    values : Series
        Parsed values; missing ones break nothing here.
    field : mapping
        Table Schema field with `constraints` `enum`, `pattern`, `minimum`, `maximum`.

    Returns
    -------
    tuple
        Boolean array, one per row, and the allowed values in Chinese ("" if there is no constraint).

    Examples
    --------
    >>> score = {"name": "satisfaction", "type": "integer", "constraints": {"minimum": 1, "maximum": 5}}
    >>> wrong, allowed = breaches(pd.Series([5, 6]), score)
    >>> wrong.tolist(), allowed
    ([False, True], '1 到 5')
    """
    limits = field.get("constraints", {})
    wrong = np.zeros(len(values), dtype=bool)
    if not limits.keys() & _LIMITS:
        return wrong, ""
    if "enum" in limits:
        wrong |= ~values.isin(limits["enum"]).to_numpy()
    if "pattern" in limits:
        wrong |= ~values.str.fullmatch(limits["pattern"], na=True).to_numpy(dtype=bool)
    if "minimum" in limits:
        wrong |= (values < _bound(limits["minimum"], field)).to_numpy(dtype=bool, na_value=False)
    if "maximum" in limits:
        wrong |= (values > _bound(limits["maximum"], field)).to_numpy(dtype=bool, na_value=False)
    if wrong.any():
        wrong &= values.notna().to_numpy()
    return wrong, messages.allowed(limits)


def repeats(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[int, int] | None:
    """Return the positions of the first row that repeats an earlier one in these columns, and of that one.

    Examples
    --------
    >>> repeats(pd.DataFrame({"order_id": ["O1", "O2", "O1"]}), ["order_id"])
    (2, 0)
    """
    keys = frame[columns[0]] if len(columns) == 1 else frame[list(columns)]
    again = keys.duplicated().to_numpy()
    if not again.any():
        return None
    row = int(again.argmax())
    same = (frame[list(columns)] == frame[list(columns)].iloc[row]).all(axis=1).to_numpy()
    return row, int(same.argmax())


def lost_references(values: pd.Series, known: pd.Series) -> NDArray[np.bool_]:
    """Mark the ids that the table they point to does not have; missing ids point nowhere.

    Examples
    --------
    >>> lost_references(pd.Series(["C1", "C9", None]), pd.Series(["C1", "C2"])).tolist()
    [False, True, False]
    """
    # as objects: isin between two Arrow texts goes through Python scalars, sixty times slower
    names, there = values.to_numpy(dtype=object), known.to_numpy(dtype=object)
    return ~pd.Index(names, dtype=object).isin(there) & values.notna().to_numpy()


def _bound(limit: object, field: Mapping[str, Any]) -> Any:
    return pd.Timestamp(str(limit)) if field["type"] == "date" else limit
