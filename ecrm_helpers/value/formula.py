"""Lifetime value by the retention formula: one margin, one retention rate, one discount rate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import pandas as pd

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import value as say
from ecrm_helpers.value._checks import check_number, check_periods

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["clv", "clv_table"]

_FIRST_PERIOD = ("immediate", "end")


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
    check_number("margin", margin, low=-math.inf, high=math.inf, span="有限")
    check_number("retention", retention, low=0, high=1, span="0 到 1 之间")
    check_number("discount", discount, low=0, high=math.inf, span="不小于 0 ")
    if first_period not in _FIRST_PERIOD:
        message = say.bad_choice("first_period", first_period, _FIRST_PERIOD)
        raise SettingsError(message)
    if periods is not None:
        check_periods(periods, name="periods")
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
