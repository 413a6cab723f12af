"""What the shop is worth to the customer: perceived value, and how it may come back to the shop's CLV."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Literal

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import perceived as say
from ecrm_helpers.value.curve import break_even_retention, net_clv

__all__ = [
    "BENEFITS",
    "COSTS",
    "PerceivedValue",
    "ServiceSaving",
    "compare_perceived",
    "perceived_value",
    "save_on_service",
]

BENEFITS = tuple(say.BENEFIT_NAMES)
"""What a customer gets: product, service, personnel, image."""
COSTS = tuple(say.COST_NAMES)
"""What a customer gives: money, time, energy, psychic cost."""


@dataclass(frozen=True, kw_only=True)
class PerceivedValue:
    """One shop as its customers see it.

    Attributes
    ----------
    benefit, cost : float
        Weighted means of the scores, 1 to 5.
    parts : mapping of str to float
        What each item adds to `difference`: share of weight times score, costs negative.
    """

    benefit: float
    cost: float
    parts: Mapping[str, float]

    @property
    def difference(self) -> float:
        """Benefit less cost, -4 to 4: customer delivered value (顾客让渡价值)."""
        return self.benefit - self.cost

    @property
    def ratio(self) -> float:
        """Benefit over cost, 0.2 to 5: what the customer gets per unit given."""
        return self.benefit / self.cost


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


def perceived_value(
    benefits: Mapping[str, float],
    costs: Mapping[str, float],
    *,
    weights: Mapping[str, float] | None = None,
) -> PerceivedValue:
    """Return what a customer gets less what a customer gives, both on a scale of 1 to 5.

    Kotler's total customer value (product, service, personnel, image) and total customer cost (money, time,
    energy, psychic); other items may be named instead. Scores are a customer's judgement, not the shop's.

    Parameters
    ----------
    benefits, costs : mapping of str to float
        Score 1 (little) to 5 (much) per item; much is good among benefits and bad among costs.
    weights : mapping of str to float, optional
        How much each item matters, at least 0, one for every item; within each side they are divided by
        their sum. Equal if None.

    Returns
    -------
    PerceivedValue

    Raises
    ------
    SettingsError
        If a score or weight is missing or out of range, or a side has no weight.

    References
    ----------
    Kotler, P. (2000). *Marketing Management*, 10th ed.: customer delivered value. Zeithaml, V. A. (1988).
    Consumer perceptions of price, quality, and value. *Journal of Marketing*, 52(3), 2-22.

    Examples
    --------
    >>> seen = perceived_value({"product": 4, "service": 5}, {"money": 3, "time": 1})
    >>> seen.benefit, seen.cost, seen.difference, seen.ratio
    (4.5, 2.0, 2.5, 2.25)
    """
    for side, scores in (("benefits", benefits), ("costs", costs)):
        _check_scores(side, scores)
    if shared := benefits.keys() & costs.keys():
        message = say.both_sides(sorted(shared))
        raise SettingsError(message)
    counted = _weights(weights, (*benefits, *costs))
    gets = _parts("benefits", benefits, counted)
    gives = _parts("costs", costs, counted)
    parts = {**gets, **{name: -part for name, part in gives.items()}}
    return PerceivedValue(benefit=sum(gets.values()), cost=sum(gives.values()), parts=parts)


def compare_perceived(own: PerceivedValue, rival: PerceivedValue) -> dict[str, float]:
    """Return by item what our shop is ahead (positive) or behind; the sum is the gap between differences.

    Raises
    ------
    SettingsError
        If the two do not name the same items.

    Examples
    --------
    >>> ours = perceived_value({"product": 4, "service": 5}, {"money": 3})
    >>> theirs = perceived_value({"product": 5, "service": 3}, {"money": 2})
    >>> compare_perceived(ours, theirs)
    {'product': -0.5, 'service': 1.0, 'money': -1.0}
    """
    if own.parts.keys() != rival.parts.keys():
        message = say.other_names("rival", rival.parts, own.parts)
        raise SettingsError(message)
    return {name: part - rival.parts[name] for name, part in own.parts.items()}


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
        if not _is_number(value) or value < 0:
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


def _parts(side: str, scores: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights[name] for name in scores)
    if not total > 0:
        message = say.no_weight(side)
        raise SettingsError(message)
    return {name: weights[name] * score / total for name, score in scores.items()}


def _weights(weights: Mapping[str, float] | None, names: tuple[str, ...]) -> Mapping[str, float]:
    if weights is None:
        return dict.fromkeys(names, 1.0)
    if not isinstance(weights, Mapping) or set(weights) != set(names):
        message = say.other_names("weights", weights if isinstance(weights, Mapping) else (), names)
        raise SettingsError(message)
    for name, value in weights.items():
        if not _is_number(value) or value < 0:
            message = say.bad_weight(name, value)
            raise SettingsError(message)
    return weights


def _check_scores(side: str, scores: object) -> None:
    if not isinstance(scores, Mapping) or not scores:
        message = say.bad_scores(side, scores)
        raise SettingsError(message)
    for name, value in scores.items():
        if not _is_number(value) or not 1 <= value <= 5:  # noqa: PLR2004
            message = say.bad_score(name, value)
            raise SettingsError(message)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(float(value))
