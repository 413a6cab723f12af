"""Cases for counting R, F and M by hand."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.cases.drawing import first
from ecrm_helpers.messages import cases as words
from ecrm_helpers.orders import local_days_of, texts_of
from ecrm_helpers.rfm import RFMSettings, classes_of, classify, customer_table

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from numpy.typing import NDArray

    from ecrm_helpers.datasets import Shop

__all__ = [
    "COUNTED",
    "HandOrder",
    "Measured",
    "classified",
    "hand_customers",
    "hand_orders",
    "hand_rows",
    "measured",
    "rfm_of",
    "status_table",
    "status_totals",
]

COUNTED = ("completed", "partly_refunded")
"""The statuses of an order that counts as a purchase."""

_FEN = 100
_SHORT = (2, 6)
_HAND_COLUMNS = ("ordered_at", "order_id", "status", "amount_cny", "refund_cny")
_BEIJING = "Asia/Shanghai"


def status_table(shop: Shop) -> pd.DataFrame:
    """Count all orders of a shop by status, amounts and refunds in yuan.

    Returns
    -------
    pandas.DataFrame
        One row per status and a last row of totals; columns in Chinese: status, orders, amount, refund.
    """
    orders, amounts, refunds = (
        np.array(column) for column in zip(*status_totals(shop).values(), strict=True)
    )
    amount, refund = amounts / _FEN, refunds / _FEN
    return pd.DataFrame(
        {
            words.ORDERS: np.append(orders, orders.sum()),
            words.AMOUNT: np.append(amount, amount.sum()),
            words.REFUND: np.append(refund, refund.sum()),
        },
        index=pd.Index([*words.STATUS_NAMES.values(), words.TOTAL], name=words.STATUS),
    )


def status_totals(shop: Shop) -> dict[str, tuple[int, int, int]]:
    """Return for each status how many orders have it, their amounts and their refunds in fen."""
    status = texts_of(shop.orders["status"])
    amounts, refunds = (shop.orders[name].to_numpy() for name in ("amount_cny", "refund_cny"))
    found = dict.fromkeys(words.STATUS_NAMES, (0, 0, 0))
    for place, name in enumerate(status.words):
        if name in found:
            rows = status.place == place
            found[name] = (int(rows.sum()), amounts[rows].sum().item(), refunds[rows].sum().item())
    return found


@dataclass(frozen=True)
class Measured:
    """R (days), F (orders), M (fen, total) and class of a shop's customers, as arrays sorted by their id.

    `rfm` holds ``recency_days``, ``frequency`` and ``monetary``. Remembered and shared: never changed.
    """

    ids: NDArray[np.object_]
    code: NDArray[np.object_]
    rfm: Mapping[str, NDArray[np.int64]]
    _attrs: Mapping[Hashable | None, Any]

    def __len__(self) -> int:
        """Return the number of customers."""
        return len(self.ids)

    def of(self, customer: object) -> dict[str, int]:
        """Return R, F and M of one customer."""
        row = np.flatnonzero(self.ids == customer)[0]
        return {name: int(column[row]) for name, column in self.rfm.items()}

    @property
    def attrs(self) -> dict[Hashable | None, Any]:
        """What :func:`~ecrm_helpers.rfm.classify` says beside its table, to be given away."""
        return deepcopy(dict(self._attrs))


@lru_cache(maxsize=4)
def measured(shop: Shop) -> Measured:
    """Measure the shop's customers and sort them into the eight classes of the mean split."""
    table = _table(shop)
    classes = classes_of(table, RFMSettings(as_of=shop.as_of))
    measures = {name: table[name].to_numpy() for name in ("recency_days", "frequency", "monetary")}
    ids, code = table["customer_id"].to_numpy(dtype=object), classes.code
    ids.flags.writeable = code.flags.writeable = False
    return Measured(ids, code, measures, classes.attrs)


def rfm_of(shop: Shop) -> pd.DataFrame:
    """Return R (days), F (orders) and M (fen, total) of the shop's customers, by customer id."""
    return _table(shop).set_index("customer_id").copy()


