"""Planted cause and effect: late delivery → satisfaction → drop-out, and what campaigns do.

Intervals as in test_simulate_purchases.py: four standard errors, or the likelihood ratio at that chance.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from ecrm_helpers.datasets import load_shop
from ecrm_helpers.simulate import RONGYU, Campaign, Holiday, generate

MISS = 2 * stats.norm.sf(4)


def late_days(orders: pd.DataFrame) -> pd.Series:
    return (orders["delivered_on"] - orders["promised_on"]).dt.days.clip(lower=0)


def test_late_delivery_lowers_satisfaction_as_planted():
    # First orders only: later ones come from the customers who stayed, who were the happier ones.
    service = replace(RONGYU.service, problem_rate=0.0, survey_rate=1.0)
    tables = generate(replace(RONGYU, customers=20_000, service=service), seed=21)
    first = tables["orders"].drop_duplicates("customer_id")
    data = first.merge(tables["surveys"], on="order_id")
    late = late_days(data).clip(upper=service.late_cap_days).to_numpy()
    answer = data["satisfaction"].to_numpy()
    low = np.where(answer == 1, -np.inf, answer - 0.5)
    high = np.where(answer == 5, np.inf, answer + 0.5)

    def loss(parameters) -> float:
        mean = parameters[0] - parameters[1] * late
        sd = np.exp(parameters[2])
        return -float(np.log(stats.norm.cdf((high - mean) / sd) - stats.norm.cdf((low - mean) / sd)).sum())

    planted_sd = np.hypot(service.customer_sigma, service.order_sigma)
    truth = [service.satisfaction_mean, service.late_per_day, np.log(planted_sd)]
    fit = optimize.minimize(
        loss, [4.0, 0.1, -0.3], method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-4}
    )
    assert 0 <= 2 * (loss(truth) - fit.fun) < stats.chi2.isf(MISS, df=3)
    assert fit.x[1] == pytest.approx(service.late_per_day, abs=0.01)


# Everybody orders about every five days, so 100 days of silence can only be drop-out, and leaves with nearly
# the same probability, so a plain logistic regression has the planted coefficients.
BUSY = replace(
    RONGYU,
    customers=8_000,
    campaigns=(),
    promotions=(),
    season=(1.0,) * 12,
    purchase=replace(RONGYU.purchase, r=50.0, alpha=250.0, a=600.0, b=1400.0),
    service=replace(RONGYU.service, survey_rate=1.0, problem_rate=0.2),
)


@pytest.fixture(scope="module")
def busy():
    """Orders older than 100 days with their answer, and whether the customer left after them."""
    tables = generate(BUSY, seed=22)
    orders = tables["orders"]
    last = orders.groupby("customer_id")["ordered_at"].transform("max")
    answers = tables["surveys"].set_index("order_id")["satisfaction"]
    data = orders.assign(left=orders["ordered_at"] == last, satisfaction=orders["order_id"].map(answers))
    return data[data["ordered_at"] < pd.Timestamp("2026-03-20", tz="UTC")]


def test_low_satisfaction_raises_dropout_as_planted(busy):
    data, purchase = busy.dropna(subset="satisfaction"), BUSY.purchase
    lost_points = purchase.neutral_satisfaction - data["satisfaction"].to_numpy()
    design = np.column_stack([np.ones(len(data)), lost_points])
    left = data["left"].to_numpy()

    def loss(coefficients) -> float:
        linear = design @ coefficients
        return float(np.sum(np.logaddexp(0, linear) - left * linear))

    fit = optimize.minimize(loss, [0.0, 0.0], method="BFGS").x
    chance = 1 / (1 + np.exp(-design @ fit))
    errors = np.sqrt(np.diag(np.linalg.inv(design.T * (chance * (1 - chance)) @ design)))
    planted = [np.log(purchase.a / purchase.b), purchase.dropout_per_point]
    assert np.all(np.abs(fit - planted) < 4 * errors)
    assert errors[1] < 0.05  # so the interval is narrow enough to mean something


def test_a_cancelled_order_neither_pleases_nor_annoys():
    service = replace(BUSY.service, cancel_rate=0.5, problem_rate=0.5)
    orders = generate(replace(BUSY, service=service), seed=27)["orders"]
    last = orders.groupby("customer_id")["ordered_at"].transform("max")
    cancelled = (orders["status"] == "cancelled") & (
        orders["ordered_at"] < pd.Timestamp("2026-03-20", tz="UTC")
    )
    left = (orders["ordered_at"] == last)[cancelled]
    chance = BUSY.purchase.a / (BUSY.purchase.a + BUSY.purchase.b)
    assert abs(left.mean() - chance) < 4 * np.sqrt(chance * (1 - chance) / len(left))


def test_a_holiday_slows_the_parcels_of_its_market_only():
    rest = Holiday(
        country="BR",
        name_zh="假期",
        name_en="Rest",
        starts_on="2025-06-01",
        ends_on="2025-07-30",
        extra_days=6,
    )
    spec = replace(RONGYU, customers=60_000, holidays=(rest,))
    orders = generate(spec, seed=28)["orders"].dropna(subset="delivered_on")
    local = orders["ordered_at"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.normalize()
    days = (orders["delivered_on"] - local).dt.days
    inside = local.between("2025-06-01", "2025-07-30")
    for currency, extra in (("BRL", 6), ("USD", 0)):
        mine = orders["currency"] == currency
        slow, usual = days[mine & inside], days[mine & ~inside]
        error = np.sqrt(slow.var() / len(slow) + usual.var() / len(usual))
        assert abs(slow.mean() - usual.mean() - extra) < 4 * error


def test_late_orders_bring_more_complaints_and_contacts():
    tables = generate(replace(RONGYU, customers=20_000), seed=23)
    orders = tables["orders"].dropna(subset="delivered_on")
    late = late_days(orders) > 0
    for table in ("tickets", "contacts"):
        touched = orders["order_id"].isin(tables[table]["order_id"])
        gap = touched[late].mean() - touched[~late].mean()
        error = np.sqrt(touched[late].var() / late.sum() + touched[~late].var() / (~late).sum())
        assert gap > 4 * error, table


def test_orders_above_the_duty_free_limit_wait_for_customs():
    tables = generate(replace(RONGYU, customers=20_000, holidays=()), seed=24)
    orders = tables["orders"].dropna(subset="delivered_on")
    german = orders[orders["currency"] == "EUR"]
    days = (
        german["delivered_on"]
        - german["ordered_at"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.normalize()
    )
    held = german["amount"] > 15_000
    gap = days[held].dt.days.mean() - days[~held].dt.days.mean()
    error = np.sqrt(days.dt.days.var() * (1 / held.sum() + 1 / (~held).sum()))
    assert abs(gap - RONGYU.service.clearance_days) < 4 * error


def mailing(discount_percent: int, *, customers: int) -> pd.DataFrame:
    """One campaign to 70 % of the customers; the other 30 % are the control group.

    `extra` counts a customer's orders beyond those of the same shop, the same seed, that sends no mail.
    """
    mail = Campaign(
        name_zh="活动",
        name_en="Mail",
        sent_on="2026-03-17",
        discount_percent=discount_percent,
        cost_per_send=12,
    )
    tables = generate(replace(RONGYU, customers=customers, campaigns=(mail,)), seed=25)
    silent = generate(replace(RONGYU, customers=customers, campaigns=()), seed=25)
    sent_at = pd.Timestamp("2026-03-17", tz="Asia/Shanghai")
    orders = tables["orders"]
    before = orders[orders["ordered_at"] < sent_at].groupby("customer_id")["ordered_at"].agg(["max", "size"])
    silence = (sent_at - before["max"]) / pd.Timedelta(days=1)
    state = np.select(
        [(silence <= 90) & (before["size"] == 1), silence <= 90, silence <= 270],
        ["new", "regular", "lapsed"],
        "silent",
    )
    people = pd.DataFrame({"state": state}, index=before.index)
    opted_in = tables["customers"].set_index("customer_id")["opted_in"]
    people = people[opted_in.reindex(people.index)]
    window = orders["ordered_at"].between(sent_at, sent_at + pd.Timedelta(days=7), inclusive="left")
    people["ordered"] = people.index.isin(orders.loc[window, "customer_id"])
    counts = [shop["orders"].groupby("customer_id").size() for shop in (tables, silent)]
    people["extra"] = counts[0].sub(counts[1]).reindex(people.index)
    sends = tables["campaign_sends"].set_index("customer_id")
    return people.join(sends[["opened", "unsubscribed"]]).assign(sent=people.index.isin(sends.index))


@pytest.fixture(scope="module")
def mailed():
    return mailing(20, customers=120_000)


@pytest.mark.parametrize("state", ["new", "regular", "lapsed", "silent"])
def test_campaign_lift_is_recovered_against_the_same_shop_without_mail(mailed, state):
    # The chance of own purchases drops out, so that even the small lifts are told from none at all.
    group = mailed[mailed["state"] == state]
    planted = getattr(RONGYU.mailing, state).lift
    extra = group.loc[group["sent"], "extra"]
    error = np.sqrt(planted * (1 - planted) / len(extra))
    assert planted > 4 * error
    assert abs(extra.mean() - planted) < 4 * error
    assert (group.loc[~group["sent"], "extra"] == 0).all()


@pytest.mark.parametrize("discount", [10, 30])
def test_campaign_lift_grows_with_the_discount(discount):
    data = mailing(discount, customers=30_000)
    extra = data.loc[(data["state"] == "lapsed") & data["sent"], "extra"]
    planted = RONGYU.mailing.lapsed.lift * discount / 20
    assert abs(extra.mean() - planted) < 4 * np.sqrt(planted * (1 - planted) / len(extra))


@pytest.mark.parametrize("state", ["new", "regular", "lapsed", "silent"])
def test_campaign_lift_is_recovered_against_the_control_group(mailed, state):
    group = mailed[mailed["state"] == state]
    sent, control = group.loc[group["sent"], "ordered"], group.loc[~group["sent"], "ordered"]
    base = control.mean()
    # Ordered = own purchase or extra order: p1 = p0 + lift (1 - p0).
    lift = (sent.mean() - base) / (1 - base)
    error = np.sqrt(sent.var() / len(sent) + control.var() / len(control)) / (1 - base)
    planted = getattr(RONGYU.mailing, state)
    assert abs(lift - planted.lift) < 4 * error
    annoyed = group.loc[group["sent"], "unsubscribed"].astype(bool)
    spread = np.sqrt(planted.annoyance * (1 - planted.annoyance) / len(annoyed))
    assert abs(annoyed.mean() - planted.annoyance) < 4 * spread


def test_reach_and_opening_are_as_planted(mailed):
    for hits, chance in (
        (mailed["sent"], RONGYU.mailing.reach),
        (mailed.loc[mailed["sent"], "opened"].astype(bool), RONGYU.mailing.open_rate),
    ):
        assert abs(hits.mean() - chance) < 4 * np.sqrt(chance * (1 - chance) / len(hits))


def test_campaigns_lift_some_and_annoy_others(mailed):
    mean = mailed[mailed["sent"]].groupby("state")["unsubscribed"].mean()
    assert mean["silent"] > 2 * mean["lapsed"]
    assert mean["new"] > 2 * mean["regular"]


def test_nobody_is_written_to_after_unsubscribing_or_without_consent():
    tables = generate(RONGYU, seed=26)
    sends = tables["campaign_sends"].merge(tables["campaigns"], on="campaign_id")
    left = sends[sends["unsubscribed"]].set_index("customer_id")["sent_on"]
    assert left.index.is_unique
    assert not (sends["sent_on"] > sends["customer_id"].map(left)).any()
    consent = tables["customers"].set_index("customer_id")["opted_in"]
    assert sends["customer_id"].map(consent).all()


def test_the_shipped_shop_shows_both_links_of_the_chain():
    shop = load_shop("rongyu")
    data = shop.surveys.merge(shop.orders, on=["order_id", "customer_id"])
    late = late_days(data) > 0
    happy = data["satisfaction"]
    error = np.sqrt(happy[late].var() / late.sum() + happy[~late].var() / (~late).sum())
    assert happy[~late].mean() - happy[late].mean() > 4 * error
    last = data["customer_id"].map(shop.orders.groupby("customer_id")["ordered_at"].max())
    again = last > data["ordered_at"]
    old = data["ordered_at"] < pd.Timestamp("2026-01-01", tz="UTC")
    low, high = again[old & (happy <= 2)], again[old & (happy >= 4)]
    error = np.sqrt(low.var() / len(low) + high.var() / len(high))
    assert high.mean() - low.mean() > 4 * error
