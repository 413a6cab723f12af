"""Orders: who buys when, for how much, how it arrives, how it pleases, and who leaves.

All customers advance together from order to order, so a million take seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ecrm_helpers.simulate.clock import Calendar
    from ecrm_helpers.simulate.parameters import ShopSpec

__all__ = [
    "CANCELLED",
    "COMPLETED",
    "PARTLY_REFUNDED",
    "REFUNDED",
    "STATUSES",
    "People",
    "fulfil",
    "join",
    "purchases",
]

STATUSES = ("completed", "cancelled", "refunded", "partly_refunded")
COMPLETED, CANCELLED, REFUNDED, PARTLY_REFUNDED = range(4)
UNHAPPY = 2  # satisfaction at or below which refunds are likely
Orders = dict[str, np.ndarray]  # one array per attribute, all of one length


@dataclass(frozen=True)
class People:
    """Hidden traits of the customers, one array entry each, in order of registration."""

    market: np.ndarray  # index into spec.markets
    joined: np.ndarray  # registration, days of calendar time
    first: np.ndarray  # first order, days of operational time; beyond the window: never
    rate: np.ndarray  # orders per day of operational time
    leave_logit: np.ndarray  # log-odds of leaving after an order at neutral satisfaction
    spend: np.ndarray  # mean order value, yuan
    mood: np.ndarray  # own level of latent satisfaction


def join(spec: ShopSpec, calendar: Calendar, rng: np.random.Generator) -> People:
    """Draw the customers. Nothing but the market's calendar depends on the market."""
    size, model = spec.customers, spec.purchase
    shares = np.array([market.share for market in spec.markets])
    market = rng.choice(len(shares), size, p=shares / shares.sum())
    start = rng.uniform(0.0, calendar.days, size)
    wait = np.where(rng.random(size) < model.same_day_share, 0.0, rng.exponential(model.browse_days, size))
    joined = calendar.at(start, market)
    order = np.argsort(joined, kind="stable")
    leave = np.clip(rng.beta(model.a, model.b, size), 1e-9, 1 - 1e-9)
    sigma = spec.spend.customer_sigma
    return People(
        market=market[order],
        joined=joined[order],
        first=(start + wait)[order],
        rate=rng.gamma(model.r, 1.0 / model.alpha, size),
        leave_logit=np.log(leave / (1.0 - leave)),
        spend=spec.spend.mean_yuan * np.exp(rng.normal(-0.5 * sigma**2, sigma, size)),
        mood=rng.normal(0.0, spec.service.customer_sigma, size),
    )


