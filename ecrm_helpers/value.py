"""What a customer is worth: lifetime value by the retention formula, grades, and concentration."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import value as say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["GRADES", "clv", "clv_table", "concentration", "grade_customers"]

GRADES = say.GRADES
"""The four grades, best first: VIP客户, 大客户, 普通客户, 小客户."""

_FIRST_PERIOD = ("immediate", "end")
_CUTS = {"revenue": (0.2, 0.5, 0.8), "customers": (0.01, 0.05, 0.2)}


def clv(
    margin: float,
    *,
    retention: float,
    discount: float,
    first_period: Literal["immediate", "end"] = "end",
    periods: int | None = None,
) -> float:
    """Return the lifetime value of a customer with constant margin and retention.

    ===============  ============================================  =====================
    `first_period`   sum                                           endless
    ===============  ============================================  =====================
    ``"immediate"``  ``margin * (r / (1 + d)) ** t``, t = 0 … n-1  ``m (1 + d) / (1 + d - r)``
    ``"end"``        ``margin * (r / (1 + d)) ** t``, t = 1 … n    ``m r / (1 + d - r)``
    ===============  ============================================  =====================

    "immediate": the first margin is earned now and for certain, as when the customer has just bought. "end":
    it is earned a period later, if the customer stays; the endless form is Gupta & Lehmann's margin multiple.
    The two differ by exactly one margin when endless, so a CLV without its convention cannot be compared.

    Parameters
    ----------
    margin : float
        Contribution per customer and period (revenue less goods, delivery and service), in any unit of
        money; the cost of winning the customer is not in it.
    retention : float
        Probability 0 to 1 of staying for another period, the same in each.
    discount : float
        Per period, at least 0. Period and rates must belong together: a yearly margin needs yearly rates.
    first_period : {'immediate', 'end'}, default="end"
    periods : int, optional
        Number of margins counted; endless when None.

    Returns
    -------
    float, in the unit of `margin`

    Raises
    ------
    SettingsError
        If a number is out of range, or an endless value would be infinite.

    References
    ----------
    Gupta, S., & Lehmann, D. R. (2003). Customers as assets. *Journal of Interactive Marketing*, 17(1), 9-24.

    Examples
    --------
    >>> round(clv(1, retention=0.8, discount=0.12), 2)
    2.5
    >>> round(clv(100, retention=0.8, discount=0.12, first_period="immediate"), 2)
    350.0
    """
    _check_number("margin", margin, low=-math.inf, high=math.inf, span="有限")
    _check_number("retention", retention, low=0, high=1, span="0 到 1 之间")
    _check_number("discount", discount, low=0, high=math.inf, span="不小于 0 ")
    if first_period not in _FIRST_PERIOD:
        message = say.bad_choice("first_period", first_period, _FIRST_PERIOD)
        raise SettingsError(message)
    whole = isinstance(periods, Integral) and not isinstance(periods, bool)
    if periods is not None and (not whole or periods < 1):
        message = say.bad_periods(periods)
        raise SettingsError(message)
    ratio = retention / (1 + discount)
    if ratio == 1 and periods is None:
        message = say.endless()
        raise SettingsError(message)
    start = margin if first_period == "immediate" else margin * ratio
    if ratio == 1:
        return float(start * (periods or 0))
    tail = 0.0 if periods is None else ratio**periods
    return float(start * (1 - tail) / (1 - ratio))


def clv_table(
    margin: float = 1.0,
    *,
    retention: Sequence[float] = (0.6, 0.7, 0.8, 0.9),
    discount: Sequence[float] = (0.10, 0.12, 0.14, 0.16),
    first_period: Literal["immediate", "end"] = "end",
    periods: int | None = None,
) -> pd.DataFrame:
    """Return :func:`clv` for every pair of retention (rows) and discount (columns).

    Returns
    -------
    pandas.DataFrame, index ``retention``, columns ``discount``, in the unit of `margin`

    Examples
    --------
    >>> clv_table().round(2).loc[0.9].tolist()
    [4.5, 4.09, 3.75, 3.46]
    """
    values = [
        [clv(margin, retention=r, discount=d, first_period=first_period, periods=periods) for d in discount]
        for r in retention
    ]
    rows, columns = pd.Index(retention, name="retention"), pd.Index(discount, name="discount")
    return pd.DataFrame(values, index=rows, columns=columns)


def grade_customers(
    table: pd.DataFrame,
    *,
    by: str = "monetary",
    basis: Literal["revenue", "customers"] = "revenue",
    cuts: Sequence[float] | None = None,
) -> pd.DataFrame:
    """Grade customers VIP, 大, 普通, 小 by what the customers before them amount to.

    Order customers by amount, largest first. A customer's position is the share of revenue (or of customers)
    that belongs to those with a strictly larger amount: VIP below the first cut, 大 below the second, 普通
    below the third, 小 from there on. So the best customer is always VIP and equal amounts get equal grades.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per customer, for example from :func:`ecrm_helpers.rfm.customer_table`. Never modified.
    by : str, default="monetary"
        Column of amounts.
    basis : {'revenue', 'customers'}, default="revenue"
        "revenue": who brings the first 20 %, the next 30 %, the next 30 %, the last 20 % of revenue.
        "customers": the first 1 %, next 4 %, next 15 % and last 80 % of customers, the customer pyramid of
        many textbooks.
    cuts : three floats, optional
        Rising, between 0 and 1; by default (0.2, 0.5, 0.8) for revenue and (0.01, 0.05, 0.2) for customers.
        Where to cut is a decision of the firm, not a law.

    Returns
    -------
    pandas.DataFrame
        `table` with ``share_before`` (float) and ``grade`` (one of GRADES).

    Raises
    ------
    SettingsError, DataError
        DataError if the table is empty, lacks the column, or its amounts have gaps or no positive sum.

    Examples
    --------
    >>> table = pd.DataFrame({"monetary": [5000, 3000, 1000, 1000]})
    >>> list(grade_customers(table)["grade"])
    ['VIP客户', '普通客户', '小客户', '小客户']
    """
    if basis not in _CUTS:
        message = say.bad_choice("basis", basis, tuple(_CUTS))
        raise SettingsError(message)
    limits = tuple(_CUTS[basis] if cuts is None else cuts)
    if len(limits) != len(GRADES) - 1 or not 0 < limits[0] < limits[1] < limits[2] < 1:
        message = say.bad_cuts(cuts)
        raise SettingsError(message)
    amounts = _amounts(table, by)
    before = _share_of_larger(amounts, np.ones_like(amounts) if basis == "customers" else amounts)
    grade = np.array(GRADES, dtype=object)[np.searchsorted(np.array(limits), before, side="right")]
    result = table.assign(share_before=before, grade=grade)
    result.attrs = {**table.attrs, "basis": basis, "cuts": list(limits)}
    return result


def concentration(table: pd.DataFrame, *, top: float = 0.2, by: str = "monetary") -> float:
    """Return the share of revenue that the top share of customers brings.

    "80/20" is a saying, not a law: measure it. The top holds ``floor(top * n)`` customers, at least one.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per customer.
    top : float, default=0.2
        Above 0, at most 1.
    by : str, default="monetary"

    Raises
    ------
    SettingsError, DataError

    Examples
    --------
    >>> concentration(pd.DataFrame({"monetary": [700, 100, 100, 50, 50]}), top=0.2)
    0.7
    """
    message = say.bad_share(top)
    if isinstance(top, bool) or not isinstance(top, Real) or not 0 < float(top) <= 1:
        raise SettingsError(message)
    amounts = np.sort(_amounts(table, by))[::-1]
    # A share such as 0.29 of 100 customers is 28.999… in binary: do not lose the 29th.
    count = max(1, math.floor(float(top) * len(amounts) + 1e-9))
    return float(amounts[:count].sum() / amounts.sum())


def _share_of_larger(amounts: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(-amounts, kind="stable")
    running = np.concatenate([[0.0], np.cumsum(weights[order])])
    larger = np.searchsorted(-amounts[order], -amounts, side="left")
    return running[larger] / running[-1]


def _amounts(table: pd.DataFrame, by: str) -> NDArray[np.float64]:
    if by not in table.columns:
        message = say.column_missing(by, table.columns)
        raise DataError(message)
    if table.empty:
        message = say.no_rows()
        raise DataError(message)
    column = table[by]
    if not pd.api.types.is_numeric_dtype(column) or column.isna().any() or column.sum() <= 0:
        message = say.no_revenue()
        raise DataError(message)
    return column.to_numpy().astype(np.float64)


def _check_number(name: str, value: object, *, low: float, high: float, span: str) -> None:
    message = say.bad_number(name, value, span)
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(float(value)):
        raise SettingsError(message)
    if not low <= float(value) <= high:
        raise SettingsError(message)
