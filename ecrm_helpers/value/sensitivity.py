"""What moves net CLV: which lever is worth most, and which retention another margin must keep."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import pandas as pd

from ecrm_helpers.value._checks import check_number, check_positive
from ecrm_helpers.value.curve import net_clv
from ecrm_helpers.value.formula import clv

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["break_even_retention", "clv_sensitivity"]


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
    check_number("change", change, low=math.ulp(0.0), high=1, span="大于 0、不超过 1 ")
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
    improved = {name: _net({**now, name: value}, first_period) for name, value in better.items()}
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
    check_positive("margin", margin)
    check_positive("new_margin", new_margin)
    value = clv(margin, retention=retention, discount=discount, first_period=first_period)
    if first_period == "end":
        return value * (1 + discount) / (new_margin + value)
    return max(0.0, (1 + discount) - (new_margin / margin) * (1 + discount - retention))


def _net(levers: Mapping[str, float], first_period: Literal["immediate", "end"]) -> float:
    return net_clv(
        levers["margin"],
        retention=levers["retention"],
        discount=levers["discount"],
        acquisition_cost=levers["acquisition_cost"],
        first_period=first_period,
    )


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