def classified(shop: Shop) -> pd.DataFrame:
    """Return :func:`rfm_of` with the eight classes of the mean split."""
    return classify(_table(shop), RFMSettings(as_of=shop.as_of)).set_index("customer_id").copy()


@lru_cache(maxsize=4)
def _table(shop: Shop) -> pd.DataFrame:
    return customer_table(shop.orders, RFMSettings(as_of=shop.as_of))


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
    known, status = (texts_of(orders[name]) for name in ("customer_id", "status"))
    customer, people = known.place, len(known.words)
    counts = np.array([*(word in COUNTED for word in status.words), False])
    counted, at = counts[status.place] & (customer >= 0), orders["ordered_at"].array
    rows, purchases = (np.bincount(customer[some], minlength=people) for some in (customer >= 0, counted))
    short = (rows >= _SHORT[0]) & (rows <= _SHORT[1]) & (purchases >= _SHORT[0])
    newest, last = (
        _latest(customer[some], at.asi8[some], people, at.unit) for some in (customer >= 0, counted)
    )
    refunded = np.zeros(people, dtype=bool)
    if "partly_refunded" in status.words:
        refunded[customer[(status.place == status.words.index("partly_refunded")) & (customer >= 0)]] = True
    last_day = local_days_of(last, _BEIJING)
    skipped = local_days_of(newest, _BEIJING) > last_day
    late = last_day > local_days_of(last, "UTC")
    wanted = (short & skipped, short & refunded & ~skipped, short & late & ~skipped & ~refunded)
    return {
        label: first(shop, label, [known.words[one] for one in np.flatnonzero(some)])
        for label, some in zip(words.LABELS, wanted, strict=False)
    }


def _latest(customer: NDArray[np.intp], at: NDArray[np.int64], people: int, unit: str) -> pd.DatetimeIndex:
    """Return each customer's latest time; who has none gets one before all."""
    found = np.full(people, at.min(initial=0))
    np.maximum.at(found, customer, at)
    return pd.DatetimeIndex(found.view(f"datetime64[{unit}]")).tz_localize("UTC")


@dataclass(frozen=True)
class HandOrder:
    """One order of a customer who is counted by hand; amounts in fen."""

    label: str
    at: pd.Timestamp
    order_id: str
    status: str
    amount: int
    refund: int


def hand_rows(shop: Shop) -> list[HandOrder]:
    """List all orders of the customers of :func:`hand_customers`, customer by customer, oldest first."""
    people, orders = hand_customers(shop), shop.orders
    known = texts_of(orders["customer_id"])
    label_at = {known.words.index(customer): label for label, customer in people.items()}
    rows = np.flatnonzero(np.isin(known.place, list(label_at)))
    labels = [label_at[place] for place in known.place[rows].tolist()]
    columns = (orders[name].array.take(rows).tolist() for name in _HAND_COLUMNS)
    found = [HandOrder(*row) for row in zip(labels, *columns, strict=True)]
    return sorted(found, key=lambda row: (words.LABELS.index(row.label), row.at, row.order_id))


def hand_orders(shop: Shop) -> pd.DataFrame:
    """List all orders of the customers of :func:`hand_customers`, oldest first, amounts in yuan."""
    rows = hand_rows(shop)
    shown = {
        words.ORDERED_AT: [row.at.strftime("%Y-%m-%d %H:%M") for row in rows],
        words.STATUS: [words.STATUS_NAMES.get(row.status) for row in rows],
        words.AMOUNT: np.array([row.amount for row in rows]) / _FEN,
        words.REFUND: np.array([row.refund for row in rows]) / _FEN,
    }
    levels = sorted({row.label for row in rows}), sorted({row.order_id for row in rows})
    codes = [levels[0].index(row.label) for row in rows], [levels[1].index(row.order_id) for row in rows]
    index = pd.MultiIndex(levels, codes, names=[words.CUSTOMER, words.ORDER_ID], verify_integrity=False)
    return pd.DataFrame(shown, index=index)
