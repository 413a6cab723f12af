"""Customers' ids in one form, whatever engine they come from."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import orders as say

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["is_whole", "plain_ids", "sorted_texts"]

_FITTING = (nw.Int64, nw.Int32, nw.Int16, nw.Int8, nw.UInt64, nw.UInt32, nw.UInt16, nw.UInt8)


def is_whole(kind: nw.dtypes.DType) -> bool:
    """Tell whether a column type holds whole numbers only; a database's sums come as decimals without places.

    Examples
    --------
    >>> is_whole(nw.Int32()), is_whole(nw.Decimal(38, 0)), is_whole(nw.Float64())
    (True, True, False)
    """
    return kind.is_integer() or (isinstance(kind, nw.Decimal) and getattr(kind, "scale", None) == 0)


def plain_ids(ids: nw.Series[Any], column: str) -> tuple[pd.Series, NDArray[np.intp]]:
    """Return ids as one pandas dtype whatever the engine, and the order that sorts them.

    Parameters
    ----------
    ids : narwhals Series without nulls
        Texts come back as ``str``, sorted by code point; whole numbers as ``int64``, also where a column with
        gaps had turned them into floats, or an engine into decimals.
    column : str
        Named in the error.

    Returns
    -------
    ids : pandas.Series
        Sorted, named ``customer_id``.
    order : ndarray of int
        ``ids`` is the given column at these positions.

    Raises
    ------
    DataError
        If texts and numbers are mixed.

    Examples
    --------
    >>> ids, order = plain_ids(nw.from_native(pd.Series([10.0, 9.0]), series_only=True), "customer_id")
    >>> ids.tolist(), order.tolist()
    ([9, 10], [1, 0])
    """
    if isinstance(ids.dtype, nw.Categorical | nw.Enum):
        ids = _decoded(ids)
    kind = ids.dtype
    if isinstance(kind, nw.String) and find_spec("pyarrow"):
        return _texts(ids)
    if is_whole(kind) or kind.is_float():
        fits = kind.is_float() or kind in _FITTING
        return _numbers((ids if fits else ids.cast(nw.Int64)).to_numpy())
    values = ids.to_list()
    try:
        order = np.array(sorted(range(len(values)), key=values.__getitem__), dtype=np.intp)
    except TypeError as error:
        message = say.ids_mixed(column)
        raise DataError(message) from error
    return pd.Series(values, name="customer_id").iloc[order].reset_index(drop=True), order


def _decoded(ids: nw.Series[Any]) -> nw.Series[Any]:
    """Write out categories in their own type: numbers can be categories too, except in Polars."""
    native = ids.to_native()
    if isinstance(native, pd.Series) and isinstance(native.dtype, pd.CategoricalDtype):
        return nw.from_native(native.astype(native.dtype.categories.dtype), series_only=True)
    if ids.implementation.is_pyarrow():
        return nw.from_native(native.cast(native.type.value_type), series_only=True)
    return ids.cast(nw.String)


def _texts(ids: nw.Series[Any]) -> tuple[pd.Series, NDArray[np.intp]]:
    """Sort texts in Arrow: ten million Python strings would need minutes and gigabytes."""
    return sorted_texts(ids.to_arrow())


def sorted_texts(values: Any) -> tuple[pd.Series, NDArray[np.intp]]:
    """Return :func:`plain_ids` of texts in Arrow's memory, an Array or ChunkedArray without nulls."""
    import pyarrow as pa  # noqa: PLC0415, not every installation has it
    import pyarrow.compute as pc  # noqa: PLC0415

    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    # Some engines have sorted them already, and looking is much cheaper than sorting again.
    if pc.all(pc.less_equal(values[:-1], values[1:])).as_py() in (True, None):
        order = np.arange(len(values), dtype=np.intp)
    else:
        order = pc.sort_indices(values).to_numpy().astype(np.intp)
        values = values.take(pa.array(order))
    return pd.Series(pd.array(values, dtype="str"), name="customer_id"), order


def _numbers(values: NDArray[Any]) -> tuple[pd.Series, NDArray[np.intp]]:
    if values.dtype.kind == "f" and (values == np.floor(values)).all():
        values = values.astype(np.int64)
    if values.dtype.kind in "iu" and values.max(initial=0) <= np.iinfo(np.int64).max:
        values = values.astype(np.int64)
    order = np.argsort(values, kind="stable")
    return pd.Series(values[order], name="customer_id"), order
