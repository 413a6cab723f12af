"""Campaign mailings: a random share of opted-in customers is written to, some order, some leave the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecrm_helpers.simulate.clock import day_number
from ecrm_helpers.simulate.purchases import fulfil

if TYPE_CHECKING:
    from ecrm_helpers.simulate.clock import Calendar
    from ecrm_helpers.simulate.parameters import CampaignModel, ShopSpec
    from ecrm_helpers.simulate.purchases import Orders, People

__all__ = ["STATES", "mailings", "states"]

STATES = ("new", "regular", "lapsed", "silent")


def states(orders: np.ndarray, silence: np.ndarray, model: CampaignModel) -> np.ndarray:
    """Index into STATES of customers with `orders` orders, the last `silence` days ago.

    Examples
    --------
    >>> import numpy as np
    >>> from ecrm_helpers.simulate import CampaignModel
    >>> states(np.array([1, 5, 5, 5]), np.array([10, 10, 200, 400]), CampaignModel()).tolist()
    [0, 1, 2, 3]
    """
    recent = np.where(orders > 1, 1, 0)
    return np.where(silence <= model.recent_days, recent, np.where(silence <= model.silent_days, 2, 3))


def mailings(
    spec: ShopSpec,
    calendar: Calendar,
    people: People,
    own: Orders,
    *,
    opted_in: np.ndarray,
    rng: np.random.Generator,
) -> tuple[Orders, Orders]:
    """Send the campaigns one after the other.

    Returns the sends (campaign, customer, opened, unsubscribed) and the extra orders they brought. An extra
    order stands beside the customer's own purchases: it neither revives nor drives away anybody.
    """
    model, listening = spec.mailing, opted_in.copy()
    answers = [model.new, model.regular, model.lapsed, model.silent]
    lifts = np.array([answer.lift for answer in answers])
    annoyances = np.array([answer.annoyance for answer in answers])
    extra: list[Orders] = []
    sends: list[Orders] = [_sent(0, np.empty(0, np.int64), *np.empty((2, 0), bool))]
    customer, time = own["customer"], own["time"]
    for index, campaign in enumerate(spec.campaigns):
        day = day_number(spec, campaign.sent_on)
        before = time < day
        count = np.bincount(customer[before], minlength=spec.customers)
        last = np.full(spec.customers, -np.inf)
        np.maximum.at(last, customer[before], time[before])
        audience = np.flatnonzero(listening & (count > 0))
        sent = audience[rng.random(audience.size) < model.reach]
        state = states(count[sent], day - last[sent], model)
        lift = np.minimum(lifts[state] * campaign.discount_percent / 20.0, 1.0)
        chance = rng.random(sent.size)
        orders = chance < lift
        leaves = ~orders & (chance < lift + annoyances[state])
        opened = orders | leaves | (chance < model.open_rate)
        listening[sent[leaves]] = False
        sends.append(_sent(index, sent, opened, leaves))
        buyers = sent[orders]
        when = day + rng.uniform(0.35, model.window_days, buyers.size)
        inside = when < calendar.days
        discount = campaign.discount_percent
        block = fulfil(
            spec, calendar, people, buyers[inside], when[inside], discount_percent=discount, rng=rng
        )
        extra.append(block)
        customer = np.concatenate([customer, block["customer"]])
        time = np.concatenate([time, block["time"]])
    return _joined(sends), _joined([{name: own[name][:0] for name in own}, *extra])


def _sent(campaign: int, customer: np.ndarray, opened: np.ndarray, unsubscribed: np.ndarray) -> Orders:
    which = np.full(customer.size, campaign)
    return {"campaign": which, "customer": customer, "opened": opened, "unsubscribed": unsubscribed}


def _joined(blocks: list[Orders]) -> Orders:
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
