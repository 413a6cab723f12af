"""What becomes of the retention formula: net of acquisition, period by period, payback, and what moves it.

The browser's CLV explorer follows these functions, so they are plain float64 arithmetic. They take the same
keywords, so that one dict (the explorer's line of Python) fits them all: ``payback(**clv_settings)``.
"""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import value as say
from ecrm_helpers.value.formula import clv

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["break_even_retention", "clv_curve", "clv_sensitivity", "net_clv", "payback"]

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
    net_clv(
        margin,
        retention=retention,
        discount=discount,
        acquisition_cost=acquisition_cost,
        first_period=first_period,
        periods=_whole(periods),
    )
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


def clv_sensitivity(
    margin: float,
    *,
    retention: float,
    discount: float,
    acquisition_cost: float = 0.0,
    first_period: Literal["immediate", "end"] = "end",
    change: float = 0.01,
) -> pd.DataFrame:
    """Return what improving each lever by the same share is worth: which one per cent is worth most.

    Better means more margin and retention, less discount and acquisition cost; endless horizon.

    Parameters
    ----------
    margin, retention, discount, acquisition_cost, first_period
        As in :func:`net_clv`.
    change : float, default=0.01
        The improvement, above 0 and at most 1. Retention stops at 1.

    Returns
    -------
    pandas.DataFrame, index ``lever``: margin, retention, discount, acquisition_cost
        ``value`` (now), ``improved``, ``net_clv`` (with that improvement alone), ``gain`` (over today's,
        in the unit of `margin`), ``elasticity`` (per cent by which net CLV changes per per cent of the lever,
        at the point; missing where net CLV is not above 0). With no acquisition cost and `first_period`
        "end" the elasticity of retention is ``(1 + d) / (1 + d - r)``, that of margin 1.

    Raises
    ------
    SettingsError
        Also if the improved value would be infinite.

    References
    ----------
    Gupta, S., Lehmann, D. R., & Stuart, J. A. (2004). Valuing customers. *Journal of Marketing Research*,
    41(1), 7-18: over five firms, 1 % better retention, margin or acquisition cost raises firm value by 5 %,
    1 % and 0.1 %.

    Examples
    --------
    >>> table = clv_sensitivity(1, retention=0.8, discount=0.12)
    >>> table["elasticity"].round(3).tolist()
    [1.0, 3.5, -0.375, 0.0]
    """
    if isinstance(change, bool) or not isinstance(change, Real) or not 0 < float(change) <= 1:
        message = say.bad_number("change", change, "大于 0、不超过 1 ")
        raise SettingsError(message)
    net = net_clv(
        margin,
        retention=retention,
        discount=discount,
        acquisition_cost=acquisition_cost,
        first_period=first_period,
    )
    now = {
        "margin": float(margin),
        "retention": float(retention),
        "discount": float(discount),
        "acquisition_cost": float(acquisition_cost),
    }
    better = {
        "margin": now["margin"] * (1 + change),
        "retention": min(now["retention"] * (1 + change), 1.0),
        "discount": now["discount"] * (1 - change),
        "acquisition_cost": now["acquisition_cost"] * (1 - change),
    }
    improved = {
        name: net_clv(**{**now, name: value}, first_period=first_period) for name, value in better.items()
    }
    columns = {
        "value": now,
        "improved": better,
        "net_clv": improved,
        "gain": {name: value - net for name, value in improved.items()},
        "elasticity": _elasticities(now, net, immediate=first_period == "immediate"),
    }
    return pd.DataFrame(columns, index=pd.Index(now, name="lever"))


def break_even_retention(
    margin: float,
    *,
    new_margin: float,
    retention: float,
    discount: float,
    first_period: Literal["immediate", "end"] = "end",
) -> float:
    """Return the retention at which another margin gives the same CLV as today's.

    A shop that earns more per customer but keeps fewer of them is worse off below it.

    Parameters
    ----------
    margin, new_margin : float
        Today's and the other one, both above 0.
    retention, discount, first_period
        As in :func:`clv`.

    Returns
    -------
    float
        At least 0 (the new margin is better even if nobody stays); above 1 if no retention makes up for it.

    Raises
    ------
    SettingsError

    Examples
    --------
    >>> round(break_even_retention(
    ...     100, new_margin=110, retention=0.6, discount=0.1, first_period="immediate"), 3)
    0.55
    """
    for name, value in (("margin", margin), ("new_margin", new_margin)):
        if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) < math.inf:
            message = say.bad_number(name, value, "大于 0 ")
            raise SettingsError(message)
    value = clv(margin, retention=retention, discount=discount, first_period=first_period)
    if first_period == "end":
        return value * (1 + discount) / (new_margin + value)
    return max(0.0, (1 + discount) - (new_margin / margin) * (1 + discount - retention))


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


def _elasticities(now: Mapping[str, float], net: float, *, immediate: bool) -> dict[str, float]:
    r, d, cost = now["retention"], now["discount"], now["acquisition_cost"]
    gap = 1 + d - r
    if not net > 0:
        return dict.fromkeys(now, math.nan)
    value = net + cost
    by_retention = r if immediate else 1 + d
    by_discount = r * d / (1 + d) if immediate else d
    return {
        "margin": value / net,
        "retention": value * by_retention / gap / net,
        "discount": -value * by_discount / gap / net,
        "acquisition_cost": -cost / net + 0.0,  # no -0.0
    }


def _whole(periods: int | None) -> int:
    """Refuse "endless" where a last moment is needed; `clv` refuses the rest."""
    if periods is None:
        message = say.bad_periods(periods)
        raise SettingsError(message)
    return periods


def _check_cost(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= float(value) < math.inf:
        message = say.bad_number("acquisition_cost", value, "不小于 0 ")
        raise SettingsError(message)
