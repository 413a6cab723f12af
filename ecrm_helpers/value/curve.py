"""What becomes of the retention formula: net of acquisition, period by period, and when it has paid back.

The browser's CLV explorer follows these functions, so they are plain float64 arithmetic. They take the same
keywords, so that one dict (the explorer's line of Python) fits them all: ``payback(**clv_settings)``.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd

from ecrm_helpers.value._checks import check_number, check_periods
from ecrm_helpers.value.formula import clv

__all__ = ["clv_curve", "net_clv", "payback"]

_ROUNDING = 1e-9  # a sum that reaches the cost but for its last binary digits has reached it


def net_clv(
    margin: float,
    *,
    retention: float,
    discount: float,
    acquisition_cost: float = 0.0,
    first_period: Literal["immediate", "end"] = "end",
    periods: int | None = None,
) -> float:
    """Return :func:`clv` less what winning the customer cost.

    Parameters
    ----------
    margin, retention, discount, first_period, periods
        As in :func:`clv`.
    acquisition_cost : float, default=0
        Paid once, now; at least 0, in the unit of `margin`.

    Returns
    -------
    float, in the unit of `margin`

    Raises
    ------
    SettingsError

    Examples
    --------
    >>> clv_settings = {"margin": 100, "retention": 0.6, "discount": 0.1, "acquisition_cost": 150}
    >>> round(net_clv(**clv_settings, first_period="immediate"), 2)
    70.0
    >>> round(net_clv(**clv_settings, first_period="end"), 2)
    -30.0
    """
    _check_cost(acquisition_cost)
    value = clv(margin, retention=retention, discount=discount, first_period=first_period, periods=periods)
    return value - float(acquisition_cost)


def clv_curve(
    margin: float,
    *,
    retention: float,
    discount: float,
    acquisition_cost: float = 0.0,
    first_period: Literal["immediate", "end"] = "end",
    periods: int = 10,
) -> pd.DataFrame:
    """Return what one customer has brought up to each moment, from the day of joining.

    Parameters
    ----------
    margin, retention, discount, acquisition_cost, first_period
        As in :func:`net_clv`.
    periods : int, default=10
        The last moment shown.

    Returns
    -------
    pandas.DataFrame, index ``time`` 0 … `periods`
        ``survivors`` (expected share of customers still there, 0 to 1), ``discounted`` (expected margin of
        that moment, discounted to time 0; at time 0 it is the whole margin if `first_period` is "immediate"
        and nothing if "end"), ``cumulative`` (its running sum), ``net`` (less the cost of acquisition).
        Money in the unit of `margin`.

    Raises
    ------
    SettingsError

    Examples
    --------
    >>> curve = clv_curve(100, retention=0.6, discount=0.1, acquisition_cost=150, first_period="immediate")
    >>> curve["net"].head(3).round(1).tolist()
    [-50.0, 4.5, 34.3]
    """
    check_periods(periods, name="periods")
    _check_cost(acquisition_cost)
    clv(margin, retention=retention, discount=discount, first_period=first_period, periods=periods)
    time = np.arange(periods + 1)
    survivors = np.power(float(retention), time)
    discounted = float(margin) * np.power(retention / (1.0 + discount), time)
    if first_period == "end":
        discounted[0] = 0.0
    cumulative = discounted.cumsum()
    columns = {
        "survivors": survivors,
        "discounted": discounted,
        "cumulative": cumulative,
        "net": cumulative - acquisition_cost,
    }
    return pd.DataFrame(columns, index=pd.Index(time, name="time"))


def payback(
    margin: float,
    *,
    retention: float,
    discount: float,
    acquisition_cost: float = 0.0,
    first_period: Literal["immediate", "end"] = "end",
) -> int | None:
    """Return the first moment at which the discounted margins have paid for winning the customer.

    Parameters
    ----------
    margin, retention, discount, acquisition_cost, first_period
        As in :func:`net_clv`.

    Returns
    -------
    int or None
        Periods since joining: 0 if the margin earned at once covers it (or there is nothing to pay back);
        None if it never does, however long one waits.

    Raises
    ------
    SettingsError

    Examples
    --------
    >>> payback(100, retention=0.6, discount=0.1, acquisition_cost=150, first_period="immediate")
    1
    >>> payback(100, retention=0.6, discount=0.1, acquisition_cost=150, first_period="end") is None
    True
    """
    _check_cost(acquisition_cost)
    clv(margin, retention=retention, discount=discount, first_period=first_period, periods=1)
    if acquisition_cost == 0:
        return 0
    ratio = retention / (1 + discount)
    first = margin if first_period == "immediate" else margin * ratio
    if first <= 0:
        return None
    payments = _payments(acquisition_cost / first, ratio)
    if payments is None:
        return None
    return payments - 1 if first_period == "immediate" else payments


def _payments(cost: float, ratio: float) -> int | None:
    """Count payments 1, q, q² … until they sum to `cost`: 1 - qⁿ ≥ cost (1 - q)."""
    if ratio == 1:
        return math.ceil(cost - _ROUNDING)
    missing = 1 - cost * (1 - ratio)
    if missing <= 0:
        return 1 if cost <= 1 else None
    if ratio == 0:
        return 1
    return max(1, math.ceil(math.log(missing) / math.log(ratio) - _ROUNDING))


def _check_cost(value: object) -> None:
    check_number("acquisition_cost", value, low=0, high=math.inf, span="不小于 0 ")
