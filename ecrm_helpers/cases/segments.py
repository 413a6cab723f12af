"""Cases for thresholds, class names and plans."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.cases.counting import measured
from ecrm_helpers.cases.drawing import draw, first
from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import cases as words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecrm_helpers.datasets import Shop

__all__ = [
    "PLAN_CLASSES",
    "VipTarget",
    "class_customers",
    "class_means",
    "group_table",
    "groups_in_order",
    "vip_request",
    "vip_target",
]

PLAN_CLASSES = ("HHH", "LHH", "HLL", "LLL")
"""Classes whose plans differ most."""

_FEN = 100
_REGULAR = 2
_MARGIN_OF_DOUBT = 0.06
_CASES = 6
_COLUMNS = ("recency_days", "frequency", "monetary")


@dataclass(frozen=True, kw_only=True)
class VipTarget:
    """What the boss asks of a VIP list.

    people : (int, int)
        Fewest and most customers on it.
    recency_days : int
        Nobody on it may have been silent longer.
    revenue_share : float
        Least share of the shop's 24-month net revenue, 0 to 1.
    """

    people: tuple[int, int]
    recency_days: int
    revenue_share: float


def vip_target(
    shop: Shop, *, people: tuple[int, int] = (20, 60), recency_days: int = 180, slack: float = 0.85
) -> VipTarget:
    """Set a share of revenue that thresholds can reach in this shop.

    It is `slack` times the share of the best `people[1]` customers (at least two orders, not silent for
    longer than `recency_days`), rounded down to a whole per cent; hence thresholds that reach it exist.
    """
    table = measured(shop)
    silent, frequency, spent = (table.rfm[name] for name in _COLUMNS)
    near = np.sort(spent[(silent <= recency_days) & (frequency >= _REGULAR)])
    best = near[::-1][: max(people[1], 0)].sum() / spent.sum()
    share = np.floor(best * slack * _FEN) / _FEN
    return VipTarget(people=people, recency_days=recency_days, revenue_share=float(share))


def vip_request(shop: Shop) -> str:
    """Say in Chinese what :func:`vip_target` asks."""
    target = vip_target(shop)
    return words.vip_request(people=target.people, days=target.recency_days, share=target.revenue_share)


def class_customers(shop: Shop, *, count: int = _CASES) -> pd.DataFrame:
    """Pick customers of different classes, none of them near a mean.

    Returns
    -------
    pandas.DataFrame
        Index 甲, 乙 …;
        columns ``customer_id``, ``recency_days``, ``frequency``, ``monetary`` (fen), ``code``.

    Raises
    ------
    DataError
        If the shop has fewer than `count` classes with such a customer.
    """
    return _class_customers(shop, count).copy()


@lru_cache(maxsize=4)
def _class_customers(shop: Shop, count: int) -> pd.DataFrame:
    table = measured(shop)
    clear = np.ones(len(table), dtype=bool)
    for column in table.rfm.values():
        clear &= np.abs(column - _mean(column)) >= _MARGIN_OF_DOUBT * _mean(column)
    names, code_of = table.ids[clear], table.code[clear]
    codes = draw(shop, label="classes", ids=code_of)[:count]
    if len(codes) < count:
        raise DataError.explain(words.no_case(words.LABELS[len(codes)]), hint=words.NO_CASE_HINT)
    chosen = [first(shop, code, names[code_of == code]) for code in codes]
    rows = np.searchsorted(table.ids, np.array(chosen, dtype=object))
    measures = {name: column[rows] for name, column in table.rfm.items()}
    index = pd.Index(words.LABELS[:count], name=words.CUSTOMER)
    picked = pd.DataFrame({"customer_id": chosen, **measures, "code": codes}, index=index)
    picked.attrs = table.attrs
    return picked


def class_means(shop: Shop) -> pd.DataFrame:
    """Show R, F and M (yuan) of :func:`class_customers`, with the shop's means as the last row."""
    table, picked = measured(shop), _class_customers(shop, _CASES)
    values = {
        name: np.append(picked[name].to_numpy(float), _mean(values)) for name, values in table.rfm.items()
    }
    index = pd.Index([*picked.index, words.SHOP_MEAN], name=words.CUSTOMER)
    shown = _named(values, index, places={"recency_days": 1, "frequency": 2, "monetary": 2})
    shown.attrs = table.attrs
    return shown


def _named(values: dict[str, NDArray[Any]], index: pd.Index, *, places: dict[str, int]) -> pd.DataFrame:
    """Show means in Chinese, rounded, money in yuan."""
    shown = {**values, "monetary": values["monetary"] / _FEN}
    names = {
        "recency_days": words.RECENCY_MEAN,
        "frequency": words.FREQUENCY_MEAN,
        "monetary": words.MONETARY_MEAN,
    }
    return pd.DataFrame({names[name]: shown[name].round(places[name]) for name in names}, index=index)


def groups_in_order(shop: Shop) -> list[str]:
    """Return :data:`PLAN_CLASSES` in the order in which this shop's owner meets them."""
    return draw(shop, label="groups", ids=PLAN_CLASSES)


def group_table(shop: Shop) -> pd.DataFrame:
    """Describe the groups of :func:`groups_in_order` by their means, without their names."""
    table = measured(shop)
    members = [table.code == code for code in groups_in_order(shop)]
    means = {
        name: np.array([*(_mean(values[some]) for some in members), _mean(values)])
        for name, values in table.rfm.items()
    }
    index = pd.Index([*words.GROUP_NAMES, words.SHOP_MEAN], name=words.GROUP)
    shown = _named(means, index, places={"recency_days": 0, "frequency": 1, "monetary": 0})
    spent = table.rfm["monetary"]
    shown.insert(0, words.CUSTOMERS, [*(int(some.sum()) for some in members), len(table)])
    shown[words.SHARE] = [*(round(100 * spent[some].sum() / spent.sum(), 1) for some in members), 100.0]
    shown.attrs = table.attrs
    return shown


def _mean(values: NDArray[Any]) -> float:
    return values.sum() / len(values) if len(values) else np.nan
