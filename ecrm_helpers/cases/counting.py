"""Cases for counting R, F and M by hand."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from ecrm_helpers.cases.drawing import first
from ecrm_helpers.messages import cases as words
from ecrm_helpers.rfm import RFMSettings, classify, customer_table

if TYPE_CHECKING:
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
    grouped = shop.orders.groupby("status").agg(
        orders=("order_id", "size"), amount=("amount_cny", "sum"), refund=("refund_cny", "sum")
    )
    grouped = grouped.reindex(list(words.STATUS_NAMES), fill_value=0)
    shown = pd.DataFrame(
        {
            words.ORDERS: grouped["orders"],
            words.AMOUNT: grouped["amount"] / _FEN,
            words.REFUND: grouped["refund"] / _FEN,
        }
    )
    shown.loc["total"] = shown.sum()
    shown[words.ORDERS] = shown[words.ORDERS].astype(int)
    names = {**words.STATUS_NAMES, "total": words.TOTAL}
    shown.index = pd.Index([names[status] for status in shown.index], name=words.STATUS)
    return shown


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
    orders = shop.orders.sort_values(["ordered_at", "order_id"])
    counted = orders[orders["status"].isin(COUNTED)]
    rows = orders.groupby("customer_id").size()
    purchases = counted.groupby("customer_id").size()
    short = rows[rows.between(*_SHORT)].index.intersection(purchases[purchases >= _SHORT[0]].index)
    last = counted.groupby("customer_id")["ordered_at"].max().reindex(short)
    newest = orders.groupby("customer_id")["ordered_at"].max().reindex(short)
    refunded = set(orders.loc[orders["status"] == "partly_refunded", "customer_id"])
    skipped = newest.dt.tz_convert(_BEIJING).dt.date > last.dt.tz_convert(_BEIJING).dt.date
    late = last.dt.tz_convert(_BEIJING).dt.date > last.dt.tz_convert("UTC").dt.date
    wanted = {
        words.LABELS[0]: short[skipped],
        words.LABELS[1]: short[short.isin(refunded) & ~skipped],
        words.LABELS[2]: short[late & ~skipped & ~short.isin(refunded)],
    }
    return {label: first(shop, label, ids) for label, ids in wanted.items()}


def hand_orders(shop: Shop) -> pd.DataFrame:
    """List all orders of the customers of :func:`hand_customers`, oldest first, amounts in yuan."""
    labels = {customer: label for label, customer in hand_customers(shop).items()}
    orders = shop.orders[shop.orders["customer_id"].isin(list(labels))]
    rank = {label: place for place, label in enumerate(words.LABELS)}
    orders = orders.assign(
        label=orders["customer_id"].map(labels), rank=orders["customer_id"].map(labels).map(rank)
    ).sort_values(["rank", "ordered_at", "order_id"])
    shown = pd.DataFrame(
        {
            words.CUSTOMER: orders["label"],
            words.ORDER_ID: orders["order_id"],
            words.ORDERED_AT: orders["ordered_at"].dt.strftime("%Y-%m-%d %H:%M"),
            words.STATUS: orders["status"].map(words.STATUS_NAMES),
            words.AMOUNT: orders["amount_cny"] / _FEN,
            words.REFUND: orders["refund_cny"] / _FEN,
        }
    )
    return shown.set_index([words.CUSTOMER, words.ORDER_ID])
