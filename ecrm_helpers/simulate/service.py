"""What customers say about their orders: enquiries and contacts, complaint tickets, survey answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecrm_helpers.simulate.purchases import CANCELLED, PARTLY_REFUNDED, REFUNDED

if TYPE_CHECKING:
    from ecrm_helpers.simulate.clock import Calendar
    from ecrm_helpers.simulate.parameters import ShopSpec
    from ecrm_helpers.simulate.purchases import Orders

__all__ = ["OUTCOMES", "TICKET_TYPES", "TOPICS", "contacts", "surveys", "tickets"]

TOPICS = ("product", "stock", "shipping_cost", "where_is_it", "after_sale")
TICKET_TYPES = ("late_delivery", "damaged", "wrong_item", "quality", "customs_duty", "return_refund")
OUTCOMES = ("refunded", "partly_refunded", "replaced", "coupon", "explained", "unresolved")
NOTHING = -1  # no complaint


def surveys(spec: ShopSpec, calendar: Calendar, orders: Orders, rng: np.random.Generator) -> Orders:
    """Answers of a random share of buyers whose parcel arrived, some days after delivery."""
    size = len(orders["customer"])
    asked = orders["arrived"] & (rng.random(size) < spec.service.survey_rate)
    answered = orders["delivered"] + 1 + rng.exponential(3.0, size).astype(np.int64)
    recommend = np.clip(np.rint(2.0 * orders["latent"] - 0.4 + rng.normal(0.0, 1.2, size)), 0, 10)
    rows = np.flatnonzero(asked & (answered < calendar.days))
    return {
        "order": rows,
        "day": answered[rows],
        "satisfaction": orders["satisfaction"][rows].astype(np.int64),
        "recommend": recommend[rows].astype(np.int64),
    }


def tickets(spec: ShopSpec, calendar: Calendar, orders: Orders, rng: np.random.Generator) -> Orders:
    """Complaints: at most one an order, for a problem, lateness, duty or a wish to return."""
    size, service = len(orders["customer"]), spec.service
    draw = rng.random((3, size))
    problem = orders["problem"] & orders["arrived"] & (draw[0] < service.ticket_per_problem)
    late = draw[1] < -np.expm1(-service.late_ticket_per_day * orders["late"])
    late &= orders["status"] != CANCELLED
    duty = orders["dutiable"] & orders["arrived"] & (draw[2] < service.ticket_per_duty)
    back = (orders["status"] == REFUNDED) | (orders["status"] == PARTLY_REFUNDED)
    defect = 1 + rng.integers(0, 3, size)
    kind = np.select([problem, late, duty, back], [defect, 0, 4, 5], NOTHING)
    delay = rng.exponential(1.5, size)
    opened = np.where(kind == 0, orders["promised"] + 1, orders["delivered"]) + 0.4 + delay
    rows = np.flatnonzero((kind != NOTHING) & (opened < calendar.days))
    settled = rng.choice([2, 3, 4, 5], rows.size, p=[0.22, 0.30, 0.40, 0.08])
    status = orders["status"][rows]
    outcome = np.select([status == REFUNDED, status == PARTLY_REFUNDED], [0, 1], settled)
    hours = np.exp(rng.normal(np.log(service.handling_hours), service.handling_sigma, rows.size)).round(1)
    return {"order": rows, "time": opened[rows], "kind": kind[rows], "hours": hours, "outcome": outcome}


def contacts(spec: ShopSpec, calendar: Calendar, orders: Orders, rng: np.random.Generator) -> Orders:
    """Messages to the desk: before an order (half of them without naming one), about parcels, after-sale."""
    size, service = len(orders["customer"]), spec.service
    before = np.repeat(np.arange(size), rng.poisson(service.enquiries_per_order, size))
    chased = (orders["late"] > 0) & (orders["status"] != CANCELLED)
    chase = np.flatnonzero(chased & (rng.random(size) < service.chase_per_late_order))
    after = np.flatnonzero(
        orders["problem"] & orders["arrived"] & (rng.random(size) < service.contact_per_problem)
    )
    source = np.concatenate([before, chase, after])
    topic = np.concatenate(
        [rng.integers(0, 3, before.size), np.full(chase.size, 3), np.full(after.size, 4)],
    )
    time = np.concatenate(
        [
            orders["time"][before] - rng.exponential(service.enquiry_lead_days, before.size),
            orders["promised"][chase] + 0.3 + rng.exponential(1.0, chase.size),
            orders["delivered"][after] + 0.3 + rng.exponential(1.0, after.size),
        ]
    )
    hour = (time % 1.0) * 24.0
    opens, closes = service.desk_hours
    night = (hour < opens) | (hour >= closes)
    wait = np.exp(rng.normal(np.log(service.reply_minutes), service.reply_sigma, time.size))
    wait *= np.where(night, service.night_factor, 1.0)
    named = np.concatenate(
        [rng.random(before.size) < service.named_enquiry_share, np.ones(chase.size + after.size, bool)]
    )
    inside = (time >= 0.0) & (time < calendar.days)
    return {
        "order": source[inside],
        "named": named[inside],
        "time": time[inside],
        "topic": topic[inside],
        "minutes": np.maximum(np.rint(wait[inside]), 1).astype(np.int64),
    }
