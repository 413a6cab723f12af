"""Orders as the course's own shops hold them, read by numpy alone.

Going through narwhals serves every engine and costs 5 ms a call, whatever the table's length. An exercise
asks a dozen times for the customers of a shop of a thousand orders, and marking does so for every student.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd

from ecrm_helpers.orders.ids import plain_ids
from ecrm_helpers.orders.read import LARGE, is_ascending
from ecrm_helpers.orders.rules import midnight

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ecrm_helpers.orders.rules import OrderRules

__all__ = ["PlainOrders", "plain_orders"]

_TEXTS = ("customer_id", "order_id", "status")
_AMOUNTS = ("amount_cny", "refund_cny")
_EPOCH, _MICRO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class PlainOrders:
    """Counted orders that have a customer, as arrays of equal length in the table's order.

    Attributes
    ----------
    ids : Series of customer ids, sorted
    customer : ndarray of int64, position in `ids` of each order's customer
    at : DatetimeIndex, UTC
    net : ndarray of int64, minor units
    """

    ids: pd.Series
    customer: NDArray[np.int64]
    at: pd.DatetimeIndex
    net: NDArray[np.int64]


def plain_orders(
    orders: Any, rules: OrderRules, *, end: dt.date, start: dt.date | None = None
) -> PlainOrders | None:
    """Read the orders that count, where the table is of the shipped shops' kind.

    Parameters
    ----------
    orders : table of any engine
        Read if it is a pandas frame of fewer than :data:`LARGE` rows, one per order, with texts as ``str``,
        times as ``datetime64[us, UTC]`` and amounts as ``int64``.
    rules : OrderRules
    end, start : date
        As in :func:`~ecrm_helpers.orders.counted_orders`.

    Returns
    -------
    PlainOrders or None
        None where the table is of another kind or nothing counts: ask
        :func:`~ecrm_helpers.orders.counted_orders`, which also says what is wrong.
    """
    if type(orders) is not pd.DataFrame or not 0 < len(orders) < LARGE or not _fits(orders, rules):
        return None
    names = rules.columns
    at = orders[str(names["ordered_at"])]
    micros, status, refund = at.array.asi8, names["status"], names["refund_cny"]
    keep = ~at.isna().to_numpy() & (micros < _micros(end, rules.timezone))
    if start is not None:
        keep &= micros >= _micros(start, rules.timezone)
    if status is not None:
        words = _words_of(orders[status])
        keep &= np.array([*(word in rules.statuses for word in words.known), False])[words.place]
    customers = _words_of(orders[str(names["customer_id"])])
    keep &= customers.place >= 0
    if not keep.any():
        return None
    net = orders[str(names["amount_cny"])].to_numpy()[keep]
    if refund is not None and rules.net_of_refunds:
        net = net - orders[refund].to_numpy()[keep]
    place = customers.place[keep]
    there = np.flatnonzero(np.bincount(place))
    customer = np.searchsorted(there, place).astype(np.int64)
    ids = customers.known.iloc[there].reset_index(drop=True).rename("customer_id")
    return PlainOrders(ids, customer, pd.DatetimeIndex(at.array[keep]), net)


@dataclass(frozen=True)
class _Words:
    """The texts of a column, sorted, each once; and the place among them of each cell's text, -1 for none."""

    known: pd.Series
    place: NDArray[np.intp]


_recent: list[tuple[Any, Callable[[pd.Series], Any], Any]] = []
_MOST_RECENT = 8


def _remembered(column: pd.Series, look: Callable[[pd.Series], Any]) -> Any:
    """Return what `look` finds in a column of texts, remembered for the Arrow memory it was found in.

    That memory cannot be changed: a column that is written to gets other memory. Python's own storage of
    texts can, and is looked at anew.
    """
    kind: Any = column.dtype
    if kind.storage != "pyarrow":
        return look(column)
    memory = column.array.__arrow_array__()
    for known, by, found in _recent:
        if known is memory and by is look:
            return found
    found = look(column)
    _recent.append((memory, look, found))
    del _recent[:-_MOST_RECENT]
    return found


def _words_of(column: pd.Series) -> _Words:
    return _remembered(column, _words)


def _words(column: pd.Series) -> _Words:
    place, named = pd.factorize(column.array)
    known, order = plain_ids(nw.from_native(pd.Series(named), series_only=True), str(column.name))
    sorted_place = np.full(len(order) + 1, -1, dtype=np.intp)  # the last one for cells without a text
    sorted_place[order] = np.arange(len(order))
    return _Words(known, sorted_place[place])


def _all_differ(column: pd.Series) -> bool:
    return is_ascending(nw.from_native(column, series_only=True)) or column.is_unique


def _fits(orders: pd.DataFrame, rules: OrderRules) -> bool:
    """Tell whether the columns are there, of the shipped shops' types, and each row an order of its own."""
    names = {role: column for role, column in rules.columns.items() if column is not None}
    if not orders.columns.is_unique or not set(names.values()) <= set(orders.columns):
        return False
    types = {role: orders[column].dtype for role, column in names.items()}
    if any(types[role] != np.dtype("int64") for role in _AMOUNTS if role in types):
        return False
    if not all(_is_text(types[role]) for role in _TEXTS if role in types):
        return False
    if types["ordered_at"] != pd.DatetimeTZDtype("us", "UTC"):
        return False
    if "order_id" not in names:
        return True
    return _remembered(orders[names["order_id"]], _all_differ)


def _is_text(kind: Any) -> bool:
    return isinstance(kind, pd.StringDtype) and kind == "str"


def _micros(day: dt.date, timezone: str) -> int:
    return (midnight(day, timezone) - _EPOCH) // _MICRO
