"""The shipped shops: the same bytes every time, consistent tables, and a shop that teaches well."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecrm_helpers.datasets import data_dir, load_shop
from ecrm_helpers.simulate import HETING, RONGYU, SEEDS, generate, write_shop

SPECS = {"rongyu": RONGYU, "heting": HETING}
LARGEST_FILE = 2_500_000  # bytes


@pytest.fixture(scope="module", params=SPECS)
def shop(request):
    return load_shop(request.param)


@pytest.mark.parametrize("name", SPECS)
def test_regenerating_a_shop_gives_the_shipped_bytes(name, tmp_path):
    write_shop(generate(SPECS[name], seed=SEEDS[name]), tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    shipped = {path.name: path.read_bytes() for path in (data_dir() / name).glob("*.csv")}
    assert made.keys() == shipped.keys()
    assert [file for file in made if made[file] != shipped[file]] == []


def test_another_seed_gives_another_shop():
    first, second = (generate(HETING, seed=seed)["orders"] for seed in (1, 2))
    assert not first["ordered_at"].head(50).equals(second["ordered_at"].head(50))


def test_files_are_small_and_plain(shop):
    for path in (data_dir() / shop.id).glob("*.csv"):
        content = path.read_bytes()
        assert len(content) < LARGEST_FILE, path.name
        assert b"\r" not in content
        assert not content.startswith(b"\xef\xbb\xbf")


def test_reading_gives_back_what_was_generated(shop):
    made = generate(SPECS[shop.id], seed=SEEDS[shop.id])
    for name, table in made.items():
        pd.testing.assert_frame_equal(getattr(shop, name), table, check_dtype=False, check_exact=False)


def test_money_is_converted_at_the_rate_of_the_orders_month(shop):
    local = shop.orders["ordered_at"].dt.tz_convert(shop.timezone).dt.tz_localize(None)
    orders = shop.orders.assign(valid_from=local.dt.normalize().dt.to_period("M").dt.start_time)
    digits = shop.countries.drop_duplicates("currency").set_index("currency")["currency_digits"]
    orders = orders.merge(shop.rates, on=["valid_from", "currency"], validate="many_to_one")
    units = orders["amount"] / 10.0 ** orders["currency"].map(digits)
    assert len(orders) == len(shop.orders)
    assert (np.rint(units * orders["cny_per_unit"] * 100) == orders["amount_cny"]).all()


def test_an_order_without_campaign_discount_costs_price_times_quantity(shop):
    orders = shop.orders.merge(shop.products, on="product_id")
    share = orders["amount_cny"] / (orders["price_cny"] * orders["quantity"])
    # Rounding to whole yen or won moves a small order by up to 1 %; the rest are campaign discounts.
    plain = (share - 1).abs() < 0.01
    discounts = 1 - shop.campaigns["discount_percent"].unique() / 100
    assert plain.mean() > 0.95
    assert all(min(abs(value - discounts)) < 0.01 for value in share[~plain])


def test_status_refund_and_delivery_agree(shop):
    orders = shop.orders
    cancelled = orders["status"] == "cancelled"
    assert orders.loc[cancelled, "delivered_on"].isna().all()
    assert (orders["refund_cny"] <= orders["amount_cny"]).all()
    assert (orders["refund_cny"] > 0).equals(orders["status"].isin(["refunded", "partly_refunded"]))
    whole = orders["refund_cny"] == orders["amount_cny"]
    assert whole.equals(orders["status"] == "refunded")
    on_the_way = orders["delivered_on"].isna() & ~cancelled
    assert (orders.loc[on_the_way, "ordered_at"] > pd.Timestamp("2026-04-01", tz="UTC")).all()


def test_shares_of_cancelled_and_refunded_orders_suit_a_lesson(shop):
    share = shop.orders["status"].value_counts(normalize=True)
    assert 0.03 < share["cancelled"] < 0.06
    assert 0.01 < share["refunded"] < 0.05
    assert 0.01 < share["partly_refunded"] < 0.05


def test_nobody_orders_before_registering_or_after_the_window(shop):
    local = shop.orders["ordered_at"].dt.tz_convert(shop.timezone).dt.tz_localize(None)
    joined = shop.orders["customer_id"].map(shop.customers.set_index("customer_id")["joined_on"])
    assert (local.dt.normalize() >= joined).all()
    assert local.max() < shop.as_of


def test_revenue_is_heavy_tailed_and_many_buy_once(shop):
    revenue = shop.orders.groupby("customer_id")["amount_cny"].sum().sort_values(ascending=False)
    top_fifth = revenue.head(len(revenue) // 5).sum() / revenue.sum()
    once = (shop.orders.groupby("customer_id").size() == 1).mean()
    assert 0.55 < top_fifth < 0.80
    assert 0.30 < once < 0.55


def test_all_eight_mean_split_classes_have_customers(shop):
    kept = shop.orders[shop.orders["status"].isin(["completed", "partly_refunded"])]
    kept = kept.assign(net=kept["amount_cny"] - kept["refund_cny"])
    table = kept.groupby("customer_id").agg(
        last=("ordered_at", "max"), f=("order_id", "size"), m=("net", "sum")
    )
    days = (pd.Timestamp("2026-06-30T16:00Z") - table["last"]).dt.days
    classes = pd.DataFrame(
        {"r": days <= days.mean(), "f": table["f"] >= table["f"].mean(), "m": table["m"] >= table["m"].mean()}
    ).value_counts(normalize=True)
    assert len(classes) == 8
    assert classes.min() > 0.02
