"""Pack an order table into the few bytes the RFM explorer's browser code reads."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import orders as order_words
from ecrm_helpers.messages import widgets as say
from ecrm_helpers.orders import OrderRules, counted_orders, local_days, local_days_of, plain_orders

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["pack_orders"]

_END_OF_TIME = dt.date(2200, 1, 1)
_INT32 = 2**31 - 1
_UINT16 = 2**16 - 1


def pack_orders(orders: Any, *, name: str, rules: OrderRules, as_of: dt.date | None) -> dict[str, Any]:
    """Turn orders into columns sorted by customer and day.

    Parameters
    ----------
    orders : DataFrame
        Columns as in ``ecrm_helpers.orders.COLUMNS``; one row per order or per order line.
    name : str
        The shop's name, for messages.
    rules : OrderRules
        Which orders count and where a day begins.
    as_of : date or None
        End of the data (exclusive); ``None`` for the day after the last order.

    Returns
    -------
    dict
        ``counts`` (uint16 per customer), ``days`` (uint16, days since 1970-01-01) and ``amounts`` (int32,
        minor units) as little-endian bytes, ``first_day`` and ``as_of`` as ISO dates, ``money_range`` as
        the two ends of the money axis in minor units. Customer ids stay in Python.

    Raises
    ------
    DataError
        If no order counts, an amount does not fit 32 bits, a day lies before 1970 or after 2149, or a
        customer has more than 65,535 orders.
    """
    starts, days, net = _order_grain(orders, rules, end=as_of or _END_OF_TIME)
    if not len(net):
        message = say.no_orders(name)
        raise DataError(message)
    if np.abs(net).max() > _INT32:
        message = say.amount_too_large(name)
        raise DataError(message)
    counts = np.diff(starts, append=len(net))
    if counts.max() > _UINT16:
        message = say.too_many_orders(name, int(counts.max()))
        raise DataError(message)
    first, last = int(days.min()), int(days.max())
    if first < 0 or last > _UINT16:
        message = say.strange_date(name, _date(first).isoformat(), _date(last).isoformat())
        raise DataError(message)
    end = as_of or _date(last + 1)
    return {
        "counts": counts.astype("<u2").tobytes(),
        "days": days.astype("<u2").tobytes(),
        "amounts": net.astype("<i4").tobytes(),
        "first_day": _date(first).isoformat(),
        "as_of": end.isoformat(),
        "money_range": _money_range(np.add.reduceat(net, starts)),
    }


def _order_grain(
    orders: Any, rules: OrderRules, *, end: dt.date
) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64]]:
    """Return the first row of each customer, and each counted order's day number and net amount.

    The orders are sorted by customer, day and amount.
    """
    if (plain := plain_orders(orders, rules, end=end)) is not None:
        day = local_days_of(plain.at, rules.timezone).astype(np.int64)
        order = np.lexsort((plain.net, day, plain.customer))
        return _starts(plain.customer[order]), day[order], plain.net[order]
    counted = counted_orders(orders, rules, end=end).lazy().collect()
    missing = int(counted["net"].is_null().sum())
    if missing:
        message = order_words.amount_missing(str(rules.columns["amount_cny"]), missing)
        raise DataError(message)
    days = local_days(counted["at"], rules.timezone).astype("datetime64[D]").astype(np.int64)
    frame = pd.DataFrame(
        {
            "customer": counted["customer"].to_list(),
            "day": days,
            "net": counted["net"].to_numpy().astype(np.int64),
        }
    )
    if "order" in counted.columns:
        frame["order"] = counted["order"].to_list()
        if frame.duplicated(["customer", "order"]).any():
            frame = frame.groupby(["customer", "order"], as_index=False).agg({"day": "max", "net": "sum"})
    frame = frame.dropna(subset="customer").sort_values(["customer", "day", "net"], kind="stable")
    customer = frame["customer"].factorize()[0]
    return _starts(customer), frame["day"].to_numpy(), frame["net"].to_numpy()


def _starts(customer: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return where each run of one customer starts."""
    return np.flatnonzero(np.diff(customer, prepend=-1))


def _date(day: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=day)


def _money_range(totals: NDArray[np.int64]) -> list[int]:
    """Return the ends of the log money axis: 99.9 % of customers with some room, from one yuan up."""
    low, high = np.quantile(np.maximum(totals, 100), [0.001, 1.0])
    return [max(100, int(low / 1.6)), int(high * 1.25) + 1]
