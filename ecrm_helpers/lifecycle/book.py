"""Counted orders as sorted arrays: the grain on which stages at any date are looked up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from numbers import Integral
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import orders as say_orders
from ecrm_helpers.orders import OrderRules, counted_orders, local_days, plain_ids

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

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
        customers = np.arange(len(self.ids), dtype=np.int64) << 32
        return np.searchsorted(self._key, customers + day).astype(np.int64)

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
    counted = counted_orders(orders, rules, end=end).filter(~nw.col("customer").is_null())
    # Counted before grouping: Polars adds up an order whose only amount is missing to 0.
    counted = counted.with_columns(without=nw.col("net").is_null().cast(nw.Int64))
    if "order" in counted.collect_schema():
        counted = counted.group_by("customer", "order").agg(
            nw.col("at").min(), nw.col("net").sum(), nw.col("without").sum()
        )
    frame = counted.collect() if isinstance(counted, nw.LazyFrame) else counted
    if frame.shape[0] == 0:
        statuses = rules.statuses if rules.columns["status"] else None
        message = say_orders.no_orders_counted(end, statuses, None)
        raise DataError(message)
    if without := int((frame["without"] > 0).sum()):
        message = say_orders.amount_missing(str(rules.columns["amount_cny"]), without)
        raise DataError(message)
    ids, _ = plain_ids(frame["customer"].unique(), str(rules.columns["customer_id"]))
    customer = pd.Index(ids).get_indexer(pd.Index(frame["customer"].to_list())).astype(np.int64)
    day = local_days(frame["at"], rules.timezone).astype(np.int64)
    order = np.lexsort((day, customer))
    net = frame["net"].to_numpy().astype(np.int64)
    return OrderBook(ids=ids, customer=customer[order], day=day[order], net=net[order])