def purchases(spec: ShopSpec, calendar: Calendar, people: People, rng: np.random.Generator) -> Orders:
    """Run every customer's own purchases from the first order to drop-out or to the end of the window."""
    model = spec.purchase
    clock = people.first.copy()
    active = np.flatnonzero(clock < calendar.days)
    blocks = []
    while active.size:
        time = calendar.at(clock[active], people.market[active])
        block = fulfil(spec, calendar, people, active, time, rng=rng)
        lost_points = model.neutral_satisfaction - block["satisfaction"]
        lost_points[block["status"] == CANCELLED] = 0.0
        logit = people.leave_logit[active] + model.dropout_per_point * lost_points
        stays = rng.random(active.size) >= 1.0 / (1.0 + np.exp(-logit))
        blocks.append(block)
        active = active[stays]
        clock[active] += rng.exponential(1.0, active.size) / np.maximum(people.rate[active], 1e-12)
        active = active[clock[active] < calendar.days]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def fulfil(
    spec: ShopSpec,
    calendar: Calendar,
    people: People,
    who: np.ndarray,
    time: np.ndarray,
    *,
    rng: np.random.Generator,
    discount_percent: int = 0,
) -> Orders:
    """Price, deliver and judge one order each of customers `who` at calendar times `time`."""
    service, size = spec.service, who.size
    market, day = people.market[who], time.astype(np.int64)
    basket = _basket(
        spec, calendar, people.spend[who], market, day, discount_percent=discount_percent, rng=rng
    )

    status = np.where(rng.random(size) < service.cancel_rate, CANCELLED, COMPLETED).astype(np.int8)
    median = np.array([m.transit_days for m in spec.markets])[market]
    sigma = np.array([m.transit_sigma for m in spec.markets])[market]
    transit = median * np.exp(rng.normal(0.0, 1.0, size) * sigma) + calendar.extra_days[market, day]
    transit += service.clearance_days * basket["dutiable"]
    delivered = day + np.maximum(np.rint(transit), 1).astype(np.int64)
    promised = day + np.array([m.promised_days for m in spec.markets])[market]
    late = np.maximum(delivered - promised, 0)

    problem = rng.random(size) < service.problem_rate
    latent = service.satisfaction_mean + people.mood[who] + rng.normal(0.0, service.order_sigma, size)
    latent -= (
        service.late_per_day * np.minimum(late, service.late_cap_days) + service.problem_points * problem
    )
    satisfaction = np.clip(np.rint(latent), 1, 5)

    chance = np.where(satisfaction <= UNHAPPY, service.refund_if_unhappy, service.refund_otherwise)
    arrived = (status == COMPLETED) & (delivered < calendar.days)
    refunded = arrived & (rng.random(size) < chance)
    whole = rng.random(size) < service.full_refund_share
    status[refunded & whole] = REFUNDED
    status[refunded & ~whole] = PARTLY_REFUNDED
    part = np.rint(basket["amount_cny"] * rng.uniform(0.1, 0.6, size)).astype(np.int64)
    refund = np.where(status == REFUNDED, basket["amount_cny"], np.where(status == PARTLY_REFUNDED, part, 0))
    return {
        "customer": who,
        "time": time,
        **basket,
        "status": status,
        "refund_cny": refund,
        "promised": promised,
        "delivered": delivered,
        "arrived": arrived,
        "late": late,
        "problem": problem,
        "latent": latent,
        "satisfaction": satisfaction,
    }


def _basket(
    spec: ShopSpec,
    calendar: Calendar,
    spend: np.ndarray,
    market: np.ndarray,
    day: np.ndarray,
    *,
    discount_percent: int,
    rng: np.random.Generator,
) -> Orders:
    """Choose product and quantity so that the expected value is the customer's level, and price them.

    Between two neighbouring list prices the choice is random in proportion, so the mean is kept.
    """
    size, sigma = spend.size, spec.spend.order_sigma
    target = 100.0 * spend * np.exp(rng.normal(-0.5 * sigma**2, sigma, size))
    prices = np.array([product.price for product in spec.products])
    ladder = np.argsort(prices, kind="stable")
    steps = prices[ladder].astype(np.float64)
    weights = np.cumsum(spec.spend.quantity_weights)
    quantity = 1 + np.searchsorted(weights / weights[-1], rng.random(size), side="right")
    quantity = np.maximum(quantity, np.ceil(target / steps[-1]).astype(np.int64))
    quantity = np.where(target / quantity < steps[0], 1, quantity)
    unit = np.clip(target / quantity, steps[0], steps[-1])
    upper = np.clip(np.searchsorted(steps, unit), 1, len(steps) - 1)
    weight = (unit - steps[upper - 1]) / (steps[upper] - steps[upper - 1])
    product = ladder[upper - 1 + (rng.random(size) < weight)]

    codes = list(spec.currencies)
    currency = np.array([codes.index(m.currency) for m in spec.markets])[market]
    scale = 10.0 ** np.array([digits for digits, _ in spec.currencies.values()])[currency]
    rate = calendar.rates[currency, calendar.months[day]]
    list_price = prices[product] * quantity * (100 - discount_percent) / 10_000.0
    amount = np.maximum(np.rint(list_price / rate * scale), 1.0)
    limit = np.array([m.duty_free_limit if m.duty_rate_percent else np.inf for m in spec.markets])[market]
    return {
        "product": product,
        "quantity": quantity,
        "currency": currency,
        "amount": amount.astype(np.int64),
        "amount_cny": np.rint(amount / scale * rate * 100.0).astype(np.int64),
        "dutiable": amount > limit,
    }
