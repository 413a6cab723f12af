"""Purchases and spend: what was planted can be recovered from the generated orders.

Every interval is four standard errors (a chance of 1 in 16,000 to miss) or, for several parameters at
once, the likelihood-ratio statistic against its chi-square quantile at the same chance. Seeds are fixed.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, special, stats

from ecrm_helpers.simulate import HETING, RONGYU, Market, Product, Promotion, generate

MISS = 2 * stats.norm.sf(4)  # the chance of a deviation beyond four standard errors

# No season, holiday, campaign, cancellation and no effect of satisfaction: the textbook model alone.
PLAIN = replace(
    RONGYU,
    customers=20_000,
    promotions=(),
    holidays=(),
    campaigns=(),
    season=(1.0,) * 12,
    hours=(1.0,) * 24,
    purchase=replace(RONGYU.purchase, dropout_per_point=0.0),
    service=replace(RONGYU.service, cancel_rate=0.0),
)


def summary(orders: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeat orders x, days from first to last order t_x and to the end T, per customer."""
    times = orders.groupby("customer_id")["ordered_at"].agg(["min", "max", "size"])
    end = pd.Timestamp("2026-06-30T16:00Z")
    day = pd.Timedelta(days=1)
    return (times["size"] - 1).to_numpy(), ((times["max"] - times["min"]) / day), ((end - times["min"]) / day)


def negative_log_likelihood(log_parameters, x, t_x, horizon) -> float:
    """Modified BG/NBD: Batislam, Denizel and Filiztekin (2007), Int. J. of Research in Marketing 24(3)."""
    r, alpha, a, b = np.exp(log_parameters)
    common = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) - special.betaln(a, b)
    alive = special.betaln(a, b + x + 1) - (r + x) * np.log(alpha + horizon)
    left = special.betaln(a + 1, b + x) - (r + x) * np.log(alpha + t_x)
    return -float(np.sum(common + np.logaddexp(alive, left)))


@pytest.fixture(scope="module")
def plain():
    return generate(PLAIN, seed=11)


def test_purchase_and_dropout_parameters_are_recovered(plain):
    data = summary(plain["orders"])
    planted = PLAIN.purchase
    truth = np.log([planted.r, planted.alpha, planted.a, planted.b])
    fit = optimize.minimize(negative_log_likelihood, [0.0, 4.0, 0.0, 0.0], args=data, method="L-BFGS-B")
    ratio = 2 * (negative_log_likelihood(truth, *data) - fit.fun)
    assert 0 <= ratio < stats.chi2.isf(MISS, df=4)
    r, alpha, a, b = np.exp(fit.x)
    assert r / alpha == pytest.approx(planted.r / planted.alpha, rel=0.05)
    assert a / (a + b) == pytest.approx(planted.a / (planted.a + planted.b), abs=0.02)


@pytest.mark.parametrize("factors", [(1.2, 1, 1, 1), (1, 1.1, 1, 1), (1, 1, 1.2, 1), (1, 1, 1, 1.2)])
def test_the_recovery_would_notice_other_parameters(plain, factors):
    data = summary(plain["orders"])
    planted = PLAIN.purchase
    truth = np.log([planted.r, planted.alpha, planted.a, planted.b])
    ratio = 2 * (
        negative_log_likelihood(truth + np.log(factors), *data) - negative_log_likelihood(truth, *data)
    )
    assert ratio > stats.chi2.isf(MISS, df=4)


def test_first_order_follows_registration_as_planted(plain):
    first = plain["orders"].groupby("customer_id")["ordered_at"].min().dt.tz_convert("Asia/Shanghai")
    joined = plain["customers"].set_index("customer_id")["joined_on"]
    early = joined.index[joined < "2026-04-01"]  # late registrations may order after the window
    same_day = (first.reindex(early).dt.tz_localize(None).dt.normalize() == joined[early]).mean()
    # A wait of less than what is left of the day also ends on the same day: 1/mean × 0.5 day, about.
    mean_wait = PLAIN.purchase.browse_days
    share = PLAIN.purchase.same_day_share
    expected = share + (1 - share) * (1 - mean_wait * -np.expm1(-1 / mean_wait))
    error = np.sqrt(expected * (1 - expected) / len(early))
    assert abs(same_day - expected) < 4 * error


def test_promotion_lifts_orders_by_its_factor():
    sale = Promotion(name_zh="促销", name_en="Sale", starts_on="2025-09-11", ends_on="2025-09-20", lift=2.5)
    orders = generate(replace(PLAIN, customers=60_000, promotions=(sale,)), seed=12)["orders"]
    day = orders["ordered_at"].dt.tz_convert("Asia/Shanghai").dt.strftime("%Y-%m-%d")
    inside = day.between("2025-09-11", "2025-09-20").sum()
    # Ten days on each side: the slow growth of the customer base cancels to first order.
    beside = (day.between("2025-09-01", "2025-09-10") | day.between("2025-09-21", "2025-09-30")).sum() / 2
    error = np.sqrt(1 / inside + 1 / (2 * beside))
    assert abs(np.log(inside / beside) - np.log(sale.lift)) < 4 * error


