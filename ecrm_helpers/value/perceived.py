"""What the shop is worth to the customer: perceived value, part by part and beside a rival."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import perceived as say
from ecrm_helpers.value._checks import is_number

__all__ = ["BENEFITS", "COSTS", "PerceivedValue", "compare_perceived", "perceived_value"]

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
        if not is_number(value) or value < 0:
            message = say.bad_weight(name, value)
            raise SettingsError(message)
    return weights


def _check_scores(side: str, scores: object) -> None:
    if not isinstance(scores, Mapping) or not scores:
        message = say.bad_scores(side, scores)
        raise SettingsError(message)
    for name, value in scores.items():
        if not is_number(value) or not 1 <= value <= 5:  # noqa: PLR2004
            message = say.bad_score(name, value)
            raise SettingsError(message)
