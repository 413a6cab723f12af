"""Service parameters: refunds, surveys, contacts, complaints and waiting times can be recovered.

Intervals are four standard errors wide, as in test_simulate_purchases.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from ecrm_helpers.simulate import RONGYU, generate

SERVICE = RONGYU.service
EARLY = pd.Timestamp("2026-04-01", tz="UTC")  # by the as-of date everything has followed these orders


def assert_share(hits, chance) -> None:
    """`hits` (bool) happen with probability `chance` (number, or one a row)."""
    chance = np.broadcast_to(chance, len(hits))
    error = np.sqrt(np.sum(chance * (1 - chance)))
    assert abs(np.sum(hits) - np.sum(chance)) < 4 * error


def assert_lognormal(values, median, sigma) -> None:
    """`values` have this median, and their logs this standard deviation."""
    logs = np.log(values)
    assert abs(logs.mean() - np.log(median)) < 4 * sigma / np.sqrt(len(values))
    assert abs(logs.std() - sigma) < 4 * sigma / np.sqrt(2 * len(values))


@pytest.fixture(scope="module")
def everyone_answers():
    """No problem but lateness, an answer to every delivered order, waits long enough to ignore rounding."""
    service = replace(SERVICE, survey_rate=1.0, problem_rate=0.0, reply_minutes=900.0)
    return generate(replace(RONGYU, customers=20_000, campaigns=(), service=service), seed=31)


@pytest.fixture(scope="module")
def early(everyone_answers):
    orders = everyone_answers["orders"]
    orders = orders[orders["ordered_at"] < EARLY]
    answers = everyone_answers["surveys"].set_index("order_id")["satisfaction"]
    return orders.assign(satisfaction=orders["order_id"].map(answers))


def test_cancellations(early):
    assert_share(early["status"] == "cancelled", SERVICE.cancel_rate)


def test_refunds_follow_satisfaction(early):
    arrived = early.dropna(subset="satisfaction")
    refunded = arrived["status"].isin(["refunded", "partly_refunded"])
    chance = np.where(arrived["satisfaction"] <= 2, SERVICE.refund_if_unhappy, SERVICE.refund_otherwise)
    for group in (chance == SERVICE.refund_if_unhappy, chance == SERVICE.refund_otherwise):
        assert_share(refunded[group], chance[group])
    assert_share(arrived.loc[refunded, "status"] == "refunded", SERVICE.full_refund_share)


def test_surveys_reach_a_random_share_of_delivered_orders():
    tables = generate(replace(RONGYU, customers=20_000), seed=32)
    orders = tables["orders"].dropna(subset="delivered_on")
    orders = orders[orders["ordered_at"] < EARLY]
    assert_share(orders["order_id"].isin(tables["surveys"]["order_id"]), SERVICE.survey_rate)


def test_late_orders_are_chased(everyone_answers, early):
    late = early[early["delivered_on"] > early["promised_on"]]
    contacts = everyone_answers["contacts"]
    chased = contacts.loc[contacts["topic"] == "where_is_it", "order_id"]
    assert_share(late["order_id"].isin(chased), SERVICE.chase_per_late_order)


def test_complaints_grow_with_days_late(everyone_answers, early):
    late = early[early["delivered_on"] > early["promised_on"]]
    days = (late["delivered_on"] - late["promised_on"]).dt.days
    tickets = everyone_answers["tickets"]
    complained = late["order_id"].isin(tickets.loc[tickets["type"] == "late_delivery", "order_id"])
    assert_share(complained, -np.expm1(-SERVICE.late_ticket_per_day * days))


def test_enquiries_per_order(everyone_answers):
    contacts, orders = everyone_answers["contacts"], everyone_answers["orders"]
    asked = contacts["topic"].isin(["product", "stock", "shipping_cost"])
    error = np.sqrt(SERVICE.enquiries_per_order / len(orders))
    assert abs(asked.sum() / len(orders) - SERVICE.enquiries_per_order) < 4 * error
    assert_share(contacts.loc[asked, "order_id"].notna(), SERVICE.named_enquiry_share)


def test_enquiries_come_before_their_order_as_planted(everyone_answers):
    orders = everyone_answers["orders"].set_index("order_id")["ordered_at"]
    orders = orders[orders >= pd.Timestamp("2024-08-01", tz="UTC")]  # else the lead may reach before the shop
    contacts = everyone_answers["contacts"]
    asked = contacts[contacts["topic"].isin(["product", "stock", "shipping_cost"])]
    asked = asked[asked["order_id"].isin(orders.index)]
    lead = (asked["order_id"].map(orders) - asked["contacted_at"]) / pd.Timedelta(days=1)
    planted = SERVICE.enquiry_lead_days
    assert abs(lead.mean() - planted) < 4 * planted / np.sqrt(len(lead))


def test_time_to_settle_a_complaint(everyone_answers):
    hours = everyone_answers["tickets"]["handling_hours"]
    assert_lognormal(hours, SERVICE.handling_hours, SERVICE.handling_sigma)


@pytest.mark.parametrize("night", [False, True])
def test_answers_take_longer_outside_service_hours(everyone_answers, night):
    contacts = everyone_answers["contacts"]
    opens, closes = SERVICE.desk_hours
    hour = contacts["contacted_at"].dt.tz_convert("Asia/Shanghai").dt.hour
    minutes = contacts.loc[hour.between(opens, closes - 1) != night, "first_response_minutes"]
    assert_lognormal(minutes, 900.0 * (SERVICE.night_factor if night else 1.0), SERVICE.reply_sigma)


def test_problems_cost_satisfaction_as_planted():
    # First orders on time: a mixture of two normals, one lower by `problem_points`, seen rounded.
    service = replace(SERVICE, survey_rate=1.0, late_per_day=0.0)
    tables = generate(replace(RONGYU, customers=20_000, service=service), seed=33)
    first = tables["orders"].drop_duplicates("customer_id").merge(tables["surveys"], on="order_id")
    answer = first["satisfaction"].to_numpy()
    counts = np.bincount(answer, minlength=6)[1:]
    edges = np.array([-np.inf, 1.5, 2.5, 3.5, 4.5, np.inf])
    sd = np.hypot(service.customer_sigma, service.order_sigma)

    def loss(parameters) -> float:
        mean, logit, points = parameters
        share = 1 / (1 + np.exp(-logit))
        good = np.diff(stats.norm.cdf((edges - mean) / sd))
        bad = np.diff(stats.norm.cdf((edges - mean + points) / sd))
        return -float(counts @ np.log((1 - share) * good + share * bad))

    rate = service.problem_rate
    truth = [service.satisfaction_mean, np.log(rate / (1 - rate)), service.problem_points]
    fit = optimize.minimize(loss, [4.0, -2.0, 1.0], method="Nelder-Mead", options={"maxiter": 2000})
    assert 0 <= 2 * (loss(truth) - fit.fun) < stats.chi2.isf(2 * stats.norm.sf(4), df=3)
    assert fit.x[2] == pytest.approx(service.problem_points, abs=0.25)


def test_a_problem_brings_a_complaint_and_a_contact():
    service = replace(SERVICE, problem_rate=1.0, cancel_rate=0.0)
    tables = generate(replace(RONGYU, customers=5_000, service=service, campaigns=()), seed=34)
    orders = tables["orders"].dropna(subset="delivered_on")
    orders = orders[orders["ordered_at"] < EARLY]
    complaints = tables["tickets"][tables["tickets"]["type"].isin(["damaged", "wrong_item", "quality"])]
    assert_share(orders["order_id"].isin(complaints["order_id"]), SERVICE.ticket_per_problem)
    contacts = tables["contacts"][tables["contacts"]["topic"] == "after_sale"]
    assert_share(orders["order_id"].isin(contacts["order_id"]), SERVICE.contact_per_problem)


def test_duty_brings_complaints_of_its_own():
    service = replace(SERVICE, problem_rate=0.0, late_ticket_per_day=0.0, cancel_rate=0.0)
    tables = generate(replace(RONGYU, customers=20_000, campaigns=(), service=service), seed=35)
    orders = tables["orders"].dropna(subset="delivered_on")
    orders = orders[(orders["ordered_at"] < EARLY) & (orders["currency"] == "EUR")]  # DE and FR: one limit
    complaints = tables["tickets"][tables["tickets"]["type"] == "customs_duty"]
    complained = orders["order_id"].isin(complaints["order_id"])
    above = orders["amount"] > 15_000
    assert_share(complained[above], SERVICE.ticket_per_duty)
    assert not complained[~above].any()


def test_consent_at_registration(everyone_answers):
    assert_share(everyone_answers["customers"]["opted_in"], RONGYU.mailing.opt_in_rate)
