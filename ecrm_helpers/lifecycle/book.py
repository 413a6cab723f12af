"""Counted orders as sorted arrays: the grain on which stages at any date are looked up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np

from ecrm_helpers.orders import order_rows

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

    from ecrm_helpers.orders import OrderRules

__all__ = ["OrderBook", "is_count", "read_orders"]


def is_count(value: object, *, least: int) -> bool:
    """Tell whether `value` is a whole number, not a truth value, of at least `least`."""
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least


@dataclass(frozen=True)
class OrderBook:
    """Counted orders as arrays sorted by customer and day.

    Attributes
    ----------
    ids : Series of customer ids, sorted
    customer : ndarray of int64, position in `ids` of each order's customer
    day : ndarray of int64, local day of each order, days since 1970-01-01
    net : ndarray of int64, fen
    """

    ids: pd.Series
    customer: NDArray[np.int64]
    day: NDArray[np.int64]
    net: NDArray[np.int64]

    def before(self, day: int) -> NDArray[np.int64]:
        """Return, per customer, where the orders before `day` end in the sorted arrays."""
        return np.searchsorted(self._key, self._no_day + day)

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """Where each customer's orders begin in the sorted arrays."""
        return np.searchsorted(self.customer, np.arange(len(self.ids)))

    @cached_property
    def _no_day(self) -> NDArray[np.int64]:
        return np.arange(len(self.ids), dtype=np.int64) << 32

    @cached_property
    def _key(self) -> NDArray[np.int64]:
        return (self.customer << 32) + self.day


def read_orders(orders: Any, *, end: dt.date, rules: OrderRules) -> OrderBook:
    """Collect the orders before `end` that count.

    Raises
    ------
    DataError
        As :func:`ecrm_helpers.rfm.customer_table`.
    """
    rows = order_rows(orders, rules, end=end)
    order = np.lexsort((rows.day, rows.customer))
    return OrderBook(ids=rows.ids, customer=rows.customer[order], day=rows.day[order], net=rows.net[order])
