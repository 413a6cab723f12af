"""Cases for counting R, F and M by hand."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.cases.drawing import first
from ecrm_helpers.messages import cases as words
from ecrm_helpers.orders import local_days_of
from ecrm_helpers.rfm import RFMSettings, classify, customer_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecrm_helpers.datasets import Shop

__all__ = ["COUNTED", "classified", "hand_customers", "hand_orders", "rfm_of", "status_table"]

COUNTED = ("completed", "partly_refunded")
"""The statuses of an order that counts as a purchase."""

_FEN = 100
_SHORT = (2, 6)
_BEIJING = "Asia/Shanghai"


def status_table(shop: Shop) -> pd.DataFrame:
    """Count all orders of a shop by status, amounts and refunds in yuan.

    Returns
    -------
    pandas.DataFrame
        One row per status and a last row of totals; columns in Chinese: status, orders, amount, refund.
    """
    statuses = shop.orders["status"].to_numpy(dtype=object)
    amounts, refunds = (shop.orders[name].to_numpy() for name in ("amount_cny", "refund_cny"))
    rows = [statuses == status for status in words.STATUS_NAMES]
    orders = np.array([np.count_nonzero(row) for row in rows])
    amount, refund = (np.array([fen[row].sum() for row in rows]) / _FEN for fen in (amounts, refunds))
    return pd.DataFrame(
        {
            words.ORDERS: np.append(orders, orders.sum()),
            words.AMOUNT: np.append(amount, amount.sum()),
            words.REFUND: np.append(refund, refund.sum()),
        },
        index=pd.Index([*words.STATUS_NAMES.values(), words.TOTAL], name=words.STATUS),
    )


def rfm_of(shop: Shop) -> pd.DataFrame:
    """Return R (days), F (orders) and M (fen, total) of the shop's customers, by customer id."""
    return _table(shop).set_index("customer_id").copy()


def classified(shop: Shop) -> pd.DataFrame:
    """Return :func:`rfm_of` with the eight classes of the mean split."""
    return _classified(shop).copy()


@lru_cache(maxsize=4)
def _table(shop: Shop) -> pd.DataFrame:
    return customer_table(shop.orders, RFMSettings(as_of=shop.as_of))


@lru_cache(maxsize=4)
def _classified(shop: Shop) -> pd.DataFrame:
    return classify(_table(shop), RFMSettings(as_of=shop.as_of)).set_index("customer_id")


def hand_customers(shop: Shop) -> dict[str, str]:
    """Pick three customers to count by hand, each with one trap in the order list.

    甲 has a cancelled or fully refunded order after the last one that counts, 乙 a partial refund, and
    丙 placed the last order after 16:00 UTC, which is the next day in Beijing.

    Returns
    -------
    dict
        Label to customer id.

    Raises
    ------
    DataError
        If the shop has no such customers.
    """
    return dict(_hand_customers(shop))


@lru_cache(maxsize=4)
def _hand_customers(shop: Shop) -> dict[str, str]:
    orders = shop.orders
    customer, names = pd.factorize(orders["customer_id"])
    status = orders["status"].to_numpy(dtype=object)
    counted, at = np.isin(status, COUNTED), pd.DatetimeIndex(orders["ordered_at"])
    rows, purchases = (np.bincount(customer[some], minlength=len(names)) for some in (customer >= 0, counted))
    short = (rows >= _SHORT[0]) & (rows <= _SHORT[1]) & (purchases >= _SHORT[0])
    newest, last = (_latest(customer[some], at[some], len(names)) for some in (customer >= 0, counted))
    refunded = np.isin(np.arange(len(names)), customer[status == "partly_refunded"])
    skipped = local_days_of(newest, _BEIJING) > local_days_of(last, _BEIJING)
    late = local_days_of(last, _BEIJING) > local_days_of(last, "UTC")
    wanted = (short & skipped, short & refunded & ~skipped, short & late & ~skipped & ~refunded)
    return {
        label: first(shop, label, names[chosen]) for label, chosen in zip(words.LABELS, wanted, strict=False)
    }


def _latest(customer: NDArray[np.intp], at: pd.DatetimeIndex, people: int) -> pd.DatetimeIndex:
    """Return each customer's latest time; who has none gets one before all."""
    found = np.full(people, at.asi8.min(initial=0))
    np.maximum.at(found, customer, at.asi8)
    return pd.DatetimeIndex(found.view(f"datetime64[{at.unit}]")).tz_localize("UTC")


def hand_orders(shop: Shop) -> pd.DataFrame:
    """List all orders of the customers of :func:`hand_customers`, oldest first, amounts in yuan."""
    labels = {customer: label for label, customer in hand_customers(shop).items()}
    rank = {label: place for place, label in enumerate(words.LABELS)}
    columns = ["customer_id", "ordered_at", "order_id", "status", "amount_cny", "refund_cny"]
    orders = shop.orders.loc[shop.orders["customer_id"].isin(list(labels)), columns]
    # A dozen rows: what pandas needs to set out for a join and a sort takes longer than both.
    rows = [
        (labels[who], *more) for who, *more in zip(*(orders[name].tolist() for name in columns), strict=True)
    ]
    rows.sort(key=lambda row: (rank[row[0]], *row[1:3]))
    label, at, order, status, amount, refund = zip(*rows, strict=True)
    shown = {
        words.ORDERED_AT: [moment.strftime("%Y-%m-%d %H:%M") for moment in at],
        words.STATUS: [words.STATUS_NAMES.get(one) for one in status],
        words.AMOUNT: np.array(amount) / _FEN,
        words.REFUND: np.array(refund) / _FEN,
    }
    index = pd.MultiIndex.from_arrays([label, order], names=[words.CUSTOMER, words.ORDER_ID])
    return pd.DataFrame(shown, index=index)