def test_season_moves_orders_in_time_but_adds_none(plain):
    seasonal = replace(PLAIN, season=RONGYU.season, hours=RONGYU.hours, promotions=RONGYU.promotions)
    moved = generate(seasonal, seed=13)["orders"]
    counts = [orders.groupby("customer_id").size() for orders in (plain["orders"], moved)]
    error = np.sqrt(sum(count.var() / len(count) for count in counts))
    assert abs(counts[0].mean() - counts[1].mean()) < 4 * error
    november = [(orders["ordered_at"].dt.month == 11).mean() for orders in (plain["orders"], moved)]
    assert november[1] > 1.5 * november[0]


def test_spend_level_and_noise_are_recovered():
    # A catalogue in steps of 1 % makes the choice of product invisible; one piece an order.
    ladder = tuple(
        Product(name_zh="商品", name_en="Item", category="类", price=100 + round(100 * 1.01**step), cost=1)
        for step in range(100, 1200)
    )
    spend = replace(HETING.spend, mean_yuan=300.0, quantity_weights=(1.0,))
    spec = replace(HETING, customers=20_000, products=ladder, campaigns=(), spend=spend)
    orders = generate(spec, seed=14)["orders"]
    logs = np.log(orders["amount_cny"] / 100).groupby(orders["customer_id"]).agg(["first", "last", "size"])
    pairs = logs[logs["size"] > 1]
    noise = pairs["first"] - pairs["last"]  # variance 2 σ²(order)
    expected = 2 * spend.order_sigma**2
    assert abs(noise.var() - expected) < 4 * expected * np.sqrt(2 / len(pairs))
    first = orders.drop_duplicates("customer_id")["amount_cny"] / 100
    total = spend.customer_sigma**2 + spend.order_sigma**2
    assert abs(np.log(first).var() - total) < 4 * total * np.sqrt(2 / len(first))
    assert abs(first.mean() - spend.mean_yuan) < 4 * first.std() / np.sqrt(len(first))


def test_spend_does_not_depend_on_frequency(plain):
    orders = plain["orders"]
    table = orders.groupby("customer_id").agg(first=("amount_cny", "first"), count=("order_id", "size"))
    correlation = stats.spearmanr(table["first"], table["count"]).statistic
    assert abs(correlation) < 4 / np.sqrt(len(table))


def test_mean_order_value_is_kept_by_the_real_catalogue(plain):
    # Spend below the cheapest article is lifted to its price: that adds less than 1 %.
    first = plain["orders"].drop_duplicates("customer_id")["amount_cny"] / 100
    planted = PLAIN.spend.mean_yuan
    assert abs(first.mean() - planted) < 4 * first.std() / np.sqrt(len(first)) + 0.01 * planted


def test_a_market_has_logistics_duty_and_currency_only():
    planted = {field.name for field in fields(Market)} - {"code", "name_zh", "name_en", "share"}
    assert planted == {
        "currency",
        "utc_offset",
        "promised_days",
        "transit_days",
        "transit_sigma",
        "duty_free_limit",
        "duty_rate_percent",
    }


@pytest.fixture(scope="module")
def abroad():
    """RONGYU as shipped but larger, and deaf to late parcels, so that logistics cannot speak."""
    service = replace(RONGYU.service, late_per_day=0.0, survey_rate=1.0)
    return generate(replace(RONGYU, customers=120_000, service=service), seed=15)


def by_country(tables, values: pd.Series) -> list[np.ndarray]:
    country = tables["customers"].set_index("customer_id")["country"]
    return [group.to_numpy() for _, group in values.groupby(country.reindex(values.index).to_numpy())]


def test_country_does_not_change_how_often_people_buy(abroad):
    counts = abroad["orders"].groupby("customer_id").size()
    assert stats.kruskal(*by_country(abroad, counts)).pvalue > MISS


def test_country_does_not_change_what_people_spend(abroad):
    first = abroad["orders"].drop_duplicates("customer_id").set_index("customer_id")["amount_cny"]
    assert stats.kruskal(*by_country(abroad, first)).pvalue > MISS


def test_country_does_not_change_satisfaction(abroad):
    first = abroad["orders"].drop_duplicates("customer_id")["order_id"]
    answers = abroad["surveys"]
    answers = answers[answers["order_id"].isin(first)].set_index("customer_id")["satisfaction"]
    assert stats.kruskal(*by_country(abroad, answers)).pvalue > MISS


def test_country_does_change_delivery(abroad):
    orders = abroad["orders"].dropna(subset="delivered_on")
    first = orders.drop_duplicates("customer_id").set_index("customer_id")
    late = (first["delivered_on"] - first["promised_on"]).dt.days.clip(lower=0)
    assert stats.kruskal(*by_country(abroad, late)).pvalue < 1e-12
