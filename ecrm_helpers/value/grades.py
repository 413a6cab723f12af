"""Customer grades by what each brings, and how concentrated the revenue is."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import value as say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["GRADES", "concentration", "grade_customers"]

GRADES = say.GRADES
"""The four grades, best first: VIP客户, 大客户, 普通客户, 小客户."""

_CUTS = {"revenue": (0.2, 0.5, 0.8), "customers": (0.01, 0.05, 0.2)}


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
