"""How perceived value may come back to the shop's CLV: a saving on service, if customers feel it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import perceived as say
from ecrm_helpers.value._checks import is_number
from ecrm_helpers.value.curve import net_clv
from ecrm_helpers.value.perceived import BENEFITS, perceived_value
from ecrm_helpers.value.sensitivity import break_even_retention

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ServiceSaving", "save_on_service"]


@dataclass(frozen=True, kw_only=True)
class ServiceSaving:
    """A saving on service as the teaching model sees it; see :func:`save_on_service`.

    Attributes
    ----------
    margin : float
        With the saving added.
    service, difference, retention : float
        Service score, perceived value and retention afterwards.
    net_before, net_after : float
        Net CLV, in the unit of `margin`.
    break_even_retention : float
        Below it the saving makes a customer worth less. It needs no assumption about perceived value.
    break_even_loss : float
        The fall of retention per point of perceived value at which the saving is worth nothing; infinite if
        perceived value does not fall.
    """

    margin: float
    service: float
    difference: float
    retention: float
    net_before: float
    net_after: float
    break_even_retention: float
    break_even_loss: float


def save_on_service(
    benefits: Mapping[str, float],
    costs: Mapping[str, float],
    *,
    weights: Mapping[str, float] | None = None,
    saving: float,
    service_loss: float,
    retention_loss: float,
    margin: float,
    retention: float,
    discount: float,
    acquisition_cost: float = 0.0,
    first_period: Literal["immediate", "end"] = "end",
) -> ServiceSaving:
    """Return what spending less on service does to CLV if customers who feel it leave.

    An assumption of teaching, not a measurement: the saving is added to the margin, takes `service_loss`
    points from the service score (which stops at 1), and each point of perceived value lost takes
    `retention_loss` from retention (which stops at 0). Only a shop's own data can tell these two numbers.

    Parameters
    ----------
    benefits, costs, weights
        As in :func:`perceived_value`; `benefits` must name ``"service"``.
    saving : float
        Per customer and period, at least 0, in the unit of `margin`.
    service_loss : float
        Points of the service score that the saving costs, at least 0.
    retention_loss : float
        Fall of retention (0.1 is ten percentage points) per point of perceived value, at least 0.
    margin, retention, discount, acquisition_cost, first_period
        As in :func:`net_clv`; margin above 0.

    Returns
    -------
    ServiceSaving

    Raises
    ------
    SettingsError

    Examples
    --------
    >>> found = save_on_service(
    ...     {"product": 4, "service": 4}, {"money": 3}, saving=10, service_loss=1, retention_loss=0.2,
    ...     margin=100, retention=0.6, discount=0.1, first_period="immediate",
    ... )
    >>> found.margin, found.service, found.difference, found.retention
    (110, 3, 0.5, 0.5)
    >>> round(found.net_before), round(found.net_after), round(found.break_even_loss, 3)
    (220, 202, 0.1)
    """
    for name, value in (
        ("saving", saving),
        ("service_loss", service_loss),
        ("retention_loss", retention_loss),
    ):
        if not is_number(value) or value < 0:
            message = say.bad_assumption(name, value)
            raise SettingsError(message)
    before = perceived_value(benefits, costs, weights=weights)
    if "service" not in benefits:
        message = say.other_names("benefits", benefits, BENEFITS)
        raise SettingsError(message)
    service = max(1.0, benefits["service"] - service_loss)
    after = perceived_value({**benefits, "service": service}, costs, weights=weights)
    lost = before.difference - after.difference
    kept = max(0.0, retention - retention_loss * lost)
    edge = break_even_retention(
        margin, new_margin=margin + saving, retention=retention, discount=discount, first_period=first_period
    )

    def worth(earned: float, staying: float) -> float:
        return net_clv(
            earned,
            retention=staying,
            discount=discount,
            acquisition_cost=acquisition_cost,
            first_period=first_period,
        )

    return ServiceSaving(
        margin=margin + saving,
        service=service,
        difference=after.difference,
        retention=kept,
        net_before=worth(margin, retention),
        net_after=worth(margin + saving, kept),
        break_even_retention=edge,
        break_even_loss=(retention - edge) / lost if lost > 0 else math.inf,
    )
