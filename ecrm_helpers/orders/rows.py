"""Counted orders one by one, for models that look at when each was placed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import orders as say
from ecrm_helpers.orders.ids import plain_ids
from ecrm_helpers.orders.plain import plain_orders
from ecrm_helpers.orders.read import collected, counted_orders, local_days

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ecrm_helpers.orders.rules import OrderRules

__all__ = ["OrderRows", "order_rows"]


@dataclass(frozen=True)
class OrderRows:
    """Orders as columns of equal length, in no order.

    Attributes
    ----------
    ids : Series of customer ids, sorted
    customer : ndarray of int64, position in `ids` of each order's customer
    day : ndarray of int64, local day of each order, days since 1970-01-01
    at : DatetimeIndex in UTC or narwhals Series, time of each order as the table holds it
    net : ndarray of int64, minor units
    """

    ids: pd.Series
    customer: NDArray[np.int64]
    day: NDArray[np.int64]
    at: pd.DatetimeIndex | nw.Series[Any]
    net: NDArray[np.int64]


def order_rows(orders: Any, rules: OrderRules, *, end: dt.date) -> OrderRows:
    """Collect the orders before `end` that count and have a customer.

    The lines of an order are one order, at its first time.

    Raises
    ------
    DataError
        As :func:`ecrm_helpers.rfm.customer_table`.
    """
    if (plain := plain_orders(orders, rules, end=end)) is not None:
        return OrderRows(plain.ids, plain.customer, plain.day, plain.at, plain.net)
    counted = counted_orders(orders, rules, end=end).filter(~nw.col("customer").is_null())
    # Counted before grouping: Polars adds up an order whose only amount is missing to 0.
    counted = counted.with_columns(without=nw.col("net").is_null().cast(nw.Int64))
    if "order" in counted.collect_schema():
        counted = counted.group_by("customer", "order").agg(
            nw.col("at").min(), nw.col("net").sum(), nw.col("without").sum()
        )
    frame = collected(counted)
    if frame.shape[0] == 0:
        statuses = rules.statuses if rules.columns["status"] else None
        message = say.no_orders_counted(end, statuses, None)
        raise DataError(message)
    if without := int((frame["without"] > 0).sum()):
        message = say.amount_missing(str(rules.columns["amount_cny"]), without)
        raise DataError(message)
    ids, _ = plain_ids(frame["customer"].unique(), str(rules.columns["customer_id"]))
    customer = pd.Index(ids).get_indexer(pd.Index(frame["customer"].to_list())).astype(np.int64)
    day = local_days(frame["at"], rules.timezone).astype(np.int64)
    return OrderRows(ids, customer, day, frame["at"], frame["net"].to_numpy().astype(np.int64))
