"""Cases for lifetime value: two groups of customers and the price of a coupon."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.cases.drawing import draw
from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import cases as words
from ecrm_helpers.messages import orders as say
from ecrm_helpers.orders import OrderRules, as_day, order_rows
from ecrm_helpers.value import clv

if TYPE_CHECKING:
    from ecrm_helpers.datasets import Shop

__all__ = ["DISCOUNT", "Coupon", "coupon", "coupon_offer", "group_clv", "value_groups", "value_table"]

DISCOUNT = 0.10
"""A year."""

_FEN = 100
_REGULAR = 2
_GROSS_MARGIN = 0.4


def value_groups(shop: Shop) -> pd.DataFrame:
    """Measure yearly margin and retention of two groups on the shop's own two years.

    Customers are grouped by the orders of their first year (before one year ahead of the as-of date). A
    customer is kept when there is an order in the second year; the margin is the mean net revenue of a
    kept customer in that year times a gross margin of 40 %. An order with lines in both years was placed
    in the first: nobody comes back by it.

    Returns
    -------
    pandas.DataFrame
        Index A, B (which is which differs between owners); columns ``group`` ("repeat" or "single"),
        ``customers``, ``margin`` (whole yuan a year), ``retention`` (two decimals).

    Raises
    ------
    DataError
        If a year has no order that counts, or a group no customer.
    """
    groups = _value_groups(shop)
    names = ("group", "customers", "margin", "retention")
    return pd.DataFrame({name: [getattr(one, name) for one in groups] for name in names}, index=_index())


@dataclass(frozen=True)
class _Group:
    group: str
    customers: int
    margin: int
    retention: float


def _index() -> pd.Index:
    return pd.Index(["A", "B"], name=words.GROUP)


@lru_cache(maxsize=4)
def _value_groups(shop: Shop) -> tuple[_Group, _Group]:
    rules, end = OrderRules(), as_day(shop.as_of)
    turn = (shop.as_of - pd.DateOffset(years=1)).date()
    rows = order_rows(shop.orders, rules, end=end)
    late = rows.day >= (turn - dt.date(1970, 1, 1)).days
    for year, last, start in ((~late, turn, None), (late, end, turn)):
        if not year.any():
            message = say.no_orders_counted(last, rules.statuses, start)
            raise DataError(message)
    people = len(rows.ids)
    before, after = (np.bincount(rows.customer[year], minlength=people) for year in (~late, late))
    spent = np.bincount(rows.customer[late], weights=rows.net[late], minlength=people)
    kept, found = after > 0, {}
    for name, some in (("repeat", before >= _REGULAR), ("single", (before > 0) & (before < _REGULAR))):
        if not some.any():
            raise DataError.explain(words.no_group(name), hint=words.NO_CASE_HINT)
        margin = spent[some & kept].sum() / max((some & kept).sum(), 1) * _GROSS_MARGIN / _FEN
        retention = float(np.round(kept[some].mean(), 2))
        found[name] = _Group(name, int(some.sum()), round(float(margin)), retention)
    one, other = (found[name] for name in draw(shop, label="value", ids=found))
    return one, other


def value_table(shop: Shop) -> pd.DataFrame:
    """Show :func:`value_groups` in Chinese."""
    groups = _value_groups(shop)
    return pd.DataFrame(
        {
            words.WHO: [words.VALUE_GROUPS[one.group] for one in groups],
            words.CUSTOMERS: [one.customers for one in groups],
            words.MARGIN: [one.margin for one in groups],
            words.RETENTION: [one.retention for one in groups],
        },
        index=_index(),
    )


def group_clv(margin: float, retention: float) -> float:
    """Return the lifetime value (yuan) of a customer whose margin of this year is already in the till.

    ``margin * retention / (1 + DISCOUNT - retention)``: the next margin arrives a year from now, if the
    customer is still there.

    Examples
    --------
    >>> round(group_clv(100, 0.60), 2)
    120.0
    """
    return float(clv(margin, retention=retention, discount=DISCOUNT, first_period="end"))


@dataclass(frozen=True, kw_only=True)
class Coupon:
    """A coupon's cost per customer (yuan) and what it is assumed to add to yearly retention."""

    cost: int
    lift: float


def coupon(shop: Shop, *, lift: float = 0.05) -> Coupon:
    """Price a coupon between what it brings in the two groups, so that money decides for one of them."""
    gains = [
        group_clv(one.margin, one.retention + lift) - group_clv(one.margin, one.retention)
        for one in _value_groups(shop)
    ]
    return Coupon(cost=round(sum(gains) / len(gains)), lift=lift)


def coupon_offer(shop: Shop) -> str:
    """Say in Chinese what :func:`coupon` costs and adds."""
    offer = coupon(shop)
    return words.coupon_offer(cost=offer.cost, lift=offer.lift)
